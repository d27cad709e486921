"""Figures of a sentence against those of its sources: value, unit, nearness (约, 超), and what each is the figure of.

A bag of numbers would pass every swap: a quarter of the sentences with figures hold two of one unit. So each figure is
compared with all of its unit in the sources, by the words around it, and is wrong where those of another value are
clearly nearer.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal
from functools import lru_cache
from itertools import pairwise

from indexer.chinese.dates import CENTURIES
from service.units import alike, unit_class
from service.verify.evidence import Evidence, Fault
from service.verify.reading import MAX_READINGS, Amount, Reading

LEAD_CHARS, TRAIL_CHARS = 16, 8
NAME_CHARS = 5  # of what a figure in a row is of
NEARBY = Decimal("0.1")  # 近三成 may be said of 28.6 %
MARGIN = 1.2  # by which the words around a figure must be nearer to those of another
# What an agreement is worth: of a word, of each further character of it, of a character alone, of what stands next to
# the figure, of its role, of the words before, of all before it, of when and where,
# of what rises or falls.
WORD, MORE, SINGLE, NEXT, ROLE, BACKGROUND, SAME, TAG, SUBJECT = 1.0, 0.25, 0.25, 1.5, 1.5, 0.4, 1.5, 1.5, 2.5
_MOVES = "增长|增加|提高|提升|上升|上涨|下降|降低|减少|回落"
_ROLES = (
    ("from", re.compile(r"(?:[从由自比较]|原[来先]的?|[上去]年的?)[^,，。、]{0,4}$")),
    ("to", re.compile(r"[至到达为]|突破|超过?$")),
    ("by", re.compile(rf"(?:{_MOVES}|压减|缩短|增幅|降幅)[了约近超逾为]?$")),
)
_SMALL = frozenset("的了和与及、,。;:()\"'“”约近超逾达为是有在等中其全已共个分别至到从由以上左右余多")
# When, and where: what tells two figures of one kind apart.
_TAGS = re.compile(
    rf"[上下]半年|全年|前?[一二三四]季度|\d+月|其中|去年|上年|今年|{CENTURIES}年|"
    r"(?<![全我本各该])[^\W\d_全我本各该城社园地片辖新城市][市区县省](?![场域委政级])"
)
_TO_LEVEL = re.compile(r"[提升增扩降减缩压回涨跌加长高低落][高升长加大低少落涨缩短小减降]?[至到]了?[约近超逾]?$")
_BOTH = re.compile("两[项者个](?:指标|数据)?(?:均|都|分别|合计)")
_WAY = re.compile(rf"(?:同比|环比|比上年|较上年)?(?:{_MOVES}|增)$")
_BY = re.compile(rf"(?:{_MOVES}|压减|压缩|缩短|缩减)[了约近超逾]*$")
_GAP = re.compile(r"[^\u4e00-\u9fffa-z\d%]+")
_JOINED = re.compile("[、和与及]|以及|并")
_SERIES = re.compile(r"[、,和及与以]*(?:[余多]|以上|左右)?[、,和及与以]*")


class _Around:
    """The words around a figure: pairs and single characters before and behind it, its role, and the clause before."""

    def __init__(self, reading: Reading, amount: Amount) -> None:
        others = [other.span for other in reading.amounts if other is not amount and not other.is_year]
        alike = [o.span.end for o in reading.amounts if o.unit == amount.unit and o.span.end <= amount.span.start]
        clause = reading.clause_at(amount.span.start)
        before = max(
            [clause.start, amount.span.start - LEAD_CHARS, *(o.end for o in others if o.end <= amount.span.start)]
        )
        behind = min(
            [clause.end, amount.span.end + TRAIL_CHARS, *(o.start for o in others if o.start >= amount.span.end)]
        )
        lead, trail = reading.text[before : amount.span.start], reading.text[amount.span.end : behind]
        # 3所幼儿园和2100座学位; 学校5所、医院3所: what is joined is of the other figure.
        self.lead = _JOINED.split(lead)[-1] if before in (o.end for o in others) else lead
        self.trail = _JOINED.split(trail)[0]
        row = next((row for row in _rows(reading) if amount in row), None)
        if row is not None:
            # 甲、乙分别增长4%、5%: what is said before the row is said of each, with its own name.
            names, shared = _named(reading, row)
            if names:
                self.lead = names[row.index(amount)] + shared
            elif amount is not row[0]:
                self.lead = reading.text[max(clause.start, row[0].span.start - LEAD_CHARS) : row[0].span.start]
        own = f"{self.lead} {self.trail}"
        self.own = "".join(char for char in self.lead if char not in _SMALL)
        self.tags = _tags(reading, own, before)
        self.in_order = _pairs(own)
        self.pairs, self.singles = frozenset(self.in_order), frozenset(own) - _SMALL
        # 民间投资下降: what rises or falls tells more than that it does.
        self.subject = _WAY.sub("", self.own)
        self.next = self.own[-2:] if self.subject == self.own else ""
        self.background = frozenset(_pairs(reading.text[max([0, before - 2 * LEAD_CHARS, *alike]) : before]))
        self.role = next((role for role, pattern in _ROLES if pattern.search(self.lead[-8:])), "")

    def is_other_measure(self, other: _Around) -> bool:
        """Whether the one is how much it became (提高到48.6%), the other by how much (提高了48.6%)."""
        one, two = (
            (_TO_LEVEL.search(self.lead), _BY.search(self.lead)),
            (_TO_LEVEL.search(other.lead), _BY.search(other.lead)),
        )
        return bool((one[0] and two[1]) or (one[1] and two[0]))

    def nearness(self, other: _Around) -> float:
        shared = [pair in other.pairs for pair in self.in_order]
        words = sum(one and not before for before, one in pairwise([False, *shared]))
        return (
            WORD * words
            + MORE * (sum(shared) - words)
            + (NEXT if self.next and self.next == other.next else 0)
            + SINGLE * len(self.singles & other.singles)
            + (SAME if self.own and self.own == other.own else 0)
            + (SUBJECT if self.subject and self.subject == other.subject != self.own else 0)
            + (TAG if self.tags & other.tags else -TAG if self.tags and other.tags else 0)
            + (ROLE if self.role and self.role == other.role else 0)
            - (ROLE if {self.role, other.role} == {"from", "to"} else 0)
            + BACKGROUND * min(4, len(self.background & (other.background | other.pairs)))
        )


def _tags(reading: Reading, own: str, before: int) -> frozenset[str]:
    """When and where a figure is of: what stands beside it, else in the nearest clause before that says so."""
    texts = [own, *(clause.of(reading.text) for clause in reversed(reading.clauses) if clause.end <= before)]
    return next((frozenset(found) for text in texts if (found := _TAGS.findall(text))), frozenset())


@lru_cache(maxsize=4 * MAX_READINGS)
def _around(reading: Reading, amount: Amount) -> _Around:
    return _Around(reading, amount)


def _pairs(text: str) -> list[str]:
    return [
        one + two for part in _GAP.split(text) for one, two in pairwise(part) if one not in _SMALL and two not in _SMALL
    ]


def figures_hold(sentence: Reading, evidence: Evidence) -> Iterator[Fault | None]:
    """For each figure of ``sentence``, years and dates apart, None where it holds."""
    in_rows = [amount for row, _, _ in _same_rows(sentence, evidence) for amount in row]
    for amount in sentence.amounts:
        if not amount.is_year and amount.unit != "日期":
            yield _fault(sentence, amount, evidence, bound=amount not in in_rows)
    for row, reading, other in _same_rows(sentence, evidence):
        yield _row_fault(sentence, row, reading, other)


def _fault(sentence: Reading, amount: Amount, evidence: Evidence, bound: bool) -> Fault | None:
    there = [(reading, other) for reading in evidence.readings for other in reading.amounts]
    same = [(reading, other) for reading, other in there if is_equal(amount, other)]
    if not same:
        if _is_said_otherwise(sentence, amount, evidence) or (
            amount.low is not None and _stands_inherited(amount, evidence)
        ):
            return None
        return _other_value(sentence, amount, there)
    near = [(reading, other) for reading, other in same if says_as_much(amount, other)]
    if not near:
        return Fault("contradicted", _shown(sentence, amount), _shown(*same[0]))
    if not bound:
        return None
    around = _around(sentence, amount)
    own = max(around.nearness(_around(*pair)) for pair in near)
    if all(around.is_other_measure(_around(*pair)) for pair in near):
        return Fault("contradicted", _shown(sentence, amount), _shown(*near[0]))
    units = {amount.unit, *(other.unit for _, other in near)}
    rivals = [
        (around.nearness(_around(*pair)), pair)
        for pair in there
        if pair not in near and (pair in same or pair[1].unit in units) and not pair[1].is_year
    ]
    if rivals:
        best, (reading, other) = max(rivals, key=lambda rival: rival[0])
        if best - own >= MARGIN:
            return Fault("contradicted", _shown(sentence, amount), _shown(reading, other))
    return None


def is_equal(one: Amount, other: Amount) -> bool:
    """Of one value, or so near that a rounded one (近三成) may be said of an exact one (28.6 %), in one unit."""
    if not _units_agree(one, other) or one.masked != other.masked:
        return False
    if one.low is None or other.low is None or one.high is None or other.high is None:
        return one.low is None and other.low is None and one.text == other.text
    if (one.low, one.high) == (other.low, other.high):
        return True
    return bool(one.nearness and not other.nearness and one.low == one.high and _rounds(one, other.low, other.high))


def _rounds(one: Amount, low: Decimal, high: Decimal) -> bool:
    """Whether ``one`` is rounded from what lies between ``low`` and ``high``: it has fewer digits, and is near."""
    said = one.low or Decimal(0)
    step = Decimal(1).scaleb(_exponent(said))
    if _exponent(low) >= _exponent(said) or not said - step < low <= high < said + step:
        return False
    match one.nearness:
        case "near":
            return said * (1 - NEARBY) <= low and high < said
        case "over":
            return said < low and high <= said * (1 + NEARBY)
        case "under":
            return high < said and said * (1 - NEARBY) <= low
        case _:
            return said * (1 - NEARBY / 2) <= low and high <= said * (1 + NEARBY / 2)


def _exponent(number: Decimal) -> int:
    """Of the last digit that is not zero: 2 of 1200, -1 of 0.5."""
    exponent = number.normalize().as_tuple().exponent
    return exponent if isinstance(exponent, int) else 0


def says_as_much(one: Amount, other: Amount) -> bool:
    """Whether two figures that are equal are both exact, or both about, over or under it."""
    if "passed" in (one.nearness, other.nearness):
        return {one.nearness, other.nearness} <= {"passed", "over", ""}
    return one.nearness == other.nearness or (one.low, one.high) != (other.low, other.high)


def _units_agree(one: Amount, other: Amount) -> bool:
    if one.unit == other.unit or not one.unit or not other.unit:
        return True
    return unit_class(one.unit) == unit_class(other.unit) == "things" or (
        alike(one.unit, other.unit) and one.unit not in ("%", "倍")
    )


def _is_said_otherwise(sentence: Reading, amount: Amount, evidence: Evidence) -> bool:
    """第二产业 for 二产; 两项均居全省第一, of two that were named."""
    if amount.unit == "第":
        return sentence.text[amount.span.start + 1 : amount.span.end + 1] in evidence.everything
    return _BOTH.match(sentence.text, amount.span.start) is not None


def _stands_inherited(amount: Amount, evidence: Evidence) -> bool:
    """A figure of a heading or the title: 十件民生实事, “20+8”; and 100 % where all are meant."""
    if amount.unit == "%" and amount.low == amount.high == 100 and re.search("全部|全面|全覆盖|全域", evidence.text):
        return True
    return re.search(rf"(?<![\d.]){re.escape(amount.text)}(?!\d)", evidence.context) is not None


def _other_value(sentence: Reading, amount: Amount, there: Sequence[tuple[Reading, Amount]]) -> Fault:
    around = _around(sentence, amount)
    rivals = [pair for pair in there if _units_agree(amount, pair[1]) or pair[1].low == amount.low]
    if not rivals:
        return Fault("not_found", _shown(sentence, amount))
    reading, other = max(rivals, key=lambda pair: around.nearness(_around(*pair)))
    return Fault("contradicted", _shown(sentence, amount), _shown(reading, other))


def _same_rows(
    sentence: Reading, evidence: Evidence
) -> Iterator[tuple[tuple[Amount, ...], Reading, tuple[Amount, ...]]]:
    """Figures in a row (分别增长4%、5%), and the row of a source that has the same figures in whatever order."""
    for row in _rows(sentence):
        for reading in evidence.readings:
            for other in _rows(reading):
                if sorted(map(_key, row)) == sorted(map(_key, other)) and len(set(map(_key, row))) > 1:
                    yield row, reading, other


def _row_fault(sentence: Reading, row: Sequence[Amount], reading: Reading, other: Sequence[Amount]) -> Fault | None:
    moved = [[_key(one) for one in other].index(_key(one)) for one in row]
    theirs, mine = _named(reading, other)[0], _named(sentence, row)[0]
    at = [
        next((i for i, name in enumerate(theirs) if name and (name in own or own in name)), -1) for own in mine if own
    ]
    # The names before the row may stand in another order, and then the figures must too.
    holds = moved == (at if len(at) == len(row) and -1 not in at else sorted(moved))
    said = sentence.text[row[0].span.start : row[-1].span.end]
    return None if holds else Fault("contradicted", said, reading.text[other[0].span.start : other[-1].span.end])


def _named(reading: Reading, row: Sequence[Amount]) -> tuple[list[str], str]:
    """What stands side by side before a row of figures, as many as there are figures, and what is said of all of them
    behind the last; else nothing."""
    for clause in reversed(reading.clauses):
        if clause.start < row[0].span.start:
            before = reading.text[clause.start : min(clause.end, row[0].span.start)]
            names = _JOINED.split(before.replace("分别", "").replace("各", ""))
            if len(names) == len(row):
                last = names[-1]
                return [*(name[-NAME_CHARS:] for name in names[:-1]), last[:NAME_CHARS]], last[NAME_CHARS:]
    return [], ""


@lru_cache(maxsize=MAX_READINGS)
def _rows(reading: Reading) -> tuple[tuple[Amount, ...], ...]:
    """Figures of one unit that stand side by side."""
    return tuple(tuple(row) for row in _each_row(reading))


def _each_row(reading: Reading) -> Iterator[list[Amount]]:
    row: list[Amount] = []
    for amount in reading.amounts:
        if (
            row
            and row[-1].unit == amount.unit
            and _SERIES.fullmatch(reading.text[row[-1].span.end : amount.span.start])
            and row[-1].span.end < amount.span.start
        ):
            row.append(amount)
            continue
        if len(row) > 1:
            yield row
        row = [amount]
    if len(row) > 1:
        yield row


def _key(amount: Amount) -> str:
    return amount.text if amount.low is None else f"{amount.low.normalize():f}-{amount.unit}"


def _shown(reading: Reading, amount: Amount) -> str:
    before = reading.text[max(0, amount.span.start - 6) : amount.span.start]
    behind = reading.text[amount.span.end : amount.span.end + 2] if amount.nearness else ""
    return f"{before}{amount.text}{behind}"
