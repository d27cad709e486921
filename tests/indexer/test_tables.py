"""Rows of tables that can be read alone."""

from __future__ import annotations

import pytest

from indexer.tables import Above, Cell, Row, above, rows_read


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


@pytest.mark.parametrize(
    ("before", "caption", "units"),
    [
        (["正文在此。", "表2 各区财政收入", "单位：万元"], "表2 各区财政收入", ("万元",)),
        (["**财政收支情况表**", "（单位：亿元、%）"], "财政收支情况表", ("亿元", "%")),
        (["附表1：各区生产总值（亿元）"], "附表1：各区生产总值（亿元）", ("亿元",)),
        (["计量单位：万吨标准煤"], "", ("万吨标准煤",)),
        (["责任单位：市财政局"], "", ()),
        (["具体情况见下表"], "", ()),
        (["各位代表"], "", ()),
        (["表1 甲", "全年收入平稳，好于预期。"], "", ()),
        ([], "", ()),
    ],
)
def test_what_stands_above_a_table(before: list[str], caption: str, units: tuple[str, ...]) -> None:
    assert above(before) == Above(caption, units)


@pytest.mark.parametrize(
    ("units", "lines", "last"),
    [
        (("万元",), ["项目|2022|2023", "税收|1|2"], "项目：税收；2022（万元）：1；2023（万元）：2"),
        # Not where a head, a row or a column says it, nor where it is counted, numbered or told in words.
        (("万元",), ["序号|收入|增长（%）|户数", "1|4|2|3"], "序号：1；收入（万元）：4；增长（%）：2；户数：3"),
        (("万元",), ["指标|2022|2023", "税收|1|2", "增速（%）|3|4"], "指标：增速（%）；2022：3；2023：4"),
        (("万元",), ["指标|单位|数", "税收|亿元|1"], "指标：税收；单位：亿元；数：1"),
        (("万元",), ["项目|数|说明", "税收|1|较好"], "项目：税收；数（万元）：1；说明：较好"),
        (("万元",), ["项目|比重", "税收|1"], "项目：税收；比重：1"),
        (("万元", "人"), ["项目|数", "税收|1"], "项目：税收；数：1"),
        (("万元",), ["税收|1|2", "非税|3|4"], "单位：万元；非税；3；4"),
        ((), ["单位：亿元×2", "项目|数", "税收|1"], "项目：税收；数（亿元）：1"),
        ((), ["表1 收支（亿元）×2", "项目|数", "税收|1"], "表1 收支（亿元）；项目：税收；数（亿元）：1"),
    ],
)  # fmt: skip
def test_the_unit_of_a_table_is_that_of_its_bare_figures(units: tuple[str, ...], lines: list[str], last: str) -> None:
    assert rows_read(rows(*lines), Above(units=units))[-1].text == last


def test_years_head_columns() -> None:
    assert rows_read(rows("指标|2022|2023", "税收|1|2"))[-1].text == "指标：税收；2022：1；2023：2"
    assert rows_read(rows("成立|2022", "人数|35"))[-1].text == "人数；35"
