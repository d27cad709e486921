"""Tables in Markdown and in plain text: rows with heads, and nothing but what the file holds and what is told."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from indexer.readers.text import read_text
from indexer.reports import reading_of

CELLS = st.text(alphabet="甲乙丙19.|*：；-%\\ \t", max_size=6)


def lines(text: str) -> list[str]:
    return read_text(text.encode()).text.splitlines()


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("|区|2022年|\n|---|--:|\n|甲|1|\n", ["区；2022年", "区：甲；2022年：1"]),
        ("区 | 数\n:-: | -\n甲 | 1\n\n正文。", ["区；数", "区：甲；数：1", "", "正文。"]),
        ("|区|数|\n|-|-|\n|甲|\n|乙|2|3|", ["区；数", "区：甲", "区：乙；数：2"]),
        ("|区|数|\n|-|-|\n|甲\\|乙|1<br>2|", ["区；数", "区：甲|乙；数：1 2"]),
        ("|区|数|\n|-|-|-|\n|甲|1|", ["|区|数|", "|-|-|-|", "|甲|1|"]),  # the rule has another number of columns
        ("```\n|区|数|\n|-|-|\n|甲|1|\n```", ["```", "|区|数|", "|-|-|", "|甲|1|", "```"]),
        # What is said once above the table is said in each row.
        (
            "表1 各区财政\n单位：万元、%\n\n|区|收入|增长|\n|-|-|-|\n|甲|1|2|",
            [
                *("表1 各区财政", "单位：万元、%", "", "区；收入；增长"),
                "表1 各区财政；区：甲；收入（万元）：1；增长（%）：2",
            ],
        ),
        ("# 各区收入表（万元）\n|区|收入|\n|-|-|\n|甲|1|", ["# 各区收入表（万元）", "区；收入", "区：甲；收入：1"]),
        ("区\t2022\t2023\n甲\t1\t\n乙\t\t2.5", ["区；2022；2023", "区：甲；2022：1", "区：乙；2023：2.5"]),
        (
            "区  去年  今年\n甲   1    3%\n乙   2    -",
            ["区；去年；今年", "区：甲；去年：1；今年：3%", "区：乙；去年：2；今年：-"],
        ),
        # Words side by side are no table where no column is one of figures.
        ("甲\t乙\n丙\t丁\n戊\t己", ["甲\t乙", "丙\t丁", "戊\t己"]),
        ("甲市    政府    办公室\n二〇二三年    三月    一", ["甲市    政府    办公室", "二〇二三年    三月    一"]),
    ],
)  # fmt: skip
def test_a_row_is_a_line_with_its_heads(text: str, read: list[str]) -> None:
    assert lines(text) == read


def test_no_row_is_a_heading_and_the_table_belongs_to_the_heading_above_it() -> None:
    text = "# 报告\n## 一、收入\n|项目|数|\n|-|-|\n|一、税收|1|\n|二、非税|2|\n\n## 二、支出\n支出平稳，好于预期。\n"
    (report,) = reading_of(text.encode(), "报告.md").reports
    assert [section.label for section in report.sections] == ["一、收入", "二、支出"]
    assert "项目：二、非税；数：2" in report.sections[0].span.of(report.text)


@settings(deadline=None)
@given(st.lists(st.lists(CELLS, min_size=2, max_size=4), min_size=1, max_size=5), st.sampled_from(["|", "\t", "   "]))
def test_what_is_not_generated_is_a_subsequence_of_the_file(rows: list[list[str]], between: str) -> None:
    typed = [between.join(row) for row in rows]
    text = "\n".join(["甲区情况。", typed[0], "|".join("-" * len(rows[0])), *typed[1:], "完。"])
    source = read_text(text.encode())
    rendered = {at for span in source.generated for at in range(span.start, span.end)}
    rest = iter(text)
    assert all(char in rest for at, char in enumerate(source.text) if at not in rendered)
