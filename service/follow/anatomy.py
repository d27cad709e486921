"""A Chinese question taken apart: what it is about, whose and when, and how it is asked. Rules read the folded text."""

from __future__ import annotations

import re
from dataclasses import dataclass

from indexer.chinese.folding import fold
from indexer.types import Span
from service.clauses import CASE_VERBS, EMPTY, HOW_MUCH, MIN_SUBJECT_CHARS, Clause, bare, clause_of
from service.follow.types import Regions

CHANGE = r"(?:增长|下降|减少|增加|提高|降低|上升|回落|上涨|缩小|扩大)"
HANDLED = (
    rf"(?:{CASE_VERBS}|撤销|纠正|维持|驳回|建成|新建|投入"
    r"|接待|举办|发放|修建|引进|化解|调处)"
)
WHICH = rf"(?:百分之)?(?:{HOW_MUCH})|什么|哪|谁|怎[么样]|如何|为何|是否|有没有|有无"
ASK = re.compile(
    r"(?:分别|各自|一共|总共|共计?|大概|大约|同比|环比|究竟|到底|又|也|都|还)*"
    r"(?P<verb>是|为|有|达到?|占|存在|提出|包括|位?居|采取|取得|开展|出台|制定|面临|遇到|规定)?"
    rf"(?P<change>{CHANGE})?[了到至]?(?P<which>{WHICH})"
)
ASKS = re.compile(WHICH)
_ONE_ASKED = re.compile(
    rf"^(?:(?:百分之)?(?:{HOW_MUCH})[万亿]*(?:平方公里|公里|平方米|公顷|[座个家件人名所条种项处户辆台吨亩次位艘])?"
    r"|哪[一]?[些个家位种里]?|什么样?的?|谁)[是为在的]?"
)
_NUMBER = re.compile(rf"(?:百分之)?(?:{HOW_MUCH})")
_LEFT_OPEN = re.compile(r"(?:将|从|由|在|于|向|对|被|会|要|已经?|计划|拟)+$")  # 新规定将从 before 哪一年
MARKS = " ?？,，。;；!！、\n"
SOFT = re.compile(r"(?:的话|[呢吗吧啊呀嘛么的\W])+$")


@dataclass(frozen=True)
class Anatomy:
    """What a question asks ``about``, with place and year, and its ``ask``; ``subject`` is without the names. Of the
    ask, ``verb`` leads it, ``change`` says growth or fall, ``which`` is its question word, and ``thing`` is what stands
    behind that (“有多少座水库”); ``before`` is all that leads to that word but the names."""

    clause: Clause
    about: str
    subject: str
    ask: str
    verb: str
    change: str
    which: str
    thing: str
    before: str = ""

    @property
    def number(self) -> bool:
        """Whether it is asked how much or how many."""
        return bool(_NUMBER.match(self.which))

    @property
    def at_end(self) -> bool:
        """Whether what is asked of stands behind the question word alone."""
        return bool(self.thing) and self.about.endswith(self.thing)


def anatomy(text: str, regions: Regions) -> Anatomy:
    """``text`` taken apart; what it lacks is empty."""
    clause = clause_of(text, text, regions)
    folded = fold(text)
    match = ASK.search(folded)
    if match is None:
        about = SOFT.sub("", text).strip(MARKS)
        about, ask = (about[:-1], about[-1]) if about.endswith(("是", "为")) else (about, "")
        return Anatomy(clause, about, without_names(about, regions), ask, "", "", "", "")
    head, tail = _LEFT_OPEN.sub("", text[: match.start()].rstrip(" ,，")), text[match.start() :].strip(MARKS)
    thing = ""
    if n_said(head, regions) < MIN_SUBJECT_CHARS or match["which"] in ("什么", "哪"):
        behind = text[match.start("which") :]
        thing = SOFT.sub("", behind[len(behind) - len(_ONE_ASKED.sub("", fold(behind))) :]).strip(MARKS)
    before = without_names(text[: match.start("which")], regions)
    about = head + thing if n_said(head, regions) < MIN_SUBJECT_CHARS else head
    subject = re.sub(rf"^{HANDLED}+(?=..)", "", without_names(about, regions))
    verb, change = match["verb"] or "", match["change"] or ""
    return Anatomy(clause, about, subject, tail, verb, change, match["which"], thing, before)


def n_said(text: str, regions: Regions) -> int:
    """The number of characters of ``text`` that name a subject."""
    return len(re.sub(HANDLED, "", EMPTY.sub("", bare(clause_of(text, text, regions)))))


def without_names(text: str, regions: Regions) -> str:
    """Without the works, times and places that it names, and what joined them to the rest."""
    for span in _spans(clause_of(text, text, regions)):
        text = text[: span.start] + text[span.end :]
    return re.sub(r"^[的在,，、\s]+", "", text)


def _spans(clause: Clause) -> list[Span]:
    """All that it names, the last first."""
    return sorted((span for spans in clause.named.values() for span in spans), key=lambda span: -span.start)
