"""An index that holds: killed, out of space, written by two, damaged, and published under load."""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx
import pytest

from indexer.build import build
from indexer.encoders.hashing import HashingEncoder
from indexer.store import publication
from indexer.store.publication import published_id
from indexer.store.snapshot import open_published, open_snapshot, read_manifest
from tests.commands import Judian, Typed

pytestmark = pytest.mark.process

ROOT = Path(__file__).parents[3]
SAMPLES = ROOT / "eval" / "data" / "samples"
N_KILLS = 4  # and as many interruptions
INTERRUPTED = 130
DAMAGE = {"truncated": "damaged", "a byte changed": "damaged", "missing": "missing"}  # and what is said of it
N_PUBLICATIONS = 10
N_REQUESTS = 1000
N_CLIENTS = 4


def write_reports(folder: Path, version: int, n_reports: int = 40) -> None:
    """Reports of which some change with each version: what `judian index` then has to write."""
    folder.mkdir(exist_ok=True)
    for number in range(n_reports):
        lines = [f"第{number}号文件第{line}条，受理案件{number * 100 + line}件。" for line in range(60)]
        lines.append(f"本年第{version if number % 8 == 0 else 0}次修订，办结{version * 10 + number}件。")
        (folder / f"甲县{2000 + number}年工作报告.txt").write_text("\n".join(lines), encoding="utf-8")


