"""Is the bar of abstention right for cells of tables? Questions after cells that are there, and after others.

    python -m eval.studies.table_questions --out eval/results/table_questions.md

The tables and the questions were written for this study, of places that do not exist, before it was run.
"""

from __future__ import annotations

import argparse
import sys
from dataclasses import dataclass
from pathlib import Path

from indexer.chunks import MAX_CHARS, chunks, embedded_text
from indexer.duplicates import copies_of
from indexer.reports import reading_of
from indexer.store.lexical import LexicalIndex
from indexer.store.snapshot import EncoderMade, in_memory
from indexer.store.vectors import VectorIndex
from service.ask import Asker
from service.open import asker_over, open_encoder
from service.settings import Settings
from service.types import Answer, Question

BULLETIN = """\
# 岚溪市2023年国民经济和社会发展统计公报

## 一、综合

| 指标 | 单位 | 2022年 | 2023年 | 比上年增长（%） |
|---|---|---|---|---|
| 地区生产总值 | 亿元 | 1842.6 | 1958.3 | 6.1 |
| 规上工业增加值 | 亿元 | 512.4 | 548.9 | 7.2 |
| 社零总额 | 亿元 | 690.2 | 741.5 | 7.4 |
| R&D经费支出 | 亿元 | 38.6 | 44.1 | 14.2 |
| 常住人口 | 万人 | 318.2 | 319.6 | 0.4 |
| PM2.5平均浓度 | 微克/立方米 | 31 | 28 | -9.7 |

## 二、各区县主要指标

单位：亿元、人

| 区县 | 一般公共预算收入 | 固定资产投资 | 城镇新增就业人数 |
|---|---|---|---|
| 东篱区 | 42.7 | 188.4 | 12630 |
| 石桥区 | 38.1 | 160.9 | 10452 |
| 白水县 | 15.6 | 77.3 | 4410 |
| 合计 | 96.4 | 426.6 | 27492 |
"""
FINANCE = """\
<html><body><h1>岚溪市2023年财政决算报告</h1><h2>一、支出决算</h2><p>单位：万元</p>
<table><tr><th rowspan="2">科目</th><th colspan="2">2022年</th><th colspan="2">2023年</th></tr>
<tr><th>预算数</th><th>决算数</th><th>预算数</th><th>决算数</th></tr>
<tr><td>教育支出</td><td>310200</td><td>308450</td><td>325600</td><td>327180</td></tr>
<tr><td>科学技术支出</td><td>41800</td><td>42960</td><td>47500</td><td>49230</td></tr>
<tr><td>社会保障和就业支出</td><td>198700</td><td>201340</td><td>210400</td><td>214870</td></tr>
<tr><td>节能环保支出</td><td>36500</td><td>35820</td><td>33900</td><td>3****</td></tr>
</table><h2>二、“三公”经费</h2><p>单位：万元</p>
<table><tr><td>项目</td><td>2023年决算</td><td>比上年增减（%）</td></tr>
<tr><td>因公出国（境）费</td><td>86</td><td>-12.2</td></tr><tr><td>公务用车购置及运行费</td><td>1740</td><td>-5.4</td></tr>
<tr><td>公务接待费</td><td>623</td><td>-8.1</td></tr></table></body></html>
"""
SERVICES = """\
岚溪市2023年政务服务情况,,,
事项类别,受理件数,办结件数,平均办理天数
不动产登记,48210,47985,1.8
企业开办,15630,15630,0.5
社保/医保转移,9274,9105,3.2
12345热线工单,132400,129870,2.6
"""
FILES = {"统计公报.md": BULLETIN.encode(), "决算.html": FINANCE.encode(), "政务服务.csv": SERVICES.encode("gb18030")}
# The marked figure; None: refused, for it stands nowhere, or not readable.
QUESTIONS: tuple[tuple[str, str | None, str], ...] = (
    ("岚溪市2023年地区生产总值是多少亿元？", "1958.3", "row"),
    ("2022年岚溪市地区生产总值多少？", "1842.6", "row"),
    ("岚溪市2023年GDP增长多少？", "6.1", "row, short name"),
    ("2023年岚溪市规模以上工业增加值是多少亿元？", "548.9", "row, short name"),
    ("岚溪市2023年社会消费品零售总额增长百分之几？", "7.4", "row, short name"),
    ("2023年R&D经费支出是多少？", "44.1", "row, signs"),
    ("岚溪市2022年研发经费支出有多少亿元？", "38.6", "row, short name"),
    ("岚溪市2023年常住人口多少万人？", "319.6", "row"),
    ("岚溪市2023年PM2.5平均浓度是多少？", "28", "row, signs"),
    ("东篱区一般公共预算收入是多少亿元？", "42.7", "place"),
    ("石桥区固定资产投资完成多少？", "160.9", "place"),
    ("白水县城镇新增就业多少人？", "4410", "place"),
    ("全市一般公共预算收入合计多少亿元？", "96.4", "sum"),
    ("岚溪市2023年教育支出决算是多少万元？", "327180", "two heads"),
    ("岚溪市2023年科学技术支出预算数是多少？", "47500", "two heads"),
    ("2022年岚溪市社会保障和就业支出决算多少万元？", "201340", "two heads"),
    ("2022年节能环保支出决算数是多少？", "35820", "two heads"),
    ("2023年公务接待费决算是多少万元？", "623", "row"),
    ("岚溪市2023年因公出国（境）费是多少？", "86", "row, signs"),
    ("公务用车购置及运行费比上年下降百分之几？", "-5.4", "change"),
    ("不动产登记受理了多少件？", "48210", "column"),
    ("企业开办办结多少件？", "15630", "column"),
    ("社保/医保转移平均办理多少天？", "3.2", "row, signs"),
    ("12345热线工单受理多少件？", "132400", "row, signs"),
    ("12345热线工单办结了多少件？", "129870", "row, signs"),
    ("岚溪市2021年地区生产总值是多少亿元？", None, "another year"),
    ("岚溪市2023年外贸进出口总额是多少？", None, "another row"),
    ("岚溪市2023年户籍人口多少万人？", None, "another row"),
    ("岚溪市2023年PM10平均浓度是多少？", None, "another row"),
    ("青石区一般公共预算收入是多少亿元？", None, "another place"),
    ("东篱区社会消费品零售总额是多少？", None, "another column"),
    ("白水县城镇新增就业增长百分之几？", None, "another column"),
    ("2023年岚溪市农林水支出决算是多少万元？", None, "another row"),
    ("岚溪市2023年节能环保支出决算是多少？", None, "masked"),
    ("2021年公务接待费是多少万元？", None, "another year"),
    ("2023年会议费决算是多少万元？", None, "another row"),
    ("公务接待费批次有多少次？", None, "another unit"),
    ("婚姻登记受理了多少件？", None, "another row"),
    ("企业开办的满意率是多少？", None, "another column"),
    ("不动产登记窗口有多少个？", None, "another unit"),
)


