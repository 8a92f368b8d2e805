"""Slices of masks that are empty although slices on both sides of them are not."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from segaudit.measure.inside.rows import Counts, RowTable
from segaudit.measure.mask_runs import Integers, Rows, listed
from segaudit.model.records import SliceGaps

COMPARED = 4
"""Gaps of a mask along an axis whose sections are compared, those between the largest ones."""

BESIDE = 2
"""Slices beyond the section next to a gap that it is compared with."""

SPECK = 0.25
"""Sections of less than this share of the mean one are compared with that: specks are alike by chance."""


def slice_gaps(table: RowTable) -> dict[int, tuple[SliceGaps, ...]]:
    """Return the empty slices of each mask that has some, by axis."""
    found: dict[int, list[SliceGaps]] = {}
    for axis in range(3):
        for mask, first, voxels in _profiles(table, axis):
            found.setdefault(mask, []).append(_gaps(table, mask, axis, first, voxels))
    return {mask: tuple(gaps) for mask, gaps in found.items()}


def _profiles(table: RowTable, axis: int) -> Iterator[tuple[int, int, Counts]]:
    """Yield the masks with empty slices along an axis, the first slice of each, and the voxels of its slices."""
    starts = (table.start, table.j, table.k)[axis]
    stops = table.stop if axis == 0 else starts + 1
    begins = table.ends[:-1]
    low, high = np.minimum.reduceat(starts, begins), np.maximum.reduceat(stops, begins)
    base = np.append(0, np.cumsum(high - low + 1, dtype=np.int64))
    shift = (base[:-1] - low)[table.mask]
    weights = None if axis == 0 else table.length
    counts = np.bincount(starts + shift, weights, int(base[-1]))
    if axis == 0:
        counts = np.cumsum(counts - np.bincount(stops + shift, minlength=int(base[-1])))
    empty = counts == 0
    empty[base[1:] - 1] = False  # the slice after the last one, which keeps masks apart
    for mask in np.unique(np.searchsorted(base, np.flatnonzero(empty), side="right") - 1).tolist():
        yield mask, int(low[mask]), counts[base[mask] : base[mask + 1] - 1].astype(np.int64)


def _gaps(table: RowTable, mask: int, axis: int, first: int, voxels: Counts) -> SliceGaps:
    """Describe the empty slices of a mask along an axis by the gap with the most similar sections on both sides."""
    edges = np.flatnonzero(np.diff(np.pad(voxels == 0, 1).astype(np.int8))).reshape(-1, 2)
    beside = np.minimum(voxels[edges[:, 0] - 1], voxels[edges[:, 1]])
    own = table.rows_of(slice(*table.ends[mask : mask + 2].tolist()))
    least = SPECK * float(voxels[voxels > 0].mean())

    def likeness(gap: list[int]) -> float:
        low, high = gap
        near = (*voxels[max(low - 1 - BESIDE, 0) : low], *voxels[high : high + 1 + BESIDE])
        return _shared(own, axis, first + low - 1, first + high) / max(least, *map(int, near))

    compared = edges[np.argsort(-beside, kind="stable")[:COMPARED]].tolist()
    begin, end = most = max(compared, key=likeness)
    return SliceGaps(
        axis=axis,
        gaps=len(edges),
        slices=int((voxels == 0).sum()),
        filled=int((voxels > 0).sum()),
        first=first + begin,
        width=end - begin,
        likeness=round(likeness(most), 3),
    )


def _shared(own: Rows, axis: int, one: int, other: int) -> int:
    """Return the size of the overlap of two sections across an axis."""
    places = [_places(own.on_plane(axis, at), axis) for at in (one, other)]
    return int(np.isin(places[0], places[1], assume_unique=True).sum())


def _places(rows: Rows, axis: int) -> Counts:
    """Return the places of voxels within a plane across an axis, as numbers."""
    if axis == 0:
        return _number(rows.j, rows.k)
    across: Integers = rows.k if axis == 1 else rows.j
    return np.sort(listed(_number(rows.i, across), rows.length))


def _number(one: Integers, other: Integers) -> Counts:
    return one + (np.int64(1) << 16) * other
