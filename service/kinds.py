"""What kind of answer a question wants, by rules kept as data: each kind a pattern, tried in order.

``service.kind_model`` reads the question's vector beside them, where it was fitted with the encoder.

Two readings of the same words. The *kind* is what is asked for, and says who answers: a comparison, the points of a
section, the items of a list, a count of them. The *form* is what the sentence must hold that answers it, where one
does: a figure, a cause, a meaning, or anything that fits.
"""

from __future__ import annotations

import re
from typing import Literal

from indexer.chinese.numerals import BELOW_100, COUNTED_FROM_2
from service.types import Kind

Form = Literal["number", "reason", "definition", "fact"]

# 几 asks how many, unless it says “several”: of those pointed at (哪几个, 近几年, 存在的几个问题) or above ten (十几);
# of a multiple or a share it asks also behind 的 (的几倍, 的几分之几).
_HOW_MANY = r"(?<![哪这那近前后好没十百千数的])几(?!乎)|的几(?:倍|成|分之几)"
WHEN = r"\bwhen\b(?!.*\b(?:which|what|who|how|where|why)\b)"  # “When land is sold, which office…” asks no date
_N = rf"(?:[{BELOW_100}两几]{{1,3}}|\d{{1,2}})"
_WHICH = rf"(?:哪些|哪几|什么|啥|哪(?=[{BELOW_100}两\d]))"

# The parts of a text are asked for: what it is divided into, what a part of it says, what its problems or proposals
# are. What is counted and has a name of its own (哪三条路线, 哪几类纠纷) are things, and no parts.
_PARTS = (
    r"(?:个?大?(?:方面|部分)|个?大?[节章段块步环层]|大?[条点类项种](?:意见|建议|内容|工作|任务|措施|问题)?)"
    r"(?=\W|$|[来去讲写说干做]|内容|分别|都|各|组成|构成|展开|入手|着手|发力|推进|要求|的?(?:工作|任务|情况)|总结)"
)
POINTS = (
    r"问题|困难与不足|不足|短板|薄弱环节|毛病|困难|挑战|差距|建议|对策|意见|做法|经验|措施|举措|成效|成绩|任务|打算|安排"
    r"|思路"
)
_SAID = rf"(?:主要|突出|具体|重点|大|薄弱)?(?:{POINTS})(?:[和与及、]?(?:{POINTS}))*"
_PARTS_ASKED = (
    r"提纲|大纲|目录|框架|小标题|标题(?:[是有]|分别|都|各|依次)|(?:怎么|如何|怎样)(?:展开|布局)|章节安排|[整总]体结构|结构是|要点"
    rf"|[那这]一?(?:节|章|段|部分|块)[^?？]{{0,20}}(?:{_WHICH}|几[个点条块])"
    rf"|分(?:{_WHICH}|{_N}|多少)+{_PARTS}"
    rf"|分(?:成|为|了|作|做)(?:{_WHICH}{_N}?|几)[^?？,，。]{{1,8}}(?=[?？,，。]|$)"
    rf"|(?:[由从]|{_WHICH}){_N}?{_PARTS}|[有是由从提讲说写分]了?几(?=个?大?(?:方面|部分)|个?大?[节章段块]|点){_PARTS}"
    rf"|{_N}(?:个?大?(?:方面|部分)|大?[节段块点条项件])[^?？，。,]{{0,8}}(?:分别|各|都)?[是叫讲写说](?:{_WHICH})"
    rf"|(?:{_WHICH}){_N}?个?(?:的)?{_SAID}(?=\W|$)|(?:{_WHICH}){_N}?个?大?(?:方面|类|种|点|处|条)的?{_SAID}(?=\W|$)"
    rf"|{_SAID}(?:(?:主要|分别|具体|都|各)*[是有]|包括)(?:{_WHICH})"
    rf"|(?:里|中|的|请概括.{{0,16}})(?:主要|重点|各项|突出)(?:{POINTS})[。.?？]?$"
    rf"|[哪是有]{_N}件(?:民生)?(?:实事|大?事)|{_N}件(?:民生)?(?:实事|大事)[^?？]{{0,6}}(?:{_WHICH})"
    r"|\boutline\b|\btable of contents\b|\bheadings?\b"
    r"|\b(?:what|which|list|name|give)\b.{0,40}\b(?:sections?|parts|problems|shortcomings|weaknesses|challenges"
    r"|recommendations|tasks|measures)\b"
)

