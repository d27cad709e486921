"""The files that reports were read from: kept once, as long as a snapshot on disk has them."""

from __future__ import annotations

import hashlib
import io
import zipfile
from pathlib import Path

import docx
import openpyxl
import pytest

from indexer.build import build
from indexer.encoders.hashing import HashingEncoder
from indexer.readers.media_types import media_type
from indexer.reports import reading_of
from indexer.store import publication
from indexer.store.originals import ORIGINALS, keep, path_of, remove_unneeded
from indexer.store.snapshot import CATALOGUE, Snapshot, open_published

TEXT = "2023年朔原县政府工作报告\n\n一、工作回顾\n全年建成厕所{n}座。\n"
PARTS = "".join(f"(篇{n})\n\n" + f"全年受理行政复议案件{n}件，审结案件{n}件，办理情况良好。\n" * 8 for n in "一二")


def index_of(folder: Path, index: Path, *, keep_originals: bool = True, n_kept: int = 2) -> Snapshot:
    build([folder], index, HashingEncoder(), "hashing", keep_originals=keep_originals, keep=n_kept)
    return open_published(index)


def held(index: Path) -> set[bytes]:
    return {path.read_bytes() for path in (index / ORIGINALS).iterdir()} if (index / ORIGINALS).exists() else set()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "reports"
    made.mkdir()
    (made / "报告.txt").write_text(TEXT.format(n=37), encoding="gb18030")
    return made


def test_each_file_is_kept_once_by_its_checksum(folder: Path, tmp_path: Path) -> None:
    raw = (folder / "报告.txt").read_bytes()
    (folder / "副本.txt").write_bytes(raw)
    (folder / "汇编.txt").write_text(PARTS, encoding="utf-8")
    (folder / "坏.docx").write_bytes(b"PK\x03\x04 no archive")  # gives no report
    snapshot = index_of(folder, tmp_path / "index")
    assert held(tmp_path / "index") == {raw, PARTS.encode()}
    assert set(snapshot.originals) == set(snapshot.reports)
    for report_id, original in snapshot.originals.items():
        kept = path_of(tmp_path / "index", original).read_bytes()
        assert (hashlib.sha256(kept).hexdigest(), len(kept)) == (original.sha256, original.n_bytes)
        assert kept == (folder / Path(snapshot.reports[report_id].file).name).read_bytes()
    parts = {original.sha256 for report_id, original in snapshot.originals.items() if snapshot.reports[report_id].part}
    assert len(parts) == 1
    assert len(snapshot.reports) == 4


def test_without_the_option_none_is_kept(folder: Path, tmp_path: Path) -> None:
    snapshot = index_of(folder, tmp_path / "index", keep_originals=False)
    assert (snapshot.originals, held(tmp_path / "index")) == ({}, set())


def test_a_file_goes_with_the_last_snapshot_that_has_it(folder: Path, tmp_path: Path) -> None:
    index = tmp_path / "index"
    raws = [TEXT.format(n=n).encode() for n in range(3)]
    kept = []
    for raw in raws:
        (folder / "报告.txt").write_bytes(raw)
        index_of(folder, index)
        kept.append(held(index))
    assert kept == [{raws[0]}, {raws[0], raws[1]}, {raws[1], raws[2]}]
    for _ in range(2):
        (folder / "报告.txt").write_text(f"{TEXT.format(n=99)}{_}。\n", encoding="utf-8")
        index_of(folder, index, keep_originals=False)
    assert not (index / ORIGINALS).exists()


def test_what_is_kept_does_not_change_with_the_file(folder: Path, tmp_path: Path) -> None:
    raw = (folder / "报告.txt").read_bytes()
    index_of(folder, tmp_path / "index")
    with (folder / "报告.txt").open("r+b") as file:
        file.write(b"changed in its place")
    assert held(tmp_path / "index") == {raw}


def test_what_was_damaged_is_kept_again(folder: Path, tmp_path: Path) -> None:
    raw = (folder / "报告.txt").read_bytes()
    (original,) = index_of(folder, tmp_path / "index").originals.values()
    path_of(tmp_path / "index", original).write_bytes(b"x" * len(raw))
    index_of(folder, tmp_path / "index")
    assert held(tmp_path / "index") == {raw}


def test_what_a_killed_process_left_goes(folder: Path, tmp_path: Path) -> None:
    index_of(folder, tmp_path / "index")
    (tmp_path / "index" / ORIGINALS / ".adding-abc").write_bytes(b"half")
    keep(tmp_path / "index", b"of a snapshot that was never published", "text/plain")
    index_of(folder, tmp_path / "index")
    assert held(tmp_path / "index") == {(folder / "报告.txt").read_bytes()}


def test_where_a_catalogue_cannot_be_read_nothing_is_removed(folder: Path, tmp_path: Path) -> None:
    index = tmp_path / "index"
    index_of(folder, index)
    keep(index, b"another", "text/plain")
    (index / "snapshots" / publication.published_id(index) / CATALOGUE).write_bytes(b'{"original"')
    remove_unneeded(index)
    assert held(index) == {(folder / "报告.txt").read_bytes(), b"another"}


def _docx() -> bytes:
    document, saved = docx.Document(), io.BytesIO()
    document.add_paragraph("一、工作回顾")
    document.save(saved)
    return saved.getvalue()


def _xlsx() -> bytes:
    book, saved = openpyxl.Workbook(), io.BytesIO()
    assert book.active is not None
    book.active.append(["项目", "数量"])
    book.active.append(["厕所", 37])
    book.save(saved)
    return saved.getvalue()


@pytest.mark.parametrize(
    ("raw", "file", "expected"),
    [
        (TEXT.encode(), "a.txt", "text/plain; charset=utf-8"),
        (TEXT.encode("gb18030"), "a.txt", "text/plain; charset=gb18030"),
        (TEXT.encode(), "a.md", "text/markdown; charset=utf-8"),
        ("项目,数量\n厕所,37\n".encode(), "a.csv", "text/csv; charset=utf-8"),
        (
            b"<!DOCTYPE html><html><body><p>" + TEXT.encode() + b"</p></body></html>",
            "a.txt",
            "text/html; charset=utf-8",
        ),
        (_docx(), "a.docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
        (_xlsx(), "a.xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    ],
)
def test_the_media_type_is_that_of_the_bytes(raw: bytes, file: str, expected: str) -> None:
    assert media_type(raw, file, reading_of(raw, file).encoding) == expected


def test_the_media_type_of_what_has_no_reader_here() -> None:
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as written:
        written.writestr("OFD.xml", "<ofd/>")
    assert media_type(archive.getvalue(), "a.ofd", "ofd") == "application/ofd"
    assert media_type(b"%PDF-1.7\n", "a.pdf", "pdf") == "application/pdf"
    assert media_type(b"\x00\x01", "a", "unheard of") == "application/octet-stream"
