"""Requests with a channel: from which pages, to which routes, how many, with what token; what browsers are told."""

from __future__ import annotations

import json
import signal
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi.testclient import TestClient

from service.answers.generate import Writer
from service.http.app import create_app
from service.http.asgi import Scope
from service.http.channels import Channel, ChannelStore
from service.http.gate import DAY_S, HEADER, Gate
from service.http.keys import KeyStore
from service.http.live import Fixed
from service.llm.prompts import load_prompts
from service.settings import Settings
from tests.service.answers.test_generate import Scripted
from tests.service.http.test_edges import is_problem

PORTAL, OTHER = "https://portal.example", "https://other.example"
QUESTION = {"question": "粮食总产量是多少？"}
NAME = HEADER.decode()


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(keys=tmp_path / "keys.json")


@pytest.fixture
def store(settings: Settings) -> ChannelStore:
    return ChannelStore(settings.channels_file)


@pytest.fixture
def client(sample_asker: Any, settings: Settings) -> TestClient:
    """Of a service that asks for keys."""
    return TestClient(create_app(Fixed(sample_asker), settings, asks_for_key=True))


def of(channel: Channel, origin: str | None = PORTAL, **more: str) -> dict[str, str]:
    return {NAME: channel.channel_id, **({"origin": origin} if origin else {}), **more}


def test_a_page_of_the_channel_asks_and_reads_without_a_key(client: TestClient, store: ChannelStore) -> None:
    headers = of(store.add("门户", (OTHER, PORTAL)))
    with client as http:
        answer = http.post("/v1/ask", json=QUESTION, headers=headers)
        assert answer.headers["access-control-allow-origin"] == PORTAL
        assert "origin" in answer.headers["vary"]
        assert "access-control-allow-credentials" not in answer.headers
        citation = answer.json()["citations"][0]
        assert http.post("/v1/search", json=QUESTION, headers=headers).status_code == 200
        report = f"/v1/reports/{citation['report_id']}"
        for path in ("/v1/reports", report, f"{report}/text", f"/v1/citations/{citation['citation_id']}"):
            assert http.get(path, headers=headers).status_code == 200, path
            assert http.get(path).status_code == 401, path
        assert http.post("/v1/ask", json=QUESTION, headers={"origin": PORTAL}).status_code == 401


@pytest.mark.parametrize(
    "origin",
    [
        *(OTHER, "http://portal.example", "https://portal.example:444", "https://portal.example.evil.example"),
        *("https://www.portal.example", "https://PORTAL.example", "null", "*", ""),
    ],
)
@pytest.mark.parametrize("asks_for_key", [True, False])
def test_a_page_of_another_origin_gets_no_answer(
    sample_asker: Any, settings: Settings, store: ChannelStore, origin: str, asks_for_key: bool
) -> None:
    channel = store.add("门户", (PORTAL,))
    with TestClient(create_app(Fixed(sample_asker), settings, asks_for_key=asks_for_key)) as http:
        for method, path in (("POST", "/v1/ask"), ("GET", "/v1/reports")):
            refused = http.request(method, path, json=QUESTION, headers=of(channel, origin))
            assert is_problem(refused, 403)["title"] == "OriginRefused"
            assert "judian channels add" in refused.json()["detail"]
            assert refused.headers.get("access-control-allow-origin", "") == origin  # so that its panel can say why


def test_without_an_origin_only_the_own_page_reads_where_it_is_listed(client: TestClient, store: ChannelStore) -> None:
    portal, own = store.add("门户", (PORTAL,)), store.add("自己", ("http://testserver",))
    with client as http:
        assert http.get("/v1/reports", headers=of(own, None)).status_code == 200
        assert http.post("/v1/ask", json=QUESTION, headers=of(own, "http://testserver")).status_code == 200
        for refused in (
            http.get("/v1/reports", headers=of(portal, None)),
            http.post("/v1/ask", json=QUESTION, headers=of(own, None)),  # a browser says the origin of each POST
            http.get("/v1/reports", headers=of(own, None, host="rebound.example")),
        ):
            assert is_problem(refused, 403)["title"] == "OriginRefused"


