"""Where single masks would fit better than in their place."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from segaudit.measure.case_runs import Offsets
from segaudit.measure.fit.climbing import KEPT_SHARE, best_of, climbed, each
from segaudit.measure.fit.faces import Faces
from segaudit.measure.fit.profiles import REACH, Fit, Numbers, Profiles, Scan
from segaudit.model.records import AXES, Shift

REACH_MM = 24.0
"""How far off a mask's place is looked for: the next vertebra is further away."""

REACH_VOXELS = 8
"""The same where voxels are large."""

DOUBT = 0.85
"""Agreement below which a better place is looked for."""

_OFF_VOXELS, _OFF_GAIN = 1.5, 1.25
"""How far off, and how many times better, edges beside a mask's own make it look as well."""


def shifts_of(scan: Scan, faces: Faces, fit: Fit, spacing: NDArray[np.float64]) -> Iterator[Shift | None]:
    """Yield the better place of each mask; None where it fits well, or nowhere better.

    Args:
        scan: the CT.
        faces: those of the masks.
        fit: how each mask fits in its place.
        spacing: edges of a voxel, mm.
    """
    off = (np.abs(fit.offset) >= _OFF_VOXELS) & (fit.gain >= _OFF_GAIN)
    looked_at = np.bincount(faces.owner, minlength=len(fit.agreement)) > 0
    doubtful = looked_at & ((fit.agreement < DOUBT) | off.any(axis=1))
    if not doubtful.any():
        yield from (None for _ in doubtful)
        return
    looked = faces[doubtful[faces.owner]]
    count = np.bincount(looked.owner, minlength=doubtful.size)
    starts = [np.zeros((doubtful.size, AXES), np.int64), *_starts(scan, looked, count, spacing)]
    best = best_of([climbed(each(scan, looked), _agreement, start, count) for start in starts])
    within = np.asarray((np.abs(best.moves) <= _reach(spacing) + REACH).all(axis=1))
    there = Profiles.of(scan, looked.moved(best.moves, scan.shape))
    for mask, move in enumerate(best.moves):
        yield _shift(mask, move, there, fit, spacing) if doubtful[mask] and within[mask] and move.any() else None


def _reach(spacing: NDArray[np.float64]) -> Offsets:
    """Return how far off a place is looked for along each axis, voxels."""
    return np.maximum(REACH_VOXELS, np.rint(REACH_MM / spacing)).astype(np.int64)


def _agreement(fit: Fit) -> Numbers:
    return fit.agreement


def _starts(scan: Scan, faces: Faces, count: Offsets, spacing: NDArray[np.float64]) -> Iterator[Offsets]:
    """Yield, for each axis, where along it each mask fits best."""
    masks = np.arange(count.size)
    for axis in range(AXES):
        reach = _reach(spacing)[axis]
        along = np.arange(-reach, reach + 1)
        fits = np.array([_moved(scan, faces, count, axis, step) for step in along.tolist()])
        start = np.zeros((count.size, AXES), np.int64)
        start[masks, axis] = along[fits.argmax(axis=0)]
        yield start


def _moved(scan: Scan, faces: Faces, count: Offsets, axis: int, step: int) -> Numbers:
    """Return the agreement of each mask, moved along an axis; -1 where too few faces stay in the grid."""
    moves = np.zeros((count.size, AXES), np.int64)
    moves[:, axis] = step
    moved = faces.moved(moves, scan.shape)
    steps = scan.steps(moved, 0)[:, 0]
    total, size = (np.bincount(moved.owner, values, count.size) for values in (steps, np.abs(steps)))
    kept = np.bincount(moved.owner, minlength=count.size) >= KEPT_SHARE * count
    return np.where(kept & (size > 0), total / np.maximum(size, np.finfo(float).tiny), -1.0)


def _shift(mask: int, move: Offsets, there: Profiles, here: Fit, spacing: NDArray[np.float64]) -> Shift:
    """Describe the place that a mask is moved to."""
    fit, axis = there.each(), int(np.abs(move * spacing).argmax())
    before = max(float(here.axis_contrast[mask, axis]), _least(float(fit.axis_contrast[mask, axis])))
    i, j, k = (-move).tolist()
    return Shift(
        voxels=(i, j, k),
        agreement=round(float(fit.agreement[mask]), 3),
        contrast=round(float(fit.contrast[mask]), 4),
        faces=int(there.count[mask].sum()),
        gain=round(float(fit.axis_contrast[mask, axis]) / before, 2) if before > 0 else 1.0,
        side_agreement=round(float(fit.side_agreement[mask, axis]), 3),
        side_faces=int(there.count[mask, axis].min()),
    )


def _least(contrast: float) -> float:
    """Return what a contrast in place is at least, for the sake of a finite gain."""
    return 0.05 * abs(contrast)
