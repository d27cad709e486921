"""What ``service.verify`` finds in sentences made wrong by code, and what it removes of those that are right. ::

    python -m eval.studies.verification ../shared --out eval/results/verification.md

Over the reports of one half, told by the hash of the file's name; the rules were made by looking at the other, and
``--tuned`` measures that. Every sentence cites itself, as it stands in its report. The paraphrases were written by
hand over both halves: the first ones before the rules were seen at work, over the reports that these were made by; the
others afterwards, over those kept out. Both are measured as they are now, and stand in the page as they were on their
first run too; the last ones over all reports, when the rules had been mended by the first two. The same wrong kinds
are made of the paraphrases, which share fewer words with what they cite.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import random
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from scipy.stats import binomtest

from eval.studies.english_sentences import ALIGNED, KEPT_OUT_FROM, WRONG_ENGLISH, aligned
from eval.studies.pools import read_reports
from eval.studies.right_sentences import RIGHT
from eval.studies.wrong_sentences import WRONG, Case, Way, names_in
from indexer.chunks import chunks
from indexer.sentences import sentences
from indexer.types import Report
from service.verify import Source, Verdict, verify

REPORTS = ("text", "gbk", "seed")
PARAPHRASES = Path("eval/data/paraphrases.jsonl")
COMMAND = "python -m eval.studies.verification ../shared --out eval/results/verification.md"
MIN_CHARS, MAX_CHARS = 10, 200  # of a sentence
MOST = 600  # cases of one kind
MOST_REMOVED = 0.03  # of what is right
SEED = 20
# Right paraphrases removed when they were first put to the rules: how many, of how many.
FIRST_RUN = {"before": (6, 56), "after": (6, 63), "last": (4, 96)}


@dataclass(frozen=True)
class Sentence:
    """A sentence of a report as a source; ``names``: those of its report."""

    file: str
    source: Source
    names: tuple[str, ...]


@dataclass(frozen=True)
class Paraphrase:
    """A sentence written by hand that says what ``source`` says; ``half``: written before or after the rules were seen,
    or last."""

    half: str
    said: str
    source: Source


@dataclass
class Tally:
    """How many cases of a kind there are, and how many came out as they should."""

    n: int = 0
    good: int = 0

    def add(self, good: bool) -> None:
        self.n += 1
        self.good += good

    @property
    def share(self) -> float:
        return self.good / self.n if self.n else 0.0

    def interval(self) -> tuple[float, float]:
        """95 %, Wilson 1927."""
        found = binomtest(self.good, self.n).proportion_ci(method="wilson")
        return float(found.low), float(found.high)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("shared", type=Path)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--tuned", action="store_true", help="the half that the rules were made by")
    arguments = parser.parse_args()
    reports = read_reports(arguments.shared / "reports" / folder for folder in REPORTS)
    kept_out = [report for report in reports if is_kept_out(report.file) != arguments.tuned]
    english = list(aligned(arguments.shared / ALIGNED))
    arguments.out.write_text(
        page(list(sentences_of(kept_out)), paraphrases(PARAPHRASES), english, arguments.tuned), encoding="utf-8"
    )


def is_kept_out(file: str) -> bool:
    """Whether the rules were made without a look at the report."""
    return int(hashlib.sha256(Path(file).name.encode()).hexdigest()[:8], 16) % 2 == 1


def sentences_of(reports: Iterable[Report]) -> Iterator[Sentence]:
    """The sentences of plain texts, in an order that a seed makes."""
    found: list[Sentence] = []
    for report in reports:
        if not report.file.endswith(".txt"):
            continue
        about = report.metadata
        region = about.region.value if about.region else None
        year = int(about.year.value) if about.year and about.year.value.isdecimal() else None
        whole = [
            Source(span.of(chunk.text), chunk.heading_path, report.title, region, year)
            for chunk in chunks(report)
            for span in sentences(chunk.text)
        ]
        names = names_in([source.text for source in whole])
        found += [Sentence(report.file, one, names) for one in whole if MIN_CHARS <= len(one.text) <= MAX_CHARS]
    random.Random(SEED).shuffle(found)
    yield from found


def paraphrases(path: Path) -> list[Paraphrase]:
    """Those of the file, with the sentence that each cites."""
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    return [
        Paraphrase(
            row["half"],
            row["paraphrase"],
            Source(row["source"], tuple(row["heading_path"]), row["title"], row["region"], row["year"]),
        )
        for row in rows
    ]


def page(
    found: Sequence[Sentence], written: Sequence[Paraphrase], english: Sequence[tuple[Source, str]], tuned: bool
) -> str:
    """The tables, and how long a sentence takes."""
    seconds: list[float] = []

    def judged(said: str, source: Source) -> Verdict:
        start = time.process_time()
        verdict = verify(said, [source])
        seconds.append(time.process_time() - start)
        return verdict

    cases = [(one.source, one.source.text, one.names) for one in found]
    pool = tuple(sorted({name for one in found for name in one.names}))
    reworded = [(one.source, one.said, pool) for one in written]
    files = sorted({Path(one.file).name for one in found})
    lines = [
        "# Verification",
        "",
        f"Made by `{COMMAND}`: {len(found)} sentences of {len(files)} reports that the rules were made "
        f"{'by' if tuned else 'without'} ({'、'.join(files)}), at most {MOST} cases of a kind, and {len(written)} "
        "paraphrases.",
        "",
        "## Wrong sentences that are caught",
        "",
        *table(
            ["what is wrong", "bar", "of reports' sentences: n", "caught", "95 %", "of paraphrases: n", "caught"],
            _caught(cases, reworded, judged),
        ),
        "",
        "## Right sentences that are removed",
        "",
        f"The bar is {MOST_REMOVED:.2f}, for each kind.",
        "",
        *table(["what is right", "n", "removed", "95 %", "on the first run"], _removed(cases, written, judged)),
        "",
        "## English",
        "",
        *_english(english, judged),
        "",
        "## Time",
        "",
        f"Of {len(seconds)} checks the median took {_at(seconds, 0.5):.1f} ms of one core, 95 % at most "
        f"{_at(seconds, 0.95):.1f} ms.",
        "",
    ]
    return "\n".join(lines)


Texts = Sequence[tuple[Source, str, tuple[str, ...]]]
Judged = Callable[[str, Source], Verdict]


def made(ways: Sequence[Way], kind: str, texts: Texts, rng: random.Random) -> Iterator[Case]:
    """Of each text a case of one kind, where it can be made; what is masked, is masked in the source."""
    for source, said, names in texts:
        case = rng.choice(ways)(rng, replace(source, text=said), names)
        if case is None:
            continue
        if kind in RIGHT or case.said != said:
            yield Case(case.said, source)
        elif said == source.text:
            yield case


def _caught(cases: Texts, reworded: Texts, judged: Judged) -> Iterator[list[str]]:
    for kind, (ways, bar) in WRONG.items():
        tallies = []
        for texts in (cases, reworded):
            tally = Tally()
            for case in made(ways, kind, texts, random.Random(f"{SEED} {kind}")):
                if tally.n < MOST:
                    tally.add(judged(case.said, case.source).outcome in ("contradicted", "not_found"))
            tallies.append(tally)
        own, other = tallies
        yield [kind, f"{bar:.2f}", str(own.n), _bold(own.share, own.share >= bar), _between(own)] + (
            [str(other.n), f"{other.share:.3f}"] if other.n else ["0", ""]
        )


def _removed(cases: Texts, written: Sequence[Paraphrase], judged: Judged) -> Iterator[list[str]]:
    for kind, ways in RIGHT.items():
        tally = Tally()
        for case in made(ways, kind, cases, random.Random(f"{SEED} {kind}")):
            if tally.n < MOST:
                tally.add(judged(case.said, case.source).outcome != "supported")
        yield [kind, str(tally.n), _bold(tally.share, tally.share <= MOST_REMOVED), _between(tally), ""]
    for half, words in (("before", "written before"), ("after", "written after"), ("last", "written last")):
        tally = Tally()
        for one in written:
            if one.half == half:
                tally.add(judged(one.said, one.source).outcome != "supported")
        first = "{} of {}".format(*FIRST_RUN[half])
        yield [
            f"paraphrase, {words}",
            str(tally.n),
            _bold(tally.share, tally.share <= MOST_REMOVED),
            _between(tally),
            first,
        ]


def _english(texts: Sequence[tuple[Source, str]], judged: Judged) -> Iterator[str]:
    """Of translations by people, and of those that are found supported, made wrong."""
    outcomes = Counter(judged(said, source).outcome for source, said in texts)
    removed = Tally(len(texts) - outcomes["unchecked"], outcomes["contradicted"] + outcomes["not_found"])
    yield (
        f"Of {len(texts)} segments of State Council reports from {KEPT_OUT_FROM} on, {outcomes['unchecked']} hold "
        f"nothing that rules can compare; of the others {removed.share:.3f} ({_between(removed)}) are not supported by "
        "the segment that their translators had, who were freer than a model that is told to say no more than is there."
    )
    yield ""
    supported = [(source, said, ()) for source, said in texts if judged(said, source).outcome == "supported"]
    rows = []
    for kind, way in WRONG_ENGLISH.items():
        tally = Tally()
        for case in made((way,), kind, supported, random.Random(f"{SEED} {kind}")):
            tally.add(judged(case.said, case.source).outcome in ("contradicted", "not_found"))
        rows.append([kind, str(tally.n), f"{tally.share:.3f}", _between(tally)])
    yield from table(["what is wrong", "n", "caught", "95 %"], rows)


def _bold(share: float, holds: bool) -> str:
    return f"{share:.3f}" if holds else f"**{share:.3f}**"


def _between(tally: Tally) -> str:
    return "{:.3f} – {:.3f}".format(*tally.interval()) if tally.n else ""


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
    """As Markdown."""
    return [f"| {' | '.join(row)} |" for row in (head, ["---"] * len(head), *rows)]


def _at(seconds: Sequence[float], share: float) -> float:
    return 1000 * sorted(seconds)[int(share * (len(seconds) - 1))]


if __name__ == "__main__":
    main()
