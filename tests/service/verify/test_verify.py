"""What rules find in a sentence that says something else than its sources."""

from __future__ import annotations

import time

import pytest

from service.verify import Source, verify

TITLE = "2023年澜川市政府工作报告"
REVIEW = ("一、2022年工作回顾",)
PLAN = ("三、2023年工作安排",)
PROBLEMS = ("二、存在的问题",)


def _source(text: str, heading_path: tuple[str, ...] = REVIEW) -> Source:
    return Source(text, heading_path, TITLE, "澜川市", 2023)


# the cited sentence; what was made of it, and is as true
TRUE = (
    ("地区生产总值增长5.2%，达到1386.4亿元。", "全市地区生产总值达到1386.4亿元，增长5.2%。"),
    ("地区生产总值增长5.2%，达到1386.4亿元。", "2022年，澜川市地区生产总值达到13864000万元，增长百分之五点二。"),
    ("全年受理行政复议案件412件，审结389件。", "全年审结389件行政复议案件，受理412件。"),
    ("全年受理行政复议案件412件，审结389件。", "全年受理行政复议案件４１２件。"),
    ("全年受理行政复议案件412件，审结389件。", "全年受理行政復議案件412件，審結389件。"),
    ("近三成企业未按时报告。", "将近30%的企业未按时报告。"),
    ("28.6%的企业未按时报告。", "近三成的企业没有按时报告。"),
    ("一产、二产、三产分别增长3.1%、5.4%、6.0%。", "三产、二产、一产分别增长6.0%、5.4%、3.1%。"),
    ("部分乡镇执法力量不足。", "部分乡镇的执法力量仍然不足。"),
)
# the cited sentence; what was made of it, and is wrong; the kind of fault; the outcome
WRONG = (
    ("全年受理行政复议案件412件，审结389件。", "全年受理行政复议案件413件，审结389件。", "figure"),
    ("全年受理行政复议案件412件，审结389件。", "全年受理行政复议案件389件，审结412件。", "figure"),
    ("新建学校5所，改建医院3所。", "新建学校3所，改建医院5所。", "figure"),
    ("企业从640家增至1323家。", "企业从1323家增至640家。", "figure"),
    ("一产、二产分别增长3.1%、5.4%。", "一产、二产分别增长5.4%、3.1%。", "figure"),
    ("总投资97亿元。", "总投资97万元。", "figure"),
    ("税收占比提高2.3个百分点。", "税收占比提高2.3%。", "figure"),
    ("约98%的群众表示满意。", "98%的群众表示满意。", "figure"),
    ("98%的群众表示满意。", "约98%的群众表示满意。", "figure"),
    ("企业超过300家。", "企业不足300家。", "figure"),
    ("查处环境违法案件4**件。", "查处环境违法案件412件。", "figure"),
    ("到2025年，建成学校5所。", "到2026年，建成学校5所。", "year"),
    ("3月16日，召开专题会议。", "3月18日，召开专题会议。", "date"),
    ("地区生产总值增长5.2%。", "地区生产总值下降5.2%。", "opposite"),
    ("降低企业成本，提高办事效率。", "提高企业成本，提高办事效率。", "opposite"),
    ("3个乡镇未完成整改任务。", "3个乡镇完成整改任务。", "polarity"),
    ("3个乡镇完成整改任务。", "3个乡镇未完成整改任务。", "polarity"),
    ("办事流程不够简便，材料多。", "办事流程够简便，材料多。", "polarity"),
    ("将建成体育公园12个。", "已建成体育公园12个。", "modality"),
    ("已建成体育公园12个。", "将建成体育公园12个。", "modality"),
    ("计划新增学位2万个。", "新增学位2万个。", "modality"),
    ("市教育局开展专项检查。", "市财政局开展专项检查。", "name"),
    ("青屏县开展专项检查。", "朔原县开展专项检查。", "name"),
    ("出台《澜川市养老服务条例》。", "出台《澜川市物业管理条例》。", "name"),
    ("部分企业完成改造。", "全部企业完成改造。", "quantifier"),
    ("同比增长5.2%。", "环比增长5.2%。", "period"),
    ("有的认为办事流程已经很简便。", "办事流程已经很简便。", "context"),
    ("财政收入保持平稳运行。", "财政收入保持平稳运行，群众文化生活日益丰富多彩。", "content"),
)


