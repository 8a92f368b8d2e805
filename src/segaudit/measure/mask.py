"""Measure a mask in one pass over its bytes, at a cost proportional to its foreground."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, TypeAlias

import msgspec
import numpy as np
from numpy.typing import NDArray

from segaudit.measure import grid
from segaudit.measure.course import course_of
from segaudit.measure.distribution import distribution_of
from segaudit.measure.inflate import ZEROS, Stream
from segaudit.measure.mask_runs import Box, Foreground, Integers, Rows, joined
from segaudit.measure.reference import Reference
from segaudit.measure.run_finder import nonzero_runs
from segaudit.measure.voxels import Voxels, blocks, meant, stored
from segaudit.model import File, Header, Mask, Spot
from segaudit.model.records import Vector

_MAX_VALUES = 16
_KEPT_VALUES = _MAX_VALUES + 1


@dataclass
class Values:
    """Counts of the non-zero values, smallest first, and of the non-finite voxels."""

    counts: dict[float, int] = field(default_factory=dict)
    """The 17 smallest: a value that is larger than 17 others is never needed again."""
    nonfinite: int = 0

    def add(self, values: NDArray[Any], lengths: Integers) -> None:
        """Count runs of voxels."""
        if values.size and (values == values[0]).all() and np.isfinite(values[0]):
            self._count(values[:1], lengths.sum(keepdims=True))
            return
        finite = np.isfinite(values)
        self.nonfinite += int(lengths[~finite].sum())
        distinct, which = np.unique(values[finite], return_inverse=True)
        self._count(distinct, np.bincount(which, lengths[finite]))

    def _count(self, distinct: NDArray[Any], voxels: NDArray[Any]) -> None:
        for value, count in zip(distinct[:_KEPT_VALUES].tolist(), voxels[:_KEPT_VALUES].tolist(), strict=True):
            self.counts[value] = self.counts.get(value, 0) + int(count)
        self.counts = dict(sorted(self.counts.items())[:_KEPT_VALUES])

    @property
    def table(self) -> tuple[tuple[float, int], ...]:
        """The values with their counts, ascending, at most 16."""
        return tuple((float(value), count) for value, count in list(self.counts.items())[:_MAX_VALUES])


Content: TypeAlias = tuple[Foreground, Values]


def read_foreground(stream: Stream, header: Header) -> Content:
    """Read the voxels from the stream and keep the runs that are not zero.

    Raises:
        DamageError: the stream ends early or is damaged.
    """
    parts, values = [np.zeros((2, 0), np.int32)], Values()
    for starts, lengths, value in nonzero_runs(pieces(stream, header)):
        values.add(value, lengths)
        parts.append(joined(starts, lengths))
    return Foreground(grid.three_axes(header.shape), *joined(*np.concatenate(parts, axis=1))), values


def pieces(stream: Stream, header: Header) -> Iterator[tuple[int, Voxels]]:
    """Yield the pieces that are not all zero, each with the index of its first voxel."""
    for first, block in blocks(stream, header):
        if header.intercept is None and block == ZEROS[: len(block)]:
            continue
        yield first, meant(stored(block, header), header)


def faces_of(box: Box, shape: grid.Shape) -> Box:
    """Return the voxels between a box and the low and high face of the grid along i, j, k."""
    i0, i1, j0, j1, k0, k1 = box
    return i0, shape[0] - 1 - i1, j0, shape[1] - 1 - j1, k0, shape[2] - 1 - k1


def centroid_of(rows: Rows) -> Vector:
    """Return the mean voxel index of rows, which are not empty."""
    weights = rows.length.astype(np.float64)
    middles = (rows.i + (weights - 1) / 2, rows.j, rows.k)
    i, j, k = (float((middle * weights).sum() / weights.sum()) for middle in middles)
    return i, j, k


def world(affine: grid.Matrix, voxel: Vector) -> Vector:
    """Return the world coordinates of a voxel index, mm."""
    x, y, z = (affine @ [*voxel, 1.0]).tolist()
    return x, y, z


def spot_of(voxel: Vector, affine: grid.Matrix) -> Spot:
    """Return the location of a mean voxel index, rounded to a voxel and to 0.1 mm."""
    return Spot.at(voxel, world(affine, voxel))


def ends_of(foreground: Foreground, box: Box, affine: grid.Matrix) -> tuple[Vector, Vector]:
    """Return the mean positions of the voxels on the left and on the right face of a mask's box, world mm."""
    axis = grid.axis_along(affine, grid.RIGHT)
    planes = (foreground.rows.on_plane(axis, box[2 * axis + side]) for side in (0, 1))
    one, other = (world(affine, centroid_of(plane)) for plane in planes)
    return (one, other) if affine[grid.RIGHT, axis] > 0 else (other, one)


def measure_mask(
    structure: str, file: File, content: Content | None, reference: Reference
) -> tuple[Mask, Foreground | None]:
    """Return the record of a mask, and its voxels in the reference grid's order; without content, only its file."""
    mask = Mask(case=file.case, structure=structure, file=file)
    if content is None or file.header is None:
        return mask, None
    foreground, values = content
    placing = reference.place(file.header)
    foreground = placing.placed(foreground)
    mask = msgspec.structs.replace(
        mask,
        voxels=foreground.voxels,
        values=values.table,
        distinct_values=len(values.counts),
        nonfinite=values.nonfinite,
        same_shape=placing.same_shape,
        on_grid=placing.on_grid,
        axis_order=placing.axis_order,
        corner_displacement_mm=placing.displacement_mm,
    )
    if foreground.voxels:
        mask = _with_anatomy(mask, foreground, placing.affine, reference)
    return mask, foreground


def _with_anatomy(mask: Mask, foreground: Foreground, affine: grid.Matrix, reference: Reference) -> Mask:
    """Add the fields that only a mask with voxels has."""
    box = foreground.box
    centroid = centroid_of(foreground.rows)
    mask = msgspec.structs.replace(
        mask,
        volume_ml=foreground.voxels * grid.voxel_ml(affine),
        box=box,
        centroid_voxel=centroid,
        centroid_mm=world(affine, centroid),
        faces=faces_of(box, foreground.shape),
        ends_mm=ends_of(foreground, box, affine) if grid.orientation(affine) else None,
        course_mm=course_of(foreground.rows, box, affine) if grid.orientation(affine) else (),
    )
    return _with_intensities(mask, foreground, reference) if mask.comparable else mask


def _with_intensities(mask: Mask, foreground: Foreground, reference: Reference) -> Mask:
    """Add the intensities of the CT under a mask."""
    if reference.volume is None:
        return mask
    known = distribution_of(foreground.values_of(reference.volume.hu))
    void = known.count(reference.pad_value) if known and reference.pad_value is not None else 0
    return msgspec.structs.replace(
        mask,
        hu=known.sample() if known else None,
        void_share=void / mask.voxels,
        outside_body_share=reference.outside.share(foreground) if reference.outside else None,
    )
