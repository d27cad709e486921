"""`judian llm check`: what it says of a language model that works, and of those that do not."""

from __future__ import annotations

import pytest

from tests.commands import Typed
from tests.llm_server import CUT, EMPTY, HANG, Reply, Scripted, ScriptedServer, status

KEY = "sk-judian-0123456789abcdef"
GOOD = "全县共有养老机构23家[S2]。"


def typed(server: ScriptedServer, **more: str) -> Typed:
    return Typed(
        {
            "JUDIAN_LLM": "openai:scripted",
            "JUDIAN_LLM_BASE_URL": server.base_url,
            "JUDIAN_LLM_API_KEY": KEY,
            "JUDIAN_LLM_FIRST_TOKEN_S": "0.5",
            **more,
        }
    )


@pytest.mark.parametrize(
    ("reply", "returncode", "told"),
    [
        (GOOD, 0, ["reachable, and the key is accepted", "streams: 4 pieces, the first after", "cites [S2]"]),
        (Reply(GOOD, piece=99), 0, ["does not stream: the answer came in one piece"]),
        ("全县共有养老机构23家。", 2, ["NOT OK  does not cite [S2]", "it wrote: 全县共有养老机构23家。"]),
        ("全县共有养老机构23家[S1]。", 2, ["does not cite [S2] but [S1]"]),
        ("无答案", 2, ["does not find the answer, 23"]),
        (f"23[S2] {KEY}", 0, ["it wrote: 23[S2] ***"]),
        ("23[S2]\x1b[2J\x07", 0, ["it wrote: 23[S2][2J\n"]),
        (status(401), 1, ["NOT OK  the language model's server refuses the key; correct JUDIAN_LLM_API_KEY"]),
        (
            status(404, body='{"error": {"message": "no model x"}}'),
            1,
            ["knows no such model", "it said:", "no model x"],
        ),
        (status(429, "7"), 1, ["asked too often"]),
        (status(500), 1, ["server failed (status 500)"]),
        (HANG, 1, ["no answer in time"]),
        (CUT, 1, ["broke off", "it wrote: 全市共有"]),
        (EMPTY, 1, ["said nothing"]),
        (Reply(GOOD, streams=False), 1, ["does not keep to its protocol", "disable_streaming"]),
    ],
)
def test_what_works_and_what_does_not_is_said(reply: Scripted, returncode: int, told: list[str]) -> None:
    with ScriptedServer(reply) as server:
        done = typed(server)("llm", "check")
    assert done.returncode == returncode, done.stdout + done.stderr
    assert not [one for one in told if one not in done.stdout], done.stdout
    assert KEY not in done.stdout + done.stderr
    assert f"asking openai:scripted at {server.base_url}, with a key" in done.stdout


def test_tokens_are_told_as_the_server_counts_them() -> None:
    with ScriptedServer(GOOD) as server:
        done = typed(server)("llm", "check")
        n_asked = sum(len(message.text) for message in server.requests[0].messages)
    assert f"counts tokens: {n_asked} read, {len(GOOD)} written" in done.stdout


def test_a_server_that_is_down_is_unreachable() -> None:
    with ScriptedServer(GOOD) as server, server.down():
        done = typed(server)("llm", "check")
    assert done.returncode == 1
    assert "cannot be reached; see that its server runs, and JUDIAN_LLM_BASE_URL" in done.stdout


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        ({}, "JUDIAN_LLM is not set"),
        ({"JUDIAN_LLM": "qwen"}, "JUDIAN_LLM: "),
        (
            {"JUDIAN_LLM": "openai:x", "JUDIAN_LLM_PARAMETERS": "[1]"},
            "JUDIAN_LLM_PARAMETERS: Value error, must be a JSON",
        ),
        (
            {"JUDIAN_LLM": "openai:x", "JUDIAN_LLM_PARAMETERS": "{"},
            "JUDIAN_LLM_PARAMETERS: Value error, must be a JSON",
        ),
        ({"JUDIAN_LLM": "openai:x", "JUDIAN_LLM_PARAMETERS": f'{{"api_key": "{KEY}"}}'}, "api_key cannot be set here"),
        ({"JUDIAN_LLM": "openai:x", "JUDIAN_LLM_BASE_URL": f"http://me:{KEY}@llm/v1"}, "JUDIAN_LLM_BASE_URL: "),
        (
            {"JUDIAN_LLM": "openai:x", "JUDIAN_LLM_API_KEY": f"{KEY} {KEY}"},
            "the key for the language model holds a blank",
        ),
        ({"JUDIAN_LLM": "openai:x", "JUDIAN_LLM_TIMEOUT_S": "0"}, "JUDIAN_LLM_TIMEOUT_S: "),
        ({"JUDIAN_LLM": "openai:x", "JUDIAN_LLM_KEY": KEY}, "JUDIAN_LLM_KEY is no setting"),
    ],
)
def test_a_setting_that_is_wrong_is_said(settings: dict[str, str], told: str) -> None:
    done = Typed(settings)("llm", "check")
    assert done.returncode == 1
    assert told in done.stderr
    assert KEY not in done.stdout + done.stderr
