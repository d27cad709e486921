"""``judian`` with the hashing encoder: what it prints, where, and how it ends; as a process where that is the point."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from service.types import Answer

ROOT = Path(__file__).parents[3]
SAMPLES = ROOT / "eval" / "data" / "samples"
QUESTION = "澜川市2022年粮食总产量是多少？"
MANY = 5  # files in SAMPLES


@pytest.fixture
def mixed(tmp_path: Path) -> Path:
    """A folder with one report and three files that cannot be read."""
    folder = tmp_path / "mixed"
    folder.mkdir()
    (folder / "2023年朔原县政府工作报告.txt").write_text("一、工作回顾\n全年建成厕所37座。\n", encoding="utf-8")
    (folder / "空.txt").write_bytes(b"")
    (folder / "图.txt").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 8)
    (folder / "表.xlsx").write_bytes(b"PK\x03\x04" + bytes(64))
    return folder


@pytest.mark.parametrize("command", [(), ("index",), ("serve",), ("ask",), ("inspect",)])
def test_every_command_has_help(typed: Any, command: tuple[str, ...]) -> None:
    done = typed(*command, "--help")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("Usage:")
    for name in ("index", "serve", "ask", "inspect") if not command else ():
        assert name in done.stdout


def test_without_a_command_it_shows_help(typed: Any) -> None:
    done = typed()
    assert done.returncode != 0
    assert "Usage:" in done.stdout + done.stderr


@pytest.mark.parametrize("arguments", [("nothing",), ("ask",), ("ask", "几", "--colour"), ("serve", "--port", "0")])
def test_wrong_usage_ends_with_2_and_says_so_on_stderr(typed: Any, arguments: tuple[str, ...]) -> None:
    done = typed(*arguments)
    assert done.returncode == 2
    assert done.stdout == ""
    assert "Usage:" in done.stderr


@pytest.mark.process
def test_index_says_what_it_published(judian: Any, tmp_path: Path) -> None:
    done = judian("index", SAMPLES, "--out", tmp_path / "index")
    assert done.returncode == 0
    published = (tmp_path / "index" / "CURRENT").read_text(encoding="utf-8").strip()
    assert published in done.stdout
    assert f"from {MANY} of {MANY} files" in done.stdout
    assert len(done.stdout.splitlines()) == 1


def test_index_lists_the_reports_that_are_copies(typed: Any, tmp_path: Path) -> None:
    reports = tmp_path / "reports"
    for site in ("甲站", "乙站"):
        shutil.copytree(SAMPLES, reports / site)
    done = typed("index", reports, "--out", tmp_path / "index")
    listed = [line for line in done.stdout.splitlines() if line.startswith("copies of one report: ")]
    for name in (path.name for path in SAMPLES.iterdir()):
        # The parts of a compilation are reports, each with its own copies.
        assert any(line.count(f"甲站/{name}") == line.count(f"乙站/{name}") == 1 for line in listed), name


def test_index_keeps_the_files_where_it_is_asked_to(typed: Any, tmp_path: Path) -> None:
    assert typed("index", SAMPLES, "--out", tmp_path / "index").returncode == 0
    assert not (tmp_path / "index" / "originals").exists()
    assert typed("index", SAMPLES, "--out", tmp_path / "index", "--keep-originals").returncode == 0
    kept = {path.read_bytes() for path in (tmp_path / "index" / "originals").iterdir()}
    assert kept == {path.read_bytes() for path in SAMPLES.iterdir()}


def test_indexing_again_encodes_nothing_and_gives_the_same_snapshot(typed: Any, tmp_path: Path) -> None:
    first = typed("index", SAMPLES, "--out", tmp_path / "index")
    again = typed("index", SAMPLES, "--out", tmp_path / "index")
    assert "; 0 chunks newly encoded" in again.stdout
    assert first.stdout.split()[1] == again.stdout.split()[1]


def test_a_new_file_is_all_that_is_encoded(typed: Any, tmp_path: Path) -> None:
    reports = tmp_path / "reports"
    shutil.copytree(SAMPLES, reports)
    typed.index(reports, "--out", tmp_path / "index")
    (reports / "2023年朔原县政府工作报告.txt").write_text("一、工作回顾\n建成厕所37座。\n", encoding="utf-8")
    again = typed("index", reports, "--out", tmp_path / "index")
    assert "; 1 chunks newly encoded" in again.stdout


def test_files_that_cannot_be_read_are_listed_with_reasons_on_stderr(typed: Any, mixed: Path, tmp_path: Path) -> None:
    done = typed("index", mixed, "--out", tmp_path / "index")
    assert done.returncode == 0
    assert "1 reports" in done.stdout
    assert "from 1 of 4 files" in done.stdout
    assert "not read" not in done.stdout
    told = [line for line in done.stderr.splitlines() if line.startswith("not read: ")]
    for name in ("空.txt", "图.txt", "表.xlsx"):
        (line,) = (line for line in told if name in line)
        assert len(line.partition(f"{name}: ")[2]) > len("bad")
    assert len(told) == 3


def test_strict_publishes_nothing_when_a_file_cannot_be_read(typed: Any, mixed: Path, tmp_path: Path) -> None:
    done = typed("index", mixed, "--out", tmp_path / "index", "--strict")
    assert done.returncode == 1
    assert done.stdout == ""
    assert "空.txt" in done.stderr
    assert not (tmp_path / "index" / "CURRENT").exists()


def test_strict_leaves_the_published_index_as_it_was(typed: Any, mixed: Path, tmp_path: Path) -> None:
    typed.index(SAMPLES, "--out", tmp_path / "index")
    before = (tmp_path / "index" / "CURRENT").read_text(encoding="utf-8")
    assert typed("index", mixed, "--out", tmp_path / "index", "--strict").returncode == 1
    assert (tmp_path / "index" / "CURRENT").read_text(encoding="utf-8") == before


@pytest.mark.parametrize("content", [{}, {"空.txt": b""}], ids=["no files", "no readable file"])
def test_nothing_to_index_ends_with_1(typed: Any, tmp_path: Path, content: dict[str, bytes]) -> None:
    folder = tmp_path / "reports"
    folder.mkdir()
    for name, raw in content.items():
        (folder / name).write_bytes(raw)
    _check_refused(typed("index", folder, "--out", tmp_path / "index"), str(folder))
    assert not (tmp_path / "index" / "CURRENT").exists()


def test_an_absent_folder_is_named(typed: Any, tmp_path: Path) -> None:
    _check_refused(typed("index", tmp_path / "absent", "--out", tmp_path / "index"), "absent")


def test_an_index_inside_the_folder_is_not_indexed(typed: Any, tmp_path: Path) -> None:
    reports = tmp_path / "reports"
    shutil.copytree(SAMPLES, reports)
    typed.index(reports, "--out", reports / "index")
    again = typed.index(reports, "--out", reports / "index")
    assert f"from {MANY} of {MANY} files" in again.stdout


def test_a_file_in_the_place_of_the_index_is_named(typed: Any, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a folder", encoding="utf-8")
    _check_refused(typed("index", SAMPLES, "--out", tmp_path / "file"), "file")


def test_ask_prints_the_answer_and_its_places(typed: Any, sample_index: Path) -> None:
    done = typed("ask", QUESTION, "--index", sample_index)
    assert (done.returncode, done.stderr) == (0, "")
    assert re.search(r"^(确切|可能) · \d+ ms$", done.stdout, re.MULTILINE)
    assert "%" not in done.stdout.splitlines()[-1]


@pytest.mark.process
def test_ask_json_is_an_answer_and_nothing_else(judian: Any, sample_index: Path) -> None:
    done = judian("ask", "--index", sample_index, "--json", QUESTION)
    assert (done.returncode, done.stderr) == (0, "")
    answer = Answer.model_validate_json(done.stdout)
    assert answer.question == QUESTION
    assert json.loads(done.stdout)["snapshot_id"] == (sample_index / "CURRENT").read_text(encoding="utf-8").strip()
    again = Answer.model_validate_json(judian("ask", "--index", sample_index, "--json", QUESTION).stdout)
    assert again.model_copy(update={"elapsed_ms": answer.elapsed_ms}) == answer


@pytest.mark.process
def test_asking_loads_no_server(sample_index: Path) -> None:
    ask = (
        "import sys; from pathlib import Path; "
        "from service.open import open_live; from service.settings import Settings; "
        f"open_live(Path({str(sample_index)!r}), Settings(encoder='hashing')); print('uvicorn' in sys.modules)"
    )
    assert subprocess.check_output([sys.executable, "-c", ask], cwd=ROOT, text=True) == "False\n"


@pytest.mark.parametrize("question", ["", "  ", "？！"])
def test_a_blank_question_ends_with_1(typed: Any, sample_index: Path, question: str) -> None:
    _check_refused(typed("ask", "--index", sample_index, question), "question")


@pytest.mark.process
def test_a_question_that_is_not_utf8_ends_with_1(judian: Any, sample_index: Path) -> None:
    _check_refused(judian("ask", "--index", sample_index, b"\xff\xfe\xb6\xe0\xc9\xd9"), "question")


def test_a_question_that_is_too_long_ends_with_1(typed: Any, sample_index: Path) -> None:
    short = typed.with_settings(JUDIAN_MAX_QUESTION_CHARS="5")
    _check_refused(short("ask", "--index", sample_index, "受理案件多少件"), "5")


@pytest.mark.parametrize("command", [("ask", QUESTION), ("serve",)])
def test_a_missing_index_says_how_to_make_one(typed: Any, tmp_path: Path, command: tuple[str, ...]) -> None:
    _check_refused(typed(*command, "--index", tmp_path / "absent"), "judian index")


def test_a_damaged_index_names_the_file_and_what_to_do(typed: Any, sample_index: Path, tmp_path: Path) -> None:
    damaged = tmp_path / "index"
    shutil.copytree(sample_index, damaged)
    (chunks,) = damaged.glob("snapshots/*/chunks.jsonl")
    chunks.write_bytes(chunks.read_bytes()[:-1] + b" ")
    done = typed("ask", "--index", damaged, QUESTION)
    _check_refused(done, "chunks.jsonl")
    assert "judian index" in done.stderr


def test_another_encoder_than_the_index_was_made_by_is_refused(
    typed: Any, model_folder: Path, sample_index: Path
) -> None:
    done = typed.with_settings(JUDIAN_ENCODER=str(model_folder))("ask", "--index", sample_index, QUESTION)
    _check_refused(done, "JUDIAN_ENCODER")
    assert "'hashing'" in done.stderr


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("JUDIAN_K", "0"),
        ("JUDIAN_K", "many"),
        ("JUDIAN_K", ""),
        ("JUDIAN_PRECISION", "float8"),
        ("JUDIAN_MAX_QUESTION_CHARS", "-1"),
    ],
)
def test_a_wrong_setting_is_named(typed: Any, sample_index: Path, name: str, value: str) -> None:
    _check_refused(typed.with_settings(**{name: value})("ask", "--index", sample_index, QUESTION), name)


def test_a_misspelt_setting_is_named(typed: Any, sample_index: Path) -> None:
    done = typed.with_settings(JUDIAN_ENCODR="hashing")("ask", "--index", sample_index, QUESTION)
    assert "JUDIAN_ENCODR" in done.stderr


def test_an_encoder_that_is_not_there_is_named(typed: Any, tmp_path: Path) -> None:
    empty = tmp_path / "empty-model"
    empty.mkdir()
    done = typed.with_settings(JUDIAN_ENCODER=str(empty))("index", SAMPLES, "--out", tmp_path / "index")
    _check_refused(done, "JUDIAN_ENCODER")
    assert str(empty) in done.stderr


@pytest.mark.parametrize("sample", sorted(path.name for path in SAMPLES.iterdir()))
def test_inspect_shows_what_is_read(typed: Any, sample: str) -> None:
    done = typed("inspect", SAMPLES / sample)
    assert (done.returncode, done.stderr) == (0, "")
    for shown in (sample, "title: ", "report_id: r", "region: ", "year: ", "sections", "dropped: "):
        assert shown in done.stdout


def test_inspect_tells_the_encoding_and_what_was_dropped(typed: Any) -> None:
    assert "gb18030" in typed("inspect", SAMPLES / "云岭省2022年度法治政府建设情况报告.txt").stdout.lower()
    page = typed("inspect", SAMPLES / "青屏县2023年政府工作报告网页.md").stdout
    assert "浏览次数" in page.partition("\ndropped: ")[2]


def test_inspect_shows_the_rows_of_tables(typed: Any, tmp_path: Path) -> None:
    path = tmp_path / "云岭市2023年决算.csv"
    path.write_text("单位：万元,\n项目,2023年\n税收,45310\n非税,17260\n", encoding="gb18030")
    shown = typed("inspect", path).stdout
    assert "rows of tables: 2\n  项目：税收；2023年（万元）：45310\n" in shown


def test_inspect_of_an_unreadable_file_ends_with_1_and_names_it(typed: Any, mixed: Path) -> None:
    for path in (mixed / "空.txt", mixed / "图.txt", mixed / "表.xlsx", mixed / "absent.txt", mixed):
        _check_refused(typed("inspect", path), path.name)


@pytest.mark.process
def test_a_terminal_that_lacks_a_character_still_gets_the_rest(judian: Any, tmp_path: Path) -> None:
    path = tmp_path / "2023年朔原县政府工作报告.txt"
    path.write_text("一、𠅤村工作😀回顾\n全年建成厕所37座。\n二、问题\n作风不实。\n", encoding="utf-8")
    done = judian.with_settings(PYTHONIOENCODING="gbk:strict")("inspect", path)
    assert "Traceback" not in done.stderr
    assert done.returncode == 0


@pytest.mark.process
def test_json_is_utf8_and_whole_whatever_the_terminal_writes(judian: Any, sample_index: Path) -> None:
    question = "𠅤村建成厕所😀多少座？"
    done = judian.with_settings(PYTHONIOENCODING="gbk")("ask", "--index", sample_index, "--json", question)
    assert done.returncode == 0
    assert Answer.model_validate_json(done.stdout).question == question


@pytest.mark.process
def test_a_reader_that_stops_reading_is_no_error(judian: Any, sample_index: Path) -> None:
    read, write = os.pipe()
    os.close(read)
    try:
        done = judian.to(write, "ask", "--index", sample_index, "--json", QUESTION)
    finally:
        os.close(write)
    assert "Traceback" not in done.stderr


def _check_refused(done: Any, said: str) -> None:
    """One line on standard error that says ``said``, nothing on standard output, status 1."""
    assert "Traceback" not in done.stderr, done.stderr
    assert done.returncode == 1
    assert done.stdout == ""
    last = done.stderr[done.stderr.index("judian: ") :]
    assert said in last
