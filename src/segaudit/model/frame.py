"""A frame of reference from a body's own vertebrae, independent of its size and of how it lies on the table."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import nan
from typing import Self

import numpy as np

from segaudit.model.bearing import Bearing, Position
from segaudit.model.contract import Contract
from segaudit.model.curve import Array, Curve, medians, pairs, stacked
from segaudit.model.records import Mask, Vector

NOWHERE = (nan, nan, nan)

MIN_VERTEBRAE = 3
"""The least number of vertebrae that determine the direction of a spine."""


LEAN_MM_PER_MM = 0.2
"""How much wider limits become beyond the vertebrae seen: a spine of few levels leans by 11 degrees."""

MIN_PAIRS = 4
"""The least number of left-right pairs that can overrule the world's direction."""


@dataclass(frozen=True, slots=True, eq=False)
class Frame:
    """A straight line through the vertebrae with the directions right and front, scaled to the contract's spine.

    What lies to the side is measured from where the spine is at that depth, which is not on the line in scoliosis.
    Slopes and offsets are medians over pairs of vertebrae and over vertebrae (Theil-Sen), so that a minority of
    mislabelled vertebrae has no effect. Lengths are *reference millimetres*: millimetres in a body whose vertebrae
    are as far apart as those of the contract.
    """

    origin: Array
    """The point of the line at depth 0, mm."""
    axes: Array
    """Unit vectors (rows) towards the feet, the right and the front."""
    scale: float
    """Millimetres per reference millimetre: 1 in an adult, about a third in a newborn."""
    seen: tuple[float, float]
    """Depths of the highest and of the lowest vertebra."""
    curve: Curve
    """How far the spine lies to the right of the line, by depth."""
    sided: bool = True
    """Whether left and right are certain: a few reversed pairs may be due to a mirrored body as well as to exchanged
    names."""

    @classmethod
    @np.errstate(all="ignore")  # numbers in the affines of damaged headers may overflow
    def of(cls, masks: dict[str, Mask], contract: Contract) -> Self | None:
        """Return the frame of a case with these masks, none of them cut; None with fewer than three vertebrae."""
        levels = [
            (level.spine_mm, mask.centroid_mm)
            for level in contract.spine
            if level.spine_mm is not None and (mask := masks.get(level.name)) and mask.centroid_mm
        ]
        if len(levels) < MIN_VERTEBRAE:
            return None
        depths, points = np.array([depth for depth, _ in levels]), stacked(centre for _, centre in levels)
        slope = _slope(depths, points)
        scale = float(np.linalg.norm(slope))
        sides = _sides(masks, contract)
        sense = _sense(sides)
        axes = _axes(slope / scale, sides, sense or 1) if scale else None
        if axes is None:
            return None
        origin = medians(points - depths[:, None] * slope)
        curve = Curve.of(depths, (points - origin) @ axes[1] / scale)
        return cls(origin, axes, scale, (float(depths[0]), float(depths[-1])), curve, sided=sense != 0)

    @np.errstate(all="ignore")
    def place(self, centres: Iterable[Vector]) -> list[Position]:
        """Return the positions of points (mm)."""
        places = (stacked(centres) - self.origin) @ self.axes.T / self.scale
        places[:, 1] -= self.curve.at(places[:, 0])
        return [Position(*place) for place in places.tolist()]

    def bearings(self, places: Mapping[str, Position]) -> dict[str, Bearing]:
        """Return the places of structures that are no further from the vertebrae than these reach, by their names."""
        (high, low), span, scale, between = self.seen, self.span, self.scale, Position(0.0, 0.0, 0.0)
        beyond = (
            (name, place, 0.0 if high <= place[0] <= low else self.beyond(place[0])) for name, place in places.items()
        )
        return {
            name: Bearing(place, scale, Position(*3 * (LEAN_MM_PER_MM * off,)) if off else between)
            for name, place, off in beyond
            if off <= span
        }

    def beyond(self, depth: float) -> float:
        """Return the distance of a depth beyond the vertebrae, reference mm; 0 between them."""
        high, low = self.seen
        return max(high - depth, depth - low, 0.0)

    @property
    def span(self) -> float:
        """Length of the visible spine, reference mm."""
        return self.seen[1] - self.seen[0]


def _slope(depths: Array, points: Array) -> Array:
    """Return the median step (mm) per reference millimetre of depth, over all pairs of vertebrae."""
    one, other = pairs(len(depths))
    return medians((points[other] - points[one]) / (depths[other] - depths[one])[:, None])


def reversed_pairs(masks: Mapping[str, Mask], contract: Contract) -> int:
    """Return how many right structures lie to the left of their left partners in the world."""
    return int((_sides(masks, contract)[:, 0] < 0).sum())


def _sides(masks: Mapping[str, Mask], contract: Contract) -> Array:
    """Return the vectors from left to right structures (n x 3, mm)."""
    pairs = [(left.name, right.name) for left, right in contract.pairs if left.name in masks and right.name in masks]
    ends = stacked(masks[name].centroid_mm or NOWHERE for pair in pairs for name in pair)
    return ends[1::2] - ends[::2]


def _sense(sides: Array) -> int:
    """Return 1 if most pairs agree with the world or there are none, -1 if most are reversed, 0 if too few are."""
    reverse = int((sides[:, 0] < 0).sum())
    if 2 * reverse <= len(sides):
        return 1
    return -1 if len(sides) >= MIN_PAIRS else 0


def _axes(feet: Array, sides: Array, sense: int) -> Array | None:
    """Return unit vectors towards the feet, the right along the pairs of structures, and the world's front.

    Reversed pairs are flipped, so that swapped ones do not disturb the direction. A negative sense exchanges right and
    left. Without pairs the direction is the world's.
    """
    steps = sides if len(sides) else np.eye(3)[:1]
    across = steps - np.outer(steps @ feet, feet)
    signs = np.where(across[:, 0] < 0, -1.0, 1.0)
    right = _unit(medians(signs[:, None] * across))
    if right is None:
        return None
    (x, y, z), (u, v, w) = right.tolist(), feet.tolist()
    front = np.array([y * w - z * v, z * u - x * w, x * v - y * u])
    return np.array([feet, right * sense, front * (1 if front[1] >= 0 else -1)])


def _unit(vector: Array) -> Array | None:
    """Return a vector of length 1 in the same direction; None for one without a direction."""
    length = float(np.linalg.norm(vector))
    return vector / length if length else None
