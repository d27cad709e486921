"""The source beside the answer: marked where it stands, or not marked and said; steps, focus, size, reading aids."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest

from service.types import Segment
from tests.browser.conftest import DESK, PHONE, Open, Opened
from tests.browser.fake import Fake, answer, cite, status_of, stream

pytestmark = pytest.mark.browser

FILL = "各项工作有序推进，成效明显。\n" * 60
FIRST, SECOND, THIRD = "𠮷市😀粮食总产量60.8万吨。", "城镇新增就业3.18万人。", "全县建成厕所3**座。"
TEXT = f"2023年工作报告\n{FILL}{FIRST}\n{FILL}{SECOND}\n{FILL}{THIRD}\n{FILL}"
QUESTION = "都怎么样？"


def _given() -> Any:
    citations = [cite(1, TEXT, FIRST, "60.8万吨"), cite(2, TEXT, SECOND, "3.18万人"), cite(3, TEXT, THIRD)]
    segments = [Segment(text=one.quote, label=one.title, citations=(one.number,)) for one in citations]
    return answer(segments, citations)


@pytest.fixture
def serve(service: Fake) -> Fake:
    service.origins, service.key = "*", None
    service.add(_given(), QUESTION, TEXT)
    return service


def _opened(opened: Open, serve: Fake, number: int = 1, **options: Any) -> Opened:
    """A page with the answer, and the source of a citation open."""
    chat = opened(f"{serve.base}/", **options)
    chat.ask(QUESTION)
    chat.last(f".chip[data-number='{number}']").click()
    chat.page.wait_for_selector(".note:empty, .note p, .note:has-text('。')", state="attached")
    return chat


def _marked_in_view(chat: Opened, quote: str) -> None:
    mark = chat.page.locator(f"mark:has-text('{quote[:5]}')")
    mark.wait_for()
    assert mark.inner_text() == quote
    box, around = mark.bounding_box(), chat.page.locator(".text").bounding_box()
    assert around["y"] <= box["y"] <= around["y"] + around["height"] - box["height"]


@pytest.mark.parametrize("size", [DESK, PHONE])
def test_citations_are_marked_scrolled_to_and_stepped_through(opened: Open, serve: Fake, size: tuple[int, int]) -> None:
    chat = _opened(opened, serve, size=size)
    page = chat.page
    _marked_in_view(chat, FIRST)
    assert page.locator("mark .figure").inner_text() == "60.8万吨"
    source, talk = page.locator(".source").bounding_box(), page.locator(".talk").bounding_box()
    if size == DESK:
        assert source["x"] >= talk["x"] + talk["width"] - 1  # beside it
    else:
        assert (source["x"], source["width"]) == (0, size[0])  # over it, and the conversation shows above
        assert 50 < source["y"] < 200
    chat.screenshot(f"source-{size[0]}")
    page.click("[aria-label=下一处]")
    _marked_in_view(chat, SECOND)
    page.keyboard.press("ArrowRight")
    _marked_in_view(chat, THIRD)
    assert page.inner_text(".nth") == "引文 3 / 3"
    assert page.get_attribute(".names a", "href") == f"{serve.base}/source/r1?citation=r1-3"
    assert page.locator("[aria-label=下一处]").is_disabled()
    page.click("[aria-label=上一处]")
    _marked_in_view(chat, SECOND)
    page.keyboard.press("Escape")
    assert not page.locator(".source").is_visible()
    assert page.evaluate("document.querySelector('judian-chat').shadowRoot.activeElement.dataset.number") == "1"


@pytest.mark.parametrize("size", [DESK, PHONE])
def test_one_steps_through_the_citations_of_the_whole_conversation(
    opened: Open, serve: Fake, size: tuple[int, int]
) -> None:
    chat = opened(f"{serve.base}/", size=size)
    page = chat.page
    serve.answers["无？"] = answer(text="没有。", status="abstained", reason="not_in_reports", certainty="not_found")
    other = answer([Segment(text=SECOND, citations=(1,))], [cite(1, TEXT, SECOND, report="r2")])
    serve.add(other, "就业？", TEXT, "r2")
    for question in (QUESTION, "无？", "就业？"):
        chat.ask(question)
    chat.last(".chip").click()
    _marked_in_view(chat, SECOND)
    assert page.inner_text(".nth") == "第2答 引文 1 / 1"
    assert page.inner_text(".source h3") == "r2年度工作报告"
    assert page.locator("[aria-label=下一处]").is_disabled()
    page.click("[aria-label=上一处]")
    _marked_in_view(chat, THIRD)
    assert page.inner_text(".nth") == "第1答 引文 3 / 3"
    current = page.locator(".chip[aria-current]")
    assert (current.count(), current.get_attribute("data-number")) == (1, "3")
    chip, log = current.bounding_box(), page.locator(".log").bounding_box()
    assert log["y"] <= chip["y"] <= log["y"] + log["height"] - chip["height"]  # the conversation follows
    chat.screenshot(f"source-steps-{size[0]}")
    page.keyboard.press("ArrowRight")
    _marked_in_view(chat, SECOND)
    assert page.inner_text(".nth") == "第2答 引文 1 / 1"
    page.keyboard.press("Escape")
    assert page.locator(".chip[aria-current]").count() == 0


def test_a_new_question_closes_the_source_of_the_old_one(opened: Open, serve: Fake) -> None:
    chat = _opened(opened, serve)
    chat.ask(QUESTION)
    assert not chat.page.locator(".source").is_visible()
    serve.add(answer([Segment(text="Grain.", citations=(1,))], [cite(1, TEXT, FIRST)], language="en"), "Grain?", TEXT)
    chat.ask("Grain?")
    chat.last(".chip").click()
    chat.page.wait_for_selector("mark")
    # Each in its own language, for the voice that reads it and for the shapes of its characters.
    langs = "(...all) => all.map((one) => document.querySelector('judian-chat').shadowRoot.querySelector(one).lang)"
    wanted = [".turn:last-child .question", ".turn:last-child .said", ".turn:first-of-type .said", ".text"]
    assert chat.page.evaluate(f"(all) => ({langs})(...all)", wanted) == ["en", "en", "zh-CN", "zh-CN"]


def test_what_cannot_be_placed_surely_is_not_marked(opened: Open, serve: Fake) -> None:
    citation = _given().citations[0]
    chat = opened(f"{serve.base}/", quiet=False)
    chat.ask(QUESTION)

    def click(told: str) -> None:
        chat.last(".chip").first.click()
        chat.page.locator(f".note:has-text('{told}')").wait_for()

    serve.texts["r1"] = f"新加的一段。\n{TEXT}"
    serve.citations["r1-1"] = status_of(citation, "moved", by=7)
    click("换了位置")
    _marked_in_view(chat, FIRST)
    for state, told in (("changed", "已不在其中"), ("gone", "不在库中")):
        serve.citations["r1-1"] = status_of(citation, state)
        click(told)
        assert chat.page.locator("mark").count() == 0
        assert FIRST in chat.page.inner_text(".note blockquote")
    serve.citations["r1-1"] = status_of(citation, "present", by=2)  # a service that errs
    click("与引文不一致")
    assert chat.page.locator("mark").count() == 0
    del serve.citations["r1-1"]
    click("可能已经更新")
    assert FIRST in chat.page.inner_text(".note blockquote")


def test_a_long_report_opens_at_once(opened: Open, serve: Fake) -> None:
    long = "各项工作有序推进，成效明显。\n" * 21_000
    text = f"{long[:150_000]}\n{FIRST}\n{long[150_000:]}"
    given = answer([Segment(text=FIRST, citations=(1,))], [cite(1, text, FIRST, "60.8万吨", report="long")])
    serve.add(given, "长？", text, "long")
    chat = opened(f"{serve.base}/")
    chat.ask("长？")
    took = chat.page.evaluate(
        """async () => {
          const root = document.querySelector("judian-chat").shadowRoot;
          const open = async () => {
            const from = performance.now();
            root.querySelector(".chip").click();
            while (!root.querySelector("mark")) await new Promise((done) => setTimeout(done));
            root.querySelector("mark").getBoundingClientRect();
            const took = performance.now() - from;
            root.querySelector("[aria-label=关闭原文]").click();
            root.querySelector(".text").replaceChildren();
            return took;
          };
          await open();
          return Math.min(await open(), await open(), await open());
        }"""
    )
    assert took < 200


def test_no_line_begins_with_a_closing_mark_or_ends_with_an_opening_one(opened: Open, service: Fake) -> None:
    said = (
        "（一）“放管服”改革：推进“互联网+政务”，办理《证照》2,154件、“一件事”63项；满意率达98.6%！（注：均为全年数。）"
        * 3
    )
    service.origins, service.key = "*", None
    service.add(
        answer([Segment(text=said, citations=(1,))], [cite(1, said, said, report="marks")]), "标点？", said, "marks"
    )
    chat = opened(f"{service.base}/")
    chat.ask("标点？")
    chat.last(".chip").click()
    chat.page.wait_for_selector("mark")
    for width in range(321, 400, 13):
        chat.page.set_viewport_size({"width": width, "height": 720})
        lines = chat.page.evaluate(
            """() => [".said", "mark"].flatMap((selector) => {
              const node = document.querySelector("judian-chat").shadowRoot.querySelector(selector).firstChild;
              const range = document.createRange();
              const lines = [];
              let top = -Infinity;
              for (let at = 0; at < node.length; at += 1) {
                range.setStart(node, at);
                range.setEnd(node, at + 1);
                const box = range.getBoundingClientRect();
                if (box.top > top + 5) lines.push("");
                top = Math.max(top, box.top);
                lines[lines.length - 1] += node.data[at];
              }
              return lines;
            })"""
        )
        assert len(lines) > 10
        assert [line for line in lines if line[0] in "，。、；：！？）》”%" or line[-1] in "（《“"] == []


def test_by_keyboard_alone(opened: Open, serve: Fake) -> None:
    serve.pages["/embed"] = (
        '<!doctype html><html lang="zh-CN"><head><title>x</title><link rel="icon" href="/static/icon.svg"></head>'
        '<body><main><h1>x</h1><a href="#a">a</a></main><script src="/widget.js" data-judian></script></body></html>',
        {},
    )
    chat = opened(f"{serve.base}/embed")
    page = chat.page
    page.locator(".launch").wait_for()

    def focused(what: str) -> Any:
        return page.evaluate(f"document.querySelector('judian-chat').shadowRoot.activeElement?.{what}")

    def tab_to(what: str, wanted: str) -> None:
        for _ in range(30):
            page.keyboard.press("Tab")
            if focused(what) == wanted:
                return
        raise AssertionError(f"no {wanted}")

    tab_to("className", "launch")
    page.keyboard.press("Enter")
    chat.until("document.querySelector('judian-chat').shadowRoot.activeElement?.tagName === 'TEXTAREA'")
    on = threading.Event()
    serve.answers["慢？"] = [b": \n\n", on, *stream(_given())]
    page.keyboard.type("慢？")
    page.keyboard.press("Enter")
    chat.last(".waiting").wait_for()
    tab_to("textContent", "停止")
    page.keyboard.press("Enter")
    chat.last(".notice").wait_for()
    on.set()
    page.keyboard.press("Shift+Tab")
    assert focused("tagName") == "TEXTAREA"
    page.keyboard.type(QUESTION)
    page.keyboard.press("Enter")
    chat.last(".status").wait_for()
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Shift+Tab")
    for _ in range(8):
        if focused("dataset.number") == "2":
            break
        page.keyboard.press("Shift+Tab")
    page.keyboard.press("Enter")
    _marked_in_view(chat, SECOND)
    assert focused("tagName") == "MARK"
    page.keyboard.press("Escape")
    assert focused("dataset.number") == "2"
    page.keyboard.press("Escape")
    assert focused("className") == "launch"
    assert not page.locator(".panel").is_visible()


@pytest.mark.parametrize("size", [DESK, (320, 640)])
def test_axe_finds_nothing_in_the_corner_of_another_page(
    opened: Open, serve: Fake, axe: Callable[[Any], list[str]], size: tuple[int, int]
) -> None:
    serve.pages["/corner"] = (
        '<!doctype html><html lang="en"><head><title>x</title><link rel="icon" href="/static/icon.svg">'
        '<meta name="viewport" content="width=device-width, initial-scale=1"></head>'
        '<body><main><h1>x</h1></main><script src="/widget.js" data-judian></script></body></html>',
        {},
    )
    chat = opened(f"{serve.base}/corner", size=size, reduced_motion="reduce")
    page = chat.page
    page.locator(".launch").wait_for()
    assert axe(page) == []
    page.click(".launch")
    chat.ask(QUESTION)
    assert axe(page) == []
    page.locator(".chip").last.click()
    _marked_in_view(chat, THIRD)
    assert axe(page) == []
    chat.screenshot(f"corner-{size[0]}")


def test_at_twice_the_size_all_of_it_is_there(opened: Open, serve: Fake) -> None:
    size = (DESK[0] // 2, DESK[1] // 2)
    chat = _opened(opened, serve, size=size, device_scale_factor=2, is_mobile=False, has_touch=False)
    _marked_in_view(chat, FIRST)
    chat.screenshot("source-zoomed")
    chat.page.keyboard.press("Escape")
    field = chat.page.locator("textarea").bounding_box()
    assert field["y"] + field["height"] <= size[1]
    assert chat.page.evaluate("document.documentElement.scrollWidth") <= size[0]


def test_on_paper_it_is_ink_with_its_marks(opened: Open, serve: Fake) -> None:
    page = _opened(opened, serve, color_scheme="dark").page
    page.emulate_media(media="print", color_scheme="dark")
    look = """(one, name) => getComputedStyle(one)[name]"""
    for selector in (".said", "mark"):
        assert page.locator(selector).first.evaluate(f"(one) => ({look})(one, 'color')") == "rgb(29, 29, 31)"
    assert page.locator("mark").evaluate(f"(one) => ({look})(one, 'printColorAdjust')") == "exact"
    assert page.locator("form.asking, .actions, .step").locator("visible=true").count() == 0


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing(opened: Open, serve: Fake, axe: Callable[[Any], list[str]], scheme: str) -> None:
    for size in (DESK, (320, 640)):
        chat = opened(f"{serve.base}/", size=size, color_scheme=scheme, reduced_motion="reduce")
        page = chat.page
        page.locator(".greeting summary").click()
        assert axe(page) == []
        chat.ask(QUESTION)
        serve.add(
            answer(text="没有。", status="abstained", reason="not_in_reports", certainty="not_found", language="en"),
            "无？",
        )
        chat.ask("无？")
        chat.last(".hint").first.wait_for()
        cells = [Segment(text=FIRST, label="甲", citations=(1,)), Segment(text="", label="乙")]
        serve.add(answer(cells, [cite(1, TEXT, FIRST, "60.8万吨")], kind="compare"), "比较？", TEXT)
        chat.ask("比较？")
        assert axe(page) == []
        page.locator(".chip").last.click()
        _marked_in_view(chat, FIRST)
        assert axe(page) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= size[0]
        chat.screenshot(f"page-{scheme}-{size[0]}")
        moving = page.evaluate(
            "document.getAnimations({ subtree: true }).filter((one) => one.playState === 'running').length"
        )
        assert moving == 0
