"""The findings, packed for the page."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from segaudit.model import CaseFiles, Report, ReportedFinding
from segaudit.model.words import printable
from segaudit.reports.page.explained import sections
from segaudit.reports.page.material import Material
from segaudit.reports.page.pool import Pool
from segaudit.reports.page.remedies import remedy
from segaudit.reports.phrases import file, message, structure, visible

MASKS = 2
"""Masks of a finding that commands open; a pair has two."""

LISTED, ALL_LISTED = 1000, 15_000
"""The most findings of one check, and of all, in the page: more than a person reads; ``findings.csv`` has them all."""


def checks(report: Report, material: Material) -> list[dict[str, Any]]:
    """Return how each check ended, with its explanation."""
    return [
        {
            "id": check.id,
            "family": check.family,
            "severity": check.severity,
            "outcome": check.outcome,
            "summary": check.summary,
            "error": visible(check.error),
            "findings": check.findings,
            "waived": check.waived,
            "remedy": remedy(check).name,
            "sections": sections(material.explanations.get(check.id, "")),
        }
        for check in report.checks
    ]


def listed(findings: Iterable[ReportedFinding]) -> Iterator[ReportedFinding]:
    """Yield the first findings of each check: ``LISTED``, or fewer of the most frequent ones if all were too many."""
    findings, seen = tuple(findings), Counter[str]()
    most = _most(Counter(finding.check for finding in findings))
    for finding in findings:
        seen[finding.check] += 1
        if seen[finding.check] <= most:
            yield finding


def _most(found: Mapping[str, int]) -> int:
    """Return how many findings of each check are listed at most; of so many, all checks share the places equally."""
    places, most = ALL_LISTED, LISTED
    for waiting, number in zip(range(len(found), 0, -1), sorted(found.values()), strict=True):
        most = min(LISTED, places // waiting)
        if number > most:
            break
        places -= number
    return most


def identity(finding: ReportedFinding) -> str:
    """Return the id of a finding in links, which is the same in every report."""
    parts = (finding.check, finding.case, structure(finding), file(finding), message(finding))
    return hashlib.sha256("\0".join(parts).encode(errors="surrogatepass")).hexdigest()[:12]


def packed(
    findings: Iterable[ReportedFinding],
    texts: Pool[str],
    groups: Pool[tuple[str, ...]],
    files: Mapping[str, CaseFiles] | None = None,
) -> list[list[Any]]:
    """Return a row for each finding, with texts and structures as numbers of their pools.

    The row: id, check, case, structures, file, message, the waiver's reason, voxel, location in mm, the number of
    merged findings, whether the CT is also included, the paths of the CT and of its first masks.
    """
    return [[*_row(finding, texts, groups), groups.number(_paths(finding, files or {}))] for finding in findings]


def _paths(finding: ReportedFinding, files: Mapping[str, CaseFiles]) -> tuple[str, ...]:
    """Return the paths of the CT (empty without one) and of the first masks; none if it is about no image.

    A path that is not printable is left out, because no command could name it.
    """
    case = files.get(finding.case)
    if case is None or not (finding.structures or finding.position_mm or case.ct in finding.files):
        return ()
    masks = dict.fromkeys(case.masks[name] for name in finding.structures[:MASKS] if name in case.masks)
    ct, *others = ("" if printable(path) != path else path for path in (case.ct, *masks))
    return (ct, *filter(None, others)) if ct or any(others) else ()


def _row(finding: ReportedFinding, texts: Pool[str], groups: Pool[tuple[str, ...]]) -> list[Any]:
    return [
        identity(finding),
        texts.number(finding.check),
        texts.number(printable(finding.case)),
        groups.number(tuple(map(printable, finding.structures))),
        texts.number(printable(file(finding))),
        texts.number(visible(message(finding))),
        None if finding.waived is None else texts.number(visible(finding.waived)),
        finding.voxel,
        finding.position_mm,
        finding.merged,
        finding.with_ct,
    ]
