"""What a route needs of the running service."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Request

from indexer.store.snapshot import Manifest
from service.answers.generate import Writer
from service.ask import Asker
from service.converse import Conversation
from service.errors import NotReady, UnknownAnswer
from service.http.channels import ChannelStore
from service.http.live import Served
from service.http.metrics import Metrics
from service.http.pool import Pool
from service.kept import Kept
from service.settings import Settings


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


def state_over(
    served: Served, settings: Settings, writer: Writer | None = None, shared_metrics: str | None = None
) -> State:
    """The parts of a service over what is ``served``; ``writer`` writes answers where a language model is configured,
    ``shared_metrics`` is the folder of those of several processes. Raises SettingsError where answers are to be kept
    and cannot be."""
    pool = Pool(settings.threads, settings.max_queued, settings.timeout_s)

    def manifest() -> Manifest | None:
        return served.asker.snapshot.manifest if served.asker else None

    return State(
        served=served,
        pool=pool,
        metrics=Metrics(manifest, lambda: pool.n_held, shared_metrics),
        conversation=Conversation(writer),
        channels=ChannelStore(settings.channels_file),
        kept=Kept.of(settings),
    )


def asker_of(request: Request) -> Asker:
    """The asker over the loaded snapshot, which the request keeps. Raises NotReady when none is loaded."""
    return asker_in(state_of(request))


def asker_in(service: State) -> Asker:
    """The same of a service. Raises NotReady."""
    asker = service.served.asker
    if asker is None:
        raise NotReady("no index is loaded; run `judian index`, then start the service again")
    return asker


Ready = Annotated[Asker, Depends(asker_of)]
Service = Annotated[State, Depends(state_of)]
