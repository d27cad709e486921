"""A model's text as sentences with handles, however it is cut on its way."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable

import pytest

from service.written import MAX_HANDLES, MAX_HELD_CHARS, Written, written


async def _pieces(pieces: Iterable[str], fail: bool = False) -> AsyncIterator[str]:
    for piece in pieces:
        yield piece
    if fail:
        raise ConnectionError


def _read(*pieces: str, fail: bool = False) -> list[Written]:
    found: list[Written] = []

    async def read() -> None:
        async for sentence in written(_pieces(pieces, fail)):
            found.append(sentence)

    if fail:
        with pytest.raises(ConnectionError):
            asyncio.run(read())
    else:
        asyncio.run(read())
    return found


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("受理53件。[S1]办结50件。[S2]", [("受理53件。", (1,)), ("办结50件。", (2,))]),
        ("受理53件[S1]。办结50件[S2]。", [("受理53件。", (1,)), ("办结50件。", (2,))]),
        ("受理53件。 [S1][S3] 办结50件。", [("受理53件。", (1, 3)), ("办结50件。", ())]),
        ("受理53件【S1，S2】，办结50件（S3）。", [("受理53件，办结50件。", (1, 2, 3))]),
        ("增长5.5%[s4]。下降3.2%。[Ｓ5]", [("增长5.5%。", (4,)), ("下降3.2%。", (5,))]),
        ("- 一是放权。[S1]\n- 二是监管。[S2]\n", [("一是放权。", (1,)), ("二是监管。", (2,))]),
        ("1. 放权[S1]\n2. 监管[S2]", [("放权", (1,)), ("监管", (2,))]),
        ("甲地1件。乙地2件。[S1]", [("甲地1件。", (1,)), ("乙地2件。", (1,))]),
        ("甲地1件。\n乙地2件。[S1]", [("甲地1件。", ()), ("乙地2件。", (1,))]),
        ("他说：“办好了。”[S2]就走了。", [("他说：“办好了。”", (2,)), ("就走了。", ())]),
        ("GDP rose 5.5%. [S1] Exports fell. [S2]", [("GDP rose 5.5%.", (1,)), ("Exports fell.", (2,))]),
        ("It was 53 cases. [S1] In 2021. [S2]", [("It was 53 cases.", (1,)), ("In 2021.", (2,))]),
        ("见[注1]和第[2]条。[S7]", [("见[注1]和第[2]条。", (7,))]),
        ("增长[S2-S4]。", [("增长。", (2, 3, 4))]),
        ("没有句号", [("没有句号", ())]),
        ("[S1]", []),
        ("", []),
    ],
)
@pytest.mark.parametrize("size", [1, 2, 3, 7, 1000])
def test_sentences_with_their_handles_however_they_are_cut(
    text: str, expected: list[tuple[str, tuple[int, ...]]], size: int
) -> None:
    pieces = [text[at : at + size] for at in range(0, len(text), size)]
    assert [(one.text, one.handles) for one in _read(*pieces)] == expected


def test_a_sentence_is_given_once_the_next_begins() -> None:
    async def first() -> tuple[str, list[str]]:
        given: list[str] = []

        async def pieces() -> AsyncIterator[str]:
            for piece in ("甲。[S1]", "乙", "。[S2]"):
                given.append(piece)
                yield piece

        async for sentence in written(pieces()):
            return sentence.text, given
        raise AssertionError

    assert asyncio.run(first()) == ("甲。", ["甲。[S1]", "乙"])


def test_what_is_cut_off_is_dropped() -> None:
    assert _read("受理53件。[S1]办结5", fail=True) == [Written("受理53件。", (1,))]
    assert _read("受理53件。[S", fail=True) == []


def test_a_sentence_without_end_is_given_up() -> None:
    assert _read(*["长" * 100] * (MAX_HELD_CHARS // 100 + 1), "。[S1]") == []


def test_a_mark_does_not_cite_everything() -> None:
    (sentence,) = _read("全部。[S1-S900]")
    assert sentence.handles == tuple(range(1, MAX_HANDLES + 1))
