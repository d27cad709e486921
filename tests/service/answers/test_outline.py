"""The points of the section that is meant, all of them, in order; and what is asked for instead of them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from indexer.reports import read_file
from service.answers.outline import certainty_of
from service.answers.points import points_of
from service.ask import Asker
from service.asked.parts import kinds_headed
from service.kind_model import KindModel
from service.kinds import KINDS
from service.types import Answer, Question
from service.understand import understand

REPORT = """2022年青川县政府工作报告

一、2021年工作回顾

过去一年，我们主要做了以下工作。

（一）经济运行稳中有进

全县地区生产总值187.2亿元，增长6.1%。一般公共预算收入12.4亿元，增长4.2%，财政支出结构持续优化，民生支出占比继续提高。

（二）民生福祉不断增进

新增公办学位1200个。建成社区食堂14家。全年城镇新增就业4120人，失业人员再就业860人，困难群体得到妥善安置。

二、存在的主要问题

工作中还存在一些薄弱环节，一是产业结构不够优，支柱产业单一；二是基层执法力量不足，一人多岗；三是公共服务还有短板。

三、2022年重点工作

（一）抓好项目建设。全年安排重点项目86个，完成投资120亿元，其中产业项目占六成以上，续建项目全部复工，新建项目年内开工。

（三）抓好民生实事。今年办好教育、医疗、养老等实事，新建养老服务中心5个，改造老旧小区12个，新增停车位900个，逐件落实。
"""


@pytest.fixture(scope="module")
def asker(make_asker: Any) -> Asker:
    made: Asker = make_asker({"2022年青川县政府工作报告.txt": REPORT})
    return made


def ask(asker: Asker, question: str) -> Answer:
    return asker.ask(Question(question=question))


@pytest.mark.parametrize(
    ("question", "points"),
    [
        ("青川县2022年报告分哪几个部分？", ["一、2021年工作回顾", "二、存在的主要问题", "三、2022年重点工作"]),
        ("第一部分讲了哪几个方面？", ["（一）经济运行稳中有进", "（二）民生福祉不断增进"]),
        ("青川县2021年工作回顾那一节分哪几块？", ["（一）经济运行稳中有进", "（二）民生福祉不断增进"]),
        (
            "青川县工作中存在的薄弱环节分哪几点？",
            ["一是产业结构不够优", "二是基层执法力量不足", "三是公共服务还有短板"],
        ),
    ],
)
def test_all_the_points_in_order_each_with_its_place(asker: Asker, question: str, points: list[str]) -> None:
    answer = ask(asker, question)
    assert (answer.kind, answer.status) == ("outline", "answered")
    assert [segment.text for segment in answer.segments] == points
    assert [segment.citations for segment in answer.segments] == [(n,) for n in range(1, len(points) + 1)]
    for citation in answer.citations:
        assert asker.snapshot.reports[citation.report_id].text[citation.start : citation.end] == citation.quote
    assert answer.text.count("青川县政府工作报告") == 1  # the report is named once


def test_another_region_is_not_meant(asker: Asker) -> None:
    answer = ask(asker, "北京市2022年重点工作有哪几个方面？")
    assert "抓好项目建设" not in answer.text


@pytest.mark.parametrize(
    ("heading", "points"),
    [
        (
            "意见和建议",
            ["(一)抓住关键少数", "(二)充实基层力量", "(三)推进数据共享", "(四)健全监督体系", "(五)提升普法实效"],
        ),
        ("权益保护更加有力", ["畅通投诉渠道。", "清理拖欠账款。", "化解行政争议。"]),
        ("法治宣传教育深入人心", ["创新普法形式。", "培育法治带头人。", "压实普法责任。"]),
        (
            "问题与不足",
            ["(一)多头重复检查时有发生", "(二)处罚畸轻畸重", "(三)趋利执法苗头未绝", "(四)政策落实存在“中梗阻”"],
        ),
    ],
)
def test_points_that_are_sections_and_points_that_are_none(samples: Path, heading: str, points: list[str]) -> None:
    (file,) = samples.glob("*汇编*")
    found = [
        points_of(report, section)
        for report in read_file(file).reports
        for _, section in report.walk()
        if section.heading == heading
    ]
    report = next(report for report in read_file(file).reports if points[0] in report.text)
    assert [[point.of(report.text) for point in one] for one in found] == [points]


ASKS = {
    "outline": (
        "报告分哪几个部分？ 第二部分讲了哪几个问题？ 主要做法有哪些？ 存在哪些问题？ 有什么建议？ 列出报告的目录。 "
        "还存在哪些困难和问题？ 面临哪些问题与挑战？ "
        "问题有哪些？ 十件实事是哪些？ 下一步打算从哪些方面入手？ 那一节有哪几点？ 三段分别讲什么？ 归成哪几类？ "
        "七方面工作的标题是什么？ 采取了哪些措施？ 分了哪三条路子？ 由哪几节组成？ 报告里第三大块讲的是什么？"
    ),
    "other": (
        "哪些部门参加了座谈会？ 哪几个区完成了任务？ 哪几类纠纷最多？ 哪三条游玩路线？ 一共几条建议？ 受理案件多少件？ "
        "哪条线最长？ 哪几个产业集群入选？ 为什么问题反复出现？ 怎么解决？ 打通了多少条路？ 国家级的有几项？ "
        "什么是双盲演练？ 还有别的县吗？"
    ),
}


@pytest.mark.parametrize(("kind", "question"), [(kind, one) for kind, all_ in ASKS.items() for one in all_.split()])
def test_what_asks_for_parts(kind: str, question: str) -> None:
    assert (understand(question).kind == "outline") is (kind == "outline")


STATUTE = """石桥市养犬管理条例

