"""The records of evaluation. A leaf of ``eval``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from pydantic import Field

from indexer.types import Record
from service.types import Citation, Reason, Segment, Status

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

KEY_POINTS = frozenset({"list", "outline", "compare", "why"})
REFUSED = frozenset({"masked", "unanswerable"})


class EvidenceSpan(Record):
    """Where an evidence stands: ``[start, end)`` in code points of the canonical text of a report."""

    report_id: str
    start: int = Field(ge=0)
    end: int = Field(ge=0)


class GoldItem(Record):
    """A gold question: what answers it, and the words of the reports that say so.

    ``answers`` are alternatives, one of which suffices, or (for list, outline, compare, why) key points, all of which
    are wanted. ``evidence`` is verbatim; ``part`` names the files (or parts of compilations) it stands in, `` | ``
    between two, and narrows the search for it. ``spans``, one tuple an evidence, is where it stands in the reports of a
    snapshot; a gold file need not have it (see ``eval.evidence``).
    """

    id: str = Field(min_length=1)
    question: str = Field(min_length=1)
    lang: Literal["zh", "zh-Hant", "en"]
    type: QuestionType
    answers: tuple[str, ...] = ()
    evidence: tuple[str, ...] = ()
    spans: tuple[tuple[EvidenceSpan, ...], ...] = ()
    part: str = ""
    section: str = ""
    note: str = ""

    @property
    def has_key_points(self) -> bool:
        """Whether each answer is one of the points wanted, and not one way to say it all."""
        return self.type in KEY_POINTS

    @property
    def to_refuse(self) -> bool:
        """Whether the honest answer is a refusal: masked in the source, or not in the reports."""
        return self.type in REFUSED


class Ranked(Record):
    """A passage that a system retrieved, best first: its span, and a score that falls along the ranking."""

    report_id: str
    start: int
    end: int
    score: float


class Output(Record):
    """What a system gave to one question. ``ranking`` is None when it does not show what it retrieved,
    ``confidence`` when it states none. ``error`` says why there is no answer at all: that is no refusal."""

    id: str
    status: Status
    reason: Reason | None = None
    text: str
    segments: tuple[Segment, ...] = ()
    citations: tuple[Citation, ...] = ()
    ranking: tuple[Ranked, ...] | None = None
    confidence: float | None = None
    elapsed_ms: float
    prompt_tokens: int | None = None
    completion_tokens: int | None = None
    error: str | None = None


class IndexStatistics(Record):
    """What an index holds; a stored run of another index is not comparable."""

    n_reports: int
    n_chunks: int
    n_sections: int
    n_characters: int
    text_sha256: str  # of every report's id and canonical text


class RunStamp(Record):
    """What made a run: the recipe, down to the machine. ``settings`` are those of the system under test, ``prompts``
    the SHA-256 of each prompt file."""

    command: str
    system: str
    gold: str
    gold_sha256: str
    n_questions: int
    commit: str
    date: str
    snapshot_id: str
    index: IndexStatistics
    encoder: str
    precision: str
    settings: Mapping[str, str]
    prompts: Mapping[str, str]
    seed: int
    machine: str
    python: str
    judian_version: str


class QuestionScores(Record):
    """The scores of one question by measure (``eval.measures``). A measure that does not apply is not there."""

    id: str
    lang: str
    type: QuestionType
    values: Mapping[str, float]


class Agreement(Record):
    """How often a judge and a measure without a model say the same (each score counted as yes from 0.5 on)."""

    judged: str
    measure: str
    n: int
    agreement: float
    kappa: float | None


class Judged(Record):
    """What a judge said of a run: scores by question (``failed``: those it gave no verdict on), and its agreement with
    the measures that need no model."""

    run: str
    model: str
    prompts: Mapping[str, str]
    date: str
    scores: Mapping[str, Mapping[str, float]]
    failed: tuple[str, ...]
    agreement: tuple[Agreement, ...]


class Tolerance(Record):
    """How much worse than the stored run a measure may be, over the questions of ``types`` (all when empty), in its own
    unit; and the least (or, where lower is better, the most) that it may be whatever was stored."""

    measure: str
    types: tuple[QuestionType, ...] = ()
    drop: float = Field(ge=0)
    floor: float | None = None


class Tolerances(Record):
    """What ``judian-eval gate`` holds a run against, beside the stored scores. ``alpha`` is the level at which a drop
    counts as significant, over all limits together."""

    alpha: float = Field(gt=0, lt=1)
    limits: tuple[Tolerance, ...] = Field(min_length=1)


class Difference(Record):
    """One measure of two runs over the same ``n`` questions of one type (or ``all``): the values, ``b - a`` with its
    95 % interval, the probability of such a difference by chance, and the questions that got better and worse."""

    measure: str
    type: str
    n: int
    a: float
    b: float
    difference: float
    low: float
    high: float
    p: float
    test: Literal["McNemar", "randomisation"]
    wins: tuple[str, ...] = ()
    losses: tuple[str, ...] = ()


class Comparison(Record):
    """Two runs on the same questions."""

    a: str
    b: str
    differences: tuple[Difference, ...]


class QualityRow(Record):
    """One system over one pool: its measures (``eval.measures``), over the ``n_scored`` questions that one sentence
    answers, or over all ``n`` (``eval.quality`` says which)."""

    pool: str
    system: str
    n_scored: int
    n: int
    values: Mapping[str, float]


class QualityRun(Record):
    """A kept measurement with its recipe."""

    command: str
    commit: str
    encoder: str
    precision: str
    python: str
    date: str
    rows: tuple[QualityRow, ...]


class PublicRow(Record):
    """One system on the ``n`` held-out questions of a public set, searched among all its ``n_passages``."""

    name: str
    system: str
    n: int
    n_passages: int
    values: Mapping[str, float]


class PublicRun(Record):
    """A kept run of ``eval.public``."""

    command: str
    commit: str
    encoder: str
    precision: str
    python: str
    date: str
    rows: tuple[PublicRow, ...]


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
