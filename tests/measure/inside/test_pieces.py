"""Which pieces of a mask are kept, in which order, and how far they are from larger ones."""

from __future__ import annotations

import numpy as np
import pytest

from tests.measure.inside.grids import Grid, measured

MAX_PIECES = 16


def specks(*lengths: int) -> Grid:
    """Return a mask of rows of some lengths that do not touch."""
    mask = np.zeros((40, 2 * len(lengths), 1), np.bool_)
    for number, length in enumerate(lengths):
        mask[:length, 2 * number] = True
    return mask


@pytest.mark.parametrize("pieces", [MAX_PIECES - 1, MAX_PIECES, MAX_PIECES + 1])
def test_as_many_as_are_kept(pieces: int) -> None:
    """The sixteen largest ones; all are counted."""
    (found,) = measured([specks(*range(1, pieces + 1))])
    assert found.components == pieces
    assert [piece.voxels for piece in found.pieces] == [*range(pieces, 0, -1)][:MAX_PIECES]


@pytest.mark.parametrize(("pieces", "kept"), [(1, 0), (2, 2)])
def test_a_mask_in_one_piece(pieces: int, kept: int) -> None:
    """It has no pieces to speak of."""
    assert len(measured([specks(*[3] * pieces)])[0].pieces) == kept


def test_the_first_of_those_alike() -> None:
    """Pieces of one size are in the order of the file."""
    (found,) = measured([specks(2, 3, 2, 3)])
    assert [(piece.voxels, int(piece.rows.j[0])) for piece in found.pieces] == [(3, 2), (3, 6), (2, 0), (2, 4)]


def test_each_mask_by_itself() -> None:
    """Sizes are compared within a mask, and pieces name theirs."""
    found = measured([specks(1, 9), specks(4), specks(5, 2, 3)])
    assert [[piece.voxels for piece in each.pieces] for each in found] == [[9, 1], [], [5, 3, 2]]
    assert [[piece.mask for piece in each.pieces] for each in found] == [[0, 0], [], [2, 2, 2]]


@pytest.mark.parametrize("axis", range(3))
@pytest.mark.parametrize("side", [-1, 1])
def test_distance_along_an_axis(axis: int, side: int) -> None:
    """From voxel to voxel, each as long as it is along that axis, on either side of the larger piece."""
    mask, lengths = np.zeros((12, 12, 12), np.bool_), (1.0, 2.5, 4.0)
    line = np.moveaxis(mask, axis, 0)[::side]
    line[1:5, 3:7, 3:7] = line[8:10, 4:6, 4:6] = True
    (found,) = measured([mask], lengths)
    assert [(piece.voxels, piece.apart_mm) for piece in found.pieces] == [(64, 0.0), (8, 4 * lengths[axis])]


def test_distance_across() -> None:
    """Along several axes at once it is the diagonal; the nearest of the larger pieces counts."""
    mask = np.zeros((20, 20, 20), np.bool_)
    mask[:4, :4, :4], mask[6:9, 7:10, :3], mask[9:11, 15:17, 4:6] = True, True, True
    (found,) = measured([mask], (1.0, 2.0, 3.0))
    expected = [0.0, np.hypot(3 * 1, 4 * 2), np.sqrt(1**2 + (6 * 2) ** 2 + (2 * 3) ** 2)]
    assert [piece.apart_mm for piece in found.pieces] == pytest.approx(expected)
