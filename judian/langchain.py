"""Judian in LangChain: a retriever and a tool, over a running service or one in this process. The door to
``langchain_core``."""

from __future__ import annotations

from typing import Any, Literal, Protocol, runtime_checkable

from langchain_core.callbacks import CallbackManagerForRetrieverRun
from langchain_core.documents import Document
from langchain_core.retrievers import BaseRetriever
from langchain_core.tools import BaseTool, ToolException
from pydantic import BaseModel, Field

from indexer.errors import JudianError
from indexer.types import Span
from service.cite import citation_id
from service.shown import shown
from service.types import Answer, Filters, PassageCount, Question, QuestionText, SearchAnswer, SearchQuestion


@runtime_checkable
class Service(Protocol):
    """``judian.client.Client`` and ``judian.local.Local``."""

    def ask(self, question: str | Question) -> Answer: ...

    def search(self, question: str | SearchQuestion) -> SearchAnswer: ...


class JudianRetriever(BaseRetriever):
    """The best ``k`` passages of the reports that ``filters`` let through, as documents. What the service raises is
    raised.

    ``metadata``: ``report_id``, ``title``, ``heading_path``, ``start`` and ``end`` (code points of the report's
    canonical text, of which the document is ``[start, end)``), ``citation_id`` (which ``/v1/citations`` resolves, also
    after the reports were indexed anew), ``rank``, ``score``, and ``snapshot_id``.
    """

    service: Service
    k: PassageCount = 10
    filters: Filters = Filters()

    def _get_relevant_documents(
        self,
        query: str,
        *,
        run_manager: CallbackManagerForRetrieverRun,  # noqa: ARG002 - LangChain gives it by its name
        k: int | None = None,
        filters: Filters | None = None,
    ) -> list[Document]:
        asked = SearchQuestion(question=query, k=k or self.k, filters=filters or self.filters)
        return _documents(self.service.search(asked))


class Asked(BaseModel):
    """What the tool takes."""

    question: QuestionText = Field(description="the question, in Chinese or English, whole: nothing else is seen")


class JudianTool(BaseTool):
    """Answers questions for an agent. It reads the answer with its citations; the artifact is the ``Answer``.

    What the service refuses is a ``ToolException``: with ``handle_tool_error`` the agent reads why.
    """

    name: str = "judian"
    description: str = (
        "Answers a question about Chinese government reports (figures, facts, lists, outlines, comparisons) with whole "
        "sentences of the reports and the exact place of each. Where they do not tell, it says so: do not fill in."
    )
    args_schema: Any = Asked
    response_format: Literal["content", "content_and_artifact"] = "content_and_artifact"
    service: Service
    filters: Filters = Filters()
    mode: Literal["auto", "extractive", "generated"] = "auto"

    def _run(self, question: str) -> tuple[str, Answer]:
        try:
            answer = self.service.ask(Question(question=question, filters=self.filters, mode=self.mode))
        except JudianError as error:
            raise ToolException(str(error)) from error
        return shown(answer), answer


def _documents(found: SearchAnswer) -> list[Document]:
    documents = []
    for passage in found.passages:
        chunk = passage.chunk
        start, end = chunk.span.start, chunk.span.end
        cited = citation_id(chunk.report_id, Span(start=start, end=end), chunk.text)
        metadata = {
            "citation_id": cited,
            "report_id": chunk.report_id,
            "title": passage.title,
            "heading_path": list(chunk.heading_path),
            "start": start,
            "end": end,
            "rank": passage.rank,
            "score": passage.score,
            "snapshot_id": found.snapshot_id,
        }
        documents.append(Document(page_content=chunk.text, id=cited, metadata=metadata))
    return documents
