"""What the verification of a sentence takes and gives."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from indexer.types import Record

Outcome = Literal["supported", "contradicted", "not_found", "unchecked"]


@dataclass(frozen=True)
class Source:
    """A sentence that is cited, as it stands in its report, with what it inherits: the headings above it, the title
    of its report, whose report it is and of which year."""

    text: str
    heading_path: tuple[str, ...] = ()
    title: str = ""
    region: str | None = None
    year: int | None = None


class Verdict(Record):
    """What the check of one sentence found.

    ``supported``: all that could be checked stands in the sources; ``contradicted``: they say something else;
    ``not_found``: they do not say it; ``unchecked``: it holds nothing that could be checked. ``reason`` names the kind
    of fault, ``said`` what the sentence says there, ``source`` what the sources say instead.
    """

    outcome: Outcome
    reason: str | None = None
    said: str | None = None
    source: str | None = None
    checked: tuple[str, ...] = ()
