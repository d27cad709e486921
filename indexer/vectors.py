"""Dense search: the only door to FAISS."""

from __future__ import annotations

from pathlib import Path

import faiss
import numpy as np
from numpy.typing import NDArray

from indexer.errors import SnapshotDamaged


class VectorIndex:
    """Exact inner-product search over L2-normalised vectors: the scores are cosines in [-1, 1], higher is better.

    Exact because it is fast enough: 64,666 vectors of 384 dimensions take 4 ms on one core.
    """

    def __init__(self, index: faiss.IndexFlatIP) -> None:
        self._index = index

    @classmethod
    def build(cls, vectors: NDArray[np.float32]) -> VectorIndex:
        """``vectors``: (n_rows, dim) float32, L2-normalised."""
        index = faiss.IndexFlatIP(vectors.shape[1])
        index.add(np.ascontiguousarray(vectors, dtype=np.float32))
        return cls(index)

    @property
    def n_rows(self) -> int:
        return int(self._index.ntotal)

    @property
    def dim(self) -> int:
        return int(self._index.d)

    def search(
        self, question: NDArray[np.float32], k: int, allowed: NDArray[np.bool_] | None = None
    ) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        """The ``k`` rows nearest to ``question`` ((dim,) float32) among those ``allowed``, best first.

        Returns row numbers and cosines, fewer than ``k`` when fewer rows are allowed.
        """
        parameters = None
        if allowed is not None:
            parameters = faiss.SearchParameters()
            parameters.sel = faiss.IDSelectorBatch(np.flatnonzero(allowed))
        scores, rows = self._index.search(question.reshape(1, -1), min(k, self.n_rows), params=parameters)
        found = rows[0] >= 0
        return rows[0][found].astype(np.int64), scores[0][found].astype(np.float32)

    def rows(self, rows: NDArray[np.int64]) -> NDArray[np.float32]:
        """The stored vectors of ``rows``: (len(rows), dim) float32."""
        matrix = faiss.rev_swig_ptr(self._index.get_xb(), self.n_rows * self.dim)
        return np.asarray(matrix.reshape(self.n_rows, self.dim)[rows], dtype=np.float32)

    def save(self, path: Path) -> None:
        """Raises OSError when the disk is full or the folder may not be written."""
        try:
            faiss.write_index(self._index, str(path))
        except RuntimeError as error:
            raise OSError(0, f"the vectors could not be written, perhaps for want of space ({error})", path) from error

    @classmethod
    def load(cls, path: Path, *, mapped: bool = False) -> VectorIndex:
        """With ``mapped``, the vectors stay in the file, shared between processes.

        Raises SnapshotDamaged when the file is missing or is no FAISS index.
        """
        try:
            index = faiss.read_index(str(path), faiss.IO_FLAG_MMAP_IFC if mapped else 0)
        except RuntimeError as error:
            raise SnapshotDamaged(f"{path} cannot be read as a FAISS index; run `judian index` again") from error
        if not isinstance(index, faiss.IndexFlatIP):
            raise SnapshotDamaged(f"{path} is no flat inner-product index; run `judian index` again")
        return cls(index)
