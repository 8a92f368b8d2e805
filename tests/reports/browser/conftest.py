"""A browser, and a page that is open in it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext

from tests.support.browsing import Open, Visit


@pytest.fixture
def visit(browser: Browser, tmp_path: Path) -> Iterator[Open]:
    """Write a page, and open it from disk; it may have no error, and no request may leave it."""
    visits: list[tuple[Visit, BrowserContext]] = []

    def open_page(text: str, place: str = "", **options: Any) -> Visit:  # noqa: ANN401 (any option of a context)
        (tmp_path / "report.html").write_text(text, encoding="utf-8")
        context = browser.new_context(permissions=["clipboard-read", "clipboard-write"], **options)
        opened = Visit(context.new_page())
        opened.page.on("pageerror", lambda error: opened.faults.append(str(error)))
        opened.page.on("console", lambda message: opened.faults.append(message.text))
        opened.page.on("dialog", lambda dialog: opened.faults.append(dialog.message))
        opened.page.on("request", lambda request: opened.faults.append(request.url))
        opened.page.goto(f"{(tmp_path / 'report.html').as_uri()}{place}")
        opened.page.wait_for_selector(".status")
        visits.append((opened, context))
        return opened

    yield open_page
    for opened, context in visits:
        asked = [fault for fault in opened.faults if not fault.startswith(("file://", "data:"))]
        context.close()
        assert asked == []
