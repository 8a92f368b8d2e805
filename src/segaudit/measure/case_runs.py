"""Runs of several masks on one line.

On this line the rows of a grid follow each other with a gap of one voxel. Neither a run nor the intersection of two
runs thus continues from one row into the next, and a neighbour along an axis is at a fixed distance.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Self, TypeAlias

import numpy as np
from numpy.typing import NDArray

from segaudit.measure.grid import Shape
from segaudit.measure.mask_runs import Foreground

Offsets: TypeAlias = NDArray[np.int64]


def strides(shape: Shape) -> tuple[int, int, int]:
    """Return the distance on the line between neighbours along i, j, k."""
    return 1, shape[0] + 1, (shape[0] + 1) * (shape[1] + 1)


@dataclass(frozen=True, slots=True)
class Spans:
    """Spans of the line, each with the index of a mask, in order of their starts."""

    starts: Offsets
    stops: Offsets
    mask_index: Offsets

    @classmethod
    def of(cls, foreground: Foreground, number: int) -> Self:
        """Return the runs of a mask."""
        rows = foreground.rows
        _, row, plane = strides(foreground.shape)
        starts = rows.i + row * rows.j.astype(np.int64) + plane * rows.k.astype(np.int64)
        return cls(starts, starts + rows.length, np.full(starts.size, number))

    @classmethod
    def joined(cls, parts: Iterable[Spans]) -> Self:
        """Return the spans of all parts."""
        none = np.zeros((3, 0), np.int64)
        joined = np.concatenate([none, *((part.starts, part.stops, part.mask_index) for part in parts)], axis=1)
        return cls(*joined[:, np.argsort(joined[0], kind="stable")])  # a stable sort merges sorted sequences

    def __getitem__(self, chosen: NDArray[np.bool_] | Offsets | slice) -> Self:
        """Return some of the spans."""
        return type(self)(self.starts[chosen], self.stops[chosen], self.mask_index[chosen])

    @property
    def lengths(self) -> Offsets:
        """Voxels of each span."""
        return self.stops - self.starts


class CaseRuns:
    """The runs of a case's masks, kept until all masks have been read."""

    def __init__(self, most: int) -> None:
        """Take the largest number of runs to keep."""
        self._masks: list[Spans] = []
        self._compared: list[Spans] = []
        self._runs, self._most = 0, most

    def add(self, number: int, foreground: Foreground, *, compared: bool = True) -> None:
        """Add a mask with its index, and whether it is compared with others; all have grids of the same shape."""
        self._runs += foreground.rows.i.size
        if self.counted:
            self._masks.append(Spans.of(foreground, number))
            self._compared += self._masks[-1:] if compared else []
        else:
            self._masks.clear()
            self._compared.clear()

    @property
    def counted(self) -> bool:
        """Whether there are few enough runs to keep."""
        return self._runs <= self._most

    @property
    def masks(self) -> tuple[Spans, ...]:
        """The runs of each mask; none where there are too many."""
        return tuple(self._masks)

    @property
    def compared(self) -> Spans:
        """The runs of all masks that are compared with each other; none if there are too many."""
        return Spans.joined(self._compared)
