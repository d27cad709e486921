"""The conversation: streams, kinds of answers, refusals, stopping, editing, errors, keys, what is kept and copied."""

from __future__ import annotations

import json
import threading
from typing import Any

import pytest

from service.types import Segment
from tests.browser.conftest import DESK, PHONE, Open, Opened
from tests.browser.fake import Chunk, Fake, answer, cite, event, stream

pytestmark = pytest.mark.browser

TEXT = (
    "𠮷市😀粮食总产量60.8万吨。全县建成<img src=x onerror=alert(1)>厕所3**座。一是改革。二是开放。（一）简政。1.放权。"
)
GRAIN = "𠮷市😀粮食总产量60.8万吨。"
TOILETS = "全县建成<img src=x onerror=alert(1)>厕所3**座。"
LABEL = "r1年度工作报告"


@pytest.fixture(params=[DESK, PHONE], ids=["desk", "phone"])
def chat(opened: Open, service: Fake, request: pytest.FixtureRequest) -> Opened:
    service.origins, service.key = "*", None
    service.asked.clear()
    service.left.clear()
    grain = answer([Segment(text=GRAIN, label=LABEL, citations=(1,))], [cite(1, TEXT, GRAIN, "60.8万吨")])
    service.add(grain, "产粮多少？", TEXT)
    return opened(f"{service.base}/", request.param)


def test_a_stream_cut_at_any_byte_gives_the_same_events(chat: Opened) -> None:
    given = answer([Segment(text=GRAIN, citations=(1,))], [cite(1, TEXT, GRAIN, "60.8万吨")])
    lf = b": waiting\n\n" + b"".join(stream(given)) + b": \n\nid: 7\nevent: other\ndata: a\ndata:b\n\n"
    found = chat.page.evaluate(
        """async ([lf]) => {
          const { events } = await import("/static/stream.js");
          const whole = Uint8Array.from(lf);
          const read = async (bytes, cuts) => {
            const parts = cuts.map((cut, at) => bytes.slice(at ? cuts[at - 1] : 0, cut));
            const body = new ReadableStream({ pull(c) { parts.length ? c.enqueue(parts.shift()) : c.close(); } });
            const all = [];
            for await (const one of events(body)) all.push(one);
            return JSON.stringify(all);
          };
          const crlf = new TextEncoder().encode(new TextDecoder().decode(whole).replaceAll("\\n", "\\r\\n"));
          const expected = await read(whole, [whole.length]);
          let wrong = 0;
          for (const bytes of [whole, crlf]) {
            for (let cut = 1; cut < bytes.length; cut += 1) {
              if ((await read(bytes, [cut, bytes.length])) !== expected) wrong += 1;
            }
            if ((await read(bytes, Array.from(bytes.keys()).map((at) => at + 1))) !== expected) wrong += 1;
          }
          return [expected, wrong];
        }""",
        [list(lf)],
    )
    events = json.loads(found[0])
    assert found[1] == 0
    assert [one["event"] for one in events] == ["segment", "done", "other"]
    assert json.loads(events[1]["data"]) == given.model_dump(mode="json")
    assert events[2]["data"] == "a\nb"
    assert "\ufffd" not in found[0]


