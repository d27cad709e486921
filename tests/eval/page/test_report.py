"""The report of runs as text: what it says, that it needs nothing beside it, and that nothing in a run is markup."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from html.parser import HTMLParser
from pathlib import Path

import pytest

from eval.errors import RunError
from eval.gold.types import EvidenceSpan, GoldItem
from eval.measures import BY_NAME, MEASURES
from eval.page.entries import questions
from eval.page.outcome import MEANINGS, OUTCOMES, outcome, why
from eval.page.overlap import Part, Piece, Stretch, cut, first_rank, merged, pieces, stretches
from eval.page.table import GROUPS, change, group, n_resamples, shown, shown_change, summary_rows
from eval.page.write import page as page_of
from eval.page.write import write_report
from eval.runs.stored import Run
from eval.systems.types import Output, Ranked
from indexer.types import Span
from service.types import Citation, Segment

VOID = frozenset("br img input link meta hr".split())


@dataclass
class Page(HTMLParser):
    """Every element with its attributes and its own text, in order."""

    elements: list[tuple[str, dict[str, str], list[str]]] = field(default_factory=list)
    _open: list[int] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__(convert_charrefs=True)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, {name: value or "" for name, value in attrs}, []))
        if tag not in VOID:
            self._open.append(len(self.elements) - 1)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, {name: value or "" for name, value in attrs}, []))

    def handle_endtag(self, tag: str) -> None:
        assert self.elements[self._open[-1]][0] == tag, f"</{tag}> closes {self.elements[self._open[-1]]}"
        self._open.pop()

    def handle_data(self, data: str) -> None:
        for at in self._open:
            self.elements[at][2].append(data)

    def text_of(self, tag: str, class_name: str | None = None) -> list[str]:
        return [
            "".join(text)
            for name, attributes, text in self.elements
            if name == tag and class_name in (None, *attributes.get("class", "").split())
        ]


def parsed(html: str) -> Page:
    page = Page()
    page.feed(html)
    page.close()
    assert page._open == []  # whatever was opened is closed
    return page


@pytest.fixture(scope="module")
def html(report_runs: list[Run], tmp_path_factory: pytest.TempPathFactory) -> str:
    out = tmp_path_factory.mktemp("report") / "new" / "report.html"
    write_report(report_runs, out)
    return out.read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def page(html: str) -> Page:
    return parsed(html)


# The whole page


def test_the_page_asks_for_nothing(page: Page) -> None:
    names = ("src", "href", "xlink:href", "action", "data", "poster", "srcset", "background", "formaction", "style")
    found = [(tag, attributes[name]) for tag, attributes, _ in page.elements for name in names if name in attributes]
    assert [pair for pair in found if not pair[1].startswith("#")] == []
    assert ("a", "#q1") in found
    assert any(tag == "use" for tag, _ in found)
    style, script = page.text_of("style"), page.text_of("script")
    assert len(style) == len(script) == 1
    assert re.findall(r"@import|url\(", style[0]) == []
    assert re.findall(r"fetch|XMLHttp|import\(|innerHTML|eval\(", script[0]) == []
    assert not {"img", "iframe", "object", "embed", "link", "base"} & {tag for tag, _, _ in page.elements}


def test_the_policy_lets_in_its_own_style_and_script_alone(page: Page) -> None:
    policies = [attributes["content"] for tag, attributes, _ in page.elements if "http-equiv" in attributes]
    assert len(policies) == 1
    directives = dict(directive.split(maxsplit=1) for directive in policies[0].split("; "))
    assert directives == {
        "default-src": "'none'",
        "style-src": f"'{hash_of(page.text_of('style')[0])}'",
        "script-src": f"'{hash_of(page.text_of('script')[0])}'",
        "base-uri": "'none'",
        "form-action": "'none'",
    }
    tags = [tag for tag, _, _ in page.elements]
    assert tags.index("meta") < tags.index("style") < tags.index("script")


def hash_of(block: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(block.encode()).digest()).decode()


def test_nothing_in_a_run_is_markup(html: str, page: Page) -> None:
    planted = ("<img src=x", "<script>alert", "<b>政府</b>", "after <i>")
    for markup in planted:
        assert markup not in html
        assert markup in "".join(page.elements[0][2]), markup
    assert not any(name.startswith("on") for _, attributes, _ in page.elements for name in attributes)


def test_ids_are_unique_and_links_lead_somewhere(page: Page, report_runs: list[Run]) -> None:
    ids = [attributes["id"] for _, attributes, _ in page.elements if "id" in attributes]
    assert len(ids) == len(set(ids))
    assert set(report_runs[0].items) <= set(ids)
    links = {attributes["href"] for tag, attributes, _ in page.elements if tag in ("a", "use") and "href" in attributes}
    assert "#%E9%A2%987" in links  # 题7
    assert {link for link in links if link[1:].replace("%E9%A2%98", "题") not in ids} == set()


def test_the_same_runs_give_the_same_bytes(report_runs: list[Run], html: str, tmp_path: Path) -> None:
    write_report(report_runs, tmp_path / "again.html")
    assert (tmp_path / "again.html").read_bytes() == html.encode()


def test_the_order_of_the_parts(page: Page) -> None:
    assert page.text_of("title") == ["before · after <i> – evaluation"]
    assert page.text_of("h2") == ["What made these runs", "Summary", "Plots", "Questions"]
    assert page.text_of("tr", "group") == [name for name in GROUPS if name in page.text_of("tr", "group")]
    figures = page.text_of("h3")
    assert figures[:4] == ["By type of question", "Before and after", "Risk and coverage", "Latency"]
    assert "a run that never abstains shows all of it" in page.text_of("figcaption")[2]


def test_a_recipe_names_what_differs(page: Page) -> None:
    names = [text for tag, attributes, text in page.elements if tag == "dt" and attributes.get("class") == "differs"]
    assert {"".join(text) for text in names} == {"system", "date", "settings.k", "settings.model"}
    assert "index.n_chunks" in page.text_of("dt")


def test_one_run_is_not_compared(report_runs: list[Run], tmp_path: Path) -> None:
    write_report(report_runs[:1], tmp_path / "one.html")
    page = parsed((tmp_path / "one.html").read_text(encoding="utf-8"))
    assert "Before and after" not in page.text_of("h3")
    assert page.text_of("small", "change") == []
    assert page.text_of("title") == ["before – evaluation"]


def test_a_stored_run_shows_its_scores_and_says_so(report_runs: list[Run], tmp_path: Path) -> None:
    stored = [replace(run, items={}, outputs={}) for run in report_runs]
    write_report(stored, tmp_path / "stored.html")
    page = parsed((tmp_path / "stored.html").read_text(encoding="utf-8"))
    assert page.text_of("p", "empty") == [
        "These stored runs have no answers: only the scores of each question were kept."
    ]
    assert page.text_of("details", "question") == []
    assert len(page.text_of("svg", "plot")) == 4
    write_report([stored[0], report_runs[1]], tmp_path / "mixed.html")
    page = parsed((tmp_path / "mixed.html").read_text(encoding="utf-8"))
    assert len(page.text_of("details", "question")) == 7
    assert page.text_of("p", "status").count("A stored run: its answer was not kept.") == 7
    assert "A before is a stored run" in page.text_of("p", "empty")[0]


def test_folders_called_alike_are_told_apart(report_runs: list[Run], tmp_path: Path) -> None:
    runs = [replace(report_runs[0], folder=tmp_path / name / "run") for name in ("monday", "friday")]
    write_report(runs, tmp_path / "two.html")
    page = parsed((tmp_path / "two.html").read_text(encoding="utf-8"))
    assert page.text_of("title") == ["monday/run · friday/run – evaluation"]


def test_runs_that_cannot_stand_together_are_an_error(report_runs: list[Run], tmp_path: Path) -> None:
    other = report_runs[1].stamp.model_copy(update={"gold_sha256": "cd" * 32, "gold": "other.jsonl"})
    with pytest.raises(RunError, match=r"gold\.jsonl, other\.jsonl"):
        write_report([report_runs[0], replace(report_runs[1], stamp=other)], tmp_path / "x.html")
    with pytest.raises(RunError, match="at least one"):
        write_report([], tmp_path / "x.html")


# Citations and evidence

TEXT = "县😀𠅤村建成厕所37座，群众满意。"


def cited(quote: str, marked: str = "", report: str = "r1") -> Citation:
    start = TEXT.index(quote)
    highlights = (Span(start=TEXT.index(marked), end=TEXT.index(marked) + len(marked)),) if marked else ()
    return Citation(
        number=1,
        citation_id="c",
        report_id=report,
        title="t",
        heading_path=(),
        start=start,
        end=start + len(quote),
        quote=quote,
        highlights=highlights,
    )


def place(words: str, report: str = "r1") -> EvidenceSpan:
    return EvidenceSpan(report_id=report, start=TEXT.index(words), end=TEXT.index(words) + len(words))


def test_the_written_runs_quote_their_text(report_runs: list[Run]) -> None:
    """The fixture is what it says: spans are of the text that stands in its file."""
    text = "一、工作回顾😀\n𠅤村建成<img src=x onerror=alert(1)>厕所37座，群众满意。"
    found = report_runs[0].outputs["q1"].citations[0]
    assert text[found.start : found.end] == found.quote
    assert [span.of(text) for span in found.highlights] == ["37座"]


def test_a_quote_is_cut_where_evidence_and_figure_begin_and_end() -> None:
    found = stretches(cited(TEXT, "37座"), [place("厕所37座")])
    assert found == (
        Stretch((Part("县😀𠅤村建成", is_figure=False),), is_evidence=False),
        Stretch((Part("厕所", is_figure=False), Part("37座", is_figure=True)), is_evidence=True),
        Stretch((Part("，群众满意。", is_figure=False),), is_evidence=False),
    )


def test_overlapping_evidence_is_marked_once() -> None:
    found = stretches(cited("村建成厕所37座"), [place("建成厕所"), place("厕所37座，群众"), place("群众满意")])
    assert [("".join(part.text for part in s.parts), s.is_evidence) for s in found] == [
        ("村", False),
        ("建成厕所37座", True),
    ]


def test_evidence_of_another_report_is_not_marked() -> None:
    found = stretches(cited(TEXT), [place("厕所37座", "r2")])
    assert [stretch.is_evidence for stretch in found] == [False]


def test_a_quote_shorter_than_its_span_does_not_break_the_page() -> None:
    broken = cited(TEXT, "37座").model_copy(update={"quote": "县😀"})
    found = stretches(broken, [place("厕所37座")])
    assert found == (Stretch((Part("县😀", is_figure=False),), is_evidence=False),)


def test_evidence_is_cut_where_it_is_cited() -> None:
    evidence = "𠅤村建成厕所37座"
    found = pieces(evidence, [place(evidence)], [cited("县😀𠅤村"), cited("厕所37座，群众满意。")])
    assert found == (
        Piece("𠅤村", is_cited=True),
        Piece("建成", is_cited=False),
        Piece("厕所37座", is_cited=True),
    )


def test_evidence_with_other_white_space_is_cut_at_the_same_words() -> None:
    found = pieces("村建成\n 厕所37座", [place("村建成厕所37座")], [cited("成厕所37")])
    assert [(piece.text, piece.is_cited) for piece in found] == [("村建", False), ("成\n 厕所37", True), ("座", False)]


def test_evidence_that_stands_nowhere_is_whole() -> None:
    assert pieces("厕所37座", [], [cited(TEXT)]) == (Piece("厕所37座", is_cited=False),)


@pytest.mark.parametrize(
    ("spans", "expected"),
    [
        ([(3, 5), (0, 2)], [(0, 2), (3, 5)]),
        ([(0, 3), (2, 5), (5, 6)], [(0, 6)]),
        ([(0, 9), (2, 3)], [(0, 9)]),
        ([(4, 4), (6, 5)], []),
    ],
)
def test_spans_are_merged(spans: list[tuple[int, int]], expected: list[tuple[int, int]]) -> None:
    assert merged(spans) == expected


@pytest.mark.parametrize("inside", [[], [(0, 10)], [(2, 4), (6, 20)], [(0, 1), (9, 10)], [(11, 12)]])
def test_cutting_loses_nothing(inside: list[tuple[int, int]]) -> None:
    letters = "abcdefghij"
    found = list(cut(0, 10, inside))
    assert "".join(letters[start:end] for (start, end), _ in found) == letters
    assert {at for (start, end), is_in in found if is_in for at in range(start, end)} == {
        at for start, end in inside for at in range(start, min(end, 10))
    }


def test_the_first_rank_is_of_a_passage_that_shares_half() -> None:
    def passage(start: int, end: int, report: str = "r1") -> Ranked:
        return Ranked(report_id=report, start=start, end=end, score=1.0)

    evidence = [EvidenceSpan(report_id="r1", start=10, end=20)]
    assert first_rank([passage(0, 14), passage(10, 20, "r2"), passage(0, 15), passage(10, 20)], evidence) == 3
    assert first_rank([passage(0, 14)], evidence) is None


# Outcomes and reasons


def test_a_question_has_one_outcome() -> None:
    assert outcome({"good": 1.0, "wrong": 0.0, "refused": 0.0, "failed": 0.0}) == "right"
    assert outcome({"good": 1.0, "refused": 1.0}) == "right"
    assert outcome({"good": 0.2}) == "partly"
    assert outcome({"good": 0.0, "wrong": 1.0, "refused": 0.0}) == "wrong"
    assert outcome({"good": 0.0, "refused": 1.0}) == "refused"
    assert outcome({"good": 0.0, "failed": 1.0}) == "failed"


def test_the_outcomes_of_the_runs(report_runs: list[Run]) -> None:
    found = [question.ends for question in questions(report_runs)]
    assert found == [
        "right right",
        "wrong right",
        "partly right",
        "wrong right",
        "right right",
        "right refused",
        "right failed",
    ]
    assert {end for ends in found for end in ends.split()} == set(OUTCOMES) - {"unjudged"}


def test_a_question_for_retrieval_alone_is_not_judged(report_runs: list[Run], tmp_path: Path) -> None:
    """What a set of BEIR or TREC holds: relevant reports, and no answer."""
    run = report_runs[0]
    judged = {"good", "wrong", "contains", "first", "any", "em", "f1"}
    scores = {
        name: item.model_copy(update={"values": {k: v for k, v in item.values.items() if k not in judged}})
        for name, item in run.scores.items()
    }
    bare = replace(run, scores=scores)
    assert {question.ends for question in questions([bare])} == {"unjudged"}
    write_report([bare], tmp_path / "report.html")
    assert MEANINGS["unjudged"] in (tmp_path / "report.html").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("number", "question", "expected"),
    [
        (0, "q1", "The accepted answer “37座” stands in it."),
        (0, "q2", "Answered, but no accepted answer stands in it. Evidence was retrieved at rank 1."),
        (0, "q3", "1 of 3 key points; missing: “经费没有保障”, “宣传不够深入”."),
        (1, "q3", "3 of 3 key points stand in it."),
        (0, "q4", "Answered, although the reports do not answer it."),
        (1, "q4", "Rightly refused: the reports do not answer it."),
        (0, "q5", "Rightly refused, but as not in the reports: the source masks what is asked for."),
        (1, "q5", "Rightly refused: the source masks what is asked for."),
        (1, "q6", "Refused, although the reports answer it (as not in the reports). Evidence was retrieved at rank 3."),
        (1, "题7", "No answer: no answer within 30 s: <script>alert(3)</script>"),
    ],
)
def test_why(report_runs: list[Run], number: int, question: str, expected: str) -> None:
    run = report_runs[number]
    assert why(run.items[question], run.outputs[question]) == expected


def test_why_tells_a_search_that_missed(report_runs: list[Run]) -> None:
    run = report_runs[0]
    wrong = run.outputs["q3"].model_copy(update={"segments": (Segment(text="别的"),)})
    assert why(run.items["q3"], wrong) == (
        "Answered, but none of 3 key points stands in it. None of the 3 passages retrieved holds evidence."
    )
    unknown = wrong.model_copy(update={"ranking": ()})
    assert why(run.items["q3"], unknown) == "Answered, but none of 3 key points stands in it."


def test_why_of_a_gold_item_without_answers() -> None:
    item = GoldItem(id="x", question="？", lang="zh", type="fact")
    assert why(item, Output(id="x", status="answered", text="t", elapsed_ms=1)) == (
        "Answered, but the gold set accepts no answer."
    )


# The table


def test_every_measure_has_a_group() -> None:
    grouped: dict[str, set[str]] = {}
    for measure in MEASURES:
        grouped.setdefault(group(measure.name), set()).add(measure.name)
    assert set(grouped) == set(GROUPS)
    assert {"good", "wrong", "length"} < grouped["answer"]
    assert grouped["refusal"] == {
        "refusal.precision",
        "refusal.recall",
        "refusal.f1",
        "masked.reason",
        "masked.precision",
        "aurc",
    }


def test_the_summary_has_what_applies_and_nothing_else(report_runs: list[Run]) -> None:
    rows = {row.measure.name: row for found in summary_rows(report_runs).values() for row in found}
    assert "sentence.RR" not in rows
    faithful = rows["figures.faithful"].cells
    assert faithful[0] is None
    assert faithful[1] is not None
    assert (faithful[1].n, faithful[1].bounds, faithful[1].change) == (1, None, None)
    good = rows["good"].cells
    assert good[0] is not None
    assert good[1] is not None
    assert (good[0].value, good[1].value) == pytest.approx(((4 + 1 / 3) / 7, 5 / 7))
    assert good[0].change is None
    assert good[1].change is not None
    assert good[1].change.value == pytest.approx((5 - 4 - 1 / 3) / 7)


def test_a_change_has_a_verdict_where_its_interval_leaves_out_zero(report_runs: list[Run]) -> None:
    def shifted(by: float, name: str) -> Run:
        scores = {
            key: found.model_copy(update={"values": {**found.values, name: found.values[name] + by}})
            for key, found in report_runs[0].scores.items()
        }
        return replace(report_runs[0], scores=scores)

    def verdict(by: float, name: str) -> str | None:
        found = change(BY_NAME[name], report_runs[0], shifted(by, name))
        return found.verdict if found else None

    assert (verdict(0.1, "good"), verdict(-0.1, "good"), verdict(0.0, "good")) == ("better", "worse", "")
    assert (verdict(0.1, "wrong"), verdict(-0.1, "wrong")) == ("worse", "better")


def test_what_no_test_finds_is_not_called_worse(report_runs: list[Run]) -> None:
    """Of three questions lost among seven, none won, the interval leaves out zero, and McNemar's p is 1/4."""

    def with_right(right: list[int]) -> Run:
        named = zip(report_runs[0].scores.items(), right, strict=True)
        scores = {
            key: found.model_copy(update={"values": {**found.values, "good": float(good)}})
            for (key, found), good in named
        }
        return replace(report_runs[0], scores=scores)

    first = with_right([1, 1, 1, 1, 1, 1, 1])
    few, all_ = with_right([0, 0, 0, 1, 1, 1, 1]), with_right([0, 0, 0, 0, 0, 0, 0])
    found = change(BY_NAME["good"], first, few)
    assert found is not None
    assert (found.verdict, found.high <= 0) == ("", True)
    told = change(BY_NAME["good"], first, all_)
    assert told is not None
    assert told.verdict == "worse"  # p is 2 / 2**7
    red = '<span class="wrong">{} worse</span> than'
    assert red.format(3) not in page_of([first, few])
    assert "<span>3 worse</span> than" in page_of([first, few])
    assert red.format(7) in page_of([first, all_])


