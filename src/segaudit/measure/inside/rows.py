"""Runs of several masks in one table of rows, in which the neighbours of a run are looked up rather than searched for.

All masks of a batch are measured together, because numpy's overhead per call is constant and most masks are small.
Each mask has the rows of its own box, with an empty row on every side.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self, TypeAlias

import numpy as np
from numpy.typing import NDArray

from segaudit.measure.mask_runs import Foreground, Integers, Rows, listed

MARGIN = 2
"""Empty rows on every side of a mask."""

Pairs: TypeAlias = tuple[Integers, Integers]
"""The numbers of runs, and of their neighbours."""

Counts: TypeAlias = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class RowTable:
    """Runs in order of their rows, each in one row of one mask."""

    start: Integers
    """First voxel along i."""
    stop: Integers
    """The voxel after the last one."""
    j: Integers
    k: Integers
    mask: Integers
    """Number of the mask, from 0."""
    row: Integers
    """Number of the row in the table."""
    first: Integers
    """For each row, the number of its first run; the next row's follow them. Every row has a neighbour on each side."""
    plane: Integers
    """For each mask, the rows from one plane to the next."""

    @classmethod
    def of(cls, foregrounds: Sequence[Foreground]) -> Self:
        """Return the runs of masks, none of which is empty."""
        rows = [foreground.rows for foreground in foregrounds]
        i, length, j, k = (np.concatenate([getattr(part, name) for part in rows]) for name in ("i", "length", "j", "k"))
        mask = np.repeat(np.arange(len(rows), dtype=np.int32), [part.i.size for part in rows])
        j0, j1, k0, k1 = np.array([(part.j.min(), part.j.max(), part.k[0], part.k[-1]) for part in rows], np.int32).T
        plane = j1 - j0 + 1 + MARGIN
        ends = np.cumsum(plane.astype(np.int64) * (k1 - k0 + 1 + 2 * MARGIN))
        base = np.append(0, ends[:-1]) + MARGIN * plane + MARGIN - j0 - plane * k0.astype(np.int64)
        row = (base[mask] + j + plane[mask] * k).astype(np.int32)
        return cls(i, i + length, j, k, mask, row, _first(row, int(ends[-1])), plane)

    def like(self, start: Integers, stop: Integers, at: Integers) -> RowTable:
        """Return the table with other runs, each in the row of the run ``at``, in the same order."""
        row = self.row[at]
        first = _first(row, self.first.size - 1)
        return RowTable(start, stop, self.j[at], self.k[at], self.mask[at], row, first, self.plane)

    @property
    def masks(self) -> int:
        """How many masks there are."""
        return self.plane.size

    @property
    def length(self) -> Integers:
        """Voxels of each run."""
        return self.stop - self.start

    def total(self, weights: NDArray[np.number]) -> NDArray[np.float64]:
        """Return the sum over the runs of each mask."""
        return np.bincount(self.mask, weights, self.masks).astype(np.float64)

    def beside(self, dj: int, dk: int) -> Integers:
        """Return the row at an offset from that of each run."""
        return self.row + (dj + dk * self.plane[self.mask] if dk else np.int32(dj))

    def neighbours(self, dj: int, dk: int, reach: int) -> Pairs:
        """Return the pairs of runs in rows at an offset that share a voxel along i, or miss by less than ``reach``."""
        beside = self.beside(dj, dk)
        low, count = self.first[beside], self.first[beside + 1] - self.first[beside]
        one = np.flatnonzero(count == 1)
        there = low[one]
        met = (self.start[there] < self.stop[one] + reach) & (self.stop[there] > self.start[one] - reach)
        several = np.flatnonzero(count > 1)
        if not several.size:
            return one[met].astype(np.int32), there[met]
        here, further = self._searched(several, beside[several], reach)
        return np.append(one[met], here).astype(np.int32), np.append(there[met], further).astype(np.int32)

    def _searched(self, runs: NDArray[np.intp], rows: Integers, reach: int) -> tuple[Counts, Counts]:
        """Return the neighbours of runs in rows that hold several; no run has more neighbours than are in reach."""
        width = np.int64(self.stop.max()) + reach  # so that no run is in reach of those in other rows
        line, at = self.row * width, rows * width
        low = np.searchsorted(line + self.stop, at + self.start[runs] - reach, side="right")
        high = np.searchsorted(line + self.start, at + self.stop[runs] + reach, side="left")
        count = np.maximum(high - low, 0)
        some = count > 0
        return np.repeat(runs, count), listed(low[some], count[some])

    def rows_of(self, chosen: NDArray[np.bool_] | Counts) -> Rows:
        """Return some of the runs."""
        return Rows(self.start[chosen], self.length[chosen], self.j[chosen], self.k[chosen])


def _first(row: Integers, rows: int) -> Integers:
    """Return the number of the first run of each row, and the number of runs."""
    first = np.zeros(rows + 1, np.int32)
    np.cumsum(np.bincount(row, minlength=rows), out=first[1:])
    return first