def test_sentences_come_one_by_one_and_the_answer_counts(chat: Opened, service: Fake) -> None:
    given = answer(
        [Segment(text="产粮60.8万吨。", citations=(1,)), Segment(text="厕所的座数遮盖了。", citations=(2,))],
        [cite(1, TEXT, GRAIN, "60.8万吨"), cite(2, TEXT, TOILETS)],
        mode="generated",
    )
    first, second, done = stream(given)
    wrong = event("segment", '{"segment": {"text": "不算数。", "label": null, "citations": []}, "citations": []}')
    cut = len(first) // 2
    on, further, last = threading.Event(), threading.Event(), threading.Event()
    service.answers["写？"] = [first[:cut], on, first[cut:], further, second, wrong, last, done]
    page = chat.page
    page.wait_for_selector("textarea")
    page.evaluate(
        """() => {
          window.heard = [];
          const status = document.querySelector("judian-chat").shadowRoot.querySelector("[role=status]");
          new MutationObserver(() => heard.push(status.textContent)).observe(status, { childList: true });
        }"""
    )
    page.fill("textarea", "写？")
    page.keyboard.press("Enter")
    chat.last(".waiting:has-text('查找')").wait_for()
    on.set()
    chat.last(".said").first.wait_for()
    assert chat.last(".said").all_inner_texts() == ["产粮60.8万吨。"]
    assert chat.last(".figure").inner_text() == "60.8万吨"  # also in a model's own words
    further.set()
    chat.last(".said:has-text('不算数')").wait_for()
    last.set()
    chat.last(".status").wait_for()
    assert chat.last(".said").all_inner_texts() == ["产粮60.8万吨。", "厕所的座数遮盖了。"]
    assert chat.last(".chip").all_inner_texts() == ["1", "2"]
    assert chat.last(".status").inner_text() == "确切 · 模型撰写，逐句核对"
    assert chat.last(".named li").all_inner_texts() == [f"[1] {LABEL}", f"[2] {LABEL}"]
    heard = page.evaluate("window.heard")
    assert heard == ["正在查找……", f"已回答，2处引文。 {given.text}"]  # and not every sentence


@pytest.mark.parametrize(
    ("events", "sends"),
    [
        # Composing: Enter chooses a candidate.
        ([("keydown", {"isComposing": True})], False),
        ([("compositionstart", {}), ("keydown", {"isComposing": True, "keyCode": 229})], False),
        # Safari: composing has ended when that Enter is told of.
        ([("compositionstart", {}), ("compositionend", {}), ("keydown", {"keyCode": 229})], False),
        # An Enter of its own, later, that still has the code of the input method.
        ([("compositionstart", {}), ("compositionend", {}), ("wait", {}), ("keydown", {"keyCode": 229})], True),
    ],
)
def test_enter_of_an_input_method_does_not_send(
    chat: Opened, events: list[tuple[str, dict[str, Any]]], sends: bool
) -> None:
    chat.page.fill("textarea", "产粮多少？")
    chat.page.evaluate(
        """async (events) => {
          const field = document.querySelector("judian-chat").shadowRoot.querySelector("textarea");
          for (const [name, values] of events) {
            const options = { key: "Enter", bubbles: true, cancelable: true, composed: true, ...values };
            if (name === "wait") await new Promise((done) => setTimeout(done, 30));
            else field.dispatchEvent(new (name === "keydown" ? KeyboardEvent : CompositionEvent)(name, options));
          }
        }""",
        events,
    )
    chat.page.wait_for_timeout(60)
    assert chat.page.locator(".turn").count() == int(sends)


def test_kinds_of_answers_have_their_shapes(chat: Opened, service: Fake) -> None:
    one, two = cite(1, TEXT, "一是改革。"), cite(2, TEXT, "二是开放。")
    items = [
        Segment(text="一是改革。", label=LABEL, citations=(1,)),
        Segment(text="二是开放。", label=LABEL, citations=(2,)),
    ]
    service.add(answer(items, [one, two], kind="list"), "哪些？", TEXT)
    chat.ask("哪些？")
    assert chat.last("ul.numbered > li .said").all_inner_texts() == ["一是改革。", "二是开放。"]
    assert chat.last(".label").all_inner_texts() == [LABEL]

    top, below = (
        cite(1, TEXT, "（一）简政。", heading_path=["（一）简政"]),
        cite(2, TEXT, "1.放权。", heading_path=["a", "b"]),
    )
    again = cite(3, TEXT, "二是开放。", heading_path=["（二）开放"])
    heads = [Segment(text=c.quote, citations=(c.number,)) for c in (top, below, again)]
    service.add(answer(heads, [top, below, again], kind="outline"), "提纲？", TEXT)
    chat.ask("提纲？")
    assert chat.last(".tree > li").count() == 2
    assert chat.last(".tree > li > ul > li .said").all_inner_texts() == ["1.放权。"]

    cells = [Segment(text=GRAIN, label="2022年", citations=(1,)), Segment(text="", label="2023年")]
    compared = answer(
        cells, [cite(1, TEXT, GRAIN)], kind="compare", status="partial", searched=["2023年 › 一、工作回顾"]
    )
    service.add(compared, "比较？", TEXT)
    chat.ask("比较？")
    assert chat.last("tbody th").all_inner_texts() == ["2022年", "2023年"]
    assert chat.last("td .none").all_inner_texts() == ["未提及"]
    assert "2023年 › 一、工作回顾" in chat.last(".named").inner_text()
    chat.screenshot("chat-kinds")

    service.add(answer([Segment(text=TOILETS, citations=(1,))], [cite(1, TEXT, TOILETS)]), "厕所？", TEXT)
    chat.ask("厕所？")
    assert chat.last(".masked").all_inner_texts() == ["3**"]
    assert "<img src=x onerror=alert(1)>" in chat.last(".said").inner_text()
    assert chat.last("img").count() == 0


