"""BM25 as the formula says, in Chinese, and on disk."""

from __future__ import annotations

import json
import subprocess
import sys
from math import log
from pathlib import Path

import bm25s
import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from indexer.chinese.tokens import tokenize
from indexer.errors import SnapshotDamaged
from indexer.store.lexical import K1, B, LexicalIndex

TEXTS = (
    "全年共办理行政复议案件2270件，比上年增长91.4%。",
    "推进简政放权，取消行政审批事项46项。",
    "二〇二〇年地区生产总值（ＧＤＰ）达到1.83万亿元。",
    "加强行政执法监督，公开办理结果。",
    "國務院關於加強法治政府建設的意見",
)
FILES = (
    "data.csc.index.npy",
    "indices.csc.index.npy",
    "indptr.csc.index.npy",
    "params.index.json",
    "vocab.index.json",
)


@pytest.fixture(scope="module")
def index() -> LexicalIndex:
    return LexicalIndex.build(TEXTS)


@pytest.fixture
def folder(index: LexicalIndex, tmp_path: Path) -> Path:
    index.save(tmp_path / "lexical")
    return tmp_path / "lexical"


@pytest.mark.parametrize(
    ("query", "row"),
    [
        ("行政复议", 0),
        ("行政复议案件", 0),
        ("行政復議案件", 0),
        ("2270", 0),
        ("２，２７０件", 0),
        ("简政放权", 1),
        ("二零二零年", 2),
        ("2020年", 2),
        ("gdp", 2),
        ("国务院关于法治政府的意见", 4),
    ],
)
def test_the_sentence_that_says_it_comes_first(index: LexicalIndex, query: str, row: int) -> None:
    rows, _ = index.search(query, k=3)
    assert rows[0] == row


def test_the_score_is_the_formula() -> None:
    texts = ("甲乙", "甲丙丁", "乙乙戊 12")
    query = "甲乙 12"
    bags = [tokenize(text) for text in texts]
    n, mean = len(bags), sum(map(len, bags)) / len(bags)
    expected = []
    for bag in bags:
        score = 0.0
        for token in tokenize(query):
            df = sum(token in other for other in bags)
            tf = bag.count(token)
            score += log(1 + (n - df + 0.5) / (df + 0.5)) * tf / (tf + K1 * (1 - B + B * len(bag) / mean))
        expected.append(score)
    index = LexicalIndex.build(texts)
    scores = index.scores(query)
    assert scores.dtype == np.float32
    assert scores == pytest.approx(expected, rel=1e-6)
    assert index.idf("甲") == pytest.approx(log(1 + (3 - 2 + 0.5) / (2 + 0.5)))
    assert index.idf("己") == pytest.approx(log(1 + (3 - 0 + 0.5) / (0 + 0.5)))


@given(st.lists(st.text(st.sampled_from("甲乙丙丁，1 "), max_size=6), max_size=12), st.integers(0, 14))
def test_search_is_the_scores_sorted(texts: list[str], k: int) -> None:
    index = LexicalIndex.build(texts)
    scores = index.scores("甲乙1")
    rows, found = index.search("甲乙1", k)
    in_order = sorted(np.flatnonzero(scores > 0).tolist(), key=lambda row: (-scores[row], row))
    assert rows.dtype == np.int64
    assert rows.tolist() == in_order[:k]
    assert found.tolist() == scores[rows].tolist()


def test_equal_scores_come_by_row_number() -> None:
    index = LexicalIndex.build(["甲乙"] * 50 + ["甲甲乙"])
    rows, _ = index.search("乙", k=7)
    assert rows.tolist() == list(range(7))


def test_only_allowed_rows_are_found(index: LexicalIndex) -> None:
    everywhere, scores = index.search("行政办理", k=5)
    allowed = np.ones(len(TEXTS), dtype=np.bool_)
    allowed[everywhere[0]] = False
    rows, kept = index.search("行政办理", k=5, allowed=allowed)
    assert rows.tolist() == everywhere[1:].tolist()
    assert kept.tolist() == scores[1:].tolist()
    assert index.search("行政办理", k=5, allowed=np.zeros(len(TEXTS), dtype=np.bool_))[0].size == 0


@pytest.mark.parametrize("query", ["", "，。", "鑫", "\ud800"])
def test_a_query_without_known_tokens_finds_nothing(index: LexicalIndex, query: str) -> None:
    rows, scores = index.search(query, k=3)
    assert (rows.size, scores.size) == (0, 0)
    assert index.scores(query).tolist() == [0.0] * len(TEXTS)


