"""Geometry of grids that are oblique, flipped, sheared and of any spacing, against numpy and nibabel."""

from __future__ import annotations

from itertools import permutations, product

import numpy as np
import pytest
from nibabel.orientations import aff2axcodes
from numpy.testing import assert_allclose

from segaudit.measure import grid
from segaudit.testing.bodies import rotation

TURN = rotation(0, 20) @ rotation(1, -25) @ rotation(2, 35)
SHEARED = np.array([[1.0, 0.3, -0.2], [0.1, 2.0, 0.4], [-0.3, 0.2, 5.0]])
LINEAR = {
    **{
        f"{order}{signs}": np.eye(3)[:, list(order)] * signs * (0.7, 1.5, 5.0)
        for order, signs in product(permutations(range(3)), [(1, 1, 1), (-1, 1, 1), (1, -1, -1), (-1, -1, -1)])
    },
    "fine": np.diag([0.4, 0.5, -0.6]),
    "oblique": TURN * (0.7, 0.7, 3.0),
    "oblique and flipped": TURN * (-0.7, 1.1, 3.0),
    "sheared": SHEARED,
    "sheared and turned": TURN @ SHEARED,
}
affines = pytest.mark.parametrize(
    "affine", [np.hstack([linear, [[7.0], [-3.0], [2.0]]]) for linear in LINEAR.values()], ids=LINEAR
)


@affines
def test_lengths_and_directions(affine: grid.Matrix) -> None:
    """Volume, spacing, axis codes and the axes nearest to those of the body."""
    linear = affine[:, :3]
    lengths = np.linalg.norm(linear, axis=0)
    assert grid.voxel_ml(affine) == pytest.approx(abs(np.linalg.det(linear)) / 1000)
    assert_allclose(grid.spacing(affine), lengths)
    assert grid.orientation(affine) == "".join(aff2axcodes(np.vstack([affine, [0, 0, 0, 1]])))
    for world in range(3):
        assert grid.axis_along(affine, world) == int(np.argmax(abs(linear[world] / lengths)))
    assert grid.axial_axis(affine) == grid.axis_along(affine, 2)
    cosines = linear / lengths
    assert grid.nonorthonormality(affine) == pytest.approx(abs(cosines.T @ cosines - np.eye(3)).max(), abs=1e-12)
    assert_allclose(grid.matrix(tuple(affine.ravel().tolist())), affine)


@affines
def test_displacement(affine: grid.Matrix) -> None:
    """That of the worst of the eight corner voxels."""
    change = np.array([[0.0, 0.1, 0.0, 1.0], [0.05, 0.0, 0.0, 0.0], [0.0, -0.2, 0.0, -2.0]])
    shape, moved = (5, 3, 4), affine + change
    places = [np.append(corner, 1) for corner in product((0, 4), (0, 2), (0, 3))]
    worst = max(float(np.linalg.norm(moved @ place - affine @ place)) for place in places)
    assert grid.displacement_mm(affine, moved, shape) == pytest.approx(worst)
    assert grid.displacement_mm(affine, affine, shape) == 0


@pytest.mark.parametrize("wrong", [np.nan, np.inf, 0.0, 1e200])
def test_affines_without_directions(wrong: float) -> None:
    """What is no number, too large or flat has no axis codes."""
    affine = np.hstack([np.diag([1.0, 1.0, wrong]), np.zeros((3, 1))])
    with np.errstate(all="ignore"):
        assert grid.orientation(affine) == ""


@pytest.mark.parametrize(
    ("shape", "three"),
    [((), (1, 1, 1)), ((4,), (4, 1, 1)), ((4, 3), (4, 3, 1)), ((4, 3, 2), (4, 3, 2)), ((4, 3, 2, 5, 2), (4, 3, 20))],
)
def test_three_axes(shape: tuple[int, ...], three: grid.Shape) -> None:
    """Missing axes have length 1, further ones stack along k."""
    assert grid.three_axes(shape) == three
