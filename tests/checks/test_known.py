"""Checks of known issues: one check reports each state, with links to the reports."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from segaudit import contracts
from segaudit.checks.known import known_issue, known_issue_gone, known_issue_open
from segaudit.model import Finding, KnownIssue, KnownState, State
from segaudit.testing.records import small_contract

ISSUE = KnownIssue(
    release="v1.0",
    case="s0864",
    defect="FILE_CORRUPT",
    description="the checksum is wrong",
    source="https://example.org/24",
    file="ct.nii.gz",
    status="replaced in v2",
)
CHECKS = ("file-corrupt", "file-truncated", "file-short")
STATES = {
    State.STILL_THERE: KnownState(issues=(ISSUE,), state=State.STILL_THERE, checks=("file-corrupt",)),
    State.NOT_DECIDABLE: KnownState(issues=(ISSUE,), state=State.NOT_DECIDABLE, checks=CHECKS, why="it is missing"),
    State.GONE: KnownState(issues=(ISSUE,), state=State.GONE, checks=CHECKS),
}


def found(known: KnownState) -> dict[str, list[Finding]]:
    """Return what each check says of a reported defect; those that say nothing are left out."""
    contract = small_contract()
    results = {check.id: list(check(known, contract)) for check in (known_issue, known_issue_open, known_issue_gone)}
    return {check: findings for check, findings in results.items() if findings}


@pytest.mark.parametrize(
    ("state", "check", "verdict"),
    [
        (State.STILL_THERE, "known-issue", "still there, see file-corrupt"),
        (State.NOT_DECIDABLE, "known-issue-open", "not decidable here, it is missing"),
        (State.GONE, "known-issue-gone", "gone, as file-corrupt and 2 more would have found it"),
    ],
)
def test_each_state_is_reported_once(state: State, check: str, verdict: str) -> None:
    """The verdict comes first, then release, class and link, then what was reported and what became of it."""
    message = f"{verdict}; v1.0 FILE_CORRUPT, https://example.org/24: the checksum is wrong (replaced in v2)"
    assert found(STATES[state]) == {check: [Finding(case="s0864", file="s0864/ct.nii.gz", message=message)]}


def test_reports_of_one_defect_are_one_finding() -> None:
    """Two reports give one finding with both links, the words of the first, and each release once."""
    second = replace(ISSUE, source="https://example.org/92", description="a second report", status="")
    first = replace(ISSUE, status="")
    (finding,) = found(replace(STATES[State.STILL_THERE], issues=(first, second)))["known-issue"]
    assert finding.message == (
        "still there, see file-corrupt; v1.0 FILE_CORRUPT, https://example.org/24, https://example.org/92: "
        "the checksum is wrong"
    )


@pytest.mark.parametrize(
    ("file", "structures", "path"),
    [
        ("ct.nii.gz", (), "s0864/ct.nii.gz"),
        ("ct.nii.gz segmentations/*", (), ""),
        ("liver", ("liver",), ""),
        ("spleen liver", ("liver", "spleen"), ""),
        ("kidney_*", (), ""),
        ("heart", (), ""),
        ("", (), ""),
    ],
)
def test_place(file: str, structures: tuple[str, ...], path: str) -> None:
    """A finding names the CT, or the structures of the class list, that the report names; globs name none."""
    (finding,) = found(replace(STATES[State.GONE], issues=(replace(ISSUE, file=file),)))["known-issue-gone"]
    assert (finding.structures, finding.file) == (structures, path)


@pytest.mark.parametrize("release", contracts.names())
def test_links_of_the_shipped_registers_are_shown(release: str) -> None:
    """No message is so long that the terminal cuts the link of a report."""
    for issue in contracts.load(release).known_issues:
        known = KnownState(issues=(issue,), state=State.NOT_DECIDABLE, why="x" * 100)
        (finding,) = found(known)["known-issue-open"]
        assert finding.message.index(issue.source) + len(issue.source) < 297
