"""The chat by a channel, with a real service: on its page, on a page of another origin, with tokens, in a frame."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import httpx
import pytest

from service.http.channels import ChannelStore
from service.http.keys import KeyStore
from tests.browser.conftest import Open, Opened
from tests.browser.fake import Fake
from tests.browser.test_embed import HOSTILE, VIEWPORT
from tests.commands import Judian

pytestmark = pytest.mark.browser

QUESTION = "澜川市2022年粮食总产量是多少？"
FIGURE = "60.8万吨"


@dataclass
class Served:
    """A service that asks for keys, and what its operator can do."""

    base: str
    channels: ChannelStore
    key: str


@pytest.fixture
def opened(opened: Open, size: tuple[int, int]) -> Open:
    """All of this is to hold on a desktop and on a phone."""
    return partial(opened, size=size)


@pytest.fixture(scope="module")
def served(judian: Judian, sample_index: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    keys = tmp_path_factory.mktemp("channels") / "keys.json"
    _, key = KeyStore(keys).add("门户的后端")
    asking = judian.with_settings(JUDIAN_KEYS=str(keys), JUDIAN_REQUIRE_KEY="always")
    with asking.serving(sample_index) as (_, base):
        yield Served(base, ChannelStore(keys.with_name("channels.json")), key)


@pytest.fixture(autouse=True)
def _channels(served: Served) -> Iterator[None]:
    """Each test makes its own."""
    yield
    for channel in served.channels.all():
        served.channels.remove(channel.name)


@pytest.fixture(scope="module")
def portal() -> Iterator[Fake]:
    with Fake() as fake:
        yield fake


@pytest.fixture(scope="module")
def copied() -> Iterator[Fake]:
    """Pages of an origin that the channel does not name."""
    with Fake() as fake:
        yield fake


def _page(portal: Fake, served: Served, attributes: str, rest: str = "", policy: str = "") -> str:
    head = '<!doctype html><html lang="zh-CN"><head><title>门户</title><link rel="icon" href="/static/icon.svg">'
    line = f'<script src="{served.base}/widget.js" data-judian {attributes}></script>'
    policies = {"content-security-policy": policy} if policy else {}
    portal.pages["/portal"] = (f"{head}{VIEWPORT}{line}</head><body><h1>门户</h1>{rest}</body></html>", policies)
    return f"{portal.base}/portal"


def _asked(opening: Opened, until: str = ".status") -> Opened:
    opening.page.click("judian-chat .launch")
    opening.ask(QUESTION, until=until)
    return opening


def test_a_page_of_the_channel_asks_and_reads_without_a_key(
    opened: Open, served: Served, portal: Fake, size: tuple[int, int]
) -> None:
    """On a page that does what it can, under the policy that docs/embedding.md names, below a dialog of the page."""
    channel = served.channels.add("门户", (portal.base,))
    portal.pages["/hostile.css"] = (HOSTILE, {"content-type": "text/css"})
    policy = f"default-src 'self'; script-src 'self' {served.base}; connect-src 'self' {served.base}"
    attributes = f'data-channel="{channel.channel_id}" data-z-index="500"'
    rest = '<link rel="stylesheet" href="/hostile.css">'
    opening = opened(_page(portal, served, attributes, rest, policy), permissions=["clipboard-read", "clipboard-write"])
    page = _asked(opening).page
    assert opening.last(".figure").inner_text() == FIGURE
    assert opening.last(".said").evaluate("one => getComputedStyle(one).fontSize") == "16px"
    assert page.locator("input[type=password]").count() == 0
    opening.last(".chip").click()
    assert FIGURE in page.wait_for_selector("mark").inner_text()
    opening.screenshot(f"channel-{size[0]}")
    add = "id => { const one = document.createElement('p'); one.id = id; document.body.append(one) }"
    page.evaluate(add, "modal")
    assert page.evaluate(f"document.elementFromPoint({size[0] - 100}, {size[1] - 50}).id") == "modal"
    assert page.evaluate("window.violations") == []


def test_the_line_copied_to_another_origin_gives_no_answer_and_says_why(
    opened: Open, served: Served, portal: Fake, copied: Fake
) -> None:
    channel = served.channels.add("抄走的", (portal.base,))
    line = f'data-channel="{channel.channel_id}"'
    opening = _asked(opened(_page(copied, served, line), quiet=False), until=".trouble")  # the browser reports the 403
    assert f"没有允许本页（{copied.base}）" in opening.last(".trouble").inner_text()
    opening.screenshot("channel-refused")
    assert opening.page.locator(".said").count() == 0
    assert opening.page.locator("input[type=password]").count() == 0
    metrics = httpx.get(f"{served.base}/metrics", headers={"x-api-key": served.key}, trust_env=False).text
    assert 'status="403"' in metrics
    assert 'status="5' not in metrics


def test_two_channels_on_one_page_share_nothing(opened: Open, served: Served, portal: Fake) -> None:
    one, other = (served.channels.add(name, (portal.base,)).channel_id for name in ("左", "右"))
    line = f'<script src="{served.base}/widget.js" data-judian data-channel="{other}" data-position="left"></script>'
    page = opened(_page(portal, served, f'data-channel="{one}"', line))
    page.page.click(f'[data-channel="{one}"] .launch')
    page.ask(QUESTION, chat=f'[data-channel="{one}"]')
    page.page.click(f'[data-channel="{one}"] [aria-label=关闭]')  # it fills a phone
    page.page.click(f'[data-channel="{other}"] .launch')
    page.page.wait_for_selector(f'[data-channel="{other}"] textarea')
    assert page.page.locator(f'[data-channel="{one}"] .turn').count() == 1
    assert page.page.locator(f'[data-channel="{other}"] .turn').count() == 0


def test_a_channel_that_is_gone_and_a_day_that_is_full_are_told(opened: Open, served: Served, portal: Fake) -> None:
    full = served.channels.add("满", (portal.base,), per_day=1)
    opening = _asked(opened(_page(portal, served, f'data-channel="{full.channel_id}"'), quiet=False))
    opening.ask(QUESTION, until=".trouble")
    assert "明天" in opening.last(".trouble").inner_text()
    served.channels.remove("满")
    opening.page.get_by_role("button", name="重试", exact=True).click()
    opening.page.wait_for_selector(".trouble:has-text('没有本页写明的频道')")


def test_tokens_come_from_the_page_s_own_back_end_and_are_renewed(opened: Open, served: Served, portal: Fake) -> None:
    channel = served.channels.add("令牌", (portal.base,), token_required=True)
    line = f'data-channel="{channel.channel_id}" data-token-url="/my-token"'

    def give(token: Any) -> None:
        portal.pages["/my-token"] = (json.dumps({"token": token}), {"content-type": "application/json"})

    give("old")
    opening = _asked(opened(_page(portal, served, line), quiet=False), until=".trouble")
    assert "没有取得访问令牌" in opening.last(".trouble").inner_text()
    token_url = f"{served.base}/v1/channels/{channel.channel_id}/token"
    made = httpx.post(token_url, headers={"x-api-key": served.key}, trust_env=False).json()
    give(made["token"])
    opening.page.get_by_role("button", name="重试", exact=True).click()
    opening.page.wait_for_selector(".turn .figure")
    n_tokens = len([url for url in opening.requests if url.endswith("/my-token")])
    opening.ask(QUESTION)
    assert (
        len([url for url in opening.requests if url.endswith("/my-token")]) == n_tokens
    )  # it is kept while it lets in
    # The same through a function of the page.
    by_function = opened(_page(portal, served, f'data-channel="{channel.channel_id}"'))
    by_function.page.evaluate(
        "token => { document.querySelector('judian-chat').token = () => Promise.resolve(token) }", made["token"]
    )
    assert _asked(by_function).last(".figure").inner_text() == FIGURE


def test_the_full_page_stands_in_a_frame_of_the_channel_s_pages_alone(
    opened: Open, served: Served, portal: Fake, copied: Fake
) -> None:
    channel = served.channels.add("框", (portal.base, served.base))
    frame = (
        f'<iframe title="问答" width="100%" height="700" src="{served.base}/?channel={channel.channel_id}"></iframe>'
    )
    head = (
        '<!doctype html><html lang="zh"><head><title>框</title><link rel="icon" href="/static/icon.svg">'
        f"{VIEWPORT}</head><body>"
    )
    for site in (portal, copied):
        site.pages["/framed"] = (f"{head}{frame}</body></html>", {})
    page = opened(f"{portal.base}/framed").page
    inside = page.frame_locator("iframe")
    inside.locator("textarea").fill(QUESTION)
    inside.locator("textarea").press("Enter")
    assert inside.locator(".turn .figure").inner_text() == FIGURE
    inside.locator(".chip").click()
    inside.locator("mark").wait_for()
    elsewhere = opened(f"{copied.base}/framed", quiet=False)
    elsewhere.until("true")
    elsewhere.page.wait_for_timeout(500)
    assert "judian-chat" not in "".join(frame.content() for frame in elsewhere.page.frames[1:])
    assert any("frame-ancestors" in said for said in elsewhere.said)


def test_a_copied_address_of_a_source_opens_by_the_channel(opened: Open, served: Served, portal: Fake) -> None:
    channel = served.channels.add("地址", (portal.base, served.base))
    line = f'data-channel="{channel.channel_id}"'
    opening = opened(_page(portal, served, line), permissions=["clipboard-read", "clipboard-write"])
    _asked(opening).page.get_by_role("button", name="复制", exact=True).click()
    opening.page.wait_for_selector("text=已复制")
    address = opening.page.evaluate("navigator.clipboard.readText()").split()[-1]
    assert address.startswith(f"{served.base}/source/")
    page = opened(address).page
    assert FIGURE in page.wait_for_selector("mark").inner_text()
