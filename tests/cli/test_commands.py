"""The commands beside ``segaudit audit``, and the interface for Python."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from segaudit import audit
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
            "mask-in-void",
            "mask-outside-body",
            "slab-unrelated",
            "mask-displaced",
            "mask-unrelated",
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
