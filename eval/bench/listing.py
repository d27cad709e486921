"""``/v1/reports`` of a real server process over many reports: the time of a page, seen by who asks for it."""

from __future__ import annotations

import statistics
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from importlib.resources import files
from itertools import islice
from pathlib import Path
from typing import Any

import httpx

from eval.bench.asking import Server, p99, serving
from eval.bench.corpus import Article
from eval.bench.types import Listed
from indexer.build import build
from indexer.encoders.hashing import HashingEncoder

YEARS = range(2004, 2024)
PAGE = 50
# What is asked for, each again and again; the pages of `all` are followed by their cursors.
QUERIES: Mapping[str, Mapping[str, str | int]] = {
    "all, page by page": {},
    "region=广东省": {"region": "广东省"},
    "year=2020, kind=政府工作报告": {"year": 2020, "kind": "政府工作报告"},
    "title=工作报告 2021": {"title": "工作报告 2021"},
}


def measure_listing(articles: Sequence[Article], n_reports: int, n_pages: int) -> tuple[Listed, ...]:
    """Each report is one of ``articles`` under a title of its own. One row a query, of ``n_pages`` pages of PAGE
    reports each, one after the other on one connection; the first row is the very first page after the start."""
    with tempfile.TemporaryDirectory() as name:
        reports, index = Path(name, "reports"), Path(name, "index")
        reports.mkdir()
        for title, article in zip(islice(titles(), n_reports), articles, strict=False):
            (reports / f"{title}.txt").write_text(f"{title}\n{article.text}\n", encoding="utf-8")
        build([reports], index, HashingEncoder(), "hashing")
        with serving(index, JUDIAN_ENCODER="hashing") as server:
            return measure_pages(server, n_pages)


def measure_pages(server: Server, n_pages: int) -> tuple[Listed, ...]:
    """The rows of a server that runs."""
    with server.client() as client:
        first = _row(server, client, "the first after the start", {}, 1)
        return (first, *(_row(server, client, said, query, n_pages) for said, query in QUERIES.items()))


def titles() -> Iterator[str]:
    """Titles of reports, 20 years of one place after the other; of the places that the gazetteer names in full."""
    text = files("indexer.chinese").joinpath("divisions.txt").read_text(encoding="utf-8")
    places = [line.split()[0] for line in text.splitlines() if line and not line.startswith("#")]
    for place in places:
        if place.endswith(("市", "县", "区")):
            for year in YEARS:
                yield f"{place}{year}年政府工作报告"


def _row(server: Server, client: httpx.Client, said: str, query: Mapping[str, str | int], n_pages: int) -> Listed:
    """``n_pages`` pages one after the other; the list begins anew where it ends. Raises httpx.HTTPStatusError."""
    times: list[float] = []
    cursor, total = None, 0
    before = server.cpu_ms()
    while len(times) < n_pages:
        params = {**query, "limit": PAGE, **({"cursor": cursor} if cursor else {})}
        began = time.perf_counter()
        response = client.get("/v1/reports", params=params)
        times.append((time.perf_counter() - began) * 1000)
        page: dict[str, Any] = response.raise_for_status().json()
        cursor, total = page["next_cursor"], page["total"]
    return Listed(
        query=said,
        n_reports=total,
        n_asked=n_pages,
        median_ms=round(statistics.median(times), 2),
        p99_ms=round(p99(times), 2),
        server_cpu_ms=round((server.cpu_ms() - before) / n_pages, 2),
    )
