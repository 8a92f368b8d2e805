"""The surface of masks, and how regular it is.

Over two slices, a smooth surface changes by twice as much as over one; a surface that is drawn at random changes by as
much. The ratio needs no reference: it is that of a mask to itself, whatever its size and shape.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from segaudit.measure.inside.rows import Counts, Pairs, RowTable

DEEP_VOXELS = 4
"""Voxels from both ends of a row that a pinhole is away from: nearer ones belong to the surface."""


class Surface(NamedTuple):
    """Counts of voxels by mask; those of axes are 3 x masks."""

    faces: Counts
    """Faces across i, j, k between a voxel of the mask and one outside."""
    changes: Counts
    """The same between voxels that are two apart."""
    pinholes: Counts
    """Single voxels outside between two inside along i, away from both ends of the row."""
    filled: Counts
    """Voxels inside between two inside along i, away from both ends of the row."""


def surface_of(table: RowTable, gaps: RowTable, facing: Sequence[Pairs]) -> Surface:
    """Return the surface of masks.

    Args:
        table: the masks.
        gaps: the gaps between their runs.
        facing: at least the pairs of runs that share a face along j, and those along k.
    """
    length = table.length
    single = gaps.stop - gaps.start == 1
    apart = table.total(np.maximum(length - 2, 0)) + gaps.total(single)
    low, high = table.start[table.first[table.row]], table.stop[table.first[table.row + 1] - 1]
    deep = np.minimum(table.stop, high - DEEP_VOXELS) - np.maximum(table.start, low + DEEP_VOXELS)
    inside = single & (gaps.start >= table.start[table.first[gaps.row]] + DEEP_VOXELS)
    inside &= gaps.stop <= table.stop[table.first[gaps.row + 1] - 1] - DEEP_VOXELS
    voxels = table.total(length)
    one = [table.total(length - 1), *(_shared(table, pairs) for pairs in facing)]
    two = [apart, *(_shared(table, table.neighbours(*step, 0)) for step in ((2, 0), (0, 2)))]
    return Surface(
        faces=2 * (voxels - one),
        changes=2 * (voxels - two),
        pinholes=gaps.total(inside),
        filled=table.total(np.maximum(deep - 2, 0)),
    )


def _shared(table: RowTable, pairs: Pairs) -> Counts:
    """Return the voxels that pairs of runs share along i, by mask."""
    here, there = pairs
    shared = np.minimum(table.stop[here], table.stop[there]) - np.maximum(table.start[here], table.start[there])
    return np.bincount(table.mask[here], shared, table.masks).astype(np.int64)
