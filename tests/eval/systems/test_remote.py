"""Systems over the network: what comes back is taken over, what fails is said in one line."""

from __future__ import annotations

import email.utils
import hashlib
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

import httpx
import pytest

from eval import cli
from eval.errors import SystemFailed
from eval.gold.types import GoldItem
from eval.runs.stored import read_run
from eval.systems.endpoint import Endpoint
from eval.systems.patience import MAX_TRIES
from eval.systems.remote import HttpSystem, OpenAISystem, black_box_prompt
from eval.systems.types import System
from indexer.build import build
from indexer.encoders.hashing import HashingEncoder
from service.http.keys import KeyStore
from service.types import Answer
from tests.commands import Judian, Typed, free_port

ROOT = Path(__file__).parents[3]
K = 7
ITEM = GoldItem(id="q1", question="澜川市2022年粮食总产量是多少？", lang="zh", type="number", answers=("60.8万吨",))
UNASKABLE = GoldItem(id="q2", question="澜" * 1001, lang="zh", type="unanswerable")
CHAT = "/v1/chat/completions"
CITED = {"report_id": "r1", "start": 3, "end": 9, "quote": "全长63.4公里"}


@dataclass(frozen=True)
class Served:
    """A `judian serve` process that asks for a key."""

    url: str
    key: str


