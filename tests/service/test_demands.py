"""What a question demands beyond its words, and which sentences leave it open."""

from __future__ import annotations

import pytest

from indexer.chinese.folding import fold
from indexer.types import Span
from service.demands import Demands, demands_of, unmet
from service.demands.causes import says_why
from service.demands.modifiers import asked_modifiers, is_of_modifiers
from service.demands.names import is_name
from service.demands.quantities import asked_part, measure_of
from service.demands.sides import asked_sides, is_of_sides
from service.demands.vague import is_told_vaguely
from service.demands.wholes import is_of_kind
from service.demands.wording import asked_others, has_name, tells_the_others
from service.figures import figures


def asked(question: str, *, number: bool = True) -> Demands:
    return demands_of(fold(question), question, "number" if number else "other")


@pytest.mark.parametrize(
    ("question", "measure"),
    [
        ("全县用电量增长了多少？", "change"),
        ("用电量下降幅度是多少？", "change"),
        ("发热门诊比上年少了几家？", "change"),
        ("固定资产投资增速是多少？", "change"),
        ("By what percentage did exports fall?", "change"),
        ("病床数增加到多少张？", "level"),
        ("单位能耗降到多少？", "level"),
        ("全县用电总量是多少？", "level"),
        ("规模以上企业增加了多少家？", "change"),
        ("全县有多少所学校？", None),
        ("最多多少人参加？", None),
        ("全年拆掉多少间危房？", None),  # what is taken away is counted itself
        ("支出缩减了多少个年头？", None),
        ("By what date did exports fall?", None),
        ("连着降了几年？", None),  # how often, and not by how much
        ("有多少个乡镇增速高于全县？", None),
        ("新能源改几处？", None),
    ],
)
def test_measures_asked_for(question: str, measure: str | None) -> None:
    assert asked(question).measure == measure


@pytest.mark.parametrize(
    ("sentence", "told"),
    [
        ("用电量增长7.2%。", ["change"]),
        ("用电量同比下降约3%，降至41亿千瓦时。", ["change", "level"]),
        ("减少事业单位12家。", ["change"]),
        ("用电量41亿千瓦时。", [None]),
        ("床位由300张增至520张。", [None, "level"]),
        ("企业数翻了两番。", ["change"]),
        ("降幅为6.1%。", ["change"]),
        ("甲、乙两业分别增长4.1%、5.2%和6%。", ["change", "change", "change"]),
    ],
)
def test_measures_told(sentence: str, told: list[str | None]) -> None:
    assert [measure_of(sentence, figure) for figure in figures(sentence)] == told


