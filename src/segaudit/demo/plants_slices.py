"""Defects of single slices: their order, their zero, their distance, and such that are empty."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import numpy as np

from segaudit.demo.target import Array, Damage, Target, edit, revalue
from segaudit.demo.volume import Volume

MR_GREY = ((-1024, 5), (-900, 10), (-300, 60), (-100, 900), (-60, 850), (0, 500), (60, 320), (300, 120), (1500, 20))
"""What an MR image shows of so many HU: fat bright, muscle grey, bone and air dark."""
MR_NOISE = 10

OFFSET_FROM, UNEVEN_UPTO = 2 / 3, 1 / 2
"""Shares of the slices below the first one with another zero, and below the first one at the right distance."""


def ct_slices_by_name(target: Target) -> Damage:
    """The CT's slices are in the order of their names as text: 1, 10, 11, ..., 2, 20, ..."""
    return _slices(target, lambda count: sorted(range(count), key=lambda slice_: str(slice_ + 1)))


def ct_pairs_exchanged(target: Target) -> Damage:
    """Each two neighbouring slices of the CT are exchanged."""
    return _slices(target, lambda count: [min(slice_ ^ 1, count - 1) for slice_ in range(count)])


def ct_slab_empty(target: Target, slices: float = 3) -> Damage:
    """Some slices in the middle of the CT have no image."""
    return _changed(target, lambda hu: _filled(hu, hu.shape[2] // 2, int(slices)))


def ct_end_empty(target: Target, slices: float = 6) -> Damage:
    """The lowest slices of the CT have no image."""
    return _changed(target, lambda hu: _filled(hu, 0, int(slices)))


def ct_slice_empty(target: Target) -> Damage:
    """One slice in the middle of the CT has no image."""
    return _changed(target, lambda hu: _filled(hu, hu.shape[2] // 2, 1))


def ct_box_empty(target: Target, mm: float = 50) -> Damage:
    """A cube in the middle of the CT has no image."""
    volume = Volume.read(target.ct)
    halves = np.maximum(np.rint(mm / 2 / np.linalg.norm(volume.affine[:3, :3], axis=0)), 1).astype(int)
    middles = np.array(volume.voxels.shape) // 2
    volume.voxels[tuple(map(slice, middles - halves, middles + halves))] = 0
    return _replaced(target, volume.voxels)


def ct_upper_offset(target: Target, hu: float = 100) -> Damage:
    """The upper third of the CT is 100 HU too high."""
    return _changed(target, lambda voxels: _raised(voxels, slice(int(voxels.shape[2] * OFFSET_FROM), None), hu))


def ct_upper_stored(target: Target, hu: float = 1024) -> Damage:
    """The upper third of the CT is 1024 HU too high, as stored without its intercept."""
    return ct_upper_offset(target, hu)


def ct_series_interleaved(target: Target, hu: float = 60) -> Damage:
    """Every other slice of the CT is 60 HU too high, as of a series with contrast medium between those of another."""
    return _changed(target, lambda voxels: _raised(voxels, slice(None, None, 2), hu))


def slices_uneven(target: Target, factor: float = 3) -> Damage:
    """In the lower half of CT and masks, two of three slices are missing, and nothing says so."""
    for path in target.volumes:
        edit(path, lambda volume: _thinned(volume, round(factor)))
    return Damage()


def mr_for_ct(target: Target) -> Damage:
    """The CT is an MR image: fat bright, muscle grey, bone and air dark, nothing negative."""
    hu, grey = zip(*MR_GREY, strict=True)
    rng = np.random.default_rng(0)
    return _changed(target, lambda ct: np.clip(np.interp(ct, hu, grey) + rng.normal(0, MR_NOISE, ct.shape), 0, None))


def _slices(target: Target, order: Callable[[int], Iterable[int]]) -> Damage:
    """Store the CT's slices in another order."""
    return _changed(target, lambda voxels: voxels[:, :, list(order(voxels.shape[2]))])


def _filled(voxels: Array, first: int, count: int) -> Array:
    """Return voxels with some slices of 0."""
    voxels[:, :, first : first + count] = 0
    return voxels


def _raised(voxels: Array, slices: slice, hu: float) -> Array:
    """Return voxels of which some slices are higher."""
    voxels[:, :, slices] += np.asarray(hu).astype(voxels.dtype)
    return voxels


def _thinned(volume: Volume, factor: int) -> None:
    """Keep one slice of so many in the lower half."""
    middle = int(volume.voxels.shape[2] * UNEVEN_UPTO)
    volume.store(np.concatenate([volume.voxels[:, :, :middle:factor], volume.voxels[:, :, middle:]], axis=2))


def _changed(target: Target, change: Callable[[Array], Array]) -> Damage:
    """Change the CT's voxels, and keep their type."""
    voxels = Volume.read(target.ct).voxels
    return _replaced(target, np.rint(change(voxels.copy(order="K"))).astype(voxels.dtype))


def _replaced(target: Target, voxels: Array) -> Damage:
    revalue(target.ct, lambda _: voxels)
    return target.at(path=target.ct)
