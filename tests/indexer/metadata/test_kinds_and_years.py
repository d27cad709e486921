"""What kind of paper, of which year, and of which year it tells; what folders and forms say."""

from __future__ import annotations

import pytest

from indexer.metadata import read_metadata
from indexer.types import ReadValue, ReportMetadata


def metadata(text: str, stem: str = "a", folders: tuple[str, ...] = ()) -> ReportMetadata:
    return read_metadata(text, stem, folders=folders).metadata


def value(read: ReadValue | None) -> str:
    return read.value if read else ""


@pytest.mark.parametrize(
    ("title", "kind"),
    [
        ("2022年甲山县政府工作报告", "政府工作报告"),
        ("甲山县人民政府工作报告", "政府工作报告"),
        ("关于2022年度甲山县本级预算执行和其他财政收支的审计工作报告", "审计报告"),
        ("甲山县2022年财政决算（草案）的报告", "决算"),
        ("关于甲山县2022年预算执行情况和2023年预算草案的报告", "预算"),
        ("关于甲山县2022年国民经济和社会发展计划执行情况与2023年计划草案的报告", "计划报告"),
        ("甲山县2022年国民经济和社会发展统计公报", "统计公报"),
        ("甲山县人民法院工作报告", "法院工作报告"),
        ("甲山县人大常委会工作报告", "人大常委会工作报告"),
        ("甲山县民政局2022年政府信息公开工作年度报告", "政府信息公开年报"),
        ("关于甲山县依法行政情况的调研报告", "调研报告"),
        ("甲山县司法局2022年法治政府建设年度报告", "法治政府建设报告"),
        ("云岭省优化营商环境条例", "条例"),
        ("云岭省行政执法监督办法（2021年修订）", "办法"),
        ("中华人民共和国行政处罚法", "法律"),
        ("甲山县人民政府关于印发《甲山县政府工作报告》的通知", "通知"),
        ("关于加强基层治理的实施意见", "意见"),
        ("甲山县国民经济和社会发展第十四个五年规划和2035年远景目标纲要", "规划"),
        ("甲山县司法局2022年工作总结", "总结"),
        ("甲山县教育局关于2022年工作情况的报告", "工作报告"),
        ("学习办法的心得", ""),
        ("浅谈基本方法", ""),
    ],
)
def test_the_kind_is_what_the_title_says(title: str, kind: str) -> None:
    read = metadata("好。", title).kind
    assert value(read) == kind
    in_text = metadata(f"{title}\n受理412件。").kind
    if in_text and in_text.span:  # the words that say so stand in the title
        assert in_text.span.of(f"{title}\n") in title


@pytest.mark.parametrize(
    ("text", "stem", "year", "told"),
    [
        ("一、2021年工作回顾\n好。\n二、2022年工作安排\n好。", "2022年甲山县政府工作报告", "2022", "2021"),
        ("一、“十三五”时期发展成就和2020年主要工作\n好。", "2021年甲山县政府工作报告", "2021", "2020"),
        ("一、2021年以来工作回顾\n好。", "2023年甲山县政府工作报告", "2023", "2021"),  # a congress that met late
        ("一、过去五年工作回顾\n好。", "2022年甲山县政府工作报告", "2022", "2021"),
        ("一、2022年工作安排\n好。", "2022年甲山县政府工作报告", "2022", "2021"),
        ("好。", "甲山县2021年国民经济和社会发展统计公报", "2021", "2021"),
        ("好。\n甲山县司法局\n2022年1月5日", "关于2021年度法治政府建设情况的报告", "2021", "2021"),
        ("好。", "2022年甲山县教育大会纪要", "2022", ""),
        ("好。", "**年甲山县政府工作报告", "", ""),
        ("甲政函〔2004〕88号\n好。\n甲山县人民政府\n2004年12月17日", "关于申办2011年运动会的批复", "2004", ""),
        ("好。\n2018年12月25日", "关于总体规划（2018—2035年）的批复", "2018", ""),
        ("好。\n南湾市医疗保障局\n2023年8月20日", "关于做好2024年度居民医保缴费工作的通知", "2023", "2024"),
        ("好。\n2023年3月2日", "关于2022年度法治政府建设考核情况的通报", "2023", "2022"),
        ("好。\n2023年3月2日", "关于2021年度和2022年度考核情况的通报", "2023", ""),
    ],
)
def test_the_year_of_a_report_and_the_year_it_tells_of(text: str, stem: str, year: str, told: str) -> None:
    found = metadata(text, stem)
    assert (value(found.year), value(found.year_told)) == (year, told)
    if found.year_told and found.year_told.span:
        assert found.year_told.span.of(text) == told


