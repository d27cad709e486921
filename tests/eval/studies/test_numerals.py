"""The page on numerals belongs to the table as it stands."""

from __future__ import annotations

from decimal import Decimal

from eval.studies.numerals import PAGE, page, rows
from indexer.chinese.numerals import value


def test_the_page_is_about_the_table_of_the_tests() -> None:
    kept = PAGE.read_text(encoding="utf-8")
    assert f"| **all** | {len(rows())} | {len(rows())} |" in kept
    assert "Mistakes: ours" not in kept


def test_a_mistake_is_told_with_what_was_read() -> None:
    readers = {"ours": value, "fooled": lambda _: Decimal(34)}
    told = page([row for row in rows() if row.form == "三四"], readers, "0")
    assert "| **all** | 1 | 1 | 0 |" in told
    assert "| between two numbers (1) | 三四: 34 |" in told
