"""Hybrid retrieval: dense and lexical candidates, one fused score."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from indexer.chinese.folding import fold
from indexer.chinese.tokens import tokenize
from indexer.encoders.types import Encoder
from indexer.store.lexical import best
from indexer.store.snapshot import Snapshot
from service.copies import Reports, are_copies, group_of, say_the_same
from service.deadline import check
from service.filters import fitting
from service.scope import Scope, agreement, scope_of
from service.types import Filters, Language, Passage
from service.understand import Understood

CANDIDATES = 100  # rows taken from each side before fusing
MAX_CANDIDATES = 6400  # where most of them are copies
# The weight of the dense score in the sum of the two, each scaled to [0, 1], by the language of the question: words of
# an English one stand in a Chinese report by accident. Settled by eval/results/fusion.md.
DENSE_WEIGHTS: Mapping[Language, float] = MappingProxyType({"zh": 0.6, "en": 0.85})
SCOPE_BONUS = 0.15  # for a passage of the asked year and region


@dataclass(frozen=True)
class Retriever:
    """Finds the passages of one snapshot that a question is about."""

    snapshot: Snapshot
    encoder: Encoder
    dense_weights: Mapping[Language, float] = field(default_factory=lambda: DENSE_WEIGHTS)
    scope_bonus: float = SCOPE_BONUS

    def encode(self, question: str) -> NDArray[np.float32]:
        """The question's vector: (dim,) float32, L2-normalised."""
        return self.encoder.encode_question(question)

    def retrieve(
        self,
        understood: Understood,
        vector: NDArray[np.float32],
        k: int,
        allowed: NDArray[np.bool_] | None = None,
        n: int = CANDIDATES,
    ) -> tuple[Passage, ...]:
        """The best ``k`` passages for a question and its vector, best first, among the rows ``allowed`` ((n_chunks,)
        bool; None allows all), of which ``n`` are taken from each side.

        The fused score is in [0, 1 + scope_bonus]: a convex combination of the cosine and the BM25 score, each
        scaled over the candidates (Bruch, Gai and Ingber 2023, arXiv 2210.11934), and the bonus.
        """
        bm25 = self.snapshot.lexical.scores_of((*understood.tokens, *_spelled_out(understood)))
        near, _ = self.snapshot.vectors.search(vector, n, allowed)
        rows = np.union1d(near, best(bm25, n, allowed))
        if not len(rows):
            return ()
        cosines = self.snapshot.vectors.rows(rows) @ vector
        scopes = self._agreement(understood.scope, rows)
        fused = fuse(cosines, bm25[rows], self.dense_weights[understood.language]) + self.scope_bonus * scopes
        order = np.lexsort((rows, -fused))[:k]
        return tuple(
            Passage(
                rank=rank,
                score=float(fused[at]),
                cosine=float(cosines[at]),
                bm25=float(bm25[rows[at]]),
                scope=float(scopes[at]),
                title=self.snapshot.summaries[chunk.report_id].title,
                chunk=chunk,
            )
            for rank, at in enumerate(order, start=1)
            for chunk in [self.snapshot.chunks[rows[at]]]
        )

    def with_copies(
        self, understood: Understood, vector: NDArray[np.float32], k: int, allowed: NDArray[np.bool_] | None = None
    ) -> list[Passage]:
        """The best ``k`` passages that differ, and the copies of those: a report that lies there several times does not
        take the places of others. Where copies fill the candidates, there are more."""
        n = CANDIDATES
        while True:
            passages = self.retrieve(understood, vector, n, allowed, n)
            kept = with_copies(passages, k, self.snapshot.summaries)
            n_differ = len({first for first, _ in kept})
            if n_differ >= k or len(passages) < n or n >= MAX_CANDIDATES:
                return [passage for _, passage in kept]
            n *= 4

    def differing(
        self, understood: Understood, vector: NDArray[np.float32], k: int, allowed: NDArray[np.bool_] | None = None
    ) -> tuple[Passage, ...]:
        """The best ``k`` passages that differ; each names the copies of its report that have it too."""
        found: dict[str, Passage] = {}
        kept = with_copies(self.with_copies(understood, vector, k, allowed), k, self.snapshot.summaries)
        for first, passage in kept:
            if first == passage.chunk.chunk_id:
                found[first] = passage.model_copy(update={"rank": len(found) + 1})
            else:
                also = dict.fromkeys((*found[first].also_in, passage.chunk.report_id))
                also.pop(found[first].chunk.report_id, None)
                found[first] = found[first].model_copy(update={"also_in": tuple(also)})
        return tuple(found.values())

    def _agreement(self, asked: Scope, rows: NDArray[np.int64]) -> NDArray[np.float32]:
        """How well the year and region of each row fit those asked for: (len(rows),) in [0, 1]."""
        if not (asked.years or asked.regions):
            return np.zeros(len(rows), np.float32)
        found = (self.snapshot.chunks[row] for row in rows)
        return np.fromiter(
            (
                agreement(asked, scope_of(chunk, self.snapshot.summaries[chunk.report_id]), chunk.text)
                for chunk in found
            ),
            np.float32,
        )

    def allowed(self, filters: Filters, report_ids: frozenset[str] = frozenset()) -> NDArray[np.bool_] | None:
        """The rows that ``filters`` and the reports named in the question leave; None when they leave all."""
        fits = fitting(filters)
        if fits is None and not report_ids:
            return None
        allowed = np.zeros(len(self.snapshot.chunks), np.bool_)
        for entry in self.snapshot.catalogue:
            check()
            report = entry.summary
            allowed[entry.rows.start : entry.rows.end] = (not report_ids or report.report_id in report_ids) and (
                fits is None or fits(report)
            )
        return allowed


