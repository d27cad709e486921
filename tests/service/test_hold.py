"""An index that holds: killed, out of space, written by two, damaged, and published under load."""

from __future__ import annotations

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

from indexer import publication
from indexer.build import build
from indexer.encoder import load_encoder
from indexer.publication import published_id
from indexer.snapshot import open_published, open_snapshot, read_manifest

ROOT = Path(__file__).parents[2]
SAMPLES = ROOT / "eval" / "data" / "samples"
N_KILLS = 50
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


def start(judian: Any, *arguments: str | Path) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "service", *map(str, arguments)],
        env=judian.environment,
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        # A shell that runs the tests in the background has its children ignore Ctrl-C, and theirs.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )


def test_killed_at_any_moment_what_was_published_is_whole_and_served(judian: Any, tmp_path: Path) -> None:
    chance = random.Random(2)
    reports, index = tmp_path / "reports", tmp_path / "index"
    write_reports(reports, 0)
    began = time.monotonic()
    judian.index(reports, "--out", index)
    whole_run_s = time.monotonic() - began
    published = {published_id(index)}
    ended: list[int] = []
    with judian.serving(index) as (_, base), httpx.Client(base_url=base, trust_env=False, timeout=60) as client:
        for kill in range(N_KILLS):
            write_reports(reports, kill + 1)
            began = time.monotonic()
            process = start(judian, "index", reports, "--out", index)
            try:
                process.wait(chance.uniform(0.2, 1.1) * whole_run_s)
                whole_run_s = time.monotonic() - began  # the machine is faster, or slower, than it was
            except subprocess.TimeoutExpired:
                process.send_signal(signal.SIGKILL if kill % 2 else signal.SIGINT)
            _, said = process.communicate(timeout=60)
            ended.append(process.returncode)
            if process.returncode == 130:  # not one that Python's own start was interrupted in
                assert "Traceback" not in said
            published.add(open_published(index).manifest.snapshot_id)  # it checks every file
            assert client.get("/v1/reports").status_code == 200
        assert -signal.SIGKILL in ended, "no run was killed in time"
        assert 130 in ended, "no run was interrupted in time"
    kept = vectors_kept(index)
    write_reports(reports, N_KILLS + 1)
    done = judian.index(reports, "--out", index)
    manifest = open_published(index).manifest
    assert manifest.n_reports == 40
    # What killed runs had encoded was not encoded again.
    assert vectors_kept(index) - kept == int(done.stdout.split("; ")[1].split()[0])
    left = {path.name for path in (index / "snapshots").iterdir()}
    assert left == set(publication.published_ids(index))


def vectors_kept(index: Path) -> int:
    with sqlite3.connect(index / "cache" / "vectors.sqlite") as cache:
        return int(cache.execute("SELECT count(*) FROM vectors").fetchone()[0])


def test_two_indexers_at_once_publish_one_after_the_other(judian: Any, tmp_path: Path) -> None:
    index = tmp_path / "index"
    for name in ("a", "b"):
        write_reports(tmp_path / name, ord(name), n_reports=150)
    processes = [start(judian, "index", tmp_path / name, "--out", index) for name in ("a", "b")]
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


def test_a_full_disk_is_said_and_leaves_what_was_published(judian: Any, tmp_path: Path) -> None:
    tried = subprocess.run(
        ["unshare", "-m", "mount", "-t", "tmpfs", "none", str(tmp_path)], capture_output=True, text=True, check=False
    )
    if tried.returncode:
        pytest.skip(f"no disk of its own can be mounted here: {tried.stderr.strip()}")
    disk, small = tmp_path / "disk", tmp_path / "small"
    disk.mkdir()
    small.mkdir()
    shutil.copy(next(SAMPLES.glob("*.txt")), small)
    write_reports(tmp_path / "large", 1, n_reports=300)
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


def test_a_deleted_file_is_gone_from_answers_as_soon_as_that_is_published(judian: Any, tmp_path: Path) -> None:
    reports, index = tmp_path / "reports", tmp_path / "index"
    write_reports(reports, 0, n_reports=3)
    (reports / "乙县2020年工作报告.txt").write_text("全县共有图书馆七十七座。\n", encoding="utf-8")
    judian.index(reports, "--out", index)
    with judian.serving(index) as (_, base), httpx.Client(base_url=base, trust_env=False, timeout=60) as client:
        assert "图书馆七十七座" in searched(client)
        (reports / "乙县2020年工作报告.txt").write_text("全县共有图书馆八十八座。\n", encoding="utf-8")
        judian.index(reports, "--out", index)
        until(lambda: "图书馆八十八座" in searched(client))
        assert "七十七" not in searched(client)
        (reports / "乙县2020年工作报告.txt").unlink()
        judian.index(reports, "--out", index)
        until(lambda: "八十八" not in searched(client))
        assert judian("rollback", "--index", index).returncode == 0
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


