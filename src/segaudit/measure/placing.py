"""Where a mask lies on the grid of its case, in whatever order its axes are stored."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from nibabel.orientations import apply_orientation, inv_ornt_aff, io_orientation
from numpy.typing import NDArray

from segaudit.measure import grid
from segaudit.measure.mask_runs import Foreground, joined
from segaudit.model import Header
from segaudit.model.records import AXES

OFF_VOXELS = 0.5
"""Distance of the worst corner, in voxels, from which on a voxel is no longer that of the same indices."""

AS_STORED = np.array([[0, 1], [1, 1], [2, 1]])
"""The order of axes, as nibabel writes it, of a mask that is stored like its reference."""


@dataclass(frozen=True)
class Placing:
    """How a mask's grid lies on the reference grid, once its axes are in that grid's order."""

    affine: grid.Matrix
    same_shape: bool = True
    displacement_mm: float = 0.0
    """Of the worst corner; 0 if the shapes differ."""
    on_grid: bool = True
    """Whether its voxels are those of the reference grid."""
    order: NDArray[np.float64] = field(default_factory=lambda: AS_STORED)
    """For each stored axis, that of the reference grid, and 1 or -1 for its direction."""

    @property
    def axis_order(self) -> tuple[int, ...]:
        """The same as numbers from 1, negative for the other direction; empty where nothing has to be reordered."""
        if (self.order == AS_STORED).all():
            return ()
        return tuple(int((axis + 1) * sign) for axis, sign in self.order)

    def placed(self, foreground: Foreground) -> Foreground:
        """Return a mask's voxels in the order of the reference grid."""
        return reordered(foreground, self.order) if self.axis_order else foreground


def place(affine: grid.Matrix, shape: tuple[int, ...], reference: Header | None) -> Placing:
    """Return how a mask's grid lies on the reference grid.

    Its axes count as reordered only if that brings it onto the reference grid, to half a voxel.
    """
    if reference is None:
        return Placing(affine)
    same = shape == reference.shape
    apart = grid.displacement_mm(grid.matrix(reference.affine), affine, grid.three_axes(shape)) if same else 0.0
    near = OFF_VOXELS * min(reference.spacing_mm, default=0.0)
    if same and not apart > near:  # also where it is not known
        return Placing(affine, displacement_mm=apart)
    return _in_order(affine, shape, reference, near) or Placing(affine, same, apart, on_grid=False)


def _in_order(affine: grid.Matrix, shape: tuple[int, ...], reference: Header, near: float) -> Placing | None:
    """Return a mask's place with its axes in another order; None if no order brings it onto the reference grid."""
    known = grid.orientation(affine) and reference.orientation
    if not (known and len(shape) == len(reference.shape) == AXES):
        return None
    own, target = (np.vstack([matrix, [0, 0, 0, 1]]) for matrix in (affine, grid.matrix(reference.affine)))
    order = io_orientation(np.linalg.solve(target, own))
    if not np.isfinite(order).all() or tuple(shape[axis] for axis in np.argsort(order[:, 0])) != reference.shape:
        return None
    turned = (own @ inv_ornt_aff(order, shape))[:3]
    apart = grid.displacement_mm(target[:3], turned, grid.three_axes(reference.shape))
    return Placing(turned, displacement_mm=apart, order=order) if apart <= near else None


def reordered(foreground: Foreground, order: NDArray[np.float64]) -> Foreground:
    """Return a mask with its axes in another order, at a cost proportional to the box around it."""
    first, second, third = np.argsort(order[:, 0])
    shape = foreground.shape[first], foreground.shape[second], foreground.shape[third]
    if not foreground.voxels:
        return Foreground(shape, foreground.starts, foreground.lengths)
    low, inside = foreground.boxed()
    high = np.array(foreground.shape) - low - inside.shape
    corner = np.where(order[:, 1] > 0, low, high)[np.argsort(order[:, 0])]
    turned = np.asarray(apply_orientation(inside, order))
    edges = np.diff(turned.astype(np.int8), axis=0, prepend=0, append=0).ravel(order="F")
    begins, ends = np.flatnonzero(edges == 1), np.flatnonzero(edges == -1)
    i, j, k = np.unravel_index(begins, (turned.shape[0] + 1, *turned.shape[1:]), order="F")
    starts = (i + corner[0]) + shape[0] * ((j + corner[1]) + shape[1] * (k + corner[2]))
    return Foreground(shape, *joined(starts.astype(np.int32), (ends - begins).astype(np.int32)))
