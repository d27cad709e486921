"""One written figure is worth what a reader takes it for, or nothing."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.chinese.numerals import DIGITS, MAX_CHARS, Figure, figure, value

TABLE: dict[str, list[tuple[str, str | None]]] = json.loads(
    (Path(__file__).parents[2] / "data/numerals.json").read_text(encoding="utf-8")
)
ROWS = [(form, worth) for rows in TABLE.values() for form, worth in rows]
FORMAL = str.maketrans("一二三四五六七八九十百千", "壹贰叁肆伍陆柒捌玖拾佰仟")


def _decimal(worth: str | None) -> Decimal | None:
    number, _, of = (worth or "").partition("/")
    return Decimal(number) / Decimal(of or 1) if worth else None


@pytest.mark.parametrize(("form", "worth"), ROWS)
def test_each_form_written_by_hand_is_read(form: str, worth: str | None) -> None:
    assert value(form) == _decimal(worth)


def test_no_form_stands_twice_in_the_table() -> None:
    assert len(ROWS) == len(dict(ROWS)) >= 200


@pytest.mark.parametrize(
    ("form", "number", "of", "in_digits"),
    [
        ("一万八千三百", "18300", "1", "18300"),
        ("百分之十五", "15", "100", "15%"),
        ("一成半", "15", "100", "15%"),
        ("0.15", "0.15", "1", "0.15"),
        ("千分之三", "3", "1000", "3‰"),
        ("三分之一", "1", "3", "1/3"),
        ("一又二分之一", "3", "2", "3/2"),
        ("负百分之三", "-3", "100", "-3%"),
        ("万分之五", "5", "10000", "5/10000"),
    ],
)
def test_a_share_stays_the_share_that_is_written(form: str, number: str, of: str, in_digits: str) -> None:
    read = figure(form)
    assert read == Figure(Decimal(number), Decimal(of))
    assert str(read) == in_digits


def in_han(number: int) -> str:
    """Below 10 ** 16, as it is spoken."""
    text, zero = "", False
    for unit, name in ((10**12, "万亿"), (10**8, "亿"), (10**4, "万"), (1, "")):
        group, number = divmod(number, unit)
        if not group:
            zero = bool(text)
            continue
        if text and (zero or group < 1000):
            text += "零"
        text, zero = text + _group_in_han(group) + name, False
    return text.replace("万亿", "万", 1) if text.count("亿") > 1 else text


def _group_in_han(number: int) -> str:
    text, zero = "", False
    for unit, name in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit, number = divmod(number, unit)
        if digit:
            text += ("零" if zero and text else "") + DIGITS[digit] + name
        zero = not digit
    return text


@given(st.integers(min_value=1, max_value=10**16 - 1) | st.integers(min_value=1, max_value=10**6))
def test_every_whole_number_is_read_as_it_is_spoken(number: int) -> None:
    spoken = in_han(number)
    assert value(spoken) == value(spoken.translate(FORMAL)) == number
    assert value(f"负{spoken}") == -number
    assert value(f"百分之{spoken}") == Decimal(number) / 100


@given(st.integers(min_value=0), st.integers(min_value=0, max_value=99))
def test_digits_are_read_with_and_without_separators(number: int, hundredths: int) -> None:
    written = f"{number % 10**12:,}.{hundredths:02}"
    assert value(written) == value(written.replace(",", "")) == Decimal(written.replace(",", ""))
    assert value(f"{written}万") == Decimal(written.replace(",", "")) * 10_000


def test_the_digits_are_written_out_in_one_place() -> None:
    root = Path(__file__).parents[3]
    written = [
        path.relative_to(root).as_posix()
        for package in ("indexer", "service", "judian", "eval")
        for path in sorted((root / package).rglob("*.py"))
        if DIGITS[3:] in path.read_text(encoding="utf-8")
    ]
    assert written == ["indexer/chinese/numerals.py"]


@given(st.text(alphabet=f"{DIGITS}两十百千万亿点半成分之又负个几多0123456789,./%‰-", max_size=MAX_CHARS))
def test_whatever_is_written_with_these_characters_is_a_figure_or_none(text: str) -> None:
    read = figure(text)
    if read is not None:
        assert read.of != 0
        assert value(str(read)) == read.value


@pytest.mark.parametrize("text", ["九" * 100_000, "1" * 100_000, "万" * 100_000, "1,234" * 20_000])
def test_what_is_too_long_for_a_figure_is_none(text: str) -> None:
    assert value(text) is None
