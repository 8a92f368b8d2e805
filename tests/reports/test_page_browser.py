"""The page in a browser: it works, it is quick, it asks nobody for anything, and all can use it.

Chromium of the system is driven; without it, these tests are skipped.
"""

from __future__ import annotations

import io
import re
import shutil
import tomllib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from axe_playwright_python.sync_playwright import Axe
from msgspec.structs import replace as changed
from PIL import Image
from playwright.sync_api import Browser, BrowserContext, Locator, Page, sync_playwright

from segaudit.compare import compare
from segaudit.judging import waivers
from segaudit.model import Dataset, Published, PublishedStructure, ReportedFinding, Scope, Severity, Unmeasured, Waiver
from segaudit.reports import html
from segaudit.reports.page.findings import identity
from segaudit.reports.page.material import Material
from tests.cli.test_since import hostile_page as hostile_since
from tests.reports.test_page import hostile_page
from tests.support import pages

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")

pytestmark = pytest.mark.skipif(not CHROMIUM, reason="no Chromium here: apt-get install chromium")

FINDINGS = (
    *(pages.finding(case=f"s{number:04}", message=f"{number} mm off") for number in range(8)),
    pages.finding(
        "mask-dtype", structures=("a*", "liver"), merged=2, message="stored as float32", voxel=None, position_mm=None
    ),
    pages.finding("masks-overlap", case="s0003", structures=("liver", "stomach"), waived="seen"),
    pages.finding("meta-incomplete", case="", structures=(), files=("meta.csv",), voxel=None, position_mm=None),
)


@dataclass
class Visit:
    """A page that is open, and what it did that it should not."""

    page: Page
    faults: list[str] = field(default_factory=list)

    def places(self) -> list[str]:
        """Return the cases of the findings that are shown, in their order."""
        return [text.split(" ")[0] for text in self.page.locator("#findings .finding .place").all_text_contents()]


Open = Callable[..., Visit]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """A browser without a window."""
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield launched
        launched.close()


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


def picture() -> bytes:
    """Return the smallest picture."""
    stream = io.BytesIO()
    Image.new("RGB", (633, 237)).save(stream, "WEBP")
    return stream.getvalue()


def material(cases: int) -> Material:
    """Return what the page shows of so many cases, with published tables and a picture for each finding."""
    row = PublishedStructure(
        label=5, structure="liver", occurrence=4, presence_rate=100, mean_volume_ml=1500, volume_variability_ml=300
    )
    contract = changed(pages.contract(), published=Published(source="a paper", structures=(row,)))
    drawn = picture()

    def draw(wanted: Mapping[str, Sequence[ReportedFinding | None]]) -> dict[str, list[bytes]]:
        return {case: [drawn] * len(some) for case, some in wanted.items()}

    return replace(pages.material(pages.dataset(cases)), contract=contract, draw=draw)


def page_of(cases: int = 12, findings: tuple[ReportedFinding, ...] = FINDINGS) -> str:
    """Render the page of so many cases."""
    shown = material(cases)
    return html.render(pages.report(findings, shown.dataset), shown)


def page_with(dataset: Dataset) -> str:
    """Render the page of a dataset."""
    return html.render(pages.report(FINDINGS, dataset), replace(material(12), dataset=dataset))


def since_page() -> str:
    """Render a page whose last report lacked the sixth finding and one of two masks, and had one that is fixed."""
    shown = material(12)
    merged = changed(FINDINGS[8], structures=("liver",), merged=1)
    before = (*FINDINGS[:5], *FINDINGS[6:8], merged, *FINDINGS[9:], pages.finding("mask-tiny", case="s0002"))
    old, new = (changed(pages.report(found, shown.dataset), cases=pages.case_ids(12)) for found in (before, FINDINGS))
    return html.render(new, replace(shown, since=compare(old, new, Severity.ERROR)))


