"""Exit codes hold whatever becomes of the streams, and of the disk."""

from __future__ import annotations

import errno
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from segaudit.testing.small import write_small
from tests.support.commands import run_audit
from tests.support.systems import bash, linux, signals

SEGAUDIT = f"{sys.executable} -m segaudit"
NO_SPACE = "Error: standard output: No space left on device\n"


@pytest.fixture(scope="module")
def audited(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with a small dataset that passes, and what was measured in it."""
    folder = tmp_path_factory.mktemp("small")
    write_small(folder)
    assert shell(folder, "").returncode == 0
    return folder


def shell(folder: Path, redirections: str) -> subprocess.CompletedProcess[str]:
    """Audit the dataset in a shell that redirects its streams, and return with the audit's exit code."""
    return in_shell(folder, f"{SEGAUDIT} audit dataset --contract contract.toml {redirections}")


def in_shell(folder: Path, command: str) -> subprocess.CompletedProcess[str]:
    """Run a command in a folder."""
    arguments = ["bash", "-o", "pipefail", "-c", command]
    return subprocess.run(arguments, cwd=folder, capture_output=True, check=False, text=True, timeout=120)


@bash
@pytest.mark.parametrize("redirections", [">&-", "2>&-", ">&- 2>&-", "| true", "2>&1 | true", "</dev/null"])
def test_closed_streams(audited: Path, redirections: str) -> None:
    """A closed stream changes no exit code, and prints no traceback."""
    done = shell(audited, redirections)
    assert (done.returncode, "Traceback" in done.stderr) == (0, False)


@linux
@bash
@pytest.mark.parametrize(
    "arguments", ["audit dataset --contract contract.toml", "list", "audit --help", "--help", "--version"]
)
def test_standard_output_on_a_full_disk(audited: Path, arguments: str) -> None:
    """It is no wrong usage, and no traceback, whatever was to be written."""
    done = in_shell(audited, f"{SEGAUDIT} {arguments} >/dev/full")
    assert (done.returncode, "Traceback" in done.stderr) == (3, False)
    assert done.stderr.endswith(NO_SPACE)


@linux
@bash
def test_completion_on_a_full_disk(audited: Path) -> None:
    """It is written before any command begins."""
    done = in_shell(audited, f"_SEGAUDIT_COMPLETE=bash_source {SEGAUDIT} >/dev/full")
    assert (done.returncode, done.stderr) == (3, NO_SPACE)


@linux
@bash
@pytest.mark.parametrize(
    ("arguments", "code"),
    [("dataset --contract contract.toml", 0), ("nothing", 2), ("dataset --contract contract.toml >/dev/full", 3)],
)
def test_standard_error_on_a_full_disk(audited: Path, arguments: str, code: int) -> None:
    """A message that nobody can read changes no exit code."""
    assert in_shell(audited, f"{SEGAUDIT} audit {arguments} 2>/dev/full").returncode == code


@signals
def test_sigterm_in_a_check(tmp_path: Path) -> None:
    """The net around checks, which catches all that is wrong in one, does not catch a signal."""
    write_small(tmp_path)
    (tmp_path / "mine.py").write_text(
        "import os, signal\nfrom segaudit import Case, Severity, check\n"
        "@check('case-ended', Severity.INFO)\ndef ended(case: Case):\n"
        '    """Ends."""\n    os.kill(os.getpid(), signal.SIGTERM)\n    yield from ()\n'
    )
    command = [*SEGAUDIT.split(), "audit", "dataset", "--contract", "contract.toml", "--checks", "mine.py"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, check=False, text=True, timeout=120)
    assert (done.returncode, done.stderr.count("Traceback")) == (128 + signal.SIGTERM, 0)
    assert not (tmp_path / "segaudit-report" / "report.json").exists()


@linux
@bash
@pytest.mark.parametrize(
    ("command", "path"),
    [
        ("audit dataset -q", "segaudit-report/report.json"),
        ("card dataset", "segaudit-report/croissant.json"),
        ("demo segaudit-report/demo", "segaudit-report/demo"),
    ],
)
def test_a_limit_of_file_sizes(audited: Path, tmp_path: Path, command: str, path: str) -> None:
    """It is no wrong usage, and the file that is too large has a name.

    Python would keep the first part of compiled modules for later runs: it does not see that files are cut short.
    """
    shutil.copytree(audited, tmp_path, dirs_exist_ok=True)
    contract = "" if "demo" in command else "--contract contract.toml"
    done = in_shell(tmp_path, f"export PYTHONDONTWRITEBYTECODE=1; ulimit -f 1; {SEGAUDIT} {command} {contract}")
    assert done.returncode == 3
    assert f"Error: {path}: File too large\n" in done.stderr


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EFBIG, errno.EAGAIN, errno.ENFILE, errno.EMFILE])
def test_what_the_system_lacks(audited: Path, monkeypatch: pytest.MonkeyPatch, number: int) -> None:
    """It is no wrong usage."""

    def lacking(*_: object, **__: object) -> None:
        raise OSError(number, os.strerror(number), "report.json")

    monkeypatch.chdir(audited)
    monkeypatch.setattr("segaudit.auditing.reports.write_reports", lacking)
    result = run_audit("--select", "geometry", "--output", "other")
    assert (result.exit_code, result.stderr.splitlines()[-1]) == (3, f"Error: report.json: {os.strerror(number)}")
