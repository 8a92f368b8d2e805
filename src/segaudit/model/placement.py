"""The structures of a body that lie beyond the contract's limits of place."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from segaudit.model.bearing import Bearing, Position
from segaudit.model.contract import ANYWHERE, Contract
from segaudit.model.curve import Array
from segaudit.model.displacement import Box, Displacement, among_structures, among_vertebrae, excesses
from segaudit.model.opening import WHOLE, Openings
from segaudit.model.organ_frame import MAX_RANGE_MM, compact
from segaudit.model.records import Mask, Overlap
from segaudit.model.structure import Structure

MIN_SHIFTED_SHARE = 0.25
"""Share of structures that lie too far up, or too far down, from which on the vertebrae are what is wrong."""

MIN_SHIFTED_STRUCTURES = 4
"""Structures that can outvote the vertebrae, at least."""

MAX_COVERED_SHARE = 0.5
"""Share of a mask that another one covers, above which masks-overlap-large or masks-identical reports it."""

MIN_SURE_WITNESSES = 6
"""Structures that make an error of what lies where no person has it, at least, where there are no vertebrae."""

REACH_MM = 50.0
"""How far from its usual position among the organs around it a structure lies in health: three standard deviations,
which are 15 to 20 mm. The levels of vertebrae are off by one in some people, and limits by them are wider."""

HOLLOW_REACH_MM = 65.0
"""The same for organs whose filling moves their centre."""

HOLLOW = frozenset({"stomach", "gallbladder", "urinary_bladder", "duodenum", "small_bowel", "colon"})


@dataclass(frozen=True, eq=False, kw_only=True)
class Placement:
    """Where the structures of a body lie, compared with the contract's limits."""

    masks: Mapping[str, Mask]
    bearings: Mapping[str, Bearing]
    """Where the structures lie that are near enough to what shows it."""
    openings: Mapping[str, Openings]
    """Where the rest of those lies that the field of view cuts."""
    overlaps: tuple[Overlap, ...]
    sided: bool
    mirrored: bool
    exchanged: frozenset[str]
    """The structures under each other's names, which are not judged: another check reports them."""
    contract: Contract

    @property
    def shifted(self) -> int:
        """How many structures lie beyond their limits in one direction along the spine, if enough to outvote it."""
        if not self.displaced or any(bearing.witnesses for bearing in self.bearings.values()):
            return 0
        most = max(sum(one.down == way for one in self.displaced) for way in (-1, 1))
        return most if most >= max(MIN_SHIFTED_STRUCTURES, MIN_SHIFTED_SHARE * self.judged) else 0

    @property
    def judged(self) -> int:
        """How many structures were compared with their limits."""
        return sum(1 for _ in self._comparable(self.bearings))

    @cached_property
    def displaced(self) -> tuple[Displacement, ...]:
        """The structures that lie beyond their limits."""
        judged = list(self._comparable(self._suspects()))
        if not judged:
            return ()
        structures, bearings = zip(*judged, strict=True)
        limits = [self._limits(structure, bearing) for structure, bearing in judged]
        beyond = self._excesses(structures, bearings, limits)
        far = np.flatnonzero((beyond > 0).any(axis=1)).tolist()
        return tuple(self._beyond(structures[at], bearings[at], limits[at], beyond[at].tolist()) for at in far)

    def _suspects(self) -> Iterator[str]:
        """Yield the structures with limits, but for those within the contract's, where these are their own."""
        ranges, known = self.contract.ranges, self.contract.by_name
        for name, ((depth, right, front), _, _, witnesses) in self.bearings.items():
            if known[name].down_low is None:
                continue
            (high, low), (left_end, right_end), (back_end, front_end) = ranges[name]
            inside = high <= depth <= low and left_end <= right <= right_end and back_end <= front <= front_end
            partner = known[name].partner
            if not inside or witnesses or self.mirrored or (partner in self.bearings and self._exchanged(known[name])):
                yield name

    def _comparable(self, names: Iterable[str]) -> Iterator[tuple[Structure, Bearing]]:
        """Yield those of some structures that have limits, but for slivers, and what another mask mostly covers.

        Without vertebrae, those of many pieces are left out, of which some may be out of view while none is cut.

        A sliver is left out: the field of view of a rotated case ends inside its grid, and cuts what does not touch a
        face.
        """
        covered = self._covered
        for name in names:
            structure, bearing = self.contract.by_name[name], self.bearings[name]
            ends = not bearing.witnesses or compact(structure) or structure.max_pieces is not None
            judged = structure.down_low is not None and ends and name not in self.exchanged and name not in covered
            if judged and (self.openings.get(name) or not self._sliver(structure, bearing)):
                yield structure, bearing

    def _sliver(self, structure: Structure, bearing: Bearing) -> bool:
        """Whether less is seen of a structure than the least that a person of this size has."""
        return self.masks[structure.name].volume_ml < (structure.volume_low_ml or 0.0) * bearing.least_size

    @cached_property
    def _covered(self) -> set[str]:
        """Return the structures of which another mask covers too large a share."""
        pairs = ((name, overlap.voxels) for overlap in self.overlaps for name in (overlap.first, overlap.second))
        masks = self.masks
        return {name for name, voxels in pairs if name in masks and voxels > MAX_COVERED_SHARE * masks[name].voxels}

    def _limits(self, structure: Structure, bearing: Bearing) -> Box:
        """Return the limits of a structure that lies where vertebrae, or the structures around it, show it."""
        wide, usual = self._expected(structure)
        return _narrowed(structure, wide, usual) if bearing.witnesses else wide

    def _excesses(self, structures: Sequence[Structure], bearings: Sequence[Bearing], limits: Sequence[Box]) -> Array:
        """Return how far structures lie beyond limits along each axis."""
        openings = [self.openings.get(structure.name, WHOLE) for structure in structures]
        return excesses(bearings, limits, openings, [10 * structure.middle_ml ** (1 / 3) for structure in structures])

    def _beyond(self, structure: Structure, bearing: Bearing, limits: Box, beyond: list[float]) -> Displacement:
        """Say how far a structure lies beyond its limits along the axis where that is most."""
        wide, usual = self._expected(structure)
        axis, excess = beyond.index(max(beyond)), max(beyond)
        if bearing.witnesses:
            words = among_structures(bearing, limits, axis, usual[axis])
        else:
            words = among_vertebrae(bearing, limits, axis, excess, self.contract.levels)
        sure = not 0 < bearing.witnesses < MIN_SURE_WITNESSES
        stray = sure and bool(self._excesses([structure], [bearing], [wide]).max() > structure.stray_mm)
        down = 0 if axis else 1 if bearing.place.depth > limits[0][1] else -1
        return Displacement(self.masks[structure.name], structure, stray, down, *words)

    def _expected(self, structure: Structure) -> tuple[Box, Position]:
        """Return a structure's limits and its usual position.

        They are its mirror image's in a mirrored body, its partner's where both are exchanged. Other checks report
        these: organs-mirrored and sides-swapped. Where left and right are known from the pairs that sides-swapped
        reports alone, nothing is on a wrong side.
        """
        limits, centres, partner = self.contract.ranges, self.contract.centres, structure.partner
        (down, right, front), usual = limits[structure.name], Position(*centres[structure.name])
        if not self.sided:
            return (down, ANYWHERE, front), usual
        if self.mirrored:
            other = partner or structure.name
            low, high = limits[other][1]
            return (down, (-high, -low), front), usual._replace(right=-centres[other][1])
        if partner in self.bearings and self._exchanged(structure):
            return limits[partner], Position(*centres[partner])
        return (down, right, front), usual

    def _exchanged(self, structure: Structure) -> bool:
        """Whether a structure lies on the side of its partner."""
        place, partner = self.bearings[structure.name].place, self.bearings[structure.partner].place
        return (place.right < partner.right) == (structure.side == "right")


def _narrowed(structure: Structure, limits: Box, usual: Position) -> Box:
    """Return limits as the structures around one set them, where it lies much alike in all people."""
    reach = HOLLOW_REACH_MM if structure.name in HOLLOW else REACH_MM
    given = (structure.usual_down, structure.usual_right, structure.usual_front)
    down, right, front = (
        (max(low, middle - reach), min(high, middle + reach))
        if own is not None or (high - low <= MAX_RANGE_MM and (axis or structure.group != "vessel"))
        else (low, high)
        for axis, (own, middle, (low, high)) in enumerate(zip(given, usual, limits, strict=True))
    )
    return down, right, front
