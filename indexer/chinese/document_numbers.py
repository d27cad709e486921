"""文号, the numbers of official documents (GB/T 9704 section 7.2.5): 国发〔2020〕3号; of an order, without a year:
国令第707号."""

from __future__ import annotations

import re

from indexer.chinese.numerals import BELOW_100

# The year stands in hexagonal brackets, typed as whatever the keyboard has.
YEAR_AND_NUMBER = r"[〔\[【［(（]\s*[12]\d{3}\s*[〕\]】］)）]\s*第?\s*\d+\s*号"
DOCUMENT_NUMBER = re.compile(
    rf"[\u4e00-\u9fff]{{1,10}}(?:发|办|函|字|令|规|报|复|通)[\u4e00-\u9fff]{{0,4}}{YEAR_AND_NUMBER}"
)
# Orders are counted on, whatever the year: 国务院令第36号, 主席令第七十号. On a line of its own it is that of the text.
ORDER_NUMBER = re.compile(
    rf"[（(]?(?P<number>[\u4e00-\u9fff]{{1,20}}令\s*第\s*(?:\d{{1,4}}|[{BELOW_100}百零〇]{{1,6}})\s*号)[）)]?"
)
