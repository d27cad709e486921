"""What ``/openapi.json`` says beyond the routes: problem details, the longest question, the API key."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from service.http.edges import ALWAYS_KEYED, KEYED
from service.http.gate import HEADER, OPEN
from service.http.problems import MEDIA_TYPE, Problem

COMPONENTS = "#/components/schemas/{model}"
PROBLEMS: dict[int | str, dict[str, Any]] = {
    status: {
        "description": description,
        "content": {MEDIA_TYPE: {"schema": {"$ref": COMPONENTS.format(model="Problem")}}},
    }
    for status, description in (
        (400, "The request is no HTTP that the API understands."),
        (401, "An API key is asked for, or a token of the channel."),
        (403, "The channel is not for this page, or not for this."),
        (404, "There is no such thing."),
        (405, "This path takes another method."),
        (408, "The request did not arrive in time."),
        (413, "The request is too large."),
        (422, "The request does not fit the API."),
        (429, "Too many requests with this key or channel."),
        (500, "The service failed; its log says why."),
        (503, "Not ready, or too much to do."),
    )
}
KEY_SCHEMES: dict[str, dict[str, str]] = {
    "bearer": {"type": "http", "scheme": "bearer"},
    "header": {"type": "apiKey", "in": "header", "name": "x-api-key"},
}
# In place of a key, from the pages that a channel is for.
CHANNEL_SCHEME: dict[str, dict[str, str]] = {"channel": {"type": "apiKey", "in": "header", "name": HEADER.decode()}}


def described(
    generate: Callable[[], dict[str, Any]], max_question_chars: int, asks_for_key: bool
) -> Callable[[], dict[str, Any]]:
    """``generate`` (the schema that the routes give), completed."""

    def schema() -> dict[str, Any]:
        held = generate()
        schemas = held["components"]["schemas"]
        problem = Problem.model_json_schema(ref_template=COMPONENTS)
        schemas.update(problem.pop("$defs", {}), Problem=problem)
        for model in ("Question", "SearchQuestion"):
            schemas[model]["properties"]["question"]["maxLength"] = max_question_chars
        held["components"]["securitySchemes"] = KEY_SCHEMES | (CHANNEL_SCHEME if asks_for_key else {})
        for path, operations in held["paths"].items():
            for method, operation in operations.items():
                if path.startswith(KEYED if asks_for_key else ALWAYS_KEYED):
                    by_channel = OPEN.fullmatch(f"{method.upper()} {path}")
                    schemes = [*KEY_SCHEMES, *(CHANNEL_SCHEME if by_channel else ())]
                    operation["security"] = [{name: []} for name in schemes]
        return held

    return schema
