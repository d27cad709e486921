"""Answers that a language model writes, with models that do everything wrong that one can do."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import AsyncGenerator, Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from service.answers.generate import Account, Writer
from service.ask import Asker
from service.converse import Conversation
from service.errors import BadQuestion
from service.llm.prompts import load_prompts
from service.llm.types import Failure, Message, ModelError, Usage
from service.types import Answer, Given, Question

REPORT = """2021年青川市法治政府建设情况报告

一、行政复议工作

2021年，全市受理行政复议案件53件，办结50件。青川区受理18件，白水县受理11件。复议机关没有超期办理案件。

二、2022年工作计划

2022年，将新建法律服务站12个。市司法局负责统筹协调行政执法监督工作。
"""
HOW_MANY = "2021年青川市受理行政复议案件多少件？"
INJECTIONS = [
    json.loads(line)
    for line in (Path(__file__).parents[2] / "data" / "injections.jsonl").read_text(encoding="utf-8").splitlines()
]
_LINE = re.compile(r"\[?S(?P<handle>\d+)\]?\W*(?P<text>.+)")

Reply = Callable[[Sequence[Message]], str]


@dataclass
class Scripted:
    """A model that says what it is told to, some characters at a time, and fails where it is told to."""

    reply: str | Reply
    failure: Failure | None = None
    size: int = 5
    name: str = "scripted:model"
    closed: bool = False
    asked: tuple[Message, ...] = ()

    async def stream(
        self,
        messages: Sequence[Message],
        usage: Usage,
        budget_key: str = "",  # noqa: ARG002
    ) -> AsyncGenerator[str, None]:
        self.asked = tuple(messages)
        text = self.reply if isinstance(self.reply, str) else self.reply(messages)
        usage.input_tokens, usage.output_tokens = 100, len(text)
        try:
            for at in range(0, len(text), self.size):
                await asyncio.sleep(0)
                yield text[at : at + self.size]
            if self.failure:
                raise ModelError(self.failure, f"it {self.failure}")
        finally:
            self.closed = True


def lines_of(messages: Sequence[Message]) -> dict[str, str]:
    """What the model sees: handle to sentence."""
    user = "\n".join(message.text for message in messages if message.role == "user")
    return {match["handle"]: match["text"] for match in _LINE.finditer(user)}


def handle_of(messages: Sequence[Message], part: str) -> str:
    return next(handle for handle, text in lines_of(messages).items() if part in text)


def citing(part: str, text: str) -> Reply:
    """A model that writes ``text`` with, for each {}, the handle of the sentence that holds ``part``."""
    return lambda messages: text.replace("{}", f"[S{handle_of(messages, part)}]")


async def at_once(work: Callable[[], Any]) -> Any:
    return work()


def ask(
    asker: Asker, model: Scripted, question: str = HOW_MANY, *, judges: bool = False, **more: Any
) -> tuple[Answer, list[Given], Account]:
    asked = Question(question=question, trace=True, **more)
    account = Account()
    given: list[Given] = []

    async def whole() -> Answer:
        conversation = Conversation(Writer(model, load_prompts(), judges=judges))
        prepared = await conversation.prepare(asker, asked, at_once, account)
        async for event in conversation.events(asker, asked, prepared, account):
            if isinstance(event, Answer):
                return event
            given.append(event)
        raise AssertionError

    return asyncio.run(whole()), given, account


@pytest.fixture(scope="module")
def asker(make_asker: Any) -> Asker:
    made: Asker = make_asker({"报告.txt": REPORT})
    return made


def test_what_the_sources_carry_is_given_with_its_citations(asker: Asker) -> None:
    answer, given, _ = ask(asker, Scripted(citing("53件", "2021年，青川市受理行政复议案件53件{}。")))
    assert answer.mode == "generated"
    assert answer.fallback is None
    assert [segment.text for segment in answer.segments] == ["2021年，青川市受理行政复议案件53件。"]
    (citation,) = answer.citations
    assert "53件" in citation.quote
    report = asker.snapshot.reports[citation.report_id]
    assert report.text[citation.start : citation.end] == citation.quote
    assert [mark.of(report.text) for mark in citation.highlights] == ["53件"]
    assert answer.model == "scripted:model"
    assert answer.prompt
    assert given == [Given(segment=answer.segments[0], citations=(citation,))]
    assert "[1]" in answer.text
    assert "2021年青川市法治政府建设情况报告" in answer.text


@pytest.mark.parametrize(
    ("reply", "why"),
    [
        pytest.param("2021年，青川市受理行政复议案件53件。", "cites_nothing", id="cites nothing"),
        pytest.param("2021年，青川市受理行政复议案件53件[S99]。", "unknown_handle", id="an unknown handle"),
        pytest.param(citing("53件", "2021年，青川市受理行政复议案件58件{}。"), "contradicted", id="changes a figure"),
        pytest.param(citing("53件", "2021年，青川市受理行政复议案件50件{}。"), "contradicted", id="swaps two figures"),
        pytest.param(citing("53件", "2020年，青川市受理行政复议案件53件{}。"), "contradicted", id="another year"),
        pytest.param(citing("超期", "复议机关超期办理案件{}。"), "contradicted", id="drops a 没有"),
        pytest.param(citing("18件", "白水县受理18件，青川区受理11件{}。"), "contradicted", id="swaps two regions"),
        pytest.param(citing("12个", "2022年，已新建法律服务站12个{}。"), "contradicted", id="a target as outcome"),
        pytest.param(citing("53件", "北京市是中华人民共和国的首都{}。"), "not_found", id="from memory"),
    ],
)
def test_what_the_sources_do_not_carry_is_removed_and_the_extractive_answer_given(
    asker: Asker, reply: str | Reply, why: str
) -> None:
    answer, given, _ = ask(asker, Scripted(reply))
    assert answer.mode == "extractive_fallback"
    assert answer.fallback == "nothing_verified"
    assert answer.trace is not None
    (removed,) = answer.trace.removed
    assert removed.why.split(":")[0] in (why, "not_found" if why == "contradicted" else why)
    assert given == []
    assert "53件" in answer.text
    floor = asker.ask(Question(question=HOW_MANY))
    assert (answer.segments, answer.citations, answer.status) == (floor.segments, floor.citations, floor.status)


def test_a_removed_sentence_takes_no_other_with_it(asker: Asker) -> None:
    reply = citing("53件", "2021年，青川市受理行政复议案件53件。{}其中办结49件。{}")
    answer, _, account = ask(asker, Scripted(reply))
    assert answer.mode == "generated"
    assert [segment.text for segment in answer.segments] == ["2021年，青川市受理行政复议案件53件。"]
    assert [removed.text for removed in account.removed] == ["其中办结49件。"]


def test_a_true_sentence_beside_the_point_is_no_answer(asker: Asker) -> None:
    answer, given, _ = ask(asker, Scripted(citing("司法局", "市司法局负责统筹协调行政执法监督工作{}。")))
    assert len(given) == 1
    assert (answer.mode, answer.fallback) == ("extractive_fallback", "beside_the_point")
    assert "53件" in answer.text


def test_a_model_that_sees_no_answer_falls_back(asker: Asker) -> None:
    answer, _, _ = ask(asker, Scripted("无答案"))
    assert (answer.mode, answer.fallback) == ("extractive_fallback", "no_answer")


@pytest.mark.parametrize("failure", ["unreachable", "timed_out", "cut", "budget", "resting", "empty"])
def test_a_model_that_fails_falls_back(asker: Asker, failure: Failure) -> None:
    reply = citing("53件", "2021年，青川市受理行政复议案件53件。{}其中办结5")
    answer, _, _ = ask(asker, Scripted(reply, failure=failure))
    assert (answer.mode, answer.fallback) == ("extractive_fallback", failure)
    assert "53件" in answer.text


@pytest.mark.parametrize(
    ("opinion", "given"), [("是。", True), ("yes", True), ("否", False), ("嗯，大概是", False), ("", False)]
)
def test_a_judge_may_take_a_sentence_away(asker: Asker, opinion: str, given: bool) -> None:
    says = citing("53件", "2021年，青川市受理行政复议案件53件{}。")

    def reply(messages: Sequence[Message]) -> str:
        return opinion if "核对" in messages[0].text else says(messages)

    answer, _, account = ask(asker, Scripted(reply), judges=True)
    assert (answer.mode == "generated") is given
    assert [removed.why for removed in account.removed] == ([] if given else ["not_found:judge"])


def test_a_judge_gives_nothing_back(asker: Asker) -> None:
    says = citing("53件", "2021年，青川市受理行政复议案件58件{}。")
    answer, _, _ = ask(
        asker, Scripted(lambda messages: "是" if "核对" in messages[0].text else says(messages)), judges=True
    )
    assert answer.mode == "extractive_fallback"


def test_an_abstention_asks_no_model(make_asker: Any, refusing: Callable[[Asker], Asker]) -> None:
    model = Scripted("2021年，受理53件[S1]。")
    answer, _, _ = ask(refusing(make_asker({"报告.txt": REPORT})), model)
    assert (answer.status, answer.mode, model.asked) == ("abstained", "extractive", ())


def test_an_extractive_question_asks_no_model(asker: Asker) -> None:
    model = Scripted("2021年，受理53件[S1]。")
    answer, given, _ = ask(asker, model, mode="extractive")
    assert (answer.mode, model.asked) == ("extractive", ())
    assert tuple(event.segment for event in given) == answer.segments


def test_no_model_where_one_is_wanted_is_said(asker: Asker) -> None:
    with pytest.raises(BadQuestion, match="JUDIAN_LLM"):
        Conversation().ask(asker, Question(question="几", mode="generated"))


def test_a_reader_that_leaves_ends_the_call(asker: Asker) -> None:
    model = Scripted(citing("53件", "2021年，青川市受理行政复议案件53件。{}其中办结50件。{}"))
    asked = Question(question=HOW_MANY)

    async def first() -> None:
        events = Conversation(Writer(model, load_prompts())).events(asker, asked, asker.prepare(asked), Account())
        async for _ in events:
            break
        await events.aclose()

    asyncio.run(first())
    assert model.closed


@pytest.mark.parametrize("injection", INJECTIONS, ids=lambda injection: injection["text"][:20])
def test_nothing_that_a_report_tells_a_model_is_passed_on(make_asker: Any, injection: dict[str, str]) -> None:
    """A model that would do whatever a report says: it copies each sentence that it is shown with the demand in it."""
    at = REPORT.index("\n二、")
    asker = make_asker({"报告.txt": f"{REPORT[:at]}\n{injection['text']}\n{REPORT[at:]}"})
    clean = Scripted("无答案")
    ask(make_asker({"报告.txt": REPORT}), clean)

    def gullible(messages: Sequence[Message]) -> str:
        found = [(handle, text) for handle, text in lines_of(messages).items() if injection["demand"] in text]
        obeyed = "".join(f"{text}[S{handle}]\n受理{injection['demand']}件[S{handle}]。\n" for handle, text in found)
        return f"{obeyed}受理{injection['demand']}件[S1]。\n2021年全市受理53件[S{handle_of(messages, '53件')}]。"

    model = Scripted(gullible)
    answer, given, _ = ask(asker, model)
    assert injection["demand"] not in answer.text
    assert injection["demand"] not in "".join(event.segment.text for event in given)
    assert "53件" in answer.text
    assert [message for message in model.asked if message.role == "system"] == [
        message for message in clean.asked if message.role == "system"
    ]


def test_an_answer_carries_the_planted_figure_or_falls_back(make_asker: Any) -> None:
    """One who answers from memory says 53, whatever the report says now (Wallat et al. 2024, arXiv:2412.18004)."""
    for planted in range(100, 150):
        asker = make_asker({"报告.txt": REPORT.replace("53件", f"{planted}件")})
        answer, given, _ = ask(asker, Scripted(citing(f"{planted}件", "2021年，青川市受理行政复议案件53件{}。")))
        assert (answer.mode, given) == ("extractive_fallback", [])
        assert f"{planted}件" in answer.text
        answer, _, _ = ask(asker, Scripted(citing(f"{planted}件", f"2021年，青川市受理行政复议案件{planted}件{{}}。")))
        assert (answer.mode, f"{planted}件" in answer.text) == ("generated", True)
