"""Items that stand each in a part of its own: headings of sections, or the beginnings of sentences and paragraphs."""

from __future__ import annotations

from typing import Any

import pytest

from service.types import Answer, Question

TRIALS = """枫桥县2023年改革试点工作情况的报告

一、总体情况
2023年，枫桥县在三个领域开展了改革试点，共投入资金1.2亿元。

二、教育领域
推进集团化办学试点。全县组建教育集团6个。

三、养老领域
推进社区养老试点。全县建成社区食堂18个。

四、农村产权领域
推进宅基地流转试点。全县流转宅基地210宗。

五、存在的问题
一是资金投入不足。二是专业人才缺乏。
"""
BUSINESS = """松岭县2022年优化营商环境工作报告

一、主要做法
我县从三个方面推进营商环境建设。
在市场准入方面，全面推行告知承诺制。全年新登记企业3200户。
在融资服务方面，设立风险补偿资金5000万元。
一是涉企执法方面，推行首违不罚清单。
二、其他情况
在耕地保护方面，复垦抛荒地300亩。整治沟渠。
在林业管护方面，补植林木1200亩。
"""


def given(asker: Any, question: str) -> list[str]:
    answer: Answer = asker.ask(Question(question=question))
    return [
        mark.of(asker.snapshot.reports[citation.report_id].text)
        for citation in answer.citations
        for mark in citation.highlights
    ]


@pytest.mark.parametrize(
    "question", ["枫桥县在哪三个领域开展了试点？", "枫桥县在哪些领域开展了改革试点？", "改革试点涉及哪几个领域？"]
)
def test_each_item_heads_a_section(make_asker: Any, question: str) -> None:
    asker = make_asker({"枫桥.txt": TRIALS})
    assert given(asker, question) == ["教育领域", "养老领域", "农村产权领域"]


@pytest.mark.parametrize("question", ["松岭县从哪三个方面推进营商环境建设？", "营商环境建设从哪些方面推进？"])
def test_each_item_begins_a_sentence(make_asker: Any, question: str) -> None:
    asker = make_asker({"松岭.txt": BUSINESS})
    assert given(asker, question) == ["市场准入方面", "融资服务方面", "涉企执法方面"]


@pytest.mark.parametrize(
    ("question", "report"),
    [
        ("枫桥县在哪两个领域开展了试点？", TRIALS),  # there are three
        ("枫桥县在哪些行业开展了试点？", TRIALS),  # they are called something else
        ("枫桥县在哪些领域建成了食堂？", TRIALS),  # one of them alone is about that
        ("枫桥县在哪些领域开展了试点？", TRIALS.replace("三、养老领域", "三、养老工作")),  # another between
        ("松岭县从哪三个方面推进水利设施建设？", BUSINESS.replace("建设", "优化")),
        ("松岭县存在哪些方面的问题？", BUSINESS),  # of which the 方面 are none
    ],
)
def test_what_is_not_of_what_is_asked_is_no_item(make_asker: Any, question: str, report: str) -> None:
    assert not {"教育领域", "市场准入方面"} & set(given(make_asker({"报告.txt": report}), question))


def test_what_one_sentence_enumerates_goes_before(make_asker: Any) -> None:
    report = TRIALS.replace("在三个领域开展了改革试点", "在教育、养老、农村产权三个领域开展了改革试点")
    asker = make_asker({"枫桥.txt": report})
    assert given(asker, "枫桥县在哪三个领域开展了改革试点？") == ["教育", "养老", "农村产权"]
