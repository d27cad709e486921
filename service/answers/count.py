"""How many there are: as the report says it, or else counted, with what was counted as evidence.

Of the parts of a text (“一共提了几条建议”) the tree says how many; of anything else (“有几个市…”) a number that a
sentence states goes before what an enumeration there adds up to, which may end in 等. Where what is stated and what is
listed are different numbers, both are given.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from indexer.chinese.folding import fold
from indexer.chinese.numerals import BELOW_100
from indexer.outline.headings import parse_number
from indexer.sentences import sentences
from indexer.types import Report, Span
from service.answers.items import MIN_ITEMS
from service.answers.types import Answerer, Draft, Piece
from service.figures import figures
from service.spans import Readings
from service.types import Passage
from service.understand import Understood

_LISTED = re.compile(
    r"[^,;。:、()\d]{0,8}(?:\((?P<a>[^()]+)\)|(?:,?(?:分别)?[是为]|:|,?包括)(?P<b>[^,;。:()]+)(?=[。;]))"
)
_NUMBER = re.compile(rf"[{BELOW_100}两]{{1,3}}|\d{{1,3}}")
MAX_SHOWN = 20  # of what is counted
LEAD_CHARS = 8  # before “共5项”, which say of what
_IN_ALL = re.compile(rf"共(?:计|有)?(?P<n>[{BELOW_100}]{{1,3}}|[\d０-９]{{1,3}})(?P<unit>[项条件个类种])")
_JOINED = re.compile("、|和|与|及|以及")
_OPEN = re.compile(r"等|其他|其余|[之的]一")


@dataclass(frozen=True)
class CountAnswerer:
    """The points of a section, the figure in a sentence, or the items of an enumeration: the first that there is."""

    reports: Mapping[str, Report]
    points: Answerer
    items: Answerer
    sentence: Answerer

    def draft(self, understood: Understood, passages: Sequence[Passage], readings: Readings) -> Draft:
        if understood.counts_parts:
            points = self.points.draft(understood, passages, readings)
            if points.certainty is not None:
                counted = replace(points, counted=len(points.pieces))
                return self._beside_what_is_stated(_first_and_last(counted))
        stated = self.sentence.draft(understood, passages, readings)
        if stated.pieces and stated.pieces[0].highlights:
            whole = self._of_the_whole(stated) if understood.things.in_all else None
            return whole or self._beside_what_is_listed(stated)
        listed = self.items.draft(_of_things(understood), passages, readings)
        items = [piece.item.of(self.reports[piece.report_id].text) for piece in listed.pieces if piece.item]
        n_items = 0 if any(map(_says_how_many, items)) else len(items)
        return replace(listed, counted=n_items) if n_items >= MIN_ITEMS else stated

    def _beside_what_is_stated(self, draft: Draft) -> Draft:
        """With the sentence that says another number before them."""
        if draft.gap is None or draft.gap.stated is None:
            return draft
        first, words = draft.pieces[0], draft.gap.stated
        text = self.reports[first.report_id].text
        around = next((span for span in sentences(text) if span.contains(words)), words)
        stating = Piece(first.report_id, around, first.heading_path, highlights=(words,))
        return replace(draft, pieces=(stating, *draft.pieces), disagrees=True)

    def _of_the_whole(self, draft: Draft) -> Draft | None:
        """In the place of what one part says to hold, “(共5项)”, what the text says of all of them, “(共23项)”: that
        which the others add up to."""
        piece = draft.pieces[0]
        text = self.reports[piece.report_id].text
        said = list(_IN_ALL.finditer(text))
        mark = piece.highlights[0]
        own = next((one for one in said if mark.start <= one.start("n") < mark.end), None)
        if own is None:
            return None
        # A table says the same beside each of its rows.
        alike = {text[one.start() - LEAD_CHARS : one.end()]: one for one in said if one["unit"] == own["unit"]}.values()
        numbers = {one: parse_number(fold(one["n"])) for one in alike}
        more = (one for one, n in numbers.items() if n > parse_number(fold(own["n"])))
        whole = next((one for one in more if _adds_up(one, numbers)), None)
        if whole is None:
            return None
        words = Span(start=whole.start("n"), end=whole.end())
        around = next((span for span in sentences(text) if span.contains(words)), words)
        return replace(draft, pieces=(replace(piece, span=around, highlights=(words,)),))

    def _beside_what_is_listed(self, draft: Draft) -> Draft:
        """With the things themselves behind the sentence that says another number of them, where it lists them."""
        piece = draft.pieces[0]
        text = self.reports[piece.report_id].text
        listed = behind_number(fold(piece.span.of(text)), piece.highlights[0].shifted(-piece.span.start))
        if not listed or len(piece.highlights) > 1:
            return draft
        items = tuple(replace(piece, highlights=(), item=item.shifted(piece.span.start)) for item in listed)
        return replace(draft, pieces=(piece, *items), counted=len(items), disagrees=True)


def _first_and_last(draft: Draft) -> Draft:
    """Of many, the two whose numbers say how many there are: a statute has hundreds of articles."""
    many = len(draft.pieces) > MAX_SHOWN
    return replace(draft, pieces=(draft.pieces[0], draft.pieces[-1])) if many else draft


def _says_how_many(item: str) -> bool:
    """Whether an item says at its end how many of it there are: 小学54所 is no one thing."""
    found = figures(fold(item))
    return bool(found) and found[-1].span.end == len(item.rstrip())


def _adds_up(whole: re.Match[str], numbers: Mapping[re.Match[str], int]) -> bool:
    """Whether the numbers of the others, two or more, come to that of ``whole``."""
    others = [n for one, n in numbers.items() if n < numbers[whole]]
    return len(others) > 1 and sum(others) == numbers[whole]


def behind_number(sentence: str, number: Span) -> list[Span]:
    """The things that the folded ``sentence`` lists right behind ``number``, as a whole, where they are not so many:
    “5个市(甲市、乙市、丙市)”; none where they are, where 等 leaves them open, and where 和 leaves open how many."""
    stated, listed = _NUMBER.match(number.of(sentence)), _LISTED.match(sentence, number.end)
    n = parse_number(stated[0].replace("两", "二")) if stated else 0
    group = listed.lastgroup if listed else None
    if listed is None or group is None or not n or _OPEN.search(listed[group]):
        return []
    start = listed.start(group)
    items = [Span(start=start + m.start(), end=start + m.end()) for m in re.finditer("[^、]+", listed[group])]
    return items if MIN_ITEMS <= len(items) == len(_JOINED.split(listed[group])) != n else []


def _of_things(understood: Understood) -> Understood:
    """The same question, after the things and not their number: no figure need stand where they are listed."""
    demands = replace(understood.demands, asks="other", measure=None, part=None, indicator=(), summed=False, said=())
    return replace(understood, form="fact", wanted=replace(understood.wanted, unit=None), demands=demands)
