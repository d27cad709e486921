"""The figure that is asked for: whole, of the asked kind, of the named subject, or none where that is open."""

from __future__ import annotations

from dataclasses import replace

import pytest

from indexer.chinese.folding import fold
from indexer.types import Span
from service.answers.figure import asked_figures, pointed_at, value_or_name
from service.understand import understand

COUNTIES = "青溪县、白岭县分别改建敬老院14所、19所。"
TRADE = "外贸额480亿元，其中出口310亿元，同比下降6.2%，进口170亿元，增长3.4%。"
INCOME = "城镇和农村居民收入分别为38120元、17450元，增长5.1%和7.9%。"
RATE = "垃圾分拣率由42%提高到67%。"
BRIDGE = "云河大桥2019年开工，建设工期3年，2022年9月通车。"


def marked(question: str, sentence: str) -> list[str]:
    return [figure.text for figure in asked_figures(understand(question), fold(sentence))]


@pytest.mark.parametrize(
    ("question", "sentence", "expected"),
    [
        ("集采平台有几个？", "做强四大集采平台。", ["四大"]),  # the name says how many
        ("四大集采平台有几个？", "做强四大集采平台，四大集采平台交易额突破90亿元。", ["四大"]),
        ("四大集采平台上线了多少家企业？", "做强四大集采平台，上线企业320家。", ["320家"]),
        ("集采平台有几个？", "落实“六个一”机制，做强四大集采平台。", ["四大"]),
        ("机制里有几个一？", "落实“六个一”机制。", ["六个一"]),
        ("全县有几个区？", "落实“六个一”机制。", []),
        ("有几个代表团？", "学习十九大精神，第三大街设代表团。", []),  # no number of things
        ("集采平台交易额增长多少？", "四大集采平台交易额增长9%。", ["9%"]),
        ("How many procurement platforms are there?", "做强四大集采平台，交易额突破90亿元。", ["四大"]),
        ("客流增长多少？", "全年客流预计增长4%—6%。", ["4%-6%"]),
        ("有几多人参加考核？", "参加考核的有820人。", ["820人"]),
        ("移送了多少条线索？", "共查办项目38个。", []),  # of what is counted nothing is said
        ("移送了多少条线索？", "共移送线索38件。", ["38件"]),
        ("全区发明专利有多少件？", "建成孵化平台12个，发明专利明显增加。", []),  # of other things
        ("调拨帐篷多少顶？", "调拨帐篷4200顶，交出一份好答卷。", ["4200顶"]),
        ("开行班列多少列？", "班列新增开行航线8条。", []),  # nobody counts trains so
        ("卫生院床位多少张？", "新建卫生院床位配套楼26所。", []),
        ("进口额多少亿美元？", "进口额310亿元。", []),
        ("改建卫生院多少家？", "改建卫生院26所。", ["26所"]),
        ("那种猿还剩几头？", "海南长臂猿恢复至7群42只。", ["42只"]),
        ("造林种树多少棵？", "造林种树1.6万株。", ["1.6万株"]),
        ("欠薪率是多少？", "欠薪率低于全省4%控制线。", []),  # what it is measured by is not how high it is
        ("每站配备多少名值守员？", "每站配备2至4名值守员。", ["2至4名"]),
        ("参保的比例是多少？", "居民参保的比例近三成。", ["近三成"]),
        ("明细数据保留多少天？", "平台保留最近180天的明细数据。", ["180天"]),
        ("附近的停车位有多少个？", "附近300个停车位免费开放。", ["300个"]),
        ("旅游收入计划增长多少？", "旅游收入计划增长12%以上。", ["12%以上"]),
        ("投诉多少宗？", "受理投诉160余宗。", ["160余宗"]),
        ("民生支出多少亿元？", "民生支出超过85亿元。", ["超过85亿元"]),
        ("限载多少吨？", "限载不超过30吨。", ["30吨"]),  # 超过 would say the contrary
        ("泊位多少个？", "新增泊位48[3]个。", ["48[3]个"]),
        ("泊位多少个？", "新增泊位4l8个。", []),
        ("港口吞吐量多少万标箱？", "港口吞吐量5200万吨、140万标箱。", ["140万标箱"]),
        ("绿化种植多少丛？", "绿化种植灌木3200丛。", ["3200丛"]),  # a unit of no list: the question has it
        ("灌木有多少丛？", "灌木3200丛，步道50米。", ["3200丛"]),
        ("财政收入的几分之几用于教育？", "财政收入的1/4用于教育。", ["1/4"]),
        ("办件量是上年的几倍？", "办件量是上年的2.5倍，达40万件。", ["2.5倍"]),
        ("居全省第几位？", "考核得分91.5分，居全省第4位。", ["第4位"]),
        ("新增社工站多少家？", "社工站达到64家，去年新增9家。", ["9家"]),  # of two of a unit the one that is added
        ("社工站多少家？", "社工站达到64家，去年新增9家。", ["64家"]),
        ("青溪县的GDP是多少？", "地区生产总值96亿元，人均地区生产总值4.2万元。", ["96亿元"]),  # nobody asks of each
        ("青溪县人均GDP是多少？", "地区生产总值96亿元，人均地区生产总值4.2万元。", ["4.2万元"]),
        ("审结信访件多少件？", "收到信访件340件，审结287件。", ["287件"]),  # what is counted is said once
        ("收到信访件多少件？", "收到信访件340件，审结287件。", ["340件"]),
        ("审结信访件多少件？", "收到信访件**件，审结287件。", ["287件"]),
        ("收到信访件多少件？", "收到信访件**件，审结287件。", ["**件"]),
        ("信访答复的期限是多久？", "**年，全区答复信访件287件。", []),  # a masked year is no length of time
        ("聘用的期限是多久？", "聘用期限**年。", ["**年"]),
        ("人民调解员的任期有多长？", "人民调解员任期3年，任职的村最多相距5公里。", ["3年"]),
        ("快速路建成通车多少公里？", "快速路续建42公里。", []),  # what is being built is not open
        ("快速路建成通车多少公里？", "快速路续建42公里，通车17公里。", ["17公里"]),
        ("快速路在建的有多少公里？", "快速路续建42公里，通车17公里。", ["42公里"]),
        ("快速路有多少公里？", "快速路续建42公里。", ["42公里"]),
        ("地铁通车的是几号线？", "地铁8号线抓紧建设，6号线、十一号线通车，完成投资31亿元。", ["6号线", "十一号线"]),
        ("地铁通车的是几号线？", "地铁8号线抓紧建设，完成投资31亿元。", []),
        ("地铁在建的是几号线？", "地铁8号线抓紧建设，6号线通车。", ["8号线"]),
        ("地铁通车的是几号线？", "地铁6、11号线通车，9号线纳入近期建设规划。", ["6、11号线"]),
        (
            "地铁在建的是几号线？",
            "地铁6号线通车，9号线纳入近期建设规划。",
            [],
        ),  # and what is planned is not being built
        ("全年建成水库多少座？", "管好现有水库31座，建成4座。", ["4座"]),  # what stood there is not what was built
        ("全县有水库多少座？", "管好现有水库31座。", ["31座"]),
        ("新开工项目完成投资多少亿元？", "新开工项目62个，完成投资8亿元。", ["8亿元"]),
        ("学生搬进几号楼？", "学生3月1日搬进7号楼。", ["7号楼"]),  # no day
        ("隧道有多长？", "隧道工期3年，全长5公里。", ["5公里"]),
    ],
)
def test_it_is_marked_whole_or_not_at_all(question: str, sentence: str, expected: list[str]) -> None:
    assert marked(question, sentence) == expected


