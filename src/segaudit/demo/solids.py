"""Simple solids in millimetres, from which the phantom's anatomy is put together."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Protocol, Self

import numpy as np
import numpy.typing as npt

Point = tuple[float, float, float]
Coordinates = tuple[npt.NDArray[np.float64], npt.NDArray[np.float64], npt.NDArray[np.float64]]
"""x, y and z of a regular grid, mm, as open axes that broadcast to the grid's shape."""
Inside = npt.NDArray[np.bool_]


class Solid(Protocol):
    """A closed set of points."""

    @property
    def bounds(self) -> tuple[Point, Point]:
        """Lowest and highest corner of a box around it."""

    def contains(self, where: Coordinates) -> Inside:
        """Whether each grid point lies in it."""

    def mirrored(self) -> Self:
        """Return it on the other side of the sagittal plane x = 0."""


@dataclass(frozen=True)
class Plane:
    """The half-space of points p with ``normal . p >= offset``."""

    normal: Point
    offset: float

    def contains(self, where: Coordinates) -> Inside:
        """Whether each grid point lies on the plane or beyond it."""
        distance = sum(n * w for n, w in zip(self.normal, where, strict=True)) - self.offset
        return np.asarray(distance >= 0)

    def mirrored(self) -> Plane:
        """Return it on the other side of the plane x = 0."""
        return replace(self, normal=_flip(self.normal))

    def opposite(self) -> Plane:
        """Return the other half of space."""
        return Plane((-self.normal[0], -self.normal[1], -self.normal[2]), -self.offset)


@dataclass(frozen=True)
class _Centred:
    """A solid with a centre and three half sizes, which planes may cut."""

    centre: Point
    half: Point
    within: tuple[Plane, ...] = ()

    @property
    def bounds(self) -> tuple[Point, Point]:
        centre, half = np.array(self.centre), np.array(self.half)
        return tuple(centre - half), tuple(centre + half)

    def contains(self, where: Coordinates) -> Inside:
        scaled = [(w - c) / h for w, c, h in zip(where, self.centre, self.half, strict=True)]
        inside = self._uncut(*scaled)
        for plane in self.within:
            inside = inside & plane.contains(where)
        return inside

    def mirrored(self) -> Self:
        return replace(self, centre=_flip(self.centre), within=tuple(plane.mirrored() for plane in self.within))

    def cut(self, *planes: Plane) -> Self:
        """Return the part of it inside all the planes."""
        return replace(self, within=planes)

    @staticmethod
    def _uncut(x: npt.NDArray[np.float64], y: npt.NDArray[np.float64], z: npt.NDArray[np.float64]) -> Inside:
        raise NotImplementedError


class Ellipsoid(_Centred):
    """An ellipsoid with its axes along x, y and z."""

    @staticmethod
    def _uncut(x: npt.NDArray[np.float64], y: npt.NDArray[np.float64], z: npt.NDArray[np.float64]) -> Inside:
        return np.asarray(x**2 + y**2 + z**2 <= 1)


class Drum(_Centred):
    """An upright elliptic cylinder; its top does not belong to it, so that drums can be stacked."""

    @staticmethod
    def _uncut(x: npt.NDArray[np.float64], y: npt.NDArray[np.float64], z: npt.NDArray[np.float64]) -> Inside:
        return (x**2 + y**2 <= 1) & (z >= -1) & (z < 1)


class Box(_Centred):
    """A box with its edges along x, y and z."""

    @staticmethod
    def _uncut(x: npt.NDArray[np.float64], y: npt.NDArray[np.float64], z: npt.NDArray[np.float64]) -> Inside:
        return (np.abs(x) <= 1) & (np.abs(y) <= 1) & (np.abs(z) <= 1)


@dataclass(frozen=True)
class Tube:
    """Everything within a radius of a line from point to point."""

    radius: float
    points: tuple[Point, ...]

    @property
    def bounds(self) -> tuple[Point, Point]:
        """Lowest and highest corner of a box around it."""
        points = np.array(self.points)
        return tuple(points.min(axis=0) - self.radius), tuple(points.max(axis=0) + self.radius)

    def contains(self, where: Coordinates) -> Inside:
        """Whether each grid point lies in it."""
        points = np.array(self.points)
        distances = [_squared_distance(where, start, end) for start, end in pairwise(points)]
        return np.asarray(np.minimum.reduce(distances) <= self.radius**2)

    def mirrored(self) -> Self:
        """Return it on the other side of the plane x = 0."""
        return replace(self, points=tuple(_flip(point) for point in self.points))


def _flip(point: Point) -> Point:
    return (-point[0], point[1], point[2])


def _squared_distance(
    where: Coordinates, start: npt.NDArray[np.float64], end: npt.NDArray[np.float64]
) -> npt.NDArray[np.float64]:
    """Return the squared distance, mm2, of each grid point from the segment between two points."""
    along = end - start
    offsets = [w - s for w, s in zip(where, start, strict=True)]
    share = np.clip(sum(o * a for o, a in zip(offsets, along, strict=True)) / (along @ along), 0, 1)
    return np.asarray(sum((o - share * a) ** 2 for o, a in zip(offsets, along, strict=True)))
