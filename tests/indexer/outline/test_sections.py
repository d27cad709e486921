"""The heading tree, against trees and tables that were made by reading the files."""

from __future__ import annotations

import json
import re
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from indexer.outline.headings import parse_number
from indexer.outline.sections import MIN_RUN_IN_BODY_CHARS, sections
from indexer.types import FileReading, HeadingHint, Report, Section, Span

DATA = Path(__file__).parents[2] / "data"
HAN = "一 二 三 四 五 六 七 八 九 十".split()

# Read in the files: each top heading, and the numbers of what stands right below it. Null: it has no numbered headings,
# or holds 一是… whose standing as headings is open to question.
TOP_HEADINGS: dict[str, list[tuple[str, list[str] | None]]] = json.loads(
    (DATA / "top_headings.json").read_text(encoding="utf-8")
)

# Number of articles, of chapters, and of the sections within chapters, read in the files.
STATUTES = {
    "行政处罚法(2021-01-22)": (86, 8, 3 + 1),
    "行政复议法(2017-09-01)": (43, 7, 0),
    "行政复议法(2023-09-01)": (90, 7, 9),
    "行政许可法(2019-04-23)": (83, 8, 6),
    "行政诉讼法(2017-06-27)": (103, 10, 5),
}


def nested(section: Section) -> list[Any]:
    return [section.level, section.number, section.heading, [nested(child) for child in section.children]]


def labels(found: tuple[Section, ...]) -> list[str]:
    return [section.label for section in found]


def check(text: str, found: tuple[Section, ...]) -> None:
    """Spans nest, siblings are in order and apart, and a heading is what stands at its span."""

    def below(siblings: tuple[Section, ...], level: int) -> None:
        for before, behind in pairwise(siblings):
            assert before.span.end <= behind.span.start
        for section in siblings:
            assert section.level == level
            assert len(section.span) > 0
            assert section.heading == section.heading_span.of(text)
            assert section.heading == section.heading.strip()
            assert section.span.contains(section.heading_span)
            for child in section.children:
                assert section.span.contains(child.span)
                assert child.span.start >= section.heading_span.end
            below(section.children, level + 1)

    below(found, 1)
    assert all(section.span.end <= len(text) for section in found)


def report_named(readings: dict[Path, FileReading], stem: str) -> Report:
    return next(reading.reports[0] for path, reading in readings.items() if path.stem == stem)


def test_every_tree_is_well_formed(readings: dict[Path, FileReading]) -> None:
    for reading in readings.values():
        for report in reading.reports:
            check(report.text, report.sections)


PIECES = st.sampled_from(
    "一、|二、|三、|（一）|（二）|(一)|(二)|1. |2．|(1)|(2)|一是|二是|第一章 |第一条 |第二条 |附件1|# |## |工作回顾|"
    "主要做法。|推进简政放权。|办理案件2270件，比上年增长91.4%，纠错率为14.7%，其中直接纠错57件，调解和解结案206件。|"
    "\n|\n|\n| |　|；|。|：|各位代表！|各位代表：|2021年工作回顾|“|”|\u2028|\r".split("|")
)


@given(st.lists(PIECES, max_size=40).map("".join))
@example("主要做法。（一）（二）各位代表！\n")  # the second mark stands inside the first one’s heading
def test_any_text_gives_a_well_formed_tree(text: str) -> None:
    check(text, sections(text))


@given(st.lists(PIECES, max_size=20).map("".join), st.integers(0, 30))
def test_nothing_before_the_start_is_a_section(text: str, start: int) -> None:
    assert all(section.span.start >= start for section in sections(text, start))


def test_the_seed_is_the_tree_that_was_read(shared: Path, shared_readings: dict[Path, FileReading]) -> None:
    golden = json.loads((DATA / "seed_sections.json").read_text(encoding="utf-8"))
    reading = shared_readings[next((shared / "reports" / "seed").glob("*.txt"))]
    assert [
        {"title": report.title, "sections": [nested(section) for section in report.sections]}
        for report in reading.reports
    ] == golden


@pytest.mark.parametrize("stem", TOP_HEADINGS)
def test_top_headings_of_the_work_reports(shared_readings: dict[Path, FileReading], stem: str) -> None:
    report = report_named(shared_readings, stem)
    assert labels(report.sections) == [heading for heading, _ in TOP_HEADINGS[stem]]
    for section, (_, numbers) in zip(report.sections, TOP_HEADINGS[stem], strict=True):
        if numbers is not None:
            assert [child.number for child in section.children] == numbers


