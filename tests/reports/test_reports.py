"""Reports: one report text in each form, compared byte for byte, and what no name in a dataset can break."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from markdown_it import MarkdownIt
from msgspec.structs import replace
from rich.cells import cell_len
from rich.console import Console
from rich.text import Text

from segaudit import schemas
from segaudit.model import CheckResult, Counts, Outcome, Report, ReportedFinding, Scope, Severity, Unmeasured
from segaudit.reports import findings_csv, github, junit, machine, markdown, phrases, sarif, summary, tables, terminal
from segaudit.reports.phrases import message
from segaudit.reports.spreadsheet import sheet
from segaudit.reports.write import FILES, write

GOLDEN = Path(__file__).parent / "golden"
SCHEMA = Path(schemas.__path__[0]) / "report.schema.json"
HOSTILE = "=cmd|' /C calc'!A0 </failure> `x` [a](b) *b* &lt; \n\x1b[31m\u202e.nii.gz"
STRUCTURES = tuple(f"structure_{number:03}" for number in range(1, 118))
FOLDER = Path("segaudit-report")


def ended(check: str, family: str, severity: Severity, outcome: Outcome, summary: str, **counts: Any) -> CheckResult:  # noqa: ANN401 (any field)
    """Build how a check ended: with no findings unless text otherwise."""
    fields = {"findings": 0, "waived": 0} | counts
    return CheckResult(id=check, family=family, severity=severity, outcome=outcome, summary=summary, **fields)


def finding(check: str, severity: Severity, message: str, **fields: Any) -> ReportedFinding:  # noqa: ANN401 (any field)
    """Build a finding: nowhere, with nothing observed or expected and not waived unless text otherwise."""
    blank: dict[str, Any] = {"case": "", "structures": (), "files": ()}
    blank |= dict.fromkeys(("observed", "expected", "waived"))
    return ReportedFinding(check=check, severity=severity, message=message, **(blank | fields))


def shifted(case: int) -> ReportedFinding:
    """Build the finding of a mask that lies beside its CT."""
    message = f"the worst corner lies {case - 50}.5 mm from where the CT's affine puts it, expected at most 0.1 mm"
    place = {"case": f"s00{case}", "structures": ("liver",), "files": (f"s00{case}/segmentations/liver.nii.gz",)}
    spot = {"voxel": (80, 91, case), "position_mm": (12.4, -30.0, 1.5 * case)}
    return finding("mask-off-grid", Severity.ERROR, message, **place, **spot, observed=case - 49.5, expected=0.1)


CHECKS = (
    ended("case-unlisted", "layout", Severity.ERROR, Outcome.CLEAN, "A case is not in the metadata."),
    ended("file-unexpected", "layout", Severity.ERROR, Outcome.FOUND, "A file has no place.", findings=1),
    ended("file-corrupt", "integrity", Severity.ERROR, Outcome.FOUND, "A file's stream is damaged.", findings=1),
    ended("meta-missing", "metadata", Severity.ERROR, Outcome.NOT_APPLICABLE, "There is no metadata."),
    ended("meta-vocabulary", "metadata", Severity.WARNING, Outcome.FOUND, "A word is not known.", findings=1),
    ended(
        "affine-nonorthonormal", "geometry", Severity.ERROR, Outcome.COULD_NOT_RUN, "Axes are not at right angles.",
        error="ZeroDivisionError: division by zero (in s0007)",
    ),
    ended("affine-skewed", "geometry", Severity.INFO, Outcome.FOUND, "Axes are nearly at right angles.", findings=1),
    ended(
        "mask-off-grid", "alignment", Severity.ERROR, Outcome.FOUND, "A mask's affine differs from its CT's.",
        findings=21, waived=1,
    ),
    ended("mask-dtype", "labels", Severity.WARNING, Outcome.FOUND, "A mask has another type.", findings=1),
    ended("masks-overlap-large", "labels", Severity.ERROR, Outcome.WAIVED, "Two masks share many voxels.", waived=1),
    ended("published-inconsistent", "published", Severity.WARNING, Outcome.FOUND, "A table is wrong.", findings=1),
)  # fmt: skip

FINDINGS = (
    finding(
        "file-corrupt", Severity.ERROR, "the deflate stream breaks at byte 18,874,368 of 25,165,824",
        case="s0864", files=("s0864/ct.nii.gz",), observed=18874368, expected=25165824,
    ),
    finding(
        "file-unexpected", Severity.ERROR, "no structure of the contract has this name",
        case="s0004", files=(f"s0004/{HOSTILE}",),
    ),
    *map(shifted, range(51, 72)),
    replace(shifted(99), waived="rounding of an old exporter"),
    finding(
        "masks-overlap-large", Severity.ERROR, "they share 12.3 % of the smaller one, expected at most 10 %",
        case="s0327", structures=("heart", "inferior_vena_cava"), observed=0.123, expected=0.1,
        waived="the heart has a rim",
    ),
    finding(
        "mask-dtype", Severity.WARNING, "float64, expected uint8",
        case="s0327", structures=STRUCTURES, merged=117, observed="float64", expected="uint8",
    ),
    finding(
        "meta-vocabulary", Severity.WARNING, "study_type is 'ct thorax ', expected one of 16 study types",
        case="s0012", files=("meta.csv",), observed="ct thorax ",
    ),
    finding(
        "published-inconsistent", Severity.WARNING, "presence rate 82.92 %, expected 74.81 % for 900 of 1,203 images",
        structures=("lung_lower_lobe_left",), observed=82.92, expected=74.81,
    ),
    finding(
        "affine-skewed", Severity.INFO, "max |R'R - I| is 6.1e-05",
        case="s0327", structures=STRUCTURES, merged=117, observed=6.1e-05, expected=1e-05,
    ),
)  # fmt: skip

UNDEFINED = {"present": dict.fromkeys(("mean", "median", "std", "min", "max"))}
SPLEEN = {"present": {"mean": 176.338, "median": 160.0, "std": 98.5, "min": 0.5, "max": 2542.37}}
STATISTICS = {
    "facts": {"images": 1228, "images_measured": 1227, "train": 1082, "@": 1, "structures": 117, "slices": 312_400},
    "resolution": [
        {"statistic": "min", "spacing_mm": [1.5, 1.5, 1.5], "size": [47.0, 48.0, 29.0]},
        {"statistic": "median", "spacing_mm": [1.5, 1.5, 1.5], "size": [241.5, 231.0, 231.0]},
        {"statistic": "max", "spacing_mm": [1.5, 1.5, None], "size": [499.0, 430.0, 1051.0]},
    ],
    "structures": [
        {"label": 1, "structure": "spleen", "occurrence": 870, "presence_rate": 70.9046, "volume_ml": SPLEEN},
        {"label": 2, "structure": "a|b", "occurrence": 0, "presence_rate": None, "volume_ml": UNDEFINED},
    ],
}  # fmt: skip

REPORT = Report(
    segaudit="0.1.0",
    format=2,
    contract="totalsegmentator-v2",
    dataset="Totalsegmentator_dataset_v201",
    gate=Severity.ERROR,
    counts=Counts(cases=1228, files=144_903, masks=143_676, error=23, warning=3, info=1, waived=2),
    checks=CHECKS,
    findings=FINDINGS,
    unmeasured=(Unmeasured(case="s0100", error="PermissionError: s0100/ct.nii.gz: permission denied"),),
    statistics=STATISTICS,
)
HEALTHY = replace(
    REPORT,
    counts=replace(REPORT.counts, error=0, warning=0, info=0, waived=0),
    checks=CHECKS[:1],
    findings=(),
    unmeasured=(),
)

WHOLE = Scope(checks=98, checks_in_all=98, cases=1228, cases_in_all=1228)
PARTIAL = replace(HEALTHY, scope=replace(WHOLE, checks=8, cases=1, select=("metadata",), case_glob="s0300"))


def printed(report: Report, width: int, *, colour: bool = False) -> str:
    """Print a report on a console of a width."""
    console = Console(width=width, color_system="standard" if colour else None, force_terminal=colour)
    with console.capture() as capture:
        console.print(terminal.render(report, FOLDER))
    return capture.get()


def trimmed(text: str) -> str:
    """Leave out the blanks that end a line: no kept file has any."""
    return "".join(f"{line.rstrip()}\n" for line in text.splitlines())


def xml(report: Report) -> ET.Element:
    """Read back the JUnit report."""
    return ET.fromstring(junit.render(report))  # noqa: S314 (written a line above)


EXPLANATIONS = {
    "mask-off-grid": "A mask's affine differs from its CT's.\n\nWhy it matters: the mask lies beside the organ."
}

FORMS = {
    **{name: render(REPORT) for name, render in FILES.items()},
    "findings.sarif": sarif.render(REPORT, EXPLANATIONS),
    "github.txt": github.render(REPORT),
    "healthy.md": summary.render(HEALTHY),
    "healthy.txt": trimmed(printed(HEALTHY, 80)),
    "terminal-80.txt": trimmed(printed(REPORT, 80)),
    "terminal-140.txt": trimmed(printed(REPORT, 140)),
    "block.txt": trimmed(terminal.block(CHECKS[7], FINDINGS[2:23], 3)),
    "tables.md": tables.markdown(STATISTICS),
    "tables.csv": tables.csv(STATISTICS),
    "tables.json": tables.json(STATISTICS),
}

KEPT = {GOLDEN / name: text for name, text in FORMS.items()} | {
    SCHEMA: msgspec.json.format(msgspec.json.encode(machine.schema()), indent=2).decode() + "\n"
}


@pytest.mark.parametrize("path", KEPT, ids=lambda path: path.name)
def test_the_text_is_the_one_that_is_kept(path: Path) -> None:
    """Each form equals its kept file; one that is missing is written, for a person to read, and fails."""
    missing = not path.exists()
    if missing:
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(KEPT[path].encode())
    assert path.read_bytes().decode() == KEPT[path]
    assert not missing, f"{path} was not there and is written now: read it, then keep it"


def test_no_kept_file_is_left_over() -> None:
    """Every kept file is compared with something."""
    assert {path.name for path in GOLDEN.iterdir()} == set(FORMS)


# What a dataset can bring: any text in any field, lone surrogates (bytes of a name that are not UTF-8) among it.

texts = st.text(max_size=20) | st.sampled_from([HOSTILE, "a, b, c, d", "'", "|", "\\", "-1024"])
names = texts | st.text(st.characters(), max_size=20)
numbers = st.integers(-(2**63), 2**64 - 1) | st.floats(allow_nan=False, allow_infinity=False)


def _counted(finding: ReportedFinding) -> ReportedFinding:
    """Return a finding that stands for as many as it names, or is a part of one that does."""
    return replace(finding, merged=max(finding.merged, len(finding.names)) if finding.merged and finding.names else 0)


@st.composite
def reports(draw: st.DrawFn, text: st.SearchStrategy[str]) -> Report:
    """Draw the example with another dataset, gate, findings and cases that could not be measured."""
    values = st.none() | text | numbers
    fields: dict[str, Any] = {"case": text, "message": text, "merged": st.integers(0, 4), "with_ct": st.booleans()}
    fields |= dict.fromkeys(("structures", "files"), st.lists(text.filter(bool), max_size=4).map(tuple))
    fields |= {"observed": values, "expected": values, "waived": st.none() | text}
    checks = st.sampled_from([check.id for check in CHECKS])
    found = draw(
        st.lists(st.builds(ReportedFinding, check=checks, severity=st.just(Severity.ERROR), **fields), max_size=6)
    )
    unmeasured = draw(st.lists(st.builds(Unmeasured, case=text, error=text), max_size=2))
    return replace(
        REPORT,
        dataset=draw(text),
        gate=draw(st.sampled_from([Severity.ERROR, Severity.WARNING])),
        findings=tuple(sorted(map(_counted, found), key=lambda finding: (finding.check, finding.case))),
        unmeasured=tuple(unmeasured),
    )


@pytest.mark.parametrize(
    ("fields", "text"),
    [
        ({}, "odd"),
        ({"case": "s1", "structures": ("a", "b")}, "odd"),
        ({"case": "s1", "structures": ("a", "b"), "merged": 2}, "2 masks: odd"),
        ({"case": "s1", "structures": ("a",), "merged": 1, "with_ct": True}, "CT and 1 mask: odd"),
        ({"case": "s1", "structures": ("a", "b"), "merged": 2, "with_ct": True}, "CT and 2 masks: odd"),
        ({"structures": ("a", "b"), "merged": 2}, "2 structures: odd"),
        ({"case": "s1", "files": ("a", "b"), "merged": 2}, "2 files: odd"),
        ({"case": "s1", "structures": ("a",), "merged": 3}, "1 of 3 masks: odd"),
        ({"case": "s1", "structures": ("a", "b"), "merged": 3, "with_ct": True}, "2 of CT and 3 masks: odd"),
        ({"case": "s1", "files": ("a",), "merged": 2}, "1 of 2 files: odd"),
    ],
)
def test_a_message_says_what_it_is_true_of(fields: dict[str, Any], text: str) -> None:
    """What is merged is counted by what it is, and a part of it says of how many."""
    assert message(finding("mask-dtype", Severity.WARNING, "odd", **fields)) == text


def test_json_joins_what_people_read() -> None:
    """Beside the fields stand the texts that other reports show, in a report and in a difference alike."""
    one = finding("mask-dtype", Severity.WARNING, "odd", case="s1", structures=("a", "b"), merged=2)
    written = json.loads(machine.render(replace(REPORT, findings=(one,))))["findings"][0]
    assert (written["structure"], written["file"], written["message"]) == ("a, b", "", "2 masks: odd")
    assert (written["structures"], written["files"], written["cause"]) == (["a", "b"], [], "odd")


def test_json_follows_its_schema() -> None:
    """The example is an instance of the kept schema, and the schema is a schema."""
    schema = msgspec.json.decode(SCHEMA.read_bytes())
    Draft202012Validator.check_schema(schema)
    Draft202012Validator(schema).validate(msgspec.json.decode(machine.render(REPORT)))


def test_json_without_a_field_breaks_the_schema() -> None:
    """The schema asks for every field of a finding."""
    report = msgspec.json.decode(machine.render(REPORT))
    del report["findings"][0]["message"]
    errors = Draft202012Validator(machine.schema()).iter_errors(report)
    assert [error.message for error in errors] == ["'message' is a required property"]


@given(reports(texts))
def test_json_gives_the_report_back(report: Report) -> None:
    """What is written is read back as it was."""
    assert msgspec.json.decode(machine.render(report).encode(), type=Report) == report


def test_json_tells_what_json_has_no_place_for() -> None:
    """Numbers that are not finite become null, and bytes of a name that are not UTF-8 become escapes."""
    odd = replace(FINDINGS[0], observed=float("nan"), expected=float("-inf"), files=("s0864/\udce9.nii.gz",))
    read = msgspec.json.decode(machine.render(replace(REPORT, findings=(odd,))), type=Report)
    assert read.findings == (replace(odd, observed=None, expected=None, files=("s0864/\\udce9.nii.gz",)),)


def test_junit_maps_outcomes_to_elements() -> None:
    """Each outcome has its element: findings at the gate fail, those below pass and are text."""
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
    assert cell.removeprefix("'") == phrases.printable(text)
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
    assert coloured.startswith("\x1b[1;31mDOES NOT PASS the gate 'error'")
    assert Text.from_ansi(coloured).plain.split() == printed(REPORT, 80).split()


def test_write_replaces_the_files(tmp_path: Path) -> None:
    """Every form is written as it is rendered, over what was there, and nothing else is left behind."""
    folder = tmp_path / "new" / "report"
    write(HEALTHY, folder)
    paths = write(REPORT, folder)
    assert {path.name: path.read_bytes().decode() for path in paths} == {name: FORMS[name] for name in FILES}
    assert sorted(paths) == sorted(folder.iterdir())


@pytest.mark.parametrize(
    ("fields", "place", "text"),
    [
        ({}, "dataset", "wrong"),
        ({"case": "s0051"}, "s0051", "wrong"),
        ({"case": "s0051", "files": ("s0051/ct.nii.gz",)}, "s0051/ct.nii.gz", "wrong"),
        ({"case": "s0051", "structures": ("liver",), "files": ("s0051/a.nii.gz",)}, "s0051/liver", "wrong"),
        ({"case": "s0051", "structures": ("aorta", "heart")}, "s0051/aorta, heart", "wrong"),
        ({"case": "s0051", "structures": ("a", "b", "c")}, "s0051", "wrong (a, b, c)"),
        ({"case": "s0051", "structures": ("a", "b", "c", "d")}, "s0051", "wrong (a, b, c, ...)"),
        ({"files": ("a", "b", "c", "d")}, "dataset", "wrong (a, b, c, ...)"),
        ({"structures": ("liver",)}, "liver", "wrong"),
        ({"files": ("meta.csv",)}, "meta.csv", "wrong"),
        ({"case": "s0051", "files": ("meta.csv",)}, "s0051, meta.csv", "wrong"),
        ({"case": "s0051", "waived": "seen"}, "s0051", "wrong (waived: seen)"),
    ],
)
def test_place_and_text_of_a_finding(fields: dict[str, Any], place: str, text: str) -> None:
    """A place names case and structure, or file; what a finding merges is listed behind its message."""
    found = finding("mask-tiny", Severity.WARNING, "wrong", **fields)
    assert (phrases.subject(found), phrases.text_of(found)) == (place, text)


@pytest.mark.parametrize(
    ("report", "verdict"),
    [
        (HEALTHY, "PASSES the gate 'error'"),
        (REPORT, "DOES NOT PASS the gate 'error': 23 findings; 1 check and 1 case could not run"),
        (replace(HEALTHY, findings=FINDINGS[:1]), "DOES NOT PASS the gate 'error': 1 finding"),
        (replace(HEALTHY, findings=FINDINGS[-1:], gate=Severity.WARNING), "PASSES the gate 'warning'"),
        (replace(HEALTHY, unmeasured=REPORT.unmeasured), "DOES NOT PASS the gate 'error': 1 case could not run"),
        (PARTIAL, "PASSES the gate 'error' (partial: 8 of 98 checks, 1 of 1,228 cases)"),
        (
            replace(PARTIAL, findings=FINDINGS[:1]),
            "DOES NOT PASS the gate 'error': 1 finding (partial: 8 of 98 checks, 1 of 1,228 cases)",
        ),
        (replace(HEALTHY, scope=WHOLE), "PASSES the gate 'error'"),
    ],
)
def test_verdict_agrees_with_the_exit_code(report: Report, verdict: str) -> None:
    """It fails for findings at the gate and for what could not run, and says which."""
    assert (phrases.verdict(report), report.exit_code == 0) == (verdict, verdict.startswith("PASSES"))


def test_every_form_says_that_an_audit_is_partial() -> None:
    """Nobody takes a part for the whole, whichever report they read."""
    text = "partial: 8 of 98 checks, 1 of 1,228 cases"
    forms = (printed(PARTIAL, 140), summary.render(PARTIAL), github.render(PARTIAL), junit.render(PARTIAL))
    assert [text in form for form in (*forms, sarif.render(PARTIAL, EXPLANATIONS))] == [True] * 5
    skipped = xml(PARTIAL).find(".//testcase[@classname='segaudit.scope']/skipped")
    assert skipped is not None
    assert skipped.attrib == {"message": text}


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("x" * 300, "x" * 300),
        ("x" * 301, "x" * 297 + "..."),
        ("\x1b" * 20_000_000, "\\x1b" * 74 + "\\..."),
        ("word " * 80, "word " * 58 + "word..."),
        ("x" * 293 + " words beyond", "x" * 293 + "..."),
        ("see https://example.org/" + "x" * 290, "see https://example.org/" + "x" * 273 + "..."),
    ],
    ids=["as long as shown", "longer", "escapes", "words", "the last word", "a long word"],
)
def test_long_text_is_cut(text: str, shown: str) -> None:
    """Of a text of any length, 300 characters are printed, up to a word's end; a cut text is not cut again."""
    assert (phrases.visible(text), phrases.visible(shown)) == (shown, shown)


