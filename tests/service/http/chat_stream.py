"""A stream of OpenAI's protocol as those see it who hold it to its rules."""

from __future__ import annotations

import json
from typing import Any


def user(text: object) -> dict[str, object]:
    return {"role": "user", "content": text}


def read(text: str) -> list[Any]:
    lines = [line for line in text.split("\n\n") if line and not line.startswith(":")]
    assert all(line.startswith("data: ") for line in lines)
    found = [line.removeprefix("data: ") for line in lines]
    assert found.count("[DONE]") == 1
    assert found[-1] == "[DONE]"
    return [json.loads(line) for line in found[:-1]]


def whole(chunks: list[Any]) -> tuple[str, list[Any]]:
    """The text and the annotations of a stream that is in order."""
    assert {(chunk["object"], chunk["id"]) for chunk in chunks} == {("chat.completion.chunk", chunks[0]["id"])}
    *before, last = [chunk["choices"][0] for chunk in chunks if chunk["choices"]]
    assert {choice["finish_reason"] for choice in before} == {None}
    assert (last["delta"], last["finish_reason"]) == ({}, "stop")
    text = "".join(choice["delta"].get("content", "") for choice in before)
    return text, [held for choice in before for held in choice["delta"].get("annotations", ())]
