"""What a release promises. Contracts are data; ``segaudit.contracts`` reads them from TOML and CSV."""

from __future__ import annotations

import enum
from collections.abc import Iterator
from functools import cached_property, reduce
from typing import Literal

from msgspec import Struct

Pair = tuple[str, str]

MetadataSchema = Literal["", "totalsegmentator-v1", "totalsegmentator-v2"]
"""The forms of ``meta.csv``; empty where there is none."""


class Severity(enum.StrEnum):
    """What a finding does to a release."""

    ERROR = "error"
    """The data are wrong or cannot be used: do not release."""
    WARNING = "warning"
    """A person has to look before release."""
    INFO = "info"
    """Worth knowing; never gates."""

    @property
    def rank(self) -> int:
        """0 for error, 1 for warning, 2 for info."""
        return list(Severity).index(self)


class Structure(Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """One anatomical structure of a release: a row of ``structures.csv``."""

    name: str
    label: int
    group: Literal["organ", "bone", "muscle", "vessel"]
    side: Literal["", "left", "right"] = ""
    partner: str = ""
    """The same structure on the other side."""
    above: str = ""
    """Its neighbour towards the head in a row of like structures (vertebrae, ribs)."""
    below: str = ""
    expected_with: tuple[str, ...] = ()
    """Where all of these are present and none is cut by the field of view, this one has to be present."""
    removable: bool = False
    """A person can lack it, by surgery, sex or variation."""
    airy: bool = False
    """It holds air in health (lung, trachea, bowel)."""
    max_pieces: int | None = None
    """Connected pieces allowed; None for any number."""
    piece_ml: float = 1.0
    """A further piece smaller than this is a speck, not a piece."""


class Cases(Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """How many cases there are and how they are named."""

    count: int | None = None
    pattern: str = r"s\d{4}"


class Geometry(Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """The voxel grids. What is None or empty is not promised."""

    spacing_mm: float | tuple[float, float, float] | None = None
    spacing_tolerance_mm: float = 1e-3
    orientation: str = ""
    shape_min: tuple[int, int, int] | None = None
    shape_max: tuple[int, int, int] | None = None


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
    """Another severity for a check, with the reason."""

    severity: Severity
    reason: str


class Exclude(Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """Cases that are left out of the audit's verdict and of the statistics."""

    cases: tuple[str, ...] = ()


class PublishedStructure(Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """A row of the published table of structures, as printed."""

    label: int
    structure: str
    occurrence: int
    presence_rate: float
    """Per cent."""
    mean_volume_ml: float
    volume_variability_ml: float


class PublishedGrid(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A row of the published resolution table: minimum, median or maximum of spacing and size."""

    statistic: Literal["min", "median", "max"]
    spacing_mm: tuple[float, float, float]
    size: tuple[int, int, int]


class Published(Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """The tables that a release's documentation prints, as printed."""

    source: str
    facts: dict[str, int] = {}
    """Counts that the text states: images, structures, organs, slices, images_measured, split sizes."""
    resolution: tuple[PublishedGrid, ...] = ()
    structures: tuple[PublishedStructure, ...] = ()


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
    reported: str = ""
    status: str = ""


class Contract(Struct, frozen=True, kw_only=True, omit_defaults=True, dict=True, forbid_unknown_fields=True):
    """What a dataset promises: counts, names, geometry, value ranges, published tables."""

    name: str
    title: str = ""
    source: str = ""
    metadata: MetadataSchema = ""
    """Which schema ``meta.csv`` follows; empty when there is no metadata."""
    cases: Cases = Cases()
    splits: dict[str, int] = {}
    geometry: Geometry = Geometry()
    alignment: Alignment = Alignment()
    intensity: Intensity = Intensity()
    labels: Labels = Labels()
    regrade: dict[str, Regrade] = {}
    exclude: Exclude = Exclude()
    structures: tuple[Structure, ...] = ()
    published: Published | None = None
    known_issues: tuple[KnownIssue, ...] = ()
    siblings: dict[str, frozenset[str]] = {}
    """Class names of the other shipped releases, by release: to recognise files that come from one of them."""

    @cached_property
    def by_name(self) -> dict[str, Structure]:
        """The structures by name."""
        return {structure.name: structure for structure in self.structures}

    @cached_property
    def spine(self) -> tuple[Structure, ...]:
        """The vertebrae from head to foot: the row of neighbours that has no sides."""
        return next((row for row in self.rows if not row[0].side), ())

    @cached_property
    def rows(self) -> tuple[tuple[Structure, ...], ...]:
        """The rows of like structures (vertebrae, ribs of a side), each from head to foot."""
        firsts = (structure for structure in self.structures if structure.below and not structure.above)
        return tuple(tuple(self._downwards(first)) for first in firsts)

    def _downwards(self, first: Structure) -> Iterator[Structure]:
        following: Structure | None = first
        while following:
            yield following
            following = self.by_name.get(following.below)

    def at(self, key: str) -> object:
        """Return the value at a dotted key, such as ``geometry.spacing_mm``; the contract itself for an empty one.

        Raises:
            AttributeError: there is no such key.
        """
        return reduce(getattr, filter(None, key.split(".")), self)

    def sibling_of(self, names: frozenset[str]) -> str:
        """Return the other release whose class list fits the names better than this contract's; empty if none does."""
        own = frozenset(self.by_name)
        if not own:
            return ""
        scores = {release: similarity(names, classes) for release, classes in self.siblings.items() if classes != own}
        best = max(scores, key=scores.__getitem__, default="")
        return best if best and scores[best] > similarity(names, own) else ""


def similarity(first: frozenset[str], second: frozenset[str]) -> float:
    """Return the Jaccard index of two sets of names: 1 for equal sets, 0 for disjoint or empty ones."""
    return len(first & second) / len(first | second) if first or second else 0.0
