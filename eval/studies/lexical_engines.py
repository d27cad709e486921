"""Which lexical engine, over which tokens? Behind ``indexer.store.lexical`` and ``indexer.chinese.tokens``.

    python -m eval.studies.lexical_engines ../shared --out eval/results/lexical_engines.json

keeps the figures with their recipe, and the same as a Markdown page. Needs tantivy and jieba besides the
project's own dependencies. Asked are the questions of every fifth passage, among all passages of their set.
"""

from __future__ import annotations

import argparse
import gzip
import hashlib
import importlib.metadata
import json
import re
import sqlite3
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple, Protocol

import bm25s
import jieba
import numpy as np
import opencc
import tantivy

from indexer.chinese.folding import fold
from indexer.chinese.tokens import tokenize

Tokens = list[str]
Tokenizer = Callable[[str], Tokens]
TOP = 10


class Engine(Protocol):
    """One way to keep and search lists of tokens; rows are numbered in the order given."""

    def build(self, texts: Sequence[Tokens], folder: Path) -> None:
        """Index ``texts`` into ``folder``, on disk when it returns."""

    def search(self, query: Tokens) -> list[int]:
        """The best ``TOP`` rows, best first."""


class Bm25s:
    def __init__(self, k1: float) -> None:
        self._bm25 = bm25s.BM25(k1=k1, b=0.75, method="lucene", backend="numpy")

    def build(self, texts: Sequence[Tokens], folder: Path) -> None:
        self._bm25.index(list(texts), create_empty_token=False, show_progress=False)
        self._bm25.save(folder, allow_pickle=False, show_progress=False)

    def search(self, query: Tokens) -> list[int]:
        ids = self._bm25.get_tokens_ids(query)
        return _best(self._bm25.get_scores_from_ids(ids)) if ids else []


class OwnMatrix:
    """The same sum written out on numpy: what we would keep if no library would do."""

    def build(self, texts: Sequence[Tokens], folder: Path) -> None:
        k1, b, n = 1.2, 0.75, len(texts)
        mean_length = sum(map(len, texts)) / n
        columns: dict[str, tuple[list[int], list[float]]] = {}
        for row, tokens in enumerate(texts):
            norm = k1 * (1 - b + b * len(tokens) / mean_length)
            for token, tf in Counter(tokens).items():
                rows, weights = columns.setdefault(token, ([], []))
                rows.append(row)
                weights.append(tf / (tf + norm))
        self._n = n
        self._columns = {t: (np.array(r, np.int32), np.array(w, np.float32)) for t, (r, w) in columns.items()}
        for part, name in enumerate(("rows", "weights")):
            np.save(folder / name, np.concatenate([column[part] for column in self._columns.values()]))
        (folder / "tokens.json").write_text(json.dumps(list(self._columns), ensure_ascii=False), "utf-8")

    def search(self, query: Tokens) -> list[int]:
        scores = np.zeros(self._n, np.float32)
        for rows, weights in filter(None, map(self._columns.get, query)):
            scores[rows] += np.log1p((self._n - len(rows) + 0.5) / (len(rows) + 0.5)) * weights
        return _best(scores)


class Tantivy:
    """Tokens joined by spaces, which its own tokenizer parts again."""

    def __init__(self, tokenizer: str = "whitespace") -> None:
        builder = tantivy.SchemaBuilder().add_integer_field("row", stored=True)
        self._schema = builder.add_text_field("text", tokenizer_name=tokenizer, index_option="freq").build()

    def build(self, texts: Sequence[Tokens], folder: Path) -> None:
        index = tantivy.Index(self._schema, path=str(folder))
        writer = index.writer(heap_size=500_000_000, num_threads=1)
        for row, tokens in enumerate(texts):
            writer.add_document(tantivy.Document(row=row, text=" ".join(tokens)))
        writer.commit()
        writer.wait_merging_threads()
        index.reload()
        self._index = index

    def search(self, query: Tokens) -> list[int]:
        searcher = self._index.searcher()
        terms = [tantivy.Query.term_query(self._schema, "text", t, index_option="freq") for t in query]
        either = tantivy.Query.boolean_query([(tantivy.Occur.Should, term) for term in terms])
        hits = searcher.search(either, limit=TOP, count=False).hits
        return [searcher.doc(address)["row"][0] for _, address in hits]


