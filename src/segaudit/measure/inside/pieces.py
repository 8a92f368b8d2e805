"""The pieces of masks that have several."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from segaudit.measure.inside.components import Components
from segaudit.measure.inside.rows import RowTable
from segaudit.measure.mask_runs import Rows

MAX_PIECES = 16
"""Pieces of a mask that are kept, the largest ones."""


@dataclass(frozen=True, eq=False)
class PieceRuns:
    """A piece of a mask."""

    mask: int
    """Number of the mask in its table."""
    rows: Rows
    voxels: int
    apart_mm: float
    """The distance of its box from the nearest voxel of a larger piece; 0 for the largest one."""


def piece_runs(table: RowTable, found: Components, spacings: NDArray[np.float64]) -> Iterator[PieceRuns]:
    """Yield the largest pieces of each mask that has several, mask after mask, largest first.

    Args:
        table: the masks.
        found: their components.
        spacings: lengths of each mask's voxels along i, j, k, mm.
    """
    several = np.bincount(found.mask, minlength=table.masks) > 1
    runs = np.flatnonzero(several[table.mask])
    ranks = _ranks(found)
    order = runs[np.lexsort((ranks[found.label[runs]], table.mask[runs]))]
    ends = np.flatnonzero(np.diff(found.label[order], append=-1)) + 1
    begin = first = 0
    for end in ends.tolist():
        label = int(found.label[order[begin]])
        if ranks[label] == 0:
            first = begin
        if ranks[label] < MAX_PIECES:
            rows, mask = table.rows_of(order[begin:end]), int(found.mask[label])
            larger = table.rows_of(order[first:begin])
            yield PieceRuns(mask, rows, int(found.voxels[label]), _apart(rows, larger, spacings[mask]))
        begin = end


def _ranks(found: Components) -> NDArray[np.int64]:
    """Return the place of each component among those of its mask, the largest first, the first of several."""
    order = np.lexsort((np.arange(found.voxels.size), -found.voxels, found.mask))
    places = np.arange(order.size) - np.searchsorted(found.mask[order], found.mask[order])
    ranks = np.empty_like(places)
    ranks[order] = places
    return ranks


def _apart(rows: Rows, others: Rows, spacing: NDArray[np.float64]) -> float:
    """Return the distance of the box around rows from other rows, mm; 0 without others."""
    if not others.i.size:
        return 0.0
    ends = ((others.i, others.i + others.length - 1), (others.j, others.j), (others.k, others.k))
    low = (rows.i.min(), rows.j.min(), rows.k.min())
    high = ((rows.i + rows.length).max() - 1, rows.j.max(), rows.k.max())
    squares = np.zeros(others.i.size)
    for axis, (begin, end) in enumerate(ends):
        beyond = np.maximum(begin - high[axis], low[axis] - end)
        squares += (np.maximum(beyond, 0) * spacing[axis]) ** 2
    return float(np.sqrt(squares.min()))
