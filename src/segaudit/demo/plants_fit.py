"""Defects of masks and CT that do not lie on each other, under headers that say they do."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np
from scipy import ndimage

from segaudit.demo.phantom import SPACING_MM, TRUNK, make_case
from segaudit.demo.target import MARGIN_VOXELS, Array, Damage, Inside, Target, UnplantableError, revalue
from segaudit.demo.volume import Volume

FIRM = (
    "kidney_left", "kidney_right", "spleen", "femur_left", "femur_right", "hip_left", "humerus_left", "scapula_left",
    "scapula_right", "clavicula_left", "liver",
)  # fmt: skip
"""Structures whose surface a CT shows on all sides."""

SOLID = ("sacrum", "hip_left", "hip_right", "vertebrae_L3", "kidney_left", "kidney_right")
"""Thick structures whose surface a CT shows: a mask of them can be drawn some voxels too small, or too large."""

FEW = ("femur_left", "femur_right", "vertebrae_L2", "spleen")

SEED = 4711
"""Of another patient's phantom."""

AIR_HU, MUSCLE_HU, NOISE_HU = -1000, 50, 14

UNSEEN_VOXELS = 5
"""How far around a bone the CT shows muscle; as far again it turns into what is there, without an edge that the mask
would fit."""


def masks_moved(target: Target, voxels: float = 2) -> Damage:
    """All masks lie two voxels further to the right than they should."""
    for path in target.masks:
        revalue(path, _to_the_right(int(voxels)))
    return Damage()


def ct_flipped(target: Target) -> Damage:
    """The CT's voxels are mirrored from left to right."""
    revalue(target.ct, lambda hu: hu[::-1])
    return Damage()


def ct_of_another(target: Target) -> Damage:
    """The CT is another patient's."""
    volume = Volume.read(target.ct)
    zoom = SPACING_MM / np.linalg.norm(volume.affine[:3, :3], axis=0)
    other = ndimage.zoom(make_case(SEED, TRUNK).ct, zoom, order=1)[:, :, ::-1]
    revalue(target.ct, lambda hu: _fitted(other, hu.shape).astype(hu.dtype))
    return Damage()


def few_masks_moved(target: Target, voxels: float = 2) -> Damage:
    """All masks but those of four bones are empty, and these lie two voxels further to the right than they should."""
    for path in target.masks:
        revalue(path, _to_the_right(int(voxels)) if path.name.removesuffix(".nii.gz") in FEW else np.zeros_like)
    return Damage()


def slices_bent(target: Target, voxels: float = 5) -> Damage:
    """In two fifths of the slices the CT bends to the back, by up to five voxels, and to the front again."""

    def bent(hu: Array) -> Array:
        first, last = round(0.3 * hu.shape[2]), round(0.7 * hu.shape[2])
        changed = hu.copy(order="K")
        for k in range(first, last):
            steps = min(voxels, 1.5 * voxels * np.sin(np.pi * (k - first + 1) / (last - first + 1)))
            changed[:, :, k] = np.roll(hu[:, :, k], -round(steps), axis=1)
        return changed

    revalue(target.ct, bent)
    return Damage()


def mask_moved(target: Target, voxels: float = 3) -> Damage:
    """A mask lies three voxels beside its place."""
    structure, moved = _free(target, int(voxels))
    revalue(target.mask(structure), lambda inside: moved.astype(inside.dtype))
    return target.at(structure)


def mask_shrunken(target: Target, voxels: float = 2) -> Damage:
    """A mask is drawn two voxels too small all round."""
    structure = target.choose(*SOLID)
    target.draw(structure, ndimage.binary_erosion(target.inside(structure), iterations=int(voxels)))
    return target.at(structure)


def mask_grown(target: Target, voxels: float = 2) -> Damage:
    """A mask is drawn two voxels too large all round, but not into other masks."""
    structure = target.choose(*SOLID)
    inside = target.inside(structure)
    free = inside | ~target.labelled()
    target.draw(structure, ndimage.binary_dilation(inside, iterations=int(voxels), mask=free))
    return target.at(structure)


def bone_unseen(target: Target) -> Damage:
    """The CT shows muscle under a bone's mask and around it."""
    structure = target.choose("femur_left", "femur_right", "humerus_left", "clavicula_left", "clavicula_right")
    distance = ndimage.distance_transform_edt(~target.inside(structure))
    share = np.clip(1 - (distance - UNSEEN_VOXELS) / UNSEEN_VOXELS, 0, 1)
    muscle = np.random.default_rng(0).normal(MUSCLE_HU, NOISE_HU, share.shape)
    revalue(target.ct, lambda hu: np.rint(share * muscle + (1 - share) * hu).astype(hu.dtype))
    return target.at(structure)


def _to_the_right(voxels: int) -> Callable[[Array], Array]:
    return lambda inside: _moved(inside, (voxels, 0, 0))


def _moved(inside: Array, voxels: tuple[int, int, int]) -> Array:
    """Return a mask moved by some voxels; zeros come in."""
    moved = np.roll(inside, voxels, (0, 1, 2))
    for axis, steps in enumerate(voxels):
        line = np.moveaxis(moved, axis, 0)
        line[: max(steps, 0)] = 0
        line[len(line) + min(steps, 0) :] = 0
    return moved


def _fitted(hu: Array, shape: tuple[int, ...]) -> Array:
    """Return a CT cut, or continued by air, to a shape."""
    more = [(0, max(0, wanted - there)) for wanted, there in zip(shape, hu.shape, strict=True)]
    return np.asarray(np.pad(hu, more, constant_values=AIR_HU)[tuple(slice(wanted) for wanted in shape)])


def _free(target: Target, voxels: int) -> tuple[str, Inside]:
    """Return a structure, and where it lies moved along an axis, inside the grid and on no other structure."""
    labelled = target.labelled()
    for structure in FIRM:
        if structure not in target.taken and target.complete(structure):
            inside = target.inside(structure)
            for moved in _ways(inside, voxels):
                inner = moved[MARGIN_VOXELS:-MARGIN_VOXELS, MARGIN_VOXELS:-MARGIN_VOXELS, MARGIN_VOXELS:-MARGIN_VOXELS]
                if inner.sum() == inside.sum() and not (moved & labelled & ~inside).any():
                    return structure, moved
    raise UnplantableError(f"{target.case}: no structure can be moved by {voxels} voxels without meeting another one")


def _ways(inside: Inside, voxels: int) -> Iterator[Inside]:
    for axis in range(3):
        for sign in (-1, 1):
            step = [sign * voxels if each == axis else 0 for each in range(3)]
            yield _moved(inside, (step[0], step[1], step[2]))
