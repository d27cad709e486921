"""A question that follows another, as it would be asked by itself: a table of conversations, and damaged ones."""

from __future__ import annotations

from pathlib import Path

import pytest

from service.follow_up import standalone
from service.scope import names_of
from service.types import Turn

REGIONS = {
    region: names_of(region)
    for region in ("云岭市松溪县", "云岭市柏川区", "石门县", "广东省深圳市光明区", "临泉县", "白水县", "双塔县")
}
TABLE = Path(__file__).parent / "follow_ups.txt"


def rows() -> list[tuple[list[Turn], str, str | None]]:
    found = []
    for line in TABLE.read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            said, question, expected = (cell.strip() for cell in line.split("||"))
            turns = [turn.partition(" => ") for turn in said.split(" | ") if turn]
            history = [Turn(question=q.strip(), answer=a.replace("\\n", "\n")) for q, _, a in turns]
            found.append((history, question, None if expected == "-" else expected))
    return found


def plain(text: str | None) -> str | None:
    return "".join(text.split()).rstrip("?？") if text else text


@pytest.mark.parametrize(("history", "question", "expected"), rows())
def test_it_is_asked_by_itself(history: list[Turn], question: str, expected: str | None) -> None:
    assert plain(standalone(question, history, REGIONS)) == plain(expected)
