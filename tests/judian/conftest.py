"""What LangChain's standard tests expect of pytest."""

from __future__ import annotations

import pytest


def pytest_configure(config: pytest.Config) -> None:
    """Their tests of chat models, which come along with the others, have markers of plugins that are not installed."""
    config.addinivalue_line("markers", "benchmark: measured by pytest-benchmark")
    config.addinivalue_line("markers", "vcr: replayed by pytest-recording")
