"""``judian feedback``: what it lists, exports and deletes, and what it says where there is nothing."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from indexer.unseen import UNSEEN
from service.kept import Kept
from service.types import Feedback, Filters, Rated
from tests.commands import Typed
from tests.service.test_kept import Clock, answer


@pytest.fixture
def rated(tmp_path: Path, typed: Typed) -> Typed:
    """Two answers that were rated, on 14 and 16 November 2023."""
    clock = Clock()
    kept = Kept(tmp_path / "answers.sqlite", 30, clock)
    for rating, comment in (("up", ""), ("down", "一行\n\x1b[2J两行" + "长" * 100)):
        given = kept.keep(answer(question=f"{rating}的问题？"), Filters())
        kept.rate(Rated.model_validate({"answer_id": given.answer_id, "rating": rating, "comment": comment}))
        clock.now += 2 * 86_400
    kept.close()
    return typed.with_settings(JUDIAN_ANSWERS=str(tmp_path / "answers.sqlite"))


def test_what_was_said_is_listed_a_line_each(rated: Typed) -> None:
    up, down, n = rated("feedback", "list").stdout.splitlines()
    assert up.startswith("2023-11-14T22:13:20+00:00  up ")
    assert up.endswith("  up的问题？")
    assert "  down的问题？  “一行 [2J两行长" in down
    assert down.endswith("…”")
    assert n == "1 up, 1 down"


def test_it_is_exported_whole_and_steers_no_terminal(rated: Typed) -> None:
    done = rated("feedback", "export", "--format", "jsonl")
    lines = done.stdout.splitlines()
    assert [Feedback.model_validate_json(line).rating for line in lines] == ["up", "down"]
    assert json.loads(lines[1])["comment"].startswith("一行\n\x1b[2J两行长")
    assert not any(found[0] != "\n" for found in UNSEEN.finditer(done.stdout))


def test_a_date_bounds_what_is_told_and_what_is_deleted(rated: Typed) -> None:
    assert len(rated("feedback", "export", "--since", "2023-11-15").stdout.splitlines()) == 1
    assert rated("feedback", "list", "--since", "2023-11-17").stdout == "0 up, 0 down\n"
    assert rated("feedback", "delete", "--before", "2023-11-15").stdout == "deleted 1\n"
    assert rated("feedback", "list").stdout.endswith("0 up, 1 down\n")
    assert rated("feedback", "export", "--since", "lately").returncode == 2


def test_where_nothing_is_kept_that_is_said(typed: Typed, tmp_path: Path) -> None:
    unset = typed("feedback", "list")
    absent = typed.with_settings(JUDIAN_ANSWERS=str(tmp_path / "none.sqlite"))("feedback", "export")
    for done in (unset, absent):
        assert (done.returncode, done.stdout) == (1, "")
        assert "JUDIAN_ANSWERS" in done.stderr
    assert list(tmp_path.iterdir()) == []  # asking makes no file
