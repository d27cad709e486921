"""How a page that was written for one request is sent, and in which language a browser wants it."""

from __future__ import annotations

import gzip

from fastapi import Request
from fastapi.responses import HTMLResponse

from service.types import Language

FAST = 1  # of gzip: 2 MB take 30 ms, and more effort saves little
COMPRESSED_FROM = 4096  # bytes


def send(request: Request, page: str, status: int = 200) -> HTMLResponse:
    """``page``, compressed where it is long and the client takes that; no search engine shall list it."""
    headers = {"x-robots-tag": "noindex", "vary": "accept-encoding, accept-language"}
    body = page.encode("utf-8", "replace")
    if len(body) >= COMPRESSED_FROM and "gzip" in request.headers.get("accept-encoding", ""):
        body = gzip.compress(body, FAST)
        headers["content-encoding"] = "gzip"
    return HTMLResponse(body, status, headers)


def wanted_language(request: Request) -> Language:
    """The language of the product that stands first in what the browser accepts; Chinese where neither does."""
    for one in request.headers.get("accept-language", "").split(","):
        match one.strip()[:2].lower():
            case "zh":
                return "zh"
            case "en":
                return "en"
    return "zh"
