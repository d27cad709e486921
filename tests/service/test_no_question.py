"""Greetings, thanks and struck keys get one line that says what can be asked; what asks anything is a question."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from indexer.reports import read_file, reading_of
from service.no_question import asks_nothing, what_can_be_asked
from service.types import Question

GREETINGS = """
你好|您好！|你好啊|妳好|大家好|嗨|哈喽|哈囉|您好👋|😀你好|早上好|晚上好，|在吗|在麼？|有人吗|再见|你好，谢谢|你好 hello
hello|Hello!|hi there|hey|Ｈｅｌｌｏ|good morning|Good evening, Judian!|how are you|bye
"""
THANKS = """
谢谢|谢谢你！|謝謝|非常感谢|多謝您|好的谢谢|收到，谢谢|辛苦了|嗯嗯|好的|thanks|Thank you very much!|thx|ok
"""
ABOUT_THE_ASKED = """
你是谁|你是誰？|您是哪位|你叫什么名字|你是什么|你是机器人吗|你是干什么的|这是什么|这个系统是做什么的|请介绍一下你自己
你能做什么|你能做什麼？|你会什么|你可以干什么|你能回答什么问题|你能帮我做什么|我可以问你什么|可以问什么|我能问什么问题？
你有什么功能|你有哪些功能？|怎么用|如何使用|帮助|测试一下|你好，你是谁？|您好，请问你能做什么
who are you|Who are you?|what are you|what is your name|what's your name?|hello, who are you?|introduce yourself
what can you do|What can you do for me?|what can I ask|what can i ask you?|how does this work|help|can you help me?|test
"""
STRUCK = """
asdfghjkl|ASDFGHJKL|asdf|qwerty|qwer1234|zxcvbnm,./|jkl;|asd qwe zxc|sdkfjhskdjfh|asdkjaslkdj|fghfghfgh|abcabcabc|aaaaaa
啊啊啊|啊啊啊啊啊啊！|哈哈哈|123456|１２３４５６|111111|1234567890|0000|7
"""
QUESTIONS = """
你好，2022年全县粮食产量是多少？|谢谢参与的企业有多少家？|您好，请问今年计划新增就业多少人|请问2022年粮食产量|你们县有多少人
hello, how many hospitals were built in 2022?|Thanks to the reform, how many permits were cut?|help for farmers
你是谁的部门|谁是组长|他能做什么|政府能做什么|这是什么政策|系统有什么功能定位|可以提供什么服务|有哪些服务|居民可以问什么部门
what can enterprises do|What can the county do?|who are the leaders|how are farmers supported|welcome package amount
你好村在哪里|嘿嘿村有多少人|好人好事|早稻产量|帮助企业|帮助贫困户多少|喂养|拜访|行政复议|行车事故|测试题|明白卡发放多少张|88家
财政收入|粮食|GDP|gdp|PM2.5|CPI|WTO|RCEP|R&D|5G|were|strength|2022|2022年|2023 report|12345|12345热线|110
"""


def wordings(table: str) -> list[str]:
    return [one for line in table.strip().splitlines() for one in line.split("|")]


@pytest.mark.parametrize("text", wordings(GREETINGS + THANKS.strip() + ABOUT_THE_ASKED + STRUCK.strip()))
def test_it_asks_nothing(text: str) -> None:
    assert asks_nothing(text)


@pytest.mark.parametrize("text", wordings(QUESTIONS))
def test_a_question_is_one_whatever_it_opens_with(text: str) -> None:
    assert not asks_nothing(text)


@pytest.mark.parametrize("unit", ["你好", "啊", "谢谢您", "hi ", "ok and so ", "嗯哦", "我可以问你", "asdf"])
def test_a_long_text_is_read_at_once(unit: str) -> None:
    """What could be read in many ways is read in one; a test that hangs has failed."""
    assert not asks_nothing((unit * 60)[:58] + "产量")
    assert not asks_nothing(unit * 10_000)


@pytest.mark.parametrize(
    ("question", "language", "said"),
    [
        ("你是谁？", "zh", "据典只依据已收录的6份报告作答"),
        ("謝謝", "zh", "例如"),
        ("who are you", "en", "Judian answers only"),
    ],
)
def test_it_is_answered_by_what_can_be_asked(sample_asker: Any, question: str, language: str, said: str) -> None:
    answer = sample_asker.ask(Question(question=question))
    assert (answer.status, answer.reason, answer.language) == ("abstained", "not_in_reports", language)
    assert (answer.confidence, answer.citations, answer.segments) == (0.0, (), ())
    assert said in answer.text
    assert "\n" not in answer.text


def test_the_examples_are_questions_that_the_reports_answer(samples: Path, sample_asker: Any) -> None:
    reports = [report for path in sorted(samples.iterdir()) for report in read_file(path).reports]
    examples = what_can_be_asked(reports, "zh").split("“")[1:]
    assert len(examples) == 2
    for example in examples:
        question = example.split("”")[0]
        answer = sample_asker.ask(Question(question=question))
        assert answer.citations[0].title in question
        assert question.split("，")[1].removesuffix("是多少？") in answer.citations[0].quote


@pytest.mark.parametrize(
    ("file", "text", "expected"),
    [
        (
            "2023年朔原县政府工作报告.txt",
            "一、工作回顾\n茶叶产量412吨。\n",
            "“2023年朔原县政府工作报告中，茶叶产量是多少？”",
        ),
        ("朔原县医改情况.txt", "一、推进分级诊疗\n成效明显。\n", "“朔原县医改情况关于“推进分级诊疗”讲了什么？”"),
        (f"{'很长' * 20}.txt", "茶叶产量412吨。\n", None),
    ],
)
def test_examples_are_made_of_what_is_indexed(file: str, text: str, expected: str | None) -> None:
    line = what_can_be_asked(reading_of(text.encode(), file).reports, "zh")
    assert line.endswith(f"；例如可以问：{expected}" if expected else "逐字引用原文。")


def test_nothing_indexed_has_no_examples() -> None:
    assert what_can_be_asked([], "en").endswith("word for word.")
