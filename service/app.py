"""The HTTP application: routes, problem details, static files. With ``service.routes``, the only door to FastAPI."""

from __future__ import annotations

import contextlib
import json
from collections.abc import AsyncIterator
from importlib.metadata import version
from pathlib import Path
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import FileResponse, JSONResponse, Response
from fastapi.staticfiles import StaticFiles
from starlette.exceptions import HTTPException

from indexer.errors import JudianError
from service.ask import Asker
from service.errors import BadQuestion, NotReady, UnknownReport
from service.routes import answers, health, reports

STATIC = Path(__file__).parent / "static"
STATUS_OF: dict[type[JudianError], int] = {BadQuestion: 422, UnknownReport: 404, NotReady: 503}
# The page loads nothing from elsewhere and runs no inline script.
CONTENT_SECURITY_POLICY = "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"


def create_app(asker: Asker | None) -> FastAPI:
    """The service over one snapshot; ``asker`` None gives a service that is alive but not ready."""

    @contextlib.asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        if asker is not None:
            asker.retriever.encode("预热")  # the first call of a model allocates; no question should wait for it
        yield

    app = FastAPI(
        title="Judian 据典",
        description="Answers about reports, each sentence with its exact place in the source.",
        version=version("judian"),
        lifespan=lifespan,
        docs_url=None,
        redoc_url=None,
    )
    app.state.asker = asker
    app.include_router(answers.router)
    app.include_router(reports.router)
    app.include_router(health.router)
    app.add_exception_handler(JudianError, _judian_problem)
    app.add_exception_handler(RequestValidationError, _validation_problem)
    app.add_exception_handler(HTTPException, _http_problem)
    app.add_exception_handler(Exception, _unexpected_problem)
    app.mount("/static", StaticFiles(directory=STATIC), name="static")

    @app.get("/", include_in_schema=False)
    def page() -> FileResponse:
        return FileResponse(STATIC / "index.html", headers={"Content-Security-Policy": CONTENT_SECURITY_POLICY})

    return app


def problem(status: int, title: str, detail: str, **more: Any) -> Response:
    """A problem detail (RFC 9457): what is wrong and what to do."""
    content = {"type": "about:blank", "title": title, "status": status, "detail": detail, **more}
    return JSONResponse(content, status_code=status, media_type="application/problem+json")


async def _judian_problem(_: Request, error: Exception) -> Response:
    status = next((code for kind, code in STATUS_OF.items() if isinstance(error, kind)), 500)
    return problem(status, type(error).__name__, str(error))


async def _validation_problem(_: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    faults = [{"at": "/".join(str(part) for part in fault["loc"]), "problem": fault["msg"]} for fault in error.errors()]
    listed = "; ".join(f"{fault['at']}: {fault['problem']}" for fault in faults)
    detail = f"the request does not fit the API: {listed}; see /openapi.json"
    return problem(422, "InvalidRequest", detail, errors=json.loads(json.dumps(faults)))


async def _http_problem(_: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    hints = {404: "there is nothing at this path; see /openapi.json", 405: "this path takes another method"}
    response = problem(error.status_code, str(error.detail), hints.get(error.status_code, str(error.detail)))
    response.headers.update(error.headers or {})
    return response


async def _unexpected_problem(_: Request, error: Exception) -> Response:
    detail = f"the service failed on this request ({type(error).__name__}); its operator finds the cause in the log"
    return problem(500, "InternalError", detail)
