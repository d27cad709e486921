"""``/v1/citations`` and ``/v1/verify``: whether a quote still stands, and where."""

from __future__ import annotations

from fastapi import APIRouter

from service.find import resolve, verify
from service.http.routes.state import Ready, Service
from service.types import CitationStatus, Verified, Verify

router = APIRouter(prefix="/v1", tags=["citations"])


@router.get("/citations/{citation_id}")
async def citation(citation_id: str, asker: Ready, service: Service) -> CitationStatus:
    """What became of a citation: present, moved (with its place now), changed, or gone."""
    return await service.pool.run(lambda: resolve(asker.snapshot, citation_id))


@router.post("/verify")
async def verify_quote(asked: Verify, asker: Ready, service: Service) -> Verified:
    """Whether a quote stands at a span of a report; if not, where it does stand."""
    return await service.pool.run(lambda: verify(asker.snapshot, asked))
