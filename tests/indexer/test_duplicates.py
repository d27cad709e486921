"""Copies of a report are found in any format and with corrections; what is of another year, place or body is none."""

from __future__ import annotations

import io
import random
from collections.abc import Iterable
from itertools import combinations
from pathlib import Path

import docx
import numpy as np
import pytest

from indexer import duplicates
from indexer.duplicates import SHINGLE, Runs, alike, copies_of, groups_in, runs_of
from indexer.reports import reading_of
from indexer.told import ByTold, Told, may_be_one
from indexer.types import FileReading, Report

BODY = """一、工作回顾
全县生产总值完成{gdp}亿元，增长{growth}%，粮食总产量达到{grain}万吨，建成高标准农田{fields}万亩，实现连续丰收。
城镇新增就业{jobs}人，城镇登记失业率控制在预期目标以内，零就业家庭动态清零，农民工工资支付得到保障。
改造老旧小区{old}个，新建改建农村公路{roads}公里，新增公办幼儿园学位{seats}个，群众的获得感不断增强。
二、存在的问题
在肯定成绩的同时，我们也清醒地认识到，产业结构不够优，科技创新能力不强，民生领域还有不少短板，基层治理水平有待提高。
三、工作安排
坚持稳中求进工作总基调，完整准确全面贯彻新发展理念，扩大有效投资，促进居民消费，推进乡村全面振兴，守住安全发展底线。
加强政府自身建设，坚持依法行政，自觉接受人大依法监督、政协民主监督和社会舆论监督，推进政务公开，提高政府公信力和执行力。
让我们更加紧密地团结起来，坚定信心，真抓实干，为全面建设社会主义现代化、实现人民对美好生活的向往而共同努力奋斗。
"""


def body(seed: int) -> str:
    """The report that an office writes over another: the same words, other figures."""
    draw = random.Random(seed)
    names = ("gdp", "growth", "grain", "fields", "jobs", "old", "roads", "seats")
    return BODY.format(**{name: draw.randint(10, 99999) / 10 for name in names})


def read(files: dict[str, str | bytes]) -> list[Report]:
    return [
        report
        for file, raw in files.items()
        for report in reading_of(raw.encode() if isinstance(raw, str) else raw, file).reports
    ]


def grouped(reports: list[Report]) -> set[frozenset[str]]:
    """The groups, by the names of their files."""
    file_of = {report.report_id: report.file for report in reports}
    return {frozenset(file_of[report_id] for report_id in group) for group in groups_in(copies_of(reports))}


def as_html(text: str) -> str:
    return "<html><body>" + "".join(f"<p>{line}</p>" for line in text.splitlines()) + "</body></html>"


def as_docx(text: str) -> bytes:
    document = docx.Document()
    for line in text.splitlines():
        document.add_paragraph(line)
    saved = io.BytesIO()
    document.save(saved)
    return saved.getvalue()


def corrected(text: str, share: float, draw: random.Random, start: int = 0) -> str:
    """``text`` with that share of its letters behind ``start`` replaced by other letters of it."""
    letters = list(text)
    for at in draw.sample(range(start, len(text)), int((len(text) - start) * share)):
        if not letters[at].isspace():
            letters[at] = draw.choice(text)
    return "".join(letters)


def test_the_same_report_in_several_formats_is_one() -> None:
    text = "2023年大洼县政府工作报告\n\n" + body(1)
    files: dict[str, str | bytes] = {
        "a/大洼县2023.txt": text,
        "b/大洼县2023 (1).txt": text.replace("\n", "\r\n"),
        "c/1_9d71b8.html": as_html(text),
        "d/报告.docx": as_docx(text),
        "e/转载.txt": "首页 > 政务公开\n" + text + "\n版权所有：某某网站 技术支持：信息中心\n",
        "f/盘山县.txt": "2023年盘山县政府工作报告\n\n" + body(2),
    }
    assert grouped(read(files)) == {frozenset(set(files) - {"f/盘山县.txt"})}


