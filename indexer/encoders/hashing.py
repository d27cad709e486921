"""An encoder without a model, for tests."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from indexer.encoders.types import normalised

HASHING = "hashing"


class HashingEncoder:
    """Deterministic fake for tests: characters and their pairs hashed into ``dim`` buckets. No model, no meaning."""

    def __init__(self, dim: int = 256) -> None:
        self.dim = dim
        self.fingerprint = f"{HASHING}-{dim}"
        self.adapters, self.reader, self.judge = None, None, None

    def encode_passages(
        self, texts: Sequence[str], progress: Callable[[int], None] | None = None
    ) -> NDArray[np.float32]:
        """(len(texts), dim) float32, L2-normalised; ``progress`` is told how many are done."""
        vectors = np.stack([self.encode_question(text) for text in texts]) if texts else np.zeros((0, self.dim))
        if progress:
            progress(len(texts))
        return vectors.astype(np.float32)

    def encode_question(self, text: str) -> NDArray[np.float32]:
        """(dim,) float32, L2-normalised; the first axis for an empty text."""
        vector = np.zeros(self.dim, np.float32)
        for gram in [*text, *(text[at : at + 2] for at in range(len(text) - 1))]:
            vector[zlib.crc32(gram.encode("utf-8", "surrogatepass")) % self.dim] += 1
        if not vector.any():
            vector[0] = 1
        unit: NDArray[np.float32] = normalised(vector[None])[0]
        return unit
