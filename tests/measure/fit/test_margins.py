"""How far outside of masks a CT has its edges: none where these are right, as far as they are eroded or dilated."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import ndimage

from segaudit.model.records import Margin
from tests.support.fitting import Grid, bodies, fits, scan, shifted

MASKS = bodies()
CT = scan(MASKS)
NAMES = ("liver", "spleen", "vertebrae_L2", "lung_lower_lobe_left")


def margin(structure: str, inside: Grid, ct: Grid = CT, affine: Grid | None = None) -> Margin | None:
    """Return the margin of a structure whose mask is another one."""
    fit = fits(ct, MASKS | {structure: inside}, affine)
    return next(mask.margin for mask in fit.masks if mask.structure == structure)


def resized(structure: str, voxels: int) -> Grid:
    """Return the mask of a structure without some layers of voxels, or with so many more if negative."""
    change = ndimage.binary_erosion if voxels > 0 else ndimage.binary_dilation
    return np.asarray(change(MASKS[structure], iterations=abs(voxels)) if voxels else MASKS[structure])


@settings(max_examples=20, deadline=None)
@given(st.sampled_from(NAMES), st.sampled_from((-2, -1, 0, 1, 2)), st.floats(6, 80))
def test_layers(structure: str, voxels: int, noise_hu: float) -> None:
    """The edges lie as many voxels outside as were taken away, whatever the noise; a layer more or less is noticed."""
    found = margin(structure, resized(structure, voxels), scan(MASKS, noise_hu))
    if found is not None:
        assert found.voxels == pytest.approx(voxels, abs=0.8)
        assert found.mm == pytest.approx(3 * found.voxels, abs=0.05)


@pytest.mark.parametrize("structure", NAMES)
def test_right_masks(structure: str) -> None:
    """A mask that is right has its edges on its faces, and the largest steps there."""
    found = margin(structure, MASKS[structure])
    assert found is not None
    assert abs(found.voxels) < 0.5
    assert found.gain < 1.3


@pytest.mark.parametrize("voxels", [(3, 0, 0), (0, -3, 0), (2, 2, -2)])
def test_moved_masks_are_not_resized(voxels: tuple[int, int, int]) -> None:
    """A mask that was moved has edges outside on one side and inside on the other."""
    found = margin("liver", shifted(MASKS["liver"], voxels))
    assert found is None or found.mm * found.least_mm <= 0 or abs(found.voxels) < 1


def test_millimetres_are_those_of_each_axis() -> None:
    """Of slices that are thick, voxels count as long as they are."""
    found = margin("liver", resized("liver", 1), affine=np.diag((1.5, 1.5, 6.0, 1.0)))
    assert found is not None
    assert found.voxels == pytest.approx(1, abs=0.8)
    assert 1 < found.mm < 4


def test_nothing_to_see() -> None:
    """Without steps, with an edge on the sides of one axis alone, or of ribs and veins, there is no margin."""
    assert margin("liver", MASKS["liver"], np.zeros_like(CT)) is None
    slabs = np.broadcast_to(np.where(np.arange(CT.shape[2]) % 12 < 6, 60, -100), CT.shape).astype(np.int16)
    inside = np.zeros(CT.shape, np.bool_)
    inside[8:36, 8:32, 12:18] = True
    assert margin("liver", inside, slabs) is None
    rib = fits(CT, {"rib_left_5": MASKS["liver"]}).masks[0]
    assert rib.margin is None
