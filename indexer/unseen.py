"""Characters that are not seen but steer whatever shows a text: controls, line ends, directions, zero widths.

A file may be called ``报告\\u202efdp.txt``, and what a reader drops of a text may clear a terminal. Names keep them, so
that the file is found again; what people are shown does not let them act.
"""

from __future__ import annotations

import re

# All below 32 and of C1, soft hyphen, Arabic and Mongolian marks, zero widths and directions, line and paragraph
# separators, the mark of byte order, annotations: all of four hexadecimal digits or fewer.
UNSEEN = re.compile(
    "[\\x00-\\x1f\\x7f-\\x9f\\u00ad\\u061c\\u180e\\u200b-\\u200f\\u2028-\\u202e\\u2060-\\u206f\\ufeff\\ufff9-\\ufffb]"
)

# Styles of a page that take what they are set on from sight; and a size of none, which gaps of menus have as well.
HIDING_STYLE = r"display\s*:\s*none|visibility\s*:\s*hidden|opacity\s*:\s*0(?![.\d])"
NO_SIZE_STYLE = r"font-size\s*:\s*0(?![.\d])"


def cleaned(text: str) -> str:
    """``text`` on one line, without such characters; they part words where they are white space."""
    return UNSEEN.sub(lambda found: " " if found[0].isspace() else "", text).strip()


def escaped(text: str, keep: str = "") -> str:
    """``text`` with each such character written as ``\\\\xNN`` or ``\\\\uNNNN``, but for those in ``keep``."""
    return UNSEEN.sub(lambda found: found[0] if found[0] in keep else _written(ord(found[0])), text)


def escaped_json(text: str) -> str:
    """The same for ``text`` that is JSON, which stays JSON and says the same; its lines stay too."""
    return UNSEEN.sub(lambda found: found[0] if found[0] == "\n" else f"\\u{ord(found[0]):04x}", text)


def _written(code: int) -> str:
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}"
