"""The chat widget and the page of a long report in a real browser: how soon something is there, and for how many bytes.

Each turn is a new visitor: nothing is in the browser's cache. What the page waits for it sees frame by frame.
"""

from __future__ import annotations

import shutil
import statistics
import tempfile
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from itertools import cycle
from pathlib import Path
from typing import Any
from urllib.parse import quote

from eval.bench.asking import Server, serving
from eval.bench.corpus import Article
from eval.bench.types import Browser
from eval.errors import EvaluationError
from indexer.types import Span
from service.cite import citation_id
from service.commands.demo import QUESTIONS

BROWSERS = ("chromium", "chromium-browser", "google-chrome")
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]
WINDOW = {"width": 1200, "height": 900}
LONG = "法规汇编.txt"
CITED_AT = 0.9  # of the long report: the browser must lay out nothing of what is above
PORTAL = "portal.html"
SEE = """
window.inside = (selector) => document.querySelector("judian-chat")?.shadowRoot?.querySelector(selector);
window.seen = (find) => new Promise((done, fail) => {
  const ends = performance.now() + 30_000;
  const look = () => {
    const now = performance.now();
    if (find()) done(now);
    else if (now > ends) fail(new Error(`never seen: ${find}`));
    else requestAnimationFrame(look);
  };
  look();
});
window.since = async (began, find) => (await seen(find)) - began;
"""
BUTTON = "window.button = seen(() => inside('.launch'));"
QUOTE = "window.quote = seen(() => document.activeElement?.id === 'c1');"
OPEN = """async () => {
  const began = performance.now();
  inside(".launch").click();
  return since(began, () => inside("textarea"));
}"""
ASK = """async (question) => {
  const began = performance.now();
  inside("textarea").value = question;
  inside("form.asking").requestSubmit();
  return [await since(began, () => inside(".said")), await since(began, () => inside("p.status"))];
}"""
SOURCE = """async () => {
  const began = performance.now();
  inside(".chip").click();
  return since(began, () => inside("mark"));
}"""
PAINTED = """async () => {
  const painted = () => performance.getEntriesByName("first-contentful-paint")[0];
  await seen(painted);
  return painted().startTime;
}"""
# Two seconds up and down again, a few lines further with each frame, through text that was not laid out yet.
SCROLL = """async () => {
  const frames = [];
  const began = performance.now();
  for (let before = began; before - began < 2000; ) {
    scrollBy(0, before - began < 1000 ? -100 : 100);
    const now = await new Promise(requestAnimationFrame);
    frames.push(now - before);
    before = now;
  }
  frames.sort((one, other) => one - other);
  const all = frames.reduce((sum, one) => sum + one, 0);
  return [(1000 * frames.length) / all, frames[Math.ceil(frames.length * 0.95) - 1]];
}"""


def write_long_report(articles: Sequence[Article], path: Path, n_bytes: int) -> None:
    """Articles one behind the other, each statute a chapter, again from the first, until there are ``n_bytes``."""
    lines, law, n_chapters, left = [path.stem], "", 0, n_bytes
    for article in cycle(articles):
        if article.law != law:
            law, n_chapters = article.law, n_chapters + 1
            lines.append(f"第{n_chapters}章 {law}")
        lines.append(article.text)
        left -= len(article.text.encode())
        if left <= 0:
            break
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def measure_browser(asked: Path, read: Path, turns: int) -> Browser:
    """``asked``: the index of the sample reports, ``read``: that of what ``write_long_report`` wrote, of the hashing
    encoder; medians of ``turns``.

    Raises EvaluationError where there is no browser.
    """
    with browser() as chromium:
        with serving(read, JUDIAN_ENCODER="hashing") as server:
            address, n_bytes = _long_report(server)
            reports = [_report(chromium, address) for _ in range(turns)]
        pages, embedded = _widget(chromium, asked, turns)
        measured = {
            "chromium": chromium.version,
            "turns": turns,
            "first_paint_ms": _median(pages),
            **{name: _median([one[name] for one in embedded]) for name in embedded[0]},
            "report_bytes": n_bytes,
            **{name: _median([one[name] for one in reports]) for name in reports[0]},
        }
        return Browser.model_validate(measured)


