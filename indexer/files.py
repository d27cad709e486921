"""Which files there are under the folders that are indexed, and their bytes: of regular files, within size and time.

Whoever may put files into a folder of reports may put a link to anything there, a pipe, a device. None of it is read.
"""

from __future__ import annotations

import os
import stat
import threading
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Future
from pathlib import Path

from indexer.errors import NothingToIndex, OverLimit, ReadError
from indexer.readers.decoding import decode_name, escaped_name

MAX_FILE_BYTES = 64 * 1024 * 1024
READ_S = 60.0  # for the bytes of one file: a share that has gone away holds its reader for ever
PIECE_BYTES = 1 << 20
READMES = frozenset(("readme", "readme.md", "readme.txt"))  # of a folder: no report, and it would be cited as one
# What a file is opened with, as far as the system has it: no wait for the other end of a pipe, no link, no child.
OPEN = sum(getattr(os, flag, 0) for flag in ("O_NONBLOCK", "O_NOFOLLOW", "O_CLOEXEC", "O_BINARY"))


def find_files(
    folders: Iterable[Path], leave_out: Path | None = None, when_left_out: Callable[[str], None] = lambda _: None
) -> dict[str, Path]:
    """Every file under ``folders``, keyed by its stable name: the folder's name, then the path below it.

    A folder that cannot be listed, a link to a folder (none is followed), a link that leads nowhere or out of the
    folders, and what is no file stand there as a file does, so that reading them says why they gave nothing. Where two
    folders share a name, as much of the path before it is added as tells them apart. Hidden files, and a
    README, which is about the folder, are left out, and ``when_left_out`` is told of each, and of a hidden folder once;
    so is, without a word, what lies in ``leave_out`` (the index itself). A single file may stand in the place of a
    folder. Raises NothingToIndex for a path that does not exist.
    """
    roots = roots_of(folders)
    for root in roots:
        if not root.exists():
            raise NothingToIndex(f"{root} does not exist; name a folder that holds reports")
    files: dict[str, Path] = {}
    seen: set[Path] = set()
    left_out: dict[str, None] = {}
    for root in roots:
        label = _label(root, roots)
        paths = [root] if root.is_file() else sorted(_paths(root))
        # Names that are text come first: one that is only read as such gives way where two would be the same.
        paths.sort(key=lambda path: escaped_name(below := str(path.relative_to(root))) != below)
        for path in paths:
            below = path.relative_to(root)
            if leave_out is not None and path.is_relative_to(leave_out.resolve()):
                continue
            if no_report := _no_report(below):
                left_out[f"{label}/{no_report}"] = None
                continue
            if path.is_dir() and path.is_symlink() and any(path.resolve().is_relative_to(other) for other in roots):
                continue  # what it leads to is read in its own place
            if path in seen:  # one of the folders lies inside another
                continue
            seen.add(path)
            name = f"{label}/{below.as_posix()}" if below.parts else label
            readable = "/".join(map(decode_name, name.split("/")))
            files[escaped_name(name) if readable in files else readable] = path
    for name in left_out:
        when_left_out(escaped_name(name))
    return files


def name_below(path: Path, folder: Path) -> str:
    """The stable name of the file at ``path`` where ``folder`` alone is indexed, as ``find_files`` gives it; that of
    the file where it does not lie in the folder."""
    path, folder = path.absolute(), folder.absolute()
    parts = (folder.resolve().name, *path.relative_to(folder).parts) if path.is_relative_to(folder) else (path.name,)
    return "/".join(map(decode_name, parts))


def _no_report(below: Path) -> str:
    """What of a path below a folder is left out: the path up to what is hidden, or a README; "" where nothing is."""
    for n_parts, part in enumerate(below.parts, start=1):
        if part.startswith((".", "~$")):
            return "/".join(below.parts[:n_parts])
    return below.as_posix() if below.name.lower() in READMES else ""


def roots_of(folders: Iterable[Path]) -> list[Path]:
    """``folders`` as the system knows them, each once."""
    return list(dict.fromkeys(folder.resolve() for folder in folders))


