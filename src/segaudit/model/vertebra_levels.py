"""Names of levels of the spine."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass

LEVEL_MM = 30.0
"""The assumed distance of levels beyond the ends of the row: about the height of a lumbar vertebra with its disc."""


@dataclass(frozen=True, slots=True)
class Levels:
    """Vertebrae, the highest first, and their depths along the spine of an adult."""

    names: tuple[str, ...]
    depths: tuple[float, ...]
    """mm, ascending."""

    def at(self, depth: float) -> str:
        """Return the vertebra nearest to a depth, such as ``L3``, or the number of levels beyond the last one."""
        after = min(max(bisect_left(self.depths, depth), 1), len(self.depths) - 1)
        nearest = min((after - 1, after), key=lambda place: abs(self.depths[place] - depth))
        levels = round((depth - self.depths[nearest]) / LEVEL_MM)
        if levels == 0 or self.depths[0] <= depth <= self.depths[-1]:
            return self.names[nearest]
        return (
            f"{abs(levels)} level{'s' * (abs(levels) > 1)} {'above' if levels < 0 else 'below'} {self.names[nearest]}"
        )
