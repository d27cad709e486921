"""What an encoder is to everything else."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

import numpy as np
from numpy.typing import NDArray

from indexer.types import Span

Precision = Literal["auto", "float32", "bfloat16"]
Backend = Literal["torch", "openvino"]


@dataclass(frozen=True)
class Window:
    """A passage to read, under the line that says where it stands; ``parts`` of it, in its characters, may be read for
    themselves."""

    context: str
    passage: str
    parts: tuple[Span, ...] = ()


@dataclass(frozen=True)
class Reading:
    """What of a passage answers best, ``[start, end)`` in its characters, and how surely: a logit, calibrated where a
    third of the windows held the answer. ``parts``: the same of each of its parts that was read."""

    start: int
    end: int
    score: float
    parts: tuple[Reading, ...] = ()


class Reader(Protocol):
    """Reads passages for the answer to a question."""

    def read(self, question: str, windows: Sequence[Window]) -> list[Reading]:
        """One reading a window, in their order."""


class Encoder(Protocol):
    """Texts to L2-normalised vectors. ``fingerprint`` says which: same fingerprint, same vectors (up to precision)."""

    @property
    def fingerprint(self) -> str: ...

    @property
    def dim(self) -> int: ...

    @property
    def adapters(self) -> str | None:
        """Which of Judian's adapters are merged into its weights, if any are."""

    @property
    def reader(self) -> Reader | None:
        """The reader that comes with it, if one does."""

    @property
    def judge(self) -> Reader | None:
        """Another that comes with it, if one does, whose scores tell what answers from what nearly does. Where in the
        passage the answer stands, the reader knows better."""

    def encode_passages(
        self, texts: Sequence[str], progress: Callable[[int], None] | None = None
    ) -> NDArray[np.float32]:
        """(len(texts), dim) float32, L2-normalised; ``progress`` is told how many are done."""

    def encode_question(self, text: str) -> NDArray[np.float32]:
        """(dim,) float32, L2-normalised."""


def normalised(vectors: NDArray[np.float32]) -> NDArray[np.float32]:
    """Each row of (n, dim) at length 1; rows of nothing stay."""
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    return np.asarray(vectors / np.maximum(lengths, math.ulp(1.0)), np.float32)


def utf8(text: str) -> str:
    """``text`` with “?” for lone surrogates: tokenizers are written in Rust and take none."""
    return text.encode("utf-8", "replace").decode("utf-8")
