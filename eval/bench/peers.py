"""Judian beside Haystack (BM25 and vectors in memory, reciprocal rank fusion) on the same files and questions."""

from __future__ import annotations

import statistics
import tempfile
import time
from pathlib import Path
from typing import Any

from eval.bench.types import Peer
from eval.reading_sets import ReadingSet
from indexer.build import build
from indexer.encoder import SentenceEncoder
from indexer.readers.text import report_id
from indexer.snapshot import open_published
from service.abstain import load_abstention
from service.ask import Asker
from service.retrieve import Retriever
from service.types import SearchQuestion

TOP = 10


def measure_peers(reading: ReadingSet, encoder: SentenceEncoder) -> tuple[Peer, ...]:
    """One file a passage; right when the best passage lies in the file that answers. Haystack where it is installed."""
    with tempfile.TemporaryDirectory() as folder:
        files = Path(folder) / "files"
        files.mkdir()
        right: dict[str, str] = {}
        for report in reading.reports:
            name = report.report_id + ".txt"
            (files / name).write_text(f"{report.title}\n{report.text}\n", encoding="utf-8")
            right[report.report_id] = name
        asked = [(q.question, right[q.report_id]) for q in reading.questions if q.held_out]
        found = [_judian(files, Path(folder) / "index", asked, encoder)]
        try:
            import haystack  # noqa: F401
        except ImportError:
            return tuple(found)
        return (*found, _haystack(files, asked, encoder))


def _judian(files: Path, index: Path, asked: list[tuple[str, str]], encoder: SentenceEncoder) -> Peer:
    began = time.perf_counter()
    build([files], index, encoder, "default")
    asker = Asker(Retriever(open_published(index), encoder), load_abstention(), TOP, 1000)
    index_s = time.perf_counter() - began
    times, hits = [], 0
    for question, name in asked:
        began = time.perf_counter()
        passages = asker.search(SearchQuestion(question=question)).passages
        times.append((time.perf_counter() - began) * 1000)
        hits += bool(passages) and passages[0].chunk.report_id == report_id(f"files/{name}", None)
    return _peer("judian", files, asked, index_s, times, hits)


def _haystack(files: Path, asked: list[tuple[str, str]], encoder: SentenceEncoder) -> Peer:
    """As its documentation puts hybrid retrieval together; its vectors come from the same encoder."""
    from haystack import Document
    from haystack.components.joiners import DocumentJoiner
    from haystack.components.retrievers import InMemoryBM25Retriever, InMemoryEmbeddingRetriever
    from haystack.document_stores.in_memory import InMemoryDocumentStore
    from haystack.version import __version__

    began = time.perf_counter()
    texts = {path.name: path.read_text(encoding="utf-8") for path in sorted(files.iterdir())}
    vectors = encoder.encode_passages(list(texts.values()))
    store = InMemoryDocumentStore(embedding_similarity_function="cosine")
    store.write_documents(
        [
            Document(content=text, meta={"name": name}, embedding=vector.tolist())
            for (name, text), vector in zip(texts.items(), vectors, strict=True)
        ]
    )
    by_words = InMemoryBM25Retriever(store, top_k=TOP)
    by_vector = InMemoryEmbeddingRetriever(store, top_k=TOP)
    joiner = DocumentJoiner(join_mode="reciprocal_rank_fusion", top_k=TOP)
    index_s = time.perf_counter() - began
    times, hits = [], 0
    for question, name in asked:
        began = time.perf_counter()
        vector = encoder.encode_question(question).tolist()
        lists: list[Any] = [
            by_words.run(query=question)["documents"],
            by_vector.run(query_embedding=vector)["documents"],
        ]
        documents = joiner.run(documents=lists)["documents"]
        times.append((time.perf_counter() - began) * 1000)
        hits += bool(documents) and documents[0].meta["name"] == name
    return _peer(f"Haystack {__version__}", files, asked, index_s, times, hits)


def _peer(name: str, files: Path, asked: list[tuple[str, str]], index_s: float, times: list[float], hits: int) -> Peer:
    return Peer(
        name=name,
        n_texts=len(list(files.iterdir())),
        n_questions=len(asked),
        index_s=round(index_s, 1),
        query_ms=round(statistics.median(times), 1),
        right_at_1=round(hits / len(asked), 4),
    )
