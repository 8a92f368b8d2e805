"""The peaks of a CT's histogram: air, fat, soft tissue."""

from __future__ import annotations

from typing import NamedTuple

from segaudit.model.records import Histogram

HALF_WIDTH_BINS = 4
"""Bins on each side that a peak has to exceed, and in which its voxels are counted."""

MIN_PEAK_SHARE = 0.01
"""The least share of all voxels in a peak; less is noise on a slope."""


class Peak(NamedTuple):
    """A peak: its intensity, HU, and its share of all voxels."""

    value: float
    share: float


def peaks_of(histogram: Histogram, voxels: int) -> tuple[Peak, ...]:
    """Return the peaks of a histogram, ascending."""
    counts = _smoothed(histogram.counts)
    neighbours = zip((0, *counts), counts, (*counts[1:], 0), strict=False)
    tops = [place for place, (before, here, after) in enumerate(neighbours) if before < here >= after]
    around = {top: counts[max(top - HALF_WIDTH_BINS, 0) : top + HALF_WIDTH_BINS + 1] for top in tops}
    return tuple(
        Peak(histogram.first + (top + 0.5) * histogram.width, share)
        for top in tops
        if counts[top] == max(around[top]) and (share := sum(around[top]) / voxels) >= MIN_PEAK_SHARE
    )


def _smoothed(counts: tuple[int, ...]) -> list[float]:
    """Smooth with a triangle five bins wide; counts beyond the ends are 0."""
    padded = (0, 0, *counts, 0, 0)
    fives = zip(padded, padded[1:], padded[2:], padded[3:], padded[4:], strict=False)
    return [(a + 2 * b + 3 * c + 2 * d + e) / 9 for a, b, c, d, e in fives]