def _spelled_out(understood: Understood) -> list[str]:
    """The tokens of what reports write for a short form in Latin letters, which shares none with it: 生产总值."""
    if understood.language != "zh":
        return []
    short = (term for term in understood.terms if any(word.isascii() and understood.says(word) for word in term.words))
    return [token for term in short if term.usual for token in tokenize(term.usual) if token not in understood.tokens]


def with_copies(passages: Sequence[Passage], k: int, reports: Reports) -> list[tuple[str, Passage]]:
    """The best ``k`` of ``passages`` that differ, and the copies of those, each with the chunk_id of the first that
    says it: of any report in the same words under the same headings, of copies of one report in nearly the same."""
    kept: list[tuple[str, Passage]] = []
    first_of: dict[tuple[str, str], str] = {}
    of_group: dict[str, list[Passage]] = {}
    n_differ = 0
    for passage in passages:
        group = of_group.setdefault(group_of(passage.chunk.report_id, reports), [])
        first = first_of.get(wording(passage)) or next(
            (
                other.chunk.chunk_id
                for other in group
                if are_copies(passage.chunk.report_id, other.chunk.report_id, reports)
                and say_the_same(passage.chunk.text, other.chunk.text)
            ),
            None,
        )
        if first is None and n_differ == k:
            continue
        if first is None:
            first = passage.chunk.chunk_id
            n_differ += 1
            group.append(passage)
        first_of.setdefault(wording(passage), first)
        kept.append((first, passage))
    return kept


def wording(passage: Passage) -> tuple[str, str]:
    """What two copies of a passage have in common: title and headings above it, and its text but for white space."""
    return passage.chunk.context, "".join(fold(passage.chunk.text).split())


def fuse(cosines: NDArray[np.float32], bm25: NDArray[np.float32], dense_weight: float) -> NDArray[np.float32]:
    """``w · scaled(cosines) + (1 - w) · scaled(bm25)``; both (n,), the result in [0, 1]."""
    return np.asarray(
        dense_weight * _scaled(cosines, float(cosines.min())) + (1 - dense_weight) * _scaled(bm25, 0.0), np.float32
    )


def _scaled(scores: NDArray[np.float32], lowest: float) -> NDArray[np.float32]:
    spread = float(scores.max()) - lowest
    return np.asarray((scores - lowest) / spread if spread > 0 else np.zeros_like(scores), np.float32)
