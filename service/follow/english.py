"""An English follow-up, completed from the question before it, in whichever language that is."""

from __future__ import annotations

import re
from collections.abc import Sequence

from indexer.chinese.dates import CENTURIES
from service.clauses import Class, clause_of
from service.follow.types import Asked, Found, Regions

_LED = r"(?:(?:ok(?:ay)?|and|but|so|then|well|now),? )*"
_FRAGMENT = re.compile(
    rf"^{_LED}(?:(?:and |or |but )?(?:what|how) about|(?:and )?what of|and|or|but|also)? ?"
    r"(?P<how>in|for|of|during|at|from)? ?(?:the )?(?P<name>[^?.!]+?)(?: then| instead| too)?[?.!\s]*$",
    re.IGNORECASE,
)
_LEADS = re.compile(rf"^{_LED}(?:and|or|but|what about|how about|what of|in|for|during)\b", re.IGNORECASE)
_GOES_ON = re.compile(r"^(?:(?:and|but|so|ok|okay|then|well),? )+", re.IGNORECASE)
_DIVISIONS = "district|county|city|province"
_AUX = "(?:is|was|are|were|did|does|do|has|have|had|will|can|could|would|may|must|should)"
_VERB = re.compile(
    rf"\b(?:{_AUX}|how|what|which|who|when|where|why|tell|give|list|show|explain|describe)\b", re.IGNORECASE
)
_YEAR = re.compile(rf"^(?:(?:the )?year )?({CENTURIES})$", re.IGNORECASE)
_WHY = re.compile(
    rf"^{_LED}(?:why(?: is that| was that| so| did (?:it|that|this) happen)?|how come|for what reason)[?.!\s]*$",
    re.IGNORECASE,
)
_WITHOUT_SUBJECT = re.compile(
    r"^(?:when|where|who|how much|how many|by how much|how long|what (?:share|percentage|proportion|rate))[?.!\s]*$",
    re.IGNORECASE,
)
# Before a pronoun that points back nothing is named; others point into their own question.
_BEFORE_IT = (
    rf"^(?:\W|\b(?:{_AUX}|and|so|but|then|how|much|many|long|large|big|high|what|which|when|where|why|who|whom|of|in|about"
    r"|the|by|share|percentage|part|proportion|number|total|amount|reason|tell|me|more|to|for|than|with)\b)*"
)
_IT = re.compile(
    _BEFORE_IT + r"\b(?P<it>its|their|it|they|them|those|these|this|that)\b"
    r"(?! (?:own|mean|take|called|known|possible|true|year|period|county|city|district|province)\b)",
    re.IGNORECASE,
)
_THERE = re.compile(
    r"(?<=\w )(?<!are )(?<!is )(?<!were )(?<!was )there(?=[?.!\s]*$)"
    r"|\b(?:in )?(?:that|this|the same) (?:county|city|district|province|place)\b",
    re.IGNORECASE,
)
_THEN = re.compile(r"\b(?:in )?(?:that|this|the same) (?:year|period)\b", re.IGNORECASE)
_UNIT = re.compile(r"(?: (?:district|county|city|province|town))?", re.IGNORECASE)
_WHEN = re.compile(rf"\b(?:in|during|for|by) (?:the year )?({CENTURIES})\b", re.IGNORECASE)
# Where the subject stands: how the question begins, and what comes behind it. The first that fits.
_CORE = tuple(
    re.compile(rf"^{begins} (?P<core>.+?)(?= (?:{behind})\b|[?.]*$)", re.IGNORECASE)
    for begins, behind in (
        (
            rf"how (?:much|long|fast|large|high|far) {_AUX}(?: the)?",
            "grow|fall|rise|increase|decrease|drop|decline|change|cost|take|in|by|of|for|last|reach|be",
        ),
        ("how (?:many|much)", f"{_AUX}|in"),
        (
            rf"(?:when|where|why|how) {_AUX}(?: the)?",
            "in|for|by|fall|rise|grow|established|founded|set|built|opened|located|start|begin|take|come",
        ),
        ("(?:what|which|who) (?:is|was|are|were)(?: the)?", "in|of|for|during|at"),
        ("what", f"{_AUX}|in"),
    )
)
_REST = re.compile(r"^how much (did|does|do|has|have|had|was|were|is|are) (.+)$", re.IGNORECASE)
_GENITIVE = re.compile(r"^.+?'s ")
_WHICH_ONES = re.compile(rf"^{_LED}(?:which|what)(?: ones?| are they)?[?.!\s]*$", re.IGNORECASE)
_OTHERS = re.compile(
    r"^(?:\W|\b(?:and|or|but|any|are|there|what|which|about|how|the|in|is|do|you|have)\b)*"
    r"(?:other (?:count(?:y|ies)|district|cit(?:y|ies)|province|place|area|region)s?|others|(?:any|some)where else"
    r"|elsewhere)[?.!\s]*$",
    re.IGNORECASE,
)
_COMPARED = re.compile(
    r"^(?:(?:and|so|but),? )?(?:how does (?:it|that|this) compare|compared?|in comparison|versus|vs\.?)"
    r" ?(?:with|to|against)? ?(?:that of |the year )?(?P<other>[^?]+?)[?.!\s]*$",
    re.IGNORECASE,
)
_AGAIN = re.compile(
    r"^(?:are you (?:really )?sure|really|is that (?:right|true|correct)|say (?:that|it) again"
    r"|(?:please |can you )?(?:repeat|elaborate|go on|continue)"
    r"|(?:can you |please )?tell me more(?: about (?:it|that|this))?|more details?(?: please)?)[?.!\s]*$",
    re.IGNORECASE,
)
_PLACE = re.compile(
    r"\b[A-Z][a-z]+(?:[ -][A-Z][a-z]+)* (?:District|County|City|Province)\b|\b[A-Z][a-z]+(?:[ -][A-Z][a-z]+)*(?='s)"
    r"|(?<=\bin )[A-Z][a-z]+(?:[ -][A-Z][a-z]+)*|(?<=\bof )[A-Z][a-z]+(?:[ -][A-Z][a-z]+)*"
)


