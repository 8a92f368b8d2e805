"""The cases of the page: their table, their own pages, and the way back."""

from __future__ import annotations

from msgspec.structs import replace as changed
from playwright.sync_api import expect

from segaudit.model import Scope, Unmeasured
from segaudit.reports import html
from tests.support import pages
from tests.support.browsing import FINDINGS, PLACES, Open, ends, material, needs_chromium, page_of

pytestmark = needs_chromium


def test_back_returns_to_the_place(visit: Open) -> None:
    """From a case to where it was opened; from a selection to the top where it was asked for."""
    page = visit(page_of()).page
    page.locator("#findings .finding a").nth(2).scroll_into_view_if_needed()
    before = page.evaluate("scrollY")
    page.locator("#findings .finding a").nth(2).click()
    page.locator("#case[open]").wait_for()
    page.go_back()
    expect(page.locator("#case[open]")).to_have_count(0)
    page.wait_for_function("before => scrollY === before", arg=before)
    page.evaluate("scrollTo(0, 100)")
    page.locator(".tally .warning").click()
    expect(page.locator(PLACES)).to_have_count(2)
    page.wait_for_function("scrollY > 100")
    page.go_back()
    expect(page.locator(PLACES)).to_have_count(6)
    page.wait_for_function("scrollY === 100")


def test_closing_a_case_keeps_the_selection(visit: Open) -> None:
    """The address is again that from which the case was opened."""
    page = visit(page_of(), "#findings?severity=warning").page
    page.locator("#findings .finding a").first.click()
    page.locator("#case[open]").wait_for()
    page.keyboard.press("Escape")
    expect(page).to_have_url(ends("#findings?severity=warning"))


def test_a_case_has_a_page(visit: Open) -> None:
    """With its picture, findings, numbers and masks; Escape closes it, and its link opens it."""
    page = visit(page_of(), "#case-s0003").page
    sheet = page.locator("#case")
    expect(sheet.locator("h2")).to_have_text("s0003", use_inner_text=True)
    assert sheet.locator("h3").all_inner_texts()[:2] == ["2 findings", "Numbers"]
    expect(sheet.locator("section > .picture img")).to_have_count(1)
    assert sheet.locator("tbody tr").count() > 10
    page.keyboard.press("Escape")
    expect(sheet).not_to_be_visible()
    expect(page).to_have_url(ends("#findings"))


def test_the_table_says_what_is_wrong(visit: Open) -> None:
    """For each case the worst finding, and the number of further ones; empty without findings."""
    page = visit(page_of()).page
    labels = page.locator(".cases-table tbody tr td:nth-child(2)").all_text_contents()
    assert (labels[0], labels[1], labels[-1]) == (
        "A mask's header places it elsewhere than its CT, and 1 more",
        "A mask's header places it elsewhere than its CT",
        "",
    )
    page.locator(".cases-table").get_by_role("link", name="A mask's header").nth(1).press(
        "Enter"
    )  # plots above are drawn on the way there, and move it
    expect(page.locator(".finding.here .place")).to_have_text("s0001 · liver", use_inner_text=True)


def test_cases_have_their_names_where_there_is_room(visit: Open) -> None:
    """A few cases have names; many are squares, with the name as a tooltip."""
    marks = ".map:not(.legend *) a"
    assert visit(page_of()).page.locator(marks).all_inner_texts() == list(pages.case_ids(12))
    many = visit(page_of(61)).page.locator(marks)
    assert set(many.all_inner_texts()) == {""}
    assert str(many.nth(1).get_attribute("data-tip")).splitlines() == [
        "s0001 (train): 1 finding",
        "A mask's header places it elsewhere than its CT",
    ]


def test_a_table_is_sorted_by_its_heads(visit: Open) -> None:
    """By errors at first, and then by what is worst; by the name of the case when that is pressed."""
    warned = (pages.finding("mask-dtype", case="s0005"), pages.finding(case="s0007"))
    first = visit(page_of(findings=warned)).page.locator(".cases-table tbody tr td:first-child").all_inner_texts()
    assert [cell.strip() for cell in first[:3]] == ["s0007", "s0005", "s0000"]
    page = visit(page_of()).page
    cells = page.locator(".cases-table tbody tr td:first-child")
    expect(cells.first).to_have_text("s0000")
    page.locator(".cases-table").get_by_role("button", name="Case").press("Enter")
    page.locator(".cases-table").get_by_role("button", name="Case").press("Enter")
    expect(cells.first).to_have_text("s0011")


def test_each_case_is_counted_once(visit: Open) -> None:
    """By its worst state; a case that is listed but missing does not count as audited."""
    shown = material(12)
    found = (*FINDINGS, pages.finding("case-missing", case="s0100", structures=()))
    page = visit(html.render(changed(pages.report(found, shown.dataset), absent=("s0100",)), shown)).page
    assert [text.strip() for text in page.locator(".legend li").all_inner_texts()] == [
        "8 cases with an error",
        "4 cases without findings",
        "1 case without a folder",
    ]
    expect(page.locator(".map:not(.legend *) a")).to_have_count(13)


def test_a_case_that_was_not_judged_is_not_clean(visit: Open) -> None:
    """A part of a dataset passes in part, and cases that were left out have a state of their own, and no tick."""
    shown = material(4)
    left_out = changed(
        pages.report((), shown.dataset),
        absent=("s0001",),
        unaudited=("s0002",),
        unmeasured=(Unmeasured(case="s0003", error="out of memory"),),
        scope=Scope(checks=98, checks_in_all=98, cases=2, cases_in_all=4),
    )
    page = visit(html.render(left_out, shown), "#case-s0001").page
    expect(page.locator("#case h3").first).to_have_text("No folder", use_inner_text=True)
    legend = page.locator(".legend li").all_inner_texts()
    assert legend == [
        "1 case without findings",
        "1 case without a folder",
        "1 case not audited",
        "1 case that could not be measured",
    ]
    signs = page.locator(".cases-table tbody .icon use").evaluate_all("all => all.map(use => use.getAttribute('href'))")
    assert signs == ["#icon-holds", *["#icon-unknown"] * 3]
    passing = changed(left_out, unmeasured=())
    page = visit(html.render(passing, shown)).page
    expect(page.locator("h1")).to_have_text("No error found", use_inner_text=True)
    assert page.locator(".lead").inner_text() == (
        "No error was found. Partial: 2 of 4 cases. All 472 files that were read are intact."
    )
