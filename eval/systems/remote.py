"""Systems under test that are asked over the network: any Judian server, and any OpenAI-compatible endpoint."""

from __future__ import annotations

import hashlib
import re
import weakref
from collections.abc import Collection, Iterator, Mapping, Sequence
from importlib.resources import files
from typing import Any, TypeVar

from pydantic import ValidationError

from eval.errors import SystemFailed
from eval.gold.load import in_plain_words
from eval.gold.types import GoldItem
from eval.systems.endpoint import Endpoint
from eval.systems.in_process import output_of, ranked
from eval.systems.patience import patiently
from eval.systems.refusal_phrases import refuses
from eval.systems.types import Output, Ranked
from indexer.sentences import sentences
from indexer.types import Record
from judian.client import Client
from service.types import Citation, Segment

PROMPT = "answer_from_reports.md"
SEED = 0
CITED = ("report_id", "start", "end", "quote")  # what makes an annotation a citation of Judian's
_MARK = re.compile(r"\[(\d{1,4})\]")
_MARKS_FIRST = re.compile(r"(?:\s*\[\d{1,4}\])+")

R = TypeVar("R", bound=Record)


class HttpSystem:
    """A Judian server, asked as its users ask it.

    ``/v1/ask`` gives the answer, with the passages that the server's own settings say; its time, seen from here, is
    what counts. ``/v1/search`` gives the ranking of ``k`` passages, none when ``k`` is 0. ``key`` is sent as a bearer.
    """

    def __init__(self, url: str, key: str | None, k: int, timeout_s: float) -> None:
        self._endpoint = Endpoint(url, key, timeout_s)  # for what is no question: it says whether the address is one
        self._client = Client(url, key, timeout_s=timeout_s, max_tries=1)
        weakref.finalize(self, self._client.close)
        self._k = k
        self._timeout_s = timeout_s
        self.name = f"http:{self._endpoint.url}"

    def ask(self, item: GoldItem) -> Output:
        """Raises SystemFailed when the server does not answer, or not as the API says."""
        answer, elapsed_ms = patiently(lambda: self._client.ask(item.question))
        ranking = self._ranking(item.question) if self._k else None
        return output_of(item, answer).model_copy(update={"ranking": ranking, "elapsed_ms": elapsed_ms})

    def settings(self) -> dict[str, str]:
        """Address, what the server serves, and its version. Raises SystemFailed when it is not ready."""
        ready = self._endpoint.get("/readyz")
        schema = self._endpoint.get("/openapi.json")
        encoder, about = ready.get("encoder"), schema.get("info")
        return {
            "url": self._endpoint.url,
            "k": str(self._k),
            "timeout_s": f"{self._timeout_s:g}",
            "snapshot_id": str(ready.get("snapshot_id", "")),
            "n_reports": str(ready.get("n_reports", "")),
            "n_chunks": str(ready.get("n_chunks", "")),
            "encoder": str(encoder.get("fingerprint", "")) if isinstance(encoder, dict) else "",
            "version": str(about.get("version", "")) if isinstance(about, dict) else "",
        }

    def _ranking(self, question: str) -> tuple[Ranked, ...]:
        return ranked(patiently(lambda: self._client.search(question, k=self._k))[0])


