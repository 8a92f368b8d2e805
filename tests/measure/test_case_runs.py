"""Runs of several masks on one line, against the voxels of their grids."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from segaudit.measure.case_runs import CaseRuns, Spans, strides
from tests.measure.inside.grids import Grid, foreground_of, grids


def line_of(grid: Grid) -> list[int]:
    """Return where the voxels of a mask lie on the line, ascending."""
    ni, nj, _ = grid.shape
    return sorted(i + (ni + 1) * (j + (nj + 1) * k) for i, j, k in np.argwhere(grid).tolist())


def voxels_of(spans: Spans) -> list[tuple[int, int]]:
    """Return the place and the mask of each voxel, in order of the spans."""
    each = zip(spans.starts.tolist(), spans.stops.tolist(), spans.mask_index.tolist(), strict=True)
    return [(at, mask) for start, stop, mask in each for at in range(start, stop)]


@given(st.tuples(*[st.integers(1, 9)] * 3))
def test_strides(shape: tuple[int, int, int]) -> None:
    """A row is one longer than the grid is wide, and a plane has one row more."""
    flat = np.arange(np.prod([length + 1 for length in shape])).reshape([length + 1 for length in shape], order="F")
    assert strides(shape) == (flat[1, 0, 0], flat[0, 1, 0], flat[0, 0, 1])


@given(grids(5))
def test_spans(masks: list[Grid]) -> None:
    """Each voxel is where its strides put it; rows and planes never touch on the line."""
    for number, mask in enumerate(masks):
        spans = Spans.of(foreground_of(mask), number)
        assert voxels_of(spans) == [(at, number) for at in line_of(mask)]
        begins = np.diff(mask.astype(np.int8), axis=0, prepend=0) > 0
        assert spans.starts.size == np.count_nonzero(begins)
        assert spans.lengths.sum() == mask.sum()


@given(grids(5))
def test_joined(masks: list[Grid]) -> None:
    """Spans of all masks, in order of their starts, those that start alike in order of the masks."""
    parts = [Spans.of(foreground_of(mask), number) for number, mask in enumerate(masks)]
    joined = Spans.joined(parts)
    expected = sorted(
        (start, number, stop)
        for number, part in enumerate(parts)
        for start, stop in zip(part.starts.tolist(), part.stops.tolist(), strict=True)
    )
    assert [*zip(joined.starts.tolist(), joined.mask_index.tolist(), joined.stops.tolist(), strict=True)] == expected
    some = joined[joined.mask_index == 0]
    assert voxels_of(some) == voxels_of(parts[0])
    assert Spans.joined([]).starts.size == 0


@pytest.mark.parametrize(("most", "kept"), [(5, 0), (6, 2), (7, 2)])
def test_as_many_runs_as_are_kept(most: int, kept: int) -> None:
    """Up to so many of all masks together; of more, none, and none of those after them."""
    rows = foreground_of(np.eye(3, dtype=np.bool_)[:, :, None])
    case = CaseRuns(most)
    case.add(0, rows)
    assert (case.counted, len(case.masks), case.compared.starts.size) == (True, 1, 3)
    case.add(1, rows)
    assert (case.counted, len(case.masks), case.compared.starts.size) == (kept > 0, kept, 3 * kept)
    case.add(2, foreground_of(np.zeros((3, 3, 1), np.bool_)))
    assert (case.counted, len(case.masks)) == (kept > 0, kept + (kept > 0))


def test_what_is_not_compared() -> None:
    """A mask that is not compared with others has runs of its own, by its index."""
    rows, case = foreground_of(np.ones((2, 1, 1), np.bool_)), CaseRuns(9)
    case.add(4, rows, compared=False)
    case.add(7, rows)
    assert [part.mask_index.tolist() for part in case.masks] == [[4], [7]]
    assert case.compared.mask_index.tolist() == [7]
