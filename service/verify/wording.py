"""What turns a sentence round: negation, the opposite word, a plan told as done, more or fewer of those it is said of.

Each row of ``AXES`` has two poles. A word of one pole is compared with what the source has in the same place: beside
the same words, or else in the clause that shares most with its clause.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import Literal

from indexer.chinese.numerals import BELOW_100
from indexer.types import Span
from service.verify.evidence import Evidence, Fault, Told
from service.verify.reading import Reading

Kind = Literal["polarity", "opposite", "modality", "quantifier", "period"]
Pole = Literal[0, 1]

NOT = (
    r"尚未|并未|从未|未能|未曾|未(?![来知名央必]|满(?=\d)|成年|雨绸缪|病)|没有|没(?![收落入])|"
    r"(?<![并毫])不(?![断少仅但同法良动产锈久夜懈过管论只光停凡竭妨忘负屈]|可或缺|遗余力|折不扣|约而同|得不|低于|少于|高于|超过|足|满(?=\d)|到(?=[\d百千万]))(?:再|能|得|会|予|宜|应|许|准|必|用)?|"
    r"并非|毫无|毫不|无(?!人[机驾]|线|障碍|偿|疑|锡|论|忧|缝|形|比|纸|感|私|为|害|极|愧|抵押|证明城市|废城)|"
    r"禁止|严禁|取消|暂停|停止|拒绝|杜绝|免[征除收予缴于交](?!疫)|"
    r"难以|无需|无须|不再"
)
BESIDE_CHARS = 6  # by which the same place is known in two sentences
MIN_BESIDE = 2
SCOPE_CHARS = 4  # within which a word is negated: 没有能够完成
ALIKE = 0.7  # of the pairs of two clauses: the one is the other with a word more or less
LACK = (
    "不足|不够|缺|难|弱|待|尚需|滞后|低|少|慢|差|问题|短板|空白|矛盾|停|禁|免|取消|零|防止|避免|"
    "杜绝|退出|淘汰|化解|非|反"
)


@dataclass(frozen=True)
class Axis:
    """Words of two poles; ``alone``: poles that may not be added to what the sources do not say so;
    ``kept``: poles that may not be left out; ``is_name``: both may stand in one sentence, each of its own."""

    kind: Kind
    poles: tuple[str, str]
    alone: frozenset[Pole] = frozenset()
    kept: frozenset[Pole] = frozenset()
    is_name: bool = False


UP = (
    "(?<!负)增长|增加|增至|增到|(?<!新)(?<!倍)增(?=\\d)|提高|提升|上升|上涨|上调|升至|扩大|加快|净增|攀升|跃升|增幅|涨|"
    "回升|提速|(?<!年)新增|多增|走高|增强"
)
DOWN = (
    "负增长|下降|降低|减少|降至|下调|下滑|下跌|缩小|缩减|压减|压缩|缩短|回落|收窄|放缓|减慢|减至|降幅|跌|走低|削减|减弱|"
    "降(?=\\d)|减(?=\\d)"
)
DONE = rf"已经?|业已|了(?=[\d,。;{BELOW_100}两多近超约])|(?<=[成现立设造])了"
PLAN = (
    "将(?!军|士|领|近)|(?<!虚|模)拟(?!定|态)|计划(?=[\\u4e00-\\u9fff])(?!单列|生育)|力争|争取|预计|预期|有望|打算|准备|"
    "目标(?=[是为])|确保"
)
AXES = (
    Axis("polarity", (NOT, r"(?!)"), alone=frozenset({0}), kept=frozenset({0})),
    Axis("opposite", (UP, DOWN), alone=frozenset({1})),
    Axis(
        "opposite",
        (
            "高于|超过|多于|优于|快于|领先|大于|超额|突破|(?<=比.{2})高(?=\\d|出)|(?<=比.{3})高(?=\\d|出)",
            "(?<=比.{2})低(?=\\d)|(?<=比.{3})低(?=\\d)|低于|少于|劣于|慢于|落后|小于|不足|未达",
        ),
    ),
    Axis("opposite", ("最高|最大|最多|最好|最快|最强", "最低|最小|最少|最差|最慢|最弱")),
    Axis("opposite", ("延长|拉长", "缩短")),
    Axis("opposite", ("加强|强化|巩固", "削弱|弱化|放松"), alone=frozenset({1})),
    Axis("opposite", ("改善|好转|优化|向好", "恶化|变差|转差"), alone=frozenset({1})),
    Axis("opposite", ("允许|准许|鼓励|支持|放开|开放", "禁止|严禁|限制|反对|不准|不得|关闭|封闭")),
    Axis("opposite", ("进口", "(?<!进)出口"), is_name=True),
    Axis("opposite", ("盈利|盈余|顺差|净流入", "亏损|赤字|逆差|净流出")),
    Axis("opposite", ("设立|新设|成立|建立", "撤销|撤并|撤消|废止|废除")),
    Axis("opposite", ("城镇|城市", "农村|乡村"), is_name=True),
    Axis("opposite", ("批准|通过|同意|核准", "驳回|否决|未通过")),
    Axis("opposite", ("(?<!不)合格|达标", "不合格|超标|不达标")),
    Axis("opposite", ("收入", "支出"), is_name=True),
    Axis("opposite", ("全国|全省", "全市|全区|全县|[我本][市区县]|全街道|全镇")),
    Axis("opposite", ("上游|上半年|年初|月初|期初", "下游|下半年|年底|年末|月底|期末")),
    Axis("modality", (PLAN, DONE), alone=frozenset({0}), kept=frozenset({0})),
    Axis(
        "quantifier",
        (
            "全部|所有|全都|一律|百分之百|全员|无一例外|均(?!衡|等|匀|价|线|地|产)|都(?![市会江城匀])|全面",
            "部分(?=[\\u4e00-\\u9fff])|一部分|大部分|大多|多数|有的|有些|一些|个别|少数|基本(?![法农公医养建])|近半",
        ),
        kept=frozenset({1}),
        alone=frozenset({1}),
    ),
    Axis(
        "quantifier",
        ("首次|首个|首家|首批|率先|最先|第一(?=[个家次批])|唯一|独家", "最后|最晚|末位|再次|再度|又一|之一"),
    ),
    Axis("period", ("同比|比上年|较上年|比去年|较去年", "环比|比上月|较上月|比上季")),
    Axis("period", ("累计|总计|截至", "当月|当季|单月|当日")),
    Axis("period", ("年均|平均每年|月均|日均", "累计|合计|总计|共计")),
)
# What may be said only where the sources have a word of its kind.
_STRICT = (
    ("全部|所有|一律|无一", "全|所有|一律|各|都|均|每|无一|100%|普遍"),
    ("唯一|仅(?!仅)", "唯一|仅|只|独"),
    ("首次|首个|首家|首批|率先", "首|第一|率先|先|初|开创"),
    ("国家级", "国家级"),
    ("省级", "省级|各级"),
    ("市级", "市级|各级|市区两级|省市"),
    ("[区县]级(?!市)", "[区县]级|各级|市区两级"),
    ("部分(?=[\\u4e00-\\u9fff])|大部分|多数", "部分|大部|多数|有的|一些|有些|个别|少数|一批|过半|基本"),
)


@dataclass(frozen=True)
class _Word:
    span: Span
    text: str
    pole: Pole
    before: str
    behind: str


@lru_cache(maxsize=4)
def _patterns() -> tuple[re.Pattern[str], ...]:
    return tuple(re.compile(f"(?P<one>{axis.poles[0]})|(?P<other>{axis.poles[1]})") for axis in AXES)


_OBJECT = re.compile(
    r"(?!全[面部]|继续|逐步|正式|进一步|统一|陆续|同步|尽快)[^,。;]{2,30}?(?:纳入|作为|列入|列为|转[化为移变]|下放|[降提增减缩扩][至到为低高加少短大]|变为|变成|"
    r"打造[成为]|建设?[成为]|运用|用于|融入|引入|交[由给]|分为|划[入为转]|贯穿|落实到|送|放在|置于|视为|列|分解|延伸)"
)
_FILL = re.compile(r"[\s、,\"'“”《》的地得了]")


@lru_cache(maxsize=16384)
def _words(reading: Reading, at: int) -> tuple[_Word, ...]:
    found = []
    for match in _patterns()[at].finditer(reading.text):
        clause = reading.clause_at(match.start())
        found.append(
            _Word(
                Span(start=match.start(), end=match.end()),
                match[0],
                0 if match["one"] else 1,
                _FILL.sub("", reading.text[clause.start : match.start()])[-BESIDE_CHARS:],
                _FILL.sub("", reading.text[match.end() : clause.end])[:BESIDE_CHARS],
            )
        )
    return tuple(found)


def wording_holds(sentence: Reading, evidence: Evidence, told: Told) -> Iterator[tuple[Kind, Fault | None]]:
    """For each word of an axis in ``sentence`` its kind and None where it holds; ``told``: what the headings above the
    sources say of them."""
    for at, axis in enumerate(AXES):
        if axis.kind == "modality" and told != "review":
            axis = Axis(axis.kind, axis.poles, kept=frozenset() if told == "plan" else axis.kept)
        for word in _words(sentence, at):
            yield axis.kind, _said(sentence, word, axis, at, evidence, told)
        for reading in evidence.readings:
            for word in _words(reading, at):
                if word.pole in axis.kept and (fault := _left_out(reading, word, axis, at, sentence, evidence)):
                    yield axis.kind, fault
    yield from (("polarity", fault) for fault in _counts_differ(sentence, evidence))
    for said, source in _STRICT:
        for match in re.finditer(said, sentence.text):
            holds = re.search(source, evidence.everything)
            yield "quantifier", None if holds else Fault("contradicted", match[0])


def _said(sentence: Reading, word: _Word, axis: Axis, at: int, evidence: Evidence, told: Told) -> Fault | None:
    theirs = [(reading, other) for reading in evidence.readings for other in _words(reading, at)]
    if axis.is_name and any(other.pole == word.pole for _, other in theirs):
        return None
    marks_object = axis.kind == "modality" and _marks_object(sentence, word)
    alike = [(_beside(word, other), reading, other) for reading, other in theirs]
    most = max((n for n, _, _ in alike), default=0)
    if most >= MIN_BESIDE:
        beside = [(reading, other) for n, reading, other in alike if n == most]
        return None if any(other.pole == word.pole for _, other in beside) else _fault(sentence, word, *beside[0])
    if marks_object:
        return None
    if axis.kind == "modality" and word.pole == 1 and (plan := _governing(sentence, word, at, evidence)):
        return _fault(sentence, word, *plan)
    clauses = nearest_clauses(sentence, _part_at(sentence, word.span), evidence)
    near = [
        (reading, other)
        for reading, other in theirs
        if any(reading is whose and clause.contains(other.span) for whose, clause in clauses)
    ]
    if any(other.pole == word.pole for _, other in near):
        return None
    if near:
        return _fault(sentence, word, *near[0])
    if axis.kind == "modality" and word.pole == 1 and told == "plan":
        return Fault("contradicted", _shown(sentence, word.span))
    if word.pole in axis.alone and clauses:
        said = "\n".join(clause.of(reading.text) for reading, clause in clauses)
        if axis.kind == "polarity" and re.search(LACK, said):
            return None
        if axis.kind == "opposite" and re.search(rf"{LACK}|[减降缩轻压落]", evidence.text):
            return None
        if any(other.pole == word.pole for _, other in theirs) and axis.kind != "polarity":
            return None
        return Fault("contradicted", _shown(sentence, word.span), said)
    return None


def _beside(one: _Word, other: _Word) -> int:
    """How many characters next to two words are the same, of 2 at least on a side."""
    behind = _same(one.behind, other.behind)
    before = _same(one.before[::-1], other.before[::-1])
    return sum(n for n in (behind, before) if n >= MIN_BESIDE)


def _same(one: str, other: str) -> int:
    """How many characters two texts begin with alike."""
    return next((n for n, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))


def _part_at(sentence: Reading, span: Span) -> Span:
    """The part of a clause, between 、, that holds ``span``."""
    clause = sentence.clause_at(span.start)
    start = sentence.text.rfind("、", clause.start, span.start) + 1 or clause.start
    end = sentence.text.find("、", span.end, clause.end)
    return Span(start=start, end=clause.end if end < 0 else end)


def _governing(sentence: Reading, word: _Word, at: int, evidence: Evidence) -> tuple[Reading, _Word] | None:
    """A plan in a clause before the one that a word of done things is of: 力争到2025年，覆盖率达到68%."""
    for reading, clause in nearest_clauses(sentence, _part_at(sentence, word.span), evidence):
        start = max(reading.text.rfind(end, 0, clause.start) for end in "。;") + 1
        before = [one for one in _words(reading, at) if start <= one.span.start < clause.end]
        if before and all(one.pole == 0 and not _marks_object(reading, one) for one in before):
            return reading, before[-1]
    return None


def _own_words(sentence: Reading, at: int, behind: str) -> list[_Word]:
    """The words of an axis in clauses that have what stands ``behind`` one in a source."""
    return [
        word
        for word in _words(sentence, at)
        if behind[:2] in _FILL.sub("", sentence.text[word.span.end : sentence.clause_at(word.span.start).end])
    ]


def _left_out(
    reading: Reading, word: _Word, axis: Axis, at: int, sentence: Reading, evidence: Evidence
) -> Fault | None:
    """Where ``sentence`` says what stands behind ``word`` in the source, and not the word."""
    if axis.kind == "modality" and _marks_object(reading, word):
        return None
    clause = reading.clause_at(word.span.start)
    behind = _FILL.sub("", reading.text[word.span.end : clause.end])
    if any(other.text == word.text and len(word.text) > 1 for other in _own_words(sentence, at, behind)):
        return None
    key, bridge = behind[:4], word.before[-1:] + behind[:1]
    own = _words(sentence, at)
    if axis.kind != "polarity" and any(other.pole == word.pole for other in own):
        return None
    plain = _FILL.sub("", sentence.text)
    rest = "\n".join(_FILL.sub("", other.text) for other in evidence.readings)
    for part in (key, key[:2], bridge):
        if len(part) < 2:
            continue
        mine = [m.start() for m in re.finditer(re.escape(part), plain)]
        bare = [start for start in mine if not _negated(plain, start + (1 if part is bridge else 0), axis, word.pole)]
        theirs = [m.start() for m in re.finditer(re.escape(part), rest)]
        if part is not bridge:
            theirs = [start for start in theirs if not _negated(rest, start, axis, word.pole)]
        if bare and not theirs:
            return Fault("contradicted", plain[max(0, bare[0] - 4) : bare[0] + 6], _shown(reading, word.span))
    return None


def _counts_differ(sentence: Reading, evidence: Evidence) -> Iterator[Fault]:
    """Where a clause is nearly one of a source, and has more or fewer negations."""
    own = _words(sentence, 0)
    for clause in sentence.clauses:
        pairs = _pairs(clause.of(sentence.text))
        near = [
            (len(pairs & theirs), reading, other)
            for reading in evidence.readings
            for other in reading.clauses
            if len(pairs & (theirs := _pairs(other.of(reading.text)))) >= ALIKE * max(1, len(pairs), len(theirs))
        ]
        mine = sum(clause.contains(word.span) for word in own)
        most = max((n for n, _, _ in near), default=0)
        counts = [
            sum(other.contains(word.span) for word in _words(reading, 0)) for n, reading, other in near if n == most
        ]
        if near and mine not in counts:
            said, told = clause.of(sentence.text), near[0][2].of(near[0][1].text)
            lacks = set(re.findall(LACK, said)), set(re.findall(LACK, told))
            # 还没有充分发挥 for 有待进一步发挥.
            if not (lacks[1] - lacks[0] if mine > min(counts) else lacks[0] - lacks[1]):
                yield Fault("contradicted", said, told)


def _marks_object(reading: Reading, word: _Word) -> bool:
    """将2.8万亿元资金纳入直达范围: 将 is 把."""
    clause = reading.clause_at(word.span.start)
    return word.text == "将" and _OBJECT.match(reading.text, word.span.end, clause.end) is not None


def _negated(text: str, at: int, axis: Axis, pole: Pole) -> bool:
    """Whether a word of ``pole`` stands in the clause before ``at``."""
    near = SCOPE_CHARS if axis.kind == "polarity" else 3 * SCOPE_CHARS
    before = re.split("[,。;:]", text[max(0, at - near) : at])[-1]
    return re.search(axis.poles[pole], before + text[at : at + 1]) is not None


def nearest_clauses(sentence: Reading, clause: Span, evidence: Evidence) -> list[tuple[Reading, Span]]:
    """Those clauses of the sources that share most pairs of characters with ``clause``; empty where none shares any."""
    own = _pairs(clause.of(sentence.text))
    shared = [
        (len(own & _pairs(other.of(reading.text))), reading, other)
        for reading in evidence.readings
        for other in reading.clauses
    ]
    most = max((n for n, _, _ in shared), default=0)
    return [(reading, other) for n, reading, other in shared if most and n >= max(1, 0.6 * most)]


@lru_cache(maxsize=16384)
def _pairs(text: str) -> frozenset[str]:
    return frozenset(map("".join, pairwise(_FILL.sub("", text))))


def _fault(sentence: Reading, word: _Word, reading: Reading, other: _Word) -> Fault:
    return Fault("contradicted", _shown(sentence, word.span), _shown(reading, other.span))


def _shown(reading: Reading, span: Span) -> str:
    return reading.text[max(0, span.start - 4) : span.end + 6]
