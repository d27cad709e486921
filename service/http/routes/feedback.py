"""``/v1/feedback``: what somebody says of an answer."""

from __future__ import annotations

import asyncio

from fastapi import APIRouter

from service.http.routes.state import Service
from service.types import FeedbackKept, Rated

router = APIRouter(prefix="/v1", tags=["answers"])


@router.post("/feedback")
async def feedback(rated: Rated, service: Service) -> FeedbackKept:
    """Keep whether an answer is right (`up`) or wrong (`down`), and a comment, beside the answer as it was given.

    It takes the id of an answer that `takes_feedback`; a later one for the same answer takes the place of this one.
    """
    said = await asyncio.to_thread(service.keeping.rate, rated)
    service.metrics.rated(rated.rating)
    return FeedbackKept(answer_id=said.answer_id, rating=said.rating, comment=said.comment, rated_at=said.rated_at)
