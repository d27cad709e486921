"""Retrieval: the fused score, the filters, and what a question's year and region do."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from indexer.types import Span
from service.retrieve import DENSE_WEIGHTS, SCOPE_BONUS, fuse
from service.scope import Scope, agreement, asked_scope, names_of, stem
from service.types import Filters, SearchQuestion

SCORES = st.lists(st.floats(0, 30, width=32), min_size=1, max_size=20)


def _row(values: list[float]) -> NDArray[np.float32]:
    return np.asarray(values, np.float32)


@pytest.mark.parametrize("weight", [0.0, 0.25, 0.5, 1.0])
def test_fuse_is_the_convex_combination_of_scaled_scores(weight: float) -> None:
    cosines, bm25 = [0.8, 0.9, 1.0, 0.82], [0.0, 12.0, 6.0, 3.0]
    expected = [
        weight * (cosine - 0.8) / (1.0 - 0.8) + (1 - weight) * score / 12.0
        for cosine, score in zip(cosines, bm25, strict=True)
    ]
    np.testing.assert_allclose(fuse(_row(cosines), _row(bm25), weight), expected, atol=1e-5)


def test_fuse_of_equal_scores_is_zero_for_that_side() -> None:
    np.testing.assert_allclose(fuse(_row([0.5, 0.5]), _row([0, 4]), 0.5), [0.5 * 0 + 0.5 * 0, 0.5 * 0 + 0.5 * 1])
    np.testing.assert_allclose(fuse(_row([0.2, 0.4]), _row([0, 0]), 0.5), [0.0, 0.5 * 1])


@given(SCORES, st.floats(0, 1))
def test_fused_scores_lie_in_0_to_1(scores: list[float], weight: float) -> None:
    fused = fuse(_row([score / 30 for score in scores]), _row(scores[::-1]), weight)
    assert fused.shape == (len(scores),)
    assert np.all(fused >= -1e-6)
    assert np.all(fused <= 1 + 1e-6)


REPORTS = {
    "2021年朔原县政府工作报告.txt": "一、工作回顾\n全年受理行政复议案件101件，改造危房301户。\n",
    "2022年朔原县政府工作报告.txt": "一、工作回顾\n全年受理行政复议案件202件，改造危房302户。\n",
    "2022年澜川市政府工作报告.txt": "一、工作回顾\n全年受理行政复议案件303件，改造危房303户。\n",
    "工作简报.txt": "一、工作回顾\n全年受理行政复议案件404件，改造危房304户。\n",
}


@pytest.fixture(scope="module")
def asker(make_asker: Any) -> Any:
    return make_asker(REPORTS)


def _files(asker: Any, filters: Filters, question: str = "受理行政复议案件多少件") -> set[str]:
    found = asker.search(SearchQuestion(question=question, filters=filters, k=100))
    return {asker.snapshot.reports[passage.chunk.report_id].file for passage in found.passages}


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        ({}, {"2021年朔原县", "2022年朔原县", "2022年澜川市", "工作简报"}),
        ({"years": (2022,)}, {"2022年朔原县", "2022年澜川市"}),
        ({"years": (2021, 2022)}, {"2021年朔原县", "2022年朔原县", "2022年澜川市"}),
        ({"years": (1999,)}, set()),
        ({"regions": ("朔原县",)}, {"2021年朔原县", "2022年朔原县"}),
        ({"regions": ("朔原",)}, {"2021年朔原县", "2022年朔原县"}),
        ({"regions": ("澜川市", "朔原县")}, {"2021年朔原县", "2022年朔原县", "2022年澜川市"}),
        ({"regions": ("无名县",)}, set()),
        ({"regions": ("朔原县",), "years": (2022,)}, {"2022年朔原县"}),
        ({"regions": ("澜川市",), "years": (2021,)}, set()),
    ],
)
def test_filters(asker: Any, filters: dict[str, Any], expected: set[str]) -> None:
    found = _files(asker, Filters(**filters))
    assert {file.removesuffix(".txt").removesuffix("政府工作报告") for file in found} == expected


def test_filter_by_report_id(asker: Any) -> None:
    for report in asker.snapshot.reports.values():
        assert _files(asker, Filters(report_ids=(report.report_id,))) == {report.file}
    assert _files(asker, Filters(report_ids=("r0",))) == set()


def test_a_blank_region_filters_nothing_in(asker: Any) -> None:
    assert _files(asker, Filters(regions=("",))) == set()


@pytest.mark.parametrize("file", [file for file in REPORTS if file.startswith("20")])
def test_the_year_and_region_of_a_question_come_first(asker: Any, file: str) -> None:
    year, region = file[:4], file[5:8]
    first = asker.search(SearchQuestion(question=f"{year}年{region}受理行政复议案件多少件")).passages[0]
    assert asker.snapshot.reports[first.chunk.report_id].file == file
    assert first.scope == 1


def test_passages_are_ranked_by_the_score_that_their_parts_give(asker: Any) -> None:
    passages = asker.search(SearchQuestion(question="2022年朔原县改造危房多少户", k=100)).passages
    assert [passage.rank for passage in passages] == list(range(1, len(passages) + 1))
    cosines, bm25 = _row([p.cosine for p in passages]), _row([p.bm25 for p in passages])
    expected = fuse(cosines, bm25, DENSE_WEIGHTS["zh"]) + SCOPE_BONUS * _row([p.scope for p in passages])
    np.testing.assert_allclose([p.score for p in passages], expected, atol=1e-5)
    assert all(a.score >= b.score for a, b in pairwise(passages))


def test_k_bounds_the_passages(asker: Any) -> None:
    for k in (1, 2, 3):
        assert len(asker.search(SearchQuestion(question="危房", k=k)).passages) == k


@pytest.mark.parametrize(
    ("region", "expected"),
    [("澜川市", "澜川"), ("广西壮族自治区", "广西"), ("深圳市光明区", "光明"), ("云岭省", "云岭"), ("北京", "北京")],
)
def test_what_people_call_a_region(region: str, expected: str) -> None:
    assert stem(region) == expected


@pytest.mark.parametrize(
    ("region", "question", "named"),
    [
        ("深圳市光明区", "the gdp of guangming district", True),
        ("深圳市光明区", "guang ming's gdp", True),
        ("深圳市宝安区", "the gdp of bao'an", True),
        ("陕西省", "gdp of shaanxi", True),
        ("陕西省", "gdp of shanxi", False),
        ("山西省", "gdp of shanxi", True),
        ("青屏县", "qingpinghu lake", False),
        ("青屏县", "青屏的产值", True),
    ],
)
def test_a_region_is_named_in_characters_or_latin_letters(region: str, question: str, named: bool) -> None:
    assert asked_scope(question, {region: names_of(region)}).regions == ({region} if named else frozenset())


@pytest.mark.parametrize(
    ("asked", "own", "text", "expected"),
    [
        ((), ("2022",), "", 0.0),
        (("2022",), ("2022",), "", 1.0),
        (("2022",), ("2021",), "", 0.0),
        (("2022",), ("2021",), "到2022年底", 1.0),
        (("2022", "澜川市"), ("2022", "朔原县"), "", 1 / 2),
        (("2022", "澜川市"), ("2022", "澜川市"), "", 2 / 2),
        (("澜川市",), ("2022", "澜川市"), "", 1.0),
    ],
)
def test_agreement_is_the_share_of_what_is_asked(
    asked: tuple[str, ...], own: tuple[str, ...], text: str, expected: float
) -> None:
    assert agreement(_scope(asked), _scope(own), text) == expected


def _scope(names: tuple[str, ...]) -> Scope:
    years = frozenset(name for name in names if name.isdigit())
    return Scope(years=years, regions=frozenset(names) - years)


def test_the_heading_above_a_passage_dates_it(make_asker: Any) -> None:
    text = "一、2021年工作回顾\n建成厕所11座。\n二、2022年工作安排\n建成厕所22座。\n"
    asker = make_asker({"2022年朔原县政府工作报告.txt": text})
    for year, figure in (("2021", "11座"), ("2022", "22座")):
        first = asker.search(SearchQuestion(question=f"{year}年建成厕所多少座")).passages[0]
        assert figure in first.chunk.text
        assert first.chunk.span == Span(start=text.index("建成厕所" + figure), end=text.index(figure) + len(figure) + 1)


def test_words_of_reports_find_what_a_question_calls_otherwise(make_asker: Any) -> None:
    asker = make_asker({"报告.txt": "一、工作回顾\n全县地区生产总值211亿元。\n二、其他\n道路通车。\n"})
    passages = asker.search(SearchQuestion(question="GDP是多少？")).passages
    assert max(passages, key=lambda passage: passage.bm25).chunk.text.startswith("全县地区生产总值")
    assert max(passage.bm25 for passage in passages) > 0
