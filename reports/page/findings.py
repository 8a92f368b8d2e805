"""The findings, packed for the page."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any

from segaudit.model import Report, ReportedFinding
from segaudit.reports.page.explained import sections
from segaudit.reports.page.material import Material
from segaudit.reports.page.pool import Pool
from segaudit.reports.page.remedies import remedy
from segaudit.reports.phrases import printable, visible

LISTED = 1000
"""Findings of one check that the page holds: more than a person reads; ``findings.csv`` has them all."""


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
    """Yield the first ``LISTED`` findings of each check."""
    seen: Counter[str] = Counter()
    for finding in findings:
        seen[finding.check] += 1
        if seen[finding.check] <= LISTED:
            yield finding


def identity(finding: ReportedFinding) -> str:
    """Return what a finding is called in links; two reports call the same finding alike."""
    parts = (finding.check, finding.case, finding.structure, finding.file, finding.message)
    return hashlib.sha256("\0".join(parts).encode(errors="surrogatepass")).hexdigest()[:12]


def packed(findings: Iterable[ReportedFinding], pool: Pool) -> list[list[Any]]:
    """Return a row for each finding, its texts as numbers of the pool.

    The row: id, check, case, structure, file, message, reason that waives it, voxel, place in mm, whether it is merged.
    """
    return [_row(finding, pool) for finding in findings]


def _row(finding: ReportedFinding, pool: Pool) -> list[Any]:
    texts = (finding.check, printable(finding.case), printable(finding.structure), printable(finding.file))
    return [
        identity(finding),
        *map(pool.number, (*texts, visible(finding.message))),
        None if finding.waived is None else pool.number(visible(finding.waived)),
        finding.voxel,
        finding.position_mm,
        finding.merged,
    ]
