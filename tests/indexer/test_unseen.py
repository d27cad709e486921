"""Characters that steer what shows them."""

from __future__ import annotations

import json
import unicodedata
from pathlib import Path

import pytest

from indexer.reports import read_file
from indexer.unseen import UNSEEN, cleaned, escaped, escaped_json

CLEAR, REVERSE = "\x1b[2J", "\u202e"


@pytest.mark.parametrize(
    ("text", "clean", "written"),
    [
        ("政府工作报告（2022年）", "政府工作报告（2022年）", "政府工作报告（2022年）"),
        (f"报告{CLEAR}\x07", "报告[2J", r"报告\x1b[2J\x07"),
        (f"报告{REVERSE}txt.exe", "报告txt.exe", r"报告\u202etxt.exe"),
        ("一\n二\u2028三\x85四", "一 二 三 四", r"一\n二\u2028三\x85四".replace(r"\n", r"\x0a")),
        ("零\u200b宽\ufeff\u2066", "零宽", r"零\u200b宽\ufeff\u2066"),
        ("😀𠅤 　é", "😀𠅤 　é", "😀𠅤 　é"),
    ],
)
def test_they_are_taken_out_or_written(text: str, clean: str, written: str) -> None:
    assert cleaned(text) == clean
    assert escaped(text) == written
    assert json.loads(escaped_json(json.dumps({"of": text}, ensure_ascii=False))) == {"of": text}


def test_every_control_and_direction_is_one() -> None:
    for code in range(0x10000):
        char = chr(code)
        steers = unicodedata.category(char) in ("Cc", "Zl", "Zp") or unicodedata.bidirectional(char) in (
            *("LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"),
        )
        assert not steers or UNSEEN.match(char), hex(code)


@pytest.mark.parametrize(
    ("name", "text", "title"),
    [
        (f"澜川市{CLEAR}2022年{REVERSE}报告\n.txt", "全年受理412件。", "澜川市[2J2022年报告"),
        ("a.txt", f"澜川市{CLEAR}政府工作报告{REVERSE}\n\n" + "全年受理412件。" * 50, "澜川市[2J政府工作报告"),
        (f"{REVERSE}.txt", "全年受理412件。", r"\u202e"),
    ],
)
def test_a_title_steers_nothing_and_the_file_keeps_its_name(tmp_path: Path, name: str, text: str, title: str) -> None:
    (tmp_path / name).write_text(text, encoding="utf-8")
    reading = read_file(tmp_path / name)
    assert reading.file == name
    assert "全年受理412件。" in reading.reports[0].text
    assert reading.reports[0].title == title
