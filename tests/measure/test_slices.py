"""Slices: every fast number against a slow and obvious one."""

from __future__ import annotations

from itertools import pairwise, product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from segaudit.measure.slice_cells import cells_of
from segaudit.measure.slices import slices_of
from segaudit.model import Slices
from segaudit.model.records import numbers
from tests.support.stacks import SPACING_MM, ct_of, scan

UPRIGHT = np.diag([3.0, 3.0, 3.0, 1.0])[:3]
SHAPE = (14, 12, 7)


def measure(voxels: NDArray[np.generic]) -> Slices:
    """Return the slices along k of voxels of 3 mm."""
    with np.errstate(all="ignore"):
        return slices_of(cells_of(voxels, UPRIGHT, 2))


def blocks(voxels: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the means of 2 x 2 voxels by slice."""
    rows = voxels.T
    return np.array([[rows[:, 2 * j : 2 * j + 2, 2 * i : 2 * i + 2].mean(axis=(1, 2)) for i in range(7)] for j in range(6)]).transpose(2, 0, 1)  # fmt: skip  # noqa: E501


@given(st.integers(0, 2**32), st.sampled_from(("int16", "float32")))
def test_columns(seed: int, dtype: str) -> None:
    """Each column is what its docstring says, taken of 2 x 2 voxels."""
    voxels = np.random.default_rng(seed).normal(-300, 500, SHAPE).astype(dtype)
    found, cells = measure(voxels), blocks(voxels.astype(np.float64))
    cut = cells.clip(-1000, 400)
    assert len(found) == SHAPE[2]
    assert numbers(found.std) == pytest.approx(cells.std(axis=(1, 2)), rel=1e-3)
    assert numbers(found.body) == pytest.approx((cells > -500).mean(axis=(1, 2)), abs=1e-6)
    assert np.isnan(numbers(found.blank)).all()
    assert not numbers(found.even).any()
    assert numbers(found.changes) == pytest.approx([np.sqrt(((a - b) ** 2).mean()) for a, b in pairwise(cut)], rel=1e-3)
    further = [np.sqrt(((a - b) ** 2).mean()) for a, b in zip(cut, cut[2:], strict=False)]
    assert numbers(found.further) == pytest.approx(further, rel=1e-3)
    halves = [slice(0, 2), slice(2, 4), slice(4, 5), slice(5, 6)], [slice(0, 2), slice(2, 4), slice(4, 6), slice(6, 7)]
    parts = [abs(a - b)[part].mean() for a, b in pairwise(cut) for part in product(*halves)]
    assert numbers(found.parts) == pytest.approx(parts, rel=1e-3)
    beside = [np.concatenate([np.diff(one, axis=0).ravel(), np.diff(one, axis=1).ravel()]) for one in cut]
    assert numbers(found.roughness) == pytest.approx([abs(each).mean() for each in beside], rel=1e-3)
    middle = voxels.astype(np.float64).T[:, 1::2, 1::2].clip(-1000, 400)
    expected = [1 - np.corrcoef(one.ravel(), other.ravel())[0, 1] for one, other in pairwise(middle)]
    assert numbers(found.unlikeness) == pytest.approx(expected, abs=1e-3)


@pytest.mark.parametrize(
    ("shape", "rows", "columns"), [((50, 50, 3), 1, 1), ((52, 100, 3), 2, 2), ((160, 52, 3), 2, 4)]
)
def test_many_cells(shape: tuple[int, int, int], rows: int, columns: int) -> None:
    """Of more than 25 along rows or columns every n-th is looked at."""
    voxels = np.random.default_rng(0).normal(-300, 500, shape).astype(np.float32)
    cells = cells_of(voxels, UPRIGHT, 2)
    kept = cells.mean[:, ::rows, ::columns]
    found = slices_of(cells)
    assert numbers(found.std) == pytest.approx(kept.std(axis=(1, 2)), rel=1e-5)
    assert numbers(found.body) == pytest.approx((kept > -500).mean(axis=(1, 2)), abs=1e-6)
    changes = [
        np.sqrt(((one - other) ** 2).mean()) for one, other in pairwise(kept.clip(-1000, 400).astype(np.float64))
    ]
    assert numbers(found.changes) == pytest.approx(changes, rel=1e-3)


@given(st.integers(0, 2**32))
def test_shifts(seed: int) -> None:
    """Shifts are order statistics of what cells rise by, at a quarter, half and three quarters of the ranks."""
    voxels = np.random.default_rng(seed).normal(-300, 500, SHAPE).astype(np.float32)
    cells = blocks(voxels.astype(np.float64))
    expected = [np.sort((b - a).ravel())[[10, 21, 31]] for a, b in pairwise(cells)]
    assert numbers(measure(voxels).shifts).reshape(-1, 3) == pytest.approx(np.array(expected), abs=0.01)


def test_nothing_shown() -> None:
    """Slices of a constant, of noise and of NaN have no unlikeness; a constant one is blank and has no change."""
    voxels = np.random.default_rng(0).normal(-300, 500, SHAPE).astype(np.float32)
    voxels[..., 0], voxels[..., 3] = -1024, np.random.default_rng(1).normal(-1000, 20, SHAPE[:2])
    voxels[1, 1, 5] = voxels[5, 5, 5] = np.nan
    found = measure(voxels)
    assert [each == 0 for each in np.nan_to_num(numbers(found.unlikeness))] == [True, False, True, True, True, True]
    assert numbers(found.blank)[0] == -1024
    assert np.isnan(numbers(found.blank)[1:]).all()
    assert numbers(found.even).tolist() == [1, 0, 0, 0, 0, 0, 0]
    assert (numbers(found.changes)[0], numbers(found.shifts)[:3].tolist()) == (0, [0, 0, 0])


def test_blank_slices_are_passed_over() -> None:
    """The change across a blank slice is that to the slice behind it, and is noted before it."""
    voxels = scan()
    voxels[..., 20] = 0
    ct = ct_of(voxels)
    assert ct.stack is not None
    whole = ct_of(np.delete(voxels, 20, 2)).stack
    assert whole is not None
    assert numbers(ct.stack.changes)[[19, 20]] == pytest.approx([numbers(whole.changes)[19], 0])


def test_piles() -> None:
    """There is one pile where k runs along the patient, and another one, the axial one first, where it does not."""
    voxels = scan()
    turned = np.diag([SPACING_MM] * 3 + [1.0])[[2, 0, 1, 3]]
    assert [pile.axis for pile in ct_of(voxels).slices] == [2]
    piles = ct_of(voxels, turned).slices
    assert [(pile.axis, len(pile), len(pile.digests)) for pile in piles] == [(1, 44, 352), (2, 40, 320)]


def test_few_voxels() -> None:
    """A CT of one voxel, and of one slice, has as many slices, and nothing between them."""
    for shape in ((1, 1, 1), (9, 9, 1), (1, 1, 9)):
        found = ct_of(np.arange(np.prod(shape)).reshape(shape)).stack
        assert found is not None
        assert (len(found), len(numbers(found.shifts))) == (shape[2], 3 * (shape[2] - 1))


def test_moving_padding_is_left_out() -> None:
    """What two slices have in common is that of the samples that are padding in both, or in neither."""
    voxels = np.random.default_rng(0).normal(-300, 500, SHAPE).astype(np.int16)
    voxels[:6, :, 3:] = -2048
    shown = voxels.astype(np.float64).T[:, 1::2, 1::2].clip(-1000, 400)
    pairs = [(shown[k, :, 3:], shown[k + 1, :, 3:]) if k == 2 else (shown[k], shown[k + 1]) for k in range(6)]
    expected = [1 - np.corrcoef(one.ravel(), other.ravel())[0, 1] for one, other in pairs]
    assert numbers(measure(voxels).unlikeness) == pytest.approx(expected, abs=1e-3)


@pytest.mark.parametrize(("cells", "found"), [(29, False), (30, True), (31, True)])
def test_quartiles_of_few_cells(cells: int, *, found: bool) -> None:
    """Thirty cells that show something in both slices are enough to say how far these are apart."""
    voxels = np.random.default_rng(0).normal(0, 100, (SHAPE[0], SHAPE[1], 2)).astype(np.float32)
    even = np.ones((6, 7), np.bool_)
    even.ravel()[:cells] = False
    voxels[np.repeat(np.repeat(even, 2, axis=0), 2, axis=1).T, 0] = 0
    rises = np.sort(np.diff(cells_of(voxels, UPRIGHT, 2).mean, axis=0)[0].ravel()[:cells])
    expected = rises[[cells // 4, cells // 2, 3 * cells // 4]] if found else np.zeros(3)
    assert numbers(measure(voxels).shifts) == pytest.approx(expected, abs=1e-3)


@pytest.mark.parametrize(("body", "share"), [(-500, 0), (-499, 1), (-501, 0)])
def test_body(body: int, share: float) -> None:
    """Cells above -500 HU that show something count as body."""
    voxels = np.full((12, 12, 1), body, np.int16)
    assert numbers(measure(voxels).body)[0] == 0
    voxels[::2] += 10
    voxels[1::2] -= 10
    assert numbers(measure(voxels).body)[0] == share


@pytest.mark.parametrize("spread", [39.9, 40.1])
def test_noise(spread: float) -> None:
    """A slice that varies by 40 HU at most shows no body, and is like any other."""
    voxels = np.random.default_rng(0).normal(0, 300, (12, 12, 2)).astype(np.float32)
    sample = voxels[1::2, 1::2, 1]
    voxels[1::2, 1::2, 1] = (sample - sample.mean()) / sample.std() * spread
    assert bool(numbers(measure(voxels).unlikeness)[0]) is (spread > 40)


@pytest.mark.parametrize(("other", "blank"), [(0, True), (1, False)])
def test_blank(other: int, *, blank: bool) -> None:
    """A slice of even cells is blank if they have one value."""
    voxels = np.zeros((12, 12, 1), np.int16)
    voxels[4:6, 4:6] = other
    found = measure(voxels)
    assert np.isnan(numbers(found.blank)[0]) != blank
    assert numbers(found.even)[0] == 1


def test_digests_that_are_known() -> None:
    """Digests of voxels are kept; without them, cells have some."""
    cells = cells_of(np.random.default_rng(0).normal(0, 99, (12, 12, 3)).astype(np.int16), UPRIGHT, 2)
    assert slices_of(cells, b"known").digests == b"known"
    assert slices_of(cells).digests == cells.digests
