"""The chat on pages of others: one line, a hostile page, a strict policy, another origin, two services, no network."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

import pytest

from service.types import Segment
from tests.browser.conftest import PHONE, Open
from tests.browser.fake import Fake, answer, cite

pytestmark = pytest.mark.browser

TEXT = "2023年工作报告\n" + "各项工作有序推进。\n" * 200 + "粮食总产量60.8万吨。\n" + "各项工作有序推进。\n" * 200
QUOTE = "粮食总产量60.8万吨。"
QUESTION = "粮食总产量是多少？"
VIEWPORT = '<meta name="viewport" content="width=device-width, initial-scale=1">'
# What a page may do to everything on it, and a dialog of its own.
HOSTILE = """
* { all: initial; font-size: 40px !important } div { display: none } button { position: static !important }
#modal, #banner { display: block; position: fixed; inset: 0; z-index: 1000; background: #000c; }
#banner { z-index: 400; }
judian-chat { transform: translateY(-99px); opacity: 0.1; }
"""


@pytest.fixture(autouse=True)
def _answers(service: Fake) -> None:
    service.add(
        answer([Segment(text=QUOTE, label="r1年度工作报告", citations=(1,))], [cite(1, TEXT, QUOTE, "60.8万吨")]),
        QUESTION,
        TEXT,
    )
    service.origins, service.key = "*", None
    service.asked.clear()


@pytest.fixture
def opened(opened: Open, size: tuple[int, int]) -> Open:
    """All of this is to hold on a desktop and on a phone."""
    return partial(opened, size=size)


@pytest.fixture(scope="module")
def portal() -> Iterator[Fake]:
    """Pages of another origin."""
    with Fake() as fake:
        yield fake


def _embed(portal: Fake, service: Fake, attributes: str = "", rest: str = "", policy: str = "") -> str:
    line = f'<script src="{service.base}/widget.js" data-judian {attributes}></script>'
    head = '<!doctype html><html lang="zh-CN"><head><title>门户</title><link rel="icon" href="/static/icon.svg">'
    portal.pages["/portal"] = (
        f"{head}{VIEWPORT}{line}</head><body><h1>门户</h1>{rest}</body></html>",
        {"content-security-policy": policy} if policy else {},
    )
    return f"{portal.base}/portal"


def test_a_hostile_page_with_a_strict_policy(opened: Open, portal: Fake, service: Fake, size: tuple[int, int]) -> None:
    policy = (
        f"default-src 'self'; script-src 'self' {service.base}; connect-src 'self' {service.base}; "
        "require-trusted-types-for 'script'; trusted-types 'none'"
    )
    # The policy forbids inline styles, also those of the page itself.
    portal.pages["/hostile.css"] = (HOSTILE, {"content-type": "text/css"})
    rest = '<link rel="stylesheet" href="/hostile.css">'
    opening = opened(_embed(portal, service, 'data-z-index="500"', rest, policy))
    page = opening.page
    button = page.locator("judian-chat .launch")
    button.wait_for()
    assert page.evaluate("getComputedStyle(document.querySelector('h1')).fontSize") == "40px"
    assert [url for url in opening.requests if url.startswith(service.base)] == [f"{service.base}/widget.js"]
    box = button.bounding_box()
    assert box["x"] + box["width"] == pytest.approx(size[0] - 16, abs=1)
    assert box["y"] + box["height"] == pytest.approx(size[1] - 16, abs=1)
    assert button.evaluate("one => getComputedStyle(one).fontSize") == "16px"
    button.click()
    opening.ask(QUESTION)
    said = opening.last(".said")
    assert said.evaluate("one => getComputedStyle(one).fontSize") == "16px"
    assert said.evaluate("one => getComputedStyle(one).display") == "inline"
    opening.last(".chip").click()
    page.wait_for_selector("mark")
    opening.screenshot(f"embed-hostile-{size[0]}")
    seen = f"document.elementFromPoint({size[0] - 100}, {size[1] - 50})"
    add = "id => { const one = document.createElement('p'); one.id = id; document.body.append(one) }"
    page.evaluate(add, "banner")
    assert page.evaluate(f"{seen}.localName") == "judian-chat"  # 500 is above 400,
    page.evaluate(add, "modal")
    assert page.evaluate(f"{seen}.id") == "modal"  # and below 1000
    assert page.evaluate("window.violations") == []
    assert page.evaluate("document.cookie") == ""
    assert page.evaluate("document.body.style.length") == 0


def test_a_page_that_resets_everything_by_force(
    opened: Open, portal: Fake, service: Fake, size: tuple[int, int]
) -> None:
    force = "* { all: initial !important; font-size: 40px !important }"
    portal.pages["/force.css"] = (force, {"content-type": "text/css"})
    opening = opened(_embed(portal, service, rest='<link rel="stylesheet" href="/force.css">'))
    page = opening.page
    assert page.locator("h1").evaluate("one => getComputedStyle(one).display") == "inline"
    box = page.locator("judian-chat .launch").bounding_box()
    assert box["x"] + box["width"] == pytest.approx(size[0] - 16, abs=1)
    assert box["y"] + box["height"] == pytest.approx(size[1] - 16, abs=1)
    page.click("judian-chat .launch")
    opening.ask(QUESTION)
    assert opening.last(".said").evaluate("one => getComputedStyle(one).fontSize") == "16px"
    opening.last(".chip").click()
    assert page.wait_for_selector("mark").inner_text() == QUOTE
    panel = page.locator("judian-chat .panel").bounding_box()
    assert panel["x"] >= 0
    assert panel["x"] + panel["width"] <= size[0]


def test_a_page_that_is_not_allowed_is_told_so(opened: Open, portal: Fake, service: Fake) -> None:
    service.origins = None
    opening = opened(_embed(portal, service), quiet=False)  # the browser itself reports what it blocked
    opening.page.click("judian-chat .launch")
    opening.ask(QUESTION, until=".trouble")
    assert f"没有允许本页（{portal.base}）" in opening.last(".trouble").inner_text()
    assert service.asked == []
    service.origins = portal.base
    opening.page.get_by_role("button", name="重试", exact=True).click()
    opening.page.wait_for_selector(".figure")


def test_two_services_on_one_page_share_nothing(opened: Open, portal: Fake, service: Fake) -> None:
    with Fake() as other:
        other.add(
            answer([Segment(text="另一处。", citations=(1,))], [cite(1, "另一处。", "另一处。")]), QUESTION, "另一处。"
        )
        second = f'<script src="{other.base}/widget.js" data-judian data-position="left" data-title="二"></script>'
        opening = opened(_embed(portal, service, rest=second))
        # On a phone either panel fills the window: one is closed before the other is opened.
        for base, said in ((service.base, QUOTE), (other.base, "另一处。")):
            chat = f'[data-server="{base}/"]'
            opening.page.click(f"{chat} .launch")
            opening.ask(QUESTION, chat=chat)
            assert opening.page.inner_text(f"{chat} .said") == said
            if base == other.base:
                opening.page.click(f"{chat} >> text=新对话")
            opening.page.click(f"{chat} [aria-label=关闭]")
        assert len(service.asked) == len(other.asked) == 1
        opening.page.reload()
        opening.page.click(f'[data-server="{service.base}/"] .launch')
        assert opening.page.inner_text(f'[data-server="{service.base}/"] .said') == QUOTE
        opening.page.click(f'[data-server="{service.base}/"] [aria-label=关闭]')
        opening.page.click(f'[data-server="{other.base}/"] .launch')
        assert opening.page.locator(f'[data-server="{other.base}/"] .turn').count() == 0


def test_the_page_around_it_never_scrolls(opened: Open, portal: Fake, service: Fake, size: tuple[int, int]) -> None:
    long = "<p>一段</p>" * 300
    opening = opened(_embed(portal, service, rest=long))
    page = opening.page
    page.evaluate("scrollTo(0, 500)")
    page.click("judian-chat .launch")
    for _ in range(5):
        opening.ask(QUESTION)
    opening.last(".chip").click()
    page.wait_for_selector("mark")
    box = page.locator("judian-chat .panel").bounding_box()
    for x, y in ((0.3, 0.02), (0.3, 0.5), (0.3, 0.97), (0.8, 0.6)):
        page.mouse.move(box["x"] + x * box["width"], box["y"] + y * box["height"])
        for way in (4000, -9000, 9000):
            page.mouse.wheel(0, way)
    for key in ("PageDown", "End", "PageDown", "ArrowDown", "PageUp", "Home", "PageUp"):
        page.keyboard.press(key)
    page.keyboard.press("Escape")
    page.focus("judian-chat .log")
    for key in ("End", "PageDown", "PageDown", "Space", "Home", "PageUp"):
        page.keyboard.press(key)
    if size == PHONE:
        touch = page.context.new_cdp_session(page)
        for x, y in ((0.3, 0.02), (0.5, 0.1), (0.5, 0.6), (0.3, 0.97)):
            at = {"x": box["x"] + x * box["width"], "y": box["y"] + y * box["height"]}
            for way in (300, -300):
                finger = {**at, "yDistance": way, "speed": 4000, "gestureSourceType": "touch"}
                touch.send("Input.synthesizeScrollGesture", finger)
    page.wait_for_timeout(150)
    assert page.evaluate("scrollY") == 500
    # Browsers of before 2026 keep only what can be scrolled from scrolling the page with it.
    wheel = """selector => document.querySelector("judian-chat").shadowRoot.querySelector(selector).dispatchEvent(
        new WheelEvent("wheel", { deltaY: 50, bubbles: true, cancelable: true }))"""
    assert [page.evaluate(wheel, where) for where in (".bar", ".asking", ".log")] == [False, False, True]
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_attributes(opened: Open, portal: Fake, service: Fake, size: tuple[int, int]) -> None:
    attributes = (
        'data-language="en" data-title="Ask us" data-greeting="Hello <b>you</b>" '
        'data-questions="粮食总产量是多少？|其他？" '
        'data-color="gold" data-theme="dark" data-position="left" data-z-index="7" '
        'data-regions="某市，另一市" data-years="2022,2023,x" data-reports="r1"'
    )
    opening = opened(_embed(portal, service, attributes))
    page = opening.page
    button = page.locator("judian-chat .launch")
    assert button.inner_text() == "Ask us"
    assert button.bounding_box()["x"] == pytest.approx(16, abs=1)
    assert page.evaluate("getComputedStyle(document.querySelector('judian-chat')).zIndex") == "7"
    button.click()
    assert page.inner_text(".greeting p >> nth=0") == "Hello <b>you</b>"
    assert page.get_attribute("judian-chat .panel", "aria-label") == "Ask us"
    page.click(".choice >> nth=0")
    page.wait_for_selector(".turn .status")
    assert service.asked[-1]["filters"] == {"regions": ["某市", "另一市"], "years": [2022, 2023], "report_ids": ["r1"]}
    light = """selector => getComputedStyle(document.querySelector('judian-chat').shadowRoot.querySelector(selector))"""
    assert page.evaluate(f"({light})('.panel').backgroundColor") == "rgb(23, 24, 27)"
    opening.screenshot(f"embed-dark-gold-{size[0]}")


def test_inside_the_page(opened: Open, portal: Fake, service: Fake) -> None:
    page_html = (
        '<!doctype html><html lang="en"><head><title>x</title><link rel="icon" href="/static/icon.svg">'
        f'{VIEWPORT}</head><body><script src="{service.base}/widget.js" defer></script><main><h1>x</h1>'
        '<judian-chat style="--judian-height: 500px"></judian-chat></main></body></html>'
    )
    portal.pages["/inline"] = (page_html, {})
    opening = opened(f"{portal.base}/inline")
    opening.ask(QUESTION)
    page = opening.page
    assert page.locator("judian-chat .panel").bounding_box()["height"] == 500
    assert page.inner_text(".asking .primary") == "Ask"
    assert page.locator(".launch").count() == 0
    opening.last(".chip").click()
    page.wait_for_selector("mark")
    assert page.evaluate("scrollY") == 0


def test_without_a_network(opened: Open, portal: Fake, service: Fake) -> None:
    opening = opened(_embed(portal, service), quiet=False)
    page = opening.page
    page.context.set_offline(True)
    page.click("judian-chat .launch")
    page.wait_for_selector(".launch:has-text('打不开')")
    page.context.set_offline(False)
    page.click("judian-chat .launch")
    page.wait_for_selector("judian-chat textarea")
    page.context.set_offline(True)
    opening.ask(QUESTION, until=".trouble")
    assert "网络已断开" in opening.last(".trouble").inner_text()
    page.context.set_offline(False)
    page.get_by_role("button", name="重试", exact=True).click()
    page.wait_for_selector(".turn .figure")
    page.keyboard.press("Escape")
    assert page.inner_text("judian-chat .launch") == "问报告"


def test_on_a_slow_network_it_says_that_it_is_on_its_way(opened: Open, portal: Fake, service: Fake) -> None:
    opening = opened(_embed(portal, service))
    page = opening.page
    page.wait_for_selector("judian-chat .launch")
    slow = {"offline": False, "latency": 600, "downloadThroughput": 40_000, "uploadThroughput": 10_000}
    page.context.new_cdp_session(page).send("Network.emulateNetworkConditions", slow)
    page.click("judian-chat .launch")
    assert page.inner_text("judian-chat .launch") == "正在打开…"
    page.wait_for_selector("judian-chat textarea")
    page.fill("judian-chat textarea", QUESTION)
    page.press("judian-chat textarea", "Enter")
    assert page.inner_text("judian-chat .waiting") == "正在查找……"
    opening.last(".status").wait_for()
    opening.last(".chip").click()
    assert page.inner_text("judian-chat .note") == "正在打开原文……"
    assert page.wait_for_selector("mark").inner_text() == QUOTE


def test_without_scripts_the_page_says_what_it_needs(opened: Open, service: Fake) -> None:
    opening = opened(f"{service.base}/", java_script_enabled=False)
    assert "JavaScript" in opening.page.inner_text("noscript")
