"""The page of a report: its text with an outline, what is cited of it marked, and what became of each citation."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlencode
from xml.etree.ElementTree import Element, SubElement

from indexer.types import Original, Report, ReportSummary, Span
from service.find_text import MAX_FOUND
from service.http.outline import add_outline
from service.http.page import add_text, new_page, written
from service.http.source_text import Marked, add_report_text
from service.reference import reference
from service.types import CitationStatus, Language, Place

WORDS: Mapping[Language, Mapping[str, Any]] = {
    "zh": {
        "lang": "zh-CN",
        "colon": "：",
        "region": "地区",
        "year": "年份",
        "kind": "类别",
        "issuing_body": "发布机关",
        "document_number": "文号",
        "date": "日期",
        "file": "文件",
        "original": "原件",
        "download": "下载（{kb} KB）",
        "snapshot": "快照",
        "outline": "目录",
        "citations": "引文",
        "citation": "引文{number}",
        "present": "原文在此处。",
        "moved": "报告更新过，引文换了位置，已在新位置标出。",
        "elsewhere": "这一句在另一份报告中：",
        "changed": "报告更新过，这一句已不在其中，因此没有标记。",
        "gone": "这份报告已不在库中。",
        "unknown": "网址中的引文编号有误，因此没有标记。",
        "unchecked": "这一条没有来得及核对，请单独打开。",
        "page": "第{page}页",
        "reference": "引用格式（GB/T 7714—2015）",
        "copy": "复制引文",
        "copied": "已复制。",
        "not_copied": "浏览器不允许复制，请选中文字后手动复制。",
        "search": "在文中查找",
        "find": "查找",
        "found": "找到{n}处。",
        "many": "找到很多处，标出前{n}处。",
        "none": "没有找到。",
        "failed": "没有查成，请重试。",
        "previous": "上一处",
        "next": "下一处",
        "text": "全文",
        "reports": "已收录的报告",
    },
    "en": {
        "lang": "en",
        "colon": ": ",
        "region": "Region",
        "year": "Year",
        "kind": "Kind",
        "issuing_body": "Issued by",
        "document_number": "Document number",
        "date": "Date",
        "file": "File",
        "original": "Original",
        "download": "download ({kb} KB)",
        "snapshot": "Snapshot",
        "outline": "Outline",
        "citations": "Citations",
        "citation": "Citation {number}",
        "present": "It stands here.",
        "moved": "The report was updated and the quote moved; it is marked in its new place.",
        "elsewhere": "It stands in another report: ",
        "changed": "The report was updated and no longer says this, so nothing is marked.",
        "gone": "The report is no longer there.",
        "unknown": "The address names no citation that there could be, so nothing is marked.",
        "unchecked": "There was no time to check this one; open it by itself.",
        "page": "page {page}",
        "reference": "Reference (GB/T 7714—2015)",
        "copy": "Copy the quote",
        "copied": "Copied.",
        "not_copied": "The browser does not let this page copy; select the text and copy it.",
        "search": "Find in the text",
        "find": "Find",
        "found": "Found: {n}.",
        "many": "Found many; the first {n} are marked.",
        "none": "Not found.",
        "failed": "The search failed; try again.",
        "previous": "Previous",
        "next": "Next",
        "text": "Text",
        "reports": "Reports",
    },
}
ABSENT = (
    ("zh-CN", "没有这份报告：网址有误，或报告已不在库中。"),
    ("en", "There is no such report: the address is wrong, or the report is no longer there."),
)
MAX_CITATIONS = 100  # of one address
KNOWN = ("region", "year", "kind", "issuing_body", "document_number", "date", "file")
SCRIPTED = ("copy", "copied", "not_copied", "found", "many", "none", "failed", "previous", "next", "citation")


@dataclass(frozen=True)
class Shown:
    """What a page shows of a report: ``cited`` has each citation of the address with what became of it, None for one
    that was not looked for and "unknown" for an id that is none; ``found`` where the words ``searched`` stand, if any
    were. ``address`` is of the page itself, ``today`` a date (ISO 8601), ``original`` the file of the report, where it
    can be had."""

    report: Report
    cited: Sequence[tuple[str, CitationStatus | str | None]]
    searched: str
    found: Sequence[Span]
    snapshot_id: str
    address: str
    today: str
    channel: str = ""
    original: Original | None = None


def source_page(shown: Shown, language: Language) -> str:
    """HTML of the report."""
    report, words = shown.report, WORDS[language]
    root, header, main = new_page(words["lang"], report.title, styles=("given.css", "viewer.css"), script="viewer.js")
    SubElement(header, "a", href=f"../reports{_channel(shown)}").text = words["reports"]
    main.set("data-report", quote(report.report_id, safe=""))
    for name in SCRIPTED:
        main.set(f"data-{name.replace('_', '-')}", words[name])
    add_text(main, "h1", report.title)
    _known(main, shown, words)
    if report.sections:
        folded = SubElement(SubElement(main, "nav", {"aria-label": words["outline"]}), "details")
        SubElement(folded, "summary").text = words["outline"]
        add_outline(folded, report.sections, report.text)
    if shown.cited:
        root.find("body").set("class", "cited")  # type: ignore[union-attr]
        _cited(main, shown, words)
    _search(main, shown, words)
    marks = [Marked(span, "hit") for span in shown.found]
    for number, (_, status) in enumerate(shown.cited, start=1):
        if place := _place_in(report, status):
            marks.append(Marked(Span(start=place.start, end=place.end), "quote", f"c{number}"))
    text = add_report_text(main, report, marks)
    text.set("lang", "zh-CN")
    text.set("role", "region")
    text.set("aria-label", words["text"])
    return written(root)


def absent_report_page(status: CitationStatus | str | None, language: Language) -> str:
    """HTML that says, in both languages, that there is no such report."""
    root, _, main = new_page("zh-CN", "没有这份报告")
    for tongue, line in ABSENT:
        add_text(main, "h1" if tongue == "zh-CN" else "p", line)
    if isinstance(status, CitationStatus):
        add_text(main, "p", WORDS[language][status.status], f"state {status.status}")
    return written(root)


def _known(main: Element, shown: Shown, words: Mapping[str, Any]) -> None:
    summary = ReportSummary.of(shown.report)
    listed = SubElement(main, "dl", {"class": "known"})
    for name, said in [*((name, getattr(summary, name)) for name in KNOWN), ("snapshot", shown.snapshot_id)]:
        if said:
            add_text(_pair(listed, name, words), "dd", said)
    if kept := shown.original:
        link = {"href": f"{quote(shown.report.report_id, safe='')}/original", "download": ""}
        held = SubElement(SubElement(_pair(listed, "original", words), "dd"), "a", link)
        held.text = words["download"].format(kb=f"{-(-kept.n_bytes // 1024):,}")


def _pair(listed: Element, name: str, words: Mapping[str, Any]) -> Element:
    pair = SubElement(listed, "div", {"class": name})
    SubElement(pair, "dt").text = words[name]
    return pair


def _cited(main: Element, shown: Shown, words: Mapping[str, Any]) -> None:
    section = SubElement(main, "section", {"class": "citations", "aria-label": words["citations"]})
    listed = SubElement(section, "ol")
    for number, (_, status) in enumerate(shown.cited, start=1):
        item = SubElement(listed, "li")
        place = status.place if isinstance(status, CitationStatus) else None
        here = _place_in(shown.report, status)
        state = status.status if isinstance(status, CitationStatus) else status or "unchecked"
        said = words["elsewhere"] if place and not here else words[state]
        line = add_text(item, "p", "", f"state {state}")
        if here:
            SubElement(line, "a", href=f"#c{number}").text = words["citation"].format(number=number)
            line[-1].tail = words["colon"] + said
        else:
            line.text = words["citation"].format(number=number) + words["colon"] + said
        if place and not here:
            SubElement(line, "a", href=_elsewhere(shown, place, number)).text = place.title
        if place:
            page = _page_of(shown.report, place) if here else None
            where = [*place.heading_path, *([words["page"].format(page=page)] if page else [])]
            if where:
                add_text(item, "p", " › ".join(where), "where")
            add_text(item, "blockquote", place.quote)
    add_text(section, "p", words["reference"], "label")
    cite = f"{reference(shown.report)}[{shown.today}]. {shown.address}."
    add_text(section, "p", cite, "reference")


def _elsewhere(shown: Shown, place: Place, number: int) -> str:
    query = [("citation", one) for one, _ in shown.cited] + ([("channel", shown.channel)] if shown.channel else [])
    return f"{quote(place.report_id, safe='')}?{urlencode(query)}#c{number}"


def _channel(shown: Shown) -> str:
    return f"?{urlencode({'channel': shown.channel})}" if shown.channel else ""


def _search(main: Element, shown: Shown, words: Mapping[str, Any]) -> None:
    form = SubElement(main, "form", {"role": "search", "method": "get", "aria-label": words["search"]})
    hidden = [("citation", one) for one, _ in shown.cited] + ([("channel", shown.channel)] if shown.channel else [])
    for name, said in hidden:
        SubElement(form, "input", {"type": "hidden", "name": name, "value": said})
    field = {"type": "search", "name": "q", "value": shown.searched, "maxlength": "200", "autocomplete": "off"}
    SubElement(form, "input", {**field, "aria-label": words["search"], "placeholder": words["search"]})
    SubElement(form, "button").text = words["find"]
    told = SubElement(form, "output")
    if shown.searched.strip():
        n = len(shown.found)
        told.text = words["none" if not n else "many" if n == MAX_FOUND else "found"].format(n=n)


def _place_in(report: Report, status: CitationStatus | str | None) -> Place | None:
    """Where a citation stands now, if that is in ``report``."""
    if not isinstance(status, CitationStatus):
        return None
    places = (*((status.place,) if status.place else ()), *status.also_at)
    return next((place for place in places if place.report_id == report.report_id), None)


def _page_of(report: Report, place: Place) -> int | None:
    return next((page.number for page in report.pages if page.span.start <= place.start < page.span.end), None)
