"""How sure an answer is, as a word, the same for the API, the page and the command."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, get_args

import pytest

from service.certainty import CERTAIN_FROM, SAID, certainty_of
from service.types import Certainty, Language, Question

STATIC = Path(__file__).parents[2] / "service" / "http" / "static"


@pytest.mark.parametrize(
    ("reason", "confidence", "expected"),
    [
        (None, 1.0, "certain"),
        (None, CERTAIN_FROM, "certain"),
        (None, CERTAIN_FROM - 0.001, "probable"),
        (None, 0.05, "probable"),
        ("not_in_reports", 0.99, "not_found"),
        ("not_in_reports", 0.0, "not_found"),
        ("masked_in_source", 0.99, "certain"),
        ("masked_in_source", 0.5, "probable"),
        ("ambiguous", 0.99, "probable"),
    ],
)
def test_the_word(reason: Any, confidence: float, expected: str) -> None:
    assert certainty_of(reason, confidence) == expected


def test_every_word_is_said_in_every_language_and_the_page_says_the_same() -> None:
    assert set(SAID) == set(get_args(Language))
    assert all(set(said) == set(get_args(Certainty)) for said in SAID.values())
    for language, said in SAID.items():
        words = (STATIC / f"words.{language}.js").read_text(encoding="utf-8")
        table = re.search(r"\bcertainty: \{(.*?)\}", words)
        assert table is not None
        assert dict(re.findall(r'(\w+): "(.*?)"', table[1])) == said


def test_an_answer_has_the_word_beside_the_number(sample_asker: Any, refusing: Any) -> None:
    question = Question(question="澜川市2022年粮食总产量是多少？")
    given, refused = sample_asker.ask(question), refusing(sample_asker).ask(question)
    assert (given.certainty, round(given.confidence, 2)) == ("certain", 0.9)
    assert (refused.certainty, round(refused.confidence, 2)) == ("not_found", 0.1)