def test_large_sets_take_fewer_draws_where_each_is_computed_anew() -> None:
    assert n_resamples(BY_NAME["good"], 100_000) == 2000
    assert (n_resamples(BY_NAME["aurc"], 100), n_resamples(BY_NAME["aurc"], 1000)) == (2000, 300)
    assert n_resamples(BY_NAME["aurc"], 100_000) == 200


@pytest.mark.parametrize(
    ("name", "value", "expected", "expected_change"),
    [
        ("good", 0.5, "0.500", "+0.500"),
        ("good", 0.0, "0.000", "±0.000"),
        ("wrong", -0.25, "-0.250", "−0.250"),
        ("latency.p50", 1234.5, "1,234 ms", "+1,234 ms"),
        ("elapsed_ms", 4.25, "4.2 ms", "+4.2 ms"),
        ("tokens.total", 12345.0, "12,345", "+12,345"),
    ],
)
def test_values_as_written(name: str, value: float, expected: str, expected_change: str) -> None:
    assert shown(name, value) == expected
    assert shown_change(name, value) == expected_change


# Entries


def entry_texts(page: Page) -> Iterator[str]:
    yield from page.text_of("section", "run")


def test_an_answer_stands_against_the_evidence(page: Page) -> None:
    assert page.text_of("mark")[1:3] == ["厕所37座，群众", "厕所37座，群众"]  # behind the legend, once a run
    assert page.text_of("b", "fig")[1] == "37座"
    assert page.text_of("u")[1] == "厕所37座，群众"


