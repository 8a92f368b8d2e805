"""Which runs of a table hang together."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from segaudit.measure.inside.rows import Counts, RowTable
from segaudit.measure.mask_runs import Integers

ALL_AROUND = ((1, 0), (-1, 1), (0, 1), (1, 1))
"""The rows beside a row of which a 26-connected voxel can be a neighbour, one of each opposite pair."""

FACING = ((1, 0), (0, 1))
"""Those that share a face with it."""


class Components(NamedTuple):
    """The components of a table's runs."""

    label: Integers
    """Number of the component of each run."""
    mask: Integers
    """Number of the mask of each component."""
    voxels: Counts
    """Size of each component."""

    def largest(self, masks: int) -> Counts:
        """Return for each mask its largest component, the first of several; -1 without one."""
        order = np.lexsort([-np.arange(self.voxels.size), self.voxels])
        found = np.full(masks, -1, np.int64)
        found[self.mask[order]] = order
        return found

    def without(self, excluded: NDArray[np.bool_]) -> Components:
        """Return the same components, of which some count as empty."""
        return self._replace(voxels=np.where(excluded, 0, self.voxels))


def components_of(table: RowTable, offsets: Sequence[tuple[int, int]], reach: int) -> Components:
    """Join runs with those in the rows at these offsets that share a voxel along i, or miss by less than ``reach``."""
    pairs = [table.neighbours(dj, dk, reach) for dj, dk in offsets]
    here, there = np.concatenate(pairs, axis=1)
    joins = coo_array((np.ones(here.size, np.bool_), (here, there)), shape=(table.start.size,) * 2)
    count, label = connected_components(joins.tocsr())
    mask = np.zeros(count, np.int32)
    mask[label] = table.mask
    return Components(label, mask, np.bincount(label, table.length, count).astype(np.int64))
