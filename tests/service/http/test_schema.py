"""Schemathesis against a running service: what it answers is what its OpenAPI says, to good requests and bad ones."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import httpx
import pytest

CONFIG = Path(__file__).with_name("schemathesis.toml")
TIMEOUT_S = 300
# Python as the shell's `schemathesis`, which need not be on the path.
RUN = "from schemathesis.cli import schemathesis; schemathesis()"


def _check(base: str, folder: Path, n: int, *more: str) -> str:
    """Every check of Schemathesis, ``n`` requests to an operation beside those made for each part of the schema."""
    done = subprocess.run(
        [
            *(sys.executable, "-c", RUN, "--config-file", str(CONFIG), "run", f"{base}/openapi.json"),
            *("--checks", "all", "--max-examples", str(n), "--no-color", *more),
        ],
        cwd=folder,  # where it keeps what it found
        env={**os.environ, "SCHEMATHESIS_HOOKS": "schemathesis_hooks", "PYTHONPATH": str(CONFIG.parent)},
        capture_output=True,
        encoding="utf-8",
        timeout=TIMEOUT_S,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.mark.process
def test_what_the_service_answers_is_what_it_says(judian: Any, sample_index: Path, tmp_path: Path) -> None:
    with judian.serving(sample_index) as (_, base):
        told = _check(base, tmp_path, 50)
        assert "17 selected / 17 total" in told
        assert "unresolvable" not in told.lower()
        assert httpx.get(f"{base}/readyz", trust_env=False).status_code == 200


@pytest.mark.process
def test_keys_are_asked_for_where_the_schema_says(judian: Any, sample_index: Path, tmp_path: Path) -> None:
    keys = judian.with_settings(JUDIAN_KEYS=str(tmp_path / "keys.json"))
    key = keys("keys", "add", "schema").stdout.split()[-1]
    asking = keys.with_settings(JUDIAN_REQUIRE_KEY="always", JUDIAN_RATE_PER_MINUTE="100000")
    with asking.serving(sample_index) as (_, base):
        _check(base, tmp_path, 5, "--header", f"Authorization: Bearer {key}", "--phases", "coverage,fuzzing")
        operations = httpx.get(f"{base}/openapi.json", trust_env=False).json()["paths"]
        for path, held in operations.items():
            for operation in held.values():
                assert ("security" in operation) == path.startswith(("/v1/", "/metrics")), path


@pytest.mark.parametrize(
    ("field", "value"),
    [("k", True), ("k", "5"), ("stream", 0), ("years", [False]), ("years", ["2022"]), ("question", "问" * 1001)],
)
def test_json_of_another_type_is_refused(client_of: Any, sample_asker: Any, field: str, value: Any) -> None:
    fields: dict[str, Any] = {
        "question": "几",
        **({"filters": {"years": value}} if field == "years" else {field: value}),
    }
    response = client_of(sample_asker).request("POST", "/v1/ask", json=fields)
    assert response.status_code == 422
    assert field in response.text or field == "question"
