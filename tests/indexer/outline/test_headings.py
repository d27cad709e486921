"""Numbers and candidates: what looks like a heading, before anything is decided."""

from __future__ import annotations

import pytest

from indexer.outline.headings import candidates, is_unnumbered_heading, parse_number


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("", 0),
        ("一", 1),
        ("十", 10),
        ("十二", 12),
        ("二十", 20),
        ("二十一", 21),
        ("九十九", 99),
        ("一百", 100),
        ("一百零三", 103),
        ("一百一十", 110),
        ("一百二十三", 123),
        ("7", 7),
        ("103", 103),
        ("１２", 12),
        ("㈩", 10),
        ("⑿", 12),
        ("⒈", 1),
        ("壹拾贰", 12),
        ("其次", 2),
    ],
)
def test_numbers(text: str, number: int) -> None:
    assert parse_number(text) == number


@pytest.mark.parametrize(
    ("line", "style", "number", "heading"),
    [
        ("一、2021年工作回顾", "han", 1, "2021年工作回顾"),
        ("　　十二、其他工作", "han", 12, "其他工作"),
        ("（一）推进简政放权", "han-bracket", 1, "推进简政放权"),
        ("(三)政务公开深入推进", "han-bracket", 3, "政务公开深入推进"),
        ("1. 抓项目", "arabic", 1, "抓项目"),
        ("2．地表水Ⅳ类：指主要适用于一般工业用水区。另一句话。", "arabic", 2, "地表水Ⅳ类"),
        ("(1)链条补强。新引进配套企业17家，本地配套率提高。", "arabic-bracket", 1, "链条补强"),
        ("（2）技改扩能", "arabic-bracket", 2, "技改扩能"),
        ("第一章 总 则", "part", 1, "总 则"),
        ("## 第十二章 附则", "part", 12, "附则"),
        ("第二部分　工作安排", "part", 2, "工作安排"),
        ("### 第三节 申请的提出", "section", 3, "申请的提出"),
        ("第一百零三条 本法自1990年10月1日起施行。", "article", 103, "本法自1990年10月1日起施行"),
        ("附件2", "annex", 2, ""),
        ("附件：名词解释", "annex", 0, "名词解释"),
        (
            "一是坚定不移实施产业兴盐，加快推动产业结构优化升级。",
            "is",
            1,
            "坚定不移实施产业兴盐，加快推动产业结构优化升级",
        ),
        ("### （二）乡村振兴全面推进", "han-bracket", 2, "乡村振兴全面推进"),
        ("## 工作安排", "level-2", 0, "工作安排"),
        ("2021年工作回顾", "unnumbered", 0, "2021年工作回顾"),
        ("１．经济", "arabic", 1, "经济"),
        ("１２、经济", "arabic", 12, "经济"),
        ("⒉经济", "arabic", 2, "经济"),
        ("1\\. 经济", "arabic", 1, "经济"),
        ("（１）就业", "arabic-bracket", 1, "就业"),
        ("⑵就业", "arabic-bracket", 2, "就业"),
        ("2）就业", "arabic-bracket", 2, "就业"),
        ("㈡执法", "han-bracket", 2, "执法"),
        ("二）执法", "han-bracket", 2, "执法"),
        ("〔二〕执法", "han-bracket", 2, "执法"),
        ("一.经济", "han", 1, "经济"),
        ("贰、经济", "han", 2, "经济"),
        ("③经济", "circled", 3, "经济"),
        ("3.2 经济", "decimal", 2, "经济"),
        ("第一条：为了发展。", "article", 1, "为了发展"),
        ("第二條　為了發展。", "article", 2, "為了發展"),
        ("第二篇　总论", "book", 2, "总论"),
        ("第一，转变职能。职能还没有转变。", "ordinal", 1, "转变职能"),
        ("其次，转变职能。职能还没有转变。", "ordinal", 2, "转变职能"),
        ("##一、经济 ##", "han", 1, "经济"),
        ("> 一、经济", "han", 1, "经济"),
        ("**（一）推进简政放权**", "han-bracket", 1, "推进简政放权"),
        ("**（一）推进简政放权。**放权287项。还有许多。", "han-bracket", 1, "推进简政放权"),
        ("**（一）**推进简政放权。放权287项。", "han-bracket", 1, "推进简政放权"),
        ("（一）**推进简政放权**放权287项。还有许多。", "han-bracket", 1, "推进简政放权"),
        ("### **一、经济**", "han", 1, "经济"),
        ("## **工作安排**", "level-2", 0, "工作安排"),
        ("**2021年工作回顾**", "unnumbered", 0, "2021年工作回顾"),
    ],
)
def test_a_heading_on_its_own_line(line: str, style: str, number: int, heading: str) -> None:
    (found,) = candidates(line)
    assert (found.style, found.number, found.heading.of(line)) == (style, number, heading)
    assert found.at_line_start


@pytest.mark.parametrize(
    "line",
    [
        "1.83万件行政复议案件已经办结。",
        "46.18亿元问题资金整改到位。",
        "第（一）项所列情形，由行政复议机关决定。",
        "一是否公开，二是否合法。",
        "2022年是党和国家历史上具有里程碑意义的一年。",
        "全年办理行政复议案件2270件。",
        "受理412件、审结389件。",
        "1.2亿元专项资金已经下达。",
        "**市受理行政复议案件2270件。",
        "第一篇章已经写就，新的一篇正在展开。",
    ],
)
def test_a_running_sentence_gives_no_candidate(line: str) -> None:
    assert candidates(line) == []


def test_headings_inline() -> None:
    text = "现将情况报告如下: 一、主要做法和成效 近年来，基础明显加强。 "
    text += "(一)简政放权持续深化 优化流程。(二)执法更加规范 落实制度。"
    assert [(found.style, found.number, found.heading.of(text)) for found in candidates(text)] == [
        ("han", 1, "主要做法和成效"),
        ("han-bracket", 1, "简政放权持续深化"),
        ("han-bracket", 2, "执法更加规范"),
    ]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("2021年工作回顾", True),
        ("“十四五”时期和2021年形势任务", True),
        ("名词解释", True),
        ("政府工作报告名词、术语注释", True),
        ("2021年", False),
        ("2022年1月12日", False),
        ("二〇二二年一月", False),
        ("1996年3月17日 第八届全国人民代表大会第四次会议通过", False),
        ("新华社北京2006年3月15日电", False),
        ("——2022年1月12日在澜川市第五届人民代表大会上", False),
        ("澜川市人民政府市长　沈砚秋", False),
        ("国务院总理 朱镕基", False),
        ("（报告中的数据为初步统计数）", False),
        ("各位代表：", False),
        ("全年受理案件2270件。", False),
        ("稳中求进，提质增效", False),
        ("GDP", False),
        ("", False),
    ],
)
def test_unnumbered_headings(line: str, expected: bool) -> None:
    assert is_unnumbered_heading(line) == expected
