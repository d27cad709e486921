"""A question that follows another, as it would be asked by itself: a table of conversations, and damaged ones."""

from __future__ import annotations

from pathlib import Path

import pytest

from service.follow.types import Asked
from service.follow_up import MAX_QUESTION_CHARS, standalone
from service.parts import parts
from service.scope import names_of
from service.types import Said, Turn

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


def said(*turns: tuple[str, str]) -> list[Turn | Said]:
    return [Said.model_validate({"role": role, "content": content}) for role, content in turns]


FIRST = ("user", "白水县2022年地区生产总值是多少亿元？")
OF_LINQUAN = "临泉县2022年地区生产总值是多少亿元？"


@pytest.mark.parametrize(
    ("history", "expected"),
    [
        (said(FIRST, ("assistant", "187.2亿元。[1]")), OF_LINQUAN),
        (said(("assistant", "您好！"), FIRST), OF_LINQUAN),
        (said(("user", "你好"), ("user", "2021年呢？"), FIRST, ("assistant", "")), OF_LINQUAN),
        (said(FIRST, ("user", ""), ("assistant", ""), ("assistant", "187.2亿元。")), OF_LINQUAN),
        (said(FIRST, ("user", "？？？"), ("user", "谢谢")), OF_LINQUAN),
        (said(FIRST, ("user", "很长" * 2000)), OF_LINQUAN),
        (said(FIRST, *[("assistant", "很长" * 9000)] * 3), OF_LINQUAN),
        ([Turn(question="", answer=""), *said(FIRST)], OF_LINQUAN),
        (said(("assistant", "187.2亿元。"), ("assistant", "还有什么想问的？")), None),
        (said(("user", "\x00"), ("user", "   ")), None),
        ([], None),
    ],
)
def test_a_damaged_conversation_does_no_harm(history: list[Turn | Said], expected: str | None) -> None:
    assert standalone("那临泉县呢？", history, REGIONS) == expected


def test_several_questions_that_follow_are_kept() -> None:
    found = standalone("那临泉县呢？就业呢？", said(FIRST), REGIONS)
    assert found == f"{OF_LINQUAN}就业呢？"
    assert found is not None
    assert [part.text for part in parts(found, REGIONS)] == [OF_LINQUAN, "2022年临泉县就业呢"]


def test_another_place_is_asked_for_all_that_was_asked() -> None:
    history = said(("user", "白水县2022年图书馆有几家？影剧院有几座？"))
    found = standalone("那临泉县呢？", history, REGIONS)
    assert found == "临泉县2022年图书馆有几家？2022年临泉县影剧院有几座？"


@pytest.mark.parametrize("question", ["", " ", "？", "那", "呢", "第", "和呢", "比呢？", "it", "what about", "在"])
def test_what_says_nothing_takes_nothing_or_does_no_harm(question: str) -> None:
    found = standalone(question, said(FIRST, ("assistant", "一、甲。\n二、乙。")), REGIONS)
    assert found is None or "白水县" in found


@pytest.mark.parametrize("text", ["谢谢，", "的", "那", "和", "一是", "2021年", "白水县", "it ", "what about "])
def test_what_is_endless_is_left_alone(text: str) -> None:
    endless = text * 6000
    assert standalone(endless, said(FIRST), REGIONS) is None
    assert standalone("那临泉县呢？", said(FIRST, ("user", endless[:20_000])), REGIONS) == OF_LINQUAN
    answer = ("assistant", endless[:20_000])
    for question, first in (("那临泉县呢？", ("user", endless[:500])), (endless[:500], FIRST)):
        assert len(standalone(question, said(first, answer), REGIONS) or "") <= 2 * MAX_QUESTION_CHARS


def test_a_long_conversation_is_read_in_order() -> None:
    names = ["白水县", "临泉县", "双塔县", "石门县"] * 5
    history = said(FIRST, *(("user", f"那{name}呢？") for name in names))
    assert standalone("2021年呢？", history, REGIONS) == "石门县2021年地区生产总值是多少亿元？"


@pytest.mark.parametrize("text", ["哪些" * 250, "和" * 500])
def test_what_is_asked_does_not_grow_from_turn_to_turn(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    lengths: list[int] = []

    def of_one(question: str, asked: list[Asked], _: object) -> tuple[str, None]:
        lengths.append(len(asked[-1].text))
        return asked[-1].text + question, None

    monkeypatch.setattr("service.follow_up._of_one", of_one)
    monkeypatch.setattr("service.follow_up.asks_nothing", lambda _: False)
    standalone(text, [Turn(question=text, answer="")] * 100, REGIONS)
    assert len(lengths) == 100
    assert max(lengths) <= MAX_QUESTION_CHARS
