"""The difference between two audits, as ``segaudit diff --format json`` prints it."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

from segaudit.model.report import ReportedFinding
from segaudit.model.severity import Severity

FORMAT = 1
"""Version of the format; it increases when a field changes its meaning or is removed."""

Verdict = Literal["not worse", "worse", "unknown"]
"""Worse: a finding at the gate is new, or something could run before and could not now. Unknown: something could not
run in both audits."""


class Side(Struct, frozen=True, kw_only=True):
    """One of the two audits."""

    dataset: str
    contract: str
    segaudit: str
    """Version of segaudit."""
    cases: int


class Tally(Struct, frozen=True, kw_only=True):
    """How the findings of one check changed; waived findings are not counted."""

    check: str
    severity: Severity
    new: int
    fixed: int
    still: int


class Change(Struct, frozen=True, kw_only=True):
    """A number of the statistics that changed."""

    structure: str
    """Empty for a number of the dataset as a whole."""
    number: str
    """``occurrence``, ``mean_ml``, ``median_ml``, ``min_ml``, ``max_ml``, or a fact such as ``images``."""
    old: float | None
    new: float | None

    @property
    def percent(self) -> float | None:
        """The change in per cent; None if that is not a number."""
        return None if self.old is None or self.new is None or not self.old else 100 * (self.new / self.old - 1)


class Stopped(Struct, frozen=True, kw_only=True):
    """A check or a case that could not run in the new audit, and why."""

    name: str
    error: str
    newly: bool
    """Whether it ran in the old one."""


class Difference(Struct, frozen=True, kw_only=True):
    """The difference between an old and a new audit."""

    format: int
    verdict: Verdict
    gate: Severity
    tolerance_percent: float
    """Volumes that changed by no more are left out of ``changes``."""
    old: Side
    new: Side
    checks: tuple[Tally, ...]
    new_findings: tuple[ReportedFinding, ...]
    """Those that did not exist, were waived, or were less severe before."""
    fixed: tuple[ReportedFinding, ...]
    accepted: tuple[ReportedFinding, ...]
    """Those that a waiver accepts now, and did not before."""
    unjudged: tuple[ReportedFinding, ...]
    """Old ones that the new audit did not judge: the case or structure is gone, the case could not be measured, or the
    check judged nothing."""
    stopped: tuple[Stopped, ...]
    cases_added: tuple[str, ...]
    cases_gone: tuple[str, ...]
    cases_changed: tuple[str, ...]
    """Cases in which a file was changed, added or removed; only those with a digest in both reports."""
    structures_added: tuple[str, ...]
    structures_gone: tuple[str, ...]
    changes: tuple[Change, ...]

    @property
    def exit_code(self) -> int:
        """0 nothing got worse, 1 something did, 3 something could not run."""
        return {"not worse": 0, "worse": 1, "unknown": 3}[self.verdict]
