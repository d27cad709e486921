"""Gold sets in tables: read as they are meant, refused with the row."""

from __future__ import annotations

import datetime
import zipfile
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from eval.errors import GoldError
from eval.gold.convert.tables import TYPES, read_csv, write_csv
from eval.gold.convert.xlsx import read_xlsx
from eval.gold.load import load_gold, write_gold
from eval.gold.types import GoldItem

CHINESE = "编号,问题,类型,语言,答案,证据,出处,章节,备注\n"


def table(tmp_path: Path, text: str, encoding: str = "utf-8") -> Path:
    path = tmp_path / "gold.csv"
    path.write_bytes(text.encode(encoding))
    return path


def workbook(tmp_path: Path, rows: list[list[Any]], **formats: str) -> Path:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    for cell, form in formats.items():
        book.active[cell].number_format = form
    path = tmp_path / "gold.xlsx"
    book.save(path)
    return path


def edited(path: Path, before: bytes, after: bytes) -> Path:
    """The workbook as other programs may write it: with other bytes in one of its parts."""
    other = path.with_name("edited.xlsx")
    with zipfile.ZipFile(path) as book, zipfile.ZipFile(other, "w") as copy:
        parts = {name: book.read(name) for name in book.namelist()}
        assert sum(part.count(before) for part in parts.values()) == 1
        for name, part in parts.items():
            copy.writestr(name, part.replace(before, after))
    return other


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "utf-16"])
def test_chinese_columns_in_the_encodings_of_offices(tmp_path: Path, encoding: str) -> None:
    text = (
        CHINESE
        + 'a1,甲市收了多少粮食？,number,zh,"60万吨|60.0万吨","粮食总产量60万吨\n同比增长",甲.txt | 乙.txt,一、,注\n'
    )
    (item,) = read_csv(table(tmp_path, text, encoding)).items
    assert item == GoldItem(
        id="a1",
        question="甲市收了多少粮食？",
        type="number",
        lang="zh",
        answers=("60万吨", "60.0万吨"),
        evidence=("粮食总产量60万吨", "同比增长"),
        part="甲.txt | 乙.txt",
        section="一、",
        note="注",
    )


def test_defaults_and_what_is_passed_over(tmp_path: Path) -> None:
    text = " Question ;Answer;作者\n\nHow many?;3;王\n;;\n多少？;;李\n"
    done = read_csv(table(tmp_path, text))
    assert [(item.id, item.lang, item.type, item.answers) for item in done.items] == [
        ("row3", "en", "fact", ("3",)),
        ("row5", "zh", "fact", ()),
    ]
    assert done.notes == ("columns that were passed over: 作者",)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "is empty; its first row names the columns: id, question"),
        ("\n ,\n", "is empty"),
        ("问题,证据\n多少？,三件\n", 'row 1: the column "answers" (答案) is missing'),
        ("答案\n三件\n", 'row 1: the column "question" (问题) is missing'),
        ("问题,答案,answer\n多少？,三件,四件\n", 'row 1: two columns hold the answers ("answer")'),
        (
            "问题,答案,类型\n多少？,3,number\n几个？,4,figure\n",
            'row 3: "figure" is no type of question; take one of number',
        ),
        ("问题,答案,语言\n多少？,3,fr\n", "row 2: \"lang\" is 'fr', and must be 'zh'"),
        ("问题,答案\n,3\n", 'row 2: "question" is missing'),
        ("编号,问题,答案\nx,多少？,3\nx,几个？,4\n", "these stand there more than once: x"),
        ('问题,答案\n多少？,"3\n', "row 2: unexpected end of data; check the quotation marks"),
    ],
)
def test_what_is_wrong_is_told_with_its_row(tmp_path: Path, text: str, told: str) -> None:
    path = table(tmp_path, text)
    with pytest.raises(GoldError) as refused:
        read_csv(path)
    assert str(path) in str(refused.value)
    assert told in str(refused.value)


def test_bytes_that_are_no_table_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "gold.csv"
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 8)
    with pytest.raises(GoldError, match="cannot be read as a table"):
        read_csv(path)


WORDS = st.text(
    st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Zl", "Zp")) | st.sampled_from('|\n,;"[\t'), min_size=1
).filter(lambda text: text.strip() == text and text.replace("\r", "\n") == text)
ITEMS = st.builds(
    GoldItem,
    id=st.uuids().map(str),
    question=WORDS,
    lang=st.sampled_from(["zh", "zh-Hant", "en"]),
    type=st.sampled_from(TYPES),
    answers=st.lists(WORDS, max_size=3).map(tuple),
    evidence=st.lists(WORDS, max_size=3).map(tuple),
    part=WORDS | st.just(""),
    section=WORDS | st.just(""),
    note=WORDS | st.just(""),
)


@given(items=st.lists(ITEMS, min_size=1, max_size=4, unique_by=lambda item: item.id))
@settings(max_examples=60)
def test_gold_to_table_to_gold_keeps_everything(
    items: list[GoldItem], tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("tables")
    write_csv(items, folder / "gold.csv")
    done = read_csv(folder / "gold.csv")
    assert (list(done.items), done.notes) == (items, ())
    write_gold(done.items, folder / "gold.jsonl")
    assert load_gold(folder / "gold.jsonl") == items


def test_a_workbook_is_read_as_it_is_shown(tmp_path: Path) -> None:
    rows: list[list[Any]] = [
        ["问题", "答案", "证据", "类型"],
        ["多少项？", 2270, "2270项", "number"],
        ["占几成？", 0.914, "91.4%", "number"],
        ["多少亿？", 46.18, None, None],
        [None, None, None, None],
        ["哪几个？", "甲\n乙", "甲和乙", "list"],
    ]
    path = workbook(tmp_path, rows, B3="0.0%")
    assert [(item.id, item.answers, item.evidence, item.type) for item in read_xlsx(path).items] == [
        ("row2", ("2270",), ("2270项",), "number"),
        ("row3", ("91.4%",), ("91.4%",), "number"),
        ("row4", ("46.18",), (), "fact"),
        ("row6", ("甲", "乙"), ("甲和乙",), "list"),
    ]


def test_a_sheet_that_states_a_wrong_size_is_read_whole(tmp_path: Path) -> None:
    path = workbook(tmp_path, [["问题", "答案"], ["多少？", "3"], ["几个？", "4"]])
    wrong = edited(path, b'<dimension ref="A1:B3"', b'<dimension ref="A1:A2"')
    assert read_xlsx(wrong).items == read_xlsx(path).items


def test_the_noise_of_binary_fractions_is_left_out(tmp_path: Path) -> None:
    path = workbook(tmp_path, [["问题", "答案"], ["多少？", 4711]])
    (item,) = read_xlsx(edited(path, b"<v>4711</v>", b"<v>0.30000000000000004</v>")).items
    assert item.answers == ("0.3",)


@pytest.mark.parametrize("value", [datetime.date(2024, 6, 29), datetime.time(9, 30), True])
def test_what_excel_took_for_something_else_is_refused_with_its_cell(tmp_path: Path, value: object) -> None:
    path = workbook(tmp_path, [["问题", "答案"], ["哪天？", value]])
    with pytest.raises(GoldError, match="row 2, column B: Excel took this cell for "):
        read_xlsx(path)


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 damaged", "问题,答案\n多少？,3\n".encode()])
def test_what_is_no_workbook_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "gold.xlsx"
    path.write_bytes(content)
    with pytest.raises(GoldError, match="is no workbook that can be read"):
        read_xlsx(path)
    with pytest.raises(GoldError, match="cannot be read: No such file"):
        read_xlsx(tmp_path / "absent.xlsx")
