"""Cells: blocks of voxels in each slice, against blocks that are cut out one by one."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from segaudit.measure.slice_cells import cells_of
from tests.support.volumes import shapes

MIN_CELLS = 500


@given(shapes(12), st.integers(0, 2), st.integers(0, 2**32), st.sampled_from(("int16", "float32")))
def test_cells(shape: tuple[int, int, int], axis: int, seed: int, dtype: str) -> None:
    """Mean, smallest and largest value are those of 2 x 2 voxels, along any axis, the rest at the end left out."""
    voxels = np.random.default_rng(seed).normal(-300, 500, shape).astype(dtype)
    cells = cells_of(voxels, np.diag([3.0, 3.0, 3.0, 1.0])[:3], axis)
    slices = np.moveaxis(voxels.T, 2 - axis, 0)
    rows, columns = cells.width
    assert cells.mean.shape == (shape[axis], slices.shape[1] // rows, slices.shape[2] // columns)
    assert cells.sample.shape == cells.mean.shape
    for at in np.ndindex(cells.mean.shape):
        k, j, i = at
        block = slices[k, j * rows : (j + 1) * rows, i * columns : (i + 1) * columns].astype(np.float64)
        assert (cells.low[at], cells.high[at]) == (block.min(), block.max())
        assert cells.mean[at] == pytest.approx(block.mean(), abs=0.01)
        assert cells.sample[at] == block[rows // 2, columns // 2]


@pytest.mark.parametrize(
    ("spacing", "shape", "width"),
    [
        ((1.5, 1.5, 1.5), (240, 240, 4), (4, 4)),
        ((3.0, 1.5, 5.0), (240, 240, 4), (4, 2)),
        ((5.0, 5.0, 5.0), (240, 240, 4), (2, 2)),
        ((1.0, 1.0, 1.0), (60, 50, 4), (2, 2)),
        ((0.0, np.nan, 1.5), (240, 240, 4), (2, 2)),
        ((0.0, 1.5, 1.5), (240, 240, 4), (2, 2)),
        ((1.5, 0.0, 1.5), (240, 240, 4), (2, 2)),
        ((np.nan, 1.5, 1.5), (240, 240, 4), (2, 2)),
        ((1.5, np.inf, 1.5), (240, 240, 4), (2, 2)),
        ((1.5, 1.5, 0.0), (240, 240, 4), (4, 4)),
        ((1.5, 1.5, 1.5), (1, 240, 4), (2, 1)),
    ],
)
def test_widths(spacing: tuple[float, ...], shape: tuple[int, int, int], width: tuple[int, int]) -> None:
    """A cell has 6 mm, less in a small field of view, two voxels at least, and as many where there are no lengths."""
    assert cells_of(np.zeros(shape, np.int16), np.diag([*spacing, 1.0])[:3], 2).width == width


def test_small_field() -> None:
    """A field of view of 70 mm has as many cells as can be had."""
    cells = cells_of(np.zeros((47, 48, 3), np.int16), np.diag([1.5, 1.5, 1.5, 1.0])[:3], 2)
    assert cells.mean[0].size > MIN_CELLS


@pytest.mark.parametrize(("rows", "columns", "width"), [(44, 71, 2), (25, 125, 2), (53, 59, 3)])
def test_as_many_cells_as_are_wanted(rows: int, columns: int, width: int) -> None:
    """A field of view of 3,125 mm2 has 500 cells of 2.5 mm: less is two voxels of 1 mm each, more is three."""
    assert cells_of(np.zeros((columns, rows, 1), np.int16), np.eye(4)[:3], 2).width == (width, width)


@pytest.mark.parametrize("slices", [1, 15, 16, 17, 33])
@pytest.mark.parametrize("axis", range(3))
def test_slices_at_a_time(slices: int, axis: int) -> None:
    """Every slice is reduced, however many there are."""
    shape = [6, 6, 6]
    shape[axis] = slices
    voxels = np.moveaxis(np.zeros(shape, np.int16), axis, 0)
    voxels[:] = np.arange(slices).reshape(-1, 1, 1)
    cells = cells_of(np.moveaxis(voxels, 0, axis), np.eye(4)[:3] * 3, axis)
    assert cells.mean[:, 0, 0].tolist() == cells.sample[:, 0, 0].tolist() == [*range(slices)]
    assert cells.even.all()


def test_two_of_four_rows_count() -> None:
    """Of wide cells two rows are looked at: what lies between them changes nothing."""
    voxels = np.zeros((240, 240, 2), np.int16)
    voxels[:, 1::2] = 999
    cells = cells_of(voxels, np.diag([1.5, 1.5, 1.5, 1.0])[:3], 2)
    assert cells.mean.max() == 0
    assert cells.even.all()


def test_not_finite() -> None:
    """A cell with NaN or infinity has the mean 0, and is not even."""
    voxels = np.full((12, 12, 2), 5, np.float32)
    voxels[0, 0, 0], voxels[3, 3, 1] = np.nan, np.inf
    with np.errstate(all="ignore"):
        cells = cells_of(voxels, np.eye(4)[:3] * 3, 2)
    assert (cells.mean[0, 0, 0], cells.even[0, 0, 0], cells.mean[1, 1, 1], cells.even[1, 1, 1]) == (0, False, 0, False)


def test_digests() -> None:
    """Slices with equal cells have equal digests, and others do not."""
    voxels = np.random.default_rng(0).normal(0, 100, (12, 12, 5)).astype(np.int16)
    voxels[..., 3] = voxels[..., 1]
    digests = np.frombuffer(cells_of(voxels, np.eye(4)[:3] * 3, 2).digests, np.uint64).tolist()
    assert (digests[3] == digests[1], len(set(digests))) == (True, 4)
