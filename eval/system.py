"""What a system under test is to the harness."""

from __future__ import annotations

from typing import Protocol

from eval.types import GoldItem, Output


class System(Protocol):
    """Answers gold questions, seeing only what a user would send."""

    @property
    def name(self) -> str:
        """What it is called on the command line."""
        ...

    def ask(self, item: GoldItem) -> Output:
        """The answer to ``item.question``. Raises SystemFailed, with a reason of one line, when there is none."""
        ...

    def settings(self) -> dict[str, str]:
        """What goes into the stamp of a run: whatever changes the answers, and no secrets. Raises SystemFailed when
        the system cannot be reached."""
        ...
