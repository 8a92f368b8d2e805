"""User-defined checks: loaded and judged like the built-in ones; errors of their files are usage errors."""

from __future__ import annotations

import json
import os
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from segaudit import audit, catalogue
from segaudit.catalogue import user_checks
from segaudit.cli import main
from segaudit.model import Outcome
from segaudit.model.errors import ChecksError, UnknownCheckError
from segaudit.model.families import FIRST
from segaudit.testing.small import write_small

EXAMPLE = Path(__file__).parents[2] / "examples" / "checks" / "spleen.py"
SPLEEN = "spleen-larger-than-liver"

CHECK = '''
from collections.abc import Iterator
from segaudit.model import Case, Finding, Severity, check

@check("{id}", Severity.ERROR)
def rule(case: Case) -> Iterator[Finding]:
    """A rule."""
    {body}
'''
QUIET = "yield from ()"


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of a dataset in which liver and spleen of s0001 are swapped, and its contract."""
    folder = tmp_path_factory.mktemp("small")
    write_small(folder)
    liver, spleen = (folder / f"dataset/s0001/segmentations/{name}.nii.gz" for name in ("liver", "spleen"))
    liver.rename(folder / "aside")
    spleen.rename(liver)
    (folder / "aside").rename(spleen)
    return folder


def written(folder: Path, name: str, check_id: str = "rule-of-mine", body: str = QUIET) -> Path:
    """Write a file with one check."""
    file = folder / name
    file.parent.mkdir(exist_ok=True)
    file.write_text(CHECK.format(id=check_id, body=body))
    return file


def run(*arguments: str | Path) -> Result:
    """Run segaudit; whatever is wrong, no exception may reach the user."""
    result = CliRunner().invoke(main, [str(argument) for argument in arguments])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result


def run_audit(small: Path, tmp_path: Path, *arguments: str | Path) -> Result:
    """Audit the small dataset."""
    paths = ("--contract", small / "contract.toml", "--output", tmp_path / "report")
    return run("audit", small / "dataset", *paths, *arguments)


def test_a_file_extends_the_catalogue() -> None:
    """Its checks are a family of their own, after ours, and can be chosen by id and family."""
    families = catalogue.families((EXAMPLE,))
    assert [check.id for check in families["spleen"]] == [SPLEEN]
    assert [*families][: len(FIRST)] == list(FIRST)
    assert catalogue.matching("spleen", (EXAMPLE,)) == (catalogue.find(SPLEEN, (EXAMPLE,)),)


def test_nothing_is_registered() -> None:
    """A file's checks are only in the catalogue of an audit that names the file."""
    catalogue.families((EXAMPLE,))
    assert "spleen" not in catalogue.families()
    with pytest.raises(UnknownCheckError, match=SPLEEN):
        catalogue.find(SPLEEN)


def test_a_folder_holds_files(tmp_path: Path) -> None:
    """Each file of a folder is read, but for those that begin with an underscore; a file named twice is one."""
    for name in ("liver.py", "heart.py", "_help.py"):
        written(tmp_path / "mine", name, f"{name.strip('_.py')}-odd")
    files = user_checks.found([tmp_path / "mine", tmp_path / "mine" / "liver.py"])
    assert [file.name for file in files] == ["heart.py", "liver.py"]


def test_what_is_imported_is_not_defined(tmp_path: Path) -> None:
    """A check of ours that a file imports is still ours."""
    file = written(tmp_path, "mine.py")
    file.write_text(f"from segaudit.checks.labels_overlap import masks_overlap\n{file.read_text()}")
    assert [check.id for check in user_checks.load(file)] == ["rule-of-mine"]


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("mine.py", "1 / 0", r"mine.py: cannot be imported: ZeroDivisionError: division by zero \(line 1\)"),
        ("mine.py", "x = 1\nimport nowhere_to_be_found", r"ModuleNotFoundError: .* \(line 2\)"),
        ("mine.py", "def broken(", r"SyntaxError: .* \(mine.py, line 1\)"),
        ("mine.py", "raise SystemExit(0)", "mine.py: cannot be imported: SystemExit: 0"),
        (
            "mine.py",
            "import pytest\npytest.importorskip('nowhere')",
            r"imported: Skipped: could not import .* \(line 2\)",
        ),
        ("mine.py", "x = 1", "mine.py: defines no check; expected functions under @check"),
        ("mine.py", CHECK.format(id="mine", body=QUIET), "ValueError: check id 'mine' is not kebab-case"),
        ("mine.py", CHECK.format(id="mask-tiny", body=QUIET), "mask-tiny: segaudit has a check of this id; choose"),
        ("labels.py", CHECK.format(id="a-rule", body=QUIET), "there is a module 'labels' already; give the file"),
        ("my-rules.py", CHECK.format(id="a-rule", body=QUIET), "expected a file of Python named with letters, digits"),
        ("mine.txt", "", "mine.txt: expected a file of Python"),
        ("none", None, "none: there is no such file or folder; expected checks of your own, such as spleen.py"),
        ("folder", "", "folder: holds no file of checks"),
    ],
)
def test_a_file_that_cannot_be_used_is_reported(tmp_path: Path, name: str, text: str | None, message: str) -> None:
    """The message names the file, what is wrong with it, and the line; the exit code is 2."""
    path = tmp_path / name
    if name == "folder":
        path.mkdir()
    elif text is not None:
        path.write_text(text)
    with pytest.raises(ChecksError, match=message):
        catalogue.by_id((path,))
    result = run("list", "--checks", path)
    assert (result.exit_code, result.stdout) == (2, "")


