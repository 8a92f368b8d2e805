"""Where a CT clearly shows no body.

A cheap estimate that errs towards "body", on a grid of about 6 mm made by taking every n-th voxel:

1. Body is what lies above -950 HU, the limit below which CT shows gas or emphysema rather than lung (Gevenois et al.,
   Am J Respir Crit Care Med 1995;152:653). Lungs thus count as body by themselves, whether or not the field of view
   cuts them, while room air stays out.
2. In each axial slice holes are filled (trachea, bowel gas). Gas that the field of view cuts open is closed at the
   edge: along each side of the slice, what lies between the first and the last body cell counts as enclosed.
3. Opening by one cell takes away what is thinner than three (noise, table, tubes); of the rest the largest 26-connected
   component is kept and grown by one cell (6 mm), so that skin and partial volume are never outside.
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
from segaudit.measure.runs import Foreground

Cells: TypeAlias = NDArray[np.bool_]

CELL_MM = 6.0
_GAS_HU = -950
_CROSS = ndimage.generate_binary_structure(3, 1)
_IN_SLICE = np.array([False, True, False]).reshape(3, 1, 1)
_CUBE = ndimage.generate_binary_structure(3, 3)


@dataclass(frozen=True, slots=True)
class Outside:
    """The voxels that lie outside the body, by rows along i; a cell of such rows is ``step`` voxels wide along j, k."""

    step: tuple[int, ...]
    before: NDArray[np.int32]
    """How many of the first 0, 1, ..., ni voxels of a row are outside, by cell along j, k."""

    def share(self, foreground: Foreground) -> float:
        """Return the share of a mask's voxels outside the body; the mask is not empty and has the CT's shape."""
        rows = foreground.rows
        axes = zip((rows.j, rows.k), self.step, self.before.shape[1:], strict=True)
        j, k = (np.minimum(axis // step, cells - 1) for axis, step, cells in axes)
        outside = self.before[rows.i + rows.length, j, k] - self.before[rows.i, j, k]
        return int(outside.sum()) / foreground.voxels


def outside_of(volume: Volume, affine: grid.Matrix) -> Outside | None:
    """Estimate what is outside the body; None when there is no body to be seen or the affine has no lengths."""
    spacing = np.array(grid.spacing(affine))
    if not (np.isfinite(spacing) & (spacing > 0)).all():
        return None
    step = tuple(np.clip(np.rint(CELL_MM / spacing), 1, volume.shape).astype(int).tolist())
    sampled = volume.grid[tuple(slice(width // 2, None, width) for width in step)]
    body = _largest(_opened(_filled(sampled > _GAS_HU, grid.axial_axis(affine))))
    if not body.any():
        return None
    outside = ~ndimage.binary_dilation(body, _CUBE)
    return Outside(step[1:], _before(outside, step[0], volume.shape[0]))


def _before(outside: Cells, step: int, length: int) -> NDArray[np.int32]:
    """Add up rows of cells voxel by voxel; the last cell takes in what is left over at the far face."""
    cells = np.minimum(np.arange(length) // step, len(outside) - 1)
    return np.pad(np.cumsum(outside[cells], axis=0, dtype=np.int32), ((1, 0), (0, 0), (0, 0)))


def _filled(body: Cells, axis: int) -> Cells:
    """Fill the holes of each slice across an axis, closed at the edges between the first and last body cell."""
    slices = np.moveaxis(body, axis, 0)
    walled = np.pad(slices, ((0, 0), (1, 1), (1, 1)))
    for wall, edge in zip(_edges(walled), _edges(slices), strict=True):
        wall[:, 1:-1] = np.logical_or.accumulate(edge, 1) & np.logical_or.accumulate(edge[:, ::-1], 1)[:, ::-1]
    filled = ndimage.binary_fill_holes(walled, _CROSS & _IN_SLICE)
    return np.moveaxis(filled[:, 1:-1, 1:-1], 0, axis)


def _edges(slices: Cells) -> tuple[Cells, ...]:
    return slices[:, 0], slices[:, -1], slices[:, :, 0], slices[:, :, -1]


def _opened(body: Cells) -> Cells:
    """Open by one cell; beyond the grid the body is taken to go on."""
    return ndimage.binary_dilation(ndimage.binary_erosion(body, _CROSS, border_value=1), _CROSS)


def _largest(body: Cells) -> Cells:
    labels = cc3d.connected_components(body.view(np.uint8), connectivity=26)  # as in measure.mask
    sizes = np.bincount(labels.ravel())
    sizes[0] = 0
    return labels == sizes.argmax() if sizes.any() else np.zeros_like(body)
