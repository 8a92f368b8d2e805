"""The audit as pytest items."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from segaudit.checks import layout
from segaudit.testing.small import write_small

pytestmark = pytest.mark.usefixtures("engine")

WAIVER = (
    '[[waiver]]\ncheck = "mask-missing"\ncase = "s0001"\nstructure = "liver"\nreason = "known"\nuntil = 2999-01-01\n'
)


ALONE = "--segaudit-workers=1"
"""Measured in the process of the run: the start of others would take longer than all else."""


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


def words(folder: Path, *arguments: str) -> tuple[str, ...]:
    """Return the command line of a run on a dataset; what is measured is measured once for all tests."""
    dataset = (f"--segaudit={folder / 'dataset'}", f"--segaudit-contract={folder / 'contract.toml'}")
    kept = (f"--segaudit-measurements={folder / 'kept'}",)
    return ("--rootdir=.", "--pyargs", "segaudit.checks", *dataset, *kept, *arguments)


def run(pytester: pytest.Pytester, folder: Path, *arguments: str) -> pytest.RunResult:
    """Run pytest on a dataset in this process: to start one takes twenty times as long."""
    return pytester.runpytest_inprocess(*words(folder, *arguments))


def start(pytester: pytest.Pytester, folder: Path, *arguments: str) -> pytest.RunResult:
    """Run pytest on a dataset in a process of its own, as a user does."""
    return pytester.runpytest_subprocess(*words(folder, *arguments))


def test_a_clean_dataset_passes(pytester: pytest.Pytester, clean: Path) -> None:
    """One item a check, nothing fails, and the header says what was audited."""
    result = start(pytester, clean)
    assert result.ret == 0
    result.stdout.fnmatch_lines(["segaudit: *dataset", "*dataset (small), 3 cases, 6 masks", "0 errors, 0 warnings, *"])
    assert "failed" not in result.parseoutcomes()


def test_a_misspelt_family_is_reported(pytester: pytest.Pytester, clean: Path) -> None:
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
    """It is named by check and case, without a traceback, and every other check passes."""
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
    result = run(pytester, small, f"--segaudit-waivers={waivers}", "-rx")
    result.stdout.fnmatch_lines(["XFAIL *mask-missing::s0001 - *waived: known"])
    assert result.ret == 0
    waivers.write_text(WAIVER + WAIVER.replace("s0001", "s0002"))
    result = run(pytester, small, f"--segaudit-waivers={waivers}")
    assert (result.ret, result.parseoutcomes()["failed"]) == (1, 1)
    result.stdout.fnmatch_lines(["*waiver-needless*"])


def test_xdist_finds_the_same(pytester: pytest.Pytester, small: Path) -> None:
    """Two processes run the items of one audit."""
    result = run(pytester, small, "-n", "2")
    assert (result.ret, result.parseoutcomes()["failed"]) == (1, 1)


@pytest.mark.parametrize("arguments", [(), ("-n", "1")])
def test_tests_of_the_project_itself_read_no_dataset(pytester: pytest.Pytester, arguments: tuple[str, ...]) -> None:
    """A configuration file may name a dataset that is not there, or takes hours: only a run with checks needs it."""
    pytester.makeini("[pytest]\nsegaudit_dataset = not-there")
    pytester.makepyfile("def test(): pass")
    result = pytester.runpytest_inprocess(*arguments)
    assert (result.ret, result.parseoutcomes()) == (0, {"passed": 1})


@pytest.mark.parametrize(("folder", "marker"), [(".tox/py", "of-tox"), ("env/lib", "../pyvenv.cfg")])
def test_checks_that_are_installed_in_the_project_read_no_dataset(
    pytester: pytest.Pytester, folder: str, marker: str
) -> None:
    """An environment in the project's folder has them, and pytest does not collect there."""
    place = pytester.path / folder / "checks"
    place.mkdir(parents=True)
    place.joinpath("layout.py").write_bytes(Path(layout.__file__).read_bytes())
    (pytester.path / folder / marker).touch()
    pytester.makeini("[pytest]\nsegaudit_dataset = not-there")
    pytester.makepyfile("def test(): pass")
    result = pytester.runpytest_inprocess("-n", "1")
    assert (result.ret, result.parseoutcomes()) == (0, {"passed": 1})


