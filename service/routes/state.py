"""What a route needs of the running service."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Request

from service.ask import Asker
from service.errors import NotReady


def asker_of(request: Request) -> Asker:
    """The asker over the loaded snapshot. Raises NotReady when none is loaded."""
    asker: Asker | None = request.app.state.asker
    if asker is None:
        raise NotReady("no index is loaded; run `judian index`, then start the service again")
    return asker


Ready = Annotated[Asker, Depends(asker_of)]
