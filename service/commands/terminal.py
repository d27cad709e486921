"""What the command prints on: texts and names of others do not steer it."""

from __future__ import annotations

from typing import Any

from rich.console import Console

from indexer.unseen import escaped


class Terminal(Console):
    """Prints text as it is, but for characters that are not seen, which are written out (``indexer.unseen``)."""

    def __init__(self, *, stderr: bool = False) -> None:
        super().__init__(stderr=stderr, soft_wrap=True, highlight=False, markup=False)

    def print(self, *objects: Any, **options: Any) -> None:
        """As Console has it; lines may end."""
        super().print(*(escaped(what, keep="\n") if isinstance(what, str) else what for what in objects), **options)
