"""The reader points at the answer, in the characters of the passage, and knows whose figure it is by the line above."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from indexer.encoders.load import load_encoder
from indexer.encoders.reader import _shares
from indexer.encoders.types import Reader, Window
from indexer.sentences import sentences
from indexer.types import Span

PASSAGE = "全年办理行政复议案件2270件，比上年增长91.4%。纠错率为12.5%，按期审结率达到98.2%。"


@pytest.fixture(scope="module")
def reader(model_folder: Path) -> Reader:
    found = load_encoder("default", model_folder.parents[1], "float32").reader
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("办理了多少件行政复议案件？", "2270件"),
        ("纠错率是多少？", "12.5%"),
        ("按期审结率达到多少？", "98.2%"),
        ("How many reconsideration cases were handled?", "2270件"),
    ],
)
def test_it_points_at_the_asked_figure(reader: Reader, question: str, answer: str) -> None:
    (reading,) = reader.read(question, [Window("2022年澜川市政府工作报告", PASSAGE)])
    assert answer in PASSAGE[reading.start : reading.end].strip("。，")


def test_it_points_into_each_part_too(reader: Reader) -> None:
    parts = sentences(PASSAGE)
    (reading,) = reader.read("纠错率是多少？", [Window("2022年澜川市政府工作报告", PASSAGE, parts)])
    assert len(reading.parts) == len(parts) == 2
    for part, span in zip(reading.parts, parts, strict=True):
        assert span.start <= part.start < part.end <= span.end
        assert part.score <= reading.score
    assert replace(reading.parts[1], parts=()) == replace(reading, parts=())
    assert reading.parts[0].score < reading.score


def test_a_passage_that_answers_scores_more(reader: Reader) -> None:
    windows = [Window("报告", PASSAGE), Window("报告", "新建公园三座，改造老旧小区70个，群众满意度不断提高。")]
    one, other = reader.read("纠错率是多少？", windows)
    assert one.score > 0 > other.score


def test_another_place_in_the_line_above_scores_less(reader: Reader) -> None:
    windows = [Window(f"{place}2022年政府工作报告", PASSAGE) for place in ("澜川市", "朔原县")]
    ours, others = reader.read("澜川市办理了多少件行政复议案件？", windows)
    assert ours.score > others.score


def test_nothing_to_read_gives_nothing(reader: Reader) -> None:
    assert reader.read("多少？", []) == []


def test_a_batch_reads_as_one_by_one(reader: Reader) -> None:
    windows = [Window("报告", PASSAGE), Window("", "短。"), Window("标题 › 一、概况", PASSAGE[:20])]
    windows += [Window(f"{year}年报告", PASSAGE[10:]) for year in (2021, 2022)]  # for more than one batch
    together = reader.read("纠错率是多少？", windows)
    for window, reading in zip(windows, together, strict=True):
        (alone,) = reader.read("纠错率是多少？", [window])
        assert (alone.start, alone.end) == (reading.start, reading.end)
        assert alone.score == pytest.approx(reading.score, abs=1e-3)


def test_threads_do_not_mix_their_questions(reader: Reader) -> None:
    questions = ["办理了多少件行政复议案件？", "纠错率是多少？", "按期审结率达到多少？"] * 4
    windows = [Window("报告", PASSAGE), Window("年度报告", PASSAGE), Window("报告", PASSAGE[:20]), Window("", "短。")]
    alone = [reader.read(question, windows) for question in questions]
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(lambda question: reader.read(question, windows), questions)) == alone


@given(st.lists(st.integers(1, 256), min_size=1, max_size=12), st.integers(1, 4))
def test_each_window_is_in_one_batch_with_those_about_as_long(lengths: list[int], n: int) -> None:
    shares = _shares(lengths, n)
    assert sorted(at for share in shares for at in share) == list(range(len(lengths)))
    assert len(shares) <= n
    assert all(shares)
    in_order = [lengths[at] for share in shares for at in share]
    assert in_order == sorted(lengths, reverse=True)
    assert all((len(share) - 1) * lengths[share[0]] < sum(lengths) / n for share in shares[: n - 1])


AWKWARD = st.text(st.sampled_from("一行政2270%。，\n\u3000\u200b😀ﬁ㎡ \ud800e\u0301"), max_size=60)


@settings(max_examples=30, deadline=None)
@given(AWKWARD, AWKWARD, AWKWARD, st.integers(0, 60))
def test_a_span_lies_in_its_passage_whatever_it_holds(
    reader: Reader, question: str, context: str, text: str, at: int
) -> None:
    parts = (Span(start=0, end=min(at, len(text))), Span(start=min(at, len(text)), end=len(text)))
    (reading,) = reader.read(question, [Window(context, text, tuple(part for part in parts if len(part)))])
    assert 0 <= reading.start <= reading.end <= len(text)
    for one in reading.parts:
        assert 0 <= one.start <= one.end <= len(text)


def test_what_is_cut_off_is_not_pointed_at(reader: Reader) -> None:
    (reading,) = reader.read("纠错率是多少？", [Window("报告" * 400, PASSAGE)])
    assert reading.start == reading.end == 0


@pytest.mark.export
def test_openvino_reads_the_same(reader: Reader, model_folder: Path) -> None:
    pytest.importorskip("openvino")
    other = load_encoder("default", model_folder.parents[1], "float32", backend="openvino").reader
    assert other is not None
    windows = [Window("2022年澜川市政府工作报告", PASSAGE), Window("报告", "短。")]
    for question in ("纠错率是多少？", "How many reconsideration cases were handled?"):
        for one, two in zip(reader.read(question, windows), other.read(question, windows), strict=True):
            assert (one.start, one.end) == (two.start, two.end)
            assert one.score == pytest.approx(two.score, abs=0.05)


def test_the_judge_tells_what_nearly_answers_from_what_does(model_folder: Path) -> None:
    encoder = load_encoder("default", model_folder.parents[1], "float32")
    assert encoder.reader is not None
    assert encoder.judge is not None
    window = Window("2024年海临市政府工作报告", "全年新建口袋公园46个，新增城市绿道120公里，人均公园绿地面积持续增加。")
    asked = ("全年新建口袋公园多少个？", "新增城市绿道一共花了多少万元？", "人均公园绿地面积达到多少平方米？")
    answers, *miss = (encoder.judge.read(question, [window])[0].score for question in asked)
    assert answers > max(miss)
    spans = [reader.read(asked[0], [window])[0] for reader in (encoder.reader, encoder.judge)]
    assert [(one.start, one.end) for one in spans] == [(spans[0].start, spans[0].end)] * 2
