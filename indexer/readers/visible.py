"""Characters that nobody sees."""

from __future__ import annotations

import re

from indexer.types import Dropped

# Zero-width, bidirectional and other format characters, and controls that are no white space. They are dropped
# because they let what is matched differ from what is seen.
_INVISIBLE = re.compile(
    "[\u0000-\u0008\u000e-\u001f\u007f\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]"
    "|\r(?=\n)"
)


def visible(text: str) -> tuple[str, tuple[Dropped, ...]]:
    """``text`` without invisible characters and the carriage returns of line ends, and how many of the former went."""
    n_gone = sum(char != "\r" for char in _INVISIBLE.findall(text))
    dropped = (Dropped(text="", reason=f"{n_gone} invisible characters"),) if n_gone else ()
    return _INVISIBLE.sub("", text), dropped
