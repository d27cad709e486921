"""What the command says, in Chinese or English. The one table is ``zh.json``: from the English to the Chinese.

Of what the command itself says the English stands in ``say``, and names what is filled in: ``{folder}``. Errors are
made far from here and hold what they are about; in the table ``{}`` stands for that, in their order, and ``{0}``,
``{1}`` in the Chinese.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from functools import lru_cache
from importlib.resources import files

from service.settings import language


def say(english: str, /, **filled: object) -> str:
    """``english`` in the language of the command, with what is to be filled in."""
    words = table().get(english, english) if language() == "zh" else english
    return words.format(**filled) if filled else words


def told(message: str) -> str:
    """The message of an error in the language of the command; what the table does not have stays English."""
    return _told(message) if language() == "zh" else message


@lru_cache(1)
def table() -> Mapping[str, str]:
    """English to Chinese."""
    found: dict[str, str] = json.loads((files("service") / "zh.json").read_text(encoding="utf-8"))
    return found


@lru_cache(1)
def _patterns() -> tuple[tuple[re.Pattern[str], str], ...]:
    """The messages with something in them; those that say most themselves come first, so that none takes another's."""
    with_gaps = sorted((english for english in table() if "{}" in english), key=lambda english: -len(english))
    return tuple(
        (re.compile("(.+?)".join(map(re.escape, english.split("{}"))), re.DOTALL), table()[english])
        for english in with_gaps
    )


def _told(message: str) -> str:
    if "\n" in message:
        return "\n".join(map(_told, message.split("\n")))
    if "{" not in message and message in table():
        return table()[message]
    for pattern, chinese in _patterns():
        if found := pattern.fullmatch(message):
            return chinese.format(*map(_told, found.groups()))  # errors hold others
    return message