第一章 总则

第一条 为了规范养犬行为，制定本条例。

第二条 本条例适用于本市行政区域内的养犬管理。

第二章 登记与免疫

第一节 登记

第三条 养犬人应当办理登记，领取下列材料：

（一）登记证；

（二）犬牌。

第四条 登记证有效期为一年。

第二节 免疫

第五条 犬只应当免疫。

第六条 免疫点由主管部门公布。

第三章 附则

第七条 本条例自公布之日起施行。

第八条 实施办法另行制定。
"""
OPINION = """石桥市人民政府关于推进垃圾分类的指导意见

一、总体要求

（一）指导思想。坚持绿色发展，全面推行垃圾分类，改善城乡人居环境，建设美丽家园。

（二）基本原则。坚持政府主导、全民参与、因地制宜、循序渐进，逐步形成长效机制。

（三）工作目标。到2025年，全市城区生活垃圾分类覆盖率达到95%以上，回收利用率达到35%。

二、完善收运体系

配齐收运车辆，优化收运线路，防止先分后混，做到日产日清，确保运行有序。

三、强化组织保障

落实属地责任，加强经费保障，开展监督检查，定期通报进展情况，注重宣传引导。
"""
WORK_REPORT = """2022年石桥市政府工作报告

一、2021年工作回顾

一年来，我们主要做了以下工作。

（一）产业升级提速。全市新增规上工业企业31家，技改投资增长两成，园区配套不断完善，营商环境持续优化。

（二）民生持续改善。新增公办学位900个，新建社区食堂8家，城镇新增就业3200人，住房保障扎实推进。

同时，我们也清醒认识到，发展中还有不少难题：一是传统产业转型偏慢，二是公共服务供给不足，三是少数干部作风不实。

二、2022年主要任务

（一）做强做优实体经济。安排重点项目40个，完成投资60亿元，其中产业项目占六成以上，续建项目全部复工。

