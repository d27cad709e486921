"""What kind of paper a report is: 政府工作报告, 统计公报, 条例, 通知…, by how its title ends or what it names."""

from __future__ import annotations

import re
from collections.abc import Iterable

from indexer.chinese.dates import CENTURIES
from indexer.chinese.folding import fold
from indexer.chinese.numerals import BELOW_100
from indexer.metadata.lines import inside
from indexer.types import ReadValue

GOVERNMENT = "政府工作报告"
# Official letters are what their title ends with, whatever it is about (关于印发《…报告》的通知).
LETTERS = "通知 通报 决定 决议 公告 通告 批复 答复 意见 请示 议案 会议纪要 函 令".split()
_LETTER = re.compile(rf"(?P<kind>{'|'.join(LETTERS)})$")
# Reports that tell of a year that is over; the last word of a title is 报告 for most, so what stands in it decides.
_REPORTS: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (kind, re.compile(pattern))
    for kind, pattern in (
        ("调研报告", r"(?:调研|调查|考察)(?:工作)?报告|调研材料"),
        ("政府信息公开年报", r"(?:政府信息公开|政务公开).{0,6}(?:年度?报告|年报|报告)"),
        ("法治政府建设报告", r"(?:法治政府建设|依法行政).{0,12}(?:年度)?报告"),
        ("审计报告", r"审计.{0,6}(?:报告|结果公告)|审计结果"),
        ("决算", r"决算"),
        ("预算", r"预算"),
        ("计划报告", r"国民经济和社会发展.{0,4}计划.{0,30}报告"),
        ("统计公报", r"统计公报|统计报告"),
        (GOVERNMENT, r"政府工作报告"),
        ("政府工作报告", r"(?<!政府)(?<!人大)人民政府工作(?:情况)?的?报告"),
        ("法院工作报告", r"法院工作报告"),
        ("检察院工作报告", r"检察院工作报告"),
        ("人大常委会工作报告", r"(?:人民代表大会常务委员会|人大常委会)工作报告"),
        ("评估报告", r"评估报告"),
        ("自查报告", r"自查报告"),
    )
)
_ENDS: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (kind, re.compile(rf"(?:{pattern})$"))
    for kind, pattern in (
        ("宪法", r"宪法"),
        ("条例", r"条例"),
        ("规定", r"规定|规则"),
        ("办法", r"办法|细则"),
        ("法律", r"(?<![方办看用做无司立执普违合])法"),
        ("规划", r"规划|纲要"),
        ("方案", r"方案"),
        ("计划", r"计划|要点"),
        ("总结", r"总结"),
        ("公报", r"公报"),
        ("年鉴", r"年鉴"),
        ("讲话", r"讲话"),
        ("汇报", r"汇报"),
        ("工作报告", r"工作(?:情况)?的?报告"),
        ("报告", r"报告"),
    )
)
# Kinds that tell of the year in their title; a 政府工作报告 tells of the year before it.
OF_THEIR_YEAR = frozenset("法治政府建设报告 政府信息公开年报 审计报告 决算 预算 计划报告 统计公报".split())
# What may follow the title's last word: a number of copies, a draft, a part, a year.
_BEHIND = re.compile(
    rf"(?:[\s_]*(?:[(（\[【][^()（）]{{1,14}}[)）\]】]|{CENTURIES}(?:年度?)?|篇[{BELOW_100}\d]+|全文|正文))+$"
)
KINDS = tuple(dict.fromkeys([*LETTERS, *(kind for kind, _ in _REPORTS), *(kind for kind, _ in _ENDS)]))


def kind_of(named: Iterable[ReadValue]) -> ReadValue | None:
    """The kind that the first of ``named`` (a title, a name) says which says one; its span is the words that do."""
    for value in named:
        title = _BEHIND.sub("", fold(value.value))
        if match := _LETTER.search(title):
            return inside(value, *match.span(), match["kind"])
        for kind, pattern in (*_REPORTS, *_ENDS):
            if found := pattern.search(title):
                return inside(value, *found.span(), kind)
    return None
