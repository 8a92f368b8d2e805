"""``segaudit audit``: exit codes, reports, and audits of a part."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import numpy as np
import pytest

from segaudit import audit
from segaudit.testing.small import SHAPE, write_volume
from tests.support.commands import run, run_audit


@pytest.mark.usefixtures("here")
def test_audit_of_a_clean_dataset() -> None:
    """The audit passes the gate and writes reports and measurements."""
    result = run_audit("--gate", "warning")
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout.startswith("Fit to release: no error or warning")
    names = sorted(path.name for path in Path("segaudit-report").iterdir())
    assert names == [
        *("breakdown.csv", "exclude.txt", "findings.csv", "findings.sarif", "junit.xml", "measurements"),
        *("report.html", "report.json", "review.csv", "summary.md"),
    ]  # fmt: skip
    measurements = sorted(path.name for path in Path("segaudit-report/measurements").iterdir())
    assert measurements == [
        "cases.csv",
        "last-audit.json",
        "masks.csv",
        "s0000.msgpack",
        "s0001.msgpack",
        "s0002.msgpack",
    ]


@pytest.mark.usefixtures("here")
def test_audit_with_a_finding() -> None:
    """The exit code is 1, the finding is in every report, and a selection can leave it out."""
    Path("dataset/s0001/segmentations/liver.nii.gz").write_bytes(b"")
    result = run_audit()
    assert result.exit_code == 1
    assert "s0001/liver" in result.stdout
    report = json.loads(Path("segaudit-report/report.json").read_text())
    assert [(f["check"], f["case"], f["structure"]) for f in report["findings"]] == [("file-empty", "s0001", "liver")]
    assert "file-empty" in Path("segaudit-report/findings.csv").read_text()
    assert "file-empty" in Path("segaudit-report/junit.xml").read_text()
    assert "file-empty" in Path("segaudit-report/summary.md").read_text()
    assert run_audit("--ignore", "file-empty").exit_code == 0
    assert run_audit("--ignore", "integrity,layout").exit_code == 0
    assert run_audit("--select", "geometry").exit_code == 0
    assert run_audit("--cases", "s0002").exit_code == 0
    assert run_audit("--cases", "s0002/").exit_code == 0  # as a shell completes it
    assert json.loads(run_audit("--format", "json").stdout)["counts"]["error"] == 1
    assert run_audit("--format", "markdown").stdout == Path("segaudit-report/summary.md").read_text()
    assert run_audit("--format", "github").stdout.startswith("::error title=file-empty")


@pytest.mark.usefixtures("here")
def test_an_audit_of_a_part_says_so() -> None:
    """The verdict says how much was judged; the report has the selection and the cases that were left out."""
    every = json.loads(run_audit("--format", "json").stdout)
    assert (every["unaudited"], every["scope"]["select"], every["scope"]["case_glob"]) == ([], [], "*")
    checks = every["scope"]["checks_in_all"]
    assert every["scope"]["checks"] == checks
    part = run_audit("--select", "ct-range,split-count", "--cases", "s0001")
    assert part.stdout.startswith(f"No error found (partial: 2 of {checks} checks, 1 of 3 cases)")
    report = json.loads(Path("segaudit-report/report.json").read_text())
    assert (report["cases"], report["unaudited"]) == (["s0001"], ["s0000", "s0002"])
    assert report["scope"] == {
        "checks": 2, "checks_in_all": checks, "cases": 1, "cases_in_all": 3,
        "select": ["ct-range", "split-count"], "ignore": [], "case_glob": "s0001",
    }  # fmt: skip
    assert run_audit("--ignore", "privacy").stdout.startswith(f"No error found (partial: {checks - 1} of ")


@pytest.mark.usefixtures("here")
@pytest.mark.parametrize(
    "arguments",
    [
        ("dataset", "--contract", "no.toml"),
        ("nowhere",),
        ("dataset", "--verify", "--no-cache"),
        ("dataset", "--contract", "contract.toml", "--waivers", "no.toml"),
        ("dataset", "--select", "no-such-check"),
        ("dataset", "--contract", "contract.toml", "--output", "dataset"),
        ("--published-only",),
    ],
)
def test_a_mistake_keeps_the_last_reports(arguments: tuple[str, ...]) -> None:
    """What is refused is refused before anything is written, so that ``--since`` still finds the last report."""
    run_audit()
    before = {path: path.stat().st_mtime_ns for path in Path("segaudit-report").rglob("*")}
    assert run("audit", *arguments).exit_code == 2
    assert {path: path.stat().st_mtime_ns for path in Path("segaudit-report").rglob("*")} == before


@pytest.mark.usefixtures("here")
def test_nothing_is_written_into_a_dataset() -> None:
    """An output folder inside of it is refused, whatever is there."""
    Path("dataset/report.json").write_text("{}")
    assert run("audit", "dataset", "--contract", "contract.toml", "--output", "dataset").exit_code == 2
    assert Path("dataset/report.json").read_text() == "{}"
    assert not Path("dataset/summary.md").exists()


@pytest.mark.usefixtures("here")
def test_verify_says_what_changed() -> None:
    """The changed file is named, besides the report of the dataset's new state; the exit code is that of the audit."""
    run_audit()
    spleen, stray = Path("dataset/s0001/segmentations/spleen.nii.gz"), Path("dataset/s0002/segmentations/heart.nii.gz")
    shutil.copy("dataset/s0001/segmentations/liver.nii.gz", stray)
    write_volume(spleen, np.zeros(SHAPE, np.uint8))
    result = run_audit("--verify", "--ignore", "mask-unknown")
    output = "9 files compared with what was measured: 1 changed (s0001/segmentations/spleen.nii.gz), 1 are new"
    assert output in " ".join(result.stdout.split())
    assert output in Path("segaudit-report/summary.md").read_text()
    assert output in Path("segaudit-report/report.html").read_text()
    report = json.loads(Path("segaudit-report/report.json").read_text())
    assert report["verified"] == {
        "files": 9,
        "changed": ["s0001/segmentations/spleen.nii.gz"],
        "added": ["s0002/segmentations/heart.nii.gz"],
        "gone": [],
    }


