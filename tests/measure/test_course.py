"""The course of a mask against a slow and obvious one, along each axis and in any direction."""

from __future__ import annotations

import tempfile
from itertools import permutations, product
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.typing import NDArray

from segaudit.testing.volumes import Made, measured

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
    voxels=arrays(np.uint8, st.tuples(*[st.integers(1, 13)] * 3), elements=st.integers(0, 1)),
    axes=st.sampled_from(AXES),
    size=st.tuples(*[st.floats(0.5, 3)] * 3),
)
def test_course(voxels: NDArray[np.uint8], axes: NDArray[np.float64], size: tuple[float, float, float]) -> None:
    """Centres of slabs are those of their voxels, wherever the head-foot axis is stored."""
    affine = np.eye(4)
    affine[:3, :3] = axes * size
    affine[:3, 3] = (5, -7, 11)
    with tempfile.TemporaryDirectory() as folder:
        (mask,) = measured(Path(folder), spleen=Made(voxels, affine=affine)).masks
    if not voxels.any():
        assert mask.course_mm == ()
    else:
        np.testing.assert_allclose(mask.course_mm, slow(voxels, affine), atol=0.06)


@pytest.mark.parametrize("column", [(0, 0, 0), (np.nan, 0, 0)])
def test_no_course_without_lengths(column: tuple[float, ...], tmp_path: Path) -> None:
    """An affine without a head-foot axis has no slabs."""
    affine = np.eye(4)
    affine[:3, 2] = column
    (mask,) = measured(tmp_path, spleen=Made(np.ones((2, 3, 4), np.uint8), affine=affine)).masks
    assert mask.course_mm == ()
