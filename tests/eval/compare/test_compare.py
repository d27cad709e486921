"""Two runs side by side: what differs, by how much, on which questions; and a gate that says no when it must."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from eval.compare.differences import as_tables, compare
from eval.compare.gate import gate, read_tolerances
from eval.compare.types import Tolerance, Tolerances
from eval.errors import RunError
from eval.measures.types import QuestionScores
from eval.runs.stored import Run
from eval.runs.types import IndexStatistics

MakeRun = Callable[..., Run]
N = 40
GOOD = {f"q{at:02}": {"good": 1.0, "wrong": 0.0, "refused": 0.0, "to_refuse": 0.0} for at in range(N)}


def _with_wrong(n: int) -> dict[str, dict[str, float]]:
    """The first ``n`` questions answered wrongly."""
    bad = {"good": 0.0, "wrong": 1.0}
    return {name: values | bad if at < n else values for at, (name, values) in enumerate(GOOD.items())}


def _tolerating(drop: float, measure: str = "good", floor: float | None = None, alpha: float = 0.05) -> Tolerances:
    return Tolerances(alpha=alpha, limits=(Tolerance(measure=measure, drop=drop, floor=floor),))


def test_a_comparison_names_wins_and_losses(make_run: MakeRun) -> None:
    a, b = make_run("a", _with_wrong(1)), make_run("b", GOOD | {"q05": GOOD["q05"] | {"good": 0.0, "wrong": 1.0}})
    found = {(item.measure, item.type): item for item in compare(a, b).differences}
    good, wrong = found["good", "all"], found["wrong", "all"]
    assert (good.n, good.a, good.b, good.difference) == (N, 39 / 40, 39 / 40, 0)
    assert (good.wins, good.losses) == (("q00",), ("q05",))
    assert (wrong.wins, wrong.losses) == (("q00",), ("q05",))  # fewer wrong answers are a win
    assert (good.test, good.p) == ("McNemar", 1)
    assert good.low <= good.difference <= good.high
    assert found["good", "number"] == good.model_copy(update={"type": "number"})
    assert ("f1", "all") not in found  # neither run has it


def test_a_measure_counts_where_both_runs_have_it(make_run: MakeRun) -> None:
    a = make_run("a", {"x": {"f1": 0.2}, "y": {"f1": 0.4}, "z": {}}, types={"z": "list"})
    b = make_run("b", {"x": {"f1": 0.6}, "y": {}, "z": {"f1": 1.0}}, types={"z": "list"})
    runs = [run.__class__(**{**vars(run), "scores": _whole(run.scores)}) for run in (a, b)]
    found = {(item.measure, item.type): item for item in compare(*runs).differences}
    assert (found["f1", "all"].n, found["f1", "all"].a, found["f1", "all"].b) == (1, 0.2, 0.6)
    assert found["f1", "all"].test == "randomisation"


def _whole(scores: Mapping[str, QuestionScores]) -> dict[str, QuestionScores]:
    """With the two marks that every question has."""
    marks = {"refused": 0.0, "to_refuse": 0.0, "wrong": 0.0}
    return {name: item.model_copy(update={"values": marks | dict(item.values)}) for name, item in scores.items()}


def test_the_tables_show_what_changed(make_run: MakeRun) -> None:
    tables = as_tables(compare(make_run("a", GOOD), make_run("b", _with_wrong(2))))
    assert [str(table.title) for table in tables] == ["a → b", "by type of question", "questions that changed"]
    unchanged = as_tables(compare(make_run("a", GOOD), make_run("b", GOOD)))
    assert len(unchanged) == 2


@pytest.mark.parametrize("other", [{"gold_sha256": "1" * 64}, {}], ids=["another gold set", "other questions"])
def test_runs_of_other_questions_are_refused(make_run: MakeRun, other: dict[str, str]) -> None:
    scores = GOOD if other else {**GOOD, "q99": GOOD["q00"]}
    with pytest.raises(RunError, match=r"run both on the same file|run them again"):
        compare(make_run("a", GOOD), make_run("b", scores, **other))


@pytest.mark.parametrize(
    ("n_wrong", "drop", "alpha", "said"),
    [
        (0, 0.0, 0.05, None),
        (1, 1 / N, 0.05, None),  # exactly what is tolerated
        (2, 1 / N, 0.05, "worse by 0.050, 0.025 is tolerated"),
        (8, 0.5, 0.05, "significantly worse"),  # 2 * (1/2)**8 = 0.008
        (8, 0.5, 0.001, None),
    ],
)
def test_a_drop_fails_beyond_the_tolerance_or_when_significant(
    make_run: MakeRun, n_wrong: int, drop: float, alpha: float, said: str | None
) -> None:
    now, stored = make_run("now", _with_wrong(n_wrong)), make_run("stored", GOOD)
    faults = [fault for verdict in gate(now, stored, _tolerating(drop, alpha=alpha)) for fault in verdict.faults]
    if said is None:
        assert faults == []
    else:
        assert any(said in fault for fault in faults)
        assert "questions that got worse: " + " ".join(list(GOOD)[:n_wrong]) in faults


def test_a_rise_never_fails(make_run: MakeRun) -> None:
    verdicts = gate(make_run("now", GOOD), make_run("stored", _with_wrong(20)), _tolerating(0.0))
    assert not any(verdict.faults for verdict in verdicts)


def test_where_lower_is_better_a_rise_is_a_drop(make_run: MakeRun) -> None:
    limits = _tolerating(0.0, "wrong")
    assert any(v.faults for v in gate(make_run("now", _with_wrong(1)), make_run("stored", GOOD), limits))
    assert not any(v.faults for v in gate(make_run("now", GOOD), make_run("stored", _with_wrong(1)), limits))


@pytest.mark.parametrize(("floor", "holds"), [(38 / 40, True), (39 / 40, False)])
def test_a_floor_stands_whatever_was_stored(make_run: MakeRun, floor: float, holds: bool) -> None:
    run = make_run("now", _with_wrong(2))
    assert (not any(v.faults for v in gate(run, run, _tolerating(1.0, floor=floor)))) is holds


def test_a_ceiling_is_the_floor_of_what_should_be_low(make_run: MakeRun) -> None:
    run = make_run("now", _with_wrong(2))
    assert any(v.faults for v in gate(run, run, _tolerating(1.0, "wrong", floor=1 / 40)))
    assert not any(v.faults for v in gate(run, run, _tolerating(1.0, "wrong", floor=2 / 40)))


def test_another_index_and_failures_do_not_pass(make_run: MakeRun) -> None:
    other = IndexStatistics(n_reports=1, n_chunks=5, n_sections=3, n_characters=4, text_sha256="0")
    verdicts = {v.name: v for v in gate(make_run("now", GOOD, index=other), make_run("s", GOOD), _tolerating(0.0))}
    assert verdicts["index"].faults[0] == "n_chunks is 5, was 2"
    failed = GOOD | {"q07": GOOD["q07"] | {"failed": 1.0}}
    verdicts = {v.name: v for v in gate(make_run("now", failed), make_run("s", GOOD), _tolerating(0.0))}
    assert verdicts["failures"].faults == ("no answer to q07",)


def test_another_text_or_encoder_does_not_pass(make_run: MakeRun) -> None:
    """The same number of everything, and a figure changed in a report."""
    changed = IndexStatistics(n_reports=1, n_chunks=2, n_sections=3, n_characters=4, text_sha256="1")
    for stamp in ({"index": changed}, {"encoder": "another"}):
        verdicts = {v.name: v for v in gate(make_run("now", GOOD, **stamp), make_run("s", GOOD), _tolerating(0.0))}
        assert len(verdicts["index"].faults) == 2


def test_a_score_that_is_gone_does_not_leave_the_mean_unseen(make_run: MakeRun) -> None:
    ranked = {name: values | {"chunk.RR": 0.5 if name == "q03" else 1.0} for name, values in GOOD.items()}
    without = ranked | {"q03": GOOD["q03"]}
    limits = _tolerating(1.0, "chunk.RR")
    verdicts = gate(make_run("now", without), make_run("stored", ranked), limits)
    assert verdicts[-1].faults == ("no score any more, though answered: q03",)
    refused = ranked | {"q03": GOOD["q03"] | {"refused": 1.0}}  # a refusal has no such score
    assert not gate(make_run("now", refused), make_run("stored", ranked), limits)[-1].faults


def test_an_answer_may_leave_out_what_a_measure_is_of(make_run: MakeRun) -> None:
    """A sentence without a figure in place of one with: no share of figures, and no fault by that."""
    figures = {name: values | {"figures.faithful": 1.0} for name, values in GOOD.items()}
    run = make_run("now", figures | {"q03": GOOD["q03"]})
    limits = _tolerating(0.0, "figures.faithful", floor=1.0)
    assert not gate(run, make_run("stored", figures), limits)[-1].faults
    wrong = make_run("now", figures | {"q03": GOOD["q03"] | {"figures.faithful": 0.5}})
    assert gate(wrong, make_run("stored", figures), limits)[-1].faults


def test_a_limit_that_applies_to_nothing_fails(make_run: MakeRun) -> None:
    run = make_run("now", GOOD)
    assert any(v.faults for v in gate(run, run, _tolerating(0.0, "list.recall")))


def test_tolerances_are_read_strictly(tmp_path: Path) -> None:
    with pytest.raises(RunError, match=r"tolerances\.json is missing"):
        read_tolerances(tmp_path)
    path = tmp_path / "tolerances.json"
    path.write_text('{"alpha": 0.05, "limits": []}', encoding="utf-8")
    with pytest.raises(RunError, match="is not a list of tolerances"):
        read_tolerances(tmp_path)
    path.write_text('{"alpha": 0.05, "limits": [{"measure": "goodness", "drop": 0}]}', encoding="utf-8")
    with pytest.raises(RunError, match="goodness"):
        read_tolerances(tmp_path)