def test_what_is_new_is_shown(visit: Open) -> None:
    """By its mark, its link at the top, and alone when asked for; what is fixed is folded away."""
    opened = visit(since_page())
    page = opened.page
    assert page.locator(".changed td").all_inner_texts() == ["1", "0", "7", "1", "1", "1", "0", "0", "1"]
    assert page.locator("#findings .badge").all_text_contents() == ["new", "partly new"]
    page.get_by_role("button", name="2 new").click()
    page.get_by_text("2 findings of 11").wait_for()
    assert (opened.places(), page.url.partition("#")[2]) == (["s0005", "s0000"], "findings?since=new")
    page.locator(".news a").first.click()
    assert page.locator(".finding.here .place").inner_text().split(" ")[0] == "s0005"
    page.locator(".changed a").last.click()
    page.get_by_text("1 finding of 11").wait_for()
    assert opened.places() == ["s0000"]
    assert not page.get_by_text("s0002/liver").is_visible()
    page.get_by_text("1 finding fixed").click()
    assert page.get_by_text("s0002/liver").is_visible()


def test_what_to_do_leads_to_it(visit: Open) -> None:
    """By what is to be done, by what is wrong, and by the case; each is an address of its own."""
    page = visit(page_of()).page
    assert page.locator(".task > div > a").all_inner_texts() == [
        "Repair headers and grids",
        "Look at the masks, and correct them",
    ]
    page.get_by_role("link", name="Repair headers and grids").click()
    assert page.locator(".group h3").all_inner_texts() == ["A mask's header places it elsewhere than its CT"]
    assert page.url.endswith("#findings?remedy=grid")
    page.locator(".tasks").get_by_role("link", name="A mask is stored in another data type").click()
    assert page.url.endswith("#findings?check=mask-dtype")
    page.locator(".tasks").get_by_role("link", name="s0002").click()
    assert page.locator("#case h2").inner_text().strip() == "s0002"


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
    row = rows.filter(has=page.get_by_text("ct-clipped", exact=True))
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


def test_every_plot_is_drawn_when_it_comes_near(visit: Open) -> None:
    """None before; in the end all seven, each with its sentence."""
    page = visit(page_of()).page
    assert page.locator("figure.plot").count() == 0
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


def test_limits_and_other_cases_are_told_apart(visit: Open) -> None:
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
            told = str(mark.locator("..").get_attribute("aria-label"))
            marks[told.split(" ")[1]] = str(mark.get_attribute("class"))
    assert marks == {"liver": "outlier", "trachea": "outlier", "vertebrae": "outlier hollow"}
    assert intensities.locator("rect.band").count() == 0


def test_the_key_of_the_sizes_counts_every_mark(visit: Open) -> None:
    """Cases without a split, too."""
    dataset = pages.dataset(12)
    assert dataset.metadata
    listed = changed(dataset.metadata, rows=dataset.metadata.rows[:-1])
    page = visit(page_with(replace(dataset, metadata=listed))).page
    key = plot(page, 5).locator(".key li").all_inner_texts()
    assert (key[-1], sum(int(re.findall(r"\d+", entry)[0]) for entry in key)) == ("no split (1)", 12)


def test_code_in_a_title_is_shown_as_code(visit: Open) -> None:
    """Without its marks, in the list, in the index and in what is to be done."""
    page = visit(page_of(findings=(pages.finding("training-count", case="", structures=()),))).page
    for place in (".group h3", ".index a", ".tasks li li", "#outcomes th[scope=row]"):
        assert page.locator(place).first.locator("code").text_content() == "dataset.json"
    assert "`" not in page.locator("main").inner_text()


def test_a_plot_is_saved_with_its_colours(visit: Open) -> None:
    """As an SVG that needs no style sheet."""
    page = visit(page_of()).page
    page.locator(".plot").first.scroll_into_view_if_needed()
    with page.expect_download() as download:
        page.get_by_role("button", name="Save SVG").first.click()
    saved = ET.fromstring(download.value.path().read_text())  # noqa: S314 (our own)
    assert download.value.suggested_filename == "volumes.svg"
    assert {line.get("stroke") for line in saved.iter("{http://www.w3.org/2000/svg}line")} > {"rgb(0, 114, 178)"}


def test_a_hostile_dataset_runs_nothing(visit: Open) -> None:
    """Its texts are seen as they are; the fixture would have seen a dialog, an error or a request."""
    visit(hostile_since()).page.locator(".news a").first.click()
    page = visit(hostile_page()).page
    assert page.locator(".finding p", has_text="<img src=x onerror=alert(1)>").count() > 0
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    page.locator(".map a").last.click()
    assert page.locator("img[src=x], .finding script").count() == 0


