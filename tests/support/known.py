"""Reports of defects, as a register lists them."""

from __future__ import annotations

from segaudit.model import KnownIssue
from segaudit.testing.records import CASE

WAIVED = ("known-issue", "mask-values")


def reported(defect: str, file: str, case: str = CASE, **others: str) -> KnownIssue:
    """Return a report of a defect."""
    fields = {"release": "v1", "description": "it is wrong", "source": "https://example.org/1"} | others
    return KnownIssue(case=case, defect=defect, file=file, **fields)
