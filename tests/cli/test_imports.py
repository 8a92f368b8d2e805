"""What a command imports: help, completion and the list of checks do without the libraries that measure and judge."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from segaudit import catalogue
from segaudit.cli import stated

MEASURING = ("cc3d", "isal", "nibabel", "PIL", "pytest", "scipy", "xxhash", "zlib_ng")
JUDGING = ("jinja2", "pandas", "pandera", "rich")
ENGINE = ("msgspec", "numpy", "segaudit.catalogue", "segaudit.contracts", "segaudit.dataset", "segaudit.measure")
READING = frozenset({"cc3d", "dask", "nibabel", "PIL", "pytest", "segaudit.measure.case", "segaudit.pictures.album"})
COMPLETING = {"_SEGAUDIT_COMPLETE": "bash_complete"}


def imported(*words: str, **environment: str) -> set[str]:
    """Return the names of all modules that a command has imported when it ends."""
    code = (
        "import atexit, sys; from segaudit.__main__ import main;"
        f"sys.argv = ['segaudit', *{words!r}];"
        "atexit.register(lambda: print('imported', *sys.modules)); main()"
    )
    command, variables = [sys.executable, "-c", code], os.environ | environment
    done = subprocess.run(command, env=variables, capture_output=True, text=True, check=False)
    assert done.returncode in {0, 1}, done.stderr
    return set(done.stdout.splitlines()[-1].removeprefix("imported ").split())


@pytest.mark.parametrize(
    "words",
    [
        ("--version",),
        ("--help",),
        ("audit", "--help"),
        ("contract", "init", "--help"),
        ("list",),
        ("explain", "mask-off-grid"),
        ("explain", "alignment"),
    ],
    ids=" ".join,
)
def test_help_imports_no_engine(words: tuple[str, ...]) -> None:
    """Versions, help, and what the built-in checks find need neither numbers, nor tables, nor records."""
    assert imported(*words) & {*MEASURING, *JUDGING, *ENGINE} == set()


@pytest.mark.parametrize(
    ("words", "index"),
    [("segaudit a", 1), ("segaudit audit --sel", 2), ("segaudit contract show tot", 3), ("segaudit explain mask-", 2)],
)
def test_completion_imports_no_engine(words: str, index: int) -> None:
    """The shell waits for it at each press of the key."""
    asked = COMPLETING | {"COMP_WORDS": words, "COMP_CWORD": str(index)}
    assert imported(**asked) & {*MEASURING, *JUDGING, *ENGINE} == set()


def test_the_test_sees_what_is_imported() -> None:
    """A command that judges imports what the others must not."""
    assert {"numpy", "msgspec", "segaudit.contracts"} <= imported("contract", "show", "totalsegmentator-v1")


def test_sources_say_what_the_checks_say() -> None:
    """Read from the sources, every built-in check has the fields that it has when it is imported, in the same order."""
    known = [
        stated.Stated(one.id, one.family, one.severity.value, one.explanation, one.needs, module.source, one.limits)
        for module in catalogue.modules()
        for one in module.checks
    ]
    assert [*stated.read()] == known
    assert [*stated.families()] == [*catalogue.families()]
    assert {name: [one.id for one in members] for name, members in stated.families().items()} == {
        name: [one.id for one in members] for name, members in catalogue.families().items()
    }


@pytest.fixture
def audit_words(here: Path) -> tuple[str, ...]:
    """Return the words of an audit."""
    return ("audit", str(here / "dataset"), "--contract", str(here / "contract.toml"), "-o", str(here / "report"))


def test_an_audit(here: Path, audit_words: tuple[str, ...]) -> None:
    """Only the workers, who share one process, import what reads voxels and draws; Dask nobody."""
    shutil.copy(here / "dataset/s0000/ct.nii.gz", here / "dataset/s0001/segmentations/liver.nii.gz")
    output = imported(*audit_words)
    assert [*(here / "report").glob("measurements/pictures/*.webp")]
    assert ("segaudit.auditing.session" in output, output & READING) == (True, set())


def test_an_audit_in_which_nothing_changed(audit_words: tuple[str, ...]) -> None:
    """Its reports stand: nothing is imported that measures, judges or draws.

    Digests are xxhash's, the report is printed by rich, and tables may be compressed (2 ms of isal and zlib-ng).
    """
    imported(*audit_words)
    needless = {*MEASURING, *JUDGING, "segaudit.auditing.session"} - {"isal", "rich", "xxhash", "zlib_ng"}
    assert imported(*audit_words) & needless == set()
