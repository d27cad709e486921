"""Systems by name; Judian with a language model is asked as it is served."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from eval.errors import EvaluationError
from eval.gold.types import GoldItem
from eval.systems.named import open_system
from indexer.encoders.hashing import HashingEncoder
from indexer.store.snapshot import Snapshot
from service.llm.types import Message
from service.settings import Settings
from tests.llm_server import ScriptedServer
from tests.service.conftest import snapshot_of

ITEM = GoldItem.model_validate(
    {
        "id": "a",
        "lang": "zh",
        "type": "number",
        "question": "青川市受理行政复议案件多少件？",
        "answers": ["53件"],
        "evidence": [],
    }
)


@pytest.fixture(scope="module")
def snapshot() -> Snapshot:
    return snapshot_of({"报告.txt": "2021年青川市工作报告\n\n一、行政复议\n\n2021年，全市受理行政复议案件53件。\n"})


def test_a_language_model_is_asked(snapshot: Snapshot) -> None:
    def says(messages: Sequence[Message]) -> str:
        assert "53件" in messages[-1].text
        return "青川市受理行政复议案件53件[S1]。"

    with ScriptedServer(says) as server:
        settings = Settings(llm="openai:scripted", llm_base_url=server.base_url)
        system = open_system("judian-generated", snapshot, HashingEncoder(), settings)
        output = system.ask(ITEM)
    assert len(server.requests) == 1
    assert output.status == "abstained" or "53件" in output.text


def test_without_one_it_is_said(snapshot: Snapshot) -> None:
    with pytest.raises(EvaluationError, match="JUDIAN_LLM"):
        open_system("judian-generated", snapshot, HashingEncoder(), Settings())


def test_an_unknown_name_is_answered_with_those_there_are(snapshot: Snapshot) -> None:
    with pytest.raises(EvaluationError, match="judian-generated"):
        open_system("judion", snapshot, HashingEncoder(), Settings())
