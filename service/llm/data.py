"""Text of reports and of those who ask, as a prompt may hold it: data that cannot pass for anything else.

Sentences stand one a line between ``<sentences>`` and ``</sentences>``, each behind its handle, ``[S12]``, under a line
with the report and the headings that they are from. No text can forge that frame: it holds no line break, no angle and
no square bracket. The marks of chat templates, ``<|im_start|>``, ``[INST]``, ``<start_of_turn>``, consist of those.

What takes their place looks alike, and stays what it is under NFKC, which some tokenizers apply. Only the model reads
it: what it writes is checked against the sentence as it stands in its report.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

from indexer.chinese.folding import fold

# Character -> what the model reads in its place.
HARMLESS = str.maketrans(
    {
        **dict.fromkeys("<＜﹤", "‹"),
        **dict.fromkeys(">＞﹥", "›"),
        **dict.fromkeys("[［【", "〔"),
        **dict.fromkeys("]］】", "〕"),
        **dict.fromkeys("`｀", "'"),
    }
)
_INVISIBLE = ("Cc", "Cf", "Cs")  # control; format (zero width, direction, tags); halves of what UTF-16 writes
_VARIATION = re.compile("[\ufe00-\ufe0f\U000e0100-\U000e01ef]")
_HANDLE = re.compile(r"(?<=[〔(（])(\s*[SsＳｓ])(?=\s*[\d０-９])")
# The beginning of another turn, where a template tells turns apart by words alone.
_TURN = re.compile(
    r"\b(system|user|assistant|human|developer|instructions?|response)(?:\s+(?:prompt|message))?\s*[:：]"
    r"|(系统(?:提示词?|指令|消息))\s*[:：]",
    re.IGNORECASE,
)
_RULE = re.compile(r"#{2,}|={3,}")  # what templates without special tokens set between turns


class Fenced(str):
    """Text in which all that is data has been made harmless, with marks of its own that are none."""


@dataclass(frozen=True)
class Numbered:
    """A sentence with its number, from 1, and where it stands: the report and the headings above it."""

    number: int
    text: str
    place: str = ""


def fenced(sentences: Iterable[Numbered]) -> Fenced:
    """The sentences as lines of a prompt, in the order given; those that follow each other from one place share its
    line."""
    lines, place = ["<sentences>"], ""
    for sentence in sentences:
        if sentence.place != place:
            place = sentence.place
            lines.append(f"# {plain(place)}")
        lines.append(f"{handle(sentence.number)} {plain(sentence.text)}")
    return Fenced("\n".join([*lines, "</sentences>"]))


def fenced_turns(turns: Iterable[tuple[str, str]]) -> Fenced:
    """Questions with their answers, the oldest first, as lines of a prompt."""
    lines = [f"Q: {plain(question)}\nA: {plain(answer)}" for question, answer in turns]
    return Fenced("\n".join(["<history>", *lines, "</history>"]))


def handle(number: int) -> str:
    """As a model is to cite the sentence of that number."""
    return f"[S{number}]"


def plain(text: str) -> Fenced:
    """``text`` on one line, with nothing in it that cannot be seen or that a prompt, or a chat template, is made of."""
    seen = "".join(
        " " if character.isspace() else character
        for character in _VARIATION.sub("", text)
        if character.isspace() or unicodedata.category(character) not in _INVISIBLE
    )
    found = _RULE.sub(lambda match: match[0][0], seen.translate(HARMLESS))
    found = _TURN.sub(lambda match: f"{match[1] or match[2]} - ", _HANDLE.sub(r"\1.", found))
    return Fenced(" ".join(found.split()))


def is_line(text: str, line: str) -> bool:
    """Whether ``text`` is the agreed ``line``, whatever marks and handles stand around it, in any case or width."""
    bare = re.sub(r"\[s\d+\]", "", fold(text))
    return bare.strip(" .。!,;:\"'*-()\n\t") == fold(line)