@pytest.mark.parametrize(
    ("question", "sentence", "pointed", "open_"),
    [
        # A change, and the level stands there; and the other way round.
        ("粉尘浓度下降了多少微克？", "粉尘浓度由31微克降至27微克。", None, True),
        ("出口额是多少？", "出口额增长11%。", None, True),
        ("出口额增长多少？", "出口额增长11%。", None, False),
        ("养老床位多了多少张？", "新增养老床位、托位310张。", None, False),
        ("养老床位多了多少张？", "养老床位310张。", None, True),
        ("小锅炉少了多少台？", "淘汰小锅炉41台。", None, False),
        # A part, and the whole stands there.
        ("新增的床位里，儿科有多少张？", "新增床位520张。", None, True),
        ("新增的床位里，儿科有多少张？", "新增床位520张，其中儿科病床60张。", None, False),
        ("中小学教师里女的有几人？", "中小学教师4100人。", None, True),
        ("出口里头民企占多少？", "出口310亿元。", None, True),
        ("园区里已经进了多少家企业？", "园区入驻企业27家。", None, False),  # what was done is no part
        ("财政口袋里收进来多少钱？", "财政收入31亿元。", None, False),
        ("城中村改了多少户？", "改造城中村310户。", None, False),
        ("区里中心小学有多少所？", "全区小学41所。", None, False),  # 区里, 中心: no whole and its part
        ("总规划里绿地要占多大？", "绿地占30%。", None, False),  # of a paper, and no part
        ("全国前50名里，江苏占了几个？", "9家园区进入全国前50名。", None, False),  # whose they are
        ("出口里头民企占多少？", "民营企业出口占51%。", None, False),  # by another word
        ("广场里新添了多少盏灯？", "广场新增路灯40盏。", None, False),
        # What was not done, what was before, what is left.
        ("还有多少件申请没办结？", "受理申请310件，办结302件。", None, True),
        ("有多少件申请没办结？", "尚有8件申请未办结。", None, False),
        ("海外投资，不算金融有多少？", "非金融类投资31亿元。", None, False),
        ("还剩多少户没通电？", "让最后200户用上电。", None, True),
        ("没通电的还有多少户？", "让最后200户无电户用上电。", None, False),
        ("水耗比2015年少了多少？", "五年累计下降16%。", None, False),  # a change, and no difference of two
        ("合并之前一共有多少个乡镇？", "合并乡镇6个。", None, True),
        ("合并之前一共有多少个乡镇？", "乡镇由21个合并为15个。", None, False),
        ("除了城区，其余学校有多少所？", "全县学校66所。", None, True),
        ("学校名单里的3所叫什么名字？", "新建学校3所。", "3所", True),
        ("新建的3所学校叫什么名字？", "新建石桥小学、北岸小学和松岭中学。", "石桥小学", False),
        ("代表里女代表有几名？", "代表310名。", None, True),
        ("分乡镇看，各有多少户？", "全县4100户。", None, True),
        ("本科上线率是多少？", "高考特控上线率41%，本科上线率大幅提高。", None, True),
        ("货物吞吐量是多少万吨？", "货物吞吐量再创新高，达90万吨。", None, False),
        # What would have to be worked out.
        ("两个镇相差多少人？", "甲镇3100人，乙镇2800人。", None, True),
        ("小学和初中加起来一共有多少所？", "小学41所，初中12所。", None, True),
        ("小学和初中加起来一共有多少所？", "小学、初中共53所。", None, False),
        ("平均每个村补贴多少万元？", "12个村补贴240万元。", None, True),
        ("廉租房一平米多少钱？", "完成廉租房投资240亿元。", None, True),
        ("廉租房一平米多少钱？", "廉租房租金降到每平方米8元。", None, False),
        ("自来水多少钱一吨？", "自来水销售收入4亿元。", None, True),
        ("自来水多少钱一吨？", "自来水价格为2.8元/吨。", None, False),
        ("挂号费一张多少钱？", "挂号费一张5元。", None, False),
        ("男女职工人数是几比几？", "职工人数1200人，增长2%。", None, True),
        ("测评中得了多少分？", "建成站点470个，测评连续三年居第一。", None, True),
        ("测评中得了多少分？", "测评得分91.5分。", None, False),
        ("全年降雨天数是多少？", "连续14年少雨，湿度71%。", None, True),
        ("全年降雨天数是多少？", "全年有126天降雨。", None, False),
        ("全年晴好天数占多少？", "晴好率71%。", None, False),
        ("新录用的法官里有几位女法官？", "新录用法官12名。", None, True),
        ("新录用的法官里有几位女法官？", "新录用法官12名，女性5名。", None, False),
        ("落户的工厂里外资工厂有多少家？", "新建工厂6家，百余家工厂落户。", None, True),
        ("落户的工厂里外资工厂有多少家？", "新建工厂6家，3家由外资兴办。", None, False),
        ("男女职工人数是几比几？", "男女职工人数之比为1.2:1。", None, False),
        ("男女职工人数是几比几？", "男女职工人数比降到1.2。", None, False),
        ("最高的一次是多少毫米？", "降雨310毫米。", None, True),
        # Another indicator.
        ("签约项目的总投资多大？", "签约项目12个，总产值60亿元。", None, True),
        ("签约项目的总投资多大？", "签约项目12个，投资60亿元。", None, False),
        ("接待游客量是多少？", "接待游客1250万人次。", None, False),
        ("接待游客量是多少？", "新增床位1250张。", None, True),
        ("毕业生就业率是多少？", "城镇登记失业率2.9%。", None, True),
        ("公路建设投资额是多少？", "公路建设投资31亿元。", None, False),  # 额 says that it is an amount
        ("公路建设投资额是多少？", "公路养护费31亿元。", None, True),
        ("北沟煤产量是多少？", "西山煤、东坡煤、北沟煤产量分别为41万吨、26万吨和8万吨。", None, False),
        ("绿化占项目投资多少？", "重大工程占23%，绿化占14%。", None, False),  # the whole, and not what is told
        # A name, and a count or the question's own words are pointed to.
        ("中标的两家企业叫什么？", "2家企业中标。", "2家企业", True),
        ("中标的是哪家企业？", "远禾水务中标。", "远禾水务", False),
        ("哪位画家得了奖？", "《春山》获奖。", "《春山》", True),
        ("图书馆新馆叫什么名字？", "图书馆新馆开放。", "图书馆新馆", True),
        ("跨河大桥叫什么名字？", "泷河大桥建成。", "泷河大桥", False),
        ("第3座跨河桥是哪座大桥？", "石桥大桥是第3座跨河桥。", "石桥大桥", False),  # one, and not three
        ("获奖的教师叫什么名字？", "教师林晓雨获奖。", "林晓雨", False),
        ("获奖的教师叫什么名字？", "教师获评全省先进。", "全省先进", True),
        ("青溪县县长是谁？", "教师林晓雨获奖。", "教师林晓雨", True),  # of an office, and another is named
        ("青溪县县长是谁？", "县长林晓雨到会。", "林晓雨", False),
    ],
)
def test_what_leaves_a_demand_open(question: str, sentence: str, pointed: str | None, open_: bool) -> None:
    number = "多少" in question or "几" in question or "多大" in question
    found = figures(sentence)[-1:] if number else []
    sentence = fold(sentence)
    place = Span(start=sentence.index(pointed), end=sentence.index(pointed) + len(pointed)) if pointed else None
    assert unmet(asked(question, number=number), fold(question).__contains__, sentence, found, place) == open_


