"""Split a label map, the one file with all masks of a case, into masks in one pass over its bytes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from segaudit.measure import grid
from segaudit.measure.inflate import Stream
from segaudit.measure.mask import Content, Values, pieces, spot_of
from segaudit.measure.mask_runs import Foreground, Integers, joined
from segaudit.measure.run_finder import nonzero_runs
from segaudit.measure.voxels import Voxels
from segaudit.model import Header, Spot


@dataclass(frozen=True, slots=True)
class Labelled:
    """The voxels of each known value."""

    shape: grid.Shape
    runs: dict[int, list[Integers]]
    """By value, in parts: arrays of starts and lengths, ascending."""
    strange: Values
    """All other values; their voxels are not kept."""
    first: Integers
    """Flat index of the first voxel with an unknown value, if there is one."""

    def spot(self, header: Header) -> Spot | None:
        """Return the location of the first voxel with an unknown value."""
        for index in self.first.tolist():
            i, j, k = (float(axis) for axis in np.unravel_index(index, self.shape, order="F"))
            return spot_of((i, j, k), grid.matrix(header.affine))
        return None

    def content(self, values: Sequence[int]) -> Content:
        """Return the mask of a structure: the voxels that have one of its values."""
        parts = [part for value in values for part in self.runs.get(value, ())]
        starts, lengths = np.concatenate([np.zeros((2, 0), np.int32), *parts], axis=1)
        order = np.argsort(starts, kind="stable")
        foreground = Foreground(self.shape, *joined(starts[order], lengths[order]))
        return foreground, Values({1.0: foreground.voxels} if foreground.voxels else {})


def read_labels(stream: Stream, header: Header, known: frozenset[int]) -> Labelled:
    """Read the voxels from the stream and keep the runs of each value in ``known``, which is not empty.

    Raises:
        DamageError: the stream ends early or is damaged.
    """
    values, strange, first = np.array(sorted(known)), Values(), np.zeros(0, np.int32)
    runs: dict[int, list[Integers]] = defaultdict(list)
    for starts, lengths, value in nonzero_runs(pieces(stream, header)):
        place = np.minimum(np.searchsorted(values, value), values.size - 1)
        here = values[place] == value
        strange.add(value[~here], lengths[~here])
        first = np.append(first, starts[~here][:1])[:1]
        for number, part in _parted(place[here], np.stack([starts[here], lengths[here]])):
            runs[int(values[number])].append(part)
    return Labelled(grid.three_axes(header.shape), runs, strange, first)


def _parted(numbers: NDArray[np.int64], runs: Voxels) -> Iterator[tuple[int, Integers]]:
    """Yield each number with its runs, in their order."""
    order = np.argsort(numbers, kind="stable")
    distinct, first = np.unique(numbers[order], return_index=True)
    parts = np.split(runs[:, order], first[1:], axis=1)
    yield from zip(distinct.tolist(), parts, strict=False)  # without numbers, numpy returns one empty part
