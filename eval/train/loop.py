"""The loop that both trainings share: schedule, clipping, snapshots, and checkpoints from which it goes on.

What step n sees depends on the seed and n alone, so a checkpoint needs no place in the data: it holds the trainable
weights, the optimizer, the generators (of dropout), the step, and the score of every snapshot so far.
"""

from __future__ import annotations

import argparse
import math
import shutil
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

CHECKPOINT = "checkpoint.pt"
REPORT_EVERY_S = 10.0


@dataclass(frozen=True, kw_only=True)
class Recipe:
    """What both adapters are trained with; the values of the model card unless a comment says otherwise."""

    r: int
    seed: int
    dropout: float  # of the input of A; the base has none
    passes: int  # over the training text; the schedule ends with the last
    scale: float = 2.0
    learning_rate: float = 3e-4
    weight_decay: float = 0.01
    betas: tuple[float, float] = (0.9, 0.98)  # .98: the batches are large and few, .999 would average over all of them
    warmup_steps: int = 80  # Adam's second moments are noise at first
    max_gradient_norm: float = 1.0
    snapshots: int = (
        25  # every 4 % of the schedule one, and the best is taken: a later one has seen more, and forgot more
    )
    bf16: bool = True


def options(page: str | None, file: str) -> argparse.ArgumentParser:
    """What both commands take; ``page`` is their help, ``file`` what ``--data`` holds."""
    parser = argparse.ArgumentParser(description=page, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, help=f"folder with {file}")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--device", default="cuda" if torch.cuda.is_available() else "cpu")
    parser.add_argument("--steps", type=int, help="stop there; --resume goes on to the end of the same schedule")
    parser.add_argument("--resume", action="store_true", help="go on from the checkpoint in --out")
    parser.add_argument("--seed", type=int, help="of another draw of the same training; by default the recipe's")
    return parser


def rate(step: int, total: int, warmup: int) -> float:
    """The learning rate of ``step`` (from 0) as a share of the highest: up in a line, down to 0 along a cosine."""
    if step < warmup:
        return (step + 1) / warmup
    return 0.5 * (1 + math.cos(math.pi * (step - warmup) / max(1, total - warmup)))


@dataclass(frozen=True)
class Parts:
    """What is trained, and how: a group of weights has a learning rate of its own."""

    model: nn.Module
    groups: list[tuple[list[nn.Parameter], float]]
    loss: Callable[[int], Tensor]  # of a step
    score: Callable[[int], float]  # of the weights as they are, after that step, on kept-out text; higher is better
    save: Callable[[Path], None]  # the adapter
    name: str  # of its file


def train(parts: Parts, recipe: Recipe, total: int, out: Path, *, stop: int | None, resume: bool) -> dict[str, Any]:
    """Run to the end of the schedule of ``total`` steps, or to step ``stop`` of it, and leave the best snapshot in
    ``out / parts.name``. Returns the steps done, the step taken, the score of each snapshot and seconds."""
    device = next(parts.model.parameters()).device
    optimizer = torch.optim.AdamW(
        [{"params": weights, "lr": lr, "highest": lr} for weights, lr in parts.groups],
        betas=recipe.betas,
        weight_decay=recipe.weight_decay,
    )
    trained = [weight for weights, _ in parts.groups for weight in weights]
    (out / "snapshots").mkdir(parents=True, exist_ok=True)
    step, scores, spent_s = 0, dict[int, float](), 0.0
    if resume and (out / CHECKPOINT).is_file():
        step, scores, spent_s = _restore(out / CHECKPOINT, parts.model, optimizer, device)
    last = min(total, stop or total)
    every = max(1, round(total / recipe.snapshots))
    started = reported = time.monotonic()
    first = step
    while step < last:
        for group in optimizer.param_groups:
            group["lr"] = group["highest"] * rate(step, total, recipe.warmup_steps)
        parts.model.train()
        with torch.autocast(device.type, torch.bfloat16, enabled=recipe.bf16):
            loss = parts.loss(step)
        loss.backward()  # type: ignore[no-untyped-call]
        nn.utils.clip_grad_norm_(trained, recipe.max_gradient_norm)
        optimizer.step()
        optimizer.zero_grad(set_to_none=True)
        step += 1
        if step % every == 0 or step == last:
            parts.save(out / "snapshots" / f"step-{step}.safetensors")
            parts.model.eval()
            with torch.no_grad(), torch.autocast(device.type, torch.bfloat16, enabled=recipe.bf16):
                scores[step] = parts.score(step)
            _keep(out / CHECKPOINT, parts.model, optimizer, step, scores, spent_s + time.monotonic() - started)
        if (now := time.monotonic()) - reported > REPORT_EVERY_S or step in scores:
            left_s = (now - started) / (step - first) * (last - step)
            kept = f", kept-out {scores[step]:.4f}" if step in scores else ""
            print(f"step {step}/{last}: loss {loss.item():.3f}{kept}, {left_s:.0f} s left", file=sys.stderr, flush=True)
            reported = now
    best = max(scores, key=lambda at: scores[at])
    shutil.copyfile(out / "snapshots" / f"step-{best}.safetensors", out / parts.name)
    return {
        "steps": step,
        "schedule": total,
        "step taken": best,
        "seconds": round(spent_s + time.monotonic() - started, 1),
        "kept-out scores": {str(at): round(score, 4) for at, score in scores.items()},
    }


def _trainable(model: nn.Module) -> dict[str, Tensor]:
    return {name: weight.data for name, weight in model.named_parameters() if weight.requires_grad}


def _keep(
    path: Path, model: nn.Module, optimizer: torch.optim.Optimizer, step: int, scores: dict[int, float], spent_s: float
) -> None:
    content = {
        "weights": _trainable(model),
        "optimizer": optimizer.state_dict(),
        "generators": [torch.get_rng_state(), *torch.cuda.get_rng_state_all()],
        "step": step,
        "scores": scores,
        "spent_s": spent_s,
    }
    torch.save(content, path.with_suffix(".new"))
    path.with_suffix(".new").replace(path)  # a run that is killed here leaves the old one whole


def _restore(
    path: Path, model: nn.Module, optimizer: torch.optim.Optimizer, device: torch.device
) -> tuple[int, dict[int, float], float]:
    content = torch.load(path, map_location="cpu", weights_only=True)
    for name, weight in _trainable(model).items():
        weight.copy_(content["weights"][name])
    optimizer.load_state_dict(content["optimizer"])
    torch.set_rng_state(content["generators"][0])
    if device.type == "cuda":
        torch.cuda.set_rng_state_all(content["generators"][1:])
    return content["step"], content["scores"], content["spent_s"]
