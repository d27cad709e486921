"""The ``judian`` command."""

from __future__ import annotations

import io
import logging
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.progress import BarColumn, MofNCompleteColumn, Progress, ProgressColumn, Task, TextColumn, TimeRemainingColumn
from rich.text import Text

from indexer.errors import JudianError
from indexer.unseen import escaped, escaped_json
from service.commands import admin, channels, doctor, feedback, inspect, llm, mcp, model
from service.commands.localised import run
from service.commands.terminal import Terminal
from service.errors import BadQuestion
from service.settings import Settings
from service.words import say, told

if TYPE_CHECKING:
    from service.types import Answer

app = typer.Typer(
    help="Ask questions about a folder of reports; every sentence of an answer cites its exact place in the source.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
app.add_typer(model.app, name="model")
app.add_typer(llm.app, name="llm")
app.add_typer(feedback.app, name="feedback")
out = Terminal()
err = Terminal(stderr=True)

app.command()(inspect.inspect)
app.command()(doctor.doctor)
app.command()(mcp.mcp)
app.command()(admin.snapshots)
app.command()(admin.rollback)
app.add_typer(admin.keys, name="keys")
app.add_typer(channels.app, name="channels")

IndexFolder = Annotated[Path, typer.Option("--index", help="The index folder that `judian index` made.")]


@app.command()
def index(
    folders: Annotated[
        list[Path], typer.Argument(help="Folders (or files) with reports: .txt, .md, .docx, .html, .xlsx, .csv.")
    ],
    out_folder: Annotated[Path, typer.Option("--out", help="The index folder; made when absent, updated when not.")],
    strict: Annotated[bool, typer.Option(help="Publish nothing when any file cannot be read.")] = False,
    manifest: Annotated[
        Path | None,
        typer.Option(
            help="A CSV file with what is known of the reports, which stands over what is read: columns path or "
            "report_id, title, region, year, year_told, kind, issuing_body, document_number, date."
        ),
    ] = None,
    keep_originals: Annotated[
        bool, typer.Option("--keep-originals", help="Keep the files too, in --out, to be fetched beside the answers.")
    ] = False,
) -> None:
    """Index every report under FOLDERS and publish the result in --out.

    Only what changed since the last run is encoded again. Ends with 0 when an index was published (files that could
    not be read are listed with the reason), with 1 when none was.
    """
    settings = Settings.from_environment()
    from indexer.build import build
    from service.open import open_encoder

    with err.status(say("loading the encoder (the first time it is unpacked, which takes some seconds)")):
        encoder = open_encoder(settings, threads=None)
    with _progress() as report_progress:
        built = build(
            folders,
            out_folder,
            encoder,
            settings.encoder,
            max_file_bytes=settings.max_file_bytes,
            strict=strict,
            table=manifest,
            keep_originals=keep_originals,
            keep=settings.keep_snapshots,
            progress=report_progress,
            when_waiting=lambda: err.print(
                say("another `judian index` is at work in {folder}; waiting for its end", folder=out_folder)
            ),
        )
    made = built.manifest
    for name in built.left_out:
        err.print(say("left out, as hidden or no report: {file}", file=escaped(name)))
    for item in made.unread:
        err.print(say("not read: {file}: {reason}", file=escaped(item.file), reason=told(item.reason)))
    if manifest is not None:
        out.print(say("{table}: {n} values stand over what was read", table=escaped(manifest.name), n=built.n_stated))
    for group in built.groups:
        out.print(say("copies of one report: {files}", files=", ".join(map(escaped, group))))
    out.print(
        say(
            "published {snapshot} in {folder}: {reports} reports, {chunks} chunks from {read} of {files} files; "
            "{encoded} chunks newly encoded",
            snapshot=made.snapshot_id,
            folder=out_folder,
            reports=made.n_reports,
            chunks=made.n_chunks,
            read=built.n_files - len(made.unread),
            files=built.n_files,
            encoded=built.n_encoded,
        )
    )


@app.command()
def serve(
    index: IndexFolder,
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="Port to listen on.", min=1, max=65535)] = 8000,
    workers: Annotated[int, typer.Option(help="Processes that answer, over one memory-mapped index.", min=1)] = 1,
    allow_anonymous: Annotated[
        bool, typer.Option("--allow-anonymous", help="Let other machines in without an API key.")
    ] = False,
) -> None:
    """Serve the index over HTTP: the API under /v1, and a page to ask and check at /.

    A snapshot that is published later is served as soon as it is there. Other machines need an API key: see
    `judian keys --help`.
    """
    from service.http.serve import serve as serve_forever

    serve_forever(index, host, port, workers, allow_anonymous, Settings.from_environment())


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
    from service.converse import Conversation
    from service.open import open_live, open_writer

    settings = Settings.from_environment()
    conversation = Conversation(open_writer(settings))
    answer = conversation.ask(open_live(index, settings).asker, Question(question=question or " "))
    if json:
        # JSON is UTF-8 (RFC 8259), whatever the terminal writes: a quote must not lose a character.
        sys.stdout.buffer.write(escaped_json(answer.model_dump_json(indent=2)).encode() + b"\n")
    else:
        _print_answer(answer)


def main() -> None:
    """Run the command; errors go to standard error in one line, with what to do, and the exit status is then 1."""
    logging.basicConfig(level=logging.WARNING)
    for stream in (sys.stdout, sys.stderr):  # a terminal that lacks a character gets the rest
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")
    try:
        run(app)
    except JudianError as error:
        err.print(f"judian: {told(str(error))}")
        raise SystemExit(1) from None
    except OSError as error:  # a full disk, a folder that may not be written
        why = f"{error.strerror or error}: {error.filename or ''}"
        err.print(f"judian: {why}; " + say("what was published before stays"))
        raise SystemExit(1) from None


class _Rate(ProgressColumn):
    """Units per second, once there are any."""

    def render(self, task: Task) -> Text:
        return Text(f"{task.speed:.0f}/s" if task.speed else "")


@contextmanager
def _progress() -> Iterator[_Bars]:
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[size]}"),
        _Rate(),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=err) as progress:
        yield _Bars(progress)


class _Bars:
    """One bar a step."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress
        self._tasks: dict[str, int] = {}

    def __call__(self, step: str, done: int, total: int, n_bytes: int = 0, total_bytes: int = 0) -> None:
        from rich.progress import TaskID

        if step not in self._tasks:
            self._tasks[step] = int(self._progress.add_task(say(step), total=total, size=""))
        self._progress.update(
            TaskID(self._tasks[step]), completed=done, total=total, size=_megabytes(n_bytes, total_bytes)
        )


def _megabytes(n_bytes: int, total_bytes: int) -> str:
    """How many of how many; nothing where nothing is counted so."""
    return f"{n_bytes / 1e6:.1f}/{total_bytes / 1e6:.1f} MB" if total_bytes else ""


def _print_answer(answer: Answer) -> None:
    from service.certainty import SAID, certainty_of

    out.print(answer.text)
    for citation in answer.citations:
        place = " › ".join((citation.title, *citation.heading_path))
        out.print(f"\n[{citation.number}] {place}\n    {citation.report_id} {citation.start}–{citation.end}")
    said = SAID[answer.language][certainty_of(answer.reason, answer.confidence)]
    out.print(f"\n{said} · {answer.elapsed_ms['total']:.0f} ms")