def test_a_citation_is_shown_once_where_two_sentences_name_it(page: Page) -> None:
    after = [text for text in entry_texts(page) if "粮食总产量为60.8万吨。" in text]
    assert len(after) == 1
    assert after[0].count("全县粮食总产量60.8万吨，增长2.1%。") == 1
    assert "比上年增长2.1%。[1]" in after[0]


def test_a_verbatim_sentence_is_not_quoted_again(page: Page) -> None:
    first = next(entry_texts(page))
    assert first.count("群众满意。") == 1
    assert "2023年朔原县<b>政府</b>工作报告 › 一、工作回顾😀 · 8–51 · verbatim · marked: 37座" in first


def test_citations_that_no_sentence_names_are_shown(report_runs: list[Run]) -> None:
    run = report_runs[0]
    bare = run.outputs["q1"].model_copy(update={"segments": ()})
    run = replace(run, items={"q1": run.items["q1"]}, outputs={"q1": bare})
    (question,) = questions([run])
    (given,) = question.given
    assert given is not None
    assert [cited.number for cited in given.uncited] == [1]
    assert given.segments == ()


def test_the_evidence_is_where_the_runs_own_snapshot_has_it(report_runs: list[Run]) -> None:
    """Two runs on other snapshots: the second has the evidence elsewhere, and must not be marked by the first's."""
    moved = (
        report_runs[1]
        .items["q1"]
        .model_copy(
            update={"spans": ((EvidenceSpan(report_id="r1", start=0, end=3),),)},
        )
    )
    second = replace(report_runs[1], items={**report_runs[1].items, "q1": moved})
    question = next(iter(questions([report_runs[0], second])))
    cited_by = [given.n_cited for given in question.given if given]
    assert cited_by == [1, 0]
