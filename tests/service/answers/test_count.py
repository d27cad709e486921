"""Who counts: the tree for parts of a text, then a figure that is stated, then an enumeration."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from indexer.types import Span
from service.answers.count import CountAnswerer
from service.answers.types import Draft, Piece
from service.spans import Readings
from service.types import Passage
from service.understand import Understood, understand

SPAN = Span(start=0, end=9)
POINTS = Draft((Piece("r", SPAN, ()),) * 4, certainty=0.9)
STATED = Draft((Piece("r", SPAN, (), highlights=(Span(start=1, end=3),)),))
UNSTATED = Draft((Piece("r", SPAN, ()),))
ITEMS = Draft(tuple(Piece("r", SPAN, (), item=Span(start=at, end=at + 1)) for at in range(3)))


@dataclass(frozen=True)
class Fixed:
    """Answers anything with one draft."""

    given: Draft

    def draft(self, understood: Understood, passages: Sequence[Passage], readings: Readings) -> Draft:  # noqa: ARG002
        return self.given


def count(question: str, points: Draft, items: Draft, sentence: Draft) -> Draft:
    return CountAnswerer(Fixed(points), Fixed(items), Fixed(sentence)).draft(understand(question), (), {})


def test_parts_are_counted_in_the_tree() -> None:
    found = count("报告一共提了几条建议？", POINTS, ITEMS, STATED)
    assert (found.counted, len(found.pieces)) == (4, 4)


def test_what_is_no_part_is_not_looked_for_in_the_tree() -> None:
    assert count("全省有几个市搞了试点？", POINTS, ITEMS, STATED) == STATED


def test_a_stated_number_goes_before_an_enumeration() -> None:
    assert count("有几个县设了分中心？", UNSTATED, ITEMS, STATED).counted is None


def test_an_enumeration_is_counted_where_no_number_stands() -> None:
    found = count("有几个县设了分中心？", UNSTATED, ITEMS, UNSTATED)
    assert found.counted == 3
    assert found.pieces == ITEMS.pieces


def test_nothing_to_count_leaves_the_sentence() -> None:
    assert count("有几个县设了分中心？", UNSTATED, UNSTATED, UNSTATED) == UNSTATED
