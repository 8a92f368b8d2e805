"""How far a structure lies beyond limits of place, and how that is said."""

from __future__ import annotations

from collections.abc import Sequence
from math import inf
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from segaudit.model.bearing import Bearing
from segaudit.model.contract import Range
from segaudit.model.curve import Array
from segaudit.model.opening import Openings
from segaudit.model.records import Mask
from segaudit.model.structure import Structure
from segaudit.model.vertebra_levels import Levels

Box = tuple[Range, Range, Range]
"""The range of a position along its three axes, reference mm."""

PART_SHARE = 0.3
"""How far the centre of the larger part of a structure can lie beside that of the whole one, relative to its size."""

DIRECTIONS = {1: ("to the left", "to the right"), 2: ("to the back", "to the front")}
"""Words for negative and positive offsets along the axes of a position."""

WAYS = {
    0: ("higher", "lower"),
    1: ("further to the left", "further to the right"),
    2: ("further back", "further front"),
}
"""Words for negative and positive deviations from a position."""


class Displacement(NamedTuple):
    """A structure that lies beyond its limits, along the axis where it is furthest beyond."""

    mask: Mask
    structure: Structure
    stray: bool
    """Whether it lies further off than a person can have it."""
    down: int
    """1 too far down the spine, -1 too far up, 0 to a side."""
    message: str
    observed: str
    expected: str


def excesses(
    bearings: Sequence[Bearing], limits: Sequence[Box], openings: Sequence[Openings], sizes_mm: Sequence[float]
) -> Array:
    """Return how far places are beyond limits along each axis (n x 3, reference mm); negative within them.

    Of a structure that the field of view cuts, only that counts which the rest of it cannot change: a liver whose lower
    part is missing can be too low, but not too high.

    Args:
        bearings: where structures lie.
        limits: the range of the position of each along each axis.
        openings: where the rest of each lies.
        sizes_mm: the edge of a cube of its usual volume.
    """
    places, slack = np.array([bearing[::2] for bearing in bearings]).reshape(-1, 2, 3).swapaxes(0, 1)
    low, high = np.array(limits).reshape(-1, 3, 2).transpose(2, 0, 1)
    # towards smaller values, and towards larger ones
    opened: NDArray[np.bool_] = np.zeros((2, *places.shape), np.bool_)
    for row, cuts in enumerate(openings):
        for axis, way in cuts:
            opened[(way + 1) // 2, row, axis] = True
    cut = opened[0] | opened[1]
    before, after = np.where(opened[1], -inf, low - places), np.where(opened[0], -inf, places - high)
    part = np.where(cut.any(axis=1, keepdims=True) & ~cut, PART_SHARE * np.array(sizes_mm)[:, None], 0.0)
    beyond: Array = np.maximum(before, after) - slack - part
    return beyond


def among_vertebrae(bearing: Bearing, limits: Box, axis: int, excess: float, levels: Levels) -> tuple[str, str, str]:
    """Say where a structure lies among the vertebrae, and where it is expected: message, observed, expected."""
    place, scale = bearing.place[axis], bearing.scale
    if axis:
        words = DIRECTIONS[axis]
        observed, *ends = (f"{abs(mm) * scale:.0f} mm {words[mm > 0]}" for mm in (place, *limits[axis]))
        observed, expected = f"{observed} of the spine", f"between {' and '.join(ends)}"
    else:
        observed, high, low = map(levels.at, (place, *limits[axis]))
        observed, expected = f"at the level of {observed}", f"{high} to {low}"
    return f"its centre is {observed}, {excess * scale:.0f} mm off, expected {expected}", observed, expected


def among_structures(bearing: Bearing, limits: Box, axis: int, usual: float) -> tuple[str, str, str]:
    """Say how far a structure lies from where the others let expect it: message, observed, expected."""
    off = bearing.place[axis] - usual
    low, high = limits[axis]
    most = (high - usual if off > 0 else usual - low) + bearing.uncertainty[axis]
    observed = f"{abs(off) * bearing.scale:.0f} mm {WAYS[axis][off > 0]}"
    expected = f"{most * bearing.scale:.0f} mm at most"
    return (
        f"its centre is {observed} than {bearing.witnesses} other structures let expect, {expected}",
        observed,
        expected,
    )
