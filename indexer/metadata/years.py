"""Of which year a report is, of which year it tells, and its date."""

from __future__ import annotations

import re
from collections.abc import Sequence

from indexer.chinese.dates import CENTURIES, DAY, HAN_YEAR, MASKED_YEAR, YEAR, YEAR_IN_DIGITS, iso, year_in_digits
from indexer.chinese.folding import fold
from indexer.metadata.form import of_form
from indexer.metadata.kinds import GOVERNMENT, LETTERS, OF_THEIR_YEAR
from indexer.metadata.lines import HEAD_LINES, SHORT_CHARS, Clues, inside, read
from indexer.sentences import sentences
from indexer.types import ReadValue, Span

_YEAR_LINE = re.compile(rf"[(\[]\s*(?:{CENTURIES}|{HAN_YEAR})\s?年度?\s*[)\]]")
# A folder that is named for a year, and not for a span of years or a title.
_FOLDER_YEAR = re.compile(rf"(?P<year>{CENTURIES})(?:年度?[^\d\-—~～至]{{0,8}})?")
# 2021年工作回顾, “十三五”时期发展成就和2020年主要工作: what a section over the past is called; and not 2021年工作安排.
_REVIEW = re.compile(
    rf"(?P<year>{CENTURIES}|{HAN_YEAR})\s?年(?:度|以来)?的?(?:(?:主要|政府|重点|各项)?工作"
    r"(?!报告|安排|任务|目标|计划|部署|建议|要点|思路|打算|重点|总体)|.{0,8}(?:回顾|成绩|成效|成就|总结|完成情况))"
)
_WHOLE_YEAR = re.compile(rf"(?P<year>{CENTURIES}|{HAN_YEAR})\s?年度")
_PERIOD_BEFORE = re.compile(r"\d年?\s*[-—–~～至]\s*$")

# A sentence, and where a news agency says when it sent what it sent.
_NO_DATELINE = re.compile(r"(?<!作政府工作报告)。$|^新华社.{2,24}电")


def year_of(clues: Clues, date: ReadValue | None, kind: ReadValue | None) -> ReadValue | None:
    """The year that the report is called by; of an official letter the year that it was written in."""
    named = [*clues.named, *_lines(clues, _YEAR_LINE), *clues.stem]
    if named and MASKED_YEAR.search(fold(named[0].value)):
        return None
    dated = date.model_copy(update={"value": date.value[:4]}) if date else None
    if dated and kind and kind.value in LETTERS:
        return dated
    for pattern in (YEAR, YEAR_IN_DIGITS):
        for value in named:
            match = pattern.search(fold(value.value))
            if match and not _PERIOD_BEFORE.search(fold(value.value)[: match.start()]):
                return inside(value, *match.span("year"), year_in_digits(match["year"]))
    return dated or next(
        (
            ReadValue(value=match["year"], origin=folder.origin)
            for folder in clues.folders
            if (match := _FOLDER_YEAR.fullmatch(folder.value))
        ),
        None,
    )


def year_told(clues: Clues, year: ReadValue | None, kind: ReadValue | None) -> ReadValue | None:
    """The last whole year that the report tells of: what its review is headed with, else what its kind has by custom.

    A 政府工作报告 of 2022 tells of 2021, a 统计公报 of 2021 of that year, and an official letter of the one whose rules
    or figures it gives out: 关于2024年度…的通知, written in 2023."""
    if year is None or kind is None:
        return None
    if kind.value in LETTERS:
        told_of = _whole_year_in_title(clues)
        return told_of if told_of and told_of.value != year.value else None  # of its own, which is not over
    if kind.value in OF_THEIR_YEAR:
        return year
    if kind.value != GOVERNMENT:
        return None
    for line in clues.lines:
        if len(line) <= SHORT_CHARS and (match := _REVIEW.search(fold(line.of(clues.text)))):
            told = year_in_digits(match["year"])
            if told < year.value:
                span = Span(start=line.start + match.start("year"), end=line.start + match.end("year"))
                return ReadValue(value=told, origin="text", span=span)
    return year.model_copy(update={"value": str(int(year.value) - 1)})


def _whole_year_in_title(clues: Clues) -> ReadValue | None:
    """The only 2024年度 that the title, or else the name, has."""
    for value in (*clues.named, *clues.stem):
        found = {match["year"]: match for match in _WHOLE_YEAR.finditer(fold(value.value))}
        if len(found) == 1:
            ((year, match),) = found.items()
            return inside(value, *match.span("year"), year_in_digits(year))
    return None


def date_of(clues: Clues) -> ReadValue | None:
    """The date of the form, or of the signature, or the latest among the subtitle and datelines (a statute lists its
    revisions), or of the file's name."""
    text, head, tail = clues.text, clues.head, clues.tail
    stated = of_form(clues, "date")
    match = DAY.search(fold(stated.value)) if stated else None
    if stated and match and (as_iso := iso(match)):
        return inside(stated, *match.span(), as_iso)
    found: list[ReadValue] = []
    datelines = [
        line for line in clues.lines[:HEAD_LINES] if DAY.match(fold(line.of(text))) and "。" not in line.of(text)
    ]
    for line in [*(line for line in reversed(tail) if len(line) <= 16), *head, *datelines]:
        if len(sentences(text, line)) != 1 or _NO_DATELINE.search(line.of(text)):
            continue
        match = DAY.search(fold(line.of(text)))
        as_iso = iso(match) if match else None
        if match and as_iso:
            span = Span(start=line.start + match.start(), end=line.start + match.end())
            found.append(ReadValue(value=as_iso, origin="text", span=span))
            if line in tail and line not in head:
                break
    return max(found, key=lambda value: value.value, default=None) or _of_name(clues.stem)


def _of_name(stem: Sequence[ReadValue]) -> ReadValue | None:
    match = DAY.search(fold(stem[0].value)) if stem else None
    as_iso = iso(match) if match else None
    return ReadValue(value=as_iso, origin="file_name") if as_iso else None


def _lines(clues: Clues, pattern: re.Pattern[str]) -> list[ReadValue]:
    return [read(clues.text, line) for line in clues.head if pattern.fullmatch(fold(line.of(clues.text)))]
