"""The page of an answer as it was given: a tree of elements whose text can only be text, readable without scripts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import groupby
from typing import Any
from urllib.parse import quote, urlencode
from xml.etree.ElementTree import Element, SubElement

from service.certainty import SAID
from service.http.page import add_inline, add_text, language_of, new_page, written
from service.http.source import MAX_CITATIONS
from service.types import Answer, Citation, CitationStatus, KeptAnswer, Language, Segment

WORDS: Mapping[Language, Mapping[str, Any]] = {
    "zh": {
        "lang": "zh-CN",
        "colon": "：",
        "asked": "按上文理解为：",
        "given": "这是{time}给出的回答，原样保存。引文已按现在的报告（{snapshot}）核对。",
        "by": "依据的报告：{snapshot}",
        "answer": "回答",
        "mode": {"extractive": "原文摘录", "generated": "模型撰写，逐句核对", "extractive_fallback": "原文摘录"},
        "options": "可以是",
        "missing": "没有找到",
        "searched": "查过",
        "columns": ("报告", "内容"),
        "citations": "引文",
        "page": "第{page}页",
        "open": "查看原文",
        "present": "原文现在仍在此处。",
        "moved": "报告更新过，现在位于：{place}。",
        "changed": "报告更新过，已没有这一句。",
        "gone": "这份报告已不在库中。",
        "unchecked": "这一条没有来得及核对，打开原文即可核对。",
    },
    "en": {
        "lang": "en",
        "colon": ": ",
        "asked": "Understood as: ",
        "given": "This is the answer as it was given on {time}. Its citations were checked in the reports of now "
        "({snapshot}).",
        "by": "Given from: {snapshot}",
        "answer": "Answer",
        "mode": {
            "extractive": "quoted",
            "generated": "written by a model, each sentence checked",
            "extractive_fallback": "quoted",
        },
        "options": "Possible",
        "missing": "Not found",
        "searched": "Searched",
        "columns": ("Report", "What it says"),
        "citations": "Citations",
        "page": "page {page}",
        "open": "Open the source",
        "present": "It stands there now.",
        "moved": "The report was updated; it now stands in: {place}.",
        "changed": "The report was updated and no longer says this.",
        "gone": "The report is no longer there.",
        "unchecked": "There was no time to check this one; open the source to do so.",
    },
}
ABSENT = (
    ("zh-CN", "没有这条回答：网址有误，或已超过保存期限，或此服务不保存回答。"),
    ("en", "There is no such answer: the address is wrong, its time is over, or this service keeps none."),
)


def answer_page(kept: KeptAnswer, now: Mapping[str, CitationStatus], snapshot_id: str) -> str:
    """HTML of the answer. ``now``: what became of its citations, by id, in the snapshot ``snapshot_id``; those that
    are not there were not looked for."""
    answer, words = kept.answer, WORDS[kept.answer.language]
    root, _, main = new_page(words["lang"], answer.question)
    add_text(main, "h1", answer.question)
    if answer.rewritten_question:
        add_text(main, "p", words["asked"] + answer.rewritten_question, "asked")
    time = kept.given_at.replace("T", " ").replace("+00:00", " UTC")
    add_text(main, "p", words["given"].format(time=time, snapshot=snapshot_id), "note")
    said = SubElement(main, "section", {"aria-label": words["answer"]})
    if answer.status == "abstained":
        add_text(said, "p", answer.text.split("\n")[0], "refusal")
    if answer.kind == "compare":
        _table(said, answer, words)
    else:
        _segments(said, answer, words)
    for name in ("options", "missing", "searched"):
        if names := getattr(answer, name):
            _named(said, words[name], names)
    sure = [SAID[answer.language][answer.certainty]] if answer.certainty else []
    how = [words["mode"][answer.mode]] if answer.segments else []
    by = words["by"].format(snapshot=answer.snapshot_id)
    add_text(said, "p", " · ".join((*sure, *how, by)), "note")
    if answer.citations:
        add_text(main, "h2", words["citations"])
        cited = SubElement(main, "ol", {"class": "citations"})
        for citation in answer.citations:
            _citation(cited, citation, now.get(citation.citation_id), _beside(answer, citation), words)
    return written(root)


def absent_page() -> str:
    """HTML that says, in both languages, that there is no such answer."""
    root, _, main = new_page("zh-CN", "没有这条回答")
    for language, line in ABSENT:
        add_text(main, "h1" if language == "zh-CN" else "p", line)
    return written(root)


def _groups(answer: Answer) -> Iterator[tuple[str | None, list[Segment]]]:
    """Neighbouring segments with the same label."""
    for label, segments in groupby(answer.segments, lambda segment: segment.label):
        yield label, list(segments)


def _segments(said: Element, answer: Answer, words: Mapping[str, Any]) -> None:
    for label, segments in _groups(answer):
        if label:
            add_text(said, "h2", label, "label")
        held = SubElement(said, "ul") if answer.kind in ("list", "outline") else said
        for segment in segments:
            _segment(held, "p" if held is said else "li", segment, words)


def _table(said: Element, answer: Answer, words: Mapping[str, Any]) -> None:
    table = SubElement(said, "table")
    heads = SubElement(SubElement(table, "thead"), "tr")
    for name in words["columns"]:
        SubElement(heads, "th", scope="col").text = name
    rows = SubElement(table, "tbody")
    for label, segments in _groups(answer):
        row = SubElement(rows, "tr")
        add_text(row, "th", label or "").set("scope", "row")
        cell = SubElement(row, "td")
        for segment in segments:
            _segment(cell, "p", segment, words)


def _segment(parent: Element, tag: str, segment: Segment, words: Mapping[str, Any]) -> None:
    node = add_text(parent, tag, segment.text)
    for number in segment.citations:
        name = f"{words['citations']}{number}" if words["lang"] == "zh-CN" else f"Citation {number}"
        mark = SubElement(node, "a", {"href": f"#c{number}", "class": "chip", "aria-label": name})
        mark.text = f"[{number}]"


def _named(said: Element, head: str, names: Iterable[str]) -> None:
    add_text(said, "h2", head, "label")
    listed = SubElement(said, "ul")
    for name in names:
        add_text(listed, "li", name)


def _beside(answer: Answer, citation: Citation) -> str:
    """The query that opens a citation among all of its answer, so that one can step through them there, each under the
    number that it has here."""
    ids = [one.citation_id for one in answer.citations]
    if not 1 < len(set(ids)) == len(ids) <= MAX_CITATIONS:
        return urlencode({"citation": citation.citation_id}, quote_via=quote, safe="")
    number = ids.index(citation.citation_id) + 1
    return f"{urlencode([('citation', one) for one in ids], quote_via=quote, safe='')}#c{number}"


def _citation(
    cited: Element, citation: Citation, now: CitationStatus | None, query: str, words: Mapping[str, Any]
) -> None:
    item = SubElement(cited, "li", id=f"c{citation.number}", value=str(citation.number))
    page = [words["page"].format(page=citation.page)] if citation.page else []
    add_text(item, "p", " › ".join((citation.title, *citation.heading_path, *page)), "where")
    quoted = add_text(item, "blockquote", "")
    quoted.set("lang", language_of(citation.quote))
    _marked(quoted, citation)
    status = now.status if now else "unchecked"
    place = now.place if now else None
    where = " › ".join((place.title, *place.heading_path)) if place else ""
    state = add_text(item, "p", words[status].format(place=where) + " ", f"state {status}")
    if status != "gone":
        report_id = place.report_id if place else citation.report_id
        address = f"../source/{quote(report_id, safe='')}?{query}"
        SubElement(state, "a", href=address).text = words["open"]


def _marked(quoted: Element, citation: Citation) -> None:
    """The quote as text, with its highlights marked."""
    read = citation.start
    for highlight in sorted(citation.highlights, key=lambda span: span.start):
        if highlight.start < read:
            continue
        add_inline(quoted, citation.quote[read - citation.start : highlight.start - citation.start])
        marked = citation.quote[highlight.start - citation.start : highlight.end - citation.start]
        SubElement(quoted, "mark").text = marked
        read = highlight.end
    add_inline(quoted, citation.quote[read - citation.start :])
