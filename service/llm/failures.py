"""What went wrong, by what the clients of the providers raise: their exceptions are known by name, status and headers,
so that none of their libraries is imported here."""

from __future__ import annotations

import email.utils
import math
import time
from collections.abc import Iterable, Iterator, Mapping

from service.llm.types import Failure, ModelError

MAX_DETAIL_CHARS = 300
# Name of an exception, of a class it is derived from, or of one that led to it -> what it means. The first row that
# fits counts.
BY_NAME: Mapping[str, Failure] = {
    "ConnectTimeout": "unreachable",
    "ConnectError": "unreachable",
    "ProxyError": "unreachable",
    "UnsupportedProtocol": "unreachable",
    "gaierror": "unreachable",
    "APITimeoutError": "timed_out",
    "TimeoutException": "timed_out",
    "TimeoutError": "timed_out",
    "ReadError": "cut",
    "RemoteProtocolError": "cut",
    "WriteError": "unreachable",
    "JSONDecodeError": "malformed",
    "DecodingError": "malformed",
    "UnicodeDecodeError": "malformed",
    "ValidationError": "malformed",
    "APIResponseValidationError": "malformed",
    "APIConnectionError": "unreachable",
    "ConnectionError": "unreachable",
}
BY_STATUS: Mapping[int, Failure] = {
    400: "refused",
    401: "key_refused",
    403: "key_refused",
    408: "timed_out",
    413: "refused",
    422: "refused",
    429: "rate_limited",
    504: "timed_out",
}
# What it means for whoever runs the service.
TOLD: Mapping[Failure, str] = {
    "unreachable": "the language model cannot be reached; see that its server runs, and JUDIAN_LLM_BASE_URL",
    "key_refused": "the language model's server refuses the key; correct JUDIAN_LLM_API_KEY",
    "rate_limited": "the language model's server says that it is asked too often",
    "refused": "the language model's server refuses this question; it may be too long for the model",
    "failed": "the language model's server failed",
    "timed_out": "the language model gave no answer in time; JUDIAN_LLM_TIMEOUT_S is how long it has",
    "cut": "the language model's answer broke off",
    "malformed": "the language model's server does not keep to its protocol; see JUDIAN_LLM and JUDIAN_LLM_BASE_URL",
    "too_long": "the language model's answer is longer than `max_tokens` in JUDIAN_LLM_PARAMETERS",
    "empty": "the language model said nothing",
    "budget": "the tokens of this key are used up for today",
    "resting": "the language model failed shortly before and is not asked yet",
    "busy": "the language model is answering as many questions as it may at once",
}
NOT_THERE = "the language model's server knows no such model or address; see JUDIAN_LLM and JUDIAN_LLM_BASE_URL"


def error_of(raised: BaseException, secret: str = "") -> ModelError:
    """What ``raised`` means. ``detail`` is what the server says, without ``secret``, and with nothing at all where the
    server refuses the key: some repeat parts of it."""
    causes = list(_causes(raised))
    for error in causes:
        status = getattr(error, "status_code", None)
        if isinstance(status, int) and status >= 300:
            failure = BY_STATUS.get(status, "failed")
            told = NOT_THERE if status == 404 or status < 400 else TOLD[failure]
            detail = "" if failure == "key_refused" else _scrubbed(str(error), secret)
            return ModelError(failure, f"{told} (status {status})", _retry_after_s(causes), detail)
    detail = _scrubbed(" / ".join(dict.fromkeys((str(raised), str(causes[-1])))), secret)
    names = {kind.__name__ for error in causes for kind in type(error).__mro__}
    found = next((failure for name, failure in BY_NAME.items() if name in names), None)
    if found is not None:
        return ModelError(found, TOLD[found], None, detail)
    return ModelError("failed", f"{TOLD['failed']} ({type(raised).__name__})", None, detail)


def told(failure: Failure, detail: str = "") -> ModelError:
    """The error for ``failure``, in the words of the table."""
    return ModelError(failure, TOLD[failure], None, detail)


def _causes(raised: BaseException) -> Iterator[BaseException]:
    """``raised`` and what led to it: a client wraps "connection refused" into an error of its own."""
    error: BaseException | None = raised
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__


def _scrubbed(text: str, secret: str) -> str:
    text = " ".join(text.split())
    return (text.replace(secret, "***") if secret else text)[:MAX_DETAIL_CHARS]


def _retry_after_s(causes: Iterable[BaseException]) -> float | None:
    """Seconds, from a header that holds seconds or a date (RFC 9110); None where there is none that means anything."""
    headers = [getattr(getattr(error, "response", None), "headers", None) or {} for error in causes]
    said = next((found["retry-after"] for found in headers if "retry-after" in found), "")
    try:
        seconds = float(said)
    except ValueError:
        try:
            seconds = email.utils.parsedate_to_datetime(said).timestamp() - time.time()
        except (TypeError, ValueError):
            return None
    return max(0.0, seconds) if math.isfinite(seconds) else None
