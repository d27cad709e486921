"""The sentences that are picked: the asked figure decides, headings do not answer, and few are given."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from service.answers import answerers
from service.answers.figure import asked_figures
from service.answers.sentence import WITHOUT_READER, Weights, covered
from service.answers.types import Piece
from service.types import Question, SearchQuestion
from service.understand import understand

ROOT = Path(__file__).parents[3]
CASES = (
    "一、工作回顾\n"
    "行政复议工作扎实推进，行政复议案件办理质量明显提高。"
    "全年受理行政复议案件412件。行政复议案件纠错率为14.7%。行政复议案件平均办理23天。\n"
    "二、2023年行政复议工作安排\n"
    "行政复议规范化建设持续深入。\n"
)


@pytest.fixture(scope="module")
def asker(make_asker: Any) -> Any:
    return make_asker({"2022年朔原县政府工作报告.txt": CASES})


@pytest.mark.parametrize(
    ("question", "quote", "marked"),
    [
        ("受理行政复议案件多少件？", "全年受理行政复议案件412件。", "412件"),
        ("行政复议案件纠错率是多少？", "行政复议案件纠错率为14.7%。", "14.7%"),
        ("行政复议案件平均办理多少天？", "行政复议案件平均办理23天。", "23天"),
    ],
)
def test_the_sentence_with_the_figure_of_the_asked_unit_comes_first(
    asker: Any, question: str, quote: str, marked: str
) -> None:
    first = asker.ask(Question(question=question)).citations[0]
    assert first.quote == quote
    text = asker.snapshot.reports[first.report_id].text
    assert [highlight.of(text) for highlight in first.highlights] == [marked]


def test_the_report_with_the_asked_figure_comes_first(make_asker: Any) -> None:
    asker = make_asker(
        {
            "甲.txt": "一、工作回顾\n行政复议案件受理工作得到加强，流程更加规范。\n",
            "乙.txt": "一、工作回顾\n行政复议案件受理412件，流程更加规范。\n",
            "丙.txt": "一、工作回顾\n粮食总产量62.5万吨，新建高标准农田11.2万亩。\n",
        }
    )
    first = asker.ask(Question(question="行政复议案件受理多少件？")).citations[0]
    assert asker.snapshot.reports[first.report_id].file == "乙.txt"


@pytest.mark.parametrize(
    "text",
    [
        "一、行政复议案件受理情况\n全年一共收到并办理412件。\n二、其他\n无。\n",
        "一、工作回顾\n（一）行政复议案件受理情况\n全年一共收到并办理412件。\n（二）其他\n没有其他情况。\n",
        "（一）行政复议案件受理情况。全年一共收到并办理412件，群众普遍满意。\n（二）其他情况。没有其他情况。\n",
    ],
)
def test_a_heading_is_not_quoted_for_what_stands_below_it(make_asker: Any, text: str) -> None:
    answer = make_asker({"报告.txt": text}).ask(Question(question="行政复议案件受理情况如何？多少件？"))
    assert answer.citations
    assert not any(citation.quote.rstrip("。").endswith("行政复议案件受理情况") for citation in answer.citations)


YEARLY = {
    f"关于做好{year}年度居民医保缴费工作的通知.txt": (
        f"关于做好{year}年度居民医保缴费工作的通知\n\n各街道办事处：\n\n一、缴费标准\n\n居民医保个人缴费标准为每人每年{fee}元。\n\n"
        f"南湾市医疗保障局\n{year - 1}年8月20日\n"
    )
    for year, fee in ((2021, 320), (2022, 350), (2023, 380), (2024, 400))
}


@pytest.mark.parametrize(("year", "fee"), [(2021, 320), (2022, 350), (2023, 380), (2024, 400)])
def test_of_yearly_notices_that_of_the_asked_year_answers(make_asker: Any, year: int, fee: int) -> None:
    """Each is written in the year before."""
    answer = make_asker(YEARLY).ask(Question(question=f"{year}年度南湾市居民医保个人缴费标准是多少元？"))
    assert [f"{fee}元" in cited.quote for cited in answer.citations] == [True]


def test_whose_report_it_is_may_stand_in_its_title_alone(make_asker: Any) -> None:
    text = "危房改造情况\n\n一、改造进度\n\n完成危房改造77户。\n"
    asker = make_asker({"长名县危房改造的一个很长的名字.txt": text})
    assert asker.ask(Question(question="长名县危房改造多少户？")).status == "answered"
    assert asker.ask(Question(question="红石县危房改造多少户？")).status == "abstained"


@pytest.mark.parametrize("most", [1, 2, 3, 5])
def test_no_more_sentences_than_the_weights_allow(make_asker: Any, most: int) -> None:
    town = "".join(f"第{at}个乡镇受理行政复议案件{at}0件。" for at in range(1, 9))
    asker = make_asker({"报告.txt": f"一、工作回顾\n{town}\n"})
    weights = replace(WITHOUT_READER, max_sentences=most, keep_share=0.0)
    asker = replace(asker, answerers=answerers(asker.snapshot, asker.retriever.encoder, weights))
    assert len(asker.ask(Question(question="各乡镇受理行政复议案件的情况如何？")).citations) == most


@pytest.mark.parametrize("question", ["行政复议案件办得如何？", "存在哪些问题？", "推进了什么工作？"])
def test_sentences_are_given_once_and_best_first(sample_asker: Any, question: str) -> None:
    everything = replace(WITHOUT_READER, max_sentences=100, keep_share=0.0)
    asking_for_all = replace(
        sample_asker,
        answerers=answerers(sample_asker.snapshot, sample_asker.retriever.encoder, everything),
    )
    understood, draft = asking_for_all.draft(Question(question=question))
    found = draft.pieces
    assert len(found) > Weights().max_sentences
    passages = sample_asker.search(SearchQuestion(question=question)).passages
    words = {token: sample_asker.snapshot.lexical.idf(token) for token in understood.tokens}

    def score(piece: Piece) -> float:
        (passage,) = (p for p in passages if p.chunk.report_id == piece.report_id and p.chunk.span.contains(piece.span))
        sentence = piece.span.of(sample_asker.snapshot.reports[piece.report_id].text)
        return float(0.75 * passage.score + 0.25 * covered(sentence, words) + 0.1 * bool(piece.highlights))

    scores = [score(piece) for piece in found]
    assert scores == sorted(scores, reverse=True)
    assert len({(sentence.report_id, sentence.span) for sentence in found}) == len(found)
    # What an answer cites is the head of that order.
    cited = [(c.report_id, c.start, c.end) for c in sample_asker.ask(Question(question=question)).citations]
    assert cited == [(s.report_id, s.span.start, s.span.end) for s in found[: len(cited)]]


@pytest.mark.parametrize(
    ("question", "sentence", "unit", "expected"),
    [
        ("受理多少件？", "受理412件，审结389件。", "件", ["412件"]),
        ("审结多少件？", "受理412件，审结389件。", "件", ["389件"]),
        ("纠错率是多少？", "受理412件，纠错率为14.7%。", "%", ["14.7%"]),
        ("受理412件，审结多少件？", "受理412件，审结389件。", "件", ["389件"]),  # what is stated is not asked
        ("受理多少件？", "纠错率为14.7%。", "件", []),
        ("平均成绩是多少？", "平均成绩86.3分。", None, ["86.3"]),
        ("组长是谁？", "没有数字。", None, []),
        ("查处多少件？", "查处4**件。", "件", ["4**件"]),
    ],
)
def test_the_figure_that_is_asked_for(question: str, sentence: str, unit: str | None, expected: list[str]) -> None:
    understood = understand(question)
    understood = replace(understood, wanted=replace(understood.wanted, unit=unit))
    assert [figure.text for figure in asked_figures(understood, sentence)] == expected


def test_a_masked_value_is_found_only_when_it_is_the_asked_one(make_asker: Any) -> None:
    asker = make_asker({"报告.txt": "一、工作回顾\n**年全县查处环境违法案件26件，罚款3**万元。\n"})
    plain = asker.ask(Question(question="查处环境违法案件多少件？"))
    assert (plain.status, plain.reason) == ("answered", None)
    masked = asker.ask(Question(question="环境违法案件罚款多少万元？"))
    assert (masked.status, masked.reason) == ("abstained", "masked_in_source")
    assert len(masked.citations) == 1


def test_covered_is_the_share_of_the_words_by_weight() -> None:
    words = {"行": 1.0, "政": 1.0, "行政": 3.0, "复": 5.0}
    assert covered("行政", words) == (1 + 1 + 3) / (1 + 1 + 3 + 5)
    assert covered("无关", words) == 0.0
    assert covered("行政", {}) == 0.0


COVERED = """
from indexer.chinese.tokens import tokenize
from service.answers.sentence import covered
text = "全年受理行政复议案件，审结多少件，纠错率是多少，行政机关负责人出庭应诉率又是多少"
print(covered(text, {token: 0.1 + 1 / len(token) / (at + 3) for at, token in enumerate(tokenize(text))}))
"""


@pytest.mark.process
def test_every_process_comes_to_the_same_sum() -> None:
    said = {
        subprocess.check_output(
            [sys.executable, "-c", COVERED], cwd=ROOT, env={**os.environ, "PYTHONHASHSEED": seed}, text=True
        )
        for seed in "1234"
    }
    assert len(said) == 1


@pytest.mark.parametrize(
    ("question", "marked"),
    [
        ("新注册企业有多少家？", None),  # they are some of the 4600
        ("新注册经营主体有多少户？", "4600户"),
        ("快速路建成通车多少公里？", None),
        ("快速路续建多少公里？", "42公里"),
        ("竹笋产值是多少？", None),
        ("菌菇产值是多少？", "2亿元"),
    ],
)
def test_a_figure_of_something_beside_what_is_asked_is_none(make_asker: Any, question: str, marked: str | None) -> None:
    text = "一、工作回顾\n新注册经营主体4600户。快速路续建42公里。竹笋和菌菇两业兴旺。菌菇产值2亿元。\n"
    asker = make_asker({"2022年朔原县政府工作报告.txt": text})
    answer = asker.ask(Question(question=question))
    found = [mark.of(asker.snapshot.reports[one.report_id].text) for one in answer.citations for mark in one.highlights]
    assert found == ([marked] if marked else [])
