"""A sentence-transformers model run by OpenVINO in the place of torch: the only door to openvino.

An extra, ``pip install 'judian[openvino]'``: a question takes about half as long (``eval/results/bench.md``). The
vectors are torch's up to precision, so either may answer from an index that the other made.

The backend that sentence-transformers 6.2 has itself (optimum-intel 2.2) finds the same vectors, in 9 ms a question
for 8 here and 32 passages in 0.95 s as here, but gives four threads each other's (186 of 200 questions), loads in 16 s
for 7, brings nine packages (46 MB), and wants transformers below 5.6: with 5.23 it cannot be imported.
"""

from __future__ import annotations

import logging
import sys
import threading
import warnings
from collections.abc import Callable
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from indexer.errors import EncoderError

States = Callable[[NDArray[np.int64], NDArray[np.int64]], NDArray[np.float32]]
_HINTS = {"float32": "f32", "bfloat16": "bf16"}


def compiled(
    model: Any, precision: Literal["float32", "bfloat16"], threads: int | None = None
) -> Callable[[list[str]], NDArray[np.float32]]:
    """Texts to (len(texts), dim) float32, the mean of their tokens, not normalised; safe to call from several threads.

    ``model`` is a SentenceTransformer in float32; ``threads`` is for one call, None leaves it to OpenVINO. Raises
    EncoderError where OpenVINO is not installed, or the model does something else than take the mean of its tokens.
    """
    kinds = [type(module).__name__ for module in model]
    if kinds[:2] != ["Transformer", "Pooling"] or set(kinds[2:]) - {"Normalize"} or model[1].pooling_mode != "mean":
        raise EncoderError("this encoder does more than take the mean of its tokens; set JUDIAN_BACKEND to `torch`")
    states_of = compiled_states(model[0].auto_model, precision, threads)

    def encode(texts: list[str]) -> NDArray[np.float32]:
        read = model.tokenizer(
            texts, padding=True, truncation=True, max_length=model.max_seq_length, return_tensors="np"
        )
        states = states_of(read["input_ids"], read["attention_mask"])
        mask = read["attention_mask"][:, :, None].astype(np.float32)
        return np.asarray((states * mask).sum(axis=1) / mask.sum(axis=1), np.float32)

    return encode


def compiled_states(transformer: Any, precision: Literal["float32", "bfloat16"], threads: int | None = None) -> States:
    """Token ids and attention mask, (n, tokens) int64, to the last hidden states of ``transformer``, (n, tokens, width)
    float32; safe to call from several threads, each of which may change what it was given until its next call. Raises
    EncoderError where OpenVINO is not installed."""
    # Its converter reports every use to a counter on the internet, unasked. Without this package it has a stub instead.
    sys.modules["openvino_telemetry"] = None  # type: ignore[assignment]
    try:
        import openvino
    except ModuleNotFoundError:
        raise EncoderError(
            "OpenVINO is not installed; `pip install 'judian[openvino]'`, or leave JUDIAN_BACKEND at `torch`"
        ) from None
    import torch

    ids = torch.tensor([[5, 6, 7], [5, 6, 1]])
    example = {"input_ids": ids, "attention_mask": (ids > 1).long()}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the trace warns of branches that do not depend on the texts
        logging.getLogger("transformers").setLevel(logging.ERROR)
        transformer.config.return_dict = False  # a trace returns tensors, no objects
        converted = openvino.convert_model(transformer, example_input=example)
        transformer.config.return_dict = True
    hints: dict[str, Any] = {"INFERENCE_PRECISION_HINT": _HINTS[precision], "PERFORMANCE_HINT": "LATENCY"}
    if threads is not None:
        hints["INFERENCE_NUM_THREADS"] = threads
    network = openvino.Core().compile_model(converted, "CPU", hints)
    own = threading.local()  # a request holds the tensors of one call

    def states_of(ids: NDArray[np.int64], mask: NDArray[np.int64]) -> NDArray[np.float32]:
        if not hasattr(own, "request"):
            own.request = network.create_infer_request()
        return np.asarray(own.request.infer({"input_ids": ids, "attention_mask": mask})[0], np.float32)

    return states_of
