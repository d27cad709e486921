"""Title, region, year, issuing body, 文号 and date of a report, each with the place it was read from.

Read in this order: the report's title, its first lines and signature, then its file name. What is masked (``**年``)
or said only of the page around several reports is not guessed: it is None.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass

from indexer.chinese.dates import CENTURIES, DAY, HAN_YEAR, MASKED_YEAR, YEAR, YEAR_IN_DIGITS, iso, year_in_digits
from indexer.chinese.document_numbers import DOCUMENT_NUMBER
from indexer.chinese.folding import fold
from indexer.chinese.offices import BODY
from indexer.chinese.regions import PROVINCE, regions
from indexer.outline.headings import is_numbered
from indexer.page.lines import TITLE
from indexer.sentences import sentences, trimmed
from indexer.types import ReadValue, ReportMetadata, Span
from indexer.unseen import cleaned, escaped

_PROVINCE_IN_TEXT = re.compile(
    rf"(?P<name>{PROVINCE})(?:省|市|(?:壮族|回族|维吾尔)?自治区)?|(?P<other>[\u4e00-\u9fff]{{2}})省(?![级直委内外长会市])"
)
_NOT_A_PROVINCE = re.compile(r"[我全各本外邻他跨出到在为对和与及了的省市县由给按向从]|兄弟|东部|西部|有关")
_OWN_BODY = re.compile(rf"我(?:谨)?代表(?P<a>[\u4e00-\u9fff]{{0,16}}?{BODY})")
_BODY_IN_TITLE = re.compile(
    rf"^(?:(?:[12]\d{{3}}|{HAN_YEAR})年度?)?(?P<body>[\u4e00-\u9fff]{{0,20}}?{BODY})"
    r"(?=[\u4e00-\u9fff]{0,3}(?:关于|20\d\d)|政府工作报告|工作报告)"
)
_SIGNATURE_BODY = re.compile(rf"[\u4e00-\u9fff]{{2,20}}{BODY}")
_YEAR_LINE = re.compile(rf"[(\[]\s*(?:{CENTURIES}|{HAN_YEAR})\s?年度?\s*[)\]]")
_MEETING_LINE = re.compile(r"在.{2,40}(?:会议|大会)")
# A bare 市人民政府: of which city, the region says.
_BARE_BODY = re.compile(r"(?P<unit>自治区|[省市州盟县旗区])人民政府")

_TITLE_LABEL = re.compile(r"(?:标[\s　]*题|名[\s　]*称)\s*[：:]")
_NO_TITLE = re.compile(r"[—─\-]|[一二三四五六七八九十（(\d]+[、)）.]")

# What may follow a title in its line, besides the first heading: the salutation, a subtitle, a date.
_BEHIND_TITLE = re.compile(r"各位|尊敬的|[—─\-（(]|[12１２]\d{3}")
# “…政府工作报告_2022”, “…(2022年)”: set off, by whoever filed the report.
_YEAR_SET_OFF = re.compile(rf"(?:[\s_\-—~]+{CENTURIES}年?|\s*[(（\[【]{CENTURIES}年?[)）\]】])$")

HEAD_LINES = 12
TAIL_LINES = 6
SHORT_CHARS = 60
MIN_MENTIONS = 3
MAJORITY = 0.75


@dataclass(frozen=True)
class Found:
    """The metadata, and where the last line that repeats the title ends (0 when the text has no title)."""

    metadata: ReportMetadata
    body_start: int


def read_metadata(text: str, file_stem: str | None, page_title: str | None = None) -> Found:
    """Metadata of the report ``text``.

    ``file_stem`` is None and ``page_title`` names the compilation when the file holds several reports: then neither
    says anything about the year or the region of one of them.
    """
    lines = _lines(text)
    head = [line for line in lines[:HEAD_LINES] if len(line) <= SHORT_CHARS]
    tail = [line for line in lines[-TAIL_LINES:] if len(line) <= SHORT_CHARS]
    title_lines = _title_lines(text, lines)
    title_line = next((line for line in title_lines if YEAR.search(fold(line.of(text)))), next(iter(title_lines), None))
    title = _title(text, title_line, file_stem, page_title)
    named = [title] if title.origin != "file" else []
    stem = [] if file_stem is None else [ReadValue(value=file_stem, origin="file_name")]
    year_lines = [_read(text, line) for line in head if _YEAR_LINE.fullmatch(fold(line.of(text)))]
    meeting_lines = [_read(text, line) for line in head if _MEETING_LINE.search(line.of(text))]
    date = _date(text, lines, head, tail) or _date_of_name(file_stem)
    region = (
        _region([*named, *stem, *meeting_lines])
        or _region_of_signature(text, tail)
        or _region_by_majority(text, [*named, *stem])
    )
    metadata = ReportMetadata(
        title=title,
        region=region,
        year=_year([*named, *year_lines, *stem], date),
        issuing_body=_completed(_issuing_body(text, [*named, *stem], tail), region),
        document_number=_document_number(text, head),
        date=date,
    )
    return Found(metadata, title_lines[-1].end if title_lines else 0)


def _lines(text: str) -> list[Span]:
    cursor, spans = 0, []
    for line in text.splitlines(keepends=True):
        span = trimmed(text, cursor, cursor + len(line))
        cursor += len(line)
        if len(span):
            spans.append(span)
    return spans


def _read(text: str, line: Span) -> ReadValue:
    return ReadValue(value=line.of(text), origin="text", span=line)


def _title_lines(text: str, lines: list[Span]) -> list[Span]:
    """The lines before the first sentence that end like a title, or the title that opens a line of text."""
    found: list[Span] = []
    for line in lines[:HEAD_LINES]:
        if len(line) > SHORT_CHARS or "。" in line.of(text):
            return found or _title_in_line(text, line)
        span = _without_mark(text, line)
        if _is_title(span.of(text)):
            found.append(span)
    return found


def _title_in_line(text: str, line: Span) -> list[Span]:
    """What stands before white space at the start of ``line`` and reads as a title, if it does."""
    span = _without_mark(text, line)
    for gap in re.finditer(r"\s", text[span.start : span.start + SHORT_CHARS]):
        title = Span(start=span.start, end=span.start + gap.start())
        if re.search("[，。；：！？]", title.of(text)):
            break
        behind = text[title.end : line.end].lstrip()[:SHORT_CHARS]
        if _is_title(title.of(text)) and (_BEHIND_TITLE.match(behind) or is_numbered(behind)):
            return [title]
    return []


def _is_title(line: str) -> bool:
    return bool(TITLE.search(_unspaced(line))) and not _NO_TITLE.match(line)


def _unspaced(line: str) -> str:
    """``政 府 工 作 报 告`` without the spaces that set it wide."""
    return re.sub(r"(?<=[\u4e00-\u9fff])[ 　]+(?=[\u4e00-\u9fff])", "", line)


def _without_mark(text: str, line: Span) -> Span:
    """``line`` without Markdown signs: a heading sign, emphasis of the whole (``**市`` alone is a mask); without the
    label that a form sets before a title."""
    label = _TITLE_LABEL.match(text, line.start, line.end)
    if label:
        return trimmed(text, label.end(), line.end)
    signs = re.fullmatch(
        r"(?:#{1,6}\s+)?(?P<emphasis>\*{1,3}|_{1,3})?(?P<title>[^*_]*)(?(emphasis)(?P=emphasis)|[*_]*)", line.of(text)
    )
    if signs:
        return trimmed(text, line.start + signs.start("title"), line.start + signs.end("title"))
    mark = re.match(r"#{1,6}\s+", line.of(text))
    return Span(start=line.start + (mark.end() if mark else 0), end=line.end)


def _title(text: str, line: Span | None, stem: str | None, page_title: str | None) -> ReadValue:
    if page_title and not line:
        return ReadValue(value=_shown(page_title), origin="file")
    name = ReadValue(value=_clean_stem(stem or ""), origin="file_name")
    if not line:
        return name
    value = _shown(_unspaced(line.of(text)))
    # “政府工作报告” in the text and “2021年光明区政府工作报告” as the name: the longer one says which report it is.
    if value in name.value and value != name.value:
        return name
    return ReadValue(value=value, origin="text", span=line)


def _clean_stem(stem: str) -> str:
    """The file's name as a title: without a year set off at its end where the title has its own, and with spaces for
    underscores."""
    match = _YEAR_SET_OFF.search(stem)
    if match and YEAR.search(fold(stem[: match.start()])):
        stem = stem[: match.start()]
    return _shown(stem.replace("_", " ").strip())


def _shown(title: str) -> str:
    """A title stands wherever an answer is shown: nothing in it steers what shows it."""
    return cleaned(title) or escaped(title)


def _inside(value: ReadValue, start: int, end: int, as_value: str) -> ReadValue:
    """A part of a value that was read, with the part's own span."""
    if value.span is None:
        return ReadValue(value=as_value, origin=value.origin)
    if len(value.span) != len(value.value):  # spaces were taken out of a spaced title: cite the whole of it
        return ReadValue(value=as_value, origin=value.origin, span=value.span)
    return ReadValue(
        value=as_value,
        origin=value.origin,
        span=Span(start=value.span.start + start, end=value.span.start + end),
    )


