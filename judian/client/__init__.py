"""A client for a running service, synchronous (``Client``) and not (``AsyncClient``).

What is asked and given are the service's own records (``service.types``). Fields that a newer service adds are passed
over; a field that is missing or of another type is an ``UnexpectedResponse``.
"""

from __future__ import annotations

from judian.client.asynchronous import AsyncClient as AsyncClient
from judian.client.calls import Event as Event
from judian.client.errors import BadAddress as BadAddress
from judian.client.errors import Busy as Busy
from judian.client.errors import ClientError as ClientError
from judian.client.errors import InvalidRequest as InvalidRequest
from judian.client.errors import NotFound as NotFound
from judian.client.errors import Refused as Refused
from judian.client.errors import ServerFailed as ServerFailed
from judian.client.errors import TooManyRequests as TooManyRequests
from judian.client.errors import Unauthorized as Unauthorized
from judian.client.errors import UnexpectedResponse as UnexpectedResponse
from judian.client.errors import Unreachable as Unreachable
from judian.client.synchronous import Client as Client
from service.listing import ReportQuery as ReportQuery
