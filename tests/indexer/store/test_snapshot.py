"""The index folder: what is published is whole, and what is damaged is named."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from indexer.chunks import chunks, embedded_text
from indexer.encoders.hashing import HashingEncoder
from indexer.errors import EncoderMismatch, SnapshotDamaged, SnapshotError
from indexer.reports import reading_of
from indexer.store import publication, snapshot
from indexer.store.lexical import LexicalIndex
from indexer.store.publication import CURRENT
from indexer.store.snapshot import EncoderMade, Manifest, Unread
from indexer.store.vectors import VectorIndex

TEXT = "一、回顾\n受理行政复议案件412件，审结389件。\n二、安排\n今年继续努力，完成任务。\u2028末行。\n"
ENCODER = EncoderMade(name="hashing", fingerprint=HashingEncoder().fingerprint, dim=HashingEncoder().dim)


def write(index: Path, text: str = TEXT, **changed: Any) -> Manifest:
    report = reading_of(text.encode(), "甲山县2022年报告.txt").reports[0]
    found = chunks(report)
    texts = [embedded_text(chunk) for chunk in found]
    arguments: dict[str, Any] = {
        "reports": [report],
        "chunks": found,
        "vectors": lambda: VectorIndex.build(HashingEncoder().encode_passages(texts)),
        "lexical": lambda: LexicalIndex.build(texts),
        "encoder": ENCODER,
        "max_chunk_chars": 160,
        "unread": (Unread(file="a.pdf", reason="this is PDF"),),
        "judian_version": "0",
    }
    return snapshot.write(index, **(arguments | changed))


@pytest.fixture
def index(tmp_path: Path) -> Path:
    publication.publish(tmp_path, write(tmp_path).snapshot_id)
    return tmp_path


def folder_of(index: Path) -> Path:
    return index / "snapshots" / publication.published_id(index)


def test_what_was_written_is_opened(index: Path) -> None:
    opened = snapshot.open_published(index, ENCODER.fingerprint)
    report = reading_of(TEXT.encode(), "甲山县2022年报告.txt").reports[0]
    assert opened.reports == {report.report_id: report}
    assert tuple(opened.chunks) == chunks(report)
    assert opened.vectors.n_rows == opened.lexical.n_rows == len(opened.chunks) == opened.manifest.n_chunks
    assert opened.manifest.n_reports == 1
    assert opened.manifest.encoder == ENCODER
    assert opened.manifest.unread == (Unread(file="a.pdf", reason="this is PDF"),)


def test_the_folder_is_laid_out_as_documented(index: Path) -> None:
    folder = folder_of(index)
    files = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    assert files == {"manifest.json", *snapshot.read_manifest(folder).files}
    assert {"reports.jsonl", "chunks.jsonl", "vectors.faiss"} < files
    assert {path.name for path in index.iterdir()} == {"CURRENT", "snapshots"}
    assert not any(path.suffix in (".pkl", ".pickle") for path in folder.rglob("*"))


def test_row_n_is_chunk_n(index: Path) -> None:
    opened = snapshot.open_published(index)
    for row, chunk in enumerate(opened.chunks):
        rows, _ = opened.vectors.search(HashingEncoder().encode_question(embedded_text(chunk)), 1)
        assert rows.tolist() == [row]


def test_the_same_content_gives_the_same_snapshot(index: Path, tmp_path: Path) -> None:
    before = snapshot.read_manifest(folder_of(index))
    again = write(index)
    assert again == before  # also `created_at`: the folder that was there was kept
    assert write(tmp_path / "elsewhere").snapshot_id == before.snapshot_id
    assert len(list((index / "snapshots").iterdir())) == 1


@pytest.mark.parametrize(
    "changed",
    [
        {"text": TEXT + "又一句。"},
        {"encoder": EncoderMade(name="hashing", fingerprint="other", dim=ENCODER.dim)},
    ],
)
def test_other_content_gives_another_snapshot(index: Path, changed: dict[str, Any]) -> None:
    old = publication.published_id(index)
    manifest = write(index, **changed)
    assert manifest.snapshot_id != old
    assert publication.published_id(index) == old  # written, and not yet published
    publication.publish(index, manifest.snapshot_id)
    assert snapshot.open_published(index).manifest == manifest
    publication.publish(index, old)  # the old one stays for going back
    assert snapshot.open_published(index).manifest.snapshot_id == old


def test_publishing_replaces_one_file_and_leaves_nothing_behind(index: Path) -> None:
    old = publication.published_id(index)
    publication.publish(index, "s-other")
    assert (index / CURRENT).read_text(encoding="utf-8") == f"s-other\n{old}\n"
    assert {path.name for path in index.iterdir()} == {"CURRENT", "snapshots"}
    publication.publish(index, old)
    assert snapshot.open_published(index).manifest.snapshot_id == old


def test_a_publication_that_fails_leaves_the_old_one(index: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    old = publication.published_id(index)

    def full(_: Path, __: Path) -> Path:
        raise OSError("no space left on device")

    monkeypatch.setattr(Path, "replace", full)
    with pytest.raises(OSError, match="no space"):
        publication.publish(index, "s-other")
    assert publication.published_id(index) == old


def test_writing_that_fails_leaves_nothing_behind(index: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_: VectorIndex, __: Path) -> None:
        raise OSError("no space left on device")

    monkeypatch.setattr(VectorIndex, "save", full)
    with pytest.raises(OSError, match="no space"):
        write(index, text=TEXT + "又一句。")
    assert [path.name for path in (index / "snapshots").iterdir()] == [publication.published_id(index)]


def test_a_folder_left_by_a_killed_run_does_not_matter(index: Path) -> None:
    left = index / "snapshots" / ".building-abc"
    left.mkdir()
    (left / "reports.jsonl").write_text("{", encoding="utf-8")
    (index / ".current-abc").write_text("s-half", encoding="utf-8")
    assert snapshot.open_published(index).manifest.n_reports == 1
    publication.publish(index, write(index, text=TEXT + "又一句。").snapshot_id)
    assert snapshot.open_published(index).manifest.n_reports == 1


def test_no_index_says_how_to_make_one(tmp_path: Path) -> None:
    for folder in (tmp_path, tmp_path / "absent"):
        with pytest.raises(SnapshotError, match="judian index"):
            snapshot.open_published(folder)


@pytest.mark.parametrize("current", ["", "s0123456789abcdef", "../../etc"])
def test_a_name_of_no_snapshot_is_damage(index: Path, current: str) -> None:
    (index / CURRENT).write_text(current, encoding="utf-8")
    with pytest.raises(SnapshotDamaged, match="judian index"):
        snapshot.open_published(index)


def files_of_a_snapshot() -> list[str]:
    lexical = ("data.csc.index.npy", "indices.csc.index.npy", "indptr.csc.index.npy", "params.index.json")
    return ["reports.jsonl", "chunks.jsonl", "vectors.faiss", *(f"lexical/{name}" for name in lexical)]


@pytest.mark.parametrize("name", files_of_a_snapshot())
def test_one_changed_byte_is_damage_and_its_file_is_named(index: Path, name: str) -> None:
    path = folder_of(index) / name
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)
    with pytest.raises(SnapshotDamaged, match=f"{name} is damaged.*judian index"):
        snapshot.open_published(index)


@pytest.mark.parametrize("name", files_of_a_snapshot())
def test_a_missing_file_is_damage_and_is_named(index: Path, name: str) -> None:
    (folder_of(index) / name).unlink()
    with pytest.raises(SnapshotDamaged, match=f"{name} is missing.*judian index"):
        snapshot.open_published(index)


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"null", b"{}", b"\xff\xfe", b'{"format_version": 3}', b'"x"'])
def test_a_damaged_manifest_is_damage(index: Path, content: bytes) -> None:
    (folder_of(index) / "manifest.json").write_bytes(content)
    with pytest.raises(SnapshotDamaged, match=r"manifest\.json"):
        snapshot.open_published(index)


def test_a_missing_manifest_is_damage(index: Path) -> None:
    (folder_of(index) / "manifest.json").unlink()
    with pytest.raises(SnapshotDamaged, match=r"manifest\.json"):
        snapshot.open_published(index)


def test_another_format_is_no_damage_and_is_named(index: Path) -> None:
    path = folder_of(index) / "manifest.json"
    found = json.loads(path.read_text(encoding="utf-8"))
    path.write_text(json.dumps(found | {"format_version": snapshot.FORMAT_VERSION + 1}), encoding="utf-8")
    with pytest.raises(SnapshotError, match=f"has format {snapshot.FORMAT_VERSION + 1}.*judian index") as caught:
        snapshot.open_published(index)
    assert not isinstance(caught.value, SnapshotDamaged)


def test_a_damaged_snapshot_is_replaced_when_its_content_is_written_again(index: Path) -> None:
    (folder_of(index) / "chunks.jsonl").write_text("", encoding="utf-8")
    write(index)
    assert snapshot.open_published(index).manifest.n_chunks == len(snapshot.open_published(index).chunks)


def test_a_snapshot_may_be_carried_elsewhere(index: Path, tmp_path: Path) -> None:
    shutil.copytree(index, tmp_path / "另一处" / "index")
    assert snapshot.open_published(tmp_path / "另一处" / "index").manifest.n_reports == 1


def test_another_encoder_is_named_with_what_to_do(index: Path) -> None:
    with pytest.raises(EncoderMismatch, match=r"'hashing'.*judian index.*JUDIAN_ENCODER.*JUDIAN_ADAPTERS"):
        snapshot.open_published(index, "another")


def test_a_text_with_every_line_end_comes_back_as_it_was(tmp_path: Path) -> None:
    text = "第一句。\u2028第二句。\x85第三句。\x0c第四句。\r第五句。\u2029第六句。\n" + "受理行政复议案件。" * 20
    publication.publish(tmp_path, write(tmp_path, text=text).snapshot_id)
    (report,) = snapshot.open_published(tmp_path).reports.values()
    assert report.text == text


def test_the_sample_index_cites_verbatim(sample_index: Path) -> None:
    opened = snapshot.open_published(sample_index)
    assert (opened.manifest.n_reports, opened.manifest.unread) == (6, ())
    for chunk in opened.chunks:
        assert chunk.text == chunk.span.of(opened.reports[chunk.report_id].text)
