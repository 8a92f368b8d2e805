"""Publicly reported defects of a release are still there in this copy, or repaired."""

from __future__ import annotations

from collections.abc import Iterator

from segaudit.model import Contract, Finding, KnownState, Severity, State, check
from segaudit.model.words import some

CT = "ct.nii.gz"


@check("known-issue", Severity.WARNING, needs="known_issues")
def known_issue(known: KnownState, contract: Contract) -> Iterator[Finding]:
    """A publicly reported defect of this case is still there.

    Why it matters: others found it in this release and describe its effects; results on the case suffer from it.
    What to do: read the report; repair the case or leave it out, or waive the finding with the reason.
    Threshold: a check that detects this class of defects has a finding in the case, waived or not, in the files or
        structures that the report names. `segaudit known` lists the reports.
    Seen in: TotalSegmentator v2.0.1, 136 CTs (https://github.com/wasserth/TotalSegmentator/issues/461).
    Blind spots: another defect of the same class in the same structure or file passes for the reported one. A report
        for v2.0.0 also applies to v2.0.1, because the names of files and masks are the same in both.
    """
    if known.state is State.STILL_THERE:
        yield _about(known, contract, f"still there, see {' and '.join(known.checks)}")


@check("known-issue-open", Severity.INFO, needs="known_issues")
def known_issue_open(known: KnownState, contract: Contract) -> Iterator[Finding]:
    """The data do not show whether a reported defect of this case is still there.

    Why it matters: the absence of a finding is no proof, because no check detects this class, or not completely.
    What to do: look at the case, with the report beside it.
    Threshold: no check that detects this class of defects has a finding there, and that proves nothing: there is no
        such check, one of them did not run, a file that the report names is missing or damaged, or they can miss it.
    Seen in: TotalSegmentator v2.0.1, vertebrae that are mixed
        (https://github.com/wasserth/TotalSegmentator/issues/394).
    Blind spots: the list has the public reports up to November 2026, and nothing newer.
    """
    if known.state is State.NOT_DECIDABLE:
        yield _about(known, contract, f"not decidable here, {known.why}")


@check("known-issue-gone", Severity.INFO, needs="known_issues")
def known_issue_gone(known: KnownState, contract: Contract) -> Iterator[Finding]:
    """A reported defect of this case is not in this copy.

    Why it matters: lists of cases to leave out, made for another copy or version, may leave out too much.
    What to do: nothing; the case can be used.
    Threshold: every check that detects this class of defects ran and found nothing where the report says it was, all
        files that it names could be read, and these checks cannot miss defects of this class.
    Seen in: TotalSegmentator v1, s0864, replaced in v2.0.0 (https://github.com/wasserth/TotalSegmentator/issues/24).
    Blind spots: a CT that was unpacked to a plain `.nii` has no checksum, so damage in it is not found. A defect of
        another class, such as one that the repair introduced, is reported only by its own check.
    """
    if known.state is State.GONE:
        yield _about(known, contract, f"gone, as {some(known.checks, 1)} would have found it")


def _about(known: KnownState, contract: Contract, verdict: str) -> Finding:
    """Return a finding about a reported defect; links come before the description, which reports may truncate."""
    issue, globs = known.issues[0], {glob for issue in known.issues for glob in issue.globs}
    releases = "/".join(dict.fromkeys(issue.release for issue in known.issues))
    links = ", ".join(dict.fromkeys(issue.source for issue in known.issues))
    status = f" ({issue.status})" if issue.status else ""
    return Finding(
        case=issue.case,
        structures=tuple(sorted(globs & contract.by_name.keys())),
        file=f"{issue.case}/{CT}" if globs == {CT} else "",
        message=f"{verdict}; {releases} {issue.defect}, {links}: {issue.description}{status}",
    )
