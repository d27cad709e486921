"""Whose figures, of which year: the region and year a question names, against those of a chunk.

In a folder of yearly reports nearly every sentence has a twin in the next report. The report of 2023 tells the figures
of 2022 under “2022年工作回顾”, so a chunk belongs to the year of its nearest heading that names one, and to the year of
its report only when none does.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise

from indexer.chinese.dates import CENTURIES
from indexer.chinese.divisions import divisions_in, siblings
from indexer.chinese.folding import fold
from indexer.chinese.latin import is_called_city, latin_of, written
from indexer.chinese.numerals import BELOW_100
from indexer.chinese.regions import is_region
from indexer.types import Chunk, ReportSummary

_YEAR = re.compile(rf"(?<!\d)({CENTURIES})(?!\d)")
_OF_REPORT = re.compile(
    rf"({CENTURIES})年?度?的?(?:[^，。、年]{{0,10}}|[^，。、年]{{0,16}}[作做念读][^，。、年]{{0,10}})报告"
    rf"|({CENTURIES})(?:'s)? (?:[a-z]+ ){{0,3}}report"
)
_COMPARED = re.compile(
    rf"[比较与和同]{CENTURIES}年?(?!.*{CENTURIES})"
    rf"|\b(?:than|since|compared (?:with|to))(?: in)? {CENTURIES}\b(?!.*{CENTURIES})"
)
_THE_YEAR_BEFORE = re.compile(r"(?<![比较])[前上头]一年(?:度)?[的是为有达]")  # 2022年涨了一成，那前一年是多少
# The country as a whole: 2020年全国新增就业, and not 全国首个, 全国文明城市, 占全国的.
_NATIONAL = re.compile(
    r"(?:^|[年初末底间度,，:：])(?:全国(?!首|第|唯一|十|最|率先|各|性|人大|政协|文明|先进|示范|前)|我国|国家(?=[给为对在花投用拿收减降财一总共今去全要计\d]))"
    r"|国务院|\bnationwide\b|\bin china\b|\bchina's\b"
)
_NAMES_NATION = re.compile(r"全国|我国")
NATION = "全国"
_RELATIVE = re.compile(r"[去今]年|[上本]年度?(?!同期)|\b(?:last|this) year\b")
_COMPONENT = re.compile(r"(?<![^省市州县区旗盟])[^省市州县区旗盟]+[省市州县区旗盟]")
_HYPHEN = re.compile(r"\s?[-–—]\s?")
_JOINED = re.compile(rf"[a-z]+(?: [a-z]+)?(?:{_HYPHEN.pattern}[a-z]+(?: [a-z]+)?)+")
_LATIN, _GENITIVE = re.compile(r"[a-z]+"), re.compile(r"'s\b")
# Where no other word begins: 红石县, and not 两个县, 哪些县.
_NOT_IN_A_NAME = f"请问在和与跟给对为把被让由从比去今全各哪那这几某每两多少个些级的省市区{BELOW_100}"
_COUNTY = re.compile(rf"[^\W\d_a-z{_NOT_IN_A_NAME}]{{2}}县(?![长委级内外域])")
# At the beginning of a question, and with a year behind it or what it has: 松岭市2022年, 北沅省的.
_LEADING = re.compile(
    rf"(?:^|请问|[,，])(?P<place>[^\W\d_a-z{_NOT_IN_A_NAME}]{{2}}[省市])(?={CENTURIES}|的|[^\W\d_a-z]{{2,}})(?!场|民|级|委|长)"
)
# What places are called in the names of what joins them, and by which other character.
_JOINT = re.compile(r"[\u4e00-\u9fff]{2,4}(?=高铁|铁路|城际|客专|高速|公路|通道|[大铁]桥|航线|运河|走廊|城市群)")
_BY_ONE = dict(
    pair.split(":")
    for pair in (
        "北京:京 天津:津 河北:冀 山西:晋 内蒙古:蒙 辽宁:辽 上海:沪申 江苏:苏 浙江:浙 安徽:皖 福建:闽 江西:赣 山东:鲁 "
        "河南:豫 湖北:鄂 湖南:湘 广东:粤 广西:桂 海南:琼 重庆:渝 四川:川蜀 贵州:黔 云南:滇 西藏:藏 陕西:陕秦 甘肃:陇 "
        "广州:穗 成都:蓉 南京:宁"
    ).split()
)
# Other countries, of which it is asked itself: 2014年印度农村, and not 对美国出口.
_ABROAD = re.compile(
    r"(?:^|[年,，。\s])(?P<country>美国|日本|印度(?!尼西亚)|印度尼西亚|英国|法国|德国|俄罗斯|韩国|朝鲜|蒙古国?|越南|泰国|缅甸|老挝|柬埔寨|菲律宾"
    r"|马来西亚|新加坡|巴基斯坦|哈萨克斯坦|伊朗|以色列|土耳其|沙特|埃及|南非|尼日利亚|巴西|阿根廷|墨西哥|加拿大|澳大利亚|新西兰|意大利|西班牙"
    r"|荷兰|瑞士|瑞典|波兰|乌克兰|欧盟)(?![和与、])"
)
_DISTRICT = re.compile(r"(?:^|请问|[,，])(?P<name>[^\W\d_a-z全各哪本该每]{2,3})(?:街道|[区县镇乡市])")
_SUFFIX = re.compile(r"(?:特别行政区|(?:壮族|回族|维吾尔)?自治区|自治州|自治县|[省市州县区旗盟])$")


@dataclass(frozen=True)
class Scope:
    """Years and regions; empty: none named. ``elsewhere`` are places, as they are named, that no report is
    of; ``report_years`` those of the ``years`` that are named as a report's own; ``national``: of the country;
    ``names_nation``: it is named, if only to compare with it; ``compared``: so is the year; ``relative``: it is last
    year, or this, that is asked of; ``district``: what a question begins with, if it is called like one, without the
    word that says so."""

    years: frozenset[str]
    regions: frozenset[str]
    elsewhere: frozenset[str] = frozenset()
    report_years: frozenset[str] = frozenset()
    national: bool = False
    compared: bool = False
    names_nation: bool = False
    district: str | None = None
    relative: bool = False

    @property
    def n_places(self) -> int:
        """How many places ``regions`` are: 光明区 and 深圳市光明区 are one."""
        return sum(not any(other != one and other.endswith(one) for other in self.regions) for one in self.regions)


def asked_scope(question: str, names: Mapping[str, frozenset[str]], beside: frozenset[str] = frozenset()) -> Scope:
    """The years that stand in the folded ``question``, and the regions it names; ``names``: region to what people call
    it, in characters or in Latin letters, which then are a word of the question, or two; ``beside``: the same of places
    that no report is of, which lie beside those."""
    latin = _latin_in(_without_areas(_GENITIVE.sub("", question).replace("'", "")))
    years = frozenset(_YEAR.findall(question))
    if _THE_YEAR_BEFORE.search(question):
        years = frozenset(str(int(year) - 1) for year in years)
    regions = frozenset(
        region
        for region, called in names.items()
        if any(name in latin if name.isascii() else name in question for name in called)
    )
    known = [name for called in names.values() for name in called]
    neighbours = (name for name in beside if (name in latin if name.isascii() else name in question))
    cities = (name for name in latin if is_called_city(name))
    elsewhere = {
        place for place in (*_places(question), *neighbours, *cities) if not any(name in place for name in known)
    }
    return Scope(
        years=years,
        regions=regions,
        national=not regions and bool(_NATIONAL.search(question)),
        compared=bool(_COMPARED.search(question)),
        report_years=frozenset(match[1] or match[2] for match in _OF_REPORT.finditer(question)),
        elsewhere=frozenset(elsewhere),
        district=match["name"] if (match := _DISTRICT.search(question)) else None,
        names_nation=bool(_NAMES_NATION.search(question)),
        relative=bool(_RELATIVE.search(question)),
    )


def _latin_in(text: str) -> frozenset[str]:
    """The words of ``text`` that are in Latin letters, and each two of them as one: Hong Kong."""
    words = _LATIN.findall(text)
    return frozenset((*words, *map("".join, pairwise(words))))


def _without_areas(question: str) -> str:
    """``question`` without three places or more that are joined, which name what they are in together: the
    Guangdong-Hong Kong-Macao Greater Bay Area. Two are what a line connects."""

    def left(chain: re.Match[str]) -> str:
        n_places = sum(any(map(written, _latin_in(part))) for part in _HYPHEN.split(chain[0]))
        return " " if n_places > 2 else chain[0]

    return _JOINED.sub(left, question)


def _places(question: str) -> Iterator[str]:
    """Divisions of the country, what else ends like a county's name, and other countries, in the folded
    ``question``."""
    yield from divisions_in(question)
    for match in _COUNTY.finditer(question):
        if is_region(match[0]):
            yield match[0]
    for match in _LEADING.finditer(question):
        if is_region(match["place"]):
            yield match["place"]
    for match in _ABROAD.finditer(question):
        yield match["country"]


def is_named(place: str, text: str) -> bool:
    """Whether the folded ``text`` has the name of ``place``; of one in Latin letters, as it is written in Chinese."""
    return any(form in text for form in _forms(place))


def are_named_jointly(places: Iterable[str], text: str) -> bool:
    """Whether the folded ``text`` names two of ``places`` by a character of each: 广深铁路, 沪苏湖高铁."""
    short = [frozenset("".join(form[:2] + _BY_ONE.get(form, "") for form in _forms(place))) for place in places]
    return any(
        sum(bool(chars & frozenset(match[0])) for chars in short) > 1
        and len(frozenset(match[0]) & frozenset().union(*short)) > 1
        for match in (_JOINT.finditer(text) if len(short) > 1 else ())
    )


def _forms(place: str) -> Iterable[str]:
    return (written(place) if place.isascii() else ()) or (stem(place),)


def names_beside(regions: Iterable[str]) -> frozenset[str]:
    """What people call the divisions that lie beside ``regions``, folded: 罗湖 and luohu where there is a report of
    ``深圳市光明区``. Without its ending a name may be a common word; of a neighbour it seldom is."""
    whole = frozenset(component for region in regions for component in _COMPONENT.findall(region))
    own = frozenset(name for region in regions for name in names_of(region))
    return frozenset(name for place in siblings(whole) for name in names_of(place) if len(name) > 1) - own


def names_of(region: str) -> frozenset[str]:
    """What people call a region, folded: 光明 and guangming for ``深圳市光明区``."""
    name = fold(stem(region))
    return frozenset({name, latin_of(name)})


def scope_of(chunk: Chunk, report: ReportSummary) -> Scope:
    """The years and the region that ``chunk`` speaks of."""
    headings = (frozenset(_YEAR.findall(heading)) for heading in reversed(chunk.heading_path))
    of_report = report.year
    if of_report and report.year_told and report.year_told > of_report:  # a notice on what holds in the next
        of_report = report.year_told
    years = next((found for found in headings if found), frozenset({of_report} if of_report else ()))
    return Scope(years=years, regions=frozenset({report.region} if report.region else ()))


def agreement(asked: Scope, own: Scope, text: str) -> float:
    """Share of what is asked (a year, a region) that ``own`` or the text itself names, in [0, 1]; 0 if nothing is."""
    tests = []
    if asked.years:
        tests.append(bool(asked.years & own.years) or any(year in text for year in asked.years))
    if asked.regions:
        tests.append(bool(asked.regions & own.regions))
    return sum(tests) / len(tests) if tests else 0.0


def stem(region: str) -> str:
    """What people call a region: ``广西壮族自治区`` is 广西, ``深圳市光明区`` is 光明. One character is no name."""
    components = _COMPONENT.findall(region) or [region]
    short = _SUFFIX.sub("", components[-1])
    return short if len(short) >= 2 else str(components[-1])
