"""What Schemathesis is told beyond the OpenAPI of the service."""

from __future__ import annotations

from typing import Any

import schemathesis
from pydantic import ValidationError

from service.errors import BadQuestion, UnknownModel
from service.http.completions import question_of
from service.http.openai_types import ChatAsked
from service.settings import Settings


@schemathesis.hook
def filter_case(context: Any, case: Any) -> bool:  # noqa: ARG001 - hooks are called with both
    """Leave out questions without a letter or a digit: they are refused, which no pattern of JSON Schema can say for
    every script (``\\w`` is ASCII there). ``test_bad_requests_are_told_what_to_do`` asks them. And those for a language
    model, of which the server that is tried has none."""
    if (case.query or {}).get("cursor"):  # what a page before gave, and no other text; ``test_reports.py`` has both
        return False
    body = case.body if isinstance(case.body, dict) else {}
    if "messages" in body:
        return _is_asked(body)
    question = body.get("question")
    if question is not None and body.get("mode") == "generated":
        return False
    return not isinstance(question, str) or not question or any(map(str.isalnum, question))


def _is_asked(body: dict[str, Any]) -> bool:
    """Whether the last message of the user is a question, and no longer than is taken, which no schema says of one
    message among others; ``test_openai.py`` asks those. What is of the wrong form is tried."""
    try:
        question = question_of(ChatAsked.model_validate(body)).question
    except (ValidationError, UnknownModel):
        return True
    except BadQuestion:
        return False
    return any(map(str.isalnum, question)) and len(question) <= Settings().max_question_chars
