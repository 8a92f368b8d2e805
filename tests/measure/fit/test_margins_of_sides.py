"""Margins from the profiles of single sides, which sides count, and what is said of them."""

from __future__ import annotations

import numpy as np
import pytest

from segaudit.measure.fit.margins import margins_of
from segaudit.measure.fit.profiles import ALIKE, REACH, Numbers, Profiles
from segaudit.model.records import Margin

SPACING = np.array([1.0, 2.0, 4.0])
CONTRAST = 0.05


def profiles(sides: list[tuple[int, int]], height: float = 0.4, here: float = 0.0, faces: int = 50) -> Profiles:
    """Return those of a mask whose sides, low and high along each axis, have an edge so far outside."""
    total: Numbers = np.zeros((1, 3, 2, 2 * REACH + 1))
    for axis, (low, high) in enumerate(sides):
        total[0, axis, :, REACH] = here * faces
        total[0, axis, 0, REACH - low] = height * faces
        total[0, axis, 1, REACH + high] = height * faces
    return Profiles(total, np.abs(total), np.full((1, 3, 2), faces), np.full(3, 3))


def margin(made: Profiles) -> Margin | None:
    """Return the margin of one mask."""
    (found,) = margins_of(made, SPACING)
    return found


@pytest.mark.parametrize("voxels", [-3, -1, 0, 1, 3])
def test_all_sides(voxels: int) -> None:
    """Their median, in voxels and in millimetres along each axis; of the nearest ones, all but one are so far."""
    found = margin(profiles([(voxels, voxels)] * 3))
    assert found == Margin(mm=2.0 * voxels, voxels=voxels, least_mm=voxels, gain=20 if voxels else 1, sides=6)


def test_one_side_of_six_may_be_off() -> None:
    """The least of all but one, and of four sides the least of all."""
    six = margin(profiles([(1, 2), (1, 1), (-1, 1)]))
    assert six
    assert (six.mm, six.least_mm, six.sides) == (2.0, 1.0, 6)
    four = profiles([(2, -1), (1, 1), (0, 0)])
    four.count[0, 2] = 0
    found = margin(four)
    assert found
    assert (found.mm, found.least_mm, found.voxels, found.sides) == (2.0, -1.0, 1, 4)
    inside = profiles([(-2, 1), (-1, -1), (0, 0)])
    inside.count[0, 2] = 0
    found = margin(inside)
    assert found
    assert (found.mm, found.least_mm) == (-2.0, 1.0)


@pytest.mark.parametrize(
    ("sides", "mm", "least_mm"),
    [
        ([(-1, -1), (0, 0), (0, 0)], 0.0, -1.0),  # neither too large nor too small: as if it were too small
        ([(-1, -1), (-1, -1), (1, 2)], -1.0, 1.0),
        ([(1, 1), (1, 1), (-1, -2)], 1.0, -1.0),
    ],
)
def test_which_end_is_the_least(sides: list[tuple[int, int]], mm: float, least_mm: float) -> None:
    """Of a mask that is too large, the side that is furthest outside but one; of others, the one furthest inside."""
    (found,) = margins_of(profiles(sides), np.ones(3))
    assert found
    assert (found.mm, found.least_mm) == (mm, least_mm)


def test_digits() -> None:
    """All have two behind the point."""
    made = profiles([(1, 1)] * 3)
    made.total[..., 0, REACH - 3 : REACH + 1] = np.array([0, 0.25, 0.4, 0.14]) * 50
    made.total[..., 1, REACH : REACH + 4] = np.array([0.14, 0.4, 0.25, 0]) * 50
    (found,) = margins_of(made, np.array([1.0, 2.23, 4.0]))
    # smoothed 0.17, 0.2975, 0.225, the top lies (0.225 - 0.17) / 0.4 = 0.1375 further out
    assert found == Margin(mm=2.54, voxels=1.14, least_mm=1.14, gain=2.86, sides=6)


@pytest.mark.parametrize(("axes", "sides"), [(3, 6), (2, 4), (1, None), (0, None)])
@pytest.mark.parametrize("side", [0, 1])
def test_faces(axes: int, sides: int | None, side: int) -> None:
    """An axis shows a side from 30 faces on, and counts with both; two axes at least."""
    made = profiles([(1, 1)] * 3, faces=ALIKE)
    made.count[0, axes:, side] = ALIKE - 1
    found = margin(made)
    assert (found and found.sides) == sides


@pytest.mark.parametrize(("height", "sides"), [(CONTRAST - 0.001, 4), (CONTRAST, 6), (CONTRAST + 0.001, 6)])
def test_contrast(height: float, sides: int) -> None:
    """A side has an edge where its largest mean step is a twentieth of the window."""
    made = profiles([(1, 1)] * 3, faces=64)
    made.total[0, 1] *= height / 0.4
    found = margin(made)
    assert found
    assert found.sides == sides


@pytest.mark.parametrize(("here", "gain"), [(0.0, 20.0), (0.01, 20.0), (0.1, 4.0), (0.2, 2.0), (-0.3, 20.0)])
def test_gain(here: float, gain: float) -> None:
    """How many times larger steps are than on the mask's own faces, up to twenty."""
    found = margin(profiles([(2, 2)] * 3, here=here))
    assert found
    assert found.gain == gain


def test_each_mask_by_itself() -> None:
    """Masks have their own sides."""
    one, other = profiles([(1, 1)] * 3), profiles([(-2, -2)] * 3)
    both = Profiles(
        np.concatenate([one.total, other.total]),
        np.concatenate([one.magnitude, other.magnitude]),
        np.concatenate([one.count, other.count]),
        one.size,
    )
    assert list(margins_of(both, SPACING)) == [margin(one), margin(other)]
