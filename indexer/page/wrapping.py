"""Line breaks that are layout: of text that was wrapped at a width, as mail, terminals and pasted pages are.

Told by shape alone. Of wrapped text the lines that end in mid-sentence are full: what the next line begins with had no
room in them. Lists, verse, forms and headings have no such width, or their lines are all built alike.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate, pairwise

from indexer.chinese.dates import CENTURIES
from indexer.chinese.numerals import BELOW_100
from indexer.outline.headings import MAX_HEADING_CHARS, is_numbered, is_unnumbered_heading

MIN_COLUMNS, MAX_COLUMNS = 28, 200  # of a width that text is wrapped at; a Chinese character takes two
TOLERANCE = 4  # columns by which the lines of one width differ: proportional digits and signs, set narrower than here
HANGING = 2  # a mark that may not begin a line and hangs over the margin
MIN_FULL = 2  # full lines that end in mid-sentence, before a width is believed; as many as there are longer paragraphs
SURE = 6  # so many are no accident: then a paragraph need not end with a full stop
MIN_SHARE = 0.6  # of the lines that end in mid-sentence, how many are full
EXACT_SHARE = 0.95  # of full lines, how many are full to the column, before all have to be
ALIKE_SHARE = 0.8  # of the lines of a list or of verse, how many are built alike
MIN_ALIKE = 3
MIN_CHARS_OVER_PAGE = 20  # of what a page breaks off, so that it is no heading
PARTED_SHARE = 0.9  # of the paragraphs, how many are set apart
DOUBLE_SPACED = 0.9  # share of lines with a blank one behind them, from which on those part no paragraphs

_CLAUSE = re.compile(r"[，,；;：:。！？!?、]")
_STOP = re.compile(r"[。！？；!?;]")
_SENTENCE = re.compile(r"[。！？；!?;]|[，,].*[，,]")
_GOES_ON = re.compile(r"[，、,（(“‘《〈「『【]$")  # no heading and no entry follows
_MARK_AT_END, _ITEM_AT_END = re.compile(r"[，,；;、：:]$"), re.compile(r"[；;：:]$")
_ENDED = re.compile(r"(?:[。！？!?…]|(?<!\d)\.)[”’」』）)\]】》\"'*_]*$")
# What begins anew, beside the marks of the ladder: Markdown's signs, bullets, who asks and who answers.
_ANEW = re.compile(
    r"[#>|`~]|[-*+]\s|[•·●○■□◆◇▲△★☆※→]|\[\d{1,3}\]|!\[|(?:问|答|提问|回答|Q|A|question|answer)\s*\d{0,3}\s*[:：]|附[件表录：:]|注[:：]",
    re.I,
)
_RUNS_ON = re.compile(rf"[{BELOW_100}]{{1,2}}是|第?[{BELOW_100}]{{1,2}}[，,]|[首其再]次[，,]|[首其]先[，,]")
_GAP = re.compile(r"\S(?:\t|\u3000|[ \u00a0]{2,})[ \u00a0\u3000\t]*\S")  # between columns
_DATE = re.compile(r"[(（]?[12１２][\d０-９]{3}年[\d０-９\s]{1,4}月[\d０-９\s]{1,4}日[)）]?")
_CLOSING = re.compile(r"[，。、；：！？）】》」』”’]$")
_YEAR = re.compile(rf"{CENTURIES}(?:年|[-/.]\d)")
_UNIT = re.compile(r"(?:[!-~]+|[^!-~])[。，、；：！？）】》」』”’…,.;:!?)\]]*")
_LATIN, _FIGURE = re.compile(r"[!-~]"), re.compile(r"[\d.,%]")
_CHINESE = re.compile(r"[\u3400-\u9fff]")


@dataclass(frozen=True)
class _Line:
    """A line that is not blank, and its index: the text has no white space around it, the columns count the indent."""

    at: int
    text: str
    columns: int
    indent: int

    @property
    def is_open(self) -> bool:
        """Whether its sentence is not over."""
        return not _ENDED.search(self.text[-20:])

    @property
    def least(self) -> int:
        """The columns that a text has at least in which this line stands: a mark may hang over its margin."""
        return self.columns - (HANGING if _CLOSING.search(self.text) else 0)

    def room_for(self, other: _Line) -> int:
        """The columns that it would have with what ``other`` begins with and cannot be parted from."""
        first = _UNIT.match(other.text)
        assert first  # no line is empty
        return self.columns + _columns(first[0]) + len(between(self.text, other.text))


@dataclass(frozen=True)
class _Wrapping:
    """The columns at which text is wrapped, by how many its lines may fall short, whether much says so, and whether its
    paragraphs are set apart, by blank lines or indents."""

    columns: int
    tolerance: int
    is_sure: bool
    is_parted: bool = False

    @property
    def is_certain(self) -> bool:
        return self.is_sure and not self.tolerance

    def is_full(self, before: _Line, behind: _Line) -> bool:
        """Whether what ``behind`` begins with had no room in ``before``."""
        fits = before.columns >= MIN_COLUMNS and before.least <= self.columns
        return fits and before.room_for(behind) + self.tolerance > self.columns

    def is_beyond(self, line: _Line) -> bool:
        return line.columns > self.columns + HANGING + TOLERANCE


def going_on(lines: Sequence[str], kept: Collection[int]) -> set[int]:
    """Indices of the ``kept`` lines that go on with the line before them; blank lines may be among them.

    Lines that are not ``kept`` (rows of tables, code) part what is before them from what is behind.
    """
    blocks = list(_blocks(lines, kept))
    found = {behind.at for block in blocks for before, behind in pairwise(block) if _enumerates_on(before, behind)}
    wrapping = _wrapping([pair for block in blocks for pair in _open_pairs(block)], blocks)
    if wrapping is None:
        return found
    for block in blocks:
        for chain in _chains(block, wrapping):
            if _is_prose(chain, wrapping):
                found.update(line.at for line in chain[1:])
    return found


def _enumerates_on(before: _Line, behind: _Line) -> bool:
    """Whether ``before`` ends within an enumeration that it began: no width need say so."""
    inside = before.text.endswith("、") and "、" in before.text[:-1]
    return inside and not (begins_anew(behind.text) or _GAP.search(before.text))


def between(before: str, behind: str) -> str:
    """What stands between a line and the one that goes on with it: nothing, or between Latin words a blank."""
    if not (_LATIN.match(before[-1]) and _LATIN.match(behind)) or before[-1] == "-":
        return ""
    of_figure = _FIGURE.match(before[-1]) and _FIGURE.match(behind)
    return "" if of_figure and (_CHINESE.search(before) or _CHINESE.search(behind)) else " "


def begins_anew(text: str) -> bool:
    """Whether no sentence runs on into the line ``text``: a heading, an item, a row, a date, an answer."""
    return bool(is_numbered(text) or _ANEW.match(text) or _GAP.search(text) or _DATE.fullmatch(text))


def goes_on_over_page(before: str, behind: str) -> bool:
    """Whether the sentence of the line ``before`` the end of a page ends in ``behind``, which the next page begins
    with. Both are trimmed."""
    if _ENDED.search(before[-20:]) or _GAP.search(before):
        return False
    if _GOES_ON.search(before):
        return True
    told = _SENTENCE.search(before) or (_CLAUSE.search(before) and len(before) >= MIN_CHARS_OVER_PAGE)
    is_heading = is_numbered(before) and len(before) <= MAX_HEADING_CHARS and not _STOP.search(before)
    return bool(told and not is_heading and _CLAUSE.search(behind) and not begins_anew(behind))


def _columns(text: str) -> int:
    return sum(2 if char > "\u2e7f" or char in "“”‘’—…" else 1 for char in text[: MAX_COLUMNS + 2 * TOLERANCE])


def _blocks(lines: Sequence[str], kept: Collection[int]) -> Iterator[list[_Line]]:
    """Runs of lines with nothing between them."""
    shown = [at for at in sorted(kept) if lines[at].strip()]
    apart = sum(behind - before > 1 for before, behind in pairwise(shown))
    parted = apart < DOUBLE_SPACED * (len(shown) - 1)
    block: list[_Line] = []
    for at in shown:
        if block and not _adjoin(block[-1].at, at, kept, parted=parted):
            yield block
            block = []
        raw = lines[at].rstrip()
        text = raw.lstrip()
        block.append(_Line(at, text, _columns(raw), _columns(raw[: len(raw) - len(text)])))
    if block:
        yield block


def _adjoin(before: int, behind: int, kept: Collection[int], *, parted: bool) -> bool:
    return behind - before == 1 or (not parted and all(at in kept for at in range(before + 1, behind)))


def _open_pairs(block: list[_Line]) -> Iterator[tuple[_Line, _Line]]:
    """The lines that end in mid-sentence, each with the one behind it, where that may go on with it."""
    margin = min(line.indent for line in block)
    for before, behind in pairwise(block):
        if before.is_open and _may_go_on(before, behind, margin) and MIN_COLUMNS <= before.columns <= MAX_COLUMNS:
            yield before, behind


def _may_go_on(before: _Line, behind: _Line, margin: int) -> bool:
    if behind.indent >= margin + 2 or behind.columns > MAX_COLUMNS or _GAP.search(before.text):
        return False
    return bool(not begins_anew(behind.text) or (_GOES_ON.search(before.text) and is_numbered(behind.text)))


def _wrapping(pairs: list[tuple[_Line, _Line]], blocks: list[list[_Line]]) -> _Wrapping | None:
    """How the text is wrapped; None when it is not. ``pairs``: its lines that end in mid-sentence, and those behind."""
    columns, n_full = _best(pairs, TOLERANCE)
    exact, n_exact = _best(pairs, 0)
    is_exact = n_exact >= EXACT_SHARE * n_full
    found = _Wrapping(exact if is_exact else columns, 0 if is_exact else TOLERANCE, min(n_full, n_exact) >= SURE)
    inside = [pair for pair in pairs if not any(map(found.is_beyond, pair))]
    full = [before for before, behind in inside if found.is_full(before, behind)]
    n_longer = sum(found.is_beyond(line) and bool(_STOP.search(line.text)) for block in blocks for line in block)
    n_told = sum(found.is_full(*pair) or bool(_CLAUSE.search(pair[0].text)) for pair in inside)
    in_clause = any(not _MARK_AT_END.search(line.text) for line in full)
    if len(full) < max(MIN_FULL, n_longer) or len(full) < MIN_SHARE * n_told or not in_clause:
        return None
    return replace(found, is_parted=_is_parted(blocks, found))


def _is_parted(blocks: list[list[_Line]], wrapping: _Wrapping) -> bool:
    """Whether what comes behind the short last line of a paragraph stands behind a blank line, or is indented."""
    n_apart, n_beside = len(blocks), 0
    for block in blocks:
        margin = min(line.indent for line in block)
        for before, behind in pairwise(block):
            if not before.is_open and not wrapping.is_full(before, behind):
                n_beside += not begins_anew(behind.text) and behind.indent < margin + 2
                n_apart += behind.indent >= margin + 2
    return n_beside <= (1 - PARTED_SHARE) * (n_apart + n_beside)


def _best(pairs: list[tuple[_Line, _Line]], tolerance: int) -> tuple[int, int]:
    """The columns at which most first lines of ``pairs`` are full, the most where several are; and how many are."""
    # For each pair the columns at which its first line is full; what begins and ends there, added up.
    ranges = [(before.least, min(before.room_for(behind) + tolerance, MAX_COLUMNS + 1)) for before, behind in pairs]
    steps = [0] * (MAX_COLUMNS + 2)
    for first, end in ranges:
        steps[first] += 1
        steps[end] -= 1
    counts = list(accumulate(steps))
    at = counts.index(max(counts))
    # Where they are as many, the widest line: at its width those are full that are at all others.
    return max([at, *(first for first, end in ranges if first <= at < end)]), counts[at]


def _chains(block: list[_Line], wrapping: _Wrapping) -> Iterator[list[_Line]]:
    """The paragraphs of a block: lines each of which goes on with the one before it, two or more."""
    margin = min(line.indent for line in block)
    chain: list[_Line] = block[:1]
    for before, behind in pairwise(block):
        if _is_linked(before, behind, wrapping, margin, inside=len(chain) > 1):
            chain.append(behind)
            continue
        if len(chain) > 1:
            yield chain
        chain = [behind]
    if len(chain) > 1:
        yield chain


def _is_linked(before: _Line, behind: _Line, wrapping: _Wrapping, margin: int, *, inside: bool) -> bool:
    if wrapping.is_beyond(behind):
        return False
    is_full, may_go_on = wrapping.is_full(before, behind), _may_go_on(before, behind, margin)
    if not before.is_open:
        is_heading = is_unnumbered_heading(behind.text)
        return is_full and may_go_on and not is_heading and wrapping.is_certain and wrapping.is_parted
    if not may_go_on:
        runs_on = _RUNS_ON.match(behind.text) or _is_unclosed(before.text)
        return wrapping.is_certain and is_full and bool(runs_on) and behind.indent < margin + 2
    # A short line inside a paragraph: a figure or a word that is not to be parted was set in the next.
    is_word = _LATIN.match(behind.text) and not _YEAR.match(behind.text)
    return is_full or (inside and bool(is_word) and not _ITEM_AT_END.search(before.text))


def _is_unclosed(text: str) -> bool:
    return any(text.rfind(opening) > text.rfind(closing) for opening, closing in ("《》", "（）", "“”", "()"))


def _is_prose(chain: list[_Line], wrapping: _Wrapping) -> bool:
    """Whether the lines are sentences, and neither a list nor verse: those are built alike."""
    if wrapping.is_certain:
        return True
    if not wrapping.is_sure and (chain[-1].is_open or not any(_CLAUSE.search(line.text[:-1]) for line in chain)):
        return False
    firsts = [mark.start() for line in chain if (mark := _CLAUSE.search(line.text))]
    most = Counter(firsts).most_common(1)[0][1] if firsts else 0
    if len(chain) >= MIN_ALIKE and most >= ALIKE_SHARE * len(chain):
        return False
    ends = _MARK_AT_END if len(chain) > MIN_ALIKE else _ITEM_AT_END
    return not all(ends.search(line.text) for line in chain[:-1])