（二）办好民生实事。新建养老服务中心3个，改造老旧小区9个，新增停车位500个，逐件落实到位。
"""


@pytest.fixture(scope="module")
def documents(make_asker: Any) -> Asker:
    made: Asker = make_asker(
        {"养犬条例.txt": STATUTE, "指导意见.txt": OPINION, "2022年石桥市政府工作报告.txt": WORK_REPORT}
    )
    return made


@pytest.mark.parametrize(
    ("question", "points"),
    [
        ("养犬管理条例一共设了哪些章？", ["第一章 总则", "第二章 登记与免疫", "第三章 附则"]),
        ("养犬管理条例讲登记与免疫的那一章下面有哪几节？", ["第一节 登记", "第二节 免疫"]),
        ("垃圾分类的指导意见，大纲是怎样的？", ["一、总体要求", "二、完善收运体系", "三、强化组织保障"]),
        ("垃圾分类指导意见整个框架是什么", ["一、总体要求", "二、完善收运体系", "三、强化组织保障"]),
        (
            "石桥市2022年的报告自己承认有哪几方面的短板？",
            ["一是传统产业转型偏慢", "二是公共服务供给不足", "三是少数干部作风不实"],
        ),
        ("垃圾分类“两项制度”指导意见的总体要求讲了哪几条？", ["（一）指导思想", "（二）基本原则", "（三）工作目标"]),
        ("石桥市2022年主要任务分成哪几大块", ["（一）做强做优实体经济", "（二）办好民生实事"]),
    ],
)
def test_the_level_that_is_asked_for(documents: Asker, question: str, points: list[str]) -> None:
    answer = ask(documents, question)
    assert [segment.text for segment in answer.segments if "计数" not in segment.text] == points


@pytest.mark.parametrize(
    ("question", "said", "shown"),
    [
        ("养犬管理条例一共有多少条？", "共 8 项（按下列各项计数）", ["第一条", "第八条"]),
        ("该条例共有几条？", "共 8 项（按下列各项计数）", ["第一条", "第八条"]),
        ("养犬管理条例第二章有几条？", "共 4 项（按下列各项计数）", ["第三条", "第六条"]),
        ("养犬管理条例共有几节", "共 2 项（按下列各项计数）", ["第一节", "第二节"]),
    ],
)
def test_articles_are_counted_through_chapters_and_their_sections(
    documents: Asker, question: str, said: str, shown: list[str]
) -> None:
    counted, *points = ask(documents, question).segments
    assert counted.text == said
    assert [points[0].text[:3], points[-1].text[:3]] == shown


def test_what_one_report_calls_sections_people_say_of_any(documents: Asker) -> None:
    answer = ask(documents, "石桥市2022年主要任务那部分有哪几节")
    assert [segment.text for segment in answer.segments][-2:] == ["（一）做强做优实体经济", "（二）办好民生实事"]


@pytest.mark.parametrize(
    ("heading", "kinds"),
    [
        ("存在的主要问题", {"problems"}),
        ("亟待解决的问题", {"problems"}),
        ("面临的困难和矛盾", {"problems"}),
        ("多元化解矛盾纠纷", set()),
        ("切实解决群众急难愁盼问题", set()),
        ("保障困难群众基本生活", set()),
        ("问题整改情况", set()),
    ],
)
def test_what_is_dealt_with_is_no_shortcoming(heading: str, kinds: set[str]) -> None:
    assert kinds_headed(heading) == kinds


HEADED = """2023年溪口县养老服务工作报告

一、总体要求

（一）指导思想。以满足老年人需求为中心，全面提升服务能力，推动养老事业和养老产业协调发展。

（二）基本原则。

坚持政府引导。发挥政府在规划、投入、监管上的作用，兜住底线，保障困难老人的基本养老服务，补齐农村设施短板，逐步扩大覆盖面。

坚持社会参与。鼓励企业和社会组织兴办养老机构，支持连锁经营，推动公建民营，让老人有更多选择，也让服务更有活力，价格更实在。

