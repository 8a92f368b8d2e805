"""What became of a publicly reported defect, case by case."""

from __future__ import annotations

from collections.abc import Iterable

import pytest
from msgspec.structs import replace

from segaudit import catalogue
from segaudit.judging.known_issues import KnownIssues
from segaudit.judging.runner import Runner
from segaudit.model import Case, Fault, KnownIssue, KnownState, Mask, Overlap, State
from segaudit.model.views import CaseViews
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
from tests.support.known import reported

SKEWED = healthy_header(nonorthonormality=2e-4)
NOTHING = "nothing is found, but "


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


def test_only_cases_that_are_there_are_reported() -> None:
    """An issue of a case that is not in this part of the dataset is not reported; one of an unreadable case is."""
    issues = [reported("IMG_EMPTY", "ct.nii.gz"), reported("IMG_EMPTY", "ct.nii.gz", case="s0002")]
    assert [known.state for known in judged(issues, healthy_case())] == [State.GONE]
    unread = judged(issues, healthy_case(), present=(CASE, "s0002"))[1]
    assert (unread.state, unread.why) == (State.NOT_DECIDABLE, "a file is missing or damaged")
