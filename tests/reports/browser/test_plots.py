"""The plots of the page."""

from __future__ import annotations

import re
from dataclasses import replace
from xml.etree import ElementTree as ET

from msgspec.structs import replace as changed
from playwright.sync_api import Locator, Page, expect

from tests.support import pages
from tests.support.browsing import Open, needs_chromium, page_of, page_with

pytestmark = needs_chromium


def test_every_plot_is_drawn_when_it_comes_near(visit: Open) -> None:
    """None before; in the end all seven, each with its sentence."""
    page = visit(page_of()).page
    expect(page.locator("figure.plot")).to_have_count(0)
    for place in range(7):
        page.locator(".plot").nth(place).scroll_into_view_if_needed()
        page.locator("figure.plot").nth(place).wait_for()
    names = page.locator("figure.plot").evaluate_all(
        "figures => figures.map((f) => f.querySelector('svg.chart').ariaLabel)"
    )
    assert [name.split(":")[0] for name in names] == [
        "volumes",
        "presence of structures by case",
        "intensities",
        "overlaps of structures",
        "published against recomputed mean volumes",
        "sizes of the images",
        "age by split",
    ]
    assert not re.search("NaN|undefined|null", page.locator("#plots").inner_html())


def test_a_plot_shows_one_structure_in_large(visit: Open) -> None:
    """A dot for each case that has it uncut, which leads there; the choice of all brings the rows back."""
    page = visit(page_of()).page
    page.locator(".plot").first.scroll_into_view_if_needed()
    plot = page.locator("figure.plot").first
    plot.wait_for()
    rows = plot.locator(".row").count()
    plot.locator("select").select_option(index=1)
    assert (plot.locator(".row").count(), plot.locator("svg a").count() > 0) == (0, True)
    plot.locator("select").select_option("all")
    assert plot.locator(".row").count() == rows > 10


def plot(page: Page, number: int) -> Locator:
    """Return a plot, drawn."""
    page.locator(".plot").nth(number).scroll_into_view_if_needed()
    page.locator("figure.plot").nth(number).wait_for()
    return page.locator("figure.plot").nth(number)


def test_plots_run_from_head_to_foot(visit: Open) -> None:
    """Whatever the order of the class list: the vertebrae of the volumes as those of the presence."""
    dataset = pages.dataset(12)
    page = visit(page_with(replace(dataset, masks=dataset.masks.assign(depth_mm=-dataset.masks["depth_mm"])))).page
    volumes, presence = plot(page, 0), plot(page, 1)
    volumes.get_by_role("button", name=re.compile("^Bones")).click()
    names = [name for name in volumes.locator("svg.chart text").all_text_contents() if name.startswith("vertebrae")]
    others = [name for name in presence.locator("svg.chart text").all_text_contents() if name.startswith("vertebrae")]
    assert names[0] == "vertebrae C1" != names[-1]
    assert [name for name in names if name in others] == others


def test_the_last_tick_has_the_unit(visit: Open) -> None:
    """Of volumes and of intensities."""
    page = visit(page_of()).page
    for number, unit in ((0, " ml"), (2, " HU")):
        ticks = plot(page, number).locator(".tick text").all_text_contents()
        assert [tick for tick in ticks if tick.endswith(unit)] != []


def test_limits_and_other_cases_are_distinguished(visit: Open) -> None:
    """Outside of limits is a full diamond; far from the others within them a hollow one; no band without two limits."""
    dataset = pages.dataset(12)
    masks = dataset.masks.set_index(["structure", "case"]).assign(cut=False, voxels=1)
    for name, value in (("vertebrae_L1", 900.0), ("liver", 2500.0), ("spleen", 75.0)):
        masks.loc[(name, slice(None)), "hu_median"] = [60.0, 61.0, 62.0] * 4
        masks.loc[(name, "s0004"), "hu_median"] = value
    page = visit(page_with(replace(dataset, masks=masks.reset_index()))).page
    intensities = plot(page, 2)
    marks = {}
    for group in ("Organs", "Bones"):
        intensities.get_by_role("button", name=re.compile(f"^{group}")).click()
        for mark in intensities.locator("path.outlier").all():
            labels = str(mark.locator("..").get_attribute("aria-label"))
            marks[labels.split(" ")[1]] = str(mark.get_attribute("class"))
    assert marks == {"liver": "outlier", "trachea": "outlier", "vertebrae": "outlier hollow"}
    expect(intensities.locator("rect.band")).to_have_count(0)


def test_the_key_of_the_sizes_counts_every_mark(visit: Open) -> None:
    """Cases without a split, too."""
    dataset = pages.dataset(12)
    assert dataset.metadata
    listed = changed(dataset.metadata, rows=dataset.metadata.rows[:-1])
    page = visit(page_with(replace(dataset, metadata=listed))).page
    key = plot(page, 5).locator(".key li").all_inner_texts()
    assert (key[-1], sum(int(re.findall(r"\d+", entry)[0]) for entry in key)) == ("no split (1)", 12)


def test_a_plot_is_saved_with_its_colours(visit: Open) -> None:
    """As an SVG that needs no style sheet."""
    page = visit(page_of()).page
    page.locator(".plot").first.scroll_into_view_if_needed()
    with page.expect_download() as download:
        page.get_by_role("button", name="Save SVG").first.click()
    saved = ET.fromstring(download.value.path().read_text())  # noqa: S314 (our own)
    assert download.value.suggested_filename == "volumes.svg"
    assert {line.get("stroke") for line in saved.iter("{http://www.w3.org/2000/svg}line")} > {"rgb(0, 114, 178)"}
