"""Index, serve and ask where there is no network at all: a network namespace with nothing but a loopback interface."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
SAMPLES = ROOT / "eval" / "data" / "samples"

# Python imports this by its name at the start of every process that finds it: it notes what is looked up or called.
WATCH = """
import os, sys

def note(event, arguments):
    if event in ("socket.getaddrinfo", "socket.gethostbyname"):
        line = f"lookup {arguments[0]!r}"
    elif event == "socket.connect":
        line = f"connect {arguments[1]!r}"
    elif event == "socket.sendto":
        line = f"connect {arguments[1]!r}"
    else:
        return
    with open(os.environ["NOTES"], "a", encoding="utf-8") as notes:
        notes.write(line + "\\n")

sys.addaudithook(note)
"""

# Runs inside the namespace: brings the loopback interface up, then is a user of judian.
USER = """
import fcntl, json, socket, struct, subprocess, sys, time, urllib.request

interface = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
request = struct.pack("16sh14x", b"lo", 0x1 | 0x40)  # IFF_UP | IFF_RUNNING
fcntl.ioctl(interface, 0x8914, request)  # SIOCSIFFLAGS
try:
    socket.create_connection(("192.0.2.1", 9), timeout=2)
except OSError as error:
    unreachable = type(error).__name__
else:
    sys.exit("this namespace has a network")

judian = [sys.executable, "-m", "service"]
samples, index = sys.argv[1:]
subprocess.run([*judian, "index", samples, "--out", index], check=True, stdout=subprocess.DEVNULL)
said = subprocess.run(
    [*judian, "ask", "--index", index, "--json", "澜川市2022年粮食总产量是多少？"], check=True, stdout=subprocess.PIPE
).stdout
server = subprocess.Popen([*judian, "serve", "--index", index, "--port", "8000"])
base = "http://127.0.0.1:8000"
try:
    for _ in range(600):
        try:
            urllib.request.urlopen(base + "/readyz", timeout=5)
            break
        except OSError:
            assert server.poll() is None, "the server ended"
            time.sleep(0.1)
    body = json.dumps({"question": "云岭省2022年行政机关负责人出庭应诉率是多少？"}).encode()
    ask = urllib.request.Request(base + "/v1/ask", body, {"content-type": "application/json"})
    served = json.load(urllib.request.urlopen(ask, timeout=60))
finally:
    server.terminate()
    server.wait(30)
json.dump({"asked": json.loads(said), "served": served, "unreachable": unreachable}, sys.stdout)
"""


def _cannot_unshare() -> str:
    if not shutil.which("unshare"):
        return "unshare is not installed"
    tried = subprocess.run(["unshare", "-n", "true"], capture_output=True, text=True, check=False)
    return f"unshare -n is not permitted: {tried.stderr.strip()}" if tried.returncode else ""


@pytest.fixture(scope="module")
def away(real_judian: Any, tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[str, Any], list[str]]:
    """What a user without a network is told, and the lookups and connections that were tried."""
    if reason := _cannot_unshare():
        pytest.skip(reason)
    folder = tmp_path_factory.mktemp("offline")
    (folder / "sitecustomize.py").write_text(WATCH, encoding="utf-8")
    notes = folder / "notes"
    notes.touch()
    environment = {**real_judian.environment, "PYTHONPATH": str(folder), "NOTES": str(notes)}
    for name in [name for name in environment if name.lower().endswith("_proxy") or name == "HF_HUB_OFFLINE"]:
        del environment[name]
    done = subprocess.run(
        ["unshare", "-n", sys.executable, "-c", USER, str(SAMPLES), str(folder / "index")],
        env=environment,
        cwd=ROOT,
        capture_output=True,
        encoding="utf-8",
        timeout=240,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout), notes.read_text(encoding="utf-8").splitlines()


def test_index_ask_and_serve_need_no_network(away: tuple[dict[str, Any], list[str]]) -> None:
    told, _ = away
    for answer, figure in ((told["asked"], "60.8万吨"), (told["served"], "94.2%")):
        assert answer["status"] == "answered"
        assert figure in answer["citations"][0]["quote"]


def test_nothing_but_the_loopback_interface_is_tried(away: tuple[dict[str, Any], list[str]]) -> None:
    _, notes = away
    probe = "connect ('192.0.2.1', 9)"
    assert probe in notes, "the watch does not work: it missed what the test itself tried"
    tried = [note for note in notes if note != probe and "192.0.2.1" not in note]
    assert any("127.0.0.1" in note for note in tried), "the watch does not work: it missed the question to the server"
    assert [note for note in tried if "127.0.0.1" not in note and "localhost" not in note] == []
