"""Voxels that masks share, counted exactly in one pass over the masks.

Each voxel of the grid holds the number of the combination of masks that it belongs to so far; 0 is no mask at all. A
mask turns combination c into a new one, "c and this mask", so a combination is a parent and one mask more, and its
masks are found by walking up to 0. The grid costs two bytes a voxel, which number ``MAX_COMBINATIONS``; masks of noise
make more, and are not counted.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from segaudit.measure.grid import Shape
from segaudit.measure.runs import Foreground
from segaudit.model import Overlap
from segaudit.model.records import MAX_COMBINATIONS

_Numbers: TypeAlias = NDArray[np.int64]


class Overlaps:
    """The voxels that the masks of a case share."""

    def __init__(self, structures: Sequence[str]) -> None:
        """Take the structures in alphabetical order; their masks are added in this order."""
        self.structures = structures
        self.counted = True
        """Whether all was counted; else there are no pairs, and the numbers are 0."""
        self._forget()

    def _forget(self) -> None:
        self._shape: Shape = (0, 0, 0)
        self._grid = np.zeros(0, np.uint16)
        self._parent: _Numbers = np.zeros(1, np.int64)
        self._mask: _Numbers = np.zeros(1, np.int64)
        self._depth: _Numbers = np.zeros(1, np.int64)
        self._reached: _Numbers = np.zeros(1, np.int64)
        """Voxels that belonged to each combination at some time."""

    def add(self, structure: str, foreground: Foreground) -> None:
        """Add the voxels of a mask; all masks have grids of one shape."""
        if self.counted:
            self.counted = self._count(structure, foreground)
        if not self.counted:
            self._forget()

    def _count(self, structure: str, foreground: Foreground) -> bool:
        """Count the voxels of a mask; return whether there are few enough combinations."""
        if not self._grid.size:
            self._shape = foreground.shape
            self._grid = np.zeros(math.prod(self._shape), np.uint16)
        number = self.structures.index(structure)
        successor = np.zeros(self._parent.size, np.int64)
        for indices in foreground.indices():
            before = self._grid[indices]
            counts = np.bincount(before)
            met = np.flatnonzero(counts)
            new = met[successor[met] == 0]
            if self._parent.size + new.size > MAX_COMBINATIONS + 1:  # the first is no mask at all
                return False
            successor[new] = self._extend(new, number)
            self._reached[successor[met]] += counts[met]
            self._grid[indices] = successor.astype(self._grid.dtype)[before]
        return True

    def _extend(self, parents: _Numbers, number: int) -> _Numbers:
        """Add the combinations "parent and this mask" and return their numbers."""
        first = self._parent.size
        self._parent = np.append(self._parent, parents)
        self._mask = np.append(self._mask, np.full(parents.size, number))
        self._depth = np.append(self._depth, self._depth[parents] + 1)
        self._reached = np.append(self._reached, np.zeros(parents.size, np.int64))
        return np.arange(first, self._parent.size)

    @property
    def labels(self) -> NDArray[np.uint16]:
        """The number of the combination of masks at each voxel, by k, j, i as it lies in memory; 0 is no mask."""
        return self._grid.reshape(self._shape[::-1])

    @property
    def sole(self) -> _Numbers:
        """The place in ``structures``, from 1, of the one mask of each combination; 0 for none and for several."""
        return np.where(self._depth == 1, self._mask + 1, 0)

    @property
    def labelled_voxels(self) -> int:
        """Voxels in one mask or more."""
        return int(self._reached[self._depth == 1].sum())

    @property
    def overlap_voxels(self) -> int:
        """Voxels in two masks or more."""
        return int(self._reached[self._depth == 2].sum())  # noqa: PLR2004 - each passed through one combination of two

    @property
    def multiplicity(self) -> int:
        """The most masks that meet in one voxel."""
        return int(self._depth.max())

    def pairs(self) -> tuple[Overlap, ...]:
        """Return the pairs that share voxels, most first."""
        shared = self._matrix()
        found = (Overlap(self.structures[a], self.structures[b], int(shared[a, b])) for a, b in np.argwhere(shared))
        return tuple(sorted(found, key=lambda pair: (-pair.voxels, pair.first, pair.second)))

    def _matrix(self) -> _Numbers:
        """Count, for each combination, its last mask with each mask of its ancestors."""
        shared = np.zeros((len(self.structures), len(self.structures)), np.int64)
        combination = np.arange(self._parent.size)
        ancestor = self._parent
        while (above := ancestor > 0).any():
            combination, ancestor = combination[above], ancestor[above]
            np.add.at(shared, (self._mask[ancestor], self._mask[combination]), self._reached[combination])
            ancestor = self._parent[ancestor]
        return shared
