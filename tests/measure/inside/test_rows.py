"""Tables of rows: which runs are in a row and in those beside it, against a look at every pair of runs."""

from __future__ import annotations

from itertools import pairwise, product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from segaudit.measure.inside.cavities import gaps_of
from segaudit.measure.inside.rows import RowTable
from tests.measure.inside.grids import Grid, foreground_of, grids

BESIDE = [(dj, dk) for dj, dk in product(range(-2, 3), repeat=2) if abs(dj) + abs(dk) <= 2]
"""Offsets in j and k of rows that are looked up: two steps, of any kind."""


def table_of(masks: list[Grid]) -> RowTable:
    """Return the runs of masks."""
    return RowTable.of([foreground_of(mask) for mask in masks])


def runs_of(masks: list[Grid]) -> list[tuple[int, int, int, int, int]]:
    """Return first voxel, voxel after the last, j, k and mask of each run, row by row."""
    return [
        (int(start), int(stop), j, k, number)
        for number, mask in enumerate(masks)
        for k, j in product(range(mask.shape[2]), range(mask.shape[1]))
        for start, stop in np.flatnonzero(np.diff(np.pad(mask[:, j, k], 1).astype(np.int8))).reshape(-1, 2)
    ]


def listed(table: RowTable) -> list[tuple[int, int, int, int, int]]:
    """Return the same of a table."""
    return [*zip(*(getattr(table, name).tolist() for name in ("start", "stop", "j", "k", "mask")), strict=True)]


def assert_rows(table: RowTable) -> None:
    """Compare what is looked up in a table with its runs: those of each row beside a run, and none of other masks."""
    runs = listed(table)
    for dj, dk in BESIDE:
        for run, row in enumerate(table.beside(dj, dk).tolist()):
            _, _, j, k, mask = runs[run]
            there = [at for at, each in enumerate(runs) if each[2:] == (j + dj, k + dk, mask)]
            assert [*range(table.first[row], table.first[row + 1])] == there
    assert table.first[-1] == len(runs)


@given(grids(5))
def test_rows(masks: list[Grid]) -> None:
    """Runs are in order, and so are those of the rows up to two beside each."""
    table = table_of(masks)
    assert listed(table) == runs_of(masks)
    assert_rows(table)
    assert table.masks == len(masks)
    assert table.length.tolist() == [stop - start for start, stop, *_ in listed(table)]
    assert table.total(table.length).tolist() == [mask.sum() for mask in masks]


@given(grids(5))
def test_gaps(masks: list[Grid]) -> None:
    """Gaps are between two runs of a row, in as many rows as the table has."""
    table = table_of(masks)
    gaps, runs = gaps_of(table), runs_of(masks)
    assert listed(gaps) == [(one[1], other[0], *one[2:]) for one, other in pairwise(runs) if one[2:] == other[2:]]
    assert gaps.first.size == table.first.size
    assert (gaps.masks, gaps.plane.tolist()) == (table.masks, table.plane.tolist())
    assert_rows(gaps)


def test_every_row_has_two_beside_it() -> None:
    """A mask of one voxel has two rows on each side, and two planes of them."""
    table = table_of([np.ones((1, 1, 1), np.bool_)] * 2)
    assert (table.plane.tolist(), table.row.tolist()) == ([3, 3], [8, 23])
    assert table.first.size == 2 * 3 * 5 + 1


@given(grids(6), st.integers(0, 2))
def test_neighbours(masks: list[Grid], reach: int) -> None:
    """Those that share a voxel along i, or miss by less than the reach, in each row beside."""
    table, runs = table_of(masks), runs_of(masks)
    for dj, dk in BESIDE:
        here, there = table.neighbours(dj, dk, reach)
        expected = {
            (one, other)
            for one, (start, stop, j, k, mask) in enumerate(runs)
            for other, (begin, end, *place) in enumerate(runs)
            if place == [j + dj, k + dk, mask] and begin < stop + reach and end > start - reach
        }
        found = [*zip(here.tolist(), there.tolist(), strict=True)]
        assert set(found) == expected
        assert len(found) == len(expected)
        some = np.arange(len(runs))[::2]
        here, there = table.neighbours(dj, dk, reach, some)
        assert sorted(zip(here.tolist(), there.tolist(), strict=True)) == sorted(
            pair for pair in expected if pair[0] in some
        )


@pytest.mark.parametrize(("gap", "reach", "met"), [(0, 0, 0), (0, 1, 1), (1, 1, 0), (1, 2, 1), (2, 2, 0)])
@pytest.mark.parametrize("several", [False, True])
@pytest.mark.parametrize("swapped", [False, True])
def test_reach(gap: int, reach: int, met: int, *, several: bool, swapped: bool) -> None:
    """A run two voxels off is no neighbour within a reach of two, also in a row that holds several."""
    mask = np.zeros((24, 2, 1), np.bool_)
    mask[8:10, 0], mask[10 + gap : 12 + gap, 1] = True, True
    mask[20:22, 1] = several
    mask = mask[::-1] if swapped else mask
    table = table_of([mask])
    own = [run for run, j in enumerate(table.j.tolist()) if not j]
    here, _ = table.neighbours(1, 0, reach)
    assert here.tolist() == own * met
    here, _ = table.neighbours(-1, 0, reach)
    assert len(here) == met
