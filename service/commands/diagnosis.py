"""What is missing on a machine for Judian to work as it is configured, and what to do about it."""

from __future__ import annotations

import importlib.util
import os
import shutil
import stat
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Literal

from indexer.encoders import bundled
from indexer.encoders.load import DEFAULT
from indexer.encoders.sentence import cpu_has_bfloat16
from indexer.encoders.types import Encoder
from indexer.errors import EncoderError, JudianError, SnapshotError
from indexer.store.publication import SNAPSHOTS, published_id
from indexer.store.snapshot import check_files
from indexer.types import Record
from service.abstain import load_abstention
from service.http.channels import ChannelStore
from service.http.connections import most_connections
from service.http.keys import KeyStore
from service.kept import Kept
from service.llm.backend import open_model
from service.llm.prompts import load_prompts
from service.open import open_encoder
from service.settings import Settings
from service.words import say, told

State = Literal["ok", "warning", "problem"]
Name = Literal[
    "cache",
    "disk",
    "precision",
    "encoder",
    "index",
    "keys",
    "channels",
    "answers",
    "audit log",
    "connections",
    "language model",
    "agents",
    "LibreOffice",
]
GB = 1_000_000_000
MODEL_BYTES, ROOM_BYTES = 700_000_000, 2 * GB  # what the unpacked model takes, and what is little to begin with


class Check(Record):
    """What one look found. ``problem``: Judian does not work so; ``todo``: what to do, where anything is. ``found`` and
    ``todo`` are in the language of the command."""

    name: Name
    state: State
    found: str
    todo: str = ""


def look(settings: Settings, index: Path | None) -> Iterator[Check]:
    """Each check, as it is done; of ``index`` too, where one is named. Loads the encoder, which takes seconds, and asks
    nothing of the network."""
    yield _writable("cache", settings.cache_folder, "JUDIAN_CACHE")
    yield from _room(settings, index)
    yield _precision(settings)
    check, encoder = _encoder(settings)
    yield check
    yield from _index(index, encoder)
    yield from _secrets(settings)
    if settings.answers is not None:
        yield _answers(settings)
    if settings.audit_log is not None:
        yield _writable("audit log", settings.audit_log.expanduser(), "JUDIAN_AUDIT_LOG")
    yield _connections(settings)
    yield _model(settings)
    yield _extra("agents", "mcp", say("only agents need it: pip install 'judian[mcp]'"))
    office = shutil.which("soffice") or shutil.which("libreoffice")
    yield _ok("LibreOffice", office or say("not there, and not needed: no format that is read asks for it"))


def _ok(name: Name, found: str) -> Check:
    return Check(name=name, state="ok", found=found)


def _existing(path: Path) -> Path:
    """``path``, or the nearest above it that is there."""
    return next(above for above in (path.absolute(), *path.absolute().parents) if above.exists())


def _writable(name: Name, path: Path, variable: str) -> Check:
    above = _existing(path)
    if os.access(above, os.W_OK) and (above.is_dir() or above == path.absolute()):
        return _ok(name, str(path))
    return Check(
        name=name,
        state="problem",
        found=say("{path} cannot be written", path=above),
        todo=say("give the user who runs Judian the right to, or set {variable} elsewhere", variable=variable),
    )


def _room(settings: Settings, index: Path | None) -> Iterator[Check]:
    unpacked = (settings.cache_folder / "models" / bundled.folder_name(settings.adapters == "on")).is_dir()
    needed = MODEL_BYTES if settings.encoder == DEFAULT and not unpacked else 0
    for path, least in ((settings.cache_folder, needed), *([] if index is None else [(index, 0)])):
        free = shutil.disk_usage(_existing(path)).free
        state: State = "problem" if free < least else "warning" if free < ROOM_BYTES else "ok"
        yield Check(
            name="disk",
            state=state,
            found=say("{free:.1f} GB are free for {path}", free=free / GB, path=path),
            todo="" if state == "ok" else say("make room: the model takes 0.7 GB, each snapshot as much as the first"),
        )


def _precision(settings: Settings) -> Check:
    fast = cpu_has_bfloat16()
    if settings.precision == "bfloat16" and not fast:
        return Check(
            name="precision",
            state="warning",
            found=say("bfloat16 is set, and this CPU has neither AMX nor AVX512-BF16: it is slow so"),
            todo=say("set JUDIAN_PRECISION to `auto`"),
        )
    if fast and settings.precision != "float32":
        return _ok("precision", say("bfloat16: this CPU computes in it (AMX or AVX512-BF16)"))
    return _ok("precision", say("float32: as exact, and slower than on a CPU with AMX or AVX512-BF16"))


