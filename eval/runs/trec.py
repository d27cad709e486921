"""The files of TREC: rankings (runs) and relevance judgements (qrels), so that other tools can score Judian's runs.

Read by ``trec_eval``, ``ir_measures``, ``ranx`` and others. A passage is called ``report_id:start-end``.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from eval.errors import EvaluationError, GoldError, RunError
from eval.gold.load import read_bytes
from eval.gold.types import GoldItem
from eval.runs.stored import Run
from indexer.types import Chunk

BEIR_HEADER = ("query-id", "corpus-id", "score")


def read_trec_run(path: Path) -> dict[str, list[tuple[str, float]]]:
    """Query id to the documents ranked for it with their scores, best first; among equal scores the file's order.

    Raises GoldError, with the line, for what is not ``query Q0 document rank score tag``, and for a document that
    stands twice in one ranking.
    """
    found: dict[str, dict[str, float]] = {}
    for number, fields in _rows(path):
        if len(fields) != 6:
            raise GoldError(f"{path}, line {number}: a run has six columns (query Q0 document rank score tag)")
        query, _, document, _, score, _ = fields
        ranked = found.setdefault(query, {})
        if document in ranked:
            raise GoldError(f"{path}, line {number}: {document} is ranked twice for query {query}")
        ranked[document] = _number(score, path, number)
    return {query: sorted(ranked.items(), key=lambda pair: -pair[1]) for query, ranked in found.items()}


def read_qrels(path: Path) -> dict[str, dict[str, int]]:
    """Query id to document id to grade; 0 and below is not relevant.

    Both forms: TREC's ``query 0 document grade``, and BEIR's three columns with a header. Raises GoldError, with the
    line, for anything else, and for a document that is judged twice for one query in different ways.
    """
    grades: dict[str, dict[str, int]] = {}
    n_columns = 0
    for number, fields in _rows(path):
        if not n_columns:
            n_columns = len(fields)
            if tuple(fields) == BEIR_HEADER:
                continue
        if len(fields) != n_columns or n_columns not in (3, 4):
            raise GoldError(f"{path}, line {number}: qrels have 4 columns (query 0 document grade), BEIR's 3")
        query, document, grade = fields[0], fields[-2], int(_number(fields[-1], path, number))
        known = grades.setdefault(query, {}).setdefault(document, grade)
        if known != grade:
            raise GoldError(f"{path}, line {number}: {document} has the grade {known} for query {query} already")
    return grades


def passage_id(report_id: str, start: int, end: int) -> str:
    """What a passage is called in these files."""
    return f"{report_id}:{start}-{end}"


def write_trec_run(run: Run, path: Path) -> None:
    """Write the rankings of ``run``, tagged with its system; questions without a ranking are left out.

    Raises RunError when the run shows no ranking at all, or has a question id that such a file cannot hold.
    """
    tag = "-".join(run.stamp.system.split()) or "judian"
    lines = []
    for question, output in run.outputs.items():
        ranking = output.ranking or ()
        ids = [passage_id(ranked.report_id, ranked.start, ranked.end) for ranked in ranking]
        lines += [
            f"{_unspaced(question)} Q0 {name} {rank} {ranked.score!r} {tag}\n"
            for rank, (name, ranked) in enumerate(zip(ids, ranking, strict=True), start=1)
            if name not in ids[: rank - 1]  # trec_eval stops at a document that stands twice
        ]
    if not lines:
        raise RunError(f"{run.folder} holds no rankings; its system does not show what it retrieved, or it is stored")
    _write(path, lines)


def write_qrels(items: Iterable[GoldItem], chunks: Iterable[Chunk], path: Path) -> None:
    """Write which of ``chunks`` (those of the snapshot that was asked) hold evidence of which item, grade 1.

    ``items`` have their spans (those of a run do; else see ``eval.gold.evidence``). A chunk is relevant when it
    shares a character with an evidence. Raises RunError for a question id that such a file cannot hold.
    """
    by_report: dict[str, list[Chunk]] = {}
    for chunk in chunks:
        by_report.setdefault(chunk.report_id, []).append(chunk)
    lines = []
    for item in items:
        places = [place for places in item.spans for place in places]
        relevant = {
            passage_id(chunk.report_id, chunk.span.start, chunk.span.end): None
            for place in places
            for chunk in by_report.get(place.report_id, ())
            if chunk.span.start < place.end and place.start < chunk.span.end
        }
        lines += [f"{_unspaced(item.id)} 0 {name} 1\n" for name in relevant]
    _write(path, lines)


def relevant_documents(qrels: Mapping[str, Mapping[str, int]]) -> dict[str, list[str]]:
    """Query id to the documents with a grade above 0, for the queries that have one."""
    found = {query: [name for name, grade in grades.items() if grade > 0] for query, grades in qrels.items()}
    return {query: names for query, names in found.items() if names}


def _rows(path: Path) -> Iterator[tuple[int, list[str]]]:
    """The lines that are not blank, with their numbers, cut at tabs where there are some, else at white space."""
    for number, raw in enumerate(read_bytes(path).splitlines(), start=1):
        try:
            line = raw.decode("utf-8")
        except UnicodeDecodeError as error:
            raise GoldError(f"{path}, line {number}: byte {error.start + 1} is not UTF-8") from error
        if line.strip():
            yield number, [field.strip() for field in line.split("\t")] if "\t" in line else line.split()


def _number(text: str, path: Path, line: int) -> float:
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        raise GoldError(f"{path}, line {line}: {text!r} is no number")
    return value


def _unspaced(name: str) -> str:
    if not name or name.split() != [name]:
        raise RunError(f'the id "{name}" has white space in it, which files of TREC cannot hold; change it')
    return name


def _write(path: Path, lines: Iterable[str]) -> None:
    try:
        path.write_text("".join(lines), encoding="utf-8")
    except OSError as error:
        raise EvaluationError(f"{path} cannot be written: {error.strerror}") from error
