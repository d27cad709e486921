"""The points of the section that a question is about: all of them, in order, each as it stands.

“分哪几个部分”, “第二部分讲了哪几点”, “存在哪些问题”: the answer is no sentence but the headings below one, or, of
the whole report, those on its top. The section is chosen among those of the reports that were retrieved: by the
question's words in its heading and in those above it, by its meaning, by the kind of part that is asked for, and by
how many points are said to be there.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from indexer.chinese.folding import fold
from indexer.chinese.numerals import BELOW_100
from indexer.chinese.tokens import tokenize
from indexer.chunks import full_title
from indexer.encoders.types import Encoder
from indexer.store.snapshot import Snapshot
from indexer.types import Report, Section, Span
from service.answers.gaps import gap_of
from service.answers.points import marked, points_of
from service.answers.told import MIN_POINTS, told_in
from service.answers.types import MORE_LIKELY_THAN_NOT, Answerer, Draft, Piece
from service.asked.parts import PROBLEM, kinds_headed, level_of
from service.scope import is_named
from service.spans import Readings
from service.types import Passage
from service.understand import Understood

N_REPORTS = 5  # of those that passages were retrieved of, the best


@dataclass(frozen=True)
class Weights:
    """What a section's score is made of. Set by hand on part a, the seed and the samples; part b measured them."""

    above: float = 0.8  # of a word of the question that stands in a heading above, or in the title; in its own: 1
    below: float = 0.3  # … in the points
    part: float = 0.25  # for the kind of part that is asked for
    owned: float = 0.2  # beside it for a paragraph that owns up to problems, where problems are asked for
    part_above: float = 0.1
    other_part: float = -0.15
    counted: float = 0.25  # for as many points as are said to be there
    miscounted: float = -0.15
    cosine: float = 2.0  # of the cosine of question and headings, beyond that of all sections together
    named: float = 0.4  # for the part of that number; for the whole report, where nothing else is named
    stated: float = 0.5  # for the heading of which it is asked what points it has
    level: float = 0.2  # for points that are of the asked level
    passage: float = 0.3  # of the fused score of its best passage


# How sure it is that the section is meant: a logistic model over its score and the reader's for the best sentence,
# which speaks against it. Set as the weights are.
MIDDLE, SLOPE = 0.43, 10.0
READING, NEUTRAL = 0.05, -4.0
CERTAIN = 0.9  # where the question says the heading itself
IN_ENGLISH = 0.22  # for what none of the question's words can say, which stand in no Chinese heading
SAYS_LITTLE = 0.2  # share of a question's words that says of no section that it is meant
ONLY_SAID = 0.2  # what is missing where problems or proposals are asked for, and no part of a text is named


# Of a heading, what is none of its words: its number, its marks.
_MARKS = re.compile(
    rf'^[#*\s]*(?:[(]?(?:[{BELOW_100}]{{1,3}}|[\d.]{{1,8}})[)、.:]|第[{BELOW_100}百\d]+[编章节条]|[\d.]+)?\s*|["。.;:\s]+'
)


@dataclass(frozen=True)
class Series:
    """Points of a report: those of the section ``path`` leads to, its title first, or those that words ``told`` in it
    lead to; ``lead`` is what stands before the first point, ``end`` where the section, or the paragraph, ends."""

    report: Report
    path: tuple[str, ...]
    points: tuple[Span, ...]
    lead: Span
    end: int
    told: str = ""

    @property
    def headings(self) -> tuple[str, ...]:
        """What says what the points are, from the title down."""
        return (*self.path, self.told) if self.told else self.path


