"""The records of a benchmark run; a leaf."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from indexer.types import Record


class Recipe(Record):
    """What made a part of the results. ``load`` is the load average at its start: above 0.5 others were at work."""

    command: str
    commit: str
    date: str
    cpu: str
    n_cores: int
    load: float
    encoder: str
    precision: str
    versions: dict[str, str]


class Indexing(Record):
    """Texts per second of the bare encoder, of ``build``, and of the command ``judian index``, which loads the encoder.

    ``ratio`` and ``command_ratio`` are those of the last two to the first: medians of runs by turns.
    """

    n_texts: int
    turns: int
    threads: int
    bare_texts_per_s: float
    build_texts_per_s: float
    command_texts_per_s: float
    ratio: float
    command_ratio: float


class Asking(Record):
    """Milliseconds of ``/v1/ask`` over HTTP and of the bare encoding of the same question, by turns.

    ``ratio`` is that of the medians, ``steps_ms`` the service's own account of its time; ``clients_…`` is with
    ``n_clients`` asking at once. ``server_cpu_ms``: what the server's process took for a question asked alone, the
    mean, which other work on the machine leaves nearly as it is; 0 where there is no ``/proc``. ``server_peak_mib`` is
    the most memory that the process ever held, encoder included. ``passages``: whether their vectors are the encoder's.
    """

    n_chunks: int
    passages: Literal["encoded", "hashed"] = "encoded"
    n_questions: int
    bare_encoding_ms: float
    ask_ms: float
    ratio: float
    p99_ms: float
    steps_ms: dict[str, float]
    server_cpu_ms: float = 0.0
    n_clients: int
    n_asked_together: int
    clients_median_ms: float
    clients_p99_ms: float
    p99_over_median: float
    start_s: float
    server_peak_mib: float


class Growth(Record):
    """An index of ``n_chunks`` whose vectors were in the cache, in processes of its own.

    ``index_peak_mib`` and ``open_mib`` are what indexing and answering add to a process that has imported them.
    """

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
    """A system over the same files and questions; ``right_at_1``: the best passage lies in the file that answers."""

    name: str
    n_files: int
    n_questions: int
    index_s: float
    query_ms: float
    right_at_1: float


class Browser(Record):
    """Medians of ``turns`` visits by new visitors, in milliseconds since the page was asked for, or since what was
    pressed.

    ``first_paint_ms``: the page ``/``. A page of another origin that embeds the widget: ``button_ms`` until it can be
    pressed, ``panel_ms`` from there to the field, ``first_sentence_ms`` and ``answer_ms`` from the question to the
    first sentence and to the end, ``source_ms`` from a citation to its words, marked; ``bytes_before_click``,
    ``bytes_in_all``: of its files as they were sent, compressed, without headers and answers. The page of a report
    of ``report_bytes``: ``report_opens_ms`` until the cited words near its end are in view; then it is scrolled.
    """

    chromium: str
    turns: int
    first_paint_ms: float
    button_ms: float
    panel_ms: float
    first_sentence_ms: float
    answer_ms: float
    source_ms: float
    bytes_before_click: int
    bytes_in_all: int
    report_bytes: int
    report_first_byte_ms: float
    report_opens_ms: float
    frames_per_s: float
    frame_p95_ms: float


class Listed(Record):
    """Milliseconds of a page of ``/v1/reports``, from the request until it was read; ``n_reports`` fit the query.
    ``server_cpu_ms``: what the server's process took for a page; 0 where there is no ``/proc``."""

    query: str
    n_reports: int
    n_asked: int
    median_ms: float
    p99_ms: float
    server_cpu_ms: float


class FormatSpeed(Record):
    """Files per second of a library by itself, of our reader, which makes text, and of all that makes a report of that.

    ``ratio`` is that of our reader to the library: the median of runs by turns.
    """

    format: str
    n_files: int
    mean_kib: float
    library: str
    bare_files_per_s: float
    text_files_per_s: float
    report_files_per_s: float
    ratio: float


class Reading(Record):
    """Reading by format, and the files of all formats in one folder: read in one process, in as many as ``build``
    takes (``read_s``), and what it takes to encode their passages."""

    formats: tuple[FormatSpeed, ...]
    turns: int
    n_files: int
    mib: float
    n_chunks: int
    one_process_s: float
    processes: int
    read_s: float
    encode_s: float
    read_over_encode: float


class Bench(Record):
    """What ``make bench`` keeps; ``recipes`` has one entry for each part that is there."""

    recipes: dict[str, Recipe] = Field(default_factory=dict)
    indexing: Indexing | None = None
    asking: Asking | None = None
    growth: tuple[Growth, ...] = ()
    listing: tuple[Listed, ...] = ()
    settings: tuple[EncoderSetting, ...] = ()
    peers: tuple[Peer, ...] = ()
    browser: Browser | None = None
    reading: Reading | None = None