def test_a_file_that_is_written_anew_is_read_anew(tmp_path: Path) -> None:
    """As in a notebook, where a check is edited and tried again."""
    file = written(tmp_path, "mine.py")
    assert user_checks.load(file) is user_checks.load(file)
    file.write_text(file.read_text().replace("rule-of-mine", "another-rule-of-mine"))
    os.utime(file, ns=(1, 1))
    assert [check.id for check in user_checks.load(file)] == ["another-rule-of-mine"]


def test_two_files_do_not_share_an_id_or_a_name(tmp_path: Path) -> None:
    """The message names the other file."""
    first, second = written(tmp_path, "one.py"), written(tmp_path, "two.py")
    with pytest.raises(ChecksError, match=r"two.py: rule-of-mine: .*one.py has a check of this id"):
        catalogue.by_id((first, second))
    with pytest.raises(ChecksError, match="there is a module 'one' already"):
        catalogue.by_id((first, written(tmp_path / "more", "one.py", "other-rule")))


def test_audit_with_own_checks(small: Path, tmp_path: Path) -> None:
    """What they find is found like anything else: reported, waived, re-graded, selected."""
    run_audit(small, tmp_path, "--checks", EXAMPLE)
    report = json.loads((tmp_path / "report/report.json").read_text())
    assert [(f["case"], f["structure"]) for f in report["findings"] if f["check"] == SPLEEN] == [("s0001", "spleen")]
    assert run_audit(small, tmp_path, "--checks", EXAMPLE, "--select", "spleen").exit_code == 0
    assert (
        run_audit(small, tmp_path, "--checks", EXAMPLE.parent, "--select", SPLEEN, "--gate", "warning").exit_code == 1
    )
    contract = shutil.copytree(small, tmp_path / "copy") / "contract.toml"
    contract.write_text(f'{contract.read_text()}[regrade]\n{SPLEEN} = {{severity = "error", reason = "ours"}}\n')
    chosen = ("--contract", contract, "--select", "spleen")
    assert run_audit(small, tmp_path, "--checks", EXAMPLE, *chosen).exit_code == 1
    assert f"regrade.{SPLEEN}" in run_audit(small, tmp_path, *chosen[:2]).stderr
    assert SPLEEN in run("contract", "show", contract, "--checks", EXAMPLE).stdout


def test_python_takes_own_checks(small: Path) -> None:
    """``segaudit.audit`` has the same option."""
    report = audit(small / "dataset", small / "contract.toml", checks=[EXAMPLE], select=["spleen"])
    assert [(finding.check, finding.case) for finding in report.findings] == [(SPLEEN, "s0001")]


@pytest.mark.parametrize(
    ("body", "error"),
    [
        ("raise ValueError('odd')", "ValueError: odd (in s0000; {file}, line 8)"),
        ("return 1", "TypeError: 'int' object is not iterable (in s0000; {file}, line 5)"),
        ("yield 1", "TypeError: it yields int instead of findings (in s0000; {file}, line 5)"),
    ],
)
def test_a_check_that_raises_could_not_run(small: Path, tmp_path: Path, body: str, error: str) -> None:
    """The others go on, and the report says why, with file and line."""
    file = written(tmp_path, "mine.py", body=body)
    report = audit(small / "dataset", small / "contract.toml", checks=[file], select=["mine", "labels"])
    assert [(check.id, check.error) for check in report.checks if check.outcome is Outcome.COULD_NOT_RUN] == [
        ("rule-of-mine", error.format(file=file.resolve()))
    ]


