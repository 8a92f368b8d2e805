"""The peaks of what is evenly dense in a CT: air, fat, soft tissue."""

from __future__ import annotations

from itertools import accumulate
from typing import NamedTuple

from segaudit.model.records import Histogram

AIR_TO_BONE_HU = 1100.0
"""What lies between air and the densest even tissue."""

CORE_HU, AROUND_HU = 12.0, 36.0
"""Half of the width of a peak's core, and of what it is compared with, where air and tissue are as far apart as usual;
cells of 6 mm average noise away, and tissue itself varies by less than 10 HU."""

MIN_CORE_RATIO = 0.5
"""Share of what is around a peak that its core holds: a third where nothing stands out, as in lung."""

MIN_SHARE = 0.01
"""Of all that is even; less is noise on a slope."""


class Peak(NamedTuple):
    """A peak: where it is, HU, and the share of what is even that it holds."""

    value: float
    share: float


def peaks_of(histogram: Histogram) -> tuple[Peak, ...]:
    """Return the narrow peaks of a histogram, ascending."""
    counts, width = histogram.counts, histogram.width
    span = len(counts) * width / AIR_TO_BONE_HU
    core, around = (max(round(hu * span / width), least) for hu, least in ((CORE_HU, 1), (AROUND_HU, 3)))
    cores, surroundings, total = _sums(counts, core), _sums(counts, around), sum(counts)
    least = max(MIN_SHARE * total, 1)
    return tuple(
        Peak(histogram.first + (_top(counts, place, core) + 0.5) * width, held / total)
        for place, held in enumerate(cores)
        if held >= least
        and held >= MIN_CORE_RATIO * surroundings[place]
        and held == max(cores[max(place - around, 0) : place + around + 1])
        and held > max(cores[max(place - around, 0) : place], default=0)
    )


def _sums(counts: tuple[int, ...], reach: int) -> list[int]:
    """Return the sum of the bins within reach of each bin."""
    upto = [0, *accumulate(counts)]
    before, after = [0] * reach + upto, upto[reach + 1 :] + upto[-1:] * reach
    return [high - low for low, high, _ in zip(before, after, counts, strict=False)]


def _top(counts: tuple[int, ...], place: int, reach: int) -> float:
    """Return the mean bin of a peak's core."""
    bins = range(max(place - reach, 0), min(place + reach + 1, len(counts)))
    return sum(at * counts[at] for at in bins) / sum(counts[at] for at in bins)
