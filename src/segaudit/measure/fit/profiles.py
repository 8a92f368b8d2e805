"""How the CT changes across the faces of masks, and a few voxels beside them.

On the surface of a mask that is drawn right the CT changes in a known direction: bone, liver or a kidney are brighter
than what is around them, lung is darker. The step from the voxel inside to the one outside, looked for some voxels
further along the axis as well, is largest where the CT has the edge. The idea is that of boundary-based registration
(Greve and Fischl, NeuroImage 2009;48:63), evaluated at shifts instead of optimised.

A mask that was moved finds the edges of its low and of its high side the same way off, one that is drawn too large or
too small finds them on opposite sides. Comparing both sides distinguishes the two, so that size errors cancel.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import reduce
from typing import Any, NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from segaudit.measure.case_runs import Offsets
from segaudit.measure.fit.faces import Faces
from segaudit.measure.grid import Shape
from segaudit.model.records import AXES

Numbers: TypeAlias = NDArray[np.float64]

REACH = 4
"""Voxels to both sides of a face in which its edge is looked for."""

SIZE_MM, SIZE_VOXELS = 4.0, 3
"""How much too large or too small masks may be drawn, or how many voxels where these are large, and be in place."""

STEP_MM = 2.0
"""Over how much on either side of it a step is taken: an edge in a CT is as wide, however fine the grid."""

SIZE_EACH = 2
"""The same for a single mask, in voxels: smaller, because one mask gives less evidence."""

FEW = 10
"""Faces on either side without which a mask says nothing along an axis."""

ALIKE = 30
"""Faces on a side from which on masks count alike, whatever their size."""

_OFFSETS = np.arange(-REACH, REACH + 1)
_APART = np.abs(_OFFSETS[:, None] - _OFFSETS)
LITTLE = 0.05
"""Share of the best fit that one in place has at least, when the two are divided."""


def rounded(value: float | np.floating[Any]) -> float:
    """Return an agreement to three digits, as records have it."""
    return round(float(value), 3)


@dataclass(frozen=True)
class Scan:
    """A CT, and the window in which each mask's tissue differs from what is around it."""

    hu: NDArray[Any]
    """Flat in file order."""
    shape: Shape
    low: Numbers
    high: Numbers
    """The window of each mask, HU."""
    sign: Numbers
    """1 for masks brighter than what is around them, -1 for darker ones."""
    spacing: Numbers
    """Edges of a voxel, mm."""
    size: Offsets
    """Voxels along each axis by which masks may be drawn too large or too small and be in their place."""
    width: Offsets
    """Voxels along each axis whose mean is taken on either side of a step."""

    @property
    def strides(self) -> Offsets:
        """How far apart voxels are in ``hu`` along each axis."""
        return np.array([1, self.shape[0], self.shape[0] * self.shape[1]])

    def steps(self, faces: Faces, reach: int = REACH) -> NDArray[np.float32]:
        """Return by how much the CT falls off outwards at each face and beside it, (2 reach + 1) x n, in windows."""
        if (self.width == self.width[0]).all():
            return self._steps(faces, reach, int(self.width[0]))
        steps = np.empty((2 * reach + 1, faces.size), np.float32)
        width = self.width[faces.axis]
        for voxels in set(self.width.tolist()):
            chosen = np.flatnonzero(width == voxels)
            steps[:, chosen] = self._steps(faces[chosen], reach, voxels)
        return steps

    def _steps(self, faces: Faces, reach: int, width: int) -> NDArray[np.float32]:
        """Return the same, each from the mean of some voxels to that of as many beyond."""
        low, high = (ends[faces.owner].astype(np.float32) for ends in (self.low, self.high))
        values = np.fmin(np.fmax(self._beside(faces, reach + width), low), high)  # low where there is no number
        neighbours = (values[first : first - width + 1 or None] for first in range(width))
        means = np.asarray(reduce(np.add, neighbours) / np.float32(width))
        rise = means[width:] - means[:-width]
        return np.asarray(rise * (-faces.side * self.sign[faces.owner] / (high - low)), np.float32)

    def _beside(self, faces: Faces, count: int) -> NDArray[np.float32]:
        """Return the CT along the axis of each face, so many voxels to both sides of it, 2 count x n."""
        line = faces.at[faces.axis, np.arange(faces.size)]
        last, stride = np.array(self.shape)[faces.axis] - 1, self.strides[faces.axis]
        beside = np.clip(line + (faces.side > 0) + np.arange(-count, count)[:, None], 0, last)
        places = (self.strides @ faces.at - line * stride) + beside * stride
        return np.asarray(self.hu.take(places, mode="clip"), np.float32)


