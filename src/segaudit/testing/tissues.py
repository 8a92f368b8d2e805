"""A body of air, fat, muscle, organs, bone and lung, with masks, as a measured case in any units."""

from __future__ import annotations

import tempfile
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from segaudit.model import Case
from segaudit.testing.volumes import Made, measured

SHAPE = (40, 40, 30)
ORGANS = {
    "autochthon_left": (np.s_[8:12, 8:30, 2:28], 45),
    "liver": (np.s_[24:32, 10:30, 2:14], 60),
    "spleen": (np.s_[14:20, 10:18, 2:14], 50),
    "vertebrae_L1": (np.s_[14:20, 20:30, 2:12], 200),
    "lung_lower_lobe_left": (np.s_[14:22, 10:30, 16:28], -830),
    "lung_lower_lobe_right": (np.s_[24:32, 10:30, 16:28], -830),
    "trachea": (np.s_[12:14, 18:22, 14:28], -980),
}


def body(seed: int = 0) -> NDArray[np.float64]:
    """Return Hounsfield units with noise."""
    hu = np.full(SHAPE, -1000.0)
    hu[4:36, 4:36] = -100
    hu[7:33, 7:33] = 45
    for box, value in ORGANS.values():
        hu[box] = value
    return hu + np.random.default_rng(seed).normal(0, 15, SHAPE)


def mask(name: str) -> Made:
    """Return the mask of a structure."""
    voxels = np.zeros(SHAPE, np.uint8)
    voxels[ORGANS[name][0]] = 1
    return Made(voxels, affine=np.diag([5.0, 5.0, 5.0, 1.0]))


def case_of(hu: NDArray[np.float64], *names: str) -> Case:
    """Return a measured case with the masks of some structures."""
    ct = Made(np.rint(hu).astype(np.int32), affine=np.diag([5.0, 5.0, 5.0, 1.0]))
    with tempfile.TemporaryDirectory() as folder:
        return measured(Path(folder), ct, **{name: mask(name) for name in names})
