"""The page at / of a real service: ask, read the cited answer, click a citation, see it marked in its report; the same
on a page of another origin, and on one that may not."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from indexer.build import build
from indexer.encoders.hashing import HashingEncoder
from tests.browser.conftest import Open, Opened
from tests.browser.fake import Fake
from tests.commands import Judian

pytestmark = pytest.mark.browser

ICON = """async () => {
  const image = new Image();
  image.src = document.querySelector("link[rel=icon]").href;
  await image.decode();
  return [image.src, image.naturalWidth > 0];
}"""
HOSTILE = "一、工作回顾\n全县建成<img src=x onerror=alert(1)>厕所𠅤村😀共37座，群众满意。\n"


@pytest.fixture(scope="module")
def base(
    judian: Judian, samples: Path, hashing: HashingEncoder, service: Fake, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    """The address of a service that pages of ``service``, which is no more than a portal here, may use."""
    folder = tmp_path_factory.mktemp("page")
    hostile = folder / "hostile"
    hostile.mkdir()
    (hostile / "2023年朔原县政府工作报告.txt").write_text(HOSTILE, encoding="utf-8")
    build([samples, hostile], folder / "index", hashing, "hashing")
    with judian.with_settings(JUDIAN_CORS_ORIGINS=service.base).serving(folder / "index") as (_, base):
        yield f"{base}/"


@pytest.fixture
def page(base: str, opened: Open) -> Opened:
    return opened(base)


def test_a_citation_is_one_click_from_its_place(page: Opened) -> None:
    page.ask("澜川市2022年粮食总产量是多少？")
    assert page.last(".figure").inner_text() == "60.8万吨"
    page.last(".chip").click()
    mark = page.page.wait_for_selector("mark")
    assert mark.inner_text() == page.last(".said").inner_text()
    assert "2023年澜川市政府工作报告" in page.page.inner_text(".source h3")
    page.screenshot("page")
    box = mark.bounding_box()
    assert 0 <= box["y"] <= 900  # scrolled to


def test_the_source_opens_in_a_page_of_its_own(page: Opened) -> None:
    page.ask("澜川市2022年粮食总产量是多少？")
    page.last(".chip").click()
    mark = page.page.wait_for_selector("mark")
    with page.page.context.expect_page() as opening:
        page.page.click(".names a")
    viewer = opening.value
    viewer.wait_for_selector("mark.now")
    assert viewer.inner_text("mark.now") == mark.inner_text()
    assert viewer.inner_text("h1") == page.page.inner_text(".source h3")


N_ANSWERS = 50
STEP_THROUGH = """async () => {
  const root = document.querySelector("judian-chat").shadowRoot;
  const next = root.querySelector("[aria-label=下一处]");
  const seen = [];
  for (;;) {
    const [text, note] = [".text", ".note"].map((selector) => root.querySelector(selector));
    for (let turns = 0; turns < 500 && note.textContent; turns += 1) await new Promise((done) => setTimeout(done, 20));
    const mark = root.querySelector("mark");
    const [box, around] = [mark, text].map((node) => node?.getBoundingClientRect());
    const inView = box && box.top >= around.top && (box.bottom <= around.bottom || box.height > around.height);
    seen.push([mark?.textContent, Boolean(inView), root.activeElement === mark]);
    if (next.disabled) return seen;
    next.click();
  }
}"""


def test_every_citation_of_fifty_answers_opens_at_its_words(opened: Open, base: str) -> None:
    gold = Path(__file__).parents[2] / "eval" / "data" / "sample_gold.jsonl"
    turns: list[dict[str, Any]] = []
    with httpx.Client(base_url=base, trust_env=False) as http:
        for line in gold.read_text(encoding="utf-8").splitlines():
            question = json.loads(line)["question"]
            given = http.post("v1/ask", json={"question": question}).raise_for_status().json()
            if given["citations"] and len(turns) < N_ANSWERS:
                turn = {"question": question, "state": "done", "answer": given, "segments": [], "citations": []}
                turns.append({**turn, "trouble": None})
    assert len(turns) == N_ANSWERS
    quotes = [citation["quote"] for turn in turns for citation in turn["answer"]["citations"]]
    opening = opened(base)
    opening.page.evaluate(
        "([home, turns]) => sessionStorage.setItem(`judian ${home} turns`, JSON.stringify(turns))", [base, turns]
    )
    opening.page.reload()
    opening.page.locator(".chip").first.click()
    opening.page.wait_for_selector("mark")
    seen = opening.page.evaluate(STEP_THROUGH)
    assert seen == [[quote, True, True] for quote in quotes]


def test_markup_in_a_report_is_text_and_rare_characters_do_not_shift_the_mark(page: Opened) -> None:
    page.ask("朔原县建成厕所多少座？")
    page.last(".chip").first.click()
    page.page.wait_for_selector(".source h3:has-text('朔原')")
    assert page.page.inner_text("mark") == "全县建成<img src=x onerror=alert(1)>厕所𠅤村😀共37座，群众满意。"
    assert page.page.inner_text("mark .figure") == "37座"
    assert page.page.locator("img").count() == 0


def test_how_sure_it_is_stands_there_as_a_word(page: Opened) -> None:
    for question, said in (
        ("澜川市2022年粮食总产量是多少？", ("确切", "可能")),
        ("hello", ("not found",)),
        ("你好", ("未找到",)),
    ):
        page.ask(question)
        assert page.last(".status").inner_text().split(" · ")[0] in said
        assert "%" not in page.last(".status").inner_text()


def test_what_is_no_question_gets_one_line_with_questions_to_press(page: Opened) -> None:
    page.ask("你好")
    assert page.page.inner_text(".notice").count("澜川市政府工作报告中") == 2
    page.last(".choice").first.click()
    page.page.wait_for_selector(".turn:nth-of-type(2) .status")


def test_a_follow_up_is_understood_and_a_report_has_an_address(page: Opened, base: str) -> None:
    page.ask("澜川市2022年粮食总产量是多少？")
    page.ask("那2021年呢？")
    assert page.last(".asked").inner_text() == "按上文理解为：澜川市2021年粮食总产量是多少？"
    page.page.evaluate("() => { navigator.clipboard.writeText = async (text) => { window.copied = text } }")
    page.last("button:text-is('复制')").click()
    address = page.until("window.copied").splitlines()[-1]
    assert address.startswith(f"{base}source/")
    page.page.goto(address)
    assert page.page.wait_for_selector("mark").inner_text() == "粮食总产量62.5万吨，新建高标准农田11.2万亩。"


def test_the_page_asks_no_one_else(page: Opened, base: str) -> None:
    page.page.wait_for_selector(".greeting summary")
    assert [url for url in page.requests if not url.startswith(base)] == []
    assert page.page.evaluate("window.violations") == []


def test_no_policy_blocks_the_icon_of_a_page(opened: Open, base: str) -> None:
    """A browser without a window shows no icon, so it is loaded as an image, for which the page's policy holds, too."""
    for path in ("", "docs", "reports"):
        page = opened(f"{base}{path}").page
        assert page.evaluate(ICON) == [f"{base}static/icon.svg", True]
        assert page.evaluate("window.violations") == []


def test_only_a_page_of_an_origin_that_is_named_gets_answers(opened: Open, service: Fake, base: str) -> None:
    line = f'<script src="{base}widget.js" data-judian></script>'
    html = f'<!doctype html><title>x</title><link rel="icon" href="/static/icon.svg"><p>x</p>{line}'
    policy = (
        f"default-src 'self'; script-src 'self' {base}; connect-src 'self' {base}; require-trusted-types-for 'script'"
    )
    service.pages["/portal"] = (html, {"content-security-policy": policy})
    allowed = opened(f"{service.base}/portal")
    allowed.page.click(".launch")
    allowed.ask("澜川市2022年粮食总产量是多少？")
    allowed.last(".chip").click()
    assert "60.8万吨" in allowed.page.wait_for_selector("mark").inner_text()
    assert allowed.page.evaluate("window.violations") == []

    other = opened(f"{service.base}/portal".replace("127.0.0.1", "localhost"), quiet=False)
    other.page.click(".launch")
    other.ask("澜川市2022年粮食总产量是多少？", until=".trouble")
    assert "没有允许本页（http://localhost:" in other.last(".trouble").inner_text()
    assert 'status="5' not in other.page.request.get(f"{base}metrics").text()  # told, and no error of the service
