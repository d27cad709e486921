"""What something is, asked for in English: of a kind of its own, and answered by what defines it."""

from __future__ import annotations

from typing import Any

import pytest

from indexer.chinese.folding import fold
from indexer.types import Span
from service.checks import lacks
from service.kinds import kind_of
from service.understand import understand

DEFINING = (
    "第二条 本办法所称河长，是指负责河流管护的人员。",
    "3.河长：负责河流管护的人员。",
    "巡河由河长负责，即负责河流管护的人员。",
)
OTHERS = ("第一条 河长应当定期巡河。", "第三条 对河长进行考核，指导其随即整改。", "河长履职情况即将公开。")


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("what is a river chief?", "definition"),
        ("what is an administrative license?", "definition"),
        ("what are the results of a river chief?", "fact"),
        ("what is a good reason for river chiefs, and why?", "reason"),
        ("what is the rate of growth?", "number"),
    ],
)
def test_what_a_thing_is_is_asked_for_without_the(question: str, kind: str) -> None:
    assert kind_of(question) == kind


@pytest.mark.parametrize("question", ["What is a river chief?", "What does river chief mean?", "Define river chief."])
def test_only_what_defines_answers_a_definition_in_english(make_asker: Any, question: str) -> None:
    snapshot = make_asker({"办法.txt": "朔原县河长制办法\n\n" + "\n".join((*DEFINING, *OTHERS))}).snapshot
    chunk = snapshot.chunks[-1]

    def may_answer(sentence: str) -> bool:
        pointed = Span(start=0, end=len(sentence))
        report = snapshot.summaries[chunk.report_id]
        return lacks(understand(question), chunk, fold(sentence), report, pointed=pointed) is None

    assert [may_answer(sentence) for sentence in (*DEFINING, *OTHERS)] == [True] * 3 + [False] * 3
