"""Years and dates of a sentence against those of its sources, and against what these inherit."""

from __future__ import annotations

import re
from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from itertools import pairwise

from indexer.chinese.dates import CENTURIES, MASKED_YEAR, years_in
from indexer.chinese.numerals import BELOW_100, value
from service.verify.evidence import RELATIVE_YEARS, Cited, Evidence, Fault
from service.verify.reading import Reading

_OF_REPORT = re.compile(rf"{CENTURIES}年?度?(?=[^,，。、年]{{0,12}}报告)")
_PART = re.compile(rf"(?P<number>[\d零{BELOW_100}]+)(?P<unit>[年月日])|(?P<rough>底|初|[上中下]旬)")
_AFTER_CHARS = 6


def years_hold(sentence: Reading, evidence: Evidence) -> Iterator[Fault | None]:
    """For each year that ``sentence`` names, None where a source is of that year.

    One that only a heading or the report's own year has is right where no year of the source is left out for it."""
    text = _OF_REPORT.sub("", sentence.text)
    said: AbstractSet[str] = years_in(text)
    for year in sorted(years_in(sentence.text) - said):  # of the report
        holds = any(year in one.years_of_report for one in evidence.cited)
        yield None if holds else Fault("contradicted", year, _years(evidence.cited))
    for word, by in RELATIVE_YEARS:
        if re.search(word, text) and not any(re.search(word, one.text) for one in evidence.cited):
            meant = {str(one.year + by) for one in evidence.cited if one.year}
            if meant and not any(meant & (one.years | one.years_inherited) for one in evidence.cited):
                yield Fault("contradicted", word.split("|")[0], _years(evidence.cited))
            elif meant:
                said |= meant
    written = frozenset().union(*(years_in(one.text) for one in evidence.cited))
    known = frozenset().union(*(one.years | one.years_inherited for one in evidence.cited))
    for year in sorted(said):
        if year in written:
            most = max(one.text.count(year) for one in evidence.cited)
            is_twice = written - said and text.count(year) > most
            yield _contradicted(year, written - said) if is_twice else _misplaced(year, sentence, evidence)
        elif masked := _masked(year, text, evidence):
            yield Fault("contradicted", year, masked[0])
        elif year in known:
            # What only the headings tell may be said beside what stands there, and not for it.
            yield _misplaced(year, sentence, evidence) if written <= said else _contradicted(year, written)
        else:
            yield _contradicted(year, known) if known else Fault("not_found", year)


def _contradicted(year: str, years: AbstractSet[str]) -> Fault:
    return Fault("contradicted", year, "、".join(sorted(years)))


def _masked(year: str, text: str, evidence: Evidence) -> re.Match[str] | None:
    """What is masked in a source where a year is told: **年, or stars before what stands behind ``year``."""
    behind = re.escape(text[text.find(year) + len(year) :][:2])
    patterns = (MASKED_YEAR, re.compile(rf"\d?\*+{behind}")) if len(behind) > 1 else (MASKED_YEAR,)
    found = (pattern.search(one.text) for one in evidence.cited for pattern in patterns)
    return next((match for match in found if match), None)


def _years(cited: tuple[Cited, ...]) -> str | None:
    return "、".join(sorted(frozenset().union(*(one.years or one.years_inherited for one in cited)))) or None


def _misplaced(year: str, sentence: Reading, evidence: Evidence) -> Fault | None:
    """Where the words behind a year are those that stand behind another in the sources."""
    for match in re.finditer(year, sentence.text):
        behind = _behind(sentence.text, match.end())
        theirs = [
            (len(behind & _behind(one.text, other.end())), other[0])
            for one in evidence.cited
            for other in re.finditer(rf"(?<!\d){CENTURIES}(?!\d)", one.text)
        ]
        own = max((n for n, other in theirs if other == year), default=0)
        best = max((pair for pair in theirs if pair[1] != year), default=(0, ""))
        if best[0] >= own + 2:
            return Fault("contradicted", year, best[1])
    return None


def _behind(text: str, at: int) -> frozenset[str]:
    rest = re.split(rf"[,。;]|{CENTURIES}", text[at : at + 2 * _AFTER_CHARS])[0]
    return frozenset(map("".join, pairwise(rest.lstrip("年"))))


def dates_hold(sentence: Reading, evidence: Evidence) -> Iterator[Fault | None]:
    """For each month or day of ``sentence``, None where a source has the same, or a nearer one."""
    theirs = [other for reading in evidence.readings for other in reading.amounts if other.unit == "日期"]
    for amount in sentence.amounts:
        if amount.unit == "日期":
            wanted = _parts(amount.text)
            holds = any(wanted <= _parts(other.text) for other in theirs) or _parts_in(wanted, evidence)
            nearest = max(theirs, key=lambda other: len(wanted & _parts(other.text)), default=None)
            fault = Fault("contradicted", amount.text, nearest.text) if nearest else Fault("not_found", amount.text)
            yield None if holds else fault


def _parts_in(wanted: frozenset[str], evidence: Evidence) -> bool:
    """A year that is inherited before a month that stands there: 2022年3月 where the report of 2022 has 3月."""
    theirs = [_parts(other.text) for reading in evidence.readings for other in reading.amounts if other.unit == "日期"]
    years = {part for part in wanted if part.endswith("年")}
    rest = wanted - years
    masked = any(MASKED_YEAR.search(one.text) for one in evidence.cited)
    return not masked and any(rest <= other and not any(part.endswith("年") for part in other) for other in theirs)


def _parts(date: str) -> frozenset[str]:
    return frozenset(
        match["rough"] or f"{_in_digits(match['number'])}{match['unit']}" for match in _PART.finditer(date)
    )


def _in_digits(number: str) -> str:
    read = value(number)
    return number if read is None else f"{read:f}"
