"""What is published, what was, and who may write."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from indexer.errors import SnapshotDamaged, SnapshotError
from indexer.store import publication


def put(index: Path, *ids: str, keep: int = publication.KEEP) -> None:
    for snapshot_id in ids:
        (index / "snapshots" / snapshot_id).mkdir(parents=True, exist_ok=True)
        publication.publish(index, snapshot_id, keep)


def on_disk(index: Path) -> set[str]:
    return {folder.name for folder in (index / "snapshots").iterdir()}


def test_the_latest_is_published_and_the_earlier_ones_are_remembered(tmp_path: Path) -> None:
    put(tmp_path, "a", "b", "c")
    assert publication.published_id(tmp_path) == "c"
    assert publication.published_ids(tmp_path) == ("c", "b", "a")
    put(tmp_path, "a")  # the same content again
    assert publication.published_ids(tmp_path) == ("a", "c", "b")


def test_as_many_are_kept_as_asked(tmp_path: Path) -> None:
    put(tmp_path, "a", "b", "c", "d", keep=2)
    assert publication.published_ids(tmp_path) == ("d", "c")
    assert on_disk(tmp_path) == {"d", "c"}


def test_going_back_twice_goes_back_further_and_forward_again_by_name(tmp_path: Path) -> None:
    put(tmp_path, "a", "b", "c")
    publication.roll_back(tmp_path, publication.before(tmp_path))
    assert publication.published_ids(tmp_path) == ("b", "a")
    publication.roll_back(tmp_path, publication.before(tmp_path))
    assert publication.published_ids(tmp_path) == ("a",)
    with pytest.raises(SnapshotError, match="nothing was published"):
        publication.before(tmp_path)
    publication.roll_back(tmp_path, "c")
    assert publication.published_ids(tmp_path) == ("c", "a")


@pytest.mark.parametrize("name", ["nowhere", "..", ".", "../snapshots/a", ""])
def test_only_a_snapshot_of_the_index_can_be_gone_back_to(tmp_path: Path, name: str) -> None:
    put(tmp_path, "a", "b")
    with pytest.raises(SnapshotError, match="no snapshot"):
        publication.roll_back(tmp_path, name)
    assert publication.published_id(tmp_path) == "b"


def test_no_index_and_an_empty_one_are_said(tmp_path: Path) -> None:
    with pytest.raises(SnapshotError, match="no index"):
        publication.published_id(tmp_path)
    (tmp_path / "CURRENT").write_text("\n", encoding="utf-8")
    with pytest.raises(SnapshotDamaged, match="names no snapshot"):
        publication.published_id(tmp_path)


HOLD = """
import sys, time
from pathlib import Path
from indexer.store import publication

with publication.locked(Path(sys.argv[1])):
    print("held", flush=True)
    time.sleep(60)
"""


@pytest.mark.process
def test_one_writes_at_a_time_and_a_killed_one_lets_go(tmp_path: Path) -> None:
    with subprocess.Popen([sys.executable, "-c", HOLD, str(tmp_path)], stdout=subprocess.PIPE, text=True) as writer:
        assert writer.stdout is not None
        assert writer.stdout.readline() == "held\n"
        waited: list[bool] = []

        def when_waiting() -> None:
            waited.append(True)
            writer.kill()

        with publication.locked(tmp_path, when_waiting):
            assert waited == [True]


def test_what_a_killed_writer_left_is_removed_by_the_next(tmp_path: Path) -> None:
    put(tmp_path, "a")
    half = tmp_path / "snapshots" / ".building-x"
    half.mkdir()
    (half / "chunks.jsonl").write_text("{", encoding="utf-8")
    (tmp_path / ".current-x").write_text("half", encoding="utf-8")
    with publication.locked(tmp_path):
        assert on_disk(tmp_path) == {"a"}
        assert not list(tmp_path.glob(".current-*"))
    assert publication.published_id(tmp_path) == "a"
