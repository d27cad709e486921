"""An English sentence against Chinese sources: figures, years, months, names by their pinyin; direction, negation,
plans by short lists of words.

Nothing else of it can be compared by rules, so it is supported by what was found in it, and unchecked where nothing
was. Which of two figures of one unit is told of what is not checked.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from decimal import Decimal
from functools import cache, lru_cache

from pypinyin import Style, lazy_pinyin, pinyin

from indexer.chinese.dates import CENTURIES, MASKED_YEAR, MONTH_OR_DAY, years_in
from indexer.chinese.folding import fold
from indexer.chinese.numerals import BELOW_100, value
from indexer.types import Span
from service.verify.amounts import is_equal, says_as_much
from service.verify.evidence import Cited, Evidence, Fault
from service.verify.reading import Amount, Reading
from service.verify.wording import DONE, DOWN, LACK, PLAN, UP

_LETTERS = re.compile("[a-z]", re.IGNORECASE)
_HAN = re.compile("[\u4e00-\u9fff]")
_WORDS = {
    word: n
    for n, word in enumerate(
        "two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
        "eighteen nineteen twenty".split(),
        start=2,
    )
} | {"thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70, "eighty": 80, "ninety": 90}
_ONES = {word: n for n, word in enumerate("one two three four five six seven eight nine".split(), start=1)}
_SCALES = {"hundred": 10**2, "thousand": 10**3, "million": 10**6, "billion": 10**9, "trillion": 10**12}
# How units are called: the unit of a reading, and how much of it one is.
_UNITS = (
    (r"percentage points?|pps?\b", "个百分点", 1),
    (r"%|percent|per cent", "%", 1),
    (r"(?:us|hong kong) dollars?", "美元", 1),
    (r"yuan|rmb|renminbi", "元", 1),
    (r"people|persons?|residents|workers|students|jobs|households", "", 1),
    (r"square kilomet(?:er|re)s?|km2|sq\.? ?km", "平方米", 10**6),
    (r"square met(?:er|re)s?|m2|sq\.? ?m", "平方米", 1),
    (r"hectares?", "平方米", 10**4),
    (r"kilomet(?:er|re)s?|km", "米", 1000),
    (r"met(?:er|re)s?\b", "米", 1),
    (r"mu\b", "亩", 1),
    (r"tonnes?|tons?|metric tons?", "公斤", 1000),
    (r"cubic met(?:er|re)s?", "立方米", 1),
    (r"kilowatt[- ]hours?|kwh", "千瓦时", 1),
    (r"kilowatts?|kw", "千瓦", 1),
)
_UNIT = "|".join(f"(?P<u{at}>{pattern})" for at, (pattern, _, _) in enumerate(_UNITS))
_FIGURE = re.compile(
    rf"(?<![\w.-])(?:rmb|cny|¥|us\$|\$)?\s?(?P<number>\d+(?:,\d{{3}})*(?:\.\d+)?|\b(?:{'|'.join(_WORDS)})\b)"
    rf"(?:-(?P<ones>{'|'.join(_ONES)})\b)?(?![\w.]*[a-z]\d)"
    rf"(?:[\s-]?(?P<scale>{'|'.join(_SCALES)}))?(?:[\s-]?(?:{_UNIT}))?"
)
_NEARNESS = (
    ("under", r"(?:no more than|not more than|at most|less than|fewer than|under|below)$"),
    ("near", r"(?:nearly|almost|close to|just under)$"),
    (
        "over",
        r"(?:more than|(?<!turned )(?<!handed )over|above|topp(?:ed|ing)|exceed(?:ed|ing|s)?|at least|"
        r"no less than|surpass(?:ed|ing|es)?|in excess of)$",
    ),
    ("about", r"(?:about|around|approximately|roughly|some)$"),
)
_OR_MORE = re.compile(r"\s?(?:or (?:more|above|higher)|and above|-?plus\b)")
_YEAR = re.compile(rf"(?<![\d.,]){CENTURIES}(?!\d|,\d|\.\d|[\s-]?(?:percent|%|yuan|people|million|billion))")
_MONTHS = {
    month: n
    for n, month in enumerate(
        "january february march april may june july august september october november december".split(), start=1
    )
}
_DATE = re.compile(
    rf"\b(?P<month>{'|'.join(month.capitalize() for month in _MONTHS)})\b"
    r"(?: (?P<day>\d{1,2})(?:st|nd|rd|th)?(?!\d|,\d{3}))?"
)
_BEFORE_MONTH = re.compile(r"\b(?:[Ii]n|[Bb]y|of|[Ss]ince|until|[Ff]rom|to|and) $")
_PERIODS = (
    (r"first half", "上半年|1.6月"),
    (r"second half", "下半年"),
    (r"first quarter", "一季度|1.3月"),
    (r"first three quarters", "前三季度|1.9月"),
    (r"year[- ]on[- ]year", "同比|比上年|比去年|较上年|增长|下降|增加|减少|提高"),
    (r"month[- ]on[- ]month", "环比|比上月"),
)
_UP = re.compile(r"\b(?:increas|rose|ris(?:e|ing)|gr[eo]w|growth|expand|climb|rais|up (?:by|from|to|\d))")
_DOWN = re.compile(
    r"\b(?:decreas|f[ea]ll|declin|drop|reduc|cut(?!ting)|shr[aiu]nk|lower(?:ed|ing)|shorten|down (?:by|from|to|\d))"
)
_NEGATED = re.compile(
    r"\b(?:not|no|never|without|fail(?:ed|s)? to|unable|yet to|neither|nor|cannot|prohibit\w*|bann?\w*|exempt\w*|"
    r"abolish\w*|cancel\w*|lack\w*|insufficient\w*|inadequa\w*|short\w*|unbalanced|difficult\w*|stop\w*|absen\w*)\b|n't\b|"
    r"\b(?:un|in)\w{4,}"
)
_STRICTLY_NEGATED = re.compile(
    r"\b(?:not(?! only| just| merely)|never|fail(?:ed|s)? to|unable|yet to|neither|cannot)\b|n't\b"
)
_PLANNED = re.compile(
    r"\b(?:will|shall|plan(?:s|ned|ning)?|aim(?:s|ed|ing)?|target\w*|expect\w*|intend\w*|striv\w+|propos\w+|seek\w*|goal|"
    r"is to|are to|would|going to|should|must|calls? for|called for|urg\w+|requir\w+|pledg\w+|promis\w+|set to)\b"
)
_TOLD_DONE = re.compile(
    r"\b(?:has|have|had|was|were|did|"
    r"(?!need|indeed|speed|feed|seed|exceed|succeed|proceed)\w{2,}ed|built|rose|fell|grew|set up)\b"
)
_QUANTIFIERS = (
    (r"\b(?:the only|the sole|solely)\b", "唯一|仅|只|独"),
    (
        r"\b(?:the first|for the first time)\b(?! (?:half|quarter|three|nine|six|few|time|four|two|five|\d))",
        "首|第一|率先|先|初",
    ),
    (r"\b(?:partly|partially)\b", "部分|一些|有的|有些|一批|基本"),
)
_NAME = re.compile(r"(?<![A-Za-z])(?P<name>[A-Z][a-z']+)(?=(?P<kind>(?:'s)? ?[A-Za-z]*))")
_KINDS = re.compile(
    r"(?:'s)?\s?(?:District|City|County|Province|Municip|New|Town|Subdistrict|Port|River|Lake|Bay|Park)"
)
# English, or called otherwise than by pinyin; the names of months are checked as dates.
_NOT_PINYIN = frozenset(
    "china chinese area lakes games game base case sale state police sino people people's line home same more make "
    "take time women human nature change ensure guiding meeting like use rule one wage wine june july may gini "
    "pilot media yuan renminbi tai chi".split()
)
_CALLED = {
    "hong kong": "香港|港", "macao": "澳", "macau": "澳", "taiwan": "台|两岸", "shaanxi": "陕", "tibet": "西藏|藏",
    "inner mongolia": "内蒙古", "yangtze": "长江|江", "yellow river": "黄河", "pearl river": "珠江|珠三角",
    "beijing": "北京|京", "shanghai": "上海|沪", "tianjin": "天津|津", "guangdong": "广东|粤|广", "shenzhen": "深",
    "guangzhou": "广", "chongqing": "重庆|渝", "hebei": "河北|冀", "qinghai": "青海|青", "sichuan": "四川|川",
    "state council": "国务院", "greater bay area": "大湾区", "communist party": "党",
}  # fmt: skip
_WITH_DIGITS = re.compile(r"\b(?:[A-Za-z]+\d[\w.]*|\d+[A-Za-z]\b)")
_HAN_NAMES = re.compile("[\u4e00-\u9fff]{2,}")
_NEAR_CHARS = 45
SHORT_CLAUSES = 2  # of sources: more, and a sentence may be told of only one of them
_NUMERALS = ("零", "一", "二两双", *BELOW_100[2:])


def is_english(sentence: str) -> bool:
    """Whether it is written in Latin letters, but for a name or two."""
    return len(_LETTERS.findall(sentence)) > 3 * len(_HAN.findall(sentence)) and bool(
        re.search("[A-Za-z]{2}", sentence)
    )


def english_findings(sentence: str, evidence: Evidence) -> Iterator[tuple[str, Fault | None]]:
    """Each thing that can be checked: its kind, and None where it holds."""
    text = unicodedata.normalize("NFKC", sentence).replace("’", "'")
    lower = text.lower()
    told = [(reading, amount) for reading in evidence.readings for amount in reading.amounts]
    for amount in _amounts(lower, [match.span() for match in _DATE.finditer(text)]):
        fault = _figure_fault(lower, amount, told, evidence)
        if fault is None or fault.source or amount.unit or amount.text not in _WORDS:  # “the two sides”
            yield "figure", fault
    yield from (("year", fault) for fault in _years(lower, evidence))
    yield from (("date", fault) for fault in _dates(text, evidence))
    yield from (("name", fault) for fault in _names(text, lower, evidence))
    yield from _turned(lower, evidence)


def _amounts(text: str, dates: list[tuple[int, int]]) -> Iterator[Amount]:
    taken = dates + [match.span() for match in _YEAR.finditer(text)]
    for match in _FIGURE.finditer(text):
        if any(start <= match.start("number") < end for start, end in taken):
            continue
        number = _WORDS.get(match["number"]) or value(match["number"])
        if number is None:
            continue
        unit, factor = next(((unit, factor) for at, (_, unit, factor) in enumerate(_UNITS) if match[f"u{at}"]), ("", 1))
        worth = Decimal(number + _ONES.get(match["ones"] or "", 0)) * _SCALES.get(match["scale"] or "", 1) * factor
        before = text[: match.start()].rstrip()
        nearness = next((kind for kind, words in _NEARNESS if re.search(rf"\b{words}", before[-24:])), "")
        if not nearness and _OR_MORE.match(text, match.end()):
            nearness = "over"
        span = Span(start=match.start(), end=match.end())
        yield Amount(span, match[0].strip(), unit, worth, worth, nearness)


def _figure_fault(text: str, amount: Amount, told: list[tuple[Reading, Amount]], evidence: Evidence) -> Fault | None:
    same = [(reading, other) for reading, other in told if is_equal(amount, other)]
    if not same:
        if _stands_as_numeral(amount, evidence):
            return None
        if any(amount.unit == other.unit and amount.low in (other.low, other.high) for _, other in told):
            return None  # an end of a range
        near = [other for _, other in told if other.unit == amount.unit or other.low == amount.low]
        return Fault("contradicted" if near else "not_found", amount.text, near[0].text if near else None)
    if not any(says_as_much(amount, other) for _, other in same):
        return Fault("contradicted", amount.text, same[0][1].text)
    before = text[max(0, amount.span.start - _NEAR_CHARS) : amount.span.start]
    way = _last(before)
    ways = {_way_of(reading, other) for reading, other in same}
    if way and None not in ways and way not in ways:
        reading, other = same[0]
        return Fault("contradicted", text[amount.span.start - len(before) : amount.span.end], _shown(reading, other))
    return None


def _stands_as_numeral(amount: Amount, evidence: Evidence) -> bool:
    """A small number that counts no unit: 三方面, 第三."""
    if amount.unit or amount.low is None or amount.low != int(amount.low):
        return False
    n = int(amount.low)
    numerals = [str(n), *(_NUMERALS[n] if n < len(_NUMERALS) else "")]
    return any(re.search(rf"(?<![\d.]){numeral}(?![\d.])", evidence.everything) for numeral in numerals)


def _last(before: str) -> str | None:
    """The way of the last word that tells one."""
    found = [
        (match.start(), way) for way, pattern in (("up", _UP), ("down", _DOWN)) for match in pattern.finditer(before)
    ]
    return max(found)[1] if found else None


def _way_of(reading: Reading, amount: Amount) -> str | None:
    clause = reading.clause_at(amount.span.start)
    before = reading.text[clause.start : amount.span.start]
    found = [
        (match.start(), way) for way, words in (("up", UP), ("down", DOWN)) for match in re.finditer(words, before)
    ]
    return max(found)[1] if found else None


def _shown(reading: Reading, amount: Amount) -> str:
    return reading.clause_at(amount.span.start).of(reading.text)


def _years(text: str, evidence: Evidence) -> Iterator[Fault | None]:
    said = frozenset(match[0] for match in _YEAR.finditer(text))
    for match in _YEAR.finditer(text):
        year = match[0]
        of_report = re.match(r"(?:'s)? (?:[a-z]+ ){0,6}report", text[match.end() :])
        known = [one.years_of_report if of_report else _years_of(one, said) for one in evidence.cited]
        holds = any(year in years for years in known)
        yield None if holds else Fault("contradicted", year, "、".join(sorted(frozenset().union(*known))) or None)


def _years_of(one: Cited, said: frozenset[str]) -> frozenset[str]:
    """Those that stand there; beside all of them, or where there are none, what the headings tell."""
    written = years_in(one.text)
    return one.years | one.years_inherited if written <= said and not MASKED_YEAR.search(one.text) else written


def _dates(text: str, evidence: Evidence) -> Iterator[Fault | None]:
    months = set(re.findall(r"(\d{1,2})月", evidence.everything))
    days = {
        tuple(re.findall(r"(\d{1,2})月(\d{1,2})日", match[0])) for match in re.finditer(MONTH_OR_DAY, evidence.text)
    }
    pairs = {pair for found in days for pair in found}
    for match in _DATE.finditer(text):
        month = str(_MONTHS[match["month"].lower()])
        if match["month"] == "May" and not match["day"] and not _BEFORE_MONTH.search(text[: match.start()]):
            continue  # the verb
        holds = (month, match["day"]) in pairs if match["day"] else month in months
        yield None if holds else Fault("contradicted" if months else "not_found", match[0])
    for words, meant in _PERIODS:
        if period := re.search(words, text.lower()):
            yield None if re.search(meant, evidence.everything) else Fault("not_found", period[0])


_COMMON_HAN = range(0x4E00, 0x9FA6)
_SYLLABLE = re.compile("[a-z]*[aeiouv][a-z]+|[b-z][aeiouv]")


@cache
def _syllables() -> frozenset[str]:
    """All there are, but for those without a vowel."""
    return frozenset(one for one in lazy_pinyin("".join(map(chr, _COMMON_HAN))) if _SYLLABLE.fullmatch(one))


@lru_cache(maxsize=4096)
def _is_pinyin(name: str) -> bool:
    """Whether ``name`` is two syllables or more."""
    ends = {0}
    for at in range(1, len(name) + 1):
        if any(name[start:at] in _syllables() for start in ends):
            ends.add(at)
    return len(name) in ends and name not in _syllables()


@lru_cache(maxsize=4096)
def _pinyin(text: str) -> str:
    """Syllables, each behind a space."""
    return "".join(f" {syllable}" for syllable in lazy_pinyin("".join(_HAN.findall(text)))).replace("ü", "v")


def _names(text: str, lower: str, evidence: Evidence) -> Iterator[Fault | None]:
    there = evidence.everything
    for called, meant in _CALLED.items():
        if re.search(rf"\b{called}\b", lower):
            yield None if re.search(meant, there) else Fault("not_found", called)
    spoken = _pinyin(evidence.everything)
    for match in _NAME.finditer(text):
        name = match["name"].lower().removesuffix("'s").replace("'", "")
        if name in _NOT_PINYIN or name in _CALLED or not _is_pinyin(name):
            continue
        if re.search(r"(?:^|[.!?:;\"“]) *$", text[: match.start()]) and not _KINDS.match(match["kind"]):
            continue
        syllables = " ?".join(name)
        holds = re.search(rf"\b{name}\b", there) or re.search(rf"(?<= ){syllables}(?= |$)", spoken)
        yield None if holds or _is_read_so(name, there) else Fault("not_found", match["name"])
    for pattern in (_WITH_DIGITS, _HAN_NAMES):
        for match in pattern.finditer(text):
            yield None if fold(match[0]) in there else Fault("not_found", match[0])


def _is_read_so(name: str, there: str) -> bool:
    """Whether some characters that stand side by side may be read so: 堡 is bao, pu and bu."""
    readings = [frozenset(found) for found in pinyin(there, heteronym=True, style=Style.NORMAL)]
    ends: set[int] = set()
    for of_one in readings:
        ends = {end + len(syllable) for end in {0, *ends} for syllable in of_one if name.startswith(syllable, end)}
        if len(name) in ends:
            return True
    return False


def _turned(text: str, evidence: Evidence) -> Iterator[tuple[str, Fault | None]]:
    """What turns the whole of it round. Words of the sentence are weighed against the whole of its sources."""
    source = evidence.text
    if (match := _STRICTLY_NEGATED.search(text)) and not re.search(f"[不未无没非勿]|遏制|制止|{LACK}", source):
        yield "polarity", Fault("contradicted", match[0])
    is_short = sum(len(one.clauses) for one in evidence.readings) <= SHORT_CLAUSES
    denied = re.search(r"尚未|并未|从未|未(?![来成])|没有", source)
    if denied and is_short and not _NEGATED.search(text):
        yield "polarity", Fault("contradicted", text, denied[0])
    ways = {way for way, pattern in (("up", _UP), ("down", _DOWN)) if pattern.search(text)}
    theirs = {
        way for way, words in (("up", f"{UP}|[加增升扩更]"), ("down", f"{DOWN}|[减降缩]")) if re.search(words, source)
    }
    if is_short and len(ways) == 1 and theirs and not ways & theirs:
        yield "opposite", Fault("contradicted", text)
    planned = _PLANNED.search(text)
    if planned and evidence.told == "review" and not re.search(PLAN, source):
        yield "modality", Fault("contradicted", planned[0])
    is_plan = evidence.told == "plan" or (is_short and re.search(PLAN, source) and not re.search(DONE, source))
    if not planned and is_plan and (done := _TOLD_DONE.search(text)):
        yield "modality", Fault("contradicted", done[0])
    for words, meant in _QUANTIFIERS:
        if (match := re.search(words, text)) and not re.search(meant, source):
            yield "quantifier", Fault("contradicted", match[0])
