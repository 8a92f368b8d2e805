"""Options of an audit in ``pyproject.toml``."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from segaudit.cli.configured import KEYS, options
from segaudit.testing.small import MASKS, SHAPE, write_volume
from tests.support.commands import run

pytestmark = pytest.mark.usefixtures("here")


def stated(text: str, folder: str = ".") -> Path:
    """Write the table into a project's file, beside the settings of another tool."""
    path = Path(folder) / "pyproject.toml"
    path.write_text(f'[project]\nname = "mine"\n[tool.segaudit]\n{text}\n', encoding="utf-8")
    return path.resolve()


def test_an_audit_takes_what_is_stated() -> None:
    """Contract, checks and output; it says so on standard error, but not if it is to be quiet."""
    path = stated('contract = "contract.toml"\nselect = ["integrity", "mask-off-grid"]\noutput = "out"\nworkers = 1')
    result = run("audit", "dataset")
    assert (result.exit_code, result.stderr.splitlines()[0]) == (
        0,
        f"settings of {path}: contract, select, output, workers",
    )
    assert json.loads(Path("out/report.json").read_text("utf-8"))["scope"]["select"] == ["integrity", "mask-off-grid"]
    assert "settings of" not in run("audit", "dataset", "-q").stderr


def test_the_command_line_wins() -> None:
    """An option that is given replaces the stated one; so does one that excludes it."""
    stated('contract = "nowhere.toml"\ngate = "warning"\nworkers = 1\nverify = true\nselect = ["metadata"]')
    result = run("audit", "dataset", "--contract", "contract.toml", "--no-cache", "--gate", "error", "-o", "out")
    assert result.exit_code == 0
    report = json.loads(Path("out/report.json").read_text("utf-8"))
    assert (report["gate"], report["verified"], report["scope"]["select"]) == ("error", None, ["metadata"])
    assert run("audit", "dataset").exit_code == 2


def test_stated_in_a_folder_above(monkeypatch: pytest.MonkeyPatch) -> None:
    """Paths are relative to the file, which is the nearest that has such a table."""
    stated('contract = "contract.toml"\nwaivers = "waivers.toml"\noutput = "out"\nworkers = 1\ngate = "warning"')
    Path("waivers.toml").write_text("")
    folder = Path("below/deeper")
    folder.mkdir(parents=True)
    (folder / "pyproject.toml").write_text('[project]\nname = "segaudit"\n')
    monkeypatch.chdir(folder)
    assert run("audit", "../../dataset", "--select", "integrity").exit_code == 0
    assert Path("../../out/report.html").exists()
    assert not Path("segaudit-report").exists()


def test_the_gate_is_the_stated_one() -> None:
    """A warning fails an audit whose project says so."""
    mask = np.zeros(SHAPE, np.float32)
    mask[MASKS["liver"]] = 1
    write_volume(Path("dataset/s0000/segmentations/liver.nii.gz"), mask)
    with Path("contract.toml").open("a") as file:
        file.write('[labels]\ndtypes = ["uint8"]\n')
    stated('contract = "contract.toml"\nselect = ["mask-dtype"]\nworkers = 1')
    assert run("audit", "dataset").exit_code == 0
    stated('contract = "contract.toml"\nselect = ["mask-dtype"]\nworkers = 1\ngate = "warning"')
    assert run("audit", "dataset").exit_code == 1


def test_all_errors_are_told() -> None:
    """Unknown keys with what there is, wrong values with what is expected; nothing is read."""
    path = stated(
        'contrct = "x"\nodd = "s*"\ngate = "info"\nselect = "a"\nworkers = 0\ncache = 1\nchecks = []\nformat = 3'
    )
    result = run("audit", "dataset")
    at = f"Error: {path}: tool.segaudit"
    assert (result.exit_code, result.stderr.splitlines()) == (
        2,
        [
            f"{at}.contrct: unknown key; did you mean 'contract'?",
            *(
                f"{path}: tool.segaudit.{text}"
                for text in (
                    f"odd: unknown key, allowed are {', '.join(KEYS)}",
                    "gate: found 'info', expected one of error, warning",
                    "select: found 'a', expected a list of checks or families",
                    "workers: found 0, expected a whole number of 1 or more",
                    "cache: found 1, expected true or false",
                    "checks: found [], expected a list of paths",
                    "format: found 3, expected one of text, json, markdown, github",
                )
            ),
        ],
    )
    assert run("audit", "--help").exit_code == 0


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("[tool.segaudit\n", "is not TOML: "),
        ("tool = {segaudit = 5}", "tool.segaudit: expected a table"),
        ("[tool.segaudit]\ncache = '\udcff'", "is not TOML: "),
    ],
)
def test_files_that_cannot_be_used(content: str, message: str) -> None:
    """The message names the file."""
    Path("pyproject.toml").write_bytes(content.encode(errors="surrogateescape"))
    result = run("audit", "dataset")
    assert (result.exit_code, message in result.stderr, "pyproject.toml: " in result.stderr) == (2, True, True)


@pytest.mark.parametrize(
    "content", ["[tool.other]\nsegaudit = 1", "[tool.segaudit]", "tool = 3  # segaudit", "[broken"]
)
def test_files_that_state_nothing(content: str) -> None:
    """Other tools' files, right or wrong, do not matter."""
    Path("pyproject.toml").write_text(content)
    assert options("audit", ["contract"], []) is None


def test_other_commands_take_what_they_have() -> None:
    """Own checks are listed and explained; a comparison has no options of the project."""
    Path("mine.py").write_text(
        "from segaudit import Severity, check, Mask\n"
        "@check('mask-mine', Severity.INFO)\ndef mine(mask: Mask):\n    '''Ours.'''\n    yield\n"
    )
    stated('checks = ["mine.py"]\nformat = "json"\ncontract = "contract.toml"')
    assert "mask-mine" in run("list").stdout
    assert run("explain", "mask-mine").exit_code == 0
    assert run("stats", "dataset", "--workers", "1").stdout.startswith("## Dataset")
    assert options("diff", ["contract", "checks"], []) is None
