"""The HTTP application: routes, problem details, pages. With ``service.http.routes``, the only door to FastAPI."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator
from importlib.metadata import version
from importlib.resources import files

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.middleware.cors import CORSMiddleware
from fastapi.responses import Response
from fastapi.staticfiles import StaticFiles
from starlette.exceptions import HTTPException

from indexer.errors import JudianError
from service.answers.generate import Writer
from service.errors import KeptError
from service.http import logs
from service.http.edges import Edges, Limits
from service.http.gate import ChannelCors, Gate
from service.http.hosts import Hosts
from service.http.keys import KeyStore, RateLimit
from service.http.live import Served
from service.http.openapi import PROBLEMS, described
from service.http.problems import Fault, Problem, failed, problem_of, written
from service.http.routes import (
    answers,
    channels,
    citations,
    feedback,
    given,
    health,
    mcp,
    openai,
    pages,
    report_list,
    reports,
    source,
)
from service.http.routes.state import state_over
from service.kept import Kept
from service.mcp.door import Door
from service.settings import Settings

SWEEP_S = 3600.0  # between two looks for kept answers whose time is over

log = logging.getLogger("judian.app")


def create_app(
    served: Served,
    settings: Settings | None = None,
    *,
    asks_for_key: bool = False,
    shared_metrics: str | None = None,
    writer: Writer | None = None,
    hosts: Hosts | None = None,
) -> FastAPI:
    """The service over what is ``served``; ``writer`` writes answers where a language model is configured. Raises
    SettingsError where answers are to be kept and cannot be.

    ``shared_metrics``: the folder through which worker processes share what they count; ``hosts``: the names that it
    may be asked under (None: any).
    """
    settings = settings or Settings()
    origins = settings.cors_origins.split()
    service = state_over(served, settings, writer, shared_metrics)
    kept, door = service.kept, Door(settings.max_body_bytes, frozenset(origins))

    @contextlib.asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        if served.asker is not None:
            served.asker.warm()
        served.follow()
        sweeping = asyncio.create_task(_sweep(kept)) if kept else None
        yield
        await door.close()
        if kept and sweeping:
            sweeping.cancel()
            kept.close()
        served.close()
        service.pool.close()
        logs.flush()

    app = FastAPI(
        title="Judian 据典",
        description="Answers about reports, each sentence with its exact place in the source.",
        version=version("judian"),
        lifespan=lifespan,
        docs_url=None,
        redoc_url=None,
        responses=PROBLEMS,
    )
    app.state.judian, app.state.mcp = service, door
    routes = (answers, openai, citations, feedback, reports, channels, health, mcp)
    for router in (module.router for module in routes):
        app.include_router(router)
    app.add_exception_handler(JudianError, _judian_problem)
    app.add_exception_handler(RequestValidationError, _validation_problem)
    app.add_exception_handler(HTTPException, _http_problem)
    app.add_exception_handler(Exception, _unexpected_problem)
    app.mount("/static/swagger", StaticFiles(directory=str(files("fastapi_offline") / "static")), name="swagger")
    app.include_router(given.router)
    app.include_router(source.router)
    app.include_router(report_list.router)
    app.include_router(pages.router)  # behind Swagger's files, whose path begins as those of the pages

    app.add_middleware(
        Edges,
        limits=Limits(
            keys=KeyStore(settings.keys_file),
            asks_for_key=asks_for_key,
            gate=Gate(service.channels),
            rate=RateLimit(settings.rate_per_minute),
            max_body_bytes=settings.max_body_bytes,
            timeout_s=settings.timeout_s,
            log_questions=settings.log_questions,
            hosts=hosts,
        ),
        metrics=service.metrics,
    )
    app.openapi = described(app.openapi, settings.max_question_chars, asks_for_key)  # type: ignore[method-assign]
    if origins:
        app.add_middleware(
            CORSMiddleware,
            allow_origins=origins,
            allow_methods=["GET", "POST"],
            # Whatever a page asks to send: clients have headers of their own (`x-stainless-*`, `mcp-*`), new ones with
            # each version, and a page that may ask may say what it likes. No cookie opens anything here.
            allow_headers=["*"],
            expose_headers=["retry-after"],
        )
    app.add_middleware(ChannelCors)
    return app


async def _sweep(kept: Kept) -> None:
    while True:
        try:
            await asyncio.to_thread(kept.sweep)
        except KeptError as error:
            log.error("answers whose time is over may still be there: %s", error)
        await asyncio.sleep(SWEEP_S)


def respond(request: Request, problem: Problem, headers: dict[str, str] | None = None) -> Response:
    """The response to ``request`` that carries ``problem``."""
    body, media_type = written(problem, request.url.path)
    return Response(body, status_code=problem.status, media_type=media_type, headers=headers)


async def _judian_problem(request: Request, error: Exception) -> Response:
    assert isinstance(error, JudianError)
    return respond(request, *problem_of(error))


async def _validation_problem(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    untyped = request.method == "POST" and "json" not in request.headers.get("content-type", "")
    hint = "send the body with `content-type: application/json`; " if untyped else ""
    faults = tuple(
        Fault(at="/".join(str(part) for part in fault["loc"]), problem=fault["msg"]) for fault in error.errors()
    )
    listed = "; ".join(f"{fault.at}: {fault.problem}" for fault in faults)
    detail = f"the request does not fit the API: {listed}; {hint}see /docs or /openapi.json"
    return respond(request, Problem(title="InvalidRequest", status=422, detail=detail, errors=faults))


async def _http_problem(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    hints = {
        400: "the body cannot be read as JSON in UTF-8",
        404: "there is nothing at this path",
        405: "this path takes another method",
    }
    hint = hints.get(error.status_code)
    detail = f"{hint}; see /docs or /openapi.json" if hint else str(error.detail)
    problem = Problem(title=str(error.detail), status=error.status_code, detail=detail)
    return respond(request, problem, dict(error.headers or {}))


async def _unexpected_problem(request: Request, error: Exception) -> Response:
    return respond(request, failed(error))
