"""The examples of docs/doors.md, run as they stand there against a real server over the samples."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

PAGE = (Path(__file__).parents[1] / "docs" / "doors.md").read_text(encoding="utf-8")
ADDRESS = "http://127.0.0.1:8000"
EXAMPLES = re.findall(r"^```python\n(.*?)^```", PAGE, re.DOTALL | re.MULTILINE)


@pytest.mark.process
@pytest.mark.parametrize("example", EXAMPLES, ids=[example.splitlines()[0] for example in EXAMPLES])
def test_an_example_runs(example: str, real_server: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert ADDRESS in example
    exec(compile(example.replace(ADDRESS, real_server), "docs/doors.md", "exec"), {"__name__": "__main__"})
    assert "60.8万吨" in capsys.readouterr().out


def test_every_example_is_found() -> None:
    assert len(EXAMPLES) == PAGE.count("```python") > 0
