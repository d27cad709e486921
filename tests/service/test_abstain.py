"""The probability that a question is answered, and the bar."""

from __future__ import annotations

import json
import math
from pathlib import Path

import pytest

from indexer.types import Chunk, Span
from service.abstain import FILE, Abstention, features, load_abstention
from service.extract import Found
from service.types import Passage


def _found(cosine: float, coverage: float, passage_coverage: float) -> Found:
    chunk = Chunk(chunk_id="c", report_id="r", span=Span(start=0, end=2), text="甲。", heading_path=(), context="题")
    passage = Passage(rank=1, score=1.0, cosine=cosine, bm25=1.0, scope=0.0, title="题", chunk=chunk)
    return Found("r", Span(start=0, end=2), (), 1.0, coverage, passage_coverage, passage)


def test_the_probability_is_the_logistic_of_the_weighted_features() -> None:
    abstention = Abstention(intercept=-8.0, coefficients=(9.0, 2.0, 1.0), bar=0.5)
    found = _found(0.9, 0.5, 0.6)
    assert features(found) == (0.9, 0.5, 0.6)
    expected = 1 / (1 + math.exp(-(-8.0 + 9.0 * 0.9 + 2.0 * 0.5 + 1.0 * 0.6)))
    assert abstention.probability([found]) == pytest.approx(expected)


def test_nothing_found_is_never_answered() -> None:
    assert Abstention(100.0, (0.0, 0.0, 0.0), 0.5).probability([]) == 0.0


def test_far_out_values_do_not_overflow() -> None:
    assert Abstention(-5000.0, (0.0, 0.0, 0.0), 0.5).probability([_found(0.0, 0.0, 0.0)]) == 0.0
    assert Abstention(5000.0, (0.0, 0.0, 0.0), 0.5).probability([_found(0.0, 0.0, 0.0)]) == 1.0


def test_the_shipped_model_answers_what_is_near_refuses_what_is_foreign_and_carries_its_recipe() -> None:
    models = load_abstention()
    assert set(models) == {"zh", "en"}
    for model in models.values():
        near, nearer = (model.probability([_found(cosine, 0.5, 0.6)]) for cosine in (0.90, 0.93))
        foreign = model.probability([_found(0.68, 0.0, 0.0)])
        assert foreign < model.bar <= near < nearer
    recipe = json.loads(FILE.read_text(encoding="utf-8"))["recipe"]
    assert recipe["command"].startswith("python -m eval.fit_abstention")


def test_a_model_is_read_from_its_file(tmp_path: Path) -> None:
    path = tmp_path / "abstention.json"
    path.write_text(json.dumps({"models": {"zh": {"intercept": 1, "coefficients": [2, 3, 4], "bar": 0.1}}}), "utf-8")
    assert load_abstention(path) == {"zh": Abstention(1, (2, 3, 4), 0.1)}
