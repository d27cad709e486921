"""Which reports are one report: the same text from two sites or in two formats, a copy with corrections.

Two reports are compared by the runs of SHINGLE letters that they have in common. Which pairs are worth comparing is
told by MinHash signatures in bands (Broder 1997; Leskovec, Rajaraman and Ullman, Mining of Massive Datasets, ch. 3).
Offices write next year's report over this year's, and one district's over another's: what is of another year, region,
body or 文号 is another report, however much it resembles.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from indexer.chinese.folding import fold
from indexer.told import ByTold, Told, letters, may_be_one, told
from indexer.types import Report

SHINGLE = 4  # letters
# Of pairs that have half of their runs in common 87 % meet in a band; of those with 0.7, 99.98 %.
N_BANDS, BAND = 32, 4
BLOCK = 100_000  # characters taken at a time, so that a text of any length takes little memory
LONG, SAMPLED = 400_000, 8  # characters: ten times a work report; of longer texts one run in so many tells enough
RESEMBLANCE = 0.5  # of the runs of both, at least: what a site puts around a report is less than the report
CONTAINED = 0.8  # of the runs of the shorter: of a text with 3 % of its letters changed, 0.87 are left
CONTAINED_UNTOLD = 0.95  # where one does not say of which year, region or body it is, and their titles differ
SLACK = 0.15  # below RESEMBLANCE, for its estimate: three standard deviations of 128 draws
MOST_COMPARED = 20  # groups whose runs a report is compared with: those that resemble it most by the estimate

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
    told: dict[str, object]
    members: list[str] = field(default_factory=list)


class _Groups:
    """Groups so far. A report joins the one whose first it resembles most, or begins one: what resembles the last of a
    chain need not resemble its first."""

    def __init__(self) -> None:
        self.all: list[_Group] = []
        self._by_told = ByTold()
        self._in_band: dict[bytes, list[int]] = {}
        self._signatures = np.empty((0, N_BANDS * BAND), np.uint64)  # of the groups' firsts, and room for more
        draws = np.random.default_rng(0).integers(1, 2**63, (2, N_BANDS * BAND), np.uint64)
        self._factors, self._terms = draws[0] | np.uint64(1), draws[1]

    def take(self, report: Report) -> None:
        runs = runs_of(report.text)
        if not len(runs):
            return  # too short to be told from another
        signature = self._signature(runs)
        tells = told(report)
        found: list[tuple[float, int]] = []
        n_compared = 0
        for at in self._near(signature, tells):
            group = self.all[at]
            if not may_be_one(tells, group.told):
                continue
            if n_compared == MOST_COMPARED:
                break
            n_compared += 1
            own, other = runs, runs_of(group.first.text)
            if _is_long(report.text) != _is_long(group.first.text):
                own, other = _sampled(own), _sampled(other)
            resemblance, contained = alike(own, other)
            if resemblance >= RESEMBLANCE and contained >= _bar(report, tells, group):
                found.append((resemblance, -at))
        at = -max(found)[1] if found else self._begin(report, signature)
        group = self.all[at]
        group.members.append(report.report_id)
        group.told |= {name: value for name, value in tells.items() if value}
        self._by_told.put(at, dict(group.told))

    def _near(self, signature: Runs, tells: Told) -> list[int]:
        """The groups that may resemble what has this signature, those first that do so most by the estimate."""
        in_bands = [self._in_band.get(band, ()) for band in _bands(signature)]
        by_told = self._by_told.may_be_one(tells)
        # Of many reports that are all alike each band has nearly all.
        few = set(by_told) if len(by_told) <= sum(map(len, in_bands)) else set().union(*in_bands)
        numbers = np.array(sorted(few), np.int64)
        same = self._signatures[numbers] == signature
        estimates = same.mean(axis=1)
        meet = same.reshape(-1, N_BANDS, BAND).all(axis=2).any(axis=1)
        near = np.flatnonzero(meet & (estimates >= RESEMBLANCE - SLACK))
        return list(map(int, numbers[near[np.argsort(-estimates[near], kind="stable")]]))

    def _begin(self, report: Report, signature: Runs) -> int:
        """The number of a new group, whose first is ``report``."""
        at = len(self.all)
        self.all.append(_Group(report, {}))
        for band in _bands(signature):
            self._in_band.setdefault(band, []).append(at)
        if at == len(self._signatures):
            self._signatures = np.concatenate((self._signatures, np.empty((at + 64, N_BANDS * BAND), np.uint64)))
        self._signatures[at] = signature
        return at

    def _signature(self, runs: Runs) -> Runs:
        """(N_BANDS * BAND,) the least of the runs under each of as many orders; it wraps, as it should."""
        return np.array(
            [(runs * factor + term).min() for factor, term in zip(self._factors, self._terms, strict=True)], np.uint64
        )


def _bands(signature: Runs) -> list[bytes]:
    return [bytes([at]) + band.tobytes() for at, band in enumerate(signature.reshape(N_BANDS, BAND))]


def runs_of(text: str) -> Runs:
    """The runs of SHINGLE letters and digits of ``text``, folded, as numbers: sorted, each once; of a LONG text one in
    SAMPLED. Marks and white space, in which formats differ, do not count."""
    found: list[Runs] = []
    last = ""
    for start in range(0, len(text), BLOCK):
        letters = last + "".join(filter(str.isalnum, fold(text[start : start + BLOCK])))
        runs = _runs_ofletters(letters)
        found.append(_sampled(runs) if _is_long(text) else runs)
        last = letters[-(SHINGLE - 1) :]
    return np.unique(np.concatenate(found)) if found else np.empty(0, np.uint64)


def _runs_ofletters(letters: str) -> Runs:
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


def _bar(report: Report, tells: Told, group: _Group) -> float:
    """How much of the shorter has to be in the other, if ``report`` is one of ``group``."""
    untold = any(not (tells[name] and group.told.get(name)) for name in ("year", "region", "body"))
    same_title = letters(report.title) == letters(group.first.title)
    return CONTAINED_UNTOLD if untold and not same_title else CONTAINED


def groups_in(copies: Mapping[str, Iterable[str]]) -> list[tuple[str, ...]]:
    """The groups that ``copies_of`` found, each once, by their first."""
    found: dict[str, tuple[str, ...]] = {}
    seen: set[str] = set()
    for report_id, others in copies.items():
        if report_id not in seen:
            found[report_id] = (report_id, *others)
            seen.update(found[report_id])
    return list(found.values())
