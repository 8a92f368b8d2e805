"""The intensities of what is evenly dense: air, fat, muscle and parenchyma, but neither lung nor bone nor any edge."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from segaudit.measure.distribution import distribution_of
from segaudit.measure.slice_cells import Cells
from segaudit.model import Histogram

_EVENEST = 0.2
"""Share of the cells, with the least range of intensities, that show the noise of what is even."""
_MARGIN = 1.25
"""How many times their range an even cell has at most."""
_SIDE_CELLS = 30
"""Cells along rows and columns that are looked at, about."""
_MIN_CELLS = 200
_MIN_SHARE = 0.05
"""Share of the cells that either half of the intensities needs to have a say in how much noise there is."""


def even_tissue(cells: Cells) -> Histogram | None:
    """Count the means of cells whose voxels differ by little more than noise; None where there are few cells."""
    thin = (slice(None), *(slice(None, None, -(-length // _SIDE_CELLS) or 1) for length in cells.mean.shape[1:]))
    mean, ranges = cells.mean[thin], np.subtract(cells.high[thin], cells.low[thin], dtype=np.float32)
    live = np.isfinite(ranges) & (ranges > 0)
    ranges, mean = ranges[live], mean[live]
    if mean.size < _MIN_CELLS:
        return None
    limit = _MARGIN * max(np.quantile(part, _EVENEST) for part in _halves(ranges, mean))
    known = distribution_of(mean[ranges <= limit])
    return known.histogram() if known else None


def _halves(ranges: NDArray[np.float32], mean: NDArray[np.float32]) -> Iterator[NDArray[np.float32]]:
    """Yield the ranges of dark and of bright cells: air, of which there is much, has less noise than tissue."""
    middle = np.quantile(mean, (0.01, 0.99)).mean()
    for part in (ranges[mean < middle], ranges[mean >= middle]):
        if part.size >= _MIN_SHARE * ranges.size:
            yield part
