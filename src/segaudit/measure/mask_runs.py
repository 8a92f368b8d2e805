"""The foreground of a mask as runs of voxels, which are kept instead of its grid."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import TypeAlias, TypeVar

import numpy as np
from numpy.typing import NDArray

from segaudit.measure.grid import Shape

Integers: TypeAlias = NDArray[np.int32]
Indices: TypeAlias = NDArray[np.int64]

Box: TypeAlias = tuple[int, int, int, int, int, int]
"""First and last voxel along i, j, k, inclusive."""

Flat = TypeVar("Flat", bound=np.generic)

_CHUNK_VOXELS = 1 << 16
"""Number of voxels that are listed at a time."""


def joined(starts: Integers, lengths: Integers) -> Integers:
    """Merge runs that touch, and return an array of starts and lengths (2 x n).

    Noise instead of a mask has runs of one voxel, which would need more memory than its grid.
    """
    apart = np.ones(starts.size, np.bool_)
    np.not_equal(starts[1:], starts[:-1] + lengths[:-1], out=apart[1:])
    if apart.all():
        return np.array([starts, lengths])
    first = np.flatnonzero(apart)
    return np.array([starts[first], np.add.reduceat(lengths, first, dtype=np.int32)])


@dataclass(frozen=True)
class Foreground:
    """The non-zero voxels of a mask: runs in file order (i fastest) on a grid of at most 2**31 voxels."""

    shape: Shape
    starts: Integers
    lengths: Integers

    @cached_property
    def voxels(self) -> int:
        """The number of voxels."""
        return int(self.lengths.sum(dtype=np.int64))

    def values_of(self, flat: NDArray[Flat]) -> NDArray[Flat]:
        """Return the values of another grid of this shape, flat in file order, at these voxels."""
        values = np.empty(self.voxels, flat.dtype)
        taken = 0
        for indices in self.indices():
            here = values[taken : taken + indices.size]
            flat.take(indices, out=here, mode="clip")  # nothing needs clipping, but "raise" would fill a buffer first
            taken += indices.size
        return values

    def dense(self) -> NDArray[np.uint8]:
        """Return the grid, flat in file order: 1 at these voxels, and 0 at all others."""
        counts = np.zeros((self.starts.size + 1, 2), np.int64)  # zeros, and the ones after them
        counts[:, 0] = np.diff(self.starts, prepend=0, append=math.prod(self.shape))
        counts[1:, 0] -= self.lengths
        counts[:-1, 1] = self.lengths
        return np.repeat(np.tile(np.array([0, 1], np.uint8), len(counts)), counts.ravel())

    def boxed(self) -> tuple[tuple[int, int, int], NDArray[np.uint8]]:
        """Return the first voxel of the box around a mask that is not empty, and the grid in that box, by i, j, k."""
        rows, (i0, i1, j0, j1, k0, k1) = self.rows, self.box
        shape = (i1 - i0 + 1, j1 - j0 + 1, k1 - k0 + 1)
        starts = (rows.i - i0) + shape[0] * ((rows.j - j0) + shape[1] * (rows.k - k0))
        return (i0, j0, k0), Foreground(shape, starts, rows.length).dense().reshape(shape, order="F")

    @cached_property
    def box(self) -> Box:
        """The box around a mask that is not empty."""
        rows = self.rows
        ends = ((rows.i, rows.i + rows.length - 1), (rows.j, rows.j), (rows.k, rows.k))
        i0, i1, j0, j1, k0, k1 = (int(end) for low, high in ends for end in (low.min(), high.max()))
        return i0, i1, j0, j1, k0, k1

    @cached_property
    def rows(self) -> Rows:
        """The runs, split where a row of the grid ends."""
        ni, nj, _ = self.shape
        row, last = self.starts // ni, (self.starts + self.lengths - 1) // ni
        starts, stops = self.starts, self.starts + self.lengths
        if (row != last).any():
            pieces = last - row + 1
            row = listed(row, pieces).astype(np.int32)
            starts = np.maximum(np.repeat(starts, pieces), row * ni)
            stops = np.minimum(np.repeat(stops, pieces), (row + 1) * ni)
        plane = row // nj
        return Rows(starts - row * ni, stops - starts, row - plane * nj, plane)

    def indices(self) -> Iterator[Indices]:
        """Yield the flat indices of the voxels, ascending, in chunks of bounded size."""
        ends = np.cumsum(self.lengths, dtype=np.int64)
        for low in range(0, self.voxels, _CHUNK_VOXELS):
            high = min(low + _CHUNK_VOXELS, self.voxels)
            first, last = np.searchsorted(ends, [low, high - 1], side="right")
            here = slice(first, last + 1)
            begins = ends[here] - self.lengths[here]
            cut = np.maximum(low - begins, 0)
            yield listed(self.starts[here] + cut, np.minimum(ends[here], high) - begins - cut)


@dataclass(frozen=True, slots=True)
class Rows:
    """Runs that each lie in one row of the grid: voxels ``i`` to ``i + length - 1`` at ``j``, ``k``."""

    i: Integers
    length: Integers
    j: Integers
    k: Integers

    def where(self, chosen: NDArray[np.bool_]) -> Rows:
        """Return some of the runs."""
        return Rows(self.i[chosen], self.length[chosen], self.j[chosen], self.k[chosen])

    def on_plane(self, axis: int, index: int) -> Rows:
        """Return the runs on the plane across an axis (0 to 2 for i to k) at a voxel index."""
        if axis:
            return self.where((self.j if axis == 1 else self.k) == index)
        at = (self.i <= index) & (index < self.i + self.length)
        ones = np.ones_like(self.i[at])
        return Rows(ones * index, ones, self.j[at], self.k[at])


def listed(starts: NDArray[np.integer], lengths: NDArray[np.integer]) -> Indices:
    """Return the indices in all runs: ``lengths`` of them, at least one, from each of ``starts`` on."""
    ends = np.cumsum(lengths, dtype=np.int64)
    steps = np.ones(ends[-1] if ends.size else 0, np.int64)
    steps[:1] = starts[:1]
    steps[ends[:-1]] += starts[1:] - starts[:-1] - lengths[:-1]
    return np.cumsum(steps, out=steps)
