"""What a sentence may rest on: the sentences it cites, and what these inherit from headings, title and region."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache

from indexer.chinese.dates import years_in
from indexer.chinese.folding import fold
from service.scope import names_of
from service.verify.reading import MAX_READINGS, Reading, read
from service.verify.types import Outcome, Source


@dataclass(frozen=True)
class Fault:
    """What does not hold: the ``outcome`` it makes, what the sentence says there and what the sources say instead."""

    outcome: Outcome
    said: str
    source: str | None = None


@dataclass(frozen=True)
class Cited:
    """One source, read; ``context``: all that it inherits, folded, its region and what people call that among it."""

    reading: Reading
    headings: tuple[str, ...]
    context: str
    year: int | None
    region: str | None

    @cached_property
    def text(self) -> str:
        """The sentence itself, folded."""
        return self.reading.text

    @cached_property
    def years(self) -> frozenset[str]:
        """The years that stand in the sentence, those that 去年 and its like name among them."""
        own = years_in(self.text)
        relative = {str(self.year + by) for word, by in RELATIVE_YEARS if self.year and re.search(word, self.text)}
        return own | relative

    @cached_property
    def years_inherited(self) -> frozenset[str]:
        """Those of its headings and its report; of a report also the year before, which it tells of."""
        own = {str(self.year), str(self.year - 1)} if self.year else set()
        return years_in(self.context) | own


RELATIVE_YEARS = (("去年|上年(?!同期)|上一年", -1), ("今年|本年", 0), ("明年|来年|下一年", 1), ("前年", -2))


@dataclass(frozen=True)
class Evidence:
    """All sources of one sentence."""

    cited: tuple[Cited, ...]
    readings: tuple[Reading, ...] = field(init=False)
    text: str = field(init=False)
    context: str = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "readings", tuple(one.reading for one in self.cited))
        object.__setattr__(self, "text", "\n".join(one.text for one in self.cited))
        object.__setattr__(self, "context", "\n".join(one.context for one in self.cited))

    @cached_property
    def everything(self) -> str:
        """What the sources say and what they inherit."""
        return f"{self.text}\n{self.context}"


@lru_cache(maxsize=MAX_READINGS)
def _cited(source: Source) -> Cited:
    headings = tuple(fold(heading) for heading in source.heading_path)
    region = [source.region, *sorted(names_of(source.region))] if source.region else []
    context = fold("\n".join([*source.heading_path, source.title, *region]))
    return Cited(read(source.text), headings, context, source.year, source.region)


def gather(sources: Sequence[Source]) -> Evidence:
    """The evidence of ``sources``, each read once and kept."""
    return Evidence(tuple(_cited(source) for source in sources))
