"""Sentences written by hand, each with the sentence it cites: true, or wrong in one thing."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from service.verify import Source, verify

ROWS = json.loads((Path(__file__).parents[2] / "data" / "verdicts.json").read_text(encoding="utf-8"))
PLANNED = (
    ("新建学校8所，新增学位1.2万个。", "2023年，澜川市计划新建学校8所，新增学位1.2万个。", True),
    ("新建学校8所，新增学位1.2万个。", "2023年新建学校8所。", True),
    ("新建学校8所，新增学位1.2万个。", "澜川市已新建学校8所。", False),
    ("新建学校8所，新增学位1.2万个。", "2022年新建了学校8所。", False),
    ("地区生产总值增长6%左右。", "2023年地区生产总值增长目标为6%左右。", True),
    ("地区生产总值增长6%左右。", "2023年地区生产总值预期增长6%左右。", True),
    ("地区生产总值增长6%左右。", "2023年地区生产总值增长了6%左右。", False),
)


def _outcome(text: str, said: str, heading: str) -> str:
    return verify(said, [Source(text, (heading, "（一）经济"), "2023年澜川市政府工作报告", "澜川市", 2023)]).outcome


@pytest.mark.parametrize(("text", "said", "holds"), ROWS)
def test_a_sentence_of_a_review(text: str, said: str, holds: bool) -> None:
    assert (_outcome(text, said, "一、2022年工作回顾") == "supported") is holds


@pytest.mark.parametrize(("text", "said", "holds"), PLANNED)
def test_a_sentence_of_a_plan(text: str, said: str, holds: bool) -> None:
    assert (_outcome(text, said, "三、2023年工作安排") == "supported") is holds
