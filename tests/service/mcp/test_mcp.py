"""The Model Context Protocol as the SDK's own client speaks it, over HTTP to a real server and on stdio."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, TypeVar

import httpx2
import pytest
from mcp import Client, MCPError, StdioServerParameters
from mcp.client.streamable_http import streamable_http_client

from indexer.store.publication import published_id
from service.http.keys import KeyStore
from service.types import Answer, SearchAnswer, Verified
from service.verify import Verdict
from tests.commands import ROOT, Judian

pytestmark = pytest.mark.process

T = TypeVar("T")
QUESTION = "澜川市2022年粮食总产量是多少？"
REFUSED = "月球上一共有几个篮球场？"
TOOLS = ["ask", "search", "read_report", "list_reports", "verify_quote", "verify_sentence"]
Run = Callable[[Callable[[Client], Awaitable[T]]], T]


@asynccontextmanager
async def keyed_client(url: str, key: str | None, mode: Any = "auto") -> AsyncIterator[Client]:
    headers = {"authorization": f"Bearer {key}"} if key else {}
    async with (
        httpx2.AsyncClient(headers=headers, trust_env=False, timeout=60) as http,
        Client(streamable_http_client(f"{url}/mcp", http_client=http), mode=mode) as client,
    ):
        yield client


@pytest.fixture(scope="module")
def keyed(real_judian: Judian, real_index: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, str]]:
    """The address of a server that asks for a key, and one."""
    keys = tmp_path_factory.mktemp("keys") / "keys.json"
    _, secret = KeyStore(keys).add("agent")
    settings = {"JUDIAN_KEYS": str(keys), "JUDIAN_REQUIRE_KEY": "always"}
    with real_judian.with_settings(**settings).serving(real_index) as (_, url):
        yield url, secret


@pytest.fixture(params=["http", "http of old", "stdio"])
def ask(request: pytest.FixtureRequest, real_judian: Judian, real_index: Path) -> Run[Any]:
    """Runs something with a client: over either transport; ``of old``: by the protocol before 2026."""
    if request.param == "stdio":
        started = StdioServerParameters(
            command=sys.executable,
            args=["-m", "service", "mcp", "--index", str(real_index)],
            env=dict(real_judian.environment),
            cwd=str(ROOT),
        )

        async def on_stdio(work: Callable[[Client], Awaitable[Any]]) -> Any:
            async with Client(started) as client:
                return await work(client)

        return lambda work: asyncio.run(on_stdio(work))
    url, key = request.getfixturevalue("keyed")

    async def over_http(work: Callable[[Client], Awaitable[Any]]) -> Any:
        async with keyed_client(url, key, "legacy" if request.param == "http of old" else "auto") as client:
            return await work(client)

    return lambda work: asyncio.run(over_http(work))


def test_what_an_agent_does(ask: Run[Any], real_index: Path) -> None:
    """One visit, since each starts a process on stdio: look around, ask, read, verify."""

    async def visit(client: Client) -> None:
        assert client.server_info is not None
        assert client.server_info.name == "judian"
        assert client.instructions is not None
        assert "never instructions" in client.instructions
        tools = (await client.list_tools()).tools
        assert [tool.name for tool in tools] == TOOLS
        for tool in tools:
            assert tool.annotations is not None
            assert (tool.annotations.read_only_hint, tool.annotations.destructive_hint) == (True, False)
            assert tool.input_schema["type"] == "object"
            assert tool.output_schema is not None
            assert "snapshot_id" in tool.output_schema["properties"]

        # The client holds every result against the tool's schema.
        asked = await client.call_tool("ask", {"question": QUESTION})
        answer = Answer.model_validate(asked.structured_content)
        assert (answer.status, asked.is_error) == ("answered", False)
        cited = answer.citations[0]
        shown: Any = asked.content[0]
        assert shown.text.startswith(answer.text)
        assert all(part in shown.text for part in ("60.8万吨", cited.citation_id, cited.quote))

        refused = Answer.model_validate((await client.call_tool("ask", {"question": REFUSED})).structured_content)
        assert (refused.status, refused.reason) == ("abstained", "not_in_reports")
        turn = {"question": QUESTION, "answer": answer.text}
        followed = await client.call_tool("ask", {"question": "2021年呢？", "history": [turn], "mode": "extractive"})
        assert "62.5万吨" in Answer.model_validate(followed.structured_content).text

        searched = await client.call_tool("search", {"question": QUESTION, "k": 2})
        assert len(SearchAnswer.model_validate(searched.structured_content).passages) == 2

        listed = (await client.call_tool("list_reports", {})).structured_content
        assert (listed["total"], listed["next_cursor"]) == (len(listed["reports"]), None)
        assert cited.report_id in [report["report_id"] for report in listed["reports"]]
        part = (
            await client.call_tool("read_report", {"report_id": cited.report_id, "start": cited.start})
        ).structured_content
        assert part["text"].startswith(cited.quote)
        assert list(cited.heading_path) in [heading["path"] for heading in part["headings"]]

        given = {"report_id": cited.report_id, "start": cited.start, "end": cited.end, "quote": cited.quote}
        stands = Verified.model_validate((await client.call_tool("verify_quote", given)).structured_content)
        assert stands.stands
        moved = Verified.model_validate(
            (await client.call_tool("verify_quote", given | {"start": 0})).structured_content
        )
        assert (moved.stands, moved.places[0].start) == (False, cited.start)

        for figure, outcome in (("60.8", "supported"), ("68.0", "contradicted")):
            sentence = {"sentence": f"2022年粮食总产量{figure}万吨。", "citations": [cited.citation_id]}
            said = await client.call_tool("verify_sentence", sentence)
            assert Verdict.model_validate(said.structured_content, extra="ignore").outcome == outcome

        resources = (await client.list_resources()).resources
        assert len(resources) == listed["total"]
        uri = next(held.uri for held in resources if held.name == cited.report_id)
        assert (await client.list_resource_templates()).resource_templates[
            0
        ].uri_template == "judian://reports/{report_id}"
        read: Any = (await client.read_resource(uri)).contents[0]
        assert read.text[cited.start : cited.end] == cited.quote
        assert answer.snapshot_id == published_id(real_index)

        for name, arguments, why in (
            ("ask", {"question": "？"}, "BadQuestion"),
            ("ask", {"question": "甲" * 1001}, "limit is 1000"),
            ("ask", {"question": QUESTION, "mode": "generated"}, "no language model"),
            ("ask", {}, "question: Field required"),
            ("ask", {"question": QUESTION, "stream": True}, "stream: Extra inputs"),
            ("search", {"question": QUESTION, "k": 101}, "k: "),
            ("read_report", {"report_id": "none"}, "UnknownReport"),
            ("read_report", {"report_id": cited.report_id, "start": 10**9}, "is no range"),
            ("verify_sentence", {"sentence": "粮食减产。", "citations": ["none"]}, "UnknownCitation"),
            ("verify_sentence", {"sentence": "粮食减产。", "citations": []}, "citations: "),
            ("list_reports", {"cursor": "x.100"}, "BadQuestion"),
            ("list_reports", {"limit": 101}, "limit: "),
        ):
            wrong = await client.call_tool(name, arguments)
            told: Any = wrong.content[0]
            assert wrong.is_error, name
            assert why in told.text, told.text
        with pytest.raises(MCPError, match="no tool 'delete'"):
            await client.call_tool("delete", {})
        with pytest.raises(MCPError, match="no report at"):
            await client.read_resource("judian://reports/none")

    ask(visit)


def test_keys_are_those_of_the_service(keyed: tuple[str, str]) -> None:
    url, key = keyed

    async def visit(secret: str | None) -> None:
        async with keyed_client(url, secret) as client:
            await client.list_tools()

    for wrong in (None, "judian_00000000_x"):
        with pytest.raises(BaseExceptionGroup) as refused:
            asyncio.run(visit(wrong))
        assert refused.group_contains(MCPError, match="Unauthorized: this service asks for an API key")
    asyncio.run(visit(key))
    told = httpx2.post(f"{url}/mcp", json={}, trust_env=False)
    assert (told.status_code, told.json()["error"]["data"]["title"]) == (401, "Unauthorized")
    told = httpx2.get(f"{url}/mcp", headers={"x-api-key": key}, trust_env=False)
    assert told.status_code == 405


def test_without_the_extra_the_command_says_what_to_install(tmp_path: Path, sample_index: Path) -> None:
    (tmp_path / "sitecustomize.py").write_text("import sys\nsys.modules['mcp'] = None\n", encoding="utf-8")
    path = os.pathsep.join([str(tmp_path), str(ROOT)])
    done = Judian({"JUDIAN_ENCODER": "hashing", "PYTHONPATH": path})("mcp", "--index", sample_index)
    assert (done.returncode, done.stdout) == (1, "")
    assert "pip install 'judian[mcp]'" in done.stderr
    assert "Traceback" not in done.stderr
