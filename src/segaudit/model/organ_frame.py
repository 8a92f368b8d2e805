"""A frame of reference from whatever structures a case has, where vertebrae do not give one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import compress
from math import isfinite

import numpy as np
from numpy.typing import NDArray

from segaudit.model.bearing import Bearing, Position
from segaudit.model.contract import Contract
from segaudit.model.curve import Array, pairs
from segaudit.model.deviations import median
from segaudit.model.frame import reversed_pairs
from segaudit.model.opening import WHOLE, Openings
from segaudit.model.records import Mask, Vector
from segaudit.model.structure import Structure

MIN_WITNESSES = 4
"""The least number of structures that show where another one lies: of four, one can be wrong."""

MIN_OTHERS = 3
"""The least number of others that show it along an axis."""

MAX_RANGE_MM = 200.0
"""The longest range along the spine whose middle shows where a structure mostly lies."""

MIN_APART_MM = 60.0
"""The usual distance of two structures from which on it shows the size of a body."""

MIN_DISTANCES = 3

SCALES = (0.25, 1.4)
"""Sizes of people, as in ``anatomy.SCALE_RATIOS``."""

LEAST_SPREAD_MM = 15.0
"""Standard deviation of organs' positions about their usual ones, at least: fewer are near each other by chance. It is
15 to 25 mm in five people."""

MAD_TO_SD = 1.4826
"""A standard deviation by the median absolute deviation."""

MEDIAN_ERROR = 1.25
"""The standard error of a median, relative to that of a mean."""

SURE = 2.0
"""Standard errors that the uncertainty states."""

MAX_OFF_MM = 75.0
"""How far from its usual position a structure that shows the others' may lie."""

BEYOND_MM = 100.0
"""How far above or below all structures that show it one may usually lie, so that its place is judged: bodies differ in
how long thorax and abdomen are to each other, and pelvic vessels are not where a thorax lets expect them."""

MAX_DOUBTED_SHARE = 1 / 3
"""Share of the structures that may be off; with more, none is known to be in its place."""

WORLD = np.array([[0.0, 0.0, -1.0], [1.0, 0.0, 0.0], [0.0, 1.0, 0.0]])
"""Unit vectors (rows) of the world, RAS+, towards the feet, the right and the front."""


