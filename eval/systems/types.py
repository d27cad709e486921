"""What a system under test is to the harness."""

from __future__ import annotations

from typing import Protocol

from eval.gold.types import GoldItem
from indexer.types import Record
from service.types import Citation, Reason, Segment, Status


class Ranked(Record):
    """A passage that a system retrieved, best first: its span, and a score that falls along the ranking."""

    report_id: str
    start: int
    end: int
    score: float


class Output(Record):
    """What a system gave to one question. ``ranking`` is None when it does not show what it retrieved,
    ``confidence`` when it states none. ``error`` says why there is no answer at all: that is no refusal."""

    id: str
    status: Status
    reason: Reason | None = None
    text: str
    segments: tuple[Segment, ...] = ()
    citations: tuple[Citation, ...] = ()
    ranking: tuple[Ranked, ...] | None = None
    confidence: float | None = None
    elapsed_ms: float
    prompt_tokens: int | None = None
    completion_tokens: int | None = None
    error: str | None = None


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
