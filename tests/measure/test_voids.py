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


@pytest.mark.parametrize("step", [1, -1])
def test_behind_what_touches_a_face(step: int) -> None:
    """A region is enclosed where one slice before it and one behind show something, whatever is further away."""
    voxels = noise()
    turned = voxels[..., ::step]
    turned[10:18, 12:20, :14], turned[10:18, 12:20, 16:19] = 9, 0
    (void,) = found_in(voxels).voids
    assert (void.value, void.box[:4], void.cells) == (0, (10, 17, 12, 19), 48)


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


@pytest.mark.parametrize(("cells", "found"), [(11, 0), (12, 1), (13, 1)])
def test_a_dozen_cells(cells: int, found: int) -> None:
    """A region and a value count from so many cells on."""
    voxels = noise()
    voxels[4 : 4 + 2 * cells, 4:6, 6] = 5
    parts = found_in(voxels)
    assert (len(parts.voids), parts.values) == (found, found)
    assert parts.share == cells / (20 * 18 * 20)


@pytest.mark.parametrize("regions", [MAX_VOIDS - 1, MAX_VOIDS, MAX_VOIDS + 1])
def test_as_many_as_are_kept(regions: int) -> None:
    """The largest sixteen, which are in order."""
    voxels = np.random.default_rng(0).normal(40, 100, (60, 8, 3 + 2 * regions)).astype(np.int16)
    for number in range(regions):
        voxels[2 : 26 + 2 * number, 2:4, 1 + 2 * number] = number
    found = found_in(voxels).voids
    assert [void.cells for void in found] == [*range(11 + regions, 11, -1)][:MAX_VOIDS]
    assert [void.value for void in found] == [*range(regions - 1, -1, -1)][:MAX_VOIDS]


@pytest.mark.parametrize("axis", range(3))
@pytest.mark.parametrize("side", [0, 1])
def test_beside_a_face(axis: int, side: int) -> None:
    """A region is enclosed from one cell off a face on, on all six sides."""
    for off, found in ((0, 0), (1, 1)):
        voxels = noise()
        part = [slice(10, 18), slice(10, 18), slice(6, 10)]
        step = 1 if axis == 2 else 2
        end = voxels.shape[axis] - off * step
        part[axis] = slice(off * step, 4 + off * step) if side == 0 else slice(end - 4, end)
        voxels[tuple(part)] = 9
        assert len(found_in(voxels).voids) == found


@pytest.mark.parametrize("axis", range(3))
@pytest.mark.parametrize(("first", "last", "found"), [(0, 4, 0), (2, 4, 1), (2, 8, 1), (30, 36, 0), (30, 34, 1)])
def test_planes_at_a_face(axis: int, first: int, last: int, *, found: int) -> None:
    """Planes across rows or columns, from one cell off a face on; whole slices are none."""
    voxels = np.random.default_rng(0).normal(40, 100, (36, 36, 36)).astype(np.int16)
    np.moveaxis(voxels, axis, 0)[first:last] = -2000
    voids = found_in(voxels).voids
    assert len(voids) == (found if axis < 2 else 0)
    for void in voids:
        expected = [0, 35] * 3
        expected[2 * axis : 2 * axis + 2] = first, last - 1
        assert (list(void.box), void.value, void.fill, void.planes) == (expected, -2000, 1, True)
        assert void.cells == (last - first) // 2 * 18 * 36


def test_planes_of_two_values() -> None:
    """Planes next to each other that have two values are two parts; a plane of two values is none."""
    voxels = noise()
    voxels[10:12], voxels[12:16], voxels[20:22, :18], voxels[20:22, 18:] = 5, 6, 7, 8
    assert [(void.value, void.box[:2]) for void in found_in(voxels).voids] == [(6, (12, 15)), (5, (10, 11))]


def test_planes_where_slices_show_nothing() -> None:
    """Slices without anything are passed over, and so is a stack of them."""
    voxels = noise()
    voxels[10:12] = 5
    voxels[..., 3], voxels[..., 9] = 0, 1
    (void,) = found_in(voxels).voids
    assert (void.box, void.cells, void.value) == ((10, 11, 0, 35, 0, 19), 18 * 18, 5)


def test_the_commonest_value_of_a_box() -> None:
    """A region that encloses another one, and one that other values reach into, has its own value."""
    voxels = noise()
    voxels[6:30, 6:30, 4:14], voxels[14:20, 14:20, 8:10] = 3, 4
    large, small = found_in(voxels).voids
    assert (large.value, small.value) == (3, 4)
    assert (large.cells, small.cells) == (12 * 12 * 10 - 18, 18)
    assert large.fill == pytest.approx(1 - 18 / 1440)


def test_all_even() -> None:
    """A constant CT, and one of a single voxel, have no holes."""
    assert found_in(np.zeros((12, 12, 12), np.int16)) == EvenParts(share=1, values=1)
    assert found_in(noise()[:1, :1, :1]).voids == ()
