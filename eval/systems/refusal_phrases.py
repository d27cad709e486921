"""Whether the text of a language model refuses to answer.

A model asked as a black box has no status; what it says is all there is. The list is short on purpose: the prompt
(``prompts/answer_from_reports.md``) asks for one fixed sentence, and these are the ways in which models say it instead.
A text refuses when it begins with one of them, after apologies and the like, and nothing in it takes that back.
The patterns are for folded text (``indexer.chinese``: lower case, half width, simplified) without the white space
between Chinese characters.
"""

from __future__ import annotations

import re

from indexer.chinese.folding import fold

_GIVEN = (
    r"(?:以上|上述|所?提供的|您提供的|现有的?|给定的|已有的?|已?检索到?的|这些|这份|这两[篇份]|两[篇份]|相关|该|本)*"
)
_TEXT = rf"(?:{_GIVEN}(?:报告|资料|材料|文本|文件|文档|内容|信息|上下文)|《[^》]{{1,40}}》)(?:中|里|内)?"
_CANNOT = r"我?(?:无法|不能|没办法|难以)(?:直接)?"
_ENGLISH_TEXT = (
    r"(?:provided |given |available )?(?:reports?|documents?|context|text|sources?|materials?|information)"
    r"(?: provided| given| available| that were searched)?"
)

# What may stand before a refusal.
LEADS = (
    r"(?:非常|很|十分)?(?:抱歉|遗憾)|对不起|不好意思",
    rf"(?:根据|基于|从|在){_TEXT}(?:来看)?",
    r"i(?:'m| am) (?:very )?(?:sorry|afraid)(?: that)?|sorry|unfortunately|regrettably|i apologi[sz]e",
    rf"(?:based on|according to|from|in) (?:the |these |this )?{_ENGLISH_TEXT}",
    r"but|however|[,:]",
)
REFUSALS = (
    # 报告中没有相关内容。 is the sentence that the prompt asks for.
    rf"在?{_TEXT}(?:均|都|并|也)*(?:没有|未|没|无)(?:明确|直接|具体)?"
    r"(?:包含|包括|提到|提及|提供|涉及|给出|说明|记载|列出|披露|写明|找到|相关)(?!的)",
    rf"(?:根据|基于|从|在){_TEXT}(?:来看)?,?{_CANNOT}(?:回答|作答|确定|得知|判断|找到|给出|提供)",
    rf"{_CANNOT}(?:回答|作答)",
    rf"{_CANNOT}(?:确定|得知|判断|找到|给出|提供).{{0,12}}?(?:信息|数据|内容|答案|资料|数字|问题)",
    r"我?(?:没有|未|没)能?(?:找到|查到|检索到|搜索到)(?:任何)?(?:与.{1,30}?)?(?:相关|有关|答案|关于)",
    r"(?:没有|未)(?:明确|直接|具体)?(?:提到|提及|给出|包含)(?:相关|有关|该|这|此|具体)",
    r"我(?:并)?不(?:知道|清楚|了解|确定)|不(?:知道|清楚|确定)(?:答案|[。,!]|$)",
    r"(?:暂无|无|没有)(?:任何)?(?:相关|有关)的?(?:信息|内容|资料|记载|数据|报告|答案)",
    # The reports do not say. is the sentence that the prompt asks for.
    rf"(?:the |these |this )?{_ENGLISH_TEXT} (?:do|does|did)(?: not|n't) "
    r"(?:say|mention|contain|provide|include|state|specify|give|answer|address|disclose|indicate)\b",
    r"(?:there is|there's|there are) no (?:relevant |such |specific )?"
    r"(?:information|mention|answer|data) (?:about|on|of|in|regarding|available|provided|given)\b",
    r"(?:this|that|the|it|such)(?: \w+){0,3} (?:is|are|was|were)(?: not|n't) (?:mentioned|stated|specified"
    r"|(?:provided |given |available |disclosed |included |found )?in the (?:reports?|documents?|context|text))",
    r"no (?:relevant )?(?:information|answer|mention|data) "
    r"(?:is|was|are|were|about|on|of|in|regarding|available|found)\b",
    r"not (?:mentioned|stated|specified|found|given) in the (?:reports?|documents?|context|text)",
    r"i (?:do not|don't|cannot|can't|could not|couldn't|am unable to|was unable to|am not able to) "
    r"(?:know|answer|find|determine|tell|say|locate|provide)\b",
)
# Something is answered all the same.
TAKEN_BACK = r"[,。;.](?:但|不过|然而|只是)|\b(?:but|however|although|though|nevertheless)\b"

_REFUSAL = re.compile(rf"(?:(?:{'|'.join(LEADS)})\s*)*(?:{'|'.join(REFUSALS)})")
_TAKEN_BACK = re.compile(TAKEN_BACK)
_DECORATION = " \t\r\n\u3000*_#>\"'"
_GAP = re.compile(r"(?<![a-z])\s+|\s+(?![a-z])")


def refuses(text: str) -> bool:
    """Whether ``text`` is a refusal: it holds nothing, or begins as one and does not answer in part."""
    plain = _GAP.sub("", fold(text).strip(_DECORATION))
    refusal = _REFUSAL.match(plain)
    return not plain or (refusal is not None and _TAKEN_BACK.search(plain, refusal.end()) is None)
