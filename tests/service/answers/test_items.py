"""The items of enumerations, as tables: the sentence, what the reader points to in it, and the items."""

from __future__ import annotations

import pytest

from indexer.chinese.folding import fold
from indexer.types import Span
from service.answers.items import items_of, lines_behind, told_off


def items(sentence: str, pointed: str | None) -> list[str]:
    folded = fold(sentence)
    span = None
    if pointed is not None:
        start = folded.index(fold(pointed))
        span = Span(start=start, end=start + len(pointed))
    return [item.of(sentence) for item in items_of(folded, span)]


@pytest.mark.parametrize(
    ("sentence", "pointed", "expected"),
    [
        ("全市打造柑橘、茶叶、油茶三大产业带。", "柑橘、茶叶、油茶三大产业带", ["柑橘", "茶叶", "油茶"]),
        (
            "一年来强调实行集体决策、坚持依法办事和加强内部监督三项准则。",
            "集体决策、坚持依法办事和加强内部监督",
            ["实行集体决策", "坚持依法办事", "加强内部监督"],
        ),
        ("重点整治餐饮、洗浴、停车等行业的乱收费。", "行业", ["餐饮", "洗浴", "停车"]),
        ("青石县、白沙县和临江区被评为示范地区。", "青石县、白沙县和临江区", ["青石县", "白沙县", "临江区"]),
        (
            "会议听取了市政府及其发展改革、人力资源和社会保障、水利等3个部门的汇报。",
            "3个部门",
            ["发展改革", "人力资源和社会保障", "水利"],
        ),
        (
            "座谈会由市教育局,县妇联、团县委、县残联等单位参加。",
            "县妇联、团县委、县残联等单位",
            ["市教育局", "县妇联", "团县委", "县残联"],
        ),
        (
            "要建设“办事不求人、审批不见面、跑腿不超次”的服务体系。",
            "“办事不求人、审批不见面、跑腿不超次",
            ["办事不求人", "审批不见面", "跑腿不超次"],
        ),
        (
            "主要包括《城市绿化条例》、《噪声污染防治办法（试行）》、《养犬管理规定》。",
            "《城市绿化条例》、《噪声污染防治办法（试行）》、《养犬管理规定》",
            ["《城市绿化条例》", "《噪声污染防治办法（试行）》", "《养犬管理规定》"],
        ),
        (
            "今年办好三件实事：新建托育园4所，增加托位600个；改造危桥12座；铺设污水管网30公里。",
            "改造危桥12座",
            ["新建托育园4所，增加托位600个", "改造危桥12座", "铺设污水管网30公里"],
        ),
        (
            "存在的问题：一是底数不清，台账缺失；二是经费没有保障；三是人员老化。",
            "一是底数不清，台账缺失",
            ["一是底数不清，台账缺失", "二是经费没有保障", "三是人员老化"],
        ),
        ("改造管网、站点，新增泊位300个，全部投入使用。", "新增泊位300个", []),  # points to no enumeration
        ("一是有的乡镇走过场，听证会成了摆设；二是罚缴没有分离。", "摆设", []),  # deep in an item: a detail of it
        ("全年受理信访事项812件，办结率99%。", "812件", []),
        ("涵盖种植、养殖、加工。", None, ["种植", "养殖", "加工"]),  # no reader: its only enumeration
        ("东区有菜场、公园，西区有码头、仓库。", None, []),  # two, and nobody says which
    ],
)
def test_items_of_a_sentence(sentence: str, pointed: str | None, expected: list[str]) -> None:
    assert items(sentence, pointed) == expected


@pytest.mark.parametrize("pointed", ["4项,合并、停办", "合并、停办、转交和撤销审批事项1356项", None])
def test_a_part_of_a_number_is_no_item(pointed: str | None) -> None:
    found = items("共清理审批事项2284项,合并、停办、转交和撤销审批事项1356项,减少四成。", pointed)
    assert not any(item.startswith("4") or item[-1].isdigit() for item in found)


def test_a_series_goes_over_sentences() -> None:
    text = "要抓好三件事。一是修渠。去年已修两公里。二是种树。三是清淤，分两期完成。此外还要加强管护。"
    assert [item.of(text) for item in told_off(text)] == ["一是修渠", "二是种树", "三是清淤，分两期完成"]


def test_lines_behind_a_colon() -> None:
    text = "参加单位如下：\n市司法局\n市信访局\n市总工会\n\n会议指出，各单位要密切配合。要按期完成。"
    assert [line.of(text) for line in lines_behind(text, text.index("\n"), len(text))] == [
        "市司法局",
        "市信访局",
        "市总工会",
    ]


def test_lines_that_run_on_are_no_list() -> None:
    text = "会议指出：\n各单位要密切配合。要按期完成。\n散会。"
    assert lines_behind(text, text.index("\n"), len(text)) == []


@pytest.mark.parametrize(
    ("n", "expected"),
    [
        (2, ["菌菇", "竹纤维与竹炭"]),  # as many as are asked for
        (3, ["菌菇", "竹纤维", "竹炭"]),
        (None, ["菌菇", "竹纤维", "竹炭"]),
    ],
)
def test_what_is_joined_is_one_item_where_so_many_are_asked_for(n: int | None, expected: list[str]) -> None:
    sentence = "新兴产业为菌菇、竹纤维与竹炭。"
    pointed = Span(start=5, end=14)
    assert [item.of(sentence) for item in items_of(sentence, pointed, n)] == expected
