"""Runs of several masks in one table of rows, in which the neighbours of a run are looked up rather than searched for.

All masks of a batch are measured together, because numpy's overhead per call is constant and most masks are small.
Each mask has the rows of its own box, with an empty row on every side.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Self, TypeAlias

import numpy as np
from numpy.typing import NDArray

from segaudit.measure.mask_runs import Foreground, Integers, Rows, listed

MARGIN = 2
"""Empty rows on every side of a mask, and the farthest reach along i."""

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

    def total(self, weights: NDArray[np.number | np.bool_]) -> Counts:
        """Return the sum over the runs of each mask of whole numbers."""
        sums = np.append(0, np.cumsum(weights, dtype=np.int64))
        return np.diff(sums[self.ends])

    @cached_property
    def ends(self) -> Counts:
        """Where the runs of each mask begin, and the number of runs."""
        return np.append(0, np.cumsum(np.bincount(self.mask, minlength=self.masks)))

    def beside(self, dj: int, dk: int) -> Integers:
        """Return the row at an offset from that of each run."""
        return self.row + (dj + dk * self.plane[self.mask] if dk else np.int32(dj))

    def neighbours(self, dj: int, dk: int, reach: int, runs: Counts | None = None) -> Pairs:
        """Return the pairs of runs in rows at an offset that share a voxel along i, or miss by less than ``reach``.

        Args:
            dj: rows along j.
            dk: planes along k.
            reach: up to ``MARGIN``.
            runs: those whose neighbours are looked for, all by default.
        """
        if runs is None:
            return self._met(self.start, self.stop, self.beside(dj, dk), reach)
        here, there = self._met(self.start[runs], self.stop[runs], self.beside(dj, dk)[runs], reach)
        return runs[here].astype(np.int32), there

    def _met(self, start: Integers, stop: Integers, row: Integers, reach: int) -> Pairs:
        """Return which parts of rows meet which runs, as numbers of both."""
        low, count = self.first[row], self.first[row + 1] - self.first[row]
        one = np.flatnonzero(count == 1)
        there = low[one]
        met = (self.start[there] < stop[one] + reach) & (self.stop[there] > start[one] - reach)
        several = np.flatnonzero(count > 1)
        if not several.size:
            return one[met].astype(np.int32), there[met]
        at, further = self._searched(start[several] - reach, stop[several] + reach, row[several])
        return np.append(one[met], several[at]).astype(np.int32), np.append(there[met], further).astype(np.int32)

    def _searched(self, start: Integers, stop: Integers, row: Integers) -> tuple[Counts, Counts]:
        """Return the same for rows that hold several runs; none meets more runs than are in reach."""
        starts, stops, width = self._line
        at = row * width
        low = np.searchsorted(stops, at + start, side="right")
        count = np.maximum(np.searchsorted(starts, at + stop, side="left") - low, 0)
        some = count > 0
        return np.repeat(np.arange(count.size), count), listed(low[some], count[some])

    @cached_property
    def _line(self) -> tuple[Counts, Counts, np.int64]:
        """Where runs start and stop on a line on which the rows follow each other, and the length of a row on it."""
        width = np.int64(self.stop.max()) + MARGIN  # so that no run is in reach of those in other rows
        line = self.row * width
        return line + self.start, line + self.stop, width

    def rows_of(self, chosen: NDArray[np.bool_] | Counts | slice) -> Rows:
        """Return some of the runs."""
        start = self.start[chosen]
        return Rows(start, self.stop[chosen] - start, self.j[chosen], self.k[chosen])


def _first(row: Integers, rows: int) -> Integers:
    """Return the number of the first run of each row, and the number of runs."""
    first = np.zeros(rows + 1, np.int32)
    np.cumsum(np.bincount(row, minlength=rows), out=first[1:])
    return first
