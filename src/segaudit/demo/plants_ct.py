"""Defects of intensities, and of masks that lie where the CT shows no tissue."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from segaudit.demo.target import MARGIN_VOXELS, Array, Damage, Inside, Target, UnplantableError, revalue
from segaudit.demo.volume import Volume

PADDING_HU = -1024
TISSUE_HU = -500
FRAME_VOXELS = 4
"""Thickness, in voxels, of the padding around a CT."""

UNDER_THE_SKIN = (
    *(f"rib_{side}_{number}" for number in (7, 6, 8, 5, 4, 9, 3) for side in ("left", "right")),
    "clavicula_left", "clavicula_right", "humerus_left", "humerus_right", "scapula_left", "scapula_right",
    "gluteus_maximus_left", "gluteus_maximus_right", "autochthon_left", "autochthon_right", "gluteus_medius_left",
    "gluteus_medius_right", "small_bowel",
)  # fmt: skip


def ct_int64(target: Target) -> Damage:
    """The CT is stored with 64 bits a voxel."""
    return _ct(target, Volume.read(target.ct).voxels.astype(np.int64))


def ct_nan(target: Target, voxels: float = 50) -> Damage:
    """The CT holds NaN, as where it was resampled from beyond its border."""
    hu = Volume.read(target.ct).voxels.astype(np.float32)
    hu[: int(voxels), -1, hu.shape[2] // 2] = np.nan
    return _ct(target, hu)


def ct_hu_minus9758(target: Target, lowest: float = -9758) -> Damage:
    """Some of the CT's voxels are at -9758 HU, as in s0864 of TotalSegmentator v2.0.0."""
    hu = Volume.read(target.ct).voxels
    hu[np.unravel_index(np.argsort(hu, axis=None, kind="stable")[:20], hu.shape)] = lowest
    return _ct(target, hu)


def ct_constant_0(target: Target) -> Damage:
    """Every voxel of the CT is 0."""
    return _ct(target, np.zeros_like(Volume.read(target.ct).voxels))


def ct_clipped_0_255(target: Target, highest: float = 255) -> Damage:
    """The CT was cut to the values from 0 to 255."""
    return _ct(target, Volume.read(target.ct).voxels.clip(0, int(highest)))


def mask_in_void(target: Target, share: float = 0.5) -> Damage:
    """Half of a mask lies where the CT holds nothing but padding."""
    structure = target.choose()
    inside, hu = Volume.read(target.mask(structure)).voxels != 0, Volume.read(target.ct).voxels
    first = np.cumsum(inside).reshape(hu.shape) <= share * np.count_nonzero(inside)
    hu[(inside & first) | (_frame(hu.shape) & ~target.labelled() & (hu < TISSUE_HU))] = PADDING_HU
    _ct(target, hu)
    return target.at(structure)


def mask_outside_body(target: Target, share: float = 0.025) -> Damage:
    """A mask reaches through the skin into the air in front of the body, behind it or beside it."""
    structure, leak = _leak(target, share)
    revalue(target.mask(structure), lambda voxels: np.where(leak, voxels.max(), voxels))
    return target.at(structure)


def _ct(target: Target, hu: Array) -> Damage:
    """Replace the CT's intensities."""
    revalue(target.ct, lambda _: hu)
    return target.at(path=target.ct)


def _frame(shape: tuple[int, ...]) -> Inside:
    """Return which voxels are near a face of the grid."""
    frame = np.ones(shape, np.bool_)
    frame[FRAME_VOXELS:-FRAME_VOXELS, FRAME_VOXELS:-FRAME_VOXELS, FRAME_VOXELS:-FRAME_VOXELS] = False
    return frame


def _leak(target: Target, share: float) -> tuple[str, Inside]:
    """Return a structure near the skin, and a rod from it into the air that crosses no other structure."""
    labelled, tissue = target.labelled(), Volume.read(target.ct).voxels > TISSUE_HU
    for structure in UNDER_THE_SKIN:
        if structure not in target.taken and target.complete(structure):
            inside = Volume.read(target.mask(structure)).voxels != 0
            for rod in _rods(inside):
                enough = np.count_nonzero(rod & ~tissue) > share * np.count_nonzero(inside)
                if enough and not (rod & labelled & ~inside).any():
                    return structure, rod
    raise UnplantableError(f"{target.case}: no structure has a free way to the air")


def _rods(inside: Inside) -> Iterator[Inside]:
    """Yield rods, three by three voxels wide, from a mask's foremost, hindmost and outermost voxels to the margin."""
    where = np.argwhere(inside)
    for axis, step in ((1, 1), (1, -1), (0, 1), (0, -1)):
        start = where[np.argmax(step * where[:, axis])]
        box = [slice(place - 1, place + 2) for place in start]
        end = inside.shape[axis] - MARGIN_VOXELS
        box[axis] = slice(start[axis], end) if step > 0 else slice(MARGIN_VOXELS, start[axis] + 1)
        rod = np.zeros_like(inside)
        rod[tuple(box)] = True
        yield rod
