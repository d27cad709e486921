"""The clauses of a question: where one ends, what each names (work, time, place), what it leaves to the one before it.

Shared by several questions in one (``parts``) and a question that follows another (``follow_up``). Rules read the
folded text, whose offsets are its own.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from indexer.chinese.dates import CENTURIES
from indexer.chinese.divisions import divisions_in
from indexer.chinese.folding import fold
from indexer.chinese.numerals import BELOW_100
from indexer.types import Span
from service.asked.values import Wanted, wanted
from service.understand import PART_BEFORE, language
from service.units import unit_class

MIN_SUBJECT_CHARS = 2

HOW_MUCH = r"多少|(?<![哪这那近前后好十百千数])几(?!乎)|多[大高长久远重宽深]"
ASKS = re.compile(
    rf"{HOW_MUCH}|什么|哪|谁|怎[么样]|如何|[何啥]|是否|有没有|[吗呢](?=\W*$)"
    r"|\b(?:how|what|which|who|whom|whose|when|where|why)\b"
)
_MARK = re.compile(r"[?。;!\n]+|,(?P<latin>\s*and\b)?|、")
_BREAK = re.compile(r"[?。;!\n,、]")
_PAUSES = (",", "、")
# Between what is asked about and how much of it.
_UP_TO_HOW_MUCH = re.compile(
    r"(?:(?:同比|增长|增加|提高|上升|扩大|下降|降低|减少)了?|一共|总共|大[约概]|分别|[是有为达到了的共各约超过])*"
    rf"(?:{HOW_MUCH})"
)
# What leads over to a further question and says nothing of it.
OVER = re.compile(
    r"^(?:[\s,、;。]|另外|此外|还有|以及|并且|同时|然后|其次|最后|顺便|再者|那么|那(?=[^\s年里边个些])|再(?=[想问])"
    r"|我?[还也再]?想?(?:请问|问问|问一下|问下|问|知道|了解)(?:一下)?|[还又也](?=[想请问])|and\b|also\b)+"
)
# What points back takes what it asks about from the question before it.
BACK = re.compile(
    r"^(?:各|分别|都|相差|差|[多少高低快慢大小长](?:出|了)?(?:多少|几)|其(?!中)|另[一外]?|别的|它|他|她|这|该|此|两者|二者|前者|后者|具体|\b(?:it|they|that|these|those)\b)"
)
CASE_VERBS = "受理|审结|办结|结案|立案|查处|处罚|移送|批准|完成|新增"
# Words that say nothing of what is asked about: left out, the subject is left, or nothing.
EMPTY = re.compile(
    rf"(?:{HOW_MUCH})[万亿]*(?:平?方?公里|平方米|公顷|个?百分[之点]|[个元件人名户家宗起项种类亩吨年月日次天位所张辆座条册台架岁]*)"
    r"|什么(?:时候)?|哪[一个些年月天里儿]*|谁|怎么样?|怎样|如何|为何|为什么|[吗呢又则有是为的了达到和跟与在占能会数率\W]"
    rf"|{CASE_VERBS}|增长|下降|提高|减少|增加|上升|同比|比重|占比|增[幅速]|降幅|实际"
    r"|报告|原因|理由|目标|结果|情况|数量|金额|数字|百分之"
)
TIME = re.compile(
    rf"(?<!\d){CENTURIES}年?[到至~-]{CENTURIES}(?!\d)年?度?|(?<!\d){CENTURIES}(?!\d)年?度?|近[{BELOW_100}两几\d]+年"
    r"|(?<![提之以\d])前年(?![限度])|[去今明上]年|[上下]半年|第?[一二三四]季度|\"?十[一二三四五]五\"?(?:期间|时期)?"
)
WORK = re.compile(rf"《[^》]+》|第[{BELOW_100}]篇|{PART_BEFORE}[{BELOW_100}]")
_THAN_THEN = re.compile(rf"^[比较](?:{TIME.pattern})")
_ENDING = "省市县区州旗盟"

Class = Literal["work", "time", "place"]


@dataclass(frozen=True)
class Clause:
    """A question: its ``text`` with what it was given, as it is ``said``, and where the text names what."""

    text: str
    said: str
    named: Mapping[Class, tuple[Span, ...]]  # in ``text``


def clauses_of(question: str) -> list[str]:
    """Cut at marks with a question word of its own on either side; what asks nothing, or nothing of its own, stays with
    what it belongs to, unless it is another value."""
    folded = fold(question)
    is_latin = language(folded) == "en"
    cuts: list[int] = []
    start = 0
    for mark in _MARK.finditer(folded):
        here = folded[start : mark.end()]
        following = next((piece for piece in _BREAK.split(folded[mark.end() :]) if ASKS.search(piece)), "")
        if not (following and ASKS.search(here)) or (is_latin and mark[0] == ","):
            continue
        if mark[0] == "、" and not (_asks_how_much(here) and _asks_how_much(following)):
            continue
        if not _leans(following, here, loosely=mark[0][0] != ",") or is_of_the_same(following, here):
            cuts.append(mark.end())
            start = mark.end()
    return [question[a:b] for a, b in zip([0, *cuts], [*cuts, len(question)], strict=True)]


def is_of_the_same(asking: str, before: str) -> bool:
    """Whether the folded ``asking``, behind a comma, asks for another value of what stands ``before`` it: 投资多少 of
    the roads of which it is asked how long they are, or how much they have grown."""
    own = OVER.sub("", asking)
    goes_on = any(char.isalpha() for char in asking[: len(asking) - len(own)])  # 另外还想问
    if goes_on or not before.rstrip().endswith(_PAUSES) or BACK.search(own):
        return False
    if TIME.search(_THAN_THEN.sub("", own)):
        return False
    n_own = len(EMPTY.sub("", TIME.sub("", own)))
    if not (_asks_how_much(own) and _asks_how_much(before)) or n_own > MIN_SUBJECT_CHARS:
        return False
    one, other = wanted(before), wanted(own)
    if one.change != other.change:
        return True
    if one.unit and other.unit:
        return one.unit != other.unit
    return _kind(one) != _kind(other) and (n_own == MIN_SUBJECT_CHARS or _kind(other) is not None)


def _asks_how_much(text: str) -> bool:
    return "多少" in text or wanted(text).unit is not None


def _kind(value: Wanted) -> str | None:
    return unit_class(value.unit) if value.unit else value.named_kind


def subject_of(text: str) -> str:
    """What a question for a value is about: all that stands before “how much”; empty where it says nothing there."""
    found = _UP_TO_HOW_MUCH.search(fold(text))
    return text[: found.start()].rstrip() if found else ""


def _leans(asking: str, before: str, *, loosely: bool) -> bool:
    """Whether ``asking`` asks nothing of its own, unless of another time or place. Behind a comma, what is much shorter
    than what stands ``before`` it leans on that (“那场暴雨下了多少毫米，损失多大”)."""
    own = OVER.sub("", asking)
    loosely = loosely or any(char.isalpha() for char in asking[: len(asking) - len(own)])  # 另外还想问
    if BACK.search(own):
        return True
    n_own = len(EMPTY.sub("", TIME.sub("", own)))
    if n_own < MIN_SUBJECT_CHARS:
        return not TIME.search(own) and not own.rstrip(" ?").endswith("呢")
    return not loosely and n_own == MIN_SUBJECT_CHARS and len(EMPTY.sub("", TIME.sub("", before))) > 2 * n_own


def clause_of(text: str, said: str, regions: Mapping[str, frozenset[str]]) -> Clause:
    """``text`` with what it names; ``regions`` as in Nameable."""
    folded = fold(text)
    works = [Span(start=m.start(), end=m.end()) for m in WORK.finditer(folded)]
    in_time = (Span(start=m.start(), end=m.end()) for m in TIME.finditer(folded))
    times, places = (
        tuple(span for span in spans if not any(work.start <= span.start < work.end for work in works))
        for spans in (in_time, places_in(folded, regions))
    )
    return Clause(text, said, {"work": tuple(works), "time": times, "place": places})


def places_in(folded: str, regions: Mapping[str, frozenset[str]]) -> Iterator[Span]:
    """Where the folded text names a region, by whatever people call it, or a division of the country."""
    names = {name for called in regions.values() for name in called if name in folded} | _divisions(folded)
    whole = [rf"\b{re.escape(n)}\b" if n.isascii() else re.escape(n) for n in sorted(names, key=len, reverse=True)]
    if whole:
        for match in re.finditer(rf"(?:{'|'.join(whole)})(?:全?[{_ENDING}])?", folded):
            yield Span(start=match.start(), end=match.end())


@lru_cache(maxsize=256)
def _divisions(folded: str) -> frozenset[str]:
    return frozenset(divisions_in(folded))


def with_lead(clause: Clause, last: Clause, regions: Mapping[str, frozenset[str]]) -> Clause:
    """``clause`` with what it leaves to the ``last``: works, times and places that it names none of, or the subject,
    where it names nothing but another time or place (“2021年又是多少”, “盐田区呢”)."""
    own = clause_of(clause.said, clause.said, regions)
    if len(EMPTY.sub("", bare(own))) < MIN_SUBJECT_CHARS and any(own.named.values()):
        text = last.text
        for kind, spans in own.named.items():
            text = put(text, clause_of(text, "", regions).named[kind], joined(own, kind)) if spans else text
        return clause_of(text, clause.said, regions)
    between = " " if clause.text.isascii() else ""
    left = [kind for kind in clause.named if not clause.named[kind] and not _in_works(clause, kind, regions)]
    lead = [name for kind in left if (name := joined(last, kind))]
    return clause_of(between.join([*lead, clause.text]), clause.said, regions)


def _in_works(clause: Clause, kind: Class, regions: Mapping[str, frozenset[str]]) -> bool:
    """Whether a work that it names has a time or a place in its title, which then is the one it is asked of; of a part
    of a compilation (第二篇) it is its own place."""
    titles = fold(joined(clause, "work"))
    if kind == "time":
        return bool(TIME.search(titles))
    return kind == "place" and (any(places_in(titles, regions)) or bool(titles and not titles.startswith("《")))


def bare(clause: Clause, end: int | None = None) -> str:
    """Without the works, times and places that it names, folded; up to ``end``."""
    left = fold(clause.text)[:end]
    for span in sorted((s for spans in clause.named.values() for s in spans), key=lambda s: -s.start):
        left = left[: span.start] + left[span.end :]
    return left


def joined(clause: Clause, kind: Class) -> str:
    """What the clause names of the ``kind``, each once, in its order; empty where it names none."""
    return "、".join(dict.fromkeys(span.of(clause.text) for span in clause.named[kind]))


def put(text: str, places: tuple[Span, ...], name: str) -> str:
    """``text`` with ``name`` for what stands at ``places``; before it all where nothing does."""
    if not places:
        return name + text
    return text[: places[0].start] + name + text[places[-1].end :]
