"""Whether a single mask lies beside what it marks: how much better the CT's edges fit it elsewhere.

Two things grow where a mask that lies beside its place is moved back: its agreement with the CT's edges, and the mean
step across its surface. A mask in its place gains little of either, unless the CT does not show its surface, and then
the steps are small wherever it is laid. So several kinds of evidence will do, each of which asks for more of one thing
where it asks for less of another. Size errors of two voxels raise the steps 1.7 times at most.
"""

from __future__ import annotations

import math
from typing import NamedTuple

from segaudit.model.edge_classes import edge_class
from segaudit.model.records import MaskFit

MIN_FACES = 250
"""Faces of a mask that can be judged by itself, where not all else is certain."""

MIN_LENGTH = 1.7
"""Voxels: one along each axis. Size errors of up to two voxels look like displacements of one."""


class Evidence(NamedTuple):
    """The least of everything that together shows a displacement."""

    faces: int
    agreement: float
    """There, as are contrast and sides."""
    contrast: float
    gap: float
    """How much better the agreement is there."""
    gap_oblique: float
    """The same along several axes: there are more places to choose from."""
    rise: float
    """How many times larger the mean step is there."""
    rise_oblique: float
    side: float = -1.0
    """Agreement of the worse side of the mask, across the axis of the displacement."""
    side_faces: int = 0
    certain: bool = False
    """Whether it holds for bones and lungs alone, which differ from all that is around them."""

    def met_by(self, fit: MaskFit) -> bool:
        """Return whether a mask that would fit better elsewhere shows all of it."""
        shift = fit.shift
        if shift is None or math.hypot(*shift.voxels) < MIN_LENGTH:
            return False
        oblique = sum(map(bool, shift.voxels)) > 1
        gap, rise = (self.gap_oblique, self.rise_oblique) if oblique else (self.gap, self.rise)
        return (
            fit.faces >= self.faces
            and shift.agreement >= self.agreement
            and shift.contrast >= self.contrast
            and round(shift.agreement - fit.agreement, 3) >= gap
            and shift.contrast >= rise * fit.contrast
            and shift.side_agreement >= self.side
            and shift.side_faces >= self.side_faces
        )


CLEAR = Evidence(MIN_FACES, 0.75, 0.05, 0.2, 0.3, 1.5, 1.5, side=0.5, side_faces=30)
"""Better by far."""

SHARP = Evidence(MIN_FACES, 0.9, 0.05, 0.05, 0.05, 1.6, 2.0, side=0.5, side_faces=30)
"""A little better in agreement, which is good in place: a flat organ or a lobe of a lung, moved along its surface."""

STARK = Evidence(MIN_FACES, 0.55, 0.07, 0.3, 0.3, 2.5, 2.5, side=0.4, certain=True)
"""Bones among bones, which do not fit well anywhere."""

ONE_SIDED = Evidence(100, 0.9, 0.1, 0.35, 0.35, 3.0, 3.0)
"""Small parts, and masks of which the field of view, or the next lobe, takes a side: all but certain."""


def is_displaced(fit: MaskFit) -> bool:
    """Return whether a mask lies beside its place."""
    if fit.shift is None:
        return False
    edges = edge_class(fit.meant)
    certain = edges is not None and edges.certain
    return any(each.met_by(fit) for each in (CLEAR, SHARP, STARK, ONE_SIDED) if certain or not each.certain)
