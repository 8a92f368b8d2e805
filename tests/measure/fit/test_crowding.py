"""How much of a mask lies in others, against dense grids."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from segaudit.measure.case_runs import Spans
from segaudit.measure.fit.crowding import covered
from tests.support.fitting import Grid, bodies, fits, foreground, scan, shifted

SHAPE = (7, 5, 4)


def runs_of(inside: Grid) -> Spans:
    """Return the runs of a mask."""
    return Spans.of(foreground(inside), 0)


@given(st.integers(0, 2**32 - 1), st.integers(0, 3), st.integers(1, 20))
def test_as_counted(seed: int, masks: int, voxels: int) -> None:
    """The share is that of the voxels that are in any of the masks."""
    rng = np.random.default_rng(seed)
    dense = rng.random((masks, *SHAPE)) < 0.3
    at = rng.integers(0, np.array(SHAPE)[:, None], (3, voxels))
    expected = np.asarray(dense.any(axis=0))[tuple(at)].mean() if masks else 0.0
    assert covered(at, [runs_of(each) for each in dense], SHAPE) == pytest.approx(expected)


def test_nothing() -> None:
    """No voxels, no other masks, and masks without voxels cover nothing."""
    none = np.zeros((3, 0), np.int64)
    full, empty = runs_of(np.ones(SHAPE, np.bool_)), runs_of(np.zeros(SHAPE, np.bool_))
    assert covered(none, [full], SHAPE) == 0.0
    assert covered(none, [], SHAPE) == 0.0
    assert covered(np.zeros((3, 2), np.int64), [empty], SHAPE) == 0.0
    assert covered(np.zeros((3, 2), np.int64), [empty, full], SHAPE) == 1.0


def test_of_a_mask_that_moved() -> None:
    """A mask that was moved onto another one covers it, whether or not its surface shows, and not where it fits."""
    masks = bodies()
    beside = shifted(masks["liver"], (0, 0, 10)) & ~masks["liver"]
    ct = scan(masks)
    moved = masks | {"liver": shifted(masks["liver"], (0, 0, 4)), "stomach": beside}
    shift = next(each.shift for each in fits(ct, moved).masks if each.structure == "liver")
    assert shift
    assert (shift.voxels, shift.covered) == ((0, 0, 4), 0.0)
    assert shift.covered_in_place > 0.1
