"""``/v1/channels``: tokens, for sites that have a back end with an API key."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path

from indexer.types import Record
from service.errors import UnknownChannel
from service.http.channels import TOKEN_S
from service.http.routes.state import Service
from service.types import MAX_ID_CHARS

router = APIRouter(prefix="/v1/channels", tags=["channels"])
InPath = Annotated[str, Path(max_length=MAX_ID_CHARS)]


class ChannelToken(Record):
    """What ``POST /v1/channels/{id}/token`` gives, for the site to hand on to its page."""

    token: str
    expires_at: str
    expires_in_s: int = TOKEN_S


@router.post("/{channel_id}/token")
def token(channel_id: InPath, service: Service) -> ChannelToken:
    """A token that lets the pages of a channel in for 30 minutes. Always needs an API key."""
    channel = service.channels.find(channel_id)
    if channel is None:
        raise UnknownChannel(f"no channel {channel_id!r} here; `judian channels list` shows those there are")
    made, until = service.channels.token(channel)
    return ChannelToken(token=made, expires_at=until.isoformat(timespec="seconds"))