def test_checks_below_a_folder_are_found_by_xdist(pytester: pytest.Pytester, small: Path) -> None:
    """The folder of a clone has them, one level below the path that is given; one audit is for all processes."""
    pytester.mkdir("checks").joinpath("layout.py").write_bytes(Path(layout.__file__).read_bytes())
    given = words(small, "-n", "1")
    result = pytester.runpytest_inprocess(given[0], ".", *given[3:])
    result.stdout.fnmatch_lines(["1 error, 0 warnings, *", "FAILED *mask-missing::s0001 *"])


def test_wrong_usage_is_reported_in_a_line(pytester: pytest.Pytester, tmp_path: Path) -> None:
    """A wrong path and a wrong contract are usage errors of pytest."""
    result = run(pytester, tmp_path)
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(["ERROR: *dataset: there is no such folder; expected*"])


def test_nothing_happens_without_a_dataset(pytester: pytest.Pytester) -> None:
    """The plugin is silent in everybody else's test runs."""
    pytester.makepyfile("import sys\ndef test(): assert 'segaudit.pytest_plugin.items' not in sys.modules")
    result = pytester.runpytest_subprocess()
    result.assert_outcomes(passed=1)
    result.stdout.no_fnmatch_line("segaudit: *")


@pytest.mark.parametrize("arguments", [(), ("-p", "no:cacheprovider"), ("-n", "1")])
def test_other_projects_have_options_of_their_own(pytester: pytest.Pytester, arguments: tuple[str, ...]) -> None:
    """A conftest.py may declare any option that does not begin with segaudit, and the command line may give it."""
    names = ("dataset", "contract", "waivers", "gate", "cases", "workers", "measurements")
    declared = "\n".join(f"    parser.addoption('--{name}'); parser.addini('{name}', 'mine')" for name in names)
    pytester.makeconftest(f"def pytest_addoption(parser):\n{declared}")
    pytester.makepyfile("def test(request): assert request.config.getoption('--dataset') == 'mine'")
    pytester.runpytest_subprocess("--dataset=mine", "--workers=3", *arguments).assert_outcomes(passed=1)


def stamps(folder: Path) -> dict[str, int]:
    """Return when each file of a folder was written, by its path."""
    return {str(path.relative_to(folder)): path.stat().st_mtime_ns for path in folder.rglob("*") if path.is_file()}


def test_the_second_run_reads_nothing(pytester: pytest.Pytester, small: Path) -> None:
    """Measurements are kept in pytest's cache: no record is written anew."""
    given = (f"--segaudit={small / 'dataset'}", f"--segaudit-contract={small / 'contract.toml'}")
    arguments = ("--rootdir=.", "--pyargs", "segaudit.checks", ALONE, *given)
    assert pytester.runpytest_inprocess(*arguments).ret == 1
    cache = pytester.path / ".pytest_cache" / "d" / "segaudit" / "measurements"
    first = {path: written for path, written in stamps(cache).items() if path.endswith(".msgpack")}
    assert len(first) == 3
    assert pytester.runpytest_inprocess(*arguments).ret == 1
    assert first.items() <= stamps(cache).items()


def test_without_a_cache(pytester: pytest.Pytester, clean: Path) -> None:
    """Nothing is kept, and nothing else changes."""
    given = (f"--segaudit={clean / 'dataset'}", f"--segaudit-contract={clean / 'contract.toml'}")
    result = pytester.runpytest_inprocess("-p", "no:cacheprovider", "--pyargs", "segaudit.checks", ALONE, *given)
    assert result.ret == 0
    assert stamps(pytester.path) == {}


