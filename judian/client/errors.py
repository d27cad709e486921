"""What can go wrong when a service is asked, and who must act.

JudianError (indexer.errors)
└── ClientError
    ├── BadAddress          what was given is no address of a service, or no key; whoever gave it must correct it
    ├── Unreachable         there was no whole answer in time; whoever asks may try again, and look at the network
    ├── UnexpectedResponse  what came is not of the API's form; something else answers there, or a service too old
    └── Refused             the service said no, with a problem detail (RFC 9457)
        ├── InvalidRequest  400, 405, 413, 421, 422: whoever asks must change the request
        ├── Unauthorized    401, 403: whoever asks must send a key that is open
        ├── NotFound        404: there is no such report, or that is no citation id
        ├── TooManyRequests 429: whoever asks must wait ``retry_after_s``
        ├── Busy            408, 503: the service has too much to do, or no index yet; ask again later
        └── ServerFailed    any other 5xx: whoever runs the service finds the cause in its log
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from indexer.errors import JudianError
from service.http.problems import Fault


class ClientError(JudianError):
    """Root of what can go wrong when a service is asked."""


class BadAddress(ClientError):
    """What was given is no address of a service, or cannot be a key; whoever gave it must correct it."""


class Unreachable(ClientError):
    """No whole answer came in time; whoever asks may try again."""


class UnexpectedResponse(ClientError):
    """What came is not of the API's form: something else answers at that address, or another version."""


class Refused(ClientError):
    """The service said no. ``title`` names the kind of problem, ``detail`` what to do, ``errors`` the places of the
    request that are at fault; ``retry_after_s``: the seconds after which to ask again, where the service says so."""

    def __init__(
        self,
        where: str,
        status: int,
        title: str,
        detail: str,
        errors: Sequence[Fault] = (),
        retry_after_s: float | None = None,
    ) -> None:
        said = ": ".join(part for part in (title, detail) if part)
        super().__init__(f"{where} answered {status}: {said or 'nothing'}")
        self.status = status
        self.title = title
        self.detail = detail
        self.errors = tuple(errors)
        self.retry_after_s = retry_after_s


class InvalidRequest(Refused):
    """The request does not fit the API; whoever asks must change it."""


class Unauthorized(Refused):
    """The service asks for a key, and this is none that is open."""


class NotFound(Refused):
    """There is no such report, or that is no citation id."""


class TooManyRequests(Refused):
    """More requests with one key than the service takes."""


class Busy(Refused):
    """The service has too much to do, or has no index yet."""


class ServerFailed(Refused):
    """The service failed; its log says why."""


OF_STATUS: Mapping[int, type[Refused]] = {
    **dict.fromkeys((400, 405, 413, 421, 422), InvalidRequest),
    **dict.fromkeys((401, 403), Unauthorized),
    404: NotFound,
    **dict.fromkeys((408, 503), Busy),
    429: TooManyRequests,
}


def refusal(status: int) -> type[Refused]:
    """The exception that a response of ``status`` is."""
    return OF_STATUS.get(status, ServerFailed if status >= 500 else Refused)
