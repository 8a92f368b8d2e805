"""What each slice of a CT shows, and how it differs from the next one."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from segaudit.measure.slice_cells import Cells, Grid
from segaudit.measure.slice_orders import chained
from segaudit.model import Slices

SHOWN_HU = (-1000, 400)
"""Values beyond are those of the noise in air, of metal and of dense bone, whose edges would outweigh all anatomy."""
_BODY_HU = -500
_NOISE_HU = 40
"""Standard deviation of air with noise; a slice that shows a body has some hundreds."""
_PADDING_IS_STILL = 0.999
"""Share of the samples that are padding, or not, in one slice as in the next, from which it does not move."""
_MIN_CELLS = 30
"""Cells that quartiles are taken of."""
_SIDE_PARTS = 4
"""Parts along rows and columns whose changes are kept apart."""
_SIDE_CELLS = 25
"""Cells along rows and columns that are looked at where slices are compared, about."""


def slices_of(cells: Cells, digests: bytes = b"") -> Slices:
    """Describe the slices of a CT.

    Args:
        cells: what is in them.
        digests: 8 bytes for each slice; without them, the cells are what has one.
    """
    even, shown = cells.even, cells.mean.clip(*SHOWN_HU)
    thin = (slice(None), *(slice(None, None, -(-length // _SIDE_CELLS) or 1) for length in even.shape[1:]))
    blank = _blank(cells, even)
    changes, bottlenecks, orders = chained(shown[thin].reshape(len(shown), -1), np.isnan(blank))
    return Slices(
        axis=cells.axis,
        digests=digests or cells.digests,
        std=packed(cells.mean[thin].std(axis=(1, 2))),
        body=packed(((cells.mean[thin] > _BODY_HU) & ~even[thin]).mean(axis=(1, 2))),
        blank=packed(blank),
        even=packed(even.mean(axis=(1, 2))),
        unlikeness=packed(_unlikeness(cells.sample.clip(*SHOWN_HU).astype(np.float32), _padded(cells, even))),
        changes=packed(changes),
        bottlenecks=packed(bottlenecks),
        shifts=packed(_shifts(cells.mean[thin], ~even[thin])),
        roughness=packed(_roughness(shown)),
        parts=packed(_parts(shown)),
        further=packed(_further(shown[thin])),
        orders=orders,
    )


def packed(values: NDArray[Any]) -> bytes:
    """Return numbers as little-endian float32."""
    return np.asarray(values).astype("<f4").tobytes()


def _blank(cells: Cells, even: NDArray[np.bool_]) -> Grid:
    """Return the one value of each slice that has no other; NaN of one that shows something."""
    low, high = cells.low.min(axis=(1, 2)), cells.high.max(axis=(1, 2))
    return np.where(even.all(axis=(1, 2)) & (low == high), low, np.float32(np.nan))


def _padded(cells: Cells, even: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Return the samples that have the value of most even cells: padding, and air that was clipped."""
    if not even.any():
        return even
    values, counts = np.unique(cells.low[even], return_counts=True)
    return np.asarray(cells.sample == values[counts.argmax()])


def _unlikeness(shown: Grid, padded: NDArray[np.bool_]) -> Grid:
    """Return 1 minus the correlation of neighbours; 0 where one of them shows nothing but a constant or noise.

    Samples that are padding in one of the two only are left out: the edge of padding moves in steps.
    """
    rows = shown.reshape(len(shown), -1)
    weights = (padded[1:] == padded[:-1]).reshape(-1, rows.shape[1]).astype(np.float32)
    if weights.size and weights.mean() > _PADDING_IS_STILL:
        weights = np.ones((1, rows.shape[1]), np.float32)
    scale = np.maximum(weights.sum(axis=1), 1)
    one, other = (part - ((part * weights).sum(axis=1) / scale)[:, None] for part in (rows[:-1], rows[1:]))
    spread = np.sqrt([(part * part * weights).sum(axis=1) / scale for part in (one, other)])
    shared = (one * other * weights).sum(axis=1) / scale / spread.prod(axis=0)
    return np.where(spread.min(axis=0) > _NOISE_HU, 1 - shared, np.float32(0))


def _shifts(mean: Grid, live: NDArray[np.bool_]) -> Grid:
    """Return the quartiles of how much each slice's cells rise to the next, n - 1 x 3."""
    rises, both = np.diff(mean, axis=0), live[1:] & live[:-1]
    return np.array([_quartiles(rise[seen]) for rise, seen in zip(rises, both, strict=True)], np.float32).reshape(-1, 3)


def _quartiles(values: Grid) -> Grid:
    """Return the values at a quarter, half and three quarters of the ranks; 0 of few."""
    if values.size < _MIN_CELLS:
        return np.zeros(3, np.float32)
    ranks = [values.size // 4, values.size // 2, 3 * values.size // 4]
    return np.asarray(np.partition(values, ranks)[ranks])


def _roughness(shown: Grid) -> Grid:
    """Return the mean difference of neighbouring cells within each slice."""
    down, across = (np.abs(np.diff(shown, axis=axis)).sum(axis=(1, 2)) for axis in (1, 2))
    rows, columns = shown.shape[1:]
    return np.asarray((down + across) / max((rows - 1) * columns + rows * (columns - 1), 1), np.float32)


def _parts(shown: Grid) -> Grid:
    """Return the mean difference of each slice's parts, of which there are 4 x 4, from those of the next one."""
    changes = np.abs(np.diff(shown, axis=0))
    rows = np.array_split(changes, _SIDE_PARTS, axis=1)
    parts = [part for row in rows for part in np.array_split(row, _SIDE_PARTS, axis=2)]
    return np.stack([part.sum(axis=(1, 2)) / max(part[:1].size, 1) for part in parts], axis=1)


def _further(shown: Grid) -> Grid:
    """Return the root mean square difference of each slice from the next but one."""
    changes = shown[2:] - shown[:-2]
    return np.asarray(np.sqrt(np.square(changes).mean(axis=(1, 2))))
