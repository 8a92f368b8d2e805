"""The commands beside ``segaudit audit``, and the interface for Python."""

from __future__ import annotations

import json
import shlex
from pathlib import Path

import pytest

from segaudit import audit, catalogue
from tests.support.commands import run


def test_python_interface(here: Path) -> None:
    """``segaudit.audit`` returns the report and leaves nothing behind; a single name needs no list."""
    part = audit("dataset", contract="contract.toml", select="alignment", ignore="mask-in-void")
    assert {check.family for check in part.checks} == {"alignment"}
    report = audit("dataset", contract="contract.toml")
    assert (report.exit_code, report.counts.cases, report.counts.masks, report.counts.files) == (0, 3, 6, 9)
    assert sorted(path.name for path in here.iterdir()) == ["contract.toml", "dataset", "structures.csv"]


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
        "recognised    2 of 2 structures by name",
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
        [
            "mask-shape",
            "mask-off-grid",
            "mask-reoriented",
            "mask-in-void",
            "mask-outside-body",
            "slab-unrelated",
            "mask-displaced",
            "mask-unrelated",
            "mask-size-differs",
            "masks-displaced",
            "ct-mirrored",
            "masks-unrelated",
            "masks-misfit",
        ],
    )


def test_published_only(tmp_path: Path) -> None:
    """The published tables are judged without a dataset."""
    result = run(
        "audit", "--published-only", "--contract", "totalsegmentator-v1", "--output", str(tmp_path), "--format", "json"
    )
    report = json.loads(result.stdout)
    assert {finding["check"] for finding in report["findings"]} == {"published-inconsistent"}


@pytest.mark.usefixtures("here")
def test_list_as_json() -> None:
    """Each check with its family, severity and explanation, in the order of the catalogue."""
    listed = json.loads(run("list", "--format", "json").stdout)
    assert [entry["id"] for entry in listed] == list(catalogue.by_id())
    (entry,) = [entry for entry in listed if entry["id"] == "mask-off-grid"]
    assert entry["explanation"] == catalogue.find("mask-off-grid").explanation
    assert {name: entry[name] for name in ("family", "severity", "needs", "source")} == {
        "family": "alignment", "severity": "error", "needs": "", "source": "segaudit",
    }  # fmt: skip


@pytest.mark.usefixtures("here")
def test_quiet_and_verbose() -> None:
    """Quiet prints the verdict alone, and no progress; the exit code stays; another format is not changed by either."""
    (Path("dataset") / "s0001" / "segmentations" / "liver.nii.gz").write_bytes(b"")
    quiet = run("audit", "dataset", "--contract", "totalsegmentator-v2", "-q")
    assert (quiet.stdout, quiet.stderr) == (f"{quiet.stdout.splitlines()[0]}\n", "")
    assert quiet.stdout.startswith("Do not release: ")
    verbose = run("audit", "dataset", "--contract", "totalsegmentator-v2", "--verbose")
    assert verbose.exit_code == quiet.exit_code == 1
    assert "s0001/liver" in verbose.stdout
    as_json = run("audit", "dataset", "--contract", "totalsegmentator-v2", "-q", "--format", "json")
    assert json.loads(as_json.stdout)["counts"]["error"] > 0


def test_commands_can_be_pasted(here: Path) -> None:
    """Paths with blanks are quoted, in messages, too."""
    (here / "dataset").rename(here / "my data")
    shown = run("contract", "init", "my data", "my contract").stdout.splitlines()[-1]
    assert shown == "              segaudit audit 'my data' --contract 'my contract'"
    assert run(*shlex.split(shown)[1:]).exit_code == 0
    assert "first: segaudit audit 'my data' --output 'no report'" in run("review", "my data", "-o", "no report").stderr
    assert f"audit its dataset '{here / 'my data'}', with --cases s0001" in run("audit", "my data/s0001").stderr
