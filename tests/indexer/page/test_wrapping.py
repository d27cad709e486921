"""Line breaks that are layout go, and no others."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest

from indexer.page.wrapping import between, goes_on_over_page, going_on
from indexer.readers.decoding import decode
from indexer.reports import reading_of
from indexer.sentences import sentences
from indexer.types import FileReading

PROSE = (
    "全县围绕优化营商环境开展专项督察，共梳理行政审批事项1260项，取消证明材料317件，"
    "审批时限平均压缩六成以上，企业开办时间缩短到一个工作日。推行柔性执法，制定轻微违法不予处罚清单，"
    "涉及市场监管、交通运输、城市管理等领域，全年不予处罚案件达到2384起，减免罚款415.6万元。"
    "同时建立回访制度，对受罚企业逐户上门说明情况，引导其限期整改到位。"
)
MORE = (
    "加强行政复议能力建设，配齐办案人员，改造听证场所，开通网上申请渠道，方便群众就近申请。"
    "全年新收行政复议申请863件，审结827件，调解和解率达到百分之三十一，行政争议实质性化解率稳步提高。"
)


def wrapped(text: str, columns: int, *, indent: str = "", gap: str = "\n", whole_words: bool = False) -> str:
    """``text`` with its paragraphs set in lines of ``columns``; a Chinese character takes two."""
    paragraphs: list[str] = []
    for paragraph in filter(None, (line.strip() for line in text.splitlines())):
        lines, used = [""], 0
        for token in re.findall(r"[!-~]+|." if whole_words else ".", indent + paragraph):
            wide = sum(2 if char > "\u2e7f" or char in "“”‘’—…" else 1 for char in token)
            if used + wide > columns:
                lines.append("")
                used = 0
            lines[-1] += token
            used += wide
        paragraphs.append("\n".join(lines))
    return gap.join(paragraphs) + "\n"


def quotes(text: str) -> list[str]:
    (report,) = reading_of(text.encode(), "某某县2023年法治政府建设情况报告.txt").reports
    return ["".join(span.of(report.text).split()) for span in sentences(report.text)]


@pytest.mark.parametrize("columns", [32, 40, 44, 60, 72, 76, 78, 100])
@pytest.mark.parametrize(
    ("indent", "gap", "whole_words"),
    [("", "\n\n", False), ("　　", "\n", False), ("    ", "\n", True), ("", "\n", True)],
)
def test_wrapped_paragraphs_have_the_sentences_of_whole_ones(
    columns: int, indent: str, gap: str, whole_words: bool
) -> None:
    text = f"某某县2023年法治政府建设情况报告\n一、主要做法\n{PROSE}\n{MORE}\n二、下一步打算\n{MORE}\n{PROSE}\n"
    assert quotes(wrapped(text, columns, indent=indent, gap=gap, whole_words=whole_words)) == quotes(text)


@pytest.mark.parametrize("columns", [40, 56, 76])
@pytest.mark.parametrize(("indent", "gap"), [("", "\n\n"), ("　　", "\n")])
def test_wrapped_reports_have_their_sentences_and_headings(
    samples: Path, sample_readings: dict[Path, FileReading], columns: int, indent: str, gap: str
) -> None:
    n_wanted = n_found = 0
    for path in samples.glob("*.txt"):
        if len(sample_readings[path].reports) > 1:
            continue
        text = decode(path.read_bytes()).text
        (whole,) = reading_of(text.encode(), path.name).reports
        (read,) = reading_of(wrapped(text, columns, indent=indent, gap=gap).encode(), path.name).reports
        for what in ("sentences", "headings"):
            wanted, found = (
                Counter(
                    "".join(part.split())
                    for part in (
                        (span.of(report.text) for span in sentences(report.text))
                        if what == "sentences"
                        else (section.label for _, section in report.walk())
                    )
                )
                for report in (whole, read)
            )
            n_wanted += wanted.total()
            n_found += (wanted & found).total()
    assert n_wanted > 300
    assert n_found >= 0.98 * n_wanted


def test_one_wrapped_paragraph_is_enough() -> None:
    text = wrapped(PROSE, 60)
    assert quotes(f"某某县报告\n\n{text}") == ["某某县报告", *quotes(PROSE)]


@pytest.mark.parametrize(
    ("lines", "goes_on"),
    [
        (["设点的有东门、西门、", "南门和北门。", "其他地方另定。"], {1}),
        (["设点的有、", "东门"], set()),  # nothing is enumerated yet
        (["东门、西门、", "一、南门"], set()),  # a heading
        (["东门、西门，", "南门"], set()),  # verse
    ],
)
def test_an_enumeration_that_a_line_breaks_off_goes_on_in_the_next(lines: list[str], goes_on: set[int]) -> None:
    assert going_on(lines, range(len(lines))) == goes_on


def test_a_figure_set_in_the_next_line_whole_belongs_to_its_sentence() -> None:
    text = wrapped(PROSE, 48).replace("1260项", "\n1260项").replace("\n\n", "\n")
    assert any("共梳理行政审批事项1260项" in quote for quote in quotes(text))


def test_english_gets_a_blank_for_a_line_break() -> None:
    lines = [
        "The county handled more applications for review than in any year",
        "before, and closed nine in ten of them within the time that the law",
        "allows, while the share of decisions that were set aside fell by two",
        "points. Officers were trained twice.",
    ]
    (report,) = reading_of("\n".join(lines).encode(), "report.txt").reports
    assert report.text == " ".join(lines)


@pytest.mark.parametrize(
    ("before", "behind", "blank"),
    [
        ("去年共收到", "申请三件", ""),
        ("of the", "county", " "),
        ("well-", "known", ""),
        ("二〇二三年共20", "23件", ""),
        ("使用Open", "AI的", " "),
        ("in 2019", "30 people", " "),
    ],
)
def test_what_stands_for_a_line_break(before: str, behind: str, blank: str) -> None:
    assert between(before, behind) == blank


NOT_WRAPPED = {
    "a poem of seven": "银烛秋光冷画屏，轻罗小扇扑流萤。\n天阶夜色凉如水，卧看牵牛织女星。\n" * 3,
    "a poem without stops": "我从山中来，带着兰花草的清香和泥土\n我从海上来，带着珍珠贝的光泽和波涛\n"
    "我从城里来，带着霓虹灯的闪烁和喧嚣\n我从村里来，带着麦秸垛的温暖和炊烟\n",
    "addresses": "沙湾县人民路128号行政服务中心一楼大厅\n沙湾县解放路16号综合行政执法局二楼\n"
    "沙湾县建设路203号司法局公共法律服务站\n沙湾县团结路7号信访接待中心西侧平房\n",
    "names with their posts": "王建国，男，汉族，县司法局党组书记、局长\n"
    "李红梅，女，回族，县人民法院副院长、党组成员\n"
    "赵志强，男，汉族，县公安局政委、督察长\n孙丽华，女，满族，县信访局局长、联席办主任\n",
    "names of documents": "《沙湾县重大行政决策程序暂行规定》\n《沙湾县行政规范性文件管理办法》\n"
    "《沙湾县行政执法公示工作实施细则》\n《沙湾县法治宣传教育第八个五年规划》\n",
    "items without stops": "推进行政复议体制改革取得阶段性成效\n建立府院联动机制化解行政争议\n"
    "开展道路交通安全和运输执法领域整治\n组织领导干部旁听庭审和集中述法\n",
    "items with semicolons": "坚持党的领导，把法治建设摆在突出位置来抓；\n"
    "坚持问题导向，集中力量解决群众的急难愁盼；\n"
    "坚持系统观念，统筹推进各项改革任务的落实；\n坚持数字赋能，打通部门之间的数据共享壁垒；\n",
    "numbered items": "1.推进行政审批制度改革，压缩办理时限，减少材料\n2.加强事中事后监管，推行双随机抽查，公开结果\n"
    "3.规范行政执法行为，落实三项制度，开展案卷评查\n4.健全矛盾纠纷化解机制，建好调解组织，配强人员\n",
    "bullets": "● 推进行政审批制度改革，压缩办理时限，减少材料\n● 加强事中事后监管，推行双随机抽查，公开结果\n"
    "● 规范行政执法行为，落实三项制度，开展案卷评查\n",
    "rows": "地区　　受理件数　　审结件数　　纠错率\n东城街道　　120　　118　　4.2%\n西城街道　　98　　96　　3.1%\n"
    "南关街道　　143　　140　　5.0%\n",
    "a form": "单位名称：沙湾县综合行政执法局\n法定代表人：张某某\n统一社会信用代码：11652300MB1234567X\n"
    "单位地址：沙湾县建设路203号\n联系电话：0993-6012345\n",
    "a signature": "特此报告，请予审议。\n沙湾县人民政府办公室\n2024年1月18日\n",
    "articles": "第一条　为了规范行政执法行为，根据有关法律，制定本办法。\n"
    "第二条　本县行政区域内的执法活动，适用本办法。\n"
    "第三条　县司法局负责组织、协调、指导和监督本办法的实施。\n",
    "questions and answers": "问：行政复议申请应当在多少日内提出？\n答：自知道该行政行为之日起六十日内提出。\n"
    "问：申请行政复议要不要交费，收多少？\n答：行政复议机关办理案件，不收任何费用。\n",
    "paragraphs in lines of their own": f"一、主要做法\n{PROSE}\n{MORE}\n二、下一步打算\n{MORE}\n",
    "short headings over paragraphs": "强化组织领导，压实工作责任，形成合力\n"
    + PROSE
    + "\n完善制度机制，规范权力运行，加强监督\n"
    + MORE
    + "\n",
}


@pytest.mark.parametrize("text", NOT_WRAPPED.values(), ids=NOT_WRAPPED)
def test_lines_that_end_by_themselves_are_not_joined(text: str) -> None:
    lines = text.splitlines(keepends=True)
    assert going_on(lines, range(len(lines))) == set()


@pytest.mark.parametrize("text", NOT_WRAPPED.values(), ids=NOT_WRAPPED)
def test_nor_are_they_in_a_text_that_is_wrapped(text: str) -> None:
    prose = wrapped(f"{PROSE}\n{MORE}\n{PROSE}\n", 66, gap="\n\n").splitlines(keepends=True)
    lines = [*prose, "\n", *text.splitlines(keepends=True)]
    inside = {at for at in going_on(lines, range(len(lines))) if at > len(prose)}
    assert inside == set() or "paragraphs" in text


def test_what_is_not_kept_parts_what_is_around_it() -> None:
    lines = wrapped(PROSE, 40).splitlines(keepends=True)
    kept = set(range(len(lines)))
    assert going_on(lines, kept) >= {2, 3}
    assert not going_on(lines, kept - {2}) & {2, 3}


@pytest.mark.parametrize(
    ("before", "behind", "goes_on"),
    [
        ("全县新开工项目31个，竣工28个，全年完成投资", "64.7亿元，增长8.8%。", True),
        ("全县实现了稳步增长。今年要", "继续努力，争取更大成绩。", True),
        ("全县实现了稳步增长。", "今年要继续努力，争取更大成绩。", False),
        ("（一）统筹推进城乡融合发展，加快补齐短板弱项", "去年，全县建成公路12公里。", False),
        ("主要工作", "去年，全县建成公路12公里。", False),
        ("涉及公安、民政、", "人社等部门。", True),
        ("全县新开工项目31个，竣工28个，全年完成投资", "二、存在的问题，以及原因", False),
        ("全县新开工项目31个，竣工28个，全年完成投资", "主要问题", False),
    ],
)
def test_a_sentence_goes_on_over_the_page(before: str, behind: str, goes_on: bool) -> None:
    assert goes_on_over_page(before, behind) is goes_on
