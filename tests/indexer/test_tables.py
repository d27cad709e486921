"""Rows of tables that can be read alone."""

from __future__ import annotations

import pytest

from indexer.tables import Cell, Row, rows_read


def rows(*lines: str, n_heads: int = 0) -> list[Row]:
    """Rows from cells between “|”: “甲×2” lies over two columns, “↑” is merged with the cell above it."""
    made = []
    for at, line in enumerate(lines):
        cells = []
        for written in line.split("|"):
            text, _, n_columns = written.strip().partition("×")
            cells.append(Cell("" if text == "↑" else text, int(n_columns or 1), goes_on=text == "↑"))
        made.append(Row(tuple(cells), is_head=at < n_heads))
    return made


@pytest.mark.parametrize(
    ("lines", "read"),
    [
        (["项目|上年|本年", "税收|41200|45310"], ["项目；上年；本年", "项目：税收；上年：41200；本年：45310"]),
        # No head: the first row has figures, is prose, or there is nothing below it.
        (["税收|41200|45310", "非税|18700|17260"], ["税收；41200；45310", "非税；18700；17260"]),
        (["说明。见下。|第二点。", "税收|1"], ["说明。见下。第二点。", "税收；1"]),
        (["机关：|国务院|日期：|1月8日", "文号：|1号||"], ["机关：国务院；日期：1月8日", "文号：1号"]),
        (["姓名|张三|性别|男"], ["姓名；张三；性别；男"]),
        # Heads in two rows; the first reaches down.
        (["区|案件×2", "↑|受理|办结", "甲|12|11"], ["区；案件", "受理；办结", "区：甲；案件 受理：12；案件 办结：11"]),
        (["区|案件×2", "|受理|办结", "甲|12|11"], ["区；案件", "受理；办结", "区：甲；案件 受理：12；案件 办结：11"]),
        # A cell merged over rows is said in each; a cell over several heads has none of its own.
        (["区|类|数", "甲|民|1", "↑|刑|2"], ["区；类；数", "区：甲；类：民；数：1", "区：甲；类：刑；数：2"]),
        (["区|类|数", "甲|民|1", "计|3×2"], ["区；类；数", "区：甲；类：民；数：1", "区：计；3"]),
        # A cell that fills the row parts a table: what is below has heads of its own, or goes on with those above.
        (
            ["一项×2", "内容|件数", "规章|3", "五项×2", "事项|数量", "许可|7"],
            ["一项", "内容；件数", "一项；内容：规章；件数：3", "五项", "事项；数量", "五项；事项：许可；数量：7"],
        ),
        (["内容|件数", "其他×2", "规章|3"], ["内容；件数", "其他", "其他；内容：规章；件数：3"]),
        (["内容|件数", "其他。×2", "规章|3"], ["内容；件数", "其他。", "内容：规章；件数：3"]),
        (["内容|件数", "|", "规章|"], ["内容；件数", "", "内容：规章"]),
        ([""], [""]),
        ([], []),
    ],
)  # fmt: skip
def test_each_cell_stands_behind_its_head(lines: list[str], read: list[str]) -> None:
    assert [row.text for row in rows_read(rows(*lines))] == read


def test_heads_that_the_format_marks_are_heads_whatever_they_look_like() -> None:
    assert [row.text for row in rows_read(rows("1|2", "甲|乙", n_heads=1))] == ["1；2", "1：甲；2：乙"]


def test_what_is_generated_leaves_each_cell_once() -> None:
    table = rows("区|类|数", "甲|民|1", "↑|刑|2")
    kept = ""
    for row in rows_read(table):
        rendered = {at for span in row.generated for at in range(span.start, span.end)}
        kept += "".join(char for at, char in enumerate(row.text) if at not in rendered)
    assert kept == "".join(cell.text for row in table for cell in row.cells)
