"""What a citation and the gold evidence share: which characters of the quote, and which of the evidence.

All offsets count code points, as spans do. A citation of another system may be broken (a quote that is not as long as
its span): what lies beyond the quote is left out.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from eval.gold.types import EvidenceSpan
from eval.systems.types import Ranked
from service.types import Citation

Offsets = tuple[int, int]  # half open


@dataclass(frozen=True)
class Part:
    """Characters of a quote that lie all in the marked figure, or all outside of it."""

    text: str
    is_figure: bool


@dataclass(frozen=True)
class Stretch:
    """Characters of a quote that are all gold evidence, or all not."""

    parts: tuple[Part, ...]
    is_evidence: bool


@dataclass(frozen=True)
class Piece:
    """Characters of an evidence that are all cited, or all not."""

    text: str
    is_cited: bool


def stretches(citation: Citation, places: Iterable[EvidenceSpan]) -> tuple[Stretch, ...]:
    """The quote, cut where evidence begins or ends; joined again it is the quote."""
    evidence = merged(_within(citation, place.start, place.end) for place in _there(citation, places))
    figures = merged(_within(citation, span.start, span.end) for span in citation.highlights)
    return tuple(
        Stretch(
            parts=tuple(
                Part(citation.quote[start:end], is_figure) for (start, end), is_figure in cut(begin, stop, figures)
            ),
            is_evidence=is_evidence,
        )
        for (begin, stop), is_evidence in cut(0, len(citation.quote), evidence)
    )


def pieces(evidence: str, places: Sequence[EvidenceSpan], citations: Iterable[Citation]) -> tuple[Piece, ...]:
    """The evidence, cut where a citation of it begins or ends; joined again it is the evidence.

    ``places`` are where it stands. White space may differ between the evidence and the report: then the words that are
    cited are looked for in it.
    """
    cited: list[Offsets] = []
    for citation in citations:
        for place in _there(citation, places):
            start, end = _within(citation, place.start, place.end)
            if words := citation.quote[start:end]:
                cited += _stand(words, evidence, citation.start + start - place.start)
    return tuple(
        Piece(evidence[start:end], is_cited) for (start, end), is_cited in cut(0, len(evidence), merged(cited))
    )


def first_rank(ranking: Iterable[Ranked], places: Sequence[EvidenceSpan]) -> int | None:
    """The rank, from 1, of the first passage that shares at least half of the shorter of both with some evidence."""
    for rank, passage in enumerate(ranking, start=1):
        for place in places:
            shared = min(passage.end, place.end) - max(passage.start, place.start)
            shorter = min(passage.end - passage.start, place.end - place.start)
            if passage.report_id == place.report_id and 2 * shared >= shorter > 0:
                return rank
    return None


def merged(spans: Iterable[Offsets]) -> list[Offsets]:
    """The same characters in rising order, none twice; empty spans left out."""
    found: list[Offsets] = []
    for start, end in sorted(spans):
        if start >= end:
            continue
        if found and start <= found[-1][1]:
            found[-1] = found[-1][0], max(end, found[-1][1])
        else:
            found.append((start, end))
    return found


def cut(start: int, end: int, inside: Sequence[Offsets]) -> Iterator[tuple[Offsets, bool]]:
    """``[start, end)`` in order, cut into what lies in one of ``inside`` (merged) and what does not."""
    at = start
    for begin, stop in inside:
        begin, stop = max(begin, at), min(stop, end)
        if begin >= stop:
            continue
        if at < begin:
            yield (at, begin), False
        yield (begin, stop), True
        at = stop
    if at < end:
        yield (at, end), False


def _there(citation: Citation, places: Iterable[EvidenceSpan]) -> Iterator[EvidenceSpan]:
    return (place for place in places if place.report_id == citation.report_id)


def _within(citation: Citation, start: int, end: int) -> Offsets:
    """Offsets of a report as offsets of the quote."""
    length = len(citation.quote)
    return max(0, min(start - citation.start, length)), max(0, min(end - citation.start, length))


def _stand(words: str, evidence: str, expected: int) -> list[Offsets]:
    """Where ``words`` stand in ``evidence``: at ``expected``, or else where they stand with white space ignored."""
    if evidence[expected : expected + len(words)] == words:
        return [(expected, expected + len(words))]
    solid = [at for at, char in enumerate(evidence) if not char.isspace()]
    bare = "".join(words.split())
    at = "".join(evidence[place] for place in solid).find(bare)
    return [(solid[at], solid[at + len(bare) - 1] + 1)] if bare and at >= 0 else []
