"""What ``/openapi.json`` says of the fields: each has a description and examples that fit, and that can be tried."""

from __future__ import annotations

from typing import Any

import jsonschema_rs  # of Schemathesis
import pytest

from service.http.app import create_app
from service.http.explained import FIELDS, explained
from service.http.live import Fixed
from tests.service.conftest import Client

N_FIELDS = 200  # at least; so that a schema without records is no success


@pytest.fixture(scope="module")
def openapi() -> Any:
    return create_app(Fixed(None), asks_for_key=True).openapi()


@pytest.fixture(scope="module")
def fields(openapi: Any) -> dict[str, Any]:
    return {
        f"{record}.{name}": field
        for record, schema in openapi["components"]["schemas"].items()
        for name, field in schema.get("properties", {}).items()
    }


@pytest.fixture(scope="module")
def parameters(openapi: Any) -> dict[str, Any]:
    return {
        f"{parameter['in']}.{parameter['name']}": parameter
        for operations in openapi["paths"].values()
        for operation in operations.values()
        for parameter in operation.get("parameters", ())
    }


def _examples(parameter: dict[str, Any]) -> list[Any]:
    return [parameter["example"]] if parameter["required"] else parameter["schema"].get("examples", [])


def test_each_field_and_parameter_is_explained(fields: dict[str, Any], parameters: dict[str, Any]) -> None:
    assert len(fields) > N_FIELDS
    assert [name for name, field in fields.items() if not field.get("description") or not field.get("examples")] == []
    assert [name for name, told in parameters.items() if not told.get("description")] == []
    assert [name for name, told in parameters.items() if not _examples(told)] == ["query.cursor"]


def test_nothing_is_explained_that_is_not_there(fields: dict[str, Any], parameters: dict[str, Any]) -> None:
    used = {id(explained(*name.split(".", 1))) for name in (*fields, *parameters)}
    assert [name for name, row in FIELDS.items() if id(row) not in used] == []


def _faults(openapi: Any, schema: dict[str, Any], example: Any) -> list[str]:
    validator = jsonschema_rs.Draft202012Validator({**schema, "components": openapi["components"]})
    return [fault.message for fault in validator.iter_errors(example)]


def test_the_examples_fit(openapi: Any, fields: dict[str, Any], parameters: dict[str, Any]) -> None:
    records = openapi["components"]["schemas"]
    given = [(name, field, example) for name, field in fields.items() for example in field["examples"]]
    given += [(name, told["schema"], e) for name, told in parameters.items() for e in _examples(told)]
    given += [(name, schema, e) for name, schema in records.items() for e in schema.get("examples", ())]
    assert [(name, faults) for name, schema, e in given if (faults := _faults(openapi, schema, e))] == []
    assert _faults(openapi, fields["Answer.confidence"], 1.5)  # what does not fit is found


def test_each_problem_is_listed_with_an_example_that_fits(openapi: Any) -> None:
    for path, operations in openapi["paths"].items():
        for operation in operations.values():
            for status, response in operation["responses"].items():
                if status != "200" and "/chat/" not in path and "/models" not in path:
                    told = response["content"]["application/problem+json"]
                    assert told["example"]["status"] == int(status)
                    assert _faults(openapi, told["schema"], told["example"]) == []


def test_the_examples_can_be_tried(openapi: Any, sample_asker: Any, client_of: Any) -> None:
    http: Client = client_of(sample_asker)

    def example(record: str) -> Any:
        return openapi["components"]["schemas"][record]["examples"][0]

    citation = example("Citation")
    assert http.get(f"/v1/citations/{citation['citation_id']}").json()["status"] == "present"
    assert http.request("POST", "/v1/verify", json=example("Verify")).json()["stands"] is True
    assert http.request("POST", "/v1/verify", json=example("VerifySentence")).json()["outcome"] == "supported"
    answer = http.request("POST", "/v1/ask", json=example("Question") | {"history": []}).json()
    assert (answer["text"], answer["citations"][0]["quote"]) == (example("Answer")["text"], citation["quote"])
    outline = http.get(f"/v1/reports/{citation['report_id']}").json()
    assert {name: outline[name] for name in example("ReportSummary")} == example("ReportSummary")


def test_head_works_where_get_does(openapi: Any, sample_asker: Any, client_of: Any) -> None:
    http: Client = client_of(sample_asker)
    for path, operations in openapi["paths"].items():
        told = {p["name"]: p["example"] for p in operations.get("get", {}).get("parameters", ()) if p["in"] == "path"}
        if "get" in operations:
            got, head = (http.request(method, path.format(**told)) for method in ("GET", "HEAD"))
            status = 404 if path.endswith("/original") else 200  # no file is kept of the samples here
            assert (path, got.status_code, head.status_code, head.content) == (path, status, status, b"")
            assert head.headers["content-type"] == got.headers["content-type"]
