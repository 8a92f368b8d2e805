"""Slices, projections and centres of masks, computed from their runs."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import reduce
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from segaudit.measure import grid
from segaudit.measure.mask import centroid_of
from segaudit.measure.mask_runs import Foreground, Indices, Rows, joined
from segaudit.model.records import Voxel

Counts: TypeAlias = NDArray[np.int64]


def slice_of(foreground: Foreground, axis: int, index: int) -> Counts:
    """Return one slice across a voxel axis, 1 in the mask; its axes are in the order of the file."""
    rows = foreground.rows
    if axis == 0:
        here = np.flatnonzero((rows.i <= index) & (index < rows.i + rows.length))
        lengths = np.ones_like(rows.length[here])
    else:
        here = np.flatnonzero((rows.j, rows.k)[axis - 1] == index)
        lengths = rows.length[here]
    return _added(Rows(rows.i[here], lengths, rows.j[here], rows.k[here]), foreground.shape, axis)


def shadow_of(foreground: Foreground, axis: int) -> Counts:
    """Return the number of the mask's voxels behind each other along a voxel axis."""
    return _added(foreground.rows, foreground.shape, axis)


def _added(rows: Rows, shape: grid.Shape, axis: int) -> Counts:
    """Add up rows along an axis."""
    ni, nj, nk = shape
    if not rows.i.size:
        return np.broadcast_to(np.int64(0), shape[:axis] + shape[axis + 1 :])
    if axis == 0:
        return np.bincount(rows.j + nj * rows.k, rows.length, nj * nk).astype(np.int64).reshape(nj, nk, order="F")
    across, length = (rows.k, nk) if axis == 1 else (rows.j, nj)
    first, last = int(across.min()), int(across.max()) + 1
    starts, size = rows.i + (ni + 1) * (across - first), (ni + 1) * (last - first)
    steps = np.bincount(starts, minlength=size) - np.bincount(starts + rows.length, minlength=size)
    counts = np.zeros((ni, length), np.int64)
    counts[:, first:last] = steps.reshape(ni + 1, last - first, order="F").cumsum(axis=0)[:-1]
    return counts


def central_voxel(foreground: Foreground, spacing: Sequence[float]) -> Voxel:
    """Return the voxel of a mask that is nearest to its centre of mass; spacing along i, j, k in mm."""
    rows, centre = foreground.rows, centroid_of(foreground.rows)
    along = np.clip(np.rint(centre[0]), rows.i, rows.i + rows.length - 1)
    offsets = [
        (place - middle) * mm for place, middle, mm in zip((along, rows.j, rows.k), centre, spacing, strict=True)
    ]
    nearest = int(np.argmin(sum(offset**2 for offset in offsets)))
    return int(along[nearest]), int(rows.j[nearest]), int(rows.k[nearest])


def shared(masks: Sequence[Foreground]) -> Foreground:
    """Return the voxels that all masks of one grid share, or those of the first if they share none."""
    together = reduce(_both, masks)
    return together if together.voxels else masks[0]


def _both(first: Foreground, second: Foreground) -> Foreground:
    return gathered(first.shape, (indices[inside(second, indices)] for indices in first.indices()))


def inside(foreground: Foreground, indices: Indices) -> NDArray[np.bool_]:
    """Return which flat indices are in the mask."""
    if not foreground.voxels:
        return np.zeros(indices.shape, np.bool_)
    run = np.searchsorted(foreground.starts, indices, side="right") - 1
    return (run >= 0) & (indices < foreground.starts[run] + foreground.lengths[run])


def gathered(shape: grid.Shape, parts: Iterable[Indices]) -> Foreground:
    """Return the mask with these flat indices, which ascend from part to part."""
    runs = [joined(part.astype(np.int32), np.ones(part.size, np.int32)) for part in parts if part.size]
    return Foreground(shape, *np.concatenate([np.zeros((2, 0), np.int32), *runs], axis=1))
