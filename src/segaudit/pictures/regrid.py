"""Resample a mask that is not on the grid of its CT to where its affine puts it."""

from __future__ import annotations

import itertools

import numpy as np
from numpy.typing import NDArray

from segaudit.measure import grid
from segaudit.measure.mask_runs import Foreground, Indices
from segaudit.pictures.frame import Frame
from segaudit.pictures.shape import gathered, inside

VISIBLE_VOXELS = 0.5
"""Grids of the same shape whose distance is less than this, in voxels, are shown as one."""


def same_grid(first: Frame, second: Frame) -> bool:
    """Whether two grids can be shown as one, voxel by voxel."""
    if first.shape != second.shape or not (first.known and second.known):
        return first.shape == second.shape
    apart = grid.displacement_mm(first.affine, second.affine, first.shape)
    return apart <= VISIBLE_VOXELS * min(second.spacing)


def regridded(foreground: Foreground, own: Frame, frame: Frame) -> Foreground:
    """Return a mask on another frame: each voxel takes the value of the mask's nearest one."""
    if not foreground.voxels:
        return Foreground(frame.shape, foreground.starts, foreground.lengths)
    low, high = _reach(foreground, _between(own, frame), frame.shape)
    back = _between(frame, own)
    layers = (np.mgrid[low[0] : high[0], low[1] : high[1], k : k + 1][..., 0] for k in range(low[2], high[2]))
    return gathered(frame.shape, (_layer(foreground, back, layer, frame.shape) for layer in layers))


def _between(source: Frame, target: Frame) -> grid.Matrix:
    """Return the 3 x 4 matrix from voxels of one grid to voxels of another."""
    offset = source.affine[:, 3:] - target.affine[:, 3:]
    return np.asarray(np.linalg.solve(target.affine[:, :3], np.hstack([source.affine[:, :3], offset])))


def _reach(foreground: Foreground, there: grid.Matrix, shape: grid.Shape) -> NDArray[np.int64]:
    """Return the box of a mask on another grid: its first voxels, and the ends after its last voxels."""
    i0, i1, j0, j1, k0, k1 = foreground.box
    corners = np.array(
        [(*c, 1) for c in itertools.product((i0 - 0.5, i1 + 0.5), (j0 - 0.5, j1 + 0.5), (k0 - 0.5, k1 + 0.5))]
    )
    moved = corners @ there.T
    ends = np.floor(moved.min(axis=0)), np.ceil(moved.max(axis=0)) + 1
    return np.asarray(np.clip(ends, 0, shape), np.int64)


def _layer(foreground: Foreground, back: grid.Matrix, voxels: NDArray[np.int64], shape: grid.Shape) -> Indices:
    """Return the flat indices of the mask's voxels in one slice along k."""
    own = np.rint(np.tensordot(back[:, :3], voxels, 1) + back[:, 3, None, None])
    size = np.array(foreground.shape).reshape(3, 1, 1)
    held = np.asarray(((own >= 0) & (own < size)).all(axis=0))
    held[held] = inside(foreground, _flat(own[:, held].astype(np.int64), foreground.shape))
    return np.sort(_flat(voxels[:, held], shape))


def _flat(voxels: NDArray[np.int64], shape: grid.Shape) -> Indices:
    i, j, k = voxels
    return np.asarray(i + shape[0] * (j + shape[1] * k))
