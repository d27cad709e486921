"""Two questions in one: each is asked by itself, with the place, the year and the subject that it leaves to another.

Nothing is split without evidence: a question word on either side of a mark, or several things side by side with
“each” (分别, 各) and a question word behind them. Rules read the folded question, whose offsets are its own.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from indexer.chinese.folding import fold
from indexer.types import Report, Span
from service.abstain import Decision
from service.answers.types import MORE_LIKELY_THAN_NOT, Draft, Piece
from service.clauses import (
    ASKS,
    EMPTY,
    HOW_MUCH,
    MIN_SUBJECT_CHARS,
    OVER,
    Clause,
    bare,
    clause_of,
    clauses_of,
    is_of_the_same,
    subject_of,
    with_lead,
)
from service.compared import TWO, alike
from service.kinds import POINTS

MAX_PARTS = 6  # what stands behind them is named as not found

_EACH = re.compile(
    r"分别|各自|每年|各(?![级类项地位镇乡县市区省州种个界族方国民部行单])(?=[^,;?。]{0,8}?"
    rf"(?:{HOW_MUCH}|什么|哪|谁))"
)
# Which of them is more, or what they are beside each other: 哪个降得多, 谁更高, 比怎么样, 有什么变化.
_COMPARED = re.compile(
    r"(?:的)?(?:谁|哪一?(?:个|年|家|边)?[省市县区年]?)的?(?P<what>[^,;?。谁哪]{0,8}?)(?:得|更|比较|最)*[多少高低快慢大小长短](?:一?些|一点)?\W*$"
    r"|(?:相?比|对比|比较)(?:[之一]下)?(?:怎么样|如何|怎样|呢|有(?:什么|何|啥|多大)?(?:变化|不同|区别|差[别异距])|差多少)?\W*$"
    r"|的?(?:变化|不同|区别|差[别异距])(?:有?多大|怎么样|如何|是?什么|大吗)\W*$|有(?:什么|何|啥|多大的?)(?:变化|不同|区别|差[别异距])\W*$"
)
_MORE_OR_LESS = re.compile(
    r"相?比[,，]?较?[^,;?。]{0,4}?[多少高低升降增减快慢大小涨跌](?:了|一?些)?(?:还是|或者?是?)[^,;?。]{0,2}[多少高低升降增减快慢大小涨跌](?:了|一?些)?\W*$"
)
# Of one year what was planned, of another what became of it: 2024年实绩和2025年计划.
_RECKONED = re.compile(
    r"的?(?:(?P<outcome>实绩|实际(?:完成)?(?:数|值|的)?|完成(?:数|值|情况|的)?)|计划(?:数|值|的)?|目标(?:值|的)?|预期(?:目标|的)?|安排(?:数|的)?|打算(?:的)?)"
    r"(?=[,、和与跟同比相]|分别|各|对比)"
)
_DIFFER = re.compile(r"的?(?:之间)?(?:相差|差(?:了|距|值)?)(?:有|是)?(?:多少|多大|几)[^,;?。]{0,6}\W*$")
# “甲县产量比乙县多多少？”, of two places: what either has.
_THAN = re.compile(r"\s*比\s*$")
_MORE = re.compile(r"[多少高低快慢大小长](?:出|了)?(?:多少|几)[^,;?。]{0,6}\W*$")
# “…谁多？多多少？”: by how much, of what was asked before.
_MORE_BEHIND = re.compile(
    r"[?,。;、\s]+(?:相差|差(?:了|距)?|[多少高低快慢大小长](?:出|了)?)(?:有|是)?(?:多少|几)[^,;?。]{0,6}\W*$"
)
# “甲县的产量和乙县相比怎么样”, “和2021年相比，2022年的产量有什么变化”: what is asked stands between the two, or behind.
_AGAINST = re.compile(r"\s*[和与跟同较比]\s*$")
_AGAINST_FIRST = re.compile(r"\s*(?:同期)?\s*相?比(?:较|起来)?\s*[,，]?")
_HOW = re.compile(r"(?:怎么样|怎样|如何|呢|是多少|有多少\w?)\W*$")
# “对比甲县和乙县的产量”, with nothing behind it that asks.
_COMPARE_THEM = re.compile(r"^(?:请|帮我?|麻烦)*(?:对比|比较|比一?比|对照)(?:一下|下)?\s*$")
_COMPARE_IN_ENGLISH = re.compile(r"(?:please )?compare (?:the )?(?=.*\b(?:of|in|for)\b)", re.IGNORECASE)
_ABOUT = re.compile(r"^(?:的|在|就|对)*(?P<what>.+?)(?:方面|上|情况)?(?:的?(?:差[别异距]|不同|异同|区别))?\W*$")
# What is a list of points is not so much.
_POINTS_ASKED = re.compile(rf"(?:{POINTS}|内容|重点|目标任务)(?:方面|上|里)?$")
_BY_COMPARISON = re.compile(r"^(?:相?比(?:较|起来)?|对比)[,，]?")
_CHANGES = tuple("升降增减涨跌长加少落")
_BESIDE = re.compile(
    r"\s*(?:、|,?\s*\band\b|,|以及|(?<![总饱共温缓调附])和(?![谐平田龙县睦解])|(?<!参)与(?![会时])|跟|(?<![普涉以危顾])及(?![时格]))\s*"
)
_TOGETHER = re.compile(r"^这?(?:两|二|三|四|五|六)个?[省市县区地年者篇](?![域级别属直间])")
# “谁的…更高？” before “各是多少？”: of one alone, only what it is about is asked.
_WHO = re.compile(r"[,，]?谁的?([^?？,，]*?)(?:[^\W的]?得[快慢多少高低大小]|更?[高低大小快慢多少])[?？,，]\s*")
_REST = re.compile(r"的[^的]+$")


@dataclass(frozen=True)
class Part:
    """One question: as it is asked, complete in itself, and as it is ``said``, short, in the question's own words;
    ``side``: it is asked of one of several years or places side by side; ``differs``: only to be taken from another, so
    that it answers nothing alone."""

    text: str
    said: str
    side: bool = False
    differs: bool = False


def parts(question: str, regions: Mapping[str, frozenset[str]]) -> tuple[Part, ...]:
    """The questions in ``question``, in order; one, as it is, where there is but one. ``regions``: as in Nameable."""
    clauses: list[Clause] = []
    topic = before = ""
    for text in clauses_of(question):
        said = text[len(text) - len(OVER.sub("", fold(text))) :].strip(" ?？,，。;；!！\n") or text
        if clauses:
            if is_of_the_same(fold(text), fold(before)) and (subject := subject_of(clauses[-1].text)):
                clauses.append(clause_of(f"{subject}{said}", said, regions))
            else:
                clauses.append(with_lead(clause_of(f"{topic}{said}", said, regions), clauses[-1], regions))
        else:
            clauses.append(clause_of(text.rstrip(" ,，、"), said, regions))
            topic = _topic(clauses[0])
        before = text
    found = [part for clause in clauses for part in _side_by_side(clause)]
    return tuple(found) if len(found) > 1 else (Part(question, question),)


def combined(asked: tuple[Part, ...], decisions: list[Decision], reports: Mapping[str, Report]) -> Decision:
    """One decision on the answers to ``asked``, at least one of which is given: ``partial`` where not all are.

    A sentence that answers two of them is cited once, with what is marked for either. A value that more likely
    is not the asked one is named as missing where another part is answered: the answer does not hang on it. It is
    the asked one where the same is asked of two sides, and it is of what the other side's, which is sure, is of.
    """
    given = [decision for decision in decisions if decision.status != "abstained"]
    beside = all(part.side for part in asked)
    sure = [
        decision
        for decision in given
        if decision.confidence >= MORE_LIKELY_THAN_NOT or not _gives_a_value(decision.draft, beside)
    ]
    if beside:
        shown = [one.draft.pieces[0] for one in sure or given[:1] if one.draft.pieces]
        sure = [one for one in given if one in sure or _beside(one.draft.pieces, shown, reports)]
    given = sure or given
    pieces: dict[tuple[str, str, Span | None], Piece] = {}  # by what is said: copies say it once, unless of two sides
    for part, decision in zip(asked, decisions, strict=False):
        for piece in decision.draft.pieces if decision in given else ():
            words = piece.span.of(reports[piece.report_id].text)
            item = piece.item.shifted(-piece.span.start) if piece.item else None
            place = piece.report_id if part.side else "", words, item
            known = pieces.get(place)
            if known:
                shift = known.span.start - piece.span.start
                piece = replace(known, highlights=tuple(span.shifted(shift) for span in piece.highlights))
            marked = {*piece.highlights, *(known.highlights if known else ())}
            side = "、".join(filter(None, (known.side if known else None, part.said if part.side else None)))
            pieces[place] = replace(
                piece, highlights=tuple(sorted(marked, key=lambda span: span.start)), side=side or None
            )
    missing = [
        part.said
        for part, decision in zip(asked, [*decisions, *[None] * len(asked)], strict=False)
        if decision is None or decision not in given
    ]
    draft = replace(given[0].draft, pieces=tuple(pieces.values()), missing=tuple(dict.fromkeys(missing)))
    confidence = min(decision.confidence for decision in given)
    whole = not missing and all(decision.status == "answered" for decision in given)
    return Decision("answered" if whole else "partial", None, confidence, draft)


def _gives_a_value(draft: Draft, beside: bool) -> bool:
    """Whether it is a value that was asked for; though none be marked, where it does not stand ``beside`` another."""
    unmarked = not beside and draft.evidence is not None and not draft.evidence.marked
    return unmarked or any(piece.highlights for piece in draft.pieces)


def _beside(pieces: Sequence[Piece], marked: Sequence[Piece], reports: Mapping[str, Report]) -> bool:
    return any(alike(pieces[0], other, reports) for other in marked) if pieces else False


def _topic(clause: Clause) -> str:
    """What a question says it is about before it asks, if that is more than a year or a place: “说到调解，…”."""
    folded = fold(clause.text)
    asks = ASKS.search(folded)
    end = max((mark.end() for mark in re.finditer("[,:]", folded[: asks.start() if asks else 0])), default=0)
    return clause.text[:end] if len(EMPTY.sub("", bare(clause, end))) >= MIN_SUBJECT_CHARS else ""


def _side_by_side(clause: Clause) -> list[Part]:
    """One part for each of the years, places or things side by side of which it is asked what “each” is."""
    folded = fold(clause.text)
    each = next(_EACH.finditer(folded), None)
    if each is None or not ASKS.search(folded, each.end()):
        return _compared(clause) or [Part(clause.text, clause.said)]
    sides = _run(folded, clause)
    run = sides or _things(folded, clause, each.start())
    if len(run) < 2:
        return [Part(clause.text, clause.said)]
    return [replace(_alone(clause.text, run, at, each), side=bool(sides)) for at in range(len(run))]


def _compared(clause: Clause) -> list[Part]:
    """One part for each of the years or places that are compared: of either it is asked how much."""
    text = _MORE_BEHIND.sub("", fold(clause.text))
    run = _run(text, clause)
    asked = _asked_of_sides(text, run[-1].end) if run else None
    # “对比甲县2021年和2022年的产量”: whose it is stands before the years.
    whose = [span for span in clause.named["place"] if run and span.end <= run[0].start]
    bidden = asked is None and bool(run) and _COMPARE_THEM.match(_without(whose, text, run[0].start))
    if run and (english := _COMPARE_IN_ENGLISH.match(clause.text)):
        head, tail = clause.text[english.end() : run[0].start], clause.text[run[-1].end :].rstrip(" .?")
        sides = [side.of(clause.text) for side in run]
        return [Part(f"What was the {head}{side}{tail}?", side, side=True) for side in sides]
    if asked is None and not bidden:
        return _apart(clause, text) or _more_than(clause, text)
    head = "".join(span.of(clause.text) for span in whose) if bidden else clause.text[: run[0].start]
    between = clause.text[run[-1].end : asked.start() if asked else None].rstrip(" ,，")
    between = _BY_COMPARISON.sub("", between)
    if (bidden or between.startswith("在")) and (about := _ABOUT.match(between)):
        between = about["what"]
    what = clause.text[asked.start("what") : asked.end("what")] if asked and asked.groupdict().get("what") else ""
    if _POINTS_ASKED.search(fold(f"{between}{what}").rstrip("的")):
        ask = f"{what}有哪些？"
    else:
        ask = f"{what}多少？" if what.endswith(_CHANGES) else f"{what}是多少？"
    return [
        Part(f"{head}{_year_of(side.of(clause.text))}{between}{ask}", side.of(clause.text), side=True) for side in run
    ]


def _without(spans: Sequence[Span], text: str, end: int) -> str:
    """``text`` up to ``end`` without what stands at ``spans``."""
    return "".join(char for at, char in enumerate(text[:end]) if not any(s.start <= at < s.end for s in spans))


def _asked_of_sides(text: str, start: int) -> re.Match[str] | None:
    """What is asked of sides that are named before ``start`` of the folded question ``text``."""
    return next((found for p in (_COMPARED, _MORE_OR_LESS, _DIFFER) if (found := p.search(text, start))), None)


def _apart(clause: Clause, text: str) -> list[Part]:
    """One part for each of two years or places of which one is compared with the other, and what is compared stands
    behind the one, or behind both."""
    for kind in ("time", "place"):
        if len(clause.named[kind]) != TWO:
            continue
        one, other = clause.named[kind]
        asked = _asked_of_sides(text, other.end)
        how = asked or _HOW.search(text, other.end)
        against = _AGAINST.search(text, one.end, other.start)
        led = _AGAINST_FIRST.match(text, one.end, other.start)
        if asked and against and asked.start() - other.end <= len("年同期"):
            head, what = text[: one.start], clause.text[one.end : against.start()]
        elif how and led and _AGAINST.search(text, 0, one.start):
            head = clause.text[led.end() : other.start]
            what = clause.text[other.end : how.start()]
        else:
            continue
        if len(EMPTY.sub("", fold(what))) >= MIN_SUBJECT_CHARS:
            names = [side.of(clause.text) for side in (one, other)]
            return [Part(f"{head}{name}{what.rstrip(' ,，')}是多少？", name, side=True) for name in names]
    return []


def _year_of(side: str) -> str:
    """A side without the words that it is of what became of a year, which is what is asked of any year."""
    reckoned = _RECKONED.search(fold(side) + ",")
    return side[: reckoned.start()] if reckoned and reckoned["outcome"] else side


def _more_than(clause: Clause, text: str) -> list[Part]:
    """One part for either of two places, of which it is asked how much more the one has than the other."""
    places = clause.named["place"]
    if len(places) != TWO:
        return []
    one, other = places
    asked = _MORE.search(text, other.end)
    than = _THAN.search(text, one.end, other.start)
    if asked is None or than is None:
        return []
    what = clause.text[one.end : than.start()] + clause.text[other.end : asked.start()]
    if len(EMPTY.sub("", fold(what))) < MIN_SUBJECT_CHARS:
        return []
    head = clause.text[: one.start]
    names = [side.of(clause.text) for side in places]
    return [Part(f"{head}{name}{what}是多少？", name, side=True, differs=True) for name in names]


def _run(folded: str, clause: Clause) -> list[Span]:
    """Years, places or works with nothing but “and” between them."""
    for kind in ("place", "time", "work"):
        run: list[Span] = []
        for named in clause.named[kind]:
            reckoned = _RECKONED.match(folded, named.end) if kind == "time" else None
            span = Span(start=named.start, end=reckoned.end()) if reckoned else named
            if run and not _BESIDE.fullmatch(folded[run[-1].end : span.start]):
                if len(run) > 1:
                    break
                run = []
            run.append(span)
        if len(run) > 1:
            return run
    return _in_year(folded, clause)


def _in_year(folded: str, clause: Clause) -> list[Span]:
    """Places each with its year, with nothing but “and” between them: 甲县2021年、乙县2022年."""
    run: list[Span] = []
    for place in clause.named["place"]:
        behind = (time for time in clause.named["time"] if time.start >= place.end)
        year = next((time for time in behind if folded[place.end : time.start] in ("", "的")), None)
        if year is None or (run and not _BESIDE.fullmatch(folded[run[-1].end : place.start])):
            return []
        run.append(Span(start=place.start, end=year.end))
    return run if len(run) > 1 else []


def _things(folded: str, clause: Clause, end: int) -> list[Span]:
    """What stands side by side before “each”, behind the year and place that lead it."""
    start = max((match.end() for match in re.finditer(r"[,;:。]", folded[:end])), default=0)
    leading = [span for spans in clause.named.values() for span in spans]
    ends = {span.start: span.end for span in leading}
    while start in ends or folded.startswith(("的", ",", "、", " "), start):
        start = ends.get(start, start + 1)
    found, cursor = [], start
    kept = [range(span.start, span.end) for span in leading]
    for beside in _BESIDE.finditer(folded, start, end):
        if not any(beside.start() in inside for inside in kept):
            found.append(Span(start=cursor, end=beside.start()))
            cursor = beside.end()
    found.append(Span(start=cursor, end=max(cursor, end)))
    return found if all(len(span) >= MIN_SUBJECT_CHARS for span in found) else []


def _alone(text: str, run: list[Span], at: int, each: re.Match[str]) -> Part:
    """The question about one of ``run``, without the others and without “each”."""
    own = run[at].of(text)
    rest = _REST.search(run[-1].of(text))
    shared = rest[0] if rest and at + 1 < len(run) and "的" not in own else ""  # 小学和初中的人数
    head, tail = text[: run[0].start], text[run[-1].end :]
    cut = each.start() - run[-1].end
    if cut >= 0:
        tail = tail[:cut] + tail[cut + len(each[0]) :]
    return Part(_WHO.sub(r"\1", f"{head}{_year_of(own)}{shared}{_TOGETHER.sub('', tail)}"), own)