@pytest.mark.parametrize(
    ("question", "sentence", "expected"),
    [
        ("出口增长了多少？", TRADE, ["6.2%"]),  # it fell: that is its growth
        ("进口增长了多少？", TRADE, ["3.4%"]),
        ("出口多少亿元？", TRADE, ["310亿元"]),
        ("欠薪率是多少？", "欠薪率为2.3%，比上年下降0.6个百分点。", ["2.3%"]),
        ("欠薪率下降多少个百分点？", "欠薪率为2.3%，比上年下降0.6个百分点。", ["0.6个百分点"]),
        ("欠薪率是多少？", "欠薪率比上年下降8%。", []),  # how much it fell is not how high it is
        ("能耗下降多少？", "能耗降低4.1%，降幅扩大0.7个百分点。", ["4.1%"]),
        ("机器人产量增长多少？", "机器人产量翻了一番，达到5.2万台。", ["翻了一番"]),
        ("机器人产量多少台？", "机器人产量翻了一番，达到5.2万台。", ["5.2万台"]),
        ("压减会议经费多少？", "会议经费压减18%，腾出资金60万元。", ["18%"]),
        ("垃圾分拣率是多少？", RATE, ["67%"]),
        ("垃圾分拣率原来是多少？", RATE, ["42%"]),
        ("垃圾分拣率从多少提高到多少？", RATE, ["由42%提高到67%"]),
        ("工业增加值是多少？", "工业增加值68亿元，增长4.6%。", ["68亿元"]),
        ("粮食减少多少？", "粮食产量61万吨，比上年减少1.4万吨。", ["1.4万吨"]),
        ("最低工资多少？", "最低工资2100元/月，护理费18元/小时。", ["2100元/月"]),
        ("创新企业有多少？", "规上企业310家，其中创新企业87家。", ["87家"]),
        ("2022年修路多少公里？", "2021年修路31公里，2022年修路45公里。", ["45公里"]),
        ("2022年修路多少公里？", "2022年修路45公里，比2021年增加14公里。", ["45公里"]),
        ("乱倒垃圾罚款多少元？", "乱倒垃圾的处500元以上2000元以下罚款。", ["500元以上2000元以下"]),
        ("大桥哪一年开工？", BRIDGE, ["2019年"]),
        ("大桥建设工期几年？", BRIDGE, ["3年"]),
        ("大桥什么时候通车？", BRIDGE, ["2022年9月"]),
    ],
)
def test_a_change_is_kept_from_a_level_and_a_time_from_an_amount(
    question: str, sentence: str, expected: list[str]
) -> None:
    assert marked(question, sentence) == expected