@pytest.mark.usefixtures("here")
def test_a_partial_download() -> None:
    """A folder of a few cases with the whole table passes as a subset, with a warning."""
    for case in ("s0000", "s0002"):
        shutil.rmtree(f"dataset/{case}")
    result = run_audit()
    assert (result.exit_code, result.stdout.splitlines()[0]) == (0, "No error found (partial: 1 of 3 cases)")
    report = json.loads(Path("segaudit-report/report.json").read_text())
    assert [(found["check"], found["observed"]) for found in report["findings"]] == [("dataset-partial", 1)]
    assert report["absent"] == ["s0000", "s0002"]


@pytest.mark.usefixtures("here")
def test_a_listed_case_without_a_folder() -> None:
    """It is output apart from those that were audited, and from those that were left out."""
    shutil.rmtree("dataset/s0001")
    report = audit("dataset", "contract.toml", cases="s0002")
    assert (report.cases, report.unaudited, report.absent) == (("s0002",), ("s0000",), ("s0001",))


@pytest.mark.usefixtures("here")
def test_baseline_accepts_what_is_found() -> None:
    """With the baseline the audit passes the gate; a second one does not replace it."""
    Path("dataset/s0001/segmentations/liver.nii.gz").write_bytes(b"")
    result = run("baseline", "dataset", "--contract", "contract.toml")
    assert (result.exit_code, result.stdout.partition(".toml: ")[2][:9]) == (0, "1 waiver.")
    assert run_audit("--waivers", "waivers.toml").exit_code == 0
    again = run("baseline", "dataset", "--contract", "contract.toml")
    assert again.exit_code == 2
    assert "waivers.toml: is already there" in again.stderr


@pytest.mark.usefixtures("here")
def test_excluded_cases() -> None:
    """One that is there is left out and counts as promised; one that is nowhere is output."""
    Path("mine.toml").write_text('extends = "contract.toml"\nexclude.cases = ["s0001", "s9999"]\n')
    report = audit("dataset", "mine.toml")
    assert report.cases == ("s0000", "s0002")
    assert [(found.check, found.observed) for found in report.findings] == [("exclusion-needless", "s9999")]
    Path("mine.toml").write_text('extends = "contract.toml"\nexclude.cases = ["s0001"]\n')
    assert audit("dataset", "mine.toml").findings == ()
