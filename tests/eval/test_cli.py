"""The command as it is typed, over a real index, from check to gate; a process where one is killed."""

from __future__ import annotations

import json
import os
import shlex
import shutil
import signal
import subprocess
import sys
import time
import tomllib
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from packaging.requirements import Requirement

from eval import cli
from eval.gold.load import load_gold
from eval.gold.types import GoldItem
from eval.measures import summary
from eval.measures.score import score
from eval.quality import EXPECTED, SAMPLE_GOLD, SAMPLES
from eval.runs import provenance
from eval.runs.run import run
from eval.runs.stored import Run, append, finish, held, read_run, store
from eval.studies.pools import RememberingEncoder
from eval.systems import in_process
from eval.systems.in_process import IN_PROCESS
from eval.systems.types import Output
from indexer.build import build
from indexer.encoders.hashing import HashingEncoder
from indexer.encoders.load import QUESTION_THREADS
from indexer.encoders.sentence import SentenceEncoder
from indexer.store.snapshot import open_published
from service.ask import Asker
from service.no_question import asks_nothing
from service.open import asker_over
from service.settings import Settings
from tests.commands import ROOT, Done, Typed, environment

N_BEFORE_KILL = 5


_judian_eval = Typed({"JUDIAN_ENCODER": "hashing"}, cli.main)


@pytest.fixture(scope="module")
def index(sample_index: Path) -> Path:
    return sample_index


