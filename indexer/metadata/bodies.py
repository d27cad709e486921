"""Who issued a report, and under which 文号."""

from __future__ import annotations

import re

from indexer.chinese.dates import HAN_YEAR
from indexer.chinese.document_numbers import DOCUMENT_NUMBER, ORDER_NUMBER
from indexer.chinese.folding import fold
from indexer.chinese.offices import BODY
from indexer.metadata.form import of_form
from indexer.metadata.lines import Clues, inside
from indexer.types import ReadValue, Span

SIGNATURE_BODY = re.compile(rf"[\u4e00-\u9fff]{{2,20}}{BODY}")
_OWN_BODY = re.compile(rf"我(?:谨)?代表(?P<a>[\u4e00-\u9fff]{{0,16}}?{BODY})")
_BODY_IN_TITLE = re.compile(
    rf"^(?:(?:[12]\d{{3}}|{HAN_YEAR})年度?)?(?P<body>[\u4e00-\u9fff]{{0,20}}?{BODY})"
    r"(?=[\u4e00-\u9fff]{0,3}(?:关于|20\d\d)|政府工作报告|工作报告|转发|印发|对[^\s]{2,})"
)
# A bare 市人民政府: of which city, the region says.
_BARE_BODY = re.compile(r"(?P<unit>自治区|[省市州盟县旗区])人民政府")


def issuing_body(clues: Clues, region: ReadValue | None) -> ReadValue | None:
    """The body that the form names, or the title, the signature, or whoever speaks in the report."""
    return of_form(clues, "issuing_body") or _completed(_body(clues), region)


def document_number(clues: Clues) -> ReadValue | None:
    """文号: that of the form, or one that stands in the head by itself."""
    stated = of_form(clues, "document_number")
    if stated and re.search(r"\d", stated.value):
        return stated
    text = clues.text
    for line in clues.head:
        match = DOCUMENT_NUMBER.search(line.of(text))
        if match and not re.search("[，。；]", line.of(text)):  # in a sentence it is the number of another document
            span = Span(start=line.start + match.start(), end=line.start + match.end())
            return ReadValue(value=match[0], origin="text", span=span)
        if order := ORDER_NUMBER.fullmatch(line.of(text)):
            span = Span(start=line.start + order.start("number"), end=line.start + order.end("number"))
            return ReadValue(value=order["number"], origin="text", span=span)
    return None


def _body(clues: Clues) -> ReadValue | None:
    for value in (*clues.named, *clues.stem):
        match = _BODY_IN_TITLE.search(fold(value.value))
        if match:
            start, end = match.span("body")
            return inside(value, start, end, value.value[start:end])
    for line in clues.tail:
        if SIGNATURE_BODY.fullmatch(line.of(clues.text)):
            return ReadValue(value=line.of(clues.text), origin="text", span=line)
    own = _OWN_BODY.search(clues.text, 0, 2_000)
    if own:
        return ReadValue(value=own["a"], origin="text", span=Span(start=own.start("a"), end=own.end("a")))
    return None


def _completed(body: ReadValue | None, region: ReadValue | None) -> ReadValue | None:
    """``市人民政府`` with the region's name. No one place says that name: it is the file's, or its name's."""
    bare = _BARE_BODY.fullmatch(body.value) if body else None
    if not bare or not region or not region.value.endswith(bare["unit"]):
        return body
    return ReadValue(value=f"{region.value}人民政府", origin="file" if region.origin == "text" else region.origin)
