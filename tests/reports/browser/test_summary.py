"""The top of the page: what is wrong, what is new, what is to be done."""

from __future__ import annotations

from msgspec.structs import replace as changed
from playwright.sync_api import expect

from segaudit.model import Unmeasured
from segaudit.reports import html
from tests.support import pages
from tests.support.browsing import Open, ends, material, needs_chromium, page_of, since_page

pytestmark = needs_chromium


def test_what_is_new_is_shown(visit: Open) -> None:
    """By its mark, its link at the top, and alone when asked for; what is fixed is folded away."""
    opened = visit(since_page())
    page = opened.page
    expect(page.locator(".changed td")).to_have_text(["1", "0", "7", "1", "1", "1", "0", "0", "1"], use_inner_text=True)
    assert page.locator("#findings .badge").all_text_contents() == ["new", "partly new"]
    page.get_by_role("button", name="2 new").click()
    page.get_by_text("2 findings of 11").wait_for()
    assert (opened.places(), page.url.partition("#")[2]) == (["s0005", "s0000"], "findings?since=new")
    page.locator(".news a").first.click()
    expect(page.locator(".finding.here .place")).to_contain_text("s0005")
    page.locator(".changed a").last.click()
    page.get_by_text("1 finding of 11").wait_for()
    assert opened.places() == ["s0000"]
    expect(page.get_by_text("s0002/liver")).not_to_be_visible()
    page.get_by_text("1 finding fixed").click()
    expect(page.get_by_text("s0002/liver")).to_be_visible()


def test_what_to_do_leads_to_it(visit: Open) -> None:
    """By what is to be done, by what is wrong, and by the case; each is an address of its own."""
    page = visit(page_of()).page
    assert page.locator(".task > div > a").all_inner_texts() == [
        "Repair headers and grids",
        "Not as promised, but usable: convert, or correct the contract",
    ]
    page.get_by_role("link", name="Repair headers and grids").click()
    expect(page.locator(".group h3")).to_have_text(
        ["A mask's header places it elsewhere than its CT"], use_inner_text=True
    )
    expect(page).to_have_url(ends("#findings?remedy=grid"))
    page.locator(".tasks").get_by_role("link", name="A mask is stored in another data type").click()
    expect(page).to_have_url(ends("#findings?check=mask-dtype"))
    page.locator(".tasks").get_by_role("link", name="s0002").click()
    expect(page.locator("#case h2")).to_have_text("s0002", use_inner_text=True)


def test_the_cases_to_leave_out_are_copied(visit: Open) -> None:
    """One a line."""
    page = visit(page_of()).page
    page.get_by_text("Or leave out the 8 cases that do not pass").click()
    page.get_by_role("button", name="Copy the list").click()
    page.get_by_text("Copied 8 ids").wait_for()
    assert page.evaluate("navigator.clipboard.readText()").split("\n") == [f"s{number:04}" for number in range(8)]


def test_every_check_says_at_the_top_how_it_ended(visit: Open) -> None:
    """Those that passed, too; each unfolds into why it is there."""
    page = visit(page_of()).page
    total = len(pages.checks())
    page.get_by_text(f"{total} checks: 3 found something, {total - 3} clean").click()
    rows = page.locator("#outcomes tbody tr")
    assert (rows.count(), rows.locator(".outcome").nth(3).inner_text().strip()) == (total, "clean")
    row = rows.filter(has=page.locator("[data-check='ct-clipped']"))
    row.locator("summary").click()
    assert row.locator("dt").all_inner_texts()[:2] == ["Why it matters", "What to do"]


def test_what_is_wrong_in_most_cases_comes_first(visit: Open) -> None:
    """Of errors, and of warnings; in the report's order where they tie."""
    few = [pages.finding("file-unreadable", case=f"s{number:04}") for number in range(2)]
    many = [pages.finding("mask-off-grid", case=f"s{number:04}") for number in range(3)]
    most = [pages.finding("mask-dtype", case=f"s{number:04}") for number in range(4)]
    page = visit(page_of(findings=(*few, *many, *most))).page
    ids = page.locator(".group .meta code").all_text_contents()
    assert ids == ["mask-off-grid", "file-unreadable", "mask-dtype"]


def test_code_in_a_title_is_shown_as_code(visit: Open) -> None:
    """Without its marks, in the list, in the index and in what is to be done."""
    page = visit(page_of(findings=(pages.finding("training-count", case="", structures=()),))).page
    for place in (".group h3", ".index a", ".tasks li li", "#outcomes th[scope=row]"):
        assert page.locator(place).first.locator("code").text_content() == "dataset.json"
    assert "`" not in page.locator("main").inner_text()


def test_what_could_not_run_is_reported_first(visit: Open) -> None:
    """The verdict is then that there is none."""
    shown = material(3)
    report = changed(pages.report((), shown.dataset), unmeasured=(Unmeasured(case="s0001", error="out of memory"),))
    page = visit(html.render(report, shown)).page
    expect(page.locator("h1")).to_have_text("Not judged in full", use_inner_text=True)
    expect(page.locator(".stopped dd")).to_have_text("out of memory", use_inner_text=True)
    expect(page.locator(".none")).to_have_text("Nothing was found.", use_inner_text=True)
