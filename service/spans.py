"""Where the reader points: the characters of the best passages that answer a question, and how surely."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from indexer.chunks import full_title
from indexer.encoders.types import Reader, Reading, Window
from indexer.sentences import sentences
from indexer.store.snapshot import Snapshot
from indexer.types import Report, Span
from service.body import in_notes, readable
from service.copies import Reports
from service.retrieve import with_copies
from service.types import Passage
from service.understand import Understood

# Between the scores of a passage's best sentence and of others that may answer in its place (eval/results/ablation.md).
MARGIN = 2.0
N_READ = 5  # passages, in one batch: more gain nothing and take as many times as long (eval/results/ablation.md)


@dataclass(frozen=True)
class Pointed:
    """What of a passage answers best: a span of the report's canonical text, and the reader's score for it, a logit."""

    span: Span
    score: float


# By chunk_id, of the passages that were read: where it points to, and in the other sentences that are nearly as good.
Readings = Mapping[str, Sequence[Pointed]]


def worth_reading(passages: Sequence[Passage], reports: Reports, n: int = N_READ) -> list[Passage]:
    """The best ``n`` of ``passages`` that differ: copies of one report would leave the others unread."""
    return [passage for first, passage in with_copies(passages, n, reports) if first == passage.chunk.chunk_id]


def read_passages(
    reader: Reader | None,
    understood: Understood,
    passages: Sequence[Passage],
    snapshot: Snapshot,
    out: Mapping[str, frozenset[Span]] = MappingProxyType({}),
    margin: float = MARGIN,
) -> Readings:
    """What the reader says of ``passages``, of each without the sentences left ``out``, by chunk; nothing without a
    reader. The sentence that it points into may be one that the rules reject, so that others count, too, which it finds
    worse by no more than ``margin``.

    Each is read under a line with region, year, title and headings: without it the reader cannot see that another
    place or year is asked for; and without what is hidden or said to a machine, which it would take for the answer.
    """
    if reader is None:
        return {}
    reads_notes = understood.form == "definition"
    windows = [_window(passage, snapshot, out, reads_notes=reads_notes) for passage in passages]
    return {
        passage.chunk.chunk_id: _pointed(reading, passage.chunk.span.start, margin)
        for passage, reading in zip(passages, reader.read(understood.wording, windows), strict=True)
        if reading.end > reading.start
    }


def verdict_on(judge: Reader, understood: Understood, report: Report, headings: Sequence[str], span: Span) -> float:
    """The score that the ``judge`` gives to one sentence alone, the ``span`` of a report's text, under a line as above:
    what stands around it may well answer, but is not what is given."""
    context = " › ".join((full_title(report), *headings))
    sentence = report.text[span.start : span.end]
    return judge.read(understood.worded_as(sentence), [Window(context, sentence)])[0].score


def _pointed(reading: Reading, start: int, margin: float) -> list[Pointed]:
    """Where ``reading`` points to, best first, in a passage that begins at ``start``."""
    others = [
        part
        for part in reading.parts
        if part.end > part.start != reading.start and part.score >= reading.score - margin
    ]
    others.sort(key=lambda part: -part.score)
    return [Pointed(Span(start=one.start, end=one.end).shifted(start), one.score) for one in (reading, *others)]


def _window(passage: Passage, snapshot: Snapshot, out: Mapping[str, frozenset[Span]], *, reads_notes: bool) -> Window:
    chunk, report = passage.chunk, snapshot.reports[passage.chunk.report_id]
    context = " › ".join((full_title(report), *chunk.heading_path))
    left_out = out.get(chunk.chunk_id, frozenset()) | (frozenset() if reads_notes else in_notes(chunk, report))
    return Window(context, readable(chunk.text, left_out), sentences(chunk.text))
