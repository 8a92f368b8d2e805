"""Vectors of three axes, and locations in a case."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Self

from segaudit.model.records.record import Record

Affine = tuple[float, ...]
"""A 3 x 4 matrix from voxel index to world millimetres, row by row: 12 numbers."""

Vector = tuple[float, float, float]

Voxel = tuple[int, int, int]


class Spot(Record, frozen=True):
    """A location in a case: a voxel of its grid, counted from 0 along i, j, k, and the same point in the world, mm."""

    voxel: Voxel
    mm: Vector

    @classmethod
    def at(cls, voxel: Iterable[float], mm: Iterable[float]) -> Self:
        """Return a location, rounded to a voxel and to 0.1 mm; zero has no sign."""
        i, j, k = (round(float(index)) for index in voxel)
        x, y, z = (round(float(position), 1) + 0.0 for position in mm)
        return cls((i, j, k), (x, y, z))
