"""Ten minutes of mixed questions to a real server while new snapshots are published: errors, latency, memory. ::

    pip install '.[soak]' && python -m eval.studies.soak --minutes 10 --out eval/results/soak.json

Starts ``judian serve`` on 127.0.0.1 over a copy of the sample reports, four clients (``eval.studies.soak_traffic``),
and every two minutes ``judian index`` with one report more. Ends what it started. Linux only: memory is read from
``/proc``.
"""

from __future__ import annotations

import argparse
import csv
import os
import platform
import shutil
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path
from statistics import median

from eval.runs.provenance import commit
from indexer.types import Record
from service.commands.demo import free_port, wait_until_ready

ROOT = Path(__file__).parents[2]
SAMPLES = ROOT / "eval" / "data" / "samples"
TRAFFIC = Path(__file__).with_name("soak_traffic.py")
JUDIAN = (sys.executable, "-m", "service")
CLIENTS = 4
MAX_MINUTES = 60
SAMPLE_S = 5.0
PUBLISH_S = 120.0
SETTLED_S = 120.0  # by then every path was taken and the allocator has what it needs
WINDOW_S = 30.0  # memory is the median over this long: a switch holds two snapshots for a moment
MAX_GROWTH = 0.05
ADDED = "{year}年朔原县政府工作报告.txt"
ADDED_TEXT = "{year}年朔原县政府工作报告\n\n一、工作回顾\n全年受理行政复议案件{n}件，审结{n}件。\n"


class SoakRoute(Record):
    """Requests to one route of the API, how many failed, and the time to a whole response."""

    requests: int
    errors: int
    p50_ms: float
    p99_ms: float


class SoakRun(Record):
    """A kept run of ``eval.studies.soak``. ``rss_mib`` is the server's memory every five seconds; ``settled`` after two
    minutes, ``end`` at the end, each a median over 30 s, and ``growth`` what the second is above the first."""

    command: str
    commit: str
    python: str
    date: str
    n_cpus: int
    seconds: float
    clients: int
    n_published: int
    requests: int
    errors: int
    p50_ms: float
    p99_ms: float
    routes: dict[str, SoakRoute]
    rss_mib_settled: float
    rss_mib_end: float
    growth: float
    rss_mib: tuple[float, ...]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--minutes", type=float, default=10.0)
    parser.add_argument("--index", type=Path, default=None, help="folder for the index (default: a temporary one)")
    parser.add_argument("--out", type=Path, default=None, help="keep the run here, as JSON")
    arguments = parser.parse_args()
    if not 0 < arguments.minutes <= MAX_MINUTES:
        parser.error(f"--minutes is more than 0 and at most {MAX_MINUTES}")
    with tempfile.TemporaryDirectory(prefix="judian-soak-") as folder:
        run = soak(arguments.minutes, Path(folder), arguments.index or Path(folder) / "index")
    sys.stdout.write(run.model_dump_json(indent=1) + "\n")
    if arguments.out:
        arguments.out.write_text(run.model_dump_json(indent=1) + "\n", encoding="utf-8")
    sys.exit(1 if run.errors or run.growth > MAX_GROWTH else 0)


def soak(minutes: float, folder: Path, index: Path) -> SoakRun:
    """The measurements of ``minutes`` of traffic; ``folder`` is for what is kept only as long."""
    reports = folder / "reports"
    shutil.copytree(SAMPLES, reports)
    _index(reports, index).wait()
    port = free_port()
    base = f"http://127.0.0.1:{port}"
    with (folder / "server.log").open("wb") as log:
        server = subprocess.Popen(
            [*JUDIAN, "serve", "--index", str(index), "--host", "127.0.0.1", "--port", str(port)],
            stdout=log,
            stderr=log,
        )
    traffic: subprocess.Popen[bytes] | None = None
    try:
        wait_until_ready(base, server, folder / "server.log")
        traffic = _traffic(base, minutes, folder)
        seconds, rss, n_published = _watch(server, traffic, reports, index)
    finally:
        for process in (traffic, server):
            if process is not None and process.poll() is None:
                process.terminate()
                process.wait(timeout=60)
    routes = _routes(folder / "traffic_stats.csv")
    every = routes.pop("Aggregated")
    settled = _rss_at(rss, min(SETTLED_S, seconds / 2))
    at_end = _rss_at(rss, seconds - WINDOW_S / 2)
    return SoakRun(
        command=f"python -m eval.studies.soak --minutes {minutes:g}",
        commit=commit(),
        python=platform.python_version(),
        date=datetime.now(UTC).date().isoformat(),
        n_cpus=os.cpu_count() or 0,
        seconds=round(seconds, 1),
        clients=CLIENTS,
        n_published=n_published,
        requests=every.requests,
        errors=every.errors,
        p50_ms=every.p50_ms,
        p99_ms=every.p99_ms,
        routes=routes,
        rss_mib_settled=settled,
        rss_mib_end=at_end,
        growth=round(at_end / settled - 1, 4),
        rss_mib=tuple(round(mib, 1) for _, mib in rss),
    )


