"""Rankings and judgements go to the tools of TREC and come back."""

from __future__ import annotations

from pathlib import Path

import ir_measures
import pytest

from eval.errors import GoldError, RunError
from eval.gold.types import EvidenceSpan, GoldItem
from eval.runs.stored import Run
from eval.runs.trec import passage_id, read_qrels, read_trec_run, write_qrels, write_trec_run
from eval.runs.types import IndexStatistics, RunStamp
from eval.systems.types import Output, Ranked
from indexer.types import Chunk, Span

STAMP = RunStamp(
    command="",
    system="http:http://127.0.0.1:8000 and more",
    gold="gold.jsonl",
    gold_sha256="",
    n_questions=2,
    commit="",
    date="",
    snapshot_id="",
    index=IndexStatistics(n_reports=1, n_chunks=3, n_sections=0, n_characters=30, text_sha256="0"),
    encoder="",
    precision="",
    settings={},
    prompts={},
    seed=0,
    machine="",
    python="",
    judian_version="",
)


def run_of(folder: Path, **rankings: list[tuple[int, int, float]]) -> Run:
    outputs = {
        question: Output(
            id=question,
            status="answered",
            text="",
            elapsed_ms=1.0,
            ranking=tuple(Ranked(report_id="r", start=s, end=e, score=score) for s, e, score in ranked),
        )
        for question, ranked in rankings.items()
    }
    return Run(folder=folder, stamp=STAMP, scores={}, items={}, outputs=outputs)


def chunk(start: int, end: int, report_id: str = "r") -> Chunk:
    span = Span(start=start, end=end)
    return Chunk(chunk_id=f"{start}", report_id=report_id, span=span, text="", heading_path=(), context="")


def item(item_id: str, *spans: tuple[int, int]) -> GoldItem:
    places = tuple((EvidenceSpan(report_id="r", start=start, end=end),) for start, end in spans)
    return GoldItem(
        id=item_id, question="？", lang="zh", type="fact", evidence=tuple("x" for _ in places), spans=places
    )


def test_a_run_comes_back_as_it_went(tmp_path: Path) -> None:
    path = tmp_path / "run.trec"
    write_trec_run(
        run_of(tmp_path, q1=[(10, 20, 0.1 + 0.2), (0, 10, 0.25), (10, 20, 0.1)], q2=[], q3=[(0, 10, 1e-9)]), path
    )
    assert read_trec_run(path) == {"q1": [("r:10-20", 0.1 + 0.2), ("r:0-10", 0.25)], "q3": [("r:0-10", 1e-9)]}
    assert path.read_text(encoding="utf-8").splitlines()[0].split() == [
        "q1", "Q0", "r:10-20", "1", "0.30000000000000004", "http:http://127.0.0.1:8000-and-more"
    ]  # fmt: skip


def test_other_tools_score_what_was_written(tmp_path: Path) -> None:
    write_trec_run(run_of(tmp_path, q1=[(0, 10, 0.9), (10, 20, 0.8)], q2=[(20, 30, 0.5)]), tmp_path / "run")
    chunks = [chunk(0, 10), chunk(10, 20), chunk(20, 30), chunk(10, 20, "other")]
    write_qrels([item("q1", (12, 14)), item("q2", (29, 30)), item("q3")], chunks, tmp_path / "qrels")
    found = ir_measures.calc_aggregate(
        [ir_measures.RR],
        list(ir_measures.read_trec_qrels(str(tmp_path / "qrels"))),
        list(ir_measures.read_trec_run(str(tmp_path / "run"))),
    )
    assert found == {ir_measures.RR: (1 / 2 + 1 / 1) / 2}


def test_every_chunk_that_touches_evidence_is_relevant_once(tmp_path: Path) -> None:
    chunks = [chunk(0, 10), chunk(10, 20), chunk(20, 30)]
    write_qrels([item("q1", (5, 12), (15, 20))], chunks, tmp_path / "qrels")
    assert read_qrels(tmp_path / "qrels") == {"q1": {passage_id("r", 0, 10): 1, passage_id("r", 10, 20): 1}}


def test_what_these_files_cannot_hold_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RunError, match="holds no rankings"):
        write_trec_run(run_of(tmp_path, q1=[]), tmp_path / "run")
    with pytest.raises(RunError, match='the id "q 1" has white space'):
        write_trec_run(run_of(tmp_path, **{"q 1": [(0, 1, 1.0)]}), tmp_path / "run")
    assert not (tmp_path / "run").exists()


def test_equal_scores_keep_the_order_of_the_file_and_higher_ones_come_first(tmp_path: Path) -> None:
    path = tmp_path / "run"
    path.write_text("1 Q0 b 2 0.5 x\n1 Q0 a 3 0.5 x\n\n1 Q0 c 1 2 x\n", encoding="utf-8")
    assert read_trec_run(path) == {"1": [("c", 2.0), ("b", 0.5), ("a", 0.5)]}


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"1 Q0 a 1 0.5 x\n1 Q0 b 0.5\n", "line 2: a run has six columns"),
        (b"1 Q0 a 1 high x\n", "line 1: 'high' is no number"),
        (b"1 Q0 a 1 nan x\n", "line 1: 'nan' is no number"),
        (b"1 Q0 a 1 0.5 x\n\n1 Q0 a 2 0.4 x\n", "line 3: a is ranked twice for query 1"),
        (b"1 Q0 a\xff 1 0.5 x\n", "line 1: byte 7 is not UTF-8"),
    ],
)
def test_what_is_no_run_is_refused_with_its_line(tmp_path: Path, content: bytes, told: str) -> None:
    path = tmp_path / "run"
    path.write_bytes(content)
    with pytest.raises(GoldError) as refused:
        read_trec_run(path)
    assert f"{path}, {told}" in str(refused.value)
