"""Which figure of a sentence a question asks for: whole, or none where that is open.

A sentence counts several things: “新登记市场主体52万户，累计达394万户”. What a figure counts stands in its own clause,
mostly before it, and is carried on to the figures behind it (394万户 are 市场主体 too), less so where another thing is
named. So each figure has words of its own and words it inherits; the question's rarer words weigh more.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from math import fsum

from indexer.chinese.dates import CENTURIES, years_in
from indexer.types import Span
from service.answers.about import (
    CLAUSE_END,
    Weight,
    distances,
    name_before,
    names_another,
    of_what_changed,
    own_words,
)
from service.answers.cell import asked_cell
from service.answers.in_order import lists, subjects
from service.answers.named import of_the_named
from service.answers.named_counts import with_named_counts
from service.answers.numbered import numbered
from service.answers.units import fits, nearly_fits
from service.asked.values import CHANGED, Wanted
from service.demands.quantities import is_added, is_of_all
from service.demands.stages import is_of_stage
from service.figures import DATE, Figure, figures, masked_names, says_when, unit_class
from service.rows import row_of
from service.understand import Understood, pairs
from service.units import is_said_for, is_when

OVERRULED = 0.75  # of the words about the figure that the rules take, that a pick without words of its own must have
MASKED_NAME_SHARE = 0.5  # of the question's words, around a masked name that is taken for the asked one
ADJACENT_CHARS = 2  # between a word of the question and its figure, where no unit says which
CLEARLY = 2.0  # as many of the question's words must stand about one of several such, for the others to be left out
CLAUSE_CHARS = 200  # of a clause that are looked at before a figure: one line may hold thousands of them
LEAD_CHARS = 24  # before a figure, in which it is seen what it is: a change, the end of one
_TIMES = ("年", "月", "日", DATE)
_NAMES = ("市", "县", "区", "省", "州", "人")
_FROM = re.compile(r"(?:由|从)[^，,；;。、到至\d]{0,8}$")
_TO = re.compile(r"^[^，,；;。、\d]{0,8}(?:到|至|为|成|达)(?:近|约|超过|超|逾)?$")
_BARE_YEAR = re.compile(CENTURIES)
_COMPARED = ("比", "较")
# Behind a figure that something else is measured by: 低于全市3%控制线.
_YARDSTICK = re.compile(r"(?:的)?(?:控制线|警戒线|标准线|红线|控制目标|控制范围)")
_ONE = re.compile(r"一[^十百千万亿]")
_ABOUT_BEFORE = re.compile(r"(?:大约|将近|接近|(?<!不)超过|(?<!达)(?<!做)(?<!得)不到|不足|(?<![最附])近|[约逾超])$")
_ABOUT_BEHIND = re.compile(r"(?:多(?!个|家|名|项|件|次|种|元|于))?(?:左右|上下|以上|以下|以内)?")


def asked_figures(understood: Understood, sentence: str, weight: Weight = lambda _: 1.0) -> list[Figure]:
    """The figure of the folded ``sentence`` that is asked for, or none when that is open; of a table's row, its cell.

    One of the asked unit, with most of the question's words (by ``weight``: their idf) about it, and the nearest to one
    of them; without a unit, the only one, or the only one right behind such words. What the question itself states is
    not what it asks for, and a time is not, unless the unit says so. Its span holds what says about how many: 近, 以上.
    """
    if not understood.wants_value:
        return []
    if understood.wanted.numbered:
        return numbered(understood, sentence)
    if not is_when(understood.unit) and (row := row_of(sentence)):
        return asked_cell(understood, sentence, row, weight)
    seen = _Seen.of(understood, sentence, weight)
    best = seen.best(seen.candidates)
    return [] if best is None else [seen.whole(best)]


def pointed_at(understood: Understood, sentence: str, span: Span, asked: list[Figure]) -> list[Figure]:
    """The asked value where the reader points to ``span`` of the folded ``sentence`` and the rules find ``asked``.

    The reader knows what is asked for, the rules know figures: of those that may be asked for the one that it points
    to, whole, unless that is of what stands before it (进口110亿元，增长2.6%) and the question's words are not. Of what
    is no figure only what is masked is told.
    """
    if not understood.wants_value:
        masked = [figure for figure in figures(sentence) if figure.masked and _meet(figure.span, span)]
        unit = understood.unit
        told = [figure for figure in masked if unit is None or fits(figure, unit, sentence)][:1]
        return told or (masked_names(sentence, span) if understood.demands.naming else []) or asked
    if understood.wanted.numbered:
        return asked
    if not is_when(understood.unit) and (row := row_of(sentence)):
        return asked or asked_cell(understood, sentence, row, pointed=span)
    seen = _Seen.of(understood, sentence)
    touched = [at for at in seen.candidates if _meet(seen.found[at].span, span)]
    if len(touched) > 1 and any(_meet(figure.span, span) for figure in asked):
        return asked
    pointed = touched[0] if len(touched) == 1 else seen.best(touched)
    if pointed is None:
        return asked
    best = max(seen.candidates, key=lambda at: seen.own[at])
    overruled = seen.inherits(pointed) and seen.own[pointed] < OVERRULED * seen.own[best]
    # What is masked is told only where no other figure is rather the asked one: 收到**件，审结218件.
    overruled |= seen.found[pointed].masked and not seen.found[best].masked and seen.own[pointed] < seen.own[best]
    named, other = seen.name(best), seen.name(pointed)
    overruled |= bool(named) and understood.says(named) and bool(other) and not pairs(other) & understood.pairs
    return asked if overruled else [seen.whole(pointed)]


@dataclass(frozen=True)
class _Seen:
    """A sentence as the question sees it: its figures, and of each the weight of the question's words about it."""

    sentence: str
    wanted: Wanted
    found: Sequence[Figure]
    own: Sequence[float]
    gaps: Sequence[int]
    candidates: Sequence[int]
    undecided: frozenset[int]  # of figures in order whose subjects the question does not tell apart

    @classmethod
    def of(cls, understood: Understood, sentence: str, weight: Weight = lambda _: 1.0) -> _Seen:
        want = understood.wanted
        found = _read(want, sentence)
        asked = understood.pairs
        own = own_words(sentence, found, asked, weight)
        said = want.said_in_name  # 五大交易平台有几个
        open_ = [at for at, one in enumerate(found) if one.masked or one.text == said or not understood.says(one.text)]
        candidates = _of_kind(want, found, _fitting(want, found, open_, sentence, asked), sentence)
        undecided: set[int] = set()
        others: set[int] = set()
        in_order: set[int] = set()
        for group in subjects(sentence, found):
            left = _of_subject(group, asked, weight)
            others |= group.keys() - left
            in_order |= group.keys()
            undecided |= left if len(left) > 1 else set()
        candidates = [at for at in candidates if at not in others]
        candidates = [at for at in candidates if is_of_stage(understood.demands.stage, sentence, found[at])]
        candidates = of_the_named(understood, sentence, found, candidates)
        years = _years(sentence, found)
        if understood.scope.years:
            candidates = _some(candidates, lambda at: bool(years[at] & understood.scope.years))
        if want.change:
            of_it = of_what_changed(understood, sentence, found, candidates, weight)
            candidates = [at for at in candidates if at in of_it or at in in_order]
        gaps = distances(asked, sentence, found)
        return cls(sentence, want, found, own, gaps, candidates, frozenset(undecided))

    def best(self, among: Sequence[int]) -> int | None:
        """The one with most of the words, and the nearest to them; None when nothing tells it from another."""
        if not self.wanted.is_told and len(among) > 1:
            among = [at for at in among if self.gaps[at] <= ADJACENT_CHARS]
            most = max((self.own[at] for at in among), default=0.0)
            among = [at for at in among if self.own[at] * CLEARLY >= most]
            return among[0] if len(among) == 1 else None
        first, *others = [*sorted(among, key=lambda at: (-self.own[at], self.gaps[at])), None]
        if first is None or (first in self.undecided and sum(at in self.undecided for at in among) > 1):
            return None
        rival = others[0]
        tied = rival is not None and (self.own[first], self.gaps[first]) == (self.own[rival], self.gaps[rival])
        return None if tied else first

    def name(self, at: int) -> str:
        """What stands right before the figure and says what it counts, if more than a character does."""
        start, end = self.found[at - 1].span.end if at else 0, self.found[at].span.start
        name = name_before(self.sentence[max(start, end - CLAUSE_CHARS) : end])
        return name if len(name) > 1 else ""

    def inherits(self, at: int) -> bool:
        """Whether the figure names nothing that it counts: it is of what stands before it."""
        start = self.found[at - 1].span.end if at else 0
        return at > 0 and not names_another(self.sentence[start : self.found[at].span.start])

    def whole(self, at: int) -> Figure:
        """The figure with what belongs to it: 近三成, 20%以上; both ends of a change where both are asked for."""
        figure, sentence = self.found[at], self.sentence
        start, end = figure.span.start, figure.span.end
        if self.wanted.both_ends and at and _is_after(self.found, at, sentence):
            before = self.found[at - 1].span.start
            lead = _FROM.search(sentence[max(0, before - LEAD_CHARS) : before])
            start = before - (len(lead[0]) if lead else 0)
        elif about := _ABOUT_BEFORE.search(sentence[max(0, start - 4) : start]):
            start -= len(about[0])
        if behind := _ABOUT_BEHIND.match(sentence, end):
            end = behind.end()
        return replace(figure, span=Span(start=start, end=end), text=sentence[start:end])


