"""The outcome of an audit, with the fields of ``report.json``."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from msgspec import Struct, field
from msgspec.structs import replace

from segaudit.model.changed_limit import ChangedLimit
from segaudit.model.findings import Outcome
from segaudit.model.judged import Judged
from segaudit.model.misplacement import Misplacement
from segaudit.model.records import Vector, Voxel
from segaudit.model.severity import Severity

FORMAT = 2
"""Version of the format; it increases if a field changes its meaning, is removed, or is needed to read others."""

CT = "ct"
"""The name of the CT among names of structures."""


class CheckResult(Struct, frozen=True, kw_only=True):
    """How one check ended."""

    id: str
    """Its name in kebab-case, such as ``mask-off-grid``."""
    severity: Severity
    """In this contract, which can re-grade it."""
    family: str
    """Its group of checks."""
    outcome: Outcome
    """Clean, found, waived, not applicable or could not run."""
    findings: int
    """Findings that are not waived."""
    waived: int
    """Findings that a waiver accepts."""
    summary: str
    """A sentence about its findings."""
    error: str = ""
    """Why it could not run."""
    reason: str = ""
    """Why it does not apply."""
    file: str = ""
    """The file that defines it, if it is a check of the user's own."""


class ReportedFinding(Struct, frozen=True, kw_only=True):
    """A finding with its check, its severity in this contract, and the reason if it is waived.

    Findings of a check with one cause in one case are merged into one. ``report.json`` has three more fields for people
    to read: ``structure`` and ``file``, which join the names, and ``message``, the cause after the number of those
    affected.
    """

    check: str
    """Id of the check."""
    severity: Severity
    """In this contract, which can re-grade the check."""
    case: str
    """Id of the case; empty if it is about the dataset."""
    structures: tuple[str, ...]
    """The structures that it is about."""
    files: tuple[str, ...]
    """Paths relative to the dataset. If a merged finding names structures, the single file that they are all in."""
    merged: int = 0
    """The number of structures, or else of files, that have the cause; 0 for a single finding."""
    with_ct: bool = False
    """Whether a merged finding that names structures is also about the CT."""
    message: str = field(name="cause")
    """What was observed and what was expected, with the unit; ``cause`` in ``report.json``."""
    observed: str | int | float | None
    """What was observed, if it is a number or a word."""
    expected: str | int | float | None
    """What was expected, if it is a number or a word."""
    waived: str | None
    """The waiver's reason; None if it is not waived."""
    voxel: Voxel | None = None
    """The location: the voxel's index along i, j, k from 0; None if there is no single one."""
    position_mm: Vector | None = None
    """The same location in world coordinates, RAS+."""
    misplacement: Misplacement | None = None
    """Where its masks would fit; None if it is not about that."""
    score: float | None = None
    """The highest score of its masks (see ``segaudit.model.score``), 100 for the most unusual mask of the dataset; None
    if it names none that has voxels."""

    def fails(self, gate: Severity) -> bool:
        """Whether it is at the gate or above, and not waived."""
        return self.waived is None and self.severity.rank <= gate.rank

    @property
    def names(self) -> tuple[str, ...]:
        """The structures, or else the files, that it is about."""
        return self.structures or self.files

    def apart(self) -> Iterator[ReportedFinding]:
        """Yield a finding for each structure, or else each file, if this one is merged."""
        if not self.merged:
            yield self
        elif self.structures:
            yield from (replace(self, structures=(name,)) for name in self.structures)
        else:
            yield from (replace(self, files=(name,)) for name in self.files)

    def narrowed(self, parts: Sequence[ReportedFinding]) -> ReportedFinding:
        """Return this finding restricted to some of those that ``apart`` yields: fewer names than are ``merged``."""
        if not self.merged:
            return self
        names = tuple(name for part in parts for name in part.names)
        return replace(self, structures=names) if self.structures else replace(self, files=names)

    def part_of(self, whole: ReportedFinding) -> bool:
        """Whether this is the other finding, or the other one ``narrowed``."""
        same = replace(self, structures=whole.structures, files=whole.files) == whole
        return same and set(self.names) <= set(whole.names)


