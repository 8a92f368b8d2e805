"""A rectangle of the picture that shows a part of a slice to scale."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from PIL.Image import Resampling

from segaudit.pictures.frame import Frame, Plane, Slice
from segaudit.pictures.pen import Colour, Point

Pixels: TypeAlias = NDArray[np.float32]
"""Red, green and blue by row and column, or the covered share of each pixel."""

FINE_FACTOR = 3
"""Outlines are drawn on pixels this many times finer, and then averaged."""

_HALF = 128

_MIN_MARGIN_RATIO = 0.2
"""The least distance of a point from an end of its pane, as a share of the pane's length."""


@dataclass(frozen=True, slots=True)
class Pane:
    """The part of a plane that is shown, and its size in pixels."""

    spacing: tuple[float, float]
    """Millimetres from column to column and from row to row of the slice."""
    corner: tuple[float, float]
    """The top left corner, mm along columns and rows of the slice."""
    scale: float
    """Millimetres per pixel."""
    width: int
    height: int

    @classmethod
    def of(cls, frame: Frame, plane: Plane, size: tuple[int, int], scale: float, points: Sequence[Point] = ()) -> Pane:
        """Return the pane around the last of some points in a slice, or around the middle of the slice.

        It shows as little as possible beyond the grid, and the first point is well inside.
        """
        axes = (plane.column, plane.row)
        left, top = (
            _corner([point[number] for point in points], size[number] * scale, frame.extent[axis])
            for number, axis in enumerate(axes)
        )
        return cls((frame.spacing[axes[0]], frame.spacing[axes[1]]), (left, top), scale, *size)

    def pixel(self, point: Point) -> Point:
        """Return the pixel of a point of the slice, mm along columns and rows."""
        x, y = ((mm - corner) / self.scale for mm, corner in zip(point, self.corner, strict=True))
        return x, y

    def resampled(self, values: Slice, method: Resampling, fine: int = 1) -> NDArray[np.uint8]:
        """Return a slice of bytes at the pixels of the pane; 0 beyond the slice."""
        image = Image.fromarray(np.ascontiguousarray(values, np.uint8))
        (column, row), (left, top), step = self.spacing, self.corner, self.scale / fine
        affine = (step / column, 0, left / column, 0, step / row, top / row)
        size = (self.width * fine, self.height * fine)
        return np.asarray(image.transform(size, Image.Transform.AFFINE, affine, method))

    def grey(self, values: Slice) -> Pixels:
        """Return a slice of grey values, interpolated, in three channels."""
        grey = self.resampled(values, Resampling.BILINEAR)
        return np.repeat(grey[..., None], 3, axis=2).astype(np.float32)

    def outline(self, mask: Slice, width: int) -> Pixels:
        """Return the share of each pixel that the inner edge of a mask covers; width in fine pixels."""
        cover = np.zeros((self.height, self.width), np.float32)
        rows, columns = self._around(mask)
        part = self._part(rows, columns)
        if part.width and part.height:
            smooth = part.resampled((mask > 0) * 255, Resampling.BILINEAR, FINE_FACTOR) >= _HALF
            cover[rows, columns] = _coverage(smooth & ~_eroded(smooth, width))
        return cover

    def borders(self, labels: Slice) -> Pixels:
        """Return the share of each pixel that the borders between labels cover."""
        near = self.resampled(labels, Resampling.NEAREST, FINE_FACTOR)
        edge = np.zeros(near.shape, np.bool_)
        edge[:-1] |= near[:-1] != near[1:]
        edge[:, :-1] |= near[:, :-1] != near[:, 1:]
        return _coverage(edge)

    def _around(self, mask: Slice) -> tuple[slice, slice]:
        """Return the rows and columns of pixels that show a mask, with a pixel or more around it."""
        (column, row), (left, top) = self.spacing, self.corner
        rows, columns = _box(mask)
        return (
            slice(*self._pixels(rows, row, top, self.height)),
            slice(*self._pixels(columns, column, left, self.width)),
        )

    def _pixels(self, voxels: slice, spacing: float, corner: float, size: int) -> tuple[int, int]:
        """Return the range of pixels of a range of voxels along one axis, with a voxel more on each side."""
        ends = ((voxels.start - 1) * spacing - corner, (voxels.stop + 1) * spacing - corner)
        first, last = math.floor(ends[0] / self.scale) - 1, math.ceil(ends[1] / self.scale) + 1
        return min(max(first, 0), size), min(max(last, 0), size)

    def _part(self, rows: slice, columns: slice) -> Pane:
        """Return the pane of a part of the pixels."""
        corner = (self.corner[0] + columns.start * self.scale, self.corner[1] + rows.start * self.scale)
        return replace(self, corner=corner, width=columns.stop - columns.start, height=rows.stop - rows.start)


def blend(pixels: Pixels, cover: Pixels, colour: Colour) -> Pixels:
    """Return the pixels with a colour laid over them."""
    blended, box = pixels.copy(), _box(cover)
    blended[box] += (np.array(colour, np.float32) - blended[box]) * cover[box][..., None]
    return blended


def _coverage(fine: NDArray[np.bool_]) -> Pixels:
    """Return the share of each pixel that its fine pixels cover."""
    cover = Image.fromarray(fine.view(np.uint8) * np.uint8(255)).reduce(FINE_FACTOR)
    return np.asarray(cover, np.float32) / np.float32(255)


def _box(pixels: Slice) -> tuple[slice, slice]:
    """Return the rows and columns of the box around non-zero pixels; empty slices if there are none."""
    rows, columns = (np.flatnonzero(pixels.any(axis=axis)) for axis in (1, 0))
    return slice(*_ends(rows)), slice(*_ends(columns))


def _ends(indices: NDArray[np.int64]) -> tuple[int, int]:
    return (int(indices[0]), int(indices[-1]) + 1) if indices.size else (0, 0)


def _eroded(mask: NDArray[np.bool_], reach: int) -> NDArray[np.bool_]:
    """Return where a mask fills the square that extends ``reach`` pixels to each side; edges are extended."""
    beyond = np.pad(mask, reach, constant_values=True)
    return _filled(_filled(beyond, 2 * reach + 1).T, 2 * reach + 1).T


def _filled(mask: NDArray[np.bool_], length: int) -> NDArray[np.bool_]:
    """Return where ``length`` rows in a column, from this one on, are in the mask."""
    known = 1
    while known < length:
        step = min(known, length - known)
        mask = mask[:-step] & mask[step:]
        known += step
    return mask


def _corner(points: Sequence[float], length: float, extent: float) -> float:
    """Return the start of a pane of this length along one axis."""
    if extent <= length or not points:
        corner = (extent - length) / 2
    else:
        corner = min(max(points[-1] - length / 2, 0.0), extent - length)
    for point in points[:1]:
        corner = min(max(corner, point - (1 - _MIN_MARGIN_RATIO) * length), point - _MIN_MARGIN_RATIO * length)
    return corner
