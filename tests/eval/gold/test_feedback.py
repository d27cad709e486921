"""From an answer that somebody rated to a gold item that somebody confirmed, by the commands for it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from eval import cli
from eval.errors import GoldError
from eval.gold.feedback import candidates, read_feedback
from eval.gold.load import load_gold, read_lines
from eval.gold.types import GoldItem
from indexer.encoders.hashing import HashingEncoder
from indexer.store.snapshot import open_published
from service.kept import Kept, new_id
from service.open import asker_over
from service.settings import Settings
from service.types import Answer, Citation, Feedback, Filters, Question, Rated, Rating, Segment
from tests.commands import Typed

GRAIN, SHARE = "澜川市2022年粮食总产量是多少？", "云岭省2022年行政机关负责人出庭应诉率是多少？"
ABSENT = "澜川市1997年粮食总产量是多少？"
judian_eval = Typed({"JUDIAN_ENCODER": "hashing"}, cli.main)


@pytest.fixture(scope="module")
def exported(sample_index: Path, typed: Typed, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three answers of the service, rated, and one of them twice; as the command prints them."""
    folder = tmp_path_factory.mktemp("feedback")
    asker = asker_over(open_published(sample_index), HashingEncoder(), Settings())
    moments = iter(range(1_700_000_000, 1_800_000_000, 10))
    kept = Kept(folder / "answers.sqlite", 3650, lambda: float(next(moments)))
    rated: tuple[tuple[str, Rating, str], ...] = (
        (GRAIN, "down", "不对"),
        (SHARE, "down", "只要百分数\n不要句子"),
        (ABSENT, "up", ""),
        (GRAIN, "up", ""),
    )
    for question, rating, comment in rated:
        given = asker.ask(Question(question=question)).model_copy(update={"answer_id": new_id()})
        kept.keep(given, Filters())
        kept.rate(Rated(answer_id=given.answer_id, rating=rating, comment=comment))
    done = typed.with_settings(JUDIAN_ANSWERS=str(folder / "answers.sqlite"))("feedback", "export")
    assert done.returncode == 0, done.stderr
    (folder / "feedback.jsonl").write_text(done.stdout, encoding="utf-8")
    return folder / "feedback.jsonl"


@pytest.fixture
def imported(exported: Path, tmp_path: Path) -> Path:
    done = judian_eval("import-feedback", exported, "--out", tmp_path / "candidates.jsonl")
    assert done.returncode == 0, done.stderr
    assert "3 candidates" in done.stdout
    assert "1 left out" in done.stdout
    return tmp_path / "candidates.jsonl"


def items(path: Path) -> dict[str, GoldItem]:
    return {line.item.question: line.item for line in read_lines(path) if line.item}


def test_an_answer_that_was_right_brings_its_evidence(imported: Path, sample_index: Path) -> None:
    item = items(imported)[GRAIN]
    assert (item.type, item.lang, item.answers) == ("number", "zh", ("60.8万吨",))
    reports = open_published(sample_index).reports
    [[*spans]] = item.spans
    for span in spans:
        assert reports[span.report_id].text[span.start : span.end] == item.evidence[0]
    assert "rated as right" in item.unconfirmed


def test_one_that_was_wrong_brings_the_question_and_what_was_said(imported: Path) -> None:
    item = items(imported)[SHARE]
    assert (item.answers, item.evidence) == ((), ())
    assert "rated as wrong" in item.unconfirmed
    assert "comment: 只要百分数 不要句子" in item.note
    assert "given: " in item.note


def test_a_refusal_that_was_right_is_unanswerable(imported: Path) -> None:
    item = items(imported)[ABSENT]
    assert (item.type, item.answers, item.evidence) == ("unanswerable", (), ())


