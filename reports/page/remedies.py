"""What to do: the block at the top of the page, which groups findings by remedy and names their cases."""

from __future__ import annotations

from collections import defaultdict
from typing import NamedTuple

from segaudit.model import CheckResult, Report, ReportedFinding, Severity
from segaudit.model.words import printable
from segaudit.reports.phrases import by_check, extent

KINDS = 3
"""The most checks that are named for one remedy, those with most findings; a link shows them all."""

CASES = 4
"""The most cases that are named for one check; a link shows them all."""


class Remedy(NamedTuple):
    """A remedy, and the checks whose findings need it."""

    name: str
    """Name in the page's address."""
    title: str
    checks: frozenset[str]
    """Ids, or families, whose remedy applies to all checks without one of their own."""


REMEDIES = (
    Remedy(
        "fetch",
        "Fetch again, or write anew",
        frozenset({"integrity", "case-missing", "channel-missing", "ct-missing", "mask-missing", "release-mixed"}),
    ),
    Remedy("convert", "Convert from the source again", frozenset({"intensity"})),
    Remedy(
        "grid",
        "Repair headers and grids",
        frozenset({"geometry", "anatomy-flipped", "mask-off-grid", "mask-shape", "spacing-implausible"}),
    ),
    Remedy(
        "promise",
        "Not as promised, but usable: convert, or correct the contract",
        frozenset(
            {
                "spacing-unexpected",
                "shape-unexpected",
                "orientation-unexpected",
                "dimensions-singleton",
                "ct-dtype",
                "mask-dtype",
            }
        ),
    ),
    Remedy("masks", "Look at the masks, and correct them", frozenset({"alignment", "anatomy", "labels", "outliers"})),
    Remedy("files", "Add, rename or remove files", frozenset({"layout"})),
    Remedy("tables", "Correct the tables", frozenset({"metadata", "published"})),
    Remedy("decide", "Look, and decide", frozenset({"duplicates", "known", "privacy", "waivers"})),
)
"""In the order of the work, because unreadable files hide other defects. User-defined checks, in families that are not
named here, have the last one."""


class Wrong(NamedTuple):
    """The findings of one check."""

    check: CheckResult
    places: tuple[ReportedFinding, ...]
    """One finding for each case, and all findings that are in no case."""


class Task(NamedTuple):
    """A remedy, and the findings that need it."""

    remedy: Remedy
    severity: Severity
    extent: str
    """``13 findings in 4 cases``."""
    wrongs: tuple[Wrong, ...]
    """The most severe first, and of those the most frequent."""


def remedy(check: CheckResult) -> Remedy:
    """Return the remedy for the findings of a check."""
    return _BY_NAME.get(check.id) or _BY_NAME.get(check.family) or REMEDIES[-1]


_BY_NAME = {name: each for each in REMEDIES for name in each.checks}


def tasks(report: Report) -> list[Task]:
    """Return what to do about errors and warnings that are not waived, errors first."""
    wanted: dict[Remedy, list[tuple[CheckResult, tuple[ReportedFinding, ...]]]] = defaultdict(list)
    for check, findings in by_check(report):
        if check.severity is not Severity.INFO:
            wanted[remedy(check)].append((check, findings))
    made = [_task(each, wanted[each]) for each in REMEDIES if each in wanted]
    return sorted(made, key=lambda task: task.severity.rank)


def failing(report: Report) -> list[str]:
    """Return the cases that fail the gate."""
    return sorted({printable(f.case) for f in report.findings if f.case and f.fails(report.gate)})


def _task(each: Remedy, found: list[tuple[CheckResult, tuple[ReportedFinding, ...]]]) -> Task:
    wrongs = [Wrong(check, _places(findings)) for check, findings in found]
    ranked = sorted(wrongs, key=lambda wrong: (wrong.check.severity.rank, -len(wrong.places)))
    findings = [finding for _, some in found for finding in some]
    return Task(each, ranked[0].check.severity, extent(findings), tuple(ranked))


def _places(findings: tuple[ReportedFinding, ...]) -> tuple[ReportedFinding, ...]:
    return tuple({finding.case or (finding.files, finding.structures): finding for finding in findings}.values())
