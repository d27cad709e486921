"""Report to chunks: runs of whole sentences that never cross a section."""

from __future__ import annotations

from collections.abc import Iterator

from indexer.sentences import sentences
from indexer.types import Chunk, Report, Section, Span

MAX_CHARS = 160  # settled by eval/results/ablation.md
MIN_CHARS = 16  # a run-in heading or a salutation goes with the sentence behind it
MAX_CONTEXT_CHARS = 120


def chunks(report: Report, max_chars: int = MAX_CHARS) -> tuple[Chunk, ...]:
    """The chunks of ``report`` in reading order: ``chunk.text == report.text[span]``, never empty.

    A chunk holds as many whole sentences of one section as fit in ``max_chars``, and at least one. A heading that
    fills its line stands in the ``context`` of the chunks below it; it is a chunk itself when nothing is below it.
    """
    title = full_title(report)
    found: list[Chunk] = []
    for path, span in _stretches(report):
        context = " ".join((title, *path))[:MAX_CONTEXT_CHARS]
        for piece in _packed(report.text, span, max_chars):
            found.append(
                Chunk(
                    chunk_id=f"{report.report_id}-{piece.start}-{piece.end}",
                    report_id=report.report_id,
                    span=piece,
                    text=piece.of(report.text),
                    heading_path=path,
                    context=context,
                )
            )
    return tuple(found)


def full_title(report: Report) -> str:
    """The title, with the region and the year before it where it does not name them."""
    extra = [value.value for value in (report.metadata.region, report.metadata.year) if value]
    return " ".join([*(text for text in extra if text not in report.title), report.title])


def _stretches(report: Report) -> Iterator[tuple[tuple[str, ...], Span]]:
    """What belongs to the report itself or to one section alone, in reading order, with its heading path."""
    yield from _own_text(report.text, (), Span(start=0, end=len(report.text)), report.sections)


def _own_text(
    text: str, path: tuple[str, ...], whole: Span, children: tuple[Section, ...]
) -> Iterator[tuple[tuple[str, ...], Span]]:
    cursor = whole.start
    for child in children:
        yield path, Span(start=cursor, end=child.span.start)
        below = (*path, child.label)
        yield from _own_text(text, below, Span(start=_body_start(text, child), end=child.span.end), child.children)
        cursor = child.span.end
    yield path, Span(start=cursor, end=whole.end)


def _body_start(text: str, section: Section) -> int:
    """Where the section's text begins: behind a heading that is set apart, with one that runs into the text."""
    end = section.heading_span.end
    if not text[end : section.span.end].strip("。；！？：\n 　"):
        return section.span.start  # nothing but the heading: then the heading is what can be quoted
    set_apart = text[end : end + 1].isspace()
    return end if set_apart else section.span.start


def _packed(text: str, span: Span, max_chars: int) -> Iterator[Span]:
    start: int | None = None
    end = span.start
    for sentence in sentences(text, span):
        if not any(char.isalnum() for char in sentence.of(text)):
            continue  # a stray mark is nothing to answer with
        if start is not None and sentence.end - start > max_chars and end - start >= MIN_CHARS:
            yield Span(start=start, end=end)
            start = None
        start = sentence.start if start is None else start
        end = sentence.end
    if start is not None:
        yield Span(start=start, end=end)


def embedded_text(chunk: Chunk) -> str:
    """What is encoded and counted for a chunk: its context, then its text. Never quoted."""
    return f"{chunk.context}\n{chunk.text}"
