"""The report of runs in a real browser, opened from disk: filters, search, deep links, marks, and no request at all."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest

from eval.page.write import write_report
from eval.runs.stored import Run
from tests.browser.conftest import LISTEN

DESK, PHONE = (1280, 900), (360, 740)
pytestmark = pytest.mark.browser


@dataclass
class Opened:
    """A page with what it asked for and said."""

    page: Any
    requests: list[str] = field(default_factory=list)
    messages: list[str] = field(default_factory=list)

    @property
    def violations(self) -> list[str]:
        return list(self.page.evaluate("window.violations"))

    def shown(self) -> list[str]:
        """The ids of the questions that are not filtered out."""
        return list(
            self.page.evaluate(
                "[...document.querySelectorAll('#_questions > li')].filter(li => li.checkVisibility())"
                ".map(li => li.firstElementChild.id)"
            )
        )

    def choose(self, **fields: str) -> list[str]:
        """Set fields of the filter, and give the ids of the questions that are left."""
        for name, value in fields.items():
            if name == "text":
                self.page.fill("[name=text]", value)
            else:
                self.page.select_option(f"[name={name}]", value)
        self.page.wait_for_timeout(300)  # the page waits for the end of typing
        shown = self.shown()
        assert self.page.inner_text("#_filter output") == f"{len(shown)} of 7 questions"
        return shown


@pytest.fixture(scope="module")
def file(report_runs: list[Run], tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("report") / "报告 report.html"
    write_report(report_runs, path)
    return path


Opener = Callable[..., Opened]


@pytest.fixture
def opener(browser: Any) -> Iterator[Opener]:
    """Opens files in windows of their own, with the network blocked and recorded."""
    contexts = []

    def open_file(path: Path, fragment: str = "", size: tuple[int, int] = DESK, scheme: str = "light") -> Opened:
        width, height = size
        context = browser.new_context(viewport={"width": width, "height": height}, color_scheme=scheme, offline=True)
        contexts.append(context)
        context.add_init_script(LISTEN)
        opened = Opened(context.new_page())
        opened.page.on("request", lambda request: opened.requests.append(request.url))
        opened.page.on("console", lambda message: opened.messages.append(message.text))
        opened.page.on("pageerror", lambda error: opened.messages.append(str(error)))
        opened.page.on("dialog", lambda dialog: pytest.fail(f"a dialog opened: {dialog.message}"))
        opened.page.goto(path.as_uri() + fragment)
        return opened

    yield open_file
    for context in contexts:
        context.close()


def test_the_page_is_quiet(opener: Opener, file: Path) -> None:
    opened = opener(file)
    opened.page.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true })")
    opened.page.wait_for_timeout(200)
    assert opened.requests == [file.as_uri()]
    assert opened.messages == []
    assert opened.violations == []  # that they are told is seen below
    assert opened.page.query_selector("main img, main iframe, main i, .run h3 i") is None


@pytest.mark.parametrize(
    ("planted", "directive"),
    [
        ("<script>document.title = 'planted'</script>", "script-src-elem"),
        ("<b style='color: red'>planted</b>", "style-src-attr"),
        ("<img src='https://example.org/planted.png'>", "img-src"),
        ("<b onclick='planted()'>planted</b>", "script-src-attr"),
    ],
)
def test_the_policy_holds_against_what_is_planted(
    opener: Opener, file: Path, tmp_path: Path, planted: str, directive: str
) -> None:
    other = tmp_path / "planted.html"
    other.write_text(file.read_text(encoding="utf-8").replace("</main>", f"{planted}</main>"), encoding="utf-8")
    opened = opener(other)
    opened.page.evaluate("document.querySelector('main > b')?.click()")
    assert opened.violations == [directive]
    assert "planted" not in opened.page.title()


def test_filters(opener: Opener, file: Path) -> None:
    opened = opener(file)
    assert opened.choose() == ["q1", "q2", "q3", "q4", "q5", "q6", "题7"]
    assert opened.choose(type="number") == ["q1", "q2"]
    assert opened.choose(end="wrong") == ["q2"]
    assert opened.choose(run="1") == []  # in the second run it is right
    opened.page.click("#_filter button")
    assert opened.choose(lang="en") == ["q4", "题7"]
    opened.page.click("#_filter button")
    assert opened.choose(end="differs") == ["q2", "q3", "q4", "q6", "题7"]
    assert opened.choose(end="failed") == ["题7"]
    assert opened.choose(run="0") == []


def test_search(opener: Opener, file: Path) -> None:
    opened = opener(file)
    assert opened.choose(text="HOW MANY airports") == ["q4"]
    assert opened.choose(text="６０．８万吨") == ["q2"]  # accepted there, and full width finds half width
    assert opened.choose(text="群众满意") == ["q1", "q2"]  # in citations
    assert opened.choose(text="群众满意 37座 两个") == ["q1"]  # all words, wherever
    assert opened.choose(text="citation.integrity") == []  # names of measures are not searched
    assert opened.choose(text="  ") != []


@pytest.mark.parametrize("size", [DESK, PHONE])
@pytest.mark.parametrize(("fragment", "wanted"), [("#q5", "q5"), ("#%E9%A2%987", "题7"), ("#题7", "题7")])
def test_a_deep_link_opens_its_question(
    opener: Opener, file: Path, size: tuple[int, int], fragment: str, wanted: str
) -> None:
    opened = opener(file, fragment, size)
    summary = opened.page.locator("details.question[open] > summary")
    summary.wait_for()
    assert summary.count() == 1
    assert summary.locator("code").inner_text() == wanted
    _assert_is_in_view(opened.page, summary)


def test_a_link_opens_a_question_that_was_filtered_out(opener: Opener, file: Path) -> None:
    opened = opener(file)
    assert opened.choose(type="list") == ["q3"]
    opened.page.click("summary:has-text('questions better')")
    opened.page.click(".ids a:has-text('q6')")
    summary = opened.page.locator("details.question[open] > summary")
    summary.wait_for()
    assert summary.locator("code").inner_text() == "q6"
    assert len(opened.shown()) == 7
    _assert_is_in_view(opened.page, summary)


def test_a_fragment_of_something_else_opens_nothing(opener: Opener, file: Path) -> None:
    for fragment in ("#_summary", "#nothing", "#%E9"):
        opened = opener(file, fragment)
        assert opened.page.locator("details.question[open]").count() == 0
        assert opened.messages == []


def test_marks_stand_on_the_right_characters(opener: Opener, file: Path) -> None:
    """Two characters of four bytes, and markup, stand before the span."""
    opened = opener(file, "#q1")
    runs = opened.page.locator("#q1 .run")
    assert runs.count() == 2
    for number in range(2):
        said = runs.nth(number).locator(".said")
        assert said.locator("mark").all_inner_texts() == ["厕所37座，群众"]
        assert said.locator("mark .fig").all_inner_texts() == ["37座"]
        assert said.inner_text() == "2023年朔原县\n𠅤村建成<img src=x onerror=alert(1)>厕所37座，群众满意。[1]"
        assert runs.nth(number).locator(".evidence u").all_inner_texts() == ["厕所37座，群众"]


def test_evidence_that_is_not_cited_is_not_marked(opener: Opener, file: Path) -> None:
    opened = opener(file, "#q2")
    before, after = (opened.page.locator("#q2 .run").nth(number) for number in range(2))
    assert before.locator("mark").count() == 0
    assert "Evidence cited: 0 of 1" in before.inner_text()
    assert after.locator("mark").all_inner_texts() == ["粮食总产量60.8万吨"]
    assert after.locator(".quote").all_inner_texts() == ["全县粮食总产量60.8万吨，增长2.1%。"]


def test_it_works_by_keyboard_alone(opener: Opener, file: Path) -> None:
    opened = opener(file)
    opened.page.focus("#_filter button")
    opened.page.keyboard.press("Tab")
    opened.page.keyboard.press("Enter")
    assert opened.page.locator("details.question[open]").get_attribute("id") == "q1"
    outline = opened.page.locator("#q1 > summary").evaluate("one => getComputedStyle(one).outlineStyle")
    assert outline == "solid"


@pytest.mark.parametrize("width", [320, 360, 768])
def test_a_phone_needs_no_scrolling_sideways(opener: Opener, file: Path, width: int) -> None:
    opened = opener(file, size=(width, 740))
    opened.page.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true })")
    assert opened.page.evaluate("document.documentElement.scrollWidth") <= width
    assert opened.page.locator(".plot").first.bounding_box()["width"] > 0.7 * width or width > 700


def test_light_and_dark(opener: Opener, file: Path) -> None:
    def colours(scheme: str) -> tuple[int, int, int]:
        """How light, 0 to 765, are the page, its text, and the text in a plot?"""
        page = opener(file, scheme=scheme).page
        light = """([selector, property]) => getComputedStyle(document.querySelector(selector))[property]
            .match(/[\\d.]+/g).slice(0, 3).reduce((sum, part) => sum + Number(part), 0)"""
        pairs = [["body", "backgroundColor"], ["body", "color"], [".plot text", "fill"]]
        background, text, label = (page.evaluate(light, pair) for pair in pairs)
        return background, text, label

    background, text, label = colours("light")
    assert background > 700 > 350 > max(text, label)
    background, text, label = colours("dark")
    assert background < 100 < 450 < min(text, label)


def test_on_paper(opener: Opener, file: Path) -> None:
    opened = opener(file, "#q1")
    assert opened.page.locator("#_filter").is_visible()
    opened.page.emulate_media(media="print", color_scheme="dark")
    assert not opened.page.locator("#_filter").is_visible()
    assert opened.page.locator("#q1 .why").first.is_visible()
    assert opened.page.evaluate("getComputedStyle(document.body).color") == "rgb(29, 29, 31)"  # ink, on paper


def test_without_a_script_every_question_is_there(browser: Any, file: Path) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(file.as_uri())
    assert page.locator("details.question").count() == 7
    assert not page.locator("#_filter").is_visible()
    page.click("#q3 > summary")
    assert page.locator("#q3 .why").first.is_visible()
    context.close()


def test_thousands_of_questions_are_filtered_at_once(opener: Opener, report_runs: list[Run], tmp_path: Path) -> None:
    n = 1500
    run = report_runs[0]
    run = replace(
        run,
        scores={f"{key}-{at}": value for at in range(n // 7) for key, value in run.scores.items()},
        items={
            f"{key}-{at}": item.model_copy(update={"id": f"{key}-{at}"})
            for at in range(n // 7)
            for key, item in run.items.items()
        },
        outputs={f"{key}-{at}": output for at in range(n // 7) for key, output in run.outputs.items()},
    )
    write_report([run], tmp_path / "many.html")
    opened = opener(tmp_path / "many.html")
    started = time.monotonic()
    opened.page.select_option("[name=type]", "list")
    opened.page.get_by_text(f"{n // 7} of {n // 7 * 7:,} questions", exact=True).wait_for(timeout=60_000)
    assert len(opened.shown()) == n // 7
    assert time.monotonic() - started < 4


def test_screenshots(opener: Opener, file: Path) -> None:
    """For a person to look at; that something is on them is all that is tested."""
    for name, size, scheme in (("light", DESK, "light"), ("dark", DESK, "dark"), ("phone", PHONE, "light")):
        page = opener(file, "#q2", size, scheme).page
        folder = os.environ.get("SCREENSHOTS")
        picture = page.screenshot(path=f"{folder}/report-{name}.png" if folder else None, full_page=True)
        assert len(picture) > 50_000


def _assert_is_in_view(page: Any, summary: Any) -> None:
    """In the window, and not under the bar of filters, which sticks to its top on a wide one."""
    page.wait_for_timeout(200)
    box, bar = summary.bounding_box(), page.locator("#_filter").bounding_box()
    assert box["y"] + box["height"] <= page.viewport_size["height"]
    assert box["y"] >= max(0, bar["y"] + bar["height"] if bar["y"] >= 0 else 0)
