"""Which words of a text are names of divisions."""

from __future__ import annotations

import pytest

from indexer.chinese.divisions import divisions_in, siblings


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("福田区和宝安区2021年的产值", ["福田区", "宝安区"]),
        ("苏州的产值比佛山市高", ["苏州", "佛山市"]),
        ("积石山保安族东乡族撒拉族自治县", ["积石山保安族东乡族撒拉族自治县"]),
        ("江苏与新疆维吾尔自治区", ["江苏", "新疆维吾尔自治区"]),
        ("长治久安，来宾如云，开封档案", []),  # without their ending common words
        ("老旧小区、示范区、上市公司", []),
        ("", []),
    ],
)
def test_divisions_are_found(text: str, found: list[str]) -> None:
    assert list(divisions_in(text)) == found


def test_siblings_lie_under_the_same_city_or_province() -> None:
    assert {"福田区", "罗湖区"} <= siblings(frozenset({"光明区"}))
    assert "广州市" not in siblings(frozenset({"光明区"}))
    assert {"广州市", "广州"} <= siblings(frozenset({"深圳市"}))
    assert {"江苏省", "北京市"} <= siblings(frozenset({"广东省"}))


def test_of_places_of_one_name_the_nearest_is_meant() -> None:
    assert siblings(frozenset({"南山区"})) == frozenset()  # Shenzhen's, or Hegang's
    assert "福田区" in siblings(frozenset({"南山区", "深圳市"}))
    assert "向阳区" not in siblings(frozenset({"南山区", "深圳市"}))
