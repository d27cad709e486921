"""Citations after their report was indexed again, changed, moved to another file, or removed; and quotes to verify."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi.testclient import TestClient

from service.http.app import create_app
from service.open import open_live
from service.settings import Settings
from service.types import CitationStatus, Verified
from tests.commands import Judian, Typed

FIRST = (
    "甲山县2022年政府工作报告\n一、法治建设\n全年受理行政复议案件412件。审结389件。\n二、经济\n粮食总产量62.5万吨。\n"
)
OTHER = "乙水县2022年政府工作报告\n一、法治建设\n全年新建公厕37座。\n"
SENTENCE = "全年受理行政复议案件412件。"


@contextmanager
def newly_opened(index: Path) -> Iterator[Any]:
    """A client of the application that `judian serve` would make now."""
    settings = Settings(encoder="hashing")
    with TestClient(create_app(open_live(index, settings), settings)) as client:
        yield client


class World:
    """A folder of reports, its index, and a service over it, opened anew for each question."""

    def __init__(self, typed: Typed, folder: Path) -> None:
        self.typed = typed
        self.served: Callable[[Path], AbstractContextManager[Any]] = newly_opened
        self.reports = folder / "reports"
        self.index = folder / "index"
        self.reports.mkdir()
        (self.reports / "甲.txt").write_text(FIRST, encoding="utf-8")
        (self.reports / "乙.txt").write_text(OTHER, encoding="utf-8")
        self.publish()

    def publish(self) -> None:
        self.typed.index(self.reports, "--out", self.index)

    def ask_service(self, asked: Callable[[Any], Any]) -> Any:
        """What ``asked`` gets from a client of the service."""
        with self.served(self.index) as client:
            return asked(client)

    def citation_id(self, quote: str) -> str:
        """The id of a citation of ``quote``, which stands in 甲.txt, as an answer gives it."""
        from indexer.store.snapshot import open_published
        from indexer.types import Span
        from service.cite import citation_id

        report = next(report for report in open_published(self.index).reports.values() if "甲.txt" in report.file)
        start = report.text.index(quote)
        return citation_id(report.report_id, Span(start=start, end=start + len(quote)), quote)

    def status(self, citation_id: str) -> CitationStatus:
        def asked(client: Any) -> CitationStatus:
            response = client.get(f"/v1/citations/{citation_id}")
            assert response.status_code == 200, response.text
            return CitationStatus.model_validate_json(response.content)

        found: CitationStatus = self.ask_service(asked)
        if found.place is not None:  # a place is a place: its quote stands there
            place = found.place
            text = self.ask_service(lambda client: client.get(f"/v1/reports/{place.report_id}/text").text)
            assert text[place.start : place.end] == place.quote
        return found


@pytest.fixture
def world(typed: Typed, tmp_path: Path) -> World:
    return World(typed, tmp_path)


@pytest.mark.process
def test_through_two_indexings_and_restarts(world: World, judian: Judian) -> None:
    @contextmanager
    def restarted(index: Path) -> Iterator[httpx.Client]:
        with judian.serving(index) as (_, base), httpx.Client(base_url=base, trust_env=False) as client:
            yield client

    world.served = restarted
    cited = world.citation_id(SENTENCE)
    assert world.status(cited).status == "present"
    path = world.reports / "甲.txt"
    path.write_text(FIRST.replace("一、法治建设\n", "一、法治建设\n形势喜人。\n"), encoding="utf-8")
    world.publish()
    moved = world.status(cited)
    assert moved.status == "moved"
    assert moved.place is not None
    assert moved.place.quote == SENTENCE
    assert moved.place.heading_path == ("一、法治建设",)
    path.write_text(FIRST, encoding="utf-8")
    world.publish()
    assert world.status(cited).status == "present"


def test_in_another_file(world: World) -> None:
    cited = world.citation_id(SENTENCE)
    (world.reports / "甲.txt").rename(world.reports / "丙.txt")
    world.publish()
    moved = world.status(cited)
    assert moved.status == "moved"
    assert moved.place is not None
    assert (moved.place.quote, moved.place.report_id == cited.rsplit("-", 3)[0]) == (SENTENCE, False)


def test_changed_and_gone(world: World) -> None:
    cited = world.citation_id(SENTENCE)
    (world.reports / "甲.txt").write_text(FIRST.replace("412件", "413件"), encoding="utf-8")
    world.publish()
    changed = world.status(cited)
    assert (changed.status, changed.place) == ("changed", None)
    (world.reports / "甲.txt").unlink()
    world.publish()
    gone = world.status(cited)
    assert (gone.status, gone.place) == ("gone", None)


def test_what_is_no_whole_sentence_is_found_in_its_report(world: World) -> None:
    cited = world.citation_id("行政复议案件412件")
    assert world.status(cited).status == "present"
    (world.reports / "甲.txt").write_text("首先。\n" + FIRST, encoding="utf-8")
    world.publish()
    moved = world.status(cited)
    assert moved.status == "moved"
    assert moved.place is not None
    assert moved.place.quote == "行政复议案件412件"


def test_what_is_no_citation_id_is_said(world: World) -> None:
    def asked(client: Any) -> list[int]:
        ids = ("x", "r-1-2-3", "r-9-2-0123456789ab", "r-1-2-0123456789AB", "%00-1-2-0123456789ab")
        return [client.get(f"/v1/citations/{citation_id}").status_code for citation_id in ids]

    assert set(world.ask_service(asked)) == {404}


def test_quotes_are_verified(world: World) -> None:
    def asked(client: Any) -> list[Verified]:
        reports = client.get("/v1/reports").json()["reports"]
        ids = {report["file"].rsplit("/")[-1]: report["report_id"] for report in reports}
        start = FIRST.index(SENTENCE)
        questions = [
            ("甲.txt", start, start + len(SENTENCE), SENTENCE),
            ("甲.txt", 0, len(SENTENCE), SENTENCE),  # it stands further on
            ("乙.txt", 0, len(SENTENCE), SENTENCE),  # it stands in another report
            ("甲.txt", start, start + len(SENTENCE), SENTENCE.replace("412", "４１２")),  # other width
            ("甲.txt", start, start + len(SENTENCE), SENTENCE.replace("412", "413")),  # nowhere
        ]
        found = []
        for file, begin, end, quote in questions:
            body = {"report_id": ids[file], "start": begin, "end": end, "quote": quote}
            response = client.post("/v1/verify", json=body)
            assert response.status_code == 200, response.text
            found.append(Verified.model_validate_json(response.content))
        unknown = {"report_id": "none", "start": 0, "end": 1, "quote": "全"}
        assert client.post("/v1/verify", json=unknown).status_code == 404
        return found

    stands, further, elsewhere, width, nowhere = world.ask_service(asked)
    assert (stands.stands, stands.places) == (True, ())
    for verified in (further, elsewhere, width):
        assert not verified.stands
        assert [place.quote for place in verified.places] == [SENTENCE]
    assert (nowhere.stands, nowhere.places) == (False, ())
