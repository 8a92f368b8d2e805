"""Contracts: what a release promises, as data. ``segaudit.contracts`` reads them from TOML and CSV."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Iterator
from functools import cached_property, reduce

from msgspec import Struct, json
from msgspec.structs import replace

from segaudit.model.promises import (
    Alignment,
    Cases,
    Exclude,
    Geometry,
    Intensity,
    KnownIssue,
    Labels,
    MetadataSchema,
    Regrade,
)
from segaudit.model.published import Published
from segaudit.model.reading import Reading
from segaudit.model.structure import Structure
from segaudit.model.vertebra_levels import Levels

Range = tuple[float, float]

ANYWHERE: Range = (-math.inf, math.inf)


class Contract(Struct, frozen=True, kw_only=True, omit_defaults=True, dict=True, forbid_unknown_fields=True):
    """What a dataset promises: counts, names, geometry, value ranges, published tables."""

    name: str
    """Its name in reports; that of a shipped one is, for example, ``totalsegmentator-v2``."""
    title: str = ""
    """The release's full name."""
    source: str = ""
    """Where the release is published."""
    license: str = ""
    """The licence, as a name, an identifier of SPDX or a link."""
    citation: str = ""
    """How to cite it."""
    metadata: MetadataSchema = ""
    """The schema of ``meta.csv``; empty if there is no metadata."""
    cases: Cases = Cases()
    """How many cases, and how they are named."""
    splits: dict[str, int] = {}
    """Cases by split."""
    archives: dict[str, int] = {}
    """Sizes in bytes of the published archives, by name."""
    geometry: Geometry = Geometry()
    """The voxel grids."""
    reading: Reading = Reading()
    """How much of a case is read."""
    alignment: Alignment = Alignment()
    """How far a mask's grid may lie from its CT's."""
    intensity: Intensity = Intensity()
    """The CT's values."""
    labels: Labels = Labels()
    """The masks' values and overlaps."""
    regrade: dict[str, Regrade] = {}
    """Another severity, by the check's id."""
    limits: dict[str, dict[str, float | str]] = {}
    """Other thresholds than the default ones, by the check's id and the limit's name, with the ``reason``."""
    waivers: tuple[str, ...] = ()
    """Paths of files with waivers."""
    exclude: Exclude = Exclude()
    """Cases to leave out."""
    structures: tuple[Structure, ...] = ()
    """The class list."""
    published: Published | None = None
    """The tables that the release's documentation prints; None if it prints none."""
    known_issues: tuple[KnownIssue, ...] = ()
    """The publicly reported defects."""
    siblings: dict[str, frozenset[str]] = {}
    """Class names of the other shipped releases, by release: to recognise files that come from one of them."""

    @cached_property
    def digest(self) -> str:
        """A digest of everything that is promised: equal digests mean the same contract. Waivers are no promise."""
        return hashlib.sha256(json.encode(replace(self, waivers=()), order="deterministic")).hexdigest()[:12]

    @cached_property
    def by_name(self) -> dict[str, Structure]:
        """The structures by name."""
        return {structure.name: structure for structure in self.structures}

    @cached_property
    def meanings(self) -> dict[str, str]:
        """The known anatomy that each structure is, by name."""
        return {structure.name: structure.meant for structure in self.structures}

    @cached_property
    def specks_ml(self) -> dict[str, float]:
        """The volume below which the whole mask of a structure is a speck, by name."""
        return {structure.name: structure.speck_ml for structure in self.structures}

    @cached_property
    def pieces_ml(self) -> dict[str, float]:
        """The volume of each structure's smallest piece, by name."""
        return {structure.name: structure.piece_ml for structure in self.structures}

    @cached_property
    def volume_limits(self) -> dict[str, tuple[float, float]]:
        """The least and the largest volume of each structure in an adult, by name; 0 and infinity if unknown."""
        return {
            each.name: (each.volume_low_ml or 0.0, math.inf if each.volume_high_ml is None else each.volume_high_ml)
            for each in self.structures
        }

    @cached_property
    def hu_ranges(self) -> dict[str, tuple[float, float]]:
        """The range of the median intensity under each structure's mask, by name, where it is known."""
        return {
            each.name: (each.hu_low, each.hu_high)
            for each in self.structures
            if each.hu_low is not None and each.hu_high is not None
        }

    @cached_property
    def names(self) -> frozenset[str]:
        """The names of the structures."""
        return frozenset(self.by_name)

    @cached_property
    def anatomies(self) -> frozenset[str]:
        """The names of the structures, and those of the known anatomy that they are."""
        return self.names.union(structure.meant for structure in self.structures)

    @cached_property
    def pairs(self) -> tuple[tuple[Structure, Structure], ...]:
        """The left structures, each with its right partner."""
        lefts = (structure for structure in self.structures if structure.side == "left" and structure.partner)
        return tuple((left, self.by_name[left.partner]) for left in lefts)

    @cached_property
    def spine(self) -> tuple[Structure, ...]:
        """The vertebrae from head to foot: the row of neighbours that has no sides."""
        return next((row for row in self.rows if not row[0].side), ())

    @cached_property
    def levels(self) -> Levels:
        """The vertebrae whose position along the spine of an adult is given."""
        placed = [(level.meant, level.spine_mm) for level in self.spine if level.spine_mm is not None]
        return Levels(tuple(name.rpartition("_")[2] for name, _ in placed), tuple(depth for _, depth in placed))

    @property
    def ribs(self) -> tuple[tuple[Structure, ...], ...]:
        """The rows of neighbours that have a side."""
        return tuple(row for row in self.rows if row[0].side)

    @cached_property
    def evidence(self) -> tuple[Structure, ...]:
        """The structures that are expected where others are."""
        return tuple(structure for structure in self.structures if structure.expected_with)

    @property
    def places(self) -> tuple[str, ...]:
        """The structures of which a position along the spine, to the right or to the front is known."""
        return tuple(name for name, ranges in self.ranges.items() if any(range_ != ANYWHERE for range_ in ranges))

    @property
    def volumes(self) -> tuple[Structure, ...]:
        """The structures of which the volume is known."""
        return tuple(s for s in self.structures if s.volume_low_ml is not None or s.volume_high_ml is not None)

    @property
    def usual_volumes(self) -> tuple[Structure, ...]:
        """The structures of which the largest usual volume is known."""
        return tuple(structure for structure in self.structures if structure.usual_high_ml is not None)

    @property
    def intensities(self) -> tuple[Structure, ...]:
        """The structures of which the intensity is known."""
        return tuple(s for s in self.structures if s.hu_low is not None or s.hu_high is not None)

    @property
    def pieces(self) -> tuple[Structure, ...]:
        """The structures of which the number of pieces is known."""
        return tuple(structure for structure in self.structures if structure.max_pieces is not None)

    @cached_property
    def ranges(self) -> dict[str, tuple[Range, Range, Range]]:
        """The range of a structure's position in health: depth along the spine, offset to the right and to the front.

        Millimetres in an adult; infinite if unknown. A vertebra's range is its own position.
        """
        return {structure.name: self._ranges(structure) for structure in self.structures}

    @cached_property
    def centres(self) -> dict[str, tuple[float, float, float]]:
        """The usual position of a structure: as given, or else the middle of its ``ranges``; NaN if unknown."""
        return {structure.name: self._centre(structure) for structure in self.structures}

    @cached_property
    def depths(self) -> dict[str, float]:
        """The usual depth of each structure along the spine, by name; NaN if unknown."""
        return {name: depth for name, (depth, _, _) in self.centres.items()}

    @cached_property
    def unpaired(self) -> dict[str, float]:
        """How far to the right of the spine structures without a side usually lie, by name; NaN if unknown."""
        return {structure.name: self.centres[structure.name][1] for structure in self.structures if not structure.side}

    def _centre(self, structure: Structure) -> tuple[float, float, float]:
        given = (structure.usual_down, structure.usual_right, structure.usual_front)
        ranges = self.ranges[structure.name]
        down, right, front = (
            (low + high) / 2 if usual is None else usual for usual, (low, high) in zip(given, ranges, strict=True)
        )
        return down, right, front

    def _ranges(self, structure: Structure) -> tuple[Range, Range, Range]:
        if structure.spine_mm is not None:
            return (structure.spine_mm, structure.spine_mm), ANYWHERE, (0.0, 0.0)
        return (
            _range(structure.down_low, structure.down_high),
            _range(structure.right_low, structure.right_high),
            _range(structure.front_low, structure.front_high),
        )

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
        own = self.names
        if not own or names == own:
            return ""
        scores = {release: similarity(names, classes) for release, classes in self.siblings.items() if classes != own}
        best = max(scores, key=scores.__getitem__, default="")
        return best if best and scores[best] > similarity(names, own) else ""


def _range(low: float | None, high: float | None) -> Range:
    """Return a range; a limit that is not given is infinite."""
    return ANYWHERE if low is None or high is None else (low, high)


def similarity(first: frozenset[str], second: frozenset[str]) -> float:
    """Return the Jaccard index of two sets of names: 1 for equal sets, 0 for disjoint or empty ones."""
    return len(first & second) / len(first | second) if first or second else 0.0