def test_killed_at_any_point_what_was_published_is_whole(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tests.service.kill_points", str(tmp_path)],
        env={**os.environ, "OMP_NUM_THREADS": "1"},
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    *points, end = map(json.loads, done.stdout.splitlines())
    old, new = points[0]["published"], end["published"]
    assert len(set(old + new)) == 3  # the one before the last is kept, the one before that is not
    for point in (*points, end):  # what a kill left is whole; the next run publishes, and leaves nothing behind
        assert (point["fault"], point["next_fault"]) == (None, None), point
        assert (point["next"], point["there"]) == (new, sorted(new)), point
    files = [(point["event"], point["file"]) for point in points]
    writing = [("open", ".lock"), ("Connection.executemany", "cache/vectors.sqlite")]
    for name in ("reports.jsonl", "catalogue.jsonl", "chunks.jsonl", "quotes.npy", "lexical/vocab.index.json"):
        writing += [("open", f"snapshots/.building-*/{name}")]
        writing += [("BufferedWriter.write" if name == "quotes.npy" else "TextIOWrapper.write", writing[-1][1])]
    writing += [("write_index", ""), ("TextIOWrapper.write", "snapshots/.building-*/manifest.json")]
    replaced = [("os.rename", f"snapshots/{new[0]}"), ("TextIOWrapper.write", ".current-*"), ("os.rename", "CURRENT")]
    removed = [("os.remove", "manifest.json"), ("os.rmdir", f"snapshots/{old[-1]}")]
    assert {*writing, *replaced, *removed} <= set(files)
    # The rename of CURRENT is what publishes: a kill right before it leaves the old snapshot, one after it the new.
    n_old = files.index(replaced[-1]) + 1
    assert [point["published"] for point in points] == [old] * n_old + [new] * (len(points) - n_old)
    # The next run encodes only what no transaction has kept.
    encoded = [point["encoded"] for point in points]
    assert encoded == sorted(encoded, reverse=True)
    assert sorted(set(encoded)) == [0, 2, 4]
    assert encoded[files.index(("os.mkdir", "snapshots/.building-*"))] == 0


def test_killed_at_any_time_what_was_published_is_whole_and_served(
    judian: Judian, typed: Typed, tmp_path: Path
) -> None:
    chance = random.Random(2)
    reports, index = tmp_path / "reports", tmp_path / "index"
    write_reports(reports, 0)
    began = time.monotonic()
    judian.index(reports, "--out", index)
    whole_run_s = time.monotonic() - began
    ended: list[int] = []
    with judian.serving(index) as (_, base), httpx.Client(base_url=base, trust_env=False, timeout=60) as client:
        while (n_killed := ended.count(-signal.SIGKILL)) < N_KILLS or ended.count(INTERRUPTED) < N_KILLS:
            assert len(ended) < 10 * N_KILLS, f"hardly a run was ended in time: {ended}"
            write_reports(reports, len(ended) + 1)
            began = time.monotonic()
            process = judian.start("index", reports, "--out", index)
            ending = signal.SIGKILL if n_killed <= ended.count(INTERRUPTED) else signal.SIGINT
            try:
                process.wait(chance.uniform(0.2, 1.1) * whole_run_s)
                whole_run_s = time.monotonic() - began  # the machine is faster than it was
            except subprocess.TimeoutExpired:
                process.send_signal(ending)
            _, said = process.communicate(timeout=60)
            ended.append(process.returncode)
            if process.returncode == INTERRUPTED:
                assert "Traceback" not in said
            elif process.returncode and ending == signal.SIGINT:
                whole_run_s *= 1.5  # Python's own start was interrupted: the machine is slower than it was
            open_published(index)  # it checks every file
            assert client.get("/v1/reports").status_code == 200
    kept = vectors_kept(index)
    write_reports(reports, len(ended) + 1)
    done = typed.index(reports, "--out", index)
    assert open_published(index).manifest.n_reports == 40
    # What killed runs had encoded was not encoded again.
    assert vectors_kept(index) - kept == int(done.stdout.split("; ")[1].split()[0])
    left = {path.name for path in (index / "snapshots").iterdir()}
    assert left == set(publication.published_ids(index))


def vectors_kept(index: Path) -> int:
    with sqlite3.connect(index / "cache" / "vectors.sqlite") as cache:
        return int(cache.execute("SELECT count(*) FROM vectors").fetchone()[0])


def test_two_indexers_at_once_publish_one_after_the_other(judian: Judian, tmp_path: Path) -> None:
    index = tmp_path / "index"
    for name in ("a", "b"):
        write_reports(tmp_path / name, ord(name), n_reports=150)
    processes = [judian.start("index", tmp_path / name, "--out", index) for name in ("a", "b")]
    said = [process.communicate(timeout=120) for process in processes]
    assert [process.returncode for process in processes] == [0, 0], said
    assert sum("waiting for its end" in err for _, err in said) == 1
    assert len(publication.published_ids(index)) == 2
    assert open_published(index).manifest.n_reports == 150


# Runs in a mount namespace of its own: a disk of 3 MB, an index on it, and then reports that do not fit.
FULL_DISK = """
set -e
mount -t tmpfs -o size=3m none "$1"
"$PYTHON" -m service index "$2" --out "$1/index"
cat "$1/index/CURRENT"
"$PYTHON" -m service index "$3" --out "$1/index" 2>&1 && exit 9
cat "$1/index/CURRENT"
"$PYTHON" -m service snapshots --index "$1/index"
"$PYTHON" -m service ask --index "$1/index" "粮食总产量是多少？"
"""


def test_a_full_disk_is_said_and_leaves_what_was_published(judian: Judian, tmp_path: Path) -> None:
    tried = subprocess.run(
        ["unshare", "-m", "mount", "-t", "tmpfs", "none", str(tmp_path)], capture_output=True, text=True, check=False
    )
    if tried.returncode:
        pytest.skip(f"no disk of its own can be mounted here: {tried.stderr.strip()}")
    disk, small = tmp_path / "disk", tmp_path / "small"
    disk.mkdir()
    small.mkdir()
    shutil.copy(next(SAMPLES.glob("*.txt")), small)
    write_reports(tmp_path / "large", 1, n_reports=150)
    done = subprocess.run(
        ["unshare", "-m", "bash", "-c", FULL_DISK, "bash", str(disk), str(small), str(tmp_path / "large")],
        env={**judian.environment, "PYTHON": sys.executable},
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    lines = done.stdout.splitlines()
    ids = [line for line in lines if line.startswith("s") and len(line) == 17]
    assert len(ids) == 2
    assert ids[0] == ids[1]
    assert "what was published before stays" in done.stdout
    assert "Traceback" not in done.stdout
    assert f"published   {ids[0]}" in done.stdout
    assert "DAMAGED" not in done.stdout


def test_a_deleted_file_is_gone_from_answers_as_soon_as_that_is_published(
    judian: Judian, typed: Typed, tmp_path: Path
) -> None:
    reports, index = tmp_path / "reports", tmp_path / "index"
    write_reports(reports, 0, n_reports=3)
    (reports / "乙县2020年工作报告.txt").write_text("全县共有图书馆七十七座。\n", encoding="utf-8")
    typed.index(reports, "--out", index)
    with judian.serving(index) as (_, base), httpx.Client(base_url=base, trust_env=False, timeout=60) as client:
        assert "图书馆七十七座" in searched(client)
        (reports / "乙县2020年工作报告.txt").write_text("全县共有图书馆八十八座。\n", encoding="utf-8")
        typed.index(reports, "--out", index)
        until(lambda: "图书馆八十八座" in searched(client))
        assert "七十七" not in searched(client)
        (reports / "乙县2020年工作报告.txt").unlink()
        typed.index(reports, "--out", index)
        until(lambda: "八十八" not in searched(client))
        assert typed("rollback", "--index", index).returncode == 0
        until(lambda: "图书馆八十八座" in searched(client))


def searched(client: httpx.Client) -> str:
    response = client.post("/v1/search", json={"question": "全县共有图书馆多少座"})
    assert response.status_code == 200
    return response.text


def until(holds: Callable[[], bool], timeout_s: float = 20) -> None:
    deadline = time.monotonic() + timeout_s
    while not holds():
        assert time.monotonic() < deadline, "the service did not follow what was published"
        time.sleep(0.05)


def test_a_damaged_snapshot_is_named_and_the_last_good_one_is_served(
    judian: Judian, typed: Typed, tmp_path: Path
) -> None:
    reports, index = tmp_path / "reports", tmp_path / "index"

    def ready(base: str) -> Any:
        return httpx.get(f"{base}/readyz", trust_env=False).json()

    write_reports(reports, 0, n_reports=3)
    typed.index(reports, "--out", index)
    with judian.serving(index) as (_, base):
        for version, (damage, said) in enumerate(DAMAGE.items(), start=1):
            good = published_id(index)
            write_reports(reports, version, n_reports=3)
            elsewhere = tmp_path / damage  # damaged before it is published
            typed.index(reports, "--out", elsewhere)
            bad = published_id(elsewhere)
            path = elsewhere / "snapshots" / bad / "chunks.jsonl"
            raw = path.read_bytes()
            if damage == "missing":
                path.unlink()
            else:
                path.write_bytes(raw[:-20] if damage == "truncated" else raw[:50] + b"9" + raw[51:])
            shutil.copytree(elsewhere / "snapshots" / bad, index / "snapshots" / bad)
            assert published_id(index) == good
            publication.publish(index, bad)
            until(lambda: ready(base)["problem"] is not None)
            assert ready(base)["snapshot_id"] == good
            assert f"chunks.jsonl is {said}" in ready(base)["problem"]
            assert "DAMAGED" in typed("snapshots", "--index", index).stdout
            if version == 1:
                with judian.serving(index) as (_, new_base):  # a new process, too, serves the last good one
                    assert ready(new_base)["snapshot_id"] == good
            typed.index(reports, "--out", index)
            assert open_published(index).manifest.snapshot_id == bad  # whole again
            until(lambda: ready(base)["problem"] is None)
            assert ready(base)["snapshot_id"] == bad


def test_what_is_served_outlives_its_files(judian: Judian, typed: Typed, tmp_path: Path) -> None:
    reports, index = tmp_path / "reports", tmp_path / "index"
    write_reports(reports, 0, n_reports=3)
    typed.index(reports, "--out", index)
    with judian.serving(index) as (_, base), httpx.Client(base_url=base, trust_env=False, timeout=60) as client:
        for path in (index / "snapshots" / published_id(index)).rglob("*"):
            if path.is_file():
                path.write_bytes(b"")
        assert client.post("/v1/search", json={"question": "受理案件多少件"}).json()["passages"]


def test_a_service_under_load_switches_without_dropping_or_mixing_a_request(
    judian: Judian, hashing: HashingEncoder, tmp_path: Path
) -> None:
    reports, index = tmp_path / "reports", tmp_path / "index"
    # Without a model, only a passage that says the same in the same words is close enough to be an answer.
    same = "全县各级行政复议机关全年共受理公民、法人和其他组织提出的行政复议案件"
    question = f"2022年政府工作报告：{same}多少件？"
    figure_of: dict[str, int] = {}

    def publish(version: int) -> str:
        reports.mkdir(exist_ok=True)
        for county in ("甲县", "乙县"):
            lines = ("一、法治", f"{same}{1000 + version}件。", "二、经济", f"粮食{2000 + version}万吨。")
            (reports / f"{county}2022年政府工作报告.txt").write_text("\n".join(lines), encoding="utf-8")
        built = build([reports], index, hashing, "hashing", keep=N_PUBLICATIONS + 1)
        figure_of[built.manifest.snapshot_id] = version
        return built.manifest.snapshot_id

    publish(0)
    answers: list[dict[str, Any]] = []
    all_served = threading.Event()
    with judian.serving(index) as (_, base):  # nobody reads its log: that must not keep it from following

        def client(_: int) -> None:
            with httpx.Client(base_url=base, trust_env=False, timeout=60) as http:
                while len(answers) < N_REQUESTS or not all_served.is_set():
                    response = http.post("/v1/ask", json={"question": question})
                    assert response.status_code == 200, response.text
                    answers.append(response.json())

        def wait_for(snapshot_id: str) -> None:
            until(lambda: answers[-1]["snapshot_id"] == snapshot_id)

        with ThreadPoolExecutor(N_CLIENTS) as clients:
            running = clients.map(client, range(N_CLIENTS))
            try:
                until(lambda: bool(answers))
                for version in range(1, N_PUBLICATIONS + 1):
                    wait_for(publish(version))
            finally:
                all_served.set()
            assert list(running) == [None] * N_CLIENTS  # raises what a client has raised
    assert len(answers) >= N_REQUESTS
    assert {answer["snapshot_id"] for answer in answers} == set(figure_of)
    opened = {snapshot_id: open_snapshot(index / "snapshots" / snapshot_id) for snapshot_id in figure_of}
    for answer in answers:
        snapshot = opened[answer["snapshot_id"]]
        assert answer["status"] == "answered"
        (cited,) = answer["citations"]  # both reports say it in the same words
        assert len(cited["also_in"]) == 1
        for citation in answer["citations"]:
            text = snapshot.reports[citation["report_id"]].text
            assert text[citation["start"] : citation["end"]] == citation["quote"]
            assert f"{1000 + figure_of[answer['snapshot_id']]}件" in citation["quote"]


def test_an_old_format_is_refused_with_the_command_that_upgrades_it(typed: Typed, tmp_path: Path) -> None:
    index = tmp_path / "index"
    typed.index(SAMPLES, "--out", index)
    folder = index / "snapshots" / published_id(index)
    manifest = read_manifest(folder).model_dump_json().replace('"format_version":3', '"format_version":1')
    (folder / "manifest.json").write_text(manifest, encoding="utf-8")
    done = typed("ask", "--index", index, "粮食总产量是多少？")
    assert done.returncode == 1
    assert "has format 1" in done.stderr
    assert f"judian index FOLDER… --out {index}" in done.stderr
    assert "0 chunks newly encoded" in typed.index(SAMPLES, "--out", index).stdout
    assert typed("ask", "--index", index, "粮食总产量是多少？").returncode == 0
