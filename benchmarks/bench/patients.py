"""Right masks of patients after operations, with anomalies of the skeleton, with lesions, in pregnancy, arms down."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from .diseases import FLUID_HU, LEAN_HU, filled
from .synthetic import AIR_HU
from .variants import TISSUE_HU, enlarged, scaled
from .volumes import Volumes

METAL_HU, CEMENT_HU, BONE_HU, TUMOUR_HU, FETUS_HU = 3071.0, 1500.0, 400.0, 75.0, 35.0

HOLED = (("liver", 12.0), ("liver", 25.0), ("kidney_left", 12.0), ("spleen", 12.0))
"""Organs, and the radius of what their masks leave out, mm."""

HEIGHTS = {1: 0.43, 3: 0.55, 6: 0.66, 10: 0.79, 15: 0.96}
"""Height at an age in years, relative to an adult's 175 cm: medians of the WHO's growth standards, both sexes."""

LARGER_LIVER = 1.3
"""How many times larger livers of infants are, for their length."""

ARM_MM, HUMERUS_MM = 45.0, 12.0
"""Radii of an arm and its bone."""

ROOM_MM = 80.0
"""By which the grid is wider on both sides, for the arms."""

RIB_MM, RIB_RADIUS_MM = (28.0, 88.0), 5.0
"""Where a short rib begins and ends beside the spine, and its radius."""

BACK = ("autochthon_left", "autochthon_right", "iliopsoas_left", "iliopsoas_right")

UTERUS_MM = (85.0, 55.0, 110.0)
"""Half axes of a uterus in the third trimester: 2.2 litres."""

FETUS = (0.45, 0.5)
"""Where the bones of a fetus begin and end, as shares of these half axes."""


def patients() -> Iterator[tuple[str, str, Callable[[Volumes], Volumes]]]:
    """Yield the group, the name and the change of each variant."""
    for marked in (True, False):
        head = "inside" if marked else "left out of"
        yield "prosthesis", f"metal head of the left femur, {head} its mask", partial(prosthesis, marked=marked)
    for level in ("vertebrae_L1", "vertebrae_T12"):
        yield "cement", f"in {level}, which is a third lower", partial(kyphoplasty, level=level)
    yield "extra ribs", "at L1, without a mask", partial(extra_ribs, level="vertebrae_L1", marked=False)
    yield "extra ribs", "at C7 or the first vertebra, without a mask", partial(extra_ribs, level="", marked=False)
    yield "extra ribs", "at L1, in the masks of ribs 12", partial(extra_ribs, level="vertebrae_L1", marked=True)
    for organ, mm in HOLED:
        for what, hu in (("cyst", FLUID_HU), ("tumour", TUMOUR_HU)):
            yield (
                "lesion left out",
                f"{what} of {2 * mm:.0f} mm in {organ}",
                partial(holed, structure=organ, mm=mm, hu=hu),
            )
    for lobe in ("lung_lower_lobe_left", "lung_lower_lobe_right"):
        yield "atelectasis", lobe, partial(collapsed, lobe=lobe)
    yield "large organ", "spleen, three times as large", partial(enlarged, structure="spleen", share=2)
    for years, height in HEIGHTS.items():
        yield "age", f"{years} years", partial(child, height=height)
    yield "pregnancy", "third trimester", pregnant
    yield "arms down", "beside the body", arms_down


def prosthesis(case: Volumes, *, marked: bool) -> Volumes:
    """Replace the upper third of a femur by metal, with streaks; its mask has it, or lacks it."""
    femur = case.mask("femur_left")
    if not femur.any():
        return case
    metal = femur & (np.arange(femur.shape[2]) >= np.quantile(np.nonzero(femur)[2], 2 / 3))
    streaks = ndimage.gaussian_filter(metal.astype(np.float32), (10, 1, 0.5)) * 800
    sign = np.sign(np.sin(np.arange(femur.shape[1]) + 0.5))[:, None]
    ct = np.where(metal, METAL_HU, np.clip(case.ct + streaks * sign, -1024, METAL_HU))
    labels = case.labels if marked else np.where(metal, 0, case.labels)
    return replace(case, ct=np.rint(ct).astype(case.ct.dtype), labels=labels.astype(case.labels.dtype))


def kyphoplasty(case: Volumes, level: str) -> Volumes:
    """Take the upper third of a vertebra away, and fill the core of the rest with cement."""
    bone = case.mask(level)
    if not bone.any():
        return case
    lost = bone & (np.arange(bone.shape[2]) > np.quantile(np.nonzero(bone)[2], 2 / 3))
    core = ndimage.binary_erosion(bone & ~lost, iterations=2)
    lower = filled(replace(case, labels=np.where(lost, 0, case.labels).astype(case.labels.dtype)), lost, LEAN_HU)
    return filled(lower, core, CEMENT_HU)


def extra_ribs(case: Volumes, level: str, *, marked: bool) -> Volumes:
    """Draw a short rib on each side of a vertebra, the uppermost one by default: 60 mm long, of ribs 12 or unmarked."""
    seen = [name for name in case.structures if name.startswith("vertebrae_") and case.mask(name).any()]
    if not seen or (level and level not in seen):
        return case
    centres = {name: np.argwhere(case.mask(name)).mean(axis=0) for name in seen}
    centre = centres[level] if level else max(centres.values(), key=lambda place: float(place[2]))
    x, y, z = (
        (np.arange(length) - at) * mm for length, at, mm in zip(case.labels.shape, centre, case.spacing_mm, strict=True)
    )
    free, changed = (case.labels == 0) | case.mask(*BACK), case
    for side, name in ((1, "rib_right_12"), (-1, "rib_left_12")):
        along = (side * x)[:, None, None]
        from_axis = np.hypot(y[:, None] + 10, z + 0.4 * along - 10)
        tube = free & (along > RIB_MM[0]) & (along < RIB_MM[1]) & (from_axis < RIB_RADIUS_MM)
        own = frozenset({name})
        label = case.sets.index(own) if marked and own in case.sets else 0
        labels = np.where(tube, label, changed.labels).astype(case.labels.dtype)
        changed = filled(replace(changed, labels=labels), tube, BONE_HU)
    return changed


def holed(case: Volumes, structure: str, mm: float, hu: float) -> Volumes:
    """Leave a ball out of an organ's mask, where it is thickest, and show something else there."""
    organ = case.mask(structure)
    if not organ.any():
        return case
    depth = ndimage.distance_transform_edt(organ, sampling=case.spacing_mm)
    centre = tuple(map(float, np.unravel_index(int(depth.argmax()), depth.shape)))
    ball = _distance_mm(case, centre) <= min(mm, float(depth.max()) - 3 * float(case.spacing_mm.max()))
    labels = np.where(ball, 0, case.labels).astype(case.labels.dtype)
    return filled(replace(case, labels=labels), ball, hu)


