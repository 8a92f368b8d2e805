"""``segaudit diff``: each format compared byte for byte, and the command as a user types it."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner, Result
from hypothesis import given
from msgspec.structs import replace
from rich.cells import cell_len
from rich.console import Console

from segaudit.cli import main
from segaudit.compare import compare
from segaudit.model import Report, Severity
from segaudit.model.difference import Difference
from segaudit.reports import machine
from segaudit.reports.difference import markdown, page, terminal
from segaudit.reports.page import bundle
from segaudit.testing.small import SHAPE, write_small, write_volume
from tests.support.reports import FINDINGS, HEALTHY, REPORT, STATISTICS, names, reports, shifted, trimmed

GOLDEN = Path(__file__).parent / "golden_difference"
FACTS: dict[str, int] = {"images": 1230, "images_measured": 1227, "train": 1082, "structures": 117, "slices": 312_400}
GROWN = {"present": {"mean": 180.0, "median": 160.1, "std": 98.5, "min": None, "max": 2542.37}}
OLD = replace(REPORT, cases=("s0051", "s0052", "s0099", "s0327"), unmeasured=())
NEW = replace(
    REPORT,
    dataset="Totalsegmentator_dataset_v3",
    contract="totalsegmentator-v3",
    findings=(
        *FINDINGS[:4],
        *map(shifted, range(60, 72)),
        shifted(99),
        replace(FINDINGS[25], structures=("structure_001", "structure_999"), merged=2),
        replace(FINDINGS[26], waived="known"),
    ),
    cases=("s0051", "s0099", "s0327", "s0400"),
    statistics=STATISTICS
    | {
        "facts": FACTS,
        "structures": [
            {"label": 1, "structure": "spleen", "occurrence": 871, "presence_rate": 70.9046, "volume_ml": GROWN}
        ],
    },
)
DIFFERENCE = compare(OLD, NEW, Severity.ERROR, 1.0)
SAME = compare(HEALTHY, HEALTHY, Severity.ERROR, 1.0)


def printed(difference: Difference, width: int) -> str:
    """Print a difference on a console of a width."""
    console = Console(width=width, color_system=None)
    with console.capture() as capture:
        console.print(terminal.render(difference))
    return capture.get()


FORMS = {
    "difference.json": machine.render(DIFFERENCE),
    "difference.md": markdown.render(DIFFERENCE),
    "difference.html": page.render(DIFFERENCE),
    "terminal-80.txt": trimmed(printed(DIFFERENCE, 80)),
    "terminal-140.txt": trimmed(printed(DIFFERENCE, 140)),
    "same.txt": trimmed(printed(SAME, 80)),
    "same.md": markdown.render(SAME),
}


@pytest.mark.parametrize("name", FORMS)
def test_the_text_is_the_one_that_is_kept(name: str) -> None:
    """Each format equals its golden file; a missing file is written for review, and the test fails."""
    path = GOLDEN / name
    missing = not path.exists()
    if missing:
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(FORMS[name].encode())
    assert path.read_bytes().decode() == FORMS[name]
    assert not missing, f"{path} was not there and is written now: read it, then keep it"


def test_no_kept_file_is_left_over() -> None:
    """Every golden file is compared with something."""
    assert {path.name for path in GOLDEN.iterdir()} == set(FORMS)


class Page(HTMLParser):
    """A page as a browser parses it: its elements, and its text."""

    def __init__(self, text: str) -> None:
        """Read a page."""
        super().__init__()
        self.elements: set[str] = set()
        self.attributes: set[str] = set()
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Record an element."""
        self.elements.add(tag)
        self.attributes |= {name for name, _ in attrs}


@given(reports(names), reports(names))
def test_no_name_is_more_than_text(old: Report, new: Report) -> None:
    """Names never add an element or attribute to the page, or a line that is too wide for the terminal."""
    difference = compare(old, new, Severity.ERROR, 1.0)
    read = Page(page.render(difference))
    assert read.elements <= Page(FORMS["difference.html"]).elements
    assert read.attributes <= Page(FORMS["difference.html"]).attributes
    assert all(line.isprintable() and cell_len(line) <= 100 for line in printed(difference, 100).split("\n"))


