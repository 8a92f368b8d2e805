"""The view of a picture: the voxel that the slices go through, and the field around it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from segaudit.measure.mask_runs import Foreground
from segaudit.model.records import Vector, Voxel
from segaudit.pictures.frame import Frame
from segaudit.pictures.shape import central_voxel, shared

LEAST_MM, MOST_MM = 120.0, 240.0
"""Sides of the field that is shown around a spot."""

MOST_OF_PAIR_MM = 480.0
"""The same where the field has to show two structures: the arms of an adult are as far apart."""

FIELD_RATIO = 1.3
"""A field is larger than its contents by this factor, within these limits."""

LEAST_VOXELS = 4
"""The least width of a field in voxels, whatever spacing the header states."""


@dataclass(frozen=True, slots=True)
class View:
    """A location in a case, and the field around it."""

    voxel: Voxel
    middle: Vector
    """The centre of the field, in voxels, as far as the location stays inside."""
    field: float
    """Its side, mm."""
    marked: bool = True
    """Whether the location is meaningful, rather than just the middle of the case."""


def view_of(frame: Frame, masks: Sequence[Foreground], mm: Vector | None, readable: int, most: float) -> View:
    """Return the view of a location, or else of masks that are not empty, or else of all readable slices of a case.

    ``most`` is the largest side of a field around a location or masks, mm.
    """
    if mm is None and not masks:
        i, j, k = (length / 2 for length in frame.shape)
        return View((int(i), int(j), readable // 2), (i, j, k), max(frame.extent), marked=False)
    spacing = tuple(frame.spacing[frame.axes.index(axis)] for axis in range(3))
    voxel = central_voxel(shared(masks), spacing) if mm is None else frame.nearest(mm)
    middle, longest = _around(masks, spacing) if masks else (voxel, MOST_MM)
    field = min(max(FIELD_RATIO * longest, LEAST_MM), most, max(frame.extent))
    return View(voxel, middle, max(field, LEAST_VOXELS * max(spacing)))


def _around(masks: Sequence[Foreground], spacing: Sequence[float]) -> tuple[Vector, float]:
    """Return the centre and the longest side, mm, of the box around masks."""
    boxes = np.array([mask.box for mask in masks])
    first, last = boxes[:, ::2].min(axis=0), boxes[:, 1::2].max(axis=0)
    i, j, k = ((first + last) / 2).tolist()
    return (i, j, k), float(((last - first + 1) * spacing).max())
