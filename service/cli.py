"""The ``judian`` command."""

from __future__ import annotations

import io
import logging
import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, ProgressColumn, Task, TextColumn, TimeRemainingColumn
from rich.text import Text
from rich.tree import Tree

from indexer.errors import JudianError, ReadError
from indexer.types import Report, Section, Span
from service import model_commands
from service.errors import BadQuestion, SettingsError
from service.settings import Settings

if TYPE_CHECKING:
    from service.ask import Asker
    from service.types import Answer

app = typer.Typer(
    help="Ask questions about a folder of reports; every sentence of an answer cites its exact place in the source.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
app.add_typer(model_commands.app, name="model")
out = Console(soft_wrap=True, highlight=False, markup=False)
err = Console(stderr=True, soft_wrap=True, highlight=False, markup=False)

IndexFolder = Annotated[Path, typer.Option("--index", help="The index folder that `judian index` made.")]


@app.command()
def index(
    folders: Annotated[list[Path], typer.Argument(help="Folders (or files) with reports: .txt and .md.")],
    out_folder: Annotated[Path, typer.Option("--out", help="The index folder; made when absent, updated when not.")],
    strict: Annotated[bool, typer.Option(help="Publish nothing when any file cannot be read.")] = False,
) -> None:
    """Index every report under FOLDERS and publish the result in --out.

    Only what changed since the last run is encoded again. Ends with 0 when an index was published (files that could
    not be read are listed with the reason), with 1 when none was.
    """
    settings = Settings.from_environment()
    from indexer.build import build
    from indexer.encoder import load_encoder

    with err.status("loading the encoder (the first time it is unpacked, which takes some seconds)"):
        encoder = load_encoder(settings.encoder, settings.cache_folder, settings.precision)
    with _progress() as report_progress:
        built = build(folders, out_folder, encoder, settings.encoder, strict=strict, progress=report_progress)
    manifest = built.manifest
    for item in manifest.unread:
        err.print(f"not read: {item.file}: {item.reason}")
    out.print(
        f"published {manifest.snapshot_id} in {out_folder}: {manifest.n_reports} reports, {manifest.n_chunks} chunks "
        f"from {built.n_files - len(manifest.unread)} of {built.n_files} files; {built.n_encoded} chunks newly encoded"
    )


@app.command()
def serve(
    index: IndexFolder,
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="Port to listen on.", min=1, max=65535)] = 8000,
) -> None:
    """Serve the index over HTTP: the API under /v1, and a page to ask and check at /."""
    import uvicorn

    from service.app import create_app

    asker = _asker(index)
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise SettingsError(f"cannot listen on {host}:{port} ({error.strerror}); choose another --port") from None
    err.print(f"serving {asker.snapshot.manifest.snapshot_id} on http://{host}:{port}/ (Ctrl-C stops)")
    uvicorn.run(create_app(asker), host=host, port=port, log_level="warning", access_log=False)


@app.command()
def ask(
    question: Annotated[str, typer.Argument(help="The question, in Chinese or English.")],
    index: IndexFolder,
    json: Annotated[bool, typer.Option("--json", help="Print the whole Answer as JSON.")] = False,
) -> None:
    """Answer one question from the index, with citations."""
    from service.types import Question

    if not question.isascii() and any("\ud800" <= char <= "\udfff" for char in question):
        raise BadQuestion("the question is not text in the encoding of this terminal; set a UTF-8 locale")
    asker = _asker(index)
    answer = asker.ask(Question(question=question or " "))
    if json:
        # JSON is UTF-8 (RFC 8259), whatever the terminal writes: a quote must not lose a character.
        sys.stdout.buffer.write(answer.model_dump_json(indent=2).encode() + b"\n")
    else:
        _print_answer(answer)


