"""Reports of the same dataset in different places."""

from __future__ import annotations

import msgspec

from segaudit.model import Report

CHANGED = "its files changed while they were measured: audit again"


def same(report: Report, other: Report) -> bool:
    """Whether two reports differ only in the place of the dataset, and in the checks of archives."""
    return _anywhere(report) == _anywhere(other)


def _anywhere(report: Report) -> Report:
    checks = tuple(check for check in report.checks if not check.id.startswith("archive-"))
    return msgspec.structs.replace(report, dataset="", checks=checks)


def unmeasured(report: Report) -> list[tuple[str, str]]:
    """Return the cases that could not be measured, and why."""
    return [(lost.case, lost.error) for lost in report.unmeasured]
