"""``/v1/ask`` and ``/v1/search``."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import Response, StreamingResponse

from service.answers.generate import Account
from service.http.edges import note
from service.http.events import HEADERS, MEDIA_TYPE, server_sent
from service.http.routes.answering import LEFT, answering, unless_left
from service.http.routes.state import Ready, Service
from service.types import Answer, Question, SearchAnswer, SearchQuestion

STREAMED = 'event: segment\ndata: {"segment": …, "citations": […]}\n\nevent: done\ndata: {"answer_id": …}\n\n'
router = APIRouter(prefix="/v1", tags=["answers"])


@router.post(
    "/ask",
    response_model=Answer,
    responses={200: {"content": {MEDIA_TYPE: {"example": STREAMED}}}},
)
async def ask(question: Question, asker: Ready, service: Service, request: Request) -> Answer | Response:
    """Answer a question; every sentence of the answer has a citation that resolves.

    With ``stream``, server-sent events: `segment` for each sentence, item or cell, once it is verified, with its
    citations (a `Given`), then `done` with the whole answer, which counts. `problem` where it failed on the way.
    """
    events = await answering(question, asker, service, request.scope, Account())
    if question.stream:
        return StreamingResponse(server_sent(events), media_type=MEDIA_TYPE, headers=HEADERS)
    return await unless_left(events, request) or Response(status_code=LEFT)


@router.post("/search")
async def search(question: SearchQuestion, asker: Ready, service: Service, request: Request) -> SearchAnswer:
    """Retrieval alone: the passages with their scores."""
    note(request.scope, question=question.question)
    return await service.pool.run(lambda: asker.search(question))
