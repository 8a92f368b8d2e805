"""Runs of a mask: voxels, boxes, rows and planes, against its grid."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from segaudit.measure import mask_runs
from segaudit.measure.mask_runs import Foreground, Rows, joined, listed
from tests.support.volumes import shapes

DENSITIES = (0.05, 0.5, 0.95, 1.0)


def grid_of(shape: tuple[int, int, int], seed: int, density: float) -> NDArray[np.bool_]:
    """Return a grid of noise, or a full one."""
    return np.random.default_rng(seed).random(shape) < density


def foreground_of(grid: NDArray[np.bool_]) -> Foreground:
    """Return its runs."""
    i, j, k = grid.shape
    edges = np.flatnonzero(np.diff(np.pad(grid.ravel("F"), 1).astype(np.int8))).astype(np.int32)
    return Foreground((i, j, k), edges[::2], edges[1::2] - edges[::2])


def voxels_of(rows: Rows) -> list[tuple[int, int, int]]:
    """Return the voxels of runs, as numpy lists those of a grid whose first axis is its last."""
    return [
        (k, j, i + step)
        for i, length, j, k in zip(*(each.tolist() for each in (rows.i, rows.length, rows.j, rows.k)), strict=True)
        for step in range(length)
    ]


def listing(grid: NDArray[np.bool_]) -> list[tuple[int, int, int]]:
    """Return the voxels of a grid in file order, as k, j, i."""
    return [(k, j, i) for k, j, i in np.argwhere(grid.T).tolist()]


@given(shapes(6), st.integers(0, 2**32), st.sampled_from(DENSITIES), st.integers(1, 20))
def test_voxels(shape: tuple[int, int, int], seed: int, density: float, chunk: int) -> None:
    """Their number, indices, values, rows, box and grid are those of the grid."""
    grid = grid_of(shape, seed, density)
    found = foreground_of(grid)
    values = np.random.default_rng(seed).integers(-99, 99, shape).astype(np.int16)
    assert found.voxels == grid.sum()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(mask_runs, "_CHUNK_VOXELS", chunk)
        parts = list(found.indices())
        assert [part.size for part in parts[:-1]] == [chunk] * (len(parts) - 1)
        assert [int(at) for part in parts for at in part] == np.flatnonzero(grid.ravel("F")).tolist()
        assert found.values_of(values.ravel("F")).tolist() == values.ravel("F")[grid.ravel("F")].tolist()
    assert found.dense().tolist() == grid.ravel("F").astype(int).tolist()
    assert voxels_of(found.rows) == listing(grid)
    if grid.any():
        at = np.argwhere(grid)
        low, high = at.min(axis=0).tolist(), at.max(axis=0).tolist()
        assert found.box == (low[0], high[0], low[1], high[1], low[2], high[2])
        corner, inside = found.boxed()
        assert list(corner) == low
        assert np.array_equal(inside, grid[tuple(slice(a, b + 1) for a, b in zip(low, high, strict=True))])


@given(shapes(5), st.integers(0, 2**32), st.sampled_from(DENSITIES))
def test_planes(shape: tuple[int, int, int], seed: int, density: float) -> None:
    """The voxels of each plane across each axis; there are none beside the grid."""
    grid = grid_of(shape, seed, density)
    rows = foreground_of(grid).rows
    for axis in range(3):
        for index in range(-1, shape[axis] + 1):
            part = np.zeros_like(grid)
            if 0 <= index < shape[axis]:
                np.moveaxis(part, axis, 0)[index] = np.moveaxis(grid, axis, 0)[index]
            assert voxels_of(rows.on_plane(axis, index)) == listing(part)


@given(shapes(5), st.integers(0, 2**32))
def test_some_runs(shape: tuple[int, int, int], seed: int) -> None:
    """Those that are chosen, in their order."""
    rows = foreground_of(grid_of(shape, seed, 0.5)).rows
    chosen = np.arange(rows.i.size) % 2 == 1
    fields = ("i", "length", "j", "k")
    found = rows.where(chosen)
    assert [getattr(found, name).tolist() for name in fields] == [getattr(rows, name)[1::2].tolist() for name in fields]


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(1, 4)), max_size=12))
def test_joined(gaps: list[tuple[int, int]]) -> None:
    """Runs that touch become one; a voxel between them keeps them apart."""
    voxels: list[int] = []
    starts: list[int] = []
    at = 0
    for gap, length in gaps:
        starts.append(at + gap)
        voxels += range(at + gap, at + gap + length)
        at += gap + length
    lengths = np.array([length for _, length in gaps], np.int32)
    found = joined(np.array(starts, np.int32), lengths)
    assert [one for start, length in found.T.tolist() for one in range(start, start + length)] == voxels
    assert all(start + length < after for (start, length), (after, _) in zip(found.T, found.T[1:], strict=False))


@given(st.lists(st.tuples(st.integers(-50, 50), st.integers(1, 6)), max_size=8))
def test_listed(runs: list[tuple[int, int]]) -> None:
    """All indices in runs of any order, also where they overlap."""
    starts, lengths = np.array(runs, np.int64).reshape(-1, 2).T
    assert listed(starts, lengths).tolist() == [at for start, length in runs for at in range(start, start + length)]


def test_indices_are_listed_in_parts() -> None:
    """Of 65,536 each, which bounds the memory that they need."""
    one = np.array([0], np.int32), np.array([(1 << 16) + 1], np.int32)
    assert [part.size for part in Foreground(((1 << 16) + 1, 1, 1), *one).indices()] == [1 << 16, 1]


def test_large_grids() -> None:
    """Numbers of voxels beyond 31 bits are counted."""
    lengths = np.full(3, 1 << 30, np.int32)
    assert Foreground((1 << 11, 1 << 10, 1 << 10), np.zeros(3, np.int32), lengths).voxels == 3 << 30
