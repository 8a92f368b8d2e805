"""Masks whose axes are stored in another order, and masks that cannot be compared."""

from __future__ import annotations

from itertools import permutations, product
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from nibabel.orientations import apply_orientation, inv_ornt_aff
from numpy.typing import NDArray

from segaudit.measure.placing import place, reordered
from segaudit.model import Case
from segaudit.testing.records import healthy_header
from segaudit.testing.volumes import Made, measured
from tests.measure.test_overlap import foreground

OBLIQUE = np.array([[1.4, 0.2, -0.1, -40], [-0.2, 1.5, 0.3, -60], [0.15, -0.3, 2.0, 20], [0, 0, 0, 1.0]])
ORDERS: list[NDArray[np.float64]] = [
    np.array(list(zip(axes, signs, strict=True)), float)
    for axes in permutations(range(3))
    for signs in product((1, -1), repeat=3)
]
SHAPE = (12, 9, 7)


def parts() -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    """Return two masks that overlap, and touch along the last axis, without any symmetry."""
    first, second = np.zeros((2, *SHAPE), np.uint8)
    first[2:7, 1:6, 2:5] = first[3, 6, 2] = 1
    second[6:9, 2:5, 1:6] = second[3:5, 2:4, 5] = 1
    return first, second


def stored(voxels: NDArray[np.uint8], order: NDArray[np.float64], affine: NDArray[np.float64] = OBLIQUE) -> Made:
    """Return voxels with their axes in another order, at the same place in the world."""
    return Made(np.asarray(apply_orientation(voxels, order)), affine @ inv_ornt_aff(order, voxels.shape))


def comparable(case: Case) -> list[tuple[object, ...]]:
    """Return all that is measured of masks but how they are stored."""
    return [
        (
            *(m.voxels, m.box, m.faces, m.hu, m.pieces, m.inside, m.void_share),
            *np.round([*(m.centroid_voxel or ()), *(m.centroid_mm or ()), *np.ravel(m.ends_mm or ()), m.volume_ml], 4),
        )
        for m in case.masks
    ]


@pytest.mark.parametrize("affine", [OBLIQUE, np.diag([-1.5, -1.5, 3, 1.0])])
def test_every_order_measures_alike(tmp_path: Path, affine: NDArray[np.float64]) -> None:
    """In each of the 48 orders of its axes a mask has the same voxels, intensities, overlaps and contacts."""
    first, second = parts()
    ct = Made(np.random.default_rng(0).normal(0, 300, SHAPE).astype(np.int16), affine)
    expected = measured(tmp_path, ct, first=Made(first, affine), second=Made(second, affine))
    for order in ORDERS:
        case = measured(tmp_path, ct, first=stored(first, order, affine), second=Made(second, affine))
        assert comparable(case) == comparable(expected)
        assert (case.overlaps, case.contacts) == (expected.overlaps, expected.contacts)
        axes = {m.structure: m.axis_order for m in case.masks}
        assert bool(axes["first"]) == (order.tolist() != [[0, 1], [1, 1], [2, 1]])
        assert axes["second"] == ()


@pytest.mark.parametrize("order", ORDERS, ids=lambda order: str(order.astype(int).tolist()))
def test_axis_order(order: NDArray[np.float64]) -> None:
    """For each stored axis, that of the case's grid, counted from 1, negative where it runs backwards."""
    header = healthy_header(shape=SHAPE, affine=tuple(OBLIQUE[:3].ravel().tolist()), spacing_mm=(1.4, 1.5, 2.0))
    made = stored(np.zeros(SHAPE, np.uint8), order)
    placing = place(made.affine[:3], made.stored.shape, header)
    numbers = {int(there): int(sign) * own for own, (there, sign) in enumerate(order, 1)}
    expected = tuple(numbers[axis] for axis in range(3))
    assert placing.axis_order == (() if expected == (1, 2, 3) else expected)
    assert placing.displacement_mm == pytest.approx(0, abs=1e-9)
    assert (placing.same_shape, placing.on_grid) == (True, True)


def test_without_a_grid_to_lie_on() -> None:
    """A mask alone lies as it is stored, on its own grid."""
    found = place(OBLIQUE[:3], SHAPE, None)
    assert (found.same_shape, found.displacement_mm, found.on_grid, found.axis_order) == (True, 0.0, True, ())
    assert found.order.tolist() == [[0, 1], [1, 1], [2, 1]]
    assert found.affine.tolist() == OBLIQUE[:3].tolist()


@pytest.mark.parametrize(("off", "on_grid"), [(0.0, True), (1e-6, False)])
def test_reference_without_lengths(off: float, *, on_grid: bool) -> None:
    """Where nobody knows how long a voxel is, only an equal affine is on the grid."""
    header = healthy_header(shape=SHAPE, affine=tuple(OBLIQUE[:3].ravel().tolist()), spacing_mm=())
    moved = OBLIQUE[:3] + np.array([0, 0, 0, off])
    assert place(moved, SHAPE, header).on_grid is on_grid


@given(data=st.data(), order=st.sampled_from(ORDERS))
def test_reordered_voxels(data: st.DataObject, order: NDArray[np.float64]) -> None:
    """Runs in another order are those of the reordered grid, also of full and empty ones."""
    shape = data.draw(st.tuples(*(st.integers(1, 6),) * 3))
    bits = data.draw(st.lists(st.booleans(), min_size=int(np.prod(shape)), max_size=int(np.prod(shape))))
    grid = np.array(bits).reshape(shape)
    turned = np.asarray(apply_orientation(grid, order))
    found = reordered(foreground(grid) if grid.any() else foreground(np.ones(shape, bool)), order)
    expected = turned if grid.any() else np.ones(turned.shape, bool)
    assert found.shape == turned.shape
    assert np.array_equal(found.dense().reshape(turned.shape, order="F"), expected)


@pytest.mark.parametrize(("voxels", "on_grid"), [(0.0, True), (0.49, True), (0.5, True), (0.51, False), (40.0, False)])
@pytest.mark.parametrize("order", [0, 1, 9, 47])
def test_masks_off_the_grid_are_not_compared(tmp_path: Path, voxels: float, order: int, *, on_grid: bool) -> None:
    """Half a voxel from the grid a voxel is another one's neighbour: no intensities, overlaps, contacts."""
    first, second = parts()
    affine = np.diag([1.5, 1.5, 3, 1.0])
    moved = affine.copy()
    moved[0, 3] = 1.5 * voxels
    ct = Made(np.ones(SHAPE, np.int16), affine)
    case = measured(tmp_path, ct, first=stored(first, ORDERS[order], moved), second=Made(second, affine))
    masks = case.whole_masks
    assert (masks["first"].on_grid, masks["first"].hu is not None) == (on_grid, on_grid)
    assert masks["second"].hu is not None
    assert (bool(case.overlaps), bool(case.contacts)) == (on_grid, on_grid)
    assert bool(masks["first"].axis_order) == (on_grid and order > 0)


@pytest.mark.parametrize(
    ("values", "compared"), [((1, 1), True), ((255, 255), True), ((1, 2), False), ((1, np.nan), False)]
)
def test_masks_of_several_values_are_not_compared(
    tmp_path: Path, values: tuple[float, float], *, compared: bool
) -> None:
    """It is not known which of their voxels are the structure."""
    first, second = parts()
    wrong = first.astype(np.float32) * values[0]
    wrong[2, 1, 2] = values[1]
    case = measured(tmp_path, Made(np.ones(SHAPE, np.int16)), first=Made(wrong), second=Made(second))
    assert (bool(case.overlaps), case.whole_masks["first"].hu is not None) == (compared, compared)
