"""The page for everyone: safe, accessible, quick, on a phone and in the dark."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from tests.cli.test_since import hostile_page as hostile_since
from tests.support import pages
from tests.support.browsing import Open, needs_chromium, page_of, since_page
from tests.support.hostile import hostile_page

pytestmark = needs_chromium


def test_a_hostile_dataset_runs_nothing(visit: Open) -> None:
    """Its texts are seen as they are; the fixture would have seen a dialog, an error or a request."""
    visit(hostile_since()).page.locator(".news a").first.click()
    page = visit(hostile_page()).page
    assert page.locator(".finding p", has_text="<img src=x onerror=alert(1)>").count() > 0
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    page.locator(".map a").last.click()
    assert page.locator("img[src=x], .finding script").count() == 0


def test_the_button_changes_the_scheme(visit: Open) -> None:
    """From what the system says to the other, and back."""
    page = visit(page_of(), color_scheme="dark").page
    seen = []
    for _ in range(3):
        seen.append(page.evaluate("getComputedStyle(document.body).backgroundColor"))
        page.locator("#theme").click()
    assert seen == ["rgb(21, 24, 27)", "rgb(247, 247, 245)", "rgb(21, 24, 27)"]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_all_can_use_it(visit: Open, scheme: str) -> None:
    """axe-core finds nothing: contrast, labels, landmarks, headings; neither on the page nor in a case's sheet."""
    page = visit(since_page(), color_scheme=scheme).page
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    page.evaluate("document.querySelectorAll('details').forEach((details) => (details.open = true))")
    assert violations(page) == []
    page.evaluate("location.hash = '#case-s0003'")
    page.locator("#case[open]").wait_for()
    assert violations(page) == []


def violations(page: Page) -> list[str]:
    """Return what axe-core finds."""
    return [f"{found['id']}: {found['nodes'][0]['html']}" for found in Axe().run(page).response["violations"]]


def test_it_fits_a_phone(visit: Open) -> None:
    """Nothing but what scrolls in itself is wider than the window."""
    page = visit(since_page(), viewport={"width": 390, "height": 844}).page
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert page.evaluate("document.documentElement.scrollWidth") == 390


def test_a_release_is_drawn_in_parts(visit: Open) -> None:
    """1,204 cases and 140,868 masks: at first no more elements than a browser lays out at once."""
    findings = tuple(
        pages.finding(check, case=case) for check in list(pages.checks())[:60] for case in pages.case_ids(1204)[::50]
    )
    page = visit(page_of(1204, findings)).page
    assert page.evaluate("document.querySelectorAll('*').length") < 12_000
