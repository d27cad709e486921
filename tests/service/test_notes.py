"""A mark of a note is no digit of the figure beside it, and a note answers nothing; a point of a list does."""

from __future__ import annotations

from typing import Any

import pytest

from indexer.types import Span
from service.notes import notes
from service.types import Question

BODY = "苇塘县2023年工作报告\n\n一、农业\n\n"


@pytest.mark.parametrize(
    ("said", "question", "marked"),
    [
        ("全县推广③264台插秧机。", "推广插秧机多少台？", "264台"),
        ("全县推广插秧机264③台。", "推广插秧机多少台？", "264③台"),
        ("水稻单产达到¹612公斤。", "水稻单产是多少公斤？", "612公斤"),
        ("水稻单产达到612公斤²。", "水稻单产是多少公斤？", "612公斤"),
        ("疏浚河道❷38公里。", "疏浚河道多少公里？", "38公里"),
        ("新建大棚⑥5.2万亩。", "新建大棚多少万亩？", "5.2万亩"),
        ("粮库扩建4100m²。", "粮库扩建了多少平方米？", "4100m²"),
    ],
)
def test_a_mark_is_no_digit_of_the_figure_beside_it(make_asker: Any, said: str, question: str, marked: str) -> None:
    answer = make_asker({"报告.txt": f"{BODY}{said}\n"}).ask(Question(question=question))
    (highlight,) = answer.citations[0].highlights
    start = answer.citations[0].start
    assert answer.citations[0].quote[highlight.start - start : highlight.end - start] == marked


def found(text: str) -> list[str]:
    return [note.of(text).strip() for note in notes(text, Span(start=0, end=len(text)))]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("推广插秧机264①台。\n\n① 含旧机45台。\n", ["① 含旧机45台。"]),
        ("推广插秧机①264台，收割机②90台。\n① 含旧机。\n② 含租用。\n", ["① 含旧机。", "② 含租用。"]),
        ("推广插秧机264[7]台。\n[7] 含旧机45台。其中进口9台。\n", ["[7] 含旧机45台。其中进口9台。"]),
        ("推广插秧机264台。\n注：\n① 含旧机。\n", ["① 含旧机。"]),
        ("推广插秧机264①台。\n① 含旧机。\n② 按自然村计。\n", ["① 含旧机。", "② 按自然村计。"]),
        # Points of a list.
        ("重点抓好以下工作：\n① 推广插秧机264台。\n② 疏浚河道。\n", []),
        ("抓好①农机、②水利。\n① 推广插秧机264台。\n", []),
        ("推广插秧机264①台。下一步：\n① 推广收割机。\n", []),
        ("工作有进展。\n① 推广插秧机264台。\n", []),
        ("粮食增产。[2]推广插秧机264台。\n", []),
    ],
)
def test_which_lines_are_notes(text: str, expected: list[str]) -> None:
    assert found(text) == expected


def test_a_note_does_not_answer_and_a_point_does(make_asker: Any) -> None:
    question = Question(question="进口插秧机有多少台？")
    note = make_asker({"报告.txt": f"{BODY}推广插秧机264①台。\n\n① 进口插秧机有31台。\n"}).ask(question)
    point = make_asker({"报告.txt": f"{BODY}农机工作有新进展。\n\n① 进口插秧机有31台。\n"}).ask(question)
    assert "31台" not in note.text
    assert "31台" in point.citations[0].quote


def test_what_stands_behind_a_mark_in_a_line_is_of_the_body(make_asker: Any) -> None:
    text = f"{BODY}水稻增产。[4]推广插秧机264台。\n"
    answer = make_asker({"报告.txt": text}).ask(Question(question="推广插秧机多少台？"))
    assert "264台" in answer.citations[0].quote


def test_a_note_says_what_a_word_means(make_asker: Any) -> None:
    text = f"{BODY}推广侧深施肥①264台。\n\n① 侧深施肥是指插秧时把肥料施在根旁的技术。\n"
    answer = make_asker({"报告.txt": text}).ask(Question(question="什么是侧深施肥？"))
    assert "施在根旁" in answer.text
