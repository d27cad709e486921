"""Markers say what a test needs beyond this process: those without one are what `make check` runs.

A test that has none and starts a process fails.
"""

from __future__ import annotations

import sys
from collections.abc import Generator
from pathlib import Path

import pytest

STARTING = ("airgap", "browser", "live", "export", "process")  # those that may start processes, slowest first
# What CPython tells an audit hook when a process is about to start. `git` and `uname` are asked which commit and which
# machine this is, in milliseconds, wherever a run is stamped: that is like reading a file.
START_EVENTS = ("subprocess.Popen", "os.posix_spawn", "os.fork", "os.forkpty", "os.exec", "os.system")
HARMLESS = ("git", "uname")


class Watch:
    """Which processes an unmarked test started. An audit hook cannot be taken away again: one serves all tests."""

    def __init__(self) -> None:
        self.on = False
        self.started: list[str] = []

    def __call__(self, event: str, arguments: tuple[object, ...]) -> None:
        if self.on and event in START_EVENTS:
            program = str(arguments[0]) if arguments else ""
            if program not in HARMLESS:
                self.started.append(f"{event} {program}".strip())


WATCH = Watch()
sys.addaudithook(WATCH)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, object, object]:
    """Watch what the test and its fixtures start, unless it has a marker."""
    WATCH.on = _rank(item) == len(STARTING)
    WATCH.started.clear()
    return (yield)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Fail it for what it started, whether or not the test noticed."""
    report = yield
    if WATCH.started and report.passed:
        report.outcome = "failed"
        report.longrepr = f"{item.nodeid} starts {WATCH.started} and has none of the markers {STARTING}"
        WATCH.started.clear()
    return report


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Files with slow tests come first, so that no worker is left alone with one at the end."""
    slowest: dict[Path, int] = {}
    for item in items:
        slowest[item.path] = min(_rank(item), slowest.get(item.path, len(STARTING)))
    items.sort(key=lambda item: slowest[item.path])


def _rank(item: pytest.Item) -> int:
    return min((at for at, name in enumerate(STARTING) if item.get_closest_marker(name)), default=len(STARTING))
