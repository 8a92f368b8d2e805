"""How much of a mask's surface lies inside of other masks: in its place, and where it would be moved to.

Masks meet and hardly overlap. One that was moved by itself overlaps those on one side of it, and no more when it is
moved back: that says where it belongs without a look at the CT.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from segaudit.measure.case_runs import Offsets, Spans, strides
from segaudit.measure.grid import Shape


def covered(at: Offsets, others: Sequence[Spans], shape: Shape) -> float:
    """Return the share of voxels that lie in any of some masks.

    Args:
        at: the voxels' i, j, k in the grid, 3 x n.
        others: the runs of each mask.
        shape: that of the grid.
    """
    line = np.asarray(strides(shape)) @ at
    inside = np.zeros(line.size, np.bool_)
    for runs in others:
        if line.size and runs.starts.size and runs.starts[0] <= line.max() and runs.stops[-1] > line.min():
            inside |= _within(line, runs)
    return float(inside.mean()) if line.size else 0.0


def _within(line: Offsets, runs: Spans) -> NDArray[np.bool_]:
    """Return which places on the line lie in a mask."""
    before = np.searchsorted(runs.starts, line, side="right") - 1
    return np.asarray((before >= 0) & (line < runs.stops[before]))
