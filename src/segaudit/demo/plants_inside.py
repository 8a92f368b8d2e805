"""Defects inside of masks and of their surface: holes, shells, missing slices and voxels, random edges, strays."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

import numpy as np
from scipy import ndimage

from segaudit.demo.plants_masks import box_around, core
from segaudit.demo.target import Damage, Inside, Target, UnplantableError, revalue
from segaudit.demo.volume import Volume

LARGE = ("liver", "lung_upper_lobe_left", "lung_lower_lobe_left", "lung_lower_lobe_right", "lung_upper_lobe_right",
         "spleen", "stomach", "urinary_bladder", "kidney_left", "kidney_right")  # fmt: skip
"""Structures that are large enough for defects of their inside, the largest ones first."""

STRAYS = (("spleen", "liver"), ("colon", "liver"), ("small_bowel", "autochthon_left"), ("colon", "autochthon_right"))
"""Structures of which a piece is put into another one."""

_Change = Callable[[Inside], Inside]


def mask_with_hole(target: Target, ml: float = 20) -> Damage:
    """A mask has a hole of 20 ml."""
    structure = target.choose(*LARGE)
    hole = max(1, round(ml / Volume.read(target.mask(structure)).voxel_ml))
    return _changed(target, structure, lambda inside: inside & ~core(inside, hole))


def mask_hollowed(target: Target, voxels: float = 1) -> Damage:
    """Of a mask, a shell of one voxel is left."""
    return _changed(target, target.choose(*LARGE[1:]), lambda inside: _shell(inside, int(voxels)))


def mask_riddled(target: Target, share: float = 0.1) -> Damage:
    """A tenth of the voxels of a mask is missing at random."""
    return _changed(target, target.choose(*LARGE), lambda inside: _riddled(inside, share))


def mask_slices_lost(target: Target, slices: float = 2) -> Damage:
    """Two slices in the middle of a mask are empty."""
    structure = target.choose(*LARGE)

    def emptied(inside: Inside) -> Inside:
        shown = np.flatnonzero(inside.any(axis=(0, 1)))
        kept = inside.copy(order="K")
        kept[:, :, shown[len(shown) // 2] :][:, :, : int(slices)] = False
        return kept

    return _changed(target, structure, emptied)


def mask_slices_moved(target: Target, voxels: float = 2) -> Damage:
    """The slices of a mask are moved at random by up to two voxels, but not into other masks."""
    labelled = target.labelled()
    return _changed(target, target.choose(*LARGE), lambda inside: _moved(inside, int(voxels)) & (inside | ~labelled))


def mask_edges_random(target: Target, share: float = 0.5) -> Damage:
    """Half of the voxels of a mask within two voxels of its surface are missing at random."""
    return _changed(target, target.choose(*LARGE), lambda inside: _ragged(inside, share))


def mask_stray(target: Target, ml: float = 20) -> Damage:
    """A piece of 20 ml of a mask lies within another organ, which lacks it."""
    for structure, host in STRAYS:
        known = {structure, host}.isdisjoint(target.taken) and target.mask(host).exists()
        if known and target.complete(structure) and target.complete(host):
            piece = core(target.inside(host), max(1, round(ml / Volume.read(target.mask(host)).voxel_ml)))
            target.draw(host, target.inside(host) & ~piece)
            target.draw(structure, target.inside(structure) | piece)
            return target.at(structure)
    raise UnplantableError(f"{target.case}: no pair of {STRAYS} is here and complete")


def masks_hollowed(target: Target, voxels: float = 1) -> Damage:
    """Of all masks, shells of one voxel are left."""
    return _all(target, lambda inside: _shell(inside, int(voxels)))


def masks_riddled(target: Target, share: float = 0.3) -> Damage:
    """Three in ten voxels of all masks are missing at random."""
    return _all(target, lambda inside: _riddled(inside, share))


def masks_slices_lost(target: Target, nth: float = 2) -> Damage:
    """Every second slice of all masks is empty."""

    def emptied(inside: Inside) -> Inside:
        kept = inside.copy(order="K")
        kept[:, :, :: int(nth)] = False
        return kept

    return _all(target, emptied)


def masks_slices_moved(target: Target, voxels: float = 2) -> Damage:
    """The slices of all masks are moved at random by up to two voxels, each mask's in its own way."""
    return _all(target, lambda inside: _moved(inside, int(voxels)))


def _changed(target: Target, structure: str, change: _Change) -> Damage:
    target.draw(structure, change(target.inside(structure)))
    return target.at(structure)


def _all(target: Target, change: _Change) -> Damage:
    for path in target.masks:
        revalue(path, lambda voxels: change(voxels != 0).astype(voxels.dtype))
    return Damage()


def _shell(inside: Inside, voxels: int) -> Inside:
    shell = inside.copy(order="K")
    if inside.any():
        box = box_around(inside)
        shell[box] &= ~ndimage.binary_erosion(inside[box], iterations=voxels)
    return shell


def _riddled(inside: Inside, share: float) -> Inside:
    return inside & ~_at_random(inside.shape, share)


@lru_cache(1)  # all masks of a case have one shape
def _at_random(shape: tuple[int, ...], share: float) -> Inside:
    """Return a share of the voxels of a grid."""
    return np.asfortranarray(np.random.default_rng(0).random(shape) < share)


def _ragged(inside: Inside, share: float) -> Inside:
    return inside & ~(_at_random(inside.shape, share) & _shell(inside, 2))


def _moved(inside: Inside, voxels: int) -> Inside:
    rng = np.random.default_rng(np.count_nonzero(inside))
    moved = inside.copy(order="K")
    for k in np.flatnonzero(inside.any(axis=(0, 1))).tolist():
        moved[:, :, k] = np.roll(inside[:, :, k], rng.integers(-voxels, voxels + 1, 2).tolist(), (0, 1))
    return moved
