"""What was decided becomes the answer: pieces are cited, and what a draft says beside them is passed on."""

from __future__ import annotations

from typing import Any

import pytest

from indexer.types import Span
from service.abstain import Abstention, decide
from service.answers.types import Draft, Evidence, Piece
from service.compose import compose
from service.types import Answer, Question
from service.understand import understand

TEXT = "一、工作回顾\n全年受理案件412件。审结3**件。\n"
QUESTION = "全年受理案件多少件？"


@pytest.fixture
def composed(make_asker: Any) -> Any:
    snapshot = make_asker({"2022年朔原县政府工作报告.txt": TEXT}).snapshot
    (report,) = snapshot.reports.values()

    def compose_from(quote: str, *, masked: bool = False, label: str | None = None, bar: float = 0.5) -> Answer:
        start = report.text.index(quote)
        piece = Piece(report.report_id, Span(start=start, end=start + len(quote)), (), label=label, masked=masked)
        draft = Draft((piece, piece), Evidence(0.9, 0.9, 0.9), None, ("审结率",), ("一、工作回顾",), ("朔原县",))
        decision = decide(draft, Abstention(0.0, (), bar, ()))
        return compose(Question(question=QUESTION), understand(QUESTION), decision, snapshot, {"total": 1.0})

    return compose_from


def test_what_a_draft_says_beside_its_pieces_is_passed_on(composed: Any) -> None:
    for answer in (composed("全年受理案件412件。"), composed("全年受理案件412件。", bar=0.6)):
        assert (answer.missing, answer.searched, answer.options) == (("审结率",), ("一、工作回顾",), ("朔原县",))


def test_a_piece_is_labelled_as_it_says_or_by_its_report(composed: Any) -> None:
    assert {segment.label for segment in composed("全年受理案件412件。", label="朔原县").segments} == {"朔原县"}
    assert all("2022" in segment.label for segment in composed("全年受理案件412件。").segments)


@pytest.mark.parametrize(
    ("masked", "bar", "status", "reason", "n_cited"),
    [
        (False, 0.5, "answered", None, 2),
        (True, 0.5, "abstained", "masked_in_source", 1),
        (False, 0.51, "abstained", "not_in_reports", 0),
        (True, 0.51, "abstained", "not_in_reports", 0),  # what is not about the question masks nothing of it
    ],
)
def test_the_decision(composed: Any, masked: bool, bar: float, status: str, reason: str | None, n_cited: int) -> None:
    answer = composed("审结3**件。", masked=masked, bar=bar)
    assert (answer.status, answer.reason, len(answer.citations)) == (status, reason, n_cited)
    assert answer.confidence == 0.5
