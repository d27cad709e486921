"""What the rules read from a question, as tables."""

from __future__ import annotations

from typing import Any

import pytest

from service.asked.units import asked_unit
from service.types import Question
from service.understand import language, nameable, named_reports, understand


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("受理了多少件？", "zh"),
        ("GDP是多少", "zh"),
        ("粮食 production in 2022", "zh"),
        ("How many cases were accepted?", "en"),
        ("What does Lanchuan plan for 2023?", "en"),
    ],
)
def test_language(question: str, expected: str) -> None:
    assert language(question) == expected


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("全年受理行政复议案件多少件？", "number"),
        ("召开了几场座谈会？", "number"),
        ("新能源公交车占比达到多少？", "number"),
        ("罚没款总额？", "number"),
        ("办法哪一年起施行？", "number"),
        ("哪年建成？", "number"),
        ("什么时候交地？", "number"),
        ("高速公路有多长？", "number"),
        ("How many cases were accepted?", "number"),
        ("How much was invested in the expressway?", "number"),
        ("What percentage of buses is electric?", "number"),
        ("When does the regulation take effect?", "number"),
        ("What is the unemployment rate?", "number"),
        ("大班额为什么没有消除？", "reason"),
        ("造成延期的原因是什么？", "reason"),
        ("停止补贴的原因有几条？", "count"),
        ("Why was the subsidy stopped?", "reason"),
        ("什么是“一件事一次办”？", "definition"),
        ("“一号受理”指的是什么？", "definition"),
        ("What is meant by one-stop service?", "definition"),
        ("调研组组长是谁？", "metadata"),
        ("推行了哪些柔性执法措施？", "list"),
        ("几乎所有乡镇都有执法队吗？", "fact"),
        ("哪几个市开展了试点？", "list"),
        ("近几年的改革做了什么？", "fact"),
        ("关于加强执法的几点意见由谁起草？", "metadata"),
        ("存在的几个问题怎么解决？", "fact"),
        ("提出了几点意见？", "count"),
        ("产值是上年的几倍？", "number"),
        ("罚没占财政收入的几分之几？", "number"),
        ("增长百分之几？", "number"),
        ("Who led the investigation group?", "metadata"),
    ],
)
def test_kind(question: str, kind: str) -> None:
    assert understand(question).kind == kind


@pytest.mark.parametrize(
    ("question", "unit"),
    [
        ("受理行政复议案件多少件？", "件"),
        ("全长多少公里？", "公里"),
        ("新增就业多少万人？", "人"),
        ("产量多少万吨？", "吨"),
        ("召开几场座谈会？", "场"),
        ("压缩到多少个工作日？", "日"),
        ("最快几天办完？", "日"),
        ("总投资多少亿元？", "元"),
        ("花了多少钱？", "元"),
        ("提高了多少个百分点？", "个百分点"),
        ("出庭应诉率是多少？", "%"),
        ("占比是多少？", "%"),
        ("占了几成？", "%"),
        ("哪一年建成？", "年"),
        ("几月几日施行？", "日期"),
        ("什么时候施行？", "日期"),
        ("平均成绩是多少？", None),
        ("谁是组长？", None),
        ("What percentage of the buses is electric?", "%"),
        ("What is the correction rate?", "%"),
        ("How much money was invested?", "元"),
        ("In which year was it built?", "年"),
        ("When does it take effect?", "日期"),
        ("新增了多少个饭碗？", None),  # people are told, and no 个
        ("要等几个钟头？", "小时"),
        ("守了多少个年头？", "年"),
        ("比上年多给几个亿？", "元"),
        ("安排多少支持卫生事业？", None),  # 支持, and no 支
        ("惠及多少家庭？", None),
        ("派出多少支队伍？", "支"),
        ("扶贫资金增长多少？", None),
        ("Which separate rules were made?", None),  # no rate
        ("How many cases were accepted?", None),
        ("How many months late was the reservoir?", "个月"),
        ("For how many consecutive years did it fall?", "年"),
        ("Within how many working days must it reply?", "天"),
        ("How many people took part?", None),
    ],
)
def test_asked_unit(question: str, unit: str | None) -> None:
    assert asked_unit(question) == unit


@pytest.mark.parametrize(
    ("question", "parts"),
    [
        ("第二篇走访了多少家企业？", {2}),
        ("篇一的调研组组长是谁？", {1}),
        ("第一篇和第二篇有什么不同？", {1, 2}),
        ("第九篇讲了什么？", set()),
        ("写了几篇报告？", set()),
        ("走访了多少家企业？", set()),
    ],
)
def test_parts_of_a_compilation(sample_asker: Any, question: str, parts: set[int]) -> None:
    reports = sample_asker.snapshot.summaries
    named = named_reports(question, reports.values())
    assert {reports[report_id].part for report_id in named} == parts
    assert understand(question, nameable(reports.values())).report_ids == named


@pytest.mark.parametrize(
    ("question", "titles"),
    [
        ("《2022年澜川市政府工作报告》中地区生产总值是多少？", {"2022年澜川市政府工作报告"}),
        ("2022 年澜川市政府工作報告里的財政收入", {"2022年澜川市政府工作报告"}),
        (
            "2022年澜川市政府工作报告和2023年澜川市政府工作报告的增长目标各是多少？",
            {"2022年澜川市政府工作报告", "2023年澜川市政府工作报告"},
        ),
        ("2022年澜川市粮食产量是多少？", set()),
        ("澜川市政府工作报告怎么说？", set()),
        ("政府工作报告里的粮食产量是多少？", set()),
    ],
)
def test_a_report_is_named_by_its_whole_title(sample_asker: Any, question: str, titles: set[str]) -> None:
    reports = sample_asker.snapshot.summaries
    assert {
        reports[report_id].title for report_id in understand(question, nameable(reports.values())).report_ids
    } == titles


def test_of_titles_in_each_other_the_longest_is_meant_and_a_short_one_names_none(make_asker: Any) -> None:
    titles = ("松溪县水务局工作报告", "2021年松溪县水务局工作报告", "2022年松溪县水务局工作报告", "工作报告")
    texts = {f"{title}.txt": f"{title}\n\n一、粮食\n粮食产量{at}吨。\n" for at, title in enumerate(titles, start=11)}
    asker = make_asker(texts)
    named = {title: asker.draft(Question(question=f"{title}中粮食产量是多少吨？"))[0].report_ids for title in titles}
    summaries = asker.snapshot.summaries
    assert {title: {summaries[one].title for one in ids} for title, ids in named.items()} == {
        **{title: {title} for title in titles[:3]},
        titles[3]: set(),
    }
    answer = asker.ask(Question(question=f"{titles[1]}中粮食产量是多少吨？"))
    assert [citation.quote for citation in answer.citations] == ["粮食产量12吨。"]
