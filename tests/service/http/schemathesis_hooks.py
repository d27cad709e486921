"""What Schemathesis is told beyond the OpenAPI of the service."""

from __future__ import annotations

from typing import Any

import schemathesis


@schemathesis.hook
def filter_case(context: Any, case: Any) -> bool:  # noqa: ARG001 - hooks are called with both
    """Leave out questions without a letter or a digit: they are refused, which no pattern of JSON Schema can say for
    every script (``\\w`` is ASCII there). ``test_bad_requests_are_told_what_to_do`` asks them. And those for a language
    model, of which the server that is tried has none."""
    question = case.body.get("question") if isinstance(case.body, dict) else None
    if question is not None and case.body.get("mode") == "generated":
        return False
    return not isinstance(question, str) or not question or any(map(str.isalnum, question))