def collapsed(case: Volumes, lobe: str) -> Volumes:
    """Let a lobe shrink to its back third, dense as muscle; the lobe above it takes its room."""
    lung = case.mask(lobe)
    above = frozenset({lobe.replace("lower", "upper")})
    if not lung.any() or above not in case.sets:
        return case
    kept = lung & (np.arange(lung.shape[1])[:, None] <= np.quantile(np.nonzero(lung)[1], 1 / 3))
    room = lung & ~kept
    labels = np.where(room, case.sets.index(above), case.labels).astype(case.labels.dtype)
    return filled(replace(case, labels=labels), kept, LEAN_HU)


def child(case: Volumes, height: float) -> Volumes:
    """Make a patient as small as a child, with a child's larger liver."""
    grown = enlarged(case, "liver", LARGER_LIVER - 1) if height < HEIGHTS[6] else case
    return scaled(grown, height)


def pregnant(case: Volumes) -> Volumes:
    """Put a uterus of up to 2 litres among the bowels before the lumbar spine: fluid, a fetus with bones."""
    spine = case.mask("vertebrae_L3", "vertebrae_L4", "vertebrae_L5", "sacrum")
    if not spine.any():
        return case
    i, _, k = np.argwhere(spine).mean(axis=0)
    front = np.nonzero(spine)[1].max() * case.spacing_mm[1]
    centre = (i, (front + 60) / case.spacing_mm[1], k)
    near = _distance_mm(case, centre, UTERUS_MM)
    uterus = (near <= 1) & (case.labels == 0) & (case.ct > TISSUE_HU)
    full = filled(case, uterus, FLUID_HU)
    fetus = filled(full, uterus & (near <= FETUS[1]), FETUS_HU)
    return filled(fetus, uterus & (near > FETUS[0]) & (near <= FETUS[1]), BONE_HU)


def arms_down(case: Volumes) -> Volumes:
    """Widen the grid, and draw an arm with its bone on both sides of the body."""
    voxels = round(ROOM_MM / float(case.spacing_mm[0]))
    affine = case.affine.copy()
    affine[:3, 3] -= voxels * affine[:3, 0]
    wide = replace(
        case,
        ct=np.pad(case.ct, ((voxels,) * 2, (0, 0), (0, 0)), constant_values=int(AIR_HU)),
        labels=np.pad(case.labels, ((voxels,) * 2, (0, 0), (0, 0))),
        affine=affine,
    )
    across = np.arange(wide.labels.shape[0])[:, None] * case.spacing_mm[0]
    depth = np.arange(wide.labels.shape[1])[None] * case.spacing_mm[1]
    middle = wide.labels.shape[1] / 2 * case.spacing_mm[1]
    for centre in (ARM_MM + 10, float(across[-1, 0]) - ARM_MM - 10):
        from_bone = np.broadcast_to(np.hypot(across - centre, depth - middle)[..., None], wide.labels.shape)
        air = (wide.labels == 0) & (wide.ct < TISSUE_HU)
        for radius, hu in ((ARM_MM, LEAN_HU), (HUMERUS_MM, BONE_HU)):
            wide = filled(wide, air & (from_bone <= radius), hu)
    return wide


def _distance_mm(
    case: Volumes, centre: tuple[float, ...], radii: tuple[float, float, float] = (1.0, 1.0, 1.0)
) -> NDArray[np.float64]:
    """Return the distance of each voxel from a centre, mm, or as share of the radii of an ellipsoid."""
    axes = (
        ((np.arange(length) - at) * mm / radius) ** 2
        for length, at, mm, radius in zip(case.labels.shape, centre, case.spacing_mm, radii, strict=True)
    )
    i, j, k = np.ix_(*axes)
    return np.asarray(np.sqrt(i + j + k))
