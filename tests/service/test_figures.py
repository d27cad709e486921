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
        ("利用外资1.26亿美元", [("1.26亿美元", "美元")]),
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
    ("sentence", "expected"),
    [
        ("客流预计增长4%—6%", [("4%—6%", "%")]),
        ("投诉率控制在2%到3%", [("2%到3%", "%")]),
        ("增速4-6%", [("4-6%", "%")]),
        ("每站配备2至4名值守员", [("2至4名", "人")]),
        ("抽检12-18件", [("12-18件", "件")]),
        ("保修三至五年", [("三至五年", "年")]),
        ("投入2万—3万元", [("2万—3万元", "元")]),
        ("2021-2025年", [("2021-2025年", "年")]),
        ("7月1日至9月15日", [("7月1日至9月15日", DATE)]),
        ("由12%到18%", [("12%", "%"), ("18%", "%")]),  # a change has a before and an after
        ("由9家增加到14家", [("9家", "家"), ("14家", "家")]),
        ("2021-25件", [("2021", ""), ("25件", "件")]),  # no range goes down
    ],
)
def test_a_range_is_one_figure(sentence: str, expected: Expected) -> None:
    assert [(figure.text, figure.unit) for figure in figures(sentence)] == expected


@pytest.mark.parametrize(
    ("sentence", "text", "unit"),
    [
        ("近三成居民参保", "三成", "%"),
        ("产值翻了两番", "翻了两番", "倍"),
        ("规模实现翻番", "翻番", "倍"),
        ("达到上年的两倍", "两倍", "倍"),
        ("来访160余宗", "160余宗", "宗"),
        ("带动2万多人", "2万多人", "人"),
        ("印发7万余份", "7万余份", "份"),
        ("服务20多万人次", "20多万人次", "人次"),
        ("走访四五十户", "四五十户", "户"),
        ("调解二百三四十件", "二百三四十件", "件"),
        ("联系三千余人", "三千余人", "人"),
        ("引进十几家", "十几家", "家"),
        ("清理几十处", "几十处", "处"),
        ("上门数百次", "数百次", "次"),
        ("占人数百分之三", "百分之三", "%"),
        ("1/4的经费", "1/4", "%"),
        ("五分之二的村", "五分之二", "%"),
        ("超过一半", "一半", "%"),
        ("增速-1.8%", "-1.8%", "%"),
        ("死亡率6.3/10万", "6.3/10万", "%"),
    ],
)
def test_about_so_many_and_shares(sentence: str, text: str, unit: str) -> None:
    assert [(figure.text, figure.unit) for figure in figures(sentence)] == [(text, unit)]


@pytest.mark.parametrize(
    ("text", "unit"),
    [
        *(("3.2亿千瓦时", "千瓦时"), ("45万千瓦", "千瓦"), ("3.5元/吨", "元"), ("18元/小时", "元"), ("5千米", "千米")),
        *(("26微克/立方米", "微克"), ("2.6亿标箱", "标箱"), ("140万标准箱", "标箱"), ("12万亩", "亩")),
        *(("30万吨标准煤", "吨标准煤"), ("1.2个百分点", "个百分点"), ("3个点", "%"), ("3个点位", "个")),
        *(("6万人次", "人次"), ("5亿美元", "美元"), ("3万亿元", "元"), ("96平方公里", "平方公里"), ("12台/万人", "台")),
        *(("一百二十三件", "件"), ("壹佰元", "元"), ("伍万叁仟元", "元"), ("两千三百名", "人"), ("3万5千人", "人")),
        *(
            ("2亿3000万元", "元"),
            ("1 234 件", "件"),
            ("1 234 567元", "元"),
            ("３，２６０．５万元", "元"),
            ("45 户", "户"),
        ),
        *(("48[3]座", "座"), ("326①人次", "人次"), ("62¹公里", "公里"), ("5[12]万人", "人")),
    ],
)
def test_a_figure_is_read_whole_with_its_unit(text: str, unit: str) -> None:
    for sentence in (f"共{text}。", f"其中{text}，比上年多", text):
        assert [(figure.text, figure.unit) for figure in figures(sentence)] == [(text, unit)]


@pytest.mark.parametrize(
    "sentence",
    [
        *("办结2l6件", "办结1O5件", "办结O5件", "办结2O件", "占38 . 5 %", "占38. 5%", "办结1,23件", "共12,34,567元"),
        *(
            "按照第十条",
            "列第3名",
            "第1777号点位",
            "第二批名单",
            "政发〔2023〕5号",
            "（三）",
            "(2)",
            "1. 建成",
            "3、建成",
        ),
        *("1.2.3", "PM2.5浓度", "G20", "5G", "12·20", "8:30", "0755-82001234", "A-12"),
        *("队伍", "大陆", "百家争鸣", "千家万户", "每万人", "由此回落", "一成不变", "三成立"),
    ],
)
def test_what_is_broken_or_counts_nothing_is_no_figure(sentence: str) -> None:
    assert figures(sentence) == []


def test_a_place_in_an_order_is_a_figure_for_whom_asks_for_it() -> None:
    (found,) = figures("居全省第3位", ordinals=True)
    assert (found.text, found.unit) == ("第3位", "人")


@pytest.mark.parametrize(("sentence", "is_year"), [("2023年", True), ("二〇二三年", True), ("15年", False)])
def test_a_year_is_told_from_years(sentence: str, is_year: bool) -> None:
    (found,) = figures(sentence)
    assert found.is_year == is_year


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
