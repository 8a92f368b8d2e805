"""Defects of positions and sizes: structures that are misplaced or too small, bodies in a wrong orientation."""

from __future__ import annotations

from collections.abc import Callable
from itertools import product
from pathlib import Path

import numpy as np
from scipy import ndimage

from segaudit.demo.target import Array, Damage, Inside, Target, UnplantableError, densify, revalue
from segaudit.demo.volume import Volume

MOVABLE = ("heart", "heart_ventricle_left", "urinary_bladder", "spleen", "kidney_left", "pancreas", "brain")
"""Structures whose position varies little between persons."""

SIDED = ("hip_left", "hip_right", "scapula_left", "femur_left", "gluteus_minimus_left", "kidney_left", "kidney_right")

ASIDE_MM = (-60, -40, -20, 0, 20, 40, 60)
"""Offsets to try for a moved structure, to find the position that covers the least of other structures."""

FRAME_VOXELS = 4
FAT_VOXELS = 2
FAT_HU, NOISE_HU = -100, 12
TISSUE_HU = -500


def side_cut(target: Target, share: float = 0.7) -> Damage:
    """One of a pair lacks its lowest 70 per cent."""
    return _cut(target, target.choose(*SIDED), share)


def organ_cut(target: Target, share: float = 0.9) -> Damage:
    """An organ lacks nine tenths of its voxels."""
    return _cut(target, target.choose("liver", "sacrum", "urinary_bladder", "spleen", "vertebrae_L3"), share)


def organ_smaller(target: Target, share: float = 0.5) -> Damage:
    """An organ lacks half of its voxels, in one case of many."""
    return _cut(target, target.choose("spleen", "liver", "pancreas"), share)


def organ_denser(target: Target, hu: float = 100) -> Damage:
    """The CT under an organ's mask is 100 HU higher, in one case of many."""
    return densify(target, target.choose("spleen", "liver", "pancreas"), hu)


def organ_shifted(target: Target, mm: float = 50) -> Damage:
    """An organ lies 50 mm lower than it did, in one case of many."""
    return _move(target, target.choose("spleen", "pancreas", "liver"), -mm)


def organ_misplaced(target: Target, mm: float = 200) -> Damage:
    """A structure of the trunk lies 200 mm from its place, along the body."""
    return _move_either_way(target, target.choose(*MOVABLE), mm)


def organ_displaced(target: Target, mm: float = 120) -> Damage:
    """A kidney lies 120 mm lower or higher than it did."""
    return _move_either_way(target, target.choose("kidney_left", "kidney_right", "spleen"), mm)


def case_upside_down(target: Target) -> Damage:
    """The slices of CT and masks are stored from head to feet, and their affines do not say so."""
    return _all(target, lambda voxels: voxels[:, :, ::-1])


def case_back_to_front(target: Target) -> Damage:
    """The rows of CT and masks are stored from front to back, and their affines do not say so."""
    return _all(target, lambda voxels: voxels[:, ::-1])


def organs_mirrored(target: Target) -> Damage:
    """The body is mirrored, and left and right of all pairs have been exchanged since."""
    _all(target, lambda voxels: voxels[::-1])
    for left in target.masks:
        right = left.with_name(left.name.replace("_left", "_right"))
        if right != left and right.exists():
            content = left.read_bytes()
            left.write_bytes(right.read_bytes())
            right.write_bytes(content)
    return Damage()


def slices_lost(target: Target, share: float = 0.6) -> Damage:
    """Of CT and masks, 60 per cent of the slices are missing, evenly, and the slice distance is what it was."""

    def thin(voxels: Array) -> Array:
        kept = np.linspace(0, voxels.shape[2] - 1, round(voxels.shape[2] * (1 - share))).astype(int)
        return voxels[:, :, kept]

    return _all(target, thin)


def _all(target: Target, change: Callable[[Array], Array]) -> Damage:
    for path in target.volumes:
        revalue(path, change)
    return Damage()


def _cut(target: Target, structure: str, share: float) -> Damage:
    """Take away the lowest share of a structure's voxels."""
    inside = target.inside(structure)
    height = np.cumsum(np.count_nonzero(inside, axis=(0, 1)))
    target.draw(structure, inside & (height > share * height[-1]))
    return target.at(structure)


def _move_either_way(target: Target, structure: str, mm: float) -> Damage:
    """Move a structure down, or up where there is no room below."""
    try:
        return _move(target, structure, -mm)
    except UnplantableError:
        return _move(target, structure, mm)


def _move(target: Target, structure: str, mm: float) -> Damage:
    """Move a structure along the body, with its intensities in the CT, and remove its voxels from other masks.

    Fat lies around it, and where it was.

    Raises:
        UnplantableError: it would leave the grid.
    """
    volume, ct = Volume.read(target.mask(structure)), Volume.read(target.ct)
    inside = volume.voxels != 0
    others = target.labelled() & ~inside
    where = np.argwhere(inside)
    moved = _least_in_the_way(target, where, volume, mm, others | (ct.voxels < TISSUE_HU))
    target.draw(structure, moved)
    tissue = ct.voxels.copy(order="K")
    fat = inside | (ndimage.binary_dilation(moved, iterations=FAT_VOXELS) & ~others)
    tissue[fat] = np.random.default_rng(1).normal(FAT_HU, NOISE_HU, np.count_nonzero(fat))
    tissue[moved] = np.random.default_rng(0).choice(ct.voxels[inside], np.count_nonzero(moved))
    revalue(target.ct, lambda _: tissue)
    for path in target.masks:
        if path != target.mask(structure):
            _give_way(path, moved)
    return target.at(structure)


def _give_way(path: Path, moved: Inside) -> None:
    """Remove the voxels of a moved structure from another mask, if it has any of them."""
    voxels = Volume.read(path).voxels
    if voxels[moved].any():
        revalue(path, lambda _: np.where(moved, 0, voxels).astype(voxels.dtype))


def _least_in_the_way(target: Target, where: Array, volume: Volume, mm: float, occupied: Inside) -> Inside:
    """Return the moved mask, at the offset to the side and to the front that covers the least of other structures."""
    spacing = np.linalg.norm(volume.affine[:3, :3], axis=0)
    best: tuple[int, Array] | None = None
    for x, y in product(ASIDE_MM, ASIDE_MM):
        moved = where + np.rint(np.array((x, y, mm)) / spacing).astype(int)
        room = (moved >= FRAME_VOXELS).all() and (moved < np.array(occupied.shape) - FRAME_VOXELS).all()
        if room and (best is None or np.count_nonzero(occupied[tuple(moved.T)]) < best[0]):
            best = int(np.count_nonzero(occupied[tuple(moved.T)])), moved
    if best is None:
        raise UnplantableError(f"{target.case}: there is no room to move a structure by {mm:g} mm")
    inside = np.zeros_like(occupied)
    inside[tuple(best[1].T)] = True
    return inside
