"""The outcome of an audit: what ``report.json`` holds, field by field."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from msgspec import Struct, field
from msgspec.structs import replace

from segaudit.model.findings import Outcome
from segaudit.model.records import Vector, Voxel
from segaudit.model.severity import Severity

FORMAT = 2
"""Version of the report's form; it grows when a field changes its meaning, goes, or is needed to read the others."""

CT = "ct"
"""What stands for the CT among names of structures."""


class CheckResult(Struct, frozen=True, kw_only=True):
    """How one check ended."""

    id: str
    """Its name in kebab-case, as ``mask-off-grid``."""
    severity: Severity
    """In this contract, which can re-grade it."""
    family: str
    """The group of checks that it belongs to."""
    outcome: Outcome
    """Clean, found, waived, not applicable or could not run."""
    findings: int
    """Findings that are not waived."""
    waived: int
    """Findings that a waiver accepts."""
    summary: str
    """What its findings say, in a sentence."""
    error: str = ""
    """Why it could not run."""
    reason: str = ""
    """Why it does not apply."""


class ReportedFinding(Struct, frozen=True, kw_only=True):
    """A finding with its check, its severity in this contract, and the reason if it is waived.

    Findings of a check with one cause in one case are one, ``merged``. ``report.json`` has three more fields for people
    to read: ``structure`` and ``file``, which join the names, and ``message``, the cause behind what it is true of.
    """

    check: str
    """Id of the check."""
    severity: Severity
    """In this contract, which can re-grade the check."""
    case: str
    """Id of the case; empty where it is about the dataset."""
    structures: tuple[str, ...]
    """The structures that it is about."""
    files: tuple[str, ...]
    """Paths relative to the dataset. Where a merged finding names structures, the one file that they are all in."""
    merged: int = 0
    """How many structures, or without any how many files, have the cause each; 0 where it is a single finding."""
    with_ct: bool = False
    """Whether a merged finding that names structures is about the CT, too."""
    message: str = field(name="cause")
    """What was got and what was expected, with the unit; ``cause`` in ``report.json``."""
    observed: str | int | float | None
    """What was got, where it is a number or a word."""
    expected: str | int | float | None
    """What was expected, where it is a number or a word."""
    waived: str | None
    """The waiver's reason; None where nothing waives it."""
    voxel: Voxel | None = None
    """Where to look: the voxel's index along i, j, k from 0; None where there is no single place."""
    position_mm: Vector | None = None
    """The same place in the world, RAS+."""

    def fails(self, gate: Severity) -> bool:
        """Whether it is at the gate or above, and nothing waives it."""
        return self.waived is None and self.severity.rank <= gate.rank

    @property
    def names(self) -> tuple[str, ...]:
        """The structures, or without any the files, that it is about."""
        return self.structures or self.files

    def apart(self) -> Iterator[ReportedFinding]:
        """Yield a finding for each structure, or else each file, where this one stands for several."""
        if not self.merged:
            yield self
        elif self.structures:
            yield from (replace(self, structures=(name,)) for name in self.structures)
        else:
            yield from (replace(self, files=(name,)) for name in self.files)

    def narrowed(self, parts: Sequence[ReportedFinding]) -> ReportedFinding:
        """Return this finding about some of those that ``apart`` yields: fewer names than are ``merged``."""
        if not self.merged:
            return self
        names = tuple(name for part in parts for name in part.names)
        return replace(self, structures=names) if self.structures else replace(self, files=names)

    def part_of(self, whole: ReportedFinding) -> bool:
        """Whether this is the other finding, or the other one ``narrowed``."""
        same = replace(self, structures=whole.structures, files=whole.files) == whole
        return same and set(self.names) <= set(whole.names)


