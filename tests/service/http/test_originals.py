"""``/v1/reports/{id}/original``: the file as it was, to be saved under its name, for whom reports are for."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import unquote

import httpx
import pytest
from fastapi.testclient import TestClient

from indexer.build import build
from indexer.encoders.hashing import HashingEncoder
from indexer.store.originals import ORIGINALS
from indexer.store.snapshot import open_published
from service.http.app import create_app
from service.http.channels import ChannelStore
from service.http.keys import KeyStore
from service.http.live import Fixed
from service.http.routes.reports import disposition
from service.open import asker_over
from service.settings import Settings

TEXT = "2023年朔原县政府工作报告\n\n一、工作回顾\n全年建成厕所37座。\n"
PARTS = "".join(f"(篇{n})\n\n" + f"全年受理行政复议案件{n}件，审结案件{n}件，办理情况良好。\n" * 8 for n in "一二")
PAGE = f"<!DOCTYPE html><html><body><script>alert(1)</script><p>{TEXT}</p></body></html>"
NAMES = {
    '朔原县 "2023"; filename=x.exe.txt': TEXT.encode("gb18030"),
    "报告\u202etxt.html": PAGE.encode(),
    "100%'s é 𠮷 (1).txt": TEXT.encode(),
    "行\n二.txt": TEXT.encode() + "末行。\n".encode(),
    "汇编.txt": PARTS.encode(),
}
ORIGIN = "https://portal.example"
pytestmark = pytest.mark.process  # a page is parsed in a process of its own


def asker_of(folder: Path, index: Path, *, keep_originals: bool) -> Any:
    build([folder], index, HashingEncoder(), "hashing", keep_originals=keep_originals)
    return asker_over(open_published(index), HashingEncoder(), Settings())


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("originals") / "reports"
    made.mkdir()
    for name, raw in NAMES.items():
        (made / name).write_bytes(raw)
    return made


@pytest.fixture
def asker(folder: Path, tmp_path: Path) -> Any:
    return asker_of(folder, tmp_path / "index", keep_originals=True)


def fetched_by(client: Any, report_id: str, key: str) -> httpx.Response:
    response: httpx.Response = client.get(
        f"/v1/reports/{report_id}/original", headers={"authorization": f"Bearer {key}"}
    )
    return response


def fetched(client: Any, report_id: str) -> httpx.Response:
    response: httpx.Response = client.get(f"/v1/reports/{report_id}/original")
    return response


def test_a_file_of_any_name_is_given_to_be_saved(asker: Any, folder: Path, client_of: Any) -> None:
    client = client_of(asker)
    given = set()
    for report_id, report in asker.snapshot.reports.items():
        response = fetched(client, report_id)
        assert response.status_code == 200, response.text
        told = response.headers["content-disposition"]
        assert told.isascii()
        assert told.startswith("attachment; filename*=UTF-8''")
        assert not set(told.removeprefix("attachment; ")) & set(" \";,()\\\r\n%'") - set("'%")
        saved_as = unquote(told.rpartition("''")[2])
        assert saved_as.isprintable()
        assert response.headers["x-content-type-options"] == "nosniff"
        assert response.headers["cache-control"] == "no-store"
        original = client.get(f"/v1/reports/{report_id}").json()["original"]
        assert response.headers["content-type"] == original["media_type"]
        assert len(response.content) == original["n_bytes"] == int(response.headers["content-length"])
        assert response.content in NAMES.values()
        given.add(saved_as)
        if "\u202e" not in report.file and "\n" not in report.file:
            assert saved_as == Path(report.file).name
            assert response.content == (folder / saved_as).read_bytes()
    assert given == {name.replace("\u202e", "\\u202e").replace("\n", "\\x0a") for name in NAMES}


def test_the_content_type_is_that_of_the_file(asker: Any, client_of: Any) -> None:
    types = {
        Path(report.file).name: fetched(client_of(asker), report_id).headers["content-type"]
        for report_id, report in asker.snapshot.reports.items()
    }
    assert types['朔原县 "2023"; filename=x.exe.txt'] == "text/plain; charset=gb18030"
    assert types["报告\u202etxt.html"] == "text/html; charset=utf-8"


def test_reports_of_a_compilation_have_one_file(asker: Any, client_of: Any) -> None:
    parts = [report_id for report_id, report in asker.snapshot.reports.items() if report.part]
    assert len(parts) == 2
    assert {fetched(client_of(asker), report_id).content for report_id in parts} == {PARTS.encode()}


def test_where_none_is_kept_it_is_said_what_to_do(folder: Path, tmp_path: Path, client_of: Any) -> None:
    asker = asker_of(folder, tmp_path / "index", keep_originals=False)
    client = client_of(asker)
    for report_id in asker.snapshot.reports:
        response = fetched(client, report_id)
        assert response.status_code == 404
        assert response.json()["title"] == "NoOriginal"
        assert "--keep-originals" in response.json()["detail"]
        assert client.get(f"/v1/reports/{report_id}").json()["original"] is None
    assert fetched(client, "none").json()["title"] == "UnknownReport"
    assert client.get(f"/v1/reports/{report_id}/original?download=1").status_code == 422


@pytest.mark.parametrize("raw", [None, b"cut"])
def test_a_file_that_is_gone_or_cut_is_not_given(asker: Any, client_of: Any, raw: bytes | None) -> None:
    for path in (asker.snapshot.index / ORIGINALS).iterdir():
        path.unlink() if raw is None else path.write_bytes(raw)
    response = fetched(client_of(asker), next(iter(asker.snapshot.reports)))
    assert response.status_code == 404
    assert "run" in response.json()["detail"]
    assert str(asker.snapshot.index) not in response.text


def test_a_file_is_for_keys_as_reports_are_and_for_no_channel(asker: Any, tmp_path: Path) -> None:
    settings = Settings(keys=tmp_path / "keys.json")
    _, key = KeyStore(settings.keys_file).add("法制办")
    channel = ChannelStore(settings.channels_file).add("门户", (ORIGIN,))
    path = f"/v1/reports/{next(iter(asker.snapshot.reports))}"
    with TestClient(create_app(Fixed(asker), settings, asks_for_key=True)) as http:
        by_channel = {"x-judian-channel": channel.channel_id, "origin": ORIGIN}
        assert http.get(f"{path}/text", headers=by_channel).status_code == 200
        assert http.get(f"{path}/original", headers=by_channel).status_code == 403
        assert http.get(f"{path}/original").status_code == 401
        assert http.get(f"{path}/original", headers={"authorization": f"Bearer {key}"}).status_code == 200


def test_the_page_of_a_report_links_to_its_file_unless_a_channel_opened_it(asker: Any, tmp_path: Path) -> None:
    settings = Settings(keys=tmp_path / "keys.json")
    _, key = KeyStore(settings.keys_file).add("法制办")
    channel = ChannelStore(settings.channels_file).add("门户", ("http://testserver",)).channel_id
    report_id, original = next(iter(asker.snapshot.originals.items()))
    page, file = f"/source/{report_id}", f"/source/{report_id}/original"
    with TestClient(create_app(Fixed(asker), settings, asks_for_key=True)) as http:
        html = http.get(page, auth=("", key)).text
        assert f'<a href="{report_id}/original" download' in html
        assert f"{-(-original.n_bytes // 1024)} KB" in html
        given = http.get(file, auth=("", key))
        assert given.content == fetched_by(http, report_id, key).content
        assert given.headers["content-disposition"].startswith("attachment;")
        assert http.get(file).status_code == 401
        shown = http.get(page, params={"channel": channel})
        assert (shown.status_code, "/original" in shown.text) == (200, False)
        assert http.get(file, params={"channel": channel}).status_code == 401


def test_where_no_file_is_kept_the_page_links_to_none(folder: Path, tmp_path: Path, client_of: Any) -> None:
    asker = asker_of(folder, tmp_path / "index", keep_originals=False)
    report_id = next(iter(asker.snapshot.reports))
    client = client_of(asker)
    assert "/original" not in client.get(f"/source/{report_id}").text
    assert client.get(f"/source/{report_id}/original").json()["title"] == "NoOriginal"


def test_the_name_is_the_last_part_written_for_a_header() -> None:
    assert disposition("甲/乙/报告 1.txt") == "attachment; filename*=UTF-8''%E6%8A%A5%E5%91%8A%201.txt"
    assert disposition("a'b*c(d)~!#$&+-.^_`|") == "attachment; filename*=UTF-8''a%27b%2Ac%28d%29~!#$&+-.^_`|"
