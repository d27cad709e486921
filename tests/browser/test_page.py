"""The page at / in a real browser: ask, read the cited answer, click a citation, see it marked in its report."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from indexer.build import build
from indexer.encoders.load import load_encoder
from tests.commands import Judian

CHROMIUM = Path("/usr/bin/chromium")
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]
HOSTILE = "一、工作回顾\n全县建成<img src=x onerror=alert(1)>厕所𠅤村😀共37座，群众满意。\n"

playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not CHROMIUM.exists(), reason=f"{CHROMIUM} is not there; apt-get install chromium"),
]


@pytest.fixture(scope="module")
def base(
    real_judian: Judian, model_folder: Path, samples: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("page")
    hostile = folder / "hostile"
    hostile.mkdir()
    (hostile / "2023年朔原县政府工作报告.txt").write_text(HOSTILE, encoding="utf-8")
    encoder = load_encoder("default", model_folder.parents[1], threads=1)
    build([samples, hostile], folder / "index", encoder, "default")
    with real_judian.serving(folder / "index") as (_, base):
        yield f"{base}/"


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with playwright.sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=str(CHROMIUM), args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture
def page(base: str, browser: Any) -> Iterator[Any]:
    page = browser.new_page(viewport={"width": 1200, "height": 900})
    page.on("dialog", lambda dialog: pytest.fail(f"a dialog opened: {dialog.message}"))
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.goto(base)
    yield page
    page.close()
    assert said == []


def test_a_citation_is_one_click_from_its_place(page: Any) -> None:
    _ask(page, "澜川市2022年粮食总产量是多少？")
    assert page.inner_text(".segment .figure") == "60.8万吨"
    page.click(".segment .chip")
    mark = page.wait_for_selector("mark.cited")
    assert mark.inner_text() == page.inner_text(".segment .said")
    assert mark.is_visible()
    assert "2023年澜川市政府工作报告" in page.inner_text(".source h3")
    if folder := os.environ.get("SCREENSHOTS"):
        page.screenshot(path=f"{folder}/page.png")
    box = mark.bounding_box()
    assert 0 <= box["y"] <= 900  # scrolled to


def test_markup_in_a_report_is_text_and_rare_characters_do_not_shift_the_mark(page: Any) -> None:
    _ask(page, "朔原县建成厕所多少座？")
    page.click(".segment .chip")
    page.wait_for_selector(".source h3:has-text('朔原')")
    mark = page.inner_text("mark.cited")
    assert mark == "全县建成<img src=x onerror=alert(1)>厕所𠅤村😀共37座，群众满意。"
    assert page.inner_text("mark.cited .figure") == "37座"
    assert page.query_selector(".text img") is None


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("澜川市2022年粮食总产量是多少？", ("确切", "可能")),
        ("How many moons has Jupiter?", ("not found",)),
        ("你好", ("未找到",)),
    ],
)
def test_how_sure_it_is_stands_there_as_a_word(page: Any, question: str, said: tuple[str, ...]) -> None:
    _ask(page, question)
    assert page.inner_text(".turn .status").split(" · ")[0] in said
    assert "%" not in page.inner_text(".turn .status")


def test_what_is_no_question_gets_one_line_with_questions_to_press(page: Any) -> None:
    _ask(page, "你好")
    assert page.inner_text(".notice").count("澜川市政府工作报告中") == 2
    page.click(".choice >> nth=0")
    page.wait_for_selector(".turn:last-child .segment .figure")


def test_the_page_asks_no_one_else(base: str, browser: Any) -> None:
    page = browser.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(base, wait_until="networkidle")
    page.close()
    assert asked
    assert [url for url in asked if not url.startswith((base, "data:"))] == []


def _ask(page: Any, question: str) -> None:
    page.fill("textarea", question)
    page.click(".asking .primary")
    page.wait_for_selector(".turn:last-child .status")
