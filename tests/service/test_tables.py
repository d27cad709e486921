"""One table, saved in each format: the asked cell is quoted with its heads and its unit, and marked."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Sequence

import docx
import openpyxl
import pytest

from service.ask import Asker
from service.types import Question

TITLE = "云岭市2023年财政决算报告"
Table = tuple[str, str, Sequence[Sequence[str]]]  # the heading over it, its unit, its rows
TABLES: tuple[Table, ...] = (
    (
        "一、一般公共预算",
        "",
        [
            ["项目", "2022年决算（万元）", "2023年决算（万元）"],
            ["税收收入", "41200", "45310"],
            ["非税收入", "18700", "17260"],
            ["其他收入", "905", "1120"],
        ],
    ),
    (
        "二、国有资本经营预算",
        "单位：万元",
        [
            ["项目", "2022年", "2023年", "增长（%）"],
            ["利润收入", "1500", "1730", "15.3"],
            ["其他收入", "210", "260", "23.8"],
        ],
    ),
    (
        "三、各区财政",
        "单位：亿元、%",
        [
            ["区", "财政收入", "比上年增长", "办件数"],
            ["南山区", "712.6", "4.1", "5120"],
            ["福田区", "688.9", "3.7", "4870"],
            ["合计", "1401.5", "3.9", "9990"],
        ],
    ),
)  # fmt: skip


def as_markdown() -> bytes:
    parts = [f"# {TITLE}"]
    for heading, unit, (heads, *rows) in TABLES:
        table = [heads, ["---"] * len(heads), *rows]
        parts += [f"## {heading}", unit, "\n".join(f"| {' | '.join(row)} |" for row in table)]
    return "\n\n".join(filter(None, parts)).encode()


def as_text(between: str) -> bytes:
    parts = [TITLE]
    for heading, unit, rows in TABLES:
        parts += [heading, unit, "\n".join(between.join(row) for row in rows)]
    return "\n".join(filter(None, parts)).encode("gb18030")


def as_html() -> bytes:
    parts = [f"<html><body><h1>{TITLE}</h1>"]
    for heading, unit, rows in TABLES:
        cells = ("".join(f"<td>{cell}</td>" for cell in row) for row in rows)
        parts.append(f"<h2>{heading}</h2><p>{unit}</p><table>{''.join(f'<tr>{row}</tr>' for row in cells)}</table>")
    return "".join(parts).encode()


def as_docx() -> bytes:
    made = docx.Document()
    made.add_heading(TITLE, 0)
    for heading, unit, rows in TABLES:
        made.add_heading(heading, 1)
        made.add_paragraph(unit)
        table = made.add_table(len(rows), len(rows[0]))
        for cells, row in zip(table.rows, rows, strict=True):
            for cell, text in zip(cells.cells, row, strict=True):
                cell.text = text
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def as_csv() -> bytes:
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow([TITLE])
    for heading, unit, rows in TABLES:
        writer.writerows([[], [heading], *([[unit]] if unit else []), *rows])
    return out.getvalue().encode("gb18030")


def as_xlsx() -> bytes:
    """A sheet for each table; figures are numbers, shares are shown as such."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    for heading, unit, (heads, *rows) in TABLES:
        sheet = book.create_sheet(heading)
        sheet.append([None, unit])
        sheet.append([head.removesuffix("（%）") for head in heads])
        for row in rows:
            sheet.append([row[0], *map(float, row[1:])])
            for cell, head in zip(sheet[sheet.max_row], heads, strict=True):
                if head.endswith("（%）"):
                    cell.value, cell.number_format = cell.value / 100, "0.0%"
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


FILES: dict[str, Callable[[], bytes]] = {
    "报告.md": as_markdown,
    "制表符.txt": lambda: as_text("\t"),
    "空格.txt": lambda: as_text("    "),
    "报告.html": as_html,
    "报告.docx": as_docx,
    "报告.csv": as_csv,
    f"{TITLE}.xlsx": as_xlsx,
}


@pytest.fixture(scope="module", params=FILES)
def asker(request: pytest.FixtureRequest, make_asker: Callable[[dict[str, bytes]], Asker]) -> Asker:
    return make_asker({request.param: FILES[request.param]()})


