"""In which order structures lie along a direction, against the order that they have in people."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np


class RankOrder(NamedTuple):
    """The pairs of structures whose order is known."""

    pairs: int
    reverse: int
    """Pairs that lie the other way round."""
    structures: int
    """Structures in these pairs."""
    example: tuple[int, int] | None
    """Places, in the sequence given, of the reverse pair that is furthest apart; the first one belongs first."""

    @property
    def share(self) -> float:
        """Share of pairs that lie the other way round; 0 without pairs."""
        return self.reverse / self.pairs if self.pairs else 0.0


def order(usual: Sequence[float], found: Sequence[float], apart: float) -> RankOrder:
    """Compare where structures usually lie along a direction with where they were found.

    Pairs that usually lie less than ``apart`` from each other have no known order, and are left out.
    """
    ahead = np.subtract.outer(np.array(usual), np.array(usual))
    known = ahead <= -apart
    behind = np.where(known, np.subtract.outer(np.array(found), np.array(found)), 0.0)
    reverse = int(np.count_nonzero(behind > 0))
    furthest = divmod(int(behind.argmax()), len(usual)) if reverse else None
    members = np.count_nonzero(known.any(axis=0) | known.any(axis=1))
    return RankOrder(int(np.count_nonzero(known)), reverse, int(members), furthest)
