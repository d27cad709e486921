"""Whether the words of a sentence stand in its sources: of all of it, and of each clause."""

from __future__ import annotations

import re
from collections.abc import Sequence

from indexer.chinese.folding import fold
from indexer.types import Span
from service.scope import stem
from service.verify.evidence import Evidence, Fault
from service.verify.reading import HAN, Reading

# Of the characters of a sentence that must stand in the sources, or in what these inherit; in the sources themselves;
# and of those of one clause. Of 215 paraphrases the lowest are 0.79, 0.69 and 0.50; of pairs of sentences under one
# heading 95 % have less than 0.45 in the other itself.
MIN_SHARE, MIN_OWN_SHARE, MIN_CLAUSE_SHARE = 0.6, 0.45, 0.4
MIN_CHARS = 4  # of what says something
# What joins and introduces: it says nothing that a source would have to say.
_EMPTY = re.compile(
    r"根据|按照|报告(?:中|里)?(?:指出|显示|提到|提出|中|称)|(?:数据|资料|文件)显示|据此|其中|此外|另外|同时|并且|而且|以及|还有|因此|所以|由于|因为|从而|进而|"
    r"对此|具体(?:来说|而言|包括)?|总体(?:来看|上)?|综上(?:所述)?|主要(?:包括|是|有|体现在)?|包括|分别(?:是|为)?|方面|情况|如下|以下|上述|这些|该|当年|期间|"
    r"一共|共计|总共|大约|达到|达|为|是|有|在|的|了|和|与|及|或|也|还|又|则|而|且|等|对|把|将|被|由|从|于|以|到|至|共|均|都|其|这|那|个|来|使|让|并|已经|已|"
    r"通过|进行|实现|完成|取得|开展|方式|当地|本地|全[市区省县国]|我[市区省县国]|工作|相关|有关|目前|年|月|日|第"
)
_OF_REPORT = re.compile("^(?:根据|据|按照|依据)?[^,。]{0,25}报告[^,。]{0,6}?[,:]|^(?:根据|按照|依据)[^,。]{2,30},")
_WORDS = re.compile(rf"[{HAN}]+|[a-z]{{2,}}")


def content_holds(sentence: Reading, evidence: Evidence) -> tuple[bool, Fault | None]:
    """Whether ``sentence`` says anything beside its figures, and the fault where the sources do not say it."""
    there = evidence.everything
    whole = Span(start=0, end=len(sentence.text))
    total, found = _covered(sentence, whole, there)
    if total < MIN_CHARS:
        return False, None
    said = _named_source(sentence.text, evidence)
    n, own = _covered(sentence, whole, evidence.text, leave_out=said)
    if found < MIN_SHARE * total or own < MIN_OWN_SHARE * n:
        return True, Fault("not_found", sentence.text)
    for clause in sentence.clauses:
        n, known = _covered(sentence, clause, there)
        if n >= MIN_CHARS and known < MIN_CLAUSE_SHARE * n:
            return True, Fault("not_found", clause.of(sentence.text))
    return True, None


def _named_source(text: str, evidence: Evidence) -> list[Span]:
    """Where ``text`` says whose and which report it is."""
    regions = {fold(one.region) for one in evidence.cited if one.region}
    patterns = [_OF_REPORT, *(re.compile(rf"(?:[\u4e00-\u9fff]{{2,4}}[省市])?{name}|{stem(name)}") for name in regions)]
    return [Span(start=m.start(), end=m.end()) for pattern in patterns for m in pattern.finditer(text)]


def _covered(sentence: Reading, clause: Span, there: str, leave_out: Sequence[Span] = ()) -> tuple[int, float]:
    """How many characters of content ``clause`` has, figures apart, and how many of them stand in ``there``: whole,
    where a neighbour stands beside it there too, by half where it stands alone."""
    text = list(sentence.text[clause.start : clause.end])
    for span in (*(amount.span for amount in sentence.amounts), *leave_out):
        if clause.contains(span):
            text[span.start - clause.start : span.end - clause.start] = "\0" * len(span)
    joined = "".join(text)
    empty = {at for match in _EMPTY.finditer(joined) for at in range(match.start(), match.end())}
    total, found = 0, 0.0
    for run in _WORDS.finditer(joined):
        for at in range(run.start(), run.end()):
            pairs = [joined[start : start + 2] for start in (at - 1, at) if run.start() <= start < run.end() - 1]
            known = any(pair in there for pair in pairs)
            if at in empty and not known:
                continue
            total += 1
            found += 1 if known else 0.5 if joined[at] in there else 0
    return total, found
