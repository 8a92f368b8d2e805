"""How masks fit a CT: displacements, turns, single masks, slabs, size errors, and input with nothing to see."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace
from scipy import ndimage

from segaudit.measure.fit import with_agreement
from segaudit.model import File, HuSample, Mask
from segaudit.testing.records import healthy_header
from segaudit.testing.volumes import IDENTITY
from tests.support.fitting import SHAPE, Grid, bodies, fits, fitted, scan, shifted

MASKS = bodies()
CT = scan(MASKS)
OBLIQUE = np.array([[0.8, -0.6, 0, 5], [0.6, 0.8, 0, -3], [0, 0, 2.5, 10], [0, 0, 0, 1]])


def test_in_place() -> None:
    """Masks that lie on the edges agree with them, and nothing is looked for elsewhere."""
    fit = fits(CT, MASKS)
    assert fit.agreement > 0.95
    assert np.abs(fit.offset).max() < 0.1
    assert (fit.structures, fit.placements) == (len(MASKS), ())
    assert all(mask.shift is None for mask in fit.masks)
    assert min(slab.agreement for slab in fit.slabs) > 0.8


@settings(max_examples=12, deadline=None)
@given(st.tuples(*[st.integers(-3, 3)] * 3).filter(any), st.sampled_from((np.diag((3.0, 3.0, 3.0, 1.0)), OBLIQUE)))
def test_displaced(voxels: tuple[int, int, int], affine: Grid) -> None:
    """Masks moved by some voxels are found to lie as far off, to a part of one."""
    moved = {name: shifted(mask, voxels) for name, mask in MASKS.items()}
    place = fits(CT, moved, affine).placements[0]
    assert place.turn == ""
    assert place.voxels == pytest.approx(voxels, abs=0.35)
    assert place.agreement > 0.85


def test_far() -> None:
    """A displacement beyond what lies beside the faces is found by correlation."""
    wide = {name: np.pad(mask, ((30, 30), (0, 0), (20, 0))) for name, mask in MASKS.items()}
    ct = np.pad(CT, ((30, 30), (0, 0), (20, 0)), constant_values=-100)
    moved = {name: shifted(mask, (-25, 3, -15)) for name, mask in wide.items()}
    assert fits(ct, moved).placements[0].voxels == pytest.approx((-25, 3, -15), abs=0.35)


@pytest.mark.parametrize(
    ("turn", "axes"), [("i", (0,)), ("j", (1,)), ("k", (2,)), ("ij", (0, 1)), ("jk", (1, 2)), ("ijk", (0, 1, 2))]
)
def test_turned(turn: str, axes: tuple[int, ...]) -> None:
    """A CT mirrored or turned is named by the axes, and agrees with the masks no more."""
    fit = fits(np.flip(CT, axes), MASKS)
    assert fit.agreement < 0.8
    assert fit.placements[0].turn == turn
    assert fit.placements[0].voxels == pytest.approx((0, 0, 0), abs=0.3)
    assert fit.placements[1].contrast < 0.7 * fit.placements[0].contrast


def test_swapped() -> None:
    """Exchanged axes are a turn of their own."""
    ct, masks = CT[:40, :40], {name: mask[:40, :40] for name, mask in MASKS.items()}
    assert fits(ct.transpose(1, 0, 2), masks).placements[0].turn == "swap"


def test_flipped_together() -> None:
    """Where CT and masks are turned alike, nothing changes but the signs."""
    one, other = (
        fits(CT, MASKS),
        fits(np.flip(CT, (0, 2)), {name: np.flip(mask, (0, 2)) for name, mask in MASKS.items()}),
    )
    assert other.agreement == pytest.approx(one.agreement, abs=0.02)
    assert {mask.structure: mask.agreement for mask in other.masks} == pytest.approx(
        {mask.structure: mask.agreement for mask in one.masks}, abs=0.06
    )


@pytest.mark.parametrize("resized", [ndimage.binary_dilation, ndimage.binary_erosion])
@pytest.mark.parametrize("voxels", [1, 2])
def test_size(resized: Callable[..., Grid], voxels: int) -> None:
    """Masks that are drawn too large or too small are in their place."""
    names = ("liver", "vertebrae_L2", "spleen", "lung_lower_lobe_left")
    fit = fits(CT, {name: resized(MASKS[name], iterations=voxels) for name in names})
    assert np.abs(fit.offset).max() < 0.4
    assert max(fit.gain) < 1.1


@pytest.mark.parametrize("structure", ["liver", "vertebrae_L2", "lung_lower_lobe_left"])
@pytest.mark.parametrize("voxels", [(2, 0, 0), (0, -3, 0), (0, 0, 3)])
def test_one_mask(structure: str, voxels: tuple[int, int, int]) -> None:
    """One mask beside its place is found there, and no other one."""
    fit = fits(CT, MASKS | {structure: shifted(MASKS[structure], voxels)})
    assert {mask.structure: mask.shift.voxels for mask in fit.masks if mask.shift} == {structure: voxels}


def test_slab() -> None:
    """Slices of the CT that belong elsewhere are found in their slab alone."""
    ct = CT.copy()
    ct[:, :, 10:20] = np.roll(ct[:, :, 10:20], (9, 9), (0, 1))
    agreements = {slab.first: slab.typical for slab in fits(ct, MASKS).slabs}
    assert max(agreements[10], agreements[15]) < 0.3
    assert min(agreements[25], agreements[30]) > 0.8


def test_axis() -> None:
    """Slabs lie along the patient's length, whichever axis of the grid that is."""
    affine = np.diag((3.0, 3.0, 3.0, 1.0))[[2, 1, 0, 3]]
    fit = fits(CT, MASKS, affine)
    assert fit.axis == 0
    assert fit.slabs[-1].last in range(SHAPE[2], SHAPE[0])


