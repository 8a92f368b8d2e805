"""Compare a new report with an old one."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from itertools import zip_longest
from typing import NamedTuple

from segaudit.compare.scope import ComparableScope, changed
from segaudit.compare.statistics import changes, structures
from segaudit.model import Outcome, Report, ReportedFinding, Severity
from segaudit.model.difference import FORMAT, Difference, Side, Stopped, Tally, Verdict
from segaudit.settings import TOLERANCE_PERCENT


def compare(old: Report, new: Report, gate: Severity, tolerance_percent: float = TOLERANCE_PERCENT) -> Difference:
    """Return the difference of two reports.

    Two findings are the same if check, case and structure agree, or check, case and file if there is no structure; of
    several such findings, as many are the same as there were before. The message does not matter.
    """
    classified = _classified(old, new)
    stopped = tuple(_stopped(old, new))
    return Difference(
        format=FORMAT,
        verdict=_verdict(classified["new"], stopped, gate),
        gate=gate,
        tolerance_percent=tolerance_percent,
        old=_side(old),
        new=_side(new),
        checks=tuple(_tallies(old, new, classified)),
        new_findings=classified["new"],
        fixed=classified["fixed"],
        accepted=classified["accepted"],
        unjudged=classified["unjudged"],
        stopped=stopped,
        cases_added=_missing(_cases(new), _cases(old)),
        cases_gone=_missing(_cases(old), _cases(new)),
        cases_changed=changed(old, new),
        structures_added=_missing(structures(new), structures(old)),
        structures_gone=_missing(structures(old), structures(new)),
        changes=tuple(changes(old, new, tolerance_percent)),
    )


class _Part(NamedTuple):
    """A finding about one structure or file, and the merged finding that it is part of."""

    finding: ReportedFinding
    whole: ReportedFinding
    number: int
    """Index of the whole in its report, because another one may be equal."""


_Where = tuple[str, str, tuple[str, ...]]
"""Check, case, and structures, or files if there are no structures."""

Sorted = dict[str, tuple[ReportedFinding, ...]]
"""Findings by class: ``new``, ``fixed``, ``still``, ``accepted``, ``unjudged``."""


def _classified(old: Report, new: Report) -> Sorted:
    """Classify each finding as new, fixed, unchanged, accepted or unjudged; merged findings are split per structure."""
    scope = ComparableScope.of(old, new)
    groups: dict[str, list[_Part]] = {word: [] for word in ("new", "fixed", "still", "accepted", "unjudged")}
    for before, after in _pairs(old.findings, new.findings):
        if after:
            groups[_classification(before, after)].append(after)
        elif before and before.finding.waived is None:
            groups["fixed" if scope.covers(before.finding) else "unjudged"].append(before)
    return {word: tuple(_together(parts)) for word, parts in groups.items()}


def _classification(before: _Part | None, after: _Part) -> str:
    """Return the class of a finding in the new report; empty if it was waived before and is waived now."""
    was = before.finding if before and before.finding.waived is None else None
    if after.finding.waived is not None:
        return "accepted" if was or not before else "still"
    return "still" if was and was.severity.rank <= after.finding.severity.rank else "new"


def _pairs(
    old: Iterable[ReportedFinding], new: Iterable[ReportedFinding]
) -> Iterator[tuple[_Part | None, _Part | None]]:
    """Yield each old finding with the same new one; None if there is no counterpart."""
    before, after = _by_place(old), _by_place(new)
    for where in dict.fromkeys([*after, *before]):
        yield from _matched(before[where], after[where])


def _by_place(findings: Iterable[ReportedFinding]) -> dict[_Where, list[_Part]]:
    places: dict[_Where, list[_Part]] = defaultdict(list)
    for number, whole in enumerate(findings):
        for part in whole.apart():
            places[part.check, part.case, part.names].append(_Part(part, whole, number))
    return places


def _matched(old: list[_Part], new: list[_Part]) -> Iterator[tuple[_Part | None, _Part | None]]:
    """Match findings with the same key: equal messages first, then the others in their order."""
    waiting: dict[str, list[_Part]] = defaultdict(list)
    for after in reversed(new):
        waiting[after.finding.message].append(after)
    left = []
    for before in old:
        if waiting[before.finding.message]:
            yield before, waiting[before.finding.message].pop()
        else:
            left.append(before)
    yield from zip_longest(left, (after for same in waiting.values() for after in reversed(same)))


def _together(parts: Iterable[_Part]) -> Iterator[ReportedFinding]:
    """Yield the merged findings of the parts, narrowed to these parts."""
    wholes: dict[tuple[int, ReportedFinding], list[ReportedFinding]] = defaultdict(list)
    for part in parts:
        wholes[part.number, part.whole].append(part.finding)
    for (_, whole), some in sorted(wholes.items(), key=lambda item: item[0][1].severity.rank):
        yield whole.narrowed(some)


def _tallies(old: Report, new: Report, classified: Sorted) -> Iterator[Tally]:
    """Yield the counts of each check with findings, errors first."""
    counts = {word: Counter(finding.check for finding in findings) for word, findings in classified.items()}
    still = Counter(finding.check for finding in classified["still"] if finding.waived is None)
    severities = {check.id: check.severity for check in (*old.checks, *new.checks)}
    for check, severity in sorted(severities.items(), key=lambda item: item[1].rank):
        tally = Tally(
            check=check, severity=severity, new=counts["new"][check], fixed=counts["fixed"][check], still=still[check]
        )
        if tally.new or tally.fixed or tally.still:
            yield tally


def _stopped(old: Report, new: Report) -> Iterator[Stopped]:
    before = {name for name, _ in _not_run(old)}
    for name, error in _not_run(new):
        yield Stopped(name=name, error=error, newly=name not in before)


def _not_run(report: Report) -> list[tuple[str, str]]:
    checks = [(check.id, check.error) for check in report.checks if check.outcome is Outcome.COULD_NOT_RUN]
    return checks + [(case.case, case.error) for case in report.unmeasured]


def _verdict(new: Iterable[ReportedFinding], stopped: Iterable[Stopped], gate: Severity) -> Verdict:
    if any(finding.fails(gate) for finding in new) or any(stop.newly for stop in stopped):
        return "worse"
    return "unknown" if stopped else "not worse"


def _side(report: Report) -> Side:
    return Side(dataset=report.dataset, contract=report.contract, segaudit=report.segaudit, cases=report.counts.cases)


def _cases(report: Report) -> tuple[str, ...]:
    """Return the existing cases, measured or not."""
    return tuple(sorted({*report.cases, *(lost.case for lost in report.unmeasured)}))


def _missing(those: Iterable[str], these: Iterable[str]) -> tuple[str, ...]:
    """Return the items of the first that are not in the second."""
    known = frozenset(these)
    return tuple(name for name in those if name not in known)
