"""Healthy variants of a healthy case: an audit must not find anything in them that is not in the case itself."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from fnmatch import fnmatch
from functools import partial
from itertools import product
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage
from scipy.spatial.transform import Rotation

from .bodies import bodies
from .synthetic import AIR_HU, FAT_HU
from .volumes import Volumes

Change: TypeAlias = Callable[[Volumes], Volumes]

FACES = ("right", "left", "front", "back", "head", "feet")
"""The faces of an RAS+ grid: the high and the low one along i, j, k."""

PHASES: dict[str, dict[str, float]] = {
    "arterial": {"aorta": 300, "*_artery*": 280, "heart*": 180, "kidney_*": 90, "spleen": 60, "liver": 15},
    "venous": {"aorta": 110, "*_artery*": 110, "*vena*": 110, "portal_vein*": 130, "heart*": 110, "kidney_*": 140,
               "spleen": 80, "liver": 60, "pancreas": 50},
    "excretory": {"aorta": 60, "inferior_vena_cava": 60, "kidney_*": 180, "urinary_bladder": 600, "spleen": 40,
                  "liver": 35},
}  # fmt: skip
"""HU that contrast medium adds, by glob of the structure; the first that matches counts."""

MAX_UPSAMPLING = 3
"""The largest factor by which a case is sampled more finely."""

TISSUE_HU = -300
"""Fat and denser tissue is above this."""

CAGE, CAGE_MM = ("rib_", "costal_cartilages", "sternum"), 10.0
"""Bones that an organ grows inside of, and how far from them it stays: they are less than twice as far apart."""

SPINE = tuple(f"vertebrae_{region}{number}" for region, last in (("C", 7), ("T", 12), ("L", 5))
              for number in range(1, last + 1))  # fmt: skip
LUMBAR = SPINE[-5:]
RIBS = tuple(tuple(f"rib_{side}_{number}" for number in range(1, 13)) for side in ("left", "right"))


@dataclass(frozen=True)
class Variant:
    """A change that leaves a case healthy."""

    group: str
    name: str
    change: Change


def variants(own_mm: float) -> Iterator[Variant]:
    """Yield all variants of a case with a given spacing; none has voxels that are much finer."""
    for face, share in product(FACES, (0.1, 0.3, 0.5)):
        yield Variant("field of view cut", f"{share:.0%} at the {face}", partial(cropped, face=face, share=share))
    for axis, degrees in product("xyz", (5, 10, 15)):
        yield Variant("oblique", f"{degrees} degrees about {axis}", partial(turned, axis=axis, degrees=degrees))
    for degrees in (5, 10, 15):
        yield Variant("rotated and resampled", f"{degrees} degrees about z", partial(rotated, degrees=degrees))
    for hu in (10, 20, 40):
        yield Variant("noise", f"{hu} HU", partial(noisy, hu=hu))
    for phase in PHASES:
        yield Variant("contrast medium", phase, partial(enhanced, phase=phase))
    for spacing_mm in (mm for mm in (1.0, 3.0, 5.0) if mm * MAX_UPSAMPLING >= own_mm):
        yield Variant("resampled", f"{spacing_mm:g} mm", partial(resampled, spacing_mm=(spacing_mm,) * 3))
    yield Variant("resampled", "slices of 5 mm", partial(resampled, spacing_mm=(0, 0, 5.0)))
    for axes in ("xy", "z", "xyz"):
        yield Variant("stored the other way round", axes, partial(reversed_along, axes=axes))
    for organ in ("kidney_left", "spleen", "gallbladder"):
        yield Variant("organ removed", organ, partial(removed, structure=organ))
    yield Variant("large organ", "liver, a third larger", partial(enlarged, structure="liver", share=1 / 3))
    yield Variant("large organ", "liver, 60 % larger", partial(enlarged, structure="liver", share=0.6))
    yield Variant("large organ", "spleen, twice as large", partial(enlarged, structure="spleen", share=1))
    for scale in (0.9, 0.75, 0.6, 0.4):
        yield Variant("child", f"{scale:.0%} of the size", partial(scaled, scale=scale))
    yield Variant("metal", "in femur, hip or vertebrae", with_metal)
    yield Variant("spine and ribs", "six lumbar vertebrae", with_l6)
    yield Variant("spine and ribs", "eleven thoracic vertebrae", with_t11)
    yield Variant("spine and ribs", "short ribs 11 and 12", with_short_ribs)
    yield from (Variant(*each) for each in bodies())


def cropped(case: Volumes, face: str, share: float) -> Volumes:
    """Cut off a share of the grid at a face."""
    axis, low = divmod(FACES.index(face), 2)
    length = case.labels.shape[axis]
    cut = round(share * length)
    window = [slice(None)] * 3
    window[axis] = slice(cut, None) if low else slice(length - cut)
    affine = case.affine.copy()
    affine[:3, 3] += affine[:3, axis] * (cut if low else 0)
    return case.shaped(lambda grid: grid[tuple(window)], affine)


def turned(case: Volumes, axis: str, degrees: float) -> Volumes:
    """Rotate the patient together with the grid, as in an oblique scan."""
    affine = case.affine.copy()
    affine[:3] = Rotation.from_euler(axis, degrees, degrees=True).as_matrix() @ affine[:3]
    return replace(case, affine=affine)


def rotated(case: Volumes, degrees: float) -> Volumes:
    """Rotate the patient in the grid about the body's axis; air fills the corners."""
    ct = ndimage.rotate(case.ct, degrees, (1, 0), reshape=False, order=1, cval=AIR_HU)
    labels = ndimage.rotate(case.labels, degrees, (1, 0), reshape=False, order=0)
    return replace(case, ct=ct, labels=labels)


