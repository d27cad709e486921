"""What is counted with its like under one name: 商事主体 are enterprises, households in trade and cooperatives, and how
many there are of all is not how many there are of one kind, nor is how many of another."""

from __future__ import annotations

import re
from collections.abc import Sequence

from service.figures import Figure, unit_class

# The names of each whole, and of each of its kinds, by what the registers of the country call them.
_WHOLES = tuple(
    tuple(tuple(names.split()) for names in (whole, *kinds))
    for whole, *kinds in (
        ("商事主体 市场主体 经营主体", "企业 公司", "个体工商户 个体户", "合作社"),
        ("医疗机构 医疗卫生机构", "医院", "卫生院", "卫生室 卫生站", "诊所"),
        ("学校", "幼儿园", "小学", "初中", "高中", "大学 高校"),
    )
)
_HOW_MANY = r"(?:多少|几)"
# 新登记企业多少家, 有多少家企业, 企业数量增长多少.
_COUNTED = (
    r"(?:{names})(?:登记|注册)?的?(?:总[量数]|数量?)?(?:[有是为达到约共了]|新增|同比|增[长加]|大[概约])*" + _HOW_MANY,
    _HOW_MANY + r"(?:万|千)?[家户个所]?(?:新?(?:登记|注册|增)的?)?(?:{names})",
)
_CLAUSE_END = re.compile(r"[,，;；。:：]")


def asked_kind(question: str) -> tuple[str, ...]:
    """The names of the kind of things that the folded ``question`` counts, where it has a whole with others; empty
    where it counts another thing, or the whole, or several kinds."""
    said = [names for names, _ in _kinds() if _counts(question, names)]
    return said[0] if len(said) == 1 else ()


def is_of_kind(kind: tuple[str, ...], sentence: str, asked: Sequence[Figure]) -> bool:
    """Whether the figures ``asked`` for in the folded ``sentence`` may count things of ``kind``: what is named last up
    to the end of their clause is not all of the whole, or another kind of it."""
    others = next((others for names, others in _kinds() if names == kind), ())
    if not others or not asked or any(unit_class(figure.unit) not in ("things", "share", None) for figure in asked):
        return True
    return any(_last_named(sentence, figure, kind, others) in (None, True) for figure in asked)


def _last_named(sentence: str, figure: Figure, kind: tuple[str, ...], others: tuple[str, ...]) -> bool | None:
    """Whether ``kind`` is among what is named in the clause of ``figure`` that names any of them, or the last before
    it; None where none does."""
    end = _CLAUSE_END.search(sentence, figure.span.end)
    for clause in reversed(_CLAUSE_END.split(sentence[: end.start() if end else None])):
        if any(name in clause for name in kind):
            return True
        if any(name in clause for name in others):
            return False
    return None


def _kinds() -> list[tuple[tuple[str, ...], tuple[str, ...]]]:
    """Each kind with the names of its whole and of the other kinds of that."""
    return [
        (kind, tuple(name for names in (whole, *kinds) if names != kind for name in names))
        for whole, *kinds in _WHOLES
        for kind in kinds
    ]


def _counts(question: str, names: tuple[str, ...]) -> bool:
    return any(re.search(pattern.format(names="|".join(names)), question) for pattern in _COUNTED)
