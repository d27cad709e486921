"""A sentence-transformers model compiled by OpenVINO: its transformer converted, its mean taken here."""

from __future__ import annotations

import logging
import warnings
from collections.abc import Callable
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

HINTS = {"float32": "f32", "bfloat16": "bf16"}


def compiled(
    model: Any, precision: Literal["float32", "bfloat16"], threads: int
) -> Callable[[list[str]], NDArray[np.float32]]:
    """Texts to (len(texts), dim) float32, the mean of their tokens, not normalised; ``model`` is float32.

    Raises ModuleNotFoundError where OpenVINO is not installed.
    """
    import openvino
    import torch

    class Tokens(torch.nn.Module):
        """The vectors of the last layer alone: what a trace can return."""

        def __init__(self) -> None:
            super().__init__()
            self.transformer = model[0].auto_model

        def forward(self, input_ids: torch.Tensor, attention_mask: torch.Tensor) -> torch.Tensor:
            found: torch.Tensor = self.transformer(input_ids=input_ids, attention_mask=attention_mask)[0]
            return found

    def read(texts: list[str], kind: str) -> dict[str, Any]:
        read = model.tokenizer(
            texts, padding=True, truncation=True, max_length=model.max_seq_length, return_tensors=kind
        )
        return {name: read[name] for name in ("input_ids", "attention_mask")}

    with warnings.catch_warnings(), torch.no_grad():
        warnings.simplefilter("ignore")  # the trace warns of branches that do not depend on the texts
        logging.getLogger("transformers").setLevel(logging.ERROR)
        converted = openvino.convert_model(
            Tokens().eval(), example_input=read(["two texts of", "unequal length"], "pt")
        )
    run = openvino.Core().compile_model(
        converted,
        "CPU",
        {
            "INFERENCE_PRECISION_HINT": HINTS[precision],
            "INFERENCE_NUM_THREADS": threads,
            "PERFORMANCE_HINT": "LATENCY",
        },
    )

    def encode(texts: list[str]) -> NDArray[np.float32]:
        tokens = read(texts, "np")
        mask = tokens["attention_mask"][:, :, None].astype(np.float32)
        return np.asarray((run(tokens)[0] * mask).sum(axis=1) / mask.sum(axis=1), np.float32)

    return encode
