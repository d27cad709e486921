"""However long the lines of a report and its lists are, an answer has an end."""

from __future__ import annotations

import pytest

from indexer.sentences import MAX_CHARS
from indexer.types import Span
from service.abstain import Decision
from service.answers.types import Draft, Piece
from service.limits import MAX_ALSO_IN, MAX_PIECES, within_limits
from service.types import Question, SearchQuestion
from tests.service.conftest import MakeAsker

SENTENCE = "全年受理行政复议案件四百一十二件"
MUCH = 30_000 // len(SENTENCE)
TEXTS = {
    "one line": SENTENCE * MUCH,
    "one sentence": f"{SENTENCE}，" * MUCH,
    "one number": "全年受理行政复议案件" + "1" * 30_000 + "件。",
    "two points": f"主要做法：一是{SENTENCE * (MUCH // 2)}；二是{SENTENCE * (MUCH // 2)}。",
    "a heading": f"一、{SENTENCE * MUCH}\n{SENTENCE}。\n",
    "a list": "全市有下列部门：" + "、".join(f"第{number}局" for number in range(MUCH)) + "。",
    "many points": "# 存在的问题\n" + "".join(f"## 问题{n}\n{SENTENCE}。\n" for n in range(1, 2 * MAX_PIECES)),
}
QUESTIONS = (
    "全年受理行政复议案件多少件？",
    "主要做法有哪些？",
    "行政复议案件的提纲",
    "这份报告分哪几个部分？",
    "存在哪些问题？",
    "全市有哪些部门？一共有几个？",
)
MAX_ANSWER_BYTES = MAX_PIECES * 1000


@pytest.mark.parametrize("name", TEXTS)
def test_an_answer_has_an_end(make_asker: MakeAsker, name: str) -> None:
    asker = make_asker({"2022年某某市政府工作报告.txt": TEXTS[name]})
    (report,) = asker.snapshot.reports.values()
    n_cited = 0
    for question in QUESTIONS:
        answer = asker.ask(Question(question=question))
        n_cited += len(answer.citations)
        assert len(answer.citations) <= MAX_PIECES
        for cited in answer.citations:
            assert cited.quote == report.text[cited.start : cited.end]
            assert len(cited.quote) <= MAX_CHARS
            assert all(cited.start <= mark.start < mark.end <= cited.end for mark in cited.highlights)
        assert all(len(segment.text) <= MAX_CHARS for segment in answer.segments)
        assert len(answer.model_dump_json().encode()) < MAX_ANSWER_BYTES
    assert n_cited
    found = asker.search(SearchQuestion(question=QUESTIONS[0], k=100))
    assert all(len(passage.chunk.text) <= MAX_CHARS for passage in found.passages)


def test_what_is_left_out_of_a_list_is_said_and_a_count_is_whole(make_asker: MakeAsker) -> None:
    asker = make_asker({"2022年某某市政府工作报告.txt": TEXTS["many points"]})
    n = 2 * MAX_PIECES - 1
    listed = asker.ask(Question(question="这份报告分哪几个部分？"))
    assert (listed.status, len(listed.citations)) == ("partial", MAX_PIECES)
    assert f"其余 {n - MAX_PIECES} 项" in listed.missing[0]
    assert listed.missing[0] in listed.text
    counted = asker.ask(Question(question="这份报告一共有几个部分？"))
    assert counted.status == "answered"
    assert f"共 {n} 项" in counted.text


def test_the_reports_that_say_the_same_have_an_end(make_asker: MakeAsker) -> None:
    reports = make_asker({"通报.txt": f"通报\n{SENTENCE}。\n"}).snapshot.reports
    (report,) = reports.values()
    others = tuple(f"r{number}" for number in range(MAX_ALSO_IN + 1))
    piece = Piece(report.report_id, Span(start=0, end=len(report.text)), (), also_in=others)
    (kept,) = within_limits(Decision("answered", None, 1.0, Draft((piece,))), reports).draft.pieces
    assert kept.also_in == others[:MAX_ALSO_IN]
