"""What is broken in a gold set, over the reports that it asks about. It finds everything, not the first fault alone."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from eval.gold.evidence import BETWEEN_PARTS, locate, named_reports
from eval.gold.load import RETRIEVAL_ONLY, GoldLine, duplicate_id, unconfirmed
from eval.gold.types import GoldItem
from indexer.chinese.figures import holds
from indexer.chinese.folding import fold
from indexer.types import Report

MAX_SHOWN_CHARS = 40
_PART_OF_FILE = re.compile(r"\.\w{2,5}(?:#|$|\s)")  # not every part is a file: “篇一”, “both”


@dataclass(frozen=True)
class Fault:
    """Something wrong with one line of a gold file; ``item_id`` is empty when the line holds no item."""

    line: int
    item_id: str
    problem: str

    def __str__(self) -> str:
        return f"line {self.line}{f' ({self.item_id})' if self.item_id else ''}: {self.problem}"


def check(lines: Iterable[GoldLine], reports: Mapping[str, Report] | Iterable[Report]) -> list[Fault]:
    """Every fault of the gold file that ``lines`` were read from (``read_lines``), in the order of its lines.

    ``reports`` are those of the snapshot that is asked; evidence must stand in one of them.
    """
    held = list(lines)
    if not held:
        return [Fault(1, "", "it holds no question; write one JSON object a line")]
    pool = tuple(reports.values() if isinstance(reports, Mapping) else reports)
    faults = [Fault(line.number, "", line.problem) for line in held if line.item is None]
    items = [(line.number, line.item) for line in held if line.item is not None]
    faults += _repeated(items)
    faults += [Fault(number, item.id, problem) for number, item in items for problem in _problems(item, pool)]
    return sorted(faults, key=lambda fault: fault.line)


def _repeated(items: Sequence[tuple[int, GoldItem]]) -> Iterator[Fault]:
    line_of: dict[str, int] = {}
    asked: dict[str, list[tuple[int, GoldItem]]] = defaultdict(list)
    for number, item in items:
        if item.id in line_of:
            yield Fault(number, item.id, duplicate_id(item.id, line_of[item.id]))
        line_of.setdefault(item.id, number)
        earlier = asked[_bare(item.question)]
        same = next(((at, other) for at, other in earlier if not _asks_elsewhere(item, other)), None)
        if same is not None:
            yield Fault(number, item.id, f"the question stands in line {same[0]} ({same[1].id}) already")
        earlier.append((number, item))


def _asks_elsewhere(item: GoldItem, other: GoldItem) -> bool:
    """Whether the same words are asked of different reports, which makes them different questions."""
    return bool(item.where and other.where) and item.where != other.where


def _bare(question: str) -> str:
    """The question folded, without white space and punctuation; as it is when nothing else is in it."""
    bare = "".join(char for char in fold(question) if unicodedata.category(char)[0] not in "PZC")
    return bare or question


def _problems(item: GoldItem, reports: Sequence[Report]) -> Iterator[str]:
    if item.unconfirmed:
        yield unconfirmed(item)
    for name, values in (("answer", item.answers), ("evidence", item.evidence)):
        yield from (f"{name} {at} is empty" for at, value in enumerate(values, start=1) if not value.strip())
    if item.spans and len(item.spans) != len(item.evidence):
        yield f"it has spans for {len(item.spans)} evidences and {len(item.evidence)} evidences"
    if item.type == "unanswerable":
        for name, values in (("evidence", item.evidence), ("answers", item.answers)):
            if values:
                yield f"it is unanswerable and has {name} ({_short(values[0])}); remove them, or give it another type"
        return
    yield from _lacking(item)
    named_files = item.report or _PART_OF_FILE.search(item.part)
    if named_files and len(named_reports(item.where, reports)) < len(item.where.split(BETWEEN_PARTS)):
        yield f"the part {item.where!r} names a file that is no report of this index"
    for at, evidence in enumerate(item.evidence, start=1):
        if evidence.strip() and not _stands(item, evidence, reports):
            yield f"evidence {at} ({_short(evidence)}) {_whereabouts(item, evidence, reports)}"
    if item.type != "masked" and item.evidence:
        yield from _unsupported(item)


def _lacking(item: GoldItem) -> Iterator[str]:
    if item.to_refuse:
        return
    if not item.answers and item.note != RETRIEVAL_ONLY:
        yield f"it is of type {item.type} and has no answers"
    # What a report is called, or when it is from, may stand in the name of its file alone.
    if not item.evidence and item.type != "metadata":
        yield f"it is of type {item.type} and has no evidence"


def _unsupported(item: GoldItem) -> Iterator[str]:
    """Answers that the evidence does not hold. English wording of what a Chinese report says cannot be found there."""
    said = [evidence for evidence in item.evidence if evidence.strip()]
    answers = [answer for answer in item.answers if answer.strip()]
    if item.lang == "en" or item.type == "count" or not said:
        return  # nor what must be counted
    missing = [answer for answer in answers if not any(holds(evidence, answer) for evidence in said)]
    if item.has_key_points:
        for point in missing:
            if not _is_latin(point):
                yield f"the key point {_short(point)} stands in no evidence"
    elif answers and len(missing) == len(answers) and not any(map(_is_latin, missing)):
        yield f"none of the answers ({'、'.join(map(_short, missing))}) stands in the evidence"


def _stands(item: GoldItem, evidence: str, reports: Sequence[Report]) -> bool:
    if locate(evidence, item.where, reports):
        return True
    if item.type != "metadata":
        return False
    searched = named_reports(item.where, reports) or reports
    return any(evidence in report.file or evidence in report.title for report in searched)


def _whereabouts(item: GoldItem, evidence: str, reports: Sequence[Report]) -> str:
    elsewhere = locate(evidence, "", reports) if named_reports(item.where, reports) else ()
    if not elsewhere:
        return "stands in no report"
    held = next(report for report in reports if report.report_id == elsewhere[0].report_id)
    return f"stands in no report that the part {item.where!r} names, but in {held.file}"


def _is_latin(answer: str) -> bool:
    """Whether the answer is worded in Latin letters: it has some, and more than other letters."""
    letters = [char for char in answer if char.isalpha()]
    return 2 * sum(char.isascii() for char in letters) > len(letters)


def _short(text: str) -> str:
    return f"“{text if len(text) <= MAX_SHOWN_CHARS else text[: MAX_SHOWN_CHARS - 1] + '…'}”"