@pytest.mark.parametrize("stem", STATUTES)
def test_chapters_and_articles_of_statutes(shared_readings: dict[Path, FileReading], stem: str) -> None:
    n_articles, n_chapters, n_sections = STATUTES[stem]
    report = report_named(shared_readings, stem)
    assert [section.number for section in report.sections] == [f"第{number}章" for number in HAN[:n_chapters]]
    found = [section for _, section in report.walk()]
    articles = [section for section in found if re.fullmatch("第.+条", section.number or "")]
    assert [parse_number(section.number[1:-1]) for section in articles if section.number] == [*range(1, n_articles + 1)]
    assert all(not section.children or "条" not in (section.children[0].number or "") for section in articles)
    assert sum(bool(re.fullmatch("第.+节", section.number or "")) for section in found) == n_sections


def test_the_sample_report_with_four_levels(samples: Path, sample_readings: dict[Path, FileReading]) -> None:
    report = sample_readings[next(samples.glob("2022年澜川市*"))].reports[0]
    outline = [f"{section.level} {section.label}" for _, section in report.walk()]
    assert outline == json.loads((DATA / "lanchuan_sections.json").read_text(encoding="utf-8"))


def test_the_sample_web_page_with_markdown_and_numbers(samples: Path, sample_readings: dict[Path, FileReading]) -> None:
    report = sample_readings[next(samples.glob("青屏县*"))].reports[0]
    assert labels(report.sections) == ["一、2022年工作回顾", "二、面临的困难和问题", "三、2023年工作安排"]
    assert [[child.number for child in section.children] for section in report.sections] == [
        [f"（{number}）" for number in HAN[:5]],
        [],
        [f"（{number}）" for number in HAN[:5]],
    ]
    assert labels(report.sections[0].children[1].children) == ["1.巩固脱贫成果", "2.建设和美乡村", "3.发展集体经济"]


# Read in the file. Every paragraph of the five (…)-sections of 一、 opens with a run-in heading.
RUN_INS: dict[str, list[str]] = json.loads((DATA / "run_in_headings.json").read_text(encoding="utf-8"))


def test_run_in_headings_of_the_sample_compilation(samples: Path, sample_readings: dict[Path, FileReading]) -> None:
    """Nothing alien, in order; where every block is long enough to be told from a sentence, all of them."""
    whole = 0
    for report in sample_readings[next(samples.glob("依法行政*"))].reports:
        for section in report.sections[0].children:
            expected = RUN_INS[section.label]
            found = labels(section.children)
            assert [heading for heading in expected if heading in found] == found
            starts = [report.text.index(f"{heading}。", section.span.start) for heading in expected]
            ends = [*starts[1:], section.span.end]
            blocks = [
                end - start - len(heading) - 1 for heading, start, end in zip(expected, starts, ends, strict=True)
            ]
            if blocks and min(blocks) >= MIN_RUN_IN_BODY_CHARS:
                whole += 1
                assert found == expected
    assert whole >= 1


def test_an_unnumbered_line_is_a_top_heading_under_which_numbers_start_again() -> None:
    text = (
        "2021年工作回顾\n一、经济\n增长。\n二、民生\n改善。\n2022年工作安排\n一、稳增长\n投资。\n二、惠民生\n实事。\n"
    )
    assert [(section.label, labels(section.children)) for section in sections(text)] == [
        ("2021年工作回顾", ["一、经济", "二、民生"]),
        ("2022年工作安排", ["一、稳增长", "二、惠民生"]),
    ]


@pytest.mark.parametrize(
    "inside",
    [
        "现将2023年工作情况报告如下，请予审议。",
        "我们清醒看到不足：一是产业结构偏重；二是财政收支矛盾突出；三是教育资源分布不均；四是法治意识不强。",
        "做到一是一、二是二，不含糊。",
        "配合查办案件1.83万件，其中1.2万件移送司法机关，涉及46.18亿元。",
        "违反前款第（一）项、第（二）项规定的，责令改正；属于第（三）项的，从其规定。",
        "见（一）（二）两个附表。",
        "坚持一、二、三产业融合，发展三产。",
        "人均1. 5万元，（10）天办结。",
    ],
)
def test_a_running_sentence_breaks_no_section(inside: str) -> None:
    text = f"一、工作回顾\n全年工作取得新成效。{inside}各项任务完成。\n二、工作安排\n继续努力。{inside}\n"
    assert [(section.label, labels(section.children)) for section in sections(text)] == [
        ("一、工作回顾", []),
        ("二、工作安排", []),
    ]


