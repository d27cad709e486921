"""``make demo``: index the sample reports, serve them, ask three questions over HTTP, print the cited answers.

The server is left running, unless ``--exit`` is given; its process id stands in ``.demo/server.pid``.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
SAMPLES = ROOT / "eval" / "data" / "samples"
FOLDER = ROOT / ".demo"
PID_FILE = FOLDER / "server.pid"
FIRST_PORT = 8000
START_TIMEOUT_S = 120
QUESTIONS = (
    "澜川市2022年粮食总产量是多少？",
    "云岭省2022年行政机关负责人出庭应诉率是多少？",
    "澜川到青屏的高速公路全长多少公里？",
)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--exit", action="store_true", help="stop the server once it has answered")
    stops = parser.parse_args().exit
    FOLDER.mkdir(exist_ok=True)
    _stop_previous()
    judian = [sys.executable, "-m", "service"]
    subprocess.run([*judian, "index", str(SAMPLES), "--out", str(FOLDER / "index")], check=True)
    port = free_port()
    base = f"http://127.0.0.1:{port}"
    with (FOLDER / "server.log").open("w", encoding="utf-8") as log:
        server = subprocess.Popen(
            [*judian, "serve", "--index", str(FOLDER / "index"), "--host", "127.0.0.1", "--port", str(port)],
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    PID_FILE.write_text(str(server.pid), encoding="ascii")
    try:
        wait_until_ready(base, server, FOLDER / "server.log")
        for question in QUESTIONS:
            _print(question, _post(f"{base}/v1/ask", {"question": question}))
    except BaseException:
        server.terminate()
        raise
    if stops:
        server.terminate()
        server.wait(timeout=30)
        PID_FILE.unlink()
        print("\nThe demo server was stopped (--exit).")
    else:
        print(f"\nThe service is running: {base}/   (stop it with: kill {server.pid})")


def _stop_previous() -> None:
    """End the server of an earlier demo, if it still runs."""
    with contextlib.suppress(OSError, ValueError):
        pid = int(PID_FILE.read_text(encoding="ascii"))
        command = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
        if b"service" in command and str(FOLDER / "index").encode() in command:
            os.kill(pid, signal.SIGTERM)


def free_port() -> int:
    for port in range(FIRST_PORT, FIRST_PORT + 100):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            with contextlib.suppress(OSError):
                probe.bind(("127.0.0.1", port))
                return port
    raise SystemExit(f"no free port between {FIRST_PORT} and {FIRST_PORT + 99}")


def wait_until_ready(base: str, server: subprocess.Popen[Any], log: Path | str) -> None:
    """Return once the server at ``base`` is ready; SystemExit, naming its ``log``, when it ends or takes too long."""
    deadline = time.monotonic() + START_TIMEOUT_S
    while time.monotonic() < deadline:
        if server.poll() is not None:
            raise SystemExit(f"the server ended early; see {log}")
        with contextlib.suppress(OSError), urllib.request.urlopen(f"{base}/readyz", timeout=5):
            return
        time.sleep(0.2)
    raise SystemExit(f"the server was not ready after {START_TIMEOUT_S} s; see {log}")


def _post(url: str, content: object) -> Any:
    request = urllib.request.Request(
        url, json.dumps(content).encode(), {"Content-Type": "application/json"}, method="POST"
    )
    with urllib.request.urlopen(request, timeout=60) as response:
        return json.load(response)


def _print(question: str, answer: Any) -> None:
    print(f"\n? {question}\n{answer['text']}")
    for citation in answer["citations"]:
        path = " › ".join([citation["title"], *citation["heading_path"]])
        print(f"  [{citation['number']}] {path} ({citation['start']}–{citation['end']})")


if __name__ == "__main__":
    main()
