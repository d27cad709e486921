"""Problem details (RFC 9457): what is wrong and what to do."""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping
from typing import Any

from pydantic import Field

from indexer.errors import JudianError
from indexer.types import Record
from service.errors import (
    BadQuestion,
    ForeignPage,
    NoOriginal,
    NotInstalled,
    NotReady,
    Overloaded,
    TookTooLong,
    UnknownAnswer,
    UnknownChannel,
    UnknownCitation,
    UnknownModel,
    UnknownReport,
)
from service.http.openai_types import ChatError, ErrorKind, ErrorTold

log = logging.getLogger("judian.problems")

MEDIA_TYPE = "application/problem+json"
RETRY_AFTER_S = 1
# Whose clients look for another form: OpenAI's, or JSON-RPC's, with a code of those that it leaves to servers.
CHAT, CHAT_BELOW = ("/v1/chat/completions", "/v1/models"), "/v1/models/"
RPC, RPC_CODE = "/mcp", -32000
KINDS: Mapping[int, ErrorKind] = {429: "rate_limit_error"}
CODES = {401: "invalid_api_key", 429: "rate_limit_exceeded"}
STATUS_OF: Mapping[type[JudianError], int] = {
    BadQuestion: 422,
    UnknownReport: 404,
    NoOriginal: 404,
    UnknownCitation: 404,
    UnknownAnswer: 404,
    UnknownChannel: 404,
    UnknownModel: 404,
    NotInstalled: 501,
    ForeignPage: 403,
    NotReady: 503,
    Overloaded: 503,
    TookTooLong: 503,
}


class Fault(Record):
    """One place of a request that does not fit the API."""

    at: str
    problem: str


class Problem(Record):
    """Why a request was not served. ``title`` names the kind of problem, ``detail`` says what to do."""

    type: str = "about:blank"
    title: str
    status: int = Field(ge=400, le=599)
    detail: str
    errors: tuple[Fault, ...] = ()

    def body(self) -> bytes:
        """The JSON of the response."""
        return _json(self.held())

    def held(self) -> dict[str, Any]:
        """The same, not written yet."""
        return self.model_dump(exclude_defaults=True) | {"type": self.type}


def _json(held: dict[str, Any]) -> bytes:
    return json.dumps(held, ensure_ascii=False).encode("utf-8", "replace")


def written(problem: Problem, path: str) -> tuple[bytes, str]:
    """The body and its media type, in the form that clients of ``path`` read."""
    if path in CHAT or path.startswith(CHAT_BELOW):
        return chat_error(problem).model_dump_json().encode("utf-8", "replace"), "application/json"
    if path == RPC:
        told = {"code": RPC_CODE, "message": f"{problem.title}: {problem.detail}", "data": problem.held()}
        return _json({"jsonrpc": "2.0", "id": None, "error": told}), "application/json"
    return problem.body(), MEDIA_TYPE


def chat_error(problem: Problem) -> ChatError:
    """``problem`` in OpenAI's form."""
    kind: ErrorKind = "server_error" if problem.status >= 500 else KINDS.get(problem.status, "invalid_request_error")
    at = problem.errors[0].at.removeprefix("body").removeprefix("/").replace("/", ".") if problem.errors else ""
    code = "model_not_found" if problem.title == UnknownModel.__name__ else CODES.get(problem.status)
    return ChatError(error=ErrorTold(message=problem.detail, type=kind, param=at or None, code=code))


def problem_of(error: JudianError) -> tuple[Problem, dict[str, str]]:
    """The problem that ``error`` is to a client, and the headers that go with it. What the operator alone can mend, and
    where on this machine, is in the log."""
    status = next((code for kind, code in STATUS_OF.items() if isinstance(error, kind)), None)
    if status is None:
        log.error("%s: %s", type(error).__name__, error)
        return failed(error), {}
    headers = {"retry-after": str(RETRY_AFTER_S)} if isinstance(error, Overloaded) else {}
    return Problem(title=type(error).__name__, status=status, detail=str(error)), headers


def failed(error: Exception) -> Problem:
    """The problem that a fault of the service is to a client: its name alone."""
    detail = f"the service failed on this request ({type(error).__name__}); its operator finds the cause in the log"
    return Problem(title="InternalError", status=500, detail=detail)
