"""The figures of an adapter on text that no training saw, a question at a time: whether the cosine alone finds the
right text, the span that the reader takes, and its scores. ``eval.studies.adapters`` makes the table of them."""

from __future__ import annotations

import platform
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import safetensors
import tokenizers
import torch
import transformers
from numpy.typing import NDArray
from torch import nn
from transformers import BertModel

from eval.train.base import PASSAGE, QUERY, Tokens, encode, load_base, load_tokenizer
from eval.train.kept_out import Reading, Retrieval
from eval.train.lora import load_adapter, merge
from eval.train.reader import SpanReader, read, windows_of

NEAREST = (1, 5)


@torch.no_grad()
def hits(bert: BertModel, tokens: Tokens, pool: Retrieval) -> NDArray[np.bool_]:
    """Whether a right text is among the nearest 1 and 5: (n, 2), a row for each question that has a right text."""
    texts = encode(bert, tokens([PASSAGE + text for text in pool.texts]))
    asked = encode(bert, tokens([QUERY + text for text in pool.questions]))
    with torch.autocast(texts.device.type, enabled=False):  # of bf16 cosines up to 6 % tie for the nearest
        nearest = (asked @ texts.T).topk(max(NEAREST), dim=1).indices.tolist()
    found = [[place in right for place in row] for row, right in zip(nearest, pool.right, strict=True) if right]
    return np.array([[any(row[:k]) for k in NEAREST] for row in found])


def recall(bert: BertModel, tokens: Tokens, pool: Retrieval) -> tuple[float, float]:
    """R@1 and R@5 over the questions that have a right text."""
    one, five = hits(bert, tokens, pool).mean(axis=0)
    return float(one), float(five)


@dataclass(frozen=True)
class Answered:
    """What the reader makes of a question: exact match and F1 of the best-scored span over all windows of the passage,
    and the scores of the windows with an accepted answer, of the passage's others, and of the nearest elsewhere."""

    exact: bool
    f1: float
    right: tuple[float, ...]
    same: tuple[float, ...]
    other: tuple[float, ...]


def answered(reader: SpanReader, asked: Sequence[Reading], calibration: dict[str, Any]) -> list[Answered]:
    """One for each question of ``asked`` whose answer stands in a window."""
    asked = [item for item in asked if any(map(item.holds, item.windows))]
    texts = [(item.question, text) for item in asked for text in (*item.windows, *item.others)]
    found = read(reader, windows_of(load_tokenizer(), [text[0] for text in texts], [text[1] for text in texts]))
    scores = found.features @ np.array(calibration["weight"]) + calibration["bias"]
    told, at = list[Answered](), 0
    for item in asked:
        own, others = scores[at : at + len(item.windows)], scores[at + len(item.windows) :][: len(item.others)]
        best = int(own.argmax())
        start, end = found.spans[at + best]
        taken = item.windows[best][start:end]
        holds = np.array([item.holds(window) for window in item.windows])
        told.append(
            Answered(
                exact=any(_letters(taken) == _letters(answer) for answer in item.answers),
                f1=max(f1(taken, answer) for answer in item.answers),
                right=tuple(own[holds]),
                same=tuple(own[~holds]),
                other=tuple(others),
            )
        )
        at += len(item.windows) + len(item.others)
    return told


def f1(told: str, answer: str) -> float:
    """F1 of the characters, punctuation and white space aside, as for CMRC 2018 but without the order."""
    one, other = Counter(_letters(told)), Counter(_letters(answer))
    both = sum((one & other).values())
    return 2 * both / (sum(one.values()) + sum(other.values())) if both else 0.0


def _letters(text: str) -> str:
    return "".join(char for char in text.lower() if char.isalnum())


def load_encoder(path: Path | None, t: float, device: torch.device) -> BertModel:
    """The base, with the adapter merged where one is given."""
    bert = load_base(torch.device("cpu"))
    if path:
        merge(bert, load_adapter(path), t)
    bert.train(False)
    nn.Module.to(bert, device)
    return bert


def load_reader(path: Path, device: torch.device) -> SpanReader:
    """The base with the reader's adapter merged, and its head."""
    adapter = load_adapter(path)
    bert = load_base(torch.device("cpu"))
    merge(bert, adapter, 1.0)
    reader = SpanReader(bert)
    reader.head.load_state_dict(adapter.head)
    return reader.to(device).eval()


def stamp(device: torch.device) -> dict[str, Any]:
    """What a figure was made with."""
    return {
        "device": torch.cuda.get_device_name(device) if device.type == "cuda" else platform.processor() or "cpu",
        "versions": {
            "python": platform.python_version(),
            **{module.__name__: module.__version__ for module in (torch, transformers, tokenizers, safetensors, np)},
        },
    }
