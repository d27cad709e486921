"""The page of all reports in a browser: filtered and read without scripts; ten thousand of them scroll; who comes back
from one finds the list where it was left."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
import uvicorn

from indexer.store.snapshot import CatalogueEntry
from indexer.types import Report, ReportSummary, Span
from service.http.app import create_app
from service.http.live import Fixed
from service.http.routes.report_list import A_PAGE
from tests.browser.conftest import DESK, PHONE, Open, Opened
from tests.commands import Judian, free_port
from tests.service.conftest import answering

pytestmark = pytest.mark.browser

N_REPORTS = 10_000
N_CITIES, N_YEARS = 500, 20
TEXT = "某市2023年政府工作报告\n一、工作回顾\n全市新建公路412公里。\n二、工作安排\n今年要再建500公里。\n"
COUNT = "document.querySelectorAll('.reports > li').length"
# The report at the upper edge of the window, and how far from it its own is.
AT_TOP = """() => {
  const item = document.elementFromPoint(innerWidth / 2, 1).closest(".reports > li");
  return item && [item.firstElementChild.textContent, item.getBoundingClientRect().top];
}"""
TITLES = "Array.from(document.querySelectorAll('.reports > li > a'), (one) => one.textContent)"
# To the end of the list, as fast as it comes; how long each frame took.
TO_THE_END = """async (wanted) => {
  const frames = [];
  let before = performance.now();
  while (document.querySelectorAll(".reports > li").length < wanted) {
    scrollBy(0, 3000);
    const now = await new Promise(requestAnimationFrame);
    frames.push(now - before);
    before = now;
  }
  return frames.sort((one, other) => one - other);
}"""
# To the top of the first report, a few lines with each frame; the reports at the upper edge of the window on the way.
TO_THE_TOP = """async () => {
  const passed = [];
  for (;;) {
    const item = document.elementFromPoint(innerWidth / 2, 1).closest(".reports > li");
    if (!item) return passed;
    const title = item.firstElementChild.textContent;
    if (title !== passed.at(-1)) passed.push(title);
    scrollBy(0, -40);
    await new Promise(requestAnimationFrame);
  }
}"""
# Up from where one is, a few lines with each frame.
SLOWLY = """async () => {
  const frames = [];
  let before = await new Promise(requestAnimationFrame);
  for (let n = 0; n < 60; n += 1) {
    scrollBy(0, n < 30 ? -100 : 100);
    const now = await new Promise(requestAnimationFrame);
    frames.push(now - before);
    before = now;
  }
  return frames.sort((one, other) => one - other);
}"""


def _title(n: int) -> str:
    return f"第{n // N_YEARS}市{2004 + n % N_YEARS}年政府工作报告"


class Reports(Mapping[str, Report]):
    """All of one text, each under its own name."""

    def __init__(self, one: Report) -> None:
        self._one = one

    def __getitem__(self, report_id: str) -> Report:
        number = int(report_id.removeprefix("r"))
        title = self._one.metadata.title.model_copy(update={"value": _title(number)})
        metadata = self._one.metadata.model_copy(update={"title": title})
        return self._one.model_copy(update={"report_id": report_id, "metadata": metadata})

    def __iter__(self) -> Iterator[str]:
        return (f"r{n}" for n in range(N_REPORTS))

    def __len__(self) -> int:
        return N_REPORTS


def _entry(n: int, like: ReportSummary) -> CatalogueEntry:
    own = {"report_id": f"r{n}", "title": _title(n), "year": str(2004 + n % N_YEARS), "region": f"第{n // N_YEARS}市"}
    path = (f"第{n // N_YEARS % 30}省", own["region"])
    return CatalogueEntry(summary=like.model_copy(update={**own, "region_path": path}), rows=Span(start=0, end=1))


@pytest.fixture(scope="module")
def many() -> Iterator[str]:
    """The address of a service over ten thousand reports."""
    few = answering({"某市2023年政府工作报告.txt": TEXT})
    [report] = few.snapshot.reports.values()
    like = ReportSummary.of(report)
    snapshot = replace(
        few.snapshot,
        catalogue=[_entry(n, like) for n in range(N_REPORTS)],
        reports=Reports(report),
        manifest=few.snapshot.manifest.model_copy(update={"n_reports": N_REPORTS}),
    )
    asker = replace(few, retriever=replace(few.retriever, snapshot=snapshot))
    port = free_port()
    server = uvicorn.Server(
        uvicorn.Config(create_app(Fixed(asker)), host="127.0.0.1", port=port, log_config=None, ws="none")
    )
    running = threading.Thread(target=server.run, daemon=True)
    running.start()
    while not server.started:
        time.sleep(0.01)
    yield f"http://127.0.0.1:{port}"
    server.should_exit = True
    running.join()


def _comes_to(opening: Opened, title: str, top: float) -> None:
    """Waits until that report is at the upper edge of the window, as far from it."""
    opening.until(f"(({AT_TOP})() ?? [])[0] === {json.dumps(title)}")
    opening.page.wait_for_timeout(200)
    assert opening.page.evaluate(AT_TOP) == [title, pytest.approx(top, abs=1)]


@pytest.fixture(scope="module")
def base(judian: Judian, sample_index: Path) -> Iterator[str]:
    with judian.serving(sample_index) as (_, base):
        yield base


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_list_of_reports_is_read_and_filtered_without_scripts(
    opened: Open, base: str, axe: Callable[[Any], list[str]], scheme: str
) -> None:
    for size in (DESK, (320, 640)):
        opening = opened(f"{base}/reports", size=size, color_scheme=scheme, locale="zh-CN")
        page = opening.page
        for one in page.locator("details").all():
            one.locator("summary").click()
        assert axe(page) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= size[0]
        opening.screenshot(f"reports-{scheme}-{size[0]}")
        page.evaluate("scrollTo(0, 1e6)")
        opening.screenshot(f"reports-outline-{scheme}-{size[0]}")
    opening = opened(f"{base}/reports", locale="zh-CN", java_script_enabled=False)
    plain = opening.page
    plain.fill("[name=title]", "青屏县")
    plain.click("form button")
    plain.wait_for_url("**title=*")
    [title] = plain.locator(".reports > li > a").all_text_contents()
    plain.click(".reports summary")
    link = plain.locator(".reports details a").nth(2)
    heading = link.text_content()
    link.click()
    box = plain.locator(f".text :is(h2, h3, h4):has-text('{heading}')").first.bounding_box()
    assert 0 <= box["y"] <= plain.viewport_size["height"]
    opening.shows("h1", [title])


def test_ten_thousand_reports_scroll_and_are_filtered(opened: Open, many: str) -> None:
    opening = opened(f"{many}/reports", locale="zh-CN")
    page = opening.page
    began = time.monotonic()
    page.evaluate(TO_THE_END, 500)
    of_few = page.evaluate(SLOWLY)
    frames = page.evaluate(TO_THE_END, N_REPORTS)
    took = time.monotonic() - began
    assert page.evaluate(TITLES) == [_title(n) for n in range(N_REPORTS)]
    assert page.locator("[rel=next]").count() == 0
    of_all = page.evaluate(SLOWLY)
    print(f"s to the end: {took:.1f}; ms a frame, median and 95 %:", frames[len(frames) // 2], end=" ")
    print(frames[len(frames) * 95 // 100], "with 500 there", of_few[30], of_few[57], "with all", of_all[30], of_all[57])
    assert of_all[30] <= 4 * of_few[30]
    began = time.monotonic()
    page.evaluate("scrollTo(0, 0)")
    page.fill("[name=title]", "第77市 2020")
    page.click("form button")
    page.wait_for_selector(".total:has-text('共1份。')")
    print(f"s until it is filtered: {time.monotonic() - began:.2f}")
    opening.shows(".reports > li > a", ["第77市2020年政府工作报告"])
    assert page.evaluate("window.violations") == []


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
def test_who_comes_back_from_a_report_finds_the_list_as_it_was(opened: Open, many: str, size: tuple[int, int]) -> None:
    opening = opened(f"{many}/reports", size, locale="zh-CN")
    page = opening.page
    page.evaluate(TO_THE_END, 400)
    for _ in range(3):  # what is laid out on the way is as high as it is only then
        page.evaluate("scrollBy(0, document.querySelectorAll('.reports > li')[287].getBoundingClientRect().top + 30)")
        page.wait_for_timeout(50)
    outline = page.locator(".reports summary").nth(290)
    outline.click()
    title, top = page.evaluate(AT_TOP)
    assert (title, top) == (_title(287), pytest.approx(-30, abs=1))
    asked = len(opening.requests)
    page.locator(".reports details[open] a").last.click()
    opening.shows("h1", [_title(290)])
    page.go_back()
    _comes_to(opening, title, top)
    opening.shows(".reports details[open] a", ["一、工作回顾", "二、工作安排"])
    assert len([url for url in opening.requests[asked:] if "/reports?" in url]) <= 3  # not all that had been there
    page.wait_for_timeout(300)
    page.reload()
    _comes_to(opening, title, top)

    # From there it goes on to both sides, and what one reads stays where it is.
    numbers = {_title(n): n for n in range(N_REPORTS)}
    passed = [numbers[title] for title in page.evaluate(TO_THE_TOP)]
    assert passed[:2] == [287, 286]
    assert sorted(passed, reverse=True) == passed
    assert max(one - next_one for one, next_one in pairwise(passed)) <= 8
    assert page.locator("[rel=prev]").count() == 0
    titles = page.evaluate(TITLES)
    assert len(titles) > 300
    assert titles == [_title(n) for n in range(len(titles))]
    assert page.evaluate("window.violations") == []


def test_without_scripts_one_goes_on_and_back_by_links(opened: Open, many: str) -> None:
    opening = opened(f"{many}/reports", locale="zh-CN", java_script_enabled=False)
    page = opening.page

    def follow(rel: str, first: int) -> None:
        page.click(f"[rel={rel}]")
        opening.shows(".reports > li > a", [_title(first + n) for n in range(A_PAGE)])

    assert page.locator("[rel=prev]").count() == 0
    follow("next", A_PAGE)
    follow("next", 2 * A_PAGE)
    follow("prev", A_PAGE)
    follow("prev", 0)
    assert page.url == f"{many}/reports"


def test_where_the_next_page_cannot_be_had_its_link_stays(opened: Open, many: str) -> None:
    opening = opened(f"{many}/reports", quiet=False)
    page = opening.page
    opening.until("document.readyState === 'complete'")
    page.context.set_offline(True)
    page.mouse.move(600, 500)
    page.mouse.wheel(0, 100_000)
    while not any("judian: Error: no connection" in said for said in opening.said):
        page.wait_for_timeout(20)
    assert page.locator(".reports > li").count() == 50
    assert page.locator("[rel=next]").is_visible()
