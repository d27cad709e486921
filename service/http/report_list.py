"""The page of all reports: how many there are by place, year, kind and body, and which; what could not be read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlencode
from xml.etree.ElementTree import Element, SubElement

from indexer.store.snapshot import Manifest
from indexer.types import Report, ReportSummary
from indexer.unseen import escaped
from service.http.outline import add_outline, levels_within, n_headings
from service.http.page import add_text, new_page, written
from service.listing import Counts
from service.types import Language

WORDS: Mapping[Language, Mapping[str, Any]] = {
    "zh": {
        "lang": "zh-CN",
        "title": "已收录的报告",
        "n_reports": "报告",
        "snapshot": "快照",
        "created": "建立时间",
        "encoder": "向量模型",
        "filters": "筛选",
        "region": "地区",
        "year": "年份",
        "kind": "类别",
        "issuing_body": "发布机关",
        "name": "标题中的词",
        "filter": "筛选",
        "all": "全部报告",
        "total": "共{n}份。",
        "none": "没有符合的报告。",
        "wrong": "筛选条件有误，或者报告已更新：年份写四位数字，其余不超过100字。以下是全部报告。",
        "rest": "另有{n}项，可在上面填写。",
        "next": "下一页",
        "previous": "上一页",
        "first": "第一页",
        "chars": "{n}字",
        "outline": "目录（{n}）",
        "deeper": "另有{n}个标题，见全文。",
        "in_text": "目录见全文。",
        "unread": "没有读成的文件（{n}）",
        "more_unread": "另有{n}个，`judian doctor` 会列出。",
    },
    "en": {
        "lang": "en",
        "title": "Reports",
        "n_reports": "Reports",
        "snapshot": "Snapshot",
        "created": "Made",
        "encoder": "Encoder",
        "filters": "Filters",
        "region": "Region",
        "year": "Year",
        "kind": "Kind",
        "issuing_body": "Issued by",
        "name": "Words of the title",
        "filter": "Filter",
        "all": "All reports",
        "total": "{n} in all.",
        "none": "No report fits.",
        "wrong": "A filter cannot be used, or the reports were updated: a year has four digits, the others at most 100 "
        "characters. Below are all reports.",
        "rest": "{n} more, which can be typed above.",
        "next": "Next page",
        "previous": "Previous page",
        "first": "First page",
        "chars": "{n} characters",
        "outline": "Outline ({n})",
        "deeper": "{n} more headings stand in the report.",
        "in_text": "Its outline stands in the report.",
        "unread": "Files that could not be read ({n})",
        "more_unread": "{n} more, which `judian doctor` lists.",
    },
}
FACETS = ("region", "year", "kind", "issuing_body")
MOST_VALUES = 40  # of a facet; further ones can be typed
MOST_UNREAD = 500
MOST_HEADINGS = 200  # of a report; those of further levels stand on its own page
MOST_OUTLINED_CHARS = 2_000_000  # of all reports of a page, since each is read for its headings


@dataclass(frozen=True)
class Listed:
    """A page of the list. ``texts`` has the reports themselves, by their ids; ``asked`` the filters as they were given;
    ``unread``: whether to tell of files that could not be read; ``wrong``: the filters could not be used, and these are
    all reports."""

    manifest: Manifest
    reports: Sequence[ReportSummary]
    texts: Mapping[str, Report]
    total: int
    next_cursor: str | None
    previous_cursor: str | None
    counts: Counts
    asked: Mapping[str, str]
    unread: bool
    wrong: bool = False


def report_list_page(listed: Listed, language: Language) -> str:
    """HTML of the list."""
    words = WORDS[language]
    root, _, main = new_page(
        words["lang"], words["title"], home="./", styles=("given.css", "list.css"), script="list.js"
    )
    add_text(main, "h1", words["title"])
    _index(main, listed.manifest, words)
    if listed.wrong:
        add_text(main, "p", words["wrong"], "refusal").set("role", "alert")
    _filters(main, listed, words)
    facets = SubElement(main, "nav", {"aria-label": words["filters"]})
    for name in FACETS:
        _facet(facets, name, listed, words)
    # Before the list, which scripts let go on for as long as one scrolls.
    if listed.unread and listed.manifest.unread:
        _unread(main, listed.manifest, words)
    _reports(main, listed, words)
    return written(root)


def _index(main: Element, manifest: Manifest, words: Mapping[str, Any]) -> None:
    shown = SubElement(main, "dl", {"class": "known"})
    told = {
        "n_reports": f"{manifest.n_reports:,}",
        "snapshot": manifest.snapshot_id,
        "created": manifest.created_at,
        "encoder": f"{manifest.encoder.name} ({manifest.encoder.dim})",
    }
    for name, said in told.items():
        pair = SubElement(shown, "div")
        SubElement(pair, "dt").text = words[name]
        SubElement(pair, "dd").text = said


def _filters(main: Element, listed: Listed, words: Mapping[str, Any]) -> None:
    form = SubElement(main, "form", {"method": "get", "action": "reports", "aria-label": words["filters"]})
    for name in (*FACETS, "title"):
        label = SubElement(form, "label")
        label.text = words["name" if name == "title" else name]
        more = {"inputmode": "numeric", "maxlength": "4"} if name == "year" else {"maxlength": "100"}
        SubElement(label, "input", {"name": name, "value": listed.asked.get(name, ""), **more})
    if channel := listed.asked.get("channel"):
        SubElement(form, "input", {"type": "hidden", "name": "channel", "value": channel})
    SubElement(form, "button").text = words["filter"]


def _facet(parent: Element, name: str, listed: Listed, words: Mapping[str, Any]) -> None:
    values: Sequence[tuple[str, int]] = getattr(listed.counts, name)
    if not values:
        return
    folded = SubElement(parent, "details")
    if name in listed.asked:
        folded.set("open", "")
    SubElement(folded, "summary").text = f"{words[name]} ({len(values)})"
    shown = SubElement(folded, "ul")
    for value, n in values[:MOST_VALUES]:
        item = SubElement(shown, "li")
        add_text(item, "a", value).set("href", _address(listed, **{name: value}))
        item[-1].tail = f" {n:,}"
    if (rest := len(values) - MOST_VALUES) > 0:
        SubElement(folded, "p", {"class": "note"}).text = words["rest"].format(n=rest)


def _reports(main: Element, listed: Listed, words: Mapping[str, Any]) -> None:
    total = words["total"].format(n=f"{listed.total:,}") if listed.total else words["none"]
    line = SubElement(main, "p", {"class": "total"})
    line.text = total + " "
    if set(listed.asked) - {"channel", "cursor"}:
        kept = {"channel": listed.asked["channel"]} if "channel" in listed.asked else {}
        SubElement(line, "a", href=f"reports?{urlencode(kept)}" if kept else "reports").text = words["all"]
    if listed.previous_cursor is not None:
        before = SubElement(main, "p", {"class": "pages"})
        SubElement(before, "a", href=_address(listed)).text = words["first"]
        cursor = {"cursor": listed.previous_cursor} if listed.previous_cursor else {}
        SubElement(before, "a", rel="prev", href=_address(listed, **cursor)).text = words["previous"]
    shown = SubElement(main, "ol", {"class": "reports"})
    channel = f"?{urlencode({'channel': listed.asked['channel']})}" if "channel" in listed.asked else ""
    left = MOST_OUTLINED_CHARS
    for report in listed.reports:
        item = SubElement(shown, "li")
        link = add_text(item, "a", report.title)
        address = f"source/{quote(report.report_id, safe='')}{channel}"
        link.set("href", address)
        told = (report.region, report.year, report.kind, report.issuing_body, report.document_number, report.date)
        known = [one for one in told if one]
        add_text(item, "p", " · ".join([*known, words["chars"].format(n=f"{report.n_chars:,}")]), "note")
        if report.n_chars > left:
            add_text(item, "p", words["in_text"], "note")
        elif whole := listed.texts.get(report.report_id):
            left -= report.n_chars
            _outline(item, whole, address, words)
    pages = SubElement(main, "p", {"class": "pages"})
    if listed.next_cursor:
        SubElement(pages, "a", rel="next", href=_address(listed, cursor=listed.next_cursor)).text = words["next"]


def _outline(item: Element, report: Report, address: str, words: Mapping[str, Any]) -> None:
    if not report.sections:
        return
    folded = SubElement(item, "details")
    n = n_headings(report.sections)
    SubElement(folded, "summary").text = words["outline"].format(n=f"{n:,}")
    levels = levels_within(report.sections, MOST_HEADINGS)
    first = report.sections[:MOST_HEADINGS]
    add_outline(folded, first, report.text, address, levels)
    if rest := n - n_headings(first, levels):
        add_text(folded, "p", words["deeper"].format(n=f"{rest:,}"), "note")


def _unread(main: Element, manifest: Manifest, words: Mapping[str, Any]) -> None:
    folded = SubElement(main, "details", {"class": "unread"})
    SubElement(folded, "summary").text = words["unread"].format(n=f"{len(manifest.unread):,}")
    shown = SubElement(folded, "ul")
    for one in manifest.unread[:MOST_UNREAD]:
        add_text(shown, "li", f"{escaped(one.file)}: {escaped(one.reason)}")
    if (rest := len(manifest.unread) - MOST_UNREAD) > 0:
        add_text(folded, "p", words["more_unread"].format(n=f"{rest:,}"), "note")


def _address(listed: Listed, **changed: str) -> str:
    """Of the list with the same filters but for those ``changed``, from its first page."""
    query = {name: said for name, said in listed.asked.items() if name != "cursor"} | changed
    return f"reports?{urlencode(query)}" if query else "reports"