class Fts5:
    """SQLite's full-text search, likewise over tokens joined by spaces."""

    def __init__(self, tokenizer: str = "unicode61 remove_diacritics 0 tokenchars '.'") -> None:
        self._tokenizer = tokenizer

    def build(self, texts: Sequence[Tokens], folder: Path) -> None:
        self._db = sqlite3.connect(folder / "fts.db")
        setting = self._tokenizer.replace("'", "''")
        self._db.execute(f"CREATE VIRTUAL TABLE t USING fts5(text, content='', tokenize='{setting}')")
        joined = ((row, " ".join(tokens)) for row, tokens in enumerate(texts))
        self._db.executemany("INSERT INTO t(rowid, text) VALUES (?, ?)", joined)
        self._db.execute("INSERT INTO t(t) VALUES ('optimize')")
        self._db.commit()

    def search(self, query: Tokens) -> list[int]:
        words = " OR ".join('"' + token.replace('"', '""') + '"' for token in query)
        found = self._db.execute("SELECT rowid FROM t WHERE t MATCH ? ORDER BY bm25(t), rowid LIMIT ?", (words, TOP))
        return [row for (row,) in found]


def _best(scores: Any) -> list[int]:
    best = np.argsort(-scores, kind="stable")[:TOP]
    return [int(row) for row in best if scores[row] > 0]


def unigrams(text: str) -> Tokens:
    """``tokenize`` without pairs of characters."""
    return [token for token in tokenize(text) if len(token) != 2 or token < "\u3000"]


def bigrams(text: str) -> Tokens:
    """``tokenize`` without single characters; these come back if nothing else is left."""
    tokens = tokenize(text)
    return [token for token in tokens if len(token) > 1 or token < "\u3000"] or tokens


def unfolded(text: str) -> Tokens:
    """Unigrams and bigrams of the text as typed; numbers and Latin words too are cut into characters."""
    runs = "".join(character if character.isalnum() else " " for character in text).split()
    return [token for run in runs for token in (*run, *(run[i : i + 2] for i in range(len(run) - 1)))]


def words(text: str, search_mode: bool) -> Tokens:
    """jieba's words of the folded text; ``search_mode`` adds the words inside long words."""
    cut = jieba.lcut_for_search if search_mode else jieba.lcut
    return [word for word in cut(fold(text)) if any(character.isalnum() for character in word)]


class Setup(NamedTuple):
    """One row of the tables: an engine, and how passages and questions become tokens."""

    engine_name: str
    tokens_name: str
    engine: Callable[[], Engine]
    passage_tokens: Tokenizer
    question_tokens: Tokenizer


class ReadingSet(NamedTuple):
    """Passages, and for each question the row that answers it."""

    name: str
    passages: list[str]
    questions: list[tuple[str, int]]


TOKENS: dict[str, Tokenizer] = {
    "unigrams": unigrams,
    "bigrams": bigrams,
    "unigrams + bigrams": tokenize,
    "jieba words": partial(words, search_mode=False),
    "jieba search mode": partial(words, search_mode=True),
}
ENGINES: dict[str, Callable[[], Engine]] = {
    "bm25s k1=1.5": partial(Bm25s, 1.5),
    "bm25s k1=1.2": partial(Bm25s, 1.2),
    "own matrix k1=1.2": OwnMatrix,
    "tantivy": Tantivy,
    "SQLite FTS5": Fts5,
}
COSTS = ("index_s", "ms_per_query", "disk_mb")
SCALE_ALSO = {("bm25s k1=1.5", "bigrams"), ("bm25s k1=1.5", "jieba words")}
MEASURED = ("eval/studies/lexical_engines.py", "indexer/chinese/tokens.py")
LIBRARIES = ("bm25s", "jieba", "numpy", "opencc-python-reimplemented", "tantivy")


def setups() -> Iterator[Setup]:
    """Every engine over every kind of token; variants of the winner; engines as they are shipped."""
    for tokens_name, tokenizer in TOKENS.items():
        for engine_name, engine in ENGINES.items():
            yield Setup(engine_name, tokens_name, engine, tokenizer, tokenizer)
    bm25 = ENGINES["bm25s k1=1.5"]
    for name, passage_tokens, question_tokens in (
        ("uni + bi, question: bi", tokenize, bigrams),
        ("uni + bi, question: uni", tokenize, unigrams),
        ("uni + bi, question: distinct", tokenize, lambda q: [*dict.fromkeys(tokenize(q))]),
        ("uni + bi, not folded", unfolded, unfolded),
    ):
        yield Setup("bm25s k1=1.5", name, bm25, passage_tokens, question_tokens)
    clauses = re.compile(r"\w+").findall  # what stands between punctuation; FTS5 seeks each as a phrase
    for name in ("unicode61", "trigram"):
        yield Setup("SQLite FTS5", f"as shipped ({name})", partial(Fts5, name), str.split, clauses)
    yield Setup("tantivy", "as shipped (default)", partial(Tantivy, "default"), str.split, clauses)