@pytest.mark.parametrize(
    ("question", "sentence", "expected"),
    [
        ("青溪县改建敬老院多少所？", COUNTIES, ["14所"]),
        ("白岭县改建敬老院多少所？", COUNTIES, ["19所"]),
        ("改建敬老院多少所？", COUNTIES, []),
        ("松塘县改建敬老院多少所？", COUNTIES, []),
        ("农村居民收入多少元？", INCOME, ["17450元"]),
        ("农村居民收入增长多少？", INCOME, ["7.9%"]),
        ("城镇居民收入增长多少？", INCOME, ["5.1%"]),
        ("门票收入增长多少？", "接待游客26万人次，门票收入830万元，同比分别增长11%和8%。", ["8%"]),
        ("接待游客增长多少？", "接待游客26万人次、门票收入830万元，分别增长11%、8%。", ["11%"]),
        ("北站客流多少万人次？", "东站、北站、西站客流依次为52万人次、36万人次和8万人次。", ["36万人次"]),
        ("北站客流多少万人次？", "东站、北站、西站客流，分别达到52万人次、36万人次、8万人次。", ["36万人次"]),
        # Which way each went stands between them, and the subjects before the first 分别.
        ("西站客流变化多少，增长几成？", "东站、北站、西站客流分别增长5.5%、下降3.2%和增长12%。", ["12%"]),
        (
            "北站客流下降多少？",
            "东站、北站、西站客流分别为52万人次、36万人次、8万人次，分别增长5.5%、下降3.2%和增长12%。",
            ["3.2%"],
        ),
    ],
)
def test_figures_in_order_go_with_their_subjects(question: str, sentence: str, expected: list[str]) -> None:
    assert marked(question, sentence) == expected


@pytest.mark.parametrize(
    ("question", "sentence"),
    [
        ("受理多少件？", "审查94件，废止37件。"),
        ("有多少？", "甲项21个，乙项35个。"),
        ("收购多少？", "粮食3.1万吨，棉花1.2万吨。"),
    ],
)
def test_nothing_is_marked_where_nothing_tells_them_apart(question: str, sentence: str) -> None:
    assert marked(question, sentence) == []