@pytest.mark.parametrize(
    ("question", "quoted"),
    [
        ("“红船”行动覆盖多少个村？", ("红船",)),
        ("松岭街道有多少户？", ("松岭",)),
        ("各街道有多少户？", ()),
        ("给老人吃饭的社区食堂有多少家？", ()),
        ("AED装了多少台？", ("aed",)),
        ("哪个县叫“××之乡”？", ()),  # the asked part is left open
        ("“XX工程”里的XX是什么？", ()),
        ("“某某行动”的全称叫什么？", ()),
        ("“九五”末有多少所学校？", ()),
        ("医生去镇里坐镇几天？", ()),
        ("“十三五”期间建了多少公里路？", ()),
        ("“2+8+46+X”是什么意思？", ("2+8+46+x",)),
        ("2+8+46+X体系包括哪些？", ("2+8+46+x",)),
        ("How many AED were installed?", ()),  # an English question is Latin letters throughout
    ],
)
def test_names_that_must_stand_there(question: str, quoted: tuple[str, ...]) -> None:
    assert asked(question).quoted == quoted


@pytest.mark.parametrize(
    ("name", "text", "has"),
    [
        ("2+8+x", "推行“2+8+x”模式", True),
        ("2+8+x", "推行“2+8+46+x”模式", False),
        ("2+8+x", "推行“2+8+x+1”模式", False),
        ("8+x", "推行“2+8+x”模式", False),
        ("红船", "开展红船行动", True),
    ],
)
def test_a_name_made_of_numbers_stands_there_whole(name: str, text: str, has: bool) -> None:
    assert has_name(name, text) == has


@pytest.mark.parametrize(
    ("sentence", "pointed", "says"),
    [
        ("由于连日暴雨，工期顺延。", "连日暴雨", True),
        ("根子在于编制不足。", "编制不足", True),
        ("受原材料涨价影响，进度放缓。", "原材料涨价", True),
        ("有的单位人手不够，案件办理缓慢。", "人手不够", True),
        ("水是农业的命脉之源。", "命脉之源", True),
        ("公开是依法行政的内在要求。", "内在要求", True),
        ("全年受理申请310件，增长两成。", "增长两成", False),
        ("群众满意度全市第二。", None, False),
        (
            "由于连日暴雨，工期顺延；另有道路32条、桥梁6座、公园12处、停车场9处先后完工，群众满意度全市第二。",
            "全市第二",
            False,
        ),
        ("网站的建设，是适应新形势，加强对外宣传的需要。", "适应新形势", True),
        ("网站需要3名编辑，由县里聘用。", "3名编辑", False),
        ("全年投诉310件，为上年的1.8倍，是五年来最多的一年。", "五年来最多", False),
        ("全年投诉310件，为12个村修了井，是五年来最多的一年。", "五年来最多", True),
    ],
)
def test_causes(sentence: str, pointed: str | None, says: bool) -> None:
    place = Span(start=sentence.index(pointed), end=sentence.index(pointed) + len(pointed)) if pointed else None
    assert says_why(sentence, place) == says


@pytest.mark.parametrize("pointed", ["远禾水务公司", "松岭镇", "新桥机器人研究院"])
def test_things_have_names(pointed: str) -> None:
    assert is_name(pointed, pointed, "中标的是哪家".__contains__, "thing")