def _meet(one: Span, other: Span) -> bool:
    return one.start < other.end and other.start < one.end


def _read(want: Wanted, sentence: str) -> list[Figure]:
    """The figures, those without a known unit with as much of the question's noun as stands behind them: 多少株."""
    found = figures(sentence, ordinals=want.ordinal)
    found = with_named_counts(sentence, found) if want.things else found
    if want.unit is not None or not want.noun:
        return found
    return [_counted(figure, want.noun, sentence) if not figure.unit else figure for figure in found]


def _counted(figure: Figure, noun: str, sentence: str) -> Figure:
    end = figure.span.end
    shared = 0
    while shared < len(noun) and sentence.startswith(noun[: shared + 1], end):
        shared += 1
    if not shared:
        return figure
    return Figure(Span(start=figure.span.start, end=end + shared), figure.text + noun[:shared], noun[:shared])


def _fitting(
    want: Wanted, found: Sequence[Figure], among: list[int], sentence: str, asked: frozenset[str]
) -> list[int]:
    """Of ``among`` those of the asked unit, or, where there is none, of one that measures the same, in a clause that
    has a word of the question, where what is counted is named: 48个 may be 48件, if of the same things."""
    among = [at for at in among if not _YARDSTICK.match(sentence, found[at].span.end)]
    if want.ordinal:
        return [at for at in among if found[at].text.startswith("第")]
    if want.unit is None and want.kind == "time":
        return [at for at in among if unit_class(found[at].unit) == "time" and not says_when(found[at], sentence)]
    if want.unit is None:
        no_things = ("money", "share") if want.things else ()
        return [at for at in among if not _is_time(found[at]) and unit_class(found[at].unit) not in no_things]
    if want.unit == "年":
        return [at for at in among if found[at].masked or (found[at].unit == "年" and found[at].is_year == want.year)]
    exact = [at for at in among if fits(found[at], want.unit, sentence)]
    if exact or (want.counted and want.counted not in sentence):
        return exact
    return [
        at
        for at in among
        if nearly_fits(found[at], want.unit)
        and not _ONE.match(found[at].text)
        and (
            unit_class(want.unit) != "things"
            or is_said_for(found[at].unit, want.unit)
            or pairs(_clause_around(sentence, found[at].span)) & asked
        )
    ]


