"""Defects of relations: structures under each other's names, organs out of place where there is no spine."""

from __future__ import annotations

import numpy as np
from scipy import ndimage

from segaudit.demo.plants_positions import TISSUE_HU, organ_displaced
from segaudit.demo.target import Damage, Target, UnplantableError, revalue
from segaudit.demo.volume import Volume

VESSELS = ("aorta", "inferior_vena_cava")
ORGANS = ("liver", "spleen")
HOLLOW = ("spleen", "stomach")

PROCESS_SHARE = 0.5
"""Where a spinous process begins, on the way from a vertebra's centre of mass to its rearmost voxel."""


def vessels_exchanged(target: Target) -> Damage:
    """Aorta and inferior vena cava have each other's name."""
    return _exchange(target, *VESSELS)


def organs_exchanged(target: Target) -> Damage:
    """Liver and spleen have each other's name."""
    return _exchange(target, *ORGANS)


def stomach_exchanged(target: Target) -> Damage:
    """Spleen and stomach have each other's name."""
    return _exchange(target, *HOLLOW)


def organ_enlarged(target: Target, factor: float = 2.5) -> Damage:
    """The liver has 2.5 times its volume, in CT and mask."""
    inside = target.inside("liver")
    if "liver" in target.taken or not inside.any():
        raise UnplantableError(f"{target.case}: there is no liver")
    ct = Volume.read(target.ct).voxels if target.ct.exists() else np.zeros(inside.shape)
    distance = ndimage.distance_transform_edt(~inside)
    free = np.where(~target.labelled() & (ct > TISSUE_HU), distance, np.inf)
    wanted = round((factor - 1) * np.count_nonzero(inside))
    if wanted >= np.count_nonzero(np.isfinite(free)):
        raise UnplantableError(f"{target.case}: there is no room for a larger liver")
    grown = free <= np.partition(free.ravel(), wanted)[wanted]
    if target.ct.exists():
        tissue = ct.copy(order="K")
        tissue[grown] = np.random.default_rng(0).choice(ct[inside], np.count_nonzero(grown))
        revalue(target.ct, lambda _: tissue)
    target.draw("liver", inside | grown)
    return target.at("liver")


def spineless_organ_displaced(target: Target, mm: float = 100) -> Damage:
    """No vertebra has voxels, and a kidney lies 100 mm lower or higher than it did."""
    for path in target.masks:
        if path.name.startswith("vertebrae_"):
            revalue(path, np.zeros_like)
    return organ_displaced(target, mm)


def process_misnamed(target: Target) -> Damage:
    """A spinous process is in the mask of the vertebra below."""
    for upper, lower in (("T8", "T9"), ("T10", "T11"), ("T12", "L1"), ("L1", "L2")):
        one, other = f"vertebrae_{upper}", f"vertebrae_{lower}"
        if target.complete(one) and target.complete(other) and not target.taken.intersection((one, other)):
            inside = target.inside(one)
            depth = np.nonzero(inside)[1]
            behind = np.arange(inside.shape[1]) < depth.mean() - PROCESS_SHARE * (depth.mean() - depth.min())
            process = inside & behind[:, None]
            target.draw(one, inside & ~process)
            target.draw(other, target.inside(other) | process)
            return Damage(f"{one}, {other}")
    raise UnplantableError(f"{target.case}: no two neighbouring vertebrae are complete")


def _exchange(target: Target, one: str, other: str) -> Damage:
    """Give two masks each other's name."""
    first, second = target.inside(one), target.inside(other)
    if target.taken.intersection((one, other)) or not (first.any() and second.any()):
        raise UnplantableError(f"{target.case}: {one} and {other} are not both here")
    target.draw(one, second)
    target.draw(other, first)
    return Damage(f"{one}, {other}")
