"""What is said in so many words or not at all: what was not done, what was before, what is left, a sum, a mean."""

from __future__ import annotations

import re

# Where a question for a figure says the first, a sentence that answers says the second. What has to be worked out from
# two figures is so refused, unless a report has done so.
SAID: tuple[tuple[re.Pattern[str], re.Pattern[str]], ...] = (
    (  # not done
        re.compile(r"(?<![罚收淹压])没(?!收|[压落])|(?<![从并])未(?!来|成年)|不(?:予|合格|达标|符合|服|支持|同意)"),
        re.compile(r"[没未无不免拒缺非逾]|尚|失败|撤销|除外|以外"),
    ),
    (  # before
        re.compile(r"(?:[之以]前|原[来先本]|改革前)(?:一共|总共)?有?(?:多少|几)|原[来有先](?:一共|总共|是|有)"),
        re.compile(r"[由从原前]"),
    ),
    (  # left
        re.compile(r"剩下|其余|余下|剩余|除[^，。,]{1,12}外[^，。,]{0,8}(?:多少|几|哪)|还(?:有|剩|差)多少"),
        re.compile(r"除|其余|剩|余下|另|还有|仍有|尚"),
    ),
    (  # apart
        re.compile(r"相差|[差高低]多少|差距|差额|缺口"),
        re.compile(r"差|缺口|比|[高低多少]于|超出|领先"),
    ),
    (  # together
        re.compile(
            r"加起来|合计|合起来|之和|加总|(?:[和与及、]|以及)[^，。,]{1,10}(?:一共|总共|共)(?:有|是)?(?:多少|几)"
        ),
        re.compile(r"[共总合]|累计|加起来"),
    ),
    (  # on average
        re.compile(r"平均|[人户年月日]均"),
        re.compile(r"均|每"),
    ),
    (  # the most, the least
        re.compile(r"最[高低多少大小]的?(?:一?[个家项条年次])?(?:是|有|为|达)?(?:多少|几)"),
        re.compile(r"最|第一|首位|极|历史"),
    ),
)

_QUOTED = re.compile(
    r"[\"“”《「『](?P<quoted>[^\"“”《》「」『』]{2,30})[\"“”》」』]"
    r"|(?<![a-z0-9.])(?P<latin>[a-z][a-z0-9.+-]{1,20})(?![a-z])"
)
_A_TIME = re.compile(r"十[一二三四五]五|[一二]十[大届]")  # “十三五”


def names_in_quotes(question: str) -> tuple[str, ...]:
    """What a Chinese question puts in quotes, or writes in Latin letters, but for times."""
    if sum("\u4e00" <= char <= "\u9fff" for char in question) < len(question) / 3:
        return ()
    found = (match["quoted"] or match["latin"] for match in _QUOTED.finditer(question))
    return tuple(name for name in found if not _A_TIME.search(name))
