"""``/v1/ask`` and ``/v1/search``."""

from __future__ import annotations

from fastapi import APIRouter

from service.routes.state import Ready
from service.types import Answer, Question, SearchAnswer, SearchQuestion

router = APIRouter(prefix="/v1", tags=["answers"])


@router.post("/ask")
def ask(question: Question, asker: Ready) -> Answer:
    """Answer a question; every sentence of the answer has a citation that resolves."""
    return asker.ask(question)


@router.post("/search")
def search(question: SearchQuestion, asker: Ready) -> SearchAnswer:
    """Retrieval alone: the passages with their scores."""
    return asker.search(question)
