"""The background of the outlines: the CT, or without one the masks in shades of grey."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from segaudit.measure.ct import Volume
from segaudit.measure.mask_runs import Foreground
from segaudit.model.records import Voxel
from segaudit.pictures.frame import CORONAL, Frame, Plane, Slice
from segaudit.pictures.shape import shadow_of

_AROUND_MM = 15.0

_STEP_MM = 6.0
"""In the view from the front, the CT is summed in steps of about this length."""

_SOFT_HU, _DENSE_HU = -100, 1000

_BRIGHTEST = 99.5
"""Percentile of the sums that is shown white."""

_SHADES = 60 + 29 * np.arange(256) % 60

_K = 2


class Backdrop(Protocol):
    """Slices by rows and columns."""

    def slice(self, plane: Plane, voxel: Voxel, labels: NDArray[np.uint8]) -> Slice:
        """Return the values of the slice through a voxel; ``labels`` are the numbers of the masks in it (0: none)."""

    def lost(self, plane: Plane, voxel: Voxel) -> Slice:
        """Return the part of this slice that could not be read."""

    @property
    def front(self) -> Slice:
        """The whole case seen from the front, summed over its depth, 0 to 255."""


@dataclass(frozen=True)
class CtBackdrop:
    """The intensities of a CT, as far as it could be read."""

    frame: Frame
    volume: Volume
    readable: int
    """Number of slices along k that could be read."""

    def slice(self, plane: Plane, voxel: Voxel, labels: NDArray[np.uint8]) -> Slice:
        """Return the intensities."""
        del labels
        axis = self.frame.axes[plane.normal]
        return self.frame.turned(_across(self.volume.grid, axis, voxel[axis]), plane)

    def around(self, voxel: Voxel) -> Slice:
        """Return the intensities of a box of about 3 cm around a voxel."""
        reach = (round(_AROUND_MM / self.frame.spacing[self.frame.axes.index(axis)]) for axis in range(3))
        box = (slice(max(at - far, 0), at + far + 1) for at, far in zip(voxel, reach, strict=True))
        return self.volume.grid[tuple(box)]

    def lost(self, plane: Plane, voxel: Voxel) -> Slice:
        """Return the slices along k from the damage on."""
        axis = self.frame.axes[plane.normal]
        lost = np.broadcast_to(np.arange(self.frame.shape[_K]) >= self.readable, self.frame.shape)
        return self.frame.turned(_across(lost, axis, voxel[axis]), plane)

    @cached_property
    def front(self) -> Slice:
        """Return something like a radiograph: the mean of absorbing tissue."""
        axis = self.frame.axes[CORONAL.normal]
        step = max(round(_STEP_MM / self.frame.spacing[CORONAL.normal]), 1)
        some = self.volume.grid[(slice(None),) * axis + (slice(None, None, step),)]
        dense = np.nan_to_num(some).clip(_SOFT_HU, _DENSE_HU).mean(axis=axis, dtype=np.float32) - _SOFT_HU
        if axis != _K:
            dense[:, self.readable :] = 0
        return _brightened(self.frame.turned(dense, CORONAL))


@dataclass(frozen=True)
class MaskBackdrop:
    """Masks alone, in shades of grey, 0 to 255."""

    frame: Frame
    masks: Sequence[Foreground]

    def slice(self, plane: Plane, voxel: Voxel, labels: NDArray[np.uint8]) -> Slice:
        """Return a shade for each mask."""
        del plane, voxel
        return np.where(labels, _SHADES[labels], 0)

    def lost(self, plane: Plane, voxel: Voxel) -> Slice:
        """Return an empty mask: nothing is lost."""
        del voxel
        return np.zeros((self.frame.lengths[plane.row], self.frame.lengths[plane.column]), np.bool_)

    @property
    def front(self) -> Slice:
        """Return the number of masked voxels behind each other."""
        axis = self.frame.axes[CORONAL.normal]
        depth = sum((shadow_of(mask, axis) for mask in self.masks), start=np.zeros((1, 1), np.int64))
        return _brightened(self.frame.turned(depth, CORONAL))


def _across(volume: Slice, axis: int, index: int) -> Slice:
    """Return one slice as a view: ``take`` would copy a volume that is stored in the usual order."""
    return volume[(slice(None),) * axis + (index,)]


def _brightened(depth: Slice) -> Slice:
    """Return grey values of sums that are 0 or more."""
    brightest = np.percentile(depth, _BRIGHTEST) or 1
    return np.clip(depth / brightest, 0, 1) * 230
