"""What a sentence may rest on: the sentences it cites, and what these inherit from headings, title and region."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import Literal

from indexer.chinese.dates import years_in
from indexer.chinese.folding import fold
from service.checks import is_plan
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
    title: str
    year: int | None
    region: str | None

    @cached_property
    def text(self) -> str:
        """The sentence itself, folded."""
        return self.reading.text

    @cached_property
    def years(self) -> frozenset[str]:
        """The years that stand in the sentence, those that 去年 and its like name among them."""
        return years_in(self.text) | self._relative(RELATIVE_YEARS, self.text)

    @cached_property
    def years_inherited(self) -> frozenset[str]:
        """Those of its nearest heading that names one; else that of its report, and the year before, which it tells
        of unless it stands under a plan."""
        for heading in reversed(self.headings):
            if named := years_in(heading) | self._relative((*RELATIVE_YEARS, *_YEARS_OF_HEADINGS), heading):
                return named
        if self.year is None:
            return years_in(self.context)
        return frozenset({str(self.year), *([] if told(self.headings) == "plan" else [str(self.year - 1)])})

    @cached_property
    def years_of_report(self) -> frozenset[str]:
        """What “the report of 2023” may mean here."""
        of_title = years_in(fold(self.title)) | ({str(self.year)} if self.year else set())
        return years_in(self.text) | (of_title or years_in(self.context))

    def _relative(self, words: tuple[tuple[str, int], ...], text: str) -> frozenset[str]:
        """The years that 去年 and its like in ``text`` name."""
        return frozenset(str(self.year + by) for word, by in words if self.year and re.search(word, text))


def told(headings: Sequence[str]) -> Told:
    """Whether ``headings`` say what is to come, or look back."""
    # The outermost that says so decides: “实施数字城市建设计划” may be a heading of what was done.
    path = [_NO_PLAN.sub("", heading) for heading in reversed(headings)]
    if is_plan(path, ""):
        return "plan"
    # What would be a plan by its words is none under a heading that looks back.
    return "either" if is_plan(path, "目标") else "review"


Told = Literal["plan", "review", "either"]
_NO_PLAN = re.compile("城市规划|规划建设|规划管理|国土规划|目标责任")
_YEARS_OF_HEADINGS = (("过去的?一年|一年来", -1),)
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
    def told(self) -> Told:
        """What the headings of all sources say of them, where they agree."""
        found = {told(one.headings) for one in self.cited}
        return found.pop() if len(found) == 1 else "either"

    @cached_property
    def everything(self) -> str:
        """What the sources say and what they inherit."""
        return f"{self.text}\n{self.context}"


@lru_cache(maxsize=MAX_READINGS)
def _cited(source: Source) -> Cited:
    headings = tuple(fold(heading) for heading in source.heading_path)
    region = [source.region, *sorted(names_of(source.region))] if source.region else []
    context = fold("\n".join([*source.heading_path, source.title, *region]))
    return Cited(read(source.text), headings, context, source.title, source.year, source.region)


def gather(sources: Sequence[Source]) -> Evidence:
    """The evidence of ``sources``, each read once and kept."""
    return Evidence(tuple(_cited(source) for source in sources))
