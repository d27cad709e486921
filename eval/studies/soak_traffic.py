"""What four readers do with the service, for locust; ``eval.studies.soak`` runs it as a process of its own,
because gevent, on which locust stands, replaces the sockets and threads of whoever imports it.

Every answer is checked: its citations are the text of their spans, also while another snapshot is being published.
"""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

from locust import FastHttpUser, between

from eval.gold.types import GoldItem

GOLD = Path(__file__).parents[1] / "data" / "sample_gold.jsonl"
QUESTIONS = [GoldItem.model_validate_json(line).question for line in GOLD.read_text(encoding="utf-8").splitlines()]
FOREIGN = ("月球上有几个篮球场？", "How many basketball courts are there on the moon?", "某县的财政收入是多少？")


class Reader(FastHttpUser):  # type: ignore[misc]  # locust is not installed where types are checked
    """Asks, follows citations, searches, leafs through reports, verifies quotes, and thinks a moment in between."""

    wait_time = between(0.05, 0.25)

    def on_start(self) -> None:
        self.rng = random.Random()
        self.citations: list[dict[str, Any]] = []
        self.report_ids = [report["report_id"] for report in self._get("/v1/reports", "/v1/reports")["reports"]]

    def ask(self) -> None:
        question = self.rng.choice((*QUESTIONS, *FOREIGN))
        if self.rng.random() < 0.5:  # few people ask the very same question
            question = f"请问{question}{self.rng.randint(1, 10**6)}"
        self.citations = self._post("/v1/ask", {"question": question})["citations"] or self.citations

    def follow(self) -> None:
        for cited in self.citations[:2]:
            span = f"start={cited['start']}&end={cited['end']}"
            name = "/v1/reports/{id}/text"
            with self.client.get(
                f"/v1/reports/{cited['report_id']}/text?{span}", name=name, catch_response=True
            ) as response:
                if response.text != cited["quote"]:
                    response.failure("a citation is not the text of its span")
            found = self._get(f"/v1/citations/{cited['citation_id']}", "/v1/citations/{id}")
            assert found["status"] == "present", found

    def search(self) -> None:
        self._post("/v1/search", {"question": self.rng.choice(QUESTIONS), "k": self.rng.choice((5, 10, 50))})

    def leaf(self) -> None:
        self._get(f"/v1/reports/{self.rng.choice(self.report_ids)}", "/v1/reports/{id}")
        self._get("/v1/reports", "/v1/reports")

    def verify(self) -> None:
        for cited in self.citations[:1]:
            asked = {"report_id": cited["report_id"], "start": 0, "end": 4, "quote": cited["quote"]}
            found = self._post("/v1/verify", asked)
            assert any(place["quote"] == cited["quote"] for place in found["places"]) or found["stands"], found

    tasks = {ask: 6, follow: 3, search: 2, leaf: 1, verify: 1}  # noqa: RUF012 - as locust wants it; a share each

    def _get(self, path: str, name: str) -> Any:
        return self._checked(self.client.get(path, name=name, catch_response=True))

    def _post(self, path: str, body: dict[str, Any]) -> Any:
        return self._checked(self.client.post(path, json=body, catch_response=True))

    def _checked(self, sent: Any) -> Any:
        with sent as response:
            if response.status_code != 200:
                response.failure(f"{response.status_code}: {response.text}")
            return response.json()
