"""“2020、2021、2022年”, “2020年到2022年分别…”: the years that a question means without naming each of them."""

from __future__ import annotations

import re

from indexer.chinese.folding import fold
from indexer.chinese.numerals import COUNTED_FROM_2

MAX_YEARS = 6  # of which each is asked by itself
_YEAR = r"(?<![\d.])(?:19|20)\d\d"
_BESIDE = r"\s*(?:、|,|和|与|跟|及|以及)\s*"
_BARE = re.compile(rf"(?P<years>(?:{_YEAR}年?(?:度)?{_BESIDE})+{_YEAR}年)")
_RANGE = re.compile(
    rf"(?P<first>{_YEAR})年?\s*(?:到|至|—+|-+|~|–)\s*(?P<last>{_YEAR})年(?:间|期间|里)?"
    rf"(?:[,，]?[这的]?(?:[{COUNTED_FROM_2}\d]年|几年)(?:间|来|里|中)?)?"
    r"(?=(?P<between>[^?？。;；]{0,24}?)(?:分别|逐年|各年|每年|各(?:自|是|有|为)))"
)
_EACH = re.compile(r"逐年|各年度?|每年")


def with_years_named(question: str) -> str:
    """``question`` with each year that it means called by its name; as it is where it means no several, or more than
    ``MAX_YEARS``. Of a stretch of time each year is meant where it is asked for what there was in each."""
    folded = fold(question)
    if len(folded) != len(question):
        return question
    if bare := _BARE.search(folded):
        named = re.sub(rf"({_YEAR})(?!年|\d)", r"\1年", bare["years"])
        return question[: bare.start()] + named + question[bare.end() :]
    stretch = _RANGE.search(folded)
    if stretch is None:
        return question
    years = range(int(stretch["first"]), int(stretch["last"]) + 1)
    if not 1 < len(years) <= MAX_YEARS:
        return question
    behind = _EACH.sub("分别", question[stretch.end() :], count=1)
    return question[: stretch.start()] + "、".join(f"{year}年" for year in years) + behind