def rewritten(question: str, asked: Sequence[Asked], regions: Regions) -> Found:
    """``question`` by itself; None where it takes nothing from what was ``asked``, the last one last, in English."""
    last = asked[-1].text.strip()
    plain = last.rstrip(" ?.")
    if _AGAIN.match(question):
        return last, None
    if _OTHERS.match(question):
        return (_without_place(last, regions), None) if _place(last, regions) else None
    if match := _COMPARED.match(question):
        return _with_both(last, match["other"], regions), None
    if _WHY.match(question):
        rest = _REST.match(plain)
        return f"Why {rest[1]} {rest[2]}?" if rest else f"What is the reason for {_thing(plain, whole=True)}?", None
    if _WITHOUT_SUBJECT.match(question):
        return f"{question.rstrip(' ?.!')}: {_thing(plain, whole=True)}?", None
    if _WHICH_ONES.match(question):
        return (f"Which{plain[8:]}?", None) if plain.casefold().startswith("how many") else (last, None)
    if found := fragment(question):
        return _put_in(plain, *found, regions)
    own = _GOES_ON.sub("", question.strip()).rstrip(" ?.!")
    pointed = False
    for pattern, phrase in ((_THEN, _time(plain)), (_THERE, _in_place(plain, regions))):
        if phrase and pattern.search(own):
            own, pointed = pattern.sub(phrase, own, count=1), True
    if match := _IT.match(own):
        genitive = "'s" if match["it"].lower() in ("its", "their") else ""
        own = f"{own[: match.start('it')]}{_thing(plain)}{genitive}{own[match.end('it') :]}"
        pointed = True
    if not (pointed or _GOES_ON.match(question)):
        return None
    if not _place(own, regions):
        own += _before(_in_place(plain, regions))
    if not _WHEN.search(own):
        own += _before(_time(plain))
    return f"{own[:1].upper()}{own[1:]}?", None


def fragment(question: str) -> tuple[str, str] | None:
    """The preposition and the name of “And in Nanshan?”, “What about 2021?”; None of a whole question."""
    match = _FRAGMENT.match(question.strip())
    if match is None or _VERB.search(match["name"]):
        return None
    is_led = bool(_LEADS.match(question.strip()))
    return ((match["how"] or "").lower(), match["name"]) if is_led or len(match["name"].split()) <= 2 else None


