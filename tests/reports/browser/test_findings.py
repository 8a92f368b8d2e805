"""The findings of the page: filters, links, waivers to copy, pictures."""

from __future__ import annotations

import ast
import io
import re
import shlex
import tomllib
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace as changed
from PIL import Image
from playwright.sync_api import expect

from segaudit.judging import waivers
from segaudit.model import CaseFiles, Waiver
from segaudit.reports import html
from segaudit.reports.page.findings import identity
from tests.support import pages
from tests.support.browsing import FINDINGS, PLACES, Open, ends, material, needs_chromium, page_of, picture

pytestmark = needs_chromium


def test_findings_are_filtered(visit: Open) -> None:
    """By severity, by what is typed, by structure; the address holds the filters, and opens with them again."""
    opened = visit(page_of())
    page = opened.page
    page.get_by_role("button", name="1 warning").click()
    expected = [
        "A mask is stored in another data type than promised",
        "Two masks share voxels",
    ]
    expect(page.locator(".group h3")).to_have_text(expected, use_inner_text=True)
    expect(page).to_have_url(ends("#findings?severity=warning"))
    page.keyboard.press("/")
    page.keyboard.type("stomach seen")
    page.get_by_text("1 finding of 11").wait_for()
    again = visit(page_of(), "#findings?severity=warning&q=stomach+seen")
    assert again.places() == opened.places() == ["s0003"]
    page.get_by_role("button", name="Clear the filters").click()
    expect(page.locator(PLACES)).to_have_count(6)


def test_a_link_leads_to_a_finding_that_was_not_shown(visit: Open) -> None:
    """Whatever is filtered or not yet listed."""
    opened = visit(page_of(), f"#finding-{identity(FINDINGS[6])}")
    expect(opened.page.locator(".finding.here .place")).to_have_text("s0006 · liver", use_inner_text=True)
    opened.page.wait_for_function("document.activeElement.classList.contains('here')")


def test_more_findings_of_a_check_are_shown_when_asked_for(visit: Open) -> None:
    """Three of them at first, unless there are so few that all are."""
    opened = visit(page_of())
    assert opened.places()[:3] == ["s0000", "s0001", "s0002"]
    opened.page.get_by_role("button", name="Show the other 5").click()
    expect(opened.page.locator(PLACES).nth(7)).to_contain_text("s0007")
    assert opened.places()[:8] == [f"s{number:04}" for number in range(8)]
    few = visit(page_of(findings=FINDINGS[:6]))
    assert few.places() == [f"s{number:04}" for number in range(6)]
    assert few.page.get_by_role("button", name=re.compile("^Show")).count() == 0


def test_findings_that_say_the_same_are_one(visit: Open) -> None:
    """With their number and their cases; a link to one of them opens the list."""
    empty = [
        pages.finding(
            "meta-whitespace",
            case=f"s{number:04}",
            structures=(),
            files=("meta.csv",),
            message=f"line {number + 2}: study_type is ' ct  head', expected 'ct head'",
            voxel=None,
            position_mm=None,
        )
        for number in range(5)
    ]
    other = changed(empty[0], case="s0007", message="line 9: study_type is 'ct ', expected 'ct'")
    page = visit(page_of(findings=(*empty, other)), f"#finding-{identity(empty[3])}").page
    card = page.locator("#check-meta-whitespace")
    expect(card.locator(".finding .place")).to_have_text(["5 cases", "s0007 · meta.csv"], use_inner_text=True)
    expect(card.locator(".extent")).to_have_text("6 findings in 6 cases", use_inner_text=True)
    expect(page.locator("li.here")).to_have_text("s0003 line 5", use_inner_text=True)
    card.get_by_role("button", name="Copy the cases").click()
    page.get_by_text("Copied 5 cases").wait_for()
    assert page.evaluate("navigator.clipboard.readText()").split() == [f"s{number:04}" for number in range(5)]


def test_blanks_are_seen(visit: Open) -> None:
    """Those at the ends of a quoted text, and several in a row; the blanks between words stay."""
    finding = pages.finding("meta-whitespace", message="line 3: a is ' ct  a b ', expected 'ct a b'")
    page = visit(page_of(findings=(finding, pages.finding(message="a case's voxels  lie apart")))).page
    assert page.locator(".finding .message").all_text_contents() == [
        "a case's voxels  lie apart",
        "line 3: a is '␣ct␣␣a b␣', expected 'ct a b'",
    ]
    expect(page.locator(".finding .message").first).to_have_text("a case's voxels  lie apart", use_inner_text=True)


def test_paper_has_more_of_the_findings(visit: Open) -> None:
    """Fifty of each check; how many more there are is said."""
    many = tuple(pages.finding(case=f"s{number:04}") for number in range(60))
    page = visit(page_of(60, many)).page
    page.emulate_media(media="print")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    expect(page.locator("#findings .finding:visible")).to_have_count(50)
    expect(page.locator("#findings .more")).to_have_text(
        "10 more, not printed; findings.csv has them.", use_inner_text=True
    )


