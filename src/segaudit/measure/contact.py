"""Where masks lie on each other, from head to foot, and beside each other.

Two vertebrae are kept apart by a disc; two masks that share one vertebra meet across its whole section. Pairs of voxels
that follow each other are looked at slice by slice, which stays in cache.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from segaudit.measure import grid
from segaudit.measure.overlap import Overlaps
from segaudit.model import Contact

Labels = NDArray[np.uint16]


def contacts_of(overlaps: Overlaps, affine: grid.Matrix) -> tuple[Contact, ...]:
    """Return the pairs of masks that touch, largest area first; none where the affine has no lengths."""
    names, spacing = overlaps.structures, np.array(grid.spacing(affine))
    if not (overlaps.counted and overlaps.labels.size and (np.isfinite(spacing) & (spacing > 0)).all()):
        return ()
    axial = grid.axial_axis(affine)
    axes = [axial, *(axis for axis in (2, 1, 0) if axis != axial)]
    along, *beside = (
        float(np.delete(spacing, axis).prod()) * _faces(met, overlaps.sole, len(names))
        for axis, met in zip(axes, _meetings(overlaps.labels, axial), strict=True)
    )
    around = np.asarray(sum(beside))
    found = (
        Contact(names[a], names[b], float(along[a, b]), float(around[a, b])) for a, b in np.argwhere(along + around)
    )
    return tuple(sorted(found, key=lambda pair: (-pair.area_mm2, pair.first, pair.second)))


def _meetings(labels: Labels, axial: int) -> list[Labels]:
    """Return the pairs of different labels across the slices, and along the two axes within them (3 arrays, 2 x n)."""
    planes = np.moveaxis(labels, 2 - axial, 0)  # the labels are by k, j, i
    width = planes.shape[2]
    inner = np.arange(1, planes[0].size) % width != 0
    before = np.zeros(planes[0].size, np.uint16)
    found: list[list[Labels]] = [[np.zeros((2, 0), np.uint16)] for _ in range(3)]
    for plane in planes:
        flat = np.ascontiguousarray(plane).ravel()
        for axis, met in zip(found, _met(before, flat, width, inner), strict=True):
            axis.append(met)
        before = flat
    return [np.concatenate(parts, axis=1) for parts in found]


def _met(before: Labels, flat: Labels, width: int, inner: NDArray[np.bool_]) -> Iterator[Labels]:
    """Yield the pairs of different labels between two slices, between rows of the second, and within its rows."""
    some = flat != 0
    for here, following, there in (
        (before, flat, some),
        (flat[:-width], flat[width:], some[width:]),
        (flat[:-1], flat[1:], some[1:] & inner),
    ):
        differ = here != following
        differ &= there
        differ &= here != 0
        yield np.array([here[differ], following[differ]])


def _faces(met: Labels, sole: NDArray[np.int64], masks: int) -> NDArray[np.int64]:
    """Count the faces between voxels of one mask each (masks x masks, above the diagonal)."""
    first, second = np.sort(sole[met], axis=0)
    counts = np.bincount(first * (masks + 1) + second, minlength=(masks + 1) ** 2)
    return np.triu(counts.reshape(masks + 1, masks + 1)[1:, 1:], 1)
