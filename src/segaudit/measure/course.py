"""The course of a mask from head to foot: its centres in a few slabs across the head-foot axis.

Two vessels that run side by side are compared slab by slab; their centres as a whole depend on how long each one is.
"""

from __future__ import annotations

import numpy as np

from segaudit.measure import grid
from segaudit.measure.mask_runs import Box, Rows
from segaudit.model.records import Vector

SLABS = 6
"""The most slabs that a mask is divided into."""

MM_DIGITS = 1


def course_of(rows: Rows, box: Box, affine: grid.Matrix) -> tuple[Vector, ...]:
    """Return the centres of mass (world mm, to 0.1 mm) of a mask in slabs of equal height, in voxel order.

    Slabs without a voxel are left out.

    Args:
        rows: the runs of the mask, which are not empty.
        box: the box around it.
        affine: from voxel index to world mm; its columns have lengths.
    """
    axis = grid.axial_axis(affine)
    first, last = box[2 * axis : 2 * axis + 2]
    if axis == 0:
        rows, slab = _split(rows, first, last)
    else:
        slab = ((rows.j if axis == 1 else rows.k) - first) * SLABS // (last - first + 1)
    weights = rows.length.astype(np.float64)
    slab = slab.astype(np.intp)  # once, not in each sum
    voxels = np.bincount(slab, weights)
    middles = (rows.i + (weights - 1) / 2, rows.j, rows.k)
    centres = np.array([np.bincount(slab, middle * weights) for middle in middles])[:, voxels > 0]
    centres /= voxels[voxels > 0]
    points = affine[:, :3] @ centres + affine[:, 3:]
    return tuple((x, y, z) for x, y, z in np.round(points.T, MM_DIGITS).tolist())


def _split(rows: Rows, first: int, last: int) -> tuple[Rows, np.ndarray[tuple[int], np.dtype[np.int32]]]:
    """Cut runs that are along the slabs' axis where a slab ends, and return them with their slabs."""
    parts, numbers = [], []
    for slab in range(SLABS):
        low, high = (first - (-at * (last - first + 1) // SLABS) for at in (slab, slab + 1))
        begin, end = np.maximum(rows.i, low), np.minimum(rows.i + rows.length, high)
        inside = begin < end
        parts.append((begin[inside], (end - begin)[inside], rows.j[inside], rows.k[inside]))
        numbers.append(np.full(int(inside.sum()), slab, np.int32))
    i, length, j, k = (np.concatenate(columns) for columns in zip(*parts, strict=True))
    return Rows(i, length, j, k), np.concatenate(numbers)
