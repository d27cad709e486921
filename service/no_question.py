"""What is no question: greetings, thanks, “who are you”, keys struck at random; and the line that such a text gets.

It is told by its whole: a text that is made of such words and of nothing else. So “你好，2022年产粮多少？” and
“谢谢参与的企业有多少家？” are questions. Rules read the folded text.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import pairwise

from indexer.chinese.dates import CENTURIES
from indexer.chinese.folding import fold
from indexer.types import Report
from service.scope import names_of
from service.types import Language

MAX_CHARS = 60  # what is longer says something
MAX_EXAMPLES = 2
MAX_TITLE_CHARS = 30
MAX_READ_CHARS = 20_000  # of a report, for something to ask of it
MIN_KEYS = 3  # side by side, of a word that is struck and not written
MIN_CLUSTER = 5  # consonants that no word begins with

_YOU = r"(?:[你妳]们?|您|judian|据典)"
_SOFT = r"(?:啊|呀|哇|哈|吗|么|呢|吧|啦|了|哦|噢|喔|哟|嘛|的|滴|咯|哒)*"
_WHAT = r"(?:什么|啥|哪些|哪方面的?|哪几样)"
_THIS = r"(?:本系统|这个?(?:系统|软件|工具|网站|助手)?)"
_MAY = r"(?:能够?|会|可以|可|能不能)"
_ASKED = r"(?:样的)?(?:问题|事情?|服务|功能|内容|忙|活)?"
_A = r"(?:个|一个|一款|一种|什么|啥|哪个|哪位|哪家)*"
_BEING = (
    r"(?:机器人|人工智能|智能助手|助手|助理|人|东西|ai|模型|大模型|系统|软件|工具|产品|程序|网站|平台|公司|chatgpt|gpt)"
)
# Each gives nothing back once it is read, so the longer of two with one beginning stands first.
_CHINESE = (
    rf"(?:{_YOU}|大家|各位|老师|早上|上午|中午|下午|晚上|朋友们?|同志们?)好",
    r"早上好|早安|午安|晚安|早(?!稻|熟|期)|嗨|哈[喽啰罗咯]|哈搂|嘿|喂|幸会|久仰|初次见面|很?高兴认识[你您]",
    rf"{_YOU}?(?:还|现在)?在(?:线|不在|吗|么|嘛|不)|有人在?吗|有没有人在?",
    (
        r"(?:好|多|太|非常|十分|很|万分|特别|真是?)?(?:多谢|感谢|谢谢|谢过|谢啦|谢了|3q|thx|thanks)"
        r"(?:你们?|您|大家|各位|帮助|帮忙|解答)*"
    ),
    r"(?:您|你)?辛苦|麻烦[你您]|打扰|不客气|没关系|没事|对不起|抱歉|不好意思",
    r"再见|拜拜|拜|回头见|下次见|回见|88(?!\d)|886(?!\d)",
    r"好的|好滴|好吧|好嘞|可以|行|嗯+|哦+|收到|知道|明白|懂|了解|没问题|不错|很好|真棒|厉害|牛",
    rf"{_YOU}到?底?(?:是|叫)(?:谁|哪位|{_A}{_BEING}|{_WHAT}(?:名字|来头|来的|身份)?)|{_YOU}叫{_A}(?:名字)?",
    rf"{_YOU}的?(?:名字|身份)(?:是|叫)?{_WHAT}?",
    rf"(?:请|麻烦)?(?:你|您)?(?:做个|做一下|来个)?(?:自我介绍|介绍(?:一下|下)?(?:{_YOU}|你?自己))(?:一?下)?(?:自己)?",
    (
        rf"(?:{_YOU}|{_THIS})?(?:都|到底|究竟)?{_MAY}(?:够|帮|帮助|替|为|我|我们|大家)*"
        rf"(?:干|做|回答|解答|告诉我|查询?){_WHAT}{_ASKED}"
    ),
    rf"(?:{_YOU}|{_THIS})(?:都|到底|究竟)?{_MAY}(?:够|帮|帮助|替|为|给|说|提供|用来|我|我们|大家)*{_WHAT}{_ASKED}",
    (
        rf"(?:我|我们|这里|这儿)?(?:都)?(?:能够?|可以|可|该|应该|想)?(?:向|跟|和)?{_YOU}?"
        rf"(?:问|咨询|查|提问)(?:{_YOU})?{_WHAT}(?:样的)?(?:问题|内容|东西)?"
    ),
    rf"{_YOU}?(?:都)?(?:有|具备){_WHAT}(?:样的)?(?:功能|用处|用途|本领|本事|能力)",
    rf"(?:{_YOU}|{_THIS})(?:是)?(?:干|做|用来(?:干|做))(?:{_WHAT})(?:用|的)*",
    rf"{_THIS}是{_WHAT}(?:东西|系统|软件|工具|网站)?",
    rf"(?:我)?(?:该|应该|要)?(?:怎么|怎样|如何)(?:使?用|提问|问|开始|操作)(?:{_YOU}|这个(?:系统|软件|工具)?|它)?",
    r"使用(?:说明|方法|帮助)|帮助(?![\u4e00-\u9fff])|帮帮我|帮我一下|帮个忙|救命|(?:能|可以)(?:帮帮?我|帮个忙)",
    r"测试(?:一下|中|下)?|试试|试一下|请问(?:一下|下)?|问一下|问个问题|我?有个?问题(?:想?要?问[你您]?)?|那么?",
    r"小?助手|机器人|judian|据典",
    r"[啊哈呵嘿呃额哎唉嘻呀哇吧嗯哦噢喔咦哼嘎]+",
)
_ENGLISH = (
    r"h(?:i+|ello+|ey+|iya|owdy|allo|ullo)|yo|greetings|good (?:morning|afternoon|evening|day|night)|welcome",
    r"(?:many |so many |a lot of )?thanks(?: (?:a lot|so much|very much|a million|a bunch|again))?|thx|thanx|ty",
    r"thank (?:you|u)(?: (?:so much|very much|again|a lot))?|(?:much )?appreciated|cheers|great|nice|cool|perfect",
    r"awesome",
    r"good ?bye|bye(?: bye)?|see (?:you|ya)(?: later| soon)?|farewell|sorry|excuse me|please|you(?:'re| are) welcome",
    r"ok(?:ay)?|yes|no|yeah|yep|nope|sure|got it|i see|well|there|everyone|all|judian|and|so|dear|friend",
    r"(?:and )?(?:who|what) (?:exactly )?(?:are|r) (?:you|u)(?: exactly)?|who(?:'re| is) this",
    r"who (?:made|built|created) (?:you|this)",
    r"(?:what's|what is|whats) (?:your name|this|this thing|judian|your purpose|your job)",
    r"(?:do you have|tell me) (?:a|your) name",
    (
        r"what (?:can|do|could|will) (?:you|u|judian|this|this thing|it) (?:do|answer|know|offer|help"
        r"(?: me)? with)(?: (?:for me|about|here))?"
    ),
    r"what (?:can|could|should|may|do) i (?:ask|do|find|search)(?: (?:you|about|here|for|this|judian))*",
    r"what are you (?:for|able to do)",
    r"what (?:kinds?|sorts?|types?) of (?:questions?|things?) (?:can|do|may) (?:you answer|i ask(?: you)?|you know)",
    r"what (?:questions?|things?) (?:can|do|may) (?:you answer|i ask(?: you)?)",
    r"what are your (?:capabilities|features|functions)",
    (
        r"how (?:can|could|do|may|will) (?:you help|i use|you work|this work|i start|it work)"
        r"(?: (?:me|this|you|it|judian))*"
    ),
    r"how does (?:this|it|judian) work",
    r"(?:can|could|would|will) you(?: please)? help(?: me)?(?: out)?|(?:please )?help(?: me)?(?: out)?|i need help",
    r"i have a question",
    r"(?:please )?(?:introduce yourself|tell me (?:about|something about) (?:yourself|you))",
    r"are you (?:there|a bot|a robot|an ai|human|real|chatgpt)",
    r"how are you(?: doing)?(?: today)?|how do you do|how's it going|what's up|sup|wassup",
    r"(?:nice|pleased|glad) to meet you",
    r"(?:just )?(?:a )?test(?:ing)?|is (?:anyone|anybody|someone) there|anyone there|lol|haha(?:ha)*|hmm+|uh+|um+",
)
_PHRASE = re.compile(
    rf"(?:(?>(?:{'|'.join(_CHINESE)}){_SOFT}|(?:{'|'.join(_ENGLISH)})(?![a-z'])) ?)++"
)  # tried at each place, in order
_GAP = re.compile(r"[^\w']+|_")
_RUN = re.compile(r"(.{1,4}?)\1{2,}")  # 啊啊啊, abcabcabc
_WORDS = re.compile(r"[a-z]+|\d+")
_STRUCK = re.compile(r"[a-z\d ]+")
_CLUSTER = re.compile(rf"[bcdfghjklmnpqrstvwxz]{{{MIN_CLUSTER},}}")
# Numbers that name something by themselves: a year, a number to call (12345, 110).
_NAMES = re.compile(rf"{CENTURIES}|1[12]\d|1[0-2]\d{{3}}")
_ROWS = ("qwertyuiop", "asdfghjkl", "zxcvbnm", "1234567890", "abcdefghijklmnopqrstuvwxyz", "01")
_NEXT = frozenset(pair for row in _ROWS for pair in pairwise(row))
_BACK = frozenset((right, left) for left, right in _NEXT)

# A clause that opens with what it counts, of a kind that has a name: 粮食总产量60.8万吨.
_TOLD = re.compile(
    r"(?<![^，,；;。、\s])([\u4e00-\u9fff]{1,10}(?:产量|产值|总值|收入|面积|人数|数量|总额|投资额?|里程|率))"
    r"(?:达到|达|为|完成|实现|增长|提高到|[约近超])?\d"
)
_NOT_TOLD = re.compile(r"^(?:其中|同比|分别|全[国省市县区镇乡]?(?=人均)|累计|完成|实现|新增)")
WORDS = {
    "zh": {
        "line": "这不是可以检索的问题。据典只依据已收录的{n}份报告作答，并逐字引用原文{examples}",
        "examples": "；例如可以问：{}",
        "mark": "“{}”",
        "or": "或",
        "end": "。",
        "figure": "{title}中，{told}是多少？",
        "heading": "{title}关于“{told}”讲了什么？",
    },
    "en": {
        "line": "This is no question to look up. Judian answers only from the reports that are indexed here ({n}), "
        "word for word{examples}",
        "examples": "; ask for example: {}",
        "mark": "“{}”",
        "or": " or ",
        "end": ".",
        "figure": "How much is {told} in the {place}?",
        "heading": "What does the {place} say about {told}?",
    },
}


def asks_nothing(text: str) -> bool:
    """Whether ``text`` is made of greetings, thanks, questions about the asked, or struck keys, and of nothing else."""
    said = _GAP.sub(" ", fold(text)).strip()
    if not said or len(said) > MAX_CHARS:
        return False
    return bool(_PHRASE.fullmatch(said) or _RUN.fullmatch(said.replace(" ", "")) or _is_struck(said))


def _is_struck(said: str) -> bool:
    """Whether it is keys beside each other, or digits that name nothing: asdfgh, 123456, qwe asd."""
    return bool(_STRUCK.fullmatch(said)) and not _NAMES.fullmatch(said) and all(map(_is_noise, _WORDS.findall(said)))


def _is_noise(word: str) -> bool:
    if word.isdigit():
        return True
    steps = [*pairwise(word)]
    if len(word) >= MIN_KEYS and (all(step in _NEXT for step in steps) or all(step in _BACK for step in steps)):
        return True
    if len(word) > MIN_KEYS + 1 and all(step in _NEXT or step in _BACK or step[0] == step[1] for step in steps):
        return True
    return bool(_CLUSTER.search(word)) or bool(_RUN.fullmatch(word))


def what_can_be_asked(reports: Iterable[Report], language: Language) -> str:
    """One line in ``language``: what is answered from, with questions to which ``reports`` hold the answer."""
    reports, words = tuple(reports), WORDS[language]
    examples = [words["mark"].format(example) for example in _examples(reports, language)]
    told = words["examples"].format(words["or"].join(examples)) if examples else ""
    return words["line"].format(n=len(reports), examples=told or words["end"])


def _examples(reports: tuple[Report, ...], language: Language) -> list[str]:
    """One question a report, each of something else; of figures rather than of headings."""
    found: dict[str, str] = {}
    for told in (_figure, _heading):
        for report in reports:
            if len(found) == MAX_EXAMPLES:
                return list(found.values())
            name = _called(report, language)
            subject = next((one for one in told(report) if one not in found), None) if name else None
            if subject and all(name not in question for question in found.values()):
                kind = "figure" if told is _figure else "heading"
                found[subject] = WORDS[language][kind].format(title=name, place=name, told=subject)
    return list(found.values())


def _called(report: Report, language: Language) -> str:
    """How a question names the report, on one line; nothing when its title is too long for that."""
    region, year = report.metadata.region, report.metadata.year
    if language == "en" and region and year:
        latin = next((name for name in names_of(region.value) if name.isascii()), "")
        return f"{year.value} report of {latin.title()}" if latin else ""
    title = " ".join(report.title.split())
    if len(title) > MAX_TITLE_CHARS or not title.isprintable():
        return ""
    return title if language == "zh" else f"report “{title}”"


def _figure(report: Report) -> Iterator[str]:
    for match in _TOLD.finditer(report.text[:MAX_READ_CHARS]):
        if not _NOT_TOLD.match(match[1]):
            yield match[1]


def _heading(report: Report) -> Iterator[str]:
    for section in report.sections:
        heading = section.heading.strip()
        if 4 <= len(heading) <= 20 and re.fullmatch(r"[\u4e00-\u9fff]+", heading):
            yield heading
