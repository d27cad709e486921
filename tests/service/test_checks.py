"""Of which year and place, in what unit, a plan or what happened: by the sentence and what it inherits."""

from __future__ import annotations

from typing import Any

import pytest

from service.checks import is_plan
from service.types import Question

REVIEW = "一、2022年工作回顾\n全年受理行政复议案件412件，工业投资增长9.3%。\n"
PLAN = "二、2023年工作安排\n工业投资增长12%左右，新建公园7座。\n"
REPORTS = {
    "2023年国务院政府工作报告.txt": "一、2022年工作回顾\n城镇新增就业1206万人，研发经费投入增长10.1%。\n",
    "2023年朔原县政府工作报告.txt": REVIEW + PLAN,
    "2023年青屏县政府工作报告.txt": "一、工作回顾\n"
    "粮食总产量62.5万吨，朔原县到青屏县的公路全长38公里。今年，新增停车位600个。\n",
    "2023年山桥县人民政府关于农业发展的意见.txt": "到2025年，农机装备水平明显提升。"
    "农机总动力达到31万千瓦，机耕率达到85%。\n"
    "到2030年，农业全面现代化。农机总动力达到36万千瓦。\n",
}


@pytest.fixture(scope="module")
def asker(make_asker: Any) -> Any:
    return make_asker(REPORTS)


def quotes(asker: Any, question: str) -> list[str]:
    return [citation.quote for citation in asker.ask(Question(question=question)).citations]


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("朔原县2022年受理行政复议案件多少件？", "412件"),
        ("朔原县2022年工业投资增长多少？", "9.3%"),
        ("朔原县2023年工业投资增长的目标是多少？", "12%"),
        ("朔原县2023年新建公园多少座？", "7座"),  # nothing but the plan tells of that year
        ("2022年全国城镇新增就业多少人？", "1206万人"),
        ("2022年全国R&D投入增长多少？", "10.1%"),  # by another word
        ("2023年朔原县报告说受理行政复议案件多少件？", "412件"),  # the year of the report, not of the figure
        ("青屏县2022年粮食总产量是多少吨？", "62.5万吨"),  # a report tells of the year before its own
        ("朔原县到青屏县的公路有多少公里？", "38公里"),  # the sentence itself names the place
        ("青屏县2023年新增停车位多少个？", "600个"),  # 今年: of the report's own year
        ("山桥县2025年农机总动力达到多少万千瓦？", "31万千瓦"),  # what its paragraph begins with
        ("山桥县2030年农机总动力达到多少万千瓦？", "36万千瓦"),
        ("朔原县2022年industrial investment（工业投资）增长多少？ How much did it grow in Shuoyuan?", "9.3%"),
    ],
)
def test_what_fits_is_answered(asker: Any, question: str, said: str) -> None:
    assert said in quotes(asker, question)[0]


@pytest.mark.parametrize(
    ("question", "missing"),
    [
        ("朔原县2019年受理行政复议案件多少件？", ("2019年",)),  # another year
        ("青屏县2023年粮食总产量是多少吨？", ("2023年",)),  # its report of 2023 tells of 2022
        ("青屏县2022年受理行政复议案件多少件？", ("青屏县",)),  # another place
        ("红石县2022年受理行政复议案件多少件？", ("红石县",)),  # one that no report is of
        ("江苏2022年受理行政复议案件多少件？", ("江苏",)),
        ("松岭市2022年受理行政复议案件多少件？", ("松岭市",)),  # a city that nobody knows, before a year
        ("朔原县受理行政复议案件2022年增长一成，那前一年是多少件？", ("2021年",)),
        ("2022年全国受理行政复议案件多少件？", ("全国",)),  # of the country, and a county tells of itself
        ("朔原县2022年“清风”行动受理行政复议案件多少件？", ("清风",)),  # a name that stands nowhere near
        ("山桥县2024年农机总动力达到多少万千瓦？", ("2024年",)),
        ("朔原县2022年受理行政诉讼案件多少件？", ()),  # what is called 应诉, 诉讼 or 民告官, and not 复议
        ("朔原县2022年行政复议案件增加了多少件？", ()),  # a change, and how many there were is told
        ("朔原县2022年的行政复议案件里，涉税的有多少件？", ()),  # a part of them
        ("朔原县2022年受理行政复议案件的有多少人？", ()),  # another unit
        ("朔原县2023年工业投资实际增长多少？", ()),  # a target, and what became of it is asked
        ("朔原县2022年受理行政复议案件的目标是多少件？", ()),  # what became of it, and a target is asked
    ],
)
def test_what_does_not_fit_is_refused_and_what_is_missing_named(
    asker: Any, question: str, missing: tuple[str, ...]
) -> None:
    answer = asker.ask(Question(question=question))
    held = [citation.quote for citation in answer.citations if "412件" in citation.quote or "12%" in citation.quote]
    assert held == []
    if answer.status == "abstained" and missing:
        assert answer.missing == missing
        assert missing[0] in answer.text


