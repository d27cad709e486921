"""What a converter gives, and how the texts of a public set become reports."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Literal

from opencc import OpenCC

from eval.errors import GoldError
from eval.gold.types import GoldItem
from indexer.errors import ReadError
from indexer.reports import reading_of

MAX_NAME_CHARS = 60
N_SHOWN = 5
_UNSAFE = re.compile(r"[^\w.()（）《》·-]+")
_HAN = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003fffd]")
_LATIN_WORD = re.compile(r"[A-Za-z]+")
_OF_QUESTIONS = frozenset("what which who whom whose when where why how is are was were do does did has have".split())


@dataclass(frozen=True)
class Converted:
    """Gold items, the reports that they are asked of (file name to text), and what is to be said about both."""

    items: tuple[GoldItem, ...]
    reports: Mapping[str, str]
    notes: tuple[str, ...] = ()

    def noting(self, note: str) -> Converted:
        """The same with one more note."""
        return replace(self, notes=(*self.notes, note))

    def write_reports(self, folder: Path) -> None:
        """Write each report as a UTF-8 file. Raises GoldError when that cannot be done."""
        try:
            folder.mkdir(parents=True, exist_ok=True)
            for name, text in self.reports.items():
                (folder / name).write_bytes(text.encode("utf-8", "replace"))
        except OSError as error:
            raise GoldError(f"the reports cannot be written to {folder}: {error.strerror}") from error


class Names:
    """File names for the texts of a set: readable, safe on every file system, and different from each other."""

    def __init__(self) -> None:
        self._taken: set[str] = set()

    def file_name(self, key: str) -> str:
        """A name for the text called ``key``; keys must differ. Where the name had to be changed, or differs from an
        earlier one by case alone, part of the key's checksum keeps it apart."""
        name = _UNSAFE.sub("_", key)[:MAX_NAME_CHARS].strip("._ ")
        if name != key or name.casefold() in self._taken:
            name = f"{name}-{hashlib.sha256(key.encode('utf-8', 'surrogatepass')).hexdigest()[:8]}"
        self._taken.add(name.casefold())
        return f"{name}.txt"


def canonical_texts(name: str, text: str) -> tuple[str, ...]:
    """What the indexer will make of ``text`` in the file ``name``: a canonical text a report, none when it refuses."""
    try:
        return tuple(report.text for report in reading_of(text.encode("utf-8", "replace"), name).reports)
    except ReadError:
        return ()


def language_of(question: str) -> Literal["zh", "zh-Hant", "en"]:
    """English when it has more Latin letters than Han characters, and as many words, or one that English questions are
    made of (who sang 《Sexy Love》 is asked in Chinese too); traditional Chinese when making it simplified changes more
    characters than making it traditional."""
    n_han = len(_HAN.findall(question))
    words = _LATIN_WORD.findall(question)
    if sum(map(len, words)) > n_han and (len(words) >= n_han or not _OF_QUESTIONS.isdisjoint(map(str.lower, words))):
        return "en"
    return "zh-Hant" if _n_changed(question, "t2s") > _n_changed(question, "s2t") else "zh"


def without_repeated_ids(items: Iterable[GoldItem], path: Path) -> tuple[GoldItem, ...]:
    """``items``. Raises GoldError when two have the same id."""
    held = tuple(items)
    repeated = [item_id for item_id, count in Counter(item.id for item in held).items() if count > 1]
    if repeated:
        raise GoldError(f"{path}: ids must differ, and these stand there more than once: {listed(repeated)}")
    return held


def listed(names: Iterable[str]) -> str:
    """Some names for a message: the first few, and how many more there are."""
    held = list(names)
    more = len(held) - N_SHOWN
    return ", ".join(held[:N_SHOWN]) + (f" and {more} more" if more > 0 else "")


def _n_changed(text: str, conversion: str) -> int:
    converted: str = _opencc(conversion).convert(text)
    return abs(len(converted) - len(text)) + sum(one != other for one, other in zip(text, converted, strict=False))


@cache
def _opencc(conversion: str) -> OpenCC:
    return OpenCC(conversion)
