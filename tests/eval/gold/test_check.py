"""Every planted fault is found, with its line and in words; the gold sets that are there have none."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from eval.gold.check import Fault, check
from eval.gold.load import read_lines
from eval.studies.pools import read_reports
from indexer.reports import reading_of
from indexer.types import Report

DATA = Path(__file__).parents[3] / "eval" / "data"
FIRST = "甲市2022年政府工作报告.txt"
SECOND = "乙县2022年政府工作报告.txt"
TEXTS = {
    FIRST: "甲市粮食总产量1.83万吨，比上年增长百分之十五。\n问题：一是人手不足；二是经费偏少。\n办结案件3**件。",
    SECOND: "乙县粮食总产量9吨。\n停办的原因是补贴被套取。",
}
SOUND: dict[str, Any] = {
    "id": "q1",
    "question": "甲市收了多少粮食？",
    "lang": "zh",
    "type": "number",
    "answers": ["18300吨"],
    "evidence": ["粮食总产量1.83万吨"],
    "part": FIRST,
}


@pytest.fixture(scope="module")
def reports() -> list[Report]:
    return [report for file, text in TEXTS.items() for report in reading_of(text.encode(), file).reports]


def faults(tmp_path: Path, reports: list[Report], *lines: dict[str, Any] | str) -> list[Fault]:
    path = tmp_path / "gold.jsonl"
    written = [line if isinstance(line, str) else json.dumps(line, ensure_ascii=False) for line in lines]
    path.write_text("\n".join(written), encoding="utf-8")
    return check(read_lines(path), {report.report_id: report for report in reports})


def test_the_seed_gold_has_no_fault(shared: Path) -> None:
    lines = read_lines(shared / "gold" / "seed_dev.jsonl")
    assert len(lines) == 60
    assert check(lines, read_reports([shared / "reports" / "seed"])) == []


def test_the_sample_gold_has_no_fault(samples: Path) -> None:
    lines = read_lines(DATA / "sample_gold.jsonl")
    assert len(lines) == 129
    assert check(lines, read_reports([samples])) == []


def item(item_id: str = "q2", question: str = "这是另一个问题吗？", **changed: Any) -> dict[str, Any]:
    return {**SOUND, "id": item_id, "question": question, **changed}


@pytest.mark.parametrize(
    "sound",
    [
        item(type="fact", answers=["增长15%", "百分之二十"], evidence=["比上年增长百分之十五"]),  # one is enough
        item(type="list", answers=["人手不足", "经费偏少"], evidence=["一是人手不足；二是经费偏少"]),
        item(type="masked", answers=["masked"], evidence=["办结案件3**件"]),
        item(type="masked", answers=["已遮盖"], evidence=["办结案件3**件"]),
        item(type="unanswerable", answers=[], evidence=[], part="none"),
        item(type="list", answers=["人手不足", "lack of funds"], evidence=["一是人手不足；二是经费偏少"]),
        item(type="crossling", lang="en", answers=["一万多吨"]),
        item(type="crossling", lang="en", answers=["eighteen thousand tons"]),
        item(type="why", lang="en", answers=["subsidies were stolen"], evidence=["补贴被套取"], part=SECOND),
        item(type="fact", answers=["middlemen"]),
        item(type="metadata", answers=["2022"], evidence=[]),
        item(type="metadata", answers=["2022年"], evidence=["甲市2022年"]),  # in the file's name alone
        item(answers=[], note="retrieval only"),
        item(question="甲市收了多少粮食", part=SECOND, evidence=["粮食总产量9吨"], answers=["9吨"]),
        item(evidence=["粮食总产量 1.83\n万吨"]),
    ],
)
def test_what_is_sound_has_no_fault(tmp_path: Path, reports: list[Report], sound: dict[str, Any]) -> None:
    assert faults(tmp_path, reports, SOUND, sound) == []


@pytest.mark.parametrize(
    ("broken", "told"),
    [
        (
            item(evidence=["粮食总产量1.84万吨"], answers=["1.84万吨"]),
            "evidence 1 (“粮食总产量1.84万吨”) stands in no report",
        ),
        (
            item(evidence=["粮食总产量1.83万吨"], part=SECOND),
            f"stands in no report that the part '{SECOND}' names, but in {FIRST}",
        ),
        (item(answers=["1.8万吨", "1830吨"]), "none of the answers (“1.8万吨”、“1830吨”) stands in the evidence"),
        (item(answers=["83万吨"]), "none of the answers (“83万吨”) stands in the evidence"),
        (item(type="list", answers=["人手不足", "场地太小"], evidence=["一是人手不足"]), "key point “场地太小”"),
        (item(type="fact", answers=[]), "it is of type fact and has no answers"),
        (item(type="list", answers=[]), "it is of type list and has no answers"),
        (item(type="metadata", answers=[], evidence=[]), "it is of type metadata and has no answers"),
        (item(type="metadata", answers=["2021年"], evidence=["甲市2021年"]), "evidence 1 (“甲市2021年”) stands in no"),
        (item(evidence=[]), "it is of type number and has no evidence"),
        (item(type="crossling", lang="en", answers=["nine"], evidence=["没有"]), "evidence 1 (“没有”) stands in no"),
        (
            item(type="masked", answers=["masked"], evidence=["办结4**件"]),
            "evidence 1 (“办结4**件”) stands in no report",
        ),
        (item(type="unanswerable", answers=[]), "it is unanswerable and has evidence (“粮食总产量1.83万吨”)"),
        (item(type="unanswerable", evidence=[]), "it is unanswerable and has answers (“18300吨”)"),
        (item(answers=["18300吨", " "]), "answer 2 is empty"),
        (item(evidence=["粮食总产量1.83万吨", ""]), "evidence 2 is empty"),
        (item(spans=[[], []]), "it has spans for 2 evidences and 1 evidences"),
        (item(item_id="q1"), 'the id "q1" stands in line 1 already'),
        (item(question="甲市 收了多少粮食"), "the question stands in line 1 (q1) already"),
        (item(question="甲市收了多少糧食?!", part=""), "the question stands in line 1 (q1) already"),
    ],
)
def test_a_fault_is_named_with_line_item_and_words(
    tmp_path: Path, reports: list[Report], broken: dict[str, Any], told: str
) -> None:
    (fault,) = faults(tmp_path, reports, SOUND, "", broken)
    assert (fault.line, fault.item_id) == (3, broken["id"])
    assert told in fault.problem
    assert str(fault).startswith(f"line 3 ({broken['id']}): ")


def test_questions_of_marks_alone_are_compared_as_they_are(tmp_path: Path, reports: list[Report]) -> None:
    marks = [item(item_id=f"q{at}", question=question) for at, question in enumerate(["？？", "！", "？？"])]
    assert [(fault.line, fault.problem) for fault in faults(tmp_path, reports, *marks)] == [
        (3, "the question stands in line 1 (q0) already")
    ]


def test_all_faults_are_told_in_the_order_of_the_lines(tmp_path: Path, reports: list[Report]) -> None:
    told = faults(
        tmp_path,
        reports,
        "{",
        SOUND,
        item(item_id="q1", evidence=["不在", "也不在"]),
        '{"id": "q9"}',
        item(item_id="q3", question="甲市收了多少粮食", type="fact", answers=[]),
    )
    assert [fault.line for fault in told] == [1, 3, 3, 3, 3, 4, 5, 5]
    assert [str(told[0]), str(told[5])] == [
        f"line 1: {told[0].problem}",
        'line 4: "question" is missing; "lang" is missing; "type" is missing',
    ]


@pytest.mark.process  # HTML among the reports is read in a process of its own
@pytest.mark.parametrize("part", ["a", "b"])
def test_the_development_questions_over_real_reports_are_taken_as_they_are(shared: Path, part: str) -> None:
    folders = [shared / "reports" / name for name in ("text", "gbk", "statutes")]
    assert check(read_lines(shared / "gold" / f"reports_dev_{part}.jsonl"), read_reports(folders)) == []
