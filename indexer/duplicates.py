"""Which reports are one report: the same text from two sites or in two formats, a copy with corrections.

Two reports are compared by the runs of SHINGLE letters that they have in common. Which pairs are worth comparing is
told by MinHash signatures in bands (Broder 1997; Leskovec, Rajaraman and Ullman, Mining of Massive Datasets, ch. 3).
Offices write next year's report over this year's, and one district's over another's: what is of another year, region,
body or 文号 is another report, however much it resembles.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from indexer.chinese.dates import CENTURIES
from indexer.chinese.folding import fold
from indexer.chinese.numerals import BELOW_100
from indexer.types import ReadValue, Report

SHINGLE = 4  # letters
# Of pairs that have half of their runs in common 87 % meet in a band; of those with 0.7, 99.98 %.
N_BANDS, BAND = 32, 4
BLOCK = 100_000  # characters taken at a time, so that a text of any length takes little memory
LONG, SAMPLED = 400_000, 8  # characters: ten times a work report; of longer texts one run in so many tells enough
RESEMBLANCE = 0.5  # of the runs of both, at least: what a site puts around a report is less than the report
CONTAINED = 0.8  # of the runs of the shorter: of a text with 3 % of its letters changed, 0.87 are left
CONTAINED_UNTOLD = 0.95  # where one does not say of which year, region or body it is, and their titles differ
SLACK = 0.15  # below RESEMBLANCE, for its estimate: three standard deviations of 128 draws
_YEAR = re.compile(rf"(?<!\d){CENTURIES}(?=年)")
# 一季度 and 二季度, 第2996号 and 第7264号: numbers that tell titles apart.
_NUMBER = re.compile(rf"\d+|[{BELOW_100}零]+(?=[年季月期批次号届])|[上下]半年")

Runs = NDArray[np.uint64]


def copies_of(reports: Sequence[Report]) -> dict[str, tuple[str, ...]]:
    """For each report that has copies their ids, in the order of ``reports``; the first of a group is the one that the
    others were found to resemble."""
    groups = _Groups()
    for report in reports:
        groups.take(report)
    found: dict[str, tuple[str, ...]] = {}
    for group in groups.all:
        for report_id in group.members if len(group.members) > 1 else ():
            found[report_id] = tuple(other for other in group.members if other != report_id)
    return found


@dataclass
class _Group:
    """Copies of ``first``; ``told`` is what any of them says that sets reports apart."""

    first: Report
    signature: Runs
    told: dict[str, object]
    members: list[str] = field(default_factory=list)


class _Groups:
    """Groups so far. A report joins the one whose first it resembles most, or begins one: what resembles the last of a
    chain need not resemble its first."""

    def __init__(self) -> None:
        self.all: list[_Group] = []
        self._in_band: dict[bytes, list[int]] = {}
        draws = np.random.default_rng(0).integers(1, 2**63, (2, N_BANDS * BAND), np.uint64)
        self._factors, self._terms = draws[0] | np.uint64(1), draws[1]

    def take(self, report: Report) -> None:
        runs = runs_of(report.text)
        if not len(runs):
            return  # too short to be told from another
        signature = self._signature(runs)
        bands = [bytes([at]) + band.tobytes() for at, band in enumerate(signature.reshape(N_BANDS, BAND))]
        told = _told(report)
        best: tuple[float, _Group] | None = None
        for at in sorted({at for band in bands for at in self._in_band.get(band, ())}):
            group = self.all[at]
            estimate = float(np.mean(group.signature == signature))
            if estimate < RESEMBLANCE - SLACK or not _may_be_one(told, group.told):
                continue
            own, other = runs, runs_of(group.first.text)
            if _is_long(report.text) != _is_long(group.first.text):
                own, other = _sampled(own), _sampled(other)
            resemblance, contained = alike(own, other)
            if (
                resemblance >= RESEMBLANCE
                and contained >= _bar(report, told, group)
                and (not best or resemblance > best[0])
            ):
                best = resemblance, group
        if best is None:
            for band in bands:
                self._in_band.setdefault(band, []).append(len(self.all))
            self.all.append(best_group := _Group(report, signature, {}))
        else:
            best_group = best[1]
        best_group.members.append(report.report_id)
        best_group.told |= {name: value for name, value in told.items() if value}

    def _signature(self, runs: Runs) -> Runs:
        """(N_BANDS * BAND,) the least of the runs under each of as many orders; it wraps, as it should."""
        return np.array(
            [(runs * factor + term).min() for factor, term in zip(self._factors, self._terms, strict=True)], np.uint64
        )


def runs_of(text: str) -> Runs:
    """The runs of SHINGLE letters and digits of ``text``, folded, as numbers: sorted, each once; of a LONG text one in
    SAMPLED. Marks and white space, in which formats differ, do not count."""
    found: list[Runs] = []
    last = ""
    for start in range(0, len(text), BLOCK):
        letters = last + "".join(filter(str.isalnum, fold(text[start : start + BLOCK])))
        runs = _runs_of_letters(letters)
        found.append(_sampled(runs) if _is_long(text) else runs)
        last = letters[-(SHINGLE - 1) :]
    return np.unique(np.concatenate(found)) if found else np.empty(0, np.uint64)


def _runs_of_letters(letters: str) -> Runs:
    codes = np.frombuffer(letters.encode("utf-32-le", "surrogatepass"), np.uint32).astype(np.uint64)
    if len(codes) < SHINGLE:
        return np.empty(0, np.uint64)
    # A code point has 21 bits: three fill a number, and the fourth is spread over it.
    runs = np.zeros(len(codes) - SHINGLE + 1, np.uint64)
    for at in range(SHINGLE):
        runs = (runs ^ codes[at : len(codes) - SHINGLE + 1 + at]) * np.uint64(0x9E3779B97F4A7C15)
        runs ^= runs >> np.uint64(29)
    return runs


def _is_long(text: str) -> bool:
    return len(text) > LONG


def _sampled(runs: Runs) -> Runs:
    return np.asarray(runs[runs % np.uint64(SAMPLED) == 0])


def alike(one: Runs, other: Runs) -> tuple[float, float]:
    """Their resemblance (what they have in common, of what either has) and how much of the shorter is in the other."""
    both = len(np.intersect1d(one, other, assume_unique=True))
    return both / (len(one) + len(other) - both), both / min(len(one), len(other))


def _told(report: Report) -> dict[str, object]:
    """What sets reports apart; empty where it is not said."""
    metadata = report.metadata
    title = _digits(metadata.title) if metadata.title.origin in ("text", "manifest") else ()
    years = Counter(_YEAR.findall(fold(report.text)))
    return {
        "year": _value(metadata.year),
        # Where none is said to be its year, the one it writes of most; of as frequent ones the latest.
        "most": max(years, key=lambda year: (years[year], year), default=""),
        "region": metadata.region_path or _value(metadata.region),
        "body": _value(metadata.issuing_body),
        "number": _value(metadata.document_number),
        "title": title,
    }


def _may_be_one(one: Mapping[str, object], other: Mapping[str, object]) -> bool:
    """Whether nothing that both say speaks against it."""
    names = ["year", "region", "body", "number", "title"]
    if not (one.get("year") and other.get("year")):
        names.append("most")
    return all(one[name] == other[name] for name in names if one.get(name) and other.get(name))


def _bar(report: Report, told: Mapping[str, object], group: _Group) -> float:
    """How much of the shorter has to be in the other, if ``report`` is one of ``group``."""
    untold = any(not (told[name] and group.told.get(name)) for name in ("year", "region", "body"))
    same_title = _letters(report.title) == _letters(group.first.title)
    return CONTAINED_UNTOLD if untold and not same_title else CONTAINED


def _value(read: ReadValue | None) -> str:
    return "" if read is None else _letters(read.value)


def _letters(text: str) -> str:
    return "".join(filter(str.isalnum, fold(text)))


def _digits(title: ReadValue) -> tuple[str, ...]:
    return tuple(sorted(_NUMBER.findall(fold(title.value))))


def groups_in(copies: Mapping[str, Iterable[str]]) -> list[tuple[str, ...]]:
    """The groups that ``copies_of`` found, each once, by their first."""
    found: dict[str, tuple[str, ...]] = {}
    seen: set[str] = set()
    for report_id, others in copies.items():
        if report_id not in seen:
            found[report_id] = (report_id, *others)
            seen.update(found[report_id])
    return list(found.values())
