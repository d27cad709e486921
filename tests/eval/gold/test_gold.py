"""A gold file is read as it is meant, or refused with file, line and reason."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from eval.errors import GoldError
from eval.gold.load import load_gold, read_lines, write_gold

DATA = Path(__file__).parents[3] / "eval" / "data"
GOOD = {"id": "q1", "question": "多少？", "lang": "zh", "type": "number", "answers": ["1"], "evidence": ["1项"]}


def written(tmp_path: Path, *lines: str | bytes) -> Path:
    path = tmp_path / "gold.jsonl"
    path.write_bytes(b"\n".join(line.encode() if isinstance(line, str) else line for line in lines))
    return path


def line(**changed: object) -> str:
    return json.dumps({**GOOD, **changed}, ensure_ascii=False)


def test_the_sample_gold_loads_and_is_written_as_it_was_read(tmp_path: Path) -> None:
    items = load_gold(DATA / "sample_gold.jsonl")
    assert len(items) == 129
    write_gold(items, tmp_path / "again.jsonl")
    assert load_gold(tmp_path / "again.jsonl") == items


def test_the_seed_gold_loads(shared: Path) -> None:
    assert len(load_gold(shared / "gold" / "seed_dev.jsonl")) == 60


def test_blank_lines_a_byte_order_mark_and_windows_line_ends_do_no_harm(tmp_path: Path) -> None:
    path = written(tmp_path, b"\xef\xbb\xbf" + line().encode() + b"\r", "", "  ", line(id="q2"), "")
    assert [(found.number, found.item.id if found.item else "") for found in read_lines(path)] == [(1, "q1"), (4, "q2")]
    assert [item.id for item in load_gold(path)] == ["q1", "q2"]


def test_a_line_separator_of_unicode_inside_a_text_ends_no_line(tmp_path: Path) -> None:
    (item,) = load_gold(written(tmp_path, line(note="一\u2028二\x85三")))
    assert item.note == "一\u2028二\x85三"


@pytest.mark.parametrize(
    ("bad", "told"),
    [
        ("{", "this is not JSON"),
        ("[1]", "this is no JSON object"),
        ('{"id": "q1"}', '"question" is missing; "lang" is missing; "type" is missing'),
        (line(type="figure"), "\"type\" is 'figure', and must be 'number', 'fact'"),
        (line(lang="fr"), "\"lang\" is 'fr', and must be 'zh', 'zh-Hant' or 'en'"),
        (line(answers="1"), "\"answers\" is '1', and must be a list"),
        (line(answers=["1", 2]), '"answers[1]" is 2, and must be a text'),
        (line(question=""), '"question" is empty'),
        (line(answer="1"), '"answer" is no field here; a gold item has id'),
        (line(spans=[[{"report_id": "r", "start": -1, "end": 2}]]), '"spans[0][0].start": '),
        (line().encode("gbk"), "is not UTF-8; save the file as UTF-8"),
        (line(), 'the id "q1" stands in line 1 already'),
    ],
)
def test_a_line_that_is_no_item_is_refused_with_its_number_and_reason(
    tmp_path: Path, bad: str | bytes, told: str
) -> None:
    path = written(tmp_path, line(), "", bad)
    with pytest.raises(GoldError) as refused:
        load_gold(path)
    assert str(refused.value).startswith(f"{path}, line 3: ")
    assert told in str(refused.value)
    assert "\n" not in str(refused.value)


def test_what_cannot_be_read_and_what_holds_nothing_is_said(tmp_path: Path) -> None:
    with pytest.raises(GoldError, match=r"absent\.jsonl cannot be read: No such file"):
        load_gold(tmp_path / "absent.jsonl")
    with pytest.raises(GoldError, match="cannot be read"):
        load_gold(tmp_path)
    with pytest.raises(GoldError, match="holds no question"):
        load_gold(written(tmp_path, "", " "))
