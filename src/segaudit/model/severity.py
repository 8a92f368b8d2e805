"""What a finding means for a release."""

from __future__ import annotations

import enum


class Severity(enum.StrEnum):
    """What a finding means for a release."""

    __module__ = "segaudit"

    ERROR = "error"
    """The data are wrong or cannot be used: do not release."""
    WARNING = "warning"
    """A person has to look before release."""
    INFO = "info"
    """Worth knowing; never fails the gate."""

    @property
    def rank(self) -> int:
        """0 for error, 1 for warning, 2 for info."""
        return _RANKS[self]


_RANKS = {severity: rank for rank, severity in enumerate(Severity)}
