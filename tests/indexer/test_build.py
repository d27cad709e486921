"""Folder to snapshot: names that stay, files that fail, and what is published when something goes wrong."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from indexer.build import Built, build
from indexer.chunks import embedded_text
from indexer.encoders.hashing import HashingEncoder
from indexer.errors import NothingToIndex
from indexer.files import find_files
from indexer.reports import read_file
from indexer.store import publication, snapshot

SENTENCE = "受理行政复议案件412件，审结389件。"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "reports"
    (made / "2022").mkdir(parents=True)
    (made / "甲山县2022年报告.txt").write_text(SENTENCE, encoding="utf-8")
    (made / "2022" / "乙水县2022年报告.md").write_text("乙水县。" + SENTENCE, encoding="utf-8")
    return made


@pytest.fixture
def index(tmp_path: Path) -> Path:
    return tmp_path / "index"


def run(folders: list[Path], index: Path, **options: bool) -> Built:
    return build(folders, index, HashingEncoder(), "hashing", strict=options.get("strict", False))


def test_a_folder_becomes_a_published_snapshot(folder: Path, index: Path) -> None:
    built = run([folder], index)
    opened = snapshot.open_published(index)
    assert opened.manifest == built.manifest
    assert built.n_files == 2
    assert built.n_encoded == len(opened.chunks) == 2
    assert sorted(report.file for report in opened.reports.values()) == [
        "reports/2022/乙水县2022年报告.md",
        "reports/甲山县2022年报告.txt",
    ]
    for chunk in opened.chunks:
        assert chunk.text == chunk.span.of(opened.reports[chunk.report_id].text)
        assert embedded_text(chunk) == f"{chunk.context}\n{chunk.text}"


def test_the_same_folder_again_encodes_nothing_and_changes_nothing(folder: Path, index: Path) -> None:
    first = run([folder], index)
    again = run([folder], index)
    assert again.n_encoded == 0
    assert again.manifest == first.manifest


def test_a_changed_file_encodes_only_what_changed(folder: Path, index: Path) -> None:
    first = run([folder], index)
    (folder / "甲山县2022年报告.txt").write_text(f"{SENTENCE}新的一句。", encoding="utf-8")
    again = run([folder], index)
    assert again.n_encoded == 1
    assert again.manifest.snapshot_id != first.manifest.snapshot_id


def test_a_deleted_file_is_gone_from_the_next_snapshot(folder: Path, index: Path) -> None:
    run([folder], index)
    (folder / "甲山县2022年报告.txt").unlink()
    run([folder], index)
    opened = snapshot.open_published(index)
    assert [report.file for report in opened.reports.values()] == ["reports/2022/乙水县2022年报告.md"]
    assert {chunk.report_id for chunk in opened.chunks} == set(opened.reports)


def test_a_deleted_cache_costs_time_and_nothing_else(folder: Path, index: Path) -> None:
    first = run([folder], index)
    for path in (index / "cache").iterdir():
        path.unlink()
    again = run([folder], index)
    assert (again.n_encoded, again.manifest) == (first.n_encoded, first.manifest)


def test_files_that_give_no_report_are_listed_with_the_reason(folder: Path, index: Path) -> None:
    (folder / "空.txt").write_bytes(b"")
    (folder / "表.pdf").write_bytes(b"%PDF-1.7 rest")
    (folder / "页.txt").write_text("<?xml version='1.0'?><rss>政府工作报告</rss>", encoding="utf-8")
    built = run([folder], index)
    unread = {item.file: item.reason for item in built.manifest.unread}
    assert sorted(unread) == ["reports/空.txt", "reports/表.pdf", "reports/页.txt"]
    assert "holds no text" in unread["reports/空.txt"]
    assert "PDF" in unread["reports/表.pdf"]
    assert "XML" in unread["reports/页.txt"]
    assert snapshot.open_published(index).manifest.unread == built.manifest.unread


def test_what_is_unread_is_in_the_manifest_even_when_nothing_else_changed(folder: Path, index: Path) -> None:
    run([folder], index)
    (folder / "空.txt").write_bytes(b"")
    run([folder], index)
    assert [item.file for item in snapshot.open_published(index).manifest.unread] == ["reports/空.txt"]


def test_strict_publishes_nothing_when_a_file_cannot_be_read(folder: Path, index: Path) -> None:
    first = run([folder], index, strict=True)
    (folder / "空.txt").write_bytes(b"")
    with pytest.raises(NothingToIndex, match=r"1 of 3 files.*\n.*reports/空\.txt: the file holds no text"):
        run([folder], index, strict=True)
    assert publication.published_id(index) == first.manifest.snapshot_id


def test_nothing_to_index_leaves_the_published_one(folder: Path, index: Path, tmp_path: Path) -> None:
    first = run([folder], index)
    empty, useless = tmp_path / "empty", tmp_path / "useless"
    empty.mkdir()
    useless.mkdir()
    (useless / "a.pdf").write_bytes(b"%PDF-1.7")
    (tmp_path / "marks").mkdir()
    (tmp_path / "marks" / "a.txt").write_text("。。。……\n——\n", encoding="utf-8")
    for path, complaint in (
        (empty, "no files under"),
        (useless, r"1 of 1 files .* could not be read"),
        (tmp_path / "marks", "hold no sentence"),
        (tmp_path / "absent", "does not exist"),
    ):
        with pytest.raises(NothingToIndex, match=complaint):
            run([path], index)
    assert publication.published_id(index) == first.manifest.snapshot_id


def test_progress_counts_each_step_up_to_its_total(folder: Path, index: Path) -> None:
    heard: dict[str, list[tuple[int, int]]] = {}
    heard_of_bytes: list[tuple[int, int]] = []

    def hear(step: str, done: int, total: int, n_bytes: int = 0, total_bytes: int = 0) -> None:
        heard.setdefault(step, []).append((done, total))
        if step == "read":
            heard_of_bytes.append((n_bytes, total_bytes))

    build([folder], index, HashingEncoder(), "hashing", progress=hear)
    assert list(heard) == ["read", "encode", "publish"]
    for counts in (*heard.values(), heard_of_bytes):
        assert counts == sorted(counts)
        assert counts[-1][0] == counts[-1][1]
    assert heard_of_bytes[-1][1] == sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def test_files_are_named_by_their_folder_and_the_path_below_it(folder: Path) -> None:
    assert find_files([folder]) == {
        "reports/2022/乙水县2022年报告.md": folder / "2022" / "乙水县2022年报告.md",
        "reports/甲山县2022年报告.txt": folder / "甲山县2022年报告.txt",
    }


def test_names_do_not_depend_on_where_the_folder_lies(folder: Path, tmp_path: Path) -> None:
    moved = tmp_path / "elsewhere" / "reports"
    moved.parent.mkdir()
    before = list(find_files([folder]))
    folder.rename(moved)
    assert list(find_files([moved])) == before


def test_folders_of_one_name_are_told_apart(tmp_path: Path) -> None:
    for above in ("a", "b"):
        (tmp_path / above / "reports").mkdir(parents=True)
        (tmp_path / above / "reports" / "x.txt").write_text(SENTENCE, encoding="utf-8")
    (tmp_path / "c").mkdir()
    (tmp_path / "c" / "x.txt").write_text(SENTENCE, encoding="utf-8")
    found = find_files([tmp_path / "a" / "reports", tmp_path / "b" / "reports", tmp_path / "c"])
    assert list(found) == ["a/reports/x.txt", "b/reports/x.txt", "c/x.txt"]


def test_a_folder_named_twice_is_read_once(folder: Path, index: Path) -> None:
    assert list(find_files([folder, folder / ".." / "reports"])) == list(find_files([folder]))
    assert run([folder, folder], index).n_files == 2


def test_a_folder_inside_another_gives_each_file_once(folder: Path, index: Path) -> None:
    found = find_files([folder, folder / "2022"])
    assert sorted(found.values()) == sorted(find_files([folder]).values())
    run([folder, folder / "2022"], index)
    assert len(snapshot.open_published(index).reports) == 2


def test_a_single_file_may_stand_for_a_folder(folder: Path, index: Path) -> None:
    path = folder / "甲山县2022年报告.txt"
    assert find_files([path]) == {"甲山县2022年报告.txt": path}
    assert run([path], index).manifest.n_reports == 1


def test_hidden_and_lock_files_are_left_out(folder: Path) -> None:
    before = find_files([folder])
    for name in (".DS_Store", "~$报告.docx", ".git/config", "2022/.hidden.txt"):
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(SENTENCE, encoding="utf-8")
    assert find_files([folder]) == before


def test_ids_are_the_same_from_run_to_run(samples: Path, tmp_path: Path, sample_index: Path) -> None:
    run([samples], tmp_path / "again")
    one, other = snapshot.open_published(sample_index), snapshot.open_published(tmp_path / "again")
    assert one.manifest.snapshot_id == other.manifest.snapshot_id
    assert list(one.reports) == list(other.reports)
    assert [chunk.chunk_id for chunk in one.chunks] == [chunk.chunk_id for chunk in other.chunks]


def test_reports_in_the_index_are_those_of_the_files(sample_index: Path, samples: Path) -> None:
    stored = snapshot.open_published(sample_index).reports
    read = {
        report.report_id: report
        for path in sorted(samples.iterdir())
        for report in read_file(path, f"samples/{path.name}").reports
    }
    assert stored == read


def test_an_index_inside_the_folder_is_not_read(folder: Path) -> None:
    first = run([folder], folder / "index")
    again = run([folder], folder / "index")
    assert (again.n_files, again.manifest) == (first.n_files, first.manifest) == (2, first.manifest)


def test_names_that_are_no_utf_8_are_read_as_gbk_and_none_is_lost(tmp_path: Path, index: Path) -> None:
    folder = tmp_path / "unpacked"
    folder.mkdir()
    name = "某县2022年工作报告.txt"
    text = "全年受理行政复议案件412件。"
    (folder / name).write_text(text, encoding="utf-8")
    in_gbk = os.fsencode(folder) + b"/" + name.encode("gbk")
    try:
        with open(in_gbk, "w", encoding="utf-8") as file:  # noqa: PTH123 - a path of bytes
            file.write(text)
    except OSError as error:
        pytest.skip(f"this file system takes no such name: {error}")
    files = find_files([folder])
    assert len(files) == 2
    assert f"unpacked/{name}" in files
    built = build([folder], index, HashingEncoder(), "hashing")
    assert built.manifest.n_reports == 2


def test_what_cannot_be_looked_into_is_listed_with_the_reason(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / "断链.txt").symlink_to(tmp_path / "away.txt")
    (folder / "链接").symlink_to(tmp_path)
    (folder / "锁住").mkdir()
    (folder / "锁住" / "报告.txt").write_text("全年办理案件2270件。", encoding="utf-8")
    scandir = os.scandir

    def guarded(path: str | Path = ".") -> Any:  # permissions do not stop root, which tests may run as
        if str(path).endswith("锁住"):
            raise PermissionError(13, "Permission denied", str(path))
        return scandir(path)

    monkeypatch.setattr(os, "scandir", guarded)
    built = build([folder], tmp_path / "index", HashingEncoder(), "hashing")
    reasons = {unread.file.rsplit("/", 1)[-1]: unread.reason for unread in built.manifest.unread}
    assert "does not exist" in reasons["断链.txt"]
    assert "not followed" in reasons["链接"]
    assert reasons["锁住"] == "the folder cannot be listed (Permission denied); check its permissions"
    assert not any(name.endswith("链接") for name in find_files([folder, tmp_path]))
    with pytest.raises(NothingToIndex, match="断链"):
        build([folder], tmp_path / "other", HashingEncoder(), "hashing", strict=True)
