"""What a language model writes, cut into sentences as it comes, each with the handles it cites."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from dataclasses import dataclass

MAX_HELD_CHARS = 2_000  # of a sentence that does not end, or that cites nothing yet
MAX_HANDLES = 12  # of one sentence: [S1-S900] would cite everything

_ONE = r"[SsＳ]\s?\d{1,4}"
_MARK = rf"[\[【〔(（]\s*{_ONE}(?:\s*(?:[,，、;；]|和|and|[-–—~～至])\s*{_ONE})*\s*[\]】〕)）]"
HANDLES = re.compile(rf"\s*{_MARK}")
_RUN = re.compile(r"(?P<first>\d{1,4})(?:\s*[-–—~～至]\s*[SsＳ]\s?(?P<last>\d{1,4}))?")
# A full stop of figures, of a list's number or of an initial ends no sentence.
_END = re.compile(r"[。！？!?；;…]+|(?<![\d.])(?<!\b[A-Za-z])\.(?=[\s\[【(（]|$)|(?<=[\d)])\.(?=\s+[A-Z\[【]|$)|\n")
_CLOSING = re.compile(r"[”’\"'」』）)》]*")
_BULLET = re.compile(r"^\s*(?:#{1,6}\s+|[-*•·]\s+|\d{1,2}[.、)）]\s*(?!\d))")


@dataclass(frozen=True)
class Written:
    """A sentence without its marks, and the numbers of the handles it cites, in order, each once."""

    text: str
    handles: tuple[int, ...]


async def written(pieces: AsyncIterator[str]) -> AsyncIterator[Written]:
    """The sentences of a text that comes in ``pieces``, each as soon as it is whole.

    A handle belongs to the sentence before it, on either side of its full stop; sentences without one share that of the
    next on their line. What is left when ``pieces`` raises was no whole sentence, and is dropped.
    """
    reader = _Reader()
    async for piece in pieces:
        for sentence in reader.read(piece):
            yield sentence
    for sentence in reader.rest():
        yield sentence


class _Reader:
    def __init__(self) -> None:
        self._held = ""
        self._waiting: list[str] = []

    def read(self, piece: str) -> list[Written]:
        self._held += piece
        found: list[Written] = []
        while (end := self._end()) is not None:
            sentence, self._held = self._held[:end], self._held[end:]
            found += self._taken(sentence)
        if len(self._held) > MAX_HELD_CHARS:  # no sentence is as long; whatever it is, it is given up
            self._held = ""
        return found

    def rest(self) -> list[Written]:
        last, self._held = self._held, ""
        return [*self._taken(last), *self._given_up()]

    def _end(self) -> int | None:
        """Behind the first sentence with its handles, once something else stands behind those."""
        if match := _END.search(self._held):
            end = match.end()
            if match[0] == "\n":
                return end
            closing = _CLOSING.match(self._held, end)
            end = closing.end() if closing else end
            while handles := HANDLES.match(self._held, end):
                end = handles.end()
            behind = self._held[end:].lstrip(" \t")
            if not behind or re.match(r"[\[【〔(（][^\]】〕)）]*$", behind):
                return None  # a handle may follow
            if behind[0] == "\n":  # the line's end is the sentence's, and says that no handle follows
                return end + self._held[end:].index("\n") + 1
            return end
        return None

    def _taken(self, sentence: str) -> list[Written]:
        handles = _handles(sentence)
        text = _BULLET.sub("", HANDLES.sub("", sentence)).strip()
        ends_line = sentence.endswith("\n")
        if not any(char.isalnum() for char in text):
            if handles and self._waiting:  # a mark on its own: of what stands before it
                return self._with(handles)
            return self._given_up() if ends_line else []
        self._waiting.append(text)
        if handles:
            return self._with(handles)
        return self._given_up() if ends_line else []

    def _with(self, handles: tuple[int, ...]) -> list[Written]:
        waiting, self._waiting = self._waiting, []
        return [Written(text, handles) for text in waiting]

    def _given_up(self) -> list[Written]:
        return self._with(())


def _handles(sentence: str) -> tuple[int, ...]:
    numbers: dict[int, None] = {}
    for mark in HANDLES.finditer(sentence):
        for run in _RUN.finditer(mark[0]):
            first, last = int(run["first"]), int(run["last"] or run["first"])
            numbers |= dict.fromkeys(range(first, min(last, first + MAX_HANDLES) + 1))
    return tuple(numbers)[:MAX_HANDLES]
