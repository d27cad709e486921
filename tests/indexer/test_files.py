"""What lies in a folder of reports and is none: links that lead out of it, pipes, devices, what is too large."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from indexer import files
from indexer.build import build
from indexer.encoders.hashing import HashingEncoder
from indexer.errors import OverLimit, ReadError
from indexer.files import MAX_FILE_BYTES, find_files, read_bytes, roots_of
from indexer.store.snapshot import open_published

ROOT = Path(__file__).parents[2]
SENTENCE = "全年受理行政复议案件412件。"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "reports"
    folder.mkdir()
    (folder / "报告.txt").write_text(SENTENCE, encoding="utf-8")
    return folder


def unread(folder: Path, index: Path, max_file_bytes: int = MAX_FILE_BYTES) -> dict[str, str]:
    """Why which file gave nothing, when ``folder`` is indexed."""
    built = build([folder], index, HashingEncoder(), "hashing", max_file_bytes=max_file_bytes)
    return {item.file.rpartition("/")[2]: item.reason for item in built.manifest.unread}


def test_links_that_lead_out_are_listed_and_not_read(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "passwd").write_text("root:x:0:0:机密。", encoding="utf-8")
    (tmp_path / "elsewhere").mkdir()
    (folder / "账户.txt").symlink_to(tmp_path / "passwd")
    (folder / "绕路.txt").symlink_to(folder / ".." / "passwd")
    (folder / "两步.txt").symlink_to(folder / "账户.txt")
    (folder / "别处").symlink_to(tmp_path / "elsewhere")
    (folder / "圈.txt").symlink_to(folder / "圈.txt")
    (folder / "里面.txt").symlink_to(folder / "报告.txt")
    reasons = unread(folder, tmp_path / "index")
    assert set(reasons) == {"账户.txt", "绕路.txt", "两步.txt", "别处", "圈.txt"}
    assert all("link out of the folders" in reasons[name] for name in ("账户.txt", "绕路.txt", "两步.txt"))
    stored = open_published(tmp_path / "index").reports.values()
    assert {report.text for report in stored} == {SENTENCE}
    assert len(stored) == 2  # a link within the folder is a file like others


def test_a_folder_that_is_a_link_may_be_named(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(folder)
    assert unread(tmp_path / "link", tmp_path / "index") == {}


def test_what_is_no_regular_file_is_listed_and_holds_nobody_up(folder: Path, tmp_path: Path) -> None:
    os.mkfifo(folder / "管道.txt")
    (folder / "零.txt").symlink_to("/dev/zero")
    (folder / "内核.txt").symlink_to("/proc/kmsg")
    with socket.socket(socket.AF_UNIX) as bound:
        bound.bind(os.path.relpath(folder / "套接字.txt"))
        reasons = unread(folder, tmp_path / "index")
    assert set(reasons) == {"管道.txt", "零.txt", "内核.txt", "套接字.txt"}
    assert "no file but a device, pipe or socket" in reasons["管道.txt"]
    assert "no file but a device, pipe or socket" in reasons["套接字.txt"]


def test_what_says_nothing_or_never_ends_is_given_up() -> None:
    with pytest.raises(ReadError, match="device"):
        read_bytes(Path("/dev/zero"))
    with pytest.raises(ReadError):  # it says that it is a regular file of no bytes; without news it would wait for some
        read_bytes(Path("/proc/kmsg"), max_bytes=1)


def test_a_pipe_that_comes_in_the_place_of_a_file_is_not_waited_for(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = folder / "报告.txt"
    check = files._check
    seen: list[os.stat_result] = []

    def then_swap(status: os.stat_result, max_bytes: int) -> None:
        check(status, max_bytes)
        if not seen:
            path.unlink()
            os.mkfifo(path)
        seen.append(status)

    monkeypatch.setattr(files, "_check", then_swap)
    with pytest.raises(ReadError, match="pipe"):
        read_bytes(path, roots_of([folder]))


def test_files_beyond_the_limit_are_listed(folder: Path, tmp_path: Path) -> None:
    (folder / "大.txt").write_text(SENTENCE * 1000, encoding="utf-8")
    reasons = unread(folder, tmp_path / "index", max_file_bytes=2000)
    assert set(reasons) == {"大.txt"}
    assert f"{len(SENTENCE.encode()) * 1000:,} bytes" in reasons["大.txt"]
    assert "2,000 (JUDIAN_MAX_FILE_BYTES)" in reasons["大.txt"]


def test_a_file_that_grows_while_it_is_read_ends_at_the_limit(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "PIECE_BYTES", 10)
    monkeypatch.setattr(os, "read", lambda _, n: b"x" * n)
    with pytest.raises(OverLimit, match="JUDIAN_MAX_FILE_BYTES"):
        read_bytes(folder / "报告.txt", max_bytes=1000)


def test_a_disk_that_does_not_answer_is_given_up(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    answers = threading.Event()

    def hang(*_: int) -> bytes:
        answers.wait(60)
        return b""

    monkeypatch.setattr(os, "read", hang)
    with pytest.raises(OverLimit, match=r"within 0\.1 s"):
        read_bytes(folder / "报告.txt", timeout_s=0.1)
    answers.set()


def test_a_link_is_a_file_of_the_folder_that_holds_it(folder: Path) -> None:
    (folder / "里面.txt").symlink_to(folder / "报告.txt")
    assert read_bytes(find_files([folder])["reports/里面.txt"], roots_of([folder])) == SENTENCE.encode()


# How much memory it takes, at most, to index what lies in a folder, above that of a process that has indexed a little
# already: what it imports and keeps for the next is not for these files. In a process, whose peak is its own.
PEAK = """
import re, sys
from pathlib import Path
from indexer.build import build
from indexer.encoders.hashing import HashingEncoder

def peak():
    return int(re.search(r"VmHWM:\\s+(\\d+) kB", Path("/proc/self/status").read_text())[1]) * 1024

little, much, index = map(Path, sys.argv[1:])
build([little], index / "little", HashingEncoder(), "hashing", processes=1)
before = peak()
built = build([much], index / "much", HashingEncoder(), "hashing", processes=1)
print(peak() - before, built.manifest.n_chunks)
"""
TIMES = 10  # the size of what is indexed


@pytest.mark.process
@pytest.mark.parametrize("n_files", [1, 100])
def test_what_is_indexed_takes_memory_in_proportion(n_files: int, tmp_path: Path) -> None:
    """One line without an end, or many files."""
    little, much = tmp_path / "little", tmp_path / "much"
    for folder in (little, much):
        folder.mkdir()
    (little / "报告.txt").write_text(SENTENCE * 100, encoding="utf-8")
    n_chars = 4_000_000 // n_files
    for file in range(n_files):
        line = "".join(chr(0x4E00 + number * 7919 % 3000) for number in range(file, file + n_chars))
        (much / f"{file}.txt").write_text(line, encoding="utf-8")
    size = sum(path.stat().st_size for path in much.iterdir())
    done = subprocess.run(
        [sys.executable, "-c", PEAK, str(little), str(much), str(tmp_path / "index")],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=600,
        check=True,
    )
    n_bytes, n_chunks = map(int, done.stdout.split())
    assert n_chunks > 1000
    assert n_bytes < TIMES * size, f"{n_bytes / size:.1f} times"
