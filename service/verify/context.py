"""What around a statement takes it back: a view of some, a condition, an exception; what a heading calls a problem."""

from __future__ import annotations

import re
from collections.abc import Iterator

from service.verify.evidence import Cited, Evidence, Fault
from service.verify.reading import Reading
from service.verify.wording import nearest_clauses

# What opens it in the source, and what the sentence must have where it tells the same.
_FRAMES = (
    (
        re.compile(r"有的(?:\w{0,4})?(?:认为|觉得|以为)|有人(?:认为|觉得|说)|误以为|错误地?认为|片面认为|总以为"),
        re.compile("认为|觉得|以为|观点|看法|说"),
    ),
    (
        re.compile(
            r"如果|倘若|假如|若(?=[^干])|一旦|除非|(?:^|[,。;])如(?=[^下上何期实图此今火同意约])[^,。;]{2,12}的?,"
        ),
        re.compile("如|若|一旦|除非|时|条件|的话|情况下"),
    ),
    (re.compile(r"除[^,。;]{1,16}(?:外|以外|之外)"), re.compile("除|以外|之外|不含|不包括|其余|其他|例外")),
)
_PROBLEM = re.compile(r"问题|不足|困难|短板|薄弱|挑战|差距|矛盾|教训")
_PRAISE = re.compile(r"成效|成绩|显著|良好|优势|亮点|经验|突出成果|圆满|出色|优异|优秀|领先|有力")
_BLAME = re.compile(r"问题|不足|困难|短板|薄弱|差距|滞后|不力|失误|不够")
_REPORTED_CHARS = 40


def context_holds(sentence: Reading, evidence: Evidence) -> Iterator[Fault | None]:
    """None where ``sentence`` keeps what frames it in the sources."""
    for opens, keeps in _FRAMES:
        for reading in evidence.readings:
            for match in opens.finditer(reading.text):
                framed = next((clause for clause in reading.clauses if clause.end > match.end()), reading.clauses[-1])
                told = any(
                    whose is reading and clause == framed
                    for own in sentence.clauses
                    for whose, clause in nearest_clauses(sentence, own, evidence)
                )
                if told:
                    holds = keeps.search(sentence.text)
                    yield None if holds else Fault("contradicted", sentence.text[:_REPORTED_CHARS], match[0])
    if evidence.cited and all(_is_problem(one) for one in evidence.cited):
        for match in _PRAISE.finditer(sentence.text):
            yield None if match[0] in evidence.text else Fault("contradicted", match[0], evidence.cited[0].headings[-1])
    elif evidence.cited:
        for match in _BLAME.finditer(sentence.text):
            holds = _BLAME.search(evidence.everything) or re.search("[不未难弱缺少低慢]", evidence.text)
            yield None if holds else Fault("not_found", match[0])


def _is_problem(one: Cited) -> bool:
    return any(_PROBLEM.search(heading) for heading in one.headings[-2:])
