"""Dense search is exhaustive: the scores are the cosines of the stored vectors, sorted."""

from __future__ import annotations

from pathlib import Path

import faiss
import numpy as np
import pytest
from numpy.typing import NDArray

from indexer.errors import SnapshotDamaged
from indexer.store.vectors import VectorIndex

N_ROWS, DIM = 50, 16


@pytest.fixture(scope="module")
def vectors() -> NDArray[np.float32]:
    rows = np.random.default_rng(7).normal(size=(N_ROWS, DIM)).astype(np.float32)
    normalised: NDArray[np.float32] = rows / np.linalg.norm(rows, axis=1, keepdims=True)
    return normalised.astype(np.float16).astype(np.float32)  # what is stored, exactly


@pytest.fixture(scope="module")
def index(vectors: NDArray[np.float32]) -> VectorIndex:
    return VectorIndex.build(vectors)


def test_shapes(index: VectorIndex) -> None:
    assert (index.n_rows, index.dim) == (N_ROWS, DIM)


@pytest.mark.parametrize("k", [1, 7, N_ROWS, N_ROWS + 5])
def test_search_is_the_cosines_sorted(index: VectorIndex, vectors: NDArray[np.float32], k: int) -> None:
    question = vectors[3]
    rows, scores = index.search(question, k)
    cosines = vectors @ question
    assert rows.dtype == np.int64
    assert scores.dtype == np.float32
    assert rows.tolist() == np.argsort(-cosines, kind="stable")[:k].tolist()
    assert scores == pytest.approx(cosines[rows], abs=1e-6)
    assert (rows[0], scores[0]) == (3, pytest.approx(1.0, abs=1e-3))


@pytest.mark.parametrize("allow", [[], [4], [4, 9, 30], list(range(N_ROWS))])
def test_only_allowed_rows_are_found(index: VectorIndex, vectors: NDArray[np.float32], allow: list[int]) -> None:
    allowed = np.zeros(N_ROWS, np.bool_)
    allowed[allow] = True
    rows, scores = index.search(vectors[3], 10, allowed)
    cosines = vectors @ vectors[3]
    assert rows.tolist() == sorted(allow, key=lambda row: -cosines[row])[:10]
    assert scores == pytest.approx(cosines[rows], abs=1e-6)


def test_half_precision_moves_a_cosine_by_less_than_a_thousandth() -> None:
    rows = np.random.default_rng(8).normal(size=(500, 384)).astype(np.float32)
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    found, scores = VectorIndex.build(rows).search(rows[3], 500)
    assert len(found) == 500
    assert np.abs(scores - rows[found] @ rows[3]).max() < 0.5e-3


def test_the_stored_vectors_come_back(index: VectorIndex, vectors: NDArray[np.float32]) -> None:
    rows = np.array([9, 0, 9, N_ROWS - 1])
    assert index.rows(rows).tolist() == vectors[rows].tolist()
    assert index.rows(np.array([], np.int64)).shape == (0, DIM)


def test_what_was_saved_is_loaded(index: VectorIndex, vectors: NDArray[np.float32], tmp_path: Path) -> None:
    path = tmp_path / "据典 vectors.faiss"
    index.save(path)
    loaded = VectorIndex.load(path)
    assert (loaded.n_rows, loaded.dim) == (N_ROWS, DIM)
    assert loaded.rows(np.arange(N_ROWS)).tolist() == vectors.tolist()


def test_a_missing_file_is_damage(tmp_path: Path) -> None:
    with pytest.raises(SnapshotDamaged, match="run `judian index` again"):
        VectorIndex.load(tmp_path / "vectors.faiss")


@pytest.mark.parametrize("keep", [0.0, 0.001, 0.5, 0.99])
def test_a_truncated_file_is_damage(index: VectorIndex, tmp_path: Path, keep: float) -> None:
    path = tmp_path / "vectors.faiss"
    index.save(path)
    path.write_bytes(path.read_bytes()[: int(path.stat().st_size * keep)])
    with pytest.raises(SnapshotDamaged):
        VectorIndex.load(path)


def test_another_kind_of_file_is_damage(tmp_path: Path) -> None:
    path = tmp_path / "vectors.faiss"
    path.write_bytes(b"not an index at all" * 20)
    with pytest.raises(SnapshotDamaged):
        VectorIndex.load(path)
    faiss.write_index(faiss.IndexFlatL2(DIM), str(path))
    with pytest.raises(SnapshotDamaged, match="no index of this kind"):
        VectorIndex.load(path)
