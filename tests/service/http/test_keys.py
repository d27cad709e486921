"""API keys and rates."""

from __future__ import annotations

import json
import stat
from pathlib import Path
from typing import Any

import httpx
import pytest

from service.errors import KeyFileError, SettingsError
from service.http import keys
from service.http.channels import ChannelStore
from service.http.hosts import is_loopback
from service.http.keys import KeyStore, RateLimit
from service.http.serve import must_ask_for_key
from service.settings import Settings


@pytest.fixture
def store(tmp_path: Path) -> KeyStore:
    return KeyStore(tmp_path / "deep" / "keys.json")


def test_a_key_opens_until_it_is_revoked(store: KeyStore) -> None:
    key, secret = store.add("法制办")
    other, other_secret = store.add("图书馆")
    assert store.find(secret) == key
    assert store.find(other_secret) == other
    store.revoke(key.key_id)
    assert store.find(secret) is None
    assert store.find(other_secret) == other
    assert [kept.revoked_at is None for kept in store.all()] == [False, True]


def test_only_the_hash_is_kept_and_only_the_owner_reads_it(store: KeyStore, tmp_path: Path) -> None:
    _, secret = store.add("甲")
    path = tmp_path / "deep" / "keys.json"
    assert secret not in path.read_text(encoding="utf-8")
    assert secret.rpartition("_")[2] not in path.read_text(encoding="utf-8")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


@pytest.mark.parametrize("wrong", ["", "judian_", "Bearer", "judian_00000000_x", "\ud800", "密钥"])
def test_what_is_no_key_opens_nothing(store: KeyStore, wrong: str) -> None:
    store.add("甲")
    assert store.find(wrong) is None


def test_a_change_by_another_process_is_seen(store: KeyStore, tmp_path: Path) -> None:
    assert store.all() == ()
    _, secret = KeyStore(tmp_path / "deep" / "keys.json").add("甲")
    assert store.find(secret) is not None


def test_faults_of_the_file_are_said(store: KeyStore, tmp_path: Path) -> None:
    with pytest.raises(KeyFileError, match="no open key"):
        store.revoke("00000000")
    store.add("甲")
    (tmp_path / "deep" / "keys.json").write_text("{", encoding="utf-8")
    with pytest.raises(KeyFileError, match=r"keys\.json"):
        store.all()


def test_a_rate_is_a_bucket_that_fills_again() -> None:
    now = 0.0
    rate = RateLimit(60, clock=lambda: now)
    assert [rate.wait_s("a") for _ in range(60)] == [0.0] * 60
    assert rate.wait_s("a") == pytest.approx(1.0)  # 60 a minute: one a second
    assert rate.wait_s("b") == 0.0
    now = 0.5
    assert rate.wait_s("a") == pytest.approx(0.5)
    now = 2.0
    assert [rate.wait_s("a") for _ in range(2)] == [0.0, 0.0]
    assert rate.wait_s("a") == pytest.approx(1.0)
    now = 1e6
    assert [rate.wait_s("a") for _ in range(61)].count(0.0) == 60  # it never holds more than a minute's


def test_of_names_without_end_those_that_asked_last_are_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keys, "MAX_BUCKETS", 3)
    rate = RateLimit(1, clock=lambda: 0.0)
    assert [rate.wait_s(name) for name in ("a", "b", "a", "c", "a", "d", "a")] == [0.0, 0.0, 60.0, 0.0, 60.0, 0.0, 60.0]
    assert rate.wait_s("b") == 0.0  # it asked longest ago
    assert rate.wait_s("a") == 60.0


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        *(("127.0.0.1", True), ("127.9.9.9", True), ("::1", True), ("localhost", True), ("::ffff:127.0.0.1", True)),
        *(("0.0.0.0", False), ("::", False), ("::ffff:10.0.0.1", False), ("localhost.example", False)),
    ],
)
def test_loopback_addresses_are_known(host: str, expected: bool) -> None:
    assert is_loopback(host) is expected


def settings(tmp_path: Path, **changed: Any) -> Settings:
    return Settings(keys=tmp_path / "keys.json", **changed)


def test_a_key_is_needed_where_other_machines_reach_the_service(tmp_path: Path) -> None:
    assert not must_ask_for_key("127.0.0.1", settings(tmp_path))
    with pytest.raises(SettingsError, match="judian keys add"):
        must_ask_for_key("0.0.0.0", settings(tmp_path))
    assert not must_ask_for_key("0.0.0.0", settings(tmp_path), allow_anonymous=True)
    with pytest.raises(SettingsError, match="allow-anonymous"):
        must_ask_for_key("10.0.0.1", settings(tmp_path, require_key="never"))
    with pytest.raises(SettingsError, match="always"):
        must_ask_for_key("127.0.0.1", settings(tmp_path, require_key="always"))
    ChannelStore(tmp_path / "channels.json").add("门户", ())
    assert must_ask_for_key("0.0.0.0", settings(tmp_path))  # of all but the pages of the channel
    ChannelStore(tmp_path / "channels.json").remove("门户")
    with pytest.raises(SettingsError, match="judian channels add"):
        must_ask_for_key("0.0.0.0", settings(tmp_path))
    KeyStore(tmp_path / "keys.json").add("甲")
    assert must_ask_for_key("0.0.0.0", settings(tmp_path))
    assert must_ask_for_key("127.0.0.1", settings(tmp_path, require_key="always"))
    assert must_ask_for_key("127.0.0.1", settings(tmp_path, require_key="always"), allow_anonymous=True)


@pytest.mark.process
def test_the_command_line_adds_lists_and_revokes_and_a_running_service_follows(
    judian: Any, sample_index: Path, tmp_path: Path
) -> None:
    audit = tmp_path / "audit.jsonl"
    keyed = judian.with_settings(
        JUDIAN_KEYS=str(tmp_path / "keys.json"), JUDIAN_REQUIRE_KEY="always", JUDIAN_AUDIT_LOG=str(audit)
    )
    refused = keyed("serve", "--index", sample_index, "--port", "8999")
    assert refused.returncode == 1
    assert "judian keys add" in refused.stderr
    secret = keyed("keys", "add", "法制办").stdout.split()[-1]
    key_id = keyed("keys", "list").stdout.split()[0]
    with keyed.serving(sample_index) as (_, base), httpx.Client(base_url=base, trust_env=False) as client:
        body = {"question": "秘密的问题"}
        assert client.post("/v1/ask", json=body).status_code == 401
        assert client.get("/metrics").status_code == 401
        assert client.get("/healthz").status_code == 200
        for headers in ({"authorization": f"Bearer {secret}"}, {"x-api-key": secret}):
            assert client.post("/v1/ask", json=body, headers=headers).status_code == 200
        assert keyed("keys", "revoke", key_id).returncode == 0
        refusal = client.post("/v1/ask", json=body, headers={"x-api-key": secret})
        assert refusal.status_code == 401
        assert refusal.headers["www-authenticate"] == "Bearer"
        assert refusal.headers["content-type"] == "application/problem+json"
    lines = [json.loads(line) for line in audit.read_text(encoding="utf-8").splitlines()]
    assert [line["event"] for line in lines] == ["key_added", "request", "request", "key_revoked"]
    assert {line["key_id"] for line in lines} == {key_id}
    assert {line["key_name"] for line in lines} == {"法制办"}
    assert "秘密" not in audit.read_text(encoding="utf-8")
    assert secret not in audit.read_text(encoding="utf-8")
