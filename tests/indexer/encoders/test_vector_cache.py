"""Indexing again encodes only what changed, also after a run that was cut off."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from indexer.encoders.hashing import HashingEncoder
from indexer.encoders.vector_cache import BATCH, VectorCache

TEXTS = [f"第{number}条　行政复议案件{number * 7}件。" for number in range(30)]


class CountingEncoder:
    """The hashing encoder; it remembers what it was asked for, and may be killed in its n-th batch."""

    def __init__(self, fingerprint: str = "", dies_in_batch: int | None = None) -> None:
        self._hashing = HashingEncoder()
        self.fingerprint = fingerprint or self._hashing.fingerprint
        self.dim, self.adapters = self._hashing.dim, None
        self.reader = self.judge = None
        self.asked: list[str] = []
        self._dies_in_batch = dies_in_batch
        self._n_batches = 0

    def encode_passages(
        self, texts: Sequence[str], progress: Callable[[int], None] | None = None
    ) -> NDArray[np.float32]:
        self._n_batches += 1
        if self._n_batches == self._dies_in_batch:
            raise KeyboardInterrupt
        self.asked += texts
        return self._hashing.encode_passages(texts, progress)

    def encode_question(self, text: str) -> NDArray[np.float32]:
        return self._hashing.encode_question(text)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "deep" / "vectors.sqlite"


@pytest.fixture
def cache(path: Path) -> Iterator[VectorCache]:
    opened = VectorCache(path)
    yield opened
    opened.close()


def test_the_vectors_are_the_encoders_in_the_order_of_the_texts(cache: VectorCache) -> None:
    vectors, n_encoded = cache.encode(CountingEncoder(), TEXTS)
    assert vectors.dtype == np.float32
    assert vectors.tolist() == HashingEncoder().encode_passages(TEXTS).tolist()
    assert n_encoded == len(TEXTS)


def test_a_second_run_encodes_nothing_even_after_closing(cache: VectorCache, path: Path) -> None:
    first, _ = cache.encode(CountingEncoder(), TEXTS)
    cache.close()
    again = VectorCache(path)
    encoder = CountingEncoder()
    vectors, n_encoded = again.encode(encoder, TEXTS)
    again.close()
    assert (n_encoded, encoder.asked) == (0, [])
    assert vectors.tolist() == first.tolist()


def test_a_changed_text_is_the_only_one_encoded(cache: VectorCache) -> None:
    cache.encode(CountingEncoder(), TEXTS)
    changed = [*TEXTS[:4], "改过的一条。", *TEXTS[5:]]
    encoder = CountingEncoder()
    vectors, n_encoded = cache.encode(encoder, changed)
    assert (n_encoded, encoder.asked) == (1, ["改过的一条。"])
    assert vectors.tolist() == HashingEncoder().encode_passages(changed).tolist()


def test_another_encoder_has_its_own_vectors(cache: VectorCache) -> None:
    cache.encode(CountingEncoder("one"), TEXTS)
    other = CountingEncoder("other")
    assert cache.encode(other, TEXTS)[1] == len(TEXTS) == len(other.asked)
    assert cache.encode(CountingEncoder("one"), TEXTS)[1] == 0


def test_a_text_that_occurs_twice_is_encoded_once(cache: VectorCache) -> None:
    encoder = CountingEncoder()
    vectors, n_encoded = cache.encode(encoder, ["甲", "乙", "甲"])
    assert n_encoded == 2
    assert sorted(encoder.asked) == ["乙", "甲"]
    assert vectors[0].tolist() == vectors[2].tolist() != vectors[1].tolist()


def test_a_run_that_was_cut_off_loses_one_batch(cache: VectorCache) -> None:
    texts = [f"第{number}句" for number in range(2 * BATCH + 10)]
    with pytest.raises(KeyboardInterrupt):
        cache.encode(CountingEncoder(dies_in_batch=3), texts)
    encoder = CountingEncoder()
    assert cache.encode(encoder, texts)[1] == 10
    assert len(set(encoder.asked)) == 10


def test_progress_counts_up_to_all_texts(cache: VectorCache) -> None:
    texts = [f"第{number}句" for number in range(BATCH + 10)] + ["第0句"]
    cache.encode(CountingEncoder(), texts[:5])
    heard: list[int] = []
    cache.encode(CountingEncoder(), texts, heard.append)
    assert heard == sorted(heard)
    assert heard[0] == 5 + 1  # the five that are known, and the repetition of one of them
    assert heard[-1] == len(texts)


def test_no_texts(cache: VectorCache) -> None:
    vectors, n_encoded = cache.encode(CountingEncoder(), [])
    assert (vectors.shape, n_encoded) == ((0, HashingEncoder().dim), 0)
    assert vectors.dtype == np.float32


@pytest.mark.parametrize("text", ["", "\ud800", "\x00", "e\u0301 \u200b"])
def test_awkward_texts_are_kept_apart(cache: VectorCache, text: str) -> None:
    cache.encode(CountingEncoder(), [text, f"{text}甲"])
    assert cache.encode(CountingEncoder(), [f"{text}甲", text])[1] == 0


def test_a_vector_of_another_length_is_encoded_again(cache: VectorCache, path: Path) -> None:
    cache.encode(CountingEncoder(), TEXTS[:3])
    with sqlite3.connect(path) as connection:
        connection.execute("UPDATE vectors SET vector = x'0000'")
    connection.close()
    vectors, n_encoded = cache.encode(CountingEncoder(), TEXTS[:3])
    assert n_encoded == 3
    assert vectors.tolist() == HashingEncoder().encode_passages(TEXTS[:3]).tolist()


def test_two_indexes_share_a_cache(cache: VectorCache, path: Path) -> None:
    other = VectorCache(path)
    cache.encode(CountingEncoder(), TEXTS)
    assert other.encode(CountingEncoder(), TEXTS)[1] == 0
    other.close()
