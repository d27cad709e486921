"""Title, region, year, issuing body, 文号 and date of a report, each with the place it was read from.

Read in this order: the report's title, its first lines and signature, then its file name. What is masked (``**年``)
or said only of the page around several reports is not guessed: it is None.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass

from indexer.headings import parse_number
from indexer.page_lines import TITLE
from indexer.sentences import sentences, trimmed
from indexer.types import ReadValue, ReportMetadata, Span

# Names of the provincial level that reports use without 省 (GB/T 2260). Others are found by their ending.
PROVINCES = (
    "北京 天津 河北 山西 内蒙古 辽宁 吉林 黑龙江 上海 江苏 浙江 安徽 福建 江西 山东 河南 湖北 湖南 广东 广西 海南 "
    "重庆 四川 贵州 云南 西藏 陕西 甘肃 青海 宁夏 新疆 香港 澳门 台湾"
).split()
_PROVINCE = "|".join(PROVINCES)
_PLACE = (
    rf"(?:(?:{_PROVINCE})(?:省|市|(?:壮族|回族|维吾尔)?自治区|特别行政区)?)?"
    r"(?:[^\W\d_年月日的于和在]{2,6}?(?:自治州|自治县|省|市|州|盟|县|旗|区)){0,3}"
)
_REGION_IN_TITLE = re.compile(
    rf"(?P<region>{_PLACE})(?:人民)?(?=人民|政府|关于|人大|财政|司法|国民|依法|法治|工作|20\d\d|[〇零一二三四五六七八九]{{4}}年|_|$)"
)
_NOT_A_PLACE = re.compile(
    r"^(?:.{0,2}自治区|.*(?:开发|示范|试验|新|园|工业|保税|合作|地|社|校|景)区|[我本全各该省市县区]{1,2}"
    r"|.*(?:城|都|菜|超|股|入|上|主|夜|农贸)市)$"
)
_PROVINCE_IN_TEXT = re.compile(
    rf"(?P<name>{_PROVINCE})(?:省|市|(?:壮族|回族|维吾尔)?自治区)?|(?P<other>[\u4e00-\u9fff]{{2}})省(?![级直委内外长会市])"
)
_NOT_A_PROVINCE = re.compile(r"[我全各本外邻他跨出到在为对和与及了的省市县由给按向从]|兄弟|东部|西部|有关")
_OWN_BODY = re.compile(r"我(?:谨)?代表(?P<a>[\u4e00-\u9fff]{0,16}?(?:人民政府|国务院|委员会|办公厅|法院|检察院|厅|局))")
_BODY_IN_TITLE = re.compile(
    r"^(?:[12]\d{3}年)?(?P<body>[\u4e00-\u9fff]{0,20}?(?:人民政府|委员会|国务院(?:办公厅)?|办公厅|办公室|法院|检察院|厅|局))"
    r"(?=[\u4e00-\u9fff]{0,3}(?:关于|20\d\d)|政府工作报告|工作报告)"
)
_SIGNATURE_BODY = re.compile(r"[\u4e00-\u9fff]{2,20}(?:人民政府|委员会|国务院|办公厅|办公室|法院|检察院|厅|局)")
_NUMBER = re.compile(
    r"[\u4e00-\u9fff]{1,10}(?:发|办|函|字|令|规|报|复|通)[\u4e00-\u9fff]{0,4}[〔\[【［(（][12]\d{3}[〕\]】］)）]第?\d+号"
)
_HAN_YEAR = "[〇零一二三四五六七八九]{4}"
_YEAR = re.compile(rf"(?<!\d)(?P<year>(?:19|20)\d{{2}}|{_HAN_YEAR})年")
_BARE_YEAR = re.compile(r"(?<!\d)(?P<year>(?:19|20)\d{2})(?!\d)")
_DATE = re.compile(
    r"(?P<y>[12]\d{3}|[〇零一二三四五六七八九]{4}|[１２][０-９]{3})\s*[年\-./]\s*"
    r"(?P<m>\d{1,2}|[０-９]{1,2}|[一二三四五六七八九十]{1,3})\s*[月\-./]\s*"
    r"(?P<d>\d{1,2}|[０-９]{1,2}|[一二三四五六七八九十]{1,3})日?"
)
_HAN_DIGIT = str.maketrans("〇零一二三四五六七八九０１２３４５６７８９", "00123456789" + "0123456789")

_NO_TITLE = re.compile(r"[—─\-]|[一二三四五六七八九十（(\d]+[、)）.]")

_YEAR_AT_END = re.compile(r"_(?:19|20)\d{2}年?$")

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
    title_lines = [] if page_title else _title_lines(text, lines)
    title_line = next((line for line in title_lines if _YEAR.search(line.of(text))), next(iter(title_lines), None))
    title = _title(text, title_line, file_stem, page_title)
    named = [title] if title.origin != "file" else []
    if file_stem is not None:
        named.append(ReadValue(value=file_stem, origin="file_name"))
    date = _date(text, lines, head, tail) or _date_of_name(file_stem)
    metadata = ReportMetadata(
        title=title,
        region=_region(named) or _region_of_signature(text, tail) or _region_by_majority(text, named),
        year=_year(named, date),
        issuing_body=_issuing_body(text, named, tail),
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


def _title_lines(text: str, lines: list[Span]) -> list[Span]:
    """The lines before the first sentence that end like a title."""
    found = []
    for line in lines[:HEAD_LINES]:
        if len(line) > SHORT_CHARS or "。" in line.of(text):
            break
        span = _without_mark(text, line)
        if TITLE.search(_unspaced(span.of(text))) and not _NO_TITLE.match(span.of(text)):
            found.append(span)
    return found


def _unspaced(line: str) -> str:
    """``政 府 工 作 报 告`` without the spaces that set it wide."""
    return re.sub(r"(?<=[\u4e00-\u9fff])[ 　]+(?=[\u4e00-\u9fff])", "", line)


def _without_mark(text: str, line: Span) -> Span:
    mark = re.match(r"#{1,6}\s+", line.of(text))
    return Span(start=line.start + (mark.end() if mark else 0), end=line.end)


def _title(text: str, line: Span | None, stem: str | None, page_title: str | None) -> ReadValue:
    if page_title:
        return ReadValue(value=page_title, origin="file")
    name = ReadValue(value=_clean_stem(stem or ""), origin="file_name")
    if not line:
        return name
    value = _unspaced(line.of(text))
    # “政府工作报告” in the text and “2021年光明区政府工作报告” as the name: the longer one says which report it is.
    if value in name.value and value != name.value:
        return name
    return ReadValue(value=value, origin="text", span=line)


def _clean_stem(stem: str) -> str:
    """The file's name as a title: without a year at its end that it states already, with spaces for underscores."""
    match = _YEAR_AT_END.search(stem)
    if match and _YEAR.search(stem[: match.start()]):
        stem = stem[: match.start()]
    return stem.replace("_", " ").strip()


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
    for pattern in (_YEAR, _BARE_YEAR):
        for value in named:
            match = pattern.search(value.value)
            if match:
                return _inside(value, *match.span("year"), match["year"].translate(_HAN_DIGIT))
    if date:
        return date.model_copy(update={"value": date.value[:4]})
    return None


