"""How far a work has come: what is planned, what is under way, what was opened, and what stands there already."""

from __future__ import annotations

import re
from typing import Literal

from service.demands.modifiers import clause_of
from service.figures import Figure

Stage = Literal["planned", "under_way", "done", "there"]

_DONE = r"开通|通车|通航|投用|投入(?:使用|运营|运行)|投运|投产|建成|竣工|(?<!主体)完工|落成|交付"
_ASKED: tuple[tuple[Stage, re.Pattern[str]], ...] = (
    ("done", re.compile(rf"{_DONE}|运营(?:里程|线路|机场|车站)")),
    ("under_way", re.compile(r"在建|续建|开工|动工|正在(?:建|修|施工)")),
)
_TOLD: tuple[tuple[Stage, re.Pattern[str]], ...] = (
    ("there", re.compile(r"现有|原有|既有")),
    ("planned", re.compile(r"前期(?:工作|研究)|谋划|规划(?:建设|研究)|[纳列]入[^,;。]{0,12}规划")),
    ("done", re.compile(rf"{_DONE}|运营|启用|贯通")),
    (
        "under_way",
        re.compile(
            r"在建|续建|开工|动工|施工|(?:加快|推进|抓紧|启动)(?:建设|推进|实施)|主体(?:完工|封顶|结构)|洞通|封顶"
        ),
    ),
)


def asked_stage(question: str) -> Stage | None:
    """How far that has come which the folded ``question`` asks for; None where it does not say, or says both."""
    said = [stage for stage, words in _ASKED if words.search(question)]
    return said[0] if len(said) == 1 else None


def is_of_stage(stage: Stage | None, sentence: str, figure: Figure) -> bool:
    """Whether ``figure`` of the folded ``sentence`` may be of what has come so far: its clause does not say of it the
    contrary alone."""
    if stage is None:
        return True
    told = {one for one, words in _TOLD if words.search(clause_of(sentence, figure.span.start))}
    return stage in told or not told
