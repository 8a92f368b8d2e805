"""Messages about wrong usage, from the command line and from Python."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from segaudit import audit
from segaudit.model.errors import InputError
from tests.support.commands import run, run_audit
from tests.support.systems import linux


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
def test_regrade_of_an_unknown_check() -> None:
    """A contract that re-grades an unknown check is wrong usage."""
    Path("contract.toml").write_text(
        Path("contract.toml").read_text() + '[regrade]\nmask-offgrid = {severity = "info", reason = "x"}\n'
    )
    result = run_audit()
    assert result.exit_code == 2
    assert "regrade.mask-offgrid" in result.stderr


@pytest.mark.parametrize(
    "arguments",
    [
        ("audit", ""),
        *(("audit", "dataset", option, "") for option in ("-o", "--since", "--contract", "--waivers", "--checks")),
        *(("baseline", *words) for words in (("",), ("dataset", ""))),
        *(("diff", *words) for words in (("", "dataset"), ("dataset", ""))),
        *(("review", *words) for words in (("",), ("dataset", "--contract", ""))),
        ("contract", "init", ""),
        ("contract", "show", ""),
        ("known", ""),
        ("demo", ""),
        ("show", "dataset", "--out", ""),
    ],
)
@pytest.mark.usefixtures("here")
def test_empty_paths(arguments: tuple[str, ...]) -> None:
    """None stands for the current folder, or for no option: a variable of the caller may not be set."""
    before = set(Path().iterdir())
    result = run(*arguments)
    assert (result.exit_code, set(Path().iterdir())) == (2, before)
    assert "it is empty, as a variable that is not set" in result.stderr


@linux
def test_no_current_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The message says so, instead of the system's words about no file in particular."""
    (tmp_path / "gone").mkdir()
    monkeypatch.chdir(tmp_path / "gone")
    (tmp_path / "gone").rmdir()
    result = run("audit", str(tmp_path))
    assert (result.exit_code, result.stderr) == (2, "Error: the current folder was deleted: go to another one\n")
