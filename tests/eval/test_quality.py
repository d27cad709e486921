"""The pools that quality is measured on, the stored runs, and the tables that are generated from them."""

from __future__ import annotations

from pathlib import Path

import pytest

from eval.gold.reading_sets import BILINGUAL_HELD_OUT, HELD_OUT_EVERY, as_gold, load_bilingual, load_reading_set
from eval.quality import EXPECTED, RESULTS, Pool, QualityRun, failures, measure, pools
from eval.readme import MEASUREMENTS, README, filled, filled_measurements
from eval.runs.stored import read_run
from indexer.encoders.hashing import HashingEncoder
from service.settings import Settings

FLOOR = {"first": 15, "any": 16}  # of the 17 questions of the seed that one sentence answers


def test_the_kept_table_meets_the_floor_and_beats_the_shortcuts() -> None:
    rows = {(row.pool, row.system): row for row in QualityRun.model_validate_json(RESULTS.read_text("utf-8")).rows}
    for pool in ("seed", "seed among others"):
        row = rows[pool, "judian"]
        assert row.n_scored == 17
        assert all(round(row.values[name] * row.n_scored) >= least for name, least in FLOOR.items())
    for pool in {pool for pool, _ in rows}:
        judian, top, first = (rows[pool, name].values for name in ("judian", "top-passage", "first-sentences"))
        assert judian["good"] > max(top["good"], first["good"])
        assert judian["wrong"] < min(top["wrong"], first["wrong"])
        # A good answer holds all of it; the sample gold set is hard on the shortcuts.
        assert top["good"] < 0.7


def test_the_stored_runs_are_those_of_the_table() -> None:
    table = QualityRun.model_validate_json(RESULTS.read_text("utf-8"))
    for row in table.rows:
        if row.system == "judian":
            stored = read_run(EXPECTED / row.pool.replace(" ", "-"))
            good = [scores.values["good"] for scores in stored.scores.values()]
            assert sum(good) / len(good) == pytest.approx(row.values["good"], abs=1e-4)
            assert stored.stamp.commit == table.commit
            assert stored.outputs == {}  # no text of a report is kept


def test_without_the_shared_folder_the_samples_are_left(tmp_path: Path) -> None:
    assert [pool.name for pool in pools(tmp_path)] == ["samples"]


def test_a_drop_is_said(tmp_path: Path) -> None:
    """With vectors that mean nothing everything is worse: the same path that `make gate` takes must end in faults."""
    (samples,) = pools(tmp_path)
    runs = list(measure([samples], HashingEncoder(), Settings(encoder="hashing"), tmp_path))
    assert [made.stamp.system for _, made in runs] == ["judian", "top-passage", "first-sentences"]
    faults = list(failures(runs))
    assert any(fault.startswith("samples: good: ") for fault in faults)
    assert any(fault.startswith("samples: chunk.nDCG@10: ") for fault in faults)


def test_pools_share_an_index_folder_and_no_run(tmp_path: Path) -> None:
    (samples,) = pools(tmp_path)
    again = Pool("again", samples.gold, samples.folders)
    runs = list(measure([samples, again], HashingEncoder(), Settings(encoder="hashing"), tmp_path))
    assert len({made.folder for _, made in runs}) == 6
    assert runs[0][1].stamp.snapshot_id == runs[3][1].stamp.snapshot_id


def test_the_tables_of_the_readmes_are_generated() -> None:
    readme, measurements = (path.read_text(encoding="utf-8") for path in (README, MEASUREMENTS))
    assert filled(readme) == readme, "run `python -m eval.readme`"
    assert filled_measurements(measurements) == measurements, "run `python -m eval.readme`"


def test_reading_sets_hold_out_the_questions_of_every_fifth_passage(shared: Path) -> None:
    pool = load_reading_set(shared / "qa" / "xquad_zh_odd")
    place = {report.report_id: at for at, report in enumerate(pool.reports)}
    assert {q.held_out for q in pool.questions} == {False, True}
    for question in pool.questions:
        assert question.held_out == (place[question.report_id] % HELD_OUT_EVERY == 0)
        text = pool.reports[place[question.report_id]].text
        assert any(answer in text for answer in question.answers)


def test_held_out_questions_become_gold_items_with_evidence_in_place(shared: Path) -> None:
    pool = load_reading_set(shared / "qa" / "xquad_en2zh_odd")
    texts = {report.report_id: report.text for report in pool.reports}
    items = as_gold(pool)
    assert len(items) == sum(question.held_out for question in pool.questions)
    assert {item.lang for item in items} == {"en"}
    for item in items:
        ((*places,),) = item.spans
        assert item.evidence == (texts[places[0].report_id][places[0].start : places[0].end],)
        for place in places:
            assert any(answer in texts[place.report_id][place.start : place.end] for answer in item.answers)


def test_an_english_segment_may_find_any_identical_chinese_one(shared: Path) -> None:
    reports, items = load_bilingual(shared / "qa" / "bilingual_reports_2008_2016.jsonl")
    assert {item.id[2:6] for item in items} == set(map(str, BILINGUAL_HELD_OUT))
    assert len({report.report_id for report in reports}) == len(reports)
    texts = {report.report_id: report.text for report in reports}
    assert all(texts[place.report_id] == item.answers[0] for item in items for place in item.spans[0])
    assert max(len(item.spans[0]) for item in items) > 1
