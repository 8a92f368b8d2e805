"""Write the reports of an audit, and take away those of an earlier one."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from segaudit.auditing import Audit
from segaudit.reports import sarif
from segaudit.reports.write import FILES, write

MADE_WITH_MORE = ("findings.sarif",)
"""Reports that take more than the report itself."""


def write_reports(audit: Audit, folder: Path) -> None:
    """Write the reports of an audit into a folder.

    Raises:
        OSError: the folder or a file cannot be written.
    """
    explanations = {trial.check.id: trial.check.explanation for trial in audit.trials}
    write(audit.report, folder, {**FILES, "findings.sarif": partial(sarif.render, explanations=explanations)})


def discard_reports(folder: Path) -> None:
    """Remove the reports of an earlier audit from its output folder: an audit that ends early leaves none behind.

    Raises:
        OSError: a file cannot be removed.
    """
    if (folder / "report.json").is_file():
        for name in (*FILES, *MADE_WITH_MORE):
            (folder / name).unlink(missing_ok=True)
