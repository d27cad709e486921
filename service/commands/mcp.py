"""``judian mcp``: the service for the agent that starts it, on standard input and output."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Annotated

import typer

from service.settings import Settings


def mcp(index: Annotated[Path, typer.Option("--index", help="The index folder that `judian index` made.")]) -> None:
    """Answer an agent over standard input and output, by the Model Context Protocol.

    An agent starts this by itself: give it the command. A service that runs already is asked at /mcp.
    """
    settings = Settings.from_environment()
    from service.mcp.door import protocol

    server = protocol()  # before the encoder is loaded, which takes longer
    from service.http.routes.state import state_over
    from service.open import open_live, open_writer

    live = open_live(index, settings)
    service = state_over(live, settings, open_writer(settings))
    live.follow()
    try:
        asyncio.run(server.on_stdio(service))
    finally:
        service.pool.close()
        live.close()
