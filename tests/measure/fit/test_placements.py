"""In which ways masks are turned in their grid, and how far they are moved, to look where they would fit."""

from __future__ import annotations

import numpy as np
import pytest

from segaudit.measure.case_runs import Spans
from segaudit.measure.fit.faces import faces_of
from segaudit.measure.fit.placements import TURNS, placements_of
from segaudit.measure.fit.profiles import Scan
from segaudit.model.records import Placement
from tests.support.fitting import foreground, shifted

STORED, SWAPPED = (0, 1, 2), (1, 0, 2)

SHAPE = (46, 42, 40)
BOXES = (((16, 14, 15), (24, 20, 20)), ((25, 16, 22), (30, 27, 28)), ((15, 22, 12), (20, 28, 25)))
"""First voxels, and those after the last, of boxes that nothing turns into each other."""


def test_turns() -> None:
    """As stored, mirrored along one axis or three, turned by half about one; and four with i and j exchanged."""
    assert [tuple(turn) for turn in TURNS] == [
        ("", STORED, ()),
        ("i", STORED, (0,)),
        ("j", STORED, (1,)),
        ("k", STORED, (2,)),
        ("ij", STORED, (0, 1)),
        ("ik", STORED, (0, 2)),
        ("jk", STORED, (1, 2)),
        ("ijk", STORED, (0, 1, 2)),
        ("swap", SWAPPED, ()),
        ("swapi", SWAPPED, (0,)),
        ("swapj", SWAPPED, (1,)),
        ("swapij", SWAPPED, (0, 1)),
    ]


def placements(voxels: tuple[int, int, int], spacing: float = 3.0, **hu: float) -> tuple[Placement, ...]:
    """Return the places of boxes of different sizes that were moved by some voxels."""
    masks, moved = [], []
    ct = np.random.default_rng(0).normal(-100, 10, SHAPE)
    for first, last in BOXES:
        masks.append(np.zeros(SHAPE, np.bool_))
        masks[-1][tuple(slice(*ends) for ends in zip(first, last, strict=True))] = True
        ct[masks[-1]] += 250
        moved.append(shifted(masks[-1], voxels))
    ct[:2] = hu.get("edge", -100)
    one, each = np.ones(len(BOXES)), np.ones(3, np.int64)
    scan = Scan(ct.ravel("F"), SHAPE, -200 * one, 300 * one, one, spacing * np.ones(3), 2 * each, each)
    return placements_of(scan, faces_of([Spans.of(foreground(mask), at) for at, mask in enumerate(moved)], SHAPE))


@pytest.mark.parametrize("edge", [-100.0, np.nan])
@pytest.mark.parametrize("voxels", [(0, 0, 0), (2, -1, 1), (-12, 0, 0), (0, 11, 0), (0, 0, -10), (11, -9, 10)])
def test_moved(voxels: tuple[int, int, int], edge: float) -> None:
    """Near or far, in either direction along each axis, the masks are found to lie as far off as they were moved."""
    best, *others = placements(voxels, edge=edge)
    assert (best.turn, best.agreement > 0.9) == ("", True)
    assert best.voxels == pytest.approx(voxels, abs=0.3)
    assert len(others) == len(TURNS) - 1
    assert all(each.quality <= best.quality for each in others)


@pytest.mark.parametrize("spacing", [0.7, 2.0, 6.5])
def test_cells(spacing: float) -> None:
    """Whatever the number of voxels in a cell of 6 mm."""
    assert placements((11, -9, 10), spacing)[0].voxels == pytest.approx((11, -9, 10), abs=0.3)


def test_next_in_a_row() -> None:
    """Bodies that lie in a row fit passably where the next ones belong: their right place is looked for as well."""
    shape, ct = (44, 40, 72), np.random.default_rng(0).normal(-100, 60, (44, 40, 72))
    parts = [np.s_[4:12, 25:35, at : at + 6] for at in (12, 21, 30)] + [np.s_[14:20, 24:36, 24:36]]
    masks = [np.zeros(shape, np.bool_) for _ in parts]
    for mask, part in zip(masks, parts, strict=True):
        mask[part] = True
        ct[mask] += 250
    runs = [Spans.of(foreground(shifted(mask, (0, 0, -9))), at) for at, mask in enumerate(masks)]
    one, each = np.ones(len(parts)), np.ones(3, np.int64)
    scan = Scan(ct.ravel("F"), shape, -200 * one, 300 * one, one, 3.0 * np.ones(3), 2 * each, each)
    best, *others = placements_of(scan, faces_of(runs, shape))
    assert (best.turn, len(others)) == ("", len(TURNS) - 1)
    assert best.voxels == pytest.approx((0, 0, -9), abs=0.1)
    assert best.agreement > 0.99
