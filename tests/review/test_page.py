"""The page in a browser, by keyboard alone."""

from __future__ import annotations

import time
import webbrowser
from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from segaudit.model.decision import Verdict
from segaudit.reports import machine
from segaudit.reports.write import write
from segaudit.review.journal import Journal
from segaudit.review.server import Server, in_browser
from tests.support import pages
from tests.support.browsing import needs_chromium
from tests.support.reviewed import serving

pytestmark = needs_chromium


@pytest.fixture
def page(browser: Browser, server: Server) -> Iterator[Page]:
    """The page of the small dataset; it may have no error, and ask no other server."""
    yield from visit(browser, server)


def visit(browser: Browser, server: Server, **options: object) -> Iterator[Page]:
    """Open a page, and see in the end that nothing was wrong."""
    context = browser.new_context(**options)  # type: ignore[arg-type]  # options of a context
    opened, faults = context.new_page(), list[str]()
    opened.on("pageerror", lambda error: faults.append(str(error)))
    opened.on("console", lambda message: faults.append(message.text))
    opened.on("request", lambda request: faults.append(request.url))
    opened.goto(server.address)
    shown(opened)
    yield opened
    context.close()
    assert [fault for fault in faults if not fault.startswith(f"http://127.0.0.1:{server.server_port}/")] == []


def shown(page: Page) -> None:
    """Wait until the slices are drawn."""
    expect(page.locator("#slices")).to_have_attribute("aria-busy", "false")


def press(page: Page, *keys: str) -> None:
    """Press keys, one after the other, as soon as the slices are there."""
    for key in keys:
        shown(page)
        page.keyboard.press(key)


def at(page: Page, number: int) -> None:
    """Expect the finding with a number, from 1."""
    expect(page.locator("h2")).to_contain_text(f"{number} of ")
    shown(page)


def kept(folder: Path) -> list[tuple[str, str, str]]:
    """Return who decided what, and the comment."""
    made = Journal(folder / "report" / "decisions.jsonl").decisions.all
    return [(decision.who, decision.verdict, decision.comment) for decision in made]


def test_decide_by_keyboard(page: Page, folder: Path) -> None:
    """Each key decides and goes on; a comment is kept with what follows; an undo returns; a reload resumes."""
    assert page.url.endswith("/#1")
    press(page, "r")
    at(page, 2)
    press(page, "c")
    page.keyboard.type("surf r")
    page.keyboard.press("Enter")
    press(page, "f")
    at(page, 3)
    expect(page.locator("#comment")).to_have_value("")
    press(page, "u")
    at(page, 4)
    assert kept(folder) == [("ann", "right", ""), ("ann", "false alarm", "surf r"), ("ann", "unsure", "")]
    expect(page.locator("#progress")).to_contain_text("3 of ")
    press(page, "z")
    at(page, 3)
    press(page, "z")
    at(page, 2)
    expect(page.locator("#comment")).to_have_value("surf r")
    assert kept(folder) == [("ann", "right", "")]
    page.goto(page.url.partition("#")[0])
    at(page, 2)


def test_skipped_ones_come_again(page: Page, folder: Path) -> None:
    """After all others; in the end the page says that nothing is left."""
    number = page.evaluate("fetch('/findings').then((answer) => answer.json()).then((all) => all.findings.length)")
    press(page, "s")
    for following in range(2, number + 1):
        at(page, following)
        press(page, "r")
    at(page, 1)
    expect(page.locator("#history")).to_contain_text("ann: skip.")
    press(page, "f")
    expect(page.locator("#progress")).to_contain_text("Nothing is left to decide")
    assert [verdict for _, verdict, _ in kept(folder)].count("right") == number - 1


def sources(page: Page) -> list[str]:
    """Return the addresses of the slices that are shown."""
    return [str(image.get_attribute("src")) for image in page.locator("#slices img").all()]


def test_look_by_keyboard(page: Page) -> None:
    """Planes, slices, the window, outlines and all masks; the picture changes with each, and Home comes back."""
    first = sources(page)
    expect(page.locator("#slices button").nth(0)).to_have_attribute("aria-pressed", "true")
    press(page, "2", "ArrowDown", "ArrowDown", "ArrowUp")
    shown(page)
    moved = sources(page)
    assert [one == other for one, other in zip(first, moved, strict=True)] == [True, False, True]
    press(page, "Home")
    shown(page)
    assert sources(page) == first
    for key, word in (("w", "/soft/"), ("e", "/near"), ("m", "/plain/"), ("a", "/all/")):
        press(page, key)
        shown(page)
        assert all(word in source for source in sources(page))
    expect(page.locator("#all")).to_have_attribute("aria-pressed", "true")
    assert page.evaluate("[...document.querySelectorAll('#slices img')].every((image) => image.naturalWidth === 540)")


def test_a_click_moves_the_other_slices(page: Page) -> None:
    """A click on a slice chooses its plane, and the slices of the other two go through the point; Home comes back."""
    first = sources(page)
    box = page.locator("#slices img").nth(1).bounding_box()
    assert box
    for share in (0.3, 0.7):
        page.mouse.click(box["x"] + share * box["width"], box["y"] + share * box["height"])
        shown(page)
        moved = sources(page)
        assert [one == other for one, other in zip(first, moved, strict=True)] == [False, True, False]
        expect(page.locator("#slices button").nth(1)).to_have_attribute("aria-pressed", "true")
    press(page, "Home")
    shown(page)
    assert sources(page) == first
    page.locator("#slices button").nth(2).focus()
    page.keyboard.press("Enter")  # there is no point
    shown(page)
    assert sources(page) == first