def _clause_around(sentence: str, span: Span) -> str:
    end = CLAUSE_END.search(sentence, span.end)
    return _lead(sentence, span) + sentence[span.start : end.start() if end else None]


def _lead(sentence: str, span: Span) -> str:
    """What stands before ``span`` in its clause, as far as that is near."""
    first = max(span.start - CLAUSE_CHARS, 0)
    return sentence[
        max((end.end() for end in CLAUSE_END.finditer(sentence, first, span.start)), default=first) : span.start
    ]


def _of_kind(want: Wanted, found: Sequence[Figure], among: list[int], sentence: str) -> list[int]:
    """Of ``among`` what the question can mean: a change or a level, the end of a change or its beginning."""
    changed = {at for at, figure in enumerate(found) if _is_changed(figure, sentence)}
    for run in lists(sentence, found):
        changed |= {*run} if run[0] in changed else set()  # 增长7%和9%
    if want.change:
        among = [at for at in among if at in changed or is_added(found[at], sentence)] or [
            at for at in among if want.unit is not None or unit_class(found[at].unit) in (None, "share")
        ]
        if want.unit is None:
            among = _some(among, lambda at: not want.by_share or found[at].unit in ("%", "倍"))
    elif want.unit == "%" and want.level_of_share:
        among = [at for at in among if at not in changed]
    elif want.added and (added := [at for at in among if is_added(found[at], sentence)]):
        among = added
    elif not want.either and not (want.planned and want.unit is None):
        among = _some(among, lambda at: at not in changed)
    if want.kind is not None and want.unit is None:
        among = _some(among, lambda at: unit_class(found[at].unit) == want.kind)
    if want.all_told:
        among = _some(among, lambda at: is_of_all(found[at], sentence) is not False)
    if want.scale:
        among = [at for at in among if want.scale in found[at].text or found[at].unit]
        among = _some(among, lambda at: want.scale in found[at].text)
    if want.foreign:
        among = _some(among, lambda at: "美元" in found[at].text)
    if not want.on_average:
        among = _some(among, lambda at: "均" not in _lead(sentence, found[at].span))  # 人均生产总值5万元 is no GDP
    among = _some(among, lambda at: not _ONE.match(found[at].text))
    ends = {at for at in range(1, len(found)) if _is_after(found, at, sentence)}
    begins = {at - 1 for at in ends}
    wrong = ends if want.before and not want.both_ends else begins
    return [at for at in among if at not in wrong] if (ends | begins) & {*among} else among


