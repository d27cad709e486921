"""The server process, or several over one memory-mapped index. With ``service.http.connections``, the only door to
uvicorn."""

from __future__ import annotations

import contextlib
import gc
import logging
import signal
import socket
import tempfile
import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from types import FrameType

import typer
import uvicorn
from uvicorn.config import STARTUP_FAILURE
from uvicorn.supervisors import Multiprocess
from uvicorn.supervisors.multiprocess import Process

from indexer.store.publication import published_id
from service.errors import SettingsError
from service.http.app import create_app
from service.http.asgi import App
from service.http.channels import ChannelStore
from service.http.connections import BACKLOG, KEEP_ALIVE_S, Connection, most_connections
from service.http.hosts import Hosts, hosts_of, is_loopback
from service.http.keys import KeyStore
from service.http.logs import flush, log_to
from service.http.metrics import forget_worker
from service.kept import Kept
from service.open import open_live, open_writer
from service.settings import Settings, share_metrics_through
from service.words import say

GRACE_S = 20  # what is under way when the service is told to end has this long
# A worker of several that answers its supervisor for longer than this no more is replaced. uvicorn's 5 s are too few
# where the machine is busy: loading the encoder keeps a worker's other threads waiting for as long, and one that is
# killed for it begins again, for ever.
SILENT_S = 30
# Until then a new worker need not answer at all: it imports torch, alone 2 s on a quiet machine.
STARTING_S = 300.0
UNCALIBRATED = (
    "the encoder is %s, and abstention was fitted with another: whether to answer is decided by words alone, which "
    "refuses less well; `python -m eval.studies.fit_abstention` fits it"
)

log = logging.getLogger("judian.serve")


def serve(index: Path, host: str, port: int, workers: int, allow_anonymous: bool, settings: Settings) -> None:
    """Serve ``index`` until a signal ends it.

    Raises SettingsError when the address is taken or not this machine's, and when it can be reached from elsewhere and
    no key protects it; SnapshotError when there is nothing to serve.
    """
    asks_for_key = must_ask_for_key(host, settings, allow_anonymous)
    hosts = hosts_of(host, settings.hosts, asks_for_key)
    published_id(index)
    if kept := Kept.of(settings):  # what is wrong with its file is said once, here, and not by each worker
        kept.close()
    sock = _listen(host, port)
    with _ended_by_signal(), _shared_metrics(workers) as shared:
        config = uvicorn.Config(
            partial(worker, index, settings, asks_for_key, shared, hosts),
            factory=True,
            workers=workers,
            host=host,
            port=port,
            http=Connection,
            ws="none",
            limit_concurrency=most_connections(settings.max_connections),
            backlog=BACKLOG,
            timeout_keep_alive=KEEP_ALIVE_S,
            timeout_graceful_shutdown=GRACE_S,
            timeout_worker_healthcheck=SILENT_S,
            proxy_headers=bool(settings.proxies),
            forwarded_allow_ips=settings.proxies.split(),
            log_config=None,  # all goes where ``log_to`` sends it
            log_level="warning",
            access_log=False,
            server_header=False,
        )
        address = f"http://{_written(host)}:{port}/"
        typer.echo(say("serving {index} on {address} (Ctrl-C stops)", index=index, address=address), err=True)
        if shared is None:
            uvicorn.Server(config).run(sockets=[sock])
        else:
            log_to(settings.audit_log, everything=True)
            _Workers(config, sock, shared).run()


