"""What ``/openapi.json`` says beyond the routes: what each field is, problem details, the longest question, the key."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal

from indexer.types import Record
from service.http.edges import ALWAYS_KEYED, KEYED
from service.http.explained import explained
from service.http.gate import HEADER, OPEN
from service.http.problems import MEDIA_TYPE, Problem
from service.types import Given

COMPONENTS = "#/components/schemas/{model}"
PROBLEMS: dict[int | str, dict[str, Any]] = {
    status: {
        "description": description,
        "content": {
            MEDIA_TYPE: {
                "schema": {"$ref": COMPONENTS.format(model="Problem")},
                "example": Problem(title=title, status=status, detail=description).held(),
            }
        },
    }
    for status, title, description in (
        (400, "BadRequest", "The request is no HTTP that the API understands."),
        (401, "Unauthorized", "An API key is asked for, or a token of the channel."),
        (403, "Forbidden", "The channel is not for this page, or not for this."),
        (404, "NotFound", "There is no such thing."),
        (405, "MethodNotAllowed", "This path takes another method."),
        (408, "RequestTimeout", "The request did not arrive in time."),
        (413, "TooLarge", "The request is too large."),
        (422, "InvalidRequest", "The request does not fit the API."),
        (429, "TooManyRequests", "Too many requests with this key or channel."),
        (500, "InternalError", "The service failed; its log says why."),
        (503, "Overloaded", "Not ready, or too much to do."),
    )
}
KEY_SCHEMES: dict[str, dict[str, str]] = {
    "bearer": {"type": "http", "scheme": "bearer", "description": "A key, as `judian keys add NAME` prints it."},
    "header": {
        "type": "apiKey",
        "in": "header",
        "name": "x-api-key",
        "description": "The same, for what cannot send `Authorization`.",
    },
}
# In place of a key, from the pages that a channel is for.
CHANNEL_SCHEME: dict[str, dict[str, str]] = {
    "channel": {
        "type": "apiKey",
        "in": "header",
        "name": HEADER.decode(),
        "description": "The id of a channel, from a page that it is for.",
    }
}
RECORDS: dict[type[Record], Literal["validation", "serialization"]] = {Problem: "validation", Given: "serialization"}
Schema = dict[str, Any]


def described(
    generate: Callable[[], dict[str, Any]], max_question_chars: int, asks_for_key: bool
) -> Callable[[], dict[str, Any]]:
    """``generate`` (the schema that the routes give), completed."""

    def schema() -> dict[str, Any]:
        held = generate()
        schemas = held["components"]["schemas"]
        # Of which no route gives one by itself. A problem leaves out what is as ever.
        for record_type, mode in RECORDS.items():
            written = record_type.model_json_schema(ref_template=COMPONENTS, mode=mode)
            for name, record in (written.pop("$defs", {}) | {record_type.__name__: written}).items():
                schemas.setdefault(name, record)
        explain(schemas)
        for model in ("Question", "SearchQuestion"):
            schemas[model]["properties"]["question"]["maxLength"] = max_question_chars
        held["components"]["securitySchemes"] = KEY_SCHEMES | (CHANNEL_SCHEME if asks_for_key else {})
        for path, operations in held["paths"].items():
            for method, operation in operations.items():
                for parameter in operation.get("parameters", ()):
                    _explain_parameter(parameter)
                if path.startswith(KEYED if asks_for_key else ALWAYS_KEYED):
                    by_channel = OPEN.fullmatch(f"{method.upper()} {path}")
                    schemes = [*KEY_SCHEMES, *(CHANNEL_SCHEME if by_channel else ())]
                    operation["security"] = [{name: []} for name in schemes]
        return held

    return schema


def explain(schemas: dict[str, Schema]) -> None:
    """A description and examples for each field of ``schemas`` that ``service.http.explained`` knows, and an example
    for each record, of those of its fields."""
    for record, schema in schemas.items():
        for name, field in schema.get("properties", {}).items():
            if row := explained(record, name):
                field["description"] = row[0]
                field["examples"] = list(row[1:]) or [_example_of(field, record, name, schemas)]
    for record, schema in schemas.items():
        if "properties" in schema:
            schema["examples"] = [_example(record, schemas)]


def _example(record: str, schemas: dict[str, Schema]) -> Any:
    properties = schemas[record].get("properties", {})
    return {name: _example_of(field, record, name, schemas) for name, field in properties.items()}


def _example_of(field: Schema, record: str, name: str, schemas: dict[str, Schema]) -> Any:
    """That of the table, or that of the record, or of the list of records, that the field holds."""
    row = explained(record, name) or ()
    if len(row) > 1:
        return row[1]
    items = field.get("items") or next(iter(field.get("prefixItems", ())), None)
    if items is not None:
        return [_example_of(items, "", "", schemas)]
    one = next((part for part in (field, *field.get("anyOf", ())) if "$ref" in part), None)
    return _example(one["$ref"].rsplit("/", 1)[-1], schemas) if one else None


def _explain_parameter(parameter: Schema) -> None:
    """Examples of what may be left out stand in its schema: those of a parameter the page at /docs sends along."""
    description, *examples = explained(parameter["in"], parameter["name"]) or (None,)
    if description:
        parameter["description"] = description
    if examples and parameter.get("required"):
        parameter["example"] = examples[0]
    elif examples:
        parameter["schema"]["examples"] = examples