@pytest.mark.parametrize("texts", [[], [""], ["，。", " "]])
def test_texts_without_tokens_give_an_index_that_finds_nothing(texts: list[str], tmp_path: Path) -> None:
    LexicalIndex.build(texts).save(tmp_path)
    index = LexicalIndex.load(tmp_path)
    assert index.n_rows == len(texts)
    assert index.search("行政复议", k=3)[0].size == 0
    assert index.scores("行政").shape == (len(texts),)
    assert index.idf("行") > 0 or not texts


def test_a_text_without_tokens_keeps_its_row() -> None:
    index = LexicalIndex.build(["", "行政复议", "。"])
    assert index.n_rows == 3
    assert index.search("行政", k=3)[0].tolist() == [1]


def test_progress_counts_up_to_the_last_text() -> None:
    heard: list[int] = []
    LexicalIndex.build(["甲"] * 600, progress=heard.append)
    assert heard == sorted(heard)
    assert heard[-1] == 600


def test_what_was_saved_is_loaded(index: LexicalIndex, folder: Path) -> None:
    loaded = LexicalIndex.load(folder)
    assert loaded.n_rows == index.n_rows
    for text in TEXTS:
        assert loaded.scores(text).tolist() == index.scores(text).tolist()
        assert all(loaded.idf(token) == index.idf(token) for token in tokenize(text))


def test_the_folder_holds_arrays_and_json_only(folder: Path) -> None:
    assert tuple(sorted(file.name for file in folder.iterdir())) == FILES
    for file in folder.glob("*.npy"):
        assert np.load(file, allow_pickle=False).dtype != object
    assert "复议" in json.loads((folder / "vocab.index.json").read_text(encoding="utf-8"))


@pytest.mark.process
def test_equal_texts_give_equal_bytes_in_every_process(folder: Path, tmp_path: Path) -> None:
    script = (
        "import sys, pathlib; from indexer.store.lexical import LexicalIndex;"
        f"LexicalIndex.build({list(TEXTS)!r}).save(pathlib.Path(sys.argv[1]))"
    )
    again = tmp_path / "again"
    root = Path(__file__).parents[3]
    subprocess.run([sys.executable, "-X", "utf8", "-c", script, str(again)], check=True, cwd=root)
    assert all((again / name).read_bytes() == (folder / name).read_bytes() for name in FILES)


@pytest.mark.parametrize("name", FILES)
def test_a_missing_file_is_damage(folder: Path, name: str) -> None:
    (folder / name).unlink()
    with pytest.raises(SnapshotDamaged):
        LexicalIndex.load(folder)


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("keep", [0.0, 0.3, 0.9])
def test_a_truncated_file_is_damage(folder: Path, name: str, keep: float) -> None:
    content = (folder / name).read_bytes()
    (folder / name).write_bytes(content[: int(len(content) * keep)])
    with pytest.raises(SnapshotDamaged):
        LexicalIndex.load(folder)


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("content", [b"\x00\xff\xfe", b"[]", b"null", b'{"a": 1}', b"\x93NUMPY\x01\x00"])
def test_another_file_in_its_place_is_damage(folder: Path, name: str, content: bytes) -> None:
    (folder / name).write_bytes(content)
    with pytest.raises(SnapshotDamaged):
        LexicalIndex.load(folder)


def test_files_of_another_index_are_damage(folder: Path, tmp_path: Path) -> None:
    LexicalIndex.build(TEXTS[:2]).save(tmp_path / "other")
    for name in FILES[:3]:
        original = (folder / name).read_bytes()
        (folder / name).write_bytes((tmp_path / "other" / name).read_bytes())
        with pytest.raises(SnapshotDamaged):
            LexicalIndex.load(folder)
        (folder / name).write_bytes(original)
    LexicalIndex.load(folder)


def test_a_pickled_array_is_damage(folder: Path) -> None:
    np.save(folder / "data.csc.index.npy", np.array([{"a": 1}], dtype=object), allow_pickle=True)
    with pytest.raises(SnapshotDamaged):
        LexicalIndex.load(folder)


@given(st.lists(st.text("甲乙丙丁 ab1。", max_size=30), min_size=1, max_size=20))
def test_the_matrix_is_that_of_the_library_to_the_bit(texts: list[str]) -> None:
    vocabulary: dict[str, int] = {}
    rows = [[vocabulary.setdefault(token, len(vocabulary)) for token in tokenize(text)] for text in texts]
    assume(vocabulary)
    theirs = bm25s.BM25(k1=K1, b=B, method="lucene", backend="numpy")
    theirs.index((rows, vocabulary), create_empty_token=False, show_progress=False)
    own = LexicalIndex.build(texts)._bm25.scores
    assert own["num_docs"] == theirs.scores["num_docs"]
    for name in ("data", "indices", "indptr"):
        assert own[name].dtype == theirs.scores[name].dtype
        assert np.array_equal(own[name], theirs.scores[name])
