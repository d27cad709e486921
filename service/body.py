"""Which sentences of a passage can answer: those of the report's body, said to its readers.

Not its title, a heading that runs into the text, a signature, a note below, the head of a table, a number of a page or
an entry of a table of contents; nothing that is hidden on the page it was taken from; and nothing said to whatever
machine reads it, which is known by who is addressed (a model, an assistant) and by what it is told: how to answer, or
to forget what it was told before.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator

from indexer.chinese.folding import fold
from indexer.sentences import sentences
from indexer.types import Chunk, Report, Span
from indexer.unseen import HIDING_STYLE, NO_SIZE_STYLE
from service.notes import notes
from service.rows import heads_at
from service.understand import Understood

_MACHINE = (
    r"(?:大|语言|ai)*模型|人工智能|智能体|(?:聊天|问答)?机器人|(?:ai|智能|语音|问答)?助[手理]|\bai\b|gpt|\bllms?\b"
    r"|chatbot|assistant|model"
)
_ORDERED = r"必须|务必|一律|只能|只许|不要|不得|不准|要|请|统一"
_ANSWER = r"回答|作答|答案|输出|回复|引用|复述|说成|答成"
_TOLD = r"内容|文字|指令|指示|提示|命令|设定|规则|要求|对话|信息|上下文"
TO_A_MACHINE = re.compile(
    # Forget what you were told: “不得忽略上述要求” is said to people.
    rf"(?<![不得能可勿])(?:忽略|无视|忘[记掉]|忽视|抛开)(?:[前上]?述|以上|之前|前面|上面|先前|此前|所有|全部|一切|原有)[^,。]{{0,8}}?(?:{_TOLD})"
    r"|\b(?:ignore|disregard|forget|override)\b[^.]{0,30}\b(?:instructions?|prompts?|rules|messages?|context|above|text)\b"
    # Who is addressed, in front, and told how to answer; or told who it is.
    rf"|^\W*(?:致|给|提醒|告诉|各位|所有|任何|正在[^,。]{{0,8}}的|阅读[^,。]{{0,8}}的)?(?:{_MACHINE})们?[,:]?\s*(?:你|{_ORDERED})"
    rf"[^。]{{0,40}}(?:{_ANSWER}|忽略)"
    rf"|(?:你|您)(?:现在)?(?:是|作为|扮演)[^,。]{{0,12}}(?:{_MACHINE})"
    rf"|\byou are (?:now )?(?:an? |the )?[\w ]{{0,20}}(?:{_MACHINE})\b"
    rf"|(?:给|写给|面向)(?:{_MACHINE})的(?:指令|提示|说明|要求|话)|(?:你|您)(?:{_ORDERED})[^,。]{{0,20}}(?:{_ANSWER})"
    r"|\b(?:ai|assistants?|chatbots?|llms?|language models?)\b[^.]{0,30}\b(?:must|should|always|please)\b[^.]{0,30}"
    r"\b(?:answer|reply|respond|say|output|cite)\b"
    # How to answer, with nobody named who does: “工作人员回答询问时必须…” has its subject.
    rf"|(?:^|[,;:。])\W*在?(?:回答|作答|输出|生成(?:答案|回答))(?:[本此该这]?(?:问题|提问)|用户[^,。]{{0,8}})?(?:时|的时候)[,]?你?(?:{_ORDERED})"
    rf"|(?:凡是?|如果|若|当)(?:有人|用户)?(?:被?问[到及起]|被问|提问)[^。]{{0,40}}(?:{_ORDERED}|就|都|应)[^,。]{{0,6}}(?:{_ANSWER}|说)"
    r"|\b(?:when|if) (?:you(?:'re| are)? )?(?:asked|answering)\b[^.]{0,60}\b(?:say|answer|reply|respond|must|always)\b"
    # The marks of a prompt.
    r"|^\W*(?:s?\d{1,4}\W+)?(?:系统(?:提示词?|指令|消息)|提示词|(?:system|assistant|user)(?: prompt| message)?)"
    r"\s*[:\]>]"
    r"|<\|\w+\|>|\[/?inst\]|</?(?:system|instructions?)>|<(?:start|end)_of_turn>"
    # With nobody addressed at all: no sentence of a report begins so.
    r"|^\W*(?:请|务必|必须|直接){1,2}(?:回答|作答|输出|回复)",
    re.IGNORECASE | re.MULTILINE,
)
_HIDING = (
    rf"[^<>]*(?:{HIDING_STYLE}|{NO_SIZE_STYLE}"
    r"|[;\"'\s]color\s*:\s*(?:white|#fff(?:fff)?)\b|\shidden\b)[^<>]*>"
)
_HIDDEN = re.compile(rf"<{_HIDING}|<!--|[\u200b-\u200d\u2060\ufeff]{{3}}", re.IGNORECASE)
_HIDDEN_TO_ITS_END = re.compile(
    r"<!--(?:(?!-->).)*-->|<start_of_turn>.*?<end_of_turn>|<\|im_start\|>.*?<\|im_end\|>|\[INST\].*?\[/INST\]"
    rf"|<(?P<tag>[a-z]\w*)\b{_HIDING}(?:(?!</(?P=tag)\b).)*</(?P=tag)\b",
    re.IGNORECASE | re.DOTALL,
)
_PAGE = re.compile(r"[-—–·\s]*(?:第\s*)?\d{1,4}\s*(?:页|/\s*\d{1,4})?(?:\s*[,共]\s*共?\s*\d{1,4}\s*页)?[-—–·\s]*")
_SIGNED = re.compile(
    r"(?:[^\W\d]{2,20}(?:人民政府|政府办公[厅室]|委员会|办公[厅室]|[局厅部院会])\s*)?(?:\d{4}年\d{1,2}月\d{1,2}日)?[(（]?(?:此件公开发布)?[)）]?"
)
_NOTE = re.compile(r"注释?\s*[:：\d一]|备注\s*[:：]|(?:资料|数据)来源\s*[:：]")
_NOTES = ("注", "注释", "附注", "备注")  # a line of its own, and notes are all that stands behind it
_MARKDOWN_HEADING = re.compile(r"#{1,6}\s")
_ENTRY_OF_CONTENTS = re.compile(r"(?:[.．·‥⋯]{3}|…{2})[\s.．…·‥⋯]*[-–—(（]?\s?\d{1,4}\s?[-–—)）]?$")
_RULE_OF_TABLE = re.compile(r"\|?\s*:?-{2,}:?\s*(?:\|\s*:?-{2,}:?\s*)*\|?")


def body(chunk: Chunk, report: Report, understood: Understood) -> list[Span]:
    """The sentences of ``chunk``, of the ``report``, that can answer what was asked; a heading where there is nothing
    else."""
    defines = understood.form == "definition"
    of_notes = frozenset[Span]() if defines else in_notes(chunk, report)
    within = [span for span, never in _sentences(chunk.text) if not never and span not in of_notes]
    texts = [span.of(chunk.text) for span in within]
    plain = [fold(text).strip(" #*|\t。!?;:.") for text in texts]
    headings = [fold(heading) for heading in (report.title, *chunk.heading_path)]
    n_body = next((at for at, text in enumerate(plain) if text in _NOTES and not defines), len(within))
    of_tables = {within[at] for at in heads_at([fold(text) for text in texts])}
    found = [
        span
        for span, text, words, behind in zip(within[:n_body], texts, plain, [*texts[1:], ""], strict=False)
        if span not in of_tables
        and not _MARKDOWN_HEADING.match(text)
        and not (_NOTE.match(text) and not defines)
        and not (_SIGNED.fullmatch(words) and not understood.papers.about_one)
        and not (_RULE_OF_TABLE.fullmatch(text) or ("|" in text and _RULE_OF_TABLE.fullmatch(behind)))
        and not any(words in heading for heading in headings)
    ]
    heads = [span for span, words in zip(within, plain, strict=True) if words and words != headings[0]]
    return [span.shifted(chunk.span.start) for span in found or heads]


def in_notes(chunk: Chunk, report: Report) -> frozenset[Span]:
    """The sentences of ``chunk`` that stand in notes to the text of the ``report``, as spans of its own text."""
    lines = [line.shifted(-chunk.span.start) for line in notes(report.text, chunk.span)]
    return frozenset(
        span
        for span in (sentences(chunk.text) if lines else ())
        if any(line.start <= span.start < line.end for line in lines)
    )


def readable(text: str, out: Collection[Span] = ()) -> str:
    """``text`` of a chunk with blanks in the place of sentences that answer nothing, and those left ``out``, so that
    spans in it hold."""
    parts = []
    cursor = 0
    found = list(_sentences(text))
    of_tables = {found[at][0] for at in heads_at([fold(span.of(text)) for span, _ in found])}
    for span, never in found:
        if never or span in out or span in of_tables:
            parts += [text[cursor : span.start], " " * (span.end - span.start)]
            cursor = span.end
    return "".join([*parts, text[cursor:]])


def _sentences(text: str) -> Iterator[tuple[Span, bool]]:
    """The sentences of ``text``, and whether each answers nothing, whatever is asked: also those that what is hidden
    runs on to, up to where it is closed."""
    hidden = [match.span() for match in _HIDDEN_TO_ITS_END.finditer(text)]
    for span in sentences(text):
        yield span, any(start < span.end and span.start < end for start, end in hidden) or _never(span.of(text))


def _never(sentence: str) -> bool:
    is_of_page = _PAGE.fullmatch(sentence) or _ENTRY_OF_CONTENTS.search(sentence)
    return bool(_HIDDEN.search(sentence) or is_of_page or TO_A_MACHINE.search(fold(sentence)))
