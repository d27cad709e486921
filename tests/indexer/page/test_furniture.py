"""Numbers of pages and running heads go and are told; what looks like them stays."""

from __future__ import annotations

import pytest

from indexer.page.furniture import PAGE_NUMBER, RUNNING_HEAD
from indexer.reports import reading_of
from indexer.sentences import sentences

HEAD = "东岭县2023年国民经济和社会发展计划执行情况的报告"
PAGES = (
    "一、计划执行情况\n\n全年粮食播种面积41万亩，总产量18.6万吨。工业用电量增长5.3%，规模以上工业企业达到",
    "137家，实现利润9.4亿元。新建标准厂房6万平方米，引进项目22个，协议资金",
    "35.8亿元。城镇新增就业2860人，登记失业率控制在",
    "3.2%以内。农村居民人均可支配收入增长8.1%。",
)
WHOLE = [
    HEAD,
    "一、计划执行情况",
    "全年粮食播种面积41万亩，总产量18.6万吨。",
    "工业用电量增长5.3%，规模以上工业企业达到137家，实现利润9.4亿元。",
    "新建标准厂房6万平方米，引进项目22个，协议资金35.8亿元。",
    "城镇新增就业2860人，登记失业率控制在3.2%以内。",
    "农村居民人均可支配收入增长8.1%。",
]


def read(text: str) -> tuple[list[str], list[tuple[str, str]]]:
    reading = reading_of(text.encode(), "某某.txt")
    (report,) = reading.reports
    dropped = [(item.text, item.reason) for item in reading.dropped if item.text]
    return [span.of(report.text) for span in sentences(report.text)], dropped


def paged(foot: str, head: str, gap: str = "\n\n") -> str:
    """The pages with ``foot`` below each and ``head`` above each, ``{n}`` in them the number of the page."""
    text = HEAD + "\n"
    for n, page in enumerate(PAGES, start=1):
        top = [head.format(n=n)] if head and n > 1 else []
        text += gap.join([*top, page, *([foot.format(n=n)] if foot else []), ""])
    return text


@pytest.mark.parametrize("gap", ["\n", "\n\n"])
@pytest.mark.parametrize(
    "foot",
    [
        "— {n} —",
        "-{n}-",
        "－ {n} －",
        "·{n}·",
        "第{n}页",
        "第 {n} 页 共 4 页",
        "第{n}页/共4页",
        "Page {n} of 4",
        "~ {n} ~",
    ],
)
@pytest.mark.parametrize("head", ["", HEAD])
def test_a_sentence_runs_over_the_page(foot: str, head: str, gap: str) -> None:
    found, dropped = read(paged(foot, head, gap))
    assert found == WHOLE
    assert dropped.count((head, RUNNING_HEAD)) == (3 if head else 0)
    assert [text for text, reason in dropped if reason == PAGE_NUMBER] == [foot.format(n=n) for n in range(1, 5)]


@pytest.mark.parametrize(
    ("foot", "head"),
    [
        ("", HEAD),
        ("", HEAD + "  {n}"),
        ("", "\f" + HEAD),
        ("{n} " + HEAD, ""),
        ("内部资料　第{n}页", HEAD),
        ("{n}/4", HEAD),
    ],
)
def test_a_running_head_without_numbers_or_with_them_beside_it(foot: str, head: str) -> None:
    text = paged(foot, head) if foot != "{n}/4" else paged("第{n}页", head)
    assert read(text)[0] == WHOLE


def test_bare_numbers_are_those_of_pages_when_they_go_up_from_page_to_page() -> None:
    body = "各乡镇要落实属地责任，组织力量逐村排查，建立问题台账，明确整改时限，对账销号，不留死角。" * 6
    text = "".join(f"{body}全县共排查隐患点\n\n{n}\n\n{n}8处，整改完毕。\n\n" for n in range(1, 5))
    found, dropped = read("东岭县排查情况报告\n\n" + text)
    assert "全县共排查隐患点18处，整改完毕。" in found
    assert [text for text, _ in dropped] == ["1", "2", "3", "4"]


def test_even_and_odd_pages_have_heads_of_their_own() -> None:
    heads = ["东岭县人民政府文件汇编", "工作报告选辑"]
    text = HEAD + "\n"
    for n, page in enumerate([*PAGES[:3], *PAGES[1:3], *PAGES[1:]], start=1):
        text += f"{heads[n % 2]}\n\n{page}\n\n— {n} —\n\n"
    found, dropped = read(text)
    assert found[:2] == [HEAD, heads[1]]  # the first of all may be a title
    assert not set(found[2:]) & set(heads)
    assert {text for text, reason in dropped if reason == RUNNING_HEAD} == set(heads)


