"""The records of evaluation. A leaf of ``eval``."""

from __future__ import annotations

from typing import Literal

from indexer.types import Record

QuestionType = Literal[
    "number",
    "fact",
    "paraphrase",
    "list",
    "outline",
    "compare",
    "crossling",
    "masked",
    "unanswerable",
    "metadata",
    "why",
]


class GoldItem(Record):
    """A gold question: accepted answers (alternatives, or key points of lists) and verbatim evidence."""

    id: str
    question: str
    lang: Literal["zh", "en"]
    type: QuestionType
    answers: tuple[str, ...]
    evidence: tuple[str, ...]
    part: str
    section: str
    note: str


class QualityRow(Record):
    """One system over one pool: of ``n`` questions, how many have an accepted answer in the first cited sentence,
    in any of at most three; how many it did not answer; mean characters it cited. ``missed``: not in the first.
    ``points`` is the mean over all ``n_all`` questions, of every type, of the share of a good answer that it holds."""

    pool: str
    system: str
    n: int
    first: int
    any: int
    abstained: int
    mean_chars: float
    n_all: int
    points: float
    missed: tuple[str, ...]


class QualityRun(Record):
    """A kept measurement with its recipe."""

    command: str
    commit: str
    encoder: str
    precision: str
    python: str
    date: str
    rows: tuple[QualityRow, ...]


class FuzzRun(Record):
    """A kept run of ``eval.fuzz_readers``: ``n`` inputs made from ``n_files``, how each ended, and which failed.

    ``slowest_s`` is what the slowest input took (on a shared machine), ``slowest_index`` which one it was.
    """

    command: str
    commit: str
    python: str
    date: str
    seed: int
    n_files: int
    n: int
    mean_bytes: float
    limit_s: float
    outcomes: dict[str, int]
    failures: tuple[int, ...]
    slowest_s: float
    slowest_index: int
    seconds: float


class SoakRoute(Record):
    """Requests to one route of the API, how many failed, and the time to a whole response."""

    requests: int
    errors: int
    p50_ms: float
    p99_ms: float


class SoakRun(Record):
    """A kept run of ``eval.soak``. ``rss_mib`` is the server's memory every five seconds; ``settled`` after two
    minutes, ``end`` at the end, each a median over 30 s, and ``growth`` what the second is above the first."""

    command: str
    commit: str
    python: str
    date: str
    n_cpus: int
    seconds: float
    clients: int
    n_published: int
    requests: int
    errors: int
    p50_ms: float
    p99_ms: float
    routes: dict[str, SoakRoute]
    rss_mib_settled: float
    rss_mib_end: float
    growth: float
    rss_mib: tuple[float, ...]