def test_keys_can_be_switched_off(page: Page, folder: Path) -> None:
    """Nor do they act in fields, or with Ctrl; the buttons do, and Tab reaches them."""
    page.locator("#who").focus()
    page.keyboard.type("r")
    page.locator("#finding").focus()
    page.keyboard.press("Control+f")
    page.locator("#keys").uncheck()
    page.locator("#finding").focus()
    page.keyboard.press("f")
    assert kept(folder) == []
    page.locator("[data-verdict=right]").focus()
    page.keyboard.press("Enter")
    at(page, 2)
    assert [(who, verdict) for who, verdict, _ in kept(folder)] == [("annr", "right")]


def test_nobody_decides_without_a_name(page: Page, folder: Path) -> None:
    """The field has the focus, and a line says why."""
    page.locator("#who").fill("")
    page.locator("#finding").focus()
    press(page, "r")
    expect(page.locator("[role=alert]")).to_have_text("Write who decides.")
    expect(page.locator("#who")).to_be_focused()
    assert kept(folder) == []


def test_one_check_alone(page: Page) -> None:
    """Next and previous stay with it."""
    page.locator("#check").select_option("mask-missing")
    expect(page.locator("h2")).to_contain_text("mask-missing")
    shown(page)
    title = page.locator("h2").inner_text()
    press(page, "n")
    shown(page)
    assert page.locator("h2").inner_text() == title


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_all_can_use_it(browser: Browser, server: Server, scheme: str) -> None:
    """axe-core finds nothing, also with a warning, decisions and all keys; a phone needs no scrolling to the side."""
    for opened in visit(browser, server, color_scheme=scheme, viewport={"width": 390, "height": 844}):
        press(opened, "r")
        at(opened, 2)
        press(opened, "p")
        at(opened, 1)
        opened.locator("summary").click()
        opened.locator("#who").fill("")
        opened.locator("[data-verdict=right]").click()
        expect(opened.locator("[role=alert]")).to_be_visible()
        assert [found["id"] for found in Axe().run(opened).response["violations"]] == []
        assert opened.evaluate("document.documentElement.scrollWidth") == 390


def test_the_command_opens_the_page(browser: Browser, server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    """By a file on disk, which is another site: the cookie comes nevertheless, and the token leaves the address."""
    opened = browser.new_page()
    monkeypatch.setattr(webbrowser, "open", opened.goto)
    with in_browser(server.address):
        opened.wait_for_url(f"http://127.0.0.1:{server.server_port}/#1")
        shown(opened)
    opened.close()


def test_names_run_nothing(browser: Browser, folder: Path) -> None:
    """Whatever stands in a report and in decisions is text."""
    hostile = "<img src=x onerror=alert(1)>"
    findings = [pages.finding(case=hostile, structures=(hostile,), files=(hostile,), message=hostile)]
    write(pages.report(findings), folder / "report")
    with serving(folder / "dataset", folder / "report", who=hostile) as server:
        for opened in visit_unseen(browser, server):
            expect(opened.locator("#message")).to_have_text(hostile)
            expect(opened.locator("#notes")).to_have_text("the dataset has no such case")
            opened.locator("#comment").fill(hostile)
            opened.locator("[data-verdict=right]").click()
            expect(opened.locator("#progress")).to_contain_text("1 right")
            opened.reload()
            expect(opened.locator("#history")).to_contain_text(hostile)
            assert opened.locator("img[src=x]").count() == 0


def visit_unseen(browser: Browser, server: Server) -> Iterator[Page]:
    """Open a page that shows no slice."""
    page = browser.new_page()
    dialogs = list[str]()
    page.on("dialog", lambda dialog: dialogs.append(dialog.message))
    page.goto(server.address)
    yield page
    page.close()
    assert dialogs == []


def test_the_end_of_the_command_is_seen(browser: Browser, server: Server) -> None:
    """A decision that nobody keeps is reported, and the finding stays."""
    for opened in visit_unseen(browser, server):
        shown(opened)
        opened.context.set_offline(offline=True)
        opened.keyboard.press("r")
        expect(opened.locator("[role=alert]")).to_contain_text("The server does not answer")
        at(opened, 1)


def test_a_release_of_findings(browser: Browser, folder: Path) -> None:
    """1,204 cases with 20 findings each: a key takes less than two seconds, the quickest of five."""
    some = list(pages.checks())[:20]
    findings = [pages.finding(check, case=case) for case in pages.case_ids(1204) for check in some]
    (folder / "report" / "report.json").write_text(machine.render(pages.report(findings)), encoding="utf-8")
    with serving(folder / "dataset", folder / "report") as server:
        for opened in visit_unseen(browser, server):
            expect(opened.locator("h2")).to_contain_text("1 of 24080")
            times = [_pressed(opened, number) for number in range(2, 7)]
            assert min(times) < 2
    assert [verdict for _, verdict, _ in kept(folder)] == [Verdict.RIGHT] * 5


def _pressed(opened: Page, shown_next: int) -> float:
    """Return the seconds from a key to the next finding."""
    start = time.perf_counter()
    opened.keyboard.press("r")
    expect(opened.locator("h2")).to_contain_text(f"{shown_next} of 24080")
    return time.perf_counter() - start
