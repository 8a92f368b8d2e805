"""The findings for a spreadsheet or a data frame: ``findings.csv``."""

from __future__ import annotations

from operator import attrgetter

from segaudit.model import Report, ReportedFinding
from segaudit.reports.spreadsheet import sheet

COLUMNS = ReportedFinding.__struct_fields__


def render(report: Report) -> str:
    """Return a row for each finding, waived ones included."""
    return sheet(COLUMNS, map(attrgetter(*COLUMNS), report.findings))
