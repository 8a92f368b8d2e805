"""A frame of reference from whatever structures a case has, where vertebrae do not give one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import compress
from math import isfinite, isnan

import numpy as np

from segaudit.model.bearing import Bearing, Position
from segaudit.model.contract import Contract
from segaudit.model.curve import Array, medians, pairs
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
        both = enumerate(_ways_round(names, contract))
        frames = (cls(names, usual, found, sided, mirrored=bool(at)).trusted() for at, usual in both)
        return max(filter(None, frames), key=lambda frame: len(frame.names), default=None)

    def bearings(self, masks: Mapping[str, Mask]) -> dict[str, Bearing]:
        """Return where the structures with these masks lie by the others; those that too few others show are left out.

        Raises:
            ValueError: a mask has no centre.
        """
        points = along(masks.values())
        with np.errstate(all="ignore"):
            found = {name: self._bearing(name, point) for name, point in zip(masks, points, strict=True)}
        return {name: bearing for name, bearing in found.items() if bearing}

    def bearing(self, name: str, point: Vector) -> Bearing | None:
        """Return where a point (mm) lies by all structures but the named one; None if too few show it."""
        with np.errstate(all="ignore"):
            return self._bearing(name, WORLD @ np.array(point))

    @cached_property
    def scale(self) -> float:
        """Millimetres per reference millimetre, by all of them; NaN if unknown."""
        return self._scale(np.ones(len(self.names), np.bool_))

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
        found = [self._bearing(name, point) for name, point in zip(self.names, self.found, strict=True)]
        return [bearing.off(usual) if bearing else 0.0 for bearing, usual in zip(found, self.usual, strict=True)]

    def _without(self, index: int) -> OrganFrame:
        kept = np.arange(len(self.names)) != index
        names = tuple(compress(self.names, kept))
        return replace(self, names=names, usual=self.usual[kept], found=self.found[kept])

    def _bearing(self, name: str, point: Array) -> Bearing | None:
        """Return where a point lies by all structures but the one with this name; None if too few show it."""
        others = np.array([other != name for other in self.names])
        scale = self._scale(others)
        if others.sum() < MIN_WITNESSES or not SCALES[0] <= scale <= SCALES[1]:
            return None
        origins = self.found[others] / scale - self.usual[others]
        seen = (~np.isnan(origins)).sum(axis=0)
        origin = np.nan_to_num(median(origins, 0)[0], posinf=np.inf, neginf=-np.inf)
        spread = max(LEAST_SPREAD_MM, MAD_TO_SD * _median(np.abs(origins - origin)))
        uncertainty = np.where(seen >= MIN_OTHERS, SURE * MEDIAN_ERROR * spread / np.sqrt(np.maximum(seen, 1)), np.inf)
        place = np.where(seen >= MIN_OTHERS, point / scale - origin, 0.0)
        return Bearing(Position(*place.tolist()), scale, Position(*uncertainty.tolist()), int(others.sum()))

    def _scale(self, chosen: np.ndarray[tuple[int], np.dtype[np.bool_]]) -> float:
        """Return the median, over pairs of structures far apart, of their distance relative to the usual one."""
        one, other = pairs(int(chosen.sum()))
        usual, found = self.usual[chosen], self.found[chosen]
        steps, ways = usual[one] - usual[other], found[one] - found[other]
        known = ~np.isnan(steps + ways)
        apart = np.linalg.norm(np.where(known, steps, 0.0), axis=1)
        far = apart >= MIN_APART_MM
        ratios = np.linalg.norm(np.where(known, ways, 0.0), axis=1)[far] / apart[far]
        return float(medians(ratios[:, None])[0]) if ratios.size >= MIN_DISTANCES else np.nan


def _ways_round(names: Sequence[str], contract: Contract) -> tuple[Array, Array]:
    """Return the usual positions of structures (n x 3), and those in a mirrored body, its left in the right's place."""
    centres = contract.centres
    usual = np.array([centres[name] for name in names]).reshape(-1, 3)
    mirrored = usual.copy()
    mirrored[:, 1] = [-centres[contract.by_name[name].partner or name][1] for name in names]
    return usual, mirrored


def _median(values: Array) -> float:
    """Return the median of those that are known; 0 if none is."""
    middle = float(median(values.reshape(-1, 1), 0)[0, 0])
    return 0.0 if isnan(middle) else middle


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
