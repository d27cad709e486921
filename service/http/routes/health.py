"""``/healthz``, ``/readyz`` and ``/metrics``."""

from __future__ import annotations

from fastapi import APIRouter
from fastapi.responses import PlainTextResponse, Response

from indexer.store.snapshot import EncoderMade
from indexer.types import Record
from service.http.metrics import MEDIA_TYPE
from service.http.routes.state import Ready, Service

router = APIRouter(tags=["health"])


class Health(Record):
    """The process answers."""

    status: str = "ok"


class Readiness(Record):
    """A snapshot is loaded, and which; ``problem`` says why it is not the published one, if it is not.

    ``calibrated``: abstention was fitted with this encoder. When it was not, it is decided by words alone.
    """

    snapshot_id: str
    created_at: str
    n_reports: int
    n_chunks: int
    encoder: EncoderMade
    calibrated: bool
    problem: str | None = None
    status: str = "ready"


@router.get("/healthz")
async def healthz() -> Health:  # no thread of those that others may hold
    """Liveness: 200 whenever the process can answer at all."""
    return Health()


@router.get("/readyz")
def readyz(asker: Ready, service: Service) -> Readiness:
    """Readiness: 200 once a snapshot is loaded, 503 before."""
    manifest = asker.snapshot.manifest
    return Readiness(
        snapshot_id=manifest.snapshot_id,
        created_at=manifest.created_at,
        n_reports=manifest.n_reports,
        n_chunks=manifest.n_chunks,
        encoder=manifest.encoder,
        calibrated=asker.calibrated,
        problem=service.served.problem,
    )


@router.get("/metrics", response_class=PlainTextResponse)
def metrics(service: Service) -> Response:
    """Counts and times for Prometheus."""
    return Response(service.metrics.exposition(), media_type=MEDIA_TYPE)