def _encoder(settings: Settings) -> tuple[Check, Encoder | None]:
    name: Name = "encoder"
    try:
        encoder = open_encoder(settings)
    except EncoderError as error:
        return Check(
            name=name, state="problem", found=told(str(error)), todo=say("see JUDIAN_ENCODER in the README")
        ), None
    found = say("{name} loads: {dim} numbers a vector", name=settings.encoder, dim=encoder.dim)
    if not any(model.reads_cosine for model in load_abstention(encoder.fingerprint).values()):
        todo = say("use `default`, or fit it: python -m eval.studies.fit_abstention")
        why = say("abstention was fitted with another, so that words alone decide whether to answer")
        return Check(name=name, state="warning", found=f"{found}; {why}", todo=todo), encoder
    return _ok(name, found), encoder


def _index(index: Path | None, encoder: Encoder | None) -> Iterator[Check]:
    name: Name = "index"
    if index is None:
        todo = say("name it with --index; `judian index FOLDER --out DIR` makes one")
        yield Check(name=name, state="warning", found=say("none was looked at"), todo=todo)
        return
    try:
        manifest = check_files(index / SNAPSHOTS / published_id(index))
    except SnapshotError as error:
        todo = say("run `judian index FOLDER --out {index}`", index=index)
        yield Check(name=name, state="problem", found=told(str(error)), todo=todo)
        return
    held = say("{reports} reports, {chunks} chunks, whole", reports=manifest.n_reports, chunks=manifest.n_chunks)
    if encoder is not None and manifest.encoder.fingerprint != encoder.fingerprint:
        yield Check(
            name=name,
            state="problem",
            found=say("it was made by another encoder, {name}", name=manifest.encoder.name),
            todo=say("run `judian index` again, or set JUDIAN_ENCODER and JUDIAN_ADAPTERS as they were"),
        )
    elif manifest.unread:
        found = say("{n} files could not be read", n=len(manifest.unread))
        todo = say("`judian index` lists them with the reasons")
        yield Check(name=name, state="warning", found=f"{held}; {found}", todo=todo)
    else:
        yield _ok(name, held)


def _secrets(settings: Settings) -> Iterator[Check]:
    keys, channels = KeyStore(settings.keys_file), ChannelStore(settings.channels_file)
    counts: tuple[tuple[Name, Path, Callable[[], int]], ...] = (
        ("keys", settings.keys_file, lambda: len(keys.valid())),
        ("channels", settings.channels_file, lambda: len(channels.all())),
    )
    for name, path, count in counts:
        if not path.exists():
            yield _ok(name, say("none: {path} is not there; only this machine may ask", path=path))
            continue
        try:
            n = count()
        except JudianError as error:
            yield Check(name=name, state="problem", found=told(str(error)), todo=say("restore or remove the file"))
            continue
        mode = stat.S_IMODE(path.stat().st_mode)
        if os.name == "posix" and mode & 0o077:
            found = say("{path} can be read by other users (rights {mode})", path=path, mode=f"{mode:03o}")
            yield Check(name=name, state="problem", found=found, todo=f"chmod 600 {path}")
        else:
            yield _ok(name, say("{n} in {path}", n=n, path=path))


def _answers(settings: Settings) -> Check:
    assert settings.answers is not None
    path = settings.answers.expanduser()
    check = _writable("answers", path, "JUDIAN_ANSWERS")
    if check.state == "ok" and path.exists():
        try:
            Kept(settings.answers, settings.keep_answers_days).close()
        except JudianError as error:
            todo = say("name another file in JUDIAN_ANSWERS")
            return Check(name=check.name, state="problem", found=told(str(error)), todo=todo)
    return check


def _connections(settings: Settings) -> Check:
    most = most_connections(settings.max_connections)
    found = say("{most} at once to a worker process", most=most)
    if most < settings.max_connections:
        todo = say("raise the number of open files (`ulimit -n`), or lower JUDIAN_MAX_CONNECTIONS")
        return Check(name="connections", state="warning", found=found, todo=todo)
    return _ok("connections", found)


def _model(settings: Settings) -> Check:
    name: Name = "language model"
    try:
        model = open_model(settings)
        load_prompts(settings.prompts)
    except JudianError as error:
        return Check(name=name, state="problem", found=told(str(error)), todo=say("see *Language model* in the README"))
    if model is None:
        return _ok(name, say("none is set, and none is needed: answers are quotations"))
    return _ok(name, say("{model} is set; `judian llm check` asks it", model=model.name))


def _extra(name: Name, module: str, todo: str) -> Check:
    if importlib.util.find_spec(module):
        return _ok(name, say("installed"))
    return Check(name=name, state="warning", found=say("the extra is not installed"), todo=todo)
