"""What the tests in a browser share: Chromium, started once, pages that tell what they say and ask for, and axe."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from tests.browser.fake import Fake

CHROMIUM = Path("/usr/bin/chromium")
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]
DESK, PHONE = (1200, 900), (390, 844)
TOUCHED_TO = 640  # pixels of width: up to there it is a phone, with fingers
# Told by the browser whenever the policy of the page forbids something.
LISTEN = """
window.violations = [];
document.addEventListener("securitypolicyviolation", (event) => violations.push(event.violatedDirective));
"""


@dataclass
class Opened:
    """A page with what it asked for and what its console said."""

    page: Any
    requests: list[str] = field(default_factory=list)
    said: list[str] = field(default_factory=list)

    def ask(self, question: str, *, chat: str = "judian-chat", until: str = ".status") -> None:
        """Types it, sends it, and waits for the end of the answer."""
        self.page.fill(f"{chat} textarea", question)
        self.page.press(f"{chat} textarea", "Enter")
        self.page.wait_for_selector(f"{chat} .turn:last-child {until}")

    def until(self, expression: str) -> Any:
        """What it says, once it is true. Playwright's own way of waiting evaluates text, which policies forbid."""
        ends = time.monotonic() + 15
        while not (found := self.page.evaluate(expression)):
            assert time.monotonic() < ends, expression
            self.page.wait_for_timeout(20)
        return found

    def last(self, selector: str) -> Any:
        """Of the last turn."""
        return self.page.locator(f".turn:last-of-type {selector}")

    def shows(self, selector: str, texts: list[str]) -> None:
        """What it selects comes to have just these texts. Not its inner text, which a browser gives of what it has laid
        out: of the lists it lays out what is near the window alone, and of a page that has just come nothing yet."""
        from playwright.sync_api import expect

        expect(self.page.locator(selector)).to_have_text(texts, timeout=15_000)

    def screenshot(self, name: str) -> None:
        """For a person to look at, where the environment names a folder for it."""
        if folder := os.environ.get("SCREENSHOTS"):
            self.page.screenshot(path=f"{folder}/{name}.png")


Open = Callable[..., Opened]


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """Not for longer than a module: its event loop runs on in this thread, and tests that have their own cannot."""
    playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    if not CHROMIUM.exists():
        pytest.skip(f"{CHROMIUM} is not there; apt-get install chromium")
    with playwright.sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=str(CHROMIUM), args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture(params=[DESK, PHONE], ids=["desk", "phone"])
def size(request: pytest.FixtureRequest) -> tuple[int, int]:
    """Of the window, of a desktop and of a phone."""
    found: tuple[int, int] = request.param
    return found


@pytest.fixture
def opened(browser: Any) -> Iterator[Open]:
    """Opens addresses, each in a context of its own. At the end no page has said anything that was not expected."""
    contexts: list[Any] = []
    pages: list[Opened] = []

    def open_page(url: str, size: tuple[int, int] = DESK, quiet: bool = True, **context: Any) -> Opened:
        if size[0] < TOUCHED_TO:
            context = {"is_mobile": True, "has_touch": True, **context}
        contexts.append(browser.new_context(viewport={"width": size[0], "height": size[1]}, **context))
        page = contexts[-1].new_page()
        page.set_default_timeout(15_000)
        one = Opened(page)
        if quiet:
            pages.append(one)
        page.on("request", lambda request: one.requests.append(request.url))
        page.on("console", lambda message: one.said.append(message.text))
        page.on("pageerror", lambda error: one.said.append(str(error)))
        page.on("dialog", lambda dialog: one.said.append(f"a dialog opened: {dialog.message}"))
        page.add_init_script(LISTEN)
        page.goto(url)
        return one

    yield open_page
    for context in contexts:
        context.close()
    assert [said for one in pages for said in one.said] == []


@pytest.fixture(scope="module")
def service() -> Iterator[Fake]:
    """A service that gives the answers that a test writes."""
    with Fake() as fake:
        yield fake


@pytest.fixture(scope="session")
def axe() -> Callable[[Any], list[str]]:
    """What axe-core finds wrong on a page, as it is now."""
    package = pytest.importorskip("axe_playwright_python", reason="axe-playwright-python is not installed")
    script = (Path(package.__file__).parent / "axe.min.js").read_text(encoding="utf-8")

    def found(page: Any) -> list[str]:
        if not page.evaluate("'axe' in window"):
            page.evaluate(script)
        tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
        done = page.evaluate("tags => axe.run(document, { runOnly: tags })", tags)
        return [f"{fault['id']}: {node['html']}" for fault in done["violations"] for node in fault["nodes"]]

    return found
