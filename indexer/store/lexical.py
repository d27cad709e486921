"""The keyword half of hybrid search: BM25 over the tokens of ``indexer.chinese.tokens``.

The engine is bm25s (Lù 2024, arXiv:2407.03618): every score is worked out when the index is built and kept in
a sparse matrix, so that a query adds up a few columns. tantivy finds the right passage as often, in less time
and space (``eval/results/lexical_engines.md``); bm25s was taken because it gives the score of every row, and
so any filter and a fixed order of ties, from plain arrays. No other module imports it.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection, Mapping, Sequence
from math import log
from pathlib import Path
from typing import Any, Self

import bm25s
import numpy as np
from numpy.typing import NDArray

from indexer.chinese.tokens import tokenize
from indexer.errors import SnapshotDamaged

logging.getLogger("bm25s").setLevel(logging.WARNING)  # it sets itself to DEBUG and speaks on every index

# Lucene's defaults. k1 = 1.5 does a little better on the questions whose figures we report, and a little
# worse on the 6,540 of the other passages, the ones to choose by (mean R@1 0.930, not 0.932).
K1 = 1.2
B = 0.75

_PROGRESS_EVERY = 256  # texts; a callback that redraws a bar for every text would cost more than the text


class LexicalIndex:
    """Texts by the tokens they hold. Immutable once built; row ``i`` is the ``i``-th text given to ``build``.

    The score of a text for a query is, summed over the query's tokens t (repeated ones count each time)::

        log(1 + (N - df(t) + 0.5) / (df(t) + 0.5)) · tf / (tf + k1 · (1 - b + b · length / mean length))

    BM25 as Lucene computes it (Kamphuis et al., ECIR 2020), lengths in tokens; from 0 without an upper bound,
    higher is better.
    """

    def __init__(self, bm25: bm25s.BM25) -> None:
        """``bm25``: indexed or loaded; users call ``build`` or ``load``."""
        self._bm25 = bm25

    @classmethod
    def build(cls, texts: Collection[str], progress: Callable[[int], None] | None = None) -> Self:
        """The index of ``texts``, which are read twice: their tokens take more memory than they do, and are not kept.
        ``progress`` hears, now and then and at the end, how many were read.

        No text, or none with a token in it, gives an index that finds nothing. Equal texts give equal bytes.
        """
        vocabulary: dict[str, int] = {}
        df = np.zeros(1024, np.int64)
        n_tokens = 0
        for n_read, text in enumerate(texts, 1):
            # Tokens are numbered as they are first met, so that nothing hangs on Python's hash seed.
            row = [vocabulary.setdefault(token, len(vocabulary)) for token in tokenize(text)]
            n_tokens += len(row)
            while len(vocabulary) > len(df):
                df = np.concatenate((df, np.zeros_like(df)))
            df[np.unique(np.array(row, np.int32))] += 1
            if progress and (n_read % _PROGRESS_EVERY == 0 or n_read == len(texts)):
                progress(n_read)
        bm25 = bm25s.BM25(k1=K1, b=B, method="lucene", backend="numpy")
        bm25.vocab_dict, bm25.nonoccurrence_array = vocabulary, None
        bm25.scores = {**_matrix(texts, vocabulary, df[: len(vocabulary)], n_tokens), "num_docs": len(texts)}
        return cls(bm25)

    @property
    def n_rows(self) -> int:
        """How many texts were given to ``build``."""
        return int(self._bm25.scores["num_docs"])

    def scores(self, query: str) -> NDArray[np.float32]:
        """(n_rows,) float32: the score of every row for ``query``; 0 where they share no token."""
        return self.scores_of(tokenize(query))

    def scores_of(self, tokens: Sequence[str]) -> NDArray[np.float32]:
        """The same for a query that is in tokens already."""
        ids = self._bm25.get_tokens_ids(list(tokens))
        if not ids:
            return np.zeros(self.n_rows, np.float32)
        scores: NDArray[np.float32] = self._bm25.get_scores_from_ids(ids)
        return scores

    def search(
        self, query: str, k: int, allowed: NDArray[np.bool_] | None = None
    ) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        """The best ``k`` rows for ``query`` among ``allowed`` ((n_rows,) bool; None: all), with scores.

        Two arrays of one length ≤ k, best first, equal scores by row number; only rows with a score above 0.
        Scores do not depend on ``allowed``: document frequencies are those of the whole index.
        """
        scores = self.scores(query)
        rows = best(scores, k, allowed)
        return rows, scores[rows]

    def idf(self, token: str) -> float:
        """``log(1 + (N - df + 0.5) / (df + 0.5))`` of one of ``tokenize``'s tokens; unknown: df is 0."""
        token_id = self._bm25.vocab_dict.get(token)
        indptr = self._bm25.scores["indptr"]
        df = 0 if token_id is None else int(indptr[token_id + 1] - indptr[token_id])
        return log(1 + (self.n_rows - df + 0.5) / (df + 0.5))

    def save(self, folder: Path) -> None:
        """Write three ``.npy`` arrays and two JSON files into ``folder`` (made if absent); no pickle."""
        self._bm25.save(folder, allow_pickle=False, show_progress=False)

    @classmethod
    def load(cls, folder: Path, *, mapped: bool = False) -> Self:
        """The index that ``save`` wrote; with ``mapped``, its arrays stay in their files, shared between processes.

        Raises SnapshotDamaged if a file is missing, cannot be read, or does not fit the others. That a byte
        inside an array has changed is for the manifest's checksums to see.
        """
        try:
            bm25 = bm25s.BM25.load(folder, mmap=mapped, allow_pickle=False, show_progress=False)
            fault = _fault(bm25)
        except (OSError, ValueError, TypeError, AttributeError, KeyError, EOFError) as error:
            # JSONDecodeError and UnicodeDecodeError are ValueErrors; odd parameters give the rest.
            raise SnapshotDamaged(f"lexical index in {folder}: {error}; re-index") from error
        if fault:
            raise SnapshotDamaged(f"lexical index in {folder}: {fault}; re-index")
        return cls(bm25)


