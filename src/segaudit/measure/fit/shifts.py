"""Where single masks would fit better than in their place."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Self

import numpy as np
from numpy.typing import NDArray

from segaudit.measure.case_runs import Offsets, Spans
from segaudit.measure.fit.climbing import KEPT_SHARE, Climbed, best_of, climbed, each
from segaudit.measure.fit.crowding import covered
from segaudit.measure.fit.faces import Faces
from segaudit.measure.fit.profiles import REACH, Fit, Numbers, Profiles, Scan, rounded
from segaudit.measure.fit.settling import BETTER, LARGER, Others, settled
from segaudit.model.records import AXES, Shift

REACH_MM = 24.0
"""How far off a mask's place is looked for: the next vertebra is further away."""

REACH_VOXELS = 8
"""The same where voxels are large."""

DOUBT, GRAVE_DOUBT = 0.95, 0.5
"""Agreement below which a better place is looked for along each axis, and in all directions."""

_OFF_VOXELS, _OFF_GAIN = 1.0, 1.25
"""How far off, and how many times better, edges beside a mask's own make it look as well."""

FACES, FEWER_FACES = 40, 15
"""Faces of each side of a mask that are looked at on the way, along the axes and in all directions."""

STRIDE = 6
"""Voxels between the places in all directions where a mask is tried: each sees the edges up to ``REACH`` beside it."""


def shifts_of(scan: Scan, faces: Faces, fit: Fit, others: Others) -> Iterator[Shift | None]:
    """Yield the better place of each mask; None where it fits well, or nowhere better.

    Args:
        scan: the CT.
        faces: those of the masks.
        fit: how each mask fits in its place.
        others: the masks that it may overlap.
    """
    off = (np.abs(fit.offset) >= _OFF_VOXELS) & (fit.gain >= _OFF_GAIN)
    looked_at = np.bincount(faces.owner, minlength=len(fit.agreement)) > 0
    doubtful = looked_at & ((fit.agreement < DOUBT) | off.any(axis=1))
    if not doubtful.any():
        yield from (None for _ in doubtful)
        return
    looked = faces[doubtful[faces.owner]]
    best = _best(scan, looked, np.asarray(fit.agreement < GRAVE_DOUBT))
    within = np.asarray((np.abs(best.moves) <= _reach(scan) + REACH).all(axis=1))
    there = _There.at(best.moves, looked, scan)
    promising = (there.fit.agreement - fit.agreement >= BETTER) & (there.fit.contrast >= LARGER * fit.contrast)
    moves = settled(scan, looked, best, promising & doubtful & within, others)
    there = there if (moves == best.moves).all() else _There.at(moves, looked, scan)
    for mask, move in enumerate(moves):
        found = doubtful[mask] and within[mask] and move.any()
        yield there.shift(mask, move, fit, scan, others(mask)) if found else None


def _best(scan: Scan, faces: Faces, lost: NDArray[np.bool_]) -> Climbed:
    """Return the best place of each mask; of those that are lost, in all directions."""
    thin = faces.thinned(FACES)
    count = np.bincount(thin.owner, minlength=lost.size)
    starts = list(_starts(scan, thin, count))
    far = faces[lost[faces.owner]].thinned(FEWER_FACES)
    if far.size:
        starts.append(_far(scan, far, lost))
    here, everyone, look = np.zeros((lost.size, AXES), np.int64), np.ones(lost.size, np.bool_), each(scan, thin)
    beside = [climbed(look, _agreement, start, count, np.asarray(start.any(axis=1))) for start in starts]
    near = best_of([climbed(look, _agreement, here, count, everyone), *beside])
    return climbed(each(scan, faces), _agreement, near.moves, np.bincount(faces.owner, minlength=lost.size), everyone)


def _far(scan: Scan, faces: Faces, lost: NDArray[np.bool_]) -> Offsets:
    """Return for each mask, of many places in all directions, the one with the largest steps near it."""
    count = np.bincount(faces.owner, minlength=scan.sign.size)
    steps = [np.arange(-(last // STRIDE), last // STRIDE + 1) * STRIDE for last in _reach(scan).tolist()]
    places = np.stack(np.meshgrid(*steps, indexing="ij"), axis=-1).reshape(-1, AXES)
    look = each(scan, faces)
    scores = [_near(look(np.repeat(place[None], count.size, axis=0), lost), count) for place in places]
    return np.asarray(places[np.array(scores).argmax(axis=0)])


def _near(looked: tuple[Fit, NDArray[np.int64]], count: Offsets) -> Numbers:
    """Return the mean step of each mask where its sides fit best near a place; -1 where too many leave the grid."""
    fit, kept = looked
    return np.where(kept >= KEPT_SHARE * count, (fit.gain * fit.axis_contrast).sum(axis=1), -1.0)


def _reach(scan: Scan) -> Offsets:
    """Return how far off a place is looked for along each axis, voxels."""
    return np.maximum(REACH_VOXELS, np.rint(REACH_MM / scan.spacing)).astype(np.int64)


def _agreement(fit: Fit) -> Numbers:
    return fit.agreement


def _starts(scan: Scan, faces: Faces, count: Offsets) -> Iterator[Offsets]:
    """Yield, for each axis, where along it each mask fits best."""
    masks = np.arange(count.size)
    for axis in range(AXES):
        reach = _reach(scan)[axis]
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
    steps = scan.steps(moved, 0)[0]
    total, size = (np.bincount(moved.owner, values, count.size) for values in (steps, np.abs(steps)))
    kept = np.bincount(moved.owner, minlength=count.size) >= KEPT_SHARE * count
    return np.where(kept & (size > 0), total / np.maximum(size, np.finfo(float).tiny), -1.0)


@dataclass(frozen=True)
class _There:
    """Masks where they fit best."""

    looked: Faces
    """Their faces in their place."""
    moved: Faces
    profiles: Profiles

    @classmethod
    def at(cls, moves: Offsets, faces: Faces, scan: Scan) -> Self:
        """Move masks, and look how they fit."""
        moved = faces.moved(moves, scan.shape)
        return cls(faces, moved, Profiles.of(scan, moved))

    @cached_property
    def fit(self) -> Fit:
        """How they fit."""
        return self.profiles.each()

    def shift(self, mask: int, move: Offsets, here: Fit, scan: Scan, others: Sequence[Spans]) -> Shift:
        """Describe the place that a mask is moved to."""
        fit, axis = self.fit, int(np.abs(move * scan.spacing).argmax())
        before = max(float(here.axis_contrast[mask, axis]), _least(float(fit.axis_contrast[mask, axis])))
        i, j, k = (-move).tolist()
        in_place, there = (covered(faces.at[:, faces.owner == mask], others, scan.shape) for faces in self._both)
        return Shift(
            voxels=(i, j, k),
            agreement=rounded(fit.agreement[mask]),
            contrast=round(float(fit.contrast[mask]), 4),
            faces=int(self.profiles.count[mask].sum()),
            gain=round(float(fit.axis_contrast[mask, axis]) / before, 2) if before > 0 else 1.0,
            side_agreement=rounded(fit.side_agreement[mask, axis]),
            side_faces=int(self.profiles.count[mask, axis].min()),
            covered=rounded(there),
            covered_in_place=rounded(in_place),
        )

    @property
    def _both(self) -> tuple[Faces, Faces]:
        return self.looked, self.moved


def _least(contrast: float) -> float:
    """Return what a contrast in place is at least, for the sake of a finite gain."""
    return 0.05 * abs(contrast)
