"""The slices of a CT in cells: rectangles of about 6 mm, each with its mean, smallest and largest intensity."""

from __future__ import annotations

from collections.abc import Callable
from functools import reduce
from typing import Any, NamedTuple, TypeAlias

import numpy as np
import xxhash
from numpy.typing import NDArray

from segaudit.measure import grid

Reduction: TypeAlias = Callable[[NDArray[Any], NDArray[Any]], NDArray[Any]]
Grid: TypeAlias = NDArray[np.float32]

CELL_MM = 6.0
MIN_CELLS = 500
"""Cells of a slice where it has voxels for them: in a small field of view they are smaller."""
MIN_VOXELS = 2
"""Voxels of a cell along each axis: one voxel alone is always even."""
MAX_ROWS = 2
"""Rows of voxels that a cell is taken of: those are next to each other in memory, and two suffice against noise."""
_SLAB = 16
"""Slices that are reduced at a time, to stay in cache."""


class Cells(NamedTuple):
    """Cells by slice, row and column; rows and columns run along the other two axes, the later axis first."""

    mean: Grid
    """HU; 0 in place of NaN."""
    low: NDArray[Any]
    """As stored in memory, like ``high``."""
    high: NDArray[Any]
    sample: NDArray[Any]
    """The voxel in the middle."""
    axis: int
    """The axis that the slices lie across."""
    width: tuple[int, int]
    """Voxels of a cell along rows and columns."""

    @property
    def even(self) -> NDArray[np.bool_]:
        """Whether all voxels of a cell have one value: noise makes none of those that show an image so."""
        return np.asarray(self.low == self.high)

    @property
    def digests(self) -> bytes:
        """8 bytes (xxh3-64) for each slice."""
        parts = zip(self.mean, self.low, self.high, strict=True)
        return b"".join(xxhash.xxh3_64_digest(np.stack(part).astype("<f4").tobytes()) for part in parts)


def cells_of(volume: NDArray[Any], affine: grid.Matrix, axis: int) -> Cells:
    """Reduce the slices across an axis; what is left over at the end of rows and columns is left out.

    Args:
        volume: intensities by i, j, k.
        affine: gives the number of voxels in 6 mm; without lengths a cell has 2 x 2.
        axis: what the slices lie across.
    """
    slices = np.moveaxis(volume.T, 2 - axis, 0)
    width = _widths(slices.shape[1:], affine, axis)
    slabs = (slices[first : first + _SLAB] for first in range(0, len(slices), _SLAB))
    low, high, mean = (np.concatenate(part) for part in zip(*(_reduced(slab, width) for slab in slabs), strict=True))
    middle = (slice(None), *(slice(voxels // 2, None, voxels) for voxels in width))
    sample = slices[middle][:, : mean.shape[1], : mean.shape[2]]
    return Cells(np.nan_to_num(mean, copy=False, posinf=0, neginf=0), low, high, sample, axis, width)


def _widths(shape: tuple[int, ...], affine: grid.Matrix, axis: int) -> tuple[int, int]:
    """Return the voxels of a cell along rows and columns."""
    lengths = np.array(grid.spacing(affine))[[other for other in (2, 1, 0) if other != axis]]
    usable = np.isfinite(lengths) & (lengths > 0)
    if not usable.all():
        lengths = np.full(2, CELL_MM)
    with np.errstate(over="ignore"):
        cell = min(CELL_MM, float(np.sqrt(np.prod(lengths * shape) / MIN_CELLS)))
        rows, columns = np.minimum(np.maximum(np.rint(cell / lengths), MIN_VOXELS), shape).astype(int).tolist()
    return rows, columns


def _reduced(slab: NDArray[Any], width: tuple[int, int]) -> tuple[NDArray[Any], NDArray[Any], Grid]:
    """Return smallest, largest and mean of each cell."""
    rows, columns = width
    slab = slab[:, : slab.shape[1] // rows * rows, : slab.shape[2] // columns * columns]
    lines = [slab[:, row::rows] for row in range(0, rows, -(-rows // MAX_ROWS))]
    wide = [line.astype(np.float32) for line in lines]
    low, high, total = (reduce(add, part) for add, part in ((np.minimum, lines), (np.maximum, lines), (np.add, wide)))
    mean = np.asarray(_along(total, columns, np.add) / np.float32(len(lines) * columns), np.float32)
    return _along(low, columns, np.minimum), _along(high, columns, np.maximum), mean


def _along(values: NDArray[Any], width: int, pairwise: Reduction) -> NDArray[Any]:
    """Reduce groups of neighbours along columns."""
    return np.asarray(reduce(pairwise, [values[:, :, part::width] for part in range(width)]))
