"""Runs of equal voxels, against a walk over all voxels."""

from __future__ import annotations

from itertools import groupby

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from segaudit.measure import run_finder
from segaudit.measure.run_finder import nonzero_runs

TYPES = ("uint8", "int16", "float32", "float64", "complex128")
"""Voxels of 1, 2, 4, 8 and 16 bytes."""

Run = tuple[int, int, complex]


def slow(voxels: NDArray[np.generic]) -> list[Run]:
    """Return first voxel, length and value of each run that is not zero."""
    runs, first = [], 0
    for value, same in groupby(voxels.tolist()):
        length = len(list(same))
        if value:
            runs.append((first, length, value))
        first += length
    return runs


def joined(runs: list[Run]) -> list[Run]:
    """Return runs, those that were cut between batches in one."""
    whole: list[Run] = []
    for first, length, value in runs:
        if whole and whole[-1][0] + whole[-1][1] == first and whole[-1][2] == value:
            whole[-1] = whole[-1][0], whole[-1][1] + length, value
        else:
            whole.append((first, length, value))
    return whole


def found(pieces: list[tuple[int, NDArray[np.generic]]]) -> list[Run]:
    """Return the runs of pieces."""
    return [
        run
        for starts, lengths, values in nonzero_runs(pieces)
        for run in zip(starts.tolist(), lengths.tolist(), values.tolist(), strict=True)
    ]


@st.composite
def grids(draw: st.DrawFn) -> NDArray[np.generic]:
    """Draw voxels in stretches, most of them zero."""
    stretches = draw(st.lists(st.tuples(st.sampled_from((0, 0, 1, 2)), st.integers(1, 20)), min_size=1, max_size=12))
    return np.repeat(*np.array(stretches).T).astype(draw(st.sampled_from(TYPES)))


@given(grids())
def test_runs(voxels: NDArray[np.generic]) -> None:
    """Those of a walk over all voxels, in one piece of any length and any type."""
    assert found([(0, voxels)]) == slow(voxels)


@given(grids(), st.integers(1, 4), st.integers(1, 64))
def test_pieces_and_batches(voxels: NDArray[np.generic], cells: int, batch: int) -> None:
    """The same in pieces of whole cells, zeros left out, however many are gathered; a batch may cut a run."""
    size = cells * 8
    pieces = [(first, voxels[first : first + size]) for first in range(0, voxels.size, size)]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(run_finder, "_BATCH_VOXELS", batch)
        assert joined(found([(first, piece) for first, piece in pieces if piece.any()])) == slow(voxels)


@pytest.mark.parametrize(("batch", "batches"), [(8, 3), (9, 2), (16, 2), (17, 1), (24, 1), (25, 1)])
def test_when_a_batch_is_searched(monkeypatch: pytest.MonkeyPatch, batch: int, batches: int) -> None:
    """As soon as there are so many voxels, and what is left at the end."""
    monkeypatch.setattr(run_finder, "_BATCH_VOXELS", batch)
    pieces = [(first, np.ones(8, np.uint8)) for first in (0, 8, 16)]
    assert len(list(nonzero_runs(pieces))) == batches


def test_a_run_ends_where_a_piece_is_left_out() -> None:
    """Cells that are not next to each other are not one run."""
    ones = np.ones(8, np.uint8)
    assert found([(0, ones), (16, ones), (24, ones)]) == [(0, 8, 1), (16, 16, 1)]


def test_nothing() -> None:
    """Without pieces there is no batch; a piece of zeros has no run."""
    assert list(nonzero_runs([])) == []
    assert found([(0, np.zeros(24, np.uint8))]) == []


@pytest.mark.parametrize("itemsize", [1, 2, 8])
def test_voxels_are_gathered(itemsize: int) -> None:
    """Pieces are searched together once they have 262,144 voxels that may not be zero, and at the end."""
    ones = np.ones(1 << 17, f"u{itemsize}")
    found = list(nonzero_runs((number << 17, ones) for number in range(5)))
    assert [lengths.tolist() for _, lengths, _ in found] == [[1 << 18], [1 << 18], [1 << 17]]
    assert [starts.tolist() for starts, _, _ in found] == [[0], [2 << 17], [4 << 17]]
