"""``/v1/ask`` and ``/v1/search``."""

from __future__ import annotations

from fastapi import APIRouter, Request

from service.http.edges import note
from service.http.routes.state import Ready, Service
from service.types import Answer, Question, SearchAnswer, SearchQuestion

router = APIRouter(prefix="/v1", tags=["answers"])


@router.post("/ask")
async def ask(question: Question, asker: Ready, service: Service, request: Request) -> Answer:
    """Answer a question; every sentence of the answer has a citation that resolves."""
    note(request.scope, question=question.question)
    answer = await service.pool.run(lambda: asker.ask(question))
    note(request.scope, outcome=answer.reason or answer.status)
    service.metrics.answer(answer.status, answer.reason, answer.elapsed_ms)
    return answer


@router.post("/search")
async def search(question: SearchQuestion, asker: Ready, service: Service, request: Request) -> SearchAnswer:
    """Retrieval alone: the passages with their scores."""
    note(request.scope, question=question.question)
    return await service.pool.run(lambda: asker.search(question))