@pytest.fixture(scope="module")
def judian_run(index: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("runs") / "judian"
    done = _judian_eval("run", SAMPLE_GOLD, "--system", "judian", "--index", index, "--out", folder)
    assert done.returncode == 0, done.stderr
    return folder


def test_check_passes_the_sample_gold_set_and_names_the_line_of_a_fault(index: Path, tmp_path: Path) -> None:
    assert _judian_eval("check", SAMPLE_GOLD, "--index", index).returncode == 0
    lines = SAMPLE_GOLD.read_text(encoding="utf-8").splitlines()
    item = json.loads(lines[1])
    broken = tmp_path / "gold.jsonl"
    lines[1] = json.dumps(item | {"evidence": ["此句不在任何报告之中"]}, ensure_ascii=False)
    broken.write_text("\n".join(lines), encoding="utf-8")
    done = _judian_eval("check", broken, "--index", index)
    assert done.returncode == 1
    assert f"line 2 ({item['id']})" in done.stderr
    assert "此句不在任何报告之中" in done.stderr


def test_the_seed_passes_check(shared: Path, tmp_path: Path) -> None:
    build([shared / "reports" / "seed"], tmp_path, HashingEncoder(), "hashing")
    done = _judian_eval("check", shared / "gold" / "seed_dev.jsonl", "--index", tmp_path)
    assert (done.returncode, done.stdout.strip().endswith("no fault in 60 items")) == (0, True), done.stderr


def test_a_run_says_what_made_it(judian_run: Path, index: Path) -> None:
    made = read_run(judian_run)
    stamp = made.stamp
    assert (
        stamp.n_questions == len(made.scores) == len(made.outputs) == len(SAMPLE_GOLD.read_text("utf-8").splitlines())
    )
    assert stamp.snapshot_id == open_published(index).manifest.snapshot_id
    assert (stamp.encoder, stamp.system) == ("hashing-256", "judian")
    assert stamp.command.startswith("judian-eval run ")
    assert {"k", "dense_weight.zh", "abstention.zh", "abstention.en"} <= set(stamp.settings)
    assert stamp.index.n_reports == 6
    assert all(
        "citation.integrity" not in s.values or s.values["citation.integrity"] == 1 for s in made.scores.values()
    )


@pytest.mark.parametrize("system", [name for name in IN_PROCESS if name != "judian"])
def test_every_shortcut_runs_and_compares(judian_run: Path, index: Path, tmp_path: Path, system: str) -> None:
    done = _judian_eval("run", SAMPLE_GOLD, "--system", system, "--index", index, "--out", tmp_path / system)
    assert done.returncode == 0, done.stderr
    compared = _judian_eval("compare", judian_run, tmp_path / system, "--json")
    assert compared.returncode == 0, compared.stderr
    found = {(d["measure"], d["type"]): d for d in json.loads(compared.stdout)["differences"]}
    good = found["good", "all"]
    assert good["low"] <= good["difference"] <= good["high"]
    n_to_refuse = sum(item.to_refuse for item in load_gold(SAMPLE_GOLD))
    if system == "always-abstain":
        assert good["b"] == pytest.approx(n_to_refuse / good["n"])
        assert found["wrong", "all"]["b"] == 0
    else:
        asked_nothing = {item.id for item in load_gold(SAMPLE_GOLD) if asks_nothing(item.question)}
        scores = read_run(tmp_path / system).scores
        refused = {name for name, found in scores.items() if found.values["refused"]} - asked_nothing
        by_judian = {name for name, found in read_run(judian_run).scores.items() if found.values["refused"]}
        assert refused <= by_judian  # where the rules leave no sentence, there is none to give
        assert len(refused) <= len(by_judian) / 4


def test_tables_name_every_measure_where_there_is_no_terminal(judian_run: Path) -> None:
    done = _judian_eval("compare", judian_run, judian_run)
    assert done.returncode == 0, done.stderr
    values = [scores.values for scores in read_run(judian_run).scores.values()]
    for name in summary(values):
        assert f" {name} " in done.stdout


@pytest.mark.process
def test_an_interrupted_run_goes_on_and_comes_to_the_same(judian_run: Path, index: Path, tmp_path: Path) -> None:
    out = tmp_path / "run"
    arguments = ["run", SAMPLE_GOLD, "--system", "judian", "--index", index, "--out", out]
    process = subprocess.Popen(
        [sys.executable, "-m", "eval", *map(str, arguments)],
        env={**os.environ, "JUDIAN_ENCODER": "hashing"},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    outputs = out / "outputs.jsonl"
    deadline = time.monotonic() + 60
    while not outputs.exists() or outputs.read_bytes().count(b"\n") < N_BEFORE_KILL:
        assert time.monotonic() < deadline
        assert process.poll() is None
        time.sleep(0.002)
    process.send_signal(signal.SIGKILL)
    process.wait()
    before = outputs.read_bytes().splitlines()
    assert N_BEFORE_KILL <= len(before) < len(read_run(judian_run).scores)
    assert "is not complete" in _judian_eval("compare", out, judian_run).stderr
    with outputs.open("ab") as file:
        file.write(b'{"id": "s0')  # as a kill in the middle of a line leaves it
    assert _judian_eval(*arguments).returncode == 0
    assert outputs.read_bytes().splitlines()[:N_BEFORE_KILL] == before[:N_BEFORE_KILL]  # not asked again
    assert _untimed(read_run(out)) == _untimed(read_run(judian_run))


def _untimed(made: Run) -> dict[str, dict[str, float]]:
    return {
        name: {measure: value for measure, value in scores.values.items() if measure != "elapsed_ms"}
        for name, scores in made.scores.items()
    }


def test_two_processes_do_not_write_to_one_run(index: Path, tmp_path: Path) -> None:
    with held(tmp_path / "run"):
        done = _judian_eval("run", SAMPLE_GOLD, "--system", "bm25", "--index", index, "--out", tmp_path / "run")
    assert done.returncode == 1
    assert "another process is at work" in done.stderr


def test_a_run_that_lost_a_line_is_not_taken_for_whole(judian_run: Path, tmp_path: Path) -> None:
    shutil.copytree(judian_run, tmp_path / "run")
    outputs = tmp_path / "run" / "outputs.jsonl"
    outputs.write_bytes(b"".join(outputs.read_bytes().splitlines(keepends=True)[:-1]))
    done = _judian_eval("compare", tmp_path / "run", judian_run)
    assert "do not hold the same questions" in done.stderr


def test_what_a_stamp_must_not_tell(judian_run: Path) -> None:
    told = (judian_run / "run.json").read_text(encoding="utf-8")
    assert f'"{Path.cwd().anchor}' not in told  # no absolute path
    assert "(torch)" not in told  # vectors that need no model need no engine


def test_changed_code_has_another_stamp(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for package in ("indexer", "service", "judian", "eval", "prompts"):
        (tmp_path / package).mkdir()
    monkeypatch.setattr(provenance, "ROOT", tmp_path)
    code = tmp_path / "service" / "ask.py"
    stamps = []
    for text in ("a = 1", "a = 2"):
        code.write_text(text, encoding="utf-8")
        stamps.append(provenance.commit())
    assert all(stamp.startswith("unknown-") for stamp in stamps)
    assert stamps[0] != stamps[1]


def test_a_stored_run_gets_tolerances_to_begin_with_and_leaves_a_whole_one_alone(
    judian_run: Path, tmp_path: Path
) -> None:
    assert _judian_eval("store", judian_run, "--out", tmp_path / "kept").returncode == 0
    assert _judian_eval("gate", judian_run, "--expected", tmp_path / "kept").returncode == 0
    refused = _judian_eval("store", judian_run, "--out", judian_run)
    assert "choose another folder" in refused.stderr


def test_a_folder_with_another_run_is_left_alone(judian_run: Path, index: Path, tmp_path: Path) -> None:
    done = _judian_eval("run", SAMPLE_GOLD, "--system", "bm25", "--index", index, "--out", judian_run)
    assert done.returncode == 1
    assert "another system" in done.stderr
    (tmp_path / "letter.txt").write_text("dear", encoding="utf-8")
    done = _judian_eval("run", SAMPLE_GOLD, "--system", "bm25", "--index", index, "--out", tmp_path)
    assert "holds other files" in done.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["letter.txt"]


@pytest.mark.parametrize(
    ("system", "said"),
    [("oracle", "there is no system 'oracle'"), ("http://127.0.0.1:9", "cannot be asked")],
)
def test_a_wrong_system_is_said(index: Path, tmp_path: Path, system: str, said: str) -> None:
    done = _judian_eval("run", SAMPLE_GOLD, "--system", system, "--index", index, "--out", tmp_path / "run")
    assert done.returncode == 1
    assert said in done.stderr
    assert "Traceback" not in done.stderr


def test_report_writes_one_file(judian_run: Path, tmp_path: Path) -> None:
    done = _judian_eval("report", judian_run, "--out", tmp_path / "report.html")
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "report.html").read_text(encoding="utf-8").lower().startswith("<!doctype html>")


# Planted regressions, with the default encoder: the gate that guards the project must see each of them.


@pytest.fixture(scope="module")
def sound(model_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Asker, Path]:
    """Judian as it is over the samples, and its run stored beside the tolerances of the project."""
    folder = tmp_path_factory.mktemp("gate")
    encoder = RememberingEncoder(SentenceEncoder(str(model_folder), threads=QUESTION_THREADS))
    build([SAMPLES], folder / "index", encoder, "default")
    judian = asker_over(open_published(folder / "index"), encoder, Settings())
    made = run(SAMPLE_GOLD, in_process.judian(judian), judian.snapshot, folder / "sound", command="judian-eval run")
    store(made, folder / "expected")
    shutil.copy(EXPECTED / "samples" / "tolerances.json", folder / "expected")
    return judian, folder


def _gated(sound: tuple[Asker, Path], system: in_process.InProcess, name: str) -> Done:
    judian, folder = sound
    run(SAMPLE_GOLD, system, judian.snapshot, folder / name, command="judian-eval run")
    return _judian_eval("gate", folder / name, "--expected", folder / "expected")


def test_what_did_not_change_passes(sound: tuple[Asker, Path]) -> None:
    done = _gated(sound, in_process.judian(sound[0]), "again")
    assert done.returncode == 0, done.stdout


def test_bm25_off_fails(sound: tuple[Asker, Path]) -> None:
    without = in_process.with_weights(sound[0], dense_weight=1.0, scope_bonus=sound[0].retriever.scope_bonus)
    done = _gated(sound, in_process.judian(without), "dense")
    assert done.returncode == 1, done.stdout
    assert "FAILS  chunk.nDCG@10" in done.stdout


def test_the_top_passage_alone_fails(sound: tuple[Asker, Path]) -> None:
    done = _gated(sound, in_process.top_passage(sound[0]), "top")
    assert done.returncode == 1, done.stdout
    assert "FAILS  length" in done.stdout


@pytest.mark.parametrize(("bar", "fails"), [(0.0, "wrong"), (0.995, "good")])
def test_a_moved_threshold_fails(sound: tuple[Asker, Path], bar: float, fails: str) -> None:
    bars = {language: replace(abstention, bar=bar) for language, abstention in sound[0].abstention.items()}
    done = _gated(sound, in_process.judian(replace(sound[0], abstention=bars)), f"bar-{bar}")
    assert done.returncode == 1, done.stdout
    assert f"FAILS  {fails}" in done.stdout


# What else must not slip through: each a fault that leaves the mean of all questions where it was, or nearly.


def _without_marks(output: Output, _: GoldItem) -> Output:
    bare = tuple(citation.model_copy(update={"highlights": ()}) for citation in output.citations)
    return output.model_copy(update={"citations": bare})


def _confident_upside_down(output: Output, _: GoldItem) -> Output:
    return output.model_copy(update={"confidence": 1 - (output.confidence or 0.0)})


def _every_refusal_masked(output: Output, _: GoldItem) -> Output:
    return output.model_copy(update={"reason": "masked_in_source"}) if output.status == "abstained" else output


def _no_english(output: Output, item: GoldItem) -> Output:
    refused = {"status": "abstained", "reason": "not_in_reports", "segments": (), "citations": ()}
    return output.model_copy(update=refused) if item.lang == "en" else output


def _no_bad_rankings(output: Output, item: GoldItem) -> Output:
    return output.model_copy(update={"ranking": None}) if int(item.id[1:]) % 7 == 0 else output


@pytest.mark.parametrize(
    ("changed", "fails"),
    [
        (_without_marks, "marked"),
        (_confident_upside_down, "aurc"),
        (_every_refusal_masked, "masked.precision"),
        (_no_english, "good (crossling)"),
        (_no_bad_rankings, "chunk.nDCG@10"),
    ],
)
def test_faults_beside_the_mean_fail(
    sound: tuple[Asker, Path], changed: Callable[[Output, GoldItem], Output], fails: str
) -> None:
    judian, folder = sound
    whole = read_run(folder / "sound")
    outputs = {name: changed(output, whole.items[name]) for name, output in whole.outputs.items()}
    made = folder / changed.__name__
    shutil.copytree(folder / "sound", made)
    (made / "outputs.jsonl").unlink()
    for output in outputs.values():
        append(made, output)
    finish(made, whole.items.values(), score(list(whole.items.values()), outputs, judian.snapshot))
    done = _judian_eval("gate", made, "--expected", folder / "expected")
    assert done.returncode == 1, done.stdout
    assert f"FAILS  {fails}" in done.stdout


def test_the_stored_runs_of_the_project_hold_their_own_floors() -> None:
    folders = [path for path in EXPECTED.iterdir() if path.is_dir()]
    assert {path.name for path in folders} == {
        *("samples", "samples-among-others", "seed", "seed-among-others"),
        *("reports-a", "reports-b", "further-a", "further-b"),
    }
    for folder in folders:
        done = _judian_eval("gate", folder, "--expected", folder)
        assert done.returncode == 0, done.stdout


@pytest.mark.process
def test_without_the_extra_it_checks_and_names_the_one_command_that_is_missing(index: Path, tmp_path: Path) -> None:
    """As after `make demo`, whose environment has no extra."""
    bare = (
        "import sys; sys.modules.update(dict.fromkeys(('ir_measures', 'scipy', 'jinja2', 'matplotlib', 'httpx'))); "
        "from eval.cli import main; main()"
    )

    def typed(*arguments: str | Path) -> Done:
        command = [sys.executable, "-c", bare, *map(str, arguments)]
        return subprocess.run(
            command, cwd=ROOT, env=environment({}), capture_output=True, encoding="utf-8", timeout=120, check=False
        )

    checked = typed("check", SAMPLE_GOLD, "--index", index)
    assert (checked.returncode, checked.stderr) == (0, "")
    assert typed("run", "--help").returncode == 0
    out = tmp_path / "run"
    refused = typed("run", SAMPLE_GOLD, "--system", "judian", "--index", index, "--out", out)
    assert (refused.returncode, refused.stdout, out.exists()) == (1, "", False)
    command = refused.stderr.rpartition(" with: ")[2].replace("\n", "")
    assert shlex.split(command)[:4] == [sys.executable, "-m", "pip", "install"]
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["optional-dependencies"]
    wanted = {Requirement(one).name for one in (*project["eval"], *project["client"])} - {"judian"}
    assert shlex.split(command)[4:6] == ["--constraint", str(ROOT / "constraints.txt")]
    assert {Requirement(one).name for one in shlex.split(command)[6:]} == wanted
