"""The soak: what is wrong is found, what a killed worker held is told from what was lost, and a short one runs."""

from __future__ import annotations

from pathlib import Path

import pytest

from eval.studies.soak.log import Log
from eval.studies.soak.run import Plan, SoakRun, soak
from eval.studies.soak.truth import CHANGED_FILE, CHANGED_QUESTION, CHANGED_TEXT, Truth
from indexer.build import build
from indexer.encoders.hashing import HashingEncoder
from indexer.store.snapshot import open_published
from service.open import asker_over
from service.settings import Settings
from service.types import Question


def test_an_answer_that_its_snapshot_does_not_hold_is_found(tmp_path: Path, hashing: HashingEncoder) -> None:
    (tmp_path / "reports").mkdir()
    (tmp_path / "reports" / CHANGED_FILE).write_text(CHANGED_TEXT.format(n=1001), encoding="utf-8")
    build([tmp_path / "reports"], tmp_path / "index", hashing, "hashing")
    answer = asker_over(open_published(tmp_path / "index"), hashing, Settings()).ask(
        Question(question=CHANGED_QUESTION)
    )
    truth = Truth(tmp_path / "index")
    assert truth.faults(CHANGED_QUESTION, answer) == []
    (cited,) = answer.citations
    assert truth.quote(answer.snapshot_id, cited.report_id, cited.start, cited.end) == cited.quote

    def faults(question: str = CHANGED_QUESTION, **changed: object) -> str:
        return " ".join(truth.faults(question, answer.model_copy(update=changed)))

    other = cited.model_copy(update={"quote": cited.quote.replace("1001", "1002")})
    assert "does not stand at" in faults(citations=(other,))
    assert "never published" in faults(snapshot_id="s0123456789abcdef")
    assert "not among the citations" in faults(citations=())
    assert "not of the report that was changed" in faults(status="abstained")
    assert truth.faults("another", answer) == []
    assert "other than before" in faults("another", text="else")
    # What is published next is true for its own answers alone.
    (tmp_path / "reports" / CHANGED_FILE).write_text(CHANGED_TEXT.format(n=1002), encoding="utf-8")
    build([tmp_path / "reports"], tmp_path / "index", hashing, "hashing", keep=1)
    now = asker_over(open_published(tmp_path / "index"), hashing, Settings()).ask(Question(question=CHANGED_QUESTION))
    assert truth.faults(CHANGED_QUESTION, now) == []
    assert truth.faults(CHANGED_QUESTION, answer) == []
    assert "does not stand at" in faults(snapshot_id=now.snapshot_id)


def test_a_request_is_lost_unless_a_worker_was_killed_that_may_have_held_it() -> None:
    log = Log(kills=[(100.0, 100.5)])
    log.answered("/v1/ask", 1.0, 1.25)
    log.lost("/v1/ask", 99.0, 100.6, "reset")  # under way when it was killed
    assert log.n_errors == 0
    for began, ended in ((97.0, 99.9), (103.0, 104.0)):
        log.lost("/v1/ask", began, ended, "reset")
    log.wrong("/v1/ask", "a quote")
    route = log.routes()["/v1/ask"]
    assert (route.requests, route.errors, route.lost_with_workers) == (4, 3, 1)
    assert route.p50_ms == 250
    assert log.n_errors == 3
    assert log.counts["wrong"] == 1
    assert len(log.faults()) == 3


@pytest.mark.process
def test_a_short_soak_finds_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JUDIAN_ENCODER", "hashing")
    kept: list[SoakRun] = []
    plan = Plan(20, rate=20, publish_s=4, keys_s=7, kill_s=5, report_s=5)
    run = soak(plan, tmp_path, "test", kept.append)
    assert run.faults == ()
    assert (run.wrong, run.errors, run.tracebacks) == (0, 0, 0)
    assert run.answers > 20
    assert {"publications", "keys changed", "workers killed", "half-open connections", "malformed requests"} <= set(
        run.counts
    )
    assert run.routes["slow requests"].requests
    assert [len(found.rss_mib) for found in kept] == sorted({len(found.rss_mib) for found in kept})
