"""The visible spine, as steps from each complete vertebra down to the next."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from itertools import pairwise
from math import hypot, inf, nan
from operator import mul
from statistics import median
from typing import NamedTuple

from segaudit.model.contract import Contract
from segaudit.model.records import Contact, Mask, Spot, Vector

NEARBY_STEPS = 2
"""Number of steps above and below that determine the usual distance of vertebrae nearby."""


NOWHERE = (nan, nan, nan)


class Step(NamedTuple):
    """The step from a complete vertebra to the next complete one."""

    upper: Mask
    lower: Mask
    skipped: tuple[str, ...]
    """The contract's levels between the two."""
    mm: float
    """The distance of the centres of mass."""
    usual_mm: float
    """The median distance of the nearby steps that skip no level, two above and two below; NaN with fewer than two in
    all."""
    along_mm: float
    """The length of the step along the spine, whose direction is from the upper half of the names to the lower half;
    negative if the two are in reverse order."""
    contact_mm2: float
    """The area in which the two touch, along the head-foot axis."""
    beside_mm2: float = 0.0
    """The area in which they touch across it, as joints and processes do that lie behind each other."""

    @property
    def relative(self) -> float:
        """The distance relative to the usual one."""
        return self.mm / self.usual_mm

    @property
    def section(self) -> float:
        """The contact area relative to the mean volume to the power of 2/3, which makes it independent of size."""
        return self.contact_mm2 / self._face_mm2

    @property
    def slice_mm(self) -> float:
        """How far apart axial slices are; infinite if the header does not state it."""
        header = self.upper.file.header
        axes = zip(header.orientation, header.spacing_mm, strict=False) if header else ()
        return next((mm for code, mm in axes if code in "SI"), inf)

    @property
    def joints(self) -> float:
        """The contact area across the head-foot axis, relative like ``section``."""
        return self.beside_mm2 / self._face_mm2

    @property
    def _face_mm2(self) -> float:
        return float((500 * (self.upper.volume_ml + self.lower.volume_ml)) ** (2 / 3))

    @property
    def inequality(self) -> float:
        """The larger volume divided by the smaller one."""
        one, other = self.upper.volume_ml, self.lower.volume_ml
        return max(one, other) / min(one, other)

    @property
    def spot(self) -> Spot | None:
        """The location midway between the centres."""
        one, other = self.upper.spot, self.lower.spot
        if one is None or other is None:
            return None
        voxel = ((a + b) // 2 for a, b in zip(one.voxel, other.voxel, strict=True))
        return Spot.at(voxel, ((a + b) / 2 for a, b in zip(one.mm, other.mm, strict=True)))


def steps_of(complete: dict[str, Mask], contacts: Iterable[Contact], contract: Contract) -> tuple[Step, ...]:
    """Return the steps between the complete vertebrae of a case, in the order of their names from head to foot."""
    names = [level.name for level in contract.spine]
    places = [place for place, name in enumerate(names) if name in complete]
    pairs = list(pairwise([complete[names[place]] for place in places]))
    between = [tuple(names[one + 1 : other]) for one, other in pairwise(places)]
    ways = [_way(upper.centroid_mm or NOWHERE, lower.centroid_mm or NOWHERE) for upper, lower in pairs]
    lengths = [hypot(*way) for way in ways]
    next_levels = [at for at, skipped in enumerate(between) if not skipped]
    usual = [_usual_mm(at, next_levels, lengths) for at in range(len(lengths))]
    vertebrae = {mask.structure for pair in pairs for mask in pair}
    touching = {
        (pair.first, pair.second): (pair.area_mm2, pair.beside_mm2)
        for pair in contacts
        if pair.first in vertebrae and pair.second in vertebrae
    }
    named = ((upper.structure, lower.structure) for upper, lower in pairs)
    areas = [touching.get((min(pair), max(pair)), (0.0, 0.0)) for pair in named]
    columns = zip(pairs, between, lengths, usual, _along(ways), areas, strict=True)
    return tuple(Step(upper, lower, *measured, *area) for (upper, lower), *measured, area in columns)


def _way(start: Vector, end: Vector) -> Vector:
    return end[0] - start[0], end[1] - start[1], end[2] - start[2]


def _along(ways: list[Vector]) -> list[float]:
    """Return the length of each way in the direction from the upper half of the vertebrae to the lower half, mm."""
    vertebrae = len(ways) + 1
    weights = [min(at, vertebrae - at, vertebrae // 2) for at in range(1, vertebrae)]
    x, y, z = (sum(map(mul, weights, axis)) for axis in zip(*ways, strict=True)) if ways else (0.0, 0.0, 0.0)
    length = hypot(x, y, z) or nan
    return [(way[0] * x + way[1] * y + way[2] * z) / length for way in ways]


def _usual_mm(at: int, next_levels: list[int], lengths: list[float]) -> float:
    """Return the median length of the nearby steps that skip no level."""
    above = next_levels[: bisect_left(next_levels, at)][-NEARBY_STEPS:]
    below = next_levels[bisect_right(next_levels, at) :][:NEARBY_STEPS]
    near = [lengths[other] for other in above + below]
    return median(near) if len(near) > 1 else nan
