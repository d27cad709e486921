"""``/v1/citations`` and ``/v1/verify``: whether a quote still stands, and where; whether quotes carry a sentence."""

from __future__ import annotations

from fastapi import APIRouter

from service.find import check_quote, resolve, verify_sentence
from service.http.routes.state import Ready, Service
from service.types import CitationId, CitationStatus, Verified, VerifyAsked, VerifySentence
from service.verify import Verdict

router = APIRouter(prefix="/v1", tags=["citations"])


@router.get("/citations/{citation_id}")
async def citation(citation_id: CitationId, asker: Ready, service: Service) -> CitationStatus:
    """What became of a citation: present, moved (with its place now), changed, or gone."""
    return await service.pool.run(lambda: resolve(asker.snapshot, citation_id))


@router.post("/verify")
async def verify_quote(asked: VerifyAsked, asker: Ready, service: Service) -> Verified | Verdict:
    """Whether a quote stands at a span of a report, and if not, where it does stand; or whether the sentences that are
    cited say what a sentence says, and if not, what they say instead."""
    if isinstance(asked, VerifySentence):
        return await service.pool.run(lambda: verify_sentence(asker.snapshot, asked))
    return await service.pool.run(lambda: check_quote(asker.snapshot, asked))
