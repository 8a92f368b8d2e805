"""The findings for a spreadsheet or a data frame: ``findings.csv``."""

from __future__ import annotations

from operator import attrgetter

from segaudit.model import Report, ReportedFinding
from segaudit.reports.spreadsheet import sheet

PLACES = {"voxel": ("voxel_i", "voxel_j", "voxel_k"), "position_mm": ("x_mm", "y_mm", "z_mm")}
"""Fields of three numbers, and the columns that they fill."""

FIELDS = tuple(name for name in ReportedFinding.__struct_fields__ if name not in PLACES)

COLUMNS = (*FIELDS, *PLACES["voxel"], *PLACES["position_mm"])


def render(report: Report) -> str:
    """Return a row for each finding, waived ones included."""
    return sheet(COLUMNS, map(_row, report.findings))


def _row(finding: ReportedFinding) -> tuple[str | int | float | None, ...]:
    nowhere = (None, None, None)
    return (*attrgetter(*FIELDS)(finding), *(finding.voxel or nowhere), *(finding.position_mm or nowhere))
