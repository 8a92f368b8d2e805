"""Parts of a CT that have one value: regions that an image encloses, and whole planes between others."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import Any, TypeAlias

import cc3d
import numpy as np
from numpy.typing import NDArray

from segaudit.measure.slice_cells import Cells
from segaudit.model import EvenParts, Void

Codes: TypeAlias = NDArray[np.uint32]
Ends: TypeAlias = NDArray[np.int64]

MIN_CELLS = 12
"""Cells of a region: where there is little noise, fewer have one value by chance."""
MAX_VOIDS = 16
"""Regions that are kept, the largest ones."""


def even_parts(cells: Cells) -> EvenParts:
    """Describe what has one value: how much of the CT, how many values, and the regions inside."""
    values, codes = _coded(cells)
    counts = np.bincount(codes[codes > 0])
    found = [*_planes(codes), *_enclosed(codes)]
    voids = (_void(cells, codes, values, ends, count) for ends, count in found)
    return EvenParts(
        share=float(np.count_nonzero(codes) / max(codes.size, 1)),
        values=int(np.count_nonzero(counts >= MIN_CELLS)),
        voids=tuple(sorted(voids, key=lambda void: -void.cells)[:MAX_VOIDS]),
    )


def _coded(cells: Cells) -> tuple[NDArray[Any], Codes]:
    """Return the values of even cells, and for each cell the number of its value, from 1; 0 for one that is not."""
    even = cells.even
    numbers = np.zeros(even.shape, np.uint32)
    if cells.low.dtype.kind == "i":
        first, last = int(cells.low.min()), int(cells.low.max())
        np.subtract(cells.low, first - 1, out=numbers, where=even, casting="unsafe")
        return np.arange(first, last + 1), numbers
    values, codes = np.unique(cells.low[even], return_inverse=True)
    numbers[even] = codes + 1
    return values, numbers


def _planes(codes: Codes) -> Iterator[tuple[Ends, int]]:
    """Yield runs of planes along rows and columns that have one value in all slices that show something."""
    shown = codes[(codes == 0).any(axis=(1, 2))]
    for axis in (1, 2) if shown.size else ():
        planes = np.moveaxis(shown, axis, 0).reshape(shown.shape[axis], -1)
        value = np.where(planes.min(axis=1) == planes.max(axis=1), planes[:, 0], 0)
        starts = np.flatnonzero(np.diff(value, prepend=-1))
        for first, end in pairwise([*starts.tolist(), len(value)]):
            if value[first] and first and end < len(value):
                ends = np.array([(0, length - 1) for length in codes.shape])
                ends[axis] = first, end - 1
                yield ends, (end - first) * planes.shape[1]


def _enclosed(codes: Codes) -> Iterator[tuple[Ends, int]]:
    """Yield the regions of one value that touch no face of the grid."""
    if not _between(codes == 0).any():
        return
    found = cc3d.statistics(cc3d.connected_components(codes, connectivity=6), no_slice_conversion=True)
    boxes, counts = found["bounding_boxes"].astype(np.int64).reshape(-1, 3, 2), found["voxel_counts"]
    faces = np.array(codes.shape) - 1
    inside = (boxes[:, :, 0] > 0).all(axis=1) & (boxes[:, :, 1] < faces).all(axis=1) & (counts >= MIN_CELLS)
    inside[0] = False  # what is no region
    yield from ((boxes[region], int(counts[region])) for region in np.flatnonzero(inside))


def _between(shown: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Return the cells that are not shown, while the slices on both sides show something there."""
    before, after = (np.logical_or.accumulate(side, axis=0) for side in (shown, shown[::-1]))
    return np.asarray(~shown & before & after[::-1])


def _void(cells: Cells, codes: Codes, values: NDArray[Any], ends: Ends, count: int) -> Void:
    """Return a region by the voxels of its box; its value is the commonest one there."""
    part = codes[tuple(slice(low, high + 1) for low, high in ends)]
    code = int(np.bincount(part[part > 0]).argmax())
    box = np.empty((3, 2), np.int64)
    others = [axis for axis in (2, 1, 0) if axis != cells.axis]
    for axis, (low, high), width in zip((cells.axis, *others), ends, (1, *cells.width), strict=True):
        box[axis] = low * width, (high + 1) * width - 1
    i0, i1, j0, j1, k0, k1 = box.ravel().tolist()
    return Void(
        value=float(values[code - 1]),
        box=(i0, i1, j0, j1, k0, k1),
        cells=count,
        fill=count / part.size,
        planes=bool((ends[:, 0] == 0).any()),  # what is enclosed begins at no face
    )
