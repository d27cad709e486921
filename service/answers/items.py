"""The items of an enumeration, each where it stands: “A、B和C等”, “一是…；二是…”, “…：甲；乙；丙”, lines after a colon.

Which enumeration is meant says what the reader points to. Where its first item begins and its last one ends, the marks
between the items do not say: there it is cut at what the reader points to, at a word that leads in (包括, 形成) or
sums up (等, 三个), and, where none stands there, at the ends of its clause.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from indexer.chinese.numerals import BELOW_100
from indexer.outline.headings import parse_number
from indexer.types import Span
from service.answers.gaps import stated_behind
from service.answers.told import TOLD_OFF

MIN_ITEMS = 2
MIN_CLAUSES = 3  # that semicolons divide: two are as often one thing and its contrary
MAX_ITEM_CHARS = 60
MAX_LINE_CHARS = 80
MARK_CHARS = 3  # “一是”
NEAR_CHARS = 12  # between an enumeration and what sums it up, where the reader points there: “…等15个部门”

_AND = re.compile(r"以及|[和与及暨](?!其)|并(?=[^\W\d])")
_N = rf"(?:(?<![\d.])\d{{1,3}}|[{BELOW_100}两几多]{{1,3}}|各|众多)"
_CLOSES = re.compile(
    rf"等(?![级待候于离式额])|{_N}(?:余|多)?(?:个|项|类|种|条|家|所|名|位|大|方面|部门|领域|地区?|市|县|区|件(?:民生)?[实大]?事)"
)
_OF = re.compile(r"[”\"]?的")  # behind the last item, where no other holds it
# Before the first item; the last of them counts.
_LEADS = re.compile(
    r"(?:包括|包含|及其|分别[是为有]|即|是指|指的?是|有|[是为由如](?![^、]{0,1}、)|例如|比如|形成|建立|完善|推进|实施|开展|设立|组建|打造|提供|听取"
    r"|覆盖|涵盖|入选|针对|围绕|聚焦|化解|完成|存在|推动|对|在|向|从|给|让|将|把|与|和)了?"
)
# “由省政府办公厅,省法院、检察院…”: where a comma stands for the first mark.
_LED_BY_COMMA = re.compile(r"(?:由|包括|包含|有|如|即|为)(?P<item>[^,、;:。]{2,12}),\s*$")
_VERBS = (
    r"实行|坚持|加强|推进|深化|完善|健全|优化|强化|推动|促进|提升|提高|扩大|加快|建立|建设|发展|保障|落实|培育|改善|增强|维护|严格|规范"
    r"|实施|开展|打造|做[好强优大]|抓[好实]|支持|鼓励|保护|创新|改革|统筹|巩固|拓展|壮大|降低|减轻|防范|化解"
)
_VERB = re.compile(_VERBS)
_ENDS_IN_VERB = re.compile(rf"(?:{_VERBS})$")
_TOLD_OFF = re.compile(rf"(?:^|[,;:。\s]){TOLD_OFF}")
_WITHIN_A_NUMBER = re.compile(r"\d\.?\d|\.\d")
_CLAUSE_END = re.compile(r"[,;。:!?\n]")
_NOT_BESIDE = re.compile(r"[。;:]")
_BRACKETS = {"(": ")", "[": "]", "《": "》", "<": ">", "「": "」"}
_OPENS = '"“《「('
_BARE = " \t　,;:。"


def items_of(sentence: str, pointed: Span | None, n_asked: int | None = None) -> list[Span]:
    """Where the items stand of the enumeration in the folded ``sentence`` that ``pointed``, a span of it, is about;
    none where it is about none. Without ``pointed``, of its only enumeration. Where so many are asked for, clauses
    beside it belong to it if that makes them so many."""
    series = told_off(sentence)
    if len(series) >= MIN_ITEMS and (pointed is None or _begins_one(series, pointed)):
        return series
    clauses = [] if series else _runs(sentence, ";", MIN_CLAUSES)
    runs = [*_runs(sentence, "、", MIN_ITEMS), *clauses]
    only = runs[0] if len(runs) == 1 else None
    run = only if pointed is None else _pointed_at(sentence, runs, clauses, pointed)
    if run is None and n_asked is not None and len(as_many := _of_so_many(sentence, runs, n_asked)) == 1:
        run, pointed = as_many[0], None  # no other is of so many
    if run is None:
        return []
    if run not in clauses:
        marked = run if pointed is None else _with_commas(sentence, run, pointed)
        run = _cut(sentence, marked, pointed)
        if n_asked == len(marked) == len(run) - 1:  # the last is one: 可见光通信与光计算
            run = [*run[:-2], Span(start=run[-2].start, end=run[-1].end)]
        run = run if n_asked is None or len(run) >= n_asked else _as_many(sentence, run, runs, n_asked)
    if len(runs) > 1 and len(run) != n_asked and run not in clauses:
        return []  # of several enumerations one may be half of what is asked for: the sentence has it whole
    items = [_bare(sentence, item) for item in run]
    sound = all(0 < len(item) <= MAX_ITEM_CHARS and not _cuts_a_number(sentence, item) for item in items)
    return items if sound else []


def _cuts_a_number(sentence: str, item: Span) -> bool:
    """Whether ``item`` begins or ends within a number: “1项” of “2751项” is no item."""
    return any(_WITHIN_A_NUMBER.match(sentence, max(at - 1, 0)) is not None for at in (item.start, item.end) if at)


def told_off(text: str) -> list[Span]:
    """“一是…，…；二是…”: each up to its full stop, or the next. From the first “一是” of the folded ``text``."""
    series: list[Span] = []
    for match in _TOLD_OFF.finditer(text):
        if parse_number(match["n"]) == len(series) + 1:
            if series and match.start("n") < series[-1].end:
                series[-1] = _bare(text, Span(start=series[-1].start, end=match.start("n")))
            stop = text.find("。", match.end())
            series.append(_bare(text, Span(start=match.start("n"), end=stop if stop >= 0 else len(text))))
    return series


def lines_behind(text: str, start: int, end: int) -> list[Span]:
    """The lines of ``text`` from ``start`` on, behind a colon, that each name one thing; none where they run on."""
    found: list[Span] = []
    for match in re.compile(r"[^\n]+").finditer(text, start, end):
        line = _bare(text, Span(start=match.start(), end=match.end()))
        if not 0 < len(line) <= MAX_LINE_CHARS or "。" in line.of(text):
            break
        found.append(line)
    return found if len(found) >= MIN_ITEMS else []


def _runs(sentence: str, mark: str, least: int) -> list[list[Span]]:
    """The stretches between clause ends that ``mark`` divides into ``least`` or more."""
    inside = _inside_brackets(sentence)
    ends = [m.start() for m in _CLAUSE_END.finditer(sentence) if m[0] != mark and m.start() not in inside]
    if mark == ";":  # what it divides are clauses, with commas in them
        ends = [at for at in ends if sentence[at] != ","]
    found, start = [], 0
    for end in [*ends, len(sentence)]:
        cuts = [at for at in range(start, end) if sentence[at] == mark and at not in inside]
        edges = [start, *(at + 1 for at in cuts)]
        run = [Span(start=a, end=b) for a, b in zip(edges, [*cuts, end], strict=True) if sentence[a:b].strip()]
        if len(run) >= least:
            found.append(run)
        start = end + 1
    return found


def _inside_brackets(sentence: str) -> frozenset[int]:
    inside, closes, opened = set[int](), "", 0
    for at, char in enumerate(sentence):
        if not closes and char in _BRACKETS:
            closes, opened = _BRACKETS[char], at
        elif closes and char == closes:
            inside.update(range(opened, at))
            closes = ""
    return frozenset(inside)


def _begins_one(series: Sequence[Span], pointed: Span) -> bool:
    """Whether it is pointed to an item from its beginning, or to what leads in; what stands deep in one is no list."""
    return pointed.end <= series[0].start or any(0 <= pointed.start - item.start <= MARK_CHARS for item in series)


def _pointed_at(
    sentence: str, runs: Sequence[list[Span]], clauses: Sequence[list[Span]], pointed: Span
) -> list[Span] | None:
    """That which ``pointed`` has most in common with: with several of its items, with what sums them up, or, where they
    are ``clauses``, with any."""
    about = [
        run
        for run in runs
        if run[0].start < pointed.end and pointed.start < run[-1].end
        if run in clauses
        or (pointed.start < run[-1].start and pointed.end > run[1].start)
        or 0 <= pointed.start - run[-1].start <= NEAR_CHARS + _end(sentence, run) - run[-1].start
    ]
    return max(
        about,
        key=lambda run: min(run[-1].end, pointed.end) - max(run[0].start, pointed.start),
        default=None,
    )


def _end(sentence: str, run: Sequence[Span]) -> int:
    """Where its last item ends, as far as what closes it says."""
    closed = _CLOSES.search(sentence, run[-1].start + 1, run[-1].end)
    return closed.start() if closed else run[-1].end


def _with_commas(sentence: str, run: list[Span], pointed: Span) -> list[Span]:
    """With the clauses beside it that are pointed to, too, where commas stand for marks of enumeration."""
    before, after = sentence[pointed.start : run[0].start], sentence[run[-1].end : pointed.end]
    if before.rstrip(" ").endswith(",") and not _NOT_BESIDE.search(before):
        run = [*_between(sentence, pointed.start, run[0].start), *run]
    if led := _LED_BY_COMMA.search(sentence, 0, run[0].start):
        run = [Span(start=led.start("item"), end=led.end("item")), *run]
    if after.startswith(",") and "、" in after and not _NOT_BESIDE.search(after):
        run = [*run, *_between(sentence, run[-1].end, pointed.end)]
    return run


def _as_many(sentence: str, run: list[Span], runs: Sequence[list[Span]], n: int) -> list[Span]:
    """With the enumerations behind it that nothing but a comma parts from it, if they are ``n`` together."""
    more = list(run)
    for other in runs:
        if other[0].start >= more[-1].end and sentence[more[-1].end : other[0].start].strip() == ",":
            more += _cut(sentence, other, None)
    return more if len(more) == n else run


def _of_so_many(sentence: str, runs: Sequence[list[Span]], n: int) -> list[list[Span]]:
    """Those of ``runs`` that are ``n`` things, or begin as many as the sentence says that there are."""
    found = []
    for run in runs:
        items = _cut(sentence, run, None)
        stated = stated_behind(sentence, items[-1].end)
        if (stated[1] if stated else len(items)) == n:
            found.append(run)
    return found


def _between(sentence: str, start: int, end: int) -> Iterator[Span]:
    for match in re.compile("[^,、]+").finditer(sentence, start, end):
        if match[0].strip():
            yield Span(start=match.start(), end=match.end())


def _cut(sentence: str, run: list[Span], pointed: Span | None) -> list[Span]:
    """Without what leads in before the first item and what closes the last; that, where it joins two, as two."""
    first, last = run[0], run[-1]
    start, end = first.start, last.end
    if pointed is not None and first.start < pointed.start < first.end:
        start = pointed.start - (sentence[pointed.start - 1] in _OPENS)
    else:
        for match in _LEADS.finditer(sentence, first.start, first.end - 1):
            start = match.end()
        lengths = {len(item) for item in run[1:-1]}
        if start == first.start and len(lengths) == 1 and len(first) >= 2 * max(lengths):
            start = first.end - lengths.pop()  # as long as its like, where all are
    start = _with_verb(sentence, run, start)
    closed = _CLOSES.search(sentence, last.start + 1, last.end)
    if closed is None and not any(_OF.search(sentence, item.start, item.end) for item in run[:-1]):
        closed = _OF.search(sentence, last.start + 1, last.end)
    if closed is not None:
        end = closed.start()
    elif pointed is not None and last.start < pointed.end < last.end:
        end = pointed.end
    joined = _AND.search(sentence, last.start + 2, end - 1)
    is_closed = closed is not None and closed[0] == "等"  # “住房和城乡建设等”, but for “…和医药健康等六大产业”
    stated = stated_behind(sentence, end) if is_closed else None
    if joined is None or (is_closed and (stated is None or stated[1] != len(run) + 1)):
        tail = [Span(start=last.start, end=end)]
    else:
        tail = [Span(start=last.start, end=joined.start()), Span(start=joined.end(), end=end)]
    return [Span(start=start, end=first.end), *run[1:-1], *tail]


def _with_verb(sentence: str, run: list[Span], start: int) -> int:
    """Where the first item starts with its verb, where all the others have one: “强调实行甲、坚持乙和加强丙”."""
    verb = _ENDS_IN_VERB.search(sentence, run[0].start, start)
    if verb is None or not all(_VERB.match(sentence, item.start) for item in run[1:]):
        return start
    return verb.start()


def _bare(text: str, span: Span) -> Span:
    """Without the marks around it; and without a quotation mark whose other half is not in it."""
    start, end = span.start, span.end
    quotes = text[start:end].count('"') % 2 or text[start:end].count("“") != text[start:end].count("”")
    marks = _BARE + ('"“”' if quotes else "")
    while start < end and text[start] in marks:
        start += 1
    while end > start and text[end - 1] in marks:
        end -= 1
    return Span(start=start, end=end)