def test_an_empty_list_refuses_all_and_an_unknown_channel_too(client: TestClient, store: ChannelStore) -> None:
    channel = store.add("空", ())
    with client as http:
        for origin in (PORTAL, "http://testserver", None):
            assert http.get("/v1/reports", headers=of(channel, origin)).status_code == 403
        for unknown in ("c000000000000", "", "空"):
            refused = http.get("/v1/reports", headers={HEADER: unknown.encode(), b"origin": PORTAL.encode()})
            assert is_problem(refused, 403)["title"] == "UnknownChannel"


def test_a_channel_opens_nothing_but_what_reads(client: TestClient, store: ChannelStore, settings: Settings) -> None:
    channel = store.add("门户", (PORTAL,))
    _, key = KeyStore(settings.keys_file).add("法制办")
    with client as http:
        schema = http.get("/openapi.json").json()["paths"]
        assert len(schema) > 10
        for path, operations in schema.items():
            for method, operation in operations.items():
                if "security" not in operation:
                    continue
                sent = http.request(method, path, headers=of(channel, authorization=f"Bearer {key}"))
                is_open = {"channel": []} in operation["security"]
                assert ("all else needs a key" in sent.text) is not is_open, (method, path)
                assert is_open or sent.status_code == 403
        assert http.post(f"/v1/channels/{channel.channel_id}/token", headers=of(channel)).status_code == 403
        for method, path in (("GET", "/metrics"), ("GET", "/a/a0"), ("POST", "/mcp"), ("GET", "/v1/channels")):
            assert http.request(method, path, headers=of(channel)).status_code == 403, path


def test_a_browser_is_told_beforehand_that_it_may_send_a_channel(client: TestClient) -> None:
    asked = {"origin": OTHER, "access-control-request-method": "POST"}
    with client as http:
        told = http.options("/v1/ask", headers={**asked, "access-control-request-headers": f"content-type,{NAME}"})
        assert told.status_code == 204
        assert told.headers["access-control-allow-origin"] == OTHER
        assert NAME in told.headers["access-control-allow-headers"]
        told = http.options("/v1/ask", headers={**asked, "access-control-request-headers": "authorization"})
        assert "access-control-allow-origin" not in told.headers


def test_origins_of_keys_and_of_channels_are_apart(sample_asker: Any, settings: Settings, store: ChannelStore) -> None:
    channel = store.add("门户", (PORTAL,))
    both = settings.model_copy(update={"cors_origins": f"{OTHER} {PORTAL}"})
    with TestClient(create_app(Fixed(sample_asker), both)) as http:
        assert http.get("/v1/reports", headers={"origin": OTHER}).headers["access-control-allow-origin"] == OTHER
        assert http.get("/v1/reports", headers=of(channel, OTHER)).status_code == 403
        told = http.get("/v1/reports", headers=of(channel))
        assert told.headers.get_list("access-control-allow-origin") == [PORTAL]


def test_the_limits_are_an_address_s_a_channel_s_and_a_day_s(store: ChannelStore) -> None:
    now = DAY_S * 20_000 + 1000.0
    gate = Gate(store, clock=lambda: now)
    channel = store.add("门户", (PORTAL,), per_minute_address=2, per_minute=3, per_day=5)

    def asks(address: str) -> str:
        """What comes of a request: nothing where it gets in; else why not, and when it would."""
        headers = [(HEADER, channel.channel_id.encode()), (b"origin", PORTAL.encode())]
        scope: Scope = {"method": "GET", "path": "/v1/reports", "headers": headers, "client": (address, 1)}
        met = gate.admitted(scope)
        if isinstance(met, Channel):
            return ""
        problem, told = met
        assert problem.status == 429
        return f"{problem.detail.split(';')[0].removeprefix('too many requests ')}, {told['retry-after']}"

    assert [asks("10.0.0.1") for _ in range(3)] == ["", "", "from this address, 30"]
    assert asks("10.0.0.2") == ""
    assert asks("10.0.0.3") == "with this channel, 20"
    now += 60
    assert [asks("2001:db8::1"), asks("2001:db8::ffff:2"), asks("2001:db8::3")] == ["", "", "from this address, 30"]
    now += 60
    assert asks("2001:db8:0:1::1") == f"with this channel today, {DAY_S - 1120}"
    now = DAY_S * 20_001
    assert asks("10.0.0.1") == ""