def test_findings_are_filtered(visit: Open) -> None:
    """By severity, by what is typed, by structure; the address holds the filters, and opens with them again."""
    opened = visit(page_of())
    page = opened.page
    page.get_by_role("button", name="1 warning").click()
    assert page.locator(".group h3").all_inner_texts() == [
        "A mask is stored in another data type than promised",
        "Two masks share voxels",
    ]
    assert page.url.endswith("#findings?severity=warning")
    page.keyboard.press("/")
    page.keyboard.type("stomach seen")
    page.get_by_text("1 finding of 11").wait_for()
    again = visit(page_of(), "#findings?severity=warning&q=stomach+seen")
    assert again.places() == opened.places() == ["s0003"]
    page.get_by_role("button", name="Clear the filters").click()
    assert len(opened.places()) == 6


def test_a_link_leads_to_a_finding_that_was_not_shown(visit: Open) -> None:
    """Whatever is filtered or not yet listed."""
    opened = visit(page_of(), f"#finding-{identity(FINDINGS[6])}")
    assert opened.page.locator(".finding.here .place").inner_text() == "s0006 · liver"
    assert opened.page.evaluate("document.activeElement.classList.contains('here')")


def test_more_findings_of_a_check_are_shown_when_asked_for(visit: Open) -> None:
    """Three of them at first, unless there are so few that all are."""
    opened = visit(page_of())
    assert opened.places()[:3] == ["s0000", "s0001", "s0002"]
    opened.page.get_by_role("button", name="Show the other 5").click()
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
    assert card.locator(".finding .place").all_inner_texts() == ["5 cases", "s0007 · meta.csv"]
    assert card.locator(".extent").inner_text() == "6 findings in 6 cases"
    assert page.locator("li.here").inner_text() == "s0003 line 5"
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
    assert page.locator(".finding .message").first.inner_text() == "a case's voxels  lie apart"


def test_paper_has_more_of_the_findings(visit: Open) -> None:
    """Fifty of each check; how many more there are is said."""
    many = tuple(pages.finding(case=f"s{number:04}") for number in range(60))
    page = visit(page_of(60, many)).page
    page.emulate_media(media="print")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert page.locator("#findings .finding:visible").count() == 50
    assert page.locator("#findings .more").inner_text() == "10 more, not printed; findings.csv has them."


def test_back_returns_to_the_place(visit: Open) -> None:
    """From a case to where it was opened; from a selection to the top where it was asked for."""
    opened = visit(page_of())
    page = opened.page
    page.locator("#findings .finding a").nth(2).scroll_into_view_if_needed()
    before = page.evaluate("scrollY")
    page.locator("#findings .finding a").nth(2).click()
    page.locator("#case[open]").wait_for()
    page.go_back()
    page.wait_for_timeout(200)
    assert (page.locator("#case[open]").count(), page.evaluate("scrollY")) == (0, before)
    page.evaluate("scrollTo(0, 100)")
    page.locator(".tally .warning").click()
    assert (len(opened.places()), page.evaluate("scrollY") > 100) == (2, True)
    page.go_back()
    page.wait_for_timeout(200)
    assert (len(opened.places()), page.evaluate("scrollY")) == (6, 100)


def test_closing_a_case_keeps_the_selection(visit: Open) -> None:
    """The address is again that from which the case was opened."""
    page = visit(page_of(), "#findings?severity=warning").page
    page.locator("#findings .finding a").first.click()
    page.keyboard.press("Escape")
    page.wait_for_timeout(100)
    assert page.url.endswith("#findings?severity=warning")


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


def test_a_case_has_a_page(visit: Open) -> None:
    """With its picture, findings, numbers and masks; Escape closes it, and its link opens it."""
    page = visit(page_of(), "#case-s0003").page
    sheet = page.locator("#case")
    assert sheet.locator("h2").inner_text().strip() == "s0003"
    assert sheet.locator("h3").all_inner_texts()[:2] == ["2 findings", "Numbers"]
    assert sheet.locator("section > .picture img").count() == 1
    assert sheet.locator("tbody tr").count() > 10
    page.keyboard.press("Escape")
    assert not sheet.is_visible()
    assert page.url.endswith("#findings")


