"""A phantom case: a noisy CT of a torso with head and thighs, and the masks of its structures.

Every case differs in size, position and field of view; the same seed gives the same bytes.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import cc3d
import numpy as np
import numpy.typing as npt
from scipy import ndimage

from segaudit.demo.anatomy import BODY, STRUCTURES, TISSUE
from segaudit.demo.solids import Solid
from segaudit.demo.volume import Volume

Grid = list[npt.NDArray[np.float64]]
"""x, y and z of the voxel centres in the anatomy, mm, each ascending."""

SPACING_MM = 5.0
"""Coarse, for speed; the adrenal glands still have at least 20 voxels."""
_WIDTH_MM = (-275.0, 275.0)
_DEPTH_MM = (-185.0, 175.0)
_FAT_VOXELS = (1, 5)
"""Thickness of the fat under the skin, in the thinnest and in the most obese person."""
_WARP_MM = 9.0
_WAVES_MM = (300.0, 600.0)
"""Amplitude and wavelengths of the variation of organ positions between persons, along each axis."""
_AIR_HU, _FAT_HU, _MUSCLE_HU = -1000.0, -100.0, 50.0
_NOISE_HU = 14.0
_BLUR_VOXELS = 0.4

LABELS = {part.name: label for label, part in enumerate(STRUCTURES, 1)}
"""The phantom's labels of the structures, in the order in which they are painted."""


@dataclass(frozen=True)
class Field:
    """A field of view: its name in ``study_type``, and its lowest and highest z in the anatomy, mm."""

    study_type: str
    bottom: float
    top: float


WHOLE_BODY = Field("ct whole body", -300, 785)
TRUNK = Field("ct thorax-abdomen-pelvis", -215, 500)
THORAX_ABDOMEN = Field("ct thorax-abdomen", 25, 500)
ABDOMEN_PELVIS = Field("ct abdomen-pelvis", -215, 310)
THORAX = Field("ct thorax", 180, 500)
NECK = Field("ct neck", 330, 700)
PELVIS = Field("ct pelvis", -215, 110)


@dataclass(frozen=True)
class PhantomCase:
    """A CT, the label of each voxel, and the affine of both."""

    ct: npt.NDArray[np.int16]
    labels: npt.NDArray[np.uint8]
    """The label in ``LABELS``; 0 is no structure."""
    affine: npt.NDArray[np.float64]

    def mask(self, structure: str) -> npt.NDArray[np.uint8]:
        """Return the binary mask of a structure; it is empty if the structure is outside the field of view."""
        return np.asarray(self.labels == LABELS[structure]).view(np.uint8)


def make_case(seed: int, field: Field = TRUNK) -> PhantomCase:
    """Return the case of a seed: up to 10 % larger or smaller than the anatomy, within a field of view."""
    rng = np.random.default_rng(seed)
    scale = rng.uniform(0.95, 1.05) * rng.uniform(0.95, 1.05, 3)
    low = np.array((_WIDTH_MM[0], _DEPTH_MM[0], field.bottom)) + rng.uniform(-3, 3, 3)
    high = np.array((_WIDTH_MM[1], _DEPTH_MM[1], field.top))
    shape = np.ceil((high - low) * scale / SPACING_MM).astype(int)
    even = [start + np.arange(n) * SPACING_MM / s for start, n, s in zip(low, shape, scale, strict=True)]
    grid = [_warped(axis, rng) for axis in even]
    affine = np.diag((SPACING_MM, SPACING_MM, SPACING_MM, 1.0))
    affine[:3, 3] = np.round(low * scale + rng.uniform(-40, 40, 3), 2)
    labels = np.asfortranarray(_paint(grid))
    return PhantomCase(_scan(grid, labels, rng), labels, affine)


def write_case(folder: Path, case: PhantomCase) -> None:
    """Write a case as ``ct.nii.gz`` and ``segmentations/<structure>.nii.gz`` into a folder, which is created."""
    (folder / "segmentations").mkdir(parents=True)
    Volume.new(case.ct, case.affine).write(folder / "ct.nii.gz")
    for name in LABELS:
        Volume.new(case.mask(name), case.affine).write(folder / "segmentations" / f"{name}.nii.gz")


def _warped(axis: npt.NDArray[np.float64], rng: np.random.Generator) -> npt.NDArray[np.float64]:
    """Return an axis with locally varying scale; it stays ascending."""
    wave = 2 * np.pi / rng.uniform(*_WAVES_MM)
    return axis + rng.uniform(0.5, 1) * _WARP_MM * np.sin(wave * axis + rng.uniform(0, 2 * np.pi))


def _paint(grid: Grid) -> npt.NDArray[np.uint8]:
    """Return the label at each grid point: that of the first structure that contains it.

    A structure keeps only its largest piece; pieces that another one or the field of view cuts off stay free.
    """
    labels = np.zeros([len(axis) for axis in grid], np.uint8)
    for part in STRUCTURES:
        box, inside = _region(grid, part.solids)
        claimed = inside & (labels[box] == 0)
        if claimed.any():
            labels[box][cc3d.largest_k(claimed, k=1, connectivity=26) > 0] = LABELS[part.name]
    return labels


def _scan(grid: Grid, labels: npt.NDArray[np.uint8], rng: np.random.Generator) -> npt.NDArray[np.int16]:
    """Return the CT, HU: tissue and structures, slightly blurred, with noise everywhere, including the air."""
    body = _body(grid, labels)
    hu = np.where(body, _FAT_HU, _AIR_HU)
    fat = int(rng.integers(*_FAT_VOXELS, endpoint=True))
    hu[ndimage.binary_erosion(body, iterations=fat, border_value=1)] = _MUSCLE_HU
    for tissue in TISSUE:
        box, inside = _region(grid, tissue.solids)
        hu[box][inside] = tissue.hu
    intensities = np.array([0.0, *(part.hu for part in STRUCTURES)])
    hu = np.where(labels > 0, intensities[labels], hu)
    hu = ndimage.gaussian_filter(hu, _BLUR_VOXELS) + rng.normal(0, _NOISE_HU, hu.shape)
    return np.asfortranarray(np.rint(hu).astype(np.int16))


def _body(grid: Grid, labels: npt.NDArray[np.uint8]) -> npt.NDArray[np.bool_]:
    """Return the inside of the skin: the body's solids, and two voxels around every structure."""
    body = ndimage.binary_dilation(labels > 0, iterations=2)
    box, inside = _region(grid, BODY)
    body[box] |= inside
    return np.asarray(body)


def _region(grid: Grid, solids: tuple[Solid, ...]) -> tuple[tuple[slice, ...], npt.NDArray[np.bool_]]:
    """Return the box of the grid around some solids, and which of its points are in one of them."""
    lows, highs = np.array([solid.bounds for solid in solids]).swapaxes(0, 1)
    starts = [int(np.searchsorted(axis, low)) for axis, low in zip(grid, lows.min(axis=0), strict=True)]
    stops = [int(np.searchsorted(axis, high, "right")) for axis, high in zip(grid, highs.max(axis=0), strict=True)]
    box = tuple(slice(start, stop) for start, stop in zip(starts, stops, strict=True))
    x, y, z = np.ix_(*(axis[part] for axis, part in zip(grid, box, strict=True)))
    return box, np.logical_or.reduce([solid.contains((x, y, z)) for solid in solids])