@dataclass(frozen=True, eq=False)
class OrganFrame:
    """The structures that show where others lie, each with its usual and its found position.

    Directions are the world's. Size and origin are medians over pairs of structures and over structures, so that a
    minority that lies elsewhere has no effect; a structure is never judged by itself.
    """

    names: tuple[str, ...]
    usual: Array
    """n x 3, reference mm; NaN along a direction in which a structure lies anywhere."""
    found: Array
    """n x 3, mm along the same directions; NaN along those in which the field of view cuts a structure."""
    depths: Mapping[str, float]
    """The usual depth of all structures, reference mm; NaN if unknown."""
    sided: bool
    """Whether left and right are certain: no pair is reversed."""
    mirrored: bool = False
    """Whether the usual positions are those of a mirrored body."""

    @classmethod
    @np.errstate(all="ignore")  # numbers in the affines of damaged headers may overflow
    def of(cls, masks: Mapping[str, Mask], openings: Mapping[str, Openings], contract: Contract) -> OrganFrame | None:
        """Return the frame of a case with these masks, of which the field of view cuts some; None if too few agree.

        Where more agree with the mirror image of a body than with a body, it is one with its organs on the other side.
        """
        names = tuple(name for name in masks if shows(contract.by_name[name], contract))
        found = along([masks[name] for name in names])
        for row, name in enumerate(names):
            found[row, [axis for axis, _ in openings.get(name, WHOLE)]] = np.nan
        sided = not reversed_pairs(masks, contract)
        usual, mirrored = _ways_round(names, contract)
        frame = cls(names, usual, found, contract.depths, sided).trusted()
        if frame and len(frame.names) == len(names):  # no more can agree
            return frame
        other = cls(names, mirrored, found, contract.depths, sided, mirrored=True).trusted()
        return max(filter(None, (frame, other)), key=lambda each: len(each.names), default=None)

    def bearings(self, masks: Mapping[str, Mask]) -> dict[str, Bearing]:
        """Return where the structures with these masks lie by the others; those that too few others show are left out.

        Raises:
            ValueError: a mask has no centre.
        """
        with np.errstate(all="ignore"):
            found = self._bearings(tuple(masks), along(masks.values()))
        return {name: bearing for name, bearing in zip(masks, found, strict=True) if bearing and self._reaches(name)}

    def _reaches(self, name: str) -> bool:
        """Whether a structure usually lies at the height of the others that show it, or near."""
        others = [self.depths[other] for other in self.names if other != name]
        above, below = min(others) - self.depths[name], self.depths[name] - max(others)
        return not max(above, below) > BEYOND_MM

    def bearing(self, name: str, point: Vector) -> Bearing | None:
        """Return where a point (mm) lies by all structures but the named one; None if too few show it, or from afar."""
        with np.errstate(all="ignore"):
            (found,) = self._bearings((name,), (WORLD @ np.array(point))[None])
        return found if found and self._reaches(name) else None

    @cached_property
    def scale(self) -> float:
        """Millimetres per reference millimetre, by all of them; NaN if unknown."""
        return float(self._scales(np.ones((1, len(self.names)), np.bool_))[0])

    def trusted(self) -> OrganFrame | None:
        """Leave out what lies furthest off, until nothing does; return None if too much does, or too little is left."""
        frame = self
        for _ in range(int(MAX_DOUBTED_SHARE * len(self.names)) + 1):
            if len(frame.names) < MIN_WITNESSES or not SCALES[0] <= frame.scale <= SCALES[1]:
                return None
            off = frame._off()
            if not max(off) > MAX_OFF_MM:
                return frame
            frame = frame._without(int(np.argmax(off)))
        return None

    def _off(self) -> list[float]:
        """Return how far each structure lies from its usual position by the others, along its worst direction."""
        found = self._bearings(self.names, self.found)
        return [bearing.off(usual) if bearing else 0.0 for bearing, usual in zip(found, self.usual, strict=True)]

    def _without(self, index: int) -> OrganFrame:
        kept = np.arange(len(self.names)) != index
        names = tuple(compress(self.names, kept))
        return replace(self, names=names, usual=self.usual[kept], found=self.found[kept])

    def _bearings(self, names: Sequence[str], points: Array) -> list[Bearing | None]:
        """Return where points lie, each by all structures but the one with its name; None where too few show it."""
        others = np.array([[other != name for other in self.names] for name in names], np.bool_)
        others = others.reshape(len(names), len(self.names))
        scales, witnesses = self._scales(others), others.sum(axis=1)
        origins = np.where(others[..., None], self.found / scales[:, None, None] - self.usual, np.nan)
        seen = (~np.isnan(origins)).sum(axis=1)
        origin = median(origins, 1)
        origin = np.where(np.isnan(origin), 0.0, origin)
        middle = median(np.abs(origins - origin).reshape(len(names), -1), 1)
        spread = np.maximum(LEAST_SPREAD_MM, MAD_TO_SD * np.where(np.isnan(middle), 0.0, middle))
        uncertainty = np.where(seen >= MIN_OTHERS, SURE * MEDIAN_ERROR * spread / np.sqrt(np.maximum(seen, 1)), np.inf)
        places = np.where(seen >= MIN_OTHERS, points / scales[:, None] - origin[:, 0], 0.0)
        rows = zip(places.tolist(), scales.tolist(), uncertainty.tolist(), witnesses.tolist(), strict=True)
        return [
            Bearing(Position(*place), scale, Position(*slack), number)
            if number >= MIN_WITNESSES and SCALES[0] <= scale <= SCALES[1]
            else None
            for place, scale, slack, number in rows
        ]

    def _scales(self, chosen: NDArray[np.bool_]) -> Array:
        """Return the median, over pairs of structures far apart, of their distance relative to the usual one.

        Args:
            chosen: the structures that count, a row for each answer.
        """
        one, other, ratios = self._distances
        counted = chosen[:, one] & chosen[:, other]
        middle = median(np.where(counted, ratios, np.nan), 1)[:, 0] if len(one) else np.full(len(chosen), np.nan)
        return np.where(counted.sum(axis=1) >= MIN_DISTANCES, middle, np.nan)

    @cached_property
    def _distances(self) -> tuple[NDArray[np.intp], NDArray[np.intp], Array]:
        """The pairs of structures that are usually far apart: both, and their distance relative to the usual one."""
        one, other = pairs(len(self.names))
        steps, ways = self.usual[one] - self.usual[other], self.found[one] - self.found[other]
        known = ~np.isnan(steps + ways)
        apart = np.linalg.norm(np.where(known, steps, 0.0), axis=1)
        far = apart >= MIN_APART_MM
        return one[far], other[far], np.linalg.norm(np.where(known, ways, 0.0), axis=1)[far] / apart[far]


def _ways_round(names: Sequence[str], contract: Contract) -> tuple[Array, Array]:
    """Return the usual positions of structures (n x 3), and those in a mirrored body, its left in the right's place."""
    centres = contract.centres
    usual = np.array([centres[name] for name in names]).reshape(-1, 3)
    mirrored = usual.copy()
    mirrored[:, 1] = [-centres[contract.by_name[name].partner or name][1] for name in names]
    return usual, mirrored


def along(masks: Iterable[Mask]) -> Array:
    """Return the centres of masks (n x 3, mm) towards the feet, the right and the front of the world.

    Raises:
        ValueError: a mask has no centre.
    """
    centres: Array = np.array([mask.centroid_mm for mask in masks], dtype=np.float64).reshape(-1, 3)
    return np.asarray(centres @ WORLD.T, dtype=np.float64)


def shows(structure: Structure, contract: Contract) -> bool:
    """Whether where a structure lies shows where others do."""
    depth, right, _ = contract.centres[structure.name]
    return compact(structure) and structure.group != "vessel" and isfinite(depth + right)


def compact(structure: Structure) -> bool:
    """Whether it lies much alike in all people along the spine, and is not a long one."""
    low, high = structure.down_low, structure.down_high
    near = structure.usual_down is not None or (low is not None and high is not None and high - low <= MAX_RANGE_MM)
    return near and structure.spine_mm is None
