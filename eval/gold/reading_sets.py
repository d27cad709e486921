"""The public reading sets of ``shared/qa`` as reports and questions."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from eval.gold.types import EvidenceSpan, GoldItem
from indexer.reports import report_id
from indexer.sentences import sentences
from indexer.types import ReadValue, Report, ReportMetadata

BILINGUAL_HELD_OUT = (2015, 2016)
HELD_OUT_EVERY = 5  # figures are for the questions of every fifth passage; fitting uses the others


@dataclass(frozen=True)
class ReadingQuestion:
    """A question with the report that answers it; ``held_out`` ones are for figures, the others for fitting."""

    question: str
    answers: tuple[str, ...]
    report_id: str
    held_out: bool
    lang: Literal["zh", "zh-Hant", "en"]


@dataclass(frozen=True)
class ReadingSet:
    """A public set: its whole pool of passages, and its questions."""

    name: str
    reports: tuple[Report, ...]
    questions: tuple[ReadingQuestion, ...]


def load_reading_set(folder: Path) -> ReadingSet:
    """Read ``passages.jsonl`` {id, title, text} and ``questions.jsonl`` {question, answers, passage_id}."""
    passages = list(_lines(folder / "passages.jsonl"))
    place = {passage["id"]: at for at, passage in enumerate(passages)}
    return ReadingSet(
        name=folder.name,
        reports=tuple(_report(folder.name, passage) for passage in passages),
        questions=tuple(
            ReadingQuestion(
                question=item["question"],
                answers=tuple(item["answers"]),
                report_id=report_id(f"{folder.name}/{item['passage_id']}", None),
                held_out=place[item["passage_id"]] % HELD_OUT_EVERY == 0,
                lang=item["lang"],
            )
            for item in _lines(folder / "questions.jsonl")
        ),
    )


def as_gold(pool: ReadingSet) -> list[GoldItem]:
    """The held-out questions as gold items. Evidence: the sentences of the passage that hold an accepted answer."""
    texts = {report.report_id: report.text for report in pool.reports}
    items = []
    for at, question in enumerate(pool.questions):
        if not question.held_out:
            continue
        text = texts[question.report_id]
        spans = tuple(
            EvidenceSpan(report_id=question.report_id, start=span.start, end=span.end)
            for span in sentences(text)
            if any(answer in span.of(text) for answer in question.answers)
        )
        items.append(
            GoldItem(
                id=f"{pool.name}-{at}",
                question=question.question,
                lang=question.lang,
                type="fact",
                answers=question.answers,
                evidence=tuple(text[span.start : span.end] for span in spans[:1]),
                spans=(spans,) if spans else (),
            )
        )
    return items


def load_bilingual(path: Path) -> tuple[list[Report], list[GoldItem]]:
    """The aligned segments {id, year, zh, en}: each Chinese one a report; each English one of BILINGUAL_HELD_OUT a
    question, answered by its Chinese segment wherever that stands word for word."""
    segments = list(_lines(path))
    reports = [_report(path.stem, {"id": s["id"], "title": s["id"], "text": s["zh"]}) for s in segments]
    places: dict[str, list[EvidenceSpan]] = {}
    for report in reports:
        places.setdefault(report.text, []).append(
            EvidenceSpan(report_id=report.report_id, start=0, end=len(report.text))
        )
    items = [
        GoldItem(
            id=segment["id"],
            question=segment["en"],
            lang="en",
            type="crossling",
            answers=(segment["zh"],),
            evidence=(segment["zh"],),
            spans=(tuple(places[segment["zh"]]),),
        )
        for segment in segments
        if segment["year"] in BILINGUAL_HELD_OUT
    ]
    return reports, items


def _report(name: str, passage: dict[str, Any]) -> Report:
    file = f"{name}/{passage['id']}"
    title = ReadValue(value=passage["title"] or passage["id"], origin="file")
    return Report(
        report_id=report_id(file, None),
        text=passage["text"],
        file=file,
        encoding="utf-8",
        metadata=ReportMetadata(title=title),
    )


def _lines(path: Path) -> Iterator[dict[str, Any]]:
    with path.open(encoding="utf-8") as file:
        yield from (json.loads(line) for line in file)
