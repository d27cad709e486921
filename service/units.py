"""Units and measure words: what stands behind a number, which of them answer for one another, what each measures."""

from __future__ import annotations

DATE = "日期"
_SHARES = "% ‰ 个百分点 百分点 个点 成 倍 番"
_MONEY = "元 万元 亿元 美元 港元 欧元 日元 英镑"
_PEOPLE = "人 人次 名 位 人份"
_TIME = f"年 月 日 天 岁 周 季度 周年 个月 个季度 小时 分钟 工作日 个工作日 期 {DATE}"
_AREA = "平方公里 平方千米 平方米 公顷 亩 ㎡ m2 m² km2 km²"
_LENGTH = "公里 千米 米 厘米 毫米 度 海里 英寸 km"
_AMOUNT = (
    "吨标准煤 吨标煤 吨公里 人公里 吨 公斤 千克 毫克 微克 克 斤 立方米 m3 m³ 毫升 "
    "千瓦时 度电 千瓦 兆瓦时 兆瓦 吉瓦 千伏安 kg mw kw"
)
_THINGS = (
    "标准箱 标箱 teu 个点位 户次 件次 家次 车次 架次 班次 场次 项次 剂次 部门 单位 城市 项目 案件 企业 "
    "个 件 项 种 类 家 户 次 回 批 场 篇 部 条 座 所 处 台 辆 套 宗 起 份 轮 级 支 道 张 本 间 栋 幢 队 门 款 笔 股 "
    "步 字 方 头 只 株 棵 封 例 艘 架 列 枚 幅 册 片 盏 床 趟 口 眼 组 剂 箱"
)
# Units that answer for one another; a question's 几成 is answered by a percentage.
SAME_UNIT = {
    "成": "%",
    "‰": "%",
    "个点": "%",
    "百分点": "个百分点",
    "番": "倍",
    "天": "日",
    "工作日": "日",
    "个工作日": "日",
    "周年": "年",
    "万元": "元",
    "亿元": "元",
    "名": "人",
    "位": "人",
    "回": "次",
    "个点位": "个",
    "标准箱": "标箱",
    "teu": "标箱",
    "m²": "m2",
    "km²": "km2",
    "m³": "m3",
}
# Units that measure the same kind of thing; all others count things, with whatever measure word.
_CLASSES = {
    unit: kind
    for kind, units in (
        ("share", _SHARES),
        ("money", _MONEY),
        ("people", _PEOPLE),
        ("time", _TIME),
        ("area", _AREA),
        ("length", _LENGTH),
        ("amount", _AMOUNT),
    )
    for unit in units.split()
}
_ALIKE = tuple(
    frozenset(units.split())
    for units in (
        "元 万元 亿元",
        _PEOPLE,
        _AREA,
        "公里 千米 米 km",
        "吨 公斤 千克 斤 kg",
        "% 倍",
        "千瓦 兆瓦 吉瓦 kw mw",
    )
)
# Measure words of one kind of thing, which people say for one another: of bodies and places, matters, homes, machines,
# what happens, runs of trains and ships, roads, animals, plants, boxes, beds, doses, ranks. So many 所 are no 床.
_COUNTED_ALIKE = tuple(
    frozenset(units.split())
    for units in (
        "个 家 户 所 座 处 间 企业 单位 部门 门 支 队 组",
        "个 项 件 部 条 篇 份 本 册 封 字 种 类 款 批 步 笔 门 项目 案件",
        "项 件 部 条 份 宗 起 例 批 笔 场 次 项次 件次 项目 案件",
        "个 套 户 间 栋 幢 座",
        "个 台 辆 部 架 艘 条 只 套 件 款 枚 门",
        "次 场 起 宗 例 件 轮 回 批 项 家次 户次 场次 项次 件次 车次 案件",
        "列 趟 班次 车次 架次 次",
        "个 条 处 道 座",
        "只 头 口",
        "株 棵",
        "标箱 箱",
        "张 床",
        "剂 剂次 支 次 份",
        "级",
    )
)
_SAID_FOR = tuple(frozenset(units.split()) for units in ("只 头", "株 棵", "列 趟", "台 辆", "起 宗"))
_OF_ONE_KIND = frozenset().union(*_COUNTED_ALIKE)
# Longest first, as a pattern tries them. A figure without one of them is still a figure.
UNITS = tuple(sorted({*_CLASSES, *_THINGS.split()} - {DATE}, key=lambda unit: (-len(unit), unit)))
# Behind a Han numeral these make a word more often than a figure: 一方面, 一级, 三位一体, 两手, 一块.
WORDLIKE = frozenset("方 道 度 级 成 位 部 本 门 步 支 头 只 口 眼 片 组 列 箱 克 封 回 幅 米 架 床 股".split())
_NAMED = frozenset("市 县 区 省 州".split())  # 哪个市 asks for a name


def unit_class(unit: str) -> str | None:
    """The kind of thing that ``unit`` measures; None where there is none, or where it stands for a name."""
    return None if not unit or unit in _NAMED else _CLASSES.get(unit, "things")


def is_when(unit: str | None) -> bool:
    """Whether a point in time is told in ``unit``, a year or a date, and no length of time."""
    return unit in ("年", "月", DATE)


def alike(one: str, other: str) -> bool:
    """Whether two units count or measure the same, so that one may answer for the other: 件 and 封, 亩 and 公顷."""
    if unit_class(one) == unit_class(other) == "things":
        own_kinds = {one, other} <= _OF_ONE_KIND
        return not own_kinds or any({one, other} <= units for units in _COUNTED_ALIKE)
    return any(one in units and other in units for units in _ALIKE)


def is_said_for(one: str, other: str) -> bool:
    """Whether one of two units stands for the other whatever is counted: 头 and 只, 棵 and 株."""
    return any({one, other} <= units for units in _SAID_FOR)