def _some(among: list[int], good: Callable[[int], bool]) -> list[int]:
    """Those that are ``good``, or all where none is."""
    return [at for at in among if good(at)] or among


def _is_time(figure: Figure) -> bool:
    return figure.unit in _TIMES or (not figure.unit and _BARE_YEAR.fullmatch(figure.text) is not None)


def _is_date(figure: Figure) -> bool:
    return figure.unit == DATE or figure.is_year


def _years(sentence: str, found: Sequence[Figure]) -> list[frozenset[str]]:
    """For each figure the years that the nearest date before it names, unless something is compared with that."""
    years: list[frozenset[str]] = []
    named: frozenset[str] = frozenset()
    for figure in found:
        if _is_date(figure) and sentence[max(0, figure.span.start - 1) : figure.span.start] not in _COMPARED:
            named = years_in(figure.text) or named
        years.append(named)
    return years


def _is_changed(figure: Figure, sentence: str) -> bool:
    start = figure.span.start
    return figure.text.startswith("翻") or bool(CHANGED.search(sentence[max(0, start - LEAD_CHARS) : start]))


def _is_after(found: Sequence[Figure], at: int, sentence: str) -> bool:
    """Whether the figure is what the one before it became: 由11次降到4次."""
    before = found[at - 1].span
    between = sentence[before.end : found[at].span.start]
    return bool(_TO.match(between) and _FROM.search(sentence[max(0, before.start - LEAD_CHARS) : before.start]))


def _of_subject(group: dict[int, str], asked: frozenset[str], weight: Weight) -> set[int]:
    """Those of figures in order whose subject the question names, by words that no other subject there has."""
    named = {at: pairs(subject) & asked for at, subject in group.items()}
    scores = {
        at: fsum(weight(pair) for pair in words if sum(pair in other for other in named.values()) == 1)
        for at, words in named.items()
    }
    best = max(scores.values())
    return {at for at, score in scores.items() if score == best}


def value_or_name(understood: Understood, sentence: str, weight: Weight) -> list[Figure]:
    """What a question that says no 多少 asks for: a value (涨到什么程度), or the masked name of a place or person
    (“**市”), if most of the question stands about it."""
    if understood.unit not in _NAMES:
        return asked_figures(understood, sentence, weight)
    found = figures(sentence)
    masked = [at for at, figure in enumerate(found) if figure.masked and figure.unit == understood.unit]
    if not masked:
        return []
    own = own_words(sentence, found, understood.pairs, weight)
    enough = MASKED_NAME_SHARE * fsum(weight(pair) for pair in understood.pairs)
    return [found[at] for at in masked if own[at] > enough][:1]