@app.command()
def inspect(file: Annotated[Path, typer.Argument(help="One report file.")]) -> None:
    """Show what is read from FILE: encoding, title, metadata, section tree with spans, and what was dropped."""
    from indexer.readers import read_file

    try:
        reading = read_file(file)
    except ReadError as error:
        raise type(error)(f"{file}: {error}") from None
    out.print(f"{reading.file}: {reading.encoding}, {len(reading.reports)} report(s)")
    for report in reading.reports:
        out.print()
        _print_report(report)
    out.print(f"\ndropped: {len(reading.dropped)}")
    for dropped in reading.dropped:
        out.print(f"  {dropped.reason}: {' '.join(dropped.text.split())}")


def main() -> None:
    """Entry point: errors go to standard error in one line, with what to do; the exit status is then 1."""
    logging.basicConfig(level=logging.WARNING)
    for stream in (sys.stdout, sys.stderr):  # a terminal that lacks a character gets the rest
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")
    try:
        app()
    except JudianError as error:
        err.print(f"judian: {error}")
        raise SystemExit(1) from None
    except OSError as error:  # a full disk, a folder that may not be written
        err.print(f"judian: {error.strerror or error}: {error.filename or ''}; what was published before stays")
        raise SystemExit(1) from None
    except KeyboardInterrupt:
        err.print("judian: interrupted; what was published before stays")
        raise SystemExit(130) from None


def _asker(folder: Path) -> Asker:
    settings = Settings.from_environment()
    from indexer.encoder import QUESTION_THREADS, load_encoder
    from indexer.snapshot import open_published, published_id
    from service.abstain import load_abstention
    from service.ask import Asker
    from service.retrieve import Retriever

    published_id(folder)  # no index: say so before the encoder is loaded
    encoder = load_encoder(settings.encoder, settings.cache_folder, settings.precision, QUESTION_THREADS)
    return Asker(
        retriever=Retriever(open_published(folder, encoder.fingerprint), encoder),
        abstention=load_abstention(),
        k=settings.k,
        max_question_chars=settings.max_question_chars,
    )


class _Rate(ProgressColumn):
    """Units per second, once there are any."""

    def render(self, task: Task) -> Text:
        return Text(f"{task.speed:.0f}/s" if task.speed else "")


@contextmanager
def _progress() -> Iterator[_Bars]:
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), _Rate(), TimeRemainingColumn())
    with Progress(*columns, console=err) as progress:
        yield _Bars(progress)


class _Bars:
    """One bar a step."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress
        self._tasks: dict[str, int] = {}

    def __call__(self, step: str, done: int, total: int) -> None:
        from rich.progress import TaskID

        if step not in self._tasks:
            self._tasks[step] = int(self._progress.add_task(step, total=total))
        self._progress.update(TaskID(self._tasks[step]), completed=done, total=total)


def _print_answer(answer: Answer) -> None:
    out.print(answer.text)
    for citation in answer.citations:
        place = " › ".join((citation.title, *citation.heading_path))
        out.print(f"\n[{citation.number}] {place}\n    {citation.report_id} {citation.start}–{citation.end}")
    out.print(f"\n{answer.status}, confidence {answer.confidence:.2f}, {answer.elapsed_ms['total']:.0f} ms")


def _print_report(report: Report) -> None:
    out.print(f"title: {report.title}")
    out.print(f"report_id: {report.report_id}, {len(report.text)} characters")
    for name in ("region", "year", "issuing_body", "document_number", "date"):
        read = getattr(report.metadata, name)
        value = "—" if read is None else f"{read.value} ({_origin(read.origin, read.span)})"
        out.print(f"{name}: {value}")
    tree = Tree("sections")
    for section in report.sections:
        _grow(tree, section)
    out.print(tree)


def _grow(tree: Tree, section: Section) -> None:
    branch = tree.add(f"{section.number or ''} {section.heading} [{section.span.start}, {section.span.end})".strip())
    for child in section.children:
        _grow(branch, child)


def _origin(origin: str, span: Span | None) -> str:
    return f"text [{span.start}, {span.end})" if span else origin.replace("_", " ")
