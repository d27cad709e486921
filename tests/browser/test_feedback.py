"""Whether an answer is right: what a person presses and hears. The page of an answer, without scripts."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from service.http.keys import KeyStore
from service.types import Segment
from tests.browser.conftest import DESK, PHONE, Open, Opened
from tests.browser.fake import Fake, answer, cite
from tests.commands import Judian

pytestmark = pytest.mark.browser

TEXT = "一、工作回顾\n澜川市粮食总产量60.8万吨。\n"
GRAIN = "澜川市粮食总产量60.8万吨。"
QUESTION = "澜川市2022年粮食总产量是多少？"
HEARD = """() => {
  window.heard = [];
  const status = document.querySelector("judian-chat").shadowRoot.querySelector("[role=status]");
  new MutationObserver(() => heard.push(status.textContent)).observe(status, { childList: true });
}"""


@pytest.fixture
def rating(service: Fake) -> Fake:
    """A service that takes feedback on one answer and not on another."""
    service.key, service.takes_feedback = None, 200
    service.rated.clear()
    given = answer([Segment(text=GRAIN, citations=(1,))], [cite(1, TEXT, GRAIN, "60.8万吨")])
    service.add(given.model_copy(update={"takes_feedback": True, "address": "/a/a1"}), "产粮多少？", TEXT)
    service.add(given, "不评？", TEXT)
    return service


def pressed(chat: Opened) -> list[str]:
    return [str(one.get_attribute("aria-pressed")) for one in chat.last("[data-rating]").all()]


@pytest.mark.parametrize("size", [DESK, PHONE])
def test_an_answer_is_rated_and_something_said_of_it(
    opened: Open, rating: Fake, axe: Any, size: tuple[int, int]
) -> None:
    chat = opened(f"{rating.base}/", size)
    chat.ask("产粮多少？")
    chat.page.evaluate(HEARD)
    assert pressed(chat) == ["false", "false"]
    chat.last("button:has-text('回答有误')").click()
    chat.last(".hint:has-text('已记下')").wait_for()
    assert pressed(chat) == ["false", "true"]
    assert rating.rated == [{"answer_id": "a1", "rating": "down", "comment": ""}]
    field = chat.last("textarea")
    field.fill("单位不对")
    field.press("Enter")  # a line of its own, and nothing is sent
    field.press_sequentially("<b>应为吨</b>")
    chat.screenshot(f"feedback-{size[0]}")
    assert axe(chat.page) == []
    chat.last("button:has-text('发送')").click()
    field.wait_for(state="detached")
    assert rating.rated[1:] == [{"answer_id": "a1", "rating": "down", "comment": "单位不对\n<b>应为吨</b>"}]
    assert chat.page.evaluate("window.heard") == ["已记下，谢谢。"] * 2  # once each time
    focused = "document.querySelector('judian-chat').shadowRoot.activeElement.dataset.rating"
    assert chat.page.evaluate(focused) == "down"
    chat.page.reload()
    chat.last("[aria-pressed=true]").wait_for()
    assert pressed(chat) == ["false", "true"]
    chat.last("button:has-text('回答正确')").click()  # another mind; what was said goes along
    chat.last("textarea").wait_for()
    assert rating.rated[2] == {**rating.rated[1], "rating": "up"}
    assert chat.last("textarea").input_value() == "单位不对\n<b>应为吨</b>"
    assert pressed(chat) == ["true", "false"]


def test_nothing_is_asked_where_no_feedback_is_taken(opened: Open, rating: Fake) -> None:
    chat = opened(f"{rating.base}/")
    chat.ask("不评？")
    assert chat.last(".actions button").count() > 1
    assert chat.last("[data-rating]").count() == 0
    assert chat.last("a").count() == 0
    assert not any("feedback" in request for request in chat.requests)


def test_what_could_not_be_sent_is_said_and_not_shown_as_done(opened: Open, rating: Fake) -> None:
    chat = opened(f"{rating.base}/", quiet=False)
    chat.ask("产粮多少？")
    rating.takes_feedback = 503
    chat.last("button:has-text('回答正确')").click()
    chat.last(".hint:has-text('服务正忙')").wait_for()
    assert pressed(chat) == ["false", "false"]
    assert chat.last("textarea").count() == 0
    rating.takes_feedback = 200
    chat.last("button:has-text('回答正确')").press("Enter")
    chat.last("textarea").wait_for()
    rating.takes_feedback = 503
    chat.last("textarea").fill("好")
    chat.last("button:has-text('发送')").click()
    chat.last(".hint:has-text('服务正忙')").wait_for()
    assert chat.last("textarea").input_value() == "好"  # to send again
    assert pressed(chat) == ["true", "false"]


@pytest.fixture(scope="module")
def base(judian: Judian, sample_index: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a real service that keeps answers."""
    file = tmp_path_factory.mktemp("kept") / "answers.sqlite"
    with judian.with_settings(JUDIAN_ANSWERS=str(file)).serving(sample_index) as (_, base):
        yield base