def test_refusals_say_why_and_what_to_ask_instead(chat: Opened, service: Fake) -> None:
    refused: dict[str, Any] = {"status": "abstained", "certainty": "not_found", "confidence": 0.1}
    service.add(answer(text="没有找到。", reason="not_in_reports", missing=["卫星"], **refused), "木星？", TEXT)
    chat.ask("木星？")
    assert "没有答案。" in chat.last(".notice").inner_text()
    assert chat.last(".status").inner_text() == "未找到"
    chat.last(".hint:has-text('查过1份报告：r1年度工作报告')").wait_for()
    assert "写明地区、年份" in chat.last(".hint").first.inner_text()
    assert chat.last(".named li").all_inner_texts() == ["卫星"]
    assert chat.last(".chip").count() == 0

    unclear = answer(text="请说明是哪一个：\n甲\n乙", reason="ambiguous", options=["甲报告", "乙报告"], **refused)
    service.add(unclear.model_copy(update={"question": "产粮？"}), "产粮？", TEXT)
    service.add(answer([Segment(text=GRAIN, citations=(1,))], [cite(1, TEXT, GRAIN)]), "乙报告：产粮？", TEXT)
    chat.ask("产粮？")
    chat.screenshot("chat-refusals")
    chat.last(".choice").nth(1).click()
    chat.page.wait_for_selector(".turn:nth-of-type(3) .said")
    assert service.asked[-1]["question"] == "乙报告：产粮？"

    masked = answer(
        [Segment(text=TOILETS, citations=(1,))], [cite(1, TEXT, TOILETS)], reason="masked_in_source", **refused
    )
    service.add(masked.model_copy(update={"text": f"原文在这一处作了遮盖：\n{TOILETS}"}), "厕所几座？", TEXT)
    chat.ask("厕所几座？")
    assert "原文遮盖。" in chat.last(".notice").inner_text()
    assert chat.last(".masked").count() == 1
    assert chat.last(".chip").count() == 1


def test_what_was_said_goes_along_and_how_it_was_understood_is_shown(chat: Opened, service: Fake) -> None:
    chat.ask("产粮多少？")
    service.add(answer(rewritten_question="𠮷市2021年产粮多少？", language="en"), "那2021年呢？", TEXT)
    chat.ask("那2021年呢？")
    assert service.asked[-1]["history"] == [{"question": "产粮多少？", "answer": GRAIN}]
    assert chat.last(".asked").inner_text() == "Understood as: 𠮷市2021年产粮多少？"  # in the language of the answer
    assert chat.last(".answer").get_attribute("lang") == "en"


def test_a_slow_service_is_said_to_be_slow(chat: Opened, service: Fake) -> None:
    on = threading.Event()
    service.answers["慢慢？"] = [b": \n\n", on, *stream(answer([Segment(text="好。")]))]
    chat.page.wait_for_selector("textarea")
    chat.page.clock.install()
    chat.page.fill("textarea", "慢慢？")
    chat.page.keyboard.press("Enter")
    chat.last(".waiting").wait_for()
    chat.page.clock.fast_forward(8001)
    chat.last(".waiting:has-text('还在查找')").wait_for()
    on.set()
    chat.last(".said").wait_for()


