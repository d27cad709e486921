"""Vectors kept by content, so that indexing again encodes only what changed."""

from __future__ import annotations

import contextlib
import hashlib
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from indexer.encoders.types import Encoder

BATCH = 256  # texts per transaction: what a kill can lose


class VectorCache:
    """(encoder fingerprint, sha256 of the embedded text) to vector, in one SQLite file.

    SQLite keeps the file whole when the process is killed. A file that is damaged all the same is begun anew: it is a
    cache. Every method raises OSError when the disk is full or the file may not be written.
    """

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._path = path
        with self._disk_faults():
            try:
                self._connection = _open(path)
            except sqlite3.OperationalError:
                raise  # it may not be written; there is nothing wrong with what is in it
            except sqlite3.DatabaseError:
                for file in path.parent.glob(path.name + "*"):  # with its journal
                    file.unlink()
                self._connection = _open(path)

    def close(self) -> None:
        self._connection.close()

    def encode(
        self, encoder: Encoder, texts: Sequence[str], progress: Callable[[int], None] | None = None
    ) -> tuple[NDArray[np.float32], int]:
        """Vectors of ``texts``, (len(texts), encoder.dim) float32, and how many of them had to be encoded.

        ``progress`` is called with the number of texts that are done.
        """
        keys, n_encoded = self.fill(encoder, texts, progress)
        return np.concatenate([np.zeros((0, encoder.dim), np.float32), *self.batches(encoder, keys)]), n_encoded

    def fill(
        self, encoder: Encoder, texts: Sequence[str], progress: Callable[[int], None] | None = None
    ) -> tuple[list[bytes], int]:
        """Encode what of ``texts`` is not there, holding no more than a batch of it: the keys of all, for ``batches``,
        and how many had to be encoded."""
        keys: list[bytes] = []
        new: dict[bytes, tuple[int, int]] = {}  # length and row
        known: set[bytes] = set()
        for row, text in enumerate(texts):
            key = hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()
            keys.append(key)
            if key not in new and key not in known:
                if self._get(encoder, key) is None:
                    new[key] = len(text), row
                else:
                    known.add(key)
        # Longest first: a batch of one length wastes no padding, and the time left is not underestimated.
        order = sorted(new, key=lambda key: -new[key][0])
        n_known = len(texts) - sum(key in new for key in keys)
        if progress:
            progress(n_known)
        for start in range(0, len(order), BATCH):
            batch = order[start : start + BATCH]
            vectors = encoder.encode_passages([texts[new[key][1]] for key in batch])
            with self._disk_faults(), self._connection:
                self._connection.executemany(
                    "INSERT OR REPLACE INTO vectors VALUES (?, ?, ?)",
                    [
                        (encoder.fingerprint, key, vector.astype("<f4").tobytes())
                        for key, vector in zip(batch, vectors, strict=True)
                    ],
                )
            if progress:
                progress(min(len(texts), n_known + start + len(batch)))
        if progress:
            progress(len(texts))
        return keys, len(new)

    def batches(self, encoder: Encoder, keys: Sequence[bytes]) -> Iterator[NDArray[np.float32]]:
        """The vectors of ``keys``, which ``fill`` gave, in their order, some rows at a time."""
        for start in range(0, len(keys), BATCH):
            found = [self._get(encoder, key) for key in keys[start : start + BATCH]]
            if any(vector is None for vector in found):
                raise OSError(0, "vectors went from the cache while it was read; index again", str(self._path))
            yield np.stack([vector for vector in found if vector is not None])

    def _get(self, encoder: Encoder, key: bytes) -> NDArray[np.float32] | None:
        row = self._connection.execute(
            "SELECT vector FROM vectors WHERE encoder = ? AND text_sha256 = ?", (encoder.fingerprint, key)
        ).fetchone()
        if row is None or len(row[0]) != 4 * encoder.dim:
            return None
        return np.frombuffer(row[0], dtype="<f4").astype(np.float32)

    @contextlib.contextmanager
    def _disk_faults(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.OperationalError as error:
            raise OSError(0, f"the vector cache cannot be written ({error})", str(self._path)) from error


def _open(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path, timeout=60.0)
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=NORMAL")
    with connection:
        connection.execute(
            "CREATE TABLE IF NOT EXISTS vectors (encoder TEXT, text_sha256 BLOB, vector BLOB NOT NULL,"
            " PRIMARY KEY (encoder, text_sha256)) WITHOUT ROWID"
        )
    if connection.execute("PRAGMA quick_check(1)").fetchone() != ("ok",):
        raise sqlite3.DatabaseError("damaged")
    return connection