def test_no_run_takes_it_until_a_person_confirms(imported: Path, sample_index: Path, tmp_path: Path) -> None:
    command = ("run", imported, "--system", "judian", "--index", sample_index, "--out", tmp_path / "run")
    refused = judian_eval(*command)
    assert refused.returncode == 1
    assert "nobody has confirmed" in refused.stderr
    assert "line 1" in refused.stderr
    checked = judian_eval("check", imported, "--index", sample_index)
    assert checked.stderr.count("nobody has confirmed") == 3
    assert checked.stderr.count("has no answers") == 1  # that which was wrong
    # A person keeps two of them as they are, by taking the field away.
    confirmed = [json.loads(line) for line in imported.read_text(encoding="utf-8").splitlines()]
    lines = [json.dumps({**held, "unconfirmed": ""}) for held in confirmed if held["question"] != SHARE]
    imported.write_text("\n".join(lines), encoding="utf-8")
    assert len(load_gold(imported)) == 2
    checked = judian_eval("check", imported, "--index", sample_index)
    assert checked.returncode == 0, checked.stderr
    taken = judian_eval(*command)
    assert taken.returncode == 0, taken.stderr


def test_what_somebody_worked_on_is_not_written_over(imported: Path, exported: Path) -> None:
    before = imported.read_bytes()
    done = judian_eval("import-feedback", exported, "--out", imported)
    assert done.returncode == 1
    assert "name a new file" in done.stderr
    assert imported.read_bytes() == before


@pytest.mark.parametrize("line", ["{", '{"answer_id": "a"}', '{"id": "q1", "question": "多少？"}'])
def test_what_is_no_export_is_refused_with_its_line(exported: Path, tmp_path: Path, line: str) -> None:
    path = tmp_path / "wrong.jsonl"
    first = exported.read_text(encoding="utf-8").splitlines()[0]
    path.write_text(f"{first}\n\n{line}\n", encoding="utf-8")
    with pytest.raises(GoldError, match=r"wrong\.jsonl, line 3: .*judian feedback export"):
        read_feedback(path)
    path.write_text("\n", encoding="utf-8")
    with pytest.raises(GoldError, match="no rating"):
        read_feedback(path)


def said(**changed: Any) -> Feedback:
    one = Citation(
        number=1, citation_id="c1", report_id="r1", title="甲", heading_path=(), start=5, end=9, quote="一是改革"
    )
    two = one.model_copy(update={"number": 2, "start": 10, "end": 14, "quote": "二是开放"})
    answer = Answer.model_validate(
        {
            "answer_id": "a1",
            "question": "那问题呢？",
            "rewritten_question": "甲县的问题有哪些？",
            "language": "zh",
            "kind": "list",
            "status": "answered",
            "confidence": 0.9,
            "text": "一是改革\n二是开放",
            "segments": [Segment(text=c.quote, label="甲", citations=(c.number,)).model_dump() for c in (one, two)],
            "citations": [one.model_dump(), two.model_dump()],
            "snapshot_id": "s1",
            "elapsed_ms": {},
        }
        | changed
    )
    return Feedback(
        answer_id="a1",
        rating="up",
        comment="",
        rated_at="2026-11-27T09:00:00+00:00",
        given_at="2026-11-27T09:00:00+00:00",
        filters=Filters(years=(2022,)),
        answer=answer,
    )


@pytest.mark.parametrize(
    ("changed", "kind", "answers", "n_evidence"),
    [
        ({}, "list", ("一是改革", "二是开放"), 2),
        ({"kind": "reason"}, "why", ("一是改革", "二是开放"), 2),
        ({"kind": "outline"}, "outline", ("一是改革", "二是开放"), 2),
        ({"status": "abstained", "reason": "masked_in_source", "kind": "number"}, "masked", (), 2),
        ({"status": "abstained", "reason": "ambiguous", "kind": "number"}, "ambiguous", (), 2),
        ({"status": "abstained", "reason": "not_in_reports"}, "unanswerable", (), 0),
    ],
)
def test_kinds_of_answers_become_types_of_items(
    changed: dict[str, Any], kind: str, answers: tuple[str, ...], n_evidence: int
) -> None:
    [item] = candidates([said(**changed)]).items
    assert (item.type, item.answers, len(item.evidence), len(item.spans)) == (kind, answers, n_evidence, n_evidence)
    assert item.question == "甲县的问题有哪些？"  # by itself
    assert '{"years":[2022]}' in item.note