def _widget(chromium: Any, index: Path, turns: int) -> tuple[list[float], list[dict[str, float]]]:
    """First paints of the page ``/``, and visits of a page of another origin."""
    with portal() as (folder, origin), serving(index, JUDIAN_CORS_ORIGINS=origin) as server:
        line = f'<script src="{server.base}/widget.js" data-judian></script>'
        (folder / PORTAL).write_text(
            f'<!doctype html><html lang="zh-CN"><title>门户</title><h1>门户</h1>{line}', encoding="utf-8"
        )
        with server.client() as client:  # what the first question loads is not the browser's time
            client.post("/v1/ask", json={"question": QUESTIONS[0]}).raise_for_status()
        pages = [_first_paint(chromium, f"{server.base}/") for _ in range(turns)]
        return pages, [_embedded(chromium, f"{origin}/{PORTAL}", server.base) for _ in range(turns)]


@contextmanager
def browser() -> Iterator[Any]:
    """Chromium, without a window."""
    try:
        from playwright.sync_api import sync_playwright
    except ModuleNotFoundError as error:
        raise EvaluationError("playwright is not installed; run `pip install '.[bench]'`") from error
    path = next(filter(None, map(shutil.which, BROWSERS)), None)
    if path is None:
        raise EvaluationError("there is no Chromium here; install it (Debian: `apt-get install chromium`)")
    with sync_playwright() as driver:
        chromium = driver.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield chromium
        chromium.close()


@contextmanager
def portal() -> Iterator[tuple[Path, str]]:
    """A folder whose files are pages of another origin than the service's, and that origin."""

    class Quiet(SimpleHTTPRequestHandler):
        def log_message(self, *_: object) -> None:
            pass

    with tempfile.TemporaryDirectory() as folder:
        server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=folder))
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield Path(folder), f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        server.server_close()


@contextmanager
def visit(chromium: Any, script: str = "") -> Iterator[Any]:
    """A page of a new visitor, with ``script`` run in whatever it opens."""
    context = chromium.new_context(viewport=WINDOW, locale="zh-CN")
    page = context.new_page()
    page.add_init_script(SEE + script)
    yield page
    context.close()


def _first_paint(chromium: Any, address: str) -> float:
    with visit(chromium) as page:
        page.goto(address)
        return float(page.evaluate(PAINTED))


def _embedded(chromium: Any, address: str, home: str) -> dict[str, float]:
    """A visit of a page that embeds the widget: it is opened, asked, and one of its citations is opened."""
    files: list[Any] = []

    def n_bytes() -> int:
        return sum(request.sizes()["responseBodySize"] for request in files)

    with visit(chromium, BUTTON) as page:
        page.on("requestfinished", lambda one: files.append(one) if _is_file(one.url, home) else None)
        page.goto(address)
        button_ms = page.evaluate("button")
        bytes_before_click = n_bytes()
        panel_ms = page.evaluate(OPEN)
        first_sentence_ms, answer_ms = page.evaluate(ASK, QUESTIONS[0])
        source_ms = page.evaluate(SOURCE)
        return {
            "button_ms": button_ms,
            "panel_ms": panel_ms,
            "first_sentence_ms": first_sentence_ms,
            "answer_ms": answer_ms,
            "source_ms": source_ms,
            "bytes_before_click": bytes_before_click,
            "bytes_in_all": n_bytes(),
        }


def _is_file(url: str, home: str) -> bool:
    return url.startswith((f"{home}/widget.js", f"{home}/static/"))


def _long_report(server: Server) -> tuple[str, int]:
    """The address of its page with a citation of one of its last lines, and its bytes in UTF-8."""
    with server.client() as client:
        reports = client.get("/v1/reports").raise_for_status().json()["reports"]
        report_id = next(one["report_id"] for one in reports if one["file"].endswith(LONG))
        text = client.get(f"/v1/reports/{report_id}/text").raise_for_status().text
    start = text.index("\n", int(len(text) * CITED_AT)) + 1
    end = text.index("\n", start)
    cited = citation_id(report_id, Span(start=start, end=end), text[start:end])
    return f"{server.base}/source/{report_id}?citation={quote(cited, safe='')}", len(text.encode())


def _report(chromium: Any, address: str) -> dict[str, float]:
    """A visit of the page of a report: until the cited words are in view, then scrolling."""
    with visit(chromium, QUOTE) as page:
        page.goto(address)
        report_opens_ms = page.evaluate("quote")
        first_byte_ms = page.evaluate("performance.getEntriesByType('navigation')[0].responseStart")
        page.wait_for_timeout(500)
        frames_per_s, frame_p95_ms = page.evaluate(SCROLL)
        return {
            "report_first_byte_ms": first_byte_ms,
            "report_opens_ms": report_opens_ms,
            "frames_per_s": frames_per_s,
            "frame_p95_ms": frame_p95_ms,
        }


def _median(found: Sequence[float]) -> float:
    return round(statistics.median_low(found), 1)