def _watch(
    server: subprocess.Popen[bytes], traffic: subprocess.Popen[bytes], reports: Path, index: Path
) -> tuple[float, list[tuple[float, float]], int]:
    """Until the traffic ends: seconds, the server's memory (second, MiB), and how many snapshots were published."""
    began = time.monotonic()
    rss: list[tuple[float, float]] = []
    indexing: subprocess.Popen[bytes] | None = None
    n_published = 0
    while traffic.poll() is None:
        now = time.monotonic() - began
        if server.poll() is not None:
            raise SystemExit(f"the server ended with {server.returncode} after {now:.0f} s")
        rss.append((now, _rss_mib(server.pid)))
        if now >= PUBLISH_S * (n_published + 1) and (indexing is None or indexing.poll() is not None):
            n_published += 1
            year = 2000 + n_published
            text = ADDED_TEXT.format(year=year, n=100 + n_published)
            (reports / ADDED.format(year=year)).write_text(text, encoding="utf-8")
            indexing = _index(reports, index)
        time.sleep(SAMPLE_S)
    seconds = time.monotonic() - began
    if indexing is not None and indexing.wait(timeout=300):
        raise SystemExit(f"`judian index` ended with {indexing.returncode}")
    return seconds, rss, n_published


def _index(reports: Path, index: Path) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [*JUDIAN, "index", str(reports), "--out", str(index)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )


def _traffic(base: str, minutes: float, folder: Path) -> subprocess.Popen[bytes]:
    options = [
        "--headless",
        "--users",
        str(CLIENTS),
        "--spawn-rate",
        str(CLIENTS),
        "--run-time",
        f"{minutes * 60:.0f}s",
    ]
    with (folder / "traffic.log").open("wb") as log:
        return subprocess.Popen(
            [
                *(sys.executable, "-m", "locust", "--locustfile", str(TRAFFIC), "--host", base, *options),
                *("--csv", str(folder / "traffic"), "--only-summary", "--exit-code-on-error", "0"),
            ],
            cwd=ROOT,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(path for path in (str(ROOT), *sys.path[1:]) if path)},
            stdout=log,
            stderr=log,
        )


def _routes(path: Path) -> dict[str, SoakRoute]:
    """Locust's statistics by route; ``Aggregated`` is all of them together. An exception in a client is an error."""
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    with path.with_name("traffic_exceptions.csv").open(encoding="utf-8", newline="") as file:
        n_exceptions = sum(int(row["Count"]) for row in csv.DictReader(file))
    return {
        row["Name"]: SoakRoute(
            requests=int(row["Request Count"]),
            errors=int(row["Failure Count"]) + (n_exceptions if row["Name"] == "Aggregated" else 0),
            p50_ms=float(row["50%"]),
            p99_ms=float(row["99%"]),
        )
        for row in rows
    }


def _rss_at(rss: list[tuple[float, float]], second: float) -> float:
    near = [mib for when, mib in rss if abs(when - second) <= WINDOW_S / 2]
    return round(median(near or [rss[-1][1]]), 1)


def _rss_mib(pid: int) -> float:
    status = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    return int(status.split("VmRSS:")[1].split()[0]) / 1024


if __name__ == "__main__":
    main()
