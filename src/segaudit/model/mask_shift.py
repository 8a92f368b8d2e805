"""Whether a single mask lies beside what it marks: how much better the CT's edges fit it elsewhere.

Two things grow where a mask that lies beside its place is moved back: its agreement with the CT's edges, and the mean
step across its surface. A mask in its place gains little of either, unless the CT does not show its surface, and then
the steps are small wherever it is laid. So several kinds of evidence will do, each of which asks for more of one thing
where it asks for less of another. Size errors of two voxels raise the steps 1.7 times at most.

Other masks say something as well. Masks meet and hardly overlap: one that covers others in its place, and no more where
the edges are, shows a displacement by less of these; one that would cover others there is not shown by them.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import NamedTuple

from segaudit.model.edge_classes import edge_class
from segaudit.model.records import MaskFit, Shift

MIN_FACES = 250
"""Faces of a mask that can be judged by itself, where not all else is certain."""

MIN_LENGTH = 1.7
"""Voxels: one along each axis. Size errors of up to two voxels look like displacements of one."""

BARELY_COVERED = 0.01
"""Share of a mask's surface in other masks that says nothing."""


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
    covered_in_place: float = 0.0
    """Share of the mask's surface that lies in other masks."""
    still_covered: float | None = None
    """How much of that may still do so there, as a share of it; None for all of the surface."""
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
            and shift.covered_in_place >= self.covered_in_place
            and self._leaves_others(shift)
        )

    def _leaves_others(self, shift: Shift) -> bool:
        """Return whether other masks are not, or no longer, where a mask would fit."""
        if self.still_covered is None:
            return True
        return shift.covered <= max(self.still_covered * shift.covered_in_place, BARELY_COVERED)


CLEAR = Evidence(MIN_FACES, 0.75, 0.05, 0.2, 0.3, 1.5, 1.5, side=0.5, side_faces=30)
"""Better by far."""

SHARP = Evidence(MIN_FACES, 0.9, 0.05, 0.05, 0.05, 1.6, 2.0, side=0.5, side_faces=30)
"""A little better in agreement, which is good in place: a flat organ or a lobe of a lung, moved along its surface."""

STARK = Evidence(MIN_FACES, 0.55, 0.07, 0.3, 0.3, 2.5, 2.5, side=0.4, certain=True)
"""Bones among bones, which do not fit well anywhere."""

ONE_SIDED = Evidence(100, 0.9, 0.1, 0.35, 0.35, 3.0, 3.0)
"""Small parts, and masks of which the field of view, or the next lobe, takes a side: all but certain."""

UNOPPOSED = Evidence(MIN_FACES, 0.85, 0.05, 0.1, 0.12, 1.3, 1.35, side=0.6, side_faces=30, still_covered=1.0)
"""Better, on both sides, and no other mask is where it belongs: organs without fat around them, drawn too small, have
steps elsewhere that are 1.55 times as large, and agree by 0.85, but by 0.5 on one side; or by 0.8, as bones drawn too
large do by 0.83."""

OVERLAPPING = Evidence(
    100, 0.75, 0.04, 0.05, 0.05, 1.25, 1.25, side=0.25, side_faces=15, covered_in_place=0.02, still_covered=0.5
)
"""Better, and no longer on other masks: where masks drawn two voxels too large cover less of others, steps are 1.15
times as large at best."""

BLURRED = Evidence(MIN_FACES, 0.55, 0.05, 0.1, 0.1, 1.4, 1.4, side_faces=15, covered_in_place=0.04, still_covered=0.25)
"""The same for what does not fit well everywhere: a joint beside another, a lobe beside the next."""

KINDS = (CLEAR, SHARP, STARK, ONE_SIDED, UNOPPOSED, OVERLAPPING, BLURRED)

LEAVING = (UNOPPOSED, OVERLAPPING, BLURRED)
"""The kinds that ask whether other masks are where one would fit."""


def is_displaced(fit: MaskFit, kinds: Iterable[Evidence] = KINDS) -> bool:
    """Return whether a mask lies beside its place, by any of some kinds of evidence."""
    if fit.shift is None:
        return False
    edges = edge_class(fit.meant)
    certain = edges is not None and edges.certain
    return any(each.met_by(fit) for each in kinds if certain or not each.certain)
