"""Components: which runs hang together, how large they are, and which is the largest."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from scipy import ndimage

from segaudit.measure.inside.components import FACING, Components, joined, joined_around
from segaudit.measure.inside.rows import RowTable
from tests.measure.inside.grids import Grid, foreground_of, grids


@given(grids(6))
def test_faces_and_corners(masks: list[Grid]) -> None:
    """Through faces alone, or through edges and corners as well: runs that scipy joins have one number."""
    table = RowTable.of([foreground_of(mask) for mask in masks])
    faces, edges = ([table.neighbours(*offset, reach) for offset in FACING] for reach in (0, 1))
    for found, around in ((joined(table, faces), 1), (joined_around(table, edges), 3)):
        slow = [ndimage.label(mask, ndimage.generate_binary_structure(3, around)) for mask in masks]
        places = zip(*(each.tolist() for each in (table.mask, table.start, table.j, table.k)), strict=True)
        own = [(mask, int(slow[mask][0][i, j, k])) for mask, i, j, k in places]
        assert list(dict.fromkeys(found.label.tolist())) == [*range(found.voxels.size)]
        assert len(set(zip(own, found.label.tolist(), strict=True))) == len(set(own)) == found.voxels.size
        assert np.bincount(found.mask, minlength=len(masks)).tolist() == [count for _, count in slow]
        for label, (mask, number) in zip(found.label.tolist(), own, strict=True):
            assert found.mask[label] == mask
            assert found.voxels[label] == (slow[mask][0] == number).sum()


@pytest.mark.parametrize("dj", [-1, 1])
@pytest.mark.parametrize("di", [-1, 0, 1])
def test_corners_alone(di: int, dj: int) -> None:
    """A speck that shares an edge or a corner with a larger part, before it or after it, belongs to it."""
    mask = np.zeros((9, 5, 4), np.bool_)
    mask[4, 2, 1:3] = True
    mask[4 + di, 2 + dj, 3] = mask[4 - di, 2 - dj, 0] = True
    table = RowTable.of([foreground_of(mask)])
    facing = [table.neighbours(*offset, 1) for offset in FACING]
    assert joined(table, facing).voxels.tolist() == [1, 2, 1]
    assert joined_around(table, facing).voxels.tolist() == [4]
    assert ndimage.label(mask, np.ones((3, 3, 3)))[1] == 1


def test_the_largest() -> None:
    """The first of several that are as large; -1 in masks without one."""
    found = Components(*(np.array(each) for each in ([0], [0, 0, 0, 2, 2], [3, 5, 5, 1, 0])))
    assert found.largest(4).tolist() == [1, -1, 3, -1]
    rest = found.without(np.array([False, True, False, True, False]))
    assert (rest.voxels.tolist(), rest.largest(4).tolist()) == ([3, 0, 5, 0, 0], [2, -1, 3, -1])
    assert found.voxels.tolist() == [3, 5, 5, 1, 0]