@dataclass(frozen=True)
class OutlineAnswerer:
    """The points of the best section; what ``otherwise`` answers where none fits."""

    snapshot: Snapshot
    encoder: Encoder
    otherwise: Answerer
    weights: Weights = Weights()

    def draft(self, understood: Understood, passages: Sequence[Passage], readings: Readings) -> Draft:
        sentence = self.otherwise.draft(understood, passages, readings)
        if understood.kind == "list" and not understood.asks_parts:
            return (self.of_heading(understood, passages) if understood.form == "fact" else None) or sentence
        found = self.ranked(understood, passages)
        reading = sentence.evidence.reading if sentence.evidence else None
        certainty = certainty_of(found[0][0], understood, reading) if found else 0.0
        if certainty < MORE_LIKELY_THAN_NOT:
            return sentence
        return self._all_of(found[0][1], certainty)

    def of_heading(self, understood: Understood, passages: Sequence[Passage]) -> Draft | None:
        """The points of the section whose heading the question says. Few questions say one: none else is encoded."""
        if not any(_is_asked_of(understood, series) for series in self._series(understood, passages)):
            return None
        found = self.ranked(understood, passages)
        named = next((series for _, series in found if _is_asked_of(understood, series)), None)
        return self._all_of(named, CERTAIN) if named else None

    def _all_of(self, best: Series, certainty: float) -> Draft:
        pieces = tuple(Piece(best.report.report_id, point, best.path[1:]) for point in best.points)
        return Draft(pieces, certainty=certainty, gap=gap_of(best.report.text, best.lead, best.points, best.end))

    def ranked(self, understood: Understood, passages: Sequence[Passage]) -> list[tuple[float, Series]]:
        """The series that could be meant, each with how well it fits, best first."""
        series = _of_level(list(self._series(understood, passages)), understood.text_part.level)
        if not series:
            return []
        vectors = self.encoder.encode_passages([" ".join(one.headings) for one in series])
        cosines = vectors @ self.encoder.encode_question(understood.wording)
        cosines -= cosines.mean()  # what a cosine is worth is each encoder's own matter
        whole = understood.text_part.whole and not self._names_a_section(understood, series)
        scored = [
            (self._score(understood, one, float(cosine), passages, whole), one)
            for one, cosine in zip(series, cosines, strict=True)
        ]
        return sorted(scored, key=lambda found: -found[0])

    def _series(self, understood: Understood, passages: Sequence[Passage]) -> Iterator[Series]:
        """Every series of points of the reports that may be meant."""
        best: dict[str, float] = {}
        for passage in passages:
            best.setdefault(passage.chunk.report_id, passage.score)
        for report_id in [one for one in best if self._may_be_meant(understood, one)][:N_REPORTS]:
            report = self.snapshot.reports[report_id]
            places: list[tuple[tuple[str, ...], Section | None]] = [((), None), *report.walk()]
            if (at := understood.text_part.nth) and at <= len(report.sections):
                top = report.sections[at - 1]
                places = [(path, section) for path, section in top.walk() if section is top]
            for path, section in places:
                titled = (full_title(report), *path)
                own = tuple(points_of(report, section))
                start, end = (section.heading_span.end, section.span.end) if section else (0, len(report.text))
                if own:
                    yield Series(report, titled, own, Span(start=start, end=own[0].start), end)
                level = understood.text_part.level
                deeper = tuple(marked(report, section, level)) if level else ()
                if len(deeper) >= MIN_POINTS and deeper != own:
                    yield Series(report, titled, deeper, Span(start=start, end=deeper[0].start), end)
                for told in told_in(report, section):
                    lead = told.lead.of(report.text).strip()
                    if "problems" in understood.text_part.kinds and not _may_be_problems(lead, titled):
                        continue
                    if told.points != own or kinds_headed(fold(lead)):  # which says more of them than the heading does
                        yield Series(report, titled, told.points, told.lead, told.end, told=lead)

    def _may_be_meant(self, understood: Understood, report_id: str) -> bool:
        """Whether the report is of the region, and of the year, that the question says it is of; of a place that no
        report is known to be of, it has at least the name."""
        summary, scope = self.snapshot.summaries[report_id], understood.scope
        if scope.elsewhere and not scope.regions:
            text = self.snapshot.reports[report_id].text
            if not any(is_named(place, text) for place in scope.elsewhere):
                return False
        return (not scope.regions or summary.region is None or summary.region in scope.regions) and (
            not scope.report_years or summary.year is None or summary.year in scope.report_years
        )

    def _names_a_section(self, understood: Understood, series: Sequence[Series]) -> bool:
        """Whether the question has words that a heading has and the title of its report has not: “讲民生的提纲”."""
        idf = {token: self.snapshot.lexical.idf(token) for token in understood.text_part.about}
        most = 0.0
        for one in series:
            title, *headings = (set(tokenize(fold(heading))) for heading in one.headings)
            words = {word for heading in headings for word in heading} & idf.keys() - title
            most = max(most, math.fsum(sorted(idf[word] for word in words)))
        return most > SAYS_LITTLE * math.fsum(sorted(idf.values()))

    def _score(
        self, understood: Understood, series: Series, cosine: float, passages: Sequence[Passage], whole: bool
    ) -> float:
        weights, asked = self.weights, understood.text_part
        path, points, report = series.headings, series.points, series.report
        own, above = fold(path[-1]) if len(path) > 1 else "", fold(" ".join(path[:-1] if len(path) > 1 else path))
        below = fold(" ".join(point.of(report.text) for point in points))
        if "problems" in kinds_headed(own):  # what one calls a shortcoming is a difficulty to another
            own = f"{own} {PROBLEM}"
        worth = [
            (1.0, set(tokenize(own))),
            (weights.above, set(tokenize(above))),
            (weights.below, set(tokenize(below))),
        ]
        idf = {token: self.snapshot.lexical.idf(token) for token in asked.about}
        said = math.fsum(
            idf[w] * max((share for share, words in worth if w in words), default=0.0) for w in sorted(idf)
        )
        total = math.fsum(idf.values())
        score = said / total if total else 0.0
        only_the_report = "problems" not in asked.kinds and all(w in worth[1][1] for w in idf)
        if asked.nth is not None or (len(path) == 1 and (whole or only_the_report)):
            score += weights.named  # its number, or nothing but the report
        if _is_asked_of(understood, series):
            score += weights.stated
        if asked.level is not None and asked.level == level_of(points[0].of(report.text)):
            score += weights.level
        score += weights.cosine * cosine
        score += weights.passage * max((p.score for p in passages if _inside(p, series)), default=0.0)
        return (
            score
            + self._of_part(asked.kinds, own, " ".join(fold(one) for one in path[1:-1]), told=bool(series.told))
            + _counted(asked.n, points, weights)
        )

    def _of_part(self, asked: frozenset[str], own: str, above: str, *, told: bool) -> float:
        is_own, is_above = kinds_headed(own), kinds_headed(above)
        if not asked:
            return 0.0
        if asked & is_own:
            owns_up = told and "problems" in (asked & is_own) - is_above  # not within a section on problems
            return self.weights.part + (self.weights.owned if owns_up else 0.0)
        if asked & is_above:
            return self.weights.part_above
        return self.weights.other_part if is_own else 0.0


