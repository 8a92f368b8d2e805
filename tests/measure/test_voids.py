"""Even parts: regions of one value, whole planes, and what is no hole."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from segaudit.measure.slice_cells import cells_of
from segaudit.measure.voids import even_parts
from segaudit.model import EvenParts

MAX_VOIDS = 16

AFFINE = np.diag([3.0, 3.0, 3.0, 1.0])[:3]


def noise(dtype: str = "int16") -> NDArray[np.generic]:
    """Return noise that gives no cell one value."""
    return np.random.default_rng(0).normal(40, 100, (40, 36, 20)).astype(dtype)


def found_in(voxels: NDArray[np.generic], axis: int = 2) -> EvenParts:
    """Return the even parts of voxels in cells of 2 x 2."""
    return even_parts(cells_of(voxels, AFFINE, axis))


@given(st.integers(-3000, 3000), st.sampled_from(("int16", "float32")), st.integers(0, 2))
def test_box(value: int, dtype: str, axis: int) -> None:
    """A box of any value is found where it is, in any type, along any axis."""
    voxels = noise(dtype)
    voxels[10:18, 12:20, 6:10] = value
    (void,) = found_in(voxels, axis).voids
    assert (void.value, void.box, void.fill, void.planes) == (value, (10, 17, 12, 19, 6, 9), 1, False)
    assert void.cells == {0: 8 * 4 * 2, 1: 8 * 4 * 2, 2: 4 * 4 * 4}[axis]


def test_round() -> None:
    """A ball fills about half of its box."""
    voxels = noise()
    i, j, k = np.ogrid[:40, :36, :20]
    voxels[(i - 20) ** 2 + (j - 18) ** 2 + (k - 10) ** 2 < 64] = -1000
    (void,) = found_in(voxels).voids
    assert 0.3 < void.fill < 0.6


@pytest.mark.parametrize(
    "part", [np.s_[:8, 4:20, 4:8], np.s_[4:20, 20:, 4:8], np.s_[4:20, 4:20, :4], np.s_[4:8, 4:6, 4:6]]
)
def test_no_hole(part: tuple[slice, ...]) -> None:
    """What touches a face, and a region of four cells, is none."""
    voxels = noise()
    voxels[part] = 0
    assert found_in(voxels).voids == ()


def test_two_values() -> None:
    """Regions of different values are different ones, the larger first."""
    voxels = noise()
    voxels[10:14, 12:20, 6:10], voxels[14:20, 12:20, 6:10] = 0, 1
    assert [(void.value, void.cells) for void in found_in(voxels).voids] == [(1, 48), (0, 32)]


def test_planes() -> None:
    """Planes across rows or columns are found, also beside whole slices; such at a face, and slices, are not."""
    voxels = noise()
    voxels[20:24] = 7
    voxels[..., 5] = -1
    voxels[:4] = 7
    (void,) = found_in(voxels).voids
    assert (void.value, void.box[:2], void.planes) == (7, (20, 23), True)


def test_many() -> None:
    """Of many regions the largest are kept."""
    voxels = np.tile(noise(), (1, 1, 20))
    for k in range(2, 380, 6):
        voxels[10:16, 10:18, k : k + 1 + k // 100] = 0
    found = found_in(voxels).voids
    assert (len(found), found[0].cells) == (MAX_VOIDS, 48)


def test_shares() -> None:
    """Even cells and their values are counted; a value of fewer than a dozen cells is chance."""
    voxels = noise()
    voxels[:20] = 3
    voxels[20:22, :2, 0] = 4
    found = found_in(voxels)
    assert found.share == pytest.approx(0.5 + 1 / (20 * 18 * 20))
    assert found.values == 1


def test_all_even() -> None:
    """A constant CT, and one of a single voxel, have no holes."""
    assert found_in(np.zeros((12, 12, 12), np.int16)) == EvenParts(share=1, values=1)
    assert found_in(noise()[:1, :1, :1]).voids == ()