@pytest.mark.parametrize(
    ("title", "other"),
    [
        ("2022年大洼县政府工作报告", "2023年大洼县政府工作报告"),
        ("2023年大洼县政府工作报告", "2023年盘山县政府工作报告"),
        ("大洼县教育局2023年工作报告", "大洼县水利局2023年工作报告"),
        ("大洼县2023年第一季度经济运行报告", "大洼县2023年第二季度经济运行报告"),
        ("大洼县2023年上半年经济运行报告", "大洼县2023年下半年经济运行报告"),
        ("大洼县人民政府对第2996号建议的答复", "大洼县人民政府对第7264号建议的答复"),
    ],
)
@pytest.mark.parametrize("seed", [1, 2])  # word for word, and with other figures
def test_a_report_of_another_year_place_body_or_number_is_another(title: str, other: str, seed: int) -> None:
    reports = read({"a.txt": f"{title}\n\n{body(1)}", "b.txt": f"{other}\n\n{body(seed)}"})
    assert copies_of(reports) == {}


def test_where_the_year_is_not_said_the_one_that_is_written_of_tells() -> None:
    reports = read({f"{at}.txt": f"工作报告\n\n{body(1)}附注：数据截至{2022 + at}年底。" for at in range(2)})
    assert [report.metadata.year for report in reports] == [None] * 2
    assert copies_of(reports) == {}


def test_what_says_nothing_of_itself_must_be_nearly_the_same() -> None:
    """Forms that offices fill in resemble each other in all but their figures."""
    named = read({"甲.txt": "情况汇报\n\n" + body(1), "乙.txt": "工作汇报材料\n\n" + body(2)})
    assert alike(runs_of(named[0].text), runs_of(named[1].text))[1] > 0.8
    assert copies_of(named) == {}
    assert len(copies_of(read({"甲.txt": "情况汇报\n\n" + body(1), "乙.txt": "工作汇报材料\n\n" + body(1)}))) == 2


def test_no_chain_joins_two_years() -> None:
    """What says no year goes with one of the years, and does not bring the other along."""
    text = body(1)
    titles = ("大洼县政府工作报告", "2022年大洼县政府工作报告", "2023年大洼县政府工作报告")
    groups = grouped(read({f"{at}.txt": f"{title}\n\n{text}" for at, title in enumerate(titles)}))
    assert groups == {frozenset(("0.txt", "1.txt"))}


def test_each_names_the_others_in_the_order_of_the_reports() -> None:
    text = "2023年大洼县政府工作报告\n\n" + body(1)
    reports = read({f"{name}/报告.txt": text for name in "cab"})
    ids = [report.report_id for report in reports]
    assert copies_of(reports) == {
        ids[0]: (ids[1], ids[2]),
        ids[1]: (ids[0], ids[2]),
        ids[2]: (ids[0], ids[1]),
    }


