"""LangChain's own standard tests of retrievers and tools, over a real server and in this process; and what they leave
out: that every document can be cited."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from langchain_core.tools import ToolException
from langchain_tests.integration_tests.retrievers import RetrieversIntegrationTests
from langchain_tests.integration_tests.tools import ToolsIntegrationTests
from langchain_tests.unit_tests.tools import ToolsUnitTests

from judian.client import Client
from judian.langchain import JudianRetriever, JudianTool, Service
from judian.local import Local
from service.errors import BadQuestion
from service.settings import Settings
from service.types import Answer, Filters

# Those of their tests that are coroutines are run by anyio's plugin.
pytestmark = [pytest.mark.process, pytest.mark.anyio]

QUESTION = "澜川市2022年粮食总产量是多少？"


@pytest.fixture(scope="module")
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(scope="module")
def client(real_server: str) -> Iterator[Client]:
    with Client(real_server) as client:
        yield client


@pytest.fixture(scope="module")
def local(real_index: Path, model_folder: Path) -> Iterator[Local]:
    with Local(real_index, Settings(cache=model_folder.parents[1])) as local:
        yield local


@pytest.fixture(params=["client", "local"])
def service(request: pytest.FixtureRequest) -> Service:
    held: Service = request.getfixturevalue(request.param)
    return held


class _OfTheService:
    """Gives the suites, which construct what they test, the service of the test."""

    held: Service

    @pytest.fixture(autouse=True)
    def _hold(self, service: Service) -> None:
        self.held = service


class TestRetriever(_OfTheService, RetrieversIntegrationTests):
    @property
    def retriever_constructor(self) -> type[JudianRetriever]:
        return JudianRetriever

    @property
    def retriever_constructor_params(self) -> dict[str, Any]:
        return {"service": self.held}

    @property
    def retriever_query_example(self) -> str:
        return QUESTION


class _Tool(_OfTheService):
    @property
    def tool_constructor(self) -> type[JudianTool]:
        return JudianTool

    @property
    def tool_constructor_params(self) -> dict[str, Any]:
        return {"service": self.held}

    @property
    def tool_invoke_params_example(self) -> dict[str, Any]:
        return {"question": QUESTION}


class TestTool(_Tool, ToolsUnitTests):
    """As it is made."""


class TestToolAtWork(_Tool, ToolsIntegrationTests):
    """As it is called."""


def test_every_document_can_be_cited(service: Service, client: Client) -> None:
    documents = JudianRetriever(service=service, k=5).invoke(QUESTION)
    assert [document.metadata["rank"] for document in documents] == [1, 2, 3, 4, 5]
    assert "60.8万吨" in documents[0].page_content
    for document in documents:
        held = document.metadata
        assert client.text(held["report_id"], held["start"], held["end"]) == document.page_content
        assert document.id == held["citation_id"]
        status = client.citation(held["citation_id"])
        assert status.status == "present"
        assert status.place is not None
        assert (status.place.title, status.snapshot_id) == (held["title"], held["snapshot_id"])


def test_filters_are_of_the_retriever_or_of_the_call(service: Service) -> None:
    first = JudianRetriever(service=service).invoke(QUESTION)[0].metadata["report_id"]
    only = Filters(report_ids=(first,))
    documents = JudianRetriever(service=service, filters=only, k=3).invoke("公路")
    assert {document.metadata["report_id"] for document in documents} == {first}
    assert JudianRetriever(service=service, k=3).invoke("公路", filters=only) == documents


def test_the_tool_gives_the_answer_and_what_it_cites(service: Service) -> None:
    tool = JudianTool(service=service)
    told = tool.invoke({"name": tool.name, "args": {"question": QUESTION}, "id": "1", "type": "tool_call"})
    assert isinstance(told.artifact, Answer)
    cited = told.artifact.citations[0]
    assert all(part in told.content for part in ("60.8万吨", cited.quote, cited.citation_id))
    refused = tool.invoke({"question": "月球上一共有几个篮球场？"})
    assert "没有找到" in refused


def test_what_is_refused_is_for_the_agent_to_read(service: Service) -> None:
    with pytest.raises(ToolException, match="blank"):
        JudianTool(service=service).invoke({"question": "？"})
    assert "blank" in JudianTool(service=service, handle_tool_error=True).invoke({"question": "？"})


def test_in_a_notebook_there_runs_a_loop_already(local: Local) -> None:
    async def cell() -> Answer:
        return local.ask(QUESTION)

    assert "60.8万吨" in asyncio.run(cell()).text
    with pytest.raises(BadQuestion):
        local.ask("？")
    assert local.search(QUESTION).passages[0].rank == 1