二、工作进展

（一）设施建设成效明显。坚持规划先行，把养老设施纳入年度计划。居家服务加快覆盖。全年建成社区服务站21个，为高龄老人上门助餐8万人次，改造家庭床位640张，实现乡镇全部设站，服务满意率达到97%。机构管理更加规范。对全县17家养老机构开展等级评定，整治消防隐患35处，持证上岗率由81%提高到93%，实现机构责任保险全覆盖。

（二）队伍建设不断加强。一是在落实岗位补贴的基础上，提高护理员工资标准；二是与职业学校合作办班。
"""


@pytest.fixture(scope="module")
def headed(make_asker: Any) -> Asker:
    made: Asker = make_asker({"2023年溪口县养老服务工作报告.txt": HEADED})
    return made


@pytest.mark.parametrize(
    ("question", "points"),
    [
        ("溪口县养老服务工作的基本原则有哪些？", ["坚持政府引导", "坚持社会参与"]),  # taken for a list, or a definition
        ("“设施建设成效明显”这一节讲了哪几点？", ["居家服务加快覆盖", "机构管理更加规范"]),  # behind what leads in
        (
            "溪口县养老报告中队伍建设不断加强这部分讲了哪些？",
            ["一是在落实岗位补贴的基础上，提高护理员工资标准", "二是与职业学校合作办班"],
        ),
    ],
)
def test_the_section_whose_heading_the_question_says(headed: Asker, question: str, points: list[str]) -> None:
    assert [segment.text for segment in ask(headed, question).segments] == points


def test_a_heading_that_is_but_a_word_of_the_title_is_not_said() -> None:
    part = understand("养老服务工作报告有哪些内容？").text_part
    assert not part.is_of("养老服务", "溪口县养老服务工作报告")
    assert understand("养老服务工作报告的养老服务有哪些内容？").text_part.is_of("养老服务", "溪口县养老服务工作报告")


def test_what_leads_to_proposals_leads_to_no_problems(make_asker: Any) -> None:
    text = (
        "关于溪口县养老提案的答复\n\n实际工作中存在设施不足、人手紧缺、经费偏少等困难和问题。"
        "对您提出的养老建议，我们将这样采纳：一是增加设施；二是培训人员。\n"
    )
    answer = ask(make_asker({"答复.txt": text}), "溪口县养老工作存在哪些困难和问题？")
    assert not any("增加设施" in segment.text for segment in answer.segments)


def test_a_report_that_nowhere_names_the_place_is_not_meant(make_asker: Any) -> None:
    nowhere = (
        "调研报告（一）\n\n一、主要做法\n\n松岭省抓了两件事。\n\n二、意见建议\n\n"
        "一是充实力量；二是共享数据；三是加强监督。\n"
    )
    asker = make_asker({"2022年青川县政府工作报告.txt": REPORT, "调研.txt": nowhere})
    assert {citation.title for citation in ask(asker, "松岭省那篇提了哪几条建议？").citations} == {"调研报告（一）"}
    assert not ask(asker, "柏川省那篇分哪几个部分？").citations


def test_words_that_ask_for_points_go_before_what_the_model_takes_for_a_fact(headed: Asker) -> None:
    always_fact = KindModel(
        ("fact",), np.zeros(1), np.zeros((1, headed.retriever.encoder.dim)), np.zeros((1, len(KINDS)))
    )
    answer = ask(replace(headed, kinds=always_fact), "溪口县养老服务报告的工作进展分哪几块？")
    assert [segment.text for segment in answer.segments] == ["（一）设施建设成效明显", "（二）队伍建设不断加强"]


def test_of_an_english_question_no_word_need_stand_in_the_heading() -> None:
    english, chinese = understand("What problems are there?"), understand("有哪些问题？")
    assert certainty_of(0.6, english, None) > 0.5 > certainty_of(0.6, chinese, None)
