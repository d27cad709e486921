"""What kind of answer is asked for: the rules, and the model beside them, on wordings written before and after."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from eval.studies.fit_kinds import read_wordings
from indexer.chinese.folding import fold
from service.kind_model import FILE, load_kinds
from service.kinds import KINDS, fitting, form_of, kind_of
from service.understand import understand

RULES_BEFORE, RULES_AFTER = 0.95, 0.65  # eval/results/kinds.md has what each reaches


@pytest.mark.parametrize(("name", "least"), [("before", RULES_BEFORE), ("after", RULES_AFTER)])
def test_the_rules_tell_most_wordings(name: str, least: float) -> None:
    wordings = read_wordings(name)
    told = sum(kind_of(fold(one.question)) == one.kind for one in wordings)
    assert len(wordings) >= 170
    assert told / len(wordings) >= least


def test_no_wording_is_both_fitted_and_measured() -> None:
    fitted = {one.question for name in ("before", "more") for one in read_wordings(name)}
    assert not fitted & {one.question for one in read_wordings("after")}


@pytest.mark.parametrize(
    ("question", "kind", "form"),
    [
        ("全区受理投诉举报多少件？", "number", "number"),
        ("哪几个街道设了服务站？", "list", "fact"),
        ("报告提出了几条建议？", "count", "number"),
        ("存在哪些突出问题？", "outline", "fact"),
        ("为什么办结率下降了？", "reason", "reason"),
        ("什么叫“河长制”？", "definition", "definition"),
        ("与2020年相比有什么变化？", "compare", "fact"),
        ("这份报告的文号是什么？", "metadata", "fact"),
        ("这件事由哪个部门负责？", "fact", "fact"),
        ("经费总额由谁核定？", "fact", "fact"),  # 总额 is no question where another is asked
        ("经费总额是多少？", "number", "number"),
        ("管理由谁负责？", "fact", "fact"),  # no 理由
        ("没几个人看的网站怎么处理？", "fact", "fact"),
        ("What is meant by a separate line?", "definition", "definition"),  # no rate
    ],
)
def test_kind_and_form(question: str, kind: str, form: str) -> None:
    assert (kind_of(fold(question)), form_of(fold(question))) == (kind, form)


def test_the_model_adds_vector_and_rules(tmp_path: Path) -> None:
    n_rules = len(KINDS)
    of_rules = np.zeros((2, n_rules))
    of_rules[1, [kind for kind, _ in KINDS].index("definition")] = 2.0
    content = {
        "kinds": ["fact", "definition"],
        "intercept": [0.0, -1.0],
        "of_vector": [[0.0, 0.0], [0.0, 3.0]],
        "of_rules": of_rules.tolist(),
    }
    path = tmp_path / "kinds.json"
    path.write_text(json.dumps({"fitted": {"an-encoder": content}}), encoding="utf-8")
    model = load_kinds("an-encoder", path)
    assert model is not None
    nothing, something = np.zeros(2, np.float32), np.array([0, 1], np.float32)
    assert model.kind_of(fitting("谁负责？"), nothing) == "fact"
    assert model.kind_of(fitting("谁负责？"), something) == "definition"  # by its vector
    assert model.kind_of(fitting("什么叫河长制？"), nothing) == "definition"  # by its words
    assert load_kinds("another", path) is None


def test_what_ships_has_a_row_for_each_kind_and_a_column_for_each_rule() -> None:
    for fitted in json.loads(FILE.read_text(encoding="utf-8"))["fitted"].values():
        assert sorted(fitted["kinds"]) == sorted(kind for kind, _ in KINDS)
        assert np.array(fitted["of_rules"]).shape == (len(KINDS), len(fitting("")))
        assert len(fitted["of_vector"]) == len(fitted["intercept"]) == len(KINDS)


@pytest.mark.parametrize(
    ("question", "parts"),
    [
        ("报告提了几条建议？", True),
        ("全文讲了几点？", True),
        ("明年有几项重点工作？", True),
        ("新开工几项重点工程？", False),
        ("修建了几条公路？", False),
        ("罚款的减免有几种情形？", True),
    ],
)
def test_what_is_counted_is_a_point_of_a_report_or_a_thing(question: str, parts: bool) -> None:
    assert understand(question).counts_parts is parts
