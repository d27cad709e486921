"""What no training sees, from the public reading sets: the questions of every fifth passage, and the bilingual reports
of 2015 and 2016. As texts alone, for cosines and for the reader."""

from __future__ import annotations

import json
import re
from collections import Counter, defaultdict
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from opencc import OpenCC

from eval.gold.reading_sets import BILINGUAL_HELD_OUT, HELD_OUT_EVERY

MAX_WINDOW = 280  # characters; the reader was trained on 130 to 280
# Clauses count as sentences here, as in the training pairs.
_SENTENCE = re.compile(r"[^。！？；!?\n]+(?:[。！？；!?]+[”’」』）)]*)?")


@dataclass(frozen=True)
class Retrieval:
    """Questions and a pool of texts; ``right[i]`` are the places of the texts that answer question i."""

    name: str
    questions: tuple[str, ...]
    texts: tuple[str, ...]
    right: tuple[frozenset[int], ...]


@dataclass(frozen=True)
class Reading:
    """A question, its accepted answers, the windows of its passage, and the nearest windows of other passages."""

    question: str
    answers: tuple[str, ...]
    windows: tuple[str, ...]
    others: tuple[str, ...]

    def holds(self, window: str) -> bool:
        return any(answer in window for answer in self.answers)


def passages_set(folder: Path) -> Retrieval:
    """The kept-out questions of a reading set over all of its passages."""
    passages, questions = _read(folder)
    place = {passage["id"]: at for at, passage in enumerate(passages)}
    return Retrieval(
        folder.name,
        tuple(question["question"] for question in questions),
        tuple(passage["text"] for passage in passages),
        tuple(frozenset({place[question["passage_id"]]}) for question in questions),
    )


def sentences_set(folder: Path) -> Retrieval:
    """The same questions over the sentences of the kept-out passages. Right: those of the passage with an answer."""
    passages, questions = _read(folder)
    texts: list[str] = []
    places: dict[str, range] = {}
    for passage in passages[::HELD_OUT_EVERY]:
        found = sentences(passage["text"])
        places[passage["id"]] = range(len(texts), len(texts) + len(found))
        texts += found
    right = [
        frozenset(at for at in places[q["passage_id"]] if any(answer in texts[at] for answer in q["answers"]))
        for q in questions
    ]
    return Retrieval(
        f"{folder.name}, sentences", tuple(question["question"] for question in questions), tuple(texts), tuple(right)
    )


def bilingual_set(path: Path) -> Retrieval:
    """The English segments of BILINGUAL_HELD_OUT over the Chinese ones of all years. Right: every one of that text."""
    segments = _lines(path)
    places = defaultdict(set)
    for at, segment in enumerate(segments):
        places[segment["zh"]].add(at)
    asked = [segment for segment in segments if segment["year"] in BILINGUAL_HELD_OUT]
    return Retrieval(
        "bilingual 2015-16",
        tuple(segment["en"] for segment in asked),
        tuple(segment["zh"] for segment in segments),
        tuple(frozenset(places[segment["zh"]]) for segment in asked),
    )


def simplified(pool: Retrieval) -> Retrieval:
    """The same in simplified characters, as the model card measured DRCD: its training text was mostly in them."""
    convert = OpenCC("t2s").convert
    return replace(
        pool,
        name=f"{pool.name}, simplified",
        questions=tuple(map(convert, pool.questions)),
        texts=tuple(map(convert, pool.texts)),
    )


def retrieval_sets(qa: Path, names: tuple[str, ...] | None = None) -> list[Retrieval]:
    """The sets of the model card, or those of ``names``."""
    wanted = names or (
        "cmrc2018_dev",
        "sentences",
        "drcd_dev",
        "simplified",
        "crud_rag",
        "xquad_zh_odd",
        "xquad_en2zh_odd",
        "bilingual",
    )
    made = {
        "sentences": lambda: sentences_set(qa / "cmrc2018_dev"),
        "simplified": lambda: simplified(passages_set(qa / "drcd_dev")),
        "bilingual": lambda: bilingual_set(qa / "bilingual_reports_2008_2016.jsonl"),
    }
    return [made[name]() if name in made else passages_set(qa / name) for name in wanted]


def readings(folder: Path, n_others: int = 3) -> list[Reading]:
    """The kept-out questions of a set. The other windows, of kept-out passages too, share the most pairs of characters
    with the question, rare pairs counting more; none of them holds an accepted answer."""
    passages, questions = _read(folder)
    cut = {passage["id"]: windows(passage["text"]) for passage in passages[::HELD_OUT_EVERY]}
    pool = [(passage_id, window) for passage_id, found in cut.items() for window in found]
    seen = Counter(pair for _, window in pool for pair in _pairs(window))
    column = {pair: at for at, pair in enumerate(seen)}
    weight = np.log(len(pool) / np.array(list(seen.values())))
    holds = np.zeros((len(pool), len(column)), np.float32)
    for row, (_, window) in enumerate(pool):
        holds[row, [column[pair] for pair in _pairs(window)]] = 1
    found_readings = []
    for question in questions:
        columns = np.array([column[pair] for pair in _pairs(question["question"]) if pair in column], int)
        answers = tuple(question["answers"])
        others = [
            pool[at][1]
            for at in np.argsort(-(holds[:, columns] @ weight[columns]), kind="stable")
            if pool[at][0] != question["passage_id"] and not any(answer in pool[at][1] for answer in answers)
        ]
        found_readings.append(
            Reading(question["question"], answers, tuple(cut[question["passage_id"]]), tuple(others[:n_others]))
        )
    return found_readings


def sentences(text: str) -> list[str]:
    """The sentences and clauses of ``text``, without white space at their edges."""
    return [match.strip() for match in _SENTENCE.findall(text) if match.strip()]


def windows(text: str) -> list[str]:
    """``text`` in windows of whole sentences, up to MAX_WINDOW characters (longer where one sentence is); each but the
    first begins half-way in the one before, so that an answer stands whole in one of them with its surroundings."""
    spans = [match.span() for match in _SENTENCE.finditer(text)]
    found, first = list[str](), 0
    while first < len(spans):
        last = first
        while last + 1 < len(spans) and spans[last + 1][1] - spans[first][0] <= MAX_WINDOW:
            last += 1
        found.append(text[spans[first][0] : spans[last][1]].strip())
        if last + 1 == len(spans):
            break
        first += max(1, (last - first + 1) // 2)
    return [window for window in found if window]


def _pairs(text: str) -> set[str]:
    return {text[at : at + 2] for at in range(len(text) - 1)}


def _read(folder: Path) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """All passages, and the questions of every fifth."""
    passages = _lines(folder / "passages.jsonl")
    kept = {passage["id"] for passage in passages[::HELD_OUT_EVERY]}
    return passages, [item for item in _lines(folder / "questions.jsonl") if item["passage_id"] in kept]


def _lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
