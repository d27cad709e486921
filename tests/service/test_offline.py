"""Index, serve and ask where there is no network at all: a network namespace with nothing but a loopback interface."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests import offline
from tests.commands import Judian

pytestmark = pytest.mark.process

ROOT = Path(__file__).parents[2]

# Python imports this by its name at the start of every process that finds it: it notes what is looked up or called.
WATCH = """
import os, sys

def note(event, arguments):
    if event in ("socket.getaddrinfo", "socket.gethostbyname"):
        line = f"lookup {arguments[0]!r}"
    elif event == "socket.connect":
        line = f"connect {arguments[1]!r}"
    elif event == "socket.sendto":
        line = f"connect {arguments[1]!r}"
    else:
        return
    with open(os.environ["NOTES"], "a", encoding="utf-8") as notes:
        notes.write(line + "\\n")

sys.addaudithook(note)
"""


@pytest.fixture(scope="module")
def away(
    real_judian: Judian, samples: Path, tmp_path_factory: pytest.TempPathFactory
) -> tuple[dict[str, Any], list[str]]:
    """What a user without a network is told, and the lookups and connections that were tried."""
    if reason := offline.cannot_unshare():
        pytest.skip(reason)
    folder = tmp_path_factory.mktemp("offline")
    (folder / "sitecustomize.py").write_text(WATCH, encoding="utf-8")
    (folder / "reports").symlink_to(samples)
    notes = folder / "notes"
    notes.touch()
    environment = {**real_judian.environment, "PYTHONPATH": f"{folder}:{ROOT}", "NOTES": str(notes)}
    for name in [name for name in environment if name.lower().endswith("_proxy") or name == "HF_HUB_OFFLINE"]:
        del environment[name]
    told = offline.alone("checkout", folder, environment, timeout_s=240)
    return told, notes.read_text(encoding="utf-8").splitlines()


def test_index_ask_and_serve_need_no_network(away: tuple[dict[str, Any], list[str]]) -> None:
    told, _ = away
    for answer, figure in ((told["asked"], "60.8万吨"), (told["served"], "94.2%")):
        assert answer["status"] == "answered"
        assert figure in answer["citations"][0]["quote"]


def test_nothing_but_the_loopback_interface_is_tried(away: tuple[dict[str, Any], list[str]]) -> None:
    _, notes = away
    probe = f"connect {offline.NOWHERE}"
    assert probe in notes, "the watch does not work: it missed what the test itself tried"
    tried = [note for note in notes if note != probe and offline.NOWHERE[0] not in note]
    assert any("127.0.0.1" in note for note in tried), "the watch does not work: it missed the question to the server"
    assert [note for note in tried if "127.0.0.1" not in note and "localhost" not in note] == []