TEN_ITEMS = (
    "新增普惠托位1200个 改造老旧小区70个 新建口袋公园15个 建设社区食堂40家 新增停车泊位8000个 "
    "改造农村公路260公里 为老人免费体检 新建社区卫生站18个 免费接种疫苗 建成法律服务中心"
).split()


@pytest.mark.parametrize("mark", ["（{han}）", "{n}. ", "({n})", "{han}是"])
def test_ten_livelihood_items_of_one_sentence_each_are_a_list(mark: str) -> None:
    items = [mark.format(han=HAN[at], n=at + 1) + f"{item}。" for at, item in enumerate(TEN_ITEMS)]
    text = "一、回顾\n完成。\n二、民生实事\n今年办好十件民生实事。\n" + "\n".join(items) + "\n三、结语\n努力。\n"
    assert [(section.label, labels(section.children)) for section in sections(text)] == [
        ("一、回顾", []),
        ("二、民生实事", []),
        ("三、结语", []),
    ]


def test_ten_items_in_one_line_are_no_sections() -> None:
    text = "一、回顾\n完成。\n二、实事\n今年办好十件实事：" + "；".join(TEN_ITEMS) + "。\n"
    assert all(not section.children for section in sections(text))


@pytest.mark.parametrize(
    "marks",
    "１．２．３．|（１）（２）（３）|㈠㈡㈢|①②③|一）二）三）|一.二.三.|壹、贰、叁、|第一，第二，第三，|首先，其次，再次，|⒈⒉⒊|⑴⑵⑶"
    "|1.1 1.2 1.3 |第一条：第二条：第三条：|**一、**二、**三、|##一、##二、##三、".split("|"),
)
@pytest.mark.parametrize("end", ["。", "\n"])
def test_every_way_to_number_gives_a_series(marks: str, end: str) -> None:
    size = len(marks) // 3
    numbers = [marks[:size], marks[size : 2 * size], marks[2 * size :]]
    text = "".join(
        f"{number}推进{name}{end}全年取得成效。各项任务完成。\n" for number, name in zip(numbers, "甲乙丙", strict=True)
    )
    assert [section.heading for section in sections(text)] == ["推进甲", "推进乙", "推进丙"]


def test_chapters_are_numbered_through_books_and_decimals_start_again() -> None:
    books = "第一篇 总论\n第一章 甲\n正文。\n第二章 乙\n正文。\n第二篇 分论\n第三章 丙\n正文。\n"
    assert [(section.heading, labels(section.children)) for section in sections(books)] == [
        ("总论", ["第一章甲", "第二章乙"]),
        ("分论", ["第三章丙"]),
    ]
    decimals = "1. 总论\n1.1 甲\n正文。\n1.2 乙\n正文。\n2. 分论\n2.1 丙\n正文。\n2.2 丁\n正文。\n"
    assert [[child.heading for child in section.children] for section in sections(decimals)] == [
        ["甲", "乙"],
        ["丙", "丁"],
    ]


@pytest.mark.parametrize(
    "text",
    [
        "首先，我代表市人民政府，向全市人民致以崇高敬意。\n过去一年，成绩来之不易。\n",
        "第一，要坚持党的领导。\n第二，要坚持依法行政。\n第三，要坚持为民服务。\n",  # three sentences, no headings
        "1.1万户脱贫。\n1.2亿元下达。\n",
    ],
)
def test_sentences_that_begin_with_a_number_are_no_sections(text: str) -> None:
    assert sections(text) == ()


@pytest.mark.parametrize("marks", ["1.2.3.", "１．２．３．", "1、2、3、", "(1)(2)(3)", "（1）（2）（3）", "⒈⒉⒊"])
@pytest.mark.parametrize("gap", ["", " ", "　　"])
def test_digits_number_headings_in_a_line_too(marks: str, gap: str) -> None:
    size = len(marks) // 3
    names = ("国企改革", "财税改革", "金融改革")
    body = "全年改制企业1.5万家。节约资金3.8亿元，增长9.2%。"
    third = gap.join(f"{marks[at * size : at * size + size]}{name}。{body}" for at, name in enumerate(names))
    text = f"现将情况报告如下。一、工作回顾 成绩明显。（一）抓改革。有力推进。{gap}{third}（二）抓开放。扩大开放。"
    top = sections(f"{text}二、工作安排 继续努力。")[0]
    assert [child.heading for child in top.children] == ["抓改革", "抓开放"]
    assert [child.heading for child in top.children[0].children] == list(names)


