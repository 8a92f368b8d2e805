"""Where a structure of a body lies, and how certain that is."""

from __future__ import annotations

from collections.abc import Iterable
from math import inf, isfinite
from typing import NamedTuple

SCALE_ERROR = 0.2
"""How far off a scale can be that other structures than vertebrae show: by up to 0.12 in five people."""


class Position(NamedTuple):
    """The position of a point in a body, reference mm."""

    depth: float
    """Below the first vertebra, along the spine."""
    right: float
    front: float


class Bearing(NamedTuple):
    """The position of a structure, as vertebrae or the structures around it show it."""

    place: Position
    scale: float
    """Millimetres per reference millimetre."""
    uncertainty: Position
    """How far off the position can be along each axis, reference mm: limits are wider by as much."""
    witnesses: int = 0
    """The structures that show it; 0 for vertebrae."""

    @property
    def least_size(self) -> float:
        """The volume of the body that it shows, relative to an adult's, at least; at most 1."""
        return least_size(self.scale, sure=not self.witnesses)

    def off(self, usual: Iterable[float]) -> float:
        """Return how far it is from another position along the axis that is worst, reference mm; where it is known."""
        axes = zip(self.place, usual, self.uncertainty, strict=True)
        return max(
            (abs(here - there) for here, there, slack in axes if slack < inf and isfinite(here - there)), default=0.0
        )


def least_size(scale: float, *, sure: bool) -> float:
    """Return the volume of a body relative to an adult's, at least, by its scale; at most 1."""
    return float(min(1.0, scale * (1.0 if sure else 1 - SCALE_ERROR)) ** 3)
