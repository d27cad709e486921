"""A dictionary turned round: from English words to the Chinese ones that have them for a definition."""

from __future__ import annotations

import pytest

from eval.studies.dictionary import Dictionary, dictionary_of, translations

ENTRIES = [
    {"simplified": "行政", "definitions": ["administrative", " executive (attributive)"]},
    {"simplified": "案件", "definitions": ["case", " instance"]},
    {"simplified": "招聘", "definitions": ["to recruit", " recruitment"]},
    {"simplified": "城市", "definitions": ["city", " town"]},
    {"simplified": "公共汽车", "definitions": ["bus", " public bus"]},
    {"simplified": "个", "definitions": ["case"]},
]


@pytest.fixture(scope="module")
def dictionary() -> Dictionary:
    return dictionary_of(ENTRIES)


def test_notes_and_articles_are_no_part_of_a_definition_and_single_characters_no_words(dictionary: Dictionary) -> None:
    assert (dictionary["executive"], dictionary["recruit"], dictionary["case"]) == (["行政"], ["招聘"], ["案件"])


@pytest.mark.parametrize(
    ("question", "found"),
    [
        ("How many administrative cases were there?", [["行政"], ["案件"]]),
        ("Who recruited them, and in which cities?", [["招聘"], ["城市"]]),
        ("Is there a public bus?", [["公共汽车"], ["公共汽车"]]),
        ("Where is it?", []),
    ],
)
def test_words_and_runs_of_words_in_whatever_form_are_looked_up(
    dictionary: Dictionary, question: str, found: list[list[str]]
) -> None:
    assert list(translations(question, dictionary)) == found
