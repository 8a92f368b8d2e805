"""What was wrapped around: pockets against a slow search, and what healthy images have instead."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from numpy.typing import NDArray

from segaudit.measure import wrapped as wrapping
from segaudit.measure.distribution import distribution_of
from segaudit.measure.slice_cells import cells_of
from segaudit.measure.wrapped import pockets, wrapped
from segaudit.model import Spike, Wrap

MIN_FILLED = 0.75

SPACING = np.diag([2.0, 2.0, 2.0, 1.0])
SIDE = 40
AT = np.indices((SIDE,) * 3) - SIDE // 2
AWAY = np.sqrt((AT**2).sum(axis=0))


def body(bright: float, metal_voxels: float = 6.0) -> NDArray[np.int64]:
    """Return muscle in air, with metal in the middle that is brightest there."""
    noise = np.random.default_rng(0).normal(0, 10, AWAY.shape)
    hu = np.where(AWAY < 18, 50, -1000) + noise + bright * np.clip(1 - AWAY / metal_voxels, 0, 1)
    return np.asarray(np.rint(hu).astype(np.int64).clip(-1024))


def found_in(hu: NDArray[np.int64]) -> Wrap | None:
    """Return what is found in an image."""
    small = np.abs(hu).max() < 2**15
    volume = np.asfortranarray(hu.astype(np.int16 if small else np.float32))
    known = distribution_of(volume.ravel("F").copy())
    assert known is not None
    return wrapped(cells_of(volume, SPACING, 2), volume, known)


def unsigned(hu: NDArray[np.int64], bits: int, least: int = 0) -> NDArray[np.int64]:
    """Store values in so few bits above a least one."""
    return np.asarray(((hu - least) & (2**bits - 1)) + least)


@pytest.mark.parametrize(("bright", "bits"), [(1500, 11), (4000, 12), (10000, 13)])
def test_metal(bright: int, bits: int) -> None:
    """Metal that is too bright is dark inside; the place is one of its voxels."""
    found = found_in(unsigned(body(bright), bits, -1024))
    assert found is not None
    assert (found.bits, found.voxels >= 8, 0 < found.seams < 0.01) == (bits, True, True)
    assert AWAY[found.place] < 6


@pytest.mark.parametrize("bits", [12, 16])
def test_without_a_sign(bits: int) -> None:
    """What is below 0 HU becomes large, and what is around it makes seams everywhere."""
    found = found_in(unsigned(body(0) - 50, bits))
    assert found is not None
    assert (found.bits, found.seams > 0.01) == (bits, True)


@pytest.mark.parametrize("bright", [0, 900, 1900, 2900, 5000])
@pytest.mark.parametrize("most", [3071, 32000])
def test_healthy(bright: int, most: int) -> None:
    """Bone, titanium and metal, cut off or not, with air beside it, were not wrapped."""
    hu = body(bright).clip(max=most)
    hu[:, SIDE // 2 + 1 :] = np.where(AWAY < 9, -1000, hu)[:, SIDE // 2 + 1 :]
    found = found_in(hu)
    assert found is None or found.voxels == 0


@pytest.mark.parametrize(("voxels", "found"), [(3, True), (4, False)])
def test_cut_off(voxels: int, found: bool) -> None:  # noqa: FBT001 - found or not
    """Where several voxels have the largest value and hardly any has one beside it, values are cut off, not wrapped."""
    hu = unsigned(body(4000), 12, -1024)
    brightest = np.argsort(hu, axis=None)[::-1]
    hu.ravel()[brightest[:40]] = 2400
    hu.ravel()[brightest[:voxels]] = 2900
    assert (found_in(hu) is not None) == found


@pytest.mark.parametrize(
    ("voxels", "beside", "found"),
    [
        (20, 1.0, True),
        (21, 1.0, False),
        (80, 4.0, True),
        (81, 4.0, False),
        (4, 0.1, False),
        (3, 0.1, True),
        (3, 0.0, True),
    ],
)
def test_plateaus(voxels: int, beside: float, found: bool) -> None:  # noqa: FBT001 - found or not
    """Four voxels of the largest value, and more than twenty times as many as have each of those below."""
    volume = np.asfortranarray(unsigned(body(4000), 12, -1024).astype(np.int16))
    known = distribution_of(volume.ravel("F").copy())
    assert known is not None
    known.high_spike = lambda: Spike(value=3071.0, voxels=voxels, beside=beside)  # type: ignore[method-assign]
    assert (wrapped(cells_of(volume, SPACING, 2), volume, known) is not None) == found


def test_nothing_falls() -> None:
    """Where values fill a range and rise evenly, nothing was wrapped, and there is no place."""
    ramp = np.indices((SIDE,) * 3).sum(axis=0) * 33 - 1024
    assert found_in(ramp) == Wrap(bits=12, seams=0.0, voxels=0, place=(0, 0, 0))


@pytest.mark.parametrize(("most", "found"), [(2047, True), (2045, False)])
def test_range(most: int, found: bool) -> None:  # noqa: FBT001 - found or not
    """Less than three quarters of a range are not one that was filled."""
    assert MIN_FILLED * 2**12 == 2047 + 1025
    hu = body(0)
    hu[0, 0, 0], hu[20, 20, 20] = -1025, most
    assert (found_in(hu) is not None) == found


CORNER = (SIDE - 1, 0, 0)
"""Where a test puts what fills the range, away from all else."""


def flat(least: int, most: int) -> NDArray[np.int64]:
    """Return an image of 0 HU with a single voxel of its least and one of its largest value, far from each other."""
    hu = np.zeros((SIDE,) * 3, np.int64)
    hu[CORNER], hu[0, CORNER[0], 0] = least, most
    return hu


@pytest.mark.parametrize(
    ("span", "bits"),
    [
        (1023, 0),
        (1535, 0),
        (1536, 11),
        (2047, 11),
        (3071, 0),
        (3072, 12),
        (49151, 0),
        (49152, 16),
        (65535, 16),
        (65536, 0),
    ],
)
def test_ranges(span: int, bits: int) -> None:
    """Values fill three quarters of 11 to 16 bits."""
    found = found_in(flat(-500, span - 500))
    assert (found.bits if found else 0) == bits


@pytest.mark.parametrize(
    ("least", "most", "fall"),
    [(-1100, 2000, 2048), (-700, 900, 1500)],  # half of 12 bits; more than half of 11
)
@pytest.mark.parametrize("more", [0, 1])
@pytest.mark.parametrize("at", [(10, 10, 10), (11, 20, 5)])
def test_depth_of_a_pocket(least: int, most: int, fall: int, more: int, at: tuple[int, int, int]) -> None:
    """Half the range, and more than the fall from bone to gas; the place is its voxel."""
    hu = flat(least, most)
    i, j, k = at
    hu[i - 3 : i + 4, j - 3 : j + 4, k - 3 : k + 4] = 850
    hu[at] = 850 - fall + 1 - more
    found = found_in(hu)
    assert found is not None
    assert (found.voxels, found.place) == ((1, at) if more else (0, found.place))


@pytest.mark.parametrize(("jump", "seams"), [(3686, 0), (3687, 1)])
def test_seams(jump: int, seams: int) -> None:
    """Cells that hold both ends of the range, nine tenths apart."""
    hu = np.zeros((SIDE,) * 3, np.int64)
    hu[0, 0, 0], hu[1, 0, 0] = -1024, jump - 1024
    found = found_in(hu)
    assert found is not None
    assert found.seams == pytest.approx(seams / cells_of(np.asfortranarray(hu.astype(np.int16)), SPACING, 2).low.size)


@pytest.mark.parametrize("count", [1, 63, 64, 65, 130])
def test_many_pockets(count: int) -> None:
    """Of many cells some are looked into, and stand for the others."""
    hu = flat(-1100, 1990)
    places = [(i, j, k) for k in range(2, SIDE, 3) for j in range(4, SIDE - 3, 6) for i in range(4, SIDE - 3, 6)]
    for i, j, k in places[:count]:
        hu[i, j, k] = 1100
        hu[i - 1 : i + 2, j - 1 : j + 2, k - 1 : k + 2] = 1100
        hu[i, j, k] = -1000
    found = found_in(hu)
    assert found is not None
    assert found.voxels == count


@pytest.mark.parametrize(("length", "voxels"), [(2, 2), (12, 12), (13, 12), (14, 10), (16, 8), (20, 4), (24, 0)])
def test_how_far_an_edge_is_looked_for(length: int, voxels: int) -> None:
    """In 12 voxels around a cell of 2 x 2: of a long pocket those are found whose cell sees both of its ends."""
    hu = flat(-1100, 1990)
    hu[5:39, 8:14, 9:14] = 1100
    hu[10 : 10 + length, 10, 11] = -1000
    found = found_in(hu)
    assert found is not None
    assert found.voxels == voxels


def slow_pockets(box: NDArray[np.float32], fall: float) -> NDArray[np.bool_]:
    """Look along each axis from each voxel for the next jump on either side."""
    inside = np.zeros(box.shape, np.bool_)
    for at in product(*map(range, box.shape)):
        enclosed = []
        for axis in range(3):
            line, here = box[tuple(slice(None) if other == axis else at[other] for other in range(3))], at[axis]
            before = [line[to] - line[to - 1] for to in range(here, 0, -1)]
            after = [line[to] - line[to - 1] for to in range(here + 1, len(line))]
            first, last = (next((jump for jump in jumps if abs(jump) >= fall), 0) for jumps in (before, after))
            enclosed.append(first < 0 < last)
        inside[at] = all(enclosed)
    return inside


@given(arrays.arrays(np.float32, (4, 5, 4), elements=st.sampled_from([0.0, 40.0, 100.0, 140.0])))
def test_pockets(box: NDArray[np.float32]) -> None:
    """Pockets are those that a slow search finds."""
    assert np.array_equal(pockets(box, 100), slow_pockets(box, 100))


@pytest.mark.parametrize(("cells", "looked_into"), [(63, 63), (64, 64), (65, 33), (128, 64), (129, 43)])
def test_cells_that_are_looked_into(monkeypatch: pytest.MonkeyPatch, cells: int, looked_into: int) -> None:
    """All of up to 64, and every n-th of more, for which those between them count as well."""
    asked: list[int] = []

    def one_voxel(*_: object) -> tuple[int, tuple[int, int, int]]:
        asked.append(1)
        return 1, (0, 0, 0)

    monkeypatch.setattr(wrapping, "_pocket", one_voxel)
    hu = np.zeros((20, 20, 8), np.int64)
    for number in range(cells):
        i, j, k = np.unravel_index(number, (10, 10, 8))
        hu[2 * i, 2 * j, k] = 3900
    hu[1, 1, 0] = 4000
    found = found_in(hu)
    assert found is not None
    assert len(asked) == looked_into
    assert found.voxels == cells


def test_the_place_is_where_most_is(monkeypatch: pytest.MonkeyPatch) -> None:
    """That of the cell with most voxels, wherever it lies."""
    found = iter([(1, (9, 9, 9)), (3, (1, 1, 1)), (2, (5, 5, 5))])
    monkeypatch.setattr(wrapping, "_pocket", lambda *_: next(found))
    hu = np.zeros((20, 20, 8), np.int64)
    hu[[0, 4, 8], 0, 0], hu[1, 1, 0] = 3900, 4000
    wrap = found_in(hu)
    assert wrap is not None
    assert (wrap.voxels, wrap.place) == (6, (1, 1, 1))
