"""Evidence is found where it stands, in the reports that its part names, and nowhere else."""

from __future__ import annotations

import time
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eval.gold.evidence import locate, named_reports, resolved
from eval.gold.types import EvidenceSpan, GoldItem
from indexer.types import ReadValue, Report, ReportMetadata


def report(report_id: str, text: str, file: str = "", part: int | None = None) -> Report:
    title = ReadValue(value=report_id, origin="file")
    file = file or f"pool/{report_id}.txt"
    metadata = ReportMetadata(title=title)
    return Report(report_id=report_id, text=text, file=file, part=part, encoding="utf-8", metadata=metadata)


def span(report_id: str, start: int, end: int) -> EvidenceSpan:
    return EvidenceSpan(report_id=report_id, start=start, end=end)


def item(evidence: Sequence[str], spans: Sequence[Sequence[EvidenceSpan]] = (), part: str = "") -> GoldItem:
    return GoldItem(
        id="q1",
        question="多少？",
        lang="zh",
        type="fact",
        answers=("60万吨",),
        evidence=tuple(evidence),
        spans=tuple(map(tuple, spans)),
        part=part,
    )


A = report("a", "甲市粮食60万吨。乙县粮食60万吨。", "pool/甲.txt")
B = report("b", "粮食 60\n万吨", "pool/乙.txt")
ONE = report("one", "第一篇：粮食60万吨", "pool/汇编.txt", 1)
TWO = report("two", "第二篇：粮食60万吨", "pool/汇编.txt", 2)
POOL = [A, B, ONE, TWO]


def test_every_verbatim_place_is_found_and_what_needs_white_space_ignored_is_left_out() -> None:
    assert locate("粮食60万吨", "", [A, B]) == (span("a", 2, 8), span("a", 11, 17))


def test_white_space_is_ignored_where_nothing_stands_verbatim() -> None:
    assert locate("粮食 60万吨。乙", "", POOL) == (span("a", 2, 10),)
    (found,) = locate("食60万 吨", "乙.txt", POOL)
    assert B.text[found.start : found.end] == "食 60\n万吨"


@pytest.mark.parametrize("evidence", ["", " \n", "六十万吨"])
def test_what_stands_nowhere_has_no_place(evidence: str) -> None:
    assert locate(evidence, "", POOL) == ()


@pytest.mark.parametrize(
    ("part", "named"),
    [
        ("甲.txt", ["a"]),
        ("pool/甲.txt", ["a"]),
        ("汇编.txt", ["one", "two"]),
        ("汇编.txt#篇二", ["two"]),
        ("篇一", ["one"]),
        ("汇编.txt#篇二 | 甲.txt", ["two", "a"]),
        ("汇编.txt#篇二 | 汇编.txt", ["two", "one"]),
        ("甲.txt | 不在.txt", ["a"]),
        ("", []),
        ("none", []),
        ("both", []),
        ("汇编.txt#篇三", []),
        ("甲.txt#篇一", []),
        ("甲", ["a"]),
        ("甲.md", []),
    ],
)
def test_a_part_narrows_to_the_reports_that_it_names(part: str, named: list[str]) -> None:
    assert [report.report_id for report in named_reports(part, POOL)] == named
    # B holds it with white space alone; a part that names nothing leaves the whole pool.
    assert [place.report_id for place in locate("粮食60万吨", part, POOL)] == [
        name for name in named or ["a", "one", "two"] for _ in range(1 + (name == "a"))
    ]


def test_what_stands_in_other_reports_than_those_named_is_not_found() -> None:
    assert locate("乙县", "篇一", POOL) == ()


def test_a_pool_that_changed_is_searched_anew() -> None:
    pool = [A]
    assert locate("第一篇", "", pool) == ()
    pool.append(ONE)
    assert locate("第一篇", "", pool) == (span("one", 0, 3),)
    pool[1] = TWO
    assert locate("第一篇", "", pool) == ()
    pool += [B, ONE]
    assert locate("第一篇", "", pool) == (span("one", 0, 3),)
    pool[3] = B
    assert locate("第一篇", "", pool) == ()


def test_resolving_gives_one_tuple_an_evidence_and_keeps_what_was_chosen() -> None:
    assert resolved(item(["乙县", "没有"]), POOL).spans == ((span("a", 9, 11),), ())
    second_alone = item(["粮食60万吨"], [[span("a", 11, 17)]])
    assert resolved(second_alone, POOL) is second_alone


@pytest.mark.parametrize(
    "spans",
    [
        [[span("a", 3, 9)]],  # another text
        [[span("gone", 2, 8)]],  # another snapshot
        [[span("a", 11, 17), span("a", 0, 2)]],  # one that holds and one that does not
        [[]],
        [[span("a", 11, 17)], [span("a", 11, 17)]],  # of more evidences than there are
    ],
)
def test_places_that_do_not_hold_are_found_again(spans: list[list[EvidenceSpan]]) -> None:
    found = resolved(item(["粮食60万吨"], spans, "甲.txt"), POOL)
    assert found.spans == ((span("a", 2, 8), span("a", 11, 17)),)


@given(text=st.text("甲乙 \n\u3000", max_size=60), start=st.integers(0, 60), length=st.integers(1, 12))
def test_any_stretch_is_found_with_other_white_space(text: str, start: int, length: int) -> None:
    wanted = text[start : start + length]
    places = locate(" ".join(wanted), "", [report("r", text)])
    bare = "".join(wanted.split())
    assert bool(places) == bool(bare)
    for place in places:
        quote = text[place.start : place.end]
        assert quote.strip() == quote or quote == " ".join(wanted)
        assert "".join(quote.split()) == bare


def test_thousands_of_questions_over_thousands_of_reports_take_seconds() -> None:
    pool = [report(f"r{n}", f"第{n}号通告：" + "按规定办理有关手续。" * 40, f"pool/{n}.txt") for n in range(3000)]
    began = time.perf_counter()
    for n in range(4000):
        number = n % 3000
        (found,) = locate(f"第{number}号 通告", f"{number}.txt", pool)
        assert found == span(f"r{number}", 0, len(f"第{number}号通告"))
    assert time.perf_counter() - began < 20  # measured: below one second on one core