# Whom the report itself is by, when and where it was given, and what there is of reports.
_PAPER = r"(?:报告|汇报|材料|通报|通知|意见|决定|办法|文件|文|稿|公报|函)"
_METADATA = (
    r"文号|发文字号|文件编号|落款|执笔|主送|报给谁|(?:呈报|报送|抬头)(?:对象|给|[是的])|报告人"
    rf"|谁(?:写|起草|签发|作|做|交|提)的|谁来?(?:起草|执笔|签发)|由(?:谁|哪|何人)[^?？。]{{0,12}}(?:起草|签发|印发|下发|发出|撰写|提交|发布|公布|执笔|牵头|组织|召集|主持|带队)"
    rf"|(?:签发|起草|印发|撰写|提交|发布|公布|召集|主持|牵头|带队|带头|组织)[^?？,，。]{{0,22}}(?:谁|哪一?[位个]|何人|哪里|哪家)"
    rf"|(?:{_PAPER}|调研|讲话)[^?？,，。]{{0,12}}(?:是|由)?(?:哪一?[个家][^?？,，。]{{0,8}}(?:搞|做|写|发|出|提交|作|牵头|组织)|谁(?:[写作做搞交签]|发[的出布]))"
    rf"|(?:谁|哪一?[个家][^?？,，。]{{0,8}})(?:印发|下发|发布|发出)[^?？,，。]{{0,12}}{_PAPER}[?？。]?$"
    rf"|(?:什么时候|何时|哪一?[天年]|几[月号日])[^?？,，。]{{0,12}}(?:作|做|发布|印发|提交|提出|公布|报送"
    rf"|向[^?？,，。]{{1,12}}[作做])的?[^?？,，。]{{0,8}}{_PAPER}"
    rf"|{_PAPER}[^?？,，。]{{0,10}}(?:什么时候|何时|哪一?天|几[月号日])[^?？,，。]{{0,12}}(?:[作做交讲]|发布|印发|提交|公布|通过)"
    rf"|{_PAPER}[^?？,，。]{{0,10}}[,，]?(?:在|是在)?[^?？,，。]{{0,6}}哪次[^?？,，。]{{0,4}}会|在哪次会"
    r"|(?:调研|执法检查|视察|座谈会)[^?？,，。]{0,12}(?:什么时间|什么时候|几月|何时|何人|哪位|谁|去了?哪些?地方|组长|带队|由哪)"
    r"|(?:调研|检查|考察)组[^?？,，。]{0,4}(?:组长|带队|成员)"
    rf"|(?:(?<![水书仓车金国粮冷血油])库[里中]|收录|这批|这堆|手头|这里|索引|系统|资料)[^?？,，。]{{0,10}}(?:哪几?[些个年份]|多少|几)[^?？,，。]{{0,16}}(?:{_PAPER}|年|地方|省|市|县)"
    rf"|(?:这批|这堆|手头|(?<![水书仓车金国粮冷血油])库里|收录)[^?？,，。]{{0,10}}{_PAPER}[^?？,，。]{{0,8}}(?:哪|多少|几)"
    rf"|(?:有|共|收)(?:多少|几)[份篇个](?:[^?？,，。]{{0,10}})(?:报告|材料|文件)"
    r"|\bdocument number\b|\b(?:who|which (?:body|bodies|committee|leader|official|office|organ|department|deputy"
    r"|vice)\b.{0,20}) (?:wrote|drafted|signed|issued|released|published|delivered|chaired|convened|led|headed)\b"
    r"|\b(?:when|where|on what date) was\b.{0,60}\b(?:report|notice|opinion)s?\b.{0,30}\b(?:delivered|issued"
    r"|submitted|signed|adopted)"
    r"|\b(?:reports?|documents?|collection)\b.{0,20}\b(?:in (?:this|the) (?:collection|index)|cover)\b"
    r"|\bcollection cover"
)
_TOLD = r"提|归|分|列|收|写|讲|部署|划|挑|点名|总结|归纳|概括|列举|举|附|指出|安排|强调"
_PLACES = r"[省市县区州盟旗](?![民政长委内级])|地市|乡镇|街道|地方"
_THINGS_TOLD = r"(?:个?大?(?:方面|部分)|大?[条点类项种章节块])"
_COUNT = (
    rf"(?:{_TOLD})(?:出|成|为|作|到)?[了的]?(?:总共|一共|共|有)?(?:几|多少)(?:{_THINGS_TOLD}|个[^?？,，。]{{0,6}}问题|种)"
    rf"|(?:点名|列|收|附|通报)[^?？,，。]{{0,12}}(?:几|多少)[个家条项件名份处]"
    rf"|(?<![哪近前这那])几个(?:{_PLACES})|(?:条|项目|件|章|节)数(?:量)?(?:[是有]多少)?[。.?？]?$"
    rf"|(?:总共|一共|共计|共)[^?？,，。]{{0,4}}(?:几|多少){_THINGS_TOLD}|(?:原因|意见|建议|问题|措施|任务|做法)[^?？]{{0,10}}(?:几"
    rf"|多少)(?:{_THINGS_TOLD}|个)"
    rf"|(?:有|是)几(?:个?大?方面|个?大?部分|大?[章节块])|(?:有|分|是)(?:几|多少)[章条款](?!路|线|河|街)"
    r"|\b(?:how many|number of)\b.{0,40}\b(?:recommendations?|chapters?|parts|sections?|measures|problems|tasks"
    r"|reasons|(?<!percentage )points"
    r"|proposals|shortcomings|priorities|articles|cases cited)\b"
)
_COMPARE = (
    r"相比|比起来|比起|对比|比较(?=[^多少大小高低好差]|$)|异同|(?:何|什么|哪些|啥)(?:不同|差[别异]|区别|变化)|变化如何|有无(?:不同|变化)|差距(?:有多大|多大|是多少)"
    r"|哪[个家头边方年座一][^?？,，。]{0,12}(?:更|最?[高低多少快慢大小早晚强好](?:[一点些]*[?？。]|$)|得[高低多少快慢好差])"
    r"|谁[^?？,，。]{0,10}(?:更|得[快慢好]|[快慢高低多少大小早晚][?？。]|走在前|[快慢高低多少大小早晚]$)|还是少|还是多|放在一起|一样吗|侧重点|各(?:自)?(?:怎么|如何)(?:说|写|看)"
    r"|[和与跟同][^?？,，。]{1,20}(?:哪[个家头]|谁)[^?？]{0,12}[高低多少快慢大小早晚好差强]|分别(?:怎么|如何|怎样)(?:说|写|看|表述|评价)"
    r"|[坝区县市乡校]?比[^?？,，。]{1,14}来呢"
    r"|\bcompar|\bdiffer|\bversus\b|\bvs\b|\bor\b.{0,40}\b(?:more|less|higher|lower|faster|fewer|larger|earlier"
    r"|better)\b"
    r"|\b(?:more|less|higher|lower|faster|fewer|larger|earlier|better)\b.{0,60}\b(?:than|or)\b"
)
_REASON = (
    r"(?<![名称成叫作定])为什么|为何|为啥|为甚|何以|原因|(?<![无管治处审受代])理由|根源|缘[由故]|症结|病根|怎么(?:会|来的|造成|形成|引起|回事|闹|弄成|就|老|总是|还是|这么|那么|还没|不)|咋回事|咋(?:就"
    r"|不|没)"
    r"|怪什么|归咎|归因|[凭靠]什么|凭啥|什么因素|什么(?:引起|导致|造成)|出于(?:何|什么|哪些)"
    r"|\bwhy\b|\bwhat (?:caused|drove|led to|explains)\b|\breasons?\b|\bblame"
)
_DEFINITION = (
    r"什么是|何谓|什么叫|是什么意思|(?:啥|什么)意思|指(?:的是)?(?:什么|啥|哪)|(?:含义|定义|概念|释义)(?:[是为]?(?:什么|啥)|[。.?？]?$)|名词解释[:：]|(?:如何|怎么"
    r"|怎样)(?:界定|定义|理解)"
    r"|作何(?:理解|解释)|(?:请|怎么|如何)解释|代表什么|是(?:个啥|(?:个|什么|啥)(?:概念|东西))[。?？]?$|究竟是怎样一"
    r"|\bwhat (?:is|are) meant\b|\bwhat do(?:es)?\b.{1,60}\b(?:mean|stand for|refer to)\b|\bdefine\b"
    r"|\bmeaning of\b|\bdefinition of\b|^what (?:is|are) an? [a-z][a-z' -]{2,40}[?.\s]*$"
)
_LIST = (
    r"哪些|哪几|(?:列出|列举|罗列|逐一|一一)|名单|都有[谁啥]|有谁|(?:都有|包括|包含|拿了些?|涉及)(?:什么|啥)|[几些][^?？,，。]{1,20}叫(?:什么|啥)"
    rf"|哪(?:[二{COUNTED_FROM_2}]|\d+)|{_N}[个条项座家大类所种][^?？,，。]{{0,16}}(?:分别|各|都)?[是叫](?:什么|啥|哪)"
    r"|^(?:list|name|enumerate)\b|\bplease list\b|\bwhich (?!of\b|one\b)\w+(?:ies|[^s\W]s)\b|\bwhat are the names\b"
)
_NUMBER = (
    rf"多少|{_HOW_MANY}|多大|多高|多长|多久|多远|(?:占比|比例|比重|[总金数]额)(?!.*(?:谁|什么|啥|哪|怎|为何))|哪一?年|哪[一个]?[天月日]|什么时候|何时"
    r"|\bhow (?:many|much|long|large|often|far)\b"
    r"|\bwhat (?:percentage|share|proportion|amount|number|year|date)\b"
    rf"|{WHEN}|\bwhich year\b|\bwhat\b.{{0,24}}\b(?:rate|total)\b"
)
_HOW_MANY_AND_WHICH = re.compile(
    r"(?:几|多少)[个家名位所项条类种件处][^?？]{0,12}[,，、?？\s](?:它们|他们)?(?:各自?|分别|都|具体)*[是有叫](?:哪[些几]|什么|啥|谁)"
)
# A value, without a word that asks for it: it is marked where it stands, and what is about it may answer.
_VALUE = r"什么水平|什么程度|好多|(?:总(?:面积|长度|里程|人数|数量?|量|额)|[^效频概]率|占比|比重|产值)[。.?？]?$"