def test_nothing_is_written_into_the_dataset(
    pytester: pytest.Pytester, clean: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Called from inside of it, pytest keeps its cache with the user's, and finds it again."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(pytester.path / "home"))
    before = stamps(clean / "dataset")
    monkeypatch.chdir(clean / "dataset")
    arguments = ("--pyargs", "segaudit.checks", ALONE, "--segaudit=.", f"--segaudit-contract={clean / 'contract.toml'}")
    assert pytester.runpytest_inprocess(*arguments).ret == 0
    assert stamps(clean / "dataset") == before
    assert sum(path.endswith(".msgpack") for path in stamps(pytester.path / "home")) == 3


@pytest.mark.parametrize("question", ["--help", "--markers", "--fixtures", "--version"])
def test_a_question_reads_no_dataset(pytester: pytest.Pytester, small: Path, question: str) -> None:
    """Options of pytest that only print something do not run an audit."""
    result = pytester.runpytest_inprocess(
        "--rootdir=.", "--pyargs", "segaudit.checks", f"--segaudit={small / 'dataset'}", question
    )
    assert result.ret in {pytest.ExitCode.OK, pytest.ExitCode.NO_TESTS_COLLECTED}
    assert not (pytester.path / ".pytest_cache" / "d" / "segaudit").exists()


def test_options_in_the_configuration(pytester: pytest.Pytester, small: Path) -> None:
    """Paths start from the file that gives them; tests of the project are run without an audit."""
    lines = {"dataset": small / "dataset", "contract": "contract.toml", "gate": "warning", "workers": 1}
    pytester.makeini("[pytest]\n" + "".join(f"segaudit_{name} = {value}\n" for name, value in lines.items()))
    for name in ("contract.toml", "structures.csv"):
        (pytester.path / name).write_bytes((small / name).read_bytes())
    pytester.makepyfile("def test(): ...")
    inner = pytester.mkdir("inner")
    pytester.runpytest_inprocess("-c", "tox.ini", "test_options_in_the_configuration.py").assert_outcomes(passed=1)
    assert not (pytester.path / ".pytest_cache" / "d" / "segaudit").exists()
    os.chdir(inner)
    result = pytester.runpytest_inprocess("--pyargs", "segaudit.checks", "-k", "mask-missing")
    assert (result.ret, result.parseoutcomes()["failed"]) == (1, 1)


@pytest.mark.skipif(pytest.version_tuple < (9,), reason="[tool.pytest] came with pytest 9")
@pytest.mark.parametrize(("workers", "ret"), [("1", 1), ('"1"', 1), ("0", 4), ("-1", 4), ("true", 2), ("1.5", 2)])
def test_a_number_in_native_toml(pytester: pytest.Pytester, small: Path, workers: str, ret: int) -> None:
    """A number and its text are the same; anything else is an error in a line."""
    pytester.makepyprojecttoml(
        f"[tool.pytest]\nsegaudit_dataset = '{small / 'dataset'}'\n"
        f"segaudit_contract = '{small / 'contract.toml'}'\nsegaudit_workers = {workers}\n"
    )
    result = pytester.runpytest_inprocess("--pyargs", "segaudit.checks", "-k", "mask-missing")
    assert result.ret == ret
    result.stdout.no_fnmatch_line("*Traceback*")


def test_the_summary_begins_with_the_finding(pytester: pytest.Pytester, small: Path) -> None:
    """What is wrong comes first in pytest's short summary, which is cut to the terminal's width."""
    for arguments in ((), ("-n", "1")):
        result = run(pytester, small, *arguments)
        result.stdout.fnmatch_lines(["FAILED *mask-missing::s0001 - liver: no mask file*"])


@pytest.mark.parametrize(
    ("option", "message"),
    [
        ("--segaudit-workers=two", "segaudit workers 'two': expected a number of processes, such as 2"),
        ("--segaudit-workers=0", "workers 0: expected 1 or more"),
        ("--segaudit-gate=info", "gate 'info': expected error or warning"),
        ("--segaudit-waivers=none.toml", "*none.toml*"),
    ],
)
def test_a_wrong_option_is_a_usage_error(pytester: pytest.Pytester, clean: Path, option: str, message: str) -> None:
    """It is named in a line; nothing is collected."""
    result = run(pytester, clean, option)
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines([f"ERROR: {message}"])
    result.stderr.no_fnmatch_line("*Traceback*")
