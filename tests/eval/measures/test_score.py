"""Outputs written by hand, scored against a small report: which measures apply, and what they come to."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from eval.gold.evidence import resolved
from eval.gold.load import RETRIEVAL_ONLY
from eval.gold.types import GoldItem
from eval.measures import summary
from eval.measures.score import is_right, score
from eval.studies.pools import open_pool
from eval.systems.types import Output, Ranked
from indexer.encoders.hashing import HashingEncoder
from indexer.reports import reading_of
from indexer.store.snapshot import Snapshot
from indexer.types import Span
from service.cite import cite
from service.types import Citation, Segment

TEXT = """2023年甲市政府工作报告

一、工作回顾
全市办理行政复议案件2270件，增长15%。受理投诉**件。

二、存在的问题
（一）基层力量不足。
有的乡镇没有专业人员。

（二）经费保障不够。
有的部门没有专项经费。
"""
NUMBER = GoldItem(
    id="n", question="办了多少件?", lang="zh", type="number", answers=("2270件",), evidence=("案件2270件",)
)
LIST = GoldItem(
    id="l",
    question="有哪些问题?",
    lang="zh",
    type="list",
    answers=("基层力量不足", "经费保障不够"),
    evidence=("基层力量不足", "经费保障不够"),
)
MASKED = GoldItem(
    id="m", question="投诉多少件?", lang="zh", type="masked", answers=("masked",), evidence=("受理投诉**件",)
)
ABSENT = GoldItem(id="u", question="人口多少?", lang="zh", type="unanswerable")


@pytest.fixture(scope="module")
def snapshot(tmp_path_factory: pytest.TempPathFactory) -> Snapshot:
    reports = reading_of(TEXT.encode(), "2023年甲市政府工作报告.txt").reports
    return open_pool(reports, HashingEncoder(), tmp_path_factory.mktemp("cache"), max_chars=40)


def _cited(snapshot: Snapshot, *quotes: str, marked: str = "") -> dict[str, Any]:
    """Segments and citations of an output that quotes ``quotes``, one a segment."""
    (report,) = snapshot.reports.values()
    citations: list[Citation] = []
    for number, quote in enumerate(quotes, start=1):
        start = report.text.index(quote)
        at = report.text.find(marked, start) if marked else -1
        marks = [Span(start=at, end=at + len(marked))] if marked and at < start + len(quote) else []
        citations.append(cite(number, report, Span(start=start, end=start + len(quote)), (), marks))
    segments = tuple(Segment(text=c.quote, citations=(c.number,)) for c in citations)
    return {"segments": segments, "citations": tuple(citations)}


def _output(item: GoldItem, status: str = "answered", **fields: Any) -> Output:
    return Output.model_validate({"id": item.id, "status": status, "text": "", "elapsed_ms": 5.0, **fields})


def _values(snapshot: Snapshot, item: GoldItem, output: Output) -> dict[str, float]:
    found = resolved(item, list(snapshot.reports.values()))
    (scores,) = score([found], {item.id: output}, snapshot)
    assert (scores.id, scores.type) == (item.id, item.type)
    return dict(scores.values)


def test_a_right_number(snapshot: Snapshot) -> None:
    sentence = "全市办理行政复议案件2270件，增长15%。"
    values = _values(snapshot, NUMBER, _output(NUMBER, **_cited(snapshot, sentence, marked="2270件"), confidence=0.9))
    right = "good contains first any marked length citation.integrity citation.recall citation.precision".split()
    assert {name: values[name] for name in (*right, "evidence.recall", "figures.faithful")} == dict.fromkeys(
        (*right, "evidence.recall", "figures.faithful"), 1
    )
    assert {values[name] for name in ("wrong", "refused", "to_refuse", "failed", "em")} == {0}
    assert values["confidence"] == 0.9
    assert not {"key_points", "list.recall", "masked.reason", "tokens", "chunk.RR"} & values.keys()  # do not apply


def test_a_wrong_number_beside_the_evidence(snapshot: Snapshot) -> None:
    values = _values(snapshot, NUMBER, _output(NUMBER, **_cited(snapshot, "受理投诉**件。", marked="**件")))
    assert (values["good"], values["wrong"], values["marked"], values["citation.recall"]) == (0, 1, 0, 0)
    assert values["length"] == pytest.approx(len("受理投诉**件。") / len("全市办理行政复议案件2270件，增长15%。"))


def test_an_answerable_question_refused_is_not_wrong_and_holds_nothing(snapshot: Snapshot) -> None:
    values = _values(snapshot, NUMBER, _output(NUMBER, "abstained", reason="not_in_reports"))
    assert {values[name] for name in ("good", "wrong", "contains", "first", "any", "f1")} == {0}
    assert not {"length", "citation.recall", "marked", "figures.faithful", "citation.integrity"} & values.keys()


def test_a_list_by_items(snapshot: Snapshot) -> None:
    cited = _cited(snapshot, "经费保障不够。", "有的乡镇没有专业人员。", "基层力量不足。")
    values = _values(snapshot, LIST, _output(LIST, **cited))
    assert (values["good"], values["key_points"], values["list.recall"]) == (1, 1, 1)
    assert values["list.precision"] == pytest.approx(2 / 3, abs=1e-6)
    assert values["list.order"] == 0
    assert values["citation.precision"] == pytest.approx(2 / 3, abs=1e-6)
    half = _values(snapshot, LIST, _output(LIST, **_cited(snapshot, "基层力量不足。")))
    assert (half["good"], half["wrong"], half["evidence.recall"]) == (1 / 2, 0, 1 / 2)
    assert "list.order" not in half


@pytest.mark.parametrize(
    ("item", "reason", "of_reason"),
    [(MASKED, "masked_in_source", 1), (MASKED, "not_in_reports", 0), (ABSENT, "not_in_reports", None)],
)
def test_a_due_refusal(snapshot: Snapshot, item: GoldItem, reason: str, of_reason: float | None) -> None:
    values = _values(snapshot, item, _output(item, "abstained", reason=reason))
    assert (values["good"], values["wrong"], values["to_refuse"], values["refused"]) == (1, 0, 1, 1)
    assert values.get("masked.reason") == of_reason
    answered = _values(snapshot, item, _output(item, **_cited(snapshot, "增长15%。")))
    assert (answered["good"], answered["wrong"]) == (0, 1)
    assert "length" not in answered


def test_a_failure_is_no_refusal(snapshot: Snapshot) -> None:
    for item in (NUMBER, ABSENT):
        values = _values(snapshot, item, _output(item, "abstained", error="503"))
        assert (values["good"], values["wrong"], values["refused"], values["failed"]) == (0, 0, 0, 1)


def test_a_system_without_citations_has_no_score_for_them_but_recall_is_zero(snapshot: Snapshot) -> None:
    output = _output(NUMBER, text="2,270件", prompt_tokens=100, completion_tokens=7)
    values = _values(snapshot, NUMBER, output)
    assert (values["good"], values["em"], values["tokens"]) == (1, 0, 107)
    assert (values["citation.recall"], values["figures.faithful"]) == (0, 0)
    assert not {"first", "any", "marked", "citation.integrity", "citation.precision"} & values.keys()


def test_rankings_at_three_levels(snapshot: Snapshot) -> None:
    chunks = list(snapshot.chunks)
    holding = next(chunk for chunk in chunks if "2270件" in chunk.text)
    other = next(chunk for chunk in chunks if "乡镇" in chunk.text)
    ranking = tuple(
        Ranked(report_id=chunk.report_id, start=chunk.span.start, end=chunk.span.end, score=1.0)
        for chunk in (other, holding)
    )
    values = _values(snapshot, NUMBER, _output(NUMBER, **_cited(snapshot, "增长15%。"), ranking=ranking))
    n_before = other.text.count("。")
    assert (values["chunk.RR"], values["report.RR"]) == (1 / 2, 1)
    assert values["sentence.RR"] == pytest.approx(1 / (1 + n_before), abs=1e-6)
    assert (values["chunk.R@1"], values["chunk.R@5"]) == (0, 1)
    nothing = _values(snapshot, NUMBER, _output(NUMBER, "abstained", ranking=()))
    assert nothing["chunk.RR"] == 0
    assert "chunk.RR" not in _values(snapshot, ABSENT, _output(ABSENT, "abstained", ranking=ranking))


def test_a_question_for_retrieval_alone_has_no_score_for_its_answer(snapshot: Snapshot) -> None:
    item = GoldItem(id="r", question="复议", lang="zh", type="fact", evidence=("案件2270件",), note=RETRIEVAL_ONLY)
    (report,) = snapshot.reports.values()
    ranking = (Ranked(report_id=report.report_id, start=0, end=len(report.text), score=1.0),)
    values = _values(snapshot, item, _output(item, **_cited(snapshot, "增长15%。"), ranking=ranking, confidence=0.5))
    assert values["report.RR"] == 1
    assert not {"good", "wrong", "contains", "first"} & values.keys()
    assert not {"good", "wrong", "aurc"} & summary([values]).keys()


def test_of_two_places_that_of_the_citation_counts(tmp_path: Path) -> None:
    text = "甲市报告\n\n全市共办结5件，其余案件正在按照有关规定依法办理之中。\n\n附：共办结5件。\n"
    snapshot = open_pool(reading_of(text.encode(), "a.txt").reports, HashingEncoder(), tmp_path)
    item = GoldItem(id="n", question="?", lang="zh", type="number", answers=("5件",), evidence=("共办结5件",))
    values = _values(snapshot, item, _output(item, **_cited(snapshot, "附：共办结5件。")))
    assert values["length"] == 1


@pytest.mark.parametrize(
    ("kind", "accepted", "said", "right"),
    [
        ("number", ("5项", "五项"), "共五项。", 1.0),
        ("number", ("5项",), "共15项。", 0.0),
        ("list", ("甲", "乙", "丙", "丁"), "甲、乙\n丁", 3 / 4),
        ("crossling", ("四批", "four"), "Four batches", 1.0),
    ],
)
def test_right_is_the_share_of_a_good_answer(kind: Any, accepted: tuple[str, ...], said: str, right: float) -> None:
    item = GoldItem(id="x", question="?", lang="zh", type=kind, answers=accepted)
    assert is_right(item, _output(item, text=said)) == right


def test_who_asks_back_what_is_meant_is_right_about_an_ambiguous_question() -> None:
    item = GoldItem(id="a", question="增长目标？", lang="zh", type="ambiguous", answers=("6%", "7%"))
    refusal = Output(id="a", status="abstained", reason="ambiguous", text="指哪一年？", elapsed_ms=0)
    one = Output(id="a", status="answered", text="增长6%。", elapsed_ms=0)
    both = one.model_copy(update={"text": "甲：增长6%。乙：增长7%。"})
    wrong = refusal.model_copy(update={"reason": "not_in_reports"})
    assert [is_right(item, output) for output in (refusal, one, both, wrong)] == [1, 0.5, 1, 0]