@pytest.mark.parametrize(
    ("headings", "sentence", "plan"),
    [
        (("一、2022年工作回顾",), "完成投资12亿元。", False),
        (("二、2023年工作安排", "（一）抓项目"), "投资12亿元。", True),
        (("一、2022年工作回顾", "主要目标任务全面完成"), "投资12亿元。", False),
        ((), "力争投资增长12%。", True),
        ((), "投资增长12%。", False),
    ],
)
def test_plans_and_outcomes(headings: tuple[str, ...], sentence: str, plan: bool) -> None:
    assert is_plan(headings, sentence) == plan


VALLEY = {
    "2023年云洲县政府工作报告.txt": "一、2022年工作回顾\n绿电交易量增长44%，光伏装机容量达到90万千瓦。"
    "全年诈骗立案数、盗窃立案数分别下降18%、7%，受理热线“12345”来电。新建一批口袋公园，举办村晚120场。\n"
    "有3.2万农村居民领取低保金。关掉小煤窑17处。\n",
}


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("云洲县2022年绿电交易量增长多少？", "44%"),
        ("云洲县2022年光伏装机容量是多少万千瓦？", "90万千瓦"),
        ("云洲县2022年举办村晚多少场？", "120场"),
        ("云洲县领取低保金的农村居民有多少人？", "3.2万农村居民"),  # no unit stands there
        ("云洲县2022年关掉多少小煤窑？", "17处"),  # what is taken away is counted, and is no change
    ],
)
def test_the_asked_figure_is_told(make_asker: Any, question: str, said: str) -> None:
    assert said in quotes(make_asker(VALLEY), question)[0]


@pytest.mark.parametrize(
    "question",
    [
        "云洲县2022年绿电交易量是多少亿千瓦时？",  # its growth alone, and another thing's 千瓦
        "云洲县2022年诈骗立案多少起？",
        "云洲县2022年新建口袋公园多少个？",  # 一批
    ],
)
def test_a_growth_another_unit_or_no_number_is_no_amount(make_asker: Any, question: str) -> None:
    assert quotes(make_asker(VALLEY), question) == []


NATION = {
    "2022年国务院政府工作报告.txt": "一、2021年工作回顾\n全年淘汰旧车31万辆。"
    "支援贵州等地改建水库，同印度等国的往来更加密切。"
    "综合实力明显增强。\n二、2022年工作安排\n淘汰旧车45万辆，培训教师12万人。\n",
    "2023年国务院政府工作报告.txt": "一、2022年工作回顾\n粮食总产量6.1亿吨。\n",
}


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("2021年全国淘汰旧车多少万辆？", "31万辆"),
        ("2022年计划淘汰旧车多少万辆？", "45万辆"),
        ("2023年的报告里，2022年粮食总产量是多少？", "6.1亿吨"),
    ],
)
def test_of_the_country_its_own_is_told(make_asker: Any, question: str, said: str) -> None:
    assert said in quotes(make_asker(NATION), question)[0]


@pytest.mark.parametrize(
    "question",
    [
        "贵州2021年淘汰旧车多少万辆？",  # the country's figure is no province's
        "印度2021年淘汰旧车多少万辆？",
        "2022年培训教师的目标达成了没有，培训了多少人？",  # nothing but the plan
        "2022年到底淘汰了多少万辆旧车？",
        "2022年的报告里，2022年之前的2019年粮食总产量是多少？",  # not the report that is named
        "2021年综合实力排在全世界第几？",  # of no place in an order
    ],
)
def test_another_place_year_or_order_or_what_was_planned_is_no_answer(make_asker: Any, question: str) -> None:
    assert quotes(make_asker(NATION), question) == []


