"""What each planted defect does to voxels and headers."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import nibabel as nib
import numpy as np
import pytest
from scipy import ndimage

from segaudit.demo.phantom import SPACING_MM
from segaudit.demo.plant import plant
from segaudit.demo.volume import Volume
from tests.support.phantoms import VOXEL_ML, load, pieces


def test_pieces_of_a_cut_mask(dataset: Path) -> None:
    """A mask in pieces has two of similar size, and has lost at most a slice."""
    planted = plant("mask_in_pieces", dataset, "s0001")
    mask = load(dataset / planted.file)
    sizes = np.bincount(ndimage.label(mask, np.ones((3, 3, 3)))[0].ravel())[1:]
    assert len(sizes) == 2
    assert 2 * sizes.min() > sizes.max()


@pytest.mark.parametrize(("name", "low", "high"), [("masks_overlap", 0.1, 0.2), ("masks_overlap_large", 0.5, 0.7)])
def test_share_of_overlaps(name: str, low: float, high: float, dataset: Path) -> None:
    """Two masks share as much as the defect says, and both are still in one piece."""
    names = plant(name, dataset, "s0001").structure.split(", ")
    masks = [load(dataset / "s0001" / "segmentations" / f"{structure}.nii.gz") != 0 for structure in names]
    share = (masks[0] & masks[1]).sum() / min(mask.sum() for mask in masks)
    assert low < share < high
    assert [pieces(mask) for mask in masks] == [1, 1]


def test_speck_is_small_and_whole(dataset: Path) -> None:
    """A speck is one piece below 0.17 ml."""
    mask = load(dataset / plant("mask_speck", dataset, "s0001").file)
    assert pieces(mask) == 1
    assert 0 < np.count_nonzero(mask) * VOXEL_ML < 0.17


def test_skew_moves_no_corner(dataset: Path) -> None:
    """A skew of 2e-4 is one, and moves the worst corner by less than 0.1 mm."""
    path = dataset / "s0001" / "ct.nii.gz"
    before = Volume.read(path)
    plant("sform_not_orthonormal", dataset, "s0001")
    after = Volume.read(path)
    cosines = after.affine[:3, :3] / np.linalg.norm(after.affine[:3, :3], axis=0)
    assert np.abs(cosines.T @ cosines - np.eye(3)).max() == pytest.approx(2e-4, rel=0.01)
    assert np.abs((after.affine - before.affine)[:3, :3] @ before.voxels.shape).max() < 0.1


def test_flat_case_keeps_its_place(dataset: Path) -> None:
    """The remaining slices keep their position."""
    path = dataset / "s0001" / "segmentations" / "aorta.nii.gz"
    before, _ = Volume.read(path), plant("case_flat", dataset, "s0001")
    after = Volume.read(path)
    first = int(np.rint((after.affine - before.affine)[2, 3] / SPACING_MM))
    assert after.voxels.shape[2] == 20
    assert np.array_equal(after.voxels, before.voxels[:, :, first : first + 20])


def test_turned_case_keeps_its_place(dataset: Path) -> None:
    """With other axes, world coordinates are the same: nibabel reorients the case to the original."""
    path = dataset / "s0001" / "segmentations" / "liver.nii.gz"
    before, _ = Volume.read(path), plant("case_stored_lps", dataset, "s0001")
    turned: Any = nib.Nifti1Image.from_filename(path)
    back = turned.as_reoriented(np.array([[0, -1], [1, -1], [2, 1]]))
    assert np.array_equal(np.asanyarray(back.dataobj), before.voxels)
    assert np.allclose(back.affine, before.affine)


def test_void_lies_under_half_of_one_mask(dataset: Path) -> None:
    """Padding fills the corners and half of the mask that the defect names, and no voxel of another mask."""
    planted = plant("mask_in_void", dataset, "s0001")
    void = load(dataset / "s0001" / "ct.nii.gz") == -1024
    assert [bool(void[i, j, k]) for i in (0, -1) for j in (0, -1) for k in (0, -1)] == [True] * 8
    masks = {path.name: load(path) > 0 for path in (dataset / "s0001" / "segmentations").iterdir()}
    shares = {name: void[mask].mean() for name, mask in masks.items() if mask.any()}
    assert {name: share for name, share in shares.items() if share} == {
        f"{planted.structure}.nii.gz": pytest.approx(0.5, abs=0.01)
    }


def test_leak_reaches_the_air(dataset: Path) -> None:
    """A mask that leaks has voxels in the air, shares none with another mask, and is still in one piece."""
    clean_masks = {p.name: load(p) > 0 for p in (dataset / "s0001" / "segmentations").iterdir()}
    planted = plant("mask_outside_body", dataset, "s0001")
    name = f"{planted.structure}.nii.gz"
    leaking = load(dataset / planted.file) > 0
    air = load(dataset / "s0001" / "ct.nii.gz")[leaking & ~clean_masks.pop(name)] < -900
    assert air.mean() > 0.5
    assert not any((leaking & mask).any() for mask in clean_masks.values())
    assert pieces(leaking) == 1
