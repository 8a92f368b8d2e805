"""What is wrong with a mask by itself: slices that are missing, holes, a surface that no body has.

One flaw has consequences that look like others: a mask without every second slice is all surface, and one whose voxels
are missing at random is full of cavities. So a mask has at most one of them, the first in the order below.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from enum import Enum
from typing import NamedTuple

from segaudit.model.kept import kept_with_case
from segaudit.model.records import Case, Cavity, Inside, Mask, SliceGaps

JUDGED_ML = 1.0
"""Smaller masks are not judged: their surface is most of them."""

SHOWING_VOXELS = 300
"""Masks of fewer voxels show not all flaws: they do not count where most masks of a case have one."""

LIKE_SECTIONS, LIKE_CUT = 0.6, 0.8
"""Likeness of the sections on both sides of empty slices, from which one body was there, and that in a mask that the
field of view cuts: at most 0.05 in 340 masks of five cases whose pieces lie beside each other, and up to 0.7 in a
vertebra of which the edge of the field of view leaves body and process."""

APART_MM, PART_SLICES = 20.0, 2
"""Width of a gap from which its sides can be two bodies that one label holds, in parts of two slices or more. Of pairs
of masks in five cases only ribs of both sides are as alike there, 60 to 87 mm apart, and hips, 3 mm at the symphysis;
in phantoms, clavicles, muscles of the back, ribs and every other vertebra, 25 mm and more. A mask drawn on every third
slice has parts of one slice, and one body with such a gap is ``mask-fragmented``."""

STACKED = 2
"""The axis along which slices are stacked, so that some can be lost. Across the patient, along another one, a single
gap is that between both sides."""

HOLLOW_SHARE, HOLLOW_SURFACE = 0.5, 0.12
"""What a hollow mask encloses, as share of it: healthy ones up to 0.12 (vertebral canal, renal sinus); and the share of
its voxels' faces that are surface: 0.16 and more in shells of 3 voxels, less in the wall of a heart or a wide renal
pelvis."""

SHELL_SHARE = 0.25
"""What thick shells enclose, as share of them, where most masks of a case are shells: twice what any does in health."""

HOLLOW_IN_HEALTH = frozenset({"skull", "heart_myocardium"})
"""Structures that are shells."""

PINHOLES, PINHOLE_SHARE, ENCLOSED_RATIO, SPONGE_SHARE, RIDDLED = 20, 0.04, 0.3, 0.2, 0.55
"""Pinholes inside a mask, their number and share: up to 0.015 in healthy masks, 0.05 in costal cartilages at 3 mm.
Where voxels are missing at random, cavities hold as many, up to a fifth of all; where a surface is ragged, they do not.
And they are missing along all axes: the last number is a ratio as below."""

RAGGED, RAGGED_CHORD, RANDOM = 0.65, 3.0, 0.75
"""Change over one slice divided by that over two, along all axes, in a mask that is 3 voxels thick (median of the mean
chords along the axes): 0.5 in smooth masks, at most 0.58 in 1,336 healthy ones of 1.5 to 5 mm, 0.7 to 0.9 where the
voxels of the surface are set at random. The last number is a ratio from which thin ones are judged, too: at most 0.66
in health."""

JITTER, JITTER_VOXELS, JITTER_SLICES, JITTER_CHORD = 0.75, 0.4, 8, 4.0
"""The same along one axis, where slices also lie 0.4 voxels beside each other, with at least 8 slices, in a mask that
is 4 voxels thick. Slices moved at random by one voxel have a ratio of 0.78 and 0.6 voxels, by two 0.89 and 1.1 (medians
of 45 structures); healthy masks have up to 0.35 voxels."""

LEAST_RATIO = min(RAGGED, RANDOM, JITTER)
"""A surface with less along each axis is smooth."""

THICK_SLICES, THICK_CHORD, THIN_CHORD = 2.0, 2.5, 1.2
"""Slices so many times as thick as the voxels are wide can share little with each other in health: these are judged
from a mean chord of 2.5 voxels across them on, others from 1.2."""

CAVITY_VOXELS = 10
"""The smallest cavities: healthy masks that were resampled to 5 mm have such of up to 7 voxels."""

MOST, LEAST_MASKS = 0.5, 3
"""Share and number of the masks from which a flaw is that of the case's export."""

