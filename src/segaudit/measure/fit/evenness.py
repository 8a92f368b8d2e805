"""How even a CT is inside of masks: an organ is much the same throughout, what lies across several things is not."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from segaudit.measure.fit.faces import Faces, inside
from segaudit.measure.fit.profiles import Scan

DEPTH_MM = 4.0
"""How far inside of a mask's surface its tissue is looked at, at least a voxel."""

FEW = 20
"""Places without which a mask says nothing."""


def depth_of(scan: Scan) -> NDArray[np.int64]:
    """Return how many voxels along each axis make the depth."""
    return np.maximum(1, np.rint(DEPTH_MM / scan.spacing)).astype(np.int64)


def spread_of(scan: Scan, faces: Faces) -> float:
    """Return how far the CT inside of masks is off each mask's mean, as a share of its window; the mean of all masks.

    It is 1 where too few of the faces are in the grid.
    """
    at, number = faces.at.copy(), np.arange(faces.size)
    at[faces.axis, number] -= faces.side * depth_of(scan)[faces.axis]
    there = inside(at, scan.shape)
    at, owner = at[:, there], faces.owner[there]
    low, high = scan.low[owner], scan.high[owner]
    hu = scan.hu[scan.strides @ at].astype(np.float64)
    values = np.clip(np.where(np.isnan(hu), low, hu), low, high) / (high - low)
    count = np.bincount(owner, minlength=scan.sign.size)
    mean = np.bincount(owner, values, scan.sign.size) / np.maximum(count, 1)
    spread = np.bincount(owner, np.abs(values - mean[owner]), scan.sign.size)[count >= FEW] / count[count >= FEW]
    return float(spread.mean()) if spread.size else 1.0