def test_stop_retry_and_edit(chat: Opened, service: Fake) -> None:
    page = chat.page
    given = answer([Segment(text="前一半。"), Segment(text="后一半。")])
    first, *rest = stream(given)
    waiting: list[Chunk] = [b": \n\n", 0.1]
    service.answers["慢？"] = [first, *waiting * 60, *rest]
    page.fill("textarea", "慢？")
    page.keyboard.press("Enter")
    chat.last(".said").first.wait_for()
    page.keyboard.press("Enter")  # sends nothing while an answer comes
    page.click("text=停止")
    chat.last(".notice").wait_for()
    assert chat.last(".said").all_inner_texts() == ["前一半。"]
    assert service.left.wait(5)
    service.add(given, "慢？", TEXT)
    page.get_by_role("button", name="重试", exact=True).click()
    chat.last(".status").wait_for()
    assert page.locator(".turn").count() == 1
    assert chat.last(".said").all_inner_texts() == ["前一半。", "后一半。"]

    chat.ask("产粮多少？")
    page.locator(".turn").first.get_by_role("button", name="修改问题").click()
    assert page.input_value("textarea") == "慢？"
    assert page.locator(".asking .hint").is_visible()
    chat.ask("产粮多少？")
    assert page.locator(".question").all_text_contents() == ["问：产粮多少？"]
    assert service.asked[-1]["history"] == []


def test_what_goes_wrong_is_said_in_plain_words(opened: Open, service: Fake) -> None:
    service.key = None
    chat = opened(f"{service.base}/", quiet=False)
    problem = b'{"title": "TookTooLong", "status": 503, "detail": "x"}'
    half = answer([Segment(text=GRAIN, citations=(1,))], [cite(1, TEXT, GRAIN, "60.8万吨")])
    service.add(half, "一半？", TEXT)
    wrong: list[tuple[Any, str]] = [
        ((429, {"retry-after": "7"}), "等7秒"),
        ((503, {}), "服务正忙"),
        ((422, {}), "请修改后再问"),
        ((403, {}), "拒绝了本页"),
        ((500, {}), "服务出错"),
        ([event("problem", problem.decode())], "服务正忙"),
        ([*stream(half)[:1], b"event: done\nda"], "没有收完"),
    ]
    for given, told in wrong:
        service.answers[told] = given
        chat.ask(told, until=".trouble")
        assert told in chat.last(".trouble").inner_text()
        assert chat.page.inner_text(".talk > [role=status]") == chat.last(".trouble").inner_text()
    assert chat.last(".said").all_inner_texts() == [GRAIN]  # what arrived stays, with its citations
    chat.screenshot("chat-troubles")
    chat.last(".chip").click()
    assert chat.page.wait_for_selector("mark").inner_text() == GRAIN
    chat.page.keyboard.press("Escape")
    service.add(answer([Segment(text="好。")]), told, TEXT)
    chat.last("button:has-text('重试')").click()
    chat.last(".said:has-text('好。')").wait_for()
    assert chat.page.locator(".turn").count() == len(wrong)


def test_a_key_is_asked_for_and_kept_for_the_tab(opened: Open, service: Fake) -> None:
    service.add(answer([Segment(text=GRAIN, citations=(1,))], [cite(1, TEXT, GRAIN, "60.8万吨")]), "产粮多少？", TEXT)
    service.key = "geheim"
    asking = opened(f"{service.base}/", quiet=False)
    asking.ask("产粮多少？", until=".trouble")
    asking.page.fill("input[type=password]", "falsch")
    asking.page.press("input[type=password]", "Enter")
    asking.until("document.querySelector('judian-chat').shadowRoot.querySelector('input')?.value === ''")
    asking.page.fill("input[type=password]", "geheim")
    asking.page.click("text=使用")
    asking.last(".figure").wait_for()
    asking.page.reload()
    asking.ask("产粮多少？", until=".figure")
    assert asking.page.evaluate("[localStorage.length, document.cookie]") == [0, ""]


