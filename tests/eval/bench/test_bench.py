"""The benchmark's runner: whole, on a corpus of a few statutes, with the encoder that needs no model."""

from __future__ import annotations

import gzip
import json
import shutil
from pathlib import Path

import pytest

from eval.bench.__main__ import PARTS, Plan, run
from eval.bench.asking import p99
from eval.bench.browser import BROWSERS
from eval.bench.corpus import questions, write_statutes
from eval.bench.growth import GROWING, exponents
from eval.bench.report import as_markdown, targets
from eval.bench.types import Bench, Growth
from service.http.assets import load
from service.settings import Settings

N_STATUTES, N_ARTICLES = 3, 8
NAMES = "青龙 白沙 红旗 清江 石门 东风 密云 官厅 丹江 龙羊".split()


@pytest.fixture
def bulk(tmp_path: Path) -> Path:
    """Three statutes of eight articles; two of them differ in a character that no file name should lose."""
    path = tmp_path / "bulk.jsonl.gz"
    with gzip.open(path, "wt", encoding="utf-8") as file:
        for law in ("档案、图书条例", "档案 图书条例", "统计法"):
            for number in range(1, N_ARTICLES + 1):
                article = {
                    "id": f"行政法/{law}#第{number}条",
                    "law": law,
                    "article": f"第{number}条",
                    "chapter": "第一章 总则" if number < 4 else "第二章 附则",
                    "text": f"第{number}条 主管部门应当在{number}个工作日内办结{law}第{number}类事项，并告知申请人。",
                }
                file.write(json.dumps(article, ensure_ascii=False) + "\n")
    return path


@pytest.fixture
def reading(tmp_path: Path) -> Path:
    folder = tmp_path / "reading"
    folder.mkdir()
    passages = [{"id": f"p{n}", "title": name, "text": f"{name}水库建于{1950 + n}年。"} for n, name in enumerate(NAMES)]
    asked = [
        {"question": f"{name}水库建于哪一年？", "answers": [f"{1950 + n}年"], "lang": "zh", "passage_id": f"p{n}"}
        for n, name in enumerate(NAMES)
    ]
    for name, rows in (("passages", passages), ("questions", asked)):
        lines = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
        (folder / f"{name}.jsonl").write_text(lines, encoding="utf-8")
    return folder


@pytest.fixture
def reports(tmp_path: Path) -> Path:
    folder = tmp_path / "reports"
    folder.mkdir()
    for name in NAMES[:2]:
        told = f"{name}县政府工作报告\n一、概况\n全年生产总值增长6.5%，建成水库3座。\n二、打算\n继续建设水库。\n"
        (folder / f"{name}.txt").write_text(told, encoding="utf-8")
    return folder


def test_a_statute_is_a_file_and_every_article_is_in_it(bulk: Path, tmp_path: Path) -> None:
    articles = write_statutes(bulk, tmp_path / "statutes")
    files = sorted((tmp_path / "statutes").iterdir())
    assert len(files) == N_STATUTES
    assert len(articles) == N_STATUTES * N_ARTICLES
    held = "".join(path.read_text(encoding="utf-8") for path in files)
    assert all(held.count(article.text) == 1 for article in articles)
    assert held.count("第二章 附则") == N_STATUTES


def test_the_same_questions_every_time_and_half_of_them_name_the_article(bulk: Path, tmp_path: Path) -> None:
    articles = write_statutes(bulk, tmp_path / "statutes")
    asked = questions(articles, 10)
    assert asked == questions(articles, 10)
    assert sum(question.startswith("《") for question in asked) == 10 / 2
    assert len(questions(articles, 1000)) == len(articles)


