"""The quality gate says no when it must; the generated tables of the README are what the kept files say."""

from __future__ import annotations

from pathlib import Path

import pytest

from eval.quality import FLOOR_ANY, FLOOR_FIRST, JUDIAN, TOLERANCE, drops, points
from eval.reading_sets import HELD_OUT_EVERY, load_reading_set
from eval.readme import QUALITY, README, filled
from eval.types import GoldItem, QualityRow, QualityRun, QuestionType


def _row(pool: str, first: int, anywhere: int, system: str = JUDIAN) -> QualityRow:
    return QualityRow(
        pool=pool,
        system=system,
        n=54,
        first=first,
        any=anywhere,
        abstained=0,
        mean_chars=80.0,
        missed=(),
        n_all=118,
        points=0.7,
    )


@pytest.mark.parametrize(
    ("first", "anywhere", "holds"),
    [
        (48, 49, True),
        (50, 52, True),
        (48 - TOLERANCE, 49 - TOLERANCE, True),
        (48 - TOLERANCE - 1, 49, False),
        (48, 49 - TOLERANCE - 1, False),
    ],
)
def test_a_drop_beyond_the_tolerance_fails(first: int, anywhere: int, holds: bool) -> None:
    assert (drops([_row("samples", first, anywhere)], [_row("samples", 48, 49)]) == []) is holds


@pytest.mark.parametrize(
    ("first", "anywhere", "holds"),
    [(FLOOR_FIRST, FLOOR_ANY, True), (FLOOR_FIRST - 1, FLOOR_ANY, False), (FLOOR_FIRST, FLOOR_ANY - 1, False)],
)
def test_the_floor_of_the_seed_stands_whatever_was_kept(first: int, anywhere: int, holds: bool) -> None:
    assert (drops([_row("seed", first, anywhere)], [_row("seed", 0, 0)]) == []) is holds


def test_baselines_and_rows_of_one_side_are_not_gated() -> None:
    assert drops([_row("samples", 0, 0, "top passage"), _row("new", 0, 0)], [_row("samples", 48, 49)]) == []


def test_the_kept_run_meets_the_floor_and_beats_the_shortcut() -> None:
    rows = {(row.pool, row.system): row for row in QualityRun.model_validate_json(QUALITY.read_text("utf-8")).rows}
    for pool in ("seed", "seed + text + gbk"):
        assert rows[pool, JUDIAN].first >= FLOOR_FIRST
        assert rows[pool, JUDIAN].any >= FLOOR_ANY
    for pool in ("samples", "samples + text + gbk"):
        assert rows[pool, JUDIAN].first > rows[pool, "first sentence of it"].first
        assert rows[pool, JUDIAN].mean_chars < rows[pool, "top passage"].mean_chars
        # The sample gold set is hard on the shortcut: a good answer holds all of it.
        assert rows[pool, "top passage"].points < min(0.7, rows[pool, JUDIAN].points)


@pytest.mark.parametrize(
    ("kind", "answers", "quotes", "refused", "expected"),
    [
        ("number", ("5项", "五项"), ["共五项。"], False, 1.0),
        ("number", ("5项",), ["共六项。"], False, 0.0),
        ("list", ("甲", "乙", "丙", "丁"), ["甲、乙", "丁"], False, 3 / 4),
        ("unanswerable", (), ["共五项。"], False, 0.0),
        ("unanswerable", (), [], True, 1.0),
        ("masked", ("masked",), ["**年"], True, 1.0),
    ],
)
def test_points_are_the_share_of_a_good_answer(
    kind: QuestionType, answers: tuple[str, ...], quotes: list[str], refused: bool, expected: float
) -> None:
    item = GoldItem(
        id="x", question="?", lang="zh", type=kind, answers=answers, evidence=(), part="", section="", note=""
    )
    assert points(item, quotes, refused) == expected


def test_the_tables_of_the_readme_are_generated() -> None:
    readme = README.read_text(encoding="utf-8")
    assert filled(readme) == readme, "run `python -m eval.readme`"


def test_reading_sets_hold_out_the_questions_of_every_fifth_passage(shared: Path) -> None:
    pool = load_reading_set(shared / "qa" / "xquad_zh_odd")
    place = {report.report_id: at for at, report in enumerate(pool.reports)}
    assert {q.held_out for q in pool.questions} == {False, True}
    for question in pool.questions:
        assert question.held_out == (place[question.report_id] % HELD_OUT_EVERY == 0)
        text = pool.reports[place[question.report_id]].text
        assert any(answer in text for answer in question.answers)
