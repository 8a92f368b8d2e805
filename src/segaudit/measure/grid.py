"""Geometry of a voxel grid from its shape and affine: lengths, directions, and the distance between two grids."""

from __future__ import annotations

import itertools
import math
from functools import lru_cache
from typing import TypeAlias

import numpy as np
from nibabel.orientations import aff2axcodes
from numpy.typing import NDArray

from segaudit.model.records import Affine

Matrix: TypeAlias = NDArray[np.float64]
"""A 3 x 4 matrix from voxel index to world millimetres."""

Shape = tuple[int, int, int]

RIGHT, HEAD = 0, 2
"""World axes: to the patient's right, and to the head."""


def matrix(affine: Affine) -> Matrix:
    """Return the 3 x 4 matrix of an affine."""
    return np.array(affine, np.float64).reshape(3, 4)


def three_axes(shape: tuple[int, ...]) -> Shape:
    """Return a shape of three axes with as many voxels: missing axes have length 1, further ones stack along k."""
    i, j, k, *further = (*shape, 1, 1, 1)
    return i, j, k * math.prod(further)


def spacing(affine: Matrix) -> tuple[float, ...]:
    """Return the lengths of the affine's columns, mm."""
    return tuple(np.sqrt((affine[:, :3] ** 2).sum(axis=0)).tolist())


def voxel_ml(affine: Matrix) -> float:
    """Return the volume of a voxel, |det A| in millilitres."""
    return _determinant(affine) / 1000


def _determinant(affine: Matrix) -> float:
    (a, b, c), (d, e, f), (g, h, i) = affine[:, :3].tolist()
    return float(abs(a * (e * i - f * h) + b * (f * g - d * i) + c * (d * h - e * g)))


def axis_along(affine: Matrix, world: int) -> int:
    """Return the voxel axis that is closest to a world axis."""
    return int(np.abs(affine[world, :3] / np.sqrt((affine[:, :3] ** 2).sum(axis=0))).argmax())


def axial_axis(affine: Matrix) -> int:
    """Return the voxel axis that is closest to the head-foot axis."""
    return axis_along(affine, HEAD)


def orientation(affine: Matrix) -> str:
    """Return the axis codes, such as ``RAS``; empty if the affine is not finite or not invertible."""
    return _codes(tuple(affine.ravel().tolist()))


@lru_cache
def _codes(flat: Affine) -> str:
    """Return ``orientation``, computed once for all masks on one grid."""
    affine = matrix(flat)
    if not np.isfinite(affine).all() or not 0 < _determinant(affine) < math.inf:
        return ""
    codes = aff2axcodes(np.vstack([affine, [0, 0, 0, 1]]))
    return "" if None in codes else "".join(codes)


def nonorthonormality(affine: Matrix) -> float:
    """Return max |R'R - I| of the direction cosines R; NaN if the affine is not finite or has a zero column."""
    cosines = affine[:, :3] / np.sqrt((affine[:, :3] ** 2).sum(axis=0))
    return float(np.abs(cosines.T @ cosines - np.eye(3)).max())


def displacement_mm(first: Matrix, second: Matrix, shape: Shape) -> float:
    """Return the largest distance, mm, between the positions that two affines give a grid's 8 corner voxels.

    NaN if one of the affines is not finite.
    """
    corners = np.array([(*corner, 1) for corner in itertools.product(*((0, length - 1) for length in shape))]).T
    return float(np.sqrt((((first - second) @ corners) ** 2).sum(axis=0)).max())
