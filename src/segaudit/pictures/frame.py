"""A voxel grid as radiologists view it.

Radiological convention: the patient faces the viewer, so the patient's right is on the left of axial and coronal
slices; the front (axial) or the head (coronal, sagittal) is on top, and sagittal slices have the front on the left. In
all three planes, columns and rows thus run towards L, P or I. Each patient axis is assigned to the nearest voxel axis,
as in nibabel's ``as_closest_canonical``.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any, TypeAlias

import numpy as np
from nibabel.orientations import io_orientation
from numpy.typing import NDArray

from segaudit.measure import grid
from segaudit.model import Header
from segaudit.model.records import Vector, Voxel

Slice: TypeAlias = NDArray[Any]


@dataclass(frozen=True, slots=True)
class Plane:
    """A plane of slices, by its patient axes (0 right-left, 1 front-back, 2 head-foot)."""

    name: str
    normal: int
    column: int
    row: int


AXIAL = Plane("axial", 2, 0, 1)
CORONAL = Plane("coronal", 1, 0, 2)
SAGITTAL = Plane("sagittal", 0, 1, 2)
PLANES = (AXIAL, CORONAL, SAGITTAL)

LETTERS = ("RL", "AP", "SI")
"""Both ends of each patient axis, in the order in which columns and rows run."""


LEAST_MM, MOST_MM = 1e-3, 1e3
"""Spacings that can be drawn, mm: from a thousandth of a millimetre to a metre."""


def _usable(spacing: float) -> bool:
    return LEAST_MM <= spacing <= MOST_MM


@dataclass(frozen=True)
class Frame:
    """A voxel grid with its position in the patient."""

    shape: grid.Shape
    affine: grid.Matrix
    known: bool = True
    """Whether the header gives the position of the grid; if not, it is shown as stored."""

    @classmethod
    def of(cls, header: Header) -> Frame:
        """Return the frame of a header; without a usable affine, from its zooms alone."""
        shape = grid.three_axes(header.shape)
        if header.orientation and all(map(_usable, header.spacing_mm)):
            return cls(shape, grid.matrix(header.affine))
        zooms = [zoom if _usable(zoom) else 1.0 for zoom in (*header.zooms, 1.0, 1.0, 1.0)[:3]]
        return cls(shape, np.diag([*zooms, 1.0])[:3], known=False)

    @cached_property
    def _orientation(self) -> NDArray[np.float64]:
        """The patient axis of each voxel axis, and its sign, as nibabel gives them."""
        return np.asarray(io_orientation(np.vstack([self.affine, [0, 0, 0, 1]])))

    @cached_property
    def axes(self) -> Voxel:
        """The voxel axis that runs along each patient axis."""
        x, y, z = np.argsort(self._orientation[:, 0]).tolist()
        return x, y, z

    @cached_property
    def flipped(self) -> tuple[bool, ...]:
        """Whether the voxel index along each patient axis grows towards R, A, S: against columns and rows."""
        return tuple(bool(self._orientation[axis, 1] > 0) for axis in self.axes)

    @cached_property
    def spacing(self) -> tuple[float, ...]:
        """Millimetres between voxels along each patient axis."""
        lengths = grid.spacing(self.affine)
        return tuple(lengths[axis] for axis in self.axes)

    @cached_property
    def lengths(self) -> Voxel:
        """Voxels along each patient axis."""
        x, y, z = (self.shape[axis] for axis in self.axes)
        return x, y, z

    @cached_property
    def extent(self) -> tuple[float, ...]:
        """Millimetres along each patient axis."""
        return tuple(length * spacing for length, spacing in zip(self.lengths, self.spacing, strict=True))

    def shown(self, voxel: Vector) -> Vector:
        """Return the column or row of a voxel along each patient axis."""
        x, y, z = (
            self.shape[axis] - 1 - voxel[axis] if flipped else voxel[axis]
            for axis, flipped in zip(self.axes, self.flipped, strict=True)
        )
        return x, y, z

    def turned(self, raw: Slice, plane: Plane) -> Slice:
        """Return rows and columns of a slice whose two axes are in the order of the file."""
        upright = raw if self.axes[plane.row] < self.axes[plane.column] else raw.T
        rows, columns = (slice(None, None, -1 if self.flipped[axis] else 1) for axis in (plane.row, plane.column))
        return upright[rows, columns]

    def mm(self, voxel: Vector) -> Vector:
        """Return the world coordinates of a voxel."""
        x, y, z = (self.affine @ [*voxel, 1.0]).tolist()
        return x, y, z

    def nearest(self, mm: Vector) -> Voxel:
        """Return the voxel of the grid that is nearest to a point in world coordinates."""
        i, j, k = np.clip(np.rint(self._exact(mm)), 0, np.array(self.shape) - 1).astype(int).tolist()
        return i, j, k

    def holds(self, mm: Vector) -> bool:
        """Whether a point in world coordinates lies in the grid, or within half a voxel of it."""
        voxel = np.rint(self._exact(mm))
        return bool(((voxel >= 0) & (voxel < self.shape)).all())

    def _exact(self, mm: Vector) -> NDArray[np.float64]:
        return np.asarray(np.linalg.solve(self.affine[:, :3], np.array(mm) - self.affine[:, 3]))
