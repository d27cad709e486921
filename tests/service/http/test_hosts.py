"""The names that the service may be asked under."""

from __future__ import annotations

from typing import Any

import pytest
from fastapi.testclient import TestClient

from service.http.app import create_app
from service.http.hosts import Hosts, hosts_of
from service.http.live import Fixed

ALONE, NAMED = Hosts(frozenset()), Hosts(frozenset({"judian.example"}))


@pytest.mark.parametrize(
    ("hosts", "header", "held"),
    [
        (ALONE, "localhost", True),
        (ALONE, "LOCALHOST:8000", True),
        (ALONE, "localhost.", True),
        (ALONE, "127.0.0.1:8000", True),
        (ALONE, "127.8.8.8", True),
        (ALONE, "[::1]:8000", True),
        (ALONE, "[::ffff:127.0.0.1]", True),
        (ALONE, "", True),
        (ALONE, "rebound.example", False),
        (ALONE, "rebound.example:8000", False),
        (ALONE, "localhost.rebound.example", False),
        (ALONE, "127.0.0.1.rebound.example", False),
        (ALONE, "localhost:80@rebound.example", False),
        (ALONE, "10.0.0.1", False),
        (ALONE, "judian.example", False),
        (NAMED, "judian.example", True),
        (NAMED, "Judian.Example.:443", True),
        (NAMED, "localhost", True),
        (NAMED, "www.judian.example", False),
        (hosts_of("::", "[2001:db8::5]:80", False), "[2001:db8::5]:8000", True),
    ],
)
def test_a_name_of_another_is_told_apart(hosts: Hosts, header: str, held: bool) -> None:
    assert hosts.hold(header) is held


@pytest.mark.parametrize(
    ("address", "configured", "asks_for_key", "expected"),
    [
        ("127.0.0.1", "", False, ALONE),
        ("::1", "", False, ALONE),
        ("127.0.0.1", "Judian.example", False, NAMED),
        ("127.0.0.1", "judian.example:8443", False, NAMED),
        ("127.0.0.1", "", True, None),
        ("0.0.0.0", "", False, None),
        ("0.0.0.0", "", True, None),
        ("0.0.0.0", "judian.example", True, NAMED),
    ],
)
def test_which_names_there_are(address: str, configured: str, asks_for_key: bool, expected: Hosts | None) -> None:
    assert hosts_of(address, configured, asks_for_key) == expected


@pytest.mark.parametrize("path", ["/", "/v1/reports", "/v1/reports/", "/healthz", "/openapi.json", "/nowhere"])
def test_a_page_that_was_pointed_here_reads_nothing(sample_asker: Any, path: str) -> None:
    with TestClient(create_app(Fixed(sample_asker), hosts=ALONE), base_url="http://rebound.example:8000") as http:
        refused = http.get(path, follow_redirects=False)
    assert refused.status_code == 421
    assert refused.json()["title"] == "MisdirectedRequest"
    assert "JUDIAN_HOSTS" in refused.json()["detail"]
    assert "rebound" not in refused.text + str(refused.headers)


def test_a_redirect_does_not_name_the_host_that_the_client_says(sample_asker: Any) -> None:
    with TestClient(create_app(Fixed(sample_asker)), base_url="http://elsewhere.example") as http:
        redirected = http.get("/v1/reports/", follow_redirects=False)
    assert redirected.headers["location"] == "/v1/reports"
