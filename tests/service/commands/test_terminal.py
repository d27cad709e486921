"""Names and texts of others, as the command prints them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from indexer.unseen import UNSEEN
from tests.commands import Typed

CLEAR, REVERSE = "\x1b[2J\x1b]0;owned\x07", "\u202e"
NAME = f"澜川市2022年{CLEAR}政府工作报告{REVERSE}\nx.txt"
TEXT = f"一、{CLEAR}工作回顾\n澜川市全年受理行政复议案件{CLEAR}412件{REVERSE}。\n" + "全县空气质量优良。\n" * 200


def steers(said: str) -> bool:
    return any(found[0] != "\n" for found in UNSEEN.finditer(said))


def test_nothing_in_a_file_or_its_name_steers_the_terminal(typed: Typed, tmp_path: Path) -> None:
    reports, index = tmp_path / "reports", tmp_path / "index"
    reports.mkdir()
    (reports / NAME).write_text(TEXT, encoding="utf-8")
    (reports / f"{CLEAR}.png").write_bytes(b"\x89PNG")
    indexed = typed.index(reports, "--out", index)
    assert r"not read: reports/\x1b[2J\x1b]0;owned\x07.png: " in indexed.stderr
    inspected = typed("inspect", reports / NAME)
    assert inspected.returncode == 0, inspected.stderr
    assert r"\u202e\x0ax.txt: utf-8" in inspected.stdout
    question = "澜川市全年受理行政复议案件412件"
    asked = typed("ask", question, "--index", index)
    in_json = typed("ask", question, "--index", index, "--json")
    for done in (indexed, inspected, asked, in_json):
        assert not steers(done.stdout + done.stderr)
    answer: dict[str, Any] = json.loads(in_json.stdout)
    assert answer["citations"]
    assert not any(steers(citation["title"]) for citation in answer["citations"])


def test_nor_does_what_a_complaint_names(typed: Typed, tmp_path: Path) -> None:
    (tmp_path / f"{CLEAR}{REVERSE}.png").write_bytes(b"\x89PNG")
    for arguments in (("index", tmp_path, "--out", tmp_path / "index"), ("inspect", tmp_path / f"{REVERSE}{CLEAR}")):
        refused = typed(*arguments)
        assert refused.returncode == 1
        assert r"\u202e" in refused.stderr
        assert not steers(refused.stderr)
