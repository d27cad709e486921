"""Divisions by their names in Latin letters."""

from __future__ import annotations

import pytest

from indexer.chinese.latin import is_called_city, latin_of, written


@pytest.mark.parametrize(
    ("name", "latin"), [("光明", "guangming"), ("陕西", "shaanxi"), ("山西", "shanxi"), ("哈尔滨", "harbin")]
)
def test_names_in_latin_letters(name: str, latin: str) -> None:
    assert latin_of(name) == latin


@pytest.mark.parametrize(
    ("latin", "names"),
    [
        ("zhanjiang", {"湛江"}),  # a city
        ("tibet", {"西藏"}),
        ("suzhou", {"苏州", "宿州", "肃州"}),  # several are called so
        ("sanjiang", {"三江"}),  # 三江侗族自治县
        ("fengshun", {"丰顺"}),  # a county
        ("atlantis", set()),
    ],
)
def test_what_is_called_so_is_found_as_it_is_written(latin: str, names: set[str]) -> None:
    assert written(latin) == names


@pytest.mark.parametrize(
    ("latin", "is_one"),
    [
        ("foshan", True),
        ("fujian", True),
        ("jinping", False),  # 金平县, and a name of people
        ("guide", False),  # 贵德县
        ("ali", False),  # 阿里地区: too short to be sure
    ],
)
def test_cities_in_running_text_are_no_common_words(latin: str, is_one: bool) -> None:
    assert is_called_city(latin) == is_one
