"""What no name in a dataset can do to a report: JUnit, CSV, Markdown, the terminal."""

from __future__ import annotations

import csv

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from msgspec.structs import replace
from rich.cells import cell_len
from rich.console import Console
from rich.text import Text

from segaudit.model import Report, Severity
from segaudit.model.words import printable
from segaudit.reports import findings_csv, markdown, phrases, terminal
from segaudit.reports.spreadsheet import sheet
from tests.support.reports import REPORT, names, printed, reports, xml


def test_junit_maps_outcomes_to_elements() -> None:
    """Each outcome has its element: findings at the gate fail, those below pass and are listed."""
    cases = {case.attrib["name"]: [child.tag for child in case] for case in xml(REPORT).iter("testcase")}
    assert cases == {
        "case-unlisted": [],
        "file-unexpected::s0004": ["failure"],
        "file-corrupt::s0864": ["failure"],
        "meta-missing": ["skipped"],
        "meta-vocabulary::s0012": ["system-out"],
        "affine-nonorthonormal": ["error"],
        "affine-skewed::s0327": ["system-out"],
        **{f"mask-off-grid::s00{case}": ["failure"] for case in range(51, 72)},
        "mask-off-grid::s0099": ["skipped"],
        "mask-dtype::s0327": ["system-out"],
        "masks-overlap-large::s0327": ["skipped"],
        "published-inconsistent": ["system-out"],
        "s0100": ["error"],
    }


def test_junit_follows_the_gate() -> None:
    """With the gate at warning, warnings fail too; info never does."""
    names = {case.attrib["name"] for case in xml(replace(REPORT, gate=Severity.WARNING)).iterfind(".//failure/..")}
    assert {"meta-vocabulary::s0012", "mask-dtype::s0327", "published-inconsistent"} < names
    assert "affine-skewed::s0327" not in names


@given(reports(names))
def test_junit_is_xml_and_its_totals_are_true(report: Report) -> None:
    """Whatever the names, the file parses, and the totals of each suite count what is in it."""
    root = xml(report)
    counted = {"tests": ".//testcase", "failures": ".//failure", "errors": ".//error"}
    for suite in (root, *root):
        assert {key: suite.get(key) for key in counted} == {k: str(len(suite.findall(v))) for k, v in counted.items()}
    assert [suite.get("name") for suite in root] == sorted({case.attrib["classname"] for case in root.iter("testcase")})


@given(reports(names))
def test_csv_has_a_line_for_each_finding(report: Report) -> None:
    """No name breaks a line or adds a column."""
    rows = list(csv.reader(findings_csv.render(report).splitlines()))
    assert [len(row) for row in rows] == [15] * (len(report.findings) + 1)


@given(names)
def test_csv_keeps_text_and_disarms_formulas(text: str) -> None:
    """Without its apostrophe a cell is the text again, and none begins like a formula."""
    _, [cell] = csv.reader(sheet(("text",), [(text,)]).splitlines())
    assert cell.removeprefix("'") == printable(text)
    assert not cell.startswith(("=", "+", "-", "@"))


def test_csv_keeps_numbers() -> None:
    """A negative number is a number, and what is not there is an empty cell."""
    assert sheet(("a", "b", "c", "d"), [(-1.5, 3, None, "-1024")]) == "a,b,c,d\n-1.5,3,,'-1024\n"


@given(st.lists(st.tuples(names, names), min_size=1, max_size=4))
def test_markdown_shows_data_as_they_are(rows: list[tuple[str, str]]) -> None:
    """No name starts a cell, a span, a link or HTML: each cell is the one text that was put in."""
    tokens = MarkdownIt("commonmark").enable("table").parse(markdown.table(("first", "second"), rows))
    spans = [[child.content for child in token.children or ()] for token in tokens if token.type == "inline"]
    cells = [phrases.visible(cell).strip() for row in (("first", "second"), *rows) for cell in row]
    assert spans == [[cell] if cell else [] for cell in cells]


@given(reports(names), st.integers(60, 200))
def test_terminal_keeps_to_its_width_and_to_printable_characters(report: Report, width: int) -> None:
    """No name reaches the terminal as a command, and no line is wider than the terminal."""
    lines = printed(report, width).split("\n")
    assert all(line.isprintable() and cell_len(line) <= width for line in lines)


@pytest.mark.parametrize("width", [60, 80, 200])
def test_names_are_whole(width: int) -> None:
    """A line breaks between two structures, never inside of one."""
    name, text = "s9001/lung_lower_lobe_left, spleen", "they share 12 ml, " * 20
    console = Console(width=width, color_system=None)
    with console.capture() as capture:
        console.print(terminal.grid([(name, text)]))
    assert "s9001/lung_lower_lobe_left, " in capture.get()


def test_terminal_has_colours_where_the_console_has() -> None:
    """The same words, with colours around them."""
    coloured = printed(REPORT, 80, colour=True)
    assert coloured.startswith("\x1b[1;31mDo not release: ")
    assert Text.from_ansi(coloured).plain.split() == printed(REPORT, 80).split()
