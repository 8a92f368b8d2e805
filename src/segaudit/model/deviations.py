"""How far values are from those of the other cases, in robust standard deviations.

Tables are arrays with a row for each case and a column for each structure; NaN where there is no value.
"""

from __future__ import annotations

from math import prod

import numpy as np
from numpy.typing import NDArray

Table = NDArray[np.float64]

NARROWEST = {"log_ml": 0.1, "hu_median": 8.0, "depth_mm": 6.0, "right_mm": 4.0, "front_mm": 4.0}
"""The smallest standard deviations that are used: the difference between two people who outline the same structure."""

MAD_TO_STD = 1.4826
"""The median absolute deviation of a normal distribution, times this, is its standard deviation."""


def deviations(table: Table, narrowest: float) -> Table:
    """Return how far values are off, signed.

    A value is compared with the median of its structure, and again after the deviation that the case's other structures
    share is taken off: a child, a rescaled CT, a spine of another count move all of them alike. The smaller one counts,
    and 0 if their signs differ.

    Args:
        table: values, cases x structures.
        narrowest: the smallest standard deviation of a structure that is used, in the unit of the values.
    """
    own = table - median(table, 0)
    rest = own - median(own, 1)
    lesser = np.where(np.abs(own) < np.abs(rest), own, rest)
    spread = np.fmax(MAD_TO_STD * median(np.abs(own), 0), narrowest)
    return np.where(own * rest > 0, lesser, own * 0.0) / spread


def median(table: Table, axis: int) -> Table:
    """Return the medians along an axis, which is kept; NaN where there is no value.

    ``numpy.nanmedian`` takes a call of Python for each row.
    """
    ordered = np.sort(np.moveaxis(table, axis, -1))  # NaN comes last
    rows = ordered.reshape(prod(ordered.shape[:-1]), ordered.shape[-1])
    known, each = np.sum(~np.isnan(rows), axis=1), np.arange(len(rows))
    lower, upper = np.maximum(known - 1, 0) // 2, known // 2  # without a value both are the first, which is NaN
    middle = (rows[each, lower] + rows[each, upper]) / 2
    return np.expand_dims(middle.reshape(ordered.shape[:-1]), axis)
