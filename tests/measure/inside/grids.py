"""Masks on small grids, measured together."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from hypothesis import strategies as st
from numpy.typing import NDArray

from segaudit.measure.inside.batch import Structured, structured
from segaudit.measure.mask_runs import Foreground, joined

Grid = NDArray[np.bool_]


@st.composite
def grids(draw: st.DrawFn, longest: int = 8) -> list[Grid]:
    """Draw a few masks on one grid, none of them empty: specks, sponges, full boxes."""
    shape = draw(st.tuples(*[st.integers(1, longest)] * 3))
    rng = np.random.default_rng(draw(st.integers(0, 2**32)))
    densities = draw(st.lists(st.sampled_from((0.1, 0.5, 0.8, 0.95)), min_size=1, max_size=4))
    masks = [rng.random(shape) < density for density in densities]
    return [mask if mask.any() else np.ones(shape, np.bool_) for mask in masks]


def foreground_of(grid: Grid) -> Foreground:
    """Return the runs of a grid."""
    flat = np.flatnonzero(grid.ravel("F")).astype(np.int32)
    return Foreground(grid.shape, *joined(flat, np.ones_like(flat)))


def measured(masks: Sequence[Grid], spacing: tuple[float, ...] = (1.0, 1.0, 1.0)) -> list[Structured]:
    """Return what masks consist of and enclose."""
    return list(structured([foreground_of(mask) for mask in masks], [spacing] * len(masks)))
