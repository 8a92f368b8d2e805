"""Levels of the spine, as people name them."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass

BEYOND_MM = 30.0
"""How far apart levels are counted beyond the ends of the row: about the height of a lumbar vertebra with its disc."""


@dataclass(frozen=True, slots=True)
class Levels:
    """Vertebrae, the highest first, and how deep along the spine of an adult they lie."""

    names: tuple[str, ...]
    depths: tuple[float, ...]
    """mm, ascending."""

    def at(self, depth: float) -> str:
        """Return the vertebra nearest to a depth, such as ``L3``, or how many levels it lies beyond the last one."""
        after = min(max(bisect_left(self.depths, depth), 1), len(self.depths) - 1)
        nearest = min((after - 1, after), key=lambda place: abs(self.depths[place] - depth))
        levels = round((depth - self.depths[nearest]) / BEYOND_MM)
        if levels == 0 or 0 < nearest < len(self.depths) - 1:
            return self.names[nearest]
        return (
            f"{abs(levels)} level{'s' * (abs(levels) > 1)} {'above' if levels < 0 else 'below'} {self.names[nearest]}"
        )