def in_place(steps: NDArray[np.float32], faces: Faces, excess: Offsets) -> NDArray[np.float32]:
    """Return which of the steps beside each face, offsets x n, is its own if masks are too small by some voxels."""
    return np.asarray(steps[REACH + faces.side * excess[faces.axis], np.arange(faces.size)])


@dataclass(frozen=True, slots=True)
class Profiles:
    """Sums of steps and of their magnitudes (masks x 3 axes x 2 sides x offsets), and numbers of faces."""

    total: Numbers
    magnitude: Numbers
    count: NDArray[np.int64]
    size: Offsets
    """As ``Scan.size``."""

    @classmethod
    def of(cls, scan: Scan, faces: Faces) -> Profiles:
        """Look along the faces of each mask."""
        return cls.summed(scan, faces, scan.steps(faces))

    @classmethod
    def summed(cls, scan: Scan, faces: Faces, steps: NDArray[np.float32]) -> Profiles:
        """Add up the steps at the faces of each mask, offsets x n."""
        shape = (scan.sign.size, AXES, 2)
        key = (faces.owner * AXES + faces.axis) * 2 + (faces.side > 0)
        cells = int(np.prod(shape))

        place = (key * len(steps) + np.arange(len(steps))[:, None]).ravel()

        def added(values: NDArray[np.float32]) -> Numbers:
            sums = np.bincount(place, values.ravel(), cells * len(steps))
            return sums.astype(np.float64).reshape(*shape, -1)

        count = np.bincount(key, minlength=cells).reshape(shape)
        return cls(added(steps), added(np.abs(steps)), count, scan.size)

    def chosen(self, masks: NDArray[np.bool_]) -> Profiles:
        """Return the profiles of some of the masks."""
        return Profiles(self.total[masks], self.magnitude[masks], self.count[masks], self.size)

    @property
    def outwards(self) -> Numbers:
        """The mean steps from inside of each mask to outside of it, masks x 3 axes x 2 sides x offsets outwards."""
        mean = self.total / np.maximum(self.count, 1)[..., None]
        return np.stack([mean[..., 0, ::-1], mean[..., 1, :]], axis=-2)

    @property
    def decidable(self) -> NDArray[np.bool_]:
        """Whether there are faces enough on both sides along each axis, masks x 3."""
        return np.asarray(self.count.min(axis=2) >= FEW)

    @property
    def faces(self) -> NDArray[np.int64]:
        """How many faces of each mask say something."""
        return np.asarray((self.count.sum(axis=2) * self.decidable).sum(axis=1))

    def each(self) -> Fit:
        """Return how each mask fits."""
        weight = 1 / np.maximum(self.count, 1)[..., None]
        return Fit.of(self.total * weight, self.magnitude * weight, self.decidable, np.minimum(self.size, SIZE_EACH))

    def pooled(self) -> Fit:
        """Return how all masks fit together, as one entry; large and small ones count alike."""
        share = self.decidable / np.maximum(self.decidable.sum(axis=0), 1)
        weight = (share[..., None] / np.maximum(self.count, ALIKE))[..., None]
        total, magnitude = ((sums * weight).sum(axis=0, keepdims=True) for sums in (self.total, self.magnitude))
        return Fit.of(total, magnitude, np.asarray(self.decidable.any(axis=0, keepdims=True)), self.size)