def asks_why(question: str) -> bool:
    return bool(_WHY.match(question))


def pointed_at(question: str, thing: str) -> str | None:
    """``question`` with ``thing`` for “it”; None where there is no such word."""
    match = _IT.match(question)
    return f"{question[: match.start('it')]}{thing}{question[match.end('it') :]}" if match else None


def year_of(name: str) -> str | None:
    match = _YEAR.match(name)
    return match[1] if match else None


def is_place(how: str, name: str, regions: Regions) -> bool:
    """Whether a fragment names a place: a known one, or by its preposition and its capital."""
    known = bool(clause_of(name, name, regions).named["place"]) or bool(re.search(rf"(?i) (?:{_DIVISIONS})$", name))
    return known or (name[:1].isupper() and name != name.upper() and how in ("in", "for", "at", "from"))


def region_named(name: str, regions: Regions) -> str:
    """The region that people call ``name`` in Latin letters, without its “County”; ``name`` where there is none."""
    latin = re.sub(rf"(?i) (?:{_DIVISIONS})$", "", name).replace(" ", "").casefold()
    return next((region for region, called in regions.items() if latin in called), name)


def _put_in(last: str, how: str, name: str, regions: Regions) -> tuple[str, Class | None]:
    """The ``last`` question with ``name`` for its year, its place or its subject."""
    if year := year_of(name):
        if match := _WHEN.search(last):
            return f"{last[: match.start(1)]}{year}{last[match.end(1) :]}?", "time"
        return f"{last} in {year}?", "time"
    if inner := _WHEN.search(name):
        last, name = _put_in(last, "", inner[1], regions)[0].rstrip("?"), _WHEN.sub("", name).strip()
    if is_place(how, name, regions) or (name[:1].isupper() and name != name.upper() and _place(last, regions)):
        at = _place(last, regions)
        return (f"{last[: at[0]]}{name}{last[at[1] :]}?" if at else f"{last} in {name}?"), "place"
    start, end = _core(last)
    genitive = _GENITIVE.match(last[start:end])
    start += genitive.end() if genitive else 0
    return f"{last[:start]}{name}{last[end:]}?", None


def _core(last: str) -> tuple[int, int]:
    match = next((match for pattern in _CORE if (match := pattern.match(last))), None)
    return match.span("core") if match else (0, len(last))


def _thing(last: str, *, whole: bool = False) -> str:
    """What the ``last`` question asks about; ``whole``: with all that stands behind it."""
    start, end = _core(last)
    return last[start:] if whole else last[start:end]


def _place(text: str, regions: Regions) -> tuple[int, int] | None:
    """Where the first place stands, with its “District”; by what regions are called, or by how it is written."""
    named = clause_of(text, text, regions).named["place"]
    if named:
        unit = _UNIT.match(text, named[0].end)
        return named[0].start, unit.end() if unit else named[0].end
    match = _PLACE.search(text)
    return match.span() if match else None


def _in_place(last: str, regions: Regions) -> str:
    at = _place(last, regions)
    return f"in {last[at[0] : at[1]]}" if at else ""


def _time(last: str) -> str:
    match = _WHEN.search(last)
    return f"in {match[1]}" if match else ""


def _before(phrase: str) -> str:
    return f" {phrase}" if phrase else ""


def _without_place(last: str, regions: Regions) -> str:
    at = _place(last, regions)
    if at is None:
        return last
    head, tail = last[: at[0]], last[at[1] :].removeprefix("'s")
    return re.sub(r" +(?=[ ?])", "", re.sub(r" (?:in|of|for|at)(?: the)? $", " ", head) + tail)


def _with_both(last: str, other: str, regions: Regions) -> str:
    """One question that names what the ``last`` one does and the ``other`` place or year."""
    match = _WHEN.search(last)
    if year := year_of(other):
        return (
            f"{last[: match.end(1)]} and {year}{last[match.end(1) :]}"
            if match
            else f"{last.rstrip(' ?')} compared with {year}?"
        )
    at = _place(last, regions)
    return f"{last[: at[1]]} and {other}{last[at[1] :]}" if at else f"{last.rstrip(' ?')} compared with {other}?"
