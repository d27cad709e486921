"""Clients that ask, follow citations, search, leaf through reports and verify quotes, and look whether all is true."""

from __future__ import annotations

import json
import random
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx

from eval.gold.types import GoldItem
from eval.studies.soak.log import Log
from eval.studies.soak.truth import CHANGED_QUESTION, Truth
from service.types import Answer

GOLD = Path(__file__).parents[2] / "data" / "sample_gold.jsonl"
QUESTIONS = tuple(GoldItem.model_validate_json(line).question for line in GOLD.read_text(encoding="utf-8").splitlines())
FOREIGN = ("月球上有几个篮球场？", "How many basketball courts are there on the moon?", "某县的财政收入是多少？")
TIMEOUT_S = 60.0
KEPT_ALIVE_S = 3.0  # shorter than the server keeps a connection, or one would be used as it is closed


class Reader:
    """One client with connections of its own; ``secret`` gives the key that is valid now."""

    def __init__(self, base: str, secret: Callable[[], str], truth: Truth, log: Log, seed: int) -> None:
        self._secret, self._truth, self._log = secret, truth, log
        self._http = httpx.Client(
            base_url=base,
            trust_env=False,
            timeout=TIMEOUT_S,
            limits=httpx.Limits(keepalive_expiry=KEPT_ALIVE_S),
        )
        self._rng = random.Random(seed)
        self._last: tuple[str, Answer] | None = None

    def run(self, wait_s: float, stop: threading.Event) -> None:
        """Do one thing after the other until ``stop``, each ``wait_s`` after the last, on average."""
        does = (self._ask_any, self.ask_streamed, self.follow, self.search, self.leaf, self.verify)
        while not stop.wait(self._rng.expovariate(1 / wait_s)):
            try:
                self._rng.choices(does, (5, 1, 3, 2, 1, 1))[0]()
            except Exception as error:  # of the client: counted, and the next begins
                self._log.fault("client", f"{type(error).__name__}: {error}")
        self._http.close()

    def ask(self, question: str, **more: Any) -> Answer | None:
        """The answer, if one came, after it was compared with what its snapshot holds."""
        response = self._send("POST", "/v1/ask", "/v1/ask", json={"question": question, **more})
        if response is None:
            return None
        answer = Answer.model_validate_json(response.content)
        self._compare("/v1/ask", question if not more else "", answer)
        return answer

    def _ask_any(self) -> None:
        kind = self._rng.random()
        question = self._rng.choice(QUESTIONS)
        if kind < 0.15:
            question = CHANGED_QUESTION
        elif kind < 0.25:
            question = self._rng.choice(FOREIGN)
        elif kind < 0.5:  # few people ask the very same question
            question = f"请问{question}{self._rng.randint(1, 10**6)}"
        more: dict[str, Any] = {}
        if kind > 0.9 and self._last is not None:
            asked, answered = self._last
            more = {"history": [{"question": asked, "answer": answered.text}]}
            question = "那2021年呢？"
        elif kind > 0.8:
            more = {"filters": {"years": [2022, 2023]}, "k": 20}
        answer = self.ask(question, **more)
        if answer is not None:
            self._last = question, answer

    def ask_streamed(self) -> None:
        """The same as server-sent events."""
        question = self._rng.choice((*QUESTIONS, CHANGED_QUESTION))
        asked = {"question": question, "stream": True}
        response = self._send("POST", "/v1/ask", "/v1/ask, streamed", json=asked)
        if response is None:
            return
        events = [
            dict(line.split(": ", 1) for line in frame.splitlines() if not line.startswith(":"))
            for frame in response.text.split("\n\n")
        ]
        (done,) = (event["data"] for event in events if event.get("event") == "done")
        self._compare("/v1/ask, streamed", question, Answer.model_validate(json.loads(done)))

    def follow(self) -> None:
        """The citations of the last answer, at their places. What is published meanwhile may have moved them."""
        if self._last is None:
            return
        _, answer = self._last
        for cited in answer.citations[:2]:
            found = self._get(f"/v1/citations/{cited.citation_id}", "/v1/citations/{id}")
            place = {"start": cited.start, "end": cited.end}
            text = self._send("GET", f"/v1/reports/{cited.report_id}/text", "/v1/reports/{id}/text", params=place)
            if found is None or text is None:
                continue
            if found["status"] == "present" and found["place"]["quote"] != cited.quote:
                self._log.wrong("/v1/citations/{id}", f"{cited.citation_id} is {found}")
            if "朔原县" in cited.quote or "朔原县" in cited.title:
                continue  # changed since, most likely
            if text.text != cited.quote or found["status"] != "present":
                self._log.wrong("/v1/reports/{id}/text", f"{cited.citation_id} is {text.text!r}, {found['status']}")

    def search(self) -> None:
        asked = {"question": self._rng.choice(QUESTIONS), "k": self._rng.choice((5, 10, 50))}
        found = self._post("/v1/search", asked)
        for passage in () if found is None else found["passages"]:
            chunk = passage["chunk"]
            held = self._truth.quote(found["snapshot_id"], chunk["report_id"], **chunk["span"])
            if held != chunk["text"]:
                self._log.wrong("/v1/search", f"{chunk['text']!r} does not stand at {chunk['chunk_id']}")

    def leaf(self) -> None:
        """The list, and a report of it."""
        listed = self._get("/v1/reports", "/v1/reports")
        if listed is not None:
            report = self._rng.choice(listed["reports"])["report_id"]
            self._get(f"/v1/reports/{report}", "/v1/reports/{id}")

    def verify(self) -> None:
        """A quote of the last answer, looked for elsewhere than where it stands."""
        for cited in self._last[1].citations[:1] if self._last else ():
            asked = {"report_id": cited.report_id, "start": 0, "end": 4, "quote": cited.quote}
            found = self._post("/v1/verify", asked)
            if found is None or "朔原县" in cited.title:
                continue
            if not (found["stands"] or any(place["quote"] == cited.quote for place in found["places"])):
                self._log.wrong("/v1/verify", f"{cited.quote!r} is not found")

    def _compare(self, route: str, question: str, answer: Answer) -> None:
        self._log.count("answers")
        for fault in self._truth.faults(question, answer):
            self._log.wrong(route, f"{question}: {fault}")

    def _get(self, path: str, route: str) -> Any:
        response = self._send("GET", path, route)
        return None if response is None else response.json()

    def _post(self, path: str, body: dict[str, Any]) -> Any:
        response = self._send("POST", path, path, json=body)
        return None if response is None else response.json()

    def _send(self, method: str, path: str, route: str, **more: Any) -> httpx.Response | None:
        """The response, if one came and it is good."""
        began = time.monotonic()
        try:
            headers = {"authorization": f"Bearer {self._secret()}"}
            response = self._http.request(method, path, headers=headers, **more)
        except httpx.TransportError as error:
            self._log.lost(route, began, time.monotonic(), f"{type(error).__name__}: {error}")
            return None
        self._log.answered(route, began, time.monotonic())
        if response.status_code == 503:  # too many questions, or too little time: a refusal that says so
            self._log.count("refusals")
            return None
        if response.status_code != 200:
            self._log.fault(route, f"{response.status_code}: {response.text}")
            return None
        return response
