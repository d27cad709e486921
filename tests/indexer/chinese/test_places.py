"""Where a region lies, which regions lie in it, and what a report means by its own place."""

from __future__ import annotations

import pytest

from indexer.chinese.divisions import codes_of, name_of
from indexer.chinese.places import components, lies_in, own_place, path_of

SHENZHEN = ("广东省", "深圳市")
GUANGMING = (*SHENZHEN, "光明区")


@pytest.mark.parametrize(
    ("region", "path"),
    [
        ("光明区", GUANGMING),
        ("深圳市光明区", GUANGMING),
        ("广东省深圳市", SHENZHEN),
        ("广东", ("广东省",)),
        ("廣東省", ("广东省",)),
        ("天津市和平区", ("天津市", "和平区")),
        ("吉林", ("吉林省",)),
        ("吉林市", ("吉林省", "吉林市")),
        ("仙桃市", ("湖北省", "仙桃市")),
        ("积石山保安族东乡族撒拉族自治县", ("甘肃省", "临夏回族自治州", "积石山保安族东乡族撒拉族自治县")),
        ("襄樊市", ("湖北省", "襄阳市")),  # what it was called until 2010
        ("长清县", ("山东省", "济南市", "长清区")),
        ("全国", ("全国",)),
        ("南山区", ("南山区",)),  # Shenzhen's, or Hegang's
        ("云岭省澜川市", ("云岭省", "澜川市")),  # none of the country's
        ("云岭省光明区", ("云岭省", "光明区")),
        ("澜川市", ("澜川市",)),
    ],
)
def test_where_a_region_lies(region: str, path: tuple[str, ...]) -> None:
    assert path_of(region) == path


@pytest.mark.parametrize(
    ("region", "told", "text", "path"),
    [
        ("南山区", ["深圳市"], "", (*SHENZHEN, "南山区")),
        (
            "南山区",
            ["2023", "鹤岗市"],
            "深圳" * 9,
            ("黑龙江省", "鹤岗市", "南山区"),
        ),  # a folder says more than the text
        ("南山区", [], "深圳建市。" * 3, (*SHENZHEN, "南山区")),
        ("南山区", [], "深圳市。", ("南山区",)),  # once is no context
        ("南山区", [], "深圳市、鹤岗市。" * 5, ("南山区",)),
        ("朝阳区", ["吉林省"], "", ("吉林省", "长春市", "朝阳区")),
        ("鼓楼区", ["江苏省"], "", ("江苏省", "鼓楼区")),  # Nanjing's, or Xuzhou's
        ("鼓楼区", ["江苏省", "徐州市"], "", ("江苏省", "徐州市", "鼓楼区")),
        ("江北区", [], "重庆" * 5, ("重庆市", "江北区")),  # until 2025
        ("白水县", [], "陕西省渭南市的白水县。", ("陕西省", "渭南市", "白水县")),
        ("白水县", [], "云岭省有白水县。", ("白水县",)),  # a made-up province, a made-up county
        ("白水县", [], "我省、全省和外省的县。", ("陕西省", "渭南市", "白水县")),
    ],
)
def test_the_context_says_which_is_meant(region: str, told: list[str], text: str, path: tuple[str, ...]) -> None:
    assert path_of(region, told, text) == path


@pytest.mark.parametrize(
    ("path", "region", "lies"),
    [
        *((GUANGMING, name, True) for name in ("广东", "广东省", "深圳", "深圳市", "光明", "光明区", "深圳市光明区")),
        *((GUANGMING, name, False) for name in ("江苏省", "江苏省光明区", "南山区", "全国", "深", "")),
        (("吉林省",), "吉林市", False),
        (("吉林省", "吉林市"), "吉林", True),
        (("湖北省", "襄阳市"), "襄樊市", True),
        (("南山区",), "深圳市南山区", True),  # nothing is known that speaks against it
        (("云岭省", "澜川市"), "云岭省", True),
        (("澜川市",), "澜川", True),
        (("全国",), "全国", True),
        (("全国",), "广东省", False),
        ((), "广东省", False),
    ],
)
def test_what_lies_in_a_region(path: tuple[str, ...], region: str, lies: bool) -> None:
    assert lies_in(path, region) is lies


def test_a_region_lies_in_all_of_its_path() -> None:
    for name in ("光明区", "昌平区", "恩施市", "喀什市", "莱芜区", "三沙市"):
        path = path_of(name)
        assert len(path) > 1
        for above in path:
            assert lies_in(path, above), (path, above)


@pytest.mark.parametrize(
    ("word", "path", "meant"),
    [
        ("我市", GUANGMING, "深圳市"),
        ("我区", GUANGMING, "光明区"),
        ("我省", GUANGMING, "广东省"),
        ("我县", GUANGMING, None),
        ("我区", ("广西壮族自治区",), "广西壮族自治区"),
        ("我县", ("白水县",), "白水县"),
        ("我市", (), None),
    ],
)
def test_what_a_report_means_by_its_own_place(word: str, path: tuple[str, ...], meant: str | None) -> None:
    assert own_place(word, path) == meant


def test_a_name_has_its_parts() -> None:
    assert components("湖北省恩施土家族苗族自治州恩施市") == ("湖北省", "恩施土家族苗族自治州", "恩施市")
    assert components("云岭省青屏自治县") == ("云岭省", "青屏自治县")
    assert components("砚海省砚州市") == ("砚海省", "砚州市")


def test_a_code_is_called_as_it_is_today() -> None:
    assert {name_of(code) for code in codes_of("襄樊市")} == {"襄阳市"}
    assert name_of("000000") is None
    assert codes_of("澜川市") == ()