KEPT = {
    "a column of numbers": "各乡镇上报情况如下，请核对。\n东岭镇\n1\n西河镇\n2\n南坪镇\n3\n北山镇\n4\n",
    "a heading in each part": "一、教育\n工作目标\n新建学校3所，新增学位2000个。\n二、卫生\n工作目标\n"
    "新建医院1所，新增床位300张。\n"
    "三、交通\n工作目标\n新建公路50公里，改造桥梁4座。\n",
    "annexes": "附件 1\n任务清单，见各部门方案。\n附件 2\n责任分工，见各部门方案。\n附件 3\n时间安排，见各部门方案。\n",
    "a figure in brackets of dashes": "完成率如下，请核对。\n——2023年全县完成投资64亿元，增长8%。\n"
    "——2024年全县计划投资70亿元，增长9%。\n",
    "a quotation of a page": "有关规定见《办法汇编》第12页，执行中注意把握。\n"
    "第3页的表格由统计局负责解释，逾期不再受理。\n",
    "refrains": "让我们携手前行，不负韶华！\n我们的目标一定能够实现，\n让我们携手前行，不负韶华！\n"
    "我们的事业一定能够成功，\n"
    "让我们携手前行，不负韶华！\n",
    "signatures": "东岭县人民政府\n2023年1月5日\n西河县人民政府\n2023年1月5日\n南坪县人民政府\n2023年1月5日\n",
    "questions": "问\n办事要带什么材料，到哪里办？\n答\n带身份证，到政务大厅办。\n问\n"
    "多长时间能够办结，收不收费？\n答\n当日办结，不收费用。\n",
}


@pytest.mark.parametrize("text", KEPT.values(), ids=KEPT)
def test_what_looks_like_furniture_stays(text: str) -> None:
    reading = reading_of(f"东岭县有关情况\n{text}".encode(), "某某.txt")
    assert [item for item in reading.dropped if item.reason in (PAGE_NUMBER, RUNNING_HEAD)] == []
    assert reading.reports[0].text.split() == f"东岭县有关情况\n{text}".split()


def test_a_heading_that_comes_again_beside_one_page_number_stays() -> None:
    text = (
        "东岭县有关情况\n前言如下，请予审阅。\n说明\n一、教育\n工作目标\n新建学校3所。\n二、卫生\n— 2 —\n"
        "工作目标\n新建医院1所。\n"
    )
    assert read(text)[0].count("工作目标") == 2


TWICE = "西河县水利局 年度材料"


@pytest.mark.parametrize("gap", ["\n", "\n\n"])
@pytest.mark.parametrize(
    "between",
    [
        TWICE + "　　第 {n} 页",
        TWICE + "  {n}",
        "{n}  " + TWICE,
        TWICE + "\n{n}",  # two numbers alone are none of pages but below a head
        "— {n} —\n" + TWICE,
        TWICE,  # among lines much longer than itself
        HEAD,
    ],
)
def test_a_head_that_comes_but_twice_and_cuts_sentences_is_one(between: str, gap: str) -> None:
    pages = gap.join((PAGES[0], between.format(n=1), PAGES[1], between.format(n=2), PAGES[2] + "3.2%以内。"))
    found, dropped = read(f"{HEAD}\n{pages}\n")
    assert found == WHOLE[:-1]
    assert [reason for _, reason in dropped].count(RUNNING_HEAD) == 2


def test_the_title_that_comes_again_once_in_a_sentence_is_a_head() -> None:
    found, dropped = read(f"{HEAD}\n{PAGES[0]}\n{HEAD}\n137家，实现利润9.4亿元。\n")
    assert found[-1] == "工业用电量增长5.3%，规模以上工业企业达到137家，实现利润9.4亿元。"
    assert dropped == [(HEAD, RUNNING_HEAD)]


@pytest.mark.parametrize(
    "text",
    [
        "支出情况如下，其中\n单位：万元\n教育13，卫生5，增长3%。\n收入情况如下，其中\n单位：万元\n税收12，其他5，增长2%。\n",
        "第一组由以下人员负责，其中\n组长\n张三，李四。\n第二组由以下人员负责，其中\n组长\n王五，赵六。\n",
        # As long as its neighbours, a line may be wrapped so twice.
        "全县坚持把粮食安全摆在首位，\n认真落实耕地保护的各项制度，\n严守耕地红线，同时坚持产业，\n认真落实耕地保护的各项制度，\n夯实农业基础，取得明显成效。\n",
    ],
    ids=["units", "labels", "wrapped alike"],
)
def test_what_comes_twice_and_is_no_head_stays(text: str) -> None:
    _, dropped = read(f"东岭县有关情况\n{text}")
    assert RUNNING_HEAD not in [reason for _, reason in dropped]
