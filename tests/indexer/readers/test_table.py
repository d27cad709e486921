"""The table of readers: one row a format, recognised by content; its pages and headings reach the reports."""

from __future__ import annotations

import pytest

from indexer import readers
from indexer.errors import UnsupportedFormat
from indexer.readers import read_source
from indexer.readers.text import TEXT
from indexer.readers.types import Reader, SourceText
from indexer.reports import reading_of
from indexer.types import Dropped, HeadingHint, Page, Span

BODY = "全省各级政府把依法行政摆在突出位置，基础工作明显加强。" * 5
PAGES = (f"调研材料汇编(2篇)\n篇一\n总体情况\n{BODY}\n", f"主要做法，及其经验\n{BODY}\n篇二\n{BODY}\n")


def _read_paged(raw: bytes) -> SourceText:
    """A format with pages and styles, as a word processor's: a form feed ends a page, “=” marks a heading."""
    text, pages, headings = "", [], []
    for number, page in enumerate(raw.decode().removeprefix("PAGED").split("\f"), start=1):
        start = len(text)
        for line in page.splitlines(keepends=True):
            if line.startswith("="):
                line = line.lstrip("=")
                headings.append(HeadingHint(span=Span(start=len(text), end=len(text) + len(line)), level=1))
            text += line
        pages.append(Page(number=number, span=Span(start=start, end=len(text))))
    return SourceText(text, "utf-8", tuple(pages), tuple(headings), (Dropped(text="页脚", reason="a footer"),))


@pytest.fixture
def paged(monkeypatch: pytest.MonkeyPatch) -> None:
    row = Reader(recognises=lambda raw: raw.startswith(b"PAGED"), read=_read_paged)
    monkeypatch.setattr(readers, "READERS", (row, TEXT))


@pytest.mark.usefixtures("paged")
def test_a_row_is_all_that_a_format_needs() -> None:
    raw = "PAGED" + "\f".join(PAGES).replace("总体情况", "=总体情况").replace("主要做法", "=主要做法")
    reading = reading_of(raw.encode(), "汇编.docx")
    one, two = reading.reports
    assert [[section.heading for section in report.sections] for report in (one, two)] == [
        ["总体情况", "主要做法，及其经验"],  # a style makes a heading of what does not look like one
        [],
    ]
    for report, numbers in ((one, [1, 2]), (two, [2])):
        assert [page.number for page in report.pages] == numbers
        assert "".join(page.span.of(report.text) for page in report.pages) == report.text
    assert one.pages[1].span.of(one.text).startswith("主要做法")
    assert [item.text for item in reading.dropped] == ["页脚", "调研材料汇编(2篇)"]
    assert two.title == "调研材料汇编篇二"


@pytest.mark.usefixtures("paged")
def test_what_the_bytes_hold_decides_and_not_the_name() -> None:
    assert read_source("PAGED正文。".encode(), "报告.txt").pages
    assert not read_source("正文。".encode(), "报告.txt").pages
    with pytest.raises(UnsupportedFormat, match=r"\.docx"):
        read_source("正文。".encode(), "报告.docx")
