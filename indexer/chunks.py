"""Report to chunks: runs of whole sentences that never cross a section."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import overload

from indexer.sentences import each_sentence
from indexer.types import Chunk, Report, Section, Span

MAX_CHARS = 160  # settled by eval/results/ablation.md
MIN_CHARS = 16  # a run-in heading or a salutation goes with the sentence behind it
MAX_CONTEXT_CHARS = 120


def chunks(report: Report, max_chars: int = MAX_CHARS) -> tuple[Chunk, ...]:
    """The chunks of ``report`` in reading order: ``chunk.text == report.text[span]``, never empty.

    A chunk holds as many whole sentences of one section as fit in ``max_chars``, and at least one. A heading that
    fills its line stands in the ``context`` of the chunks below it; it is a chunk itself when nothing is below it.
    """
    return tuple(each_chunk(report, max_chars))


def each_chunk(report: Report, max_chars: int = MAX_CHARS) -> Iterator[Chunk]:
    """The same, one at a time: all of them take five times the memory of the text."""
    title = full_title(report)
    for path, span in _stretches(report):
        context = " ".join((title, *path))[:MAX_CONTEXT_CHARS]
        for piece in _packed(report.text, span, max_chars):
            yield Chunk(
                chunk_id=f"{report.report_id}-{piece.start}-{piece.end}",
                report_id=report.report_id,
                span=piece,
                text=piece.of(report.text),
                heading_path=path,
                context=context,
            )


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
    for sentence in each_sentence(text, span):
        if not any(char.isalnum() for char in sentence.of(text)):
            continue  # a stray mark is nothing to answer with
        if start is not None and sentence.end - start > max_chars and end - start >= MIN_CHARS:
            yield Span(start=start, end=end)
            start = None
        start = sentence.start if start is None else start
        end = sentence.end
    if start is not None:
        yield Span(start=start, end=end)


class EmbeddedTexts(Sequence[str]):
    """What is encoded and counted for each of ``chunks``, made when it is asked for."""

    def __init__(self, chunks: Sequence[Chunk]) -> None:
        self._chunks = chunks

    def __len__(self) -> int:
        return len(self._chunks)

    @overload
    def __getitem__(self, row: int) -> str: ...
    @overload
    def __getitem__(self, row: slice) -> Sequence[str]: ...
    def __getitem__(self, row: int | slice) -> str | Sequence[str]:
        return EmbeddedTexts(self._chunks[row]) if isinstance(row, slice) else embedded_text(self._chunks[row])

    def __iter__(self) -> Iterator[str]:
        return map(embedded_text, self._chunks)


def embedded_text(chunk: Chunk) -> str:
    """What is encoded and counted for a chunk: its context, then its text. Never quoted."""
    return f"{chunk.context}\n{chunk.text}"