@pytest.mark.parametrize(("text", "said"), TRUE)
def test_what_says_the_same_is_supported(text: str, said: str) -> None:
    verdict = verify(said, [_source(text)])
    assert verdict.outcome == "supported", verdict


@pytest.mark.parametrize(("text", "said", "kind"), WRONG)
def test_what_says_something_else_is_not(text: str, said: str, kind: str) -> None:
    assert verify(text, [_source(text)]).outcome == "supported"
    verdict = verify(said, [_source(text)])
    assert verdict.outcome in ("contradicted", "not_found"), verdict
    assert verdict.reason == kind, verdict


def test_the_values_that_disagree_are_told() -> None:
    verdict = verify("全年受理行政复议案件413件。", [_source("全年受理行政复议案件412件。")])
    assert verdict.outcome == "contradicted"
    assert "413件" in str(verdict.said)
    assert "412件" in str(verdict.source)


def test_a_plan_by_its_heading_is_not_told_as_done() -> None:
    planned = _source("建设学校5所，新增学位2万个。", PLAN)
    assert verify("2023年将建设学校5所。", [planned]).outcome == "supported"
    assert verify("已建设学校5所。", [planned]).reason == "modality"


def test_what_a_heading_calls_a_problem_is_not_praised() -> None:
    item = _source("执法机构职责交叉。", PROBLEMS)
    assert verify("执法机构职责交叉的问题仍然存在。", [item]).outcome == "supported"
    assert verify("执法机构职责交叉的成效显著。", [item]).reason == "context"


def test_what_says_nothing_is_unchecked() -> None:
    assert verify("具体情况如下：", [_source("全年受理案件412件。")]).outcome == "unchecked"
    assert verify("", [_source("全年受理案件412件。")]).outcome == "unchecked"


def test_what_cites_nothing_is_not_found() -> None:
    assert verify("全年受理案件412件。", []).outcome == "not_found"


def test_two_sources_together() -> None:
    sources = [_source("受理案件412件。"), _source("建成学校5所。")]
    assert verify("受理案件412件，建成学校5所。", sources).outcome == "supported"
    assert verify("受理案件412件，建成学校6所。", sources).outcome == "contradicted"


def test_it_is_quick() -> None:
    text = "，".join(f"第{n}项指标完成{n * 7}件、增长{n}.{n}%" for n in range(2, 20))
    verify(text, [_source(text)])
    start = time.perf_counter()
    for n in range(20):
        verify(f"{text}{n}", [_source(text)])
    assert (time.perf_counter() - start) / 20 < 0.1  # seconds: twenty times what a sentence of usual length takes


@pytest.mark.parametrize(
    "said",
    [
        "根据2023年澜川市政府工作报告，2022年建成学校5所。",
        "澜川市政府工作报告显示，全市建成了5所学校。",
        "- 2022年，澜川市建成学校5所。",
        "1. 建成学校**5所**。",
        "建成学校5所[1]。",
    ],
)
def test_how_a_model_dresses_a_sentence_is_no_fault(said: str) -> None:
    assert verify(said, [_source("建成学校5所。")]).outcome == "supported"


def test_stars_of_a_source_stay_masks() -> None:
    assert verify("查处案件**4件**。", [_source("查处案件4**件。")]).outcome != "supported"


def test_a_heading_alone_supports_nothing() -> None:
    cited = _source("新建污水处理站3座。", ("一、节能降耗成效明显",))
    assert verify("节能降耗成效明显。", [cited]).outcome == "not_found"
