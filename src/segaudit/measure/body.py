"""Estimate where a CT clearly shows no body.

A cheap estimate that errs towards "body", on a grid of about 6 mm that consists of every n-th voxel:

1. Voxels above -950 HU are body; below this limit CT shows gas or emphysema rather than lung (Gevenois et al.,
   Am J Respir Crit Care Med 1995;152:653). Lungs thus count as body, whether or not the field of view cuts them,
   while room air does not.
2. In each axial slice, holes are filled (trachea, bowel gas). Gas that the field of view cuts open is closed at the
   edge: along each side of the slice, cells between the first and the last body cell count as enclosed.
3. Opening by one cell removes everything thinner than three cells (noise, table, tubes); of the rest the largest
   26-connected component is kept and dilated by one cell (6 mm), so that skin and partial volume are never outside.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

import cc3d
import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from segaudit.measure import grid
from segaudit.measure.ct import Volume
from segaudit.measure.mask_runs import Foreground, Integers

Cells: TypeAlias = NDArray[np.bool_]

CELL_MM = 6.0
_GAS_HU = -950
_PAD_CELLS = ((0, 0), (1, 1), (1, 1))
_IN_SLICE = ndimage.generate_binary_structure(3, 1) & np.array([False, True, False]).reshape(3, 1, 1)


@dataclass(frozen=True, slots=True)
class Outside:
    """The cells outside the body, by k, j, i; the last one along an axis includes the remaining voxels."""

    width: tuple[int, ...]
    """Size of a cell along i, j, k, voxels."""
    cells: Cells
    before: NDArray[np.int32]
    """For each cell, the number of voxels in outside cells before it in its row along i."""

    def share(self, foreground: Foreground) -> float:
        """Return the share of a mask's voxels outside the body; the mask is not empty and has the CT's shape."""
        rows = foreground.rows
        across, down = (self._cell(at, axis) for axis, at in ((1, rows.j), (2, rows.k)))
        first = (down * self.cells.shape[1] + across) * self.cells.shape[2]
        outside = self._up_to(rows.i + rows.length, first) - self._up_to(rows.i, first)
        return int(outside.sum()) / foreground.voxels

    def _cell(self, at: Integers, axis: int) -> Integers:
        return np.asarray(np.minimum(at // self.width[axis], self.cells.shape[2 - axis] - 1))

    def _up_to(self, i: Integers, first: Integers) -> Integers:
        """Count the first voxels of rows that are outside; ``first`` is the flat index of each row's first cell."""
        cell = self._cell(i, 0)
        at = first + cell
        return np.asarray(self.before.ravel()[at] + (i - cell * self.width[0]) * self.cells.ravel()[at])


def outside_of(volume: Volume, affine: grid.Matrix) -> Outside | None:
    """Estimate what is outside the body; None if no body is visible or the affine has no lengths."""
    spacing = np.array(grid.spacing(affine))
    if not (np.isfinite(spacing) & (spacing > 0)).all():
        return None
    width = tuple(np.clip(np.rint(CELL_MM / spacing), 1, volume.shape).astype(int).tolist())
    sampled = volume.grid[tuple(slice(voxels // 2, None, voxels) for voxels in width)].T
    body = _largest(_opened(_filled(sampled > _GAS_HU, 2 - grid.axial_axis(affine))))
    if not body.any():
        return None
    outside = ~_grown(body)
    before = np.cumsum(outside, axis=2, dtype=np.int32) - outside
    return Outside(width, outside, before * np.int32(width[0]))


def _filled(body: Cells, axis: int) -> Cells:
    """Fill the holes of each slice across an axis, closed at the edges between the first and last body cell."""
    slices = np.moveaxis(body, axis, 0)
    closed = np.pad(slices, _PAD_CELLS)
    for wall, edge in zip(_edges(closed), _edges(slices), strict=True):
        wall[:, 1:-1] = np.logical_or.accumulate(edge, 1) & np.logical_or.accumulate(edge[:, ::-1], 1)[:, ::-1]
    areas, _ = ndimage.label(~np.pad(closed, _PAD_CELLS), _IN_SLICE)
    filled = areas != areas[:, :1, :1]  # the outermost ring, which is always outside
    return np.moveaxis(filled[:, 2:-2, 2:-2], 0, axis)


def _edges(slices: Cells) -> tuple[Cells, ...]:
    return slices[:, 0], slices[:, -1], slices[:, :, 0], slices[:, :, -1]


def _opened(body: Cells) -> Cells:
    """Open by one cell and its six neighbours; the body is assumed to continue beyond the grid."""
    return _crossed(~_crossed(~body))


def _crossed(cells: Cells) -> Cells:
    """Add the neighbours along the three axes."""
    grown = cells.copy()
    for axis in range(cells.ndim):
        _spread(cells, grown, axis)
    return grown


def _grown(cells: Cells) -> Cells:
    """Add all 26 neighbours."""
    for axis in range(cells.ndim):
        grown = cells.copy()
        _spread(cells, grown, axis)
        cells = grown
    return cells


def _spread(cells: Cells, grown: Cells, axis: int) -> None:
    """Add the two neighbours along an axis to ``grown``."""
    here, there = np.moveaxis(cells, axis, 0), np.moveaxis(grown, axis, 0)
    there[1:] |= here[:-1]
    there[:-1] |= here[1:]


def _largest(body: Cells) -> Cells:
    labels = cc3d.connected_components(body.view(np.uint8), connectivity=26)  # as in measure.mask
    sizes = np.bincount(labels.ravel())
    sizes[0] = 0
    return labels == sizes.argmax() if sizes.any() else np.zeros_like(body)
