"""What a route needs of the running service."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Request

from service.ask import Asker
from service.converse import Conversation
from service.errors import NotReady, UnknownAnswer
from service.http.channels import ChannelStore
from service.http.live import Served
from service.http.metrics import Metrics
from service.http.pool import Pool
from service.kept import Kept


@dataclass(frozen=True)
class State:
    """The finished parts of the service; ``kept`` None: it keeps no answers."""

    served: Served
    pool: Pool
    metrics: Metrics
    conversation: Conversation
    channels: ChannelStore
    kept: Kept | None = None

    @property
    def keeping(self) -> Kept:
        """What keeps answers. Raises UnknownAnswer where nothing does."""
        if self.kept is None:
            raise UnknownAnswer("this service keeps no answers; its operator sets JUDIAN_ANSWERS for it to do so")
        return self.kept


def state_of(request: Request) -> State:
    state: State = request.app.state.judian
    return state


def asker_of(request: Request) -> Asker:
    """The asker over the loaded snapshot, which the request keeps. Raises NotReady when none is loaded."""
    asker = state_of(request).served.asker
    if asker is None:
        raise NotReady("no index is loaded; run `judian index`, then start the service again")
    return asker


Ready = Annotated[Asker, Depends(asker_of)]
Service = Annotated[State, Depends(state_of)]
