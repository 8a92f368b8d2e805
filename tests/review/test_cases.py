"""How a view is changed by who looks."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from segaudit.pictures.frame import PLANES, Frame, Plane
from segaudit.pictures.sheet import _point, pane_of
from segaudit.pictures.view import View
from segaudit.review.cases import FIELDS, moved, near, planes_of, whole

TURNS = [
    np.diag([*signs, 1.0])[:3][:, [*order, 3]]
    for signs in itertools.product((2.0, -2.0), repeat=3)
    for order in itertools.permutations(range(3))
]
"""Grids of 2 mm in all orientations."""

VIEW = View((3, 4, 5), (8.0, 8.0, 8.0), 20.0)


@pytest.mark.parametrize("plane", PLANES, ids=lambda plane: plane.name)
def test_slices_are_counted_from_the_right_the_front_and_the_head(plane: Plane) -> None:
    """In every orientation, the first slice is the one that is furthest that way, and each next one 2 mm further."""
    for affine in TURNS:
        frame = Frame((16, 18, 20), affine)
        where = [
            frame.mm(moved(VIEW, frame, plane, index).voxel)[plane.normal]
            for index in range(frame.lengths[plane.normal])
        ]
        ends = [frame.mm(corner)[plane.normal] for corner in itertools.product((0, 15), (0, 17), (0, 19))]
        assert where[0] == max(ends)  # in RAS+, numbers grow to the right, the front and the head
        assert np.allclose(np.diff(where), -2)


def test_extents() -> None:
    """Near is half of the field around the place, whole is the longest side around the middle."""
    frame = Frame((16, 18, 20), TURNS[0])
    assert near(VIEW, frame) == View((3, 4, 5), (3, 4, 5), 10.0)
    assert whole(VIEW, frame) == View((3, 4, 5), (8.0, 9.0, 10.0), 40.0)


@pytest.mark.parametrize("field", FIELDS)
@pytest.mark.parametrize("turn", TURNS[::5])
def test_a_point_of_a_slice_lies_in_the_slices_that_cross_it(turn: np.ndarray, field: str) -> None:
    """All pixels of a voxel are in the slices that it is in, those of its neighbours in the next ones."""
    frame = Frame((16, 18, 20), turn)
    planes = planes_of(frame, VIEW)
    for plane, shown in zip(PLANES, planes, strict=True):
        view = FIELDS[field](VIEW, frame)
        pane = pane_of(frame, view, plane, 3)
        centre = pane.pixel(_point(frame, VIEW.voxel, plane))
        for axis, (first, end) in enumerate(shown["panes"][field]):
            voxel = pane.width * 2 / view.field  # pixels
            start = planes[shown["across"][axis]]["start"]
            for pixels, slices in ((-0.49, 0), (0, 0), (0.49, 0), (1, 1), (-1, -1)):
                share = (centre[axis] + pixels * voxel) / pane.width
                assert np.floor(first + share * (end - first)) == start + slices
