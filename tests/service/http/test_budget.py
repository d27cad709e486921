"""Tokens of a language model are on the account of the key that asks."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from fastapi.testclient import TestClient

from service.ask import Asker
from service.http.app import create_app
from service.http.keys import KeyStore
from service.http.live import Fixed
from service.llm.types import Message
from service.open import open_writer
from service.settings import Settings
from tests.llm_server import ScriptedServer

QUESTION = {"question": "澜川市2022年粮食总产量是多少？"}


def truthful(messages: Sequence[Message]) -> str:
    handle = re.search(r"\[S(\d+)\][^\n]*60\.8万吨", messages[-1].text)
    assert handle
    return f"2022年粮食总产量60.8万吨[S{handle[1]}]。"


def test_a_key_that_has_used_its_tokens_gets_the_extractive_answer(sample_asker: Asker, tmp_path: Path) -> None:
    keys = KeyStore(tmp_path / "keys.json")
    (_, one), (_, other) = keys.add("one"), keys.add("other")
    with ScriptedServer(truthful) as model:
        settings = Settings(
            keys=tmp_path / "keys.json", llm="openai:scripted", llm_base_url=model.base_url, llm_tokens_per_key=1
        )
        app = create_app(Fixed(sample_asker), settings, asks_for_key=True, writer=open_writer(settings))
        with TestClient(app) as http:
            given = [
                http.post("/v1/ask", json=QUESTION, headers={"authorization": f"Bearer {secret}"}).json()
                for secret in (one, one, other)
            ]
        n_asked = len(model.requests)
    assert [(answer["mode"], answer["fallback"]) for answer in given] == [
        ("generated", None),
        ("extractive_fallback", "budget"),
        ("generated", None),
    ]
    assert all("60.8万吨" in answer["text"] for answer in given)
    assert n_asked == 2
