"""Defects of intensities that look like plausible Hounsfield units, and of the order of slices."""

from __future__ import annotations

import numpy as np

from segaudit.demo.target import Damage, Target, UnplantableError, densify, edit, revalue
from segaudit.demo.volume import Volume

AIR_HU = -900
GAS_HU, GAS_NOISE_HU = -850, 10
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


def _break(volume: Volume, mm: float) -> None:
    """Move the upper half to the side."""
    middle, step = volume.voxels.shape[2] // 2, round(mm / float(np.linalg.norm(volume.affine[:3, 0])))
    volume.voxels[:, :, middle:] = np.roll(volume.voxels[:, :, middle:], step, axis=0)


def _changed(target: Target, slope: float, intercept: float) -> Damage:
    """Change all intensities by slope and intercept."""
    revalue(target.ct, lambda voxels: np.rint(voxels * slope + intercept).astype(voxels.dtype))
    return target.at(path=target.ct)
