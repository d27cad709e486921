"""The service with a language model whose server repeats the key in whatever it says: it comes out nowhere."""

from __future__ import annotations

import json
import logging

import pytest

from service.ask import Asker
from service.http.app import create_app
from service.http.live import Fixed
from service.open import open_writer
from tests.llm_server import CUT, HANG, MALFORMED, Reply, ScriptedServer, status
from tests.service.conftest import Client
from tests.service.llm.conftest import KEY, settings_for

QUESTION = "澜川市2022年粮食总产量是多少？"
ECHO = json.dumps({"error": {"message": f"Incorrect API key provided: {KEY}"}})
PAGES = ("/metrics", "/readyz", "/healthz", "/openapi.json", "/")


@pytest.mark.parametrize(
    ("reply", "fallback"),
    [
        (status(400, body=ECHO), "refused"),
        (status(401, body=ECHO), "key_refused"),
        (status(403, body=KEY), "key_refused"),
        (status(429, "1", body=ECHO), "rate_limited"),
        (status(500, body=KEY), "failed"),
        (MALFORMED, "malformed"),
        (CUT, "cut"),
        (HANG, "timed_out"),
        (Reply(f"{KEY}", end="filter"), "refused"),
    ],
)
def test_no_page_answer_or_log_holds_the_key(
    sample_asker: Asker,
    reply: Reply,
    fallback: str,
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
) -> None:
    caplog.set_level(logging.DEBUG)
    with ScriptedServer(reply) as server:
        settings = settings_for(server, llm_first_token_s=0.8 if reply is HANG else 5.0)
        client = Client(create_app(Fixed(sample_asker), settings, writer=open_writer(settings)))
        answers = [
            client.request("POST", "/v1/ask", json={"question": QUESTION, **more})
            for more in ({}, {"mode": "generated", "trace": True}, {"stream": True})
        ]
        assert KEY in server.requests[0].headers["authorization"]
    assert [answer.status_code for answer in answers] == [200, 200, 200]
    assert (answers[0].json()["mode"], answers[0].json()["fallback"]) == ("extractive_fallback", fallback)
    shown = [answer.text for answer in answers] + [client.get(page).text for page in PAGES]
    shown += [caplog.text, *capfd.readouterr()]
    assert not [text for text in shown if KEY in text]
