"""What divisions of the country are called in Latin letters: by the pinyin of what people call them, mostly.

Several may be called alike: suzhou is 苏州 and 宿州.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping
from functools import cache

from pypinyin import lazy_pinyin

from indexer.chinese.divisions import all_names, is_city

# Where English does not take the pinyin.
_ENGLISH = {
    **{"陕西": "shaanxi", "西藏": "tibet", "内蒙古": "innermongolia", "香港": "hongkong", "澳门": "macao"},
    **{"呼和浩特": "hohhot", "乌鲁木齐": "urumqi", "拉萨": "lhasa", "哈尔滨": "harbin", "鄂尔多斯": "ordos"},
    **{"喀什": "kashgar", "日喀则": "shigatse"},
}
_SUFFIX = re.compile(
    r"(?:(?<=..)(?:[\u4e00-\u9fff]{1,3}族)*自治[区州县旗]|维吾尔自治区|特别行政区|地区|[省市州县区旗盟])$"
)
MIN_LETTERS = 5  # of the name of a city in running text: shorter ones are words, or names of people


def latin_of(name: str) -> str:
    """``name``, folded and without its ending, in Latin letters: guangming for 光明."""
    return _ENGLISH.get(name) or "".join(lazy_pinyin(name))


def written(latin: str) -> frozenset[str]:
    """How the divisions that are called ``latin`` are written, without their ending; none: it is none."""
    return _written().get(latin, frozenset())


def is_called_city(latin: str) -> bool:
    """Whether a city or province is called ``latin``, by no common word."""
    return len(latin) >= MIN_LETTERS and any(map(is_city, written(latin)))


@cache
def _written() -> Mapping[str, frozenset[str]]:
    found = defaultdict[str, set[str]](set)
    for name in all_names():
        short = _SUFFIX.sub("", name)
        if len(short) > 1:
            found[latin_of(short)].add(short)
    return {latin: frozenset(names) for latin, names in found.items()}
