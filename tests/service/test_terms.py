"""Words for one thing: what a question says, and what reports write."""

from __future__ import annotations

from collections import Counter
from importlib.resources import files

import pytest

from indexer.chinese.folding import fold
from service.terms import as_asked, as_named, as_written, corrected, terms_in


@pytest.mark.parametrize(
    ("question", "written"),
    [
        ("河阳区2022年GDP是多少？", "河阳区2022年生产总值是多少?"),
        ("行政机关负责人出庭应诉率是多少？", "行政机关负责人出庭应诉率是多少?"),  # a word inside another thing
        ("河阳区2022年地区生产总值是多少？", "河阳区2022年地区生产总值是多少?"),
        ("规上企业有多少家？", "规模以上企业有多少家?"),
        ("生产总值（GDP）增长多少？", "生产总值(gdp)增长多少?"),  # both stand there: nothing is lost
        ("How much did GDP grow?", "how much did 生产总值 grow?"),
        ("AI产业规模多大？", "人工智能产业规模多大?"),
        ("How many parks are there in Hainan?", "how many parks are there in hainan?"),  # no AI
        ("公园有多少座？", "公园有多少座?"),
        ("医疗补助的封顶线是多少？", "医疗补助的最高不超过是多少?"),
        ("有多少栋楼已经封顶？", "有多少栋楼已经封顶?"),  # topped out
    ],
)
def test_as_reports_write_it(question: str, written: str) -> None:
    assert as_written(fold(question)) == written


def test_letters_in_another_order_are_put_right() -> None:
    assert corrected(fold("河阳区2022年GPD是多少？")) == "河阳区2022年gdp是多少?"


def test_a_sentence_may_use_another_word_for_it() -> None:
    [term] = terms_in(fold("今年GDP目标"))
    assert term.is_in("全市生产总值增长6%")
    assert not term.is_in("全市税收增长6%")


def test_what_a_figure_is_restricted_to_is_left_as_it_is_asked() -> None:
    [term] = terms_in("女干部有多少人?")
    assert as_written("女干部有多少人?") == "女干部有多少人?"
    assert term.is_in("其中女3人")
    assert not term.is_in("干部41人")
    assert terms_in("孙女有几个?") == ()  # what only a sentence may call it


def test_of_two_words_that_overlap_the_first_is_meant() -> None:
    assert [term.words[0] for term in terms_in("从境外来的有多少人")] == ["境外"]
    assert terms_in("年初中断供水几次") == ()  # no 初中


def test_a_word_inside_a_longer_one_is_none() -> None:
    assert [term.words[0] for term in terms_in("进出口总额是多少?")] == ["进出口"]
    assert [term.words[0] for term in terms_in("进出口总额和出口额是多少?")] == ["进出口", "出口"]


def test_a_text_is_called_by_all_the_names_of_what_it_names() -> None:
    terms = terms_in("社会消费品零售总额和女干部各有多少?")
    assert as_asked("社零总额:712.6", terms).startswith("社零总额:712.6 ")
    assert "社会消费品零售" in as_asked("社零总额:712.6", terms)
    assert as_asked("税收收入:12", terms) == "税收收入:12"
    assert as_asked("妇女:12", terms) == "妇女:12"  # a restriction has no other names


def test_no_word_stands_for_two_things() -> None:
    lines = files("service").joinpath("terms.txt").read_text(encoding="utf-8").splitlines()
    asked = (line.removeprefix("= ").partition("|")[0] for line in lines if not line.startswith("#"))
    words = Counter(word for line in asked for word in line.split())
    assert [word for word, n in words.items() if n > 1] == []


@pytest.mark.parametrize(
    ("question", "sentence", "named"),
    [
        ("甲区地区生产总值是多少？", "实现本地生产总值80亿元。", "甲区本地生产总值是多少？"),
        ("甲区地区生产总值是多少？", "实现地区生产总值80亿元。", "甲区地区生产总值是多少？"),
        ("甲区地区生产总值是多少？", "实现税收80亿元。", "甲区地区生产总值是多少？"),
    ],
)
def test_the_product_of_a_place_is_called_as_its_report_calls_it(question: str, sentence: str, named: str) -> None:
    assert as_named(question, sentence) == named
