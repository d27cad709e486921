"""The points that a paragraph tells of itself, without a heading: “我们也清醒地看到…存在不少问题。一是…二是…”.

Work reports own up to their problems in one paragraph, at the end of a section that is about something else. The words
that lead in stand for a heading: they say what the points are.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from indexer.chinese.folding import fold
from indexer.chinese.numerals import BELOW_100
from indexer.outline.headings import parse_number
from indexer.sentences import sentences, trimmed
from indexer.types import Report, Section, Span

MIN_POINTS = 2
MIN_SENTENCES = 3  # of a paragraph without marks: two are as often one thought
MIN_CLAUSE_CHARS = 5
MAX_LEAD_CHARS = 100
TOLD_OFF = rf"(?P<n>[{BELOW_100}]{{1,2}})是(?![否的])"  # 一是…二是…
# What leads in to what is said, 在制定意见中, is none of it without that.
_ON_THE_WAY = r"(?:[^，,；;。！？\n]{0,40}(?<!其)(?:中|上|下|时|后|前|方面|基础|同时)[，,](?=[^，,；;。！？\n]))?"
IS = re.compile(rf"(?<=[，,；;：:。\s]){TOLD_OFF}{_ON_THE_WAY}[^，,；;。！？\n]+")
_ADMITS = re.compile(r"(?:清醒|清楚|看到|认识到|意识到|正视)[^。\n]{0,60}?(?:问题|困难|挑战|不足|短板|差距|薄弱环节)")
_LEADS = re.compile(r"(?:[:：]|主要(?:是|有|表现[为在]|体现在)[:：,，]?)")
_RESOLVES = re.compile(
    r"^(?:[^。]{0,6}(?:我们|必须)|要|[面针]?对(?:此|这些|于这些)|这些(?:问题|困难)|为此|下一步|今后|各位代表)"
)
_REST = re.compile(r"^等等?$")


@dataclass(frozen=True)
class Told:
    """Points behind the words that lead to them, and where the paragraph ends."""

    lead: Span
    points: tuple[Span, ...]
    end: int


def told_in(report: Report, section: Section | None) -> Iterator[Told]:
    """Every series that the text of ``section``, or what stands before all sections, tells of itself; nothing of what
    its subsections tell."""
    for own in _own(report, section):
        yield from _counted_off(report.text, own)
        for paragraph in _paragraphs(report.text, own):
            if told := _admitted(report.text, paragraph):
                yield told


def _own(report: Report, section: Section | None) -> Iterator[Span]:
    """What lies between the subsections."""
    at = 0 if section is None else section.heading_span.end
    end = len(report.text) if section is None else section.span.end
    for child in report.sections if section is None else section.children:
        if child.span.start > at:
            yield Span(start=at, end=child.span.start)
        at = child.span.end
    if end > at:
        yield Span(start=at, end=end)


def _counted_off(text: str, own: Span) -> Iterator[Told]:
    """“一是…二是…”, each up to the first mark behind it, in a sentence or over several."""
    series: list[Span] = []
    for match in [*IS.finditer(text, own.start, own.end), None]:
        n = parse_number(match["n"]) if match else 0
        if match is not None and series and n == len(series) + 1:
            series.append(Span(start=match.start("n"), end=match.end()))
            continue
        if len(series) >= MIN_POINTS and (lead := _lead(text, own.start, series[0].start)):
            line = text.find("\n", series[-1].end)
            yield Told(lead, tuple(series), min(line if line >= 0 else own.end, own.end))
        series = [Span(start=match.start("n"), end=match.end())] if match is not None and n == 1 else []


def _lead(text: str, start: int, end: int) -> Span | None:
    """The last sentence before the first point, or what of it there is."""
    before = [span for span in sentences(text, Span(start=max(start, end - 2 * MAX_LEAD_CHARS), end=end)) if len(span)]
    lead = trimmed(text, max(before[-1].start, end - MAX_LEAD_CHARS), end) if before else None
    return lead if lead is not None and any(char.isalnum() for char in lead.of(text)) else None


def _paragraphs(text: str, own: Span) -> Iterator[Span]:
    for match in re.compile(r"[^\n]+").finditer(text, own.start, own.end):
        yield Span(start=match.start(), end=match.end())


def _admitted(text: str, paragraph: Span) -> Told | None:
    """What a paragraph that owns up to problems names, up to what is to be done about them: its clauses, where
    semicolons part them, or its sentences, or else what commas part."""
    units = list(sentences(text, paragraph))
    at = next((n for n, unit in enumerate(units) if _ADMITS.search(unit.of(text))), None)
    if at is None or IS.search(text, paragraph.start, paragraph.end):
        return None
    last = next((n for n in range(at + 1, len(units)) if _RESOLVES.search(units[n].of(text))), len(units))
    admits = _ADMITS.search(units[at].of(text))
    leads = _LEADS.search(units[at].of(text), admits.end() if admits else 0)
    start = units[at].end
    if leads is not None:
        start = units[at].start + leads.end()
    elif at + 1 < last and (opens := re.match(r"\s*主要(?:是|有|表现[为在])[:：,，]?", units[at + 1].of(text))):
        start = units[at + 1].start + opens.end()
    body = Span(start=start, end=units[last - 1].end)
    if body.start >= body.end:
        return None
    points = _parted(text, body)
    return Told(Span(start=units[at].start, end=start), tuple(points), paragraph.end) if points else None


def _parted(text: str, body: Span) -> list[Span]:
    said = fold(body.of(text))
    if len(said) != len(body):
        return []
    whole = sum(mark in "。!?" for mark in said)
    if said.count(";") >= MIN_POINTS:
        mark, least = "[;。]", MIN_POINTS
    elif whole >= MIN_SENTENCES:
        mark, least = "[。!?]", MIN_SENTENCES
    else:
        mark, least = "[,。]", MIN_SENTENCES
    found = []
    for match in re.finditer(rf"{mark.replace('[', '[^')}+", said):
        dashes = len(match[0]) - len(match[0].lstrip(" —-"))
        span = trimmed(text, body.start + match.start() + dashes, body.start + match.end())
        if len(span) >= MIN_CLAUSE_CHARS and not _REST.match(span.of(text)):
            found.append(span)
    return found if len(found) >= least else []
