"""The course of a mask against a slow and obvious one, along each axis and in any direction."""

from __future__ import annotations

from itertools import permutations, product
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.typing import NDArray

from segaudit.measure.course import course_of
from segaudit.testing.volumes import Made, measured
from tests.support.fitting import foreground

SLABS = 6

AXES = [np.eye(3)[list(order)] * signs for order in permutations(range(3)) for signs in product((-1, 1), repeat=3)]


def slow(voxels: NDArray[np.uint8], affine: NDArray[np.float64]) -> list[list[float]]:
    """Return the centres of slabs, voxel by voxel."""
    axis = int(np.abs(affine[2, :3] / np.linalg.norm(affine[:3, :3], axis=0)).argmax())
    points = np.argwhere(voxels)
    first, last = points[:, axis].min(), points[:, axis].max()
    slabs = min(SLABS, int(last - first + 1))
    number = (points[:, axis] - first) * slabs // (last - first + 1)
    world = points @ affine[:3, :3].T + affine[:3, 3]
    return [world[number == slab].mean(axis=0).tolist() for slab in range(slabs) if (number == slab).any()]


@given(
    voxels=arrays(np.uint8, st.tuples(*[st.integers(1, 13)] * 3), elements=st.integers(0, 1)).filter(np.any),
    before=st.tuples(*[st.integers(0, 9)] * 3),
    axes=st.sampled_from(AXES),
    size=st.tuples(*[st.floats(0.5, 3)] * 3),
)
def test_course(
    voxels: NDArray[np.uint8], before: tuple[int, int, int], axes: NDArray[np.float64], size: tuple[float, float, float]
) -> None:
    """Centres of slabs are those of their voxels, wherever the mask lies and the head-foot axis is stored."""
    affine = np.eye(4)
    affine[:3, :3] = axes * size
    affine[:3, 3] = (5, -7, 11)
    padded = np.pad(voxels, [(length, 0) for length in before])
    found = foreground(padded)
    np.testing.assert_allclose(course_of(found.rows, found.box, affine[:3]), slow(padded, affine), atol=0.0501)


def test_digits() -> None:
    """Centres are rounded to a tenth of a millimetre."""
    found = foreground(np.ones((1, 1, 2), np.bool_))
    affine = np.array([[1.0, 0, 0, 0.26], [0, 1, 0, -0.34], [0, 0, 0.33, 0.11]])
    assert course_of(found.rows, found.box, affine) == ((0.3, -0.3, 0.1), (0.3, -0.3, 0.4))


@pytest.mark.parametrize("column", [(0, 0, 0), (np.nan, 0, 0)])
def test_no_course_without_lengths(column: tuple[float, ...], tmp_path: Path) -> None:
    """An affine without a head-foot axis has no slabs, and nor has an empty mask."""
    affine = np.eye(4)
    affine[:3, 2] = column
    voxels = np.ones((2, 3, 4), np.uint8)
    for made in (Made(voxels, affine=affine), Made(0 * voxels)):
        (mask,) = measured(tmp_path, spleen=made).masks
        assert mask.course_mm == ()
