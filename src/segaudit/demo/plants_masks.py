"""Defects of masks: values, missing voxels, pieces, masks that share voxels, sides."""

from __future__ import annotations

import shutil
from collections.abc import Iterable
from pathlib import Path

import numpy as np
from scipy import ndimage

from segaudit.demo.target import Damage, Inside, Target, UnplantableError, edit, revalue
from segaudit.demo.volume import Volume

TOUCHING = np.ones((3, 3, 3), np.bool_)
"""26-connectivity: voxels touch if they share a face, an edge or a corner."""

NEIGHBOURS = (
    ("liver", "kidney_right"), ("stomach", "spleen"), ("spleen", "kidney_left"), ("liver", "stomach"),
    ("colon", "small_bowel"), ("lung_lower_lobe_left", "lung_upper_lobe_left"),
    ("lung_lower_lobe_right", "lung_upper_lobe_right"), ("vertebrae_L2", "vertebrae_L3"), ("hip_left", "femur_left"),
)  # fmt: skip
"""Pairs that touch in most people, but may not overlap in any contract."""


def mask_float32(target: Target) -> Damage:
    """A mask is stored as floating point."""
    structure = target.choose()
    revalue(target.mask(structure), lambda voxels: voxels.astype(np.float32))
    return target.at(structure)


def mask_values_0_2(target: Target) -> Damage:
    """A mask's voxels are 2 rather than 1."""
    structure = target.choose()
    revalue(target.mask(structure), lambda voxels: voxels * 2)
    return target.at(structure)


def mask_fractional_07(target: Target, slope: float = 0.7) -> Damage:
    """A mask's header scales its voxels to 0.7."""
    structure = target.choose()

    def change(volume: Volume) -> None:
        volume.header["scl_slope"], volume.header["scl_inter"] = slope, 0

    edit(target.mask(structure), change)
    return target.at(structure)


def mask_empty_liver(target: Target) -> Damage:
    """The liver's mask is empty, although vertebra T12 and both kidneys are here and complete."""
    evidence = ("vertebrae_T12", "kidney_left", "kidney_right")
    if target.taken.intersection(evidence) or not all(map(target.complete, evidence)):
        raise UnplantableError(f"{target.case}: {', '.join(evidence)} are not all here and complete")
    revalue(target.mask("liver"), np.zeros_like)
    return target.at("liver")


def all_masks_empty(target: Target) -> Damage:
    """All masks are empty."""
    _empty(target.masks)
    return Damage()


def structure_never_present(target: Target) -> Damage:
    """The gallbladder's mask is empty in every case."""
    _empty(target.root.glob("*/segmentations/gallbladder.nii.gz"))
    return Damage("gallbladder", case="")


def mask_speck(target: Target, ml: float = 0.1) -> Damage:
    """Of a mask, a speck of 0.1 ml is left."""
    structure = target.choose("urinary_bladder", "pancreas", "duodenum", "stomach", "esophagus", "small_bowel")
    volume = Volume.read(target.mask(structure))
    speck = core(volume.voxels != 0, max(1, int(ml / volume.voxel_ml)))
    revalue(target.mask(structure), lambda voxels: np.where(speck, voxels, 0).astype(voxels.dtype))
    return target.at(structure)


def mask_in_pieces(target: Target, share: float = 0.5) -> Damage:
    """A slanted gap of two voxels cuts a mask into two pieces of similar size."""
    structure = target.choose("liver", "spleen", "urinary_bladder", "kidney_left", "kidney_right")
    volume = Volume.read(target.mask(structure))
    slope = [np.arange(length) for length in volume.voxels.shape]
    height = np.broadcast_to(slope[0][:, None, None] + 2 * slope[2], volume.voxels.shape)
    below = np.quantile(height[volume.voxels != 0], share)
    volume.voxels[(height >= below) & (height < below + 5)] = 0
    volume.write(target.mask(structure))
    return target.at(structure)


def masks_overlap(target: Target, share: float = 0.15) -> Damage:
    """A mask covers 15 per cent of a smaller one beside it."""
    return _overlap(target, share)


def masks_overlap_large(target: Target, share: float = 0.6) -> Damage:
    """A mask covers 60 per cent of a smaller one beside it."""
    return _overlap(target, share)


def masks_identical(target: Target) -> Damage:
    """A structure has the mask of another one."""
    kept = target.choose("pancreas", "spleen", "stomach")
    lost = target.choose(*(name for name in ("duodenum", "stomach", "urinary_bladder") if name != kept))
    shutil.copyfile(target.mask(kept), target.mask(lost))
    return Damage(", ".join(sorted((kept, lost))), target.at(lost).file)


def kidneys_swapped(target: Target) -> Damage:
    """The masks of the left and the right kidney are exchanged."""
    left, right = (target.mask(target.choose(name)) for name in ("kidney_left", "kidney_right"))
    content = left.read_bytes()
    right.replace(left)
    right.write_bytes(content)
    return Damage("kidney_left, kidney_right")


def _empty(paths: Iterable[Path]) -> None:
    """Empty the masks that have voxels."""
    for path in paths:
        volume = Volume.read(path)
        if volume.voxels.any():
            volume.voxels[:] = 0
            volume.write(path)


def core(inside: Inside, count: int) -> Inside:
    """Return the ``count`` voxels nearest to the innermost voxel."""
    core, box = np.zeros_like(inside), box_around(inside)
    where = np.argwhere(inside[box])
    depth = ndimage.distance_transform_edt(inside[box])
    deepest = np.unravel_index(np.argmax(depth), depth.shape)
    nearest = where[np.argsort(((where - deepest) ** 2).sum(axis=1), kind="stable")[:count]]
    core[box][tuple(nearest.T)] = True
    return core


def _overlap(target: Target, share: float) -> Damage:
    """Grow the larger of two neighbours' masks into the smaller one."""
    for pair in NEIGHBOURS:
        if not target.taken.intersection(pair) and all(map(target.complete, pair)):
            masks = {name: Volume.read(target.mask(name)).voxels for name in pair}
            smaller, larger = sorted(pair, key=lambda name: int(np.count_nonzero(masks[name])))
            if (grown := _grown(masks[larger] != 0, masks[smaller] != 0, share)) is not None:
                revalue(target.mask(larger), lambda voxels: np.where(grown, voxels.max(), voxels))
                return Damage(", ".join(sorted(pair)), target.at(larger).file)
    raise UnplantableError(f"{target.case}: no two complete neighbours touch")


def _grown(inside: Inside, into: Inside, share: float) -> Inside | None:
    """Return a mask that takes a share of its neighbour's voxels and stays in one piece; None if they do not touch."""
    result, box, count = inside.copy(order="K"), box_around(into), int(share * np.count_nonzero(into))
    grown, free = result[box], into[box]
    while (missing := count - np.count_nonzero(grown & free)) > 0:
        rim = np.argwhere(ndimage.binary_dilation(grown, TOUCHING) & free & ~grown)
        if not len(rim):
            return None
        grown[tuple(rim[:missing].T)] = True
    return result


def box_around(inside: Inside, margin: int = 1) -> tuple[slice, ...]:
    """Return the box around a mask, some voxels wider than it at each face, within the grid."""
    shown = [np.flatnonzero(inside.any(axis=others)) for others in ((1, 2), (0, 2), (0, 1))]
    return tuple(slice(max(0, int(at[0]) - margin), int(at[-1]) + 1 + margin) for at in shown)