def read_bytes(
    path: Path,
    within: Sequence[Path] | None = None,
    max_bytes: int = MAX_FILE_BYTES,
    timeout_s: float = READ_S,
) -> bytes:
    """The bytes of the file at ``path``. Raises ReadError where it is no regular file, is larger than ``max_bytes``,
    takes longer, or is a link out of the folders ``within`` (as ``roots_of`` gives them; None: any link will do)."""
    try:
        return _in_time(lambda: _bytes(path, within, max_bytes), timeout_s)
    except TimeoutError:
        raise OverLimit(f"could not be read within {timeout_s:g} s; see whether its disk or share answers") from None
    except OSError as error:
        if path.is_symlink() and not path.exists():
            raise ReadError(f"is a link to {path.readlink()}, which does not exist; mend or remove it") from error
        raise ReadError(f"cannot be opened ({error.strerror}); check the path and its permissions") from error


def _bytes(path: Path, within: Sequence[Path] | None, max_bytes: int) -> bytes:
    if path.is_dir():
        raise ReadError(_why_unlisted(path))
    real = Path(os.path.realpath(path, strict=True))
    if within is not None and not any(real.is_relative_to(root) for root in within):
        raise ReadError("is a link out of the folders that are indexed; name the folder it leads to, or copy the file")
    _check(real.stat(), max_bytes)  # before it is opened: to open a device may do something
    handle = os.open(real, os.O_RDONLY | OPEN)
    try:
        _check(os.fstat(handle), max_bytes)  # it may be another by now
        pieces: list[bytes] = []
        while piece := os.read(handle, PIECE_BYTES):
            pieces.append(piece)
            if len(pieces) * PIECE_BYTES > max_bytes + PIECE_BYTES:  # it grows, or never said how long it is
                raise _too_large(sum(map(len, pieces)), max_bytes)
    finally:
        os.close(handle)
    return b"".join(pieces)


def _check(status: os.stat_result, max_bytes: int) -> None:
    if not stat.S_ISREG(status.st_mode):
        raise ReadError("is no file but a device, pipe or socket; leave it out of the folder")
    if status.st_size > max_bytes:
        raise _too_large(status.st_size, max_bytes)


def _too_large(n_bytes: int, max_bytes: int) -> ReadError:
    return OverLimit(
        f"{n_bytes:,} bytes are more than the limit of {max_bytes:,} (JUDIAN_MAX_FILE_BYTES); split the file"
    )


def _in_time(read: Callable[[], bytes], timeout_s: float) -> bytes:
    """What ``read`` returns or raises; TimeoutError when it takes longer. It is then left to itself: nothing ends a
    read from outside."""
    done: Future[bytes] = Future()

    def run() -> None:
        try:
            done.set_result(read())
        except BaseException as error:
            done.set_exception(error)

    threading.Thread(target=run, name="read", daemon=True).start()
    return done.result(timeout_s)


def _paths(root: Path) -> Iterable[Path]:
    """Whatever under ``root`` is no folder that can be listed."""
    unlisted: list[OSError] = []
    for folder, folders, names in os.walk(root, onerror=unlisted.append):
        yield from (Path(folder, name) for name in names)
        yield from (path for name in folders if (path := Path(folder, name)).is_symlink())
    yield from (Path(os.fsdecode(error.filename)) for error in unlisted)


def _label(root: Path, roots: list[Path]) -> str:
    for n_parts in range(1, len(root.parts) + 1):
        label = "/".join(root.parts[-n_parts:])
        if Counter("/".join(other.parts[-n_parts:]) for other in roots)[label] == 1:
            return label
    return root.as_posix()


def _why_unlisted(folder: Path) -> str:
    if folder.is_symlink():
        return "is a link to a folder, and links to folders are not followed; name that folder too"
    try:
        with os.scandir(folder) as entries:
            next(entries, None)
    except OSError as error:
        return f"the folder cannot be listed ({error.strerror}); check its permissions"
    return "cannot be opened (it is a folder, not a file)"
