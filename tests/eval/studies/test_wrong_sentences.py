"""What is made wrong is wrong in the one thing, and the same for the same seed; what is said otherwise is as true."""

from __future__ import annotations

import json
import random
from pathlib import Path

import pytest

from eval.studies.right_sentences import RIGHT
from eval.studies.wrong_sentences import WRONG, names_in
from service.verify import Source, verify

TEXT = (
    "到2025年，光明区计划新建学校约12所、医院3家，率先完成青屏镇改造，总投资1.2亿元，部分企业尚未达标，"
    "市场主体增长8.5%，高于马田镇2.3个百分点，占比提高到40.5%，已受理案件412件。"
)
SOURCE = Source(TEXT, (), "", "光明区", 2023)
NAMES = names_in(
    [TEXT, "龙岗区和平湖镇，惠州市。", "在平湖镇。", "从青屏镇到马田镇。", "向马田镇和青屏镇。", "龙岗区。"]
)
PARAPHRASES = Path(__file__).parents[3] / "eval" / "data" / "paraphrases.jsonl"


@pytest.mark.parametrize("kind", WRONG)
def test_each_wrong_kind_is_made_and_found(kind: str) -> None:
    ways, _ = WRONG[kind]
    for way in ways:
        case = way(random.Random(1), SOURCE, NAMES)
        assert case is not None
        assert (case.said, case.source) != (TEXT, SOURCE)
        assert way(random.Random(1), SOURCE, NAMES) == case
        assert verify(case.said, [case.source]).outcome in ("contradicted", "not_found"), case.said


@pytest.mark.parametrize("kind", RIGHT)
def test_each_right_kind_is_made_and_stands(kind: str) -> None:
    for way in RIGHT[kind]:
        case = way(random.Random(1), SOURCE, NAMES)
        assert case is not None
        assert verify(case.said, [case.source]).outcome == "supported", case.said


def test_paraphrases_are_none_by_copying() -> None:
    rows = [json.loads(line) for line in PARAPHRASES.read_text(encoding="utf-8").splitlines()]
    assert len(rows) >= 100
    assert len({row["paraphrase"] for row in rows}) == len(rows)
    assert not [row for row in rows if row["paraphrase"] in row["source"]]
    assert {row["half"] for row in rows} == {"before", "after", "last"}