@dataclass(frozen=True)
class Told:
    """What was answered: the first figure marked, or None, the status, and how sure it was."""

    marked: str | None
    status: str
    confidence: float

    @property
    def given(self) -> str:
        return "–" if self.status == "abstained" else self.marked or "no mark"


def asked(asker: Asker, question: str) -> Told:
    answer: Answer = asker.ask(Question(question=question))
    cited = answer.citations[0] if answer.citations else None
    text = asker.snapshot.reports[cited.report_id].text if cited else ""
    marked = [text[at.start : at.end] for at in cited.highlights] if cited else []
    return Told(marked[0] if marked else None, answer.status, answer.confidence)


def outcome(right: str | None, told: Told) -> str:
    if told.status == "abstained":
        return "refused" if right is None else "wrongly refused"
    if right is None:
        return "wrongly answered"
    if told.marked is None:
        return "not marked"
    return "right" if told.marked.rstrip("%") == right else "another cell"


WENT = """\
Asked first, before any rule was changed by it: 23 right, 1 not marked, 1 wrongly refused, 13 refused, 2 wrongly
answered. Mended were lengths of time in a column (平均办理天数), 个 taken for the 件 or the days of other columns, and
the sum of all given for a district without a row; the questions are no held-out ones since."""


def page(asker: Asker) -> str:
    """The page of figures, in Markdown."""
    rows = [(question, right, kind, asked(asker, question)) for question, right, kind in QUESTIONS]
    found = [outcome(right, told) for _, right, _, told in rows]
    n_there = sum(right is not None for _, right, _ in QUESTIONS)
    names = ("right", "another cell", "not marked", "wrongly refused", "refused", "wrongly answered")
    counts = ", ".join(f"{found.count(name)} {name}" for name in names)
    out = [
        "# Cells of tables, and the bar of abstention",
        "",
        "Made by `python -m eval.studies.table_questions --out eval/results/table_questions.md`.",
        "",
        f"Of {len(QUESTIONS)} questions over four tables in three files (Markdown, HTML with two rows of heads, CSV),"
        f" {n_there} ask for a cell that is there and {len(QUESTIONS) - n_there} for one that is not: {counts}.",
        "",
        WENT,
        "",
        "| question | kind | cell | given | outcome | confidence |",
        "|---|---|---|---|---|---|",
        *(
            f"| {question} | {kind} | {right or '–'} | {told.given} | {end} | {told.confidence:.2f} |"
            for (question, right, kind, told), end in zip(rows, found, strict=True)
        ),
    ]
    return "\n".join(out) + "\n"


def main(arguments: list[str]) -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args(arguments)
    settings = Settings()
    encoder = open_encoder(settings)
    reports = [report for name, raw in FILES.items() for report in reading_of(raw, name).reports]
    found = [chunk for report in reports for chunk in chunks(report)]
    embedded = [embedded_text(chunk) for chunk in found]
    snapshot = in_memory(
        reports=reports,
        chunks=found,
        vectors=VectorIndex.build(encoder.encode_passages(embedded)),
        lexical=LexicalIndex.build(embedded),
        encoder=EncoderMade.of(encoder, settings.encoder),
        max_chunk_chars=MAX_CHARS,
        copies=copies_of(reports),
    )
    options.out.write_text(page(asker_over(snapshot, encoder, settings)), encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
