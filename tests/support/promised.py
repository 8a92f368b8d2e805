"""First contracts as users write them, and what an audit by one finds."""

from __future__ import annotations

from pathlib import Path

from click.testing import CliRunner

from segaudit.cli import main
from segaudit.model import Report, Severity
from segaudit.reports.phrases import file, structure

Found = set[tuple[str, str, str, str]]
"""Check, case, structure and file of each finding."""


def promised(root: Path, folder: Path) -> Path:
    """Write a first contract, as a user does, and return its folder."""
    arguments = ["contract", "init", str(root), str(folder), "--workers", "1", "--output", str(folder / "report")]
    result = CliRunner().invoke(main, arguments)
    assert result.exit_code == 0, result.output
    return folder


def errors(report: Report) -> Found:
    """Return the errors of a report."""
    return {
        (finding.check, finding.case, structure(finding), file(finding))
        for finding in report.findings
        if finding.severity is Severity.ERROR
    }
