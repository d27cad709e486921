"""Where a region lies: 光明区 in 深圳市 in 广东省, by the divisions of the country and what is told around it.

A path names the divisions from the province down, as they are called today. Of several places of one name, that is
meant which the context names what it lies in of; where nothing tells, the path has the name alone. So has that of a
place that is none of the country's.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence

from indexer.chinese.divisions import MIN_CHARS, codes_of, lineage, name_of, names_of_code
from indexer.chinese.folding import fold

NATION = "全国"
Path = tuple[str, ...]
_COMPONENT = re.compile(r".+?(?:自治[区州县旗]|特别行政区|地区|[省市州县区旗盟])(?=..|$)|.+")  # 砚州市 is one
# A province that is none, such as that of a made-up report: what lies in it is no division of the country either.
_PROVINCE = re.compile(r"(?<![\u4e00-\u9fff])[\u4e00-\u9fff]{2}省(?![级直委内外长会市份])")
NONE_OF_A_NAME = "我全各本外邻他跨出到在为对和与及了的省市县由给按向从"  # characters before 省 that name none
WORDS_BEFORE = "兄弟|东部|西部|有关"
_NO_NAME = re.compile(rf"[{NONE_OF_A_NAME}该某]|{WORDS_BEFORE}")
MIN_MENTIONS = 3
CLEARLY = 3  # times as often as any other


def path_of(region: str, told: Iterable[str] = (), text: str = "") -> Path:
    """The path of ``region``, as a report names it. ``told`` are the names around it (folders, title, issuing body),
    the one that says most first; ``text`` is what the report says, which counts where those tell nothing."""
    if region == NATION:
        return (NATION,)
    parts = components(fold(region))
    found = _codes(parts)
    texts = [fold(one) for one in told]
    if not found or (len(parts) == 1 and _is_made_up([*texts, text], found)):
        return parts
    lines = [lineage(code) for code in _chosen(found, texts, text)]
    shared = [level[0] for level in zip(*lines, strict=False) if len(set(level)) == 1]
    names = [name for code in shared if (name := name_of(code))]
    return tuple(names) if len(lines) == 1 else (*names, name_of(lines[0][-1]) or parts[-1])


def lies_in(path: Sequence[str], region: str) -> bool:
    """Whether what has ``path`` is ``region``, or a part of it, named as people name it: 广东, 深圳市光明区.

    What a name says of where it lies must fit, unless the path has nothing there."""
    return within(region)(path)


def within(region: str) -> Callable[[Sequence[str]], bool]:
    """``lies_in`` for many paths."""
    tests = [_called(part) for part in components(fold(region))]

    def lies(path: Sequence[str]) -> bool:
        at = next((at for at in reversed(range(len(path))) if tests[-1](path[at])), None) if tests else None
        if at is None:
            return False
        return at == 0 or all(any(test(name) for name in path[:at]) for test in tests[:-1])

    return lies


def own_place(word: str, path: Sequence[str]) -> str | None:
    """What a report of ``path`` means by 我省, 我市, 我县, 我区: the nearest of that kind that it is of or lies in."""
    return next((name for name in reversed(path) if name.endswith(word[-1])), None)


def components(region: str) -> Path:
    """The divisions that ``region`` names, from the widest down: 深圳市 and 光明区 of 深圳市光明区."""
    found: list[str] = []
    at = 0
    while at < len(region):
        known = next((end for end in range(len(region), at + 1, -1) if codes_of(region[at:end])), 0)
        if not known:
            match = _COMPONENT.match(region, at)
            known = match.end() if match else len(region)
        found.append(region[at:known])
        at = known
    return tuple(found)


def _codes(parts: Path) -> tuple[str, ...]:
    """The codes that the last of ``parts`` may have, lying in all of those before it."""
    if not parts:
        return ()
    return tuple(
        dict.fromkeys(
            code
            for code in codes_of(parts[-1])
            if all(set(codes_of(part)) & set(lineage(code)[:-1]) for part in parts[:-1])
        )
    )


def _chosen(codes: Sequence[str], told: Sequence[str], text: str) -> tuple[str, ...]:
    """Those of ``codes`` that the context means; all where it does not tell."""
    left = tuple(codes)
    for one in told:
        for level in (-2, 0):  # the city that a county lies in says more than the province
            named = tuple(code for code in left if len(lineage(code)) > 1 and _mentions(one, lineage(code)[level]))
            left = named or left
    for level in (-2, 0):
        counts = {code: _mentions(text, lineage(code)[level]) for code in left if len(lineage(code)) > 1}
        ordered = sorted(counts.values(), reverse=True)
        if ordered and ordered[0] >= MIN_MENTIONS and (len(ordered) < 2 or ordered[0] >= CLEARLY * ordered[1]):
            return tuple(code for code, count in counts.items() if count == ordered[0])
    # 吉林 alone is the province: what is called so without more is the widest.
    return tuple(code for code in left if len(lineage(code)) == 1) or left


def _is_made_up(texts: Sequence[str], codes: Iterable[str]) -> bool:
    """Whether a province is told of that is none of the country's, and nothing of what the place may lie in."""
    above = {one for code in codes for one in lineage(code)[:-1]}
    if not above or any(_mentions(text, one) for text in texts for one in above):
        return False
    return any(True for text in texts for _ in _made_up(text))


def _made_up(text: str) -> Iterator[str]:
    for match in _PROVINCE.finditer(text):
        if not codes_of(match[0]) and not _NO_NAME.search(match[0][:-1]):
            yield match[0]


def _mentions(text: str, code: str) -> int:
    """How often ``text`` names the division with ``code``, by whatever it is called."""
    names = sorted(set(names_of_code(code)), key=len)
    shortest = [name for at, name in enumerate(names) if not any(other in name for other in names[:at])]
    return sum(text.count(name) for name in shortest)


def _called(asked: str) -> Callable[[str], bool]:
    """Whether people call a division of a path ``asked``: whole, short, or as it was called before."""
    codes = codes_of(asked)
    names = {asked, *(name for code in codes if (name := name_of(code)))}
    if codes or len(asked) < MIN_CHARS:
        return names.__contains__
    return lambda name: name in names or (name.startswith(asked) and len(name) - len(asked) <= 3)
