"""Why: what stands before “因此，…” is the cause, a heading as well as a sentence."""

from __future__ import annotations

from typing import Any

import pytest

from service.answers.cause import sentence_before
from service.ask import Asker
from service.demands.causes import says_why
from service.types import Question

NOTICE = """石桥市人民政府关于加强古树名木保护工作的通知

一、古树名木分布零散，权属复杂，养护专业性强。因此，保护工作由园林部门统一归口管理，各乡镇指定专人配合。

二、各乡镇要建立台账，每季度巡查一次，发现枯枝病害及时报告，不得擅自移植或者砍伐。
"""


def test_the_cause_is_given_before_what_follows_from_it(make_asker: Any) -> None:
    asker: Asker = make_asker({"通知.txt": NOTICE})
    answer = asker.ask(Question(question="古树名木的保护工作为何由园林部门统一归口管理？"))
    assert [segment.text for segment in answer.segments] == [
        "一、古树名木分布零散，权属复杂，养护专业性强。",
        "因此，保护工作由园林部门统一归口管理，各乡镇指定专人配合。",
    ]


def test_before_the_first_sentence_there_is_none() -> None:
    assert sentence_before("因此，停止施工。", 0) is None


@pytest.mark.parametrize(
    "sentence", ["诚信是企业的生命线。", "保护耕地是粮食安全的根基。", "发展康养产业对促进就业具有重要意义。"]
)
def test_what_a_thing_means_may_be_why(sentence: str) -> None:
    assert says_why(sentence, None)


def test_that_something_is_done_is_no_cause() -> None:
    assert not says_why("全市新建公园12座。", None)