class OpenAISystem:
    """A language model, or whatever stands behind an OpenAI-compatible endpoint, as a black box.

    ``url`` is what stands before ``/chat/completions``. Without ``model`` it is the only one that the endpoint lists.
    The answer is the text; it is an abstention when it is empty or refuses (``refusal_phrases``). Citations are
    those of the message's annotations that say where in a report they stand, as Judian's do; others are none.
    """

    def __init__(
        self, url: str, model: str | None, key: str | None, timeout_s: float, system_prompt: str, *, seed: int = SEED
    ) -> None:
        self._endpoint = Endpoint(url, key, timeout_s)
        self._timeout_s = timeout_s
        self._system_prompt = system_prompt
        self._seed = seed
        self._model = model
        self.name = f"openai:{self._endpoint.url}"

    @property
    def model(self) -> str:
        """The model that is asked. Raises SystemFailed when none was named and the endpoint has not exactly one."""
        if self._model is None:
            listed = self._endpoint.get("/models").get("data")
            names = [held["id"] for held in listed or () if isinstance(held, dict) and isinstance(held.get("id"), str)]
            if len(names) != 1:
                has = f"the models {', '.join(names)}" if names else "no model"
                raise SystemFailed(f"{self.name} has {has}; name the one to ask (--model)")
            self._model = names[0]
        return self._model

    def ask(self, item: GoldItem) -> Output:
        """Raises SystemFailed when the endpoint does not answer, or not in OpenAI's form."""
        said, elapsed_ms = self._endpoint.post(
            "/chat/completions",
            {
                "model": self.model,
                "messages": [
                    {"role": "system", "content": self._system_prompt},
                    {"role": "user", "content": item.question},
                ],
                "temperature": 0,
                "seed": self._seed,
            },
        )
        try:
            message = said["choices"][0]["message"]
            text = message.get("content") or ""
            citations = tuple(_citations(message.get("annotations") or ()))
            usage = said.get("usage") or {}
            return Output(
                id=item.id,
                status="abstained" if refuses(text) else "answered",
                text=text,
                segments=tuple(_segments(text, citations)),
                citations=citations,
                elapsed_ms=elapsed_ms,
                prompt_tokens=usage.get("prompt_tokens"),
                completion_tokens=usage.get("completion_tokens"),
            )
        except ValidationError as error:
            raise SystemFailed(f"{self.name} gave an answer of another form: {in_plain_words(error)}") from error
        except (KeyError, IndexError, TypeError, AttributeError) as error:
            raise SystemFailed(f"{self.name} gave an answer of another form: {error!r}") from error

    def settings(self) -> dict[str, str]:
        """Address, model, and what is sent with each question."""
        return {
            "url": self._endpoint.url,
            "model": self.model,
            "timeout_s": f"{self._timeout_s:g}",
            "temperature": "0",
            "seed": str(self._seed),
            "prompt_sha256": hashlib.sha256(self._system_prompt.encode()).hexdigest(),
        }


def black_box_prompt() -> str:
    """The system message that OpenAISystem is made with, unless somebody brings another."""
    return files("prompts").joinpath(PROMPT).read_text(encoding="utf-8")


def _known(kind: type[R], held: Mapping[str, Any]) -> R:
    """``held`` as a record, without fields that it does not have here: a server may be newer than this."""
    return kind.model_validate({name: held[name] for name in kind.model_fields if name in held})


def _citations(annotations: Sequence[Mapping[str, Any]]) -> Iterator[Citation]:
    """Judian's citations among the annotations, whose fields may stand one level down, as OpenAI's own do."""
    number = 0
    for annotation in annotations:
        levels = (annotation, *(inner for inner in annotation.values() if isinstance(inner, dict)))
        held = next((level for level in levels if all(name in level for name in CITED)), None)
        if held is not None:
            number += 1
            unstated = {"number": number, "citation_id": "", "title": "", "heading_path": ()}
            yield _known(Citation, {**unstated, **held})


def _segments(text: str, citations: Sequence[Citation]) -> Iterator[Segment]:
    """The sentences of the answer, each with the citations whose marks ([1]) stand in it or right behind it, the marks
    left out; when there are no marks, the whole text with all citations. None without citations."""
    numbers = {citation.number for citation in citations}
    found: list[tuple[str, set[int]]] = []
    for span in sentences(text) if citations else ():
        behind = _MARKS_FIRST.match(span.of(text))
        if behind and found:  # 全长63.4公里。[1] has its mark behind the full stop
            found[-1][1].update(_marked(behind[0], numbers))
        rest = span.of(text)[behind.end() if behind and found else 0 :]
        if bare := _MARK.sub("", rest).strip():
            found.append((bare, _marked(rest, numbers)))
    if any(cited for _, cited in found):
        yield from (Segment(text=part, citations=tuple(sorted(cited))) for part, cited in found)
    elif citations:
        yield Segment(text=text, citations=tuple(sorted(numbers)))


def _marked(text: str, numbers: Collection[int]) -> set[int]:
    return {number for number in map(int, _MARK.findall(text)) if number in numbers}
