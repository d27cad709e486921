"""HTML: a saved page as its reader sees it, without the page around the report.

The bytes say which charset they are in, not the header, which lies (gb2312 is declared where GB18030 is meant). Blocks
become lines; rows of tables are read with their heads, numbers of lists are rendered. What is hidden, what is
navigation by its element or by being made of links, and the lines that speak of the page are left out, and told.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from lxml import etree

from indexer.errors import EmptyFile, OverLimit
from indexer.outline.headings import is_numbered
from indexer.readers.decoding import decode
from indexer.readers.hiding import Hiding
from indexer.readers.lines import Line, about_the_page, above_table, assembled, laid_out
from indexer.readers.types import Reader, SourceText
from indexer.readers.visible import visible
from indexer.tables import Cell, Row, joined, rows_read
from indexer.types import Dropped, Span

_START = re.compile(
    rb"(?:\xef\xbb\xbf)?\s*(?:<\?xml[^>]{0,200}>)?(?>\s*<!--(?s:.*?)-->)*+\s*"
    rb"<(?:(?P<page>!doctype\s+html|html|head|body)|div|table|meta|p|span|section|article)\b",
    re.IGNORECASE,
)
START_BYTES = 65_536
NO_TEXT = frozenset(
    "head script style template noscript iframe object embed svg canvas audio video map select datalist button input "
    "textarea option".split()
)
NAVIGATION = frozenset("nav footer aside menu dialog".split())
BLOCKS = frozenset(
    "address article blockquote body center dd details div dl dt fieldset figcaption figure form h1 h2 h3 h4 h5 h6 "
    "header hr html legend li main ol p pre section summary table tbody td tfoot th thead tr ul caption".split()
)
ROW_GROUPS = frozenset("thead tbody tfoot form center font".split())  # around the rows of a table, or around its cells
_BLANK = re.compile(r"[ \t\r\n\f]+")
_BROKEN = re.compile(r"(?<=[\u2e80-\u9fff\uff00-\uffef]) ?\n ?(?=[\u2e80-\u9fff\uff00-\uffef])")
_SENTENCE = re.compile(r"[。；！？]")
_ANNEX = re.compile(r"附件|附：|附表|附录")
MIN_LINK_SHARE = 0.8  # of a line's letters: then it is links
MIN_LINK_LINES = 3  # that many of one link each, one below the other, are a menu
MAX_LAYOUT_CHARS, MAX_CELL_LINES = 400, 4  # a cell with more is no cell but a place on the page
MAX_COLUMNS, MAX_ROWS = 200, 1_000  # that a cell may reach over


@dataclass
class _Buffer:
    """The line that is being read: its text, and how many of its letters stand in how many links."""

    pieces: list[str] = field(default_factory=list)
    n_linked: int = 0
    n_links: int = 0


@dataclass
class _Found(Line):
    """A line, with the share of its letters that stand in links, and whether it is a row of a table."""

    is_row: bool = False
    link_share: float = 0.0
    n_links: int = 0


@dataclass(frozen=True)
class _Row:
    """A row of a table in the markup."""

    cells: Sequence[etree._Element]
    is_head: bool


def is_html(raw: bytes) -> bool:
    """Whether the bytes begin as a page does, or as a piece of one, which then ends with a tag, too."""
    start = _START.match(raw[:START_BYTES].replace(b"\x00", b"").removeprefix(b"\xff\xfe").removeprefix(b"\xfe\xff"))
    return start is not None and (start["page"] is not None or raw.rstrip(b"\x00 \t\r\n").endswith(b">"))


def read_html(raw: bytes) -> SourceText:
    """Raises ReadError when ``raw`` is no page that can be decoded, or holds no text."""
    decoded = decode(raw)
    parser = etree.HTMLParser(encoding="utf-8", no_network=True, huge_tree=False, remove_pis=True)
    try:
        root = etree.fromstring(decoded.text.encode("utf-8", "replace"), parser)
        page = _Page(root)
    except etree.XMLSyntaxError:
        raise EmptyFile("the page holds no text; save the report's text") from None
    except RecursionError:
        raise OverLimit("the page's elements are nested too deeply; save its text as plain text") from None
    lines, laid = laid_out(page.lines)
    gone = about_the_page(lines, never=lambda line: line.is_row) | dict(_links(lines))
    source = assembled(lines, decoded.encoding, (*page.told(), *laid), gone)
    if not source.text.strip():
        raise EmptyFile("the page holds no text of a report; see `judian inspect`, or save the text as plain text")
    return source


class _Page:
    """The lines of a page, in the order of its markup."""

    def __init__(self, root: etree._Element | None) -> None:
        self.lines: list[_Found] = []
        self._left_out: list[Dropped] = []
        self._buffer = _Buffer()
        self._mark = ""  # of an item of a list, to be set before its first line
        self._numbers: dict[etree._Element, int] = {}  # of the next item of each list
        self._level: int | None = None
        self._in_link = 0
        self._is_kept_as_typed = False
        self._n_invisible = 0
        if root is not None:
            self._is_hidden = Hiding(root)
            self._walk(root)
            self._end_line()

    def told(self) -> list[Dropped]:
        invisible = Dropped(text="", reason=f"{self._n_invisible} invisible characters")
        return [*self._left_out, invisible] if self._n_invisible else self._left_out

    def _walk(self, element: etree._Element) -> None:
        """Read ``element``, and not what stands behind it."""
        tag = element.tag
        if not isinstance(tag, str):
            self._drop(element.text or "", "a comment")
            return
        if tag in NO_TEXT:
            return
        if self._is_hidden(element):
            self._drop(_all_text(element), "hidden")
        elif tag in NAVIGATION:
            self._drop(_all_text(element), "navigation")
        elif tag == "br":
            self._end_line()
        elif tag == "table":
            self._end_line()
            self._table(element)
        elif tag in BLOCKS:
            self._end_line()
            self._block(element, tag)
            self._end_line()
        else:
            linked = tag == "a" and bool(element.get("href"))
            self._in_link += linked
            self._buffer.n_links += linked
            self._inside(element)
            self._in_link -= linked

    def _end_line(self) -> None:
        """What was read since the last line is a line, where it is anything."""
        buffer, self._buffer = self._buffer, _Buffer()
        raw = "".join(buffer.pieces)
        texts = raw.splitlines() if self._is_kept_as_typed else [_collapsed(raw)]
        for typed in texts:
            text, _ = visible(typed)
            self._n_invisible += len(typed) - len(text)
            if not text.strip():
                continue
            mark = "" if is_numbered(text) else self._mark
            self._mark = ""
            n_letters = sum(char.isalnum() for char in text)
            self.lines.append(
                _Found(
                    mark + text.strip(),
                    [Span(start=0, end=len(mark))] if mark else [],
                    self._level,
                    link_share=buffer.n_linked / n_letters if n_letters else 0.0,
                    n_links=buffer.n_links,
                )
            )

    def _inside(self, element: etree._Element) -> None:
        self._add(element.text)
        for child in element:
            self._walk(child)
            self._add(child.tail)

    def _add(self, text: str | None) -> None:
        if text:
            self._buffer.pieces.append(text)
            if self._in_link:
                self._buffer.n_linked += sum(char.isalnum() for char in text)

    def _block(self, element: etree._Element, tag: str) -> None:
        before = (self._level, self._is_kept_as_typed)
        n_lines = len(self.lines)
        if len(tag) == 2 and tag[0] == "h" and tag[1].isdigit():
            self._level = int(tag[1])
        elif tag == "pre":
            self._is_kept_as_typed = True
        elif tag == "li" and (parent := element.getparent()) is not None and parent.tag == "ol":
            number = self._numbers.get(parent, _start(parent))
            self._numbers[parent] = number + 1
            self._mark = f"{number}. "
        self._inside(element)
        self._end_line()
        self._level, self._is_kept_as_typed = before
        self._mark = ""
        if tag == "li" and len(self.lines) == n_lines + 1 and self.lines[-1].level is None:
            self.lines[-1].is_aside = True  # an item of one line is one of a list, and heads nothing

    def _drop(self, text: str, reason: str) -> None:
        if text.strip():
            self._left_out.append(Dropped(text=" ".join(text.split()), reason=reason))

    def _table(self, table: etree._Element) -> None:
        rows: list[_Row] = []
        for part in self._parts(table):
            if isinstance(part, _Row):
                rows.append(part)
                continue
            self._rows(rows)  # a caption, or what pages set between rows though it does not belong there
            rows = []
            if isinstance(part, str):
                self._add(part)
            else:
                self._walk(part)
            self._end_line()
        self._rows(rows)

    def _parts(self, parent: etree._Element, *, is_head: bool = False) -> Iterator[_Row | etree._Element | str]:
        """The rows of a table, not of those in it, and whatever else is shown there, in order; old pages set forms
        around rows and around cells."""
        yield from [parent.text] if parent.text and parent.text.strip() else ()
        for part in parent:
            if not isinstance(part.tag, str) or part.tag in NO_TEXT:
                pass
            elif self._is_hidden(part):
                self._drop(_all_text(part), "hidden")
            elif part.tag == "tr":
                cells = list(self._cells(part))
                yield _Row(cells, is_head or (bool(cells) and all(cell.tag == "th" for cell in cells)))
            elif part.tag in ROW_GROUPS:
                yield from self._parts(part, is_head=is_head or part.tag == "thead")
            elif _all_text(part).strip():
                yield part
            yield from [part.tail] if part.tail and part.tail.strip() else ()

    def _cells(self, row: etree._Element) -> Iterator[etree._Element]:
        self._drop(row.text or "", "between the cells of a table")
        for part in row:
            if part.tag in ("td", "th"):
                yield part
            elif part.tag in ROW_GROUPS:
                yield from self._cells(part)
            elif isinstance(part.tag, str) and part.tag not in NO_TEXT:
                self._drop(_all_text(part), "between the cells of a table")
            self._drop(part.tail or "", "between the cells of a table")

    def _rows(self, rows: Sequence[_Row]) -> None:
        nested = any(True for row in rows for cell in row.cells for _ in cell.iterdescendants("table"))
        if nested or max((len(row.cells) for row in rows), default=0) < 2:
            self._places([cell for row in rows for cell in row.cells])
            return
        inside = [[self._cell(cell) for cell in row.cells] for row in rows]
        many = any(len(lines) > MAX_CELL_LINES or _n_chars(lines) > MAX_LAYOUT_CHARS for row in inside for lines in row)
        if many:
            self.lines += [line for row in inside for lines in row for line in lines]
            return
        for read in rows_read(list(_grid(rows, inside)), above_table(self.lines)):
            if read.text:
                self.lines.append(_Found(read.text, read.generated, is_aside=True, is_row=True))

    def _places(self, cells: Sequence[etree._Element]) -> None:
        for cell in cells:
            if not self._is_hidden(cell):
                self._inside(cell)
                self._end_line()
            else:
                self._drop(_all_text(cell), "hidden")

    def _cell(self, cell: etree._Element) -> list[_Found]:
        kept, self.lines = self.lines, []
        self._places([cell])
        found, self.lines = self.lines, kept
        return found


def _all_text(element: etree._Element) -> str:
    return "".join(str(text) for text in element.itertext(etree.Element))


def _collapsed(raw: str) -> str:
    """White space as a browser shows it; a break of a line between Chinese characters is none."""
    if "\n" in raw:
        raw = _BROKEN.sub("", re.sub(r"[ \t\r\f]*\n[ \t\r\n\f]*", "\n", raw))
    return _BLANK.sub(" ", raw)


def _start(listed: etree._Element) -> int:
    start = listed.get("start") or "1"
    return int(start) if start.isascii() and start.isdigit() and len(start) < 7 else 1


def _links(lines: Sequence[_Found]) -> Iterator[tuple[int, str]]:
    """The lines that are nothing but links: several in one, or one each in several."""
    run: list[int] = []
    for at, line in enumerate([*lines, _Found("")]):
        plain = not (_SENTENCE.search(line.text) or _ANNEX.match(line.text.strip()) or line.level)
        if plain and line.n_links and line.link_share >= MIN_LINK_SHARE:
            run.append(at)
            continue
        if len(run) >= MIN_LINK_LINES or any(lines[one].n_links > 1 for one in run):
            yield from ((one, "links to other pages") for one in run)
        run = []


def _grid(rows: Sequence[_Row], inside: Sequence[list[list[_Found]]]) -> Iterator[Row]:
    down: dict[int, tuple[int, int]] = {}  # column -> rows that a cell from above still reaches over, its columns
    for of_page, texts in zip(rows, inside, strict=True):
        row: list[Cell] = []
        below: dict[int, tuple[int, int]] = {}
        column = 0
        left = list(zip(of_page.cells, texts, strict=True))
        while left or any(at >= column for at in down):
            n_columns, n_rows = 1, 0
            if column in down:
                n_rows, n_columns = down[column]
                row.append(Cell("", n_columns, goes_on=True))
            elif left:
                cell, lines = left.pop(0)
                n_columns, n_rows = _reach(cell, "colspan", MAX_COLUMNS), _reach(cell, "rowspan", MAX_ROWS)
                text, generated = joined((line.text, line.generated) for line in lines)
                row.append(Cell(text, n_columns, generated=tuple(generated)))
            else:
                row.append(Cell(""))
            if n_rows > 1:
                below[column] = (n_rows - 1, n_columns)
            column += n_columns
        down = below
        yield Row(tuple(row), is_head=of_page.is_head)


def _reach(cell: etree._Element, key: str, most: int) -> int:
    stated = (cell.get(key) or "1").strip()
    return min(max(int(stated), 1), most) if stated.isascii() and stated.isdigit() and len(stated) < 7 else 1


def _n_chars(lines: Sequence[Line]) -> int:
    return sum(len(line.text) for line in lines)


HTML = Reader(recognises=is_html, read=read_html, is_binary=True)