def test_list_and_explain() -> None:
    """They know the user's checks, too."""
    assert SPLEEN in run("list", "--checks", EXAMPLE).stdout
    assert "What to do: look at both masks" in run("explain", SPLEEN, "--checks", EXAMPLE).stdout
    assert run("explain", SPLEEN).exit_code == 2


def collect(pytester: pytest.Pytester, small: Path, *arguments: str | Path) -> pytest.RunResult:
    """Run pytest on the small dataset."""
    given = {"": "dataset", "-contract": "contract.toml", "-measurements": "kept"}
    dataset = [f"--segaudit{option}={small / name}" for option, name in given.items()]
    return pytester.runpytest_inprocess("--rootdir=.", *dataset, *arguments)


@pytest.mark.usefixtures("engine")
@pytest.mark.parametrize("path", ["mine", "mine/spleen.py", f"mine/spleen.py::{SPLEEN}::s0001"])
def test_pytest_collects_own_checks(pytester: pytest.Pytester, small: Path, path: str) -> None:
    """By file, by folder and by item; tests beside them are tests."""
    shutil.copytree(EXAMPLE.parent, pytester.path / "mine", ignore=shutil.ignore_patterns("__pycache__"))
    tests = "# segaudit\ncheck = lambda word: lambda function: function\n@check('a')\ndef test() -> None: ...\n"
    (pytester.path / "mine" / "test_spleen.py").write_text(tests)
    result = collect(pytester, small, path, "--segaudit-gate=warning", "-v")
    result.stdout.fnmatch_lines([f"mine/spleen.py::{SPLEEN}::s0001 FAILED*"])
    result.stdout.fnmatch_lines(["*the spleen has * ml, the liver * ml*"])
    assert result.parseoutcomes() == {"failed": 1} | ({"passed": 1} if path == "mine" else {})


@pytest.mark.usefixtures("engine")
def test_pytest_runs_both_catalogues(pytester: pytest.Pytester, small: Path) -> None:
    """Ours and the user's are one audit; markers know the user's family."""
    shutil.copy(EXAMPLE, pytester.path / "spleen.py")
    result = collect(pytester, small, "--pyargs", "segaudit.checks", "spleen.py", "-m", "spleen", "-n", "2")
    assert result.parseoutcomes()["passed"] == 1


@pytest.mark.usefixtures("engine")
def test_pytest_reports_what_is_wrong_with_a_file(pytester: pytest.Pytester, small: Path) -> None:
    """A file that cannot be used is a usage error."""
    written(pytester.path, "mine.py", "mask-tiny")
    result = collect(pytester, small, "mine.py")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(["ERROR: *mine.py: mask-tiny: segaudit has a check of this id; choose another"])


@pytest.mark.usefixtures("engine")
@pytest.mark.parametrize("arguments", [("--pyargs", "segaudit.checks"), ("--pyargs", "segaudit.checks.labels")])
def test_pytest_asks_for_the_dataset(pytester: pytest.Pytester, arguments: tuple[str, ...]) -> None:
    """Naming the built-in checks without a dataset gives a message in one line."""
    result = pytester.runpytest_inprocess(*arguments)
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(["ERROR: name the dataset that segaudit.checks is to audit: --segaudit=DATASET"])


def test_what_to_do_names_the_file(small: Path, tmp_path: Path) -> None:
    """The command that explains a check of the user's own names its file, and works as it stands."""
    file = written(tmp_path / "a folder", "mine.py", body="yield Finding(case=case.case, message='odd')")
    result = run_audit(small, tmp_path, "--checks", file, "--select", "rule-of-mine")
    (line,) = (line for line in result.stdout.splitlines() if line.startswith("what to do"))
    command = shlex.split(line.removeprefix("what to do"))
    assert command == ["segaudit", "explain", "rule-of-mine", "--checks", str(file.resolve())]
    assert run(*command[1:]).exit_code == 0


def test_summaries_without_docstrings(small: Path) -> None:
    """Under ``python -OO``, too, checks say what they find."""
    arguments = [sys.executable, "-OO", "-m", "segaudit", "list"]
    listed = subprocess.run(arguments, capture_output=True, text=True, check=True, cwd=small).stdout
    assert run("list").stdout == listed
    assert "A mask is a speck." in listed