@pytest.mark.parametrize("damage", ["truncated", "a byte changed", "missing"])
def test_a_damaged_snapshot_is_named_and_the_last_good_one_is_served(judian: Any, tmp_path: Path, damage: str) -> None:
    reports, index = tmp_path / "reports", tmp_path / "index"
    write_reports(reports, 0, n_reports=3)
    judian.index(reports, "--out", index)
    good = published_id(index)
    write_reports(reports, 1, n_reports=3)
    with judian.serving(index) as (_, base):
        with publication.locked(index):  # damage the next snapshot before it is published
            current = (index / "CURRENT").read_bytes()
        judian.index(reports, "--out", tmp_path / "elsewhere")
        bad = published_id(tmp_path / "elsewhere")
        folder = index / "snapshots" / bad
        shutil.copytree(tmp_path / "elsewhere" / "snapshots" / bad, folder)
        path = folder / "chunks.jsonl"
        raw = path.read_bytes()
        if damage == "missing":
            path.unlink()
        else:
            path.write_bytes(raw[:-20] if damage == "truncated" else raw[:50] + b"9" + raw[51:])
        assert (index / "CURRENT").read_bytes() == current
        publication.publish(index, bad)
        until(lambda: httpx.get(f"{base}/readyz", trust_env=False).json()["problem"] is not None)
        ready = httpx.get(f"{base}/readyz", trust_env=False).json()
        assert ready["snapshot_id"] == good
        assert "chunks.jsonl" in ready["problem"]
        assert "DAMAGED" in judian("snapshots", "--index", index).stdout
    with judian.serving(index) as (_, base):  # a new process, too, serves the last good one
        assert httpx.get(f"{base}/readyz", trust_env=False).json()["snapshot_id"] == good
    judian.index(reports, "--out", index)
    assert open_published(index).manifest.snapshot_id == bad  # whole again


def test_what_is_served_outlives_its_files(judian: Any, tmp_path: Path) -> None:
    reports, index = tmp_path / "reports", tmp_path / "index"
    write_reports(reports, 0, n_reports=3)
    judian.index(reports, "--out", index)
    with judian.serving(index) as (_, base), httpx.Client(base_url=base, trust_env=False, timeout=60) as client:
        for path in (index / "snapshots" / published_id(index)).rglob("*"):
            if path.is_file():
                path.write_bytes(b"")
        assert client.post("/v1/search", json={"question": "受理案件多少件"}).json()["passages"]


def test_a_service_under_load_switches_without_dropping_or_mixing_a_request(
    real_judian: Any, real_cache: Path, tmp_path: Path
) -> None:
    encoder = load_encoder("default", real_cache, threads=1)
    reports, index = tmp_path / "reports", tmp_path / "index"
    figure_of: dict[str, int] = {}

    def publish(version: int) -> None:
        reports.mkdir(exist_ok=True)
        for county in ("甲山县", "乙水县"):
            lines = ("一、法治", f"全县受理行政复议案件{1000 + version}件。", "二、经济", f"粮食{2000 + version}万吨。")
            (reports / f"{county}2022年政府工作报告.txt").write_text("\n".join(lines), encoding="utf-8")
        built = build([reports], index, encoder, "default", keep=N_PUBLICATIONS + 1)
        figure_of[built.manifest.snapshot_id] = version

    publish(0)
    asked = threading.Semaphore(0)
    with real_judian.serving(index) as (_, base):

        def client(_: int) -> list[dict[str, Any]]:
            with httpx.Client(base_url=base, trust_env=False, timeout=60) as http:
                answers = []
                for _ in range(N_REQUESTS // N_CLIENTS):
                    response = http.post("/v1/ask", json={"question": "受理行政复议案件多少件？"})
                    assert response.status_code == 200, response.text
                    answers.append(response.json())
                    asked.release()
                return answers

        with ThreadPoolExecutor(N_CLIENTS) as clients:
            running = clients.map(client, range(N_CLIENTS))
            for version in range(1, N_PUBLICATIONS + 1):
                for _ in range(N_REQUESTS // (N_PUBLICATIONS + 2)):
                    assert asked.acquire(timeout=60), "no answers come"
                publish(version)
            answers = [answer for part in running for answer in part]
    assert len(answers) == N_REQUESTS
    seen = {answer["snapshot_id"] for answer in answers}
    assert len(seen) > N_PUBLICATIONS // 2, "the load was over before the publications were"
    opened = {snapshot_id: open_snapshot(index / "snapshots" / snapshot_id) for snapshot_id in seen}
    for answer in answers:
        snapshot = opened[answer["snapshot_id"]]
        assert answer["status"] == "answered"
        for citation in answer["citations"]:
            text = snapshot.reports[citation["report_id"]].text
            assert text[citation["start"] : citation["end"]] == citation["quote"]
            assert f"{1000 + figure_of[answer['snapshot_id']]}件" in citation["quote"]


def test_an_old_format_is_refused_with_the_command_that_upgrades_it(judian: Any, tmp_path: Path) -> None:
    index = tmp_path / "index"
    judian.index(SAMPLES, "--out", index)
    folder = index / "snapshots" / published_id(index)
    manifest = read_manifest(folder).model_dump_json().replace('"format_version":2', '"format_version":1')
    (folder / "manifest.json").write_text(manifest, encoding="utf-8")
    done = judian("ask", "--index", index, "粮食总产量是多少？")
    assert done.returncode == 1
    assert "has format 1" in done.stderr
    assert f"judian index FOLDER… --out {index}" in done.stderr
    assert "0 chunks newly encoded" in judian.index(SAMPLES, "--out", index).stdout
    assert judian("ask", "--index", index, "粮食总产量是多少？").returncode == 0
