"""The probability that a question is answered, and the bar."""

from __future__ import annotations

import json
import math
from pathlib import Path

import pytest

from indexer.encoders.load import load_encoder
from service.abstain import FEATURES, FILE, Abstention, load_abstention
from service.answers.types import Evidence

NEARNESS = ("cosine", "coverage", "passage_coverage")


def test_the_probability_is_the_logistic_of_the_weighted_features() -> None:
    abstention = Abstention(intercept=-8.0, coefficients=(9.0, 2.0, 1.0), bar=0.5, features=NEARNESS)
    assert set(NEARNESS) < set(FEATURES)
    expected = 1 / (1 + math.exp(-(-8.0 + 9.0 * 0.9 + 2.0 * 0.5 + 1.0 * 0.6)))
    assert abstention.probability(Evidence(0.9, 0.5, 0.6)) == pytest.approx(expected)
    read = Abstention(intercept=-8.0, coefficients=(9.0, 2.0, 1.0, 0.5), bar=0.5, features=(*NEARNESS, "reading"))
    assert read.probability(Evidence(0.9, 0.5, 0.6, reading=-2.0)) < abstention.probability(Evidence(0.9, 0.5, 0.6))


def test_nothing_found_is_never_answered() -> None:
    assert Abstention(100.0, (), 0.5, ()).probability(None) == 0.0


def test_far_out_values_do_not_overflow() -> None:
    assert Abstention(-5000.0, (), 0.5, ()).probability(Evidence(0.0, 0.0, 0.0)) == 0.0
    assert Abstention(5000.0, (), 0.5, ()).probability(Evidence(0.0, 0.0, 0.0)) == 1.0


FITTED = json.loads(FILE.read_text(encoding="utf-8"))["fitted"]


@pytest.mark.parametrize("encoder", FITTED)
def test_the_shipped_model_answers_what_is_near_refuses_what_is_foreign_and_carries_its_recipe(encoder: str) -> None:
    models = load_abstention(encoder)
    assert set(models) == {"zh", "en"}
    for model in models.values():
        near, nearer = (
            model.probability(Evidence(cosine, 0.5, 0.6, reading=1.0, verdict=1.0)) for cosine in (0.90, 0.93)
        )
        foreign = model.probability(Evidence(0.5, 0.0, 0.0, reading=-7.0, verdict=-4.0))
        assert foreign < model.bar <= near < nearer
    for model in FITTED[encoder].values():
        assert "python -m eval.studies.fit_abstention" in model["recipe"]["command"]


def test_with_another_encoder_the_cosine_is_left_out() -> None:
    for language, model in load_abstention("another").items():
        assert all(model != load_abstention(encoder)[language] for encoder in FITTED)
        assert not model.reads_cosine
        assert model.probability(Evidence(0.1, 0.5, 0.6)) == model.probability(Evidence(0.9, 0.5, 0.6))
    chinese = load_abstention("another")["zh"]
    assert chinese.probability(Evidence(0.9, 0.0, 0.0)) < chinese.bar <= chinese.probability(Evidence(0.9, 0.9, 0.9))


@pytest.mark.parametrize("adapted", [True, False])
def test_the_shipped_models_were_fitted_with_the_default_encoder(model_folder: Path, adapted: bool) -> None:
    assert load_encoder("default", model_folder.parents[1], adapted=adapted).fingerprint in FITTED


def test_a_model_is_read_from_its_file(tmp_path: Path) -> None:
    path = tmp_path / "abstention.json"
    zh = {"features": ["cosine", "coverage"], "intercept": 1, "coefficients": [2, 3], "bar": 0.1}
    words = {"features": ["coverage"], "intercept": 1, "coefficients": [4], "bar": 0.2}
    content = {"fitted": {"e": {"zh": zh}}, "otherwise": {"zh": words}}
    path.write_text(json.dumps(content), "utf-8")
    assert load_abstention("e", path) == {"zh": Abstention(1, (2, 3), 0.1, ("cosine", "coverage"))}
    assert load_abstention("f", path) == {"zh": Abstention(1, (4,), 0.2, ("coverage",))}
