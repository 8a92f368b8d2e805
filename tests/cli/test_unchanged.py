"""An audit of which nothing changed leaves its reports as they are; whatever a report depends on is noticed."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

import segaudit
from segaudit.auditing import unchanged
from segaudit.dataset import schedule
from segaudit.dataset.schedule import Job
from segaudit.entry_points import Plugin
from segaudit.review import journal
from tests.support.commands import run, run_audit

NOTE = "Nothing changed since the last audit: its reports stand.\n"

OUTPUT = Path("segaudit-report")

WAIVER = '[[waiver]]\ncheck = "mask-empty"\ncase = "s0001"\nreason = "removed"\nuntil = 2999-01-01\n'

CHECK = '''
from segaudit.model import Case, Finding, Severity, check


@check("my-check", Severity.INFO)
def my_check(case: Case) -> list[Finding]:
    """Nothing is ever wrong.

    Why it matters: it does not.
    What to do: nothing.
    Threshold: none.
    Seen in: nowhere.
    Blind spots: everything.
    """
    return []
'''


def stamps(folder: Path) -> dict[Path, int]:
    """Return the time of each file below a folder."""
    return {path: path.stat().st_mtime_ns for path in folder.rglob("*") if path.is_file()}


@pytest.mark.usefixtures("here")
@pytest.mark.parametrize("damaged", [False, True])
@pytest.mark.parametrize("form", ["text", "json", "markdown", "github"])
def test_the_reports_stand(form: str, damaged: bool) -> None:  # noqa: FBT001 (both kinds of verdict)
    """Nothing is written; what is printed and the exit code are those of the last audit."""
    if damaged:
        Path("dataset/s0001/segmentations/liver.nii.gz").write_bytes(b"")
    first, before = run_audit("--format", form), stamps(OUTPUT)
    assert (first.exit_code, first.stderr) == (int(damaged), "")
    for _ in range(2):
        again = run_audit("--format", form)
        assert (again.stdout, again.exit_code, again.stderr) == (first.stdout, first.exit_code, NOTE)
    assert stamps(OUTPUT) == before


@pytest.mark.usefixtures("here")
def test_other_words_for_the_same_report() -> None:
    """How it is printed, and how many workers make it, is no part of it; a quiet audit prints the verdict alone."""
    run_audit("--workers", "1")
    assert run_audit("--workers", "2", "-v").stderr == NOTE
    quiet = run_audit("-q")
    assert (quiet.stderr, len(quiet.stdout.splitlines())) == ("", 1)


def touch(path: str) -> Callable[[], object]:
    """Return what gives a file a later time."""
    return lambda: Path(path).touch()


def append(path: str, text: str) -> Callable[[], object]:
    """Return what adds text to a file."""
    return lambda: Path(path).write_text(Path(path).read_text() + text if Path(path).exists() else text)


def replace(path: str, old: str, new: str) -> Callable[[], object]:
    """Return what replaces text in a file."""
    return lambda: Path(path).write_text(Path(path).read_text().replace(old, new))


@pytest.mark.usefixtures("here")
def test_an_output_folder_with_other_things() -> None:
    """It may hold anything, and be the one that the dataset lies in: only what an audit writes is compared."""
    assert run_audit("--output", ".").stderr == ""
    Path("else").mkdir()
    append("else/notes.txt", "x")()
    assert run_audit("--output", ".").stderr == NOTE
    Path("markups").mkdir()
    append("markups/s0001.mrk.json", "{}")()
    assert run_audit("--output", ".").stderr == ""


@pytest.mark.usefixtures("here")
def test_an_output_folder_named_like_a_report() -> None:
    """It is a folder all the same."""
    run_audit("--output", "report.json")
    assert run_audit("--output", "report.json").stderr == NOTE


@pytest.mark.usefixtures("here")
def test_part_of_the_cases() -> None:
    """Of the others, the report only says that they are there."""
    run_audit("--cases", "s0001")
    touch("dataset/s0002/segmentations/liver.nii.gz")()
    assert run_audit("--cases", "s0001").stderr == NOTE
    shutil.copytree("dataset/s0001", "dataset/s0009")
    assert run_audit("--cases", "s0001").stderr == ""


@pytest.mark.usefixtures("here")
def test_a_card() -> None:
    """The files that it names count, wherever in the dataset they lie, also with the same size."""
    Path("dataset/docs").mkdir()
    Path("dataset/docs/licence.txt").write_text("a")
    named = {"@id": "licence", "contentUrl": "docs/licence.txt", "sha256": hashlib.sha256(b"a").hexdigest()}
    Path("dataset/croissant.json").write_text(json.dumps({"distribution": [named]}))
    assert (run_audit().stderr, run_audit().stderr) == ("", NOTE)
    Path("dataset/docs/licence.txt").write_text("b")
    assert run_audit().stderr == ""


@pytest.mark.usefixtures("here")
@pytest.mark.parametrize("option", ["--output", "--waivers"])
def test_names_that_are_not_utf8(option: str) -> None:
    """Linux allows any bytes in a name."""
    folder = os.fsdecode(b"\xff")
    try:
        Path(folder).mkdir()
    except OSError:
        pytest.skip("this file system takes no such name")
    named = {"--output": folder, "--waivers": f"{folder}/waivers.toml"}
    append(named["--waivers"], WAIVER)()
    shutil.copytree("dataset", f"{folder}/dataset")
    arguments = ("audit", f"{folder}/dataset", "--contract", "contract.toml", option, named[option])
    assert (run(*arguments).stderr, run(*arguments).stderr) == ("", NOTE)


@pytest.mark.usefixtures("here")
def test_huge_numbers() -> None:
    """A contract and a card may state numbers that no computer counts to."""
    append("contract.toml", f'[archives]\n"dataset.zip" = {10**25}\n')()
    facts = {"@id": "facts", "data": [{"facts/fact": "images", "facts/count": 10**25}]}
    Path("dataset/croissant.json").write_text(json.dumps({"recordSet": [facts]}))
    assert (run_audit().stderr, run_audit().stderr) == ("", NOTE)


CHANGES = {
    "a mask": touch("dataset/s0002/segmentations/liver.nii.gz"),
    "a CT": touch("dataset/s0000/ct.nii.gz"),
    "no mask": Path("dataset/s0002/segmentations/liver.nii.gz").unlink,
    "a file beside the masks": append("dataset/s0001/segmentations/notes.txt", "x"),
    "a file beside the cases": append("dataset/notes.txt", "x"),
    "another case": lambda: shutil.copytree("dataset/s0001", "dataset/s0009"),
    "fewer cases": lambda: shutil.rmtree("dataset/s0001"),
    "metadata": append("dataset/meta.csv", " "),
    "a card": append("dataset/croissant.json", "{}"),
    "the contract": append("contract.toml", '[severity]\nmask-empty = "info"\n'),
    "a promise, in its table": append("structures.csv", "3,heart,organ\n"),
    "the order of promises": replace("contract.toml", "train = 2\ntest = 1", "test = 1\ntrain = 2"),
    "no report": (OUTPUT / "summary.md").unlink,
    "an edited report": append(str(OUTPUT / "report.json"), " "),
    "no record": (OUTPUT / "measurements/s0001.msgpack").unlink,
    "a damaged record": lambda: (OUTPUT / "measurements/s0001.msgpack").write_bytes(b"x"),
    "no table": (OUTPUT / "measurements/masks.csv").unlink,
    "a decision": append(str(OUTPUT / "decisions.jsonl"), ""),
    "no note of it": (OUTPUT / "measurements" / unchanged.NAME).unlink,
    "a damaged note": lambda: (OUTPUT / "measurements" / unchanged.NAME).write_bytes(b"{"),
}


@pytest.mark.usefixtures("here")
@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_a_change(change: Callable[[], object]) -> None:
    """It is audited as if there were no report, and writes all of them."""
    run_audit()
    change()
    assert run_audit().stderr != NOTE
    assert sorted(path.name for path in OUTPUT.glob("*.*")) == sorted(
        [
            *("breakdown.csv", "exclude.txt", "findings.csv", "findings.sarif", "junit.xml"),
            *("report.html", "report.json", "review.csv", "summary.md"),
            *(["decisions.jsonl"] if (OUTPUT / "decisions.jsonl").exists() else []),
        ]
    )


@pytest.mark.usefixtures("here")
@pytest.mark.parametrize(
    "options",
    [
        ("--gate", "warning"),
        ("--select", "geometry"),
        ("--ignore", "privacy"),
        ("--cases", "s0001"),
        ("--waivers", "waivers.toml"),
        ("--checks", "mine.py"),
        ("--no-cache",),
        ("--verify",),
        ("--since", "segaudit-report"),
    ],
    ids=" ".join,
)
def test_other_options(options: tuple[str, ...]) -> None:
    """They are another audit, whose reports are not those of the one without them."""
    Path("waivers.toml").write_text(WAIVER)
    Path("mine.py").write_text(CHECK)
    run_audit()
    assert run_audit(*options).stderr == ""
    assert run_audit().stderr == ""


@pytest.mark.usefixtures("here")
@pytest.mark.parametrize("options", [("--no-cache",), ("--verify",), ("--checks", "mine.py")], ids=" ".join)
def test_what_has_to_run_runs_each_time(options: tuple[str, ...]) -> None:
    """Who asks for files to be read gets them read, and checks of one's own may depend on anything."""
    Path("mine.py").write_text(CHECK)
    run_audit(*options)
    assert run_audit(*options).stderr == ""


