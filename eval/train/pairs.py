"""The training text of the encoder."""

from __future__ import annotations

import gzip
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from eval.train.base import PASSAGE, QUERY


@dataclass(frozen=True)
class Pair:
    """A question, the text it must find, with their prefixes, and wrong texts; pairs of one group share a passage."""

    query: str
    passage: str
    negatives: tuple[str, ...]
    group: int
    window: bool


def read_pairs(path: Path) -> list[Pair]:
    """Read ``pairs.jsonl.gz``; its README tells the fields."""
    with gzip.open(path, "rt", encoding="utf-8") as file:
        return [_pair(json.loads(line)) for line in file]


def _pair(line: dict[str, Any]) -> Pair:
    prefix = QUERY if line["role"] == "question" else PASSAGE
    return Pair(
        query=QUERY + line["query"],
        passage=prefix + line["passage"],
        negatives=tuple(PASSAGE + text for text in line["negatives"]),
        group=line["group"],
        window=line["role"] == "window",
    )
