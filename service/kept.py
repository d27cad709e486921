"""Answers as they were given, and what people said of them, in one SQLite file that worker processes share.

Off unless ``JUDIAN_ANSWERS`` names the file. What is rated is kept with the answer from this store, never with one that
a client sends: nobody can plant an answer that was not given.
"""

from __future__ import annotations

import os
import secrets
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Self, TypeVar

from filelock import FileLock
from pydantic import ValidationError

from indexer.types import Record
from service.errors import KeptError, SettingsError, UnknownAnswer
from service.settings import Settings
from service.types import Answer, Feedback, Filters, KeptAnswer, Rated

R = TypeVar("R", bound=Record)

DAY_S = 86_400
RATEABLE_S = DAY_S  # where answers have no address, how long one may still be rated
MAX_ANSWERS = 100_000  # then the oldest goes: a file of a gigabyte or so
PAGE = 200  # rows that are read at once
WAIT_S = 10.0  # for another process that writes
APPLICATION = 0x4A756469  # "Judi"; says in the file's head whose it is
VERSION = 1
TABLES = (
    "CREATE TABLE answers (n INTEGER PRIMARY KEY AUTOINCREMENT, answer_id TEXT NOT NULL UNIQUE, given REAL NOT NULL,"
    " filters TEXT NOT NULL, answer TEXT NOT NULL)",
    "CREATE INDEX answers_given ON answers (given)",
    "CREATE TABLE feedback (answer_id TEXT PRIMARY KEY, rated REAL NOT NULL, rating TEXT NOT NULL,"
    " comment TEXT NOT NULL, given REAL NOT NULL, filters TEXT NOT NULL, answer TEXT NOT NULL)",
)
COLUMNS = "answer_id, rated, rating, comment, given, filters, answer"


def new_id() -> str:
    """The id of an answer that is kept: whoever has it may read the answer, so nobody can guess it."""
    return f"a{secrets.token_hex(16)}"


