"""Accepted findings."""

from __future__ import annotations

import datetime as dt
from fnmatch import fnmatchcase

from msgspec import Struct

from segaudit.model.findings import Finding


class Waiver(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Accepts the findings of ``check`` in ``case`` and ``structure`` (globs) until the end of the day ``until``."""

    check: str
    """Id of the check."""
    case: str
    """Glob of case ids."""
    reason: str
    """Why it is accepted."""
    until: dt.date
    """The last day on which it is valid."""
    structure: str = "*"
    """Glob of structures."""

    def covers(self, check_id: str, finding: Finding, today: dt.date) -> bool:
        """Whether this waiver accepts a finding of a check today."""
        return self.check == check_id and today <= self.until and self.matches(finding)

    def matches(self, finding: Finding) -> bool:
        """Whether a finding is in a case and of a structure that match this waiver."""
        return fnmatchcase(finding.case, self.case) and fnmatchcase(finding.structure, self.structure)


class WaiverUse(Struct, frozen=True, kw_only=True):
    """The use of a waiver in one audit."""

    waiver: Waiver
    covered: int | None
    """Number of findings that it accepts; None if its check or its cases were not part of the audit."""
    lapsed: bool
    known: bool
    """Whether a check with that id exists."""
