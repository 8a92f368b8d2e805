"""How far a spine lies to the side of the straight line through its vertebrae."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from itertools import chain
from statistics import median
from typing import NamedTuple, Self

import numpy as np
import numpy.typing as npt

from segaudit.model.records import Vector

Array = npt.NDArray[np.float64]

MIN_VERTEBRAE = 5
"""With fewer vertebrae a spine counts as straight."""

END_VERTEBRAE = 4
"""The vertebrae of an end whose direction goes on beyond it."""

MAX_SLOPE = 0.5
"""The steepest direction that does: 27 degrees, more than half of the angle of a severe scoliosis."""


class Curve(NamedTuple):
    """The offsets of a spine to the right of a line, reference mm, by depth along it."""

    depths: Array
    """Ascending."""
    offsets: Array

    @classmethod
    def of(cls, depths: Array, offsets: Array) -> Self:
        """Return the curve of vertebrae: the median of each with its neighbours, so that a single one has no effect."""
        if len(depths) < MIN_VERTEBRAE or not np.isfinite(offsets).all():
            return cls(depths, np.zeros_like(depths))
        padded = np.concatenate([offsets[:1], offsets, offsets[-1:]])
        smooth = medians(np.array([padded[:-2], padded[1:-1], padded[2:]]))
        return cls(depths, smooth)

    def at(self, depths: Array) -> Array:
        """Return the offsets at some depths; beyond its ends the curve goes on as it ends."""
        inside = np.interp(depths, self.depths, self.offsets)
        before = np.minimum(depths - self.depths[0], 0.0) * self._slope(slice(None, END_VERTEBRAE))
        after = np.maximum(depths - self.depths[-1], 0.0) * self._slope(slice(-END_VERTEBRAE, None))
        offsets: Array = inside + before + after
        return offsets

    def _slope(self, end: slice) -> float:
        """Return the median slope of neighbouring vertebrae of an end."""
        slopes: list[float] = (np.diff(self.offsets[end]) / np.diff(self.depths[end])).tolist()
        return min(max(median(slopes), -MAX_SLOPE), MAX_SLOPE)


def stacked(vectors: Iterable[Vector]) -> Array:
    """Return vectors as the rows of an array (n x 3), in a third of the time that numpy takes of tuples."""
    return np.fromiter(chain.from_iterable(vectors), np.float64).reshape(-1, 3)


def medians(rows: Array) -> Array:
    """Return the median of each column, NaN if a value is NaN: like ``np.median``, in a fifth of the time."""
    ordered = np.sort(rows, axis=0)  # NaN comes last
    half = len(rows) // 2
    middle = ordered[half] if len(rows) % 2 else (ordered[half - 1] + ordered[half]) / 2
    return np.where(np.isnan(ordered[-1]), np.nan, middle)


@cache  # slower than everything that is computed from it
def pairs(count: int) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.intp]]:
    """Return the indices of the first and of the second member of each pair."""
    one, other = np.triu_indices(count, 1)
    return one, other
