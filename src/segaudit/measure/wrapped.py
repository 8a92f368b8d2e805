"""Values that were wrapped around: too large for the bits of a number, they begin again at its least value.

All values are then within a range of a power of two, and where an image rises beyond its upper end, it falls by nearly
that power from one voxel to the next: the middle of what is bright is dark. Cells show where to look.
"""

from __future__ import annotations

from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from segaudit.measure.distribution import Distribution
from segaudit.measure.slice_cells import Cells
from segaudit.model import Wrap

Voxels: TypeAlias = NDArray[Any]
Inside: TypeAlias = NDArray[np.bool_]

BITS = range(11, 17)
MIN_FILLED = 0.75
"""Share of the range of so many bits that the values of a CT fill where some were beyond it."""
FALL, SEAM = 0.5, 0.9
"""Shares of the range: the least fall into what was wrapped, and what a cell spans that has both ends of the range."""
MIN_FALL_HU = 1500.0
"""Gas falls by 1000 HU in tissue, and by less than this in contrast medium or bone."""
MAX_PLATEAU_RATIO, MIN_PLATEAU_VOXELS = 20.0, 4
"""A scanner that cuts off at the largest value has many voxels of it, and wraps none."""
MAX_CELLS = 64
"""Cells that are looked into, evenly taken of all that come into question."""
REACH = 12
"""Voxels around a cell in which the edge of what was wrapped is looked for."""


def wrapped(cells: Cells, volume: Voxels, known: Distribution) -> Wrap | None:
    """Describe what was wrapped; None where nothing was, as far as can be seen.

    Args:
        cells: those of the axial slices.
        volume: intensities by i, j, k.
        known: their distribution.
    """
    span, high = known.maximum - known.minimum, known.high_spike()
    bits = int(np.ceil(np.log2(max(span + 1, 1))))
    cut = high.voxels >= MIN_PLATEAU_VOXELS and high.voxels > MAX_PLATEAU_RATIO * high.beside
    if bits not in BITS or span < MIN_FILLED * 2**bits or cut:
        return None
    fall = max(FALL * 2**bits, MIN_FALL_HU)
    spans = np.subtract(cells.high, cells.low, dtype=np.float32)
    found = np.argwhere(spans >= fall)
    places = found[:: -(-len(found) // MAX_CELLS) or 1]
    pockets = [_pocket(cells, volume, place, fall) for place in places]
    most = max(pockets, key=lambda pocket: pocket[0], default=(0, (0, 0, 0)))
    return Wrap(
        bits=bits,
        seams=float((spans >= SEAM * 2**bits).mean()),
        voxels=sum(count for count, _ in pockets) * len(found) // max(len(places), 1),
        place=most[1],
    )


def _pocket(cells: Cells, volume: Voxels, place: NDArray[np.intp], fall: float) -> tuple[int, tuple[int, int, int]]:
    """Return how many voxels of a cell lie in a pocket, and where the first of them is."""
    others = [axis for axis in (2, 1, 0) if axis != cells.axis]
    first, width = np.zeros(3, np.intp), np.ones(3, np.intp)
    for axis, at, voxels in zip((cells.axis, *others), place, (1, *cells.width), strict=True):
        first[axis], width[axis] = at * voxels, voxels
    low = np.maximum(first - REACH, 0)
    box = volume[tuple(slice(start, end) for start, end in zip(low, first + width + REACH, strict=True))]
    inside = pockets(box.astype(np.float32), fall)
    centre = tuple(slice(start, start + length) for start, length in zip(first - low, width, strict=True))
    at = np.argwhere(inside[centre])
    i, j, k = (first + at[0] if len(at) else first).tolist()
    return len(at), (i, j, k)


def pockets(box: NDArray[np.float32], fall: float) -> Inside:
    """Return the voxels that lie, along all three axes, behind a fall and before a rise of so much."""
    inside = np.ones(box.shape, np.bool_)
    for axis in range(box.ndim):
        lines = np.moveaxis(box, axis, 0)
        inside &= np.moveaxis(_between(lines, fall), 0, axis)
    return inside


def _between(lines: NDArray[np.float32], fall: float) -> Inside:
    """Return what lies between a fall and a rise along the first axis, and no other jump between."""
    steps = np.diff(lines, axis=0)
    jumps = np.sign(steps) * (np.abs(steps) >= fall)
    edge = np.zeros((1, *lines.shape[1:]), np.float32)
    before, after = np.concatenate([edge, jumps]), np.concatenate([jumps, edge])
    return np.asarray((_last(before) < 0) & (_last(after[::-1])[::-1] > 0))


def _last(jumps: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return the last number on the way that is not 0."""
    rows = np.arange(len(jumps)).reshape(-1, *(1,) * (jumps.ndim - 1))
    at = np.maximum.accumulate(np.where(jumps != 0, rows, 0), axis=0)
    return np.take_along_axis(jumps, at, axis=0)
