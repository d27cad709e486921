"""Judian beside Haystack (BM25 and vectors in memory, reciprocal rank fusion) on the same files and questions."""

from __future__ import annotations

import os
import statistics
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from eval.bench.types import Peer
from eval.gold.reading_sets import ReadingSet
from indexer.build import build
from indexer.encoders.types import Encoder
from indexer.reports import report_id
from indexer.store.snapshot import open_published
from service.open import asker_over
from service.settings import Settings
from service.types import SearchQuestion

TOP = 10
# Haystack's BM25 takes words between spaces; one that takes each Chinese character is what its users turn to.
CHARACTERS = r"(?u)[\u4e00-\u9fff]|[^\W\u4e00-\u9fff]+"


@dataclass
class _System:
    """``find``: the name of the file that holds the best passage for a question, or None."""

    name: str
    index_s: float
    find: Callable[[str], str | None]
    ms: list[float] = field(default_factory=list)
    hits: int = 0


def measure_peers(reading: ReadingSet, encoder: Encoder, encoder_name: str) -> tuple[Peer, ...]:
    """One file a passage; every system is asked each held-out question, by turns. Haystack where it is installed."""
    with tempfile.TemporaryDirectory() as folder:
        files = Path(folder) / "files"
        files.mkdir()
        for report in reading.reports:
            (files / _file(report.report_id)).write_text(f"{report.title}\n{report.text}\n", encoding="utf-8")
        asked = [(question.question, _file(question.report_id)) for question in reading.questions if question.held_out]
        systems = [_judian(files, Path(folder) / "index", encoder, encoder_name), *_haystacks(files, encoder)]
        for question, name in asked:
            for system in systems:
                began = time.perf_counter()
                found = system.find(question)
                system.ms.append((time.perf_counter() - began) * 1000)
                system.hits += found == name
    return tuple(
        Peer(
            name=system.name,
            n_files=len(reading.reports),
            n_questions=len(asked),
            index_s=round(system.index_s, 2),
            query_ms=round(statistics.median(system.ms), 2),
            right_at_1=round(system.hits / len(asked), 4),
        )
        for system in systems
    )


def _file(report: str) -> str:
    return f"{report}.txt"


def _judian(files: Path, index: Path, encoder: Encoder, encoder_name: str) -> _System:
    began = time.perf_counter()
    build([files], index, encoder, encoder_name)
    asker = asker_over(open_published(index), encoder, Settings(k=TOP))
    index_s = time.perf_counter() - began
    name_of = {report_id(f"{files.name}/{path.name}", None): path.name for path in files.iterdir()}

    def find(question: str) -> str | None:
        passages = asker.search(SearchQuestion(question=question)).passages
        return name_of[passages[0].chunk.report_id] if passages else None

    return _System("judian", index_s, find)


def _haystacks(files: Path, encoder: Encoder) -> list[_System]:
    """As its documentation puts hybrid retrieval together, over whole files; its vectors are the same encoder's."""
    os.environ.setdefault("HAYSTACK_TELEMETRY_ENABLED", "False")  # it would tell its makers of every run
    try:
        from haystack.version import __version__
    except ModuleNotFoundError:
        return []
    began = time.perf_counter()
    texts = {path.name: path.read_text(encoding="utf-8") for path in sorted(files.iterdir())}
    vectors = encoder.encode_passages(list(texts.values())).tolist()
    encoded_s = time.perf_counter() - began
    return [
        _haystack(f"Haystack {__version__}{variant}", texts, vectors, encoder, encoded_s, options)
        for variant, options in (("", {}), (", BM25 over characters", {"bm25_tokenization_regex": CHARACTERS}))
    ]


def _haystack(
    name: str,
    texts: dict[str, str],
    vectors: list[list[float]],
    encoder: Encoder,
    encoded_s: float,
    options: dict[str, str],
) -> _System:
    from haystack import Document
    from haystack.components.joiners import DocumentJoiner
    from haystack.components.retrievers import InMemoryBM25Retriever, InMemoryEmbeddingRetriever
    from haystack.document_stores.in_memory import InMemoryDocumentStore

    began = time.perf_counter()
    store = InMemoryDocumentStore(embedding_similarity_function="cosine", **options)
    store.write_documents(
        [
            Document(content=text, meta={"name": file}, embedding=vector)
            for (file, text), vector in zip(texts.items(), vectors, strict=True)
        ]
    )
    by_words = InMemoryBM25Retriever(store, top_k=TOP)
    by_vector = InMemoryEmbeddingRetriever(store, top_k=TOP)
    joiner = DocumentJoiner(join_mode="reciprocal_rank_fusion", top_k=TOP)
    index_s = encoded_s + time.perf_counter() - began

    def find(question: str) -> str | None:
        vector = encoder.encode_question(question).tolist()
        lists: list[Any] = [
            by_words.run(query=question)["documents"],
            by_vector.run(query_embedding=vector)["documents"],
        ]
        documents = joiner.run(documents=lists)["documents"]
        return str(documents[0].meta["name"]) if documents else None

    return _System(name, index_s, find)
