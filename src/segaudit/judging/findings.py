"""From findings to a verdict: apply waivers, merge findings with one cause, count."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence

from segaudit.dataset.measured import MeasuredDataset
from segaudit.judging.runner import CheckRun
from segaudit.model import (
    CheckResult,
    Counts,
    Finding,
    Outcome,
    ReportedFinding,
    Severity,
    Waiver,
    WaiverUse,
)

NOTHING = "there is nothing that it judges"
"""The reason for a check without any record to judge."""


def waiver_uses(
    waivers: Iterable[Waiver], check_runs: Iterable[CheckRun], known: frozenset[str], today: dt.date, *, whole: bool
) -> Iterator[WaiverUse]:
    """Yield the use of each waiver; it is known only in a ``whole`` audit in which its check ran."""
    ran = {
        check_run.check.id: _by_case(check_run.findings)
        for check_run in check_runs
        if whole and check_run.applied and not check_run.error
    }
    for waiver in waivers:
        found = ran.get(waiver.check)
        covered = None if found is None else sum(waiver.accepts(f) for case in waiver.cases(found) for f in found[case])
        yield WaiverUse(waiver=waiver, covered=covered, lapsed=waiver.until < today, known=waiver.check in known)


def report_findings(check_run: CheckRun, waivers: Sequence[Waiver], today: dt.date) -> list[ReportedFinding]:
    """Return a check's findings, merged if they have one cause in one case, each with its waiver's reason."""
    causes: dict[tuple[object, ...], list[Finding]] = defaultdict(list)
    candidates = _candidates(check_run, waivers, today)
    for finding in check_run.findings:
        reason = next((w.reason for w in candidates[finding.case] if w.accepts(finding)), None)
        pair = finding.structures if len(finding.structures) > 1 else ()
        cause = (finding.case, pair, finding.message, finding.observed, finding.expected, reason)
        causes[cause].append(finding)
    merged = [_merge(check_run, findings, reason) for (*_, reason), findings in causes.items()]
    return sorted(merged, key=lambda f: (f.case, f.structures, f.files, not f.merged, f.with_ct, f.message))


def _by_case(findings: Iterable[Finding]) -> dict[str, list[Finding]]:
    found: dict[str, list[Finding]] = defaultdict(list)
    for finding in findings:
        found[finding.case].append(finding)
    return found


def _candidates(check_run: CheckRun, waivers: Sequence[Waiver], today: dt.date) -> dict[str, list[Waiver]]:
    """Return the waivers of a check that are valid today, by case; checks of waivers cannot be waived."""
    found: dict[str, list[Waiver]] = {finding.case: [] for finding in check_run.findings}
    for waiver in () if check_run.check.unit is WaiverUse else waivers:
        if waiver.check == check_run.check.id and today <= waiver.until:
            for case in waiver.cases(found):
                found[case].append(waiver)
    return found


def _merge(check_run: CheckRun, findings: list[Finding], reason: object) -> ReportedFinding:
    """Return one finding for all with the same cause; it lists their structures, or else their files."""
    first = findings[0]
    single = len({(finding.structures, finding.file) for finding in findings}) == 1
    structures = tuple(dict.fromkeys(name for finding in findings for name in finding.structures))
    files = tuple(dict.fromkeys(finding.file for finding in findings if finding.file))
    spot = first.spot if single else None
    return ReportedFinding(
        check=check_run.check.id,
        severity=check_run.severity,
        case=first.case,
        structures=structures,
        files=files if len(files) == 1 or not structures else (),
        merged=0 if single else len(structures or files),
        with_ct=bool(structures and first.case) and not all(finding.structures for finding in findings),
        message=first.message,
        observed=first.observed,
        expected=first.expected,
        waived=None if reason is None else str(reason),
        voxel=spot.voxel if spot else None,
        position_mm=spot.mm if spot else None,
        misplacement=first.misplacement if single else None,
    )


def result(check_run: CheckRun, findings: Sequence[ReportedFinding]) -> CheckResult:
    """Return how a check ended."""
    waived = sum(finding.waived is not None for finding in findings)
    outcome = _outcome(check_run, len(findings), waived)
    return CheckResult(
        id=check_run.check.id,
        severity=check_run.severity,
        family=check_run.check.family,
        outcome=outcome,
        findings=len(findings) - waived,
        waived=waived,
        summary=check_run.check.summary,
        file=check_run.check.file,
        error=check_run.error,
        reason=(check_run.reason or NOTHING) if outcome is Outcome.NOT_APPLICABLE else "",
    )


def _outcome(check_run: CheckRun, findings: int, waived: int) -> Outcome:
    if check_run.error:
        return Outcome.COULD_NOT_RUN
    if not check_run.applied:
        return Outcome.NOT_APPLICABLE
    if not findings:
        return Outcome.CLEAN
    return Outcome.WAIVED if waived == findings else Outcome.FOUND


def counts(measured: MeasuredDataset | None, findings: Sequence[ReportedFinding]) -> Counts:
    """Count what was audited and what was found."""
    open_findings = Counter(finding.severity for finding in findings if finding.waived is None)
    return Counts(
        cases=len(measured.dataset.cases) if measured else 0,
        files=measured.files if measured else 0,
        masks=len(measured.dataset.masks) if measured else 0,
        error=open_findings[Severity.ERROR],
        warning=open_findings[Severity.WARNING],
        info=open_findings[Severity.INFO],
        waived=sum(finding.waived is not None for finding in findings),
    )
