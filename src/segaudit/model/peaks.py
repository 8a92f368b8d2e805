"""The peaks of a CT's histogram: air, fat, soft tissue."""

from __future__ import annotations

from typing import NamedTuple

from segaudit.model.records import Histogram

REACH = 4
"""Bins to both sides that a peak rises above, and that its voxels are counted in."""

LEAST_SHARE = 0.01
"""Of all voxels that a peak holds; less is noise on a slope."""


class Peak(NamedTuple):
    """A peak: where it is, HU, and the share of all voxels that it holds."""

    value: float
    share: float


def peaks_of(histogram: Histogram, voxels: int) -> tuple[Peak, ...]:
    """Return the peaks of a histogram, ascending."""
    counts = _smoothed(histogram.counts)
    neighbours = zip((0, *counts), counts, (*counts[1:], 0), strict=False)
    tops = [place for place, (before, here, after) in enumerate(neighbours) if before < here >= after]
    around = {top: counts[max(top - REACH, 0) : top + REACH + 1] for top in tops}
    return tuple(
        Peak(histogram.first + (top + 0.5) * histogram.width, share)
        for top in tops
        if counts[top] == max(around[top]) and (share := sum(around[top]) / voxels) >= LEAST_SHARE
    )


def _smoothed(counts: tuple[int, ...]) -> list[float]:
    """Smooth by a triangle five bins wide; beyond the ends there is nothing."""
    padded = (0, 0, *counts, 0, 0)
    fives = zip(padded, padded[1:], padded[2:], padded[3:], padded[4:], strict=False)
    return [(a + 2 * b + 3 * c + 2 * d + e) / 9 for a, b, c, d, e in fives]
