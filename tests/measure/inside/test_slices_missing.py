"""Empty slices of a mask, against a look at each section."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from segaudit.measure.inside.rows import RowTable
from segaudit.measure.inside.slices import slice_gaps
from segaudit.model.records import SliceGaps
from tests.measure.inside.grids import Grid, foreground_of

COMPARED, BESIDE, SPECK = 4, 2, 0.25


@st.composite
def gappy(draw: st.DrawFn) -> Grid:
    """Draw a mask with many empty slices along one axis, some of them before it; its sections have all sizes."""
    axis = draw(st.integers(0, 2))
    sections = draw(st.lists(st.sampled_from((0, 0.1, 0.3, 0.6, 0.9, 1)), min_size=3, max_size=22))
    rng = np.random.default_rng(draw(st.integers(0, 2**32)))
    stack = np.array([rng.random((4, 5)) < density for density in sections])
    stack[0, 0, 0] = stack[-1, 0, 0] = True
    before = draw(st.integers(0, 3))
    return np.moveaxis(np.pad(stack, ((before, 0), (0, 0), (0, 0))), 0, axis)


def slow(mask: Grid, axis: int) -> SliceGaps | None:
    """Return the empty slices along an axis."""
    sections = [*np.moveaxis(mask, axis, 0)]
    sizes = [int(section.sum()) for section in sections]
    there = [at for at, size in enumerate(sizes) if size]
    gaps = [(low, high) for low, high in pairwise(there) if high - low > 1]
    if not gaps:
        return None
    compared = sorted(gaps, key=lambda gap: -min(sizes[gap[0]], sizes[gap[1]]))[:COMPARED]
    least = SPECK * sum(sizes) / len(there)

    def likeness(gap: tuple[int, int]) -> float:
        low, high = gap
        near = [*sizes[max(low - BESIDE, there[0]) : low + 1], *sizes[high : min(high + BESIDE, there[-1]) + 1]]
        return int((sections[low] & sections[high]).sum()) / max(least, *near)

    low, high = max(compared, key=likeness)
    return SliceGaps(
        axis=axis,
        gaps=len(gaps),
        slices=there[-1] - there[0] + 1 - len(there),
        filled=len(there),
        first=low + 1,
        width=high - low - 1,
        likeness=round(likeness((low, high)), 3),
    )


@given(st.lists(gappy(), min_size=1, max_size=3))
def test_as_each_section_says(masks: list[Grid]) -> None:
    """Of the four gaps between the largest sections, the one whose sections are most alike; each mask by itself."""
    found = slice_gaps(RowTable.of([foreground_of(mask) for mask in masks]))
    expected = {
        number: gaps
        for number, mask in enumerate(masks)
        if (gaps := tuple(gap for axis in range(3) if (gap := slow(mask, axis))))
    }
    assert found == expected


@pytest.mark.parametrize(("larger", "first"), [(3, 17), (4, 1)])
def test_the_largest_gaps_are_compared(larger: int, first: int) -> None:
    """Of sections that are alike nobody knows, if four gaps are between larger ones."""
    mask = np.zeros((20, 8, 8), np.bool_)
    for number in range(larger):
        mask[2 * number, 4 * (number % 2) : 4 + 4 * (number % 2)] = True
    mask[16, :2, :2] = mask[18, :2, :2] = True
    (gap,) = slice_gaps(RowTable.of([foreground_of(mask)]))[0]
    assert gap.first == first