def reading_sets(qa: Path) -> Iterator[ReadingSet]:
    """The Chinese sets; DRCD (traditional) a second time with its questions put into simplified."""
    simplify = opencc.OpenCC("t2s").convert
    for name in ("cmrc2018_dev", "drcd_dev", "xquad_zh_odd", "crud_rag"):
        passages = [json.loads(line) for line in (qa / name / "passages.jsonl").open(encoding="utf-8")]
        row_of = {passage["id"]: row for row, passage in enumerate(passages)}
        asked = [json.loads(line) for line in (qa / name / "questions.jsonl").open(encoding="utf-8")]
        pairs = [(q["question"], row_of[q["passage_id"]]) for q in asked]
        held_out = [(question, row) for question, row in pairs if row % 5 == 0]
        texts = [passage["text"] for passage in passages]
        yield ReadingSet(name, texts, held_out)
        if name == "drcd_dev":
            in_simplified = [(simplify(question), row) for question, row in held_out]
            yield ReadingSet("drcd_dev asked in simplified", texts, in_simplified)


def measure(setup: Setup, reading: ReadingSet) -> dict[str, float]:
    """R@1 and MRR@10 (one passage is right) and costs; both times include tokenizing."""
    with tempfile.TemporaryDirectory() as folder:
        engine = setup.engine()
        started = time.perf_counter()
        engine.build([setup.passage_tokens(text) for text in reading.passages], Path(folder))
        built = time.perf_counter()
        found = [(engine.search(setup.question_tokens(q)), row) for q, row in reading.questions]
        searched = time.perf_counter()
        size = sum(file.stat().st_size for file in Path(folder).iterdir())
    ranks = [rows.index(row) + 1 for rows, row in found if row in rows]
    n = len(found)
    return {
        "R@1": ranks.count(1) / n,
        "MRR@10": sum(1 / rank for rank in ranks) / n,
        "index_s": built - started,
        "ms_per_query": (searched - built) / n * 1000,
        "disk_mb": size / 1e6,
    }


def scale(shared: Path) -> Iterator[dict[str, str | float]]:
    """What it costs on 64,666 statute articles, asked the seed questions (no right row is known)."""
    with gzip.open(shared / "bulk/statute_articles.jsonl.gz", "rt", encoding="utf-8") as lines:
        articles = [json.loads(line)["text"] for line in lines]
    gold = (shared / "gold/seed_dev.jsonl").read_text("utf-8").splitlines()
    reading = ReadingSet("statutes", articles, [(json.loads(line)["question"], -1) for line in gold])
    for setup in setups():
        if setup.tokens_name == "unigrams + bigrams" or (setup.engine_name, setup.tokens_name) in SCALE_ALSO:
            cost = measure(setup, reading)
            yield {"engine": setup.engine_name, "tokens": setup.tokens_name} | {k: cost[k] for k in COSTS}


def table(rows: Sequence[dict[str, Any]]) -> str:
    """The rows as Markdown, numbers with three decimals."""
    lines = [[*rows[0]], ["---"] * len(rows[0])]
    lines += [[f"{v:.3f}" if isinstance(v, float) else str(v) for v in row.values()] for row in rows]
    return "".join("| " + " | ".join(line) + " |\n" for line in lines)


def main() -> None:
    """Measure, print, and keep the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("shared", type=Path)
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args()
    jieba.initialize()  # reading its dictionary is no part of an index's time
    sets = list(reading_sets(options.shared / "qa"))
    rows: list[dict[str, Any]] = []
    for setup in setups():
        figures = {reading.name: measure(setup, reading) for reading in sets}
        row: dict[str, Any] = {"engine": setup.engine_name, "tokens": setup.tokens_name}
        for measured in ("R@1", "MRR@10"):
            row |= {f"{name} {measured}": each[measured] for name, each in figures.items()}
        rows.append(row | {f"cmrc {cost}": figures["cmrc2018_dev"][cost] for cost in COSTS})
    report: dict[str, Any] = {
        "command": "python -m eval.studies.lexical_engines " + " ".join(sys.argv[1:]),
        "sha256": {path: hashlib.sha256(Path(path).read_bytes()).hexdigest() for path in MEASURED},
        "date": datetime.now(UTC).isoformat(timespec="seconds"),
        "versions": {name: importlib.metadata.version(name) for name in LIBRARIES}
        | {"sqlite": sqlite3.sqlite_version, "python": sys.version.split()[0]},
        "questions": {reading.name: [len(reading.questions), len(reading.passages)] for reading in sets},
        "quality": rows,
        "scale": list(scale(options.shared)),
    }
    options.out.write_text(json.dumps(report, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    counts = ", ".join(f"{name} {n} / {of}" for name, (n, of) in report["questions"].items())
    text = f"""# Lexical engines and tokens

Made by `{report["command"]}` on {report["date"]}; versions and all digits in the JSON beside this page.
Questions / passages: {counts}. Passages are indexed without their titles.

## Who finds the right passage

{table(rows)}
## Cost on 64,666 statute articles, 60 questions (tokenizing included)

{table(report["scale"])}"""
    options.out.with_suffix(".md").write_text(text, encoding="utf-8")
    print(text)


if __name__ == "__main__":
    main()
