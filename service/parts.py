"""Two questions in one: each is asked by itself, with the place, the year and the subject that it leaves to another.

Nothing is split without evidence: a question word on either side of a mark, or several things side by side with
“each” (分别, 各) and a question word behind them. Rules read the folded question, whose offsets are its own.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Literal

from indexer.chinese.dates import CENTURIES
from indexer.chinese.divisions import divisions_in
from indexer.chinese.folding import fold
from indexer.types import Span
from service.abstain import Decision
from service.answers.types import Piece
from service.understand import language

MAX_PARTS = 6  # what stands behind them is named as not found
MIN_SUBJECT_CHARS = 2
MORE_LIKELY_THAN_NOT = 0.5

_HOW_MUCH = r"多少|(?<![哪这那近前后好十百千数])几(?!乎)|多[大高长久远重宽深]"
_ASKS = re.compile(
    rf"{_HOW_MUCH}|什么|哪|谁|怎[么样]|如何|[何啥]|是否|有没有|[吗呢](?=\W*$)"
    r"|\b(?:how|what|which|who|whom|whose|when|where|why)\b"
)
_MARK = re.compile(r"[?。;!\n]+|,(?P<latin>\s*and\b)?")
_BREAK = re.compile(r"[?。;!\n,]")
# What leads over to a further question and says nothing of it.
_OVER = re.compile(
    r"^(?:[\s,、;。]|另外|此外|还有|以及|并且|同时|然后|其次|最后|顺便|再者|那么|那(?=[^\s年里边个些])|再(?=[想问])"
    r"|我?[还也再]?想?(?:请问|问问|问一下|问下|问|知道|了解)(?:一下)?|[还又也](?=[想请问])|and\b|also\b)+"
)
# What points back takes what it asks about from the question before it.
_BACK = re.compile(
    r"^(?:各|分别|都|相差|差|其(?!中)|另[一外]?|别的|它|他|她|这|该|此|两者|二者|前者|后者|具体|\b(?:it|they|that|these|those)\b)"
)
# Words that say nothing of what is asked about: left out, the subject is left, or nothing.
_EMPTY = re.compile(
    rf"(?:{_HOW_MUCH})[万亿]*(?:平?方?公里|平方米|公顷|百分[之点]|[个元件人名户家宗起项种类亩吨年月日次天位所张辆座条册台架岁]*)"
    r"|什么(?:时候)?|哪[一个些年月天里儿]*|谁|怎么样?|怎样|如何|为何|为什么|[吗呢又则有是为的了达到和跟与在占能会数率\W]"
    r"|受理|审结|办结|结案|立案|查处|处罚|移送|批准|完成|新增|增长|下降|提高|减少|增加|上升|同比|比重|占比|增[幅速]|降幅|实际"
    r"|报告|原因|理由|目标|结果|情况|数量|金额|数字|百分之"
)
_TIME = re.compile(
    rf"(?<!\d){CENTURIES}(?!\d)年?度?|[去今明上]年|[上下]半年|第?[一二三四]季度|\"?十[一二三四五]五\"?(?:期间|时期)?"
)
_WORK = re.compile(r"《[^》]+》|第[一二三四五六七八九十]篇|(?<![一二两三四五六七八九十几各每])篇[一二三四五六七八九十]")
_EACH = re.compile(
    r"分别|各自|每年|各(?![级类项地位镇乡县市区省州种个界族方国民部行单])(?=[^,;?。]{0,8}?"
    rf"(?:{_HOW_MUCH}|什么|哪|谁))"
)
_BESIDE = re.compile(
    r"\s*(?:、|,|以及|(?<![总饱共温缓调附])和(?![谐平田龙县睦解])|(?<!参)与(?![会时])|跟|(?<![普涉以危顾])及(?![时格]))\s*"
)
_TOGETHER = re.compile(r"^(?:两|二|三|四|五)[省市县区地年者篇]")
# “谁的…更高？” before “各是多少？”: of one alone, only what it is about is asked.
_WHO = re.compile(r"[,，]?谁的?([^?？]*?)(?:[^\W的]?得[快慢多少高低大小]|更?[高低大小快慢多少])[?？]\s*")
_REST = re.compile(r"的[^的]+$")
_ENDING = "省市县区州旗盟"

Class = Literal["work", "time", "place"]


@dataclass(frozen=True)
class Part:
    """One question: as it is asked, complete in itself, and as it is ``said``, short, in the question's own words."""

    text: str
    said: str


