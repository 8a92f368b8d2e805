"""The order of structures along a direction, compared with their usual order."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike


class RankOrder(NamedTuple):
    """Counts of the pairs of structures whose usual order is known."""

    pairs: int
    reverse: int
    """Pairs in reverse order."""
    structures: int
    """Number of structures in these pairs."""
    alone: bool
    """Whether one structure is in all reverse pairs: it may be what lies elsewhere."""
    example: tuple[int, int] | None
    """Indices, in the given sequence, of the reverse pair with the largest distance, in the usual order."""

    @property
    def share(self) -> float:
        """Share of pairs in reverse order; 0 without pairs."""
        return self.reverse / self.pairs if self.pairs else 0.0


def order(usual: ArrayLike, found: ArrayLike, apart: float) -> RankOrder:
    """Compare the usual positions of structures along a direction with those found.

    Pairs whose usual distance is less than ``apart``, or unknown (NaN), have no known order, and are left out.
    """
    places, heights = np.asarray(usual, np.float64), np.asarray(found, np.float64)
    known = places[:, None] - places <= -apart
    late = known & (heights[:, None] > heights)
    members = int(np.count_nonzero(known.any(axis=0) | known.any(axis=1)))
    pairs, reverse, alone, furthest = int(np.count_nonzero(known)), int(np.count_nonzero(late)), False, None
    if reverse:
        first, second = np.nonzero(late)
        at = int((heights[first] - heights[second]).argmax())
        furthest = int(first[at]), int(second[at])
        alone = reverse <= int(np.bincount(np.concatenate((first, second))).max())
    return RankOrder(pairs, reverse, members, alone, furthest)
