"""A rectangle of the picture that shows a part of a slice, true to length."""

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
"""Red, green and blue by row and column, or what share of each pixel is covered."""

FINE = 3
"""Outlines are drawn on pixels this many times finer, and then averaged."""

_HALF = 128

_MARGIN = 0.2
"""A place is no nearer to an end of its pane than this share of the pane's length."""


@dataclass(frozen=True, slots=True)
class Pane:
    """Which part of a plane is shown at how many pixels."""

    spacing: tuple[float, float]
    """Millimetres from column to column and from row to row of the slice."""
    corner: tuple[float, float]
    """Where in the slice the top left corner lies, mm along columns and rows."""
    scale: float
    """Millimetres a pixel."""
    width: int
    height: int

    @classmethod
    def of(cls, frame: Frame, plane: Plane, size: tuple[int, int], scale: float, places: Sequence[Point] = ()) -> Pane:
        """Return the pane around the last of some places in a slice, or around the middle of the slice.

        It shows as little as possible of what lies beyond the grid, and the first place is well inside.
        """
        axes = (plane.column, plane.row)
        left, top = (
            _corner([place[number] for place in places], size[number] * scale, frame.extent[axis])
            for number, axis in enumerate(axes)
        )
        return cls((frame.spacing[axes[0]], frame.spacing[axes[1]]), (left, top), scale, *size)

    def pixel(self, place: Point) -> Point:
        """Return where a place of the slice, mm along columns and rows, is shown."""
        x, y = ((mm - corner) / self.scale for mm, corner in zip(place, self.corner, strict=True))
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
        """Return how much of each pixel the inner edge of a mask covers; width in fine pixels."""
        cover = np.zeros((self.height, self.width), np.float32)
        rows, columns = self._around(mask)
        part = self._part(rows, columns)
        if part.width and part.height:
            smooth = part.resampled((mask > 0) * 255, Resampling.BILINEAR, FINE) >= _HALF
            cover[rows, columns] = _coverage(smooth & ~_eroded(smooth, width))
        return cover

    def borders(self, labels: Slice) -> Pixels:
        """Return how much of each pixel the borders between labels cover."""
        near = self.resampled(labels, Resampling.NEAREST, FINE)
        edge = np.zeros(near.shape, np.bool_)
        edge[:-1] |= near[:-1] != near[1:]
        edge[:, :-1] |= near[:, :-1] != near[:, 1:]
        return _coverage(edge)

    def _around(self, mask: Slice) -> tuple[slice, slice]:
        """Return the rows and columns of pixels on which a mask can be seen, with a pixel or more around it."""
        (column, row), (left, top) = self.spacing, self.corner
        rows, columns = _box(mask)
        return (
            slice(*self._pixels(rows, row, top, self.height)),
            slice(*self._pixels(columns, column, left, self.width)),
        )

    def _pixels(self, voxels: slice, spacing: float, corner: float, size: int) -> tuple[int, int]:
        """Return the first pixel, and that behind the last, of voxels along one axis and of a voxel on each side."""
        ends = ((voxels.start - 1) * spacing - corner, (voxels.stop + 1) * spacing - corner)
        first, last = math.floor(ends[0] / self.scale) - 1, math.ceil(ends[1] / self.scale) + 1
        return min(max(first, 0), size), min(max(last, 0), size)

    def _part(self, rows: slice, columns: slice) -> Pane:
        """Return the pane of some of the pixels."""
        corner = (self.corner[0] + columns.start * self.scale, self.corner[1] + rows.start * self.scale)
        return replace(self, corner=corner, width=columns.stop - columns.start, height=rows.stop - rows.start)


def blend(pixels: Pixels, cover: Pixels, colour: Colour) -> Pixels:
    """Return the pixels with a colour laid over them."""
    blended, box = pixels.copy(), _box(cover)
    blended[box] += (np.array(colour, np.float32) - blended[box]) * cover[box][..., None]
    return blended


def _coverage(fine: NDArray[np.bool_]) -> Pixels:
    """Return the share of each pixel that its fine pixels cover."""
    cover = Image.fromarray(fine.view(np.uint8) * np.uint8(255)).reduce(FINE)
    return np.asarray(cover, np.float32) / np.float32(255)


def _box(pixels: Slice) -> tuple[slice, slice]:
    """Return the rows and columns that hold all that is not 0; empty slices where nothing is."""
    rows, columns = (np.flatnonzero(pixels.any(axis=axis)) for axis in (1, 0))
    return slice(*_ends(rows)), slice(*_ends(columns))


def _ends(indices: NDArray[np.int64]) -> tuple[int, int]:
    return (int(indices[0]), int(indices[-1]) + 1) if indices.size else (0, 0)


def _eroded(mask: NDArray[np.bool_], reach: int) -> NDArray[np.bool_]:
    """Return where a mask fills the square that reaches so far to each side; it goes on beyond the edges."""
    beyond = np.pad(mask, reach, constant_values=True)
    return _filled(_filled(beyond, 2 * reach + 1).T, 2 * reach + 1).T


def _filled(mask: NDArray[np.bool_], length: int) -> NDArray[np.bool_]:
    """Return where a row and those below it, so many in all, are the mask's."""
    known = 1
    while known < length:
        step = min(known, length - known)
        mask = mask[:-step] & mask[step:]
        known += step
    return mask


def _corner(places: Sequence[float], length: float, extent: float) -> float:
    """Return where a pane of this length begins along one axis."""
    if extent <= length or not places:
        corner = (extent - length) / 2
    else:
        corner = min(max(places[-1] - length / 2, 0.0), extent - length)
    for place in places[:1]:
        corner = min(max(corner, place - (1 - _MARGIN) * length), place - _MARGIN * length)
    return corner
