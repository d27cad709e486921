"""The counters of a word processor, against numbers written down by hand."""

from __future__ import annotations

import pytest

from indexer.chinese.counters import FORMS, counted
from indexer.outline.headings import parse_number

WRITTEN = {
    "decimal": "1=1 10=10 101=101",
    "decimalZero": "1=01 10=10",
    "decimalFullWidth": "1=１ 12=１２",
    "decimalEnclosedCircleChinese": "1=① 10=⑩ 20=⑳ 21=㉑ 35=㉟ 36=㊱ 50=㊿ 51=51",
    "decimalEnclosedParen": "1=⑴ 20=⒇ 21=21",
    "decimalEnclosedFullstop": "1=⒈ 20=⒛ 21=21",
    "chineseCounting": "1=一 10=十 11=十一 20=二十 21=二十一 99=九十九 100=一〇〇",
    "chineseCountingThousand": "10=十 12=十二 100=一百 101=一百零一 110=一百一十 112=一百一十二 1010=一千零一十",
    "japaneseCounting": "1=一 10=十 12=十二 21=二十一 100=百 112=百十二",
    "ideographDigital": "1=一 10=一〇 21=二一 105=一〇五",
    "chineseLegalSimplified": "1=壹 2=贰 10=壹拾 12=壹拾贰 101=壹佰零壹",
    "ideographLegalTraditional": "2=貳 12=壹拾貳",
    "ideographTraditional": "1=甲 2=乙 10=癸 11=11",
    "ideographZodiac": "1=子 12=亥",
    "upperRoman": "4=IV 9=IX 14=XIV 40=XL 1994=MCMXCIV",
    "lowerLetter": "1=a 26=z 27=aa 53=aaa",
    "none": "1= 2=",
    "cardinalText": "1=1 7=7",
}


@pytest.mark.parametrize("form", WRITTEN)
def test_numbers_are_written_as_the_format_says(form: str) -> None:
    for pair in WRITTEN[form].split(" "):
        number, _, written = pair.partition("=")
        assert counted(int(number), form) == written


OF_HEADINGS = (
    *("decimal", "decimalFullWidth", "decimalEnclosedCircleChinese", "chineseCounting", "chineseCountingThousand"),
    *("japaneseCounting", "chineseLegalSimplified", "ideographLegalTraditional"),
)


@pytest.mark.parametrize("form", OF_HEADINGS)
def test_what_is_written_is_read_as_the_same_number(form: str) -> None:
    """Headings are told by their numbers: up to forty, more than most reports count."""
    assert form in FORMS
    for number in range(1, 41):
        assert parse_number(counted(number, form)) == number
