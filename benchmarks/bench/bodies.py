"""Healthy variants of a body's shape: curved spines, organs that lie elsewhere, and what surgery and disease leave."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from .synthetic import AIR_HU, FAT_HU
from .volumes import Volumes

ABDOMEN = ("liver", "spleen", "stomach", "pancreas", "gallbladder", "duodenum", "colon", "small_bowel")
LEFT_LUNG = ("lung_upper_lobe_left", "lung_lower_lobe_left")
FIRM = ("autochthon_", "iliopsoas_", "vertebrae_", "hip_", "sacrum", "rib_")
CHEST = ("heart*", "pulmonary_*", "aorta", "superior_vena_cava", "atrial_appendage_left")


def bodies() -> Iterator[tuple[str, str, Callable[[Volumes], Volumes]]]:
    """Yield the group, the name and the change of each variant."""
    for degrees in (20, 40):
        yield "curved spine", f"scoliosis of {degrees} degrees", partial(bent, degrees=degrees)
    for name, mm in (("kidney_left", (30, 60, -110)), ("kidney_right", (-30, 60, -110))):
        yield "ectopic organ", f"{name} in the pelvis", partial(moved, structures=(name,), mm=mm)
    yield "ectopic organ", "horseshoe kidney", horseshoe
    yield "ectopic organ", "abdomen 30 mm higher", partial(moved, structures=ABDOMEN, mm=(0, 10, 30))
    yield "organ removed", "left lung, and the heart 30 mm to the left", one_lung


def bent(case: Volumes, degrees: float) -> Volumes:
    """Bend the body to the side: its ends lean by half the angle, which the lines along them enclose."""
    slices = case.labels.shape[2]
    height = slices * case.spacing_mm[2]
    reach = height / np.pi * np.tan(np.radians(degrees / 2))
    aside = np.rint(reach * np.sin(np.pi * np.arange(slices) / slices) / case.spacing_mm[0]).astype(int)
    ct, labels = np.full_like(case.ct, AIR_HU), np.zeros_like(case.labels)
    for at, voxels in enumerate(aside):
        end = case.labels.shape[0] - voxels
        ct[voxels:, :, at], labels[voxels:, :, at] = case.ct[:end, :, at], case.labels[:end, :, at]
    return replace(case, ct=ct, labels=labels)


def moved(case: Volumes, structures: tuple[str, ...], mm: tuple[float, float, float]) -> Volumes:
    """Move structures together, with what they enclose; what they leave becomes fat, and what they cover is lost.

    They do not enter bones and muscles of the back.
    """
    inside = _filled(case, structures)
    step = np.rint(np.linalg.solve(case.affine[:3, :3], np.array(mm, float))).astype(int)
    where = np.argwhere(inside)
    there = where + step
    room = ((there >= 0) & (there < np.array(inside.shape))).all(axis=1)
    room[room] = ~case.mask(*(name for name in case.structures if name.startswith(FIRM)))[tuple(there[room].T)]
    source, goal = tuple(where[room].T), tuple(there[room].T)
    ct, labels = _emptied(case, inside)
    ct[goal], labels[goal] = case.ct[source], case.labels[source]
    return replace(case, ct=ct, labels=labels)


def horseshoe(case: Volumes) -> Volumes:
    """Move both kidneys down and towards each other, as where their lower poles have grown together."""
    left = moved(case, ("kidney_left",), (25, 15, -40))
    return moved(left, ("kidney_right",), (-25, 15, -40))


def one_lung(case: Volumes) -> Volumes:
    """Remove a lung, and let the heart move into its place."""
    names = [name for name in case.structures if any(name.startswith(stem.rstrip("*")) for stem in CHEST)]
    ct, labels = _emptied(case, _filled(case, LEFT_LUNG))
    return moved(replace(case, ct=ct, labels=labels), tuple(names), (-30, 0, 0))


def _filled(case: Volumes, structures: tuple[str, ...]) -> NDArray[np.bool_]:
    """Return the voxels of structures, and those that they enclose together."""
    return np.asarray(ndimage.binary_fill_holes(case.mask(*structures)))


def _emptied(case: Volumes, inside: NDArray[np.bool_]) -> tuple[NDArray[np.int64], NDArray[np.uint16]]:
    """Return CT and labels with fat in a region."""
    noise = np.random.default_rng(0).normal(FAT_HU, 12, case.ct.shape)
    ct = np.where(inside, np.rint(noise), case.ct).astype(case.ct.dtype)
    return ct, np.where(inside, 0, case.labels).astype(case.labels.dtype)
