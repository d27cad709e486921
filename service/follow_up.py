"""A question that follows another, as it would be asked by itself: with the place, the year and the subject that it
leaves to the conversation. Rules, no model.

A follow-up takes exactly what it does not state; a new subject takes nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from indexer.chinese.folding import fold
from service.clauses import clause_of, clauses_of, put
from service.deadline import check
from service.follow import chinese, english
from service.follow.anatomy import anatomy
from service.follow.items import Meant, item_meant, names_an_item
from service.follow.names import with_unknown_places
from service.follow.types import Asked, Found, Regions
from service.no_question import asks_nothing
from service.parts import parts
from service.types import MAX_TURN_CHARS, Said, Turn
from service.understand import language

MAX_QUESTION_CHARS = 500  # what is longer follows no question, and none follows it
_ENDS = ",，。!！;；\n"


def standalone(question: str, history: Sequence[Turn | Said], regions: Mapping[str, frozenset[str]]) -> str | None:
    """``question`` as it would be asked by itself, or None where it takes nothing from ``history``: it is complete, it
    is of a new subject, or nothing was said before. ``regions``: as in Nameable."""
    if len(question) > MAX_QUESTION_CHARS:
        return None
    turns = [turn for turn in turns_of(history) if len(turn.question) <= MAX_QUESTION_CHARS]
    known = with_unknown_places([question, *(turn.question for turn in turns)], regions)
    asked: list[Asked] = []
    for turn in turns:
        check()
        said = _without_courtesy(turn.question)
        if not any(char.isalnum() for char in said) or asks_nothing(said):
            continue
        found = _in_bounds(_completed(said, asked, known))
        asked.append(Asked(found[0], turn.answer, found[1]) if found else Asked(said, turn.answer))
    said = _without_courtesy(question)
    found = _in_bounds(_completed(said, asked, known))
    return found[0] if found and not _squeezed(said).endswith(_squeezed(found[0])) else None


def turns_of(history: Sequence[Turn | Said]) -> list[Turn]:
    """Questions with their answers, in order: an answer is what is said before the next question, and may be empty;
    what is said before the first question is left out."""
    turns: list[Turn] = []
    for one in history:
        if isinstance(one, Turn):
            turns.append(one)
        elif one.role == "user":
            turns.append(Turn(question=one.content, answer=""))
        elif turns:
            last = turns[-1]
            turns[-1] = Turn(
                question=last.question, answer=f"{last.answer}\n{one.content}".strip("\n")[:MAX_TURN_CHARS]
            )
    return turns


def _completed(said: str, asked: Sequence[Asked], regions: Regions) -> Found:
    """The question that was ``said`` by itself, after those that were ``asked``."""
    if not asked or not said or asks_nothing(said):
        return None
    last = asked[-1]
    if meant := item_meant(said, last.answer):
        return _of_item(meant, said, last, regions), None
    if names_an_item(said):
        return None
    first, *others = clauses_of(said)
    found = _of_one(first.strip(), asked, regions)
    if found is None:
        return None
    return (f"{found[0].rstrip(' ?？')}？{''.join(others)}" if others else found[0]), None if others else found[1]


def _in_bounds(found: Found) -> Found:
    """``found``, or None where it has grown too long: each turn that took the one before whole would add its length."""
    return found if found is None or len(found[0]) <= MAX_QUESTION_CHARS else None


def _of_one(said: str, asked: Sequence[Asked], regions: Regions) -> Found:
    is_english, of_english = (_is_english(text) for text in (said, asked[-1].text))
    if not is_english and (both := chinese.of_both(said, asked, regions)):
        return both
    if not is_english:
        pieces = [part.text for part in parts(asked[-1].text, regions)]
        whole = [chinese.rewritten(said, [*asked[:-1], replace(asked[-1], text=piece)], regions) for piece in pieces]
        is_one = len(clauses_of(asked[-1].text)) == 1  # of several places or years
        if len(pieces) > 1 and all(one and (one[1] or is_one) for one in whole):  # of all that was asked
            found = dict.fromkeys(one[0].rstrip(" ?？") for one in whole if one)
            return "？".join(found) + "？", whole[-1][1] if whole[-1] and len(found) == 1 else None
        return whole[-1]
    if of_english:
        return english.rewritten(said, asked, regions)
    if english.asks_why(said):
        return chinese.rewritten("为什么？", asked, regions)
    if named := english.fragment(said):
        how, name = named
        year = english.year_of(name)
        if not year and english.is_place(how, name, regions):
            text = asked[-1].text
            return put(
                text, clause_of(text, text, regions).named["place"], english.region_named(name, regions)
            ), "place"
        return chinese.rewritten(f"{f'{year}年' if year else name}呢？", asked, regions)
    about = anatomy(asked[-1].text, regions).about
    pointed = english.pointed_at(said, about)
    return (pointed, None) if pointed else None


def _of_item(meant: Meant, said: str, last: Asked, regions: Regions) -> str:
    """What is asked of an item of the last answer, in the place and year of the last question."""
    if _is_english(said):
        return f"{said.rstrip(' ?.!')}: {meant.item}?"
    clause, named = clause_of(last.text, last.text, regions), clause_of(meant.item, meant.item, regions).named
    spans = sorted(
        (span for kind, found in clause.named.items() if not named[kind] for span in found),
        key=lambda span: span.start,
    )
    lead = "".join(dict.fromkeys(span.of(last.text) for span in spans))
    return f"{lead}{meant.item}{meant.ask or '具体是什么？'}"


def _without_courtesy(said: str) -> str:
    """Without thanks and yeses before what is asked: “谢谢，那白水县呢？”."""
    said = said.strip()
    for at, char in enumerate(said):
        if char in _ENDS and asks_nothing(said[:at]) and any(c.isalnum() for c in said[at:]):
            return _without_courtesy(said[at + 1 :])  # at most some hundred times
    return said


def _is_english(text: str) -> bool:
    return language(text) == "en"


def _squeezed(text: str) -> str:
    return "".join(char for char in fold(text) if char.isalnum())