@pytest.mark.parametrize(
    "inside",
    [
        "办好实事：" + "".join(f"{at}.{item}。" for at, item in enumerate(TEN_ITEMS, 1)),
        "办好实事。" + "".join(f"({at}){item}。" for at, item in enumerate(TEN_ITEMS, 1)),
        "办好实事：" + "；".join(f"{at}.{item}" for at, item in enumerate(TEN_ITEMS, 1)) + "。",
        "截至1. 5日，完成2.3万件。1.8亿元到位。2.4亿元在途。",
        "分两类（1）城镇、（2）农村，分别统计。全年有变化。",
    ],
)
def test_digits_in_running_text_break_no_section(inside: str) -> None:
    text = f"一、工作回顾\n成效明显。{inside}各项任务完成。\n二、工作安排\n继续努力。{inside}\n"
    assert [(section.label, labels(section.children)) for section in sections(text)] == [
        ("一、工作回顾", []),
        ("二、工作安排", []),
    ]


def test_a_missing_number_is_a_slip_and_a_lone_number_is_none() -> None:
    text = "一、甲\n正文。\n三、丙\n正文。\n四、丁\n正文。\n"
    assert labels(sections(text)) == ["一、甲", "三、丙", "四、丁"]
    assert labels(sections("五、戊\n正文。\n")) == []


def test_the_address_at_the_end_belongs_to_no_section() -> None:
    text = "一、甲\n正文。\n二、乙\n（一）丙\n一句话。又一句话。\n（二）丁\n一句话。又一句话。\n"
    text += "各位代表！\n蓝图已经绘就。\n"
    last = sections(text)[-1]
    assert labels(last.children) == ["（一）丙", "（二）丁"]
    assert "蓝图" not in last.children[-1].span.of(text)


def test_the_lines_of_a_hard_wrapped_page_are_no_headings() -> None:
    text = (
        "本报告由某某市人民政府办公室根据《中华人民共和国政府\n"
        "信息公开条例》（国令第 711 号）（以下简称《条例》）规定编\n"
        "制。报告所列统计期限自 2024 年 1 月 1 日至 2024 年 12 月 31 日。\n工作回顾\n"
        "深化改革、科技创新等工作主线，组织召开了“春节前后服务企\n业用工和促进返乡人员就业创业专项活动”等新闻发布会\n"
        "十二场。坚持统筹规划，坚持以人民为中心推进各项重点工\n作取得明显成效并持续巩固提升各项重点工作的成果进而推\n动发展。\n"
        "信息内容 本年处理决定数量\n行政许可 447228\n行政处罚 3985758\n"
        "一、本年新收申请数量 3001 53\n二、上年结转 34 0\n"
    )
    assert labels(sections(text)) == ["工作回顾"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "工作回顾\n全年工作取得新成效，各项任务完成。\n工作安排\n继续努力，再创新业绩，办好实事。\n",
            ["工作回顾", "工作安排"],
        ),
        ("工作回顾\n\n成效好。\n\n工作安排\n\n要努力。\n", ["工作回顾", "工作安排"]),
        ("全年工作取得新成效，各项\n重点任务完成\n，群众满意。\n", []),
        ("二〇二三年一月五日\n工作回顾\n一、甲\n正文。\n二、乙\n正文。\n", ["工作回顾"]),
    ],
)
def test_an_unnumbered_heading_stands_between_what_ended_and_what_begins(text: str, expected: list[str]) -> None:
    assert labels(sections(text)) == expected


@pytest.mark.parametrize("address", ["各位代表！\n成绩来之不易。", "　　各位代表！成绩来之不易。问题还有不少。"])
def test_a_salutation_that_opens_a_line_ends_the_item_and_its_series_may_go_on(address: str) -> None:
    item = "一句话。又一句话。\n"
    text = f"一、甲\n正文。\n（一）丙\n{item}（二）丁\n{item}{address}\n（三）戊\n{item}{address}\n二、乙\n正文。\n"
    first, second = sections(text)
    assert labels(first.children) == ["（一）丙", "（二）丁", "（三）戊"]
    assert not any("来之不易" in child.span.of(text) for child in first.children)
    assert second.label == "二、乙"


