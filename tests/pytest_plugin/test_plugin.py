"""The audit as pytest items."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.small import write_small

WAIVER = (
    '[[waiver]]\ncheck = "mask-missing"\ncase = "s0001"\nstructure = "liver"\nreason = "known"\nuntil = 2999-01-01\n'
)


@pytest.fixture(scope="module")
def clean(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of a clean dataset and its contract."""
    folder = tmp_path_factory.mktemp("clean")
    write_small(folder)
    return folder


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of a dataset in which the liver of s0001 is missing."""
    folder = tmp_path_factory.mktemp("small")
    write_small(folder)
    (folder / "dataset/s0001/segmentations/liver.nii.gz").unlink()
    return folder


def run(pytester: pytest.Pytester, folder: Path, *arguments: str) -> pytest.RunResult:
    """Run pytest on a dataset, in a process of its own; what is measured is measured once for all tests."""
    dataset = ("--dataset", str(folder / "dataset"), "--contract", str(folder / "contract.toml"))
    kept = ("--measurements", str(folder / "kept"))
    return pytester.runpytest_subprocess("--rootdir=.", "--pyargs", "segaudit.checks", *dataset, *kept, *arguments)


def test_a_clean_dataset_passes(pytester: pytest.Pytester, clean: Path) -> None:
    """One item a check, nothing fails, and the header says what was audited."""
    result = run(pytester, clean)
    assert result.ret == 0
    result.stdout.fnmatch_lines(["segaudit: *dataset (small), 3 cases, 6 masks", "0 errors, 0 warnings, *"])
    assert "failed" not in result.parseoutcomes()


def test_a_misspelt_family_is_told(pytester: pytest.Pytester, clean: Path) -> None:
    """Nothing is chosen by it, which would look like nothing to do; the counts are said to be of all checks."""
    result = run(pytester, clean, "-m", "algnment or not metadata")
    result.stdout.fnmatch_lines(
        [
            "0 errors, 0 warnings, 0 info, 0 waived in the whole audit, whichever items were chosen",
            "-m: no check is marked 'algnment'; did you mean 'alignment'?",
        ]
    )
    run(pytester, clean, "-m", "alignment").stdout.no_fnmatch_line("-m: *")


def test_a_finding_is_one_failing_item(pytester: pytest.Pytester, small: Path) -> None:
    """It is named by check and case, told without a traceback, and every other check passes."""
    result = run(pytester, small, "-v")
    result.stdout.fnmatch_lines(["checks/layout.py::mask-missing::s0001 FAILED*"])
    result.stdout.fnmatch_lines(["*s0001/liver  no mask file*"])
    result.stdout.no_fnmatch_line("*Traceback*")
    result.stdout.no_fnmatch_line("*collecting.py*")
    assert (result.ret, result.parseoutcomes()["failed"]) == (1, 1)


@pytest.mark.parametrize(
    ("arguments", "failed"),
    [
        (("-k", "mask-missing"), 1),
        (("-k", "s0001"), 1),
        (("-k", "s0002"), 0),
        (("-m", "layout"), 1),
        (("-m", "geometry"), 0),
        (("-m", "error"), 1),
        (("-m", "warning"), 0),
    ],
)
def test_items_are_chosen_as_people_expect(
    pytester: pytest.Pytester, small: Path, arguments: tuple[str, ...], failed: int
) -> None:
    """Checks and cases by ``-k``, families and severities by ``-m``."""
    assert run(pytester, small, *arguments).parseoutcomes().get("failed", 0) == failed


def test_last_failed_and_junit(pytester: pytest.Pytester, small: Path) -> None:
    """``--lf`` runs the one item again, and JUnit names it."""
    run(pytester, small)
    result = run(pytester, small, "--lf", "--junitxml", "junit.xml")
    assert result.parseoutcomes()["failed"] == 1
    assert "passed" not in result.parseoutcomes()
    assert 'classname="checks.layout.mask-missing" name="s0001"' in (pytester.path / "junit.xml").read_text()


def test_a_waived_finding_is_an_expected_failure(pytester: pytest.Pytester, small: Path, tmp_path: Path) -> None:
    """It passes with its reason; a waiver that nothing needs fails."""
    waivers = tmp_path / "waivers.toml"
    waivers.write_text(WAIVER)
    result = run(pytester, small, "--waivers", str(waivers), "-rx")
    result.stdout.fnmatch_lines(["XFAIL *mask-missing::s0001 - *waived: known"])
    assert result.ret == 0
    waivers.write_text(WAIVER + WAIVER.replace("s0001", "s0002"))
    result = run(pytester, small, "--waivers", str(waivers))
    assert (result.ret, result.parseoutcomes()["failed"]) == (1, 1)
    result.stdout.fnmatch_lines(["*waiver-needless*"])


def test_xdist_finds_the_same(pytester: pytest.Pytester, small: Path) -> None:
    """Two processes run the items of one audit."""
    result = run(pytester, small, "-n", "2")
    assert (result.ret, result.parseoutcomes()["failed"]) == (1, 1)


def test_wrong_usage_is_told_in_a_line(pytester: pytest.Pytester, tmp_path: Path) -> None:
    """A wrong path and a wrong contract are usage errors of pytest."""
    result = run(pytester, tmp_path)
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(["ERROR: *dataset: there is no such folder; expected*"])


def test_nothing_happens_without_a_dataset(pytester: pytest.Pytester) -> None:
    """The plugin is silent in everybody else's test runs."""
    pytester.makepyfile("import sys\ndef test(): assert 'segaudit.pytest_plugin.items' not in sys.modules")
    result = pytester.runpytest_subprocess()
    result.assert_outcomes(passed=1)
