"""A made scan that changes from slice to slice as a body does, and what is measured of it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from segaudit.measure.ct import Volume, measure_ct
from segaudit.model import Ct
from segaudit.testing.records import healthy_file, healthy_header

SHAPE = (48, 44, 40)
SPACING_MM = 5.0
Voxels = NDArray[np.float64]


def scan(seed: int = 0, noise_hu: float = 12.0) -> Voxels:
    """Return a body of soft shapes in air, HU: organs of some 40 mm, fat, bone, and noise."""
    rng = np.random.default_rng(seed)
    shapes = ndimage.gaussian_filter(rng.standard_normal(SHAPE), (3, 3, 4))
    organs = np.select([shapes > 1.2 * shapes.std(), shapes < -0.8 * shapes.std()], [300.0, -100.0], 50.0)
    i, j = np.ogrid[: SHAPE[0], : SHAPE[1]]
    body = (((i - 23.5) / 18) ** 2 + ((j - 21.5) / 16) ** 2 < 1)[..., None]
    smooth = ndimage.gaussian_filter(np.where(body, organs, -1000.0), 0.7)
    return np.asarray(smooth + rng.normal(0, noise_hu, SHAPE))


def ct_of(voxels: NDArray[np.generic], affine: NDArray[np.float64] | None = None) -> Ct:
    """Return the CT that these voxels are measured as, in whole HU."""
    affine = np.diag([SPACING_MM, SPACING_MM, SPACING_MM, 1.0]) if affine is None else affine
    spacing = tuple(np.linalg.norm(affine[:3, :3], axis=0).tolist())
    matrix = tuple(affine[:3].ravel().tolist())
    header = healthy_header(shape=voxels.shape, dtype="int16", affine=matrix, spacing_mm=spacing)
    whole = np.rint(voxels).astype(np.int16)
    with np.errstate(all="ignore"):
        return measure_ct(healthy_file("", header=header), Volume(voxels.shape, whole.ravel("F")))