@pytest.mark.parametrize(
    ("question", "sentence", "pointed", "expected"),
    [
        ("废掉多少件？", "审查94件，废止37件。", "37", ["37件"]),  # the reader knows the words, the rules the figure
        ("出口增长了多少？", TRADE, "增长3.4%", ["6.2%"]),  # that is of 进口
        ("每站配备多少名？", "每站配备2至4名值守员。", "4名", ["2至4名"]),
        ("欠薪率下降多少个百分点？", "欠薪率为2.3%，下降0.6个百分点。", "2.3%", ["0.6个百分点"]),
        ("受理多少件？", "受理84件，审结37件。", "84件,审结37件", ["84件"]),
        ("空置率压在什么水平？", "空置率控制在4.5%，比上年下降1%。", "4.5%", ["4.5%"]),
        ("由谁负责？", "由3名专员负责。", "3名专员", []),
        ("抽查了哪个街道？", "**年，对***街道开展抽查。", "***街道", ["***"]),  # a mask in the place of the name
        ("由谁负责？", "由***负责。", "***", ["***"]),
        ("由谁负责？", "由**林晓雨**负责。", "林晓雨", []),  # set bold
        ("由谁负责？", "**年，由林晓雨负责。", "林晓雨", []),
        ("审结信访件多少件？", "收到信访件**件，审结287件。", "**件", ["287件"]),
    ],
)
def test_what_the_reader_points_to_is_marked_if_it_can_be_meant(
    question: str, sentence: str, pointed: str, expected: list[str]
) -> None:
    understood, folded = understand(question), fold(sentence)
    at = folded.index(pointed)
    found = pointed_at(understood, folded, Span(start=at, end=at + len(pointed)), asked_figures(understood, folded))
    assert [figure.text for figure in found] == expected
    assert all(figure.span.of(folded) == figure.text for figure in found)


@pytest.mark.parametrize("question", ["青溪县2022年GDP", "青溪县地区生产总值", "What was the GDP of Qingxi?"])
def test_a_value_is_marked_though_no_word_asks_for_it(question: str) -> None:
    understood = replace(understand(question), kind="number")  # as the kind is learned
    sentence = fold("全县地区生产总值96亿元，人均地区生产总值4.2万元。")
    found = pointed_at(understood, sentence, Span(start=8, end=12), asked_figures(understood, sentence))
    assert [figure.text for figure in found] == ["96亿元"]


def test_a_value_is_marked_for_a_question_without_how_many() -> None:
    understood = understand("专利拥有量增长到什么程度？")
    sentence = fold("载体达到22个，专利拥有量翻了两番。")
    assert [figure.text for figure in value_or_name(understood, sentence, lambda _: 1.0)] == ["翻了两番"]
    assert value_or_name(understand("由谁负责？"), "由3名专员负责。", lambda _: 1.0) == []


@pytest.mark.parametrize(
    ("question", "sentence", "expected"),
    [
        ("水产养殖面积增长多少？", "渔业总产值26亿元、增长6%，水产养殖面积4.1万亩。", []),
        ("财政收入增长多少？", "财政收入3.9亿元，比上年增加0.4亿元；工业利润增长31%。", []),
        ("进出口总额增长多少？", "进出口总额310亿元、增长8.4%，其中：出口总额增长12.7%。", ["8.4%"]),
        ("固定资产投资增长多少？", "技改投资52亿元、增长31%，占固定资产投资比重提高到18%。", []),
        ("社会消费品零售总额增长多少？", "社会消费品零售总额稳步回升，汽车、家电销售额分别增长13%、40%。", []),
        ("渔业总产值增长多少？", "渔业总产值26亿元，按可比价格计算增长6%。", ["6%"]),
        ("渔业总产值增长多少？", "渔业总产值26亿元，同比实际增长6%，占全县的18%。", ["6%"]),
        ("接待游客增长多少？", "接待游客26万人次、门票收入830万元，分别增长11%、8%。", ["11%"]),
    ],
)
def test_what_has_grown_stands_before_by_how_much(question: str, sentence: str, expected: list[str]) -> None:
    assert marked(question, sentence) == expected


def test_of_what_was_added_and_all_there_are_the_latter_says_how_many() -> None:
    sentence = "新增专利代理机构7家，总量41家。"
    assert marked("专利代理机构有多少家？", sentence) == ["41家"]
    assert marked("新增专利代理机构多少家？", sentence) == ["7家"]


def test_a_pick_of_what_is_called_otherwise_yields_to_what_the_question_names() -> None:
    sentence = "新建绿道365公里、碧道101公里,全线贯通。"
    understood = understand("碧道有多少公里？")
    asked = asked_figures(understood, sentence)
    at = sentence.index("365")
    assert [f.text for f in pointed_at(understood, sentence, Span(start=at, end=at + 5), asked)] == ["101公里"]
