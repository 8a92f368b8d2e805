"""The structures of a body that lie beyond the contract's limits of place."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from segaudit.model.contract import ANYWHERE, Contract, Range
from segaudit.model.frame import Frame, Position
from segaudit.model.pose import Pose
from segaudit.model.records import Mask, Overlap
from segaudit.model.structure import Structure

LEAN_MM_PER_MM = 0.2
"""How much wider limits become beyond the vertebrae seen: a spine of few levels leans by 11 degrees."""

MIN_SHIFTED_SHARE = 0.25
"""Share of structures that lie too far up, or too far down, from which on the vertebrae are what is wrong."""

MIN_SHIFTED_STRUCTURES = 4
"""Structures that can outvote the vertebrae, at least."""

MAX_COVERED_SHARE = 0.5
"""Share of a mask that another one covers, above which masks-overlap-large or masks-identical reports it."""

DIRECTIONS = {1: ("to the left", "to the right"), 2: ("to the back", "to the front")}
"""Words for negative and positive offsets along the axes of a position."""


class Displacement(NamedTuple):
    """How far a structure lies beyond its limits, along the axis where it is furthest beyond."""

    mask: Mask
    structure: Structure
    excess_mm: float
    """How far beyond the limits, reference mm."""
    down: int
    """1 too far down the spine, -1 too far up, 0 to a side."""
    distance_mm: float
    """The excess in the case's own mm."""
    observed: str
    expected: str


@dataclass(frozen=True, eq=False, kw_only=True)
class Placement:
    """Where the complete structures of a body lie, compared with the contract's limits."""

    complete: Mapping[str, Mask]
    positions: Mapping[str, Position]
    overlaps: tuple[Overlap, ...]
    frame: Frame
    pose: Pose
    contract: Contract

    @property
    def shifted(self) -> int:
        """How many structures lie beyond their limits in one direction along the spine, if enough to outvote it."""
        most = max(sum(one.down == way for one in self.displaced) for way in (-1, 1))
        return most if most >= max(MIN_SHIFTED_STRUCTURES, MIN_SHIFTED_SHARE * self.judged) else 0

    @property
    def judged(self) -> int:
        """How many structures were compared with their limits."""
        return len(self._judged)

    @cached_property
    def displaced(self) -> tuple[Displacement, ...]:
        """The structures that lie beyond their limits."""
        return tuple(one for structure, place in self._judged if (one := self._beyond(structure, place)))

    @cached_property
    def _judged(self) -> tuple[tuple[Structure, Position], ...]:
        return tuple(self._near())

    def _near(self) -> Iterator[tuple[Structure, Position]]:
        """Yield the structures near enough to the vertebrae, but for those that another mask mostly covers.

        A sliver is left out: the field of view of a rotated case ends inside its grid, and cuts what does not touch a
        face.
        """
        adult, covered = min(1.0, self.frame.scale**3), self._covered()
        for name, place in self.positions.items():
            structure = self.contract.by_name[name]
            sliver = self.complete[name].volume_ml < (structure.volume_low_ml or 0.0) * adult
            judged = structure.down_low is not None and not sliver and name not in covered
            if judged and self.frame.beyond(place.depth) <= self.frame.span:
                yield structure, place

    def _covered(self) -> set[str]:
        """Return the structures of which another mask covers too large a share."""
        pairs = ((name, overlap.voxels) for overlap in self.overlaps for name in (overlap.first, overlap.second))
        masks = self.complete
        return {name for name, voxels in pairs if name in masks and voxels > MAX_COVERED_SHARE * masks[name].voxels}

    def _beyond(self, structure: Structure, place: Position) -> Displacement | None:
        """Return how far a structure lies beyond its limits; None where it does not."""
        limits = self._limits(structure)
        excesses = [max(low - value, value - high) for value, (low, high) in zip(place, limits, strict=True)]
        excess = max(excesses) - LEAN_MM_PER_MM * self.frame.beyond(place.depth)
        if excess <= 0:
            return None
        axis, scale = excesses.index(max(excesses)), self.frame.scale
        down = 0 if axis else 1 if place.depth > limits[0][1] else -1
        words = _offset(axis, place, limits[axis], scale) if axis else self._level(place, limits[axis])
        return Displacement(self.complete[structure.name], structure, excess, down, excess * scale, *words)

    def _limits(self, structure: Structure) -> tuple[Range, Range, Range]:
        """Return a structure's limits: its mirror image's in a mirrored body, its partner's where both are exchanged.

        Other checks report these: organs-mirrored and sides-swapped. Where left and right are known from the pairs that
        sides-swapped reports alone, nothing is on a wrong side.
        """
        limits, partner = self.contract.limits, structure.partner
        down, right, front = limits[structure.name]
        if not self.frame.sided:
            return down, ANYWHERE, front
        if self.pose.mirrored:
            low, high = limits[partner or structure.name][1]
            return down, (-high, -low), front
        if partner in self.positions and self._exchanged(structure):
            return limits[partner]
        return down, right, front

    def _exchanged(self, structure: Structure) -> bool:
        """Whether a structure lies on the side of its partner."""
        place, partner = self.positions[structure.name], self.positions[structure.partner]
        return (place.right < partner.right) == (structure.side == "right")

    def _level(self, place: Position, limits: Range) -> tuple[str, str]:
        """Say at which level a structure lies, and between which ones it is expected."""
        observed, high, low = map(self.contract.levels.at, (place.depth, *limits))
        return f"at the level of {observed}", f"{high} to {low}"


def _offset(axis: int, place: Position, limits: Range, scale: float) -> tuple[str, str]:
    """Say how far a structure lies from the spine, and how far it is expected, in the case's own mm."""
    words = DIRECTIONS[axis]
    observed, *ends = (f"{abs(offset) * scale:.0f} mm {words[offset > 0]}" for offset in (place[axis], *limits))
    return f"{observed} of the spine", f"between {' and '.join(ends)}"
