"""Questions written on passages: their windows, and that each answer stands in its own."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import pytest

from eval.train.asked import FILE, Asked, in_sentences, read_asked
from indexer.encoders.types import Reading, Window

TEXT = """2023年河阳市政府工作报告

一、2022年工作回顾

全市粮食总产量达到31.5万吨，增长2%。新建学校12所，新增学位9600个。

二、2023年工作安排

今年新建公园5个，力争粮食总产量稳定在32万吨以上。
"""
SEGMENTS = (
    {"id": "GR2009-1", "year": 2009, "zh": "粮食丰收。", "en": ""},
    {"id": "GR2009-2", "year": 2009, "zh": " 新增就业1113万人。", "en": ""},
    {"id": "GR2009-3", "year": 2009, "zh": "物价平稳。", "en": ""},
)


class Pointing:
    """A reader that points at the last figure."""

    def read(self, question: str, windows: Sequence[Window]) -> list[Reading]:
        del question
        at = [max(window.passage.rfind(digit) for digit in "0123456789") for window in windows]
        return [Reading(place, place + 1, 0.0) for place in at]


def written(tmp_path: Path, *lines: dict[str, object]) -> list[Asked]:
    (tmp_path / "2023年河阳市政府工作报告.txt").write_text(TEXT, encoding="utf-8")
    (tmp_path / "segments.jsonl").write_text("\n".join(map(json.dumps, SEGMENTS)), encoding="utf-8")
    path = tmp_path / "asked.jsonl"
    path.write_text("\n".join(json.dumps({"id": f"h{at}", **line}) for at, line in enumerate(lines)), encoding="utf-8")
    return read_asked(tmp_path, path)


def shown(asked: Sequence[Asked]) -> list[tuple[str, str, str]]:
    """Kind, window and answer of each window."""
    return [(one.kind, one.window, one.window[one.start : one.end]) for one in asked]


def made(tmp_path: Path, *lines: dict[str, object]) -> list[tuple[str, str, str]]:
    return shown(written(tmp_path, *lines))


def line(passage: str, question: str, answer: str | None, kind: str) -> dict[str, object]:
    start = TEXT.index(passage)
    span = [start, start + len(passage)]
    report = "2023年河阳市政府工作报告.txt"
    return {"report": report, "passage": span, "question": question, "answer": answer, "kind": kind}


GRAIN = "全市粮食总产量达到31.5万吨，增长2%。新建学校12所，新增学位9600个。"
PARKS = "今年新建公园5个，力争粮食总产量稳定在32万吨以上。"


def test_a_passage_stands_under_a_line_that_says_whose_it_is(tmp_path: Path) -> None:
    [(kind, window, answer)] = made(tmp_path, line(GRAIN, "打了多少粮", "31.5万吨", "far"))
    assert kind == "far"
    assert window == f"2023年河阳市政府工作报告 › 一、2022年工作回顾\n{GRAIN}"
    assert answer == "31.5万吨"


def test_what_is_answered_is_also_asked_of_another_passage_of_its_report(tmp_path: Path) -> None:
    found = made(
        tmp_path,
        line(GRAIN, "粮食总产量是多少", "31.5万吨", "near"),
        line(PARKS, "新建公园花了多少钱", None, "other_unit"),
    )
    assert [(kind, answer) for kind, _, answer in found] == [
        ("near", "31.5万吨"),
        ("elsewhere", ""),
        ("other_unit", ""),
    ]
    assert found[1][1].endswith(PARKS)


def test_segments_stand_in_one_passage(tmp_path: Path) -> None:
    segments: dict[str, object] = {"report": "segments.jsonl", "passage": ["GR2009-1", "GR2009-2"], "kind": "far"}
    [(_, window, answer)] = made(tmp_path, segments | {"question": "多了多少份工作", "answer": "1113万人"})
    assert window == "2009年国务院政府工作报告\n粮食丰收。新增就业1113万人。"
    assert answer == "1113万人"


def test_an_answer_that_does_not_stand_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"h0: '13所' does not stand in its passage"):
        made(tmp_path, line(GRAIN, "建了几所学校", "13所", "far"))


def test_every_question_has_its_passage(shared: Path) -> None:
    asked = read_asked(shared)
    own = [one for one in asked if one.kind != "elsewhere"]
    assert len(own) == len(FILE.read_text(encoding="utf-8").splitlines())
    assert 0.4 < sum(one.start >= 0 for one in own) / len(own) < 0.5
    assert {one.held_out for one in own} == {True, False}


def test_in_sentences_are_the_one_that_answers_and_what_the_reader_takes_for_one(tmp_path: Path) -> None:
    asked = written(
        tmp_path,
        line(GRAIN, "打了多少粮", "31.5万吨", "far"),
        line(PARKS, "新建公园花了多少钱", None, "other_unit"),
    )
    of_year, planned = "2023年河阳市政府工作报告 › 一、2022年工作回顾", "2023年河阳市政府工作报告 › 二、2023年工作安排"
    assert sorted(shown(in_sentences(asked, Pointing()))) == [
        ("beside", f"{of_year}\n新建学校12所，新增学位9600个。", ""),
        ("elsewhere", f"{planned}\n{PARKS}", ""),
        ("far", f"{of_year}\n全市粮食总产量达到31.5万吨，增长2%。", "31.5万吨"),
        ("other_unit", f"{planned}\n{PARKS}", ""),
    ]
