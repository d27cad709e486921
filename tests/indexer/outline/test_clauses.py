"""Articles of statutes, clauses 3.1.2, and numbers that only look like theirs."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from indexer.outline.headings import candidates
from indexer.outline.sections import sections
from indexer.types import Section


def paths(text: str) -> list[str]:
    def walk(found: tuple[Section, ...], above: str) -> Iterator[str]:
        for section in found:
            path = above + (section.number or section.heading).rstrip("：")
            yield path
            yield from walk(section.children, path + "/")

    return list(walk(sections(text), ""))


RULES = (
    "1 总则\n1.1 目的\n为统一排水管网巡检，制定本规程。\n1.2 范围\n适用于市政管网。\n"
    "2 巡检\n2.1 频次\n2.1.1 主干管\n主干管每月巡检两次。\n2.1.2 支管\n支管每季度巡检一次。\n2.2 记录\n记录保存五年。\n"
    "3 附则\n3.1 解释\n由市水务局解释。\n"
)
TREE = ["1", "1/1.1", "1/1.2", "2", "2/2.1", "2/2.1/2.1.1", "2/2.1/2.1.2", "2/2.2", "3", "3/3.1"]


@pytest.mark.parametrize("dot", [".", "．"])
@pytest.mark.parametrize("gap", [" ", "　", "  "])
def test_clauses_nest_by_their_numbers(dot: str, gap: str) -> None:
    text = RULES.replace(".", dot).replace(" ", gap)
    assert paths(text) == [path.replace(".", dot) for path in TREE]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("4 验收\n4.1 资料\n资料齐全。\n4.2 现场\n现场清洁。\n", ["4", "4/4.1", "4/4.2"]),
        ("1. 总则\n1.1 目的\n为了规范。\n1.2 范围\n全市适用。\n", ["1.", "1./1.1", "1./1.2"]),
        ("3.2.1主要任务\n任务见表。\n3.2.2保障措施\n措施见表。\n", ["3.2.1", "3.2.2"]),
        ("## 2 巡检\n### 2.1 频次\n每月两次。\n### 2.2 记录\n保存五年。\n", ["2", "2/2.1", "2/2.2"]),
    ],
)
def test_clauses_of_a_part(text: str, expected: list[str]) -> None:
    assert paths(text) == expected


@pytest.mark.parametrize(
    "line",
    [
        "2.1.3的频次由区县确定。",
        "3.1.2规定的样品应当冷藏。",
        "3.1.2、3.1.3所列项目。",
        "4.2和4.3的费用由财政承担。",
        "3.5万户群众受益。",
        "2.4公里道路完成改造。",
        "1.8亿元资金下达到位。",
        "6.3%的增速高于全省。",
        "7.5个百分点的差距缩小。",
        "2.3 万吨粮食入库。",
        "12.6平方公里纳入保护。",
        "9.8小时内修复。",
        "第九条规定的情形除外。",
        "第十二条所称重大事项，是指涉及公共利益的事项。",
        "第五条的规定，自下月起执行。",
        "第三条第二款明确了时限。",
        "第六条、第七条另有规定的，从其规定。",
        "第八条至第十条的程序可以简化。",
        "第十条中的期限以工作日计算。",
    ],
)
def test_a_reference_or_a_figure_at_the_start_of_a_line_is_no_heading(line: str) -> None:
    assert [found.mark for found in candidates(line) if found.number] == []
    text = f"2 巡检\n2.1 频次\n{line}\n2.2 记录\n保存五年。\n"
    assert paths(text) == ["2", "2/2.1", "2/2.2"]


def test_a_reference_between_articles_is_text_of_the_one_above() -> None:
    text = (
        "第五条 救助金按月发放。\n第六条 乡镇应当在3日内核实。\n第七条规定的对象，可以先行发放。\n"
        "第七条 对象包括重病患者。\n第八条 本办法自发布之日起施行。\n"
    )
    found = sections(text)
    assert [section.number for section in found] == ["第五条", "第六条", "第七条", "第八条"]
    assert "先行发放" in found[1].span.of(text)


@pytest.mark.parametrize("gap", [" ", "　　", "", "："])
@pytest.mark.parametrize("chapters", [True, False])
def test_articles_of_a_statute(gap: str, chapters: bool) -> None:
    subjects = {"一": "普法", "二": "调解", "三": "复议", "四": "监督"}
    articles = [f"第{n}条{gap}本市{subject}工作，由市司法局组织。\n" for n, subject in subjects.items()]
    if not chapters:
        assert paths("".join(articles)) == ["第一条", "第二条", "第三条", "第四条"]
        return
    text = "第一章 总则\n" + "".join(articles[:2]) + "第二章 保障\n第一节 经费\n" + "".join(articles[2:])
    assert paths(text) == [
        "第一章",
        "第一章/第一条",
        "第一章/第二条",
        "第二章",
        "第二章/第一节",
        "第二章/第一节/第三条",
        "第二章/第一节/第四条",
    ]


@pytest.mark.parametrize("mark", ["：", ":", "、", "．"])
def test_a_numeral_with_a_colon_numbers_headings(mark: str) -> None:
    text = f"一{mark}加强领导\n成立专班，抓好落实。\n二{mark}压实责任\n签订责任书，逐级考核。\n"
    assert [section.heading for section in sections(text)] == ["加强领导", "压实责任"]


@pytest.mark.parametrize(
    "text",
    [
        "1 张建国\n2 李红梅\n3 王志强\n",  # names
        "1 东城街道 120\n2 西城街道 98\n3 南关街道 143\n",  # rows
        "12 月底完成。\n",
        "24 小时值守。\n",
        "参会人员\n1 名局长、3 名科长。\n",
    ],
)
def test_a_number_before_a_blank_is_no_heading_without_clauses(text: str) -> None:
    assert not any(section.number for section in sections(text))


@pytest.mark.parametrize("title", ["目录\n", "目　录\n", ""])
@pytest.mark.parametrize(
    "marks", [("一、", "二、", "三、"), ("第一章 ", "第二章 ", "第三章 "), ("1. ", "2. ", "3. "), ("## ",) * 3]
)
def test_a_table_of_contents_without_page_numbers_heads_nothing(title: str, marks: tuple[str, str, str]) -> None:
    heads = [mark + name for mark, name in zip(marks, ("工作回顾总述", "存在问题分析", "下步工作打算"), strict=True)]
    body = "".join(f"{head}\n全年办理案件三千件。调解成功率超过六成。\n" for head in heads)
    contents = title + "".join(f"{head}\n" for head in heads)
    found = sections(contents + body)
    named = [section for section in found if any(section.heading in head for head in heads)]
    assert [section.heading for section in named] == ["工作回顾总述", "存在问题分析", "下步工作打算"]
    assert all(section.span.start >= len(contents) for section in named)


def test_headings_that_come_again_are_no_contents() -> None:
    part = "工作目标如下\n新建学校三所。扩建两所。\n工作措施如下\n加大投入。加强考核。\n"
    text = f"一、教育\n{part}二、卫生\n{part}三、交通\n{part}"
    assert [section.number for section in sections(text) if section.number] == ["一、", "二、", "三、"]
    assert sum(found.heading.of(text) == "工作目标如下" for found in candidates(text)) == 3
