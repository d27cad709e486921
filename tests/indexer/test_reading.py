"""Files read in one process and in several: the same readings, in the same order, each failure named."""

from __future__ import annotations

import os
import signal
import threading
import time
from pathlib import Path

import pytest

from indexer import reading
from indexer.build import build
from indexer.encoders.hashing import HashingEncoder
from indexer.errors import DamagedFile, OverLimit, ReadError
from indexer.files import MAX_FILE_BYTES, find_files, roots_of
from indexer.reading import MAX_PROCESSES, MIN_BYTES_EACH, Elsewhere, Here, Read, n_processes, read_files
from indexer.store import snapshot
from indexer.types import FileReading
from tests.indexer.readers.word_files import docx, paragraph

SENTENCE = "全年办理行政复议案件三百二十件，办结率百分之九十八。"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Reports of several formats, and files that are none, the large ones last by name."""
    made = tmp_path / "报告"
    made.mkdir()
    whole = docx(paragraph("某市政府工作报告") + paragraph(SENTENCE))
    for n in range(6):
        text = f"甲县第{n}年政府工作报告\n一、概况\n{SENTENCE * (n + 1)}"
        (made / f"{n}甲县.txt").write_text(text, encoding="gb18030")
    (made / "6乙县.docx").write_bytes(whole)
    (made / "7.docx").write_bytes(whole[: len(whole) // 2])
    (made / "8空.txt").write_bytes(b"")
    (made / "9丙县.html").write_text(f"<html><body><h1>丙县报告</h1><p>{SENTENCE * 40}</p></body></html>", "utf-8")
    (made / "a.pdf").write_bytes(b"%PDF-1.4\n%%EOF")
    return made


def read(folder: Path, processes: int) -> dict[str, Read]:
    heard: list[tuple[int, int, int]] = []
    found = read_files(
        find_files([folder]),
        roots_of([folder]),
        MAX_FILE_BYTES,
        lambda *_: None,
        lambda *told: heard.append(told),
        processes,
    )
    n_bytes = sum(path.stat().st_size for path in folder.iterdir())
    assert [done for done, _, _ in heard] == list(range(1, len(found) + 1))
    assert heard[-1] == (len(found), n_bytes, n_bytes)
    return found


def told(found: dict[str, Read]) -> list[tuple[str, object]]:
    return [(name, made if isinstance(made, FileReading) else (type(made), str(made))) for name, made in found.items()]


@pytest.mark.process
@pytest.mark.parametrize("processes", [2, 3])
def test_several_processes_read_what_one_reads(folder: Path, processes: int) -> None:
    one = read(folder, 1)
    assert list(one) == list(find_files([folder]))
    assert [name for name, made in one.items() if isinstance(made, ReadError)] == [
        f"报告/{name}" for name in ("7.docx", "8空.txt", "a.pdf")
    ]
    assert told(read(folder, processes)) == told(one)


@pytest.mark.process
def test_an_index_does_not_depend_on_how_many_processes_read(folder: Path, tmp_path: Path) -> None:
    indexes = []
    for processes in (1, 2):
        index = tmp_path / f"index{processes}"
        built = build([folder], index, HashingEncoder(), "hashing", keep_originals=True, processes=processes)
        opened = snapshot.open_published(index)
        indexes.append((built.manifest.unread, dict(opened.reports), list(opened.chunks), list(opened.catalogue)))
    assert indexes[0] == indexes[1]


@pytest.mark.process
def test_the_bytes_that_were_read_are_told_of_from_any_process(folder: Path) -> None:
    kept: dict[str, bytes] = {}
    read_files(
        find_files([folder]), [], MAX_FILE_BYTES, lambda name, raw, _: kept.update({name: raw}), lambda *_: None, 1
    )
    assert kept == {}  # nothing lies within no folder
    files = find_files([folder])
    read_files(
        files, roots_of([folder]), MAX_FILE_BYTES, lambda name, raw, _: kept.update({name: raw}), lambda *_: None, 2
    )
    assert kept == {name: files[name].read_bytes() for name in kept}
    assert len(kept) == 8


@pytest.mark.process
def test_a_process_that_is_killed_costs_its_file_alone() -> None:
    elsewhere = Elsewhere()
    raw = SENTENCE.encode()
    try:
        first = elsewhere(raw, "甲.txt")
        process = elsewhere._worker._process
        assert process is not None
        os.kill(process.pid, signal.SIGKILL)
        with pytest.raises(OverLimit, match=r"ended \(status -9\).*index again"):
            elsewhere(raw, "甲.txt")
        assert elsewhere(raw, "甲.txt") == first
    finally:
        elsewhere.close()


@pytest.mark.process
def test_no_process_outlives_one_who_gives_up(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What an interrupt does: progress is told of in the thread that it ends."""
    made: list[Elsewhere] = []

    class Counted(Elsewhere):
        def __init__(self) -> None:
            super().__init__()
            made.append(self)

    monkeypatch.setattr(reading, "Elsewhere", Counted)

    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        read_files(find_files([folder]), roots_of([folder]), MAX_FILE_BYTES, lambda *_: None, interrupted, 2)
    assert len(made) == 2
    assert all(one._worker._process is None for one in made)
    until = time.monotonic() + 10
    while any(thread.name.startswith("read_") for thread in threading.enumerate()) and time.monotonic() < until:
        time.sleep(0.01)
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("read_")]


def test_a_fault_of_a_reader_is_the_files(monkeypatch: pytest.MonkeyPatch) -> None:
    def faulty(*_: object) -> FileReading:
        raise KeyError("甲")

    monkeypatch.setattr(reading, "reading_of", faulty)
    with pytest.raises(DamagedFile, match=r"KeyError: '甲'.*save it again"):
        Here()(b"", "甲.txt")


def test_few_bytes_are_read_here_and_many_by_as_many_processes_as_there_are_cores(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: set(range(4)), raising=False)
    assert [n_processes(n_mib * MIN_BYTES_EACH) for n_mib in (0, 1, 2, 3, 400)] == [1, 1, 2, 3, 4]
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: set(range(64)), raising=False)
    assert n_processes(400 * MIN_BYTES_EACH) == MAX_PROCESSES
