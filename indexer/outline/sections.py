"""The heading tree of a report, from its text alone.

Three steps: candidates (:mod:`indexer.outline.headings`), the ones whose numbers run on (一、二、三…), and the run-in
headings (“推进简政放权。…”) inside the leaves. Numbers decide, not looks: a mark is a heading only when it starts a
series that goes on, or continues one, which is what tells 一、 from the same characters in a running sentence.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import groupby, pairwise

from indexer.outline.clauses import decided, heads_clauses, is_next_clause
from indexer.outline.headings import NESTED_RANK, UNNUMBERED_RANK, Candidate, candidates, is_numbered
from indexer.sentences import sentences, trimmed
from indexer.types import HeadingHint, Section, Span

MAX_RUN_IN_CHARS = 40
# A heading heads something: with shorter blocks, sentences like “支持民营企业发展。” become headings in real reports.
MIN_RUN_IN_BODY_CHARS = 50
# Two blocks of this length score more than one block of both and the heading between, so none longer need be tried:
# (52 e / 50)² > (52 + MAX_RUN_IN_CHARS + 52) e / 50, and the more so the longer they are.
ALWAYS_SPLIT_CHARS = 52
MAX_LEADING = 2  # sentences before the first of such headings, where they only lead in
# A series of one is believed where its heading fills a line, or where its style heads other sections of the report.
MAY_STAND_ALONE = frozenset(("part", "section", "han", "article"))
LIST_STYLES = frozenset(("han-bracket", "arabic", "decimal", "arabic-bracket", "circled", "ordinal", "is"))
DIGIT_STYLES = frozenset(("arabic", "arabic-bracket"))
# “1.新增托位1200个。2.改造小区70个。” in a line is a list: between two headings in a line stands what they head.
MIN_INLINE_BODY_CHARS = 8
BELOW = 1 / 16  # between ranks: levels of a format may be finer than the ladder, and a format has nine at most
RUNNING_STYLES = ("part", "article")  # chapters are numbered through books, articles through chapters
_NO_RUN_IN = re.compile(r"[，,；;：:？?！!《》0-9*＊]")
_TITLE_MARKS = re.compile(r"[。！？；]")


@dataclass
class _Node:
    candidate: Candidate
    rank: float
    end: int = 0
    children: list[_Node] = field(default_factory=list)


def sections(
    text: str, start: int = 0, hints: Sequence[HeadingHint] = (), asides: Sequence[Span] = ()
) -> tuple[Section, ...]:
    """The top-level sections of ``text[start:]``, with their children; text before the first heading is in none.

    ``hints`` are lines that are headings by their format: they need not start or continue a series. ``asides`` are
    lines that are none: tables and notes, whatever numbers they begin with.

    Spans nest, siblings are in reading order and do not overlap, and each ``heading`` is ``text[heading_span]``.
    """
    found = decided([found for found in candidates(text, hints, asides) if found.start >= start], text)
    accepted = _accept(found)
    roots = _without_title(_without_lists(_tree(accepted, len(text)), text), text)
    return tuple(_section(node, 1, text) for node in roots)


def _accept(found: list[Candidate]) -> list[_Node]:
    """Candidates that start or continue a series, each with the rank it has here."""
    accepted: list[_Node] = []
    open_frames: list[_Node] = []  # the path from the top to the newest heading
    established: set[str] = set()  # styles of which a whole series has been seen
    running = dict.fromkeys(RUNNING_STYLES, 0)
    interrupted: list[_Node] = []  # frames that a salutation closed; what it interrupts may go on behind it
    numbered = _next_numbered(found)
    of_level = _ranks_of_levels(found)
    for index, candidate in enumerate(found):
        if candidate.level and not candidate.number:
            rank: float | None = of_level[candidate.level]
        else:
            rank = _rank(found, index, numbered[index], open_frames, established, running)
        if rank is None:
            rank = next((frame.rank for frame in interrupted if _continues(candidate, frame.candidate)), None)
        if rank is None:
            continue
        interrupted = [frame for frame in interrupted if frame.rank < rank or candidate.style == "salutation"]
        while open_frames and open_frames[-1].rank >= rank:
            frame = open_frames.pop()
            if candidate.style == "salutation":
                interrupted.append(frame)
        if candidate.style == "salutation":
            accepted.append(_Node(candidate, rank))
            continue
        if candidate.style in running:
            running[candidate.style] = candidate.number
        if candidate.number > 1:
            established.add(candidate.style)
        node = _Node(candidate, rank)
        open_frames.append(node)
        accepted.append(node)
    return accepted


def _ranks_of_levels(found: list[Candidate]) -> dict[int, float]:
    """The rank of a heading without a number on each level of its format: that of the numbers on its level, so that it
    stands beside them; where there are none, right below the level above."""
    ranks: dict[int, float] = {}
    above = float(UNNUMBERED_RANK)
    for level in sorted({candidate.level for candidate in found if candidate.level}):
        numbers = Counter(candidate.rank for candidate in found if candidate.level == level and candidate.number)
        if numbers:
            ranks[level] = max(float(numbers.most_common(1)[0][0]), above)
        else:
            ranks[level] = above
        above = ranks[level] + BELOW
    return ranks


def _continues(candidate: Candidate, before: Candidate) -> bool:
    return candidate.style == before.style and candidate.number == before.number + 1 > 1


def _next_numbered(found: list[Candidate]) -> list[Candidate | None]:
    """For each candidate, the next one behind it that has a number."""
    behind: list[Candidate | None] = [None]
    for candidate in reversed(found[1:]):
        behind.append(candidate if candidate.number else behind[-1])
    return behind[::-1]


def _rank(
    found: list[Candidate],
    index: int,
    numbered: Candidate | None,
    open_frames: list[_Node],
    established: set[str],
    running: dict[str, int],
) -> float | None:
    """The rank at which ``found[index]`` joins the tree here, or None when it is no heading."""
    candidate = found[index]
    if candidate.style == "annex":
        return UNNUMBERED_RANK
    if candidate.style == "salutation":  # speaks to the whole house again: whatever lies below the top ends here
        return open_frames[0].rank + 1 if open_frames else None
    if candidate.style == "unnumbered":
        return _rank_of_unnumbered(open_frames, numbered)
    if candidate.at_line_start and candidate.number == running.get(candidate.style, -1) + 1 > 1:
        return candidate.rank
    if is_next_clause(candidate, [frame.candidate for frame in open_frames]):
        return candidate.rank
    if candidate.style == "spaced" or heads_clauses(found, index):
        return candidate.rank
    if candidate.style == "article" and not running["article"] and candidate.at_line_start and _goes_on(found, index):
        return candidate.rank  # part of a statute may begin with any article
    rank = _rank_in_series(found, index, open_frames, established)
    return candidate.rank if rank is None and candidate.hinted else rank


def _rank_in_series(
    found: list[Candidate], index: int, open_frames: list[_Node], established: set[str]
) -> float | None:
    """The rank of ``found[index]`` when it starts or continues a series of its style."""
    candidate = found[index]
    same = next((frame for frame in open_frames if frame.candidate.style == candidate.style), None)
    if same:
        step = candidate.number - same.candidate.number
        # At the start of a line one number may be missing (a typist's slip, a page lost); inside a line none.
        return same.rank if step == 1 or (step == 2 and candidate.own_line) else None
    alone = candidate.style in established or (candidate.own_line and candidate.style in MAY_STAND_ALONE)
    if candidate.number != 1 or not (alone or _goes_on(found, index)):
        return None
    if candidate.style == "is" and not candidate.at_line_start and not open_frames:
        return None
    return candidate.rank


def _rank_of_unnumbered(open_frames: list[_Node], numbered: Candidate | None) -> float | None:
    """A short line is a top heading, unless the series around it goes on behind it: then it lies inside."""
    for frame in open_frames:
        if numbered and numbered.style == frame.candidate.style and frame.candidate.number:
            return NESTED_RANK if numbered.number == frame.candidate.number + 1 else UNNUMBERED_RANK
    return UNNUMBERED_RANK


def _goes_on(found: list[Candidate], index: int) -> bool:
    """Whether a second member of the series that ``found[index]`` opens stands before a higher mark ends it."""
    candidate = found[index]
    for at in range(index + 1, len(found)):  # to the next of its style: over all of a report's series, a few passes
        other = found[at]
        if other.style == candidate.style:
            headed = candidate.at_line_start or candidate.style not in DIGIT_STYLES
            return other.number == candidate.number + 1 and (
                headed or other.start - candidate.heading.end >= MIN_INLINE_BODY_CHARS
            )
        if other.number and other.rank < candidate.rank:
            return False
    return False


def _tree(accepted: list[_Node], end: int) -> list[_Node]:
    roots: list[_Node] = []
    path: list[_Node] = []
    for node in accepted:
        while path and path[-1].rank >= node.rank:
            path.pop().end = node.candidate.start
        if node.candidate.style == "salutation":
            continue
        (path[-1].children if path else roots).append(node)
        path.append(node)
    for node in path:
        node.end = end
    return roots


def _without_lists(siblings: list[_Node], text: str) -> list[_Node]:
    """Drop series that are lists (leaves, most of which are one sentence, the number included) or asides."""
    # “一是…二是…” before （一） is said on the way to it.
    highest = min((node.rank for node in siblings), default=0)
    siblings = [node for node in siblings if node.candidate.style != "is" or node.rank == highest]
    kept: list[_Node] = []
    for style, group in groupby(siblings, key=lambda node: node.candidate.style):
        series = list(group)
        items = sum(not node.children and _is_item(node, text) for node in series)
        if style not in LIST_STYLES or items * 2 <= len(series):
            kept += series
    return kept


def _without_title(roots: list[_Node], text: str) -> list[_Node]:
    """What a heading of the format that opens the text has below it, where all is below it: then it is the title."""
    if len(roots) != 1:
        return roots
    root = roots[0]
    opens = root.candidate.level is not None and not root.candidate.number and not text[: root.candidate.start].strip()
    return _without_lists(root.children, text) if opens and root.children else roots


def _is_item(node: _Node, text: str) -> bool:
    span = trimmed(text, node.candidate.start, node.end)
    if node.candidate.hinted:
        return False
    return span.of(text)[-1] in "。；;！？" and len(sentences(text, span)) == 1


def _section(node: _Node, level: int, text: str) -> Section:
    candidate = node.candidate
    span = trimmed(text, candidate.start, node.end)
    children = tuple(_section(child, level + 1, text) for child in _without_lists(node.children, text))
    if not children:
        children = _run_ins(text, Span(start=candidate.heading.end, end=span.end), level + 1)
    return Section(
        level=level,
        number=candidate.mark or None,
        heading=candidate.heading.of(text),
        heading_span=candidate.heading,
        span=span,
        children=children,
    )


def _run_ins(text: str, body: Span, level: int) -> tuple[Section, ...]:
    """Sections headed by a short sentence of their own (“完善行政执法程序。…”), two or more, or none.

    They must open the body, and, where the body has paragraphs, open paragraphs.
    """
    units = [unit for unit in sentences(text, body) if _TITLE_MARKS.sub("", unit.of(text)).strip()]
    if not units or not _may_run_in(text, units[0]):
        return ()
    paragraphs = "\n" in text[units[0].start : body.end]
    breaks = [units[0]]
    for before, unit in pairwise(units):
        opens_paragraph = "\n" in text[before.end : unit.start]
        if _may_run_in(text, unit) and (opens_paragraph or not paragraphs):
            breaks.append(unit)
    starts = _evenest(breaks, body.end)
    if len(starts) < 2:
        return ()
    ends = [start.start for start in starts[1:]] + [body.end]
    return tuple(
        Section(
            level=level,
            number=None,
            heading=heading.of(text),
            heading_span=heading,
            span=trimmed(text, start.start, end),
        )
        for start, end in zip(starts, ends, strict=True)
        if (heading := trimmed(text, start.start, start.end - 1))
    )


def run_in_behind(text: str, body: Span) -> list[Span]:
    """The short sentences that head what follows them in a ``body`` of one paragraph, behind a sentence or two that
    lead in: they open no section, but say what its points are."""
    units = [unit for unit in sentences(text, body) if _TITLE_MARKS.sub("", unit.of(text)).strip()]
    if not units or "\n" in text[units[0].start : units[-1].end]:
        return []
    first = next((n for n in range(1, min(MAX_LEADING + 1, len(units))) if _may_run_in(text, units[n])), None)
    if first is None:
        return []
    found = _run_ins(text, Span(start=units[first].start, end=body.end), 1)
    return [section.heading_span for section in found]


def _evenest(breaks: list[Span], end: int) -> list[Span]:
    """The subset of ``breaks``, the first among them, whose blocks are many and even: the largest product of
    block lengths, each at least MIN_RUN_IN_BODY_CHARS; empty when even the first block is too short."""
    starts = [*(heading.start for heading in breaks), end]
    # Index of the first break of a tail -> (log product, index of the tail's next break); the end is a tail of none.
    best: dict[int, tuple[float, int]] = {len(breaks): (0.0, len(breaks))}
    for index in reversed(range(len(breaks))):
        body, enough = breaks[index].end, math.inf
        options: list[tuple[float, int]] = []
        for stop in range(index + 1, len(starts)):
            n_chars = starts[stop] - body
            if starts[stop] >= enough:
                break
            if n_chars < MIN_RUN_IN_BODY_CHARS or stop not in best:
                continue
            options.append((math.log(n_chars / MIN_RUN_IN_BODY_CHARS * math.e) + best[stop][0], stop))
            if n_chars >= ALWAYS_SPLIT_CHARS and stop < len(breaks):
                enough = min(enough, breaks[stop].end + ALWAYS_SPLIT_CHARS)
        if options:
            best[index] = max(options)
    chosen, at = [], 0 if 0 in best else len(breaks)
    while at < len(breaks):
        chosen.append(breaks[at])
        at = best[at][1]
    return chosen


def _may_run_in(text: str, unit: Span) -> bool:
    sentence = unit.of(text)
    fits = 5 <= len(sentence) <= MAX_RUN_IN_CHARS and sentence.endswith("。")
    return fits and not _NO_RUN_IN.search(sentence) and not is_numbered(sentence)
