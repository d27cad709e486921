"""Named things of a sentence: organs, places, laws, 文号, quoted and Latin names, numbers that count nothing.

Each must stand in a cited sentence, or in the headings, title or region that it inherits.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from indexer.chinese.divisions import divisions_in
from indexer.chinese.document_numbers import YEAR_AND_NUMBER
from indexer.chinese.figures import holds
from indexer.chinese.folding import fold
from indexer.chinese.numerals import BELOW_100, DIGITS, value
from indexer.chinese.offices import POST
from service.scope import stem
from service.verify.evidence import Evidence, Fault
from service.verify.reading import HAN, Reading

_ENDS = (
    "人民政府|常委会|委员会|办公[厅室]|法院|检察院|(?<![布格结当大全时战棋变开破])[厅局](?![限级势面部长])|[党市县区省国工]委(?![员托派任])|研究[院所]|实验室|大学(?!生)|"
    "学院|医院|社区|中学(?!生)|(?<!中)小学(?!生)|银行|集团|公司|协会|联合会|交易所|街道|(?<![城乡集])镇(?![压静上化])|乡(?![村镇亲愁土])|港(?![口澳资商珠])|"
    "河(?![道流长湖岸])|湖(?![泊库水])|江(?![河湖])|大道|机场|公园|博物馆|图书馆|体育馆|中心(?!城区|工作|任务|环节)|条例|办法|规划|方案|工程|"
    "行动|县(?![委长级域内外])|(?<![城超股上楼门夜])市(?![场民长委级政区值])|(?<![城地山社园小辖校景库灾林牧片新郊军特战防矿街])区(?![域间委长级位划块别])|计划(?!生育)|高速|[铁公]路|隧道|大桥|水库|电站|片区|园区|新区|新城|自贸区|试验区|示范区|部(?=[委,。;、]|$)"
)
_INSTITUTIONS = "大学|学院|医院|银行|集团|公司|研究[院所]|实验室|法院|检察院|机场"
_NAME = re.compile(rf"(?P<stem>[{HAN}]{{2}})(?P<end>{_ENDS})")
# A character that is no part of a name.
_OF_NO_NAME = rf"[该本全各我其此这那有与和及对在为由以等的了是某每多个座条家所项大小新老年月两{BELOW_100}百\d]"
_COMMON = re.compile(
    rf"{_OF_NO_NAME}|重点|公立|民营|综合|一流|高校|公共|"
    r"基层|上市|水平|科研|研发|企业|商业|平台|产业|投资|龙头|上级|下级|地方|医疗|社区|定点|专科|联合|国际|国家|省级|市级|股份|有限|国有|外资|区级"
)
# What is no name before such an ending: the region's own, any, several.
_ANY = re.compile(
    rf"{_OF_NO_NAME}|"
    r"市[级区]|国[家内际外]|省[级内市]|区[级域内]|县[级域]|地方|相关|上级|下级|公共|重点|重大|专项|实施|工作|行政|城市|农村|基层|人民|高[速铁等]|"
    r"政府|社区|乡村|街道|发展|建设|综合|科技|产业|改革|治理|整治|管理|服务"
)
_PLACES = "[省市区县镇乡村州]|街道"
_QUOTED = re.compile(r"(?P<open>[\"《'])(?P<name>[^\"《》']{2,40})[\"》']")
_NUMBERED = re.compile(YEAR_AND_NUMBER.replace("〔\\[【［(（", "\\[(").replace("〕\\]】］)）", "\\])"))
_PERSON = re.compile(rf"{POST}(?P<name>[{HAN}]{{2,3}})(?=[在主表指出,强要同作])")
_LATIN = re.compile(r"[a-z][a-z0-9&.+-]*[a-z0-9]|[a-z]\d+")
# What reports write in characters and people in letters.
_SHORT = {
    "gdp": "生产总值",
    "ai": "人工智能",
    "r&d": "研发",
    "iot": "物联网",
    "ipo": "上市",
    "cpi": "居民消费价格",
    "ppi": "工业生产者",
    "vr": "虚拟现实",
    "app": "客户端",
    "pct": "国际专利",
    "km": "公里",
    "km2": "平方公里",
    "m2": "平方米",
}
_DIGITS = re.compile(r"\d[\d.]*\d|\d")
_NUMERAL = re.compile(rf"第?[{DIGITS[2:]}十]{{1,4}}(?=[{HAN}])")
_NO_NUMERAL = re.compile(r"十分|十足|三农")
_OF_A_LIST = re.compile(r"^(?:\(?\d{1,2}[.、)]|[-•*])\s*")
_PUNCTUATION = re.compile(r"[\"'“”《》\s,、。;:·]")


def names_hold(sentence: Reading, evidence: Evidence) -> Iterator[Fault | None]:
    """For each named thing of ``sentence``, None where it stands in the evidence."""
    there = evidence.everything
    plain = _PUNCTUATION.sub("", there)
    for match in _QUOTED.finditer(sentence.text):
        name = _PUNCTUATION.sub("", match["name"])
        yield None if name in plain or holds(there, name) else Fault("not_found", match[0])
    for match in _NUMBERED.finditer(sentence.text):
        yield None if re.sub(r"\s", "", match[0]) in re.sub(r"\s", "", there) else Fault("contradicted", match[0])
    for place in divisions_in(sentence.text):
        yield None if place in there or stem(place) in there else Fault("not_found", place)
    yield from _own_region(sentence, evidence)
    for match in _PERSON.finditer(sentence.text):
        yield None if match["name"][:2] in there else Fault("not_found", match["name"])
    at = 0
    while match_ := _NAME.search(sentence.text, at):
        at = match_.start() + 1
        name, core = match_["stem"], match_[0]
        if match_["end"] in ("局", "厅") and _ANY.search(name):  # 应急管理局
            before = sentence.text[max(0, match_.start() - 2) : match_.start()]
            if len(before) == 2 and not _ANY.search(before) and re.fullmatch(f"[{HAN}]+", before):
                yield None if before in there else Fault("not_found", before + core)
        if not (_COMMON if re.match(_INSTITUTIONS, match_["end"]) else _ANY).search(name):
            yield None if core in there or name in there else Fault("not_found", core)
    for match in _LATIN.finditer(sentence.text):
        word = match[0]
        known = word in there or _SHORT.get(word, "\0") in there
        yield None if known else Fault("not_found", word)


def _own_region(sentence: Reading, evidence: Evidence) -> Iterator[Fault | None]:
    """The region of the report may be named where its sentence leaves it out, and not where it names another place."""
    for region in {fold(one.region) for one in evidence.cited if one.region}:
        for match in re.finditer(rf"{region}|{stem(region)}", sentence.text):
            if match[0] in evidence.text or stem(region) in evidence.text:
                continue
            behind = re.escape(sentence.text[match.end() : match.end() + 2])
            other = re.search(rf"[{HAN}]{{2}}(?:{_PLACES}){behind}", evidence.text) if behind else None
            yield Fault("contradicted", match[0], other[0]) if other and not _ANY.search(other[0]) else None


def numbers_hold(sentence: Reading, evidence: Evidence) -> Iterator[Fault | None]:
    """For each run of digits or numeral of ``sentence`` that belongs to no figure (5G, 12345, 第三, 四中全会)."""
    taken = [amount.span for amount in sentence.amounts]
    mark = _OF_A_LIST.match(sentence.text)
    start = mark.end() if mark else 0
    there = evidence.everything
    for match in _DIGITS.finditer(sentence.text, start):
        if not any(span.start <= match.start() < span.end for span in taken):
            stands = re.search(rf"(?<![\d*]){re.escape(match[0])}(?![\d*])", there)
            yield None if stands else Fault("not_found", sentence.text[max(0, match.start() - 4) : match.end() + 2])
    for match in _NUMERAL.finditer(sentence.text, start):
        if any(span.start <= match.start() < span.end for span in taken) or _NO_NUMERAL.match(
            sentence.text, match.start()
        ):
            continue
        digits = value(match[0])
        found = match[0] in there or (digits is not None and f"{digits:f}{sentence.text[match.end()]}" in there)
        yield None if found else Fault("not_found", sentence.text[match.start() : match.end() + 2])