def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE)


PARTS_ASKED = _compiled(_PARTS_ASKED)
# Of what is counted, what the tree of a text says: its parts, and what they are about.
# 新开工几项重点工程 counts what was done, and no parts of a text.
_DONE_TO = "开工|新建|修建|改建|扩建|建成|完成|引进|落地|办理|受理|查处|审结|举办|获得?|取消|下放|承接|新增"
PARTS_COUNTED = _compiled(
    rf"^(?!.*(?:{_DONE_TO})了?(?:几|多少)[条点类项种]).*?"
    rf"(?:(?:几|多少)(?:{_THINGS_TOLD}|个[^?？,，。]{{0,6}}(?:{POINTS}))|[条项章节件]数(?:量)?[是有。.?？]?|(?:{POINTS})"
    r"|\bhow many\b|\bnumber of\b)"
)
# Tried in order; the first that is found in the folded question decides.
KINDS: tuple[tuple[Kind, re.Pattern[str]], ...] = (
    ("compare", _compiled(_COMPARE)),
    ("metadata", _compiled(_METADATA)),
    ("count", _compiled(_COUNT)),
    ("outline", PARTS_ASKED),
    ("reason", _compiled(_REASON)),
    ("definition", _compiled(_DEFINITION)),
    ("list", _compiled(_LIST)),
    ("number", _compiled(f"{_NUMBER}|{_VALUE}")),
    ("fact", re.compile("")),
)
FORMS: tuple[tuple[Form, re.Pattern[str]], ...] = (
    ("reason", _compiled(_REASON)),
    ("number", _compiled(_NUMBER)),
    ("definition", _compiled(_DEFINITION)),
    ("fact", re.compile("")),
)


def kind_of(question: str) -> Kind:
    """What the folded ``question`` asks for."""
    return first_of(fitting(question))


def fitting(question: str) -> tuple[bool, ...]:
    """Which of KINDS have a pattern that is found in the folded ``question``, in their order."""
    return tuple(bool(pattern.search(question)) for _, pattern in KINDS)


def first_of(fits: tuple[bool, ...]) -> Kind:
    """The kind that decides, of which of KINDS are ``fitting``."""
    return KINDS[fits.index(True)][0]


def form_of(question: str) -> Form:
    """What a sentence must hold that answers the folded ``question``. Who asks how many, and which, is told which."""
    if _HOW_MANY_AND_WHICH.search(question):
        return "fact"
    return next(form for form, pattern in FORMS if pattern.search(question))
