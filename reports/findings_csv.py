"""The findings for a spreadsheet or a data frame: ``findings.csv``."""

from __future__ import annotations

from collections.abc import Iterator

from segaudit.model import Report, ReportedFinding
from segaudit.reports.phrases import file, message, structure
from segaudit.reports.spreadsheet import lines

COLUMNS = (
    *("check", "severity", "case", "structure", "file", "message", "observed", "expected", "waived"),
    *("voxel_i", "voxel_j", "voxel_k"),
    *("x_mm", "y_mm", "z_mm"),
)


def render(report: Report) -> str:
    """Return a row for each finding, including waived ones."""
    return "".join(parts(report))


def parts(report: Report) -> Iterator[str]:
    """Yield it in parts, so that the size of a report does not matter."""
    return lines(COLUMNS, map(_row, report.findings))


def _row(finding: ReportedFinding) -> tuple[str | int | float | None, ...]:
    names = (finding.check, finding.severity, finding.case, structure(finding), file(finding), message(finding))
    nowhere = (None, None, None)
    point = (*(finding.voxel or nowhere), *(finding.position_mm or nowhere))
    return (*names, finding.observed, finding.expected, finding.waived, *point)
