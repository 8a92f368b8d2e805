"""Recognise a CT: a thumbnail of it, and a fingerprint of its voxels that survives cropping.

Both are computed along the patient's axes (right, front, head), however the CT is stored.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from nibabel.orientations import apply_orientation, axcodes2ornt
from numpy.typing import NDArray

from segaudit.model import FINGERPRINT_MEMBERS, THUMBNAIL_HU, THUMBNAIL_SIDE

_SAMPLES = 2
"""Voxels that are sampled along each axis of a cell of the thumbnail: eight in all suffice against noise."""
_RUN_VOXELS = 8
"""Voxels of a run. Tissue with 4 bits of independent noise per voxel gives 2^32 different runs."""
_MIN_DISTINCT = 5
"""The least number of distinct values in a run: clipped air and padding have fewer, and the same ones in every CT."""
_ONE_IN = 64
"""One run in this many is hashed."""
_SLAB_SLICES = 16
"""Slices that are processed at a time: few enough for the cache."""
_MIX = (0x9E3779B97F4A7C15, 0xBF58476D1CE4E5B9, 0x94D049BB133111EB)
"""Odd multipliers of splitmix64 (Steele, Lea and Flood, OOPSLA 2014)."""


def as_patient(grid: NDArray[Any], orientation: str) -> NDArray[Any]:
    """Return a view whose axes run to the patient's right, front and head; as stored if the axes are unknown."""
    return np.asarray(apply_orientation(grid, axcodes2ornt(orientation))) if orientation else grid


def thumbnail_of(hu: NDArray[Any]) -> bytes:
    """Return ``Ct.thumbnail`` of intensities along the patient's axes."""
    if min(hu.shape) < THUMBNAIL_SIDE:
        return b""
    cells = THUMBNAIL_SIDE * _SAMPLES
    places = (((np.arange(cells) + 0.5) * length / cells).astype(np.intp) for length in hu.shape)
    low, high = THUMBNAIL_HU
    samples = np.clip(np.nan_to_num(hu[np.ix_(*places)].astype(np.float32), nan=low), low, high)
    means = samples.reshape((THUMBNAIL_SIDE, _SAMPLES) * 3).mean(axis=(1, 3, 5))
    grey: NDArray[np.uint8] = np.rint((means - low) * (255 / (high - low))).astype(np.uint8)
    return grey.tobytes()


def fingerprint_of(hu: NDArray[Any]) -> bytes:
    """Return ``Ct.fingerprint`` of intensities along the patient's axes.

    The smallest hashes of a set are an unbiased sample, drawn in the same way from any two sets (Broder, "On the
    resemblance and containment of documents", 1997). Which runs are hashed depends only on their voxels, never on their
    position.
    """
    slabs = (hu[:, :, first : first + _SLAB_SLICES] for first in range(0, hu.shape[2], _SLAB_SLICES))
    hashes = np.sort(np.concatenate([_hashes(_chosen_runs(_rounded(slab))) for slab in slabs]))
    distinct: NDArray[np.uint64] = hashes[np.diff(hashes, prepend=hashes[:1] - np.uint64(1)) != 0]
    return distinct[:FINGERPRINT_MEMBERS].astype("<u8").tobytes()


def _rounded(slab: NDArray[Any]) -> NDArray[np.int16]:
    """Round to whole HU, since copies in other data types differ by rounding."""
    if slab.dtype == np.int16:
        return slab
    limits = np.iinfo(np.int16)
    return np.asarray(np.clip(np.rint(np.nan_to_num(slab)), limits.min, limits.max), np.int16)


def _chosen_runs(slab: NDArray[np.int16]) -> NDArray[np.int16]:
    """Return runs from left to right, one per row, chosen by their first step: 1 value in 64, never a step of 0."""
    rows = np.ascontiguousarray(slab.T)  # a view, for a CT in the usual storage order
    flat, length = rows.ravel(), rows.shape[-1]
    steps = (flat[1:] - flat[:-1]).view(np.uint16)
    steps *= np.uint16(_MIX[0] >> 48 | 1)
    at = np.flatnonzero(steps >= np.uint16(65536 - 65536 // _ONE_IN))
    at = at[at % length <= length - _RUN_VOXELS]
    runs = np.stack([flat[at + place] for place in range(_RUN_VOXELS)])
    return np.asarray(runs.T[_distinct_values(runs) >= _MIN_DISTINCT])


def _distinct_values(runs: NDArray[np.int16]) -> NDArray[np.int8]:
    """Count the distinct values of each column; comparing all pairs is faster than sorting so few."""
    counts = np.ones(runs.shape[1], np.int8)
    for place in range(1, len(runs)):
        counts += (runs[:place] != runs[place]).all(axis=0)
    return counts


def _hashes(runs: NDArray[np.int16]) -> NDArray[np.uint64]:
    """Return a hash of each run; hashes of two runs differ in about half of their bits.

    The differences to the first voxel are hashed, so that adding a constant to the CT changes nothing.
    """
    halves = (runs - runs[:, :1]).astype("<i2").view("<u8").astype(np.uint64)
    mixed = np.zeros(len(runs), np.uint64)
    for half, odd in zip((halves[:, 0], halves[:, 1]), _MIX, strict=False):
        mixed = (mixed ^ half) * np.uint64(odd)
        mixed ^= mixed >> np.uint64(32)
    return mixed * np.uint64(_MIX[2])