@pytest.mark.usefixtures("here")
def test_waivers() -> None:
    """Those of a file count as it is now."""
    Path("waivers.toml").write_text(WAIVER)
    run_audit("--waivers", "waivers.toml")
    assert run_audit("--waivers", "waivers.toml").stderr == NOTE
    append("waivers.toml", WAIVER.replace("s0001", "s0002"))()
    assert run_audit("--waivers", "waivers.toml").stderr == ""


@pytest.mark.usefixtures("here")
def test_without_room_for_the_note() -> None:
    """The verdict is that of the data, and the reports are there: only the next audit takes longer."""
    (OUTPUT / "measurements" / unchanged.NAME).mkdir(parents=True)
    assert [(run_audit().exit_code, run_audit().stderr) for _ in range(2)] == [(0, ""), (0, "")]


@pytest.mark.usefixtures("here")
def test_the_next_day(monkeypatch: pytest.MonkeyPatch) -> None:
    """Waivers expire, and the page has a date."""
    run_audit()
    monkeypatch.setattr(unchanged, "today", lambda: dt.date(2999, 1, 2))
    assert run_audit().stderr == ""


@pytest.mark.usefixtures("here")
def test_other_code(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """After an installation, and with checks of another package, all is judged again."""
    run_audit()
    packages = tmp_path / "site-packages"
    packages.mkdir()
    monkeypatch.syspath_prepend(packages)
    assert run_audit().stderr == ""
    assert run_audit().stderr == NOTE
    (packages / "acme-1.0.dist-info").mkdir()
    assert run_audit().stderr == ""
    acme = Plugin("segaudit.checks", "acme", "acme.checks", "acme", "1.0")
    monkeypatch.setattr(unchanged, "installed", lambda group: (acme,) if group == acme.group else ())
    assert (run_audit().stderr, run_audit().stderr) == ("", "")


@pytest.mark.usefixtures("here")
def test_code_behind_a_link(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """In a clone, checks, schemas and reports lie outside of the package, which links to their folders."""
    (tmp_path / "checks").mkdir()
    (tmp_path / "package").mkdir()
    (tmp_path / "package/checks").symlink_to("../checks")
    monkeypatch.setattr(segaudit, "__file__", str(tmp_path / "package/__init__.py"))
    run_audit()
    append("checks/geometry.py", "LIMIT = 1\n")()
    assert run_audit().stderr == ""
    assert run_audit().stderr == NOTE


def lacks(_: Job) -> bytes:
    """Find no space."""
    raise OSError(28, "No space left on device")


@pytest.mark.usefixtures("here")
def test_what_could_not_run_runs_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """A disk that was full may not be tomorrow, without any file that shows it."""
    with monkeypatch.context() as full:
        full.setattr(schedule, "record_of", lacks)
        assert [run_audit().exit_code for _ in range(2)] == [3, 3]
    assert (run_audit().exit_code, run_audit().stderr) == (0, NOTE)


@pytest.mark.usefixtures("here")
def test_missing_pictures_are_drawn_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """The reports of an audit that could not draw all of them do not stand."""
    with monkeypatch.context() as without:
        without.setattr("segaudit.cli.output.write", lambda *_: False)
        OUTPUT.joinpath("measurements").mkdir(parents=True)
        run_audit()
    assert (run_audit().stderr, run_audit().stderr) == ("", NOTE)


@pytest.mark.usefixtures("here")
def test_a_decision_during_an_audit(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is decided after decisions were read, while pictures are drawn, is in the next reports."""
    with monkeypatch.context() as review:
        review.setattr("segaudit.auditing.reports.write_markups", lambda *_: append(str(OUTPUT / journal.NAME), "")())
        run_audit()
    assert (run_audit().stderr, run_audit().stderr) == ("", NOTE)