def _region(named: list[ReadValue]) -> ReadValue | None:
    for value in named:
        for match in _REGION_IN_TITLE.finditer(value.value):
            region = match["region"]
            if len(region) >= 2 and not _NOT_A_PLACE.match(region):
                return _inside(value, *match.span("region"), region)
    return None


def _region_of_signature(text: str, tail: list[Span]) -> ReadValue | None:
    for line in tail:
        match = _REGION_IN_TITLE.match(line.of(text))
        if match and _SIGNATURE_BODY.fullmatch(line.of(text)) and len(match["region"]) >= 2:
            span = Span(start=line.start, end=line.start + match.end("region"))
            if not _NOT_A_PLACE.match(match["region"]):
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
        match = _BODY_IN_TITLE.search(value.value)
        if match:
            return _inside(value, *match.span("body"), match["body"])
    for line in tail:
        if _SIGNATURE_BODY.fullmatch(line.of(text)):
            return ReadValue(value=line.of(text), origin="text", span=line)
    own = _OWN_BODY.search(text, 0, 2_000)
    if own:
        return ReadValue(value=own["a"], origin="text", span=Span(start=own.start("a"), end=own.end("a")))
    return None


def _document_number(text: str, head: list[Span]) -> ReadValue | None:
    for line in head:
        match = _NUMBER.search(line.of(text))
        if match and not re.search("[，。；]", line.of(text)):  # in a sentence it is the number of another document
            span = Span(start=line.start + match.start(), end=line.start + match.end())
            return ReadValue(value=match[0], origin="text", span=span)
    return None


def _date(text: str, lines: list[Span], head: list[Span], tail: list[Span]) -> ReadValue | None:
    """The date of the signature, or the latest among the subtitle and datelines (a statute lists its revisions)."""
    found: list[ReadValue] = []
    datelines = [line for line in lines[:HEAD_LINES] if _DATE.match(line.of(text)) and "。" not in line.of(text)]
    for line in [*(line for line in reversed(tail) if len(line) <= 16), *head, *datelines]:
        if len(sentences(text, line)) != 1 or line.of(text).endswith("。"):
            continue
        match = _DATE.search(line.of(text))
        if match:
            span = Span(start=line.start + match.start(), end=line.start + match.end())
            found.append(ReadValue(value=_iso(match), origin="text", span=span))
            if line in tail and line not in head:
                break
    return max(found, key=lambda value: value.value, default=None)


def _date_of_name(stem: str | None) -> ReadValue | None:
    match = _DATE.search(stem) if stem else None
    return ReadValue(value=_iso(match), origin="file_name") if match else None


def _iso(match: re.Match[str]) -> str:
    def number(text: str) -> int:
        ascii_digits = text.translate(str.maketrans("０１２３４５６７８９", "0123456789"))
        return int(ascii_digits) if ascii_digits.isdigit() else parse_number(text)

    return f"{match['y'].translate(_HAN_DIGIT)}-{number(match['m']):02d}-{number(match['d']):02d}"