def test_a_plan_of_several_targets_may_answer_which_growth_is_aimed_at(make_asker: Any) -> None:
    text = (
        "一、2024年工作回顾\n完成投资3亿元。\n"
        "二、2025年目标\n今年发展的主要预期目标是：地区生产总值增长6%，财政收入增长4%，新增就业1万人。\n"
    )
    asker = make_asker({"2025年朔原县政府工作报告.txt": text})
    _, draft = asker.draft(Question(question="朔原县2025年的增长目标定多高？"))
    report = next(iter(asker.snapshot.reports.values()))
    assert "主要预期目标" in draft.pieces[0].span.of(report.text)


@pytest.mark.parametrize(
    ("said", "question", "answers"),
    [
        ("全县养老床位增至2309张。", "新增养老床位多少张？", False),
        ("新增养老床位310张。", "新增养老床位多少张？", True),
        ("新增养老床位310张。", "养老床位共有多少张？", False),
        ("全县养老床位增至2309张。", "养老床位共有多少张？", True),
        ("工业投资52亿元，占固定资产投资比重18%。", "固定资产投资是多少亿元？", False),
        ("工业投资52亿元，占固定资产投资比重18%。", "工业投资占固定资产投资多少？", True),
        ("工业投资52亿元，占固定资产投资比重18%。", "工业投资在固定资产投资里的比重是多少？", True),
    ],
)
def test_how_many_more_are_not_how_many_and_a_part_is_not_the_whole(
    make_asker: Any, said: str, question: str, answers: bool
) -> None:
    asker = make_asker({"报告.txt": f"朔原县工作报告\n\n一、工作回顾\n{said}\n"})
    assert bool(quotes(asker, question)) == answers


def test_two_times_at_once_are_told_by_a_sentence_that_has_both(make_asker: Any) -> None:
    asker = make_asker({"房屋租赁管理办法.txt": "第一条 提取押金的时效为二年；涉及未成年人的，延长至五年。\n"})
    (quote,) = quotes(asker, "提取押金的时效，一般情形与涉及未成年人的各是多长？")
    assert "二年" in quote


def test_what_a_five_year_plan_is_to_reach_is_not_of_its_first_year(make_asker: Any) -> None:
    asker = make_asker(
        {
            "2021年石塘县政府工作报告.txt": "一、2020年工作回顾\n新建农贸市场3座。\n"
            "二、“十四五”时期发展目标\n人均存款超过9万元。\n三、2021年工作安排\n新建农贸市场5座。\n"
        }
    )
    assert quotes(asker, "石塘县2021年人均存款是多少？") == []
    (quote,) = quotes(asker, "石塘县2025年人均存款的目标是多少？")
    assert "9万元" in quote


def test_a_target_that_was_reached_is_not_told_by_what_was_reached(make_asker: Any) -> None:
    asker = make_asker(
        {"2022年石塘县政府工作报告.txt": "一、2021年工作回顾\n茶园面积达到3.2万亩，超额完成市里下达的任务。\n"}
    )
    assert quotes(asker, "石塘县2021年茶园面积的目标是多少亩？") == []
    assert len(quotes(asker, "石塘县2021年茶园面积是多少亩？")) == 1


@pytest.mark.parametrize(
    ("said", "question", "answers"),
    [
        ("改建寄宿学校51所，7所学校受益。", "改建寄宿学校有多少学生受益？", False),
        ("改建寄宿学校51所，惠及学生3.2万名。", "改建寄宿学校有多少学生受益？", True),
        ("古镇接待游客52万人次，比上年多一成。", "古镇接待了多少游客？", True),
        ("新增燃气用户4万户。", "燃气用户总共多少户？", False),
        ("燃气用户达到31万户。", "燃气用户总共多少户？", True),
    ],
)
def test_who_is_counted_is_told_in_persons_and_all_are_not_the_new_ones(
    make_asker: Any, said: str, question: str, answers: bool
) -> None:
    asker = make_asker({"报告.txt": f"朔原县工作报告\n\n一、工作回顾\n{said}\n"})
    assert bool(quotes(asker, question)) == answers
