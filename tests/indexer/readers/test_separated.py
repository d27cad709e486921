"""CSV and TSV: the encoding by the bytes, the separator by the rows, a row a line with its heads."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from indexer.errors import EmptyFile, ReadError, UndecodableText
from indexer.readers import read_source
from indexer.readers.separated import SEPARATORS, read_separated, separator_of

ROWS = (("区", "2022年", "2023年"), ("南山区", "712.6", "1,800"), ("福田区", "688.9", "700"))
READ = ["区；2022年；2023年", "区：南山区；2022年：712.6；2023年：1,800", "区：福田区；2022年：688.9；2023年：700"]


def written(separator: str, rows: object = ROWS) -> str:
    lines = []
    for row in rows:  # type: ignore[attr-defined]
        lines.append(separator.join(f'"{cell}"' if separator in cell else cell for cell in row))
    return "\r\n".join(lines) + "\r\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("separator", SEPARATORS)
def test_encoding_and_separator_are_told_by_the_content(encoding: str, separator: str) -> None:
    source = read_source(written(separator).encode(encoding), "各区财政.csv")
    assert [line for line in source.text.splitlines() if line] == READ


def test_title_unit_quotes_and_line_breaks_in_cells() -> None:
    text = '云岭市各区财政收入,,\n单位：亿元,,\n区,收入,"说明\n（摘要）"\n甲,"1,712.6","说""好"""\n'
    text += "乙,700,\n注：快报数。,,\n"
    source = read_separated(text.encode())
    assert [line for line in source.text.splitlines() if line] == [
        "云岭市各区财政收入",
        "单位：亿元",
        "区；收入；说明 （摘要）",
        '区：甲；收入（亿元）：1,712.6；说明 （摘要）：说"好"',
        "区：乙；收入（亿元）：700",
        "注：快报数。",
    ]
    assert [hint.span.of(source.text) for hint in source.headings] == ["云岭市各区财政收入"]


def test_a_list_of_one_column_is_text() -> None:
    assert read_separated("甲区\n乙区\n".encode()).text.split() == ["甲区", "乙区"]
    assert separator_of("甲;乙,丙\n丁;戊\n") == ";"


@pytest.mark.parametrize(
    ("raw", "error"), [(b"", EmptyFile), (b",,\n,,\n", EmptyFile), (b"\xff\xfe\xfd" * 50 + b"a", UndecodableText)]
)
def test_what_is_no_table_is_refused(raw: bytes, error: type[ReadError]) -> None:
    with pytest.raises(error, match=";"):
        read_source(raw, "表.csv")


@settings(deadline=None)
@given(st.text(alphabet='甲乙12.,\t;|"\n\r：； \x00', max_size=60))
def test_no_text_breaks_it(text: str) -> None:
    try:
        source = read_source(text.encode(), "表.csv")
    except ReadError:
        return
    rendered = {at for span in source.generated for at in range(span.start, span.end)}
    rest = iter(text)
    kept = (char for at, char in enumerate(source.text) if at not in rendered and not char.isspace())
    assert all(char in rest for char in kept)
