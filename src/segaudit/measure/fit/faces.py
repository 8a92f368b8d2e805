"""Faces of masks: voxels inside whose neighbour along an axis is outside, a bounded number of each mask's sides."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from segaudit.measure.case_runs import Offsets, Spans, strides
from segaudit.measure.grid import Shape
from segaudit.model.records import AXES

FACES = 120
"""Faces that are kept of each side of a mask along each axis, at most."""

RUNS = 900
"""Runs of a mask among which faces along j and k are looked for, about: of more, only every n-th row or plane."""

_END = np.iinfo(np.int64).max


@dataclass(frozen=True, slots=True)
class Faces:
    """Faces of several masks on a grid; all arrays have one entry for each face."""

    at: Offsets
    """The voxels inside, 3 x n."""
    axis: Offsets
    """0 to 2: across which axis the face lies."""
    side: Offsets
    """-1 where the neighbour with the lower index is outside, 1 where it is the other one."""
    owner: Offsets
    """The mask's place among those given."""

    def __getitem__(self, chosen: NDArray[Any]) -> Self:
        """Return some of the faces."""
        return type(self)(self.at[:, chosen], self.axis[chosen], self.side[chosen], self.owner[chosen])

    @property
    def size(self) -> int:
        """How many there are."""
        return int(self.owner.size)

    def moved(self, moves: Offsets, shape: Shape) -> Self:
        """Return the faces that are in the grid after each mask was moved by its row of ``moves`` (masks x 3)."""
        at = self.at + moves.T[:, self.owner]
        return type(self)(at, self.axis, self.side, self.owner)[inside(at, shape)]

    def turned(self, order: Sequence[int], reversed_axes: Sequence[int], shape: Shape) -> Self:
        """Return the faces as if the masks' axes were taken in another order, and some then reversed in the grid."""
        at, axis, side = self.at[list(order)], np.argsort(order)[self.axis], self.side.copy()
        for each in reversed_axes:
            at[each] = shape[each] - 1 - at[each]
            side[axis == each] *= -1
        return type(self)(at, axis, side, self.owner)[inside(at, shape)]

    def thinned(self, wanted: int) -> Self:
        """Return at most about so many faces of each side of each mask."""
        key = (self.owner * AXES + self.axis) * 2 + (self.side > 0)
        order = np.argsort(key, kind="stable")
        counts = np.bincount(key)
        rank = np.arange(key.size) - (np.cumsum(counts) - counts)[key[order]]
        step = np.maximum(1, counts // wanted)[key[order]]
        return self[np.sort(order[rank % step == step // 2])]


def inside(at: Offsets, shape: Shape) -> NDArray[np.bool_]:
    """Return which voxels lie in a grid."""
    return np.asarray(((at >= 0) & (at < np.array(shape)[:, None])).all(axis=0))


def faces_of(parts: Sequence[Spans], shape: Shape, wanted: int = FACES) -> Faces:
    """Return faces of masks, evenly taken from all that a mask has on a side; those at the grid's ends are none.

    Faces along i are the ends of runs; along j and k they are what a row's runs have and those beside it have not.

    Args:
        parts: the runs of each mask.
        shape: that of the grid.
        wanted: faces of each side, at most.
    """
    along = [_Runs.of(parts, shape, axis) for axis in range(AXES)]
    found = [_along(runs, shape, axis, side, wanted) for axis, runs in enumerate(along) for side in (-1, 1)]
    line, owner = np.concatenate(found, axis=1)
    axis, side = (np.repeat(each, [part.shape[1] for part in found]) for each in ([0, 0, 1, 1, 2, 2], [-1, 1] * 3))
    return Faces(_voxels(line, shape), axis, side, owner)


def _along(runs: _Runs, shape: Shape, axis: int, side: int, wanted: int) -> Offsets:
    """Return where the faces on one side lie on the line, and their owners, 2 x n."""
    starts, lengths, owner = runs.ends(side) if axis == 0 else runs.uncovered(side * strides(shape)[axis])
    position = _along_axis(starts, shape, axis) + side
    inside = np.flatnonzero((position >= 0) & (position < shape[axis]))
    return _spread(starts[inside], lengths[inside], owner[inside], runs.masks, wanted)


@dataclass(frozen=True, slots=True)
class _Runs:
    """Runs of several masks, each on a line of its own."""

    starts: Offsets
    stops: Offsets
    owner: Offsets
    length: int
    """Voxels of a mask's line."""
    masks: int

    @classmethod
    def of(cls, parts: Sequence[Spans], shape: Shape, axis: int) -> Self:
        """Return the runs among which faces along an axis are looked for."""
        length = strides(shape)[2] * (shape[2] + 2)
        kept = [_thinned(part, shape, axis) for part in parts]
        owner = np.repeat(np.arange(len(parts)), [starts.size for starts, _ in kept])
        starts, stops = np.concatenate([np.zeros((2, 0), np.int64), *kept], axis=1)
        return cls(starts, stops, owner, length, len(parts))

    def ends(self, side: int) -> tuple[Offsets, Offsets, Offsets]:
        """Return the first or the last voxel of each run, as ``uncovered`` does."""
        return self.starts if side < 0 else self.stops - 1, np.ones_like(self.owner), self.owner

    def uncovered(self, stride: int) -> tuple[Offsets, Offsets, Offsets]:
        """Return what of each run has none of its mask's voxels so far from it, but for gaps behind the second run.

        Returns:
            The first voxel, the number of voxels, and the owner of each part, in order of their owners.
        """
        own = self.owner * self.length  # so that the line of each mask follows the one before
        starts, stops = self.starts + own, self.stops + own
        begins, ends = (np.append(line - stride, [_END, _END]) for line in (starts, stops))
        met = np.searchsorted(ends, starts, side="right")
        before, behind = np.flatnonzero(begins[met] > starts), np.flatnonzero(ends[met] < stops)
        run, after = np.concatenate([before, behind]), np.concatenate([met[before], met[behind] + 1])
        order = np.argsort(self.owner[run], kind="stable")
        run, first = run[order], np.concatenate([starts[before], ends[met[behind]]])[order]
        return first - own[run], np.minimum(begins[after[order]], stops[run]) - first, self.owner[run]


def _thinned(part: Spans, shape: Shape, axis: int) -> tuple[Offsets, Offsets]:
    """Return where runs start and stop: those of every n-th plane, or row, that neighbours along an axis lie in."""
    step = part.starts.size // RUNS
    if axis == 0 or step < 2:  # noqa: PLR2004 (every one)
        return part.starts, part.stops
    _, row, plane = strides(shape)
    across = part.starts // plane if axis == 1 else part.starts % plane // row
    kept = np.flatnonzero(across % step == step // 2)
    return part.starts[kept], part.stops[kept]


def _spread(starts: Offsets, lengths: Offsets, owner: Offsets, masks: int, wanted: int) -> Offsets:
    """Return voxels of runs, evenly spread over all that an owner has, at most ``wanted`` each, and their owners."""
    ends = np.append(0, np.cumsum(lengths))
    begins = ends[np.searchsorted(owner, np.arange(masks + 1))]
    have = np.diff(begins)
    taken = np.minimum(have, wanted)
    who = np.repeat(np.arange(masks), taken)
    rank = np.arange(who.size) - (np.cumsum(taken) - taken)[who]
    voxel = begins[who] + ((2 * rank + 1) * have[who]) // (2 * taken[who])
    run = np.searchsorted(ends, voxel, side="right") - 1
    return np.array([starts[run] + voxel - ends[run], who], np.int64).reshape(2, -1)


def _voxels(line: Offsets, shape: Shape) -> Offsets:
    """Return i, j, k of places on the line, 3 x n."""
    return np.array([_along_axis(line, shape, axis) for axis in range(AXES)])


def _along_axis(line: Offsets, shape: Shape, axis: int) -> Offsets:
    """Return i, j or k of places on the line."""
    _, row, plane = strides(shape)
    return np.asarray(line // plane if axis == 2 else line % plane // row if axis else line % row)  # noqa: PLR2004