class Kept:
    """The store. Safe to use from several threads; several processes may have the same file open.

    Each call that writes waits for its turn, up to ``WAIT_S`` seconds. Raises KeptError when the file fails.
    """

    def __init__(self, path: Path, days: int, clock: Callable[[], float] = time.time) -> None:
        """``days`` that an answer keeps its address; 0: none has one. Raises SettingsError for a file that cannot be
        opened or is another's."""
        self._path = path.expanduser()
        self._clock = clock
        self._lock = threading.Lock()
        self._has_addresses = days > 0
        self._kept_s = days * DAY_S or RATEABLE_S
        try:
            self._connection = self._opened()
        except (OSError, sqlite3.Error) as error:
            raise SettingsError(f"JUDIAN_ANSWERS: {self._path} cannot keep answers: {error}") from error

    @classmethod
    def of(cls, settings: Settings) -> Self | None:
        """The configured store, or None where nothing is kept."""
        return None if settings.answers is None else cls(settings.answers, settings.keep_answers_days)

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            self._connection.close()

    def keep(self, answer: Answer, filters: Filters) -> Answer:
        """Keep ``answer``, whose id is of ``new_id``; as it is to be given, with its address."""
        address = f"/a/{answer.answer_id}" if self._has_addresses else None
        given = answer.model_copy(update={"address": address, "takes_feedback": True})
        with self._writing() as held:
            now = self._clock()
            row = (given.answer_id, now, filters.model_dump_json(), given.model_dump_json())
            held.execute("INSERT INTO answers (answer_id, given, filters, answer) VALUES (?, ?, ?, ?)", row)
            _forget(held, now - self._kept_s)
        return given

    def addressed(self, answer_id: str) -> KeptAnswer:
        """The answer as it was given, for its address. Raises UnknownAnswer when it was not given, its time is over,
        or none has an address."""
        if not self._has_addresses:
            raise UnknownAnswer("no answer has an address here (JUDIAN_KEEP_ANSWERS_DAYS is 0)")
        with self._reading() as held:
            return self._kept(held, answer_id)

    def rate(self, rated: Rated) -> Feedback:
        """Keep what somebody said of an answer, with the answer; what was said of it before is replaced. Raises
        UnknownAnswer."""
        with self._writing() as held:
            kept = self._kept(held, rated.answer_id)
            said = Feedback(
                answer_id=rated.answer_id,
                rating=rated.rating,
                comment=rated.comment,
                rated_at=_iso(self._clock()),
                given_at=kept.given_at,
                filters=kept.filters,
                answer=kept.answer,
            )
            row = (
                *(said.answer_id, _seconds(said.rated_at), said.rating, said.comment, _seconds(said.given_at)),
                *(said.filters.model_dump_json(), said.answer.model_dump_json()),
            )
            held.execute(f"INSERT OR REPLACE INTO feedback ({COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?)", row)
        return said

    def feedback(self, since: datetime | None = None) -> Iterator[Feedback]:
        """What was said, oldest first; ``since``: then or later."""
        last = (since.timestamp() if since else 0.0, "")
        while True:
            with self._reading() as held:
                rows = held.execute(
                    f"SELECT {COLUMNS} FROM feedback WHERE (rated, answer_id) > (?, ?) "
                    "ORDER BY rated, answer_id LIMIT ?",
                    (*last, PAGE),
                ).fetchall()
            if not rows:
                return
            yield from map(_feedback, rows)
            last = (rows[-1][1], rows[-1][0])

    def delete_feedback(self, before: datetime) -> int:
        """Delete what was said before then, with the copy of its answer; how many there were."""
        with self._writing() as held:
            n_deleted = held.execute("DELETE FROM feedback WHERE rated < ?", (before.timestamp(),)).rowcount
        self.sweep()
        return n_deleted

    def sweep(self) -> None:
        """Delete the answers whose time is over, from the file and from its log; ``keep`` does it too, but not where
        nobody asks any more."""
        with self._writing() as held:
            _forget(held, self._clock() - self._kept_s)
        with self._reading() as held:
            held.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()

    def _kept(self, held: sqlite3.Connection, answer_id: str) -> KeptAnswer:
        found = held.execute(
            "SELECT given, filters, answer FROM answers WHERE answer_id = ? AND given > ?",
            (answer_id, self._clock() - self._kept_s),
        ).fetchone()
        if found is None:
            raise UnknownAnswer(
                f"no answer {answer_id!r} is kept: it was never given, or its time is over; ask the question again"
            )
        given, filters, answer = found
        return KeptAnswer(given_at=_iso(given), filters=_read(Filters, filters), answer=_read(Answer, answer))

    def _opened(self) -> sqlite3.Connection:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        # Questions may be confidential: the file is its owner's alone, and so is what SQLite puts beside it. Processes
        # that start together make it one after the other.
        with FileLock(self._path.with_name(self._path.name + ".lock"), timeout=WAIT_S, mode=0o600):
            os.close(os.open(self._path, os.O_RDWR | os.O_CREAT, 0o600))
            connection = sqlite3.connect(self._path, timeout=WAIT_S, isolation_level=None, check_same_thread=False)
            try:
                self._prepare(connection)
            except BaseException:
                connection.close()
                raise
            return connection

    def _prepare(self, connection: sqlite3.Connection) -> None:
        application, version, n_tables = (
            connection.execute(asked).fetchone()[0]
            for asked in ("PRAGMA application_id", "PRAGMA user_version", "SELECT count(*) FROM sqlite_master")
        )
        if n_tables and (application, version) != (APPLICATION, VERSION):
            raise sqlite3.DatabaseError("it holds something else, or is of another version; name another file")
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = NORMAL")
        connection.execute("PRAGMA secure_delete = ON")  # what is deleted is overwritten
        if not n_tables:
            connection.execute("BEGIN IMMEDIATE")
            for table in TABLES:
                connection.execute(table)
            connection.execute(f"PRAGMA application_id = {APPLICATION}")
            connection.execute(f"PRAGMA user_version = {VERSION}")
            connection.execute("COMMIT")

    @contextmanager
    def _reading(self) -> Iterator[sqlite3.Connection]:
        with self._lock:
            try:
                yield self._connection
            except sqlite3.Error as error:
                raise KeptError(f"{self._path}: {error}") from error

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        """Within one transaction, begun as a writer: a reader that becomes one may find that it cannot."""
        with self._reading() as held:
            held.execute("BEGIN IMMEDIATE")
            try:
                yield held
                held.execute("COMMIT")
            except BaseException:
                if held.in_transaction:  # a full disk may have ended it already
                    held.execute("ROLLBACK")
                raise


def _forget(held: sqlite3.Connection, until: float) -> None:
    held.execute("DELETE FROM answers WHERE given <= ?", (until,))
    held.execute("DELETE FROM answers WHERE n <= (SELECT max(n) FROM answers) - ?", (MAX_ANSWERS,))


def _feedback(row: tuple[Any, ...]) -> Feedback:
    answer_id, rated, rating, comment, given, filters, answer = row
    return Feedback(
        answer_id=answer_id,
        rating=rating,
        comment=comment,
        rated_at=_iso(rated),
        given_at=_iso(given),
        filters=_read(Filters, filters),
        answer=_read(Answer, answer),
    )


def _read(kind: type[R], text: str) -> R:
    try:
        return kind.model_validate_json(text)
    except ValidationError as error:
        raise KeptError(f"a kept answer cannot be read, a newer version may have kept it: {error}") from error


def _iso(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="seconds")


def _seconds(iso: str) -> float:
    return datetime.fromisoformat(iso).timestamp()
