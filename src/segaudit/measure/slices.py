"""How the slices of a CT vary, and how each one resembles the next, on every n-th voxel: about 6 mm apart."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from segaudit.measure import grid

APART_MM = 6.0
_SHOWN_HU = (-1000, 400)
"""Values beyond are those of the noise in air, of metal and of dense bone, whose edges would outweigh all anatomy."""
_NOISE_HU = 40
"""Standard deviation of air with noise; a slice that shows a body has some hundreds."""


def steps(affine: grid.Matrix, shape: grid.Shape) -> tuple[int, int, int]:
    """Return how many voxels make about 6 mm along i, j, k, at most all; 1 where the affine has no lengths."""
    lengths = np.array(grid.spacing(affine))
    usable = np.isfinite(lengths) & (lengths > 0)
    i, j, k = np.clip(np.rint(APART_MM / np.where(usable, lengths, APART_MM)), 1, shape).astype(int).tolist()
    return i, j, k


def slices_of(volume: NDArray[Any], step: Sequence[int], axis: int) -> NDArray[Any]:
    """Return every slice across an axis as a row of every n-th of its voxels."""
    wide = [slice(width // 2, None, width) for width in step]
    wide[axis] = slice(None)
    slices = np.ascontiguousarray(np.moveaxis(volume[tuple(wide)].T, 2 - axis, 0))
    return slices.reshape(len(slices), -1)


def slice_std(volume: NDArray[Any], step: Sequence[int]) -> tuple[float, ...]:
    """Return the standard deviation of each slice along k."""
    return _rounded(np.nan_to_num(slices_of(volume, step, 2).astype(np.float32).std(axis=1)), 1)


def slice_changes(volume: NDArray[Any], step: Sequence[int], axis: int) -> tuple[float, ...]:
    """Return how little each slice across an axis resembles the next one (see ``Ct.slice_changes``)."""
    slices = slices_of(volume, step, axis).clip(*_SHOWN_HU).astype(np.float32)
    centred = slices - slices.mean(axis=1, keepdims=True)
    spread = np.sqrt((centred**2).mean(axis=1))
    shared = (centred[1:] * centred[:-1]).mean(axis=1) / (spread[1:] * spread[:-1])
    shown = np.minimum(spread[1:], spread[:-1]) > _NOISE_HU
    return _rounded(np.where(shown, 1 - shared, 0.0), 4)


def _rounded(values: NDArray[np.floating], decimals: int) -> tuple[float, ...]:
    return tuple(values.astype(np.float64).round(decimals).tolist())