def test_a_channel_quotes_and_asks_no_language_model_unless_it_says_so(
    sample_asker: Any, settings: Settings, store: ChannelStore
) -> None:
    plain, written = store.add("摘录", (PORTAL,)), store.add("撰写", (PORTAL,), generated=True)
    writer = Writer(Scripted("没有核对过的话。"), load_prompts())
    with TestClient(create_app(Fixed(sample_asker), settings, writer=writer)) as http:
        answer = http.post("/v1/ask", json=QUESTION, headers=of(plain)).json()
        assert answer["mode"] == "extractive"
        refused = http.post("/v1/ask", json={**QUESTION, "mode": "generated"}, headers=of(plain))
        assert "quotations alone" in is_problem(refused, 422)["detail"]
        assert http.post("/v1/ask", json=QUESTION, headers=of(written)).json()["model"] == writer.model.name


def test_a_channel_that_asks_for_a_token_lets_in_who_has_one(
    client: TestClient, store: ChannelStore, settings: Settings
) -> None:
    channel, other = (store.add(name, (PORTAL,), token_required=True) for name in ("门户", "另一个"))
    _, key = KeyStore(settings.keys_file).add("门户的后端")
    with client as http:
        assert is_problem(http.post(f"/v1/channels/{channel.channel_id}/token"), 401)
        assert (
            is_problem(http.post("/v1/channels/c0/token", headers={"x-api-key": key}), 404)["title"] == "UnknownChannel"
        )
        made = http.post(f"/v1/channels/{channel.channel_id}/token", headers={"x-api-key": key})
        assert made.json()["expires_in_s"] == 1800
        token = made.json()["token"]
        assert (
            http.post("/v1/ask", json=QUESTION, headers=of(channel, authorization=f"Bearer {token}")).status_code == 200
        )
        for wrong in ("", f"Bearer {token}0", f"Bearer {key}", f"Basic {token}"):
            refused = http.post("/v1/ask", json=QUESTION, headers=of(channel, authorization=wrong))
            assert is_problem(refused, 401)["title"] == "TokenRequired"
            assert refused.headers["access-control-allow-origin"] == PORTAL
        assert http.get("/v1/reports", headers=of(other, authorization=f"Bearer {token}")).status_code == 401
        assert http.get("/v1/reports", headers=of(channel, OTHER, authorization=f"Bearer {token}")).status_code == 403
        assert http.get("/v1/reports", headers={"authorization": f"Bearer {token}"}).status_code == 401


def test_a_token_costs_a_key_also_where_no_key_is_asked_for(
    sample_asker: Any, settings: Settings, store: ChannelStore
) -> None:
    channel = store.add("门户", (PORTAL,), token_required=True)
    with TestClient(create_app(Fixed(sample_asker), settings)) as http:
        assert http.get("/v1/reports").status_code == 200
        assert is_problem(http.post(f"/v1/channels/{channel.channel_id}/token"), 401)


def test_the_policies_of_the_pages_are_those_of_the_documentation(client: TestClient, store: ChannelStore) -> None:
    page = (Path(__file__).parents[3] / "docs" / "embedding.md").read_text(encoding="utf-8")
    channel = store.add("门户", (PORTAL, "https://host.example"))
    with client as http:
        for query in ({"channel": channel.channel_id}, {}):
            policy = http.get("/", params=query).headers["content-security-policy"]
            assert f"content-security-policy: {policy.replace('host.example', 'HOST')}\n" in page


@pytest.mark.parametrize("own", [False, True])
def test_a_page_stands_in_frames_of_its_channel_s_pages_alone(
    client: TestClient, store: ChannelStore, sample_asker: Any, own: bool
) -> None:
    """A page of a report, too, which a channel opens where it lists the host of the service itself."""
    path = f"/source/{next(iter(sample_asker.snapshot.reports))}" if own else "/"
    channel, empty = store.add("门户", (PORTAL, "http://testserver" if own else OTHER)), store.add("空", ())
    with client as http:
        framed = http.get(path, params={"channel": channel.channel_id}).headers
        listed = " ".join(channel.origins)
        assert f"frame-ancestors {listed};" in framed["content-security-policy"]
        assert "x-frame-options" not in framed
        alone = http.get(path).headers
        assert "frame-ancestors 'none';" in alone["content-security-policy"]
        assert alone["x-frame-options"] == "DENY"
        same = framed["content-security-policy"].replace(listed, "'none'")
        assert same == alone["content-security-policy"]  # as strict in all else
        for channel_id in (empty.channel_id, "c000000000000", "x; script-src *"):
            assert http.get(path, params={"channel": channel_id}).headers == alone
    with client as http:
        for elsewhere in ("/docs", "/v1/reports", "/healthz"):
            told = http.get(elsewhere, params={"channel": channel.channel_id}, headers=of(channel)).headers
            assert "frame-ancestors 'none'" in told["content-security-policy"]
            assert told["x-frame-options"] == "DENY"


