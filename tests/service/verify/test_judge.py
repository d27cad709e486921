"""A second opinion lowers a verdict, and raises none."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field

import pytest

from service.verify import Source, judged, verify

TEXT = "全年受理行政复议案件412件。"
SOURCES = (Source(TEXT),)


@dataclass
class ScriptedJudge:
    """Says what it was told to, and keeps what it was asked."""

    says: bool
    asked: list[tuple[str, int]] = field(default_factory=list)

    async def lowers(self, sentence: str, sources: Sequence[Source]) -> bool:
        self.asked.append((sentence, len(sources)))
        return self.says


def test_it_lowers_what_is_supported() -> None:
    verdict = asyncio.run(judged(verify(TEXT, SOURCES), TEXT, SOURCES, ScriptedJudge(says=True)))
    assert (verdict.outcome, verdict.reason) == ("not_found", "judge")


@pytest.mark.parametrize("sentence", ["全年受理行政复议案件413件。", "中小学生课后服务全覆盖。", "具体情况如下："])
@pytest.mark.parametrize("says", [False, True])
def test_it_raises_nothing(sentence: str, says: bool) -> None:
    judge = ScriptedJudge(says)
    before = verify(sentence, SOURCES)
    assert before.outcome != "supported"
    assert asyncio.run(judged(before, sentence, SOURCES, judge)) == before
    assert judge.asked == []


def test_what_it_leaves_stays() -> None:
    before = verify(TEXT, SOURCES)
    assert asyncio.run(judged(before, TEXT, SOURCES, ScriptedJudge(says=False))) == before