class _Workers(Multiprocess):
    """The worker processes. They are asked whether they are there, and not waited for: one that has ended is replaced
    at once, also before it answered, and signals are heard meanwhile. What it still held is counted no more."""

    def __init__(self, config: uvicorn.Config, sock: socket.socket, shared_metrics: str) -> None:
        super().__init__(config, sockets=[sock])
        self._shared_metrics = shared_metrics
        self._asked_at: dict[int | None, float] = {}  # by the process id of a worker that has not answered yet
        self._came_up: set[int | None] = set()

    def keep_subprocess_alive(self) -> None:
        for at, process in enumerate(self.processes):
            if self.should_exit.is_set() or self._is_well(process):
                continue
            process.kill()
            process.join()
            self._asked_at.pop(process.pid, None)
            self._came_up.discard(process.pid)
            forget_worker(process.pid, self._shared_metrics)
            if process.exitcode == STARTUP_FAILURE:  # the next would fail the same way
                log.error("a worker could not start; the service ends")
                self.should_exit.set()
                return
            self.processes[at] = Process(self.config, self.sockets)
            self.processes[at].start()

    def _is_well(self, process: Process) -> bool:
        """Whether a worker runs, and has answered in its time or may still do so."""
        pid = process.pid
        if not process.process.is_alive():
            return False
        if process.parent_conn.poll():
            process.parent_conn.recv()
            self._asked_at.pop(pid, None)
            self._came_up.add(pid)
        if pid not in self._asked_at:
            self._asked_at[pid] = time.monotonic()
            process.parent_conn.send(b"ping")
        may_take = self.config.timeout_worker_healthcheck if pid in self._came_up else STARTING_S
        return time.monotonic() - self._asked_at[pid] <= may_take


@contextlib.contextmanager
def _shared_metrics(workers: int) -> Iterator[str | None]:
    """A folder for what several worker processes count, as long as they run; None for one."""
    if workers == 1:
        yield None
        return
    with tempfile.TemporaryDirectory(prefix="judian-metrics-") as shared:
        share_metrics_through(shared)
        yield shared


class _Ended(BaseException):
    """SIGTERM came."""


@contextlib.contextmanager
def _ended_by_signal() -> Iterator[None]:
    """SIGTERM ends the process by its own effect, as uvicorn has it, but after what was opened here is closed."""

    def end(_: int, __: FrameType | None) -> None:
        raise _Ended

    before = signal.signal(signal.SIGTERM, end)
    try:
        yield
    except _Ended:
        flush()
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        signal.raise_signal(signal.SIGTERM)
    finally:
        signal.signal(signal.SIGTERM, before)


def worker(index: Path, settings: Settings, asks_for_key: bool, shared_metrics: str | None, hosts: Hosts | None) -> App:
    """The application of one worker process."""
    log_to(settings.audit_log, everything=True)
    live = open_live(index, settings, mapped=shared_metrics is not None)
    if not live.asker.calibrated:
        log.warning(UNCALIBRATED, live.asker.retriever.encoder.fingerprint)
    app = create_app(
        live,
        settings,
        asks_for_key=asks_for_key,
        shared_metrics=shared_metrics,
        writer=open_writer(settings),
        hosts=hosts,
    )
    # The encoder's libraries and the index stay as long as the process. Looked through for garbage every hundred
    # questions, they stopped all threads for 250 ms. What they drop later still goes when its last reference does.
    gc.collect()
    gc.freeze()
    return app


def must_ask_for_key(host: str, settings: Settings, allow_anonymous: bool = False) -> bool:
    """Whether requests need a key. Raises SettingsError when they should and there is none, or no permission."""
    required = settings.require_key == "always" or (settings.require_key == "auto" and not is_loopback(host))
    n_keys = len(KeyStore(settings.keys_file).valid()) if required else 0
    if settings.require_key == "auto" and allow_anonymous:
        return False
    if required and not n_keys and not ChannelStore(settings.channels_file).all():
        why = "JUDIAN_REQUIRE_KEY is `always`" if is_loopback(host) else f"{host} can be reached from other machines"
        or_else = "" if settings.require_key == "always" else ", or say --allow-anonymous"
        raise SettingsError(
            f"{why} and there is no API key in {settings.keys_file}; make one with `judian keys add NAME`, "
            f"or let the pages of a portal in with `judian channels add NAME --origin https://…`{or_else}"
        )
    if settings.require_key == "never" and not is_loopback(host) and not allow_anonymous:
        raise SettingsError(
            f"{host} can be reached from other machines and JUDIAN_REQUIRE_KEY is `never`; say --allow-anonymous too"
        )
    return required


def _written(host: str) -> str:
    """``host`` as an address of the web has it."""
    return f"[{host}]" if ":" in host else host


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # With the protocol stated, asyncio switches Nagle's delay off on each connection: 40 ms a response.
    sock = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        sock.bind((host, port))
    except OSError as error:
        sock.close()
        why = f"cannot listen on {host}:{port} ({error.strerror})"
        raise SettingsError(f"{why}; choose another --host or --port") from None
    sock.set_inheritable(True)
    return sock