def test_where_a_damaged_file_of_channels_lies_is_told_in_the_log_alone(
    client: TestClient, store: ChannelStore, caplog: pytest.LogCaptureFixture
) -> None:
    store.path.write_text("{", encoding="utf-8")
    with client as http:
        refused = http.get("/v1/reports", headers={NAME: "c1", "origin": PORTAL})
    assert is_problem(refused, 503)["title"] == "ChannelError"
    assert str(store.path.parent) not in refused.text
    assert str(store.path) in caplog.text


def test_a_channel_without_origins_lets_nobody_in(client: TestClient, store: ChannelStore) -> None:
    closed, open_to_one = store.add("无来源", ()), store.add("一处", (PORTAL,))
    with client as http:
        for headers in ({"origin": PORTAL}, {"origin": "null"}, {}):
            assert http.get("/v1/reports", headers={NAME: closed.channel_id, **headers}).status_code == 403
        assert http.get("/v1/reports", headers={NAME: open_to_one.channel_id, "origin": PORTAL}).status_code == 200


@pytest.mark.process
def test_the_command_line_adds_lists_and_removes_and_a_running_service_follows(
    judian: Any, sample_index: Path, tmp_path: Path
) -> None:
    audit = tmp_path / "audit.jsonl"
    settled = judian.with_settings(
        JUDIAN_KEYS=str(tmp_path / "keys.json"), JUDIAN_REQUIRE_KEY="always", JUDIAN_AUDIT_LOG=str(audit)
    )
    wrong = settled("channels", "add", "门户", "--origin", "https://portal.example/path")
    assert (wrong.returncode, "is no origin" in wrong.stderr) == (1, True)
    assert "judian channels add" in settled("channels", "list").stdout
    line = settled("channels", "add", "门户", "--origin", PORTAL, "--per-minute-address", "3").stdout
    channel_id = line.partition('data-channel="')[2].partition('"')[0]
    assert line.startswith('<script src="https://HOST/widget.js" data-judian data-channel="c')
    listed = settled("channels", "list").stdout
    assert channel_id in listed
    assert "3/1200 a minute, 50000 a day" in listed
    assert PORTAL in listed
    assert ChannelStore(tmp_path / "channels.json").all()[0].secret not in listed + line
    with (
        settled.serving(sample_index) as (server, base),
        httpx.Client(base_url=base, trust_env=False) as http,
    ):  # has no key
        headers = {NAME: channel_id, "origin": PORTAL}
        assert http.post("/v1/ask", json=QUESTION).status_code == 401
        assert http.post("/v1/ask", json=QUESTION, headers=headers).status_code == 200
        assert http.post("/v1/ask", json=QUESTION, headers={**headers, "origin": OTHER}).status_code == 403
        assert [http.get("/v1/reports", headers=headers).status_code for _ in range(3)] == [200, 200, 429]
        assert settled("channels", "remove", "门户").returncode == 0
        refused = http.post("/v1/ask", json=QUESTION, headers=headers)
        assert is_problem(refused, 403)["title"] == "UnknownChannel"
        server.send_signal(signal.SIGTERM)
        said, _ = server.communicate(timeout=20)
    requests = [json.loads(one) for one in said.splitlines() if '"path"' in one]
    assert [(one["status"], one.get("channel_id")) for one in requests if one["path"] == "/v1/ask"] == [
        *((401, None), (200, channel_id), (403, None), (403, None))
    ]
    assert "no channel" in settled("channels", "remove", channel_id).stderr
    lines = [json.loads(line) for line in audit.read_text(encoding="utf-8").splitlines()]
    assert [(line["event"], line["channel_id"]) for line in lines] == [
        ("channel_added", channel_id),
        ("channel_removed", channel_id),
    ]
