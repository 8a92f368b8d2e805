"""What a contract promises, table by table, and the defects that are known: the parts of ``Contract``."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

Pair = tuple[str, str]

OFF = "off"
"""The severity of a check that does not run."""

MetadataSchema = Literal["", "totalsegmentator-v1", "totalsegmentator-v2", "totalsegmentator-v3"]
"""The schemas of ``meta.csv``; empty for no metadata."""


class Cases(Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    r"""How many cases there are, and how they are named: ``\d`` in the pattern is one of the digits 0 to 9."""

    count: int | None = None
    pattern: str = r"s\d{4}"


class Geometry(Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """The voxel grids. What is None or empty is not promised."""

    spacing_mm: float | tuple[float, float, float] | None = None
    spacing_tolerance_mm: float = 1e-3
    orientation: str = ""
    shape_min: tuple[int, int, int] | None = None
    shape_max: tuple[int, int, int] | None = None

    def has_spacing(self, spacing_mm: tuple[float, ...]) -> bool:
        """Whether a grid has the promised spacing; true if none is promised."""
        promised = self.spacing_mm if isinstance(self.spacing_mm, tuple) else (self.spacing_mm,) * len(spacing_mm)
        pairs = zip(spacing_mm, promised, strict=False)
        return all(one is None or abs(one - found) <= self.spacing_tolerance_mm for found, one in pairs)


class Alignment(Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """How far a mask's grid may lie from its CT's."""

    tolerance_mm: float = 0.1


class Intensity(Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """The CT's values."""

    dtypes: tuple[str, ...] = ()
    minimum_hu: float = -3100.0
    maximum_hu: float = 20000.0


class Labels(Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """The masks' values, and which of them may share voxels."""

    dtypes: tuple[str, ...] = ()
    allowed_overlaps: tuple[Pair, ...] = ()
    """Pairs of structures, as names or globs, that overlap by definition or by design."""


class Regrade(Struct, frozen=True, forbid_unknown_fields=True):
    """Another severity for a check, or ``off`` for a check that does not run, with the reason."""

    severity: Literal["error", "warning", "info", "off"]
    reason: str


class Exclude(Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """Cases that are left out of the audit's verdict and of the statistics."""

    cases: tuple[str, ...] = ()


class KnownIssue(Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """A publicly reported defect of a release."""

    release: str
    case: str
    """A case id, or ``*`` for the release as a whole."""
    defect: str
    """The class of defect, such as FILE_CORRUPT."""
    description: str
    source: str
    file: str = ""
    """Files or structures that it concerns, or globs of them, separated by blanks: ``ct.nii.gz segmentations/*``,
    ``rib_* sternum``; empty if the report names none."""
    reported: str = ""
    status: str = ""

    @property
    def globs(self) -> tuple[str, ...]:
        """The names and globs in ``file``."""
        return tuple(self.file.split())
