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
from segaudit.reports.phrases import file, message, printable, structure, visible

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
    parts = (finding.check, finding.case, structure(finding), file(finding), message(finding))
    return hashlib.sha256("\0".join(parts).encode(errors="surrogatepass")).hexdigest()[:12]


def packed(findings: Iterable[ReportedFinding], texts: Pool[str], groups: Pool[tuple[str, ...]]) -> list[list[Any]]:
    """Return a row for each finding, its texts and its structures as numbers of their pools.

    The row: id, check, case, structures, file, message, reason that waives it, voxel, place in mm, how many are merged
    in it, whether the CT is one more.
    """
    return [_row(finding, texts, groups) for finding in findings]


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
