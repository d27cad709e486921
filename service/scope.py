"""Whose figures, of which year: the region and year a question names, against those of a chunk.

In a folder of yearly reports nearly every sentence has a twin in the next report. The report of 2023 tells the figures
of 2022 under “2022年工作回顾”, so a chunk belongs to the year of its nearest heading that names one, and to the year of
its report only when none does.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from indexer.chinese.dates import CENTURIES
from indexer.types import Chunk, ReportSummary

_YEAR = re.compile(rf"(?<!\d)({CENTURIES})(?!\d)")
_COMPONENT = re.compile(r"(?<![^省市州县区旗盟])[^省市州县区旗盟]+[省市州县区旗盟]")
_SUFFIX = re.compile(r"(?:特别行政区|(?:壮族|回族|维吾尔)?自治区|自治州|自治县|[省市州县区旗盟])$")


@dataclass(frozen=True)
class Scope:
    """Years and regions; empty: none named."""

    years: frozenset[str]
    regions: frozenset[str]


def asked_scope(question: str, names: Mapping[str, str]) -> Scope:
    """The years that stand in ``question``, and the regions it names; ``names``: region to what people call it."""
    return Scope(
        years=frozenset(_YEAR.findall(question)),
        regions=frozenset(region for region, name in names.items() if name in question),
    )


def scope_of(chunk: Chunk, report: ReportSummary) -> Scope:
    """The years and the region that ``chunk`` speaks of."""
    headings = (frozenset(_YEAR.findall(heading)) for heading in reversed(chunk.heading_path))
    years = next((found for found in headings if found), frozenset({report.year} if report.year else ()))
    return Scope(years=years, regions=frozenset({report.region} if report.region else ()))


def agreement(asked: Scope, own: Scope, text: str) -> float:
    """Share of what is asked (a year, a region) that ``own`` or the text itself names, in [0, 1]; 0 if nothing is."""
    tests = []
    if asked.years:
        tests.append(bool(asked.years & own.years) or any(year in text for year in asked.years))
    if asked.regions:
        tests.append(bool(asked.regions & own.regions))
    return sum(tests) / len(tests) if tests else 0.0


def stem(region: str) -> str:
    """What people call a region: ``广西壮族自治区`` is 广西, ``深圳市光明区`` is 光明. One character is no name."""
    components = _COMPONENT.findall(region) or [region]
    short = _SUFFIX.sub("", components[-1])
    return short if len(short) >= 2 else str(components[-1])
