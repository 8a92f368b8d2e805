"""Accepted findings."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from fnmatch import fnmatchcase

from msgspec import Struct

from segaudit.model.findings import Finding

MAGIC = frozenset("*?[")
"""What makes a text a glob."""

SEPARATOR = ", "
"""Between the structures of one finding in ``waivers.toml``."""


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
    """Glob of structures; several, separated by comma and blank, for a finding about that many, such as an overlap."""

    def covers(self, check_id: str, finding: Finding, today: dt.date) -> bool:
        """Whether this waiver accepts a finding of a check today."""
        about = self.check == check_id and _fits(finding.case, self.case)
        return about and today <= self.until and self.accepts(finding)

    def cases(self, names: Mapping[str, object]) -> Iterable[str]:
        """Return those of some cases that this waiver is about."""
        if _is_glob(self.case):
            return [name for name in names if fnmatchcase(name, self.case)]
        return [self.case] if self.case in names else []

    def accepts(self, finding: Finding) -> bool:
        """Whether each structure of a finding is one that this waiver names, and none that it names is missing.

        One structure of a pair does not do: the other one may be what is wrong.
        """
        names, globs = finding.structures, self.structure.split(SEPARATOR)
        if len(names) < 2:  # noqa: PLR2004 (no pair)
            return _fits("".join(names), self.structure)
        named = all(any(_fits(name, glob) for glob in globs) for name in names)
        return named and all(any(_fits(name, glob) for name in names) for glob in globs)


def _is_glob(text: str) -> bool:
    return not MAGIC.isdisjoint(text)


def _fits(name: str, glob: str) -> bool:
    """Whether a glob is about a name. Most are names themselves, for which no pattern has to be compiled."""
    return fnmatchcase(name, glob) if _is_glob(glob) else name == glob


class WaiverUse(Struct, frozen=True, kw_only=True):
    """The use of a waiver in one audit."""

    waiver: Waiver
    covered: int | None
    """Number of findings that it accepts; None if its check or its cases were not part of the audit."""
    lapsed: bool
    known: bool
    """Whether a check with that id exists."""