def test_the_page_asks_for_nothing() -> None:
    """It has no script, and nothing that a browser would fetch."""
    text = FORMS["difference.html"]
    assert not {"script", "img", "link", "iframe"} & Page(text).elements
    assert re.findall(r"https?:|url\(|@import", text) == []
    assert "default-src 'none'; style-src 'sha256-" in text


def test_it_looks_like_the_report() -> None:
    """Its colours and its type are those of report.html, from the same files."""
    assert bundle.style(("tokens", "base")) in FORMS["difference.html"]
    assert bundle.style(("tokens", "base")) in bundle.style(bundle.STYLES)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with a clean dataset, one in which two defects are, and the reports of both."""
    folder = tmp_path_factory.mktemp("small")
    write_small(folder)
    shutil.copytree(folder / "dataset", folder / "worse")
    (folder / "worse/s0001/segmentations/liver.nii.gz").write_bytes(b"")
    shutil.rmtree(folder / "worse/s0002")
    for name in ("dataset", "worse"):
        options = ("--contract", folder / "contract.toml", "--output", folder / f"of-{name}")
        run("audit", folder / name, *options)
    return folder


@pytest.fixture
def here(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Go to that folder."""
    monkeypatch.chdir(folder)
    return folder


def run(*arguments: str | Path) -> Result:
    """Run segaudit; whatever is wrong, no exception may reach the user."""
    result = CliRunner().invoke(main, [str(argument) for argument in arguments])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result


@pytest.mark.usefixtures("here")
def test_two_reports() -> None:
    """The same reports either way: worse, then better."""
    worse = run("diff", "of-dataset", "of-worse/report.json", "--format", "json")
    assert (worse.exit_code, worse.stderr) == (1, "")
    difference = json.loads(worse.stdout)
    found = [(f["check"], f["case"], f["structure"]) for f in difference["new_findings"]]
    assert found == [("file-empty", "s0001", "liver"), ("case-missing", "s0002", "")]
    assert (difference["cases_gone"], difference["verdict"]) == (["s0002"], "worse")
    better = run("diff", "of-worse", "of-dataset", "--format", "json")
    assert (better.exit_code, [f["check"] for f in json.loads(better.stdout)["fixed"]]) == (
        0,
        ["file-empty", "case-missing"],
    )


@pytest.mark.usefixtures("here")
def test_a_report_and_a_dataset(tmp_path: Path) -> None:
    """A dataset is audited first, and nothing is left behind without an output folder."""
    before = sorted(Path().iterdir())
    assert run("diff", "of-dataset", "worse", "--contract", "contract.toml").exit_code == 1
    assert sorted(Path().iterdir()) == before
    result = run("diff", "dataset", "worse", "--contract", "contract.toml", "--output", tmp_path / "kept")
    assert result.exit_code == 1
    assert result.stdout.startswith("WORSE at the gate 'error': 2 new findings\n")
    assert sorted(path.name for path in (tmp_path / "kept").iterdir()) == ["new", "old"]
    assert (tmp_path / "kept/new/report.json").is_file()
    kept = {path: path.read_bytes() for path in (tmp_path / "kept/old").glob("*.*")}
    assert run("diff", "nowhere", "worse", "--output", tmp_path / "kept").exit_code == 2
    assert {path: path.read_bytes() for path in (tmp_path / "kept/old").glob("*.*")} == kept


@pytest.mark.usefixtures("here")
def test_a_damaged_file_fixes_nothing(tmp_path: Path) -> None:
    """Findings about a mask that became unreadable are no longer judged; the case counts as changed."""
    options = ("--contract", "contract.toml", "--output")
    shutil.copytree("dataset", tmp_path / "data")
    liver = tmp_path / "data/s0001/segmentations/liver.nii.gz"
    write_volume(liver, np.full(SHAPE, 2, np.uint8))
    run("audit", tmp_path / "data", *options, tmp_path / "old")
    liver.write_bytes(liver.read_bytes()[:-20])
    run("audit", tmp_path / "data", *options, tmp_path / "new")
    difference = json.loads(run("diff", tmp_path / "old", tmp_path / "new", "--format", "json").stdout)
    assert difference["cases_changed"] == ["s0001"]
    assert [found["check"] for found in difference["new_findings"]] == ["file-truncated"]
    assert difference["fixed"] == []
    assert "mask-values" in [found["check"] for found in difference["unjudged"]]
    assert "1 with other files (s0001)" in " ".join(run("diff", tmp_path / "old", tmp_path / "new").stdout.split())


