"""The peaks of a histogram, by a fast way and by a slow and obvious one."""

from __future__ import annotations

import numpy as np
import pytest

from segaudit.model import Histogram
from segaudit.model.peaks import Peak, peaks_of


def found(counts: list[int], width: float = 10) -> tuple[Peak, ...]:
    """Return the peaks of counts from -1000 HU on."""
    return peaks_of(Histogram(first=-1000, width=width, counts=tuple(counts)))


def slowly(counts: list[int], width: float) -> list[tuple[float, float]]:
    """Return the same, value and share: a core stands out of what is around it, and none around it holds more."""
    bins = range(len(counts))
    core, around = max(round(12 * len(counts) / 1100), 1), max(round(36 * len(counts) / 1100), 3)

    def near(place: int, reach: int) -> list[int]:
        return [each for each in bins if abs(each - place) <= reach]

    held = [sum(counts[each] for each in near(place, core)) for place in bins]
    peaks = []
    for place in bins:
        others = near(place, around)
        stands_out = held[place] >= max(0.01 * sum(counts), 1) and 2 * held[place] >= sum(counts[at] for at in others)
        first_of_the_largest = all(held[at] < held[place] or (at >= place and held[at] == held[place]) for at in others)
        if stands_out and first_of_the_largest:
            middle = sum(at * counts[at] for at in near(place, core)) / held[place]
            peaks.append((-1000 + (middle + 0.5) * width, held[place] / sum(counts)))
    return peaks


@pytest.mark.parametrize("bins", [1, 7, 46, 110, 137, 138, 229, 257])
def test_fast_as_slow(bins: int) -> None:
    """Sparse counts have peaks at both ends, equal ones, and some that just stand out."""
    random = np.random.default_rng(bins)
    for density in (0.05, 0.1, 0.3, 1.0):
        for _ in range(25):
            counts = [int(value) for value in random.integers(1, 6, bins) * (random.random(bins) < density)]
            for width in (1, 8):
                assert [tuple(peak) for peak in found(counts, width)] == [
                    pytest.approx(peak) for peak in slowly(counts, width)
                ]


def test_the_share_that_makes_a_peak() -> None:
    """Peaks hold a hundredth of all; a wide one, a slope and a speck are none."""
    counts = [0] * 110
    counts[10:13], counts[40:64], counts[90] = [50, 100, 50], [*range(2, 26, 2), *range(26, 2, -2)], 5
    assert found(counts) == (Peak(-885, 200 / 541),)
    counts[90] = 7
    assert [peak.value for peak in found(counts)] == [-885, -95]


@pytest.mark.parametrize(("beside", "found_at"), [(100, [-995]), (101, [])])
def test_as_much_as_is_beside_it(beside: int, found_at: list[float]) -> None:
    """A core of three bins holds half of the seven around it, or more."""
    counts = [100, 0, 0, beside, *[0] * 9]
    assert [peak.value for peak in found(counts) if peak.value < -990] == found_at


def test_nothing_is_even() -> None:
    """Without a voxel there is no peak."""
    assert found([0] * 20) == found([]) == ()
