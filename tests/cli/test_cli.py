"""The command line, as a user types it."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner, Result

from segaudit import audit
from segaudit.cli import main
from segaudit.model.errors import InputError
from segaudit.testing.small import SHAPE, write_small, write_volume
from tests.support.systems import linux


@pytest.fixture(scope="module")
def clean(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of a clean dataset and its contract."""
    folder = tmp_path_factory.mktemp("small")
    write_small(folder)
    return folder


@pytest.fixture
def here(clean: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Go to a folder with a copy of the clean dataset."""
    shutil.copytree(clean, tmp_path, dirs_exist_ok=True)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def run(*arguments: str) -> Result:
    """Run segaudit; whatever is wrong, no exception may reach the user."""
    result = CliRunner().invoke(main, arguments)
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result


def run_audit(*arguments: str) -> Result:
    """Audit the small dataset."""
    return run("audit", "dataset", "--contract", "contract.toml", *arguments)


@pytest.mark.usefixtures("here")
def test_audit_of_a_clean_dataset() -> None:
    """The audit passes the gate and writes reports and measurements."""
    result = run_audit("--gate", "warning")
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout.startswith("PASSES the gate 'warning'")
    names = sorted(path.name for path in Path("segaudit-report").iterdir())
    assert names == [
        "findings.csv", "findings.sarif", "junit.xml", "measurements", "report.html", "report.json", "summary.md"
    ]  # fmt: skip
    measurements = sorted(path.name for path in Path("segaudit-report/measurements").iterdir())
    assert measurements == ["cases.csv", "masks.csv", "s0000.msgpack", "s0001.msgpack", "s0002.msgpack"]


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
    assert part.stdout.startswith(f"PASSES the gate 'error' (partial: 2 of {checks} checks, 1 of 3 cases)")
    report = json.loads(Path("segaudit-report/report.json").read_text())
    assert (report["cases"], report["unaudited"]) == (["s0001"], ["s0000", "s0002"])
    assert report["scope"] == {
        "checks": 2, "checks_in_all": checks, "cases": 1, "cases_in_all": 3,
        "select": ["ct-range", "split-count"], "ignore": [], "case_glob": "s0001",
    }  # fmt: skip
    assert run_audit("--ignore", "privacy").stdout.startswith(f"PASSES the gate 'error' (partial: {checks - 1} of ")


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
    assert (result.exit_code, result.stdout.splitlines()[0][-25:]) == (0, "' (partial: 1 of 3 cases)")
    report = json.loads(Path("segaudit-report/report.json").read_text())
    assert [(found["check"], found["observed"]) for found in report["findings"]] == [("dataset-partial", 1)]
    assert report["absent"] == ["s0000", "s0002"]


@pytest.mark.usefixtures("here")
def test_a_listed_case_without_a_folder() -> None:
    """It is output apart from those that were audited, and from those that were left out."""
    shutil.rmtree("dataset/s0001")
    report = audit("dataset", "contract.toml", cases="s0002")
    assert (report.cases, report.unaudited, report.absent) == (("s0002",), ("s0000",), ("s0001",))


def test_python_interface(here: Path) -> None:
    """``segaudit.audit`` returns the report and leaves nothing behind; a single name needs no list."""
    part = audit("dataset", contract="contract.toml", select="alignment", ignore="mask-in-void")
    assert {check.family for check in part.checks} == {"alignment"}
    report = audit("dataset", contract="contract.toml")
    assert (report.exit_code, report.counts.cases, report.counts.masks, report.counts.files) == (0, 3, 6, 9)
    assert sorted(path.name for path in here.iterdir()) == ["contract.toml", "dataset", "structures.csv"]


@pytest.mark.usefixtures("here")
def test_baseline_accepts_what_is_found() -> None:
    """With the baseline the audit passes the gate; a second one does not replace it."""
    Path("dataset/s0001/segmentations/liver.nii.gz").write_bytes(b"")
    result = run("baseline", "dataset", "--contract", "contract.toml")
    assert (result.exit_code, result.stdout.partition(".toml: ")[2][:9]) == (0, "1 waivers")
    assert run_audit("--waivers", "waivers.toml").exit_code == 0
    again = run("baseline", "dataset", "--contract", "contract.toml")
    assert again.exit_code == 2
    assert "waivers.toml: is already there" in again.stderr


@pytest.mark.usefixtures("here")
def test_stats_and_measure() -> None:
    """The tables are printed; the measurements are kept."""
    result = run("stats", "dataset", "--contract", "contract.toml")
    assert result.exit_code == 0
    assert "| liver " in result.stdout
    assert "| min " in result.stdout
    assert json.loads(run("stats", "dataset", "--contract", "contract.toml", "--format", "json").stdout)
    assert run("measure", "dataset", "--contract", "contract.toml", "--output", "out").stdout == "out/measurements\n"
    assert len(Path("out/measurements/masks.csv").read_text().splitlines()) == 7


@pytest.mark.usefixtures("here")
def test_contract_init_holds() -> None:
    """A dataset fulfils the contract that was written from it."""
    result = run("contract", "init", "dataset", "mine")
    path, promised, *rest = result.stdout.splitlines()
    assert (result.exit_code, path) == (0, "mine/contract.toml")
    assert promised.startswith("promises      3 cases, ids like s\\d{4}, 2 structures, spacing 5 mm, orientation RAS, ")
    assert promised.endswith(", shapes from 24 x 20 x 16 to 24 x 20 x 16, CTs of int16, masks of uint8")
    assert rest == [
        "open          0 errors, 0 warnings",
        "what to do    read it, and take out what was found but is not promised; then:",
        "              segaudit audit dataset --contract mine",
    ]
    assert run("audit", "dataset", "--contract", "mine/contract.toml", "--gate", "warning").exit_code == 0
    assert "spacing_mm = 5.0" in run("contract", "show", "mine/contract.toml").stdout
    assert "count = 1204" in run("contract", "show", "totalsegmentator-v1").stdout


def test_list_and_explain() -> None:
    """Every check is listed, and explains itself."""
    assert "mask-off-grid" in run("list").stdout
    assert "Why it matters" in run("explain", "mask-off-grid").stdout
    family, *checks = run("explain", "alignment").stdout.splitlines()
    assert (family, [line.split()[0] for line in checks]) == (
        "alignment",
        ["mask-shape", "mask-off-grid", "mask-in-void", "mask-outside-body"],
    )


def test_published_only(tmp_path: Path) -> None:
    """The published tables are judged without a dataset."""
    result = run(
        "audit", "--published-only", "--contract", "totalsegmentator-v1", "--output", str(tmp_path), "--format", "json"
    )
    report = json.loads(result.stdout)
    assert {finding["check"] for finding in report["findings"]} == {"published-inconsistent"}


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("audit", "nowhere"), "nowhere: there is no such folder; expected the folder of a dataset, or a ZIP"),
        (("audit", "contract.toml"), "contract.toml: it is a file; expected the folder of a dataset"),
        (("audit",), "name either the folder of the dataset to audit, or --published-only and a --contract"),
        (
            ("audit", "dataset", "--published-only"),
            "name either the folder of the dataset to audit, or --published-only",
        ),
        (("audit", "--published-only"), "name the contract whose published tables to judge: totalsegmentator-v1"),
        (("audit", "--published-only", "--contract", "contract.toml"), "small: has no published tables to judge"),
        (("contract", "init", "dataset", "dataset/mine"), "lies inside the dataset, which is never written to"),
        (("baseline", "dataset", "dataset/waivers.toml"), "lies inside the dataset, which is never written to"),
        (("audit", "dataset", "--contract", "totalsegmentator-v11"), "did you mean"),
        (("audit", "dataset"), "cannot recognise the release: it has masks such as liver, spleen"),
        (
            ("audit", "empty"),
            "empty: no cases found, the folder is empty; expected meta.csv and folders such as s0001/",
        ),
        (("audit", "dataset/s0001"), "this is the folder of a single case: audit its dataset"),
        (
            ("audit", "dataset", "--contract", "contract.toml", "--cases", "s9*"),
            "no case matches 's9*'; there are",
        ),
        (
            ("audit", "dataset", "--contract", "contract.toml", "--select", "mask-offgrid"),
            "did you mean 'mask-off-grid'",
        ),
        (("audit", "dataset", "--contract", "contract.toml", "--output", "dataset/out"), "lies inside the dataset"),
        (("audit", "dataset", "--contract", "contract.toml", "--output", "contract.toml"), "contract.toml"),
        (("audit", "dataset", "--contract", "contract.toml", "--waivers", "none.toml"), "none.toml: cannot be read"),
        (("explain", "mask-offgrid"), "did you mean 'mask-off-grid'"),
        (
            ("audit", "dataset", "--contract", "empty.toml"),
            'empty.toml: names neither `extends` nor `structures`; structures = "" promises no class list',
        ),
        (
            ("audit", "dataset", "--contract", "all.toml"),
            "dataset: there is nothing to audit: all excludes every case",
        ),
        (
            ("audit", "listed", "--contract", "contract.toml"),
            "listed: there is nothing to audit: no case has a folder",
        ),
        (("explain", "alignmnt"), "there is no check 'alignmnt'; did you mean 'alignment'?"),
        (("audit", "dataset", "--select", ""), "it is empty; give names, or leave the option out"),
        (("audit", "dataset", "--workers", "two"), "'two' is not a valid number of processes."),
        (("diff", "dataset", "dataset", "--tolerance", "few"), "'few' is not a valid percentage."),
        (
            ("audit", "dataset", "--contract", "contract.toml", "-o", "contract.toml"),
            "contract.toml: it is a file; expected a folder to write to",
        ),
        pytest.param(
            ("audit", "dataset", "--contract", "contract.toml", "-o", "/proc/x"),
            "/proc/x/measurements: this folder cannot be made (No such file or directory); name another one",
            marks=linux,
        ),
    ],
)
def test_wrong_usage(here: Path, arguments: tuple[str, ...], message: str) -> None:
    """A message says what was found and what to do, and the exit code is 2."""
    (here / "empty").mkdir()
    (here / "empty.toml").touch()
    (here / "all.toml").write_text('extends = "contract.toml"\nexclude.cases = ["s0000", "s0001", "s0002"]\n')
    (here / "listed").mkdir()
    shutil.copy("dataset/meta.csv", "listed")
    result = run(*arguments)
    assert result.exit_code == 2
    assert message in " ".join(result.stderr.split())


@pytest.mark.usefixtures("here")
def test_a_script_without_a_guard() -> None:
    """The workers do not run the user's script again."""
    script = "import segaudit\nreport = segaudit.audit('dataset', 'contract.toml')\nprint(report.counts.cases)\n"
    Path("script.py").write_text(script)
    done = subprocess.run([sys.executable, "script.py"], capture_output=True, text=True, check=True)
    assert (done.stdout, done.stderr) == ("3\n", "")


@pytest.mark.usefixtures("here")
@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"gate": "info"}, "gate 'info': expected error or warning"),
        ({"workers": 0}, "workers 0: expected 1 or more"),
        ({"output": "dataset/report"}, "dataset/report: lies inside the dataset"),
    ],
)
def test_wrong_settings(settings: dict[str, Any], message: str) -> None:
    """Python refuses the same settings as the command line."""
    with pytest.raises(InputError, match=message):
        audit("dataset", "contract.toml", **settings)


@pytest.mark.usefixtures("here")
def test_excluded_cases() -> None:
    """One that is there is left out and counts as promised; one that is nowhere is output."""
    Path("mine.toml").write_text('extends = "contract.toml"\nexclude.cases = ["s0001", "s9999"]\n')
    report = audit("dataset", "mine.toml")
    assert report.cases == ("s0000", "s0002")
    assert [(found.check, found.observed) for found in report.findings] == [("exclusion-needless", "s9999")]
    Path("mine.toml").write_text('extends = "contract.toml"\nexclude.cases = ["s0001"]\n')
    assert audit("dataset", "mine.toml").findings == ()


@pytest.mark.usefixtures("here")
def test_regrade_of_an_unknown_check() -> None:
    """A contract that re-grades an unknown check is wrong usage."""
    Path("contract.toml").write_text(
        Path("contract.toml").read_text() + '[regrade]\nmask-offgrid = {severity = "info", reason = "x"}\n'
    )
    result = run_audit()
    assert result.exit_code == 2
    assert "regrade.mask-offgrid" in result.stderr
