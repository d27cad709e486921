"""The records of a benchmark run; a leaf."""

from __future__ import annotations

from indexer.types import Record


class Recipe(Record):
    """What made a result."""

    command: str
    commit: str
    date: str
    cpu: str
    n_cores: int
    python: str
    torch: str
    precision: str


class Indexing(Record):
    """``ratio``: end-to-end texts per second beside the bare encoder's, the median of runs by turns."""

    n_texts: int
    bare_texts_per_s: float
    end_to_end_texts_per_s: float
    ratio: float


class Asking(Record):
    """Milliseconds. ``ratio``: median ``/v1/ask`` over HTTP beside the bare encoding of the same question, by turns."""

    n_chunks: int
    n_questions: int
    bare_encoding_ms: float
    ask_ms: float
    ratio: float
    p99_ms: float
    n_clients: int
    clients_median_ms: float
    clients_p99_ms: float
    p99_over_median: float
    steps_ms: dict[str, float]


class Growth(Record):
    """An index of ``n_chunks`` with the hashing encoder: what it costs beside the vectors' encoding."""

    n_chunks: int
    index_s: float
    index_peak_mib: float
    disk_mib: float
    cache_mib: float
    open_s: float
    open_mib: float
    ask_ms: float


class EncoderSetting(Record):
    """A way to run the default encoder; ``r_at_1``: dense retrieval on the reading set's held-out questions."""

    name: str
    texts_per_s: float
    question_ms: float
    r_at_1: float


class Peer(Record):
    """A system over the same files and questions."""

    name: str
    n_texts: int
    n_questions: int
    index_s: float
    query_ms: float
    right_at_1: float


class Bench(Record):
    """What ``make bench`` keeps."""

    recipe: Recipe
    indexing: Indexing | None = None
    asking: Asking | None = None
    growth: tuple[Growth, ...] = ()
    encoder_settings: tuple[EncoderSetting, ...] = ()
    peers: tuple[Peer, ...] = ()
