"""How all masks of a case fit, together and one by one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from statistics import median

import numpy as np
from msgspec.structs import replace
from numpy.typing import NDArray

from segaudit.measure import grid
from segaudit.measure.case_runs import Spans
from segaudit.measure.ct import Volume
from segaudit.measure.fit.faces import Faces, faces_of
from segaudit.measure.fit.margins import margins_of
from segaudit.measure.fit.placements import DOUBT, placements_of
from segaudit.measure.fit.profiles import REACH, SIZE_MM, SIZE_VOXELS, STEP_MM, Fit, Profiles, Scan, in_place, rounded
from segaudit.measure.fit.shifts import shifts_of
from segaudit.measure.fit.slabs import slabs_of
from segaudit.measure.reference import Reference
from segaudit.model.edge_classes import EdgeClass, edge_class, filled
from segaudit.model.records import Affine, CaseFit, Mask, MaskFit, Placement, Shift

OFF_VOXELS, OFF_GAIN = 0.5, 1.1
"""How far beside those of the masks edges lie, and how many times better these fit, for their place to be in doubt."""

NEAR_VOXELS = 2
"""How far from where they are all masks may fit best for single ones to be looked for elsewhere."""


def fit_of(runs: Sequence[Spans], masks: Sequence[Mask], reference: Reference) -> CaseFit | None:
    """Return how masks fit their CT; None without a CT, lengths of its voxels, or a mask whose surface it shows.

    Args:
        runs: those of the masks that have the CT's shape, each with the mask's place in ``masks``.
        masks: the masks of the case.
        reference: the CT.
    """
    if reference.volume is None or reference.header is None:
        return None
    affine = grid.matrix(reference.header.affine)
    spacing = np.array(grid.spacing(affine))
    shown = list(_shown(runs, masks))
    if not shown or not (np.isfinite(spacing) & (spacing > 0)).all():
        return None
    parts, chosen, classes = zip(*shown, strict=True)
    scan = _scan(reference.volume, classes, spacing)
    case = _Case(scan, faces_of(parts, scan.shape), chosen, classes, parts, runs)
    return case.fit(grid.axial_axis(affine))


def with_agreement(masks: Sequence[Mask], fit: CaseFit | None) -> tuple[Mask, ...]:
    """Return masks, of which those that lie off the grid by their headers know how their voxels fit.

    Those with one affine were displaced together: each has the median of all of them.
    """
    known = {each.structure: each.agreement for each in fit.masks if each.faces} if fit else {}
    together: dict[Affine, list[float]] = defaultdict(list)
    for mask in masks:
        if mask.structure in known:
            together[_affine(mask)].append(known[mask.structure])
    return tuple(
        replace(mask, agreement=rounded(median(values)))
        if mask.corner_displacement_mm > 0 and (values := together.get(_affine(mask)))
        else mask
        for mask in masks
    )


def _affine(mask: Mask) -> Affine:
    return mask.file.header.affine if mask.file.header else ()


def _shown(runs: Sequence[Spans], masks: Sequence[Mask]) -> Iterator[tuple[Spans, Mask, EdgeClass]]:
    """Yield the masks whose surface a CT shows; of label maps it shows none."""
    for part in runs:
        mask = masks[int(part.mask_index[0])] if part.starts.size else None
        edges = edge_class(mask.meant) if mask and mask.distinct_values == 1 else None
        if mask and edges:
            yield part, mask, edges


def _scan(volume: Volume, classes: Sequence[EdgeClass], spacing: NDArray[np.float64]) -> Scan:
    low, high = (np.array(ends) for ends in zip(*((each.low, each.high) for each in classes), strict=True))
    sign = np.array([-1.0 if each.airy else 1.0 for each in classes])
    size = np.clip(np.rint(SIZE_MM / spacing), SIZE_VOXELS, REACH).astype(np.int64)
    width = np.clip(np.rint(STEP_MM / spacing), 1, REACH).astype(np.int64)
    return Scan(volume.hu, volume.shape, low, high, sign, spacing, size, width)


@dataclass(frozen=True, slots=True)
class _Case:
    """A CT and the faces of its masks."""

    scan: Scan
    faces: Faces
    masks: Sequence[Mask]
    classes: Sequence[EdgeClass]
    parts: Sequence[Spans]
    """The runs of each of the masks."""
    runs: Sequence[Spans]
    """The same, and those of masks whose surface a CT does not show."""

    def fit(self, axis: int) -> CaseFit:
        """Return how they fit; slabs are those along an axis."""
        steps = self.scan.steps(self.faces)
        profiles = Profiles.summed(self.scan, self.faces, steps)
        together = self._placed
        pooled = profiles.chosen(together).pooled()
        chosen = together[self.faces.owner]
        faces, steps = self.faces[chosen], in_place(steps, self.faces, pooled.excess[0])[chosen]
        placements = placements_of(self.scan, faces) if faces.size and _doubtful(pooled) else ()
        certain = np.array([each.certain for each in self.classes])
        return CaseFit(
            masks=tuple(self._each(profiles, apart=not _elsewhere(placements))),
            structures=int((together & (profiles.faces > 0)).sum()),
            faces=int(profiles.faces[together].sum()),
            agreement=rounded(pooled.agreement[0]),
            magnitude=rounded(pooled.magnitude[0]),
            offset=_vector(pooled.offset[0]),
            gain=_vector(pooled.gain[0]),
            placements=placements,
            axis=axis,
            slabs=tuple(slabs_of(self.scan, faces, steps, axis, certain)),
        )

    @property
    def _placed(self) -> NDArray[np.bool_]:
        """Which masks their headers place within half a voxel of the CT, filled lungs and airways left out."""
        placed = [2 * mask.corner_displacement_mm < self.scan.spacing.min() and not filled(mask) for mask in self.masks]
        return np.array(placed)

    def _each(self, profiles: Profiles, *, apart: bool) -> Iterator[MaskFit]:
        """Yield how each mask fits, and where it would fit better if they are looked at apart from each other."""
        fit, count = profiles.each(), profiles.faces
        shifts: Iterator[Shift | None] = iter([None] * len(self.masks))
        if apart:
            firm = np.array([each.firm for each in self.classes])
            shifts = shifts_of(self.scan, self.faces[firm[self.faces.owner]], fit, self._others)
        margins = margins_of(profiles, self.scan.spacing)
        for number, (mask, shift, margin) in enumerate(zip(self.masks, shifts, margins, strict=True)):
            agreement, contrast = rounded(fit.agreement[number]), rounded(fit.contrast[number])
            size = margin if self.classes[number].firm else None
            yield MaskFit(mask.structure, int(count[number]), agreement, contrast, shift, mask.anatomy, size)

    def _others(self, number: int) -> list[Spans]:
        """Return the runs of all masks but one."""
        return [runs for runs in self.runs if runs is not self.parts[number]]


def _doubtful(pooled: Fit) -> bool:
    """Whether masks may not lie where they fit best."""
    off = (np.abs(pooled.offset) >= OFF_VOXELS) & (pooled.gain >= OFF_GAIN)
    return bool(pooled.agreement[0] < DOUBT or off.any())


def _elsewhere(placements: Sequence[Placement]) -> bool:
    """Whether all masks together fit better elsewhere."""
    return bool(placements) and (placements[0].turn != "" or max(map(abs, placements[0].voxels)) > NEAR_VOXELS)


def _vector(values: NDArray[np.float64]) -> tuple[float, float, float]:
    i, j, k = (round(float(value), 2) for value in values)
    return i, j, k
