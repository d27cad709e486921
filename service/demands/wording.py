"""What is said in so many words or not at all: what was not done, what was before, what is left, a sum, a mean."""

from __future__ import annotations

import re
from typing import Literal

from indexer.chinese.numerals import BELOW_100

Others = Literal["rest", "besides"]

# What has a number for a name, behind that: 几号线 asks for no day.
NUMBERED = r"号(?:线|楼|航站楼|机组|馆|院|码头|泊位|井|站台|门)"
A_DAY = rf"(?!{NUMBERED})号"

# Where a question for a figure says the first, a sentence that answers says the second. What has to be worked out from
# two figures is so refused, unless a report has done so.
_BY_MEASURE = "平方?米|平|亩|公?斤|吨|度|立方米?|方|升|桶|瓶|盒|支|剂|针|张|套|顿|份|趟|晚|小时"
SAID: tuple[tuple[re.Pattern[str], re.Pattern[str]], ...] = (
    (  # not done
        re.compile(r"(?<![罚收淹压])没(?!收|[压落])|(?<![从并])未(?!来|成年)|不(?:予|合格|达标|符合|服|支持|同意)"),
        re.compile(r"[没未无不免拒缺非逾零]|尚|失败|撤销|除外|以外"),
    ),
    (  # before
        re.compile(r"(?:[之以]前|原[来先本]|改革前)(?:一共|总共)?有?(?:多少|几)|原[来有先](?:一共|总共|是|有)"),
        re.compile(r"[由从原前]"),
    ),
    (  # left
        re.compile(
            r"剩下|其余|余下|剩余|除去|扣[除掉]|刨[去除]|不[算含]|除[^，。,]{1,12}外[^，。,]{0,8}(?:多少|几|哪)|(?<!现在)(?<!目前)还(?:有|剩|差)多少"
        ),
        re.compile(r"除|扣|不含|不包括|非|实际|最后|清零|归零|其余|剩|余下|另|还有|仍有|尚"),
    ),
    (  # apart
        re.compile(
            r"相差|(?:差|(?<!提)高|(?<!降)低)多少|差距|差额|缺口"
            r"|比(?![上去前往同\d]|一年)[^，。,?？]{2,8}(?:多|少|高|低)[了出]?(?:多少|几)"
        ),
        re.compile(r"差|缺口|比|[高低多少]于|超出|领先"),
    ),
    (  # on average
        re.compile(r"平均|[人户年月日]均|摊|每一?[个家户所件台名位](?![月季工百千万亿])[^，。,]{0,6}(?:多少|几)"),
        re.compile(r"均|每"),
    ),
    (  # the price of one
        re.compile(
            rf"[一每](?:{_BY_MEASURE})[^，。,?？]{{0,6}}(?:多少|几)[钱元块]|[钱元块]一(?:{_BY_MEASURE})(?![\u4e00-\u9fff])|单价|均价"
        ),
        re.compile(rf"[每均/]|单价|一(?:{_BY_MEASURE})"),
    ),
    (re.compile(r"(?:多少|几)分(?![钟之])"), re.compile(r"\d\s?分(?![钟之])|满分")),
    (re.compile("天数(?!的?[占比])"), re.compile(rf"天数|[\d{BELOW_100}]\s?天|\d\s?日(?!均)")),
    (re.compile("几比几"), re.compile(r"\d\s?[:∶比]\s?\d|一比|比[^,，。]{0,6}\d")),
    (  # each of several
        re.compile(
            r"[分按][^，。,]{1,4}(?:看|来说|统计|排)|各(?:街道|[乡镇县市区科校]|部门|单位|年级|行业|[月季]度?)[^，。,]{0,8}(?:多少|几)"
        ),
        re.compile(r"分别|其中|各"),
    ),
    (  # a day, a month
        re.compile(rf"几月|几(?:{A_DAY}|日)|哪一?[天日]|\bwhat date\b|\bwhich day\b"),
        re.compile(rf"[\d*{BELOW_100}][月日号]|\d·\d"),
    ),
    (  # the most, the least
        re.compile(r"最[高低多少大小]的?(?:一?[个家项条年次])?(?:是|有|为|达)?(?:多少|几)"),
        re.compile(r"最|第一|首位|极|历史"),
    ),
)