@pytest.mark.parametrize("text", ["", "\n", "　", "。", "一", "一、", "（一）", "附件", "#", "# "])
def test_next_to_nothing(text: str) -> None:
    check(text, sections(text))


def test_a_line_that_its_format_calls_a_heading_is_one() -> None:
    body = "全市生产总值增长5.5%，财政收入增长3%。民生支出占七成，办成了一批实事。"
    text = f"工作回顾，去年\n{body}\n三、抓项目\n{body}\n今年，怎么干？\n{body}\n"
    lines = ["工作回顾，去年", "三、抓项目", "今年，怎么干？"]
    hints = [
        HeadingHint(
            span=Span(start=text.index(line), end=text.index(line) + len(line) + 1), level=1 + (line[0] == "三")
        )
        for line in lines
    ]
    assert labels(sections(text)) == []
    found = sections(text, 0, hints)
    check(text, found)
    assert labels(found) == ["工作回顾，去年", "今年，怎么干？"]
    assert labels(found[0].children) == ["三、抓项目"]
    assert found[0].children[0].number == "三、"


@pytest.mark.parametrize(
    ("text", "tops"),
    [
        ("# 云岭市法治政府建设\n正文。\n## 主要做法\n正文。\n## 存在问题\n正文。\n", ["主要做法", "存在问题"]),
        ("# 云岭市法治政府建设\n正文。\n# 附录\n正文。\n", ["云岭市法治政府建设", "附录"]),
        ("正文。\n# 主要做法\n正文。\n## 其一\n正文。\n", ["主要做法"]),
        ("# 主要做法\n正文。\n", ["主要做法"]),
    ],
)
def test_a_heading_over_the_whole_text_is_its_title(text: str, tops: list[str]) -> None:
    assert [section.heading for section in sections(text)] == tops


def test_headings_of_a_format_stand_beside_the_numbered_ones_of_their_level() -> None:
    headings = "## 一、做法|### 改革|#### 时限|### 执法|## 二、问题|## 结语"
    text = "".join(f"{heading}\n正文。\n" for heading in headings.split("|"))
    tops = sections(text)
    assert [section.label for section in tops] == ["一、做法", "二、问题", "结语"]
    assert [section.label for section in tops[0].children] == ["改革", "执法"]
    assert [section.label for section in tops[0].children[0].children] == ["时限"]


@pytest.mark.parametrize(
    ("fence", "close", "is_block"), [("```", "```", True), ("~~~sh", "~~~~", True), ("```", "~~~", False)]
)
def test_nothing_in_a_fenced_block_is_a_heading(fence: str, close: str, is_block: bool) -> None:
    text = f"## 一、归档\n正文。\n{fence}\n# 一、清空缓存\n# 再备份\n{close}\n正文。\n## 二、运行\n正文。\n"
    tops = [section.label for section in sections(text)]
    assert (tops == ["一、归档", "二、运行"]) is is_block


@pytest.mark.parametrize("leader", ["\t", "………", "......", "     ", "…… - "])
def test_a_typed_table_of_contents_heads_nothing(leader: str) -> None:
    headings = ("一、总体情况", "二、主要做法", "（一）深化改革", "（二）规范执法", "三、存在问题")
    contents = "".join(f"{heading}{leader}{page}\n" for page, heading in enumerate(headings, start=9))
    text = f"目录\n{contents}" + "".join(f"{heading}\n正文。\n" for heading in headings)
    tops = sections(text)
    assert [section.label for section in tops] == ["一、总体情况", "二、主要做法", "三、存在问题"]
    assert [child.label for child in tops[1].children] == ["（一）深化改革", "（二）规范执法"]


def test_nothing_in_an_aside_is_a_heading() -> None:
    text = "一、做法\n正文。\n一、表中的一行\n二、表中的二行\n二、问题\n正文。\n"
    rows = [Span(start=text.index(row), end=text.index(row) + len(row)) for row in ("一、表中的一行", "二、表中的二行")]
    assert [section.label for section in sections(text, asides=rows)] == ["一、做法", "二、问题"]