FILLED_SHARE = 0.5
"""Share of a cavity that another mask has, from which it is a structure of its own."""


class Kind(Enum):
    """Flaws, in the order in which they explain each other."""

    SLICES = "slices"
    HOLLOW = "hollow"
    RIDDLED = "riddled"
    RAGGED = "ragged"
    CAVITY = "cavity"


class Flaw(NamedTuple):
    """What is wrong with a mask."""

    mask: Mask
    kind: Kind
    amount: float
    """Slices that are missing; the share that is enclosed; the share that is missing; the ratio of changes, or the
    voxels by which slices lie beside each other; the volume of the cavity, ml."""
    axis: int | None = None
    """The axis along which slices are missing, or lie at random; None where it has no direction."""
    gaps: SliceGaps | None = None
    """The missing slices."""
    cavity: Cavity | None = None
    """The cavity."""


def flaw_of(mask: Mask) -> Flaw | None:
    """Return what is wrong with a mask by itself."""
    inside = mask.inside
    if inside is None or not mask.voxels or not JUDGED_ML <= mask.volume_ml < math.inf:
        return None
    return (
        _slices(mask, inside)
        or _hollow(mask, inside)
        or _riddled(mask, inside)
        or _ragged(mask, inside)
        or _cavity(mask, inside)
    )


@kept_with_case
def flaws_of(case: Case) -> tuple[dict[Kind, list[Flaw]], int]:
    """Return the flaws of a case's masks, and how many masks would show all of them; other values are not judged."""
    judged = [
        mask
        for mask in case.whole_masks.values()
        if mask.inside and mask.distinct_values == 1 and mask.volume_ml >= JUDGED_ML
    ]
    found: dict[Kind, list[Flaw]] = {kind: [] for kind in Kind}
    for flaw in filter(None, map(flaw_of, filter(_suspect, judged))):
        found[flaw.kind].append(flaw)
    return found, sum(mask.voxels >= SHOWING_VOXELS for mask in judged)


def _suspect(mask: Mask) -> bool:
    """Whether anything about a mask may be a flaw: nearly all are passed over by what costs least to look at."""
    inside = mask.inside
    if inside is None or inside.cavity or inside.pinholes >= PINHOLES:
        return True
    if inside.slice_gaps and any(gaps.likeness >= min(LIKE_SECTIONS, LIKE_CUT) for gaps in inside.slice_gaps):
        return True
    (a, b, c), (d, e, f) = inside.faces, inside.changes
    if a >= LEAST_RATIO * d or b >= LEAST_RATIO * e or c >= LEAST_RATIO * f:
        return True
    half = HOLLOW_SHARE * mask.voxels
    return inside.cavity_voxels >= half or max(inside.rings) >= half


@kept_with_case
def prevailing(case: Case) -> Kind | None:
    """Return the flaw that most masks of a case have; None if there is none.

    Holes are each one's own, unless most masks have large ones: then they are thick shells. Small masks show missing
    voxels and a random surface alike.
    """
    flaws, judged = flaws_of(case)
    least = max(LEAST_MASKS, MOST * judged)
    if sum(map(len, flaws.values())) < least:
        return None
    for kinds in ((Kind.SLICES,), (Kind.HOLLOW,), (Kind.RIDDLED, Kind.RAGGED)):
        found = {kind: flaws_like(case, kind) for kind in kinds}
        if sum(map(large, found.values())) >= least:
            return max(kinds, key=lambda kind: len(found[kind]))
    return None


def flaws_like(case: Case, kind: Kind) -> list[Flaw]:
    """Return the flaws of a kind of a case's masks; among shells count those that are too thick for the kind."""
    found, _ = flaws_of(case)
    return [*found[kind], *(filter(_enclosing, found[Kind.CAVITY]) if kind is Kind.HOLLOW else ())]


def large(flaws: Iterable[Flaw]) -> int:
    """Count the masks that show all flaws."""
    return sum(flaw.mask.voxels >= SHOWING_VOXELS for flaw in flaws)


def _enclosing(flaw: Flaw) -> bool:
    """Whether a mask with a hole encloses more than one in health."""
    inside = flaw.mask.inside
    return inside is not None and inside.cavity_voxels >= SHELL_SHARE * flaw.mask.voxels