def _is_asked_of(understood: Understood, series: Series) -> bool:
    """Whether it is the points of this section that are asked for, by its heading."""
    if series.told or len(series.path) == 1:
        return False
    heading = _MARKS.sub("", fold(series.path[-1]))
    return understood.text_part.is_of(heading, fold(series.path[0]))


def _may_be_problems(lead: str, headings: Sequence[str]) -> bool:
    """Whether points behind the words ``lead`` may be problems: those, or a heading, say so, or say nothing else."""
    said = [kinds_headed(fold(one)) for one in (lead, *headings[1:])]
    return not said[0] or any("problems" in kinds for kinds in said)


def certainty_of(score: float, understood: Understood, reading: float | None) -> float:
    """The probability that a section of this score is what is asked for, and no sentence, which the reader gives its
    score ``reading``."""
    score -= 0.0 if understood.asks_parts and understood.text_part.named else ONLY_SAID
    score += IN_ENGLISH if understood.language == "en" else 0.0
    score -= 0.0 if reading is None else READING * (reading - NEUTRAL)
    return 1 / (1 + math.exp(-SLOPE * (score - MIDDLE)))


def _of_level(series: list[Series], level: str | None) -> list[Series]:
    """Those of ``series`` whose points are of the asked level; of a report that has none such, all: what one report
    calls 节, people say of any."""
    found = [one for one in series if level is not None and level_of(one.points[0].of(one.report.text)) == level]
    having = {one.report.report_id for one in found}
    return [one for one in series if one in found or one.report.report_id not in having]


def _counted(n: int | None, points: Sequence[Span], weights: Weights) -> float:
    if n is None:
        return 0.0
    return weights.counted if n == len(points) else weights.miscounted


def _inside(passage: Passage, series: Series) -> bool:
    if passage.chunk.report_id != series.report.report_id:
        return False
    if series.told:  # it is the paragraph that is meant, and not all of the section that it stands in
        return passage.chunk.span.start < series.end and series.lead.start < passage.chunk.span.end
    return passage.chunk.heading_path[: len(series.path) - 1] == series.path[1:]


@dataclass(frozen=True)
class OfHeading:
    """The points of the section whose heading a question says, of which it is asked what there is, whatever kind it is
    taken for: “…的基本原则有哪些”; else what ``otherwise`` answers."""

    outline: OutlineAnswerer
    otherwise: Answerer

    def draft(self, understood: Understood, passages: Sequence[Passage], readings: Readings) -> Draft:
        if understood.text_part.of and understood.form == "fact" and understood.things.several:
            found = self.outline.of_heading(understood, passages)
            if found is not None:
                return found
        return self.otherwise.draft(understood, passages, readings)
