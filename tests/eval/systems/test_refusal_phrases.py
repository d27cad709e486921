"""Refusals of language models are told from answers that use the same words."""

from __future__ import annotations

import pytest

from eval.systems.refusal_phrases import refuses
from eval.systems.remote import black_box_prompt
from service.compose import WORDS

REFUSALS = (
    *(words["not_in_reports"] for words in WORDS.values()),  # Judian's own, asked as a black box
    "",
    " \n",
    "报告中没有相关内容。",
    "報告中沒有相關內容。",
    "**报告中没有相关内容。**",
    "抱歉，报告中没有提到该市的常住人口。",
    "很抱歉，根据所提供的报告，无法确定该县的财政收入。",
    "根据现有资料，我无法回答这个问题。",
    "从报告中无法得知这一数字。",
    "上述材料均未提及松岭市的一般公共预算收入。",
    "《2023年澜川市政府工作报告》没有给出员工人数。",
    "在报告中没有明确说明2020年的地区生产总值。",
    "未找到与该问题相关的内容。",
    "没有找到相关信息。",
    "暂无相关数据。",
    "我不知道。",
    "不知道",
    "不清楚，报告没有写。",
    "无法提供相关信息。",
    "The reports do not say.",
    "The report doesn’t mention the number of tourists.",
    "I'm sorry, but the provided documents do not contain this information.",
    "Unfortunately, there is no information about the population in the reports.",
    "Based on the provided reports, I cannot determine the budget.",
    "I don't know.",
    "The number of employees is not mentioned in the report.",
    "No information was found.",
    "Not stated in the reports.",
)
ANSWERS = (
    "60.8万吨",
    "无法人资格的单位有12家。",
    "无法找到工作的毕业生有三百多人。",
    "不能提供证明材料的申请有35件。",
    "没有发生重大安全事故。",
    "没有发现重大问题。",
    "不清楚该找谁办事，是群众反映最多的问题。",
    "不知道政策的企业占三成。",
    "我市粮食总产量60.8万吨。",
    "报告提到，基层力量不足、经费没有保障。",
    "文件未列出的事项一律取消。",
    "材料不全的，应当一次告知。",
    "信息公开申请共受理412件。",
    "报告没有说明具体时间，但指出投资54.8亿元。",
    "报告中没有给出全省合计；不过，砚海省为31.7亿元。",
    "对不起三个字，干部说得太少。",
    "相关资料由市档案馆保存。",
    "The reports do not give a total, but Lanchuan alone retrofitted 167 lifts.",
    "The service is not available in rural areas.",
    "There are no data centres in the county.",
    "No data centres were built in 2022.",
    "Not all departments reported: 12 of 15 did.",
    "Information services grew by 12%.",
    "Sorry tales aside, 167 lifts were retrofitted.",
    "I cannot stress enough, said the mayor, that 6 minutes is what it took.",
)


@pytest.mark.parametrize("text", REFUSALS)
def test_a_refusal_is_one(text: str) -> None:
    assert refuses(text)


@pytest.mark.parametrize("text", ANSWERS)
def test_an_answer_with_similar_words_is_none(text: str) -> None:
    assert not refuses(text)


@pytest.mark.parametrize("sentence", ["报告中没有相关内容。", "The reports do not say."])
def test_the_sentence_that_the_prompt_asks_for_is_a_refusal(sentence: str) -> None:
    assert sentence in black_box_prompt()
    assert refuses(sentence)


def test_a_long_text_of_openings_takes_no_time() -> None:
    assert not refuses("抱歉，" * 20_000)
    assert not refuses("sorry, but " * 20_000)