@dataclass(frozen=True)
class _Clause:
    text: str
    said: str
    named: Mapping[Class, tuple[Span, ...]]  # in ``text``


def parts(question: str, regions: Mapping[str, frozenset[str]]) -> tuple[Part, ...]:
    """The questions in ``question``, in order; one, as it is, where there is but one. ``regions``: as in Nameable."""
    clauses: list[_Clause] = []
    topic = ""
    for text in _clauses(question):
        said = text[len(text) - len(_OVER.sub("", fold(text))) :].strip(" ?？,，。;；!！\n") or text
        if clauses:
            clauses.append(_with_lead(_clause(f"{topic}{said}", said, regions), clauses[-1], regions))
        else:
            clauses.append(_clause(text.rstrip(" ,，"), said, regions))
            topic = _topic(clauses[0])
    found = [part for clause in clauses for part in _side_by_side(clause)]
    return tuple(found) if len(found) > 1 else (Part(question, question),)


def combined(asked: tuple[Part, ...], decisions: list[Decision]) -> Decision:
    """One decision on the answers to ``asked``, at least one of which is given: ``partial`` where not all are.

    A sentence that answers two of them is cited once, with what is marked for either. A value that more likely
    is not the asked one is named as missing where another part is answered: the answer does not hang on it.
    """
    given = [decision for decision in decisions if decision.status == "answered"]
    sure = [
        decision
        for decision in given
        if decision.confidence >= MORE_LIKELY_THAN_NOT or not any(piece.highlights for piece in decision.draft.pieces)
    ]
    given = sure or given
    pieces: dict[tuple[str, Span], Piece] = {}
    for piece in (piece for decision in given for piece in decision.draft.pieces):
        place = piece.report_id, piece.span
        marked = {*piece.highlights, *(pieces[place].highlights if place in pieces else ())}
        pieces[place] = replace(piece, highlights=tuple(sorted(marked, key=lambda span: span.start)))
    missing = [
        part.said
        for part, decision in zip(asked, [*decisions, *[None] * len(asked)], strict=False)
        if decision is None or decision not in given
    ]
    draft = replace(given[0].draft, pieces=tuple(pieces.values()), missing=tuple(dict.fromkeys(missing)))
    confidence = min(decision.confidence for decision in given)
    return Decision("partial" if missing else "answered", None, confidence, draft)


def _clauses(question: str) -> list[str]:
    """Cut at marks with a question word of its own on either side; what asks nothing, or nothing of its own, stays with
    what it belongs to."""
    folded = fold(question)
    is_latin = language(folded) == "en"
    cuts: list[int] = []
    start = 0
    for mark in _MARK.finditer(folded):
        here = folded[start : mark.end()]
        following = next((piece for piece in _BREAK.split(folded[mark.end() :]) if _ASKS.search(piece)), "")
        if not (following and _ASKS.search(here)) or (is_latin and mark[0] == ","):
            continue
        if not _leans(following, here, loosely=mark[0][0] != ","):
            cuts.append(mark.end())
            start = mark.end()
    return [question[a:b] for a, b in zip([0, *cuts], [*cuts, len(question)], strict=True)]


def _leans(asking: str, before: str, *, loosely: bool) -> bool:
    """Whether ``asking`` asks nothing of its own, unless of another time or place. Behind a comma, what is much shorter
    than what stands ``before`` it leans on that (“那场暴雨下了多少毫米，损失多大”)."""
    own = _OVER.sub("", asking)
    loosely = loosely or any(char.isalpha() for char in asking[: len(asking) - len(own)])  # 另外还想问
    if _BACK.search(own):
        return True
    n_own = len(_EMPTY.sub("", _TIME.sub("", own)))
    if n_own < MIN_SUBJECT_CHARS:
        return not _TIME.search(own) and not own.rstrip(" ?").endswith("呢")
    return not loosely and n_own == MIN_SUBJECT_CHARS and len(_EMPTY.sub("", _TIME.sub("", before))) > 2 * n_own


