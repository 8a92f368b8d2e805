"""Defects of intensities that look like plausible Hounsfield units, and of the order of slices."""

from __future__ import annotations

import numpy as np

from segaudit.demo.target import Array, Damage, Target, UnplantableError, densify, edit, revalue
from segaudit.demo.volume import Volume

AIR_HU = -900
GAS_HU, GAS_NOISE_HU = -850, 10
METAL_HU, METAL_MM, INTERCEPT = 5000, 30.0, -1024
"""The brightest metal, how far it reaches, and the least value of 12 bits."""
PARENCHYMA = ("liver", "spleen", "kidney_left", "kidney_right", "pancreas")
"""Organs without air."""


def ct_offset_1024(target: Target, hu: float = 1024) -> Damage:
    """The CT's values are 1024 too high, as stored by the scanner."""
    return _changed(target, 1, hu)


def ct_slope_half(target: Target, slope: float = 0.5) -> Damage:
    """The CT's values are half of what they were."""
    return _changed(target, slope, 0)


def ct_below_air(target: Target, share: float = 0.01) -> Damage:
    """One per cent of the CT lies at values between -1800 and -1200 HU, thinner than air."""
    hu, rng = Volume.read(target.ct).voxels, np.random.default_rng(0)
    air = np.flatnonzero(hu.ravel(order="K") < AIR_HU)
    count = max(1, int(share * hu.size))
    if count > len(air):
        raise UnplantableError(f"{target.case}: {len(air)} voxels of air, {count} are needed")
    hu.ravel(order="K")[rng.choice(air, count, replace=False)] = rng.integers(-1800, -1200, count)
    revalue(target.ct, lambda _: hu)
    return target.at(path=target.ct)


def ct_slices_repeated(target: Target, slices: float = 6) -> Damage:
    """Some slices in the middle of the CT are there twice, in the place of those that follow."""
    hu, count = Volume.read(target.ct).voxels, int(slices)
    middle = hu.shape[2] // 2
    hu[:, :, middle : middle + count] = hu[:, :, middle - count : middle]
    revalue(target.ct, lambda _: hu)
    return target.at(path=target.ct)


def ct_stack_break(target: Target, mm: float = 20) -> Damage:
    """The upper half of CT and masks lies 20 mm too far to the right, as after a movement between two stacks."""
    for path in target.volumes:
        edit(path, lambda volume: _break(volume, mm))
    return Damage()


def tissue_too_dense(target: Target, hu: float = 500) -> Damage:
    """The CT under an organ's mask is 500 HU higher than it was."""
    return densify(target, target.choose(*PARENCHYMA), hu)


def mask_leaks(target: Target, share: float = 0.3) -> Damage:
    """A third of an organ's mask lies on gas."""
    structure = target.choose(*PARENCHYMA)
    inside = target.inside(structure)
    leak = inside & (np.cumsum(inside).reshape(inside.shape) <= share * np.count_nonzero(inside))
    noise = np.random.default_rng(0)
    revalue(
        target.ct,
        lambda hu: np.where(leak, np.rint(noise.normal(GAS_HU, GAS_NOISE_HU, hu.shape)), hu).astype(hu.dtype),
    )
    return target.at(structure)


def ct_metal_wrapped(target: Target, hu: float = METAL_HU) -> Damage:
    """Metal in an organ is too bright for 12 bits, and dark in the middle."""
    inside, volume = np.argwhere(target.inside(target.choose("liver", *PARENCHYMA))), Volume.read(target.ct)
    away = np.indices(volume.voxels.shape).T - inside[len(inside) // 2]
    mm = np.linalg.norm(away * np.linalg.norm(volume.affine[:3, :3], axis=0), axis=-1).T
    metal = np.clip(1 - mm / METAL_MM, 0, 1) * hu
    bright = np.rint(volume.voxels + metal).astype(volume.voxels.dtype)
    revalue(target.ct, lambda _: _wrapped(np.maximum(bright, INTERCEPT), INTERCEPT))
    return target.at(path=target.ct)


def ct_unsigned(target: Target, bits: float = 12) -> Damage:
    """The CT's negative values became large ones, as 12 bits without a sign."""
    revalue(target.ct, lambda voxels: _wrapped(voxels, 0, int(bits)))
    return target.at(path=target.ct)


def _wrapped(voxels: Array, intercept: int, bits: int = 12) -> Array:
    """Store values in so few bits above an intercept."""
    return np.asarray(((voxels - intercept) & (2**bits - 1)) + intercept, voxels.dtype)


def _break(volume: Volume, mm: float) -> None:
    """Move the upper half to the side."""
    middle, step = volume.voxels.shape[2] // 2, round(mm / float(np.linalg.norm(volume.affine[:3, 0])))
    volume.voxels[:, :, middle:] = np.roll(volume.voxels[:, :, middle:], step, axis=0)


def _changed(target: Target, slope: float, intercept: float) -> Damage:
    """Change all intensities by slope and intercept."""
    revalue(target.ct, lambda voxels: np.rint(voxels * slope + intercept).astype(voxels.dtype))
    return target.at(path=target.ct)
