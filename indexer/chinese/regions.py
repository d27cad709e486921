"""Names of administrative regions in titles, lines about a meeting and signatures.

A region stands between boundaries: nothing is cut off its left, and what follows is a word of office, never more name.
"""

from __future__ import annotations

import re

from indexer.chinese.numerals import DIGITS

# Names of the provincial level that reports use without 省 (GB/T 2260). Others are found by their ending.
PROVINCES = (
    "北京 天津 河北 山西 内蒙古 辽宁 吉林 黑龙江 上海 江苏 浙江 安徽 福建 江西 山东 河南 湖北 湖南 广东 广西 海南 "
    "重庆 四川 贵州 云南 西藏 陕西 甘肃 青海 宁夏 新疆 香港 澳门 台湾"
).split()
PROVINCE = "|".join(PROVINCES)
_HAN_DIGIT = f"[〇○{DIGITS}]"
# A character of a name: where no year, office or preposition of a title begins.
_CHAR = rf"(?!人民|政府|关于|委员会|报告|工作|\d|{_HAN_DIGIT}年|年度)[^\W\d_]"
_UNIT = (
    rf"(?:(?:{_CHAR}){{1,15}}?自治(?:区|州|县|旗)"  # 积石山保安族东乡族撒拉族自治县
    rf"|(?:{_CHAR}){{1,7}}?(?:特别行政区|地区|省|市|州|盟|县|旗|区))"
)
REGION = re.compile(
    r"(?:(?<![\u4e00-\u9fff\d*])|(?<=[\d*])(?![年月日度])|(?<=年度)|(?<=年)(?!度)|(?<=[在于]))"
    rf"(?P<region>(?:{_UNIT}){{1,4}}|(?:{PROVINCE}))"
    rf"(?=人民|政府|关于|人大|政协|财政|司法|行政|行署|审计|监察|检察|国民|国家|依法|法治|发展|推进|工作|第|的|[\d*]"
    rf"|{_HAN_DIGIT}{{4}}年|[\s_（(]|$)"
)
# What ends like a region and is none: zones, kinds of places, and words for one's own.
_NOT_A_REGION = re.compile(
    r"(?:开发|示范|试验|园|工业|保税|合作|高新|社|校|景)区$|(?:^|部|民族|贫困|农村|边疆|山)地区$|^.{0,2}自治区$|^[城新老郊]区$"
    r"|^.市$"
)
_OWN = re.compile(r"^[我本全各该]")
MIN_REGION_CHARS = 2


def regions(text: str) -> list[re.Match[str]]:
    """Matches with a group ``region``, in reading order."""
    return [match for match in REGION.finditer(text) if is_region(match["region"])]


def is_region(name: str) -> bool:
    return len(name) >= MIN_REGION_CHARS and not _NOT_A_REGION.search(name) and not _OWN.search(name)
