"""The usual ways to measure a case: nibabel reads whole arrays, numpy and scipy count in them.

``plain`` is the script that most groups have. ``careful`` is written for speed by an expert of these libraries, and
measures more: masks are cropped as soon as they are read, only crops that meet are compared, and all contacts come
from one label map. Both leave out what only segaudit measures: the verified checksums of the files, the CT's similarity
to others and the variation of its slices.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations
from pathlib import Path
from typing import Any, NamedTuple

import nibabel as nib
import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from segaudit.model import QUANTILES, CaseFiles

_LEVELS = (0, 0.05, 0.25, 0.5, 0.75, 0.95, 1)
_FULL = np.ones((3, 3, 3))
_GAS_HU, _CELLS = -950, slice(None, None, 4)


class _Crop(NamedTuple):
    """A mask inside its box."""

    box: tuple[slice, ...]
    mask: NDArray[np.bool_]


def plain(root: Path, files: CaseFiles) -> None:
    """Compute values, boxes, centroids, components, overlaps and intensities of a case on its whole grid."""
    ct = _array(root / files.ct) if files.ct else None
    if ct is not None:
        np.quantile(ct, _LEVELS), ct.mean(), ct.std()
    depth: Any = 0
    for path in files.masks.values():
        array = _array(root / path)
        mask = array != 0
        np.unique(array, return_counts=True)
        ndimage.label(mask, _FULL)
        depth += mask.astype(np.uint8)
        if mask.any():
            [(axis.min(), axis.max(), axis.mean()) for axis in np.nonzero(mask)]
            if ct is not None:
                np.quantile(ct[mask], _LEVELS), ct[mask].mean(), ct[mask].std()
    np.count_nonzero(depth > 1)


def careful(root: Path, files: CaseFiles) -> None:
    """Compute nearly all measurements of a case, mask by mask inside its box."""
    ct = _array(root / files.ct) if files.ct else None
    outside = None
    if ct is not None:
        _of_ct(ct)
        outside = _outside(ct)
    crops = []
    for path in files.masks.values():
        array = _array(root / path)
        shape = array.shape
        if crop := _crop(array):
            _of_mask(crop)
            if ct is not None and outside is not None:
                _of_intensities(ct[crop.box][crop.mask], outside[crop.box][crop.mask])
            crops.append(crop)
    if crops:
        _of_overlaps(crops, shape)


def _array(path: Path) -> NDArray[Any]:
    return np.asarray(nib.load(path).dataobj)  # type: ignore[attr-defined]  # nibabel's annotations are incomplete


def _of_ct(ct: NDArray[Any]) -> None:
    """Compute statistics, distinct values with their counts, and constant slices."""
    np.quantile(ct, QUANTILES), ct.mean(), ct.std(), np.unique(ct, return_counts=True)
    np.count_nonzero(ct.min(axis=(0, 1)) == ct.max(axis=(0, 1)))


def _outside(ct: NDArray[Any]) -> NDArray[np.bool_]:
    """Estimate what is outside the body, on every fourth voxel, and extend it to all."""
    body = ndimage.binary_opening(ct[_CELLS, _CELLS, _CELLS] > _GAS_HU)
    labels, _ = ndimage.label(body, _FULL)
    largest = labels == np.bincount(labels.ravel())[1:].argmax() + 1
    filled = ndimage.binary_dilation(ndimage.binary_fill_holes(largest), _FULL)
    spread: NDArray[np.bool_] = ~filled
    for axis, length in enumerate(ct.shape):
        spread = np.repeat(spread, 4, axis).take(range(length), axis)
    return spread


def _crop(array: NDArray[Any]) -> _Crop | None:
    """Return the box of a mask, and the mask inside it; None if it is empty."""
    present = array != 0
    box = next(iter(ndimage.find_objects(present.view(np.uint8))), None)
    if not box:
        return None
    inside = present[box].copy()
    np.unique(array[box][inside], return_counts=True)
    return _Crop(box, inside)


def _of_mask(crop: _Crop) -> None:
    """Compute voxels, centroid, the ends along the first axis, components, and the centre of the second."""
    np.count_nonzero(crop.mask), ndimage.center_of_mass(crop.mask)
    ndimage.center_of_mass(crop.mask[0]), ndimage.center_of_mass(crop.mask[-1])
    labels, count = ndimage.label(crop.mask, _FULL)
    sizes = np.bincount(labels.ravel())[1:]
    if count > 1:
        ndimage.center_of_mass(labels == sizes.argsort()[-2] + 1)


def _of_intensities(under: NDArray[Any], outside: NDArray[np.bool_]) -> None:
    """Compute the intensities under a mask, and the shares of it that are void or outside the body."""
    np.quantile(under, _LEVELS), under.mean(), under.std()
    np.count_nonzero(under == under.min()), np.count_nonzero(outside)


def _of_overlaps(crops: Sequence[_Crop], shape: tuple[int, ...]) -> None:
    """Compute the voxels that pairs share, the number of masks in a voxel, and the faces between masks."""
    for first, second in combinations(crops, 2):
        _shared(first, second)
    depth, labels = np.zeros(shape, np.uint8), np.zeros(shape, np.int32)
    for number, crop in enumerate(crops, 1):
        depth[crop.box] += crop.mask
        labels[crop.box][crop.mask] = number
    np.bincount(depth.ravel())
    labels[depth > 1] = 0
    for axis in range(labels.ndim):
        here, there = (np.delete(labels, end, axis) for end in (-1, 0))
        met = (here != there) & (here > 0) & (there > 0)
        np.unique([here[met], there[met]], axis=1, return_counts=True)


def _shared(first: _Crop, second: _Crop) -> int:
    """Count the voxels that two masks share."""
    both = [slice(max(a.start, b.start), min(a.stop, b.stop)) for a, b in zip(first.box, second.box, strict=True)]
    if any(axis.start >= axis.stop for axis in both):
        return 0
    a, b = (crop.mask[_inside(both, crop.box)] for crop in (first, second))
    return int(np.count_nonzero(a & b))


def _inside(part: Sequence[slice], box: Sequence[slice]) -> tuple[slice, ...]:
    """Return where a part of a box lies in the crop of the box."""
    return tuple(slice(axis.start - own.start, axis.stop - own.start) for axis, own in zip(part, box, strict=True))
