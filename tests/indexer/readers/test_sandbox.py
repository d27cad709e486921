"""The process that binary formats are parsed in: what it may not do, and that the next file is read all the same."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from indexer.build import build
from indexer.encoders.hashing import HashingEncoder
from indexer.errors import DamagedFile, EmptyFile, OverLimit, ReadError
from indexer.readers.docx import DOCX, read_docx
from indexer.readers.sandbox import MAX_HERE_BYTES, Sandbox
from indexer.readers.text import TEXT, read_text
from indexer.readers.types import Reader, SourceText
from indexer.reports import read_file
from tests.commands import Typed
from tests.indexer.readers import misbehaving
from tests.indexer.readers.word_files import docx, paragraph, run

pytestmark = pytest.mark.process


def reader(read: Callable[[bytes], SourceText]) -> Reader:
    return Reader(recognises=lambda _: True, read=read, is_binary=True)


def test_one_worker_reads_file_after_file_and_what_it_prints_is_lost() -> None:
    with Sandbox() as sandbox:
        one, two = (sandbox(reader(misbehaving.counts), raw).text for raw in (b"a" * 300_000, b""))
    assert one.startswith("300000 ")
    assert two.startswith("0 ")
    assert one.split()[2] == two.split()[2]


def test_it_reads_what_is_read_here() -> None:
    raw = docx(paragraph("总体情况。"))
    with Sandbox() as sandbox:
        assert sandbox(DOCX, raw) == read_docx(raw)


@pytest.mark.parametrize("more", [0, 1])
def test_long_text_is_read_there_too(more: int) -> None:
    raw = b"a" * (MAX_HERE_BYTES + more)
    text = Reader(recognises=lambda _: True, read=misbehaving.counts)
    with Sandbox() as sandbox:
        assert (sandbox(text, raw).text.split()[2] == str(os.getpid())) is not bool(more)
        plain = "全年完成项目３个。\n".encode() * (len(raw) // 28)
        assert sandbox(TEXT, plain) == read_text(plain)


def test_text_that_takes_too_much_is_refused() -> None:
    text = Reader(recognises=lambda _: True, read=misbehaving.eats_memory)
    with Sandbox(max_memory_bytes=512 * 1024**2) as sandbox, pytest.raises(OverLimit, match="more memory"):
        sandbox(text, b"a" * (MAX_HERE_BYTES + 1))


@pytest.mark.parametrize(
    ("read", "error", "told"),
    [
        (misbehaving.never_ends, OverLimit, "longer than 3 s; split it"),
        (misbehaving.dies, OverLimit, "status 9"),
        (misbehaving.eats_memory, OverLimit, "more memory than the limit"),
        (misbehaving.recurses, OverLimit, "nested too deeply"),
        (misbehaving.fails, DamagedFile, "KeyError"),
        (misbehaving.refuses, EmptyFile, "put the report's text into it"),
    ],
)
def test_what_goes_wrong_is_a_refusal_and_the_next_file_is_read(
    read: Callable[[bytes], SourceText], error: type[ReadError], told: str
) -> None:
    limit_s = 3 if read is misbehaving.never_ends else 60
    with Sandbox(timeout_s=limit_s, max_memory_bytes=512 * 1024**2) as sandbox:
        with pytest.raises(error, match=told) as caught:
            sandbox(reader(read), b"raw")
        assert type(caught.value) is error
        assert sandbox(reader(misbehaving.counts), b"raw").text.startswith("3 ")


def test_a_process_that_cannot_start_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", "/nowhere/python")
    with Sandbox() as sandbox, pytest.raises(ReadError, match=r"cannot be started \(No such file.*index again"):
        sandbox(reader(misbehaving.counts), b"raw")


def test_no_worker_outlives_its_sandbox() -> None:
    with Sandbox() as sandbox:
        pid = int(sandbox(reader(misbehaving.counts), b"").text.split()[2])
    until = time.monotonic() + 10
    while Path(f"/proc/{pid}").exists() and time.monotonic() < until:
        time.sleep(0.01)
    assert not Path(f"/proc/{pid}").exists()


def test_a_folder_with_damaged_files_is_indexed_without_them(tmp_path: Path, hashing: HashingEncoder) -> None:
    folder = tmp_path / "报告"
    folder.mkdir()
    whole = docx(paragraph("某市政府工作报告") + paragraph("全年办理行政复议案件三百二十件，办结率百分之九十八。"))
    (folder / "一.docx").write_bytes(whole)
    (folder / "二.docx").write_bytes(whole[: len(whole) // 2])
    (folder / "三").write_bytes(whole.replace(b"word/document.xml", b"word/document.xyz"))
    (folder / "四.txt").write_text("全年办理行政复议案件三百二十件，办结率百分之九十八。", encoding="utf-8")
    manifest = build([folder], tmp_path / "index", hashing, "hashing").manifest
    assert manifest.n_reports == 2
    assert {item.file: "save" in item.reason for item in manifest.unread} == {"报告/二.docx": True, "报告/三": True}
    assert read_file(folder / "一.docx").reports[0].text.startswith("某市政府工作报告")


def test_inspect_shows_a_word_file_and_what_was_dropped(typed: Typed, tmp_path: Path) -> None:
    path = tmp_path / "某市政府工作报告"
    path.write_bytes(docx(paragraph("一、概况") + paragraph(run("办结率98%。") + run("批注", "<w:vanish/>"))))
    shown = typed("inspect", path).stdout
    assert ": docx, 1 report(s)" in shown
    assert "一、 概况" in shown
    assert "hidden: 批注" in shown
