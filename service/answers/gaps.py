"""Whether all the points are there that a source has, or says that it has.

A copy may break off, a page of it may be lost, and an author may announce five points and write three. Three signs,
each in the text: the number that the words before the first point state, a number that the marks pass over, and an end
in the middle of a sentence or right behind a heading.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from indexer.chinese.folding import fold
from indexer.chinese.numerals import BELOW_100, DIGITS
from indexer.outline.headings import parse_number
from indexer.types import Span
from service.answers.types import Gap

MAX_LEAD_CHARS = 120  # before the first point, in which their number is stated
MIN_LINE_CHARS = 20  # of a last line that ends in no mark: a shorter one is a signature, or a date
MIN_BODY_CHARS = 10  # of what a heading heads
MAX_PASSED_OVER = 2  # numbers in a row; where more are missing another series has begun

_MASK = "**"
_N = rf"(?<![第前近另每各几十\d.“\"「])(?P<n>[两{DIGITS[2:]}]|[{DIGITS[1:]}]?十[{DIGITS[1:]}]?|\d{{1,2}})"
_NOUN = (
    r"问题|不足|短板|困难|挑战|建议|意见|对策|措施|举措|任务|工作|做法|经验|原因|要点|环节|内容|特点|实事|大事|原则|重点"
    r"|目标|要求|情况|事项|成效|变化"
)
# “主要有以下五个方面的问题:”, “重点抓好十件实事。”: at the end of what leads in.
STATED = re.compile(
    rf"(?P<said>{_N}(?:个?大?(?:方面|部分|环节)|[个大]?(?:{_NOUN})|[条点类项件种](?:{_NOUN})?))"
    r"[^,;。:、\d]{0,12}[:。,]?\s*$"
)
_CLOSED_BY = re.compile(rf"等{_N}(?:余|多)?(?=[个项类种条家所名位大件]|方面|部门|领域)")
_MARK = re.compile(rf"[(（〔【]?第?(?P<n>[{BELOW_100}]{{1,3}}|\d{{1,2}})(?:[)）〕】、.．:：是]|部分|章|节)")
_UNFINISHED = re.compile(
    r"[、,:(（]$|(?:未完|待续|下略|以下[略缺残]|此处[略缺残]|后文[略缺残]|缺页)[)）】\]。]?$"
    rf"|(?:^|\n)[(（]?[{BELOW_100}\d]{{1,3}}[)）、.．]\s*$"
)
_VALUE = re.compile(r"[:|\t][^,;。:]{0,20}$")  # of a row or a form: “推广范围:全国”
_ENDED = re.compile(r"[。!?;…”」』》)\]】>|*_.\"']$")


def n_masked(text: str, items: Sequence[Span]) -> int:
    """How many of ``items`` the source covers, in part or whole."""
    return sum(_MASK in item.of(text) for item in items)


def gap_of(text: str, lead: Span, points: Sequence[Span], end: int) -> Gap | None:
    """What ``points`` of ``text`` lack, behind the words of ``lead`` and before ``end`` of their section; None where
    nothing shows that they lack anything."""
    stated = stated_before(text, lead)
    found = Gap(
        n_there=len(points),
        stated=stated[0] if stated and stated[1] != len(points) else None,
        n_stated=stated[1] if stated and stated[1] != len(points) else None,
        passed_over=_passed_over(text, points),
        broken_off=points[-1] if _breaks_off(text, points, end) else None,
    )
    return found if found.stated or found.passed_over or found.broken_off else None


def stated_before(text: str, lead: Span) -> tuple[Span, int] | None:
    """The words at the end of ``lead`` that say how many points follow, and how many that is."""
    start = max(lead.start, lead.end - MAX_LEAD_CHARS)
    folded = fold(text[start : lead.end])
    if len(folded) != lead.end - start:
        return None
    match = STATED.search(folded)
    n = parse_number(match["n"].replace("两", "二")) if match else 0
    if match is None or n < 2:  # one is no series
        return None
    return Span(start=start + match.start("said"), end=start + match.end("said")), n


def stated_behind(sentence: str, end: int) -> tuple[Span, int] | None:
    """“…等9个行业” behind the last item of an enumeration, which ends at ``end`` of the folded ``sentence``."""
    match = _CLOSED_BY.match(sentence, end)
    n = parse_number(match["n"].replace("两", "二")) if match else 0
    return (Span(start=match.start("n"), end=match.end() + 1), n) if match and n else None


def _passed_over(text: str, points: Sequence[Span]) -> tuple[str, ...]:
    """The marks between those of two neighbours that stand nowhere between them."""
    marks = [_MARK.match(point.of(text)) for point in points]
    found: list[str] = []
    for at, (mark, following) in enumerate(pairwise(marks)):
        if mark is None or following is None or _style(mark) != _style(following):
            continue
        numbers = range(parse_number(mark["n"]) + 1, parse_number(following["n"]))
        if not 0 < len(numbers) <= MAX_PASSED_OVER:
            continue
        between = text[points[at].end : points[at + 1].start]
        absent = [following[0].replace(following["n"], _written(n, following["n"]), 1) for n in numbers]
        found += [one for one in absent if one not in between]
    return tuple(one.rstrip("、.．:：是") for one in found)


def _style(mark: re.Match[str]) -> tuple[str, bool]:
    return mark[0].replace(mark["n"], "", 1), mark["n"].isdigit()


def _written(n: int, like: str) -> str:
    if like.isascii():
        return str(n)
    tens, ones = divmod(n, 10)
    return (DIGITS[tens] if tens > 1 else "") + ("十" if tens else "") + (DIGITS[ones] if ones or not tens else "")


def _breaks_off(text: str, points: Sequence[Span], end: int) -> bool:
    """Whether the source ends within the last of them: in the middle of a sentence, or with its heading, where those
    before it head something."""
    if text[end:].strip():
        return False
    tail = fold(text[:end]).rstrip()
    if _UNFINISHED.search(tail[-40:]):
        return True
    bodies = [text[a.end : b.start].strip("。．. \n　\t") for a, b in pairwise(points)]
    last = text[points[-1].end : end].strip()  # a full stop, where the point is a sentence of its own
    if not last and 2 * sum(len(body) >= MIN_BODY_CHARS for body in bodies) > len(bodies):
        return True
    line = tail[tail.rfind("\n") + 1 :].strip()
    return bool(last) and len(line) >= MIN_LINE_CHARS and not _ENDED.search(line) and not _VALUE.search(line)
