"""The store of answers and of what was said of them: how long it keeps what, for whom, and that processes share it."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from service import kept as kept_module
from service.errors import KeptError, SettingsError, UnknownAnswer
from service.kept import DAY_S, Kept, new_id
from service.settings import Settings
from service.types import Answer, Filters, Rated

N_PROCESSES, N_ANSWERS = 4, 25
QUESTION = "秘密的问题有多少个？"


class Clock:
    def __init__(self) -> None:
        self.now = 1_700_000_000.0

    def __call__(self) -> float:
        return self.now


def answer(answer_id: str = "", question: str = QUESTION) -> Answer:
    return Answer(
        answer_id=answer_id or new_id(),
        question=question,
        language="zh",
        kind="fact",
        status="answered",
        confidence=0.9,
        text="六个。",
        snapshot_id="s1",
        elapsed_ms={"total": 1.0},
    )


def opened(path: Path, clock: Clock, days: int = 2) -> Kept:
    return Kept(path / "answers.sqlite", days, clock)


def holds(folder: Path, text: str) -> bool:
    """Whether the bytes of any file there hold ``text``: what is deleted must not lie about."""
    return any(text.encode() in file.read_bytes() for file in folder.iterdir())


def test_an_answer_is_kept_as_it_was_given_until_its_time_is_over(tmp_path: Path) -> None:
    clock = Clock()
    kept = opened(tmp_path, clock)
    given = kept.keep(answer(), Filters(years=(2022,)))
    assert (given.address, given.takes_feedback) == (f"/a/{given.answer_id}", True)
    clock.now += 2 * DAY_S - 1
    found = kept.addressed(given.answer_id)
    assert (found.answer, found.filters, found.given_at) == (given, Filters(years=(2022,)), "2023-11-14T22:13:20+00:00")
    assert holds(tmp_path, QUESTION)
    clock.now += 1
    with pytest.raises(UnknownAnswer, match="its time is over"):
        kept.addressed(given.answer_id)
    kept.sweep()
    assert not holds(tmp_path, QUESTION)


def test_the_next_answer_takes_away_what_is_old(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    clock = Clock()
    kept = opened(tmp_path, clock)
    ids = [kept.keep(answer(), Filters()).answer_id for _ in range(3)]
    clock.now += 2 * DAY_S
    monkeypatch.setattr(kept_module, "MAX_ANSWERS", 2)
    ids += [kept.keep(answer(), Filters()).answer_id for _ in range(3)]
    with sqlite3.connect(tmp_path / "answers.sqlite") as other:
        rows = other.execute("SELECT answer_id FROM answers ORDER BY n").fetchall()
    assert [row[0] for row in rows] == ids[-2:]


def test_what_is_said_is_kept_with_the_answer_that_was_given(tmp_path: Path) -> None:
    clock = Clock()
    kept = opened(tmp_path, clock)
    given = kept.keep(answer(), Filters(regions=("澜川市",)))
    kept.rate(Rated(answer_id=given.answer_id, rating="up"))
    clock.now += 60
    kept.rate(Rated(answer_id=given.answer_id, rating="down", comment="应为七个。"))
    clock.now += 10 * DAY_S
    kept.sweep()
    [said] = kept.feedback()
    assert (said.answer, said.filters) == (given, Filters(regions=("澜川市",)))
    assert (said.rating, said.comment, said.rated_at) == ("down", "应为七个。", "2023-11-14T22:14:20+00:00")
    with pytest.raises(UnknownAnswer):
        kept.rate(Rated(answer_id=given.answer_id, rating="up"))
    with pytest.raises(UnknownAnswer):
        kept.rate(Rated(answer_id=new_id(), rating="up"))
    assert list(kept.feedback(datetime(2023, 11, 14, 22, 14, 20, tzinfo=UTC))) == [said]
    assert list(kept.feedback(datetime(2023, 11, 14, 22, 14, 21, tzinfo=UTC))) == []
    assert kept.delete_feedback(datetime(2023, 11, 14, tzinfo=UTC)) == 0
    assert kept.delete_feedback(datetime(2023, 11, 15, tzinfo=UTC)) == 1
    assert list(kept.feedback()) == []
    assert not holds(tmp_path, "应为七个")


def test_pages_of_ratings_are_read_whole_and_in_order(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept_module, "PAGE", 3)
    clock = Clock()
    kept = opened(tmp_path, clock)
    for number in range(10):
        given = kept.keep(answer(question=f"第{number}问？"), Filters())
        kept.rate(Rated(answer_id=given.answer_id, rating="up"))
        clock.now += number % 2  # some in the same second
    said = list(kept.feedback())
    assert sorted(one.answer.question for one in said) == [f"第{number}问？" for number in range(10)]
    assert [one.rated_at for one in said] == sorted(one.rated_at for one in said)


def test_without_days_there_is_no_address_and_a_day_to_say_something(tmp_path: Path) -> None:
    clock = Clock()
    kept = opened(tmp_path, clock, days=0)
    given = kept.keep(answer(), Filters())
    assert (given.address, given.takes_feedback) == (None, True)
    with pytest.raises(UnknownAnswer, match="JUDIAN_KEEP_ANSWERS_DAYS"):
        kept.addressed(given.answer_id)
    clock.now += DAY_S - 1
    kept.rate(Rated(answer_id=given.answer_id, rating="up"))
    clock.now += 1
    with pytest.raises(UnknownAnswer):
        kept.rate(Rated(answer_id=given.answer_id, rating="down"))


def test_only_its_owner_reads_the_file(tmp_path: Path) -> None:
    kept = Kept(tmp_path / "new" / "answers.sqlite", 1)
    kept.keep(answer(), Filters())
    files = list((tmp_path / "new").iterdir())
    assert len(files) >= 3  # with the log that SQLite keeps
    assert {file.stat().st_mode & 0o777 for file in files} == {0o600}


def test_nothing_is_kept_unless_a_file_is_named(tmp_path: Path) -> None:
    assert Kept.of(Settings()) is None
    assert Kept.of(Settings(answers=tmp_path / "answers.sqlite")) is not None


@pytest.mark.parametrize("foreign", ["text", "database", "folder", "newer"])
def test_a_file_of_something_else_is_left_alone(tmp_path: Path, foreign: str) -> None:
    path = tmp_path / "answers.sqlite"
    if foreign == "text":
        path.write_text("no database, and longer than the head of one " * 9, encoding="utf-8")
    elif foreign == "folder":
        path.mkdir()
    elif foreign == "newer":
        Kept(path, 1).close()
    if foreign in ("database", "newer"):
        with sqlite3.connect(path) as other:
            other.execute("PRAGMA user_version = 99" if foreign == "newer" else "CREATE TABLE others (name)")
    before = path.read_bytes() if path.is_file() else b""
    with pytest.raises(SettingsError, match="JUDIAN_ANSWERS: "):
        Kept(path, 1)
    assert (path.read_bytes() if path.is_file() else b"") == before


def test_a_file_that_fails_is_an_error_with_its_name(tmp_path: Path) -> None:
    kept = opened(tmp_path, Clock())
    kept.close()
    with pytest.raises(KeptError, match=r"answers\.sqlite"):
        kept.keep(answer(), Filters())


def test_a_write_that_fails_leaves_nothing_behind_and_the_next_one_works(tmp_path: Path) -> None:
    kept = opened(tmp_path, Clock())
    given = kept.keep(answer(), Filters())
    with pytest.raises(KeptError):
        kept.keep(answer(given.answer_id), Filters())  # an id that is there
    other = kept.keep(answer(), Filters())
    assert kept.addressed(other.answer_id).answer == other


WRITER = """
import sys
from pathlib import Path
from service.kept import Kept
from service.types import Filters, Rated
from tests.service.test_kept import answer
kept = Kept(Path(sys.argv[1]), 1)
for number in range(int(sys.argv[2])):
    given = kept.keep(answer(), Filters())
    kept.rate(Rated(answer_id=given.answer_id, rating="up" if number % 2 else "down"))
    assert kept.addressed(given.answer_id).answer == given
    if number % 5 == 0:
        kept.sweep()
"""


@pytest.mark.process
def test_processes_that_write_at_once_lose_nothing(tmp_path: Path) -> None:
    path = tmp_path / "answers.sqlite"  # which the first of them makes
    command = [sys.executable, "-c", WRITER, str(path), str(N_ANSWERS)]
    root = Path(__file__).parents[2]
    writers = [
        subprocess.Popen(command, cwd=root, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, encoding="utf-8")
        for _ in range(N_PROCESSES)
    ]
    said = [writer.communicate(timeout=120)[0] for writer in writers]
    assert [writer.returncode for writer in writers] == [0] * N_PROCESSES, said
    kept = Kept(path, 1)
    ratings = [one.rating for one in kept.feedback()]
    assert len(ratings) == N_PROCESSES * N_ANSWERS
    assert ratings.count("down") == N_PROCESSES * ((N_ANSWERS + 1) // 2)
    with sqlite3.connect(path) as other:
        assert other.execute("SELECT count(*) FROM answers").fetchone() == (N_PROCESSES * N_ANSWERS,)
        assert other.execute("PRAGMA integrity_check").fetchone() == ("ok",)
