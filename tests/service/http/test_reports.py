"""``/v1/reports``: filters, pages, and what is refused."""

from __future__ import annotations

from typing import Any

import pytest

from service.types import ReportList

TEXTS = {
    "深圳市2022年政府工作报告.txt": "一、2021年工作回顾\n全市受理行政复议案件412件。\n",
    "2022年深圳市光明区政府工作报告.txt": "一、2021年工作回顾\n全区受理行政复议案件37件。\n",
    "国务院2022年政府工作报告.txt": "一、2021年工作回顾\n全国受理行政复议案件24万件。\n",
    "江苏省2021年国民经济和社会发展统计公报.txt": "全省受理行政复议案件1.2万件。\n",
}


@pytest.fixture(scope="module")
def client(make_asker: Any, client_of: Any) -> Any:
    return client_of(make_asker(TEXTS))


def titles(client: Any, query: str) -> set[str]:
    response = client.get(f"/v1/reports{query}")
    assert response.status_code == 200, response.text
    page = ReportList.model_validate(response.json())
    assert page.total == len(page.reports)
    assert page.next_cursor is None
    return {report.file.removesuffix(".txt") for report in page.reports}


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", {name.removesuffix(".txt") for name in TEXTS}),
        ("?region=广东省", {"深圳市2022年政府工作报告", "2022年深圳市光明区政府工作报告"}),
        ("?region=光明区", {"2022年深圳市光明区政府工作报告"}),
        ("?region=全国", {"国务院2022年政府工作报告"}),
        ("?region=全国&region=江苏", {"国务院2022年政府工作报告", "江苏省2021年国民经济和社会发展统计公报"}),
        ("?year=2021", {"江苏省2021年国民经济和社会发展统计公报"}),
        ("?year_told=2021&region=广东", {"深圳市2022年政府工作报告", "2022年深圳市光明区政府工作报告"}),
        ("?kind=统计公报", {"江苏省2021年国民经济和社会发展统计公报"}),
        ("?issuing_body=国务院", {"国务院2022年政府工作报告"}),
        ("?title=光明%20报告", {"2022年深圳市光明区政府工作报告"}),
        ("?year=1987", set()),
    ],
)
def test_a_list_is_filtered(client: Any, query: str, found: set[str]) -> None:
    assert titles(client, query) == found


def test_pages_follow_their_cursor(client: Any) -> None:
    first = client.get("/v1/reports?limit=3").json()
    assert (len(first["reports"]), first["total"]) == (3, 4)
    second = client.get("/v1/reports", params={"limit": 3, "cursor": first["next_cursor"]}).json()
    assert (len(second["reports"]), second["total"], second["next_cursor"]) == (1, 4, None)
    assert first["reports"] + second["reports"] == client.get("/v1/reports").json()["reports"]


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("/v1/reports?regoin=x", "unknown query parameters: regoin; known are region, year"),
        ("/v1/reports?offset=1&page=2", "offset, page"),
        ("/v1/reports?limit=0", "limit"),
        ("/v1/reports?limit=1001", "limit"),
        ("/v1/reports?limit=x", "limit"),
        ("/v1/reports?year=x", "year"),
        ("/v1/reports?year=-1", "year"),
        ("/v1/reports?region=", "region"),
        ("/v1/reports?cursor=x", "without a cursor"),
        ("/v1/reports?" + "&".join(["kind=x"] * 101), "kind"),
        ("/v1/reports/ID?start=1", "this path takes none"),
        ("/v1/reports/ID/text?begin=1", "known are start, end"),
    ],
)
def test_what_is_no_query_is_refused(client: Any, path: str, said: str) -> None:
    one = client.get("/v1/reports?limit=1").json()["reports"][0]["report_id"]
    response = client.get(path.replace("ID", one))
    assert response.status_code == 422
    assert response.headers["content-type"] == "application/problem+json"
    assert said in response.json()["detail"]


@pytest.mark.parametrize(
    ("filters", "figure"),
    [
        ({"regions": ["光明区"]}, "37件"),
        ({"regions": ["全国"]}, "24万件"),
        ({"kinds": ["统计公报"]}, "1.2万件"),
        ({"issuing_bodies": ["国务院"]}, "24万件"),
        ({"regions": ["广东省"], "issuing_bodies": ["光明区"]}, None),  # whose body is nowhere named
        ({"years_told": [2021], "regions": ["江苏省"]}, "1.2万件"),
        ({"years": [2022], "regions": ["江苏省"]}, None),
    ],
)
def test_answers_are_of_the_reports_that_are_asked(client: Any, filters: dict[str, Any], figure: str | None) -> None:
    asked = {"question": "受理行政复议案件多少件？", "filters": filters}
    found = client.request("POST", "/v1/search", json=asked).json()
    texts = [passage["chunk"]["text"] for passage in found["passages"]]
    assert all(figure in text for text in texts) if figure else texts == []
    assert bool(texts) == bool(figure)


def test_the_schema_names_every_filter(client: Any) -> None:
    operation = client.get("/openapi.json").json()["paths"]["/v1/reports"]["get"]
    assert {one["name"] for one in operation["parameters"]} == {
        *("region", "year", "year_told", "kind", "issuing_body", "title", "cursor", "limit")
    }
    assert all("description" in one for one in operation["parameters"])
