"""Files that went wrong: windows of real ones, cut, spliced, recoded, and with what no one expects in them."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Sequence

# Inputs are windows of files: readers work line by line, and a hundred thousand whole reports take hours.
MIN_BYTES, MAX_BYTES = 40, 12_000
MAX_MUTATIONS = 4
TEXT_SHARE = 0.75  # of the mutations; most damaged bytes are refused by the decoder, and try nothing behind it

ENCODINGS = ("utf-8", "utf-8-sig", "gb18030", "big5hkscs", "utf-16-le", "utf-16-be", "utf-16")
BOMS = (
    b"\xef\xbb\xbf",
    b"\xff\xfe",
    b"\xfe\xff",
    b"\xff\xfe\x00\x00",
    b"\x00\x00\xfe\xff",
    b"\x84\x31\x95\x33",
    b"+/v8",
)
PIECES = (
    "一、¦（一）¦第一章 ¦第十二条 ¦1. ¦（1）¦一是¦二是¦附件1¦# ¦###### ¦各位代表！\n¦(篇一) ¦（篇二）¦篇三：\n¦"
    "**¦4**件¦22**项¦**1**¦2022年¦二〇二二年¦１２．５％¦９９９¦\u200b¦\u200d¦\ufeff¦\u202e¦\u2066¦\u00ad¦\x07¦\x1a¦\x85¦"
    "\u2028¦\r¦\r\n¦e\u0301¦👨‍👩‍👧¦𠅤¦שלום¦مرحبا¦ﬁ¦㎡¦Ⅳ¦\ufffd¦\U0010ffff¦首页 > 政务公开¦扫一扫在手机打开当前页¦"
    "www.¦[x](y)¦<!-- -->¦<p>¦当前位置：¦|¦版权所有¦政府工作报告\n¦某某市人民政府\n2022年1月12日\n¦推进简政放权。¦"
    "国发〔2020〕3号\n"
).split("¦")
REPEATED = tuple("。¦，¦\n¦ ¦　¦(¦（一）¦|¦*¦1¦1.¦#¦[¦”¦!¦一、¦：一是¦\u200b¦首页".split("¦"))

Mutation = Callable[[random.Random, bytes, Sequence[bytes]], bytes]


def mutated(rng: random.Random, files: Sequence[bytes]) -> bytes:
    """A window of one of ``files``, mutated one to four times; the same for the same state of ``rng``."""
    raw = _window(rng, rng.choice(files))
    for _ in range(rng.randint(1, MAX_MUTATIONS)):
        raw = rng.choice(OF_TEXT if rng.random() < TEXT_SHARE else OF_BYTES)(rng, raw, files)
    return raw


def _window(rng: random.Random, raw: bytes) -> bytes:
    """Some of a file, cut where it falls: in the middle of a character as likely as not."""
    size = int(MIN_BYTES * (MAX_BYTES / MIN_BYTES) ** rng.random())
    start = 0 if rng.random() < 0.3 else rng.randrange(max(1, len(raw) - size))
    cut = raw[start : start + size]
    if rng.random() < 0.7:  # most windows begin and end between lines' characters, or nearly all would be undecodable
        cut = (
            cut.decode("utf-8", "ignore").encode()
            if _is_utf8(raw)
            else cut.decode("gb18030", "ignore").encode("gbk", "ignore")
        )
    return cut


def _is_utf8(raw: bytes) -> bool:
    return (
        re.match(rb"[\x00-\x7f]*(?:\xef\xbb\xbf|[\xe3-\xe9][\x80-\xbf]{2}[\xe3-\xef][\x80-\xbf]{2})", raw) is not None
    )


def _text(raw: bytes) -> str:
    return raw.decode("utf-8" if _is_utf8(raw) else "gb18030", "replace")


def _truncated(rng: random.Random, raw: bytes, _: Sequence[bytes]) -> bytes:
    return raw[: rng.randrange(len(raw) + 1)]


def _flipped(rng: random.Random, raw: bytes, _: Sequence[bytes]) -> bytes:
    bits = bytearray(raw)
    for _n in range(rng.randint(1, 8) if bits else 0):
        bits[rng.randrange(len(bits))] ^= 1 << rng.randrange(8)
    return bytes(bits)


def _spliced(rng: random.Random, raw: bytes, files: Sequence[bytes]) -> bytes:
    other = _window(rng, rng.choice(files))
    at = rng.randrange(len(raw) + 1)
    return raw[:at] + other + (raw[at:] if rng.random() < 0.5 else b"")


def _recoded(rng: random.Random, raw: bytes, _: Sequence[bytes]) -> bytes:
    return _text(raw).encode(rng.choice(ENCODINGS), "replace")


def _half_recoded(rng: random.Random, raw: bytes, files: Sequence[bytes]) -> bytes:
    at = rng.randrange(len(raw) + 1)
    return raw[:at] + _recoded(rng, raw[at:], files)


def _marked(rng: random.Random, raw: bytes, _: Sequence[bytes]) -> bytes:
    at = 0 if rng.random() < 0.7 else rng.randrange(len(raw) + 1)
    return raw[:at] + rng.choice(BOMS) + raw[at:]


def _noised(rng: random.Random, raw: bytes, _: Sequence[bytes]) -> bytes:
    at = rng.randrange(len(raw) + 1)
    return raw[:at] + rng.randbytes(rng.choice((1, 2, 3, 20, 200))) + raw[at + rng.choice((0, 0, 50)) :]


def _inserted(rng: random.Random, raw: bytes, _: Sequence[bytes]) -> bytes:
    text = _text(raw)
    for _n in range(rng.randint(1, 6)):
        at = rng.randrange(len(text) + 1)
        text = text[:at] + rng.choice(PIECES) + text[at:]
    return text.encode("utf-8", "replace")


def _repeated(rng: random.Random, raw: bytes, _: Sequence[bytes]) -> bytes:
    text = _text(raw)
    at = rng.randrange(len(text) + 1)
    return (text[:at] + rng.choice(REPEATED) * rng.choice((3, 30, 300, 1000)) + text[at:]).encode("utf-8", "replace")


def _shuffled(rng: random.Random, raw: bytes, _: Sequence[bytes]) -> bytes:
    lines = raw.split(b"\n")
    rng.shuffle(lines)
    return b"\n".join(lines)


def _joined(rng: random.Random, raw: bytes, _: Sequence[bytes]) -> bytes:
    return raw.replace(b"\n", rng.choice((b"", b" ", b"\r", b"\r\n", b"\n\n\n")))


def _random(rng: random.Random, _: bytes, __: Sequence[bytes]) -> bytes:
    return rng.randbytes(rng.randrange(300))


OF_TEXT: tuple[Mutation, ...] = (_inserted, _inserted, _repeated, _shuffled, _joined, _recoded)
OF_BYTES: tuple[Mutation, ...] = (_truncated, _flipped, _spliced, _half_recoded, _marked, _noised, _random)
