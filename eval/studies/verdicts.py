"""What the judge should be shown: the sentence that is given, or more. ::

    python -m eval.studies.verdicts ../shared --out eval/results/verdicts.md

Of each gold set the questions to which a sentence is chosen, before it is decided whether it is given. By how much the
judge scores those that answer above those that do not (AUC: 1 always, .5 no better than chance): above what was chosen
for near misses, and above all that does not answer, which are also the wrong sentences for questions with an answer.
"""

from __future__ import annotations

import argparse
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from rich.progress import track
from sklearn.metrics import roc_auc_score

from eval.gold.load import load_gold
from eval.quality import DATA
from eval.studies.fit_abstention import FURTHER_GOLD, NEAR_MISS_GOLD, NOT_ANSWERABLE, accepted, answers
from eval.studies.pools import open_pool, read_reports
from indexer.chunks import full_title
from indexer.encoders.types import Window
from indexer.sentences import sentences
from indexer.types import Report, Span
from service.answers.types import Piece
from service.ask import Asker
from service.open import asker_over, open_encoder
from service.parts import parts
from service.settings import Settings
from service.types import Question

SHOWN = ("the sentence", "the sentence, no line above", "with the one before", "with the next", "its paragraph")


def windows(report: Report, piece: Piece) -> Iterator[Window]:
    """What of a report the judge may be shown, in the order of SHOWN."""
    line = " › ".join((full_title(report), *piece.heading_path))
    start = report.text.rfind("\n", 0, piece.span.start) + 1
    end = (report.text + "\n").index("\n", piece.span.end)
    around = sentences(report.text, Span(start=start, end=end))
    before = [span.start for span in around if span.end <= piece.span.start][-1:] or [piece.span.start]
    behind = [span.end for span in around if span.start >= piece.span.end][:1] or [piece.span.end]
    sentence = report.text[piece.span.start : piece.span.end]
    yield Window(line, sentence)
    yield Window("", sentence)
    yield Window(line, report.text[before[0] : piece.span.end])
    yield Window(line, report.text[piece.span.start : behind[0]])
    yield Window(line, report.text[start:end])


def measured(asker: Asker, gold: Path) -> tuple[dict[str, list[float]], list[str]]:
    """The judge's scores by what it was shown, and what each question is: right, near or wrong."""
    scores, outcomes = defaultdict[str, list[float]](list), list[str]()
    assert asker.judge is not None
    for item in track(load_gold(gold), gold.stem):
        if len(parts(item.question, asker.nameable.regions)) > 1:
            continue
        understood, draft = asker.draft(Question(question=item.question))
        if not draft.pieces or draft.evidence is None or draft.certainty is not None:
            continue
        piece = draft.pieces[0]
        report = asker.snapshot.reports[piece.report_id]
        right = answers(report.text[piece.span.start : piece.span.end], accepted(item))
        outcomes.append("near" if item.type in NOT_ANSWERABLE else "right" if right else "wrong")
        for shown, window in zip(SHOWN, windows(report, piece), strict=True):
            scores[shown].append(asker.judge.read(understood.wording, [window])[0].score)
    return scores, outcomes


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("shared", type=Path)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--cache", type=Path, default=Path(".eval-cache"))
    arguments = parser.parse_args()
    encoder = open_encoder(Settings.from_environment(), None)
    reports = arguments.shared / "reports"
    real, wider = ("text", "gbk", "statutes"), ("text", "gbk", "statutes", "docx", "html")
    sets = {
        "part a": (real, arguments.shared / "gold" / "reports_dev_a.jsonl"),
        "part b": (real, arguments.shared / "gold" / "reports_dev_b.jsonl"),
        "own near misses": (real, NEAR_MISS_GOLD),
        "further a": (wider, FURTHER_GOLD),
        "further b": (wider, DATA / "further_gold_b.jsonl"),
    }
    askers: dict[tuple[str, ...], Asker] = {}
    rows = defaultdict[str, list[str]](list)
    heads = list[str]()
    for name, (folders, gold) in sets.items():
        if folders not in askers:
            texts = read_reports([reports / folder for folder in folders])
            askers[folders] = asker_over(open_pool(texts, encoder, arguments.cache), encoder, Settings())
        scores, outcomes = measured(askers[folders], gold)
        heads.append(f"{name}: {' / '.join(str(outcomes.count(one)) for one in ('right', 'near', 'wrong'))}")
        truth = np.array(outcomes)
        for shown, found in scores.items():
            of_two = truth != "wrong"
            near = roc_auc_score(truth[of_two] == "right", np.array(found)[of_two])
            rows[shown].append(f"{near:.3f}, {roc_auc_score(truth == 'right', found):.3f}")
    lines = [
        *("# What the judge is shown", ""),
        "Made by `python -m eval.studies.verdicts ../shared --out eval/results/verdicts.md`. AUC of its score: of",
        "sentences that answer against those chosen for near misses, and against all that do not answer. Beside the",
        *("name of a set: how many are right, chosen for a near miss, and wrong.", ""),
        "| shown | " + " | ".join(heads) + " |",
        "|---" * (len(heads) + 1) + "|",
        *(f"| {shown} | " + " | ".join(cells) + " |" for shown, cells in rows.items()),
    ]
    arguments.out.write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
