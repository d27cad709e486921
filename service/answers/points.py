"""The points of a section: the headings below it, or, where its text runs on without any, the items it numbers and the
short sentences that open its paragraphs."""

from __future__ import annotations

from collections.abc import Iterator

from indexer.outline.headings import Candidate, candidates, parse_number
from indexer.outline.sections import run_in_behind
from indexer.sentences import sentences
from indexer.types import Report, Section, Span
from service.answers.told import IS, MIN_POINTS
from service.asked.parts import level_of

MAX_OPENING_CHARS = 45  # of a sentence that opens a paragraph and says what it is about
SHORT_CHARS = 30  # of most of them, which are whole without a comma


def points_of(report: Report, section: Section | None) -> list[Span]:
    """Where the points of ``section``, or of the whole report, stand; two or more, or none."""
    children = report.sections if section is None else section.children
    if len(children) >= MIN_POINTS:
        return [Span(start=child.span.start, end=child.heading_span.end) for child in children]
    if section is None or children:
        return []
    numbered = _numbered(report.text, section)
    runs_in = report.text[section.heading_span.end : section.span.end].lstrip()[:1] in tuple("。.；;")
    if numbered or runs_in:
        return numbered or _run_in(report.text, section)
    return _opened(report.text, section) or _run_in(report.text, section)


def marked(report: Report, section: Section | None, level: str) -> list[Span]:
    """The headings in ``section``, or in the whole report, that are marked as of ``level`` (章, 节, 条), however deep:
    articles are numbered through the chapters that they stand in, and some chapters have sections."""
    top = report.sections if section is None else section.children
    inside = [one for child in top for _, one in child.walk()]
    headings = [Span(start=one.span.start, end=one.heading_span.end) for one in inside]
    return [heading for heading in headings if level_of(heading.of(report.text)) == level]


def _numbered(text: str, section: Section) -> list[Span]:
    """The longest series of marks of one style that begins with 1 and goes on."""
    found: dict[str, list[Candidate]] = {}
    best: list[Candidate] = []
    start = section.heading_span.end
    # Behind a full stop, so that what follows the heading on its line does not count as the beginning of one.
    for candidate in candidates("。" + text[start : section.span.end]):
        series = found.setdefault(candidate.style, [])
        if candidate.number == 1:
            series.clear()
        if candidate.number == len(series) + 1:
            series.append(candidate)
            if len(series) > len(best):
                best = list(series)
    if len(best) < MIN_POINTS:
        return _told_off(text, section)
    return [Span(start=c.start, end=c.heading.end).shifted(start - 1) for c in best]


def _told_off(text: str, section: Section) -> list[Span]:
    """“…也存在一些薄弱环节，一是…，…；二是…”: within a sentence, each up to the first mark behind it."""
    series: list[Span] = []
    for match in IS.finditer(text, section.heading_span.end, section.span.end):
        if parse_number(match["n"]) == len(series) + 1:
            series.append(Span(start=match.start("n"), end=match.end()))
    return series if len(series) >= MIN_POINTS else []


def _opened(text: str, section: Section) -> list[Span]:
    """The sentences that open its paragraphs (or, where white space alone parts them, its blocks), if all are short."""
    openings = list(_openings(text, Span(start=section.heading_span.end, end=section.span.end)))
    short = [
        opening for opening in openings if len(opening) <= SHORT_CHARS and not set("，,；;") & set(opening.of(text))
    ]
    if len(openings) < MIN_POINTS or 2 * len(short) < len(openings):
        return []
    return openings if all(len(opening) <= MAX_OPENING_CHARS for opening in openings) else []


def _run_in(text: str, section: Section) -> list[Span]:
    found = run_in_behind(text, Span(start=section.heading_span.end, end=section.span.end))
    return found if len(found) >= MIN_POINTS else []


def _openings(text: str, body: Span) -> Iterator[Span]:
    before = body.start
    for sentence in sentences(text, body):
        if before == body.start or text[before : sentence.start].strip(" ") != text[before : sentence.start]:
            yield sentence
        before = sentence.end
