"""Questions that people wrote on passages of real reports, as windows for the reader.

Each stands in ``eval/data/asked_passages.jsonl`` with the passage it was written on: the answer, in its words,
or none where the passage speaks of the matter and does not answer it (``kind`` says how it misses). The text of the
reports is not kept there but read from them: a passage is a span of a report's canonical text, or a run of segments of
the bilingual reports.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from itertools import dropwhile
from pathlib import Path
from typing import Any

from rich.progress import track

from indexer.chunks import chunks, full_title
from indexer.encoders.types import Reader, Window
from indexer.readers.sandbox import in_process
from indexer.reports import read_file
from indexer.sentences import sentences
from indexer.types import Chunk, Report

FILE = Path(__file__).parents[1] / "data" / "asked_passages.jsonl"
ELSEWHERE = "elsewhere"  # the kind of a window that is not the passage a question was written on
BESIDE = "beside"  # and of one that is that passage without the sentence that answers
NEAREST = 3  # of the other passages of its report, those likest a question, of which one is read beside its own
# Kept for measuring: a province, a year of the State Council, a page.
HELD_OUT = ("2025年江苏省政府工作报告.docx", "GR2016", "13_fd7429.html")


@dataclass(frozen=True)
class Asked:
    """A question and a window that it is asked of: a line that says whose it is, a line break, and a passage.
    ``window[start:end]`` answers it; -1 where nothing does. ``group`` is the question's number."""

    group: int
    kind: str  # of the question, or ELSEWHERE
    question: str
    window: str
    start: int
    end: int
    held_out: bool


@dataclass(frozen=True)
class _Passage:
    report: str
    context: str
    text: str

    @property
    def bigrams(self) -> set[str]:
        return {self.text[at : at + 2] for at in range(len(self.text) - 1)}


def read_asked(shared: Path, path: Path = FILE) -> list[Asked]:
    """Every question with its own passage, and those that are answered with another of the same report, which does not
    hold the answer. Raises ValueError where a passage does not hold the answer that was written down."""
    lines: list[dict[str, Any]] = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    passages = [_passage(shared, line["report"], *line["passage"]) for line in lines]
    of_report: dict[str, dict[str, _Passage]] = defaultdict(dict)
    for passage in passages:
        of_report[passage.report][passage.text] = passage
    found = list[Asked]()
    for group, (line, passage) in enumerate(zip(lines, passages, strict=True)):
        question, answer = line["question"], line["answer"]
        start = passage.text.find(answer) if answer else -1
        if answer and start < 0:
            raise ValueError(f"{line['id']}: {answer!r} does not stand in its passage")
        found.append(_asked(group, line["kind"], question, passage, start, len(answer or "")))
        if answer:
            others = [other for other in of_report[passage.report].values() if answer not in other.text]
            asked = {question[at : at + 2] for at in range(len(question) - 1)}
            nearest = sorted(others, key=lambda other: -len(asked & other.bigrams))[:NEAREST]
            if nearest:
                found.append(_asked(group, ELSEWHERE, question, nearest[group % len(nearest)], -1, 0))
    return found


def in_sentences(asked: Sequence[Asked], reader: Reader) -> list[Asked]:
    """Each as the judge meets it: of its window the sentence that answers, and the one that the ``reader`` points into
    where that is not there, which does not."""
    found, others = list[Asked](), list[tuple[Asked, str, str]]()
    for one in asked:
        context, _, passage = one.window.partition("\n")
        before = len(context) + 1
        if one.start >= 0:
            held = [s for s in sentences(passage) if s.start < one.end - before and s.end > one.start - before]
            start, end = held[0].start, held[-1].end
            window = f"{context}\n{passage[start:end]}"
            found.append(replace(one, window=window, start=one.start - start, end=one.end - start))
            one = replace(one, kind=BESIDE, start=-1, end=-1)
            passage = passage[:start] + passage[end:]
        if passage.strip():
            others.append((one, context, passage))
    for one, context, passage in track(others, "sentences that do not answer"):
        (reading,) = reader.read(one.question, [Window(context, passage)])
        sentence = next((s for s in sentences(passage) if s.end > reading.start), None)
        if sentence is not None:
            found.append(replace(one, window=f"{context}\n{sentence.of(passage)}"))
    return found


def kept_from_training(path: Path = FILE) -> list[tuple[str, str | None]]:
    """The questions on reports that no reader was trained on, but for those of the bilingual ones, and their answers;
    None where the passage does not answer."""
    lines = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    return [(line["question"], line["answer"]) for line in lines if Path(line["report"]).name in HELD_OUT]


def _asked(group: int, kind: str, question: str, passage: _Passage, start: int, length: int) -> Asked:
    before = len(passage.context) + 1
    place = (before + start, before + start + length) if start >= 0 else (-1, -1)
    window = f"{passage.context}\n{passage.text}"
    return Asked(group, kind, question, window, *place, held_out=passage.report in HELD_OUT)


def _passage(shared: Path, file: str, first: int | str, last: int | str) -> _Passage:
    if isinstance(first, str):
        segments = list(dropwhile(lambda segment: segment["id"] != first, _segments(shared / file)))
        behind = next(at for at, segment in enumerate(segments) if segment["id"] == last) + 1
        year = segments[0]["year"]
        text = "".join(segment["zh"].strip() for segment in segments[:behind])
        return _Passage(f"GR{year}", f"{year}年国务院政府工作报告", text)
    report, found = _report(shared / file)
    chunk = next(chunk for chunk in found if chunk.span.start <= first < chunk.span.end)
    context = " › ".join((full_title(report), *chunk.heading_path))
    return _Passage(Path(file).name, context, report.text[first : int(last)])


@cache
def _segments(path: Path) -> Sequence[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


@cache
def _report(path: Path) -> tuple[Report, tuple[Chunk, ...]]:
    (report,) = read_file(path, run=in_process).reports
    return report, chunks(report)
