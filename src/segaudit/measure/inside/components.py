"""Which runs of a table hang together."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from segaudit.measure.inside.rows import Counts, Pairs, RowTable
from segaudit.measure.mask_runs import Integers

FACING = ((1, 0), (0, 1))
"""The rows beside a row that share a face with it, one of each opposite pair."""

EDGES = ((1, 1), (-1, 1), (1, -1), (-1, -1))
"""Those that share an edge with it."""


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


def joined(table: RowTable, pairs: Sequence[Pairs]) -> Components:
    """Join the pairs of runs that are neighbours."""
    return _joined(np.concatenate(pairs, axis=1), table.mask, table.length)


def joined_around(table: RowTable, facing: Sequence[Pairs]) -> Components:
    """Join the runs that are 26-connected.

    What rows that share a face leave apart, those that share an edge may join: then one of the two is not the largest
    component of its mask, so that only the few runs of the others have to be looked at.

    Args:
        table: the masks.
        facing: the pairs of runs in rows that share a face, which share a voxel along i or miss by less than one.
    """
    found = joined(table, facing)
    small = np.flatnonzero(found.label != found.largest(table.masks)[table.mask])
    pairs = [table.neighbours(dj, dk, 1, small) for dj, dk in EDGES]
    whole = _joined(found.label[np.concatenate(pairs, axis=1)], found.mask, found.voxels)
    return whole._replace(label=whole.label[found.label])


def _joined(pairs: Integers, mask: Integers, voxels: Integers | Counts) -> Components:
    """Join parts of masks, each of so many voxels, and number what they make up in the order of its first part."""
    joins = coo_array((np.ones(pairs.shape[1], np.bool_), tuple(pairs)), shape=(mask.size,) * 2)
    count, label = connected_components(joins.tocsr(), directed=False)
    masks = np.zeros(count, np.int32)
    masks[label] = mask
    return Components(label, masks, np.bincount(label, voxels, count).astype(np.int64))
