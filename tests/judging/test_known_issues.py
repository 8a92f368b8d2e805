"""The register of publicly reported defects, held against audits, and its list."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable
from fnmatch import fnmatchcase
from io import StringIO
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner
from msgspec.structs import replace
from rich.console import Console

from segaudit import audit, catalogue, contracts
from segaudit.catalogue.defect_classes import CLASSES
from segaudit.cli import main
from segaudit.judging.known_issues import KnownIssues
from segaudit.judging.runner import Runner
from segaudit.model import Case, Contract, Fault, KnownIssue, KnownState, Mask, Overlap, State
from segaudit.model.views import CaseViews
from segaudit.reports import known
from segaudit.testing.records import (
    CASE,
    healthy_case,
    healthy_ct,
    healthy_file,
    healthy_header,
    healthy_mask,
    small_contract,
)
from segaudit.testing.records import renamed as rename
from segaudit.testing.small import SHAPE, write_small, write_volume

SKEWED = healthy_header(nonorthonormality=2e-4)
NOTHING = "nothing is found, but "
WAIVED = ("known-issue", "mask-values")


def reported(defect: str, file: str, case: str = CASE, **others: str) -> KnownIssue:
    """Return a report of a defect."""
    fields = {"release": "v1", "description": "it is wrong", "source": "https://example.org/1"} | others
    return KnownIssue(case=case, defect=defect, file=file, **fields)


def judged(
    issues: Iterable[KnownIssue], *cases: Case, select: str = "*", present: tuple[str, ...] = (CASE,)
) -> list[KnownState]:
    """Hold cases against a register."""
    contract = small_contract(known_issues=tuple(issues))
    judge, register = Runner(catalogue.matching(select), contract), KnownIssues(contract)
    for case in cases:
        judge.case(CaseViews(case, contract))
        register.add(case)
    return list(register.states(judge.check_runs, present))


def state_of(issue: KnownIssue, case: Case, select: str = "*") -> tuple[State, tuple[str, ...], str]:
    """Return what became of one defect in one case: state, checks, reason."""
    (known,) = judged([issue], case, select=select)
    assert known.issues == (issue,)
    return known.state, known.checks, known.why


def skewed(structure: str) -> Mask:
    """Return a mask that ITK refuses."""
    return healthy_mask(structure, file=healthy_file(structure, header=SKEWED))


def broken(structure: str) -> Mask:
    """Return a mask whose bytes are damaged."""
    return healthy_mask(structure, file=healthy_file(structure, faults=(Fault("corrupt", "bad checksum"),)))


AFFINES = ("affine-nonorthonormal", "affine-invalid")
SKEWED_CT = healthy_case(ct=healthy_ct(file=healthy_file("", header=SKEWED)))


@pytest.mark.parametrize(
    ("file", "case", "state"),
    [
        ("ct.nii.gz", SKEWED_CT, State.STILL_THERE),
        ("ct.nii.gz", healthy_case(), State.GONE),
        ("ct.nii.gz", healthy_case(skewed("liver")), State.GONE),
        ("segmentations/*", SKEWED_CT, State.GONE),
        ("segmentations/*", healthy_case(skewed("liver")), State.STILL_THERE),
        ("ct.nii.gz segmentations/*", healthy_case(skewed("liver")), State.STILL_THERE),
        ("liver", healthy_case(skewed("liver")), State.STILL_THERE),
        ("segmentations/liver.nii.gz", healthy_case(skewed("liver")), State.STILL_THERE),
        ("spleen", healthy_case(skewed("liver")), State.GONE),
        ("kidney_* spleen", healthy_case(skewed("kidney_left")), State.STILL_THERE),
    ],
)
def test_a_defect_is_there_where_its_check_finds_it(file: str, case: Case, state: State) -> None:
    """A finding at a file or structure that the report names says so; one elsewhere does not."""
    checks = AFFINES[:1] if state is State.STILL_THERE else AFFINES
    assert state_of(reported("AFFINE_NONORTHO", file), case) == (state, checks, "")


def test_a_pair_is_found_by_a_finding_about_both() -> None:
    """A finding about two structures counts where the report names both of them."""
    case = healthy_case(overlaps=(Overlap("liver", "spleen", 4000),))
    assert state_of(reported("MASK_OVERLAP", "liver spleen"), case)[0] is State.STILL_THERE
    assert state_of(reported("MASK_OVERLAP", "liver trachea"), case)[0] is State.NOT_DECIDABLE


def test_a_finding_about_the_whole_case_counts_everywhere() -> None:
    """Masks that are all empty are so in each of them."""
    empty = [replace(mask, voxels=0) for mask in healthy_case().masks]
    assert state_of(reported("MASK_ALL_EMPTY", "segmentations/*"), healthy_case(*empty)) == (
        State.STILL_THERE,
        ("masks-all-empty",),
        "",
    )


@pytest.mark.parametrize(
    ("issue", "case", "why"),
    [
        (reported("LABEL_BOUNDARY", "liver"), healthy_case(), "no check sees this class of defects"),
        (reported("MY_OWN_CLASS", "liver"), healthy_case(), "no check sees this class of defects"),
        (reported("IMG_EMPTY", ""), healthy_case(), "the report names no file or structure"),
        (reported("AFFINE_NONORTHO", "ct.nii.gz"), healthy_case(ct=None), "a file is missing or damaged"),
        (
            reported("AFFINE_NONORTHO", "ct.nii.gz segmentations/*"),
            healthy_case(ct=None),
            "a file is missing or damaged",
        ),
        (reported("AFFINE_NONORTHO", "heart"), healthy_case(), "a file is missing or damaged"),
        (reported("AFFINE_NONORTHO", "spleen"), healthy_case(broken("spleen")), "a file is missing or damaged"),
        (reported("IMG_EMPTY", "ct.nii.gz"), healthy_case(ct=healthy_ct(nonfinite=9)), "a file is missing or damaged"),
        (
            reported("AFFINE_MISMATCH", "liver"),
            healthy_case(),
            NOTHING + "a displacement of less than 0.1 mm is not reported",
        ),
    ],
)
def test_what_cannot_be_decided(issue: KnownIssue, case: Case, why: str) -> None:
    """Silence proves nothing where no check looked, where there was nothing to look at, or where checks miss some."""
    state, _, reason = state_of(issue, case)
    assert (state, reason) == (State.NOT_DECIDABLE, why)


def test_checks_that_were_not_selected_prove_nothing() -> None:
    """An audit of other checks says that those of the defect did not run."""
    issue = reported("AFFINE_NONORTHO", "ct.nii.gz")
    why = "affine-nonorthonormal, affine-invalid did not run"
    assert state_of(issue, SKEWED_CT, select="labels") == (State.NOT_DECIDABLE, AFFINES, why)
    assert state_of(issue, healthy_case(), select="affine-invalid")[2] == "affine-nonorthonormal did not run"


def test_a_damaged_file_is_still_damaged() -> None:
    """A file that cannot be read is no missing evidence where that is the defect."""
    issue = reported("FILE_CORRUPT", "spleen")
    assert state_of(issue, healthy_case(broken("spleen"))) == (State.STILL_THERE, ("file-corrupt",), "")
    assert state_of(issue, healthy_case())[0] is State.GONE


def test_reports_of_one_case_and_class_are_one() -> None:
    """Two reports of a defect are one state; another class, and another case, are others."""
    issues = [
        reported("AFFINE_NONORTHO", "ct.nii.gz"),
        reported("IMG_EMPTY", "ct.nii.gz"),
        reported("AFFINE_NONORTHO", "segmentations/*", source="https://example.org/2"),
        reported("IMG_EMPTY", "ct.nii.gz", case="s0002"),
        reported("AFFINE_NONORTHO", "ct.nii.gz", case="*"),
    ]
    cases = healthy_case(), rename(healthy_case(), "s0002")
    states = judged(issues, *cases, present=(CASE, "s0002"))
    assert [known.issues for known in states] == [(issues[0], issues[2]), (issues[1],), (issues[3],)]


def test_only_cases_that_are_there_are_told() -> None:
    """An issue of a case that is not in this part of the dataset is not told; a case that could not be read is."""
    issues = [reported("IMG_EMPTY", "ct.nii.gz"), reported("IMG_EMPTY", "ct.nii.gz", case="s0002")]
    assert [known.state for known in judged(issues, healthy_case())] == [State.GONE]
    unread = judged(issues, healthy_case(), present=(CASE, "s0002"))[1]
    assert (unread.state, unread.why) == (State.NOT_DECIDABLE, "a file is missing or damaged")


RELEASE_NOTES = """release,case,defect,description,source,file
v1,s0000,AFFINE_NONORTHO,ITK refuses it,https://example.org/1,ct.nii.gz
v1,s0001,MASK_VALUE,it holds 2,https://example.org/2,liver
v1,s0002,LABEL_BOUNDARY,it ends too early,https://example.org/3,spleen
v1,s0009,IMG_EMPTY,it is empty,https://example.org/4,ct.nii.gz
v1,*,SPLIT,the splits are odd,https://example.org/5,meta.csv
"""
GONE, STILL, OPEN = ("known-issue-gone", "s0000"), ("known-issue", "s0001"), ("known-issue-open", "s0002")


@pytest.fixture
def release(tmp_path: Path) -> Path:
    """Return the folder of a small dataset with a register of five issues, one of which is still there."""
    root, contract = write_small(tmp_path)
    (tmp_path / "known_issues.csv").write_text(RELEASE_NOTES, encoding="utf-8")
    contract.write_text(f'known_issues = "known_issues.csv"\n{contract.read_text()}', encoding="utf-8")
    write_volume(root / "s0001" / "segmentations" / "liver.nii.gz", np.full(SHAPE, 2, np.uint8))
    return tmp_path


def told(
    release: Path, cases: str = "*", select: Iterable[str] = (), waivers: Path | None = None
) -> dict[tuple[str, str], str | None]:
    """Audit the small release; return what is told of known issues: check and case, and the reason if it is waived."""
    root, contract = release / "dataset", release / "contract.toml"
    report = audit(root, contract, cases=cases, select=select, waivers=waivers, workers=1)
    return {(f.check, f.case): f.waived for f in report.findings if f.check.startswith("known")}


def test_audit_tells_what_became_of_each_case(release: Path) -> None:
    """Each issue of a case at hand is told, those of absent cases and of the release as a whole are not."""
    assert told(release) == {GONE: None, STILL: None, OPEN: None}


def test_audit_of_a_part_tells_of_its_cases(release: Path) -> None:
    """With a glob of cases, only their issues are told."""
    assert told(release, cases="s0001") == {STILL: None}


def test_excluded_cases_are_not_told(release: Path) -> None:
    """What is left out of the verdict has no known issues either."""
    with (release / "contract.toml").open("a") as contract:
        contract.write('[exclude]\ncases = ["s0001"]\n')
    assert told(release) == {GONE: None, OPEN: None}


def test_audit_of_known_issues_alone_decides_nothing(release: Path) -> None:
    """Where no other check was selected, nothing is decidable."""
    assert {check for check, _ in told(release, select=["known"])} == {"known-issue-open"}


def test_known_issues_can_be_waived(release: Path) -> None:
    """A waiver accepts what is still there; a waiver of the evidence leaves it evidence."""
    waivers = release / "waivers.toml"
    rows = (f'[[waiver]]\ncheck = "{check}"\ncase = "*"\nreason = "ok"\nuntil = 2999-01-01\n' for check in WAIVED)
    waivers.write_text("".join(rows), encoding="utf-8")
    assert told(release, waivers=waivers) == {GONE: None, STILL: "ok", OPEN: None}


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
    """Where there is no terminal, what is known of a case and a link stand in one line each."""
    first, issue, *_, link = run("totalsegmentator-v2", "--case", "s0128").splitlines()
    assert (first, link.strip()) == (
        "totalsegmentator-v2: 1 known issue",
        "https://github.com/wasserth/TotalSegmentator/issues/394",
    )
    assert issue.startswith("s0128      v2.0.1 LABEL_ORDER (vertebrae_*): review by a radiologist: the outer contour")
    assert issue.endswith("are mixed (10 to 15 per cent of about 100 random cases)")


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


def test_contract_without_register_has_no_known_issues() -> None:
    """Nothing is reported, nothing is told."""
    register = KnownIssues(Contract(name="none"))
    register.add(healthy_case())
    assert list(register.states([], [CASE])) == []
