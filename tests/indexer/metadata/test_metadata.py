"""Title, region, year, issuing body, 文号 and date: read in the files first, then compared; never guessed."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from indexer.metadata import read_metadata
from indexer.types import FileReading, ReadValue, Report, ReportMetadata

NONE = ("", "", "", "", "")
# Stem of the file -> region, year, issuing body, 文号, date; "" where the file states none.
EXPECTED: dict[str, tuple[str, str, str, str, str]] = {
    "2022年澜川市政府工作报告": ("澜川市", "2022", "澜川市人民政府", "", "2022-01-12"),
    "2023年澜川市政府工作报告": ("澜川市", "2023", "澜川市人民政府", "", ""),
    "云岭省2022年度法治政府建设情况报告": ("云岭省", "2022", "云岭省人民政府", "云政发〔2023〕12号", "2023-03-28"),
    "青屏县2023年政府工作报告网页": ("青屏县", "2023", "青屏县人民政府", "", "2023-02-06"),
    "2021年光明区政府工作报告_2021": ("光明区", "2021", "光明区人民政府", "", ""),
    "2022年光明区政府工作报告_2022": ("光明区", "2022", "光明区人民政府", "", ""),
    "2022年南山区政府工作报告_2022": ("南山区", "2022", "南山区人民政府", "", ""),
    "2023年南山区政府工作报告_2023": ("南山区", "2023", "南山区人民政府", "", ""),
    "国务院政府工作报告_2021年": ("", "2021", "国务院", "", ""),
    "国务院政府工作报告_2022年": ("", "2022", "国务院", "", ""),
    "广东省政府工作报告_2021年": ("广东省", "2021", "广东省人民政府", "", ""),
    "广东省政府工作报告_2022年": ("广东省", "2022", "广东省人民政府", "", ""),
    "深圳市光明区人民政府关于2021年度法治政府建设情况的报告_2022": (
        "深圳市光明区",
        "2021",
        "深圳市光明区人民政府",
        "",
        "2022-01-05",
    ),
    "深圳市政府工作报告_2019年": ("深圳市", "2019", "深圳市人民政府", "", ""),
    "深圳市政府工作报告_2020年": ("深圳市", "2020", "深圳市人民政府", "", ""),
    "深圳市政府工作报告_2021年": ("深圳市", "2021", "深圳市人民政府", "", ""),
    "深圳市政府工作报告_2022年": ("深圳市", "2022", "深圳市人民政府", "", ""),
    "深圳市政府工作报告_2023年": ("深圳市", "2023", "深圳市人民政府", "", ""),
    "深圳市政府工作报告_2024年": ("深圳市", "2024", "深圳市人民政府", "", ""),
    "盐田区2021年政府工作报告_2021": ("盐田区", "2021", "盐田区人民政府", "", ""),
    "盐田区2022年政府工作报告_2022": ("盐田区", "2022", "盐田区人民政府", "", ""),
    "龙岗区2021年政府工作报告_2021": ("龙岗区", "2021", "龙岗区人民政府", "", ""),
    "龙岗区2022年政府工作报告_2022": ("龙岗区", "2022", "龙岗区人民政府", "", ""),
    "龙岗区2023年政府工作报告_2023": ("龙岗区", "2023", "龙岗区人民政府", "", ""),
    "2003年国务院政府工作报告": ("", "2003", "国务院", "", "2003-03-05"),
    "2004年国务院政府工作报告": ("", "2004", "国务院", "", "2004-03-05"),
    "2005年国务院政府工作报告": ("", "2005", "国务院", "", "2005-03-05"),
    # The date of a statute is that of its version: the last time that it was passed or amended.
    "行政处罚法(2021-01-22)": ("", "2021", "", "", "2021-01-22"),
    "行政复议法(2017-09-01)": ("", "2017", "", "", "2017-09-01"),
    "行政复议法(2023-09-01)": ("", "2023", "", "", "2023-09-01"),
    "行政许可法(2019-04-23)": ("", "2019", "", "", "2019-04-23"),
    "行政诉讼法(2017-06-27)": ("", "2017", "", "", "2017-06-27"),
}
TITLES = {
    "2022年澜川市政府工作报告": "2022年澜川市政府工作报告",  # the line in the text, 澜川市政府工作报告, says less
    "云岭省2022年度法治政府建设情况报告": "云岭省人民政府关于2022年度法治政府建设情况的报告",
    "青屏县2023年政府工作报告网页": "青屏县人民政府工作报告",
    "2021年光明区政府工作报告_2021": "2021年光明区政府工作报告",
    "盐田区2022年政府工作报告_2022": "盐田区2022年政府工作报告",
    "2003年国务院政府工作报告": "2003年国务院政府工作报告",
    "行政复议法(2023-09-01)": "中华人民共和国行政复议法",
}


def shown(metadata: ReportMetadata) -> tuple[str, ...]:
    values = (metadata.region, metadata.year, metadata.issuing_body, metadata.document_number, metadata.date)
    return tuple(value.value if value else "" for value in values)


def said(report_text: str, value: ReadValue) -> bool:
    """Whether the span that the value was read from says the value."""
    assert value.span is not None
    quote, stated = (re.sub(r"\s", "", text) for text in (value.span.of(report_text), value.value))
    if re.fullmatch(r"\d{4}-\d\d-\d\d", value.value):
        return [int(part) for part in re.findall(r"\d+", quote)] == [int(part) for part in value.value.split("-")]
    return stated in quote


def reports_by_stem(readings: dict[Path, FileReading]) -> dict[str, Report]:
    return {path.stem: reading.reports[0] for path, reading in readings.items()}


@pytest.mark.parametrize("stem", EXPECTED)
def test_what_a_file_states(request: pytest.FixtureRequest, readings: dict[Path, FileReading], stem: str) -> None:
    if stem not in reports_by_stem(readings):
        request.getfixturevalue("shared")  # skips where its folder is not
    report = reports_by_stem(readings)[stem]
    assert shown(report.metadata) == EXPECTED[stem]
    if stem in TITLES:
        assert report.title == TITLES[stem]


def test_the_file_name_in_full_is_no_worse_a_title(readings: dict[Path, FileReading]) -> None:
    for stem, report in reports_by_stem(readings).items():
        if stem in EXPECTED and report.metadata.title.origin == "file_name":
            assert report.title in (stem.replace("_", " "), re.sub("_.*", "", stem))


def test_every_value_read_in_a_text_is_said_there(readings: dict[Path, FileReading]) -> None:
    for reading in readings.values():
        for report in reading.reports:
            for name, value in report.metadata:
                if name in ("kind", "year_told"):  # what the words there mean; tested by their own
                    continue
                if isinstance(value, ReadValue) and value.origin == "text":
                    assert said(report.text, value), (reading.file, value)


def test_the_parts_of_the_seed_state_no_year(shared: Path, shared_readings: dict[Path, FileReading]) -> None:
    one, two = shared_readings[next((shared / "reports" / "seed").glob("*.txt"))].reports
    assert shown(one.metadata) == ("广西壮族自治区", *NONE[1:])
    assert shown(two.metadata) == NONE
    for report in (one, two):
        assert report.metadata.title.origin == "file"
        assert report.metadata.title.value.startswith("2020依法行政工作情况调研报告(篇")


def test_the_parts_of_the_sample_compilation_state_no_year(
    samples: Path, sample_readings: dict[Path, FileReading]
) -> None:
    for report in sample_readings[next(samples.glob("依法行政*"))].reports:
        assert report.metadata.year is None
        assert report.metadata.date is None
        assert report.title.startswith("2021法治政府与涉企执法调研材料(篇")


@pytest.mark.parametrize(
    ("text", "stem", "expected"),
    [
        ("受理412件。", "报告", NONE),
        ("受理412件。", "**年报告", NONE),
        ("**市人民政府关于**年度工作的报告\n受理412件。", "a", NONE),
        ("受理412件。", "二〇二二年甲山县政府工作报告", ("甲山县", "2022", "", "", "")),
        ("受理412件。", "甲山县工作报告2022", ("甲山县", "2022", "", "", "")),
        ("受理412件。", "内蒙古自治区政府工作报告（2022年）", ("内蒙古自治区", "2022", "", "", "")),
        ("受理412件。", "经济开发区政府工作报告", NONE),
        ("甲山县人民政府\n二〇二三年三月二十八日", "a", ("甲山县", "2023", "甲山县人民政府", "", "2023-03-28")),
        ("受理412件。\n甲山县司法局\n２０２３年３月８日", "a", ("甲山县", "2023", "甲山县司法局", "", "2023-03-08")),
        ("受理412件。\n2023.3.8", "a", ("", "2023", "", "", "2023-03-08")),
        ("甲政办发[2023]7号\n受理412件。", "a", ("", "", "", "甲政办发[2023]7号", "")),
        ("受理412件。", "2023-03-28报告", ("", "2023", "", "", "2023-03-28")),
        ("根据甲政发〔2020〕1号文件，受理412件。", "a", NONE),  # the 文号 of another paper
        ("甲政发〔2020〕1号　　签发人：张三\n受理412件。", "a", ("", "", "", "甲政发〔2020〕1号", "")),
        ("我区、本市、各县和超市都在城区。", "我市政府工作报告", NONE),
        ("受理412件。", "２０２３年甲山县政府工作报告", ("甲山县", "2023", "", "", "")),
        ("二○二三年甲山县政府工作报告\n受理412件。", "a", ("甲山县", "2023", "", "", "")),
        ("政府工作报告\n（2023年）\n受理412件。", "a", ("", "2023", "", "", "")),
        ("甲山县第十四个五年规划和2035年远景目标纲要\n受理412件。", "a", ("甲山县", "", "", "", "")),
        ("甲山县20**年工作报告\n受理412件。", "2023年报告", ("甲山县", "", "", "", "")),
        ("受理412件。\n甲山县司法局\n2023年15月40日", "a", ("甲山县", "", "甲山县司法局", "", "")),
        ("云岭省人民政府办公厅关于2023年工作的报告\n好。", "a", ("云岭省", "2023", "云岭省人民政府办公厅", "", "")),
        (
            "政府工作报告\n——2023年1月5日在澜州市第十四届人民代表大会第三次会议上\n市人民政府市长　甲某\n"
            "各位代表：\n我代表市人民政府，向大会报告工作。\n",
            "a",
            ("澜州市", "2023", "澜州市人民政府", "", "2023-01-05"),
        ),
        ("2023年云岭省政府工作报告 各位代表： 过去一年，成绩明显。", "a", ("云岭省", "2023", "", "", "")),
    ],
)
def test_small_texts(text: str, stem: str, expected: tuple[str, ...]) -> None:
    assert shown(read_metadata(text, stem).metadata) == expected


def test_a_spaced_title_is_read_without_its_spaces_and_cited_with_them() -> None:
    text = "甲 山 县 政 府 工 作 报 告\n各位代表：\n受理412件。"
    found = read_metadata(text, "a")
    assert found.metadata.title.value == "甲山县政府工作报告"
    assert found.metadata.title.span is not None
    assert found.metadata.title.span.of(text) == "甲 山 县 政 府 工 作 报 告"
    assert found.body_start == len("甲 山 县 政 府 工 作 报 告")


def test_a_value_has_a_span_exactly_when_it_was_read_in_the_text() -> None:
    with pytest.raises(ValueError, match="has a span"):
        ReadValue(value="2022", origin="text")
    with pytest.raises(ValueError, match="has none"):
        ReadValue.model_validate({"value": "2022", "origin": "file_name", "span": {"start": 0, "end": 4}})


@pytest.mark.parametrize(
    ("title", "region"),
    [
        ("恩施土家族苗族自治州2023年政府工作报告", "恩施土家族苗族自治州"),
        ("湖北省恩施土家族苗族自治州政府工作报告", "湖北省恩施土家族苗族自治州"),
        ("积石山保安族东乡族撒拉族自治县人民政府工作报告", "积石山保安族东乡族撒拉族自治县"),
        ("二〇二二年度云岭省法治政府建设情况报告", "云岭省"),
        ("2022年度云岭省法治政府建设情况报告", "云岭省"),
        ("阿里地区行署工作报告", "阿里地区"),
        ("和田地区2023年工作报告", "和田地区"),
        ("浦东新区2023年政府工作报告", "浦东新区"),
        ("雄安新区关于2023年工作的报告", "雄安新区"),
        ("天津市和平区政府工作报告", "天津市和平区"),
        ("平和县政府工作报告", "平和县"),
        ("锡林郭勒盟2023年政府工作报告", "锡林郭勒盟"),
        ("2023年正蓝旗人民政府工作报告", "正蓝旗"),
        ("鄂温克族自治旗政府工作报告", "鄂温克族自治旗"),
        ("荆州市沙市区政府工作报告", "荆州市沙市区"),
        ("2023年杭州市政府工作报告", "杭州市"),
        ("成都市政府工作报告", "成都市"),
        ("日照市政府工作报告", "日照市"),
        ("2023年日照市政府工作报告", "日照市"),
        ("永年区政府工作报告", "永年区"),
        ("政和县政府工作报告", "政和县"),
        ("深圳市优化营商环境条例", "深圳市"),
        ("2022年度广东省深圳市民政局工作总结", "广东省深圳市"),
        ("关于恩施土家族苗族自治州古树保护的办法", "恩施土家族苗族自治州"),
        ("新县区融合办法", ""),
        ("高新区政府工作报告", ""),
        ("西部地区发展报告", ""),
        ("全市政府工作报告", ""),
        ("全国人民代表大会常务委员会工作报告", ""),
    ],
)
def test_regions(title: str, region: str) -> None:
    found = read_metadata(f"{title}\n受理412件。", "a").metadata.region
    assert (found.value if found else "") == region


@pytest.mark.parametrize(
    ("signature", "region"),
    [
        ("南湾市医疗保障局", "南湾市"),
        ("南湾市市场监督管理局", "南湾市"),
        ("平州区住房和城乡建设局", "平州区"),
        ("石桥县区划地名委员会", "石桥县"),
        ("深圳市光明区教育局", "深圳市光明区"),
        ("郑州市教育局", "郑州市"),
        ("国家医疗保障局", ""),
        ("市场监督管理局", ""),
        ("各区县市场监管局", ""),
        ("高新技术开发区管理委员会", ""),
        ("社区矫正委员会", ""),
    ],
)
def test_whose_office_signs_is_whose_report_it_is(signature: str, region: str) -> None:
    text = f"关于做好参保缴费工作的通知\n请认真落实。\n{signature}\n2023年8月20日\n"
    found = read_metadata(text, "a").metadata.region
    assert (found.value if found else "") == region
    assert found is None or found.span is None or found.span.of(text) == region


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("2023年云岭省政府工作报告 各位代表： 过去一年，成绩明显。", "2023年云岭省政府工作报告"),
        ("2023年云岭省政府工作报告　一、工作回顾 成绩明显。二、工作安排 继续努力。", "2023年云岭省政府工作报告"),
        ("**云岭省政府工作报告**\n成绩明显。", "云岭省政府工作报告"),
        ("现将情况报告 如下。成绩明显，任务完成，群众满意，社会稳定，经济发展，民生改善。", "a"),
        ("过去一年，我们向大会报告 各位代表。", "a"),
    ],
)
def test_titles(text: str, title: str) -> None:
    assert read_metadata(text, "a").metadata.title.value == title


def test_a_part_s_own_title_comes_before_the_page_s() -> None:
    own = "云岭省2023年关于依法行政的调研报告\n一、成效\n好。\n二、问题\n少。"
    found = read_metadata(own, None, "2020依法行政报告(篇一)")
    assert found.metadata.title.value == "云岭省2023年关于依法行政的调研报告"
    assert shown(found.metadata) == ("云岭省", "2023", "", "", "")
    assert found.body_start == own.index("\n")
    assert shown(read_metadata("一、成效\n好。", None, "2020云岭省依法行政报告(篇一)").metadata) == NONE


def test_the_label_that_a_form_sets_before_a_title_is_none_of_it() -> None:
    text = "索 引 号：1号\n标　　题：云岭省人民政府关于2022年工作的报告\n云岭省人民政府关于\n2022年工作的报告\n"
    title = read_metadata(text, "页").metadata.title
    assert title.value == "云岭省人民政府关于2022年工作的报告"
    assert title.span is not None
    assert title.span.of(text) == title.value
