"""The shipped registers of publicly reported defects, and their list."""

from __future__ import annotations

import csv
import json
from fnmatch import fnmatchcase
from io import StringIO

import pytest
from click.testing import CliRunner
from rich.console import Console

from segaudit import catalogue, contracts
from segaudit.catalogue.defect_classes import CLASSES
from segaudit.cli import main
from segaudit.model import KnownIssue
from segaudit.reports import known
from tests.support.known import reported


def test_every_check_of_a_class_exists() -> None:
    """The table of classes names checks of the catalogue."""
    named = {check for defect_class in CLASSES.values() for check in (*defect_class.checks, *defect_class.further)}
    assert named - catalogue.by_id().keys() == set()


@pytest.mark.parametrize("release", contracts.names())
def test_register_names_known_classes_and_places(release: str) -> None:
    """Each class is in the table, and each place is a file of the layout or fits a structure of some release."""
    contract = contracts.load(release)
    assert {issue.defect for issue in contract.known_issues} - CLASSES.keys() == set()
    structures = frozenset(contract.by_name).union(*contract.siblings.values())
    places = {place for issue in contract.known_issues for place in issue.globs}
    named = places - {"ct.nii.gz", "segmentations/*", "meta.csv"}
    assert [place for place in named if not any(_fits(name, place) for name in structures)] == []


def _fits(name: str, place: str) -> bool:
    start, star, end = place.partition("*")
    return name.startswith(start) and name.endswith(end.rpartition("*")[2]) if star else name == place


def run(*arguments: str) -> str:
    """Run ``segaudit known`` and return what it prints."""
    result = CliRunner().invoke(main, ["known", *arguments])
    assert (result.exit_code, result.stderr) == (0, "")
    return result.stdout


def printed(registers: known.IssueLists) -> str:
    """Print registers on a terminal of 80 columns."""
    console = Console(width=80, color_system=None)
    with console.capture() as capture:
        console.print(known.text(registers))
    return "\n".join(line.rstrip() for line in capture.get().splitlines())


def test_list_of_a_release() -> None:
    """Issues that differ in the case alone are one entry, with release, class, place, words, status and link."""
    issues = contracts.load("totalsegmentator-v2").known_issues
    few = [issue for issue in issues if fnmatchcase(issue.case, "s0[12][248][48]")]
    assert printed({"totalsegmentator-v2": few}) == (
        "totalsegmentator-v2: 4 known issues\n"
        "2 cases    v2.0.0 HU_RESCALED (ct.nii.gz): intensities are clipped or rescaled\n"
        "           against v1.0 (archive MD5 fd65f71cf3ef78c67a3740909ecef674)\n"
        "           s0184, s0224\n"
        "           status: fixed in v2.0.1\n"
        "           https://github.com/wasserth/TotalSegmentator/issues/193\n"
        "\n"
        "s0248      v2.0.0 IMG_EMPTY (ct.nii.gz): all voxels are empty in the reporter's\n"
        "           download; the maintainer could not reproduce it\n"
        "           status: right in v2.0.1\n"
        "           https://github.com/wasserth/TotalSegmentator/issues/193\n"
        "\n"
        "s0128      v2.0.1 LABEL_ORDER (vertebrae_*): review by a radiologist: the outer\n"
        "           contour is right but neighbouring vertebrae are mixed (10 to 15 per\n"
        "           cent of about 100 random cases)\n"
        "           status: vertebra mix-ups corrected in v3.0.0\n"
        "           https://github.com/wasserth/TotalSegmentator/issues/394\n"
    )


def test_lines_of_a_log_are_whole() -> None:
    """Without a terminal, the description of an issue and its link are in one line each."""
    first, issue, *_, link = run("totalsegmentator-v2", "--case", "s0128").splitlines()
    assert (first, link.strip()) == (
        "totalsegmentator-v2: 1 known issue",
        "https://github.com/wasserth/TotalSegmentator/issues/394",
    )
    assert issue.startswith("s0128      v2.0.1 LABEL_ORDER (vertebrae_*): review by a radiologist: the outer contour")
    assert issue.endswith("are mixed (10 to 15 per cent of about 100 random cases)")


def test_a_case_as_a_shell_completes_it() -> None:
    """The slash behind a folder is no part of its id."""
    assert run("totalsegmentator-v2", "--case", "s0128/") == run("totalsegmentator-v2", "--case", "s0128")


def test_long_ids_are_whole() -> None:
    """A case's id is never cut."""
    text = printed({"atlas": [reported("IMG_EMPTY", "", "BDMAP_00001234")]})
    assert text.splitlines()[1] == "BDMAP_00001234  v1 IMG_EMPTY: it is wrong"


def test_list_of_all_releases() -> None:
    """Without a name, all registers are listed; issues of a whole release come first; none is left out."""
    lines = run().splitlines()
    totals = {name: len(contracts.load(name).known_issues) for name in contracts.names()}
    headings = [line for line in lines if line.endswith("known issues")]
    assert headings == [f"{name}: {total} known issues" for name, total in totals.items()]
    assert lines[1].startswith("all cases  v1.0 ")


def test_list_without_issues() -> None:
    """A glob that fits no case leaves the heading."""
    assert run("totalsegmentator-v3", "--case", "s0001") == "totalsegmentator-v3: 0 known issues\n"


def test_list_for_programs() -> None:
    """CSV and JSON hold one row for each issue, with all its fields and the contract."""
    total = sum(len(contracts.load(name).known_issues) for name in contracts.names())
    rows = list(csv.DictReader(StringIO(run("--format", "csv"))))
    objects = json.loads(run("--format", "json"))
    assert len(rows) == len(objects) == total
    assert [{key: row[key].lstrip("'") for key in row} for row in rows] == objects
    assert list(objects[0]) == ["contract", *KnownIssue.__struct_fields__]


def test_unknown_contract_gets_a_suggestion() -> None:
    """A misspelt name is wrong usage, and the message has the right one."""
    result = CliRunner().invoke(main, ["known", "totalsegmentator-2"])
    assert result.exit_code == 2
    assert "did you mean 'totalsegmentator-v2'?" in result.stderr