def noisy(case: Volumes, hu: float) -> Volumes:
    """Add noise of a standard deviation."""
    noise = np.random.default_rng(0).normal(0, hu, case.ct.shape)
    return replace(case, ct=np.rint(case.ct + noise).astype(case.ct.dtype))


def enhanced(case: Volumes, phase: str) -> Volumes:
    """Add contrast medium."""
    rows = PHASES[phase]
    gain = [max((_gain(name, rows) for name in members), default=0) for members in case.sets]
    return replace(case, ct=case.ct + np.array(gain, case.ct.dtype)[case.labels])


def resampled(case: Volumes, spacing_mm: tuple[float, float, float]) -> Volumes:
    """Resample both grids, averaging the CT over coarser voxels; a spacing of 0 means unchanged."""
    factors = np.array([own / new if new else 1 for own, new in zip(case.spacing_mm, spacing_mm, strict=True)])
    shape = np.floor(np.array(case.labels.shape) * factors).astype(int)
    at = [np.minimum(((np.arange(n) + 0.5) / f).astype(int), old - 1)
          for n, f, old in zip(shape, factors, case.labels.shape, strict=True)]  # fmt: skip
    smooth = ndimage.uniform_filter(case.ct, np.maximum(1, np.rint(1 / factors)).astype(int).tolist())
    affine = case.affine @ np.diag((*(1 / factors), 1))
    affine[:3, 3] += case.affine[:3, :3] @ (0.5 / factors - 0.5)
    return replace(case, ct=smooth[np.ix_(*at)], labels=case.labels[np.ix_(*at)], affine=affine)


def reversed_along(case: Volumes, axes: str) -> Volumes:
    """Store the same patient with some axes reversed."""
    chosen = ["xyz".index(axis) for axis in axes]
    affine = case.affine.copy()
    for axis in chosen:
        affine[:3, 3] += affine[:3, axis] * (case.labels.shape[axis] - 1)
        affine[:3, axis] *= -1
    return case.shaped(lambda grid: np.flip(grid, tuple(chosen)), affine)


def removed(case: Volumes, structure: str) -> Volumes:
    """Replace an organ by fat."""
    inside = case.mask(structure)
    return replace(case.without(structure), ct=_filled(case, inside, FAT_HU))


