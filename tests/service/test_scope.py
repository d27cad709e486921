"""Places that a question names, as they stand in Chinese text."""

from __future__ import annotations

from typing import Any

import pytest

from service.scope import are_named_jointly, asked_scope, is_named, names_of
from service.types import Question

REPORTS = {
    "2023年佛山市政府工作报告.txt": "一、2022年工作回顾\n"
    "佛山至肇庆的城际列车运行时间缩短至25分钟。新开往湛江的货运班列38列。\n"
    "广湛高铁佛山段完成投资96亿元。接待游客520万人次。\n",
}


@pytest.fixture(scope="module")
def asker(make_asker: Any) -> Any:
    return make_asker(REPORTS)


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("How many minutes does the train from Foshan to Zhaoqing take?", "25分钟"),
        ("How many freight trains (货运班列) run from Foshan to Zhanjiang?", "38列"),
        ("广州到湛江的高铁，佛山段完成投资多少？", "96亿元"),  # by a character of each
        ("广东省佛山市2022年接待游客多少人次？", "520万人次"),  # the province says whose it is
    ],
)
def test_a_sentence_names_a_place_that_no_report_is_of(asker: Any, question: str, said: str) -> None:
    (citation, *_) = asker.ask(Question(question=question)).citations
    assert said in citation.quote


@pytest.mark.parametrize(
    "question",
    [
        "How many tourists did Zhuhai receive in 2022?",  # another city
        "How many tourists did Hunan receive in 2022?",  # another province
        "湖南省佛山市2022年接待游客多少人次？",
    ],
)
def test_what_names_another_place_is_refused(asker: Any, question: str) -> None:
    assert asker.ask(Question(question=question)).status == "abstained"


def test_cities_and_provinces_are_known_in_latin_letters() -> None:
    scope = asked_scope("does the guangdong-hunan line pass shaoguan?", {"广东省": frozenset({"广东", "guangdong"})})
    assert scope.regions == {"广东省"}
    assert scope.elsewhere == {"hunan", "shaoguan"}


@pytest.mark.parametrize(
    ("place", "text", "named"),
    [
        ("qingyuan", "清远至广州的高速公路", True),
        ("qingyuan", "庆元县", True),  # another that is called so
        ("qingyuan", "韶关至广州的高速公路", False),
        ("清远市", "清远至广州", True),
        ("shuoyuan", "朔原县", False),  # no division of the country
    ],
)
def test_places_are_named_in_chinese(place: str, text: str, named: bool) -> None:
    assert is_named(place, text) == named


@pytest.mark.parametrize(
    ("places", "text", "named"),
    [
        (("上海", "湖州"), "沪苏湖高铁通车", True),
        (("shenzhen", "zhongshan"), "深中通道通车", True),
        (("广州", "深圳"), "推广深化合作", False),  # words, and no name of a line
        (("广州", "珠海"), "广深铁路扩能", False),  # one of the two
        (("广州",), "广深铁路扩能", False),
    ],
)
def test_two_places_are_named_by_a_character_of_each(places: tuple[str, ...], text: str, named: bool) -> None:
    assert are_named_jointly(places, text) == named


@pytest.mark.parametrize(
    "question",
    [
        "where does the shenzhen-hong kong-guangzhou cluster rank in the world?",
        "how many projects of the guangdong-hong kong-macao greater bay area were begun?",
        "what did the beijing–tianjin–hebei region build?",
    ],
)
def test_three_places_that_are_joined_name_what_they_are_in_together(question: str) -> None:
    scope = asked_scope(question, {"深圳市": names_of("深圳市"), "广东省": names_of("广东省")})
    assert (scope.regions, scope.elsewhere) == (frozenset(), frozenset())


def test_a_hyphen_alone_joins_no_places() -> None:
    scope = asked_scope(
        "what is shenzhen's long-term plan with cross-border guangzhou?", {"深圳市": names_of("深圳市")}
    )
    assert (set(scope.regions), set(scope.elsewhere)) == ({"深圳市"}, {"guangzhou"})
