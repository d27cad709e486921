"""The sample reports and their gold questions agree with each other, and are what their page says they are."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from pathlib import Path

import pytest

from eval.gold.types import GoldItem
from indexer.reports import read_file
from indexer.types import Report

DATA = Path(__file__).parents[2] / "eval" / "data"
SAMPLES = DATA / "samples"
GOLD = DATA / "sample_gold.jsonl"
GB18030 = SAMPLES / "云岭省2022年度法治政府建设情况报告.txt"
PART_NUMBERS = {"": None, "篇一": 1, "篇二": 2}
UNANSWERABLE = "none"

LINES = GOLD.read_text(encoding="utf-8").splitlines()
ITEMS = [GoldItem.model_validate_json(line) for line in LINES]


@pytest.fixture(scope="module")
def reports() -> dict[tuple[str, int | None], Report]:
    """Every sample report by file name and part."""
    readings = [read_file(path) for path in sorted(SAMPLES.iterdir())]
    return {(reading.file, report.part): report for reading in readings for report in reading.reports}


def _named(part: str, reports: Mapping[tuple[str, int | None], Report]) -> list[Report]:
    found = []
    for name in part.split(" | ") if part != UNANSWERABLE else []:
        file, _, number = name.partition("#")
        found.append(reports[file, PART_NUMBERS[number]])
    return found


def test_five_files_give_six_reports(reports: Mapping[tuple[str, int | None], Report]) -> None:
    assert len({file for file, _ in reports}) == 5
    assert len(reports) == 6


def test_ids_are_unique_and_questions_too() -> None:
    assert [item.id for item in ITEMS if Counter(item.id for item in ITEMS)[item.id] > 1] == []
    assert len({item.question for item in ITEMS}) == len(ITEMS)


def test_the_page_counts_the_items_right() -> None:
    page = (DATA / "README.md").read_text(encoding="utf-8")
    assert f"`sample_gold.jsonl`: {len(ITEMS)} questions" in page
    for kind, count in Counter(item.type for item in ITEMS).items():
        assert f"| {kind} | {count} " in page


@pytest.mark.parametrize("item", ITEMS, ids=lambda item: item.id)
def test_evidence_stands_verbatim_in_its_report(
    item: GoldItem, reports: Mapping[tuple[str, int | None], Report]
) -> None:
    named = _named(item.part, reports)
    if item.type == "unanswerable":
        assert (named, item.evidence) == ([], ())
        return
    assert named
    assert item.answers
    if item.type != "metadata":
        assert item.evidence
    for evidence in item.evidence:
        assert "\n" not in evidence
        if item.type != "metadata":  # a title or a 文号 may stand in the file's name alone
            assert any(evidence in report.text for report in named), evidence


def test_evidence_of_a_comparison_follows_the_order_of_its_reports(
    reports: Mapping[tuple[str, int | None], Report],
) -> None:
    for item in ITEMS:
        named = _named(item.part, reports)
        if item.type == "compare" and len(item.evidence) == len(named) > 1:
            for evidence, report in zip(item.evidence, named, strict=True):
                assert evidence in report.text, item.id


def test_masked_items_cite_a_mask() -> None:
    for item in ITEMS:
        if item.type == "masked":
            assert item.answers == ("masked",)
            assert any("*" in evidence for evidence in item.evidence), item.id


def test_language_is_that_of_the_question() -> None:
    for item in ITEMS:
        latin = sum(char.isascii() and char.isalpha() for char in item.question)
        han = sum("\u4e00" <= char <= "\u9fff" for char in item.question)
        assert item.lang == ("en" if latin > han else "zh"), item.id


def test_the_gb18030_sample_needs_gb18030(reports: Mapping[tuple[str, int | None], Report]) -> None:
    raw = GB18030.read_bytes()
    for encoding in ("utf-8", "gbk", "gb2312", "big5", "utf-16"):
        with pytest.raises(UnicodeDecodeError):
            raw.decode(encoding)
    text = raw.decode("gb18030")
    four_bytes = {char for char in text if len(char.encode("gb18030")) == 4}
    assert {"㙍", "𠅤"} <= four_bytes
    assert any(ord(char) > 0xFFFF for char in four_bytes)  # two UTF-16 units, one code point
    report = reports[GB18030.name, None]
    assert report.encoding.lower() == "gb18030"
    assert four_bytes <= set(report.text)


def test_boilerplate_pages_label_every_line_once() -> None:
    for line in (DATA / "boilerplate_pages.jsonl").read_text(encoding="utf-8").splitlines():
        page = json.loads(line)
        lines = {text.strip() for text in page["text"].splitlines() if text.strip()}
        keep, drop = ({text.strip() for text in page[side]} for side in ("keep", "drop"))
        assert keep | drop == lines, page["id"]
        assert not keep & drop, page["id"]
