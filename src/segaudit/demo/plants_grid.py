"""Defects of the voxel grid: size, spacing, axes, and the position that a header gives the voxels."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from segaudit.demo.target import Damage, Target, UnplantableError, edit
from segaudit.demo.volume import Volume

Matrix = npt.NDArray[np.float64]
FLAT_SLICES = 20
"""Slices of a case that is too flat; the smallest of TotalSegmentator v1 has 29."""


def mask_shape_off_by_one(target: Target) -> Damage:
    """A mask has one slice less than its CT."""
    return _one(target, lambda volume: volume.store(volume.voxels[..., :-1]))


def mask_origin_shift_3vox(target: Target, voxels: float = 3) -> Damage:
    """A mask's header places it three voxels beside its CT."""
    return _one(target, _moving(lambda affine: _shifted(affine, voxels)))


def wrong_spacing_mask(target: Target, share: float = 0.1) -> Damage:
    """A mask's header says voxels a tenth smaller than those of its CT."""
    return _one(target, _moving(lambda affine: _shrunk(affine, share)))


def mask_affine_not_finite(target: Target) -> Damage:
    """A mask's sform holds NaN."""

    def change(volume: Volume) -> None:
        volume.header["srow_z"] = np.nan

    return _one(target, change)


def mask_4d(target: Target) -> Damage:
    """A mask's file holds two volumes."""
    return _one(target, lambda volume: volume.store(np.stack([volume.voxels, np.zeros_like(volume.voxels)], axis=-1)))


def sform_not_orthonormal(target: Target, skew: float = 2e-4) -> Damage:
    """The axes of CT and masks are skewed by 2e-4, which ITK refuses; no corner moves by 0.1 mm."""
    return _all(target, _moving(lambda affine: _skewed(affine, skew)))


def sform_skewed(target: Target, skew: float = 2e-5) -> Damage:
    """The axes of CT and masks are skewed by 2e-5, which ITK still reads."""
    return _all(target, _moving(lambda affine: _skewed(affine, skew)))


def qform_sform_disagree(target: Target, voxels: float = 2) -> Damage:
    """The CT's qform (or, without a CT, a mask's) places it two voxels beside its sform."""
    structure = "" if target.ct.exists() else target.choose()
    path = target.mask(structure) if structure else target.ct
    edit(path, lambda volume: volume.header.set_qform(_shifted(volume.affine, voxels), code=1))
    return target.at(structure, path)


def wrong_spacing_case(target: Target, share: float = 0.1) -> Damage:
    """The headers of CT and masks alike say voxels a tenth smaller than promised."""
    return _all(target, _moving(lambda affine: _shrunk(affine, share)))


def case_stored_lps(target: Target) -> Damage:
    """CT and masks are stored with two axes the other way round, and their affines say so."""
    return _all(target, _turn)


def mask_turned(target: Target) -> Damage:
    """A mask is stored with two axes the other way round, and its affine says so."""
    return _one(target, _turn)


def mask_of_four_axes(target: Target) -> Damage:
    """A mask is stored with a fourth axis of length 1."""
    return _one(target, lambda volume: volume.store(volume.voxels[..., np.newaxis]))


def case_flat(target: Target) -> Damage:
    """CT and masks are cut to a few slices."""
    slices = Volume.read(target.volumes[0]).voxels.shape[2]
    if slices <= FLAT_SLICES:
        raise UnplantableError(f"{target.case}: it has {slices} slices, {FLAT_SLICES + 1} are needed")
    return _all(target, lambda volume: _crop(volume, (slices - FLAT_SLICES) // 2))


def _one(target: Target, change: Callable[[Volume], None]) -> Damage:
    structure = target.choose()
    edit(target.mask(structure), change)
    return target.at(structure)


def _all(target: Target, change: Callable[[Volume], None]) -> Damage:
    for path in target.volumes:
        edit(path, change)
    return Damage()


def _moving(change: Callable[[Matrix], Matrix]) -> Callable[[Volume], None]:
    """Return a function that changes a volume's affine."""
    return lambda volume: volume.place(change(volume.affine))


def _shifted(affine: Matrix, voxels: float) -> Matrix:
    """Return an affine moved along the first axis."""
    moved = affine.copy()
    moved[:3, 3] += voxels * affine[:3, 0]
    return moved


def _shrunk(affine: Matrix, share: float) -> Matrix:
    """Return an affine whose voxels are smaller by a share."""
    return affine @ np.diag((*[1 - share] * 3, 1.0))


def _skewed(affine: Matrix, size: float) -> Matrix:
    """Return an affine whose second axis leans towards its first, so that max |R'R - I| is ``size``."""
    skewed = affine.copy()
    skewed[:3, 1] += size * affine[:3, 0]
    return skewed


def _turn(volume: Volume) -> None:
    """Reverse the first two axes."""
    ends = np.array(volume.voxels.shape[:2]) - 1
    turned = volume.affine
    turned[:3, 3] += turned[:3, :2] @ ends
    turned[:3, :2] *= -1
    volume.store(volume.voxels[::-1, ::-1])
    volume.place(turned)


def _crop(volume: Volume, first: int) -> None:
    """Keep some slices from the first one on."""
    affine = volume.affine
    affine[:3, 3] += first * affine[:3, 2]
    volume.store(volume.voxels[:, :, first : first + FLAT_SLICES])
    volume.place(affine)
