"""Channels as they are kept: origins, tokens, the file."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from service.errors import ChannelError
from service.http.channels import TOKEN_S, ChannelStore, origin_of

PORTAL = "https://portal.example"


@pytest.fixture
def store(tmp_path: Path) -> ChannelStore:
    return ChannelStore(tmp_path / "deep" / "channels.json")


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("https://portal.example", PORTAL),
        ("https://portal.example/", PORTAL),
        ("HTTPS://Portal.Example:443", PORTAL),
        (" https://portal.example ", PORTAL),
        ("https://portal.example:8443", "https://portal.example:8443"),
        ("http://10.0.0.8:80", "http://10.0.0.8"),
        ("http://localhost:3000", "http://localhost:3000"),
        ("http://[2001:DB8::1]:80", "http://[2001:db8::1]"),
        ("https://政务.example", "https://xn--zfr164b.example"),
    ],
)
def test_an_origin_is_kept_as_browsers_say_it(written: str, expected: str) -> None:
    assert origin_of(written) == expected


@pytest.mark.parametrize(
    "written",
    [
        *("", "*", "null", "portal.example", "https://", "https://*", "https://*.example", "ftp://portal.example"),
        *(
            "https://portal.example/path",
            "https://portal.example?x",
            "https://portal.example#x",
            "https://a:b@x.example",
        ),
        *(
            "https://a.example https://b.example",
            "https://a.example;script-src *",
            "https://a.example,b",
            "https://a:x",
        ),
        *("https://a.example:99999", "https://a.example\nx", "https://é..example", "javascript:alert(1)"),
    ],
)
def test_what_is_no_origin_is_refused(store: ChannelStore, written: str) -> None:
    with pytest.raises(ChannelError, match="is no origin"):
        store.add("门户", (PORTAL, written))
    assert store.all() == ()


def test_a_channel_is_there_until_it_is_removed_by_id_or_by_name(store: ChannelStore) -> None:
    one = store.add("门户", (PORTAL, "https://portal.example:443"), per_day=7)
    other = store.add("图书馆", ())
    assert one.origins == (PORTAL,)
    assert (one.per_day, one.generated, one.token_required) == (7, False, False)
    assert store.find(one.channel_id) == one
    with pytest.raises(ChannelError, match="another name"):
        store.add("门户", ())
    store.remove(one.channel_id)
    store.remove("图书馆")
    assert store.find(one.channel_id) is store.find(other.channel_id) is None
    with pytest.raises(ChannelError, match="judian channels list"):
        store.remove("门户")


def test_only_the_owner_reads_the_file_and_a_damaged_one_is_said(store: ChannelStore) -> None:
    store.add("门户", (PORTAL,))
    assert stat.S_IMODE(store.path.stat().st_mode) == 0o600
    store.path.write_text("[]", encoding="utf-8")
    with pytest.raises(ChannelError, match=r"channels\.json"):
        store.all()


def test_a_token_lets_into_its_channel_for_half_an_hour(tmp_path: Path) -> None:
    now = 1_000_000.0
    store = ChannelStore(tmp_path / "channels.json", clock=lambda: now)
    one, other = store.add("一", (PORTAL,), token_required=True), store.add("二", (PORTAL,), token_required=True)
    token, until = store.token(one)
    assert until.timestamp() == now + TOKEN_S == now + 1800
    assert one.secret not in token
    assert store.admits(one, token)
    assert not store.admits(other, token)
    now += TOKEN_S - 1
    assert store.admits(one, token)
    now += 1
    assert not store.admits(one, token)


@pytest.mark.parametrize("change", [-1, 0, 13, 20, 40])
def test_a_token_that_was_changed_lets_nobody_in(store: ChannelStore, change: int) -> None:
    channel = store.add("门户", (PORTAL,))
    token, _ = store.token(channel)
    assert store.admits(channel, token)
    changed = list(token)
    changed[change] = "0" if changed[change] != "0" else "1"
    assert not store.admits(channel, "".join(changed))


@pytest.mark.parametrize("token", ["", "..", "c1.2.3", "令牌", "\ud800", "c1.99999999999." + "0" * 64])
def test_what_is_no_token_lets_nobody_in(store: ChannelStore, token: str) -> None:
    assert not store.admits(store.add("门户", (PORTAL,)), token)


def test_the_tokens_of_a_removed_channel_are_void_for_the_next_of_its_name(store: ChannelStore) -> None:
    before = store.add("门户", (PORTAL,))
    token, _ = store.token(before)
    store.remove("门户")
    assert not store.admits(store.add("门户", (PORTAL,)), token)
