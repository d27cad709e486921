"""Models that think aloud: what stands in ``<think>…</think>`` before an answer is no part of it.

Servers that know the model send its thought apart; others leave it in the text. A thought without its opening mark
cannot be told from an answer while it comes.
"""

from __future__ import annotations

OPENING, CLOSING = "<think>", "</think>"


class Thought:
    """Drops the thought that an answer begins with, piece by piece, and blanks before the answer."""

    def __init__(self) -> None:
        self._held = ""
        self._over = False

    def without(self, piece: str) -> str:
        """What of ``piece``, and of what was held back before it, belongs to the answer."""
        if self._over:
            return piece
        self._held += piece
        text = self._held.lstrip()
        if text.startswith(OPENING):
            text = text.partition(CLOSING)[2].lstrip()
        elif OPENING.startswith(text):
            text = ""  # it may become the opening mark yet
        self._over = bool(text)
        return text

    def rest(self) -> str:
        """What is held back when nothing more comes, and was no thought: the beginning of a mark that never came."""
        text = self._held.lstrip()
        return "" if self._over or text.startswith(OPENING) else text