@pytest.mark.parametrize(
    ("folders", "stem", "region", "path", "year"),
    [
        (("广东省", "深圳市", "2023"), "报告", "深圳市", ("广东省", "深圳市"), "2023"),
        (("广东省", "深圳市", "2023年度"), "光明区报告", "光明区", ("广东省", "深圳市", "光明区"), "2023"),
        (("广东省", "深圳市"), "2021年南山区政府工作报告", "南山区", ("广东省", "深圳市", "南山区"), "2021"),
        (("黑龙江省", "鹤岗市", "2023"), "南山区政府工作报告", "南山区", ("黑龙江省", "鹤岗市", "南山区"), "2023"),
        (("reports", "云岭省", "澜川市"), "报告", "澜川市", ("澜川市",), ""),
        (("2019-2023", "资料"), "报告", "", (), ""),
        (("广东省", "2023"), "国务院2022年政府工作报告", "", ("全国",), "2022"),
    ],
)
def test_folders_say_what_the_file_does_not(
    folders: tuple[str, ...], stem: str, region: str, path: tuple[str, ...], year: str
) -> None:
    found = metadata("受理412件。", stem, folders)
    assert (value(found.region), found.region_path, value(found.year)) == (region, path, year)
    for read in (found.region, found.year):
        assert read is None or read.origin == ("folder" if read.value in "".join(folders) else "file_name")


def test_a_form_says_who_wrote_what_and_when() -> None:
    text = (
        "索 引 号：000014349/2018-00218；主题分类：税务\n发文机关：国务院；成文日期：2018年12月18日\n"
        "标　　题：个人所得税法实施条例\n发文字号：国令第707号；发布日期：2018年12月22日\n受理412件。\n"
    )
    found = metadata(text)
    assert [value(read) for read in (found.issuing_body, found.document_number, found.date, found.year)] == [
        "国务院",
        "国令第707号",
        "2018-12-18",
        "2018",
    ]
    for read in (found.issuing_body, found.document_number):
        assert read is not None
        assert read.span is not None
        assert read.span.of(text) == read.value
    assert found.date is not None
    assert found.date.span is not None
    assert found.date.span.of(text) == "2018年12月18日"


@pytest.mark.parametrize(
    ("text", "region"),
    [
        ("我县依法行政。灵丘县受理多，灵丘县审结多，灵丘县公开多。我县好，我县快。", "灵丘县"),
        ("我县依法行政。灵丘县受理多，浑源县审结多，灵丘县公开多，灵丘县少。我县好，我县快。", "灵丘县"),
        ("我县依法行政。灵丘县受理多，浑源县审结多，广灵县公开多。我县好，我县快。", ""),
        ("灵丘县受理多，灵丘县审结多，灵丘县公开多。", ""),  # whose report it is, nobody says
        ("我市依法行政。灵丘县受理多，灵丘县审结多，灵丘县公开多。我市好，我市快。", ""),
    ],
)
def test_a_report_of_our_county_is_of_the_county_that_it_keeps_naming(text: str, region: str) -> None:
    found = metadata(text).region
    assert value(found) == region
    if found:
        assert found.span is not None
        assert found.span.of(text) == region


@pytest.mark.parametrize(
    ("text", "stem", "path"),
    [
        ("现在，我代表国务院，向大会报告政府工作。", "2022年政府工作报告", ("全国",)),
        ("好。", "国务院关于2022年中央决算的报告", ("全国",)),
        ("好。", "中华人民共和国行政许可法", ("全国",)),
        ("好。", "云岭省人民政府关于贯彻国务院决定的通知", ("云岭省",)),
        ("好。", "报告", ()),
    ],
)
def test_what_is_of_the_whole_country(text: str, stem: str, path: tuple[str, ...]) -> None:
    assert metadata(text, stem).region_path == path
