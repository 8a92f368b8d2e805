"""The estimate of what is outside the body, on phantoms of air, tissue and lung."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy import ndimage

from segaudit.measure import measure_case
from segaudit.measure.body import outside_of
from segaudit.measure.ct import Volume
from segaudit.testing.volumes import Made, listed, measured
from tests.support.fitting import foreground

SHAPE = (100, 80, 40)
AFFINE = np.diag([3.0, 3.0, 3.0, 1.0])


def _ellipse(centre: tuple[float, float], radii: tuple[float, float]) -> NDArray[np.bool_]:
    """Return an elliptic cylinder along k."""
    i, j, _ = np.ogrid[: SHAPE[0], : SHAPE[1], : SHAPE[2]]
    inside = ((i - centre[0]) / radii[0]) ** 2 + ((j - centre[1]) / radii[1]) ** 2 < 1
    return np.broadcast_to(inside, SHAPE)


TORSO = _ellipse((50, 40), (40, 28))
LUNG = _ellipse((28, 40), (12, 16))
TABLE = np.zeros(SHAPE, np.bool_)
TABLE[:, 74:76] = True


def thorax() -> NDArray[np.int16]:
    """Return a CT of noisy room air, a torso with a lung and a bubble of gas, and a table below it."""
    hu = np.where(TORSO, 40, np.where(TABLE, 200, -1000))
    hu = np.where(LUNG, -850, hu)
    hu[60:64, 40:44, 20:24] = -1000
    return (hu + np.random.default_rng(0).normal(0, 25, SHAPE)).astype(np.int16)


def share(folder: Path, hu: NDArray[np.int16], mask: NDArray[np.bool_], affine: NDArray[np.float64] = AFFINE) -> float:
    """Return the share of a mask outside the body."""
    found = measured(folder, Made(hu, affine), spleen=Made(mask.astype(np.uint8), affine)).masks[0].outside_body_share
    assert found is not None
    return found


def _box(i: slice, j: slice, k: slice) -> NDArray[np.bool_]:
    mask = np.zeros(SHAPE, np.bool_)
    mask[i, j, k] = True
    return mask


@pytest.mark.parametrize(
    ("mask", "expected"),
    [
        (TORSO, 0.0),
        (LUNG, 0.0),
        (_box(slice(60, 64), slice(40, 44), slice(20, 24)), 0.0),
        (_box(slice(0, 10), slice(0, 10), slice(5, 10)), 1.0),
        (TABLE, 1.0),
    ],
    ids=["torso", "lung", "gas", "air", "table"],
)
def test_share(tmp_path: Path, mask: NDArray[np.bool_], expected: float) -> None:
    """Tissue, lung and enclosed gas are inside; room air and the table are outside."""
    assert share(tmp_path, thorax(), mask) == expected


def test_half_a_mask_outside(tmp_path: Path) -> None:
    """A mask that extends from the body into the air has a share between 0 and 1."""
    mask = _box(slice(0, 50), slice(38, 42), slice(10, 14))
    assert 0.05 < share(tmp_path, thorax(), mask) < 0.2


@pytest.mark.parametrize(
    "view",
    [np.s_[25:90, :, :], np.s_[20:60, 30:70, :], np.s_[:, 45:, :], np.s_[61:, 30:, :]],
    ids=["lung open at a side", "spine with lung in a corner", "front cut off", "gas open at a side"],
)
def test_cropped_field_of_view(tmp_path: Path, view: tuple[slice, ...]) -> None:
    """Parts of the body stay inside if the field of view cuts them open."""
    assert share(tmp_path, thorax()[view], TORSO[view]) == 0.0


def test_other_orientation_and_spacing(tmp_path: Path) -> None:
    """Axial slices are found by the affine, and voxels need not be cubes."""
    hu, air = np.moveaxis(thorax(), 2, 0), np.moveaxis(_box(slice(0, 10), slice(0, 10), slice(5, 10)), 2, 0)
    affine = np.array([[0, -3.0, 0, 0], [0, 0, 3.0, 0], [-5.0, 0, 0, 0], [0, 0, 0, 1]])
    assert share(tmp_path, hu, np.moveaxis(TORSO, 2, 0), affine) == 0.0
    assert share(tmp_path, hu, air, affine) == 1.0


@pytest.mark.parametrize("value", [-1024, -2000])
def test_no_body(tmp_path: Path, value: int) -> None:
    """For a CT of air alone, which shows no body, there is no estimate."""
    hu, mask = np.full(SHAPE, value, np.int16), TORSO.astype(np.uint8)
    assert measured(tmp_path, Made(hu, AFFINE), spleen=Made(mask, AFFINE)).masks[0].outside_body_share is None


def test_affine_without_lengths(tmp_path: Path) -> None:
    """If the affine has no lengths, there is no estimate."""
    flat = np.diag([3.0, 3.0, 0.0, 1.0])
    case = measured(tmp_path, Made(thorax(), flat), spleen=Made(TORSO.astype(np.uint8), flat))
    assert case.masks[0].outside_body_share is None


def slow_outside(hu: NDArray[np.float64], spacing: NDArray[np.float64], axial: int) -> NDArray[np.bool_]:
    """Return which voxels lie outside the body, by scipy, a cell of about 6 mm at a time."""
    width = np.clip(np.rint(6.0 / spacing), 1, hu.shape).astype(int)
    seen = np.moveaxis(hu[tuple(slice(voxels // 2, None, voxels) for voxels in width)] > -950, axial, 0)
    filled = np.array([slow_filled(part) for part in seen])
    cross, all_around = (ndimage.generate_binary_structure(3, axes) for axes in (1, 3))
    opened = ndimage.binary_dilation(ndimage.binary_erosion(filled, cross, border_value=1), cross)
    parts, _ = ndimage.label(opened, all_around)
    body = ndimage.binary_dilation(parts == np.bincount(parts[opened]).argmax(), all_around)
    outside = ~np.moveaxis(body, 0, axial)
    cells = [np.minimum(np.arange(hu.shape[axis]) // width[axis], outside.shape[axis] - 1) for axis in range(3)]
    return np.asarray(outside[np.ix_(*cells)])


def slow_filled(part: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Fill the holes of a slice, also those at its edges that lie between the first and the last cell there."""
    walled = np.pad(part, 1)
    for wall, edge in (
        (walled[0], part[0]),
        (walled[-1], part[-1]),
        (walled.T[0], part.T[0]),
        (walled.T[-1], part.T[-1]),
    ):
        if edge.any():
            first, *_, last = np.flatnonzero(edge).repeat(2)
            wall[1 + first : 2 + last] = True
    return np.asarray(ndimage.binary_fill_holes(walled)[1:-1, 1:-1])


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize(
    ("spacing", "axial"), [((3.0, 2.0, 6.0), 2), ((2.0, 7.0, 1.5), 0), ((4.1, 3.0, 2.4), 1), ((20.0, 6.0, 3.1), 2)]
)
def test_against_a_slow_estimate(spacing: tuple[float, float, float], axial: int, seed: int) -> None:
    """Shares are those of a slow estimate: bodies that are cropped, hollow, in parts, in voxels of any size."""
    random, shape = np.random.default_rng(seed), (31, 26, 29)
    lumps = ndimage.gaussian_filter(random.normal(size=shape), 5.0 / np.array(spacing) + 0.6)
    hu = np.where(lumps > 0.6 * (seed % 3 - 1) * lumps.std(), -949.0, -950.0)  # lung, and gas
    hu[random.random(shape) < 0.02] = 40.0
    order = {0: [2, 1, 0], 1: [0, 2, 1], 2: [0, 1, 2]}[axial]
    affine = (np.eye(3)[order] * spacing) @ np.eye(3)
    outside = outside_of(Volume(shape, hu.ravel("F").astype(np.int16)), np.hstack([affine, np.zeros((3, 1))]))
    assert outside is not None
    slow = slow_outside(hu, np.array(spacing), axial)
    assert slow.mean() < 1
    for density in (0.03, 0.5, 1.0):
        mask = random.random(shape) <= density
        assert outside.share(foreground(mask)) == pytest.approx(slow[mask].mean())


def test_real_case(real_data: Path) -> None:
    """In the real v1 case every mask lies wholly inside the body, and none in a void."""
    case = measure_case(real_data / "v1-example", listed(real_data / "v1-example", "s9001"))
    assert {(mask.outside_body_share, mask.void_share) for mask in case.masks if mask.voxels} == {(0.0, 0.0)}