def test_a_plan_has_a_name_of_numerals() -> None:
    assert is_name("“十五五”", "编制“十五五”规划", "在编哪个规划".__contains__, "thing")


@pytest.mark.parametrize("pointed", ["3家企业", "一批知名企业", "有关单位", "中标"])
def test_what_any_of_its_kind_is_called_is_no_name(pointed: str) -> None:
    assert not is_name(pointed, pointed, "中标的是哪家".__contains__, "thing")


@pytest.mark.parametrize(
    ("question", "sentence", "tells"),
    [
        ("通办的12个城市，除兰川外还有哪些？", "已在兰川等12个城市通办。", False),
        ("通办的12个城市，除兰川外还有哪些？", "已在兰川、松岭、白沙等12个城市通办。", True),
        ("8个产业园除了点名的三个，其余五个叫什么？", "建成东湖、西湖、南湖等8个产业园。", False),
        ("8个产业园除了点名的三个，其余五个叫什么？", "除东湖、西湖、南湖外，其余5个在县城周边。", True),
        ("哪些城市可以通办？", "已在兰川等12个城市通办。", True),  # nobody is left out
    ],
)
def test_the_others_are_told(question: str, sentence: str, tells: bool) -> None:
    assert tells_the_others(asked_others(fold(question)), fold(sentence)) is tells


def test_a_difference_between_two_is_told_or_refused() -> None:
    question = "东县的产值比西县多多少亿元？"
    for sentence, is_open in (("东县产值310亿元。", True), ("东县产值310亿元，比西县多40亿元。", False)):
        folded = fold(sentence)
        assert unmet(asked(question), fold(question).__contains__, folded, figures(folded)[-1:], None) is is_open


@pytest.mark.parametrize(
    ("question", "sentence", "around", "is_of"),
    [
        ("农村贫困人口减少多少人？", "城镇贫困人口减少8万人。", "", False),
        ("农村贫困人口减少多少人？", "城镇贫困人口减少8万人。", "农村建设", True),  # inherited
        ("贫困人口减少多少人？", "城镇贫困人口减少8万人。", "", True),  # no side is asked for
        ("城镇和农村的贫困人口各减少多少？", "城镇贫困人口减少8万人。", "", True),  # both are
        ("地方财政支出多少亿元？", "中央财政支出90亿元。", "", False),
        ("县里进口多少亿元？", "出口31亿元。", "", False),
        ("生猪存栏多少万头？", "生猪出栏44万头，养殖场扩建。", "", False),
        # A clause of another side inherits nothing from the one beside it.
        ("省级示范企业有几家？", "省级示范企业有甲厂、乙厂，市级示范企业共9家。", "", False),
        ("市级示范企业有几家？", "省级示范企业有甲厂、乙厂，市级示范企业共9家。", "", True),
        ("国家级示范企业有几家？", "省级示范企业共9家。", "", False),
        # A clause that names no side is of the last before it that does.
        ("城市寄宿学校有多少所受益？", "用于农村寄宿学校建设，51所学校受益。", "", False),
        ("农村寄宿学校有多少所受益？", "用于农村寄宿学校建设，51所学校受益。", "", True),
        ("办结申请多少件？", "受理申请310件，涉及12个部门。", "", False),
        ("关停茶厂多少家？", "新增茶厂6家。", "", False),
        ("赔付了多少万元？", "承保规模310万元。", "", False),
    ],
)
def test_what_is_told_of_one_side_is_not_told_of_another(
    question: str, sentence: str, around: str, is_of: bool
) -> None:
    sides = asked_sides(fold(question))
    assert is_of_sides(sides, fold(sentence), fold(around + sentence), figures(fold(sentence))) == is_of