class Fit(NamedTuple):
    """How masks fit: arrays with an entry for each, or with one for all together; axes come last."""

    agreement: Numbers
    """Sum of the steps over that of their magnitudes, from -1 to 1: 1 where all edges are there, 0 where none is."""
    contrast: Numbers
    """Mean step, in windows."""
    magnitude: Numbers
    """Mean of the steps' magnitudes, in windows."""
    excess: Offsets
    """Voxels by which the masks are too small along each axis, as it fits best."""
    offset: Numbers
    """How far the masks lie off along each axis, voxels."""
    gain: Numbers
    """How many times larger the steps are there."""
    decidable: NDArray[np.bool_]
    """Along which axes there are faces enough."""
    axis_agreement: Numbers
    side_agreement: Numbers
    """The same along each axis, and that of the worse of its two sides."""
    axis_contrast: Numbers

    @classmethod
    def of(cls, total: Numbers, magnitude: Numbers, decidable: NDArray[np.bool_], size: Offsets) -> Fit:
        """Compare profiles (... x 3 axes x 2 sides x offsets), all weighted alike."""
        excess, steps, sizes = _in_place(total, magnitude, size)
        peaks, best = _anywhere(total, size)
        summed, magnitudes = ((values.sum(axis=-1) * decidable) for values in (steps, sizes))
        offset = -refined(total, peaks).sum(axis=-1) / 2
        share = np.maximum(steps.sum(axis=-1), LITTLE * np.abs(best))
        return cls(
            agreement=_ratio(summed.sum(axis=-1), magnitudes.sum(axis=-1)),
            contrast=_ratio(summed.sum(axis=-1), 2 * decidable.sum(axis=-1)),
            magnitude=_ratio(magnitudes.sum(axis=-1), 2 * decidable.sum(axis=-1)),
            excess=excess,
            offset=np.where(decidable, offset, 0.0),
            gain=np.where(decidable & (best > 0), _ratio(best, share), 1.0),
            decidable=decidable,
            axis_agreement=_ratio(summed, magnitudes),
            side_agreement=_ratio(steps, sizes).min(axis=-1),
            axis_contrast=summed,
        )


def _in_place(total: Numbers, magnitude: Numbers, size: Offsets) -> tuple[Offsets, Numbers, Numbers]:
    """Return the size error that fits best, and the steps and magnitudes of both sides there (... x 2)."""
    both = total[..., 0, ::-1] + total[..., 1, :]
    best = np.where(np.abs(_OFFSETS) <= size[:, None], both, -np.inf).argmax(axis=-1)
    at = np.stack([2 * REACH - best, best], axis=-1)[..., None]
    return _OFFSETS[best], *(np.take_along_axis(sums, at, axis=-1)[..., 0] for sums in (total, magnitude))


def _anywhere(total: Numbers, size: Offsets) -> tuple[Offsets, Numbers]:
    """Return where the low and the high side fit best together, as offsets (... x 2), and the sum of their steps."""
    both = total[..., 0, :, None] + total[..., 1, None, :]
    flat = np.where(2 * size[:, None, None] >= _APART, both, -np.inf).reshape(*both.shape[:-2], -1)
    peaks = np.stack(np.divmod(flat.argmax(axis=-1), _OFFSETS.size), axis=-1)
    return _OFFSETS[peaks], flat.max(axis=-1)


def refined(profile: Numbers, peak: Offsets) -> Numbers:
    """Return the peak of profiles near an offset to a part of a voxel: a parabola through smoothed neighbours."""
    padded = np.concatenate([profile[..., :1], profile, profile[..., -1:]], axis=-1)
    smooth = padded[..., :-2] + 2 * padded[..., 1:-1] + padded[..., 2:]  # four times as large, which moves no peak
    middle = np.clip(peak + REACH, 1, 2 * REACH - 1)[..., None] + np.array([-1, 0, 1])
    before, here, behind = np.moveaxis(np.take_along_axis(smooth, middle, axis=-1), -1, 0)
    bend = before - 2 * here + behind
    part = np.where(bend < 0, np.clip(_ratio((before - behind) / 2, bend), -0.5, 0.5), 0.0)
    return np.where(np.abs(peak) < REACH, peak + part, peak)


def _ratio(above: Numbers, below: Numbers) -> Numbers:
    """Divide; 0 where there is nothing to divide by."""
    return np.divide(above, below, out=np.zeros(np.shape(above)), where=np.asarray(below) != 0)
