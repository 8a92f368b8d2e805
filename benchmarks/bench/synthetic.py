"""A synthetic CT for masks: tissue by structure, texture, noise, fat between, air and a table outside the body."""

from __future__ import annotations

from collections.abc import Iterable
from fnmatch import fnmatch
from pathlib import Path
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from segaudit.demo.volume import Volume

from .volumes import Volumes

Grid: TypeAlias = NDArray[np.float32]
Inside: TypeAlias = NDArray[np.bool_]

AIR_HU, FAT_HU, TABLE_HU = -1000.0, -100.0, -300.0

TISSUES: tuple[tuple[str, float, float], ...] = (
    # structures, mean HU, standard deviation of their texture; the first that matches counts
    ("lung_*", -820, 60), ("trachea", -980, 5),
    ("colon", -60, 160), ("small_bowel", 20, 50), ("stomach", 30, 40), ("duodenum", 25, 30), ("esophagus", 25, 25),
    ("vertebrae_*", 190, 90), ("rib_*", 300, 120), ("skull", 700, 150), ("femur_*", 280, 120),
    ("humerus_*", 280, 120), ("hip_*", 200, 90), ("sacrum", 150, 80), ("scapula_*", 260, 120),
    ("clavicula_*", 320, 120), ("sternum", 160, 70), ("costal_cartilages", 110, 40), ("spinal_cord", 35, 8),
    ("brain", 33, 5), ("liver", 52, 8), ("spleen", 46, 8), ("kidney_cyst_*", 8, 5), ("kidney_*", 32, 8),
    ("pancreas", 35, 15), ("adrenal_gland_*", 20, 10), ("gallbladder", 8, 5), ("urinary_bladder", 8, 4),
    ("prostate", 38, 8), ("thyroid_gland", 95, 10), ("autochthon_*", 45, 20), ("gluteus_*", 42, 20),
    ("iliopsoas_*", 52, 10), ("*", 42, 6),
)  # fmt: skip
"""An unenhanced scan, by published means of tissues."""

SKIN_MM = 15.0
"""Distance from the outermost structures to the skin."""
CLOSING_MM = 40.0
"""Gaps between structures up to twice as wide also count as body."""
STEP = 4
"""Edge of a cell in voxels, where resolution does not matter."""
NOISE_HU = 12.0


def add_ct(folder: Path) -> None:
    """Write a synthetic CT for the masks of a case."""
    case = Volumes.load(folder)
    rows = tissues(min(members, default="") for members in case.sets[1:])
    ct = synthetic_ct(case.labels, rows, float(case.spacing_mm.mean()))
    Volume.new(ct, case.affine).write(folder / "ct.nii.gz")


def synthetic_ct(labels: NDArray[np.uint16], tissue: NDArray[np.float32], spacing_mm: float) -> NDArray[np.int16]:
    """Return a CT, HU, for a grid of labels.

    Args:
        labels: the structure in each voxel, 0 for none; RAS+.
        tissue: mean HU and standard deviation by label, n x 2.
        spacing_mm: edge of a voxel.
    """
    rng = np.random.default_rng(0)
    body = _body(labels > 0, spacing_mm)
    hu = np.where(body, np.float32(FAT_HU), np.float32(AIR_HU))
    hu[_table(body, spacing_mm)] = TABLE_HU
    mean, spread = tissue[labels].transpose(3, 0, 1, 2)
    hu = np.where(labels > 0, mean + spread * _texture(labels.shape, rng), hu)
    hu = ndimage.gaussian_filter(hu, 0.5) + NOISE_HU * rng.standard_normal(hu.shape, np.float32)
    return np.asfortranarray(np.rint(hu).astype(np.int16))


def tissues(structures: Iterable[str]) -> NDArray[np.float32]:
    """Return mean and standard deviation of structures, HU, after a row of zeros for no structure: (n + 1) x 2."""
    fitting = [next(row[1:] for row in TISSUES if fnmatch(name, row[0])) for name in structures]
    return np.array([(0, 0), *fitting], np.float32)


def _texture(shape: tuple[int, ...], rng: np.random.Generator) -> Grid:
    """Return smooth noise of mean 0 and standard deviation 1."""
    smooth = ndimage.gaussian_filter(rng.standard_normal(shape, np.float32), 1.5)
    return np.asarray(smooth / smooth.std())


def _body(labelled: Inside, spacing_mm: float) -> Inside:
    """Return the inside of the skin: the structures, closed over gaps, and fat around them."""
    cells = np.pad(labelled[(slice(STEP // 2, None, STEP),) * 3], 1, mode="edge")
    cell_mm, margin = STEP * spacing_mm, int(2 * CLOSING_MM / (STEP * spacing_mm))
    wide = np.pad(cells, ((margin,) * 2, (margin,) * 2, (0, 0)))
    near = ndimage.distance_transform_edt(~wide) * cell_mm <= CLOSING_MM
    body = ndimage.distance_transform_edt(near) * cell_mm > CLOSING_MM - SKIN_MM
    inner = body[margin + 1 : -margin - 1, margin + 1 : -margin - 1, 1:-1]
    zoomed = inner.repeat(STEP, 0).repeat(STEP, 1).repeat(STEP, 2)
    return np.asarray(_fitted(zoomed, labelled.shape) | ndimage.binary_dilation(labelled, iterations=2))


def _fitted(grid: Inside, shape: tuple[int, ...]) -> Inside:
    """Return a grid cropped to a shape, or extended at its far faces."""
    more = [(0, max(0, wanted - there)) for wanted, there in zip(shape, grid.shape, strict=True)]
    return np.pad(grid, more, mode="edge")[tuple(slice(wanted) for wanted in shape)]


def _table(body: Inside, spacing_mm: float) -> Inside:
    """Return a plate 6 mm thick, 10 mm behind the back."""
    back = int(np.argmax(body.any(axis=(0, 2))))
    top, thickness = back - round(10 / spacing_mm), round(6 / spacing_mm)
    table = np.zeros_like(body)
    table[:, max(0, top - thickness) : max(0, top)] = True
    return table
