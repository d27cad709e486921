"""Copies of one report: cited once, shown beside each other where one is corrected, and in no other report's place."""

from __future__ import annotations

from typing import Any

import pytest

from service.copies import is_corrected, likeness, say_the_same
from service.types import Question, SearchQuestion

SENTENCE = "全县建成高标准农田{value}万亩，完成土地流转面积与去年大体持平，粮食生产能力稳步提升。"
REST = """二、农村工作
开展农村人居环境整治提升行动，农村生活污水治理设施运行情况总体良好，农户的参与程度不断提高。
选派驻村第一书记和工作队员到村开展工作，村级集体经济收入稳定增长，基层组织建设得到加强。
三、下一步安排
坚持农业农村优先发展，健全防止返贫动态监测和帮扶机制，抓好粮食和重要农产品的稳定安全供给。
"""


def report(place: str = "大洼县", value: str = "12.6", rest: str = REST) -> str:
    return f"{place}2023年乡村振兴工作报告\n\n一、农业生产\n{SENTENCE.format(value=value)}\n{rest}"


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("建成农田12.6万亩，质量合格。", "建成农田12.6万亩, 质量合格", True),
        ("全县完成农田建设任务，工程质量合格。", "全县完成农田建设任各，工程质量合格。", True),  # a letter read wrongly
        ("建成农田12.6万亩，质量合格。", "建成农田12.9万亩，质量合格。", False),
        ("建成农田12.6万亩，质量合格。", "建成农田1.26万亩，质量合格。", False),
        ("建成农田12.6万亩，质量合格。", "建成农田12.6万顷，质量合格。", False),
        ("全县失业率比上年有所上升的情况", "全县失业率比上年有所下降的情况", False),
        ("上述项目已经通过有关部门的验收", "上述项目未经通过有关部门的验收", False),
        ("会议由县委副书记张三主持召开。", "会议由县委副书记李四主持召开。", False),
        ("投入资金十二亿元用于农田建设。", "投入资金十三亿元用于农田建设。", False),
        ("抓好粮食生产。", "抓好粮食和重要农产品的生产。", False),
    ],
)
def test_what_says_the_same_in_nearly_the_same_words(one: str, other: str, same: bool) -> None:
    assert say_the_same(one, other) is same
    assert say_the_same(other, one) is same


def test_likeness_is_of_the_letters_in_order() -> None:
    assert likeness("一二三四五六七八，", "一二三四五六七九。") == 2 * 7 / (8 + 8)
    assert likeness("一二三四", "五六七八") == 0.0
    assert is_corrected("建成农田12.6万亩。", "建成农田12.9万亩。")
    assert not is_corrected("建成农田12.6万亩。", "建成农田12.6万亩！")


def test_a_sentence_that_differs_in_its_writing_is_cited_once(make_asker: Any) -> None:
    typed = report().replace("大体持平", "大体待平").replace("；", ";")
    asker = make_asker({"甲站/报告.txt": report(), "乙站/报告.txt": typed, "盘山.txt": report("盘山县", "9.8", "")})
    (citation,) = asker.ask(Question(question="大洼县建成高标准农田多少万亩？")).citations
    ids = {one.report_id for one in asker.snapshot.reports.values() if "大洼县" in one.text}
    assert {citation.report_id, *citation.also_in} == ids
    assert len(ids) == 2


@pytest.mark.parametrize(
    "question",
    ["大洼县2023年建成高标准农田多少万亩？", "大洼县建成高标准农田多少万亩？", "大洼县高标准农田建设情况如何？"],
)
def test_a_corrected_figure_stands_beside_the_other(make_asker: Any, question: str) -> None:
    asker = make_asker({"甲站/报告.txt": report(), "乙站/报告.txt": report(value="12.9")})
    answer = asker.ask(Question(question=question))
    quotes = [citation.quote for citation in answer.citations]
    assert {value for value in ("12.6", "12.9") if any(value in quote for quote in quotes)} == {"12.6", "12.9"}
    assert not any(citation.also_in for citation in answer.citations if "高标准农田" in citation.quote)
    labels = {segment.label for segment in answer.segments if "高标准农田" in segment.text}
    assert len(labels) == 2  # told apart by their files


def test_another_figure_of_another_thing_is_no_correction(make_asker: Any) -> None:
    rest = "全县共有普通小学12所，办学条件改善。\n全县共有普通中学15所，办学条件改善。\n" + REST
    changed = rest.replace("中学15所", "中学14所")
    asker = make_asker({"甲站/报告.txt": report(rest=rest), "乙站/报告.txt": report(rest=changed)})
    answer = asker.ask(Question(question="大洼县2023年全县有多少所普通小学？"))
    assert ["小学12所" in citation.quote for citation in answer.citations] == [True]


def test_copies_take_no_other_reports_place_in_a_search(make_asker: Any) -> None:
    copies = {f"{at}/报告.txt": report().replace("稳步", "稳步" if at % 2 else "平稳") for at in range(130)}
    asker = make_asker({**copies, "盘山.txt": report("盘山县", "9.8", "")})
    found = asker.search(SearchQuestion(question="建成高标准农田多少万亩", k=8)).passages
    assert [passage.rank for passage in found] == list(range(1, len(found) + 1))
    by_place = [asker.snapshot.summaries[passage.chunk.report_id].region for passage in found]
    assert "盘山县" in by_place
    fields = [passage for passage in found if "12.6万亩" in passage.chunk.text]
    assert len(fields) <= 2
    assert {len(passage.also_in) for passage in fields} <= {129, 64}
    quotes = [c.quote for c in asker.ask(Question(question="建成高标准农田多少万亩？")).citations]
    assert any("9.8万亩" in quote for quote in quotes)
    assert any("12.6万亩" in quote for quote in quotes)


def test_the_list_and_the_outline_name_the_copies(make_asker: Any, client_of: Any) -> None:
    asker = make_asker({"甲站/报告.txt": report(), "乙站/报告.txt": report(), "盘山.txt": report("盘山县", "9.8", "")})
    client = client_of(asker)
    listed = client.get("/v1/reports").json()["reports"]
    copies = {item["report_id"]: item["copies"] for item in listed}
    one, other = (item["report_id"] for item in listed if item["region"] == "大洼县")
    assert (copies.pop(one), copies.pop(other)) == ([other], [one])
    assert list(copies.values()) == [[]]
    assert client.get(f"/v1/reports/{one}").json()["copies"] == [other]
