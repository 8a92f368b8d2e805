"""Checks and layouts of another package: the example, installed, takes part in every way to audit."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from segaudit.demo.phantom import ABDOMEN_PELVIS, make_case, write_case
from segaudit.demo.target import Target
from tests.support.sites import install, install_example

CHECK = "bladder-unfilled"
CHOSEN = ("--contract", "totalsegmentator-v1")


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder in which the example package is installed."""
    return install_example(tmp_path_factory.mktemp("site"))


@pytest.fixture(scope="module")
def flat(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a dataset in the example's layout: two phantom cases, the second with three slices of its bladder."""
    folder = tmp_path_factory.mktemp("flat")
    for number in (1, 2):
        write_case(folder / f"s000{number}", make_case(number, ABDOMEN_PELVIS))
    target = Target(folder, "s0002")
    inside = target.inside("urinary_bladder")
    lowest = int(np.argmax(inside.any(axis=(0, 1))))
    inside[..., lowest + 3 :] = False
    target.draw("urinary_bladder", inside)
    root = folder / "dataset"
    root.mkdir()
    for path in folder.glob("s*/**/*.nii.gz"):
        shutil.copyfile(path, root / f"{path.relative_to(folder).parts[0]}_{path.name}")
    return root


def run(site: Path | None, *command: str | Path, cwd: Path) -> subprocess.CompletedProcess[str]:
    """Run a module of Python where a folder of packages is installed, and no other."""
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    environment |= {"PYTHONPATH": str(site)} if site else {}
    arguments = [sys.executable, "-m", *map(str, command)]
    return subprocess.run(arguments, cwd=cwd, env=environment, capture_output=True, text=True, check=False)


def test_the_command_line_audits(site: Path, flat: Path, tmp_path: Path) -> None:
    """The layout lists the files, two processes measure them, the check finds the small bladder."""
    options = (
        *CHOSEN,
        "--select",
        "bladder,mask-off-grid",
        "--gate",
        "warning",
        "--workers",
        "2",
        "--format",
        "markdown",
    )
    done = run(site, "segaudit", "audit", flat, *options, cwd=tmp_path)
    assert done.returncode == 1, done.stderr
    assert CHECK in done.stdout
    findings, _, _ = done.stdout.partition("## Most unusual masks")
    assert "s0002" in findings
    assert "s0001" not in findings
    assert (tmp_path / "segaudit-report/report.json").is_file()


def test_without_the_package_there_is_neither(flat: Path, tmp_path: Path) -> None:
    """The same commands, where it is not installed."""
    done = run(None, "segaudit", "audit", flat, *CHOSEN, cwd=tmp_path)
    assert (done.returncode, "no cases found" in done.stderr) == (2, True)
    done = run(None, "segaudit", "explain", CHECK, cwd=tmp_path)
    assert (done.returncode, f"there is no check '{CHECK}'" in done.stderr) == (2, True)


def test_the_catalogue_says_whose_it_is(site: Path, tmp_path: Path) -> None:
    """``list`` and ``explain`` name the distribution of what is not ours."""
    listed = run(site, "segaudit", "list", cwd=tmp_path).stdout.splitlines()
    others = [line.strip() for line in listed if line.endswith("]")]
    summary = "The urinary bladder is smaller than after the water that our protocol has people drink."
    assert others == [f"{CHECK:24} warning  {summary} [acme-audit 1.0]"]
    explained = run(site, "segaudit", "explain", CHECK, cwd=tmp_path).stdout
    assert explained.startswith(f"{CHECK} (bladder, warning) [acme-audit 1.0]\n\nThe urinary bladder")


def test_python_audits(site: Path, flat: Path, tmp_path: Path) -> None:
    """``segaudit.audit`` knows both, in a script that has no guard for its workers."""
    script = tmp_path / "script.py"
    script.write_text(
        "import sys, segaudit\n"
        "report = segaudit.audit(sys.argv[1], 'totalsegmentator-v1', select='bladder', workers=2)\n"
        "print([(f.check, f.case, *f.structures) for f in report.findings], report.cases, report.exit_code)\n"
    )
    command = ("-c", f"import runpy, sys; sys.argv[1:] = [{str(flat)!r}]; runpy.run_path({str(script)!r})")
    environment = os.environ | {"PYTHONPATH": str(site)}
    done = subprocess.run([sys.executable, *command], env=environment, capture_output=True, text=True, check=False)
    assert done.stdout == f"[('{CHECK}', 's0002', 'urinary_bladder')] ('s0001', 's0002') 0\n", done.stderr


def collect(
    site: Path, flat: Path, cwd: Path, *arguments: str, gate: str = "error"
) -> subprocess.CompletedProcess[str]:
    """Run pytest on the dataset; what is measured is measured once for all tests."""
    named = {"": flat, "-contract": CHOSEN[1], "-gate": gate, "-measurements": flat.parent / "kept"}
    options = (f"--segaudit{name}={value}" for name, value in named.items())
    return run(site, "pytest", "--pyargs", *arguments, *options, "--rootdir=.", cwd=cwd)


def test_pytest_collects_it_with_ours(site: Path, flat: Path, tmp_path: Path) -> None:
    """The audit runs its checks, so they are items, for xdist's workers too; no name says where the package lies."""
    done = collect(site, flat, tmp_path, "segaudit.checks", "-m", "bladder", "-v", "-n", "1", gate="warning")
    assert f"acme_audit/bladder.py::{CHECK}::s0002" in done.stdout, done.stdout + done.stderr
    assert "ml, expected 50 ml or more" in done.stdout
    assert "1 failed" in done.stdout


def test_pytest_collects_it_alone(site: Path, flat: Path, tmp_path: Path) -> None:
    """By the name of its module, and the item that failed last."""
    for last in ((), ("--lf",)):
        done = collect(site, flat, tmp_path, "acme_audit.bladder", "-v", *last, gate="warning")
        assert f"acme_audit/bladder.py::{CHECK}::s0002 FAILED" in done.stdout, done.stdout + done.stderr
        assert "1 failed" in done.stdout


def test_starting_costs_nothing(tmp_path: Path) -> None:
    """By ``--version`` and ``--help`` nothing is imported: a package that says when it is, and fails, is not heard."""
    site = install(
        tmp_path, "loud", {"segaudit.checks": {"x": "loud"}}, {"loud": "print('imported'); raise ValueError"}
    )
    for option in ("--version", "--help"):
        done = run(site, "segaudit", option, cwd=tmp_path)
        assert (done.returncode, "imported" in done.stdout, done.stderr) == (0, False, "")
    assert "imported" in run(site, "segaudit", "list", cwd=tmp_path).stdout


def test_pytest_fails_for_what_cannot_be_used(flat: Path, tmp_path: Path) -> None:
    """A module that cannot be imported is an item that fails, where our checks are run; the others go on."""
    site = install_example(install(tmp_path / "site", "lost", {"segaudit.checks": {"x": "lost"}}, {}))
    done = collect(site, flat, tmp_path, "segaudit.checks", "-m", "plugins or bladder")
    assert "plugin-lost-x could not run: lost 1.0 cannot be used: its entry point x of segaudit.checks" in done.stdout
    assert "1 failed, 1 passed" in done.stdout
    assert "Traceback" not in done.stdout + done.stderr
