"""What an answerer makes: a draft, before it is decided whether it may be given."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from indexer.types import Span
from service.spans import Readings
from service.types import Answer, Passage
from service.understand import Understood

MORE_LIKELY_THAN_NOT = 0.5  # of a probability that decides


@dataclass(frozen=True)
class Piece:
    """A part of an answer: a span of a report, quoted as it stands. ``highlights`` are canonical spans inside it;
    ``label`` says whose it is, where that is not the report's name, ``side`` which of those that are compared it is of;
    ``masked``: the asked value is covered there; ``also_in``: further reports that say it word for word;
    ``item``: the part of it that is given, where that is one of several things that it enumerates."""

    report_id: str
    span: Span
    heading_path: tuple[str, ...]
    highlights: tuple[Span, ...] = ()
    label: str | None = None
    side: str | None = None
    masked: bool = False
    also_in: tuple[str, ...] = ()
    item: Span | None = None


@dataclass(frozen=True)
class Evidence:
    """What speaks for the first piece. The decision to abstain reads this and nothing else.

    The cosine of its passage; the shares of the question's words, weighted by idf, that stand in it and in its passage
    with the headings; its share of the best score, were there no rules about year, place and unit (``lead``); whether
    an asked figure is ``marked`` (1 where none is asked for); the reader's score on its passage, and the judge's
    ``verdict`` on itself, where there are a reader and a judge.
    """

    cosine: float
    coverage: float
    passage_coverage: float
    lead: float = 1.0
    marked: float = 1.0
    reading: float | None = None
    verdict: float | None = None


@dataclass(frozen=True)
class Gap:
    """What a series of points lacks, by what the source itself shows (``service.answers.gaps``). ``n_there`` are there;
    ``stated``: the words that say how many there are, where that is another number (``n_stated``); ``passed_over``: the
    marks that its numbers leave out; ``broken_off``: the point in which the source ends."""

    n_there: int
    stated: Span | None = None
    n_stated: int | None = None
    passed_over: tuple[str, ...] = ()
    broken_off: Span | None = None

    @property
    def n_lacking(self) -> int:
        """How many more are stated than are there, but for those that the marks leave out, which are named."""
        return max((self.n_stated or 0) - self.n_there - len(self.passed_over), 0)

    @property
    def is_one(self) -> bool:
        """Whether anything is lacking; where more points are there than are stated, nothing is."""
        return bool(self.n_lacking or self.passed_over or self.broken_off)


@dataclass(frozen=True)
class WorkedOut:
    """What no report states, but two or more of their figures come to: the ``sides``, each by its name and figure, the
    largest first, and the ``difference`` of two, where that is asked for."""

    sides: tuple[tuple[str, str], ...]
    equal: bool
    difference: str | None = None


@dataclass(frozen=True)
class Draft:
    """Pieces, best first, and the evidence for the first of them; without pieces there is none. ``certainty`` is the
    probability that they answer, where what made them has a model of its own for that.

    ``missing`` says what of the question they leave open, ``searched`` where that was looked for, ``looked_in`` where
    each of that was, where sides are compared, ``options`` what the question may mean; ``n_masked`` of the pieces are
    covered in the source; ``counted``: so many there are of them, which is the answer; ``disagrees``: but for the
    first, which states another number; ``gap``: what the source lacks of them; ``n_left_out``: how many more there are
    than are given; ``worked_out``: what their figures come to.
    """

    pieces: tuple[Piece, ...] = ()
    evidence: Evidence | None = None
    certainty: float | None = None
    missing: tuple[str, ...] = ()
    searched: tuple[str, ...] = ()
    options: tuple[str, ...] = ()
    n_masked: int = 0
    counted: int | None = None
    disagrees: bool = False
    gap: Gap | None = None
    n_left_out: int = 0
    worked_out: WorkedOut | None = None
    looked_in: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True)
class Prepared:
    """The extractive ``answer``, and what a language model may write another from: the pieces that it is made of, and
    the passages that were retrieved, best first."""

    understood: Understood
    answer: Answer
    pieces: tuple[Piece, ...]
    passages: tuple[Passage, ...]


@dataclass(frozen=True)
class Kept:
    """A sentence of a language model that the ``cited`` carry."""

    text: str
    cited: tuple[Piece, ...]


class Answerer(Protocol):
    """One way to answer from passages."""

    def draft(self, understood: Understood, passages: Sequence[Passage], readings: Readings) -> Draft:
        """The answer to what was asked, from ``passages``, which are given best first, and what the reader says of
        them."""