# Who or what else: of one that is named alone the others are not told, and of “四项等7项” not the other three.
_BESIDES = re.compile(
    r"除了?[^，。,?？]{1,16}?(?:[之以]?外|[,，])[^?？]{0,12}(?:哪|还有|谁|什么)"
    r"|\b(?:besides|apart from|other than)\b"
)
_THE_REST = re.compile(
    rf"(?:剩下|其余|余下|剩余|其他|另外|没点名)的?[{BELOW_100}两几\d]*[个家项条位座名类种]?[^?？]{{0,6}}"
    r"(?:是?哪|叫什么|有谁)"
)
_SEVERAL_TOLD = re.compile(r"、|[\u4e00-\u9fff](?:和|与|以及)[\u4e00-\u9fff]|\band\b|\*\*")
_REST_TOLD = re.compile(r"其余|余下|剩|另外?|其他|还有")


def asked_others(question: str) -> Others | None:
    """Whether the folded ``question`` asks for the rest, or for any besides those that it names."""
    if _THE_REST.search(question):
        return "rest"
    return "besides" if _BESIDES.search(question) else None


def tells_the_others(others: Others | None, sentence: str) -> bool:
    """Whether the folded ``sentence`` tells of those ``others`` that are asked for, if any are."""
    match others:
        case "rest":
            return bool(_REST_TOLD.search(sentence))
        case "besides":
            return bool(_SEVERAL_TOLD.search(sentence))
        case _:
            return True


_QUOTED = re.compile(r"[\"“”《「『](?P<quoted>[^\"“”《》「」『』]{2,30})[\"“”》」』]")
_SHORT_FORM = re.compile(
    r"(?<![A-Za-z0-9.])(?=[A-Za-z0-9.+-]*[A-Z])[A-Za-z][A-Za-z0-9.+-]*[A-Z0-9](?![A-Za-z])"
)  # AED, PM2.5
# A name made of numbers, which each word of it counts: 1+6+31+N.
_CODED = re.compile(r"(?<![A-Za-z0-9+.])\d{1,3}(?:\+(?:\d{1,3}|[A-Za-z]))+(?![A-Za-z0-9+])")
# What is called by what it is, and by a name before that: 松岭街道, 新桥港. Two characters of the name.
_PLACE = re.compile(
    r"(?P<place>[^\W\d_a-z的给去到在把了和与向从为用先再第些所有们请让由被]{2})(?:街道|社区(?![食医卫服养工矫居治团])|镇|港)(?![口澳资商珠址区村])(?<![各全哪个这那乡城村小集强名示心]镇)(?<!香港)(?<![坐驻进]镇)"
)
_NO_NAME = re.compile(r"[各全哪个这那几每]|乡$|城$|示范|特色")
_GIVEN = re.compile(r"(?<=[a-z's] )[(（](?P<name>[\u4e00-\u9fff]{2,})[)）]")
# Of a name the asked part is left open: “××之都”.
_LEFT_OPEN = re.compile(r"[×*○●□△_…]|[x某]{2,}|^x+$|\.{2,}|哪|什么|何")
_A_TIME = re.compile(r"^[六七八九]五$|十[一二三四五六]?五|[一二]十[大届]")  # “十三五”


def names_in_quotes(question: str, text: str) -> tuple[str, ...]:
    """What a Chinese question, folded and as a ``text`` with capitals, puts in quotes, but for times, or calls by a
    short form in Latin letters or of numbers, and how the streets, towns and harbours in it are called."""
    letters = [char for char in question if char.isalpha()]
    if sum("\u4e00" <= char <= "\u9fff" for char in letters) < len(letters) / 3:
        return ()
    found = [match["quoted"] for match in _QUOTED.finditer(question)]
    found += [match[0] for match in _CODED.finditer(question) if not any(match[0] in name for name in found)]
    found += [form for match in _SHORT_FORM.finditer(text) if (form := match[0].lower()) in question]  # if not mistyped
    places = [match["place"] for match in _PLACE.finditer(question)]
    return (
        *(name for name in found if not (_A_TIME.search(name) or _LEFT_OPEN.search(name))),
        *(name for name in places if not _NO_NAME.search(name)),
    )


def has_name(name: str, text: str) -> bool:
    """Whether the folded ``text`` has the ``name``; one that is made of numbers whole: 1+6+n is not 1+6+n+1."""
    if "+" not in name:
        return name in text
    return re.search(rf"(?<![a-z0-9+]){re.escape(name)}(?![a-z0-9+])", text) is not None


def names_given(question: str) -> tuple[str, ...]:
    """What a question in another language gives in characters: the Heting (鹤汀) reservoir."""
    return tuple(match["name"] for match in _GIVEN.finditer(question))
