"""Sets for retrieval: BEIR (Thakur et al., 2021) and TREC. They judge documents and have no answers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated

from pydantic import AliasChoices, BaseModel, BeforeValidator, Field, ValidationError

from eval.errors import GoldError
from eval.gold.convert.converted import Converted, Names, canonical_texts, language_of, listed, without_repeated_ids
from eval.gold.evidence import BETWEEN_PARTS
from eval.gold.load import RETRIEVAL_ONLY, in_plain_words, read_bytes
from eval.gold.types import GoldItem
from eval.runs.trec import read_qrels, relevant_documents

_Id = Annotated[str, BeforeValidator(lambda value: str(value) if isinstance(value, int) else value)]


class _Text(BaseModel):
    """A document or a query; what TREC's tools call its parts is taken too."""

    id: _Id = Field(validation_alias=AliasChoices("_id", "id", "docid", "docno"), min_length=1)
    title: str | None = None
    text: str = Field(validation_alias=AliasChoices("text", "contents"))

    @property
    def whole(self) -> str:
        """The title on a line of its own, then the text."""
        return f"{self.title}\n{self.text}" if self.title and not self.text.startswith(self.title) else self.text


def read_beir(folder: Path) -> Converted:
    """``corpus.jsonl`` and ``queries.jsonl`` {"_id", "title", "text"}, ``qrels/*.tsv`` (all splits together).

    Each document is a report; each query with a relevant document an item whose evidences are those documents, whole.
    Grades above 0 all count the same. Raises GoldError, with file and line, for what is wrong.
    """
    qrels_files = sorted((folder / "qrels").glob("*.tsv"))
    if not qrels_files:
        raise GoldError(f"{folder / 'qrels'} holds no .tsv file; a BEIR set has its judgements there")
    judged: dict[str, dict[str, int]] = {}
    for path in qrels_files:
        for query, grades in read_qrels(path).items():
            judged.setdefault(query, {}).update(grades)
    queries = {text.id: text.text for text in _texts(folder / "queries.jsonl")}
    converted = _converted(folder, folder / "corpus.jsonl", queries, judged)
    return converted.noting(f"judgements were read from {', '.join(path.name for path in qrels_files)}")


def read_trec(folder: Path) -> Converted:
    """``qrels.txt`` (query 0 document grade), ``topics.tsv`` (query, tab, question) and ``corpus.jsonl`` {"id",
    "title", "text"}; else as ``read_beir``."""
    return _converted(folder, folder / "corpus.jsonl", _topics(folder / "topics.tsv"), read_qrels(folder / "qrels.txt"))


def _converted(
    folder: Path, corpus_file: Path, queries: Mapping[str, str], judged: Mapping[str, Mapping[str, int]]
) -> Converted:
    names = Names()
    corpus = {text.id: (names.file_name(text.id), text.whole) for text in _texts(corpus_file)}
    relevant = relevant_documents(judged)
    if unknown := sorted({query for query in judged if query not in queries}):
        raise GoldError(f"{folder}: the judgements name queries that are not there: {listed(unknown)}")
    if unknown := sorted({name for found in relevant.values() for name in found if name not in corpus}):
        raise GoldError(f"{corpus_file} lacks documents that are judged relevant: {listed(unknown)}")
    items: list[GoldItem] = []
    unreadable: list[str] = []
    for query in (query for query in queries if query in relevant):
        files = [corpus[name] for name in relevant[query]]
        evidence = tuple(text.strip() for file, whole in files for text in canonical_texts(file, whole))
        if not evidence:
            unreadable.append(query)
            continue
        items.append(_item(query, queries[query], evidence, BETWEEN_PARTS.join(file for file, _ in files)))
    notes = []
    if unjudged := [query for query in queries if query not in relevant]:
        notes.append(f"{len(unjudged)} queries without a relevant document were left out")
    if unreadable:
        notes.append(f"{len(unreadable)} queries were left out, no report can be read for them: {listed(unreadable)}")
    return Converted(without_repeated_ids(items, folder), dict(corpus.values()), tuple(notes))


def _item(query: str, question: str, evidence: tuple[str, ...], part: str) -> GoldItem:
    return GoldItem(
        id=query,
        question=question,
        lang=language_of(question),
        type="fact",
        evidence=evidence,
        part=part,
        note=RETRIEVAL_ONLY,
    )


def _texts(path: Path) -> Iterator[_Text]:
    line_of: dict[str, int] = {}
    for number, raw in enumerate(read_bytes(path).splitlines(), start=1):
        if not raw.strip():
            continue
        try:
            text = _Text.model_validate_json(raw)
        except ValidationError as error:
            raise GoldError(f"{path}, line {number}: {in_plain_words(error)}") from error
        if text.id in line_of:
            raise GoldError(f"{path}, line {number}: the id {text.id} stands in line {line_of[text.id]} already")
        line_of[text.id] = number
        yield text


def _topics(path: Path) -> dict[str, str]:
    topics: dict[str, str] = {}
    for number, raw in enumerate(read_bytes(path).splitlines(), start=1):
        if not raw.strip():
            continue
        query, _, question = raw.decode("utf-8", "replace").partition("\t")
        if not query.strip() or not question.strip():
            raise GoldError(f"{path}, line {number}: a topic is an id, a tab and a question")
        if query.strip() in topics:
            raise GoldError(f"{path}, line {number}: the query {query.strip()} stands there twice")
        topics[query.strip()] = question.strip()
    return topics