def test_off_the_grid_by_header() -> None:
    """Masks that their headers place elsewhere are measured, and not taken together."""
    fit = fitted(CT, MASKS, corner_displacement_mm=1.5)
    assert fit is not None
    assert (fit.structures, fit.faces, len(fit.masks)) == (0, 0, len(MASKS))


def test_agreement_of_masks_off_the_grid() -> None:
    """Only masks that their headers place off the grid know how their voxels fit, and those with one affine alike."""
    fit = fits(CT, MASKS)
    on, off = (
        Mask(case="s0001", structure="liver", file=File(case="s0001"), corner_displacement_mm=mm) for mm in (0, 9)
    )
    colon = replace(off, structure="colon")
    other = replace(
        colon, file=replace(colon.file, header=healthy_header(affine=(2.0, *IDENTITY.ravel()[1:].tolist())))
    )
    agreement = next(each.agreement for each in fit.masks if each.structure == "liver")
    found = [mask.agreement for mask in with_agreement([on, off, colon, other], fit)]
    assert found == [None, agreement, agreement, None]
    assert with_agreement([off], None) == (off,)


def test_left_out() -> None:
    """Structures without an edge and masks of several values take no part, and filled lungs none in what all show."""
    assert fitted(CT, {"brain": MASKS["liver"], "colon": MASKS["spleen"]}) is None
    filled = HuSample(mean=0, std=1, minimum=0, p5=0, p25=0, median=20, p75=30, p95=40, maximum=50)
    fit = fitted(CT, MASKS, hu=filled)
    assert fit is not None
    assert (fit.structures, len(fit.masks)) == (len(MASKS) - 1, len(MASKS))
    assert fitted(CT, MASKS, distinct_values=3) is None


@pytest.mark.parametrize("value", [0.0, -1000.0, np.nan, np.inf])
def test_constant_ct(value: float) -> None:
    """A CT of one value shows no edge, and no place is better than another."""
    fit = fits(np.full(SHAPE, value, np.float32), MASKS)
    assert (fit.agreement, fit.magnitude) == (0, 0)
    assert {place.agreement for place in fit.placements} == {0.0}


def test_nan() -> None:
    """Voxels that are no numbers count as air, and the rest is found as ever."""
    ct = CT.astype(np.float32)
    ct[:3] = np.nan
    assert fits(ct, MASKS).agreement > 0.95


@pytest.mark.parametrize("shape", [(40, 40, 2), (1, 1, 1), (30, 1, 30)])
def test_small_grids(shape: tuple[int, int, int]) -> None:
    """Two slices, one voxel, one plane: few faces, and no exception."""
    masks = {name: mask[: shape[0], : shape[1], 14 : 14 + shape[2]] for name, mask in MASKS.items()}
    speck = np.zeros(shape, np.bool_)
    speck[0, 0, 0] = True
    fit = fitted(CT[: shape[0], : shape[1], 14 : 14 + shape[2]], masks | {"spleen": speck})
    assert fit is None or fit.faces >= 0


def test_noise() -> None:
    """In noise no place fits clearly better than any other."""
    noise = np.random.default_rng(1).normal(0, 80, SHAPE).astype(np.int16)
    fit = fits(noise, MASKS)
    assert abs(fit.agreement) < 0.2
    assert fit.placements[1].contrast > 0.8 * fit.placements[0].contrast


def test_nothing_to_compare() -> None:
    """Without lengths of voxels nothing is measured."""
    assert fitted(CT, MASKS, np.zeros((4, 4))) is None
