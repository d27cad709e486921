"""English sentences over Chinese sources."""

from __future__ import annotations

import pytest

from service.verify import Source, verify

REVIEW, PLAN = ("一、2022年工作回顾",), ("三、2023年工作安排",)


def _source(text: str, heading_path: tuple[str, ...] = REVIEW) -> Source:
    return Source(text, heading_path, "2023年南山区政府工作报告", "南山区", 2023)


GDP = "地区生产总值增长5.2%，达到1386.4亿元。"
JOBS = "城镇新增就业1.83万人，失业率降低0.3个百分点。"
TRUE = (
    (GDP, "In 2022, Nanshan's GDP grew by 5.2% to 138.64 billion yuan."),
    (GDP, "Nanshan District recorded GDP of 138.64 billion yuan, up 5.2 percent."),
    (JOBS, "A total of 18,300 urban jobs were created, and the unemployment rate fell by 0.3 percentage points."),
    ("新建学校5所、医院3家。", "Five schools and three hospitals were built."),
    ("近三成企业未按时报告。", "Nearly 30% of the companies did not report on time."),
    ("累计完成投资超过1.2亿元。", "Investment of more than 120 million yuan was completed."),
    ("桥梁全长2.5公里，3月16日建成通车。", "The 2.5-kilometer bridge opened on March 16."),
    ("企业从640家增至1323家。", "The number of companies rose from 640 to 1,323."),
)
WRONG = (
    (GDP, "In 2022, Nanshan's GDP grew by 5.3% to 138.64 billion yuan.", "figure"),
    (GDP, "In 2022, Nanshan's GDP grew by 5.2% to 1.3864 billion yuan.", "figure"),
    (GDP, "In 2022, Nanshan's GDP fell by 5.2%.", "figure"),
    (GDP, "In 2021, Nanshan's GDP grew by 5.2%.", "year"),
    (GDP, "Luohu District recorded GDP of 138.64 billion yuan.", "name"),
    (JOBS, "The unemployment rate fell by 0.3 percent.", "figure"),
    (JOBS, "About 18,300 urban jobs were created.", "figure"),
    ("桥梁全长2.5公里，3月16日建成通车。", "The 2.5-kilometer bridge opened on March 18.", "date"),
    ("桥梁全长2.5公里，3月16日建成通车。", "The 2.5-kilometer bridge opened in May.", "date"),
    ("3个乡镇未完成整改。", "Three townships completed the rectification.", "polarity"),
    ("3个乡镇完成整改。", "Three townships did not complete the rectification.", "polarity"),
    ("计划新建学校5所。", "Five schools were built.", "modality"),
)


@pytest.mark.parametrize(("text", "said"), TRUE)
def test_what_says_the_same_is_supported(text: str, said: str) -> None:
    verdict = verify(said, [_source(text)])
    assert verdict.outcome == "supported", verdict
    assert verdict.checked


@pytest.mark.parametrize(("text", "said", "kind"), WRONG)
def test_what_says_something_else_is_not(text: str, said: str, kind: str) -> None:
    verdict = verify(said, [_source(text)])
    assert verdict.outcome in ("contradicted", "not_found"), verdict
    assert verdict.reason == kind, verdict


def test_a_plan_by_its_heading_is_not_told_as_done() -> None:
    planned = _source("新建学校5所。", PLAN)
    assert verify("Five schools will be built in 2023.", [planned]).outcome == "supported"
    assert verify("Five schools were built in 2023.", [planned]).reason == "modality"


def test_what_no_rule_can_compare_is_unchecked() -> None:
    verdict = verify("The business environment was improved.", [_source("营商环境持续优化。")])
    assert (verdict.outcome, verdict.checked) == ("unchecked", ())