@pytest.mark.usefixtures("here")
@pytest.mark.parametrize("form", ["text", "markdown", "html"])
def test_forms(form: str) -> None:
    """Each says what is new."""
    result = run("diff", "of-dataset", "of-worse", "--format", form)
    assert (result.exit_code, "case-missing" in result.stdout) == (1, True)


@pytest.mark.usefixtures("here")
def test_the_gate() -> None:
    """It is that of the new audit, unless another one is given."""
    report = json.loads(Path("of-worse/report.json").read_text())
    report["findings"] = [dict(finding, severity="warning") for finding in report["findings"]]
    Path("warned.json").write_text(json.dumps(report))
    assert run("diff", "of-dataset", "warned.json").exit_code == 0
    assert run("diff", "of-dataset", "warned.json", "--gate", "warning").exit_code == 1
    Path("warned.json").write_text(json.dumps(report | {"gate": "warning"}))
    assert run("diff", "of-dataset", "warned.json").exit_code == 1


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            '{"segaudit": "9.0", "format": 3}',
            "odd.json: is a report of format 3, written by segaudit 9.0; expected format 2 or 1",
        ),
        ('{"segaudit": "9.0", "format": 2}', "odd.json: is no report of segaudit: Object missing required field"),
        ('{"segaudit": "9.0", "format": 1}', "odd.json: is no report of segaudit: Object missing required field"),
        ("[]", "odd.json: is no report of segaudit: Expected `object`, got `array`"),
        ("not JSON", "odd.json: is no report of segaudit: JSON is malformed"),
        ("\udcff", "odd.json: is no report of segaudit"),
        (None, "odd.json: cannot be read: No such file or directory"),
    ],
)
def test_what_is_no_report(here: Path, text: str | None, message: str) -> None:
    """A message says what it is instead, and the exit code is 2."""
    odd = here / "odd.json"
    odd.unlink(missing_ok=True)
    if text is not None:
        odd.write_bytes(text.encode(errors="surrogateescape"))
    result = run("diff", "of-dataset", "odd.json")
    assert (result.exit_code, message in result.stderr) == (2, True), result.stderr


def test_findings_of_a_check_that_is_not_listed(here: Path) -> None:
    """Nobody knows what they mean: a report that lists the checks without theirs is refused."""
    report = json.loads((here / "of-worse/report.json").read_text())
    found = min(finding["check"] for finding in report["findings"])
    report["checks"] = [check for check in report["checks"] if check["id"] != found]
    (here / "odd.json").write_text(json.dumps(report))
    message = f"odd.json: is no report of segaudit: it has findings of {found}, but does not list this check"
    assert message in run("diff", "of-dataset", "odd.json").stderr


def test_odd_statistics_are_no_report(here: Path) -> None:
    """A report with statistics in another format is refused like a file that is not a report."""
    report = json.loads((here / "of-worse/report.json").read_text()) | {"statistics": {"facts": []}}
    (here / "odd.json").write_text(json.dumps(report))
    assert "odd.json: is no report of segaudit: Expected `object`" in run("diff", "of-dataset", "odd.json").stderr


@pytest.mark.usefixtures("here")
def test_an_audit_that_did_not_end() -> None:
    """An output folder without a report is recognised; a path that does not exist is refused like any dataset's."""
    shutil.copytree("of-worse/measurements", "stopped/measurements")
    assert "stopped: holds measurements, but no report.json" in run("diff", "of-dataset", "stopped").stderr
    assert "nowhere: there is no such folder" in run("diff", "of-dataset", "nowhere").stderr


@pytest.mark.usefixtures("here")
def test_the_program_itself() -> None:
    """The exit code is that of the process."""
    command = [sys.executable, "-m", "segaudit", "diff", "of-dataset", "of-worse"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (1, "")
