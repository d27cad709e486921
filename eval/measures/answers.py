"""What an answer says, against what is accepted. Every score is in [0, 1], higher is better."""

from __future__ import annotations

import re
from collections.abc import Sequence
from difflib import SequenceMatcher
from itertools import combinations

from indexer.chinese.figures import find, holds, normalised

# The marks that the evaluation of CMRC 2018 leaves out. https://github.com/ymcui/cmrc2018
# (Its list has …… too, which no single character is, so that … stays.)
_CMRC_MARKS = frozenset("-:_*^/\\~`+=，。：？！“”；’《》·、「」（）－～『』")
_CMRC_HAN = re.compile(r"[\u4e00-\u9fa5]")
_WORD = re.compile(r"\d+(?:[.,]\d+)*|\w+|[^\w\s]")


def exact_match(answer: str, accepted: Sequence[str]) -> float:
    """EM of CMRC 2018 (Cui et al., EMNLP 2019): 1 when an accepted answer equals the answer, marks left out."""
    return float(any(_bare(answer) == _bare(item) for item in accepted))


def character_f1(answer: str, accepted: Sequence[str]) -> float:
    """F1 of CMRC 2018: over the longest common run of segments, ``P = run / |answer|``, ``R = run / |accepted|``,
    the best accepted answer counts. A segment is a Han character, a Latin word or a figure (there cut by
    NLTK, here by an expression: figures whole, marks apart, contractions not)."""
    return max((_run_f1(_segments(answer), _segments(item)) for item in accepted), default=0.0)


def containment(answer: str, accepted: Sequence[str]) -> float:
    """1 when an accepted answer stands in the answer, figures normalised and not cut out of longer ones."""
    return float(any(holds(answer, item) for item in accepted))


def key_point_recall(answer: str, points: Sequence[str]) -> float:
    """Share of the key points that stand in the answer."""
    return sum(holds(answer, point) for point in points) / len(points)


def list_recall(items: Sequence[str], points: Sequence[str]) -> float:
    """Share of the key points that some item holds."""
    return sum(any(holds(item, point) for item in items) for point in points) / len(points)


def list_precision(items: Sequence[str], points: Sequence[str]) -> float | None:
    """Share of the items that hold a key point; no score without items."""
    return sum(any(holds(item, point) for point in points) for item in items) / len(items) if items else None


def list_order(items: Sequence[str], points: Sequence[str]) -> float | None:
    """Share of the pairs of found key points whose order in the answer is theirs in ``points``:
    ``concordant / pairs``, Kendall's tau scaled to [0, 1]; no score below two found points."""
    places = []
    for point in points:
        found = ((number, find(item, point)) for number, item in enumerate(items))
        if place := next((place for place in found if place[1] >= 0), None):
            places.append(place)
    pairs = list(combinations(places, 2))
    return sum(first <= second for first, second in pairs) / len(pairs) if pairs else None


def marked_figure(marked: Sequence[str], accepted: Sequence[str]) -> float:
    """1 when a marked span is, as a whole, an accepted answer, figures normalised."""
    wanted = {normalised(item) for item in accepted}
    return float(any(normalised(item) in wanted for item in marked))


def length_ratio(answer: str, sentences: str) -> float | None:
    """Characters of the answer over those of the whole sentences that hold the evidence; white space left out."""
    wanted = len("".join(sentences.split()))
    return len("".join(answer.split())) / wanted if wanted else None


def _bare(text: str) -> str:
    return "".join(char for char in text.lower().strip() if char not in _CMRC_MARKS)


def _segments(text: str) -> list[str]:
    found: list[str] = []
    word = ""
    for char in text.lower().strip():
        if char in _CMRC_MARKS:
            continue
        if _CMRC_HAN.match(char):
            found += _WORD.findall(word)
            word = ""
            found.append(char)
        else:
            word += char
    return found + _WORD.findall(word)


def _run_f1(answer: list[str], accepted: list[str]) -> float:
    run = SequenceMatcher(None, answer, accepted, autojunk=False).find_longest_match().size
    if not run:
        return 0.0
    precision, recall = run / len(answer), run / len(accepted)
    return 2 * precision * recall / (precision + recall)
