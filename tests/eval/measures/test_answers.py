"""Each measure of an answer, with its formula as the expected value."""

from __future__ import annotations

import pytest

from eval.measures.answers import (
    character_f1,
    containment,
    exact_match,
    key_point_recall,
    length_ratio,
    list_order,
    list_precision,
    list_recall,
    marked_figure,
)


@pytest.mark.parametrize(
    ("answer", "accepted", "score"),
    [
        ("光荣和ω-force", ["光荣和ω-force。"], 1),
        ("光荣", ["光荣和ω-force"], 0),
        ("甲，乙", ["丙", "甲乙"], 1),
        ("", ["甲"], 0),
    ],
)
def test_exact_match_leaves_marks_out(answer: str, accepted: list[str], score: int) -> None:
    assert exact_match(answer, accepted) == score


@pytest.mark.parametrize(
    ("answer", "accepted", "run", "n_answer", "n_accepted"),
    [
        ("村雨城", ["村雨城"], 3, 3, 3),
        ("在村雨城中", ["村雨城"], 3, 5, 3),
        ("村甲雨城", ["村雨城"], 2, 4, 3),  # the longest run in one piece, not what is common in all
        ("2004年9月", ["2004年"], 2, 4, 2),  # 2004 is one segment
        ("约5.7倍", ["5.3倍"], 1, 3, 2),  # 5.7 is one segment
        ("Koei Tecmo 公司", ["koei tecmo"], 2, 4, 2),
        ("村，雨。城", ["村雨城"], 3, 3, 3),
    ],
)
def test_character_f1_is_over_the_longest_common_run(
    answer: str, accepted: list[str], run: int, n_answer: int, n_accepted: int
) -> None:
    precision, recall = run / n_answer, run / n_accepted
    assert character_f1(answer, accepted) == pytest.approx(2 * precision * recall / (precision + recall))


def test_character_f1_takes_the_best_accepted_answer_and_is_zero_without_a_common_run() -> None:
    assert character_f1("甲乙", ["丙丁", "甲乙"]) == 1
    assert character_f1("甲乙", ["丙丁"]) == 0
    assert character_f1("", ["丙丁"]) == 0


def test_containment_and_key_points() -> None:
    assert containment("共2270项。", ["2270项", "2270"]) == 1
    assert containment("共2271项。", ["2270项", "2270"]) == 0
    assert (
        key_point_recall("改进行政复议工作；加强人民调解工作", ["改进行政复议工作", "加强人民调解工作", "完善机制"])
        == 2 / 3
    )


def test_lists() -> None:
    points = ["甲市", "乙市", "丙市", "丁市"]
    items = ["乙市开展", "甲市开展", "戊市开展"]
    assert list_recall(items, points) == 2 / 4
    assert list_precision(items, points) == 2 / 3
    assert list_order(items, points) == 0 / 1
    assert (
        list_order(["甲市", "丙市", "乙市"], points) == 2 / 3
    )  # of the pairs 甲丙 甲乙 乙丙, the last is turned round
    assert list_order(["丁市和甲市、乙市"], points) == 1 / 3  # inside one item the place in it counts
    assert list_order(["甲市"], points) is None
    assert list_order(["13个市", "5项", "3个市"], ["3个市", "5项"]) == 0 / 1  # 13个市 is not 3个市
    assert list_precision([], points) is None
    assert list_recall([], points) == 0


def test_the_marked_figure_is_whole() -> None:
    assert marked_figure(["2,270项"], ["2270项", "2270"]) == 1
    assert marked_figure(["2270"], ["2270项", "2270"]) == 1
    assert marked_figure(["32个", "2270项"], ["2270项"]) == 1
    assert marked_figure(["全市2270项"], ["2270项"]) == 0
    assert marked_figure([], ["2270项"]) == 0


def test_length_counts_no_white_space() -> None:
    assert length_ratio("甲乙 丙\n", "甲乙丙丁戊己") == 3 / 6
    assert length_ratio("甲", " ") is None
