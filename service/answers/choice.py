"""Which of the sentences that may answer are given: each once, and one alone where one thing is asked for.

Reports of other years or places say other values for the same thing, in nearly the same words. Where the question does
not name which is meant, they stand side by side, the newest first, and where they are too many the reader is asked.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from indexer.types import ReportSummary
from service.answers.types import Evidence, Piece
from service.checks import is_plan
from service.copies import Reports, are_copies, group_of, is_corrected, likeness, say_the_same
from service.figures import figures
from service.rows import row_of
from service.understand import Understood, pairs
from service.units import alike

MAX_SIDE_BY_SIDE = 5
AS_GOOD = 0.975  # share of the best score; what lies between two such sentences decides nothing
NEAR = 0.9  # share of the best score, for another value where the question leaves both place and year open
MOST = 0.5  # share of the question's pairs of letters in the best sentence, that such another has too
ALIKE = 0.75  # share of the pairs of letters that two clauses have in common, if they say the same of other things
_CLAUSE_END = re.compile(r"[,;。、:!?]")


@dataclass(frozen=True)
class Candidate:
    """A sentence that may answer: its ``score`` and ``scope`` (see Passage), and its text, folded."""

    score: float
    scope: float
    text: str
    piece: Piece
    evidence: Evidence


def without_copies(found: Iterable[Candidate], reports: Reports) -> list[Candidate]:
    """Each sentence once, as it stands in the best place; the other reports that say it are named there: in the same
    words any, in nearly the same words those that are copies of its report, if they give the same value."""
    kept: dict[str, Candidate] = {}
    key_of: dict[str, str] = {}  # by wording
    of_group: dict[str, list[str]] = {}
    for candidate in found:
        words = "".join(candidate.text.split())
        group = of_group.setdefault(group_of(candidate.piece.report_id, reports), [])
        key = key_of.get(words) or next((key for key in group if _is_copy(candidate, kept[key], reports)), words)
        if key not in kept:
            group.append(key)
        key_of[words] = key
        first = kept.setdefault(key, candidate)
        others = dict.fromkeys((*first.piece.also_in, candidate.piece.report_id))
        others.pop(first.piece.report_id, None)
        kept[key] = replace(first, piece=replace(first.piece, also_in=tuple(others)))
    return list(kept.values())


def corrected(best: Candidate, found: Iterable[Candidate], reports: Reports) -> list[Candidate]:
    """What copies of the report of ``best`` say in its place, where that is another thing: nobody but the reader can
    tell which of them is right."""
    report_id = best.piece.report_id
    own = [one for one in found if report_id in (one.piece.report_id, *one.piece.also_in)]
    return [
        candidate
        for candidate in found
        if are_copies(report_id, candidate.piece.report_id, reports)
        and report_id not in candidate.piece.also_in
        and not candidate.piece.masked
        and (_value(candidate) != _value(best) or not best.piece.highlights)
        and is_corrected(candidate.text, best.text)
        # It stands in the place of this sentence, and not of the next, which tells of the secondary schools.
        and not any(likeness(candidate.text, one.text) > likeness(candidate.text, best.text) for one in own)
    ][: MAX_SIDE_BY_SIDE - 1]


def _is_copy(candidate: Candidate, first: Candidate, reports: Reports) -> bool:
    """Whether it says, in a copy of its report, what ``first`` says, with the same value."""
    return (
        are_copies(candidate.piece.report_id, first.piece.report_id, reports)
        and all("".join(part.split()) in "".join(candidate.text.split()) for part in _values(first))
        and all("".join(part.split()) in "".join(first.text.split()) for part in _values(candidate))
        and say_the_same(candidate.text, first.text)
    )


def asks_one_thing(understood: Understood, *, is_marked: bool = False) -> bool:
    """Whether one sentence can say it: a figure, a name, a day, or a value for which no word asks, where one
    ``is_marked``; not of several places or years."""
    scope = understood.scope
    if len(scope.years) > 1 or scope.n_places > 1 or understood.things.several:
        return False
    is_value = understood.form == "number" or (understood.wants_value and is_marked)
    return is_value or (understood.form == "fact" and understood.things.one)


def other_values(
    understood: Understood, best: Candidate, found: Sequence[Candidate], reports: Mapping[str, ReportSummary]
) -> list[Candidate]:
    """``best`` and, where the question leaves the place or the year open, one sentence of each other report that says
    another value for the same thing in nearly the same words; the newest first, otherwise as they were found.

    A value that several reports give is given once, by the first of them. Where there is no other, what is as good as
    the best stands beside it: which of the two is meant cannot be told.
    """
    if not understood.wants_value or _names_all(understood) or not best.piece.highlights or best.piece.masked:
        return [best, *_as_good(best, found)]
    is_open = not (understood.scope.years or understood.scope.regions)
    said = {_value(best)}
    per_report = {best.piece.report_id: best}
    for candidate in found:
        report_id = candidate.piece.report_id
        if report_id in per_report or not candidate.piece.highlights or candidate.piece.masked:
            continue
        if candidate.scope < best.scope or _value(candidate) in said or _is_plan(candidate) != _is_plan(best):
            continue
        if understood.tense != "target" and not _is_of_like_unit(candidate, best):
            continue
        if not _tells_as_much(understood, candidate, best):
            continue
        if not (is_open and candidate.score >= NEAR * best.score) and not _same_thing(understood, best, candidate):
            continue
        per_report[report_id] = candidate
        said.add(_value(candidate))
    return sorted(
        per_report.values(), key=lambda candidate: reports[candidate.piece.report_id].year or "", reverse=True
    )


def labelled(found: Sequence[Candidate], reports: Mapping[str, ReportSummary]) -> list[Piece]:
    """Their pieces; those of reports that are called the same also by the name of the file, and those of one report by
    the nearest heading, or as the first and second of it."""
    names = [_name(reports[candidate.piece.report_id]) for candidate in found]
    ids = [candidate.piece.report_id for candidate in found]
    labels = [
        f"{name} ({reports[id_].file})"
        if any(name == other and id_ != other_id for other, other_id in zip(names, ids, strict=True))
        else name
        for name, id_ in zip(names, ids, strict=True)
    ]
    headings = [candidate.piece.heading_path[-1] if candidate.piece.heading_path else "" for candidate in found]
    labels = [
        f"{label} › {heading}" if heading and labels.count(label) > 1 else label
        for label, heading in zip(labels, headings, strict=True)
    ]
    return [
        replace(
            candidate.piece,
            label=f"{label} ({labels[: at + 1].count(label)})" if labels.count(label) > 1 else label,
        )
        for at, (candidate, label) in enumerate(zip(found, labels, strict=True))
    ]


def _name(report: ReportSummary) -> str:
    return " ".join(
        [*(part for part in (report.region, report.year) if part and part not in report.title), report.title]
    )


def _value(candidate: Candidate) -> str:
    return " ".join("".join(value.split()) for value in _values(candidate))


def _values(candidate: Candidate) -> list[str]:
    start = candidate.piece.span.start
    return [span.shifted(-start).of(candidate.text) for span in candidate.piece.highlights]


def _is_of_like_unit(one: Candidate, other: Candidate) -> bool:
    """Whether the values of both may be of one thing: 28家 museums are none of the 3.6万件 that they keep."""
    units = [next((found.unit for found in figures(value)), "") for value in (_values(one)[0], _values(other)[0])]
    return "" in units or units[0] == units[1] or alike(*units)


def _tells_as_much(understood: Understood, one: Candidate, other: Candidate) -> bool:
    """Whether one has nearly as many of the words for what is asked about as the other."""
    asked = understood.subject
    return len(pairs(one.text) & asked) >= MOST * len(pairs(other.text) & asked)


def _names_all(understood: Understood) -> bool:
    """Whether the question says of which year and of which place."""
    scope = understood.scope
    return bool(scope.years and (scope.regions or scope.elsewhere or scope.names_nation))


def _as_good(best: Candidate, found: Sequence[Candidate]) -> list[Candidate]:
    """The next sentence, where it scores as well as ``best`` and tells, like it, of a plan or of what happened."""
    return [
        candidate
        for candidate in found[1:2]
        if candidate.score >= AS_GOOD * best.score
        and candidate.scope >= best.scope
        and not (best.piece.masked or candidate.piece.masked)
        and _is_plan(candidate) == _is_plan(best)
    ]


def _is_plan(candidate: Candidate) -> bool:
    return is_plan(candidate.piece.heading_path, candidate.text)


def _same_thing(understood: Understood, one: Candidate, other: Candidate) -> bool:
    """Whether the clauses of the two values have most words in common, and as many of the question's."""
    clauses = _clause(one), _clause(other)
    asked = [len(clause & understood.pairs) for clause in clauses]
    return asked[1] >= max(ALIKE * asked[0], 1) and len(clauses[0] & clauses[1]) >= ALIKE * min(map(len, clauses))


def _clause(candidate: Candidate) -> frozenset[str]:
    """The pairs of letters of the clause that holds the value; of a table's row, of all of it."""
    if row_of(candidate.text):
        return pairs(candidate.text)
    at = candidate.piece.highlights[0].start - candidate.piece.span.start
    start = max((end.end() for end in _CLAUSE_END.finditer(candidate.text, 0, at)), default=0)
    end = _CLAUSE_END.search(candidate.text, at)
    return pairs(candidate.text[start : end.start() if end else None])