def enlarged(case: Volumes, structure: str, share: float) -> Volumes:
    """Let an organ grow by up to a share of its volume into the free tissue around it, but not out between the ribs."""
    inside = case.mask(structure)
    if not inside.any():
        return case
    distance = ndimage.distance_transform_edt(~inside)
    free = np.where((case.labels == 0) & (case.ct > TISSUE_HU) & ~_near_cage(case), distance, np.inf)
    wanted = min(int(share * np.count_nonzero(inside)), int(np.count_nonzero(np.isfinite(free))) - 1)
    reached = inside | (free <= np.partition(free.ravel(), wanted)[wanted])
    grown = ndimage.binary_propagation(inside, np.ones((3, 3, 3), np.bool_), reached) & ~inside
    mean = np.median(case.ct[inside])
    labels = np.where(grown, case.labels.dtype.type(case.sets.index(frozenset({structure}))), case.labels)
    return replace(case, ct=_filled(case, grown, float(mean)), labels=labels)


def _near_cage(case: Volumes) -> NDArray[np.bool_]:
    """Return the voxels of the rib cage, of the gaps in it, and beside it."""
    cage = case.mask(*(name for name in case.structures if name.startswith(CAGE)))
    if not cage.any():
        return cage
    return np.asarray(ndimage.distance_transform_edt(~cage, sampling=case.spacing_mm) <= CAGE_MM)


def scaled(case: Volumes, scale: float) -> Volumes:
    """Make the patient smaller, with the same voxels."""
    return replace(case, affine=case.affine @ np.diag((scale, scale, scale, 1)))


def with_metal(case: Volumes) -> Volumes:
    """Put screws into bones, with streaks around them."""
    bones = case.mask("femur_left", "hip_left", "vertebrae_L3", "vertebrae_L4", "vertebrae_T8")
    core = ndimage.binary_erosion(bones, iterations=2)
    streaks = ndimage.gaussian_filter(core.astype(np.float32), (8, 1, 0.5)) * 600
    sign = np.sign(np.sin(np.arange(case.ct.shape[1]) + 0.5))[:, None]
    ct = np.where(core, 3071, np.clip(case.ct + streaks * sign, -1024, 3071))
    return replace(case, ct=np.rint(ct).astype(case.ct.dtype))


def with_l6(case: Volumes) -> Volumes:
    """Leave the last vertebra without a mask, as L6, and give each one above it the name of the one below."""
    rows = (SPINE, *RIBS)
    names = {upper: lower for row in rows for upper, lower in zip(row, (*row[1:], ""), strict=True)}
    return case.relabelled(names)


def with_t11(case: Volumes) -> Volumes:
    """Make T12 the first lumbar vertebra, without ribs, and so on down; the last one is L6, without a mask."""
    names = dict(zip(("vertebrae_T12", *LUMBAR), (*LUMBAR, ""), strict=True))
    return case.relabelled(names | {row[-1]: "" for row in RIBS})


def with_short_ribs(case: Volumes) -> Volumes:
    """Keep only the third of ribs 11 and 12 that is next to the spine."""
    lost = np.zeros(case.labels.shape, np.bool_)
    for rib in (name for row in RIBS for name in row[-2:]):
        inside = case.mask(rib)
        if inside.any():
            side = np.argwhere(inside)[:, 0]
            edge = np.quantile(side, 1 / 3 if "left" not in rib else 2 / 3)
            along = np.arange(inside.shape[0])[:, None, None]
            lost |= inside & ((along > edge) if "left" not in rib else (along < edge))
    return replace(case, labels=np.where(lost, 0, case.labels), ct=_filled(case, lost, 40.0))


def _gain(name: str, rows: dict[str, float]) -> float:
    return next((hu for glob, hu in rows.items() if fnmatch(name, glob)), 0)


def _filled(case: Volumes, inside: NDArray[np.bool_], hu: float) -> NDArray[np.int64]:
    """Return the CT with a region at a mean intensity, keeping the noise of its former content."""
    noise = np.random.default_rng(0).normal(hu, 12, case.ct.shape)
    return np.where(inside, np.rint(noise), case.ct).astype(case.ct.dtype)