@pytest.mark.parametrize("kind", ["other places", "copies", "alike", "untold"])
def test_of_many_that_are_alike_each_is_compared_with_a_few(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """What an office writes over another's, many times: comparisons grow as the reports do, not as their pairs."""
    n = 100
    draw = random.Random(3)
    names = (chr(0x4E00 + at) + chr(0x5200 + at) for at in range(0, 7 * n, 7))
    texts = {
        "other places": (f"2023年{name}县政府工作报告\n\n{body(1)}" for name in names),
        "copies": (f"2023年大洼县政府工作报告\n\n{corrected(body(1), 0.01, draw)}" for _ in range(n)),
        "alike": (f"2023年大洼县政府工作报告\n\n{corrected(body(1), 0.1, draw)}" for _ in range(n)),
        "untold": (f"情况汇报\n\n{corrected(body(1), 0.1, draw)}" for _ in range(n)),
    }[kind]
    reports = read({f"{at}.txt": text for at, text in enumerate(texts)})
    compared: list[object] = []
    looked_at: list[object] = []

    def count_alike(one: Runs, other: Runs) -> tuple[float, float]:
        compared.append(one)
        return alike(one, other)

    def count_looks(one: Told, other: Told) -> bool:
        looked_at.append(one)
        return may_be_one(one, other)

    monkeypatch.setattr(duplicates, "alike", count_alike)
    monkeypatch.setattr(duplicates, "may_be_one", count_looks)
    groups = groups_in(copies_of(reports))
    assert len(compared) <= duplicates.MOST_COMPARED * n
    assert len(looked_at) <= (duplicates.MOST_COMPARED + 1) * n
    if kind == "copies":
        assert [len(group) for group in groups] == [n]
        assert len(compared) < 2 * n
    else:
        assert groups == []
    if kind == "other places":
        assert looked_at == []


def test_what_told_more_later_is_found_by_that() -> None:
    by_told = ByTold()
    by_told.put(0, {"year": "2022", "region": "", "most": "2021"})
    by_told.put(1, {"year": "", "region": "", "most": "2021"})
    by_told.put(2, {"year": "2023", "region": "大洼县", "most": "2022"})
    assert sorted(by_told.may_be_one({"year": "2022", "region": "大洼县", "most": "2000"})) == [0]
    assert sorted(by_told.may_be_one({"year": "2022", "region": "", "most": "2021"})) == [0, 1]
    assert sorted(by_told.may_be_one({"year": "", "region": "大洼县", "most": ""})) == [0, 1, 2]
    assert sorted(by_told.may_be_one({"year": "", "region": "", "most": "2022"})) == [2]
    by_told.put(1, {"year": "2022", "region": "盘山县", "most": "2022"})
    assert set(by_told.may_be_one({"year": "2022", "region": "盘山县", "most": "1999"})) == {0, 1}
    assert set(by_told.may_be_one({"year": "", "region": "", "most": "2022"})) == {1, 2}
    one = {"year": "2023", "region": "大洼县", "most": "2000"}
    assert may_be_one(one, {"year": "2023", "region": "", "most": "2022"})
    assert not may_be_one(one, {"year": "", "region": "", "most": "2022"})


def test_a_text_too_short_to_tell_is_no_copy() -> None:
    assert copies_of(read({"a.txt": "无。", "b.txt": "无。"})) == {}


def test_runs_are_those_of_the_letters() -> None:
    assert len(runs_of("一二三四五")) == 5 - SHINGLE + 1
    np.testing.assert_array_equal(runs_of("增长１２．５％，達到"), runs_of("增长12.5%\n达到"))
    one, other = runs_of("一二三四五六"), runs_of("二三四五六七")
    assert alike(one, other) == (2 / (3 + 3 - 2), 2 / 3)


def test_of_real_reports_copies_are_found_and_other_years_are_not(shared_readings: dict[Path, FileReading]) -> None:
    draw = random.Random(7)
    reports: list[Report] = []
    source: dict[str, str] = {}

    def take(files: Iterable[tuple[str, str | bytes]], name: str) -> None:
        for report in read(dict(files)):
            reports.append(report)
            source[report.report_id] = f"{name} {report.part}"

    for path, reading in shared_readings.items():
        if len(reading.reports) > 1 or path.parent.name == "scan":
            continue
        text = reading.reports[0].text
        copies = [
            (f"{path.stem}.txt", text),
            (f"b/{path.stem}.html", as_html(text)),
            (f"c/{path.stem}.txt", corrected(text, 0.01, draw, 200)),
            (f"d/{path.stem}.txt", corrected(text, 0.03, draw, 200)),
        ]
        take(copies, path.name)
    found = copies_of(reports)
    pairs = list(combinations(source, 2))
    assert len(reports) > 80
    assert [
        (source[one], source[other])
        for one, other in pairs
        if (source[one] == source[other]) != (other in found.get(one, ()))
    ] == []
