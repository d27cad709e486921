"""The seam between the harness and what it measures."""

from __future__ import annotations

from typing import Protocol

from eval.types import GoldItem, Output


class System(Protocol):
    """A system under test."""

    name: str

    def ask(self, item: GoldItem) -> Output:
        """What the system gives to one question. Raises SystemFailed, with the reason in one line."""
        ...

    def settings(self) -> dict[str, str]:
        """What of its configuration changes its answers; goes into the stamp of a run."""
        ...