@pytest.fixture(scope="module")
def served(sample_index: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A server process over the samples, with vectors that mean nothing."""
    folder = tmp_path_factory.mktemp("served")
    _, secret = KeyStore(folder / "keys.json").add("evaluator")
    judian = Judian(
        {"JUDIAN_ENCODER": "hashing", "JUDIAN_KEYS": str(folder / "keys.json"), "JUDIAN_REQUIRE_KEY": "always"}
    )
    with judian.serving(sample_index) as (_, url):
        yield Served(url, secret)


@pytest.mark.process
def test_a_judian_server_gives_answer_citations_and_ranking(served: Served) -> None:
    output = HttpSystem(served.url, served.key, K, timeout_s=60).ask(ITEM)
    direct = httpx.post(
        f"{served.url}/v1/ask",
        json={"question": ITEM.question},
        headers={"x-api-key": served.key},
        trust_env=False,
    )
    answer = Answer.model_validate_json(direct.content)
    assert (output.id, output.status, output.reason, output.text) == ("q1", answer.status, answer.reason, answer.text)
    assert (output.segments, output.citations) == (answer.segments, answer.citations)
    assert output.confidence == answer.confidence
    assert output.elapsed_ms > 0
    assert output.citations or output.status == "abstained"
    assert output.ranking is not None
    assert len(output.ranking) == K
    assert [ranked.score for ranked in output.ranking] == sorted((r.score for r in output.ranking), reverse=True)
    for ranked in output.ranking:
        text = f"{served.url}/v1/reports/{ranked.report_id}/text"
        span = {"start": ranked.start, "end": ranked.end}
        got = httpx.get(text, params=span, headers={"x-api-key": served.key}, trust_env=False)
        assert (got.status_code, len(got.text)) == (200, ranked.end - ranked.start)


@pytest.mark.process
def test_without_k_there_is_no_ranking(served: Served) -> None:
    assert HttpSystem(served.url, served.key, 0, timeout_s=60).ask(ITEM).ranking is None


@pytest.mark.process
def test_the_stamp_says_what_is_served_and_no_secret(served: Served, sample_index: Path) -> None:
    system: System = HttpSystem(served.url, served.key, K, timeout_s=60)
    settings = system.settings()
    assert settings["snapshot_id"] == (sample_index / "CURRENT").read_text(encoding="utf-8").strip()
    assert settings["version"] == version("judian")
    assert (settings["k"], settings["timeout_s"], settings["url"]) == ("7", "60", served.url)
    assert int(settings["n_chunks"]) > int(settings["n_reports"]) == 6
    assert served.key not in str(settings) + system.name


@pytest.mark.parametrize("key", [None, "wrong"])
@pytest.mark.process
def test_a_server_that_asks_for_a_key_says_so(served: Served, key: str | None) -> None:
    with pytest.raises(SystemFailed, match=r"/v1/ask answered 401: Unauthorized: this service asks for an API key"):
        HttpSystem(served.url, key, K, timeout_s=60).ask(ITEM)


@pytest.mark.process
def test_a_problem_is_told_with_title_and_detail(served: Served) -> None:
    with pytest.raises(SystemFailed, match=r"answered 422: BadQuestion: .*1000"):
        HttpSystem(served.url, served.key, K, timeout_s=60).ask(UNASKABLE)


def test_no_server_at_all_is_told() -> None:
    url = f"http://127.0.0.1:{free_port()}"
    for system in (HttpSystem(url, None, K, 5), OpenAISystem(url, None, None, 5, "")):
        with pytest.raises(SystemFailed, match=f"{url}/.* cannot be asked: "):
            system.ask(ITEM)
        with pytest.raises(SystemFailed, match=f"{url}/.* cannot be asked: "):
            system.settings()


@pytest.mark.parametrize("url", ["", "127.0.0.1:8000", "ftp://127.0.0.1", "http://", "http://[::1"])
def test_what_is_no_address_is_told(url: str) -> None:
    with pytest.raises(SystemFailed, match="is no address"):
        HttpSystem(url, None, K, 5)


def answer_of_a_newer_server() -> dict[str, Any]:
    citation = {"number": 1, "citation_id": "c", "title": "t", "heading_path": [], "weight": 3, **CITED}
    segment = {"text": "全长63.4公里", "citations": [1], "weight": 3}
    told = {
        "answer_id": "a",
        "question": "q",
        "language": "zh",
        "kind": "number",
        "status": "answered",
        "confidence": 0.9,
    }
    text = {"text": "全长63.4公里 [1]", "segments": [segment], "citations": [citation]}
    return {**told, **text, "snapshot_id": "s", "elapsed_ms": {"total": 1.0}, "new": {}}


def test_fields_of_a_newer_server_are_passed_over(scripted: Any, reply: Callable[..., Any]) -> None:
    scripted.will_give("/v1/ask", reply(answer_of_a_newer_server()))
    output = HttpSystem(scripted.url, "geheim", 0, 5).ask(ITEM)
    assert (output.citations[0].quote, output.segments[0].citations, output.confidence) == (CITED["quote"], (1,), 0.9)
    assert scripted.asked[0].headers["authorization"] == "Bearer geheim"
    assert scripted.asked[0].body == {"question": ITEM.question}


@pytest.mark.parametrize(
    "content",
    [
        {},
        {"status": "perhaps", "text": ""},
        {"status": "answered", "text": None},
        {"status": "answered", "text": "", "citations": [{"number": 1}]},
        {"status": "answered", "text": "", "citations": 3},
        {"status": "answered", "text": "", "segments": [None]},
        answer_of_a_newer_server() | {"confidence": 2},
    ],
)
def test_an_answer_of_another_form_is_told(scripted: Any, reply: Callable[..., Any], content: Any) -> None:
    scripted.will_give("/v1/ask", reply(content))
    with pytest.raises(SystemFailed, match="/v1/ask gave what is no Answer: "):
        HttpSystem(scripted.url, None, 0, 5).ask(ITEM)


@pytest.mark.parametrize("passages", [None, [{}], [{"chunk": {"report_id": "r", "span": {}}, "score": 1}], {}])
def test_a_ranking_of_another_form_is_told(scripted: Any, reply: Callable[..., Any], passages: Any) -> None:
    scripted.will_give("/v1/ask", reply(answer_of_a_newer_server()))
    scripted.will_give("/v1/search", reply({"passages": passages} if passages != {} else {}))
    with pytest.raises(SystemFailed, match="/v1/search gave what is no SearchAnswer: "):
        HttpSystem(scripted.url, None, K, 5).ask(ITEM)


def chat(text: str | None, usage: Any = None, **more: Any) -> dict[str, Any]:
    message = {"role": "assistant", "content": text, **more}
    return {"choices": [{"message": message}], "usage": usage}


def openai(scripted: Any, timeout_s: float = 5, model: str | None = "m") -> OpenAISystem:
    return OpenAISystem(f"{scripted.url}/v1/", model, "geheim", timeout_s, "只根据报告回答。")


def test_a_good_answer_of_a_language_model(scripted: Any, reply: Callable[..., Any]) -> None:
    scripted.will_give(
        CHAT, reply(chat("60.8万吨", {"prompt_tokens": 120, "completion_tokens": 5, "total_tokens": 125}))
    )
    output = openai(scripted).ask(ITEM)
    assert (output.status, output.text, output.citations, output.segments) == ("answered", "60.8万吨", (), ())
    assert (output.prompt_tokens, output.completion_tokens) == (120, 5)
    (asked,) = scripted.asked
    assert asked.headers["authorization"] == "Bearer geheim"
    assert asked.body == {
        "model": "m",
        "messages": [
            {"role": "system", "content": "只根据报告回答。"},
            {"role": "user", "content": ITEM.question},
        ],
        "temperature": 0,
        "seed": 0,
    }


@pytest.mark.parametrize("text", [None, "", " \n", "报告中没有相关内容。"])
def test_an_empty_answer_or_a_refusal_is_an_abstention(
    scripted: Any, reply: Callable[..., Any], text: str | None
) -> None:
    scripted.will_give(CHAT, reply(chat(text)))
    output = openai(scripted).ask(ITEM)
    assert (output.status, output.text, output.prompt_tokens) == ("abstained", text or "", None)


@pytest.mark.parametrize(
    ("replies", "told"),
    [
        ([{"content": {"error": {"message": "wrong\nkey", "type": "auth"}}, "status": 401}], "answered 401: wrong key"),
        ([{"content": {"error": "out of memory"}, "status": 500}], "answered 500: out of memory"),
        ([{"content": b"<html>bad gateway</html>", "status": 502}], "answered 502: <html>bad gateway"),
        ([{"content": b"", "status": 503}], "answered 503: nothing"),
        ([{"content": b"", "status": 302, "headers": {"location": "/other"}}], "answered 302: nothing"),
        ([{"content": {}, "status": 429, "headers": {"retry-after": "soon"}}], "answered 429: {}"),
        ([{"content": chat("60.8万吨"), "cut": 9}], "cannot be asked: "),
        ([{"content": b'{"choices": [', "status": 200}], 'is no JSON object: {"choices": ['),
        ([{"content": b"[1]"}], "is no JSON object: [1]"),
        ([{"content": b""}], "is no JSON object: nothing"),
        ([{"content": {"choices": []}}], "gave an answer of another form: "),
        ([{"content": {"choices": [{"message": {"content": ["a"]}}]}}], "gave an answer of another form: "),
        ([{"content": chat("a", {"prompt_tokens": "many"})}], "gave an answer of another form: "),
        ([{"content": chat("a", annotations=[{**CITED, "start": -1}])}], "gave an answer of another form: "),
    ],
)
def test_what_goes_wrong_is_told_in_one_line(
    scripted: Any, reply: Callable[..., Any], replies: list[dict[str, Any]], told: str
) -> None:
    scripted.will_give(CHAT, *(reply(**held) for held in replies))
    with pytest.raises(SystemFailed) as failed:
        openai(scripted).ask(ITEM)
    assert told in str(failed.value)
    assert "\n" not in str(failed.value)
    assert "geheim" not in str(failed.value)
    assert len(scripted.asked) == 1


@pytest.mark.parametrize("slow", [{"wait_s": 30}, {"drip_s": 0.05}])
def test_an_answer_that_does_not_come_in_time_is_given_up(
    scripted: Any, reply: Callable[..., Any], slow: dict[str, float]
) -> None:
    scripted.will_give(CHAT, reply(chat("60.8万吨" * 9), **slow))
    began = time.monotonic()
    with pytest.raises(SystemFailed, match=r"gave no whole answer within 0\.3 s"):
        openai(scripted, timeout_s=0.3).ask(ITEM)
    assert time.monotonic() - began < 5


@pytest.mark.parametrize("status", [429, 503])
def test_a_busy_server_is_asked_again_when_it_said(scripted: Any, reply: Callable[..., Any], status: int) -> None:
    busy = reply({}, status, {"retry-after": "0.2"})
    past = reply({}, status, {"retry-after": email.utils.formatdate(0, usegmt=True)})
    scripted.will_give(CHAT, busy, past, reply(chat("60.8万吨")))
    output = openai(scripted).ask(ITEM)
    assert (output.text, len(scripted.asked)) == ("60.8万吨", 3)
    assert output.elapsed_ms < 200  # the time of the last try, and not of the waiting


def test_a_server_that_stays_busy_is_given_up(scripted: Any, reply: Callable[..., Any]) -> None:
    scripted.will_give("/x", reply({"detail": "full"}, 503, {"retry-after": "9"}))
    waited: list[float] = []
    with pytest.raises(SystemFailed, match="answered 503: full"):
        Endpoint(scripted.url, None, 5, sleep=waited.append).post("/x", {})
    assert len(scripted.asked) == MAX_TRIES
    assert waited == [9.0] * (MAX_TRIES - 1)


def test_a_wait_that_is_too_long_is_not_begun(scripted: Any, reply: Callable[..., Any]) -> None:
    scripted.will_give("/x", reply({}, 429, {"retry-after": "600"}))
    waited: list[float] = []
    with pytest.raises(SystemFailed, match="answered 429"):
        Endpoint(scripted.url, None, 5, sleep=waited.append).post("/x", {})
    assert waited == []


def test_a_proxy_leads_to_other_machines_and_not_to_this_one(
    scripted: Any, reply: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("NO_PROXY", "no_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
    for name in ("HTTP_PROXY", "http_proxy"):
        monkeypatch.setenv(name, scripted.url)
    scripted.will_give("http://judian.example/x", reply({"by": "proxy"}))
    scripted.will_give("/x", reply({"by": "itself"}))
    assert Endpoint("http://judian.example", None, 5).get("/x") == {"by": "proxy"}
    assert Endpoint(scripted.url, None, 5).get("/x") == {"by": "itself"}


def test_annotations_that_are_judians_become_citations(scripted: Any, reply: Callable[..., Any]) -> None:
    other = {"type": "url_citation", "url_citation": {"url": "https://a.example", "title": "x"}}
    inner = {"type": "citation", "citation": {**CITED, "start": 20, "end": 26, "citation_id": "c2", "extra": 1}}
    text = "公路全长63.4公里。[1]工期3年，见第[9]条 [2]。\n另行通知。"
    scripted.will_give(CHAT, reply(chat(text, annotations=[CITED, other, inner])))
    output = openai(scripted).ask(ITEM)
    assert [(c.number, c.citation_id, c.start, c.quote) for c in output.citations] == [
        (1, "", 3, CITED["quote"]),
        (2, "c2", 20, CITED["quote"]),
    ]
    assert [(segment.text, segment.citations) for segment in output.segments] == [
        ("公路全长63.4公里。", (1,)),
        ("工期3年，见第条 。", (2,)),
        ("另行通知。", ()),
    ]


def test_without_marks_the_whole_answer_has_all_citations(scripted: Any, reply: Callable[..., Any]) -> None:
    scripted.will_give(CHAT, reply(chat("甲。乙。", annotations=[CITED, CITED])))
    (segment,) = openai(scripted).ask(ITEM).segments
    assert (segment.text, segment.citations) == ("甲。乙。", (1, 2))


def test_the_only_model_is_taken_and_stamped_with_the_prompt(scripted: Any, reply: Callable[..., Any]) -> None:
    scripted.will_give("/v1/models", reply({"data": [{"id": "qwen"}]}))
    scripted.will_give(CHAT, reply(chat("60.8万吨")))
    system: System = openai(scripted, model=None)
    system.ask(ITEM)
    system.ask(ITEM)
    settings = system.settings()
    assert [asked.path for asked in scripted.asked] == ["/v1/models", CHAT, CHAT]
    assert (settings["model"], settings["url"]) == ("qwen", f"{scripted.url}/v1")
    assert settings["prompt_sha256"] == hashlib.sha256("只根据报告回答。".encode()).hexdigest()
    assert "geheim" not in str(settings)


@pytest.mark.parametrize(
    ("models", "told"),
    [
        ({"data": [{"id": "a"}, {"id": "b"}]}, "has the models a, b; name the one to ask"),
        ({"data": []}, "has no model; name the one to ask"),
        ({"object": "list"}, "has no model"),
        ({"data": "none"}, "has no model"),
    ],
)
def test_the_model_must_be_named_unless_there_is_one(
    scripted: Any, reply: Callable[..., Any], models: Any, told: str
) -> None:
    scripted.will_give("/v1/models", reply(models))
    with pytest.raises(SystemFailed, match=told):
        openai(scripted, model=None).ask(ITEM)


def test_credentials_in_an_address_are_sent_and_not_told(scripted: Any, reply: Callable[..., Any]) -> None:
    scripted.will_give(CHAT, reply(chat("60.8万吨")))
    system = OpenAISystem(scripted.url.replace("//", "//user:geheim@") + "/v1", "m", None, 5, "")
    assert system.ask(ITEM).text == "60.8万吨"
    assert scripted.asked[0].headers["authorization"].startswith("Basic ")
    assert "geheim" not in system.name + str(system.settings())


def test_the_prompt_ships_with_the_package() -> None:
    assert black_box_prompt() == (ROOT / "prompts" / "answer_from_reports.md").read_text(encoding="utf-8")


_judian_eval = Typed({"JUDIAN_ENCODER": "hashing"}, cli.main)


@pytest.mark.process
def test_a_run_over_http_comes_to_what_the_same_run_does_in_process(
    served: Served, sample_index: Path, tmp_path: Path
) -> None:
    gold = ROOT / "eval" / "data" / "sample_gold.jsonl"
    for name, system in (("here", "judian"), ("there", f"http:{served.url}")):
        keyed = _judian_eval.with_settings(EVAL_SERVER_KEY=served.key)
        done = keyed("run", gold, "--system", system, "--index", sample_index, "--out", tmp_path / name)
        assert done.returncode == 0, done.stderr
    here, there = read_run(tmp_path / "here"), read_run(tmp_path / "there")
    assert there.stamp.system == f"http:{served.url}"
    assert served.key not in (tmp_path / "there" / "run.json").read_text(encoding="utf-8")
    for name, scores in here.scores.items():
        timed = {"elapsed_ms": there.scores[name].values["elapsed_ms"]}
        assert dict(there.scores[name].values) == dict(scores.values) | timed, name


@pytest.mark.process
def test_a_server_of_another_snapshot_is_not_scored_against_this_one(
    served: Served, hashing: HashingEncoder, tmp_path: Path
) -> None:
    (tmp_path / "reports").mkdir()
    (tmp_path / "reports" / "a.txt").write_text("一、工作回顾\n全县建成厕所37座。\n", encoding="utf-8")
    build([tmp_path / "reports"], tmp_path / "index", hashing, "hashing")
    gold = tmp_path / "gold.jsonl"
    gold.write_text(ITEM.model_dump_json() + "\n", encoding="utf-8")
    keyed = _judian_eval.with_settings(EVAL_SERVER_KEY=served.key)
    done = keyed("run", gold, "--system", served.url, "--index", tmp_path / "index", "--out", tmp_path / "run")
    assert done.returncode == 1
    assert "serves the snapshot" in done.stderr


def test_an_openai_endpoint_is_run_and_failures_are_asked_again(
    scripted: Any, reply: Callable[..., Any], sample_index: Path, tmp_path: Path
) -> None:
    gold = tmp_path / "gold.jsonl"
    gold.write_text("".join(ITEM.model_copy(update={"id": name}).model_dump_json() + "\n" for name in "ab"), "utf-8")
    right = {"choices": [{"message": {"content": "60.8万吨"}}], "usage": {"prompt_tokens": 9, "completion_tokens": 4}}
    arguments = ("run", gold, "--system", f"openai:{scripted.url}/v1", "--model", "m", "--index", sample_index)
    scripted.will_give(CHAT, reply(right), reply({"error": {"message": "no"}}, 400))
    first = _judian_eval(*arguments, "--out", tmp_path / "run")
    assert first.returncode == 1
    assert "1 questions got no answer (b)" in first.stderr
    assert read_run(tmp_path / "run").scores["b"].values["failed"] == 1
    scripted.will_give(CHAT, reply(right))
    again = _judian_eval(*arguments, "--out", tmp_path / "run")
    assert again.returncode == 0, again.stderr
    assert len(scripted.asked) == 3  # the one that failed was asked again, the other was not
    made = read_run(tmp_path / "run")
    assert [scores.values["good"] for scores in made.scores.values()] == [1, 1]
    assert made.outputs["a"].completion_tokens == 4
