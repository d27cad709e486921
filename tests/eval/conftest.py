"""Runs made of a few scores, for what compares them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from eval.runs import Run
from eval.types import IndexStatistics, QuestionScores, QuestionType, RunStamp

Scores = Mapping[str, Mapping[str, float]]
MakeRun = Callable[..., Run]


@pytest.fixture
def make_run() -> MakeRun:
    """A run that was never written: question id to its values; the type of a question is ``number`` unless ``types``
    says otherwise; ``stamp`` replaces fields of the stamp."""

    def make(name: str, scores: Scores, types: Mapping[str, QuestionType] | None = None, **stamp: object) -> Run:
        plain: dict[str, object] = {
            "command": "judian-eval run gold.jsonl",
            "system": "judian",
            "gold": "gold.jsonl",
            "gold_sha256": "0" * 64,
            "n_questions": len(scores),
            "commit": "abc",
            "date": "2026-11-23",
            "snapshot_id": "s1",
            "index": IndexStatistics(n_reports=1, n_chunks=2, n_sections=3, n_characters=4),
            "encoder": "e",
            "precision": "float32",
            "settings": {},
            "prompts": {},
            "seed": 0,
            "machine": "m",
            "python": "3.11",
            "judian_version": "0",
        }
        kinds: Mapping[str, QuestionType] = types or {}
        return Run(
            folder=Path(name),
            stamp=RunStamp.model_validate(plain | stamp),
            scores={
                key: QuestionScores(id=key, lang="zh", type=kinds.get(key, "number"), values=values)
                for key, values in scores.items()
            },
            items={},
            outputs={},
        )

    return make