def _year(named: list[ReadValue], date: ReadValue | None) -> ReadValue | None:
    if named and MASKED_YEAR.search(fold(named[0].value)):
        return None
    for pattern in (YEAR, YEAR_IN_DIGITS):
        for value in named:
            match = pattern.search(fold(value.value))
            if match:
                return _inside(value, *match.span("year"), year_in_digits(match["year"]))
    if date:
        return date.model_copy(update={"value": date.value[:4]})
    return None


def _region(named: list[ReadValue]) -> ReadValue | None:
    for value in named:
        for match in regions(value.value):
            return _inside(value, *match.span("region"), match["region"])
    return None


def _region_of_signature(text: str, tail: list[Span]) -> ReadValue | None:
    for line in tail:
        if _SIGNATURE_BODY.fullmatch(line.of(text)):
            for match in regions(line.of(text)):
                if match.start() == 0:
                    span = Span(start=line.start, end=line.start + match.end("region"))
                    return ReadValue(value=match["region"], origin="text", span=span)
    return None


def _region_by_majority(text: str, named: list[ReadValue]) -> ReadValue | None:
    """The province that the report keeps naming, unless its title says that it is national."""
    if any("国务院" in value.value or "中华人民共和国" in value.value for value in named):
        return None
    mentions: Counter[str] = Counter()
    first: dict[str, re.Match[str]] = {}
    for match in _PROVINCE_IN_TEXT.finditer(text):
        name = match["name"] or match["other"]
        if match["other"] and _NOT_A_PROVINCE.search(name):
            continue
        mentions[name] += 1
        first[name] = max(first.get(name, match), match, key=lambda m: (len(m[0]), -m.start()))
    if not mentions:
        return None
    name, count = mentions.most_common(1)[0]
    if count < MIN_MENTIONS or count < MAJORITY * mentions.total():
        return None
    match = first[name]
    return ReadValue(value=match[0], origin="text", span=Span(start=match.start(), end=match.end()))