def test_a_model_that_fails_gives_quotations_and_says_so(chat: Opened, service: Fake) -> None:
    fallen = answer(
        [Segment(text=GRAIN, label=LABEL, citations=(1,))], [cite(1, TEXT, GRAIN)], mode="extractive_fallback"
    )
    service.add(fallen, "模型？", TEXT)
    chat.ask("模型？")
    assert "语言模型没有给出" in chat.last(".fallback").inner_text()
    assert chat.last(".said").inner_text() == GRAIN


def test_a_reload_brings_it_all_back_until_it_is_cleared(chat: Opened, service: Fake) -> None:
    page = chat.page
    chat.ask("产粮多少？")
    page.reload()
    page.wait_for_selector(".turn .figure")
    chat.last(".chip").click()
    assert page.wait_for_selector("mark").inner_text() == GRAIN
    on = threading.Event()
    first, *rest = stream(answer([Segment(text="前一半。"), Segment(text="后一半。")]))
    service.answers["重载？"] = [first, on, *rest]
    page.fill("textarea", "重载？")
    page.keyboard.press("Enter")
    chat.last(".said:has-text('前一半')").wait_for()
    page.reload()
    chat.last(".notice:has-text('只是一部分')").wait_for()
    assert chat.last(".said").all_inner_texts() == ["前一半。"]
    on.set()
    page.click("text=新对话")
    page.reload()
    page.wait_for_selector(".greeting p")
    assert page.locator(".turn").count() == 0
    assert GRAIN not in page.evaluate("JSON.stringify(sessionStorage)")


def test_where_storage_is_forbidden_it_works_all_the_same(opened: Open, service: Fake) -> None:
    forbidden = "Object.defineProperty(window, 'sessionStorage', { get() { throw new Error('no') } })"
    service.add(answer([Segment(text=GRAIN, citations=(1,))], [cite(1, TEXT, GRAIN)]), "产粮多少？", TEXT)
    service.key = "geheim"
    chat = opened(f"{service.base}/", quiet=False)
    chat.page.context.add_init_script(forbidden)
    chat.page.reload()
    chat.ask("产粮多少？", until=".trouble")
    chat.page.fill("input[type=password]", "geheim")
    chat.page.click("text=使用")
    chat.last(".said").wait_for()
    chat.ask("产粮多少？")
    assert len(service.asked[-1]["history"]) == 1


def test_an_answer_is_copied_with_its_sources(chat: Opened, service: Fake) -> None:
    page = chat.page
    chat.ask("产粮多少？")
    page.evaluate("() => { window.copied = []; navigator.clipboard.writeText = async (text) => { copied.push(text) } }")
    page.get_by_role("button", name="复制", exact=True).click()
    page.get_by_role("button", name="复制（GB/T 7714）").click()
    chat.until("window.copied.length === 2")
    plain, gb = page.evaluate("window.copied")
    link = f"{service.base}/source/r1?citation=r1-1"
    said = f"{LABEL}：{GRAIN}[1]\n\n来源\n"
    assert plain == f"{said}[1] {LABEL} › 一、工作回顾 › （一）民生\n“{GRAIN}”\n{link}"
    today = page.evaluate(
        "(() => { const d = new Date(); return new Date(d - d.getTimezoneOffset() * 6e4) })().toISOString()"
    )
    source = f"[1] 某市人民政府. {LABEL}: 某政发〔2023〕12号[R/OL]. (2023-03-28)[{today[:10]}]. {link}."
    assert gb == said + source
    page.get_by_role("button", name="复制", exact=True).wait_for()
    page.evaluate("() => { navigator.clipboard.writeText = async () => { throw new Error('no clipboard') } }")
    page.locator(".actions button").first.click()
    page.wait_for_selector(".actions :text('已复制')")  # the old way, as over plain HTTP
