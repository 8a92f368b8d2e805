"""The section of the page about changes since the last report."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Any

from segaudit.model import Report, ReportedFinding, Severity
from segaudit.model.difference import Difference
from segaudit.reports.difference.phrases import by_size, change, lists, names, side
from segaudit.reports.page.findings import identity

SHOWN = 8
"""The most new findings that are named at the top; the filter shows them all."""

LIMIT = 100
"""The most rows of a folded list; ``segaudit diff`` has them all."""


def fresh(report: Report, difference: Difference | None) -> dict[str, bool]:
    """Return the new findings, by identity: true if all merged names are new, false if only some are."""
    wholes = _wholes(report, difference) if difference else ()
    return {identity(whole): part == whole for part, whole in wholes}


def newest_first(findings: tuple[ReportedFinding, ...], new: Mapping[str, bool]) -> tuple[ReportedFinding, ...]:
    """Return the findings with new ones first, so that no limit hides them."""
    return tuple(sorted(findings, key=lambda finding: identity(finding) not in new)) if new else findings


def summary(report: Report, difference: Difference) -> dict[str, Any]:
    """Return the data of the section at the top of the page."""
    news = [(identity(whole), part) for part, whole in _wholes(report, difference)]
    groups = lists(difference)
    groups.pop("new", None)
    return {
        "counts": [_counts(difference, severity) for severity in Severity],
        "facts": list(_facts(difference)),
        "news": news[:SHOWN],
        "more": len(news) - SHOWN,
        "heaps": groups,
        "changes": [change(changed) for changed in by_size(difference.changes)],
        "limit": LIMIT,
    }


def _wholes(report: Report, difference: Difference) -> Iterator[tuple[ReportedFinding, ReportedFinding]]:
    """Yield each new finding with the report's finding that it equals, or is a part of."""
    places: dict[tuple[str, str], list[ReportedFinding]] = defaultdict(list)
    for finding in report.findings:
        places[finding.check, finding.case].append(finding)
    for part in difference.new_findings:
        yield part, next(whole for whole in places[part.check, part.case] if part.part_of(whole))


def _counts(difference: Difference, severity: Severity) -> tuple[Severity, int, int, int]:
    """Return the number of findings of a severity that are new, fixed and still there."""
    tallies = [tally for tally in difference.checks if tally.severity is severity]
    return severity, sum(t.new for t in tallies), sum(t.fixed for t in tallies), sum(t.still for t in tallies)


def _facts(difference: Difference) -> Iterator[tuple[str, str]]:
    yield "Last", side(difference.old)
    if difference.cases_added or difference.cases_gone:
        yield "Cases", names(difference.cases_added, difference.cases_gone)
    if difference.structures_added or difference.structures_gone:
        yield "Structures", names(difference.structures_added, difference.structures_gone)