def _slices(mask: Mask, inside: Inside) -> Flaw | None:
    if not inside.slice_gaps:
        return None
    least = LIKE_CUT if mask.cut else LIKE_SECTIONS
    alike = [gaps for gaps in inside.slice_gaps if gaps.likeness >= least and not _apart(mask, gaps)]
    if not alike:
        return None
    most = max(alike, key=lambda gaps: gaps.slices)
    return Flaw(mask, Kind.SLICES, most.slices, most.axis, gaps=most)


def _apart(mask: Mask, gaps: SliceGaps) -> bool:
    """Whether the empty slices can be those between two bodies."""
    header = mask.file.header
    if header is None or gaps.filled < PART_SLICES * (gaps.gaps + 1):
        return False
    spacing, named = dict(enumerate(header.spacing_mm)), dict(enumerate(header.orientation))
    both_sides = gaps.gaps == 1 and gaps.axis != STACKED and named.get(gaps.axis) in {"L", "R"}
    return both_sides or gaps.width * spacing.get(gaps.axis, 0.0) >= APART_MM


def _hollow(mask: Mask, inside: Inside) -> Flaw | None:
    enclosed = max(inside.cavity_voxels, *inside.rings) / mask.voxels
    if enclosed < HOLLOW_SHARE or mask.meant in HOLLOW_IN_HEALTH:
        return None
    surface = sum(inside.faces) / (6 * mask.voxels)
    return Flaw(mask, Kind.HOLLOW, enclosed, cavity=inside.cavity) if surface >= HOLLOW_SURFACE else None


def _riddled(mask: Mask, inside: Inside) -> Flaw | None:
    if inside.pinholes < PINHOLES:
        return None
    share = inside.pinholes / (inside.pinholes + inside.filled)
    if share < PINHOLE_SHARE or min(_ratios(inside)) < RIDDLED:
        return None
    if inside.cavity_voxels < ENCLOSED_RATIO * share * mask.voxels and share < SPONGE_SHARE:
        return None
    return Flaw(mask, Kind.RIDDLED, share)


def _ragged(mask: Mask, inside: Inside) -> Flaw | None:
    ratios = _ratios(inside)
    if max(ratios) < LEAST_RATIO:
        return None
    chords = [2 * mask.voxels / max(faces, 1) for faces in inside.faces]
    thick = sorted(chords)[1]
    if min(ratios) >= (RAGGED if thick >= RAGGED_CHORD else RANDOM):
        return Flaw(mask, Kind.RAGGED, min(ratios))
    axis = max(range(3), key=ratios.__getitem__)
    if ratios[axis] < JITTER or chords[axis] < _least_chord(mask, axis) or thick < JITTER_CHORD:
        return None
    beside = _beside(inside, axis)
    if beside < JITTER_VOXELS or _slices_along(mask, axis) < JITTER_SLICES:
        return None
    return Flaw(mask, Kind.RAGGED, beside, axis)


def _least_chord(mask: Mask, axis: int) -> float:
    """Return the mean chord along an axis from which its slices are judged, voxels."""
    spacing = mask.file.header.spacing_mm if mask.file.header else ()
    across = [length for other, length in enumerate(spacing) if other != axis]
    return THICK_CHORD if across and spacing[axis] > THICK_SLICES * min(across) else THIN_CHORD


def _beside(inside: Inside, axis: int) -> float:
    """Return how far slices across an axis lie beside each other, voxels: what changes at random, by their outline."""
    outline = sum(inside.faces) - inside.faces[axis]
    return (2 * inside.faces[axis] - inside.changes[axis]) / max(outline, 1)


def _ratios(inside: Inside) -> list[float]:
    """Return how much changes over one slice, divided by what changes over two, along each axis."""
    return [one / two if two else 0.0 for one, two in zip(inside.faces, inside.changes, strict=True)]


def _slices_along(mask: Mask, axis: int) -> int:
    return mask.box[2 * axis + 1] - mask.box[2 * axis] + 1 if mask.box else 0


def _cavity(mask: Mask, inside: Inside) -> Flaw | None:
    cavity = inside.cavity
    if cavity is None or cavity.voxels < CAVITY_VOXELS or cavity.filled_share >= FILLED_SHARE:
        return None
    if not mask.comparable:  # nothing is known of what fills it
        return None
    return Flaw(mask, Kind.CAVITY, cavity.voxels * mask.volume_ml / mask.voxels, cavity=cavity)
