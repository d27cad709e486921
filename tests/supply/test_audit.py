"""`make audit`: what it says of a database that knows a fault, of one that fails, and of none."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from tests.commands import free_port

pytestmark = pytest.mark.process

ROOT = Path(__file__).parents[2]
FAULT = {"id": "OSV-1", "summary": "x", "affected": [{"package": {"name": "idna", "ecosystem": "PyPI"}, "ranges": []}]}


@contextmanager
def database(status: int = 200, faulty: str = "") -> Iterator[tuple[str, list[str]]]:
    """One of OSV's protocol that knows a fault of ``faulty``, and the packages that it was asked about."""
    asked: list[str] = []

    class Answering(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            query = json.loads(self.rfile.read(int(self.headers["content-length"])))
            asked.append(query["package"]["name"])
            body = json.dumps({"vulns": [FAULT]} if asked[-1] == faulty else {}).encode()
            self.send_response(status)
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answering)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/v1/query", asked
    finally:
        server.shutdown()
        server.server_close()


def audit(address: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "supply.audit", address]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=120)


def test_a_known_fault_is_told_and_every_pin_is_asked_about() -> None:
    with database(faulty="idna") as (address, asked):
        done = audit(address)
    assert done.returncode == 1, done.stderr
    assert re.fullmatch(r"audit: idna [\d.]+ has OSV-1, mended in no version yet\n", done.stdout)
    pins = (ROOT / "constraints.txt").read_text(encoding="ascii")
    assert {"torch", "fastapi", "pip"} <= set(asked) <= set(re.findall(r"^([\w.-]+)==", pins, re.MULTILINE))
    assert len(set(asked)) > 150


def test_where_no_database_can_be_reached_a_line_says_so() -> None:
    done = audit(f"http://127.0.0.1:{free_port()}")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("audit: SKIPPED, no database of known faults can be reached, so nothing is known")


def test_a_database_that_fails_is_no_clean_bill() -> None:
    with database(status=500) as (address, _):
        done = audit(address)
    assert done.returncode == 1
    assert "audit: pip-audit failed:" in done.stderr
