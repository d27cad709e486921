"""Several reports in one file, told from a mention of 篇 and from a table of contents."""

from __future__ import annotations

from pathlib import Path

import pytest

from indexer.compilations import MIN_PART_CHARS, parts
from indexer.types import FileReading

BODY = "全省各级政府把依法行政摆在突出位置，基础工作明显加强。" * 5
assert len(BODY) >= MIN_PART_CHARS


@pytest.mark.parametrize(
    ("one", "two"),
    [
        ("(篇一)", "(篇二)"),
        ("（篇一）", "（篇二）"),
        ("【篇一】", "【篇二】"),
        ("(第一篇)", "(第二篇)"),
        ("篇一：", "篇二："),
        ("第一篇", "第二篇"),
        ("（ 篇一 ）", "（ 篇二 ）"),
    ],
)
def test_marks_of_parts(one: str, two: str) -> None:
    text = f"调研材料\n{one}\n{BODY}\n{two}\n{BODY}\n"
    found = parts(text)
    assert [part.number for part in found] == [1, 2]
    assert [part.span.of(text) for part in found] == [BODY, BODY]


def test_marks_inside_a_line_follow_white_space() -> None:
    text = f"调研材料 (篇一) {BODY} (篇二) 、{BODY}"
    assert [part.span.of(text) for part in parts(text)] == [BODY, BODY]
    assert parts(f"见调研材料(篇一)。{BODY}另见(篇二)。{BODY}") == ()


@pytest.mark.parametrize(
    "text",
    [
        "",
        BODY,
        f"(篇一) {BODY}",  # one alone
        f"(篇二) {BODY} (篇三) {BODY}",  # no first
        f"(篇一) 短 (篇二) 短 {BODY}",  # a table of contents
        f"(篇一) {BODY} (篇三) {BODY}",  # one is missing
        f"第一部分\n{BODY}\n第二部分\n{BODY}",
        f"{BODY}写好“三农”大文章，第一篇是产业，第二篇是生态。{BODY}",
    ],
)
def test_what_is_no_compilation(text: str) -> None:
    assert parts(text) == ()


def test_a_table_of_contents_before_the_parts_is_passed_over() -> None:
    text = f"目录\n篇一 北沅省\n篇二 砚海省\n篇一\n{BODY}\n篇二\n{BODY}"
    assert [part.span.of(text) for part in parts(text)] == [BODY, BODY]


def test_twelve_parts() -> None:
    numbers = "一 二 三 四 五 六 七 八 九 十 十一 十二".split()
    text = "\n".join(f"（篇{number}）\n{BODY}{number}" for number in numbers)
    assert [part.span.of(text) for part in parts(text)] == [f"{BODY}{number}" for number in numbers]


def test_the_sample_and_the_seed(readings: dict[Path, FileReading]) -> None:
    several = {path: reading for path, reading in readings.items() if len(reading.reports) > 1}
    assert sorted(path.parent.name for path in several) == ["samples", "seed"]
    for reading in several.values():
        assert [report.part for report in reading.reports] == [1, 2]
        assert [report.title[-4:] for report in reading.reports] == ["(篇一)", "(篇二)"]
        assert not any("篇一" in report.text or "篇二" in report.text for report in reading.reports)