@pytest.mark.process
def test_the_runner_measures_and_keeps_every_part(
    bulk: Path, reading: Path, reports: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("JUDIAN_ENCODER", "hashing")
    plan = Plan(
        bulk=bulk,
        reading_folder=reading,
        reports=reports,
        cache=tmp_path / "cache",
        settings=Settings.from_environment(),
        n_texts=10,
        turns=1,
        n_questions=6,
        n_per_client=3,
        growth=(10, 25),
        n_reports=24,
        n_pages=3,
        hashed=True,
    )
    out = tmp_path / "results"
    parts = [part for part in PARTS if part not in ("settings", "browser")]  # the default encoder's; its own test
    bench = run(plan, parts, out)
    assert bench == Bench.model_validate_json((out / "bench.json").read_text(encoding="utf-8"))
    assert set(bench.recipes) == set(parts)
    assert bench.indexing is not None
    assert bench.indexing.n_texts >= 10
    assert bench.asking is not None
    assert bench.asking.n_chunks == N_STATUTES * (N_ARTICLES + 1)  # an article is a chunk, and so is a title
    assert bench.asking.n_asked_together == bench.asking.n_clients * 3
    assert bench.asking.passages == "hashed"
    assert bench.asking.server_cpu_ms > 0
    assert bench.recipes["asking"].command.endswith("--only asking --hashed --n-questions 6")
    assert bench.asking.ratio == pytest.approx(bench.asking.ask_ms / bench.asking.bare_encoding_ms, rel=0.2)
    assert [row.n_chunks for row in bench.growth] == sorted(row.n_chunks for row in bench.growth)
    assert [(row.n_reports, row.n_asked) for row in bench.listing] == [(24, 1), (24, 3), (0, 3), (1, 3), (1, 3)]
    assert all(0 < row.median_ms <= row.p99_ms for row in bench.listing)
    assert bench.peers[0].name == "judian"
    assert bench.peers[0].right_at_1 == 2 / 2  # the questions of every fifth passage
    assert bench.reading is not None
    assert {row.format for row in bench.reading.formats} == {"txt", "md", "html", "docx", "xlsx", "csv"}
    assert all(row.n_files == 2 and row.report_files_per_s > 0 for row in bench.reading.formats)
    assert bench.reading.n_files == 2 * 6
    assert bench.reading.processes == 1  # of so few bytes
    page = (out / "bench.md").read_text(encoding="utf-8")
    assert page == as_markdown(bench)
    assert all(recipe.command in page for recipe in bench.recipes.values())
    assert (out / "bench_growth.png").read_bytes().startswith(b"\x89PNG")
    assert len(targets(bench)) == 7


@pytest.mark.browser
def test_the_browser_s_part_measures_the_widget_and_a_long_report(
    bulk: Path, reading: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    if not any(map(shutil.which, BROWSERS)):
        pytest.skip("there is no Chromium; apt-get install chromium")
    monkeypatch.setenv("JUDIAN_ENCODER", "hashing")
    settings = Settings.from_environment()
    plan = Plan(bulk, reading, tmp_path / "reports", tmp_path / "cache", settings, visits=1, report_bytes=200_000)
    bench = run(plan, ["browser"], tmp_path / "results")
    seen = bench.browser
    assert seen is not None
    files = load(Path(__file__).parents[3] / "service" / "http" / "static")
    sent = [len(files[name].compressed) for name in ("widget.js", "chat.js", "chat.css", "words.zh.js")]
    assert (seen.bytes_before_click, seen.bytes_in_all) == (sent[0], sum(sent))
    assert min(seen.first_paint_ms, seen.button_ms, seen.panel_ms, seen.source_ms) > 0
    assert 0 < seen.first_sentence_ms <= seen.answer_ms
    assert 200_000 <= seen.report_bytes <= 250_000
    assert 0 < seen.report_first_byte_ms < seen.report_opens_ms
    assert 1 < seen.frames_per_s < 1000 / 16
    assert seen.frame_p95_ms >= 16
    assert [found.target for found in targets(bench)][2].startswith("the page of a report of 0.2 MB opens")


def test_a_part_that_is_left_out_stays_as_it_was_kept(bulk: Path, reading: Path, tmp_path: Path) -> None:
    plan = Plan(bulk, reading, tmp_path / "reports", tmp_path / "cache", Settings(encoder="hashing"), growth=(10,))
    kept = run(plan, ["growth"], tmp_path / "results")
    again = run(plan, ["peers"], tmp_path / "results")
    assert again.growth == kept.growth
    assert again.recipes["growth"] == kept.recipes["growth"]


def test_the_exponent_of_what_doubles_with_the_chunks_is_one() -> None:
    rows = [
        Growth(
            n_chunks=n,
            index_s=n,
            index_peak_mib=n,
            disk_mib=n,
            cache_mib=n,
            open_s=n**2,
            open_mib=7.0,
            ask_ms=n**0.5,
        )
        for n in (100, 200, 400)
    ]
    assert exponents(rows) == dict.fromkeys(GROWING, 1.0) | {"open_s": 2.0, "open_mib": 0.0, "ask_ms": 0.5}


@pytest.mark.parametrize(("n", "expected"), [(1, 1), (100, 99), (200, 198), (1000, 990)])
def test_p99_is_the_time_that_99_of_100_do_not_exceed(n: int, expected: int) -> None:
    assert p99([float(one) for one in range(n, 0, -1)]) == expected