def test_findings_are_walked_through_with_keys(visit: Open) -> None:
    """The key j goes on, k back."""
    page = visit(page_of()).page
    for key in "jjjk":
        page.keyboard.press(key)
    assert page.locator(".finding.here .place").inner_text() == "s0001 · liver"


def test_the_table_says_what_is_wrong(visit: Open) -> None:
    """With each case: the worst of what stands in it, and how much more there is; nothing where nothing is found."""
    page = visit(page_of()).page
    told = page.locator(".cases-table tbody tr td:nth-child(2)").all_text_contents()
    assert (told[0], told[1], told[-1]) == (
        "A mask's header places it elsewhere than its CT, and 1 more",
        "A mask's header places it elsewhere than its CT",
        "",
    )
    page.locator(".cases-table").get_by_role("link", name="A mask's header").nth(1).click()
    assert page.locator(".finding.here .place").inner_text() == "s0001 · liver"


def test_cases_have_their_names_where_there_is_room(visit: Open) -> None:
    """A few have; of many, each is a square, whose name is told when it is pointed at."""
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
    assert cells.first.inner_text().strip() == "s0000"
    page.locator(".cases-table").get_by_role("button", name="Case").click()
    page.locator(".cases-table").get_by_role("button", name="Case").click()
    assert cells.first.inner_text().strip() == "s0011"


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


def test_a_release_is_shown_at_once(visit: Open) -> None:
    """1,204 cases and 140,868 masks: painted within a second; all else is there soon after."""
    findings = tuple(
        pages.finding(check, case=case) for check in list(pages.checks())[:60] for case in pages.case_ids(1204)[::50]
    )
    page = visit(page_of(1204, findings)).page
    draw_pictures = page.evaluate("performance.getEntriesByName('first-contentful-paint')[0].startTime")
    ready = page.evaluate("performance.getEntriesByType('navigation')[0].domContentLoadedEventEnd")
    assert (draw_pictures < 1000, ready < 5000) == (True, True), (draw_pictures, ready)


def test_what_could_not_run_is_told_first(visit: Open) -> None:
    """The verdict is then that there is none."""
    shown = material(3)
    report = changed(pages.report((), shown.dataset), unmeasured=(Unmeasured(case="s0001", error="out of memory"),))
    page = visit(html.render(report, shown)).page
    assert page.locator("h1").inner_text() == "Could not be judged in full"
    assert page.locator(".stopped dd").inner_text() == "out of memory"
    assert page.locator(".none").inner_text() == "Nothing was found."


def test_each_case_is_counted_once(visit: Open) -> None:
    """By the worst that stands in it; one that is listed, but not there, is none of those that were audited."""
    shown = material(12)
    found = (*FINDINGS, pages.finding("case-missing", case="s0100", structures=()))
    page = visit(html.render(changed(pages.report(found, shown.dataset), absent=("s0100",)), shown)).page
    assert [text.strip() for text in page.locator(".legend li").all_inner_texts()] == [
        "8 cases with an error",
        "4 cases without findings",
        "1 case without a folder",
    ]
    assert page.locator(".map:not(.legend *) a").count() == 13


def test_a_case_that_was_not_judged_is_not_clean(visit: Open) -> None:
    """A part of a dataset passes in part, and whoever was left out has a state of its own, and no tick."""
    shown = material(4)
    left_out = changed(
        pages.report((), shown.dataset),
        absent=("s0001",),
        unaudited=("s0002",),
        unmeasured=(Unmeasured(case="s0003", error="out of memory"),),
        scope=Scope(checks=98, checks_in_all=98, cases=2, cases_in_all=4),
    )
    page = visit(html.render(left_out, shown), "#case-s0001").page
    assert page.locator("#case h3").first.inner_text() == "No folder"
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
    assert page.locator("h1").inner_text() == "Passes the gate 'error' in part"
    assert page.locator(".lead").inner_text() == "No finding of severity error. Partial: 2 of 4 cases."


def test_pictures_are_seen(visit: Open) -> None:
    """In the list, and larger when pressed."""
    page = visit(page_of()).page
    image = page.locator("#findings .picture img").first
    image.scroll_into_view_if_needed()
    page.wait_for_timeout(100)
    assert image.evaluate("image => image.naturalWidth") == Image.open(io.BytesIO(picture())).width
    image.click()
    assert page.locator("#zoom[open] img").count() == 1
