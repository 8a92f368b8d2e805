"""How much of a case is read."""

from __future__ import annotations

from msgspec import Struct

MOST_VOXELS = 2**31 - 1
"""The most voxels that any contract can ask for: places in a grid are stored as 32-bit numbers."""

MAX_AXIS = (1 << 15) - 1
"""A grid with more voxels along an axis is not read: the maximum of NIfTI-1; the longest axis of v1 is 851.
Axes beyond the third are included in the third, because they stack, and each slice has a digest."""


class Reading(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Bounds of memory. What is larger is reported, not judged."""

    max_voxels: int = 1 << 30
    """Voxels of a grid: 512 x 512 x 4,096. A native whole-body CT has 512 x 512 x 2,000, the largest CT of
    TotalSegmentator v1 333 x 333 x 835."""
    max_runs: int = 1 << 24
    """Runs of voxels along i in all masks of a case, without which overlaps and contacts are not counted. The masks of
    s0327 of v2 have 243,334 at 1.5 mm, and nine times as many at 0.5 mm."""
