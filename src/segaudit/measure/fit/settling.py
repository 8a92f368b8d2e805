"""Of the places near the best one that fit a mask about as well, the one where it lies least on other masks."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import product
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from segaudit.measure.case_runs import Offsets, Spans
from segaudit.measure.fit.climbing import KEPT_SHARE, Climbed, each
from segaudit.measure.fit.crowding import covered
from segaudit.measure.fit.faces import Faces, inside
from segaudit.measure.fit.profiles import Scan

AS_WELL = 0.03
"""Agreement by which places count as alike."""

BETTER, LARGER = 0.05, 1.2
"""How much better a mask has to agree, and how many times larger its steps have to be, for others to be looked at."""

AROUND = np.array(list(product((-1, 0, 1), repeat=3)))
"""Steps to the places near one, and none."""

_STAY = ~AROUND.any(axis=1)

BARELY, COVERED_DIGITS = 0.01, 2
"""Share of a mask's surface in others that is none, and digits of larger ones: the places of a few voxels."""

Others: TypeAlias = Callable[[int], Sequence[Spans]]
"""Returns the runs of all masks but one, by its place among those looked at."""


def settled(scan: Scan, faces: Faces, best: Climbed, promising: NDArray[np.bool_], others: Others) -> Offsets:
    """Return the moves of all masks, those of the promising ones to where they cover least of others.

    Args:
        scan: the CT.
        faces: those of the masks.
        best: where each mask fits best.
        promising: which masks may be displaced.
        others: the masks that each may cover.
    """
    looked = faces[promising[faces.owner]]
    moves = best.moves.copy()
    if looked.size:
        count, look = np.bincount(looked.owner, minlength=promising.size), each(scan, looked)
        fits = [look(best.moves + step, promising) for step in AROUND]
        scores = np.array([np.where(kept >= KEPT_SHARE * count, fit.agreement, -1.0) for fit, kept in fits])
        for mask in np.flatnonzero(promising).tolist():
            own, near = looked[looked.owner == mask], best.moves[mask] + AROUND
            alike = np.flatnonzero((scores[:, mask] >= best.score[mask] - AS_WELL) | _STAY).tolist()
            shares = {at: _covered(scan, own, near[at], others(mask)) for at in alike}
            moves[mask] = near[min(alike, key=lambda at: (shares[at], -scores[at, mask]))]
    return moves


def _covered(scan: Scan, faces: Faces, move: Offsets, others: Sequence[Spans]) -> float:
    """Return the share of a moved mask's surface in others, not to the voxel."""
    moved = faces.at + move[:, None]
    return max(BARELY, round(covered(moved[:, inside(moved, scan.shape)], others, scan.shape), COVERED_DIGITS))