class Counts(Struct, frozen=True, kw_only=True):
    """Totals. Findings count once for each cause; waived ones stand apart."""

    cases: int
    """Cases that were measured."""
    files: int
    """Files that were read."""
    masks: int
    """Masks that were measured."""
    error: int
    """Findings of severity error."""
    warning: int
    """Findings of severity warning."""
    info: int
    """Findings of severity info."""
    waived: int
    """Findings of any severity that a waiver accepts."""


class Unmeasured(Struct, frozen=True, kw_only=True):
    """A case that could not be measured at all, and why."""

    case: str
    """Id of the case."""
    error: str
    """Why, as the program that failed told it."""


class Scope(Struct, frozen=True, kw_only=True):
    """Which part of the catalogue and of the dataset an audit is about."""

    checks: int
    """Checks that were chosen."""
    checks_in_all: int
    """Checks that there are."""
    cases: int
    """Cases that were chosen."""
    cases_in_all: int
    """Cases that there are; those that are promised where fewer than half of them are there."""
    select: tuple[str, ...] = ()
    """Ids and families of the checks that were asked for; empty for all."""
    ignore: tuple[str, ...] = ()
    """Ids and families of the checks that were left out."""
    case_glob: str = "*"
    """What the ids of the cases had to match."""

    @property
    def shares(self) -> tuple[tuple[int, int, str], ...]:
        """Of what the audit leaves something out: how many are in it, how many there are, and of what."""
        shares = ((self.checks, self.checks_in_all, "check"), (self.cases, self.cases_in_all, "case"))
        return tuple((some, of, noun) for some, of, noun in shares if some < of)


class Verified(Struct, frozen=True, kw_only=True):
    """What became of the files that were measured before, told by their content."""

    files: int
    """Files that were compared: those of cases that were measured before and are there now."""
    changed: tuple[str, ...]
    """Paths of those whose bytes differ."""
    added: tuple[str, ...]
    """Paths of files that these cases did not have."""
    gone: tuple[str, ...]
    """Paths of files that they no longer have."""


class Report(Struct, frozen=True, kw_only=True):
    """The outcome of an audit."""

    segaudit: str
    """Version of segaudit."""
    format: int
    """Version of the report's form, see ``FORMAT``."""
    contract: str
    """Name of the contract."""
    dataset: str
    """Where the dataset lies; empty where only published tables were judged."""
    gate: Severity
    """The lowest severity that fails."""
    counts: Counts
    """Totals."""
    checks: tuple[CheckResult, ...]
    """How each check ended, in the order of the catalogue."""
    findings: tuple[ReportedFinding, ...]
    """By severity, check, case and structure."""
    unmeasured: tuple[Unmeasured, ...]
    """Cases that could not be measured at all."""
    statistics: dict[str, Any]
    """The published tables, recomputed (see ``segaudit.model.statistics``)."""
    cases: tuple[str, ...] = ()
    """Ids of the cases that were measured."""
    unaudited: tuple[str, ...] = ()
    """Ids of the cases that are there, and were no part of the audit."""
    absent: tuple[str, ...] = ()
    """Ids of the cases that the metadata lists, and that have no folder."""
    digests: dict[str, str] = {}
    """A digest of paths and bytes of all files of each case that was measured, by its id: equal ones mean that nothing
    changed."""
    contract_digest: str = ""
    """A digest of all that the contract promises."""
    unread: dict[str, tuple[str, ...]] = {}
    """By the id of a case: the structures of which no mask could be measured, as their file is missing or damaged, and
    ``ct`` if that is so of the CT. Cases of which all was measured are left out."""
    verified: Verified | None = None
    """What ``--verify`` found; None without it."""
    scope: Scope | None = None
    """What the audit was about; None in reports that were written before there was this field."""

    @property
    def exit_code(self) -> int:
        """0 passes the gate, 1 findings at the gate or above, 3 something could not run."""
        if self.unmeasured or any(check.outcome is Outcome.COULD_NOT_RUN for check in self.checks):
            return 3
        return int(any(finding.fails(self.gate) for finding in self.findings))
