"""Whether a sentence says what the sentences it cites say: rules, no model."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from service.rows import in_words
from service.verify.amounts import figures_hold
from service.verify.content import content_holds
from service.verify.context import context_holds
from service.verify.english import english_findings, is_english
from service.verify.evidence import Evidence, Fault, gather
from service.verify.judge import Judge as Judge
from service.verify.judge import judged as judged
from service.verify.names import names_hold, numbers_hold
from service.verify.reading import read
from service.verify.times import dates_hold, years_hold
from service.verify.types import Outcome as Outcome
from service.verify.types import Source as Source
from service.verify.types import Verdict as Verdict
from service.verify.wording import wording_holds

MAX_CHARS = 2000  # of a sentence: what is longer is none


def verify(sentence: str, sources: Sequence[Source]) -> Verdict:
    """Whether ``sources`` say what ``sentence`` says: the first fault in the order of the checks, or ``supported``.

    Deterministic; a few milliseconds for a sentence. ``unchecked`` where it holds nothing to check, ``not_found`` where
    it cites nothing.
    """
    if not sources:
        return Verdict(outcome="not_found", reason="citation", said=sentence)
    if not any("*" in source.text for source in sources):
        sentence = sentence.replace("**", "")  # bold, in Markdown; elsewhere it may be a mask
    checked: list[str] = []
    sources = [replace(source, text=in_words(source.text)) for source in sources]
    for kind, fault in _findings(sentence, gather(sources)):
        if kind not in checked:
            checked.append(kind)
        if fault is not None:
            return Verdict(
                outcome=fault.outcome, reason=kind, said=fault.said, source=fault.source, checked=tuple(checked)
            )
    return Verdict(outcome="supported" if checked else "unchecked", checked=tuple(checked))


def _findings(sentence: str, evidence: Evidence) -> Iterator[tuple[str, Fault | None]]:
    if is_english(sentence):
        yield from english_findings(sentence, evidence)
        return
    said = read(sentence)
    yield from _of("figure", figures_hold(said, evidence))
    yield from _of("year", years_hold(said, evidence))
    yield from _of("date", dates_hold(said, evidence))
    yield from _of("number", numbers_hold(said, evidence))
    yield from _of("name", names_hold(said, evidence))
    yield from wording_holds(said, evidence, evidence.told)
    yield from _of("context", context_holds(said, evidence))
    says, fault = content_holds(said, evidence)
    if says:
        yield "content", fault


def _of(kind: str, faults: Iterable[Fault | None]) -> Iterator[tuple[str, Fault | None]]:
    return ((kind, fault) for fault in faults)
