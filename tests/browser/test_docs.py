"""The page at /docs of a service that asks for keys: authorise, try a request out."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.browser.conftest import Open
from tests.commands import Judian

pytestmark = pytest.mark.browser


def test_who_authorises_on_the_page_can_try_the_api(
    judian: Judian, sample_index: Path, tmp_path: Path, opened: Open
) -> None:
    keyed = judian.with_settings(JUDIAN_KEYS=str(tmp_path / "keys.json"), JUDIAN_REQUIRE_KEY="always")
    key = keyed("keys", "add", "page").stdout.split()[-1]
    with keyed.serving(sample_index) as (_, base):
        page = opened(f"{base}/docs", quiet=False).page  # it says that the first request was refused
        operation = page.locator("#operations-reports-list_reports_v1_reports_get")
        operation.locator(".opblock-summary").click()
        operation.locator("button.try-out__btn").click()
        operation.locator("button.execute").click()
        status = operation.locator(".responses-table.live-responses-table .response-col_status").last
        status.wait_for()
        assert status.inner_text().split()[0] == "401"

        page.locator(".auth-wrapper .authorize").first.click()
        bearer = page.locator(".auth-container").filter(has=page.locator("text=bearer")).first
        bearer.locator("input").fill(key)
        bearer.locator("button.authorize").click()
        page.locator(".btn-done").first.click()
        operation.locator("button.execute").click()
        page.locator(".live-responses-table .response-col_status", has_text="200").last.wait_for()
        assert "next_cursor" in operation.inner_text()
        page.screenshot(path=str(tmp_path / "docs.png"))
