"""Defects of vertebrae and ribs, which are exchanged, unlabelled, merged or numbered wrongly."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from scipy import ndimage

from segaudit.demo.plants_masks import box_around
from segaudit.demo.target import Damage, Inside, Target, UnplantableError

SPINE = tuple(
    f"vertebrae_{region}{number}"
    for region, last in (("C", 7), ("T", 12), ("L", 5))
    for number in range(1, last + 1)
)  # fmt: skip
FEWEST_RIBS = 4
DISC_VOXELS = 4
"""Voxels by which two vertebrae grow towards each other."""


def vertebrae_exchanged(target: Target) -> Damage:
    """The masks of two neighbouring vertebrae are exchanged."""
    upper, lower = _complete(target, 4)[1:3]
    one, other = target.inside(upper), target.inside(lower)
    target.draw(upper, other)
    target.draw(lower, one)
    return Damage(f"{upper}, {lower}")


def vertebrae_emptied(target: Target, count: float = 2) -> Damage:
    """Two neighbouring vertebrae between others have no voxels."""
    lost = _complete(target, int(count) + 4)[2:-2]
    for structure in lost:
        target.draw(structure, np.zeros_like(target.inside(structure)))
    return Damage(", ".join(lost))


def vertebra_unnamed(target: Target) -> Damage:
    """A vertebra has no label, and those below it have the names of the ones above them."""
    upper, lost = _complete(target, 6)[2:4]
    _shift(target, SPINE[SPINE.index(lost) :])
    return Damage(f"{upper}, {lost}")


def vertebrae_merged(target: Target) -> Damage:
    """A mask holds two vertebrae and their disc, and those below it have the names of the ones above them."""
    merged, lost = _complete(target, 6)[2:4]
    both = target.inside(merged) | target.inside(lost)
    target.draw(merged, both | _disc(target, both))
    _shift(target, SPINE[SPINE.index(lost) :])
    return Damage(merged)


def vertebrae_mixed(target: Target, share: float = 0.5) -> Damage:
    """A vertebra's mask takes in the upper half of the next one."""
    upper, lower = _complete(target, 4)[1:3]
    inside = target.inside(lower)
    depth = np.cumsum(np.count_nonzero(inside, axis=(0, 1))[::-1])[::-1]
    taken = inside & (depth <= share * depth[0])
    target.draw(upper, target.inside(upper) | taken)
    target.draw(lower, inside & ~taken)
    return Damage(f"{upper}, {lower}")


def vertebrae_joined(target: Target) -> Damage:
    """The masks of two neighbouring vertebrae take in the disc between them."""
    upper, lower = _complete(target, 4)[1:3]
    one, other = target.inside(upper), target.inside(lower)
    disc = _disc(target, one | other)
    box = box_around(one | other | disc)
    nearer = np.zeros_like(disc)
    nearer[box] = ndimage.distance_transform_edt(~one[box]) <= ndimage.distance_transform_edt(~other[box])
    target.draw(upper, one | (disc & nearer))
    target.draw(lower, other | (disc & ~nearer))
    return Damage(f"{upper}, {lower}")


def _disc(target: Target, both: Inside) -> Inside:
    """Return the voxels between two vertebrae that belong to no structure."""
    closed, box = np.zeros_like(both), box_around(both, DISC_VOXELS + 1)
    closed[box] = ndimage.binary_closing(both[box], iterations=DISC_VOXELS)
    return np.asarray(closed & ~target.labelled())


def ribs_miscounted(target: Target) -> Damage:
    """The ribs of a side have the number of the one above them, and the last one has no voxels."""
    for side in ("left", "right"):
        row = [f"rib_{side}_{number}" for number in range(1, 13)]
        there = [rib for rib in row if target.inside(rib).any()]
        if sum(map(target.complete, there)) >= FEWEST_RIBS and not target.taken.intersection(there):
            _shift(target, there)
            return Damage()
    raise UnplantableError(f"{target.case}: no side has four complete ribs")


def ribs_mixed(target: Target, share: float = 0.5) -> Damage:
    """The outer half of a rib has the name of the next one."""
    for upper, lower in pairwise(f"rib_{side}_{number}" for side in ("left", "right") for number in (6, 7, 8, 9)):
        if target.complete(upper) and target.complete(lower) and not target.taken.intersection((upper, lower)):
            inside = target.inside(upper)
            along = np.cumsum(np.count_nonzero(inside, axis=(1, 2)))[:, None, None]
            outer = inside & ((along <= share * along[-1]) if "left" in upper else (along > (1 - share) * along[-1]))
            target.draw(lower, target.inside(lower) | outer)
            target.draw(upper, inside & ~outer)
            return Damage(f"{upper}, {lower}")
    raise UnplantableError(f"{target.case}: no two neighbouring ribs are complete")


def _complete(target: Target, count: int) -> list[str]:
    """Return a number of complete vertebrae in a row, from head to foot: the lowest ones."""
    rows = [SPINE[start : start + count] for start in range(len(SPINE) - count, -1, -1)]
    for row in rows:
        if not target.taken.intersection(row) and all(map(target.complete, row)):
            return list(row)
    raise UnplantableError(f"{target.case}: no {count} vertebrae in a row are complete")


def _shift(target: Target, row: Sequence[str]) -> None:
    """Give each structure of a row the mask of the next one; the last one loses its voxels."""
    for structure, following in pairwise(row):
        target.draw(structure, target.inside(following))
    target.draw(row[-1], np.zeros_like(target.inside(row[-1])))