def test_a_waiver_is_copied_as_it_is_read(visit: Open, tmp_path: Path) -> None:
    """Merged structures get one each, names with a star mean themselves, and only the reason is left to write."""
    page = visit(page_of()).page
    card = page.locator("#check-mask-dtype")
    card.get_by_role("button", name="Copy as waiver").click()
    page.get_by_text("Copied a waiver").wait_for()
    text = page.evaluate("navigator.clipboard.readText()")
    (tmp_path / "waivers.toml").write_text(text.replace('reason = ""', 'reason = "known"'))
    until = pages.DAY.replace(year=pages.DAY.year + 1)
    assert waivers.load(tmp_path / "waivers.toml") == tuple(
        Waiver(check="mask-dtype", case="s0000", structure=structure, reason="known", until=until)
        for structure in ("a[*]", "liver")
    )


@pytest.mark.parametrize(
    ("fields", "structures"),
    [
        ({"structures": tuple(f"s_{n}" for n in range(11)), "merged": 11}, [f"s_{n}" for n in range(11)]),
        ({"structures": ("liver",), "merged": 1, "with_ct": True}, ["", "liver"]),
        ({"structures": ("liver", "stomach")}, ["liver, stomach"]),
        ({"structures": (), "files": ("a", "b"), "merged": 2}, [""]),
    ],
)
def test_a_copied_waiver_hides_nothing_else(visit: Open, fields: dict[str, Any], structures: list[str]) -> None:
    """It names each structure, however many there are, and what has none."""
    page = visit(page_of(findings=(pages.finding("mask-dtype", **fields),))).page
    page.get_by_role("button", name="Copy as waiver").click()
    page.get_by_text("Copied a waiver").wait_for()
    entries = tomllib.loads(page.evaluate("navigator.clipboard.readText()"))["waiver"]
    assert [entry["structure"] for entry in entries] == structures


def test_a_finding_opens_in_other_programs(visit: Open) -> None:
    """The commands can be copied with the keyboard; a shell reads each path, and Slicer each text, as one."""
    masks = {"liver": 's0000/it\'s a "liver".nii.gz', "stomach": "s0000/stomach.nii.gz"}
    files = {"s0000": CaseFiles(case="s0000", folder="s0000", ct="s0000/ct.nii.gz", masks=masks)}
    shown = replace(material(3), files=files)
    found = pages.finding("masks-overlap", structures=("liver", "stomach"))
    page = visit(html.render(pages.report((found, pages.finding(case="s0001")), shown.dataset), shown)).page
    card = page.locator("#check-masks-overlap")
    card.get_by_role("button", name="opens it in ITK-SNAP").focus()
    page.keyboard.press("Enter")
    page.get_by_text("Copied a command for ITK-SNAP; its cursor is at 81, 92, 211.").wait_for()
    ct, liver, stomach = (f"dataset/{path}" for path in ("s0000/ct.nii.gz", *masks.values()))
    command = shlex.split(page.evaluate("navigator.clipboard.readText()"))
    assert command == ["itksnap", "-g", ct, "-s", liver, "-o", stomach]
    card.get_by_role("button", name="opens it in 3D Slicer").press("Enter")
    page.get_by_text("Copied a command for 3D Slicer.").wait_for()
    program, option, code = shlex.split(page.evaluate("navigator.clipboard.readText()"))
    assert (program, option) == ("Slicer", "--python-code")
    calls = [node.value for node in ast.parse(code).body if isinstance(node, ast.Expr)]
    texts = [
        (ast.unparse(call.func).rpartition(".")[2], [ast.literal_eval(argument) for argument in call.args])
        for call in calls
        if isinstance(call, ast.Call)
    ]
    assert texts == [
        ("loadVolume", [ct]),
        ("loadSegmentation", [liver]),
        ("loadSegmentation", [stomach]),
        ("JumpSlicesToLocation", [12.4, -30, 140, True]),
    ]
    assert page.locator("#check-mask-off-grid").get_by_role("button", name="Slicer").count() == 0


def test_findings_are_walked_through_with_keys(visit: Open) -> None:
    """The key j goes on, k back."""
    page = visit(page_of()).page
    for key in "jjjk":
        page.keyboard.press(key)
    expect(page.locator(".finding.here .place")).to_have_text("s0001 · liver", use_inner_text=True)


def test_pictures_are_seen(visit: Open) -> None:
    """In the list, and larger when pressed."""
    page = visit(page_of()).page
    image = page.locator("#findings .picture img").first
    image.scroll_into_view_if_needed()
    expect(image).to_have_js_property("naturalWidth", Image.open(io.BytesIO(picture())).width)
    image.click()
    expect(page.locator("#zoom[open] img")).to_have_count(1)
