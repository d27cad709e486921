"""The doors together: the examples of docs/doors.md, run as they stand there, and what a service needs none of."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "docs" / "doors.md").read_text(encoding="utf-8")
ADDRESS = "http://127.0.0.1:8000"
EXAMPLES = re.findall(r"^```python\n(.*?)^```", PAGE, re.DOTALL | re.MULTILINE)


@pytest.mark.process
@pytest.mark.parametrize("example", EXAMPLES, ids=[example.splitlines()[0] for example in EXAMPLES])
def test_an_example_runs(
    example: str,
    real_server: str,
    real_index: Path,
    model_folder: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    for name in [name for name in os.environ if name.startswith("JUDIAN_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("JUDIAN_CACHE", str(model_folder.parents[1]))
    code = example.replace(ADDRESS, real_server).replace('"INDEX"', repr(str(real_index)))
    assert code != example
    exec(compile(code, "docs/doors.md", "exec"), {"__name__": "__main__"})
    assert "60.8万吨" in capsys.readouterr().out


def test_every_example_is_found() -> None:
    assert len(EXAMPLES) == PAGE.count("```python") > 0


@pytest.mark.process
def test_a_service_starts_without_what_is_optional() -> None:
    """What the doors need is imported when somebody comes through them."""
    code = (
        "import sys, service.__main__, service.commands.cli, service.http.serve, service.http.app\n"
        "print(*{name.partition('.')[0] for name in sys.modules})"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    imported = set(done.stdout.split())
    assert "fastapi" in imported
    assert imported & {"mcp", "mcp_types", "httpx", "langchain", "langchain_core", "openai", "judian"} == set()