def test_a_long_message_leaves_room_for_the_place() -> None:
    """Where to look, and why it is accepted, is text also of a finding with many words."""
    spot = {"voxel": (1, 2, 3), "position_mm": (10.0, 20.0, 30.0)}
    found = replace(finding("known-issue", Severity.WARNING, "word " * 80, case="s0001"), waived="seen", **spot)
    text = phrases.text_of(found)
    assert text.endswith(" word... [x 10, y 20, z 30 mm; voxel 1, 2, 3] (waived: seen)")
    assert (len(text) <= 300, phrases.visible(text)) == (True, text)


def test_text_reports_cut_what_tables_keep() -> None:
    """A message and a case of megabytes are short in the reports that are text, and whole in JSON and CSV."""
    found = finding("meta-vocabulary", Severity.WARNING, "x" * (1 << 20), case="y" * (1 << 20))
    report = replace(REPORT, findings=(found,))
    assert max(len(printed(report, 100)), len(junit.render(report)), len(summary.render(report))) < 1 << 15
    assert min(len(machine.render(report)), len(findings_csv.render(report))) > 1 << 21


@given(names)
def test_visible_text_prints_on_one_line(text: str) -> None:
    """Every text becomes printable, encodable, and stays as it is once it is."""
    shown = phrases.visible(text)
    assert shown.isprintable()
    assert phrases.visible(shown.encode().decode()) == shown