@pytest.mark.parametrize(
    ("question", "sentence", "around", "is_of"),
    [
        ("茶叶产量是多少吨？", "水果产量达到3100吨。", "", False),
        ("茶叶产量是多少吨？", "年产量达到3100吨。", "茶叶和水果。", True),  # inherited
        ("茶叶产量是多少吨？", "水果产量达到3100吨。", "茶叶和水果。", False),  # it names another itself
        ("竹笋产值增长了几倍？", "菌菇产值2亿元，增长1.3倍。", "竹笋和菌菇。", False),
        ("竹笋产值增长了几倍？", "笋业全产业链产值2亿元，增长1.3倍。", "竹笋和菌菇。", True),
        ("林农收入多少万元？", "可支配收入达到3万元。", "林农增收。", True),
        ("茶叶产量是多少吨？", "全年采制茶叶3100吨。", "", True),  # another word for the indicator
        ("2021年的图书馆总数是多少座？", "公园总数达46座。", "", False),
        ("云洲县的产值是多少亿元？", "产值达到46亿元。", "云洲县", True),  # whose it is
        ("一年新增学位多少个？", "学位增加700个。", "", True),  # of nothing in particular
    ],
)
def test_an_indicator_is_of_what_is_asked(question: str, sentence: str, around: str, is_of: bool) -> None:
    modified = asked_modifiers(fold(question))
    assert is_of_modifiers(modified, fold(sentence), fold(around + sentence), figures(fold(sentence))) == is_of


@pytest.mark.parametrize(
    ("question", "sentence", "is_met"),
    [
        ("新注册企业有多少家？", "全年新注册市场主体4600户。", False),
        ("新注册企业有多少家？", "经营主体稳定增长，新注册4600户。", False),  # inherited
        ("新注册企业有多少家？", "新增个体户4600户。", False),
        ("新注册企业有多少家？", "市场主体达到9万户，新注册企业4600家。", True),
        ("新注册企业增长多少？", "新注册市场主体增长12%。", False),
        ("新注册市场主体多少户？", "全年新注册市场主体4600户。", True),
        ("有多少所小学？", "全区共有学校92所。", False),
        ("有多少所小学？", "全区共有学校92所，其中小学41所。", True),
        ("有多少所小学？", "小学和初中共有74所。", True),
        ("为企业减负多少亿元？", "为市场主体减负3.2亿元。", True),  # enterprises are not counted
    ],
)
def test_all_of_a_whole_are_none_of_its_kinds(question: str, sentence: str, is_met: bool) -> None:
    folded = fold(sentence)
    found = figures(folded)[-1:]
    assert is_of_kind(asked(question).kind, folded, found) is is_met
    assert unmet(asked(question), fold(question).__contains__, folded, found, None) is not is_met


@pytest.mark.parametrize(
    ("question", "stage"),
    [
        ("去年建成了多少座桥？", "done"),
        ("还有几座桥在建？", "under_way"),
        ("开工和建成的桥各有几座？", None),
        ("全县有几座桥？", None),
    ],
)
def test_how_far_a_work_has_come_is_asked(question: str, stage: str | None) -> None:
    assert asked(question).stage == stage


@pytest.mark.parametrize(
    ("pointed", "is_names"),
    [
        ("柏树坪、青石寨", True),
        ("青石寨", True),  # beside another
        ("3个村", False),  # what stands side by side in another clause is of that
    ],
)
def test_names_stand_side_by_side_in_their_clause(pointed: str, is_names: bool) -> None:
    sentence = fold("新修道路、桥梁和水渠，柏树坪、青石寨通了公交，3个村入选名录。")
    assert is_name(pointed, sentence, lambda _: False, "things") == is_names


@pytest.mark.parametrize(
    ("question", "part"),
    [
        ("那37起山火，发生在黔中的有几起？", "黔中"),
        ("46座公园里口袋公园有多少？", "口袋"),  # without what the whole has, too
        ("开放的公园里口袋公园有多少？", "口袋"),
        ("收到的申请中有多少件被驳回？", "被驳回"),
        ("新修的23公里水渠，南部占多少？", "南部"),
        ("那12个项目，现在建成了几个？", None),  # what became of them is no part
        ("2021年技改资金中央拿出多少？", None),  # a year is no whole
        ("3年建设期内，县里投入多少亿元？", None),
    ],
)
def test_a_part_of_what_is_counted(question: str, part: str | None) -> None:
    assert asked_part(fold(question)) == part


@pytest.mark.parametrize(
    ("question", "sentence", "vague"),
    [
        ("整治乡村断头路多少处？", "新建路口20处，整治一批乡村断头路。", True),
        ("新建路口多少处？", "新建路口20处，整治一批乡村断头路。", False),
        ("整治乡村断头路多少处？", "整治乡村断头路20处，修缮一批桥梁。", False),
        ("首批乡村断头路整治多少处？", "整治20处，列入首批乡村断头路名单。", False),  # the first ones are no 一批
    ],
)
def test_what_is_told_without_a_number(question: str, sentence: str, vague: bool) -> None:
    folded = fold(sentence)
    assert is_told_vaguely(folded, lambda words: words in fold(question), figures(folded)) == vague
