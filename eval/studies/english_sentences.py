"""English sentences made wrong by code, over Chinese ones: of the aligned segments of the State Council's reports."""

from __future__ import annotations

import json
import random
import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from eval.studies.wrong_sentences import Case, Way
from service.verify import Source

ALIGNED = Path("qa/bilingual_reports_2008_2016.jsonl")
KEPT_OUT_FROM = 2015  # the years before were looked at
MIN_CHARS = 15  # of the Chinese segment

_FIGURE = re.compile(r"(?<![\w.,])(?!(?:19|20)\d\d(?![\d,.]))\d[\d,]*(?:\.\d+)?(?!\w)")
_YEAR = re.compile(r"(?<![\d.,])(?:19|20)\d\d(?![\d,])")
_SCALE = re.compile(r"\b(?:million|billion)\b")
_SHARE = re.compile(r"(?<=\d)(?:%| percent\b| percentage points?\b)")
_WAYS = (
    ("increased", "decreased"),
    ("grew", "fell"),
    ("rose", "fell"),
    ("decreased", "increased"),
    ("fell", "rose"),
    ("reduced", "increased"),
    ("dropped", "rose"),
)


def aligned(path: Path) -> Iterator[tuple[Source, str]]:
    """A Chinese segment as a source, and what its translators made of it."""
    for line in path.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        if row["year"] >= KEPT_OUT_FROM and len(row["zh"]) >= MIN_CHARS:
            yield Source(row["zh"], (), f"{row['year']}年国务院政府工作报告", None, row["year"]), row["en"]


def _other(rng: random.Random, source: Source, pattern: re.Pattern[str], new: dict[str, str]) -> Case | None:
    found = list(pattern.finditer(source.text))
    if not found:
        return None
    match = rng.choice(found)
    return Case(source.text[: match.start()] + new[match[0].strip()] + source.text[match.end() :], source)


def one_digit(rng: random.Random, source: Source, _: Sequence[str]) -> Case | None:
    found = list(_FIGURE.finditer(source.text))
    if not found:
        return None
    match = rng.choice(found)
    at = rng.choice([match.start() + i for i, char in enumerate(match[0]) if char.isdigit()])
    first = at == match.start()
    digits = [digit for digit in "0123456789" if digit != source.text[at] and not (first and digit == "0")]
    return Case(source.text[:at] + rng.choice(digits) + source.text[at + 1 :], source)


def other_year(rng: random.Random, source: Source, _: Sequence[str]) -> Case | None:
    found = list(_YEAR.finditer(source.text))
    if not found:
        return None
    match = rng.choice(found)
    return Case(
        f"{source.text[: match.start()]}{int(match[0]) + rng.choice((-1, 1))}{source.text[match.end() :]}", source
    )


def other_scale(rng: random.Random, source: Source, _: Sequence[str]) -> Case | None:
    return _other(rng, source, _SCALE, {"million": "billion", "billion": "million"})


def points_for_percent(rng: random.Random, source: Source, _: Sequence[str]) -> Case | None:
    percent = dict.fromkeys(("%", "percent"), " percentage points")
    return _other(rng, source, _SHARE, percent | dict.fromkeys(("percentage point", "percentage points"), "%"))


def opposite(rng: random.Random, source: Source, _: Sequence[str]) -> Case | None:
    """The other way, of a word that stands before a figure."""
    found = [
        (match, new)
        for old, new in _WAYS
        for match in re.finditer(rf"\b{old}\b(?= (?:by|to|from|an? average|\d)[^.;]{{0,30}}\d)", source.text)
    ]
    if not found:
        return None
    match, new = rng.choice(found)
    return Case(source.text[: match.start()] + new + source.text[match.end() :], source)


WRONG_ENGLISH: dict[str, Way] = {
    "English: one digit of a figure changed": one_digit,
    "English: million for billion or billion for million": other_scale,
    "English: percentage points for percent or percent for points": points_for_percent,
    "English: year one more or one less": other_year,
    "English: rose for fell or fell for rose": opposite,
}
