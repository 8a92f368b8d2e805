"""Climbs from a place to where masks fit best near it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from segaudit.measure.case_runs import Offsets
from segaudit.measure.fit.faces import Faces
from segaudit.measure.fit.profiles import Fit, Numbers, Profiles, Scan

ROUNDS = 8
KEPT_SHARE = 0.7
"""Share of the faces that has to stay in the grid wherever masks are moved to."""
_GAIN = 1.02

Look: TypeAlias = Callable[[Offsets, NDArray[np.bool_]], tuple[Fit, NDArray[np.int64]]]
"""Returns how some groups of masks fit, moved by some voxels (groups x 3), and how many of their faces are in the grid.

The others are not looked at, and fit as masks without faces do.
"""


Score: TypeAlias = Callable[[Fit], Numbers]


@dataclass(frozen=True, slots=True)
class Climbed:
    """The best place of each group of masks."""

    moves: Offsets
    """Voxels by which it is moved to get there, groups x 3."""
    score: Numbers
    """How good it is; -1 where too few faces stay in the grid."""


def climbed(look: Look, score: Score, start: Offsets, faces: NDArray[np.int64], climbing: NDArray[np.bool_]) -> Climbed:
    """Move each group to where its edges are, again and again, and return the best place on the way.

    Args:
        look: how groups fit.
        score: what makes one place better than another.
        start: where to begin, groups x 3.
        faces: how many faces each group has.
        climbing: which groups are looked at.
    """
    best, moves = Climbed(start, np.full(len(start), -1.0)), start
    for _ in range(ROUNDS):
        fit, kept = look(moves, climbing)
        value = np.where(kept >= KEPT_SHARE * faces, score(fit), -1.0)
        better = value > best.score
        best = Climbed(np.where(better[:, None], moves, best.moves), np.maximum(value, best.score))
        steps = np.where(fit.gain > _GAIN, -np.rint(fit.offset), 0).astype(np.int64)
        climbing = np.asarray(steps.any(axis=1))
        if not climbing.any():
            break
        moves = moves + steps
    return best


def best_of(places: list[Climbed]) -> Climbed:
    """Return the best place of each group, the first of several."""
    scores = np.array([place.score for place in places])
    first = scores.argmax(axis=0)
    group = np.arange(first.size)
    return Climbed(np.array([place.moves for place in places])[first, group], scores[first, group])


def each(scan: Scan, faces: Faces) -> Look:
    """Look at each mask by itself."""

    def look(moves: Offsets, groups: NDArray[np.bool_]) -> tuple[Fit, NDArray[np.int64]]:
        profiles = Profiles.of(scan, faces[groups[faces.owner]].moved(moves, scan.shape))
        return profiles.each(), profiles.count.sum(axis=(1, 2))

    return look


def together(scan: Scan, faces: Faces) -> Look:
    """Look at all masks as one group."""

    def look(moves: Offsets, _: NDArray[np.bool_]) -> tuple[Fit, NDArray[np.int64]]:
        profiles = Profiles.of(scan, faces.moved(np.repeat(moves, scan.sign.size, axis=0), scan.shape))
        return profiles.pooled(), np.array([profiles.count.sum()])

    return look
