"""The public reading sets of ``shared/qa`` as reports and questions."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from indexer.readers.text import report_id
from indexer.types import ReadValue, Report, ReportMetadata

HELD_OUT_EVERY = 5  # figures are for the questions of every fifth passage; fitting uses the others


@dataclass(frozen=True)
class ReadingQuestion:
    """A question with the report that answers it; ``held_out`` ones are for figures, the others for fitting."""

    question: str
    answers: tuple[str, ...]
    report_id: str
    held_out: bool


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
            )
            for item in _lines(folder / "questions.jsonl")
        ),
    )


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