def _matrix(
    texts: Collection[str], vocabulary: Mapping[str, int], df: NDArray[np.int64], n_tokens: int
) -> dict[str, NDArray[Any]]:
    """The scores of ``texts`` by column, as bm25s has them: to the bit what its own ``index`` makes, which takes 36
    bytes for each score on the way to the 8 that it keeps. ``df``: in how many texts each token is."""
    indptr = np.concatenate((np.zeros(1, np.int64), np.cumsum(df)))
    data, indices = np.empty(indptr[-1], np.float32), np.empty(indptr[-1], np.int32)
    idf = np.array([log(1 + (len(texts) - n + 0.5) / (n + 0.5)) for n in df.tolist()], np.float32)
    mean_length = n_tokens / len(texts) if texts else 0.0
    free = indptr[:-1].copy()  # the next place in each column
    for number, text in enumerate(texts):
        row = [vocabulary[token] for token in tokenize(text)]
        if not row:
            continue
        tokens, counts = np.unique(np.array(row, np.int32), return_counts=True)
        tf = counts.astype(np.float32)
        damped = tf / (np.float64(K1 * ((1 - B) + B * len(row) / mean_length)) + tf)
        at = free[tokens]
        data[at], indices[at] = idf[tokens] * damped, number
        free[tokens] += 1
    return {"data": data, "indices": indices, "indptr": indptr}


def best(scores: NDArray[np.float32], k: int, allowed: NDArray[np.bool_] | None = None) -> NDArray[np.int64]:
    """The rows of the ``k`` highest of ``scores`` ((n_rows,)) above 0 among ``allowed``, best first, ties by row."""
    eligible = scores > 0 if allowed is None else (scores > 0) & allowed
    rows = np.flatnonzero(eligible)
    if k <= 0:
        rows = rows[:0]
    elif len(rows) > k:
        # All that tie with the k-th stay in until the stable sort, which settles ties by row number.
        kth_best = np.partition(scores[rows], -k)[-k]
        rows = rows[scores[rows] >= kth_best]
    return rows[np.argsort(-scores[rows], kind="stable")][: max(k, 0)].astype(np.int64)


def _fault(bm25: Any) -> str | None:
    """What in a loaded index does not fit together, or None; reads the column starts, not the matrix."""
    data, indices, indptr = (bm25.scores[name] for name in ("data", "indices", "indptr"))
    n_rows, vocabulary = bm25.scores["num_docs"], bm25.vocab_dict
    if not isinstance(n_rows, int) or n_rows < 0:
        return "the parameters do not state the number of rows"
    if not isinstance(vocabulary, dict) or sorted(vocabulary.values()) != list(range(len(vocabulary))):
        return "the vocabulary does not number its tokens from 0"
    if (data.dtype, indices.dtype, indptr.dtype) != (np.float32, np.int32, np.int64):
        return "an array is of another type"
    if data.ndim != 1 or data.shape != indices.shape or indptr.shape != (len(vocabulary) + 1,):
        return "the arrays do not fit each other or the vocabulary"
    df = np.diff(indptr)
    if indptr[0] != 0 or indptr[-1] != len(data) or (len(df) and not 0 < df.min() <= df.max() <= n_rows):
        return "the columns do not cover the matrix"
    return None
