"""Extractive beside generated: what the model says is counted, given or not, and a wrong figure is seen."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import pytest

from eval.gold.types import GoldItem
from eval.studies.generated import Asked, ask_by_lot, measured
from service.answers.generate import Account
from service.ask import Asker
from service.llm.types import Message
from service.open import open_writer
from service.settings import Settings
from service.types import Answer, Question
from tests.llm_server import ScriptedServer
from tests.service.conftest import answering

REPORT = (
    "2021年青川市工作报告\n\n一、行政复议\n\n2021年，全市受理行政复议案件53件。\n\n二、学校\n\n全市共有小学41所。\n"
)
GOLD = [
    GoldItem(id="a", lang="zh", type="number", question="青川市受理行政复议案件多少件？", answers=("53件",)),
    GoldItem(id="b", lang="zh", type="number", question="青川市共有小学多少所？", answers=("41所",)),
]


@pytest.fixture(scope="module")
def asker() -> Asker:
    return answering({"报告.txt": REPORT})


def citing(messages: Sequence[Message], part: str) -> str:
    return next(f"[S{handle}]" for handle, text in re.findall(r"\[S(\d+)\](.*)", messages[-1].text) if part in text)


def run(asker: Asker, said: dict[str, str]) -> dict[str, Any]:
    """What is measured where the model says ``said`` of the question that holds its key, citing the right sentence."""

    def says(messages: Sequence[Message]) -> str:
        question = messages[-1].text.rpartition("问题：")[2]
        part, text = next((part, text) for part, text in said.items() if part in question)
        return f"{text}{citing(messages, part)}。"

    with ScriptedServer(says) as server:
        writer = open_writer(Settings(llm="openai:scripted", llm_base_url=server.base_url))
        assert writer is not None
        return measured(ask_by_lot(asker, writer, GOLD))


def test_what_is_carried_is_counted_as_the_models(asker: Asker) -> None:
    found = run(asker, {"行政复议": "全市受理行政复议案件53件", "小学": "全市共有小学41所"})
    assert (found["n"], found["n_own"], found["n_given"], found["n_figures"], found["n_numbers"]) == (2, 2, 2, 2, 2)
    assert (found["n_unfaithful"], found["n_wrong"], found["n_wrong_extractive"]) == (0, 0, 0)
    assert (found["good"], found["good_own"], found["good_extractive"]) == (1.0, 1.0, 1.0)
    assert found["input_tokens"] > found["output_tokens"] > 10


def test_a_changed_figure_is_removed_and_the_extractive_answer_stays_right(asker: Asker) -> None:
    found = run(asker, {"行政复议": "全市受理行政复议案件54件", "小学": "全市共有小学41所"})
    assert (found["n_own"], found["n_wrong"], found["n_unfaithful"]) == (1, 0, 0)
    assert found["removed"] == {"contradicted:figure": 1}
    assert found["fallback"] == {"nothing_verified": 1}
    assert (found["good"], found["good_extractive"]) == (1.0, 1.0)


def test_a_wrong_figure_that_came_through_would_be_counted(asker: Asker) -> None:
    extractive = asker.ask(Question(question=GOLD[0].question))
    (segment,) = extractive.segments
    wrong: Answer = extractive.model_copy(
        update={
            "mode": "generated",
            "text": "受理案件54件。",
            "segments": (segment.model_copy(update={"text": "受理案件54件。"}),),
        }
    )
    found = measured([Asked(GOLD[0], extractive, wrong, Account())])
    assert (found["n_figures"], found["n_unfaithful"]) == (1, 1)
    assert (found["n_numbers"], found["n_wrong"], found["n_wrong_extractive"]) == (1, 1, 0)
