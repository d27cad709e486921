"""Folding changes no offset; tokens find Chinese words in Chinese sentences."""

from __future__ import annotations

import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.chinese.folding import fold
from indexer.chinese.tokens import tokenize

# Combining marks, zero-width and right-to-left characters, emoji sequences, compatibility forms.
AWKWARD = "e\u0301\u200b\u200d\ufeffשלום\u202eعربى١٢👨\u200d👩\u200d👧🇨🇳ﬁ㎡⑴½İßΣςㄅがㄱ각\U00020bb7\U0010ffff\x00"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("２２７０项，占９１．４％", "2270项,占91.4%"),
        ("二〇二〇年", "二零二零年"),
        ("二○二○年", "二零二零年"),
        ("國務院關於行政復議", "国务院关于行政复议"),
        ("裏外臺灣後來", "里外台湾后来"),
        ("ＧＤＰ增长", "gdp增长"),
        ("国发〔2020〕3号", "国发[2020]3号"),
        ("“放管服”改革", '"放管服"改革'),
        ("「放管服」改革", "“放管服”改革"),
        ("\uf900", "岂"),  # U+F900, a compatibility ideograph, traditional at that
    ],
)
def test_spellings_that_mean_the_same_fold_together(one: str, other: str) -> None:
    assert fold(one) == fold(other)


@pytest.mark.parametrize("text", ["行政复议", "人民", "已己巳", "46.18", "一二三"])
def test_what_is_in_plain_form_stays(text: str) -> None:
    assert fold(text) == text


def test_folding_keeps_every_code_point_one_code_point_and_is_idempotent() -> None:
    text = "".join(map(chr, range(sys.maxunicode + 1)))
    folded = fold(text)
    assert len(folded) == len(text)
    assert fold(folded) == folded


@given(st.text(st.characters() | st.sampled_from(AWKWARD)))
def test_folding_keeps_length_and_offsets(text: str) -> None:
    folded = fold(text)
    assert len(folded) == len(text)
    assert folded == "".join(map(fold, text))


@given(st.text(st.characters(exclude_categories=()) | st.sampled_from(AWKWARD + "一二三四零行政 ,.%1290")))
def test_any_text_gives_tokens_that_a_file_can_hold(text: str) -> None:
    for token in tokenize(text):
        assert token
        assert not any(character.isspace() for character in token)
        token.encode("utf-8")  # raises for a lone surrogate


@given(st.text(st.sampled_from("行政复议机关办理案件，。12.5aB \n〇"), max_size=40))
def test_tokens_depend_on_the_folded_text_only(text: str) -> None:
    assert tokenize(text) == tokenize(fold(text))


def test_chinese_gives_characters_and_pairs() -> None:
    assert tokenize("行政复议") == ["行", "政", "复", "议", "行政", "政复", "复议"]


def test_pairs_span_layout_but_not_punctuation() -> None:
    assert "复议" in tokenize("行政复\n议案件")
    assert "复议" in tokenize("行政复\u200b议案件")
    assert "政复" not in tokenize("行政，复议")
    assert "政复" not in tokenize("行政、复议")


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("46.18", ["46.18"]),
        ("占91.4%", ["91.4"]),
        ("２２７０项", ["2270"]),
        ("2,270", ["2270"]),
        ("10,000,000.5", ["10000000.5"]),
        ("2019，2020", ["2019", "2020"]),
        ("2020.12.31", ["2020", "12", "31"]),
        ("二〇二〇年", ["2020"]),
        ("二十四", []),
        ("一九九八", ["1998"]),
    ],
)
def test_numbers_stay_whole(text: str, numbers: list[str]) -> None:
    assert [token for token in tokenize(text) if token[0].isdigit() and token.isascii()] == numbers


def test_latin_words_are_lower_case_and_part_from_digits() -> None:
    assert tokenize("COVID-19") == ["covid", "19"]
    assert tokenize("5G") == tokenize("5 g") == ["5", "g"]
    assert tokenize("Ｗｅｂ Élan") == ["web", "élan"]


@pytest.mark.parametrize("text", ["", " \n", "，。！？", "**", "\ud800"])
def test_nothing_to_find_gives_no_tokens(text: str) -> None:
    assert tokenize(text) == []