@pytest.fixture
def address(opened: Open, base: str) -> str:
    """Of an answer that somebody was given."""
    chat = opened(f"{base}/")
    chat.ask(QUESTION)
    chat.last("button:has-text('回答正确')").click()
    chat.last("textarea").wait_for()
    assert chat.last("a").inner_text() == "链接"
    return str(chat.last("a").get_attribute("href"))


@pytest.mark.parametrize(("size", "scheme"), [(DESK, "light"), (PHONE, "dark")])
def test_the_page_of_an_answer_needs_no_script(
    opened: Open, base: str, address: str, axe: Any, size: tuple[int, int], scheme: str
) -> None:
    assert address.startswith(f"{base}/a/a")
    plain = opened(address, size, java_script_enabled=False)
    assert plain.page.inner_text("h1") == QUESTION
    assert plain.page.inner_text("blockquote mark") == "60.8万吨"
    assert "原文现在仍在此处" in plain.page.inner_text(".state")
    plain.page.click(".chip")
    assert plain.page.url.endswith("#c1")
    shown = opened(address, size, color_scheme=scheme)
    assert axe(shown.page) == []
    assert shown.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    shown.screenshot(f"given-{scheme}")
    assert shown.page.evaluate("window.violations") == []
    quote = shown.page.inner_text("blockquote")
    shown.page.click(".state a")
    assert shown.page.wait_for_selector("mark").inner_text() == quote
    assert {request.split("/")[2] for request in shown.requests} == {base.split("/")[2]}


def test_a_page_that_is_not_there_says_so(opened: Open, base: str, axe: Any) -> None:
    absent = opened(f"{base}/a/a0", quiet=False)
    assert "没有这条回答" in absent.page.inner_text("h1")
    assert axe(absent.page) == []


def test_a_browser_asks_for_the_key_by_itself(opened: Open, judian: Judian, sample_index: Path, tmp_path: Path) -> None:
    keys = tmp_path / "keys.json"
    _, secret = KeyStore(keys).add("一")
    asking = judian.with_settings(
        JUDIAN_ANSWERS=str(tmp_path / "answers.sqlite"), JUDIAN_KEYS=str(keys), JUDIAN_REQUIRE_KEY="always"
    )
    with asking.serving(sample_index) as (_, base):
        chat = opened(f"{base}/", quiet=False)
        chat.ask(QUESTION, until=".trouble")
        chat.page.fill("input[type=password]", secret)
        chat.page.click("text=使用")
        chat.last(".actions a").wait_for()
        address = str(chat.last("a").get_attribute("href"))
        # What a person types into the browser's own question; the name does not matter.
        entered = {"username": "x", "password": secret, "origin": base, "send": "unauthorized"}
        shown = opened(address, java_script_enabled=False, http_credentials=entered)
        assert shown.page.inner_text("h1") == QUESTION
        wrong = opened(address, quiet=False, http_credentials={**entered, "password": "falsch"})
        assert QUESTION not in wrong.page.content()