def _topic(clause: _Clause) -> str:
    """What a question says it is about before it asks, if that is more than a year or a place: “说到调解，…”."""
    folded = fold(clause.text)
    asks = _ASKS.search(folded)
    end = max((mark.end() for mark in re.finditer("[,:]", folded[: asks.start() if asks else 0])), default=0)
    return clause.text[:end] if len(_EMPTY.sub("", _bare(clause, end))) >= MIN_SUBJECT_CHARS else ""


def _clause(text: str, said: str, regions: Mapping[str, frozenset[str]]) -> _Clause:
    folded = fold(text)
    found: dict[Class, tuple[Span, ...]] = {
        "work": tuple(Span(start=m.start(), end=m.end()) for m in _WORK.finditer(folded)),
        "time": tuple(Span(start=m.start(), end=m.end()) for m in _TIME.finditer(folded)),
        "place": tuple(_places(folded, regions)),
    }
    return _Clause(text, said, found)


def _places(folded: str, regions: Mapping[str, frozenset[str]]) -> Iterator[Span]:
    names = {name for called in regions.values() for name in called if name in folded} | set(divisions_in(folded))
    whole = [rf"\b{re.escape(n)}\b" if n.isascii() else re.escape(n) for n in sorted(names, key=len, reverse=True)]
    if whole:
        for match in re.finditer(rf"(?:{'|'.join(whole)})(?:全?[{_ENDING}])?", folded):
            yield Span(start=match.start(), end=match.end())


def _with_lead(clause: _Clause, last: _Clause, regions: Mapping[str, frozenset[str]]) -> _Clause:
    """``clause`` with what it leaves to the ``last``: works, times and places that it names none of, or the subject,
    where it names nothing but another time or place (“2021年又是多少”, “盐田区呢”)."""
    own = _clause(clause.said, clause.said, regions)
    if len(_EMPTY.sub("", _bare(own))) < MIN_SUBJECT_CHARS and any(own.named.values()):
        text = last.text
        for kind, spans in own.named.items():
            text = _put(text, _clause(text, "", regions).named[kind], _joined(own, kind)) if spans else text
        return _clause(text, clause.said, regions)
    between = " " if clause.text.isascii() else ""
    lead = [name for kind in clause.named if not clause.named[kind] and (name := _joined(last, kind))]
    return _clause(between.join([*lead, clause.text]), clause.said, regions)


def _bare(clause: _Clause, end: int | None = None) -> str:
    """Without the works, times and places that it names, folded; up to ``end``."""
    bare = fold(clause.text)[:end]
    for span in sorted((s for spans in clause.named.values() for s in spans), key=lambda s: -s.start):
        bare = bare[: span.start] + bare[span.end :]
    return bare


def _joined(clause: _Clause, kind: Class) -> str:
    return "、".join(dict.fromkeys(span.of(clause.text) for span in clause.named[kind]))


def _put(text: str, places: tuple[Span, ...], name: str) -> str:
    """``text`` with ``name`` for what stands at ``places``; before it all where nothing does."""
    if not places:
        return name + text
    return text[: places[0].start] + name + text[places[-1].end :]


def _side_by_side(clause: _Clause) -> list[Part]:
    """One part for each of the years, places or things side by side of which it is asked what “each” is."""
    folded = fold(clause.text)
    each = next(_EACH.finditer(folded), None)
    if each is None or not _ASKS.search(folded, each.end()):
        return [Part(clause.text, clause.said)]
    run = _run(folded, clause) or _things(folded, clause, each.start())
    if len(run) < 2:
        return [Part(clause.text, clause.said)]
    return [_alone(clause.text, run, at, each) for at in range(len(run))]


def _run(folded: str, clause: _Clause) -> list[Span]:
    """Years or places with nothing but “and” between them."""
    for kind in ("place", "time"):
        run: list[Span] = []
        for span in clause.named[kind]:
            if run and not _BESIDE.fullmatch(folded[run[-1].end : span.start]):
                if len(run) > 1:
                    break
                run = []
            run.append(span)
        if len(run) > 1:
            return run
    return []


def _things(folded: str, clause: _Clause, end: int) -> list[Span]:
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
    return Part(_WHO.sub(r"\1", f"{head}{own}{shared}{_TOGETHER.sub('', tail)}"), own)