class Counts(Struct, frozen=True, kw_only=True):
    """Totals. Findings count once for each cause; waived ones are counted separately."""

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
    """The reason, in the words of the program that failed."""


class UnusualMask(Struct, frozen=True, kw_only=True):
    """A mask that is among the most unusual ones of the dataset (see ``segaudit.model.score``)."""

    case: str
    """Id of the case."""
    structure: str
    """Its structure."""
    unusual: str
    """The measurement that is furthest off."""
    deviation: float
    """How far off it is in all, standard deviations."""
    score: float
    """The percentile of the deviation among the masks of the dataset."""
    reference_score: float | None
    """The percentile of the largest deviation from the contract's reference values among people; None where it has
    none."""


class Scope(Struct, frozen=True, kw_only=True):
    """The part of the catalogue and of the dataset that an audit covers."""

    checks: int
    """Number of checks that were selected."""
    checks_in_all: int
    """Number of all checks."""
    cases: int
    """Number of cases that were selected."""
    cases_in_all: int
    """Number of all cases; that of promised cases if fewer than half of them exist."""
    select: tuple[str, ...] = ()
    """Ids and families of the checks that were selected; empty for all."""
    ignore: tuple[str, ...] = ()
    """Ids and families of the checks that were ignored."""
    case_glob: str = "*"
    """The glob for the ids of the cases."""

    @property
    def shares(self) -> tuple[tuple[int, int, str], ...]:
        """The incomplete parts of the audit: how many are included, how many there are, and of what."""
        shares = ((self.checks, self.checks_in_all, "check"), (self.cases, self.cases_in_all, "case"))
        return tuple((some, of, noun) for some, of, noun in shares if some < of)


class Verified(Struct, frozen=True, kw_only=True):
    """Changes of the files that were measured before, detected by content."""

    files: int
    """Number of files that were compared: those of cases that were measured before and still exist."""
    changed: tuple[str, ...]
    """Paths of files whose bytes differ."""
    added: tuple[str, ...]
    """Paths of files that these cases did not have before."""
    gone: tuple[str, ...]
    """Paths of files that they no longer have."""


class AuditedTable(Struct, frozen=True, kw_only=True):
    """The metadata table that was audited without its images."""

    file: str
    """Its name, in the folder that is ``dataset``."""
    rows: int
    """Its rows."""


class Report(Struct, frozen=True, kw_only=True):
    """The outcome of an audit."""

    segaudit: str
    """Version of segaudit."""
    format: int
    """Version of the format, see ``FORMAT``."""
    contract: str
    """Name of the contract."""
    dataset: str
    """Path or URL of the dataset; empty if only published tables were judged."""
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
    """Ids of existing cases that were not part of the audit."""
    absent: tuple[str, ...] = ()
    """Ids of the cases that are in the metadata and have no folder."""
    digests: dict[str, str] = {}
    """A digest of paths and bytes of all files of each measured case, by id: equal ones mean that nothing changed."""
    contract_digest: str = ""
    """A digest of everything that the contract promises."""
    unread: dict[str, tuple[str, ...]] = {}
    """By case id: the structures whose masks could not be measured, because a file is missing or damaged, and ``ct`` if
    the CT could not. Cases that were measured completely are left out."""
    verified: Verified | None = None
    """What ``--verify`` found; None without it."""
    scope: Scope | None = None
    """What the audit covered; None in older reports without this field."""
    anatomy: Judged | None = None
    """For how many structures anatomy was judged; None without masks, and in older reports."""
    table: AuditedTable | None = None
    """The table, if it alone was audited."""
    unusual: tuple[UnusualMask, ...] = ()
    """The most unusual masks, whether or not a check found something, most first; ``masks.csv`` has all."""
    limits: tuple[ChangedLimit, ...] = ()
    """What the contract sets otherwise than by default: limits and severities, with the reason."""

    @property
    def exit_code(self) -> int:
        """0 passes the gate, 1 findings at the gate or above, 3 something could not run."""
        if self.unmeasured or any(check.outcome is Outcome.COULD_NOT_RUN for check in self.checks):
            return 3
        return int(any(finding.fails(self.gate) for finding in self.findings))
