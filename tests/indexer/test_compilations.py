"""Several reports in one file, told from a mention of 篇 and from a table of contents."""

from __future__ import annotations

from pathlib import Path

import pytest

from indexer.compilations import MIN_PART_CHARS, parts, title_of_whole
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
        ("（篇1）", "（篇2）"),
        ("（篇１）", "（篇２）"),
        ("篇1：", "篇2："),
        ("篇一、", "篇二、"),
        ("# 篇一", "# 篇二"),
        ("**篇一**", "**篇二**"),
        ("〔篇一〕", "〔篇二〕"),
        ("--篇一--", "--篇二--"),
        ("——篇一——", "——篇二——"),
        ("◆篇一", "◆篇二"),
        ("第1篇", "第2篇"),
        ("篇之一", "篇之二"),
        ("依法行政调研报告篇一", "依法行政调研报告篇二"),
        ("依法行政调研报告(篇一)", "依法行政调研报告(篇二)"),
        ("## 依法行政调研报告【篇1】", "## 依法行政调研报告【篇2】"),
        ("**依法行政调研报告 第一篇**", "**依法行政调研报告 第二篇**"),
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
        f"第一篇章\n{BODY}\n第二篇章\n{BODY}",
        f"开篇一年\n{BODY}\n开篇二年\n{BODY}",
        f"篇幅一\n{BODY}\n篇幅二\n{BODY}",
        f"“第一篇”已经写就。\n{BODY}\n“第二篇”正在展开。\n{BODY}",
        f"第一篇，产业。\n{BODY}\n第二篇，生态。\n{BODY}",
        f"{BODY}这是文章的第一篇。\n{BODY}\n{BODY}那是文章的第二篇。\n{BODY}",
        f"第一篇 总论\n第一章 甲\n{BODY}\n第二篇 分论\n第二章 乙\n{BODY}",  # the books of one plan
        f"{BODY}写好“三农”大文章，第一篇是产业，第二篇是生态。{BODY}",
    ],
)
def test_what_is_no_compilation(text: str) -> None:
    assert parts(text) == ()


def test_a_table_of_contents_before_the_parts_is_passed_over() -> None:
    text = f"目录\n篇一 北沅省\n篇二 砚海省\n篇一\n{BODY}\n篇二\n{BODY}"
    assert [part.span.of(text) for part in parts(text)] == [BODY, BODY]


def test_a_title_before_the_mark_is_the_part_s() -> None:
    text = f"依法行政调研报告篇一\n{BODY}\n## 依法行政调研报告(篇二)\n{BODY}"
    assert [(part.title, part.mark) for part in parts(text)] == [
        ("依法行政调研报告", "依法行政调研报告篇一"),
        ("依法行政调研报告", "依法行政调研报告(篇二)"),
    ]


def test_a_title_may_follow_the_mark_in_its_line() -> None:
    text = f"篇一：关于甲\n{BODY}\n篇二：关于乙\n{BODY}"
    assert [part.span.of(text).splitlines()[0] for part in parts(text)] == ["关于甲", "关于乙"]


def test_twelve_parts() -> None:
    numbers = "一 二 三 四 五 六 七 八 九 十 十一 十二".split()
    text = "\n".join(f"（篇{number}）\n{BODY}{number}" for number in numbers)
    assert [part.span.of(text) for part in parts(text)] == [f"{BODY}{number}" for number in numbers]


def test_of_all_files_the_sample_and_the_seed_hold_two(readings: dict[Path, FileReading]) -> None:
    several = {path: reading for path, reading in readings.items() if len(reading.reports) > 1}
    assert {path.parent.name for path in several} == {"samples", "seed"} & {path.parent.name for path in readings}
    for reading in several.values():
        assert [report.part for report in reading.reports] == [1, 2]
        assert [report.title[-4:] for report in reading.reports] == ["(篇一)", "(篇二)"]
        assert not any("篇一" in report.text or "篇二" in report.text for report in reading.reports)


@pytest.mark.parametrize(
    ("line", "title"),
    [
        ("# 2023年调研报告(3篇)", "2023年调研报告"),
        ("2023年调研报告（精选三篇）", "2023年调研报告"),
        ("2023年调研报告【最新3篇】", "2023年调研报告"),
        ("2023年调研报告共3篇", "2023年调研报告"),
        ("2023年调研报告 3篇", "2023年调研报告"),
        ("2023年调研报告(5篇)", "2023年调研报告(5篇)"),  # not their number: then it says something else
        ("2023年调研报告(修订)", "2023年调研报告(修订)"),
    ],
)
def test_the_number_of_parts_is_no_part_of_their_title(line: str, title: str) -> None:
    assert title_of_whole(f"{line}\n转载自某网\n", 3) == title
