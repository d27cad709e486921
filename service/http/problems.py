"""Problem details (RFC 9457): what is wrong and what to do."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from pydantic import Field

from indexer.errors import JudianError
from indexer.types import Record
from service.errors import BadQuestion, NotReady, Overloaded, TookTooLong, UnknownCitation, UnknownReport

MEDIA_TYPE = "application/problem+json"
RETRY_AFTER_S = 1
STATUS_OF: Mapping[type[JudianError], int] = {
    BadQuestion: 422,
    UnknownReport: 404,
    UnknownCitation: 404,
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
        held: dict[str, Any] = self.model_dump(exclude_defaults=True) | {"type": self.type}
        return json.dumps(held, ensure_ascii=False).encode("utf-8", "replace")


def problem_of(error: JudianError) -> tuple[Problem, dict[str, str]]:
    """The problem that ``error`` is to a client, and the headers that go with it."""
    status = next((code for kind, code in STATUS_OF.items() if isinstance(error, kind)), 500)
    headers = {"retry-after": str(RETRY_AFTER_S)} if isinstance(error, Overloaded) else {}
    return Problem(title=type(error).__name__, status=status, detail=str(error)), headers
