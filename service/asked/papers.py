"""What a question asks of the reports as papers: what one says of itself, by whom and when, or which there are."""

from __future__ import annotations

import re
from dataclasses import dataclass

# Whose paper it is; of anything else (“补贴是哪个部门发的”) a sentence tells who gives it.
_PAPER = "(?:报告|汇报|材料|通报|通知|意见|决定|办法|规定|规范|细则|方案|规划|文件|文|稿|公报|公告|函)"
_WHOSE = "谁|哪一?[个家]?(?:机关|单位|机构|部门|地方)?|什么(?:机关|单位|机构|部门)"
_ISSUED = "印发|发文|制发|发布|公布|下发|发出|发下来|发的"
# How a question asks for what is read when a report is indexed; the names are those of ReportMetadata.
_FIELDS = (
    ("document_number", re.compile(r"文号|发文字号|文件编号|几号文|\bdocument number\b", re.IGNORECASE)),
    (
        "date",
        re.compile(
            r"落款|成文(?:日期|时间)|(?:印发|签发|发文|签署)(?:的?(?:日期|时间)|于?(?:什么时候|何时|哪一?天|几月几[日号]))"
            r"|(?:什么时候|何时|哪一?天|几月几[日号])(?:印发|签发|发文|成文|签署)"
            r"|\bwhen was\b.{0,60}\b(?:issued|signed)\b",
            re.IGNORECASE,
        ),
    ),
    (
        "issuing_body",
        re.compile(
            r"(?:发文|印发|制发|发布)(?:机关|单位|机构|部门)|(?:哪一?[个家]|什么)(?:机关|单位|机构|部门)(?:印发|发文|制发|发布)"
            rf"|^(?=.*{_PAPER}).*(?:{_WHOSE})(?:给?我们)?(?:{_ISSUED})"
            r"|\b(?:who|(?:which|what) (?:body|office|agency|department|authority|bureau|committee|organi[sz]ation))"
            r" (?:has )?(?:issued|released|published|put out)\b",
            re.IGNORECASE,
        ),
    ),
)
# Which reports there are, not what is in one: “库里收了哪几年的报告”, “一共有多少份报告”.
_COLLECTION = re.compile(
    r"(?:(?<![水书仓车金国粮冷血油])库[里中]|收录|这批|这堆|手头|索引(?!号)|资料库)[^?？,，。]{0,12}(?:哪|多少|几|有什么|有啥)"
    r"|(?:有|共|收)(?:录|了)?(?:多少|几|哪些|哪几)[份篇个]?[^?？,，。]{0,8}(?:报告|材料|文件)(?:[?？。]|$)"
    r"|(?:报告|材料|文件)[^?？,，。]{0,4}(?:一共|总共|共)?有(?:多少|几|哪几?)[份篇个些][?？。]?$"
    r"|\b(?:how many|which|what) (?:\w+ ){0,2}reports\b.{0,40}\b(?:are there|collection|index|library|available)\b"
    r"|\bcollection covers?\b",
    re.IGNORECASE,
)
_ABOUT_THE_PAPER = re.compile(
    r"落款|署名|签发|印发|发布|成文|日期|单位|部门|谁|何时|什么时候|几[月号日]|哪[天年]|\b(?:who|when|date)\b"
)
# “这份文件”, and no word of which it is.
_THIS = re.compile(
    rf"(?:这|该|此|本)一?[份个篇部件]?(?:{_PAPER})|(?:这|该|此|本)(?:份|篇|部|件)"
    r"|\bthis (?:report|document|notice|paper|file|opinion|decision)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Papers:
    """``fields`` of ReportMetadata that are asked for; ``collection``: which reports there are; ``about_one``: by whom
    or when something was signed, which the line below a report may tell; ``this``: of one that is pointed at."""

    fields: tuple[str, ...]
    collection: bool
    about_one: bool
    this: bool


def asked_papers(question: str) -> Papers:
    """What the folded ``question`` asks of reports."""
    return Papers(
        fields=tuple(name for name, asked in _FIELDS if asked.search(question)),
        collection=bool(_COLLECTION.search(question)),
        about_one=bool(_ABOUT_THE_PAPER.search(question)),
        this=bool(_THIS.search(question)),
    )