@pytest.mark.parametrize(
    ("question", "heading", "marked", "unit"),
    [
        ("云岭市2023年税收收入决算是多少万元？", 0, "45310", "万元"),
        ("云岭市2022年非税收入决算是多少？", 0, "18700", "万元"),
        ("国有资本经营预算里的其他收入2023年是多少？", 1, "260", "万元"),
        ("国有资本经营预算的利润收入增长多少？", 1, "15.3", "%"),
        ("南山区财政收入是多少亿元？", 2, "712.6", "亿元"),
        ("福田区财政收入比上年增长百分之几？", 2, "3.7", "%"),
        ("福田区办了多少件？", 2, "4870", "件"),
        ("全市财政收入合计多少亿元？", 2, "1401.5", "亿元"),
    ],
)
def test_the_asked_cell_is_quoted_with_its_heads(
    asker: Asker, question: str, heading: int, marked: str, unit: str
) -> None:
    answer = asker.ask(Question(question=question))
    assert answer.status == "answered", answer.text
    cited = answer.citations[0]
    text = asker.snapshot.reports[cited.report_id].text
    assert text[cited.start : cited.end] == cited.quote
    assert [text[span.start : span.end] for span in cited.highlights] in ([marked], [f"{marked}%"])
    assert unit in cited.quote
    assert TABLES[heading][0] in cited.heading_path


@pytest.mark.parametrize(
    "question",
    [
        "罗湖区财政收入是多少亿元？",
        "青石区财政收入是多少亿元？",  # nor the sum of all, for a district that has no row
        "福田区办事窗口有多少个？",
        "云岭市2021年税收收入决算是多少？",
        "云岭市2023年社会保险基金收入是多少？",  # not the row of 其他收入
        "福田区办结案件多少人次？",
    ],
)
def test_no_cell_of_another_row_year_or_unit_is_given(asker: Asker, question: str) -> None:
    answer = asker.ask(Question(question=question))
    assert answer.status == "abstained", answer.text


# What tables call it for want of room, and people in full: the rows of one table, in the order of the figures.
SHORT = ("GDP", "规上工业增加值", "固投", "社零总额", "外贸总额", "R&D支出", "一般公共预算收入", "失业人数")
SHORT_ROWS = [["指标", "2023年（亿元）", "比上年增长（%）"]] + [
    [label, f"{700 + 11 * n}.5", f"{n}.{n + 1}"] for n, label in enumerate(SHORT)
]


@pytest.fixture(scope="module", params=["公报.md", "公报.csv"])
def short_asker(request: pytest.FixtureRequest, make_asker: Callable[[dict[str, bytes]], Asker]) -> Asker:
    if request.param.endswith(".csv"):
        rows = "\n".join(",".join(row) for row in [["云岭市2023年统计公报"], *SHORT_ROWS])
    else:
        heads, *below = (f"| {' | '.join(row)} |" for row in SHORT_ROWS)
        rows = "\n".join(["# 云岭市2023年统计公报", "", heads, "|---|---|---|", *below])
    return make_asker({request.param: rows.encode()})


@pytest.mark.parametrize(
    ("question", "label", "column"),
    [
        ("云岭市2023年社会消费品零售总额是多少？", "社零总额", 1),
        ("社会消费品零售总额增长多少？", "社零总额", 2),
        ("2023年地区生产总值是多少亿元？", "GDP", 1),
        ("固定资产投资比上年增长百分之几？", "固投", 2),
        ("进出口总额是多少？", "外贸总额", 1),
        ("研发经费支出是多少亿元？", "R&D支出", 1),
        ("规模以上工业增加值是多少？", "规上工业增加值", 1),
        ("规模以上工业增加值增长多少？", "规上工业增加值", 2),
    ],
)
def test_a_row_is_asked_for_by_its_full_name(short_asker: Asker, question: str, label: str, column: int) -> None:
    answer = short_asker.ask(Question(question=question))
    assert answer.status == "answered", answer.text
    [cited] = answer.citations
    marked = [cited.quote[at.start - cited.start : at.end - cited.start] for at in cited.highlights]
    assert label in cited.quote
    assert marked == [SHORT_ROWS[1 + SHORT.index(label)][column]]
