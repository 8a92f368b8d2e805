"""What a mask encloses: the voxels between its runs that no way along faces leads out of.

Every row of a cavity ends at the mask on both sides, so cavities consist of gaps between two runs of a row. A gap is
open where a row beside it lets a voxel out: where that voxel lies before the first run of its row, or after the last.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from segaudit.measure.inside.components import FACING, Components, joined
from segaudit.measure.inside.rows import Counts, Pairs, RowTable


@dataclass(frozen=True, eq=False)
class Cavities:
    """The gaps of masks, and what they enclose."""

    gaps: RowTable
    number: Counts
    """Cavities of each mask."""
    voxels: Counts
    """Voxels in them."""
    largest: NDArray[np.bool_]
    """The gaps that make up the largest cavity of their mask."""
    rings: Counts
    """Voxels that are enclosed within the planes along i and j, and within those along i and k: 2 x masks."""


def gaps_of(table: RowTable) -> RowTable:
    """Return the gaps between the runs of a row."""
    before = np.flatnonzero(table.row[1:] == table.row[:-1]).astype(np.int32)
    return table.like(table.stop[before], table.start[before + 1], before)


def cavities_of(table: RowTable, gaps: RowTable) -> Cavities:
    """Return what masks enclose."""
    aside, above = (_open(table, gaps, *offset) for offset in FACING)
    if not gaps.start.size:
        none = np.zeros(table.masks, np.int64)
        return Cavities(gaps, none, none, np.zeros(0, np.bool_), np.array([none, none]))
    pairs = [gaps.neighbours(*offset, 0) for offset in FACING]
    closed = _closed(gaps, pairs, aside | above)
    inside = closed.voxels > 0
    rings = [_closed(gaps, (beside,), out) for beside, out in zip(pairs, (aside, above), strict=True)]
    return Cavities(
        gaps=gaps,
        number=np.bincount(closed.mask[inside], minlength=table.masks),
        voxels=_sum(closed, table.masks),
        largest=(closed.label == closed.largest(table.masks)[gaps.mask]) & inside[closed.label],
        rings=np.array([_sum(ring, table.masks) for ring in rings]),
    )


def _open(table: RowTable, gaps: RowTable, dj: int, dk: int) -> NDArray[np.bool_]:
    """Return which gaps let a voxel out into the row on either side."""
    out = np.zeros(gaps.start.size, np.bool_)
    for sign in (1, -1):
        row = gaps.beside(sign * dj, sign * dk)
        first, after = table.first[row], table.first[row + 1]
        low, high = table.start[np.minimum(first, table.start.size - 1)], table.stop[after - 1]
        out |= (first == after) | (low > gaps.start) | (high < gaps.stop)
    return out


def _closed(gaps: RowTable, pairs: Sequence[Pairs], out: NDArray[np.bool_]) -> Components:
    """Return the components of gaps, of which those that are open anywhere count as empty."""
    found = joined(gaps, pairs)
    leaking = np.zeros(found.voxels.size, np.bool_)
    leaking[found.label[out]] = True
    return found.without(leaking)


def _sum(found: Components, masks: int) -> Counts:
    return np.bincount(found.mask, found.voxels, masks).astype(np.int64)