def _issuing_body(text: str, named: list[ReadValue], tail: list[Span]) -> ReadValue | None:
    for value in named:
        match = _BODY_IN_TITLE.search(fold(value.value))
        if match:
            start, end = match.span("body")
            return _inside(value, start, end, value.value[start:end])
    for line in tail:
        if _SIGNATURE_BODY.fullmatch(line.of(text)):
            return ReadValue(value=line.of(text), origin="text", span=line)
    own = _OWN_BODY.search(text, 0, 2_000)
    if own:
        return ReadValue(value=own["a"], origin="text", span=Span(start=own.start("a"), end=own.end("a")))
    return None


def _completed(body: ReadValue | None, region: ReadValue | None) -> ReadValue | None:
    """``市人民政府`` with the region's name. No one place says that name: it is the file's, or its name's."""
    bare = _BARE_BODY.fullmatch(body.value) if body else None
    if not bare or not region or not region.value.endswith(bare["unit"]):
        return body
    return ReadValue(value=f"{region.value}人民政府", origin="file" if region.origin == "text" else region.origin)


def _document_number(text: str, head: list[Span]) -> ReadValue | None:
    for line in head:
        match = DOCUMENT_NUMBER.search(line.of(text))
        if match and not re.search("[，。；]", line.of(text)):  # in a sentence it is the number of another document
            span = Span(start=line.start + match.start(), end=line.start + match.end())
            return ReadValue(value=match[0], origin="text", span=span)
    return None


def _date(text: str, lines: list[Span], head: list[Span], tail: list[Span]) -> ReadValue | None:
    """The date of the signature, or the latest among the subtitle and datelines (a statute lists its revisions)."""
    found: list[ReadValue] = []
    datelines = [line for line in lines[:HEAD_LINES] if DAY.match(fold(line.of(text))) and "。" not in line.of(text)]
    for line in [*(line for line in reversed(tail) if len(line) <= 16), *head, *datelines]:
        if len(sentences(text, line)) != 1 or line.of(text).endswith("。"):
            continue
        match = DAY.search(fold(line.of(text)))
        as_iso = iso(match) if match else None
        if match and as_iso:
            span = Span(start=line.start + match.start(), end=line.start + match.end())
            found.append(ReadValue(value=as_iso, origin="text", span=span))
            if line in tail and line not in head:
                break
    return max(found, key=lambda value: value.value, default=None)


def _date_of_name(stem: str | None) -> ReadValue | None:
    match = DAY.search(fold(stem)) if stem else None
    as_iso = iso(match) if match else None
    return ReadValue(value=as_iso, origin="file_name") if as_iso else None
