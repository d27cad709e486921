"""Figures in sentences, as tables: what counts as one, its unit, and what is masked."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.figures import DATE, figures

Expected = list[tuple[str, str]]


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("受理412件，审结389件", [("412件", "件"), ("389件", "件")]),
        ("全长63.4公里，总投资97亿元", [("63.4公里", "公里"), ("97亿元", "元")]),
        ("新增就业3.42万人", [("3.42万人", "人")]),
        ("发放补贴2,400万元", [("2,400万元", "元")]),
        ("利用外资1.26亿美元", [("1.26亿美元", "元")]),
        ("压缩到1.5个工作日", [("1.5个工作日", "日")]),
        ("提高6.4个百分点", [("6.4个百分点", "个百分点")]),
        ("面积11.2万平方米", [("11.2万平方米", "平方米")]),
        ("纠错率为14.7%", [("14.7%", "%")]),
        ("纠错率为１４％", [("１４％", "%")]),
        ("百分之九十五", [("百分之九十五", "%")]),
        ("压减三成以上", [("三成", "%")]),
        ("自2022年10月1日起施行", [("2022年10月1日", DATE)]),
        ("6月底前下闸", [("6月底", DATE)]),
        ("二〇二二年十二月", [("二〇二二年十二月", DATE)]),
        ("用了12个月", [("12个月", "个月")]),
        ("2022年以来", [("2022年", "年")]),
        ("完成三批清理", [("三批", "批")]),
        ("召开两场座谈会", [("两场", "场")]),
        ("十二家企业", [("十二家", "家")]),
        ("平均成绩86.3分", [("86.3", "")]),
        ("４２件", [("４２件", "件")]),
    ],
)
def test_figures_with_their_units(sentence: str, expected: Expected) -> None:
    found = figures(sentence)
    assert [(figure.text, figure.unit) for figure in found] == expected
    assert not any(figure.masked for figure in found)


@pytest.mark.parametrize(
    ("sentence", "text", "unit"),
    [
        ("人大常委会**年度监督工作", "**年", "年"),
        ("下放事项22**项", "22**项", "项"),
        ("查处案件4**件", "4**件", "件"),
        ("先后到**市调研", "**市", "市"),
        ("投入**亿元", "**亿元", "元"),
        ("占＊＊%", "＊＊%", "%"),
        ("共*名干部", "*名", "名"),
    ],
)
def test_masked_figures(sentence: str, text: str, unit: str) -> None:
    (found,) = figures(sentence)
    assert (found.text, found.unit, found.masked) == (text, unit, True)


@pytest.mark.parametrize(
    "sentence",
    [
        *("一些单位", "统一部署", "一方面要守住底线", "一律执行", "千方百计", "三位一体", "百姓满意", "一级响应"),
        *("万众一心", "十分重要", "一体推进", "第一书记", "零距离", "一步到位", "一是放权", "没有数字"),
    ],
)
def test_words_are_no_figures(sentence: str) -> None:
    assert figures(sentence) == []


@pytest.mark.parametrize("sentence", ["**重点**工作", "**注**：见附件", "5 * 3"])
def test_emphasis_is_no_mask(sentence: str) -> None:
    assert not any(figure.masked for figure in figures(sentence))


@pytest.mark.parametrize("sentence", ["全年受理案件**412件**", "办结**398**件", "**22项**任务"])
def test_a_figure_in_bold_markdown_is_not_masked(sentence: str) -> None:
    found = figures(sentence)
    assert found
    assert not any(figure.masked for figure in found)


@given(
    st.text(st.sampled_from("0123456789.,，%％*＊一二三百千万亿成年月日件个家第多余两〇 分之点底元a。😀"), max_size=30)
)
def test_spans_are_the_text_in_order_and_apart(sentence: str) -> None:
    cursor = 0
    for figure in figures(sentence):
        assert figure.span.of(sentence) == figure.text
        assert figure.span.start >= cursor
        assert len(figure.span) > 0
        cursor = figure.span.end


@given(st.integers(0, 10**9), st.sampled_from(["件", "家", "公里", "年", "%"]))
def test_any_number_with_a_unit_is_one_figure(number: int, unit: str) -> None:
    assert [(figure.text, figure.unit) for figure in figures(f"共{number}{unit}。")] == [(f"{number}{unit}", unit)]
