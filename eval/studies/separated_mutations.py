"""A table of separated values with all that the reader knows, and tables made of it that went wrong: cells moved,
copied and broken, separators and quotes where none belong, bytes cut and recoded."""

from __future__ import annotations

import random
from collections.abc import Callable

from eval.studies.mutations import BOMS, ENCODINGS, OF_BYTES, PIECES, Mutation

MAX_MUTATIONS = 8
MAX_CHARS = 200_000
BYTES_SHARE = 0.25
SEPARATORS = (",", "\t", ";", "|", "，")
ROWS = (
    ("云岭市2023年收支表",),
    ("单位：万元",),
    ("项目", "2022年", "2023年", "增长（%）"),
    ("税收收入", "41,200", "45310", "9.98"),
    ("非税收入", "18700", "1**", ""),
    ("其中：罚没收入", "905", "—", "-2.1%"),
    ("合计", "", '含"两项"\n及其他', "5"),
    (),
    ("注：快报数。",),
    ("区", "办件数", "备注"),
    ("甲区", "120", "按时；无"),
    ("乙区", "98", ""),
)
TEXTS = (
    *PIECES,
    *('"', '""', '"""', "'", ",", "\t", ";", "|", "，", "\n", "\r", "\r\n", "\x00", "\x1a", "\x0b", "\x0c"),
    *("\x1c", "\u2029"),
    *("=1+1", "@SUM(A1)", "-1", "1e308", "NaN", "9" * 400, "项" * 500, "," * 300, "\n" * 50, '"\n' * 20, "正文。" * 60),
)  # fmt: skip
Change = Callable[[random.Random, str], str]


def whole() -> bytes:
    return _written(",").encode("gb18030")


def mutated(rng: random.Random) -> bytes:
    """The table with one to eight things wrong in it; the same for the same state of ``rng``."""
    text = _written(rng.choice(SEPARATORS))
    for _ in range(rng.randint(1, MAX_MUTATIONS)):
        text = rng.choice(CHANGES)(rng, text)[:MAX_CHARS]
    raw = text.encode(rng.choice(ENCODINGS), "replace")
    if rng.random() < BYTES_SHARE:
        damage: Mutation = rng.choice(OF_BYTES)
        raw = damage(rng, raw, (whole(),))
    return rng.choice(BOMS) + raw if rng.random() < 0.02 else raw


def _written(separator: str) -> str:
    def cell(text: str) -> str:
        quoted = any(char in text for char in (separator, '"', "\n"))
        return '"' + text.replace('"', '""') + '"' if quoted else text

    return "".join(separator.join(map(cell, row)) + "\r\n" for row in ROWS)


def _inserted(rng: random.Random, text: str) -> str:
    for _ in range(rng.randint(1, 5)):
        at = rng.randrange(len(text) + 1)
        text = text[:at] + rng.choice(TEXTS) + text[at:]
    return text


def _cut(rng: random.Random, text: str) -> str:
    start = rng.randrange(len(text) + 1)
    return text[:start] + text[start + rng.choice((1, 5, 50, len(text))) :]


def _copied(rng: random.Random, text: str) -> str:
    start, end, at = (rng.randrange(len(text) + 1) for _ in range(3))
    start, end = sorted((start, end))
    return text[:at] + text[start:end] * rng.choice((1, 3, 30)) + text[at:]


def _separated(rng: random.Random, text: str) -> str:
    return text.replace(rng.choice(SEPARATORS), rng.choice(SEPARATORS), rng.choice((1, 3, -1)))


def _shuffled(rng: random.Random, text: str) -> str:
    lines = text.splitlines(keepends=True)
    rng.shuffle(lines)
    return "".join(lines)


def _ended(rng: random.Random, text: str) -> str:
    return text.replace("\r\n", rng.choice(("\n", "\r", "", "\r\n\r\n", "\n\r")))


CHANGES: tuple[Change, ...] = (_inserted, _inserted, _cut, _copied, _separated, _shuffled, _ended)
