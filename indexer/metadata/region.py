"""Which place a report is of, and where that lies."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence

from indexer.chinese.divisions import MAX_CHARS, codes_of, divisions_in
from indexer.chinese.places import NATION, NONE_OF_A_NAME, WORDS_BEFORE, path_of
from indexer.chinese.regions import PROVINCE, is_region, regions
from indexer.metadata.bodies import SIGNATURE_BODY
from indexer.metadata.lines import Clues, inside, read
from indexer.types import ReadValue, Span

_PROVINCE_IN_TEXT = re.compile(
    rf"(?P<name>{PROVINCE})(?:省|市|(?:壮族|回族|维吾尔)?自治区)?|(?P<other>[\u4e00-\u9fff]{{2}})省(?![级直委内外长会市])"
)
_NOT_A_PROVINCE = re.compile(rf"[{NONE_OF_A_NAME}]|{WORDS_BEFORE}")
_MEETING_LINE = re.compile(r"在.{2,40}(?:会议|大会)")
# What a report calls its own place, most often one kind: 我县.
_OWN = re.compile(r"我(?P<unit>[省市县区旗州盟])(?![域间级别])")
# What only the country has; 全国人大 in a title may be whom a paper is for, so it must open it.
_OF_THE_NATION = re.compile(
    r"^[12]?\d{0,3}年?度?(?:国务院|中华人民共和国|中共中央|全国人民代表大会|全国人大|最高人民|国家|全国)|国务院"
)
# Before whatever office: 南湾市医疗保障局; 市场, 市政 and 区划 begin what it is for.
_OF_OFFICE = re.compile(
    rf"(?P<region>(?:[^\W\d_{NONE_OF_A_NAME}]{{2,4}}?[市县区旗省州盟](?![市县区旗省州盟镇乡](?!场|政|容|域|划|直))){{1,3}})"
    r"(?=[\u4e00-\u9fff]{2,}(?:局|厅|委员会)$)"
)
# What may stand before the place in a title: 2022年度, 关于.
_BEFORE = re.compile(r"(?:[12]\d{3}年度?)?(?:关于)?")
MIN_MENTIONS = 3
MAJORITY = 0.75


def region_of(clues: Clues) -> ReadValue | None:
    """The place that the title names, or the file's name, the line about a meeting, the signature; or the one that the
    report keeps naming where it speaks of its own; or that of the folder. None for the country as a whole."""
    meetings = [read(clues.text, line) for line in clues.head if _MEETING_LINE.search(line.of(clues.text))]
    return (
        _named([*clues.named, *clues.stem, *meetings])
        or _opening([*clues.named, *clues.stem])
        or _of_signature(clues)
        or (None if is_national(clues) else _of_mentions(clues) or _of_folders(clues.folders))
    )


def path(
    clues: Clues, region: ReadValue | None, body: ReadValue | None, number: ReadValue | None = None
) -> tuple[str, ...]:
    """The divisions from the province down to ``region``; the country's own name for what is of the whole of it."""
    if region is None:
        issued = body is not None and _OF_THE_NATION.search(body.value)
        of_nation = issued or (number is not None and number.value.startswith("国"))
        return (NATION,) if of_nation or is_national(clues) else ()
    told = [value.value for value in (*clues.folders, *clues.named, *clues.stem, *([body] if body else []))]
    return path_of(region.value, [one for one in told if one != region.value], clues.text)


def is_national(clues: Clues) -> bool:
    """Whether the title or the file's name says that a report is of the country, and of no part of it."""
    return any(_OF_THE_NATION.search(value.value) for value in (*clues.named, *clues.stem))


def _named(named: Iterable[ReadValue]) -> ReadValue | None:
    for value in named:
        for match in regions(value.value):
            return inside(value, *match.span("region"), match["region"])
    return None


def _opening(named: Iterable[ReadValue]) -> ReadValue | None:
    """The divisions of the country that a title begins with, whatever comes behind: 深圳市优化营商环境条例."""
    for value in named:
        before = _BEFORE.match(value.value)
        start = end = before.end() if before else 0
        while known := next((n for n in range(end + MAX_CHARS, end + 2, -1) if codes_of(value.value[end:n])), 0):
            end = min(known, len(value.value))
        if end > start:
            return inside(value, start, end, value.value[start:end])
    return None


def _of_signature(clues: Clues) -> ReadValue | None:
    text = clues.text
    for line in clues.tail:
        if SIGNATURE_BODY.fullmatch(line.of(text)):
            opening = _OF_OFFICE.match(line.of(text))
            for match in (*regions(line.of(text)), *([opening] if opening and is_region(opening["region"]) else [])):
                if match.start() == 0:
                    span = Span(start=line.start, end=line.start + match.end("region"))
                    return ReadValue(value=match["region"], origin="text", span=span)
    return None


def _of_mentions(clues: Clues) -> ReadValue | None:
    return _own_by_mentions(clues.text) or _province_by_majority(clues.text)


def _own_by_mentions(text: str) -> ReadValue | None:
    """The division that a report of 我县 keeps naming, of those that are a 县."""
    own = Counter(match["unit"] for match in _OWN.finditer(text))
    if not own:
        return None
    unit, count = own.most_common(1)[0]
    if count < MIN_MENTIONS or count < MAJORITY * own.total():
        return None
    named = Counter(name for name in divisions_in(text) if name.endswith(unit) and len(name) > len(unit) + 1)
    return _kept(text, named)


def _province_by_majority(text: str) -> ReadValue | None:
    mentions: Counter[str] = Counter()
    first: dict[str, re.Match[str]] = {}
    for match in _PROVINCE_IN_TEXT.finditer(text):
        name = match["name"] or match["other"]
        if match["other"] and _NOT_A_PROVINCE.search(name):
            continue
        mentions[name] += 1
        first[name] = max(first.get(name, match), match, key=lambda m: (len(m[0]), -m.start()))
    if not _is_clear(mentions):
        return None
    match = first[mentions.most_common(1)[0][0]]
    return ReadValue(value=match[0], origin="text", span=Span(start=match.start(), end=match.end()))


def _kept(text: str, mentions: Counter[str]) -> ReadValue | None:
    if not _is_clear(mentions):
        return None
    name = mentions.most_common(1)[0][0]
    start = text.index(name)
    return ReadValue(value=name, origin="text", span=Span(start=start, end=start + len(name)))


def _is_clear(mentions: Counter[str]) -> bool:
    if not mentions:
        return False
    count = mentions.most_common(1)[0][1]
    return count >= MIN_MENTIONS and count >= MAJORITY * mentions.total()


def _of_folders(folders: Sequence[ReadValue]) -> ReadValue | None:
    """The nearest folder that is called like a division of the country, or like a place."""
    for folder in folders:
        if codes_of(folder.value) or any(match["region"] == folder.value for match in regions(folder.value)):
            return folder
    return None
