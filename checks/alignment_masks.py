"""Single masks, and single parts of the body, lie on the edges that the CT shows, where the others do."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from msgspec.structs import replace

from segaudit.model import Case, Finding, Mask, NotApplicable, Severity, check
from segaudit.model.edge_classes import edge_class, filled
from segaudit.model.fitting import AXES, length_mm, moved
from segaudit.model.misfit import MIN_SLAB_STRUCTURES, fit_of, misfit
from segaudit.model.misplacement import Misplacement, placed
from segaudit.model.records import CaseFit, MaskFit, Shift, SlabFit, Spot
from segaudit.model.units import comparable

MIN_FACES = 250
"""Faces of a mask that is judged by itself."""

MIN_VOXELS = 2
"""Size errors of up to two voxels look like displacements of one."""

MIN_FIT, MIN_CONTRAST = 0.7, 0.04
"""Agreement, and mean step as a share of the window, where a mask fits: a healthy kidney on a grid of 5 mm has 0.65 two
voxels off."""

MIN_GAP, MIN_GAP_OBLIQUE = 0.2, 0.3
"""How much better in agreement a mask fits elsewhere, along one axis or along several."""

MIN_GAP_ALONE, MIN_FACES_ALONE = 0.35, 400
"""The same, and faces, where a side of the mask cannot be compared."""

MIN_SIDE_FIT, MIN_SIDE_FACES = 0.5, 30
"""Agreement and faces of the worse of the two sides across the axis of a displacement."""

MIN_GAP_SHARP, MIN_GAP_PER_MM, MIN_GAIN = 0.05, 0.015, 1.5
"""How much better in agreement, at least and for each mm, and how many times larger the steps, a few voxels off."""

MIN_RISE, MIN_FIT_SURE = 2.5, 0.9
"""How many times larger all steps of a mask are, and how well it agrees, where a small gap will do at any distance."""

MAX_UNRELATED, MAX_UNRELATED_SHARE = 0.25, 0.5
"""Agreement of a mask of which the CT shows nothing, and how far below that of all masks."""

MAX_SLAB, MAX_SLAB_SHARE = 0.3, 0.3
"""Agreement of a slab of which the CT shows nothing, and how far below that of all slabs."""

MAX_SHARE = 0.3
"""Share of a mask in such slabs, or in slices that are copies, above which these are what is wrong."""

DIGEST_BYTES = 8
"""Of each slice in ``Slices.digests``."""


@check("slab-unrelated", Severity.WARNING)
def slab_unrelated(case: Case) -> Iterator[Finding]:
    """In some slices the CT shows nothing of what the masks mark, while it does in the others.

    Why it matters: slices of the CT, or of the masks, are in another order, shifted, or from another scan.
    What to do: look at these slices; convert the case again from its source.
    Threshold: in a slab of 15 mm the median agreement of three structures or more with the CT's edges is below 0.3, and
        0.3 below that of all masks; healthy slabs have 0.33 at worst.
    Seen in: girder, slices in the order of their names (https://github.com/girder/girder/issues/2864).
    Blind spots: fewer slices than a slab has; slabs with fewer than three structures; slices that are reversed around
        the middle of the slab.
    """
    fit = fit_of(case)
    slabs = [slab for slab in fit.slabs if _is_unrelated(slab, fit)]
    if slabs and misfit(case) is None and comparable(case):
        yield _part(case, fit, slabs)


@check("mask-displaced", Severity.WARNING)
def mask_displaced(case: Case) -> Iterator[Finding]:
    """One mask lies beside what it marks, while the others lie where the CT shows it.

    Why it matters: the mask was written with another origin, cropped or edited on another grid; what it marks is the
        neighbour.
    What to do: look at the case; move the mask by what the message says, or draw it again.
    Threshold: bones, lungs, kidneys, liver, spleen and aorta, whose mask agrees with the CT's edges better elsewhere,
        within 24 mm or 8 voxels along an axis: by 0.2 along one axis and 0.3 along several, on both sides of the mask,
        or along one by 0.05, where the CT's steps are 1.5 times larger and the gap 0.015 for each mm, or where they are
        2.5 times larger and the agreement is 0.9. Two voxels at least: size errors look like one.
    Seen in: LiVS (https://github.com/lzhLab/LiVS/issues/3).
    Blind spots: ribs, vessels but the aorta, and all that masks-displaced leaves out; one voxel; a lung along an axis
        on which the field of view cuts it, the aorta along itself; a vertebra by exactly the next one.
    """
    for mask, fit in _judged(case):
        if fit.shift and _is_displaced(mask, fit, fit.shift):
            yield _displaced(mask, fit, fit.shift)


@check("mask-unrelated", Severity.WARNING)
def mask_unrelated(case: Case) -> Iterator[Finding]:
    """The CT shows nothing of what one mask marks, while it does of the others.

    Why it matters: the mask is another case's, is mirrored, or marks something else.
    What to do: look at the case; draw the mask again.
    Threshold: bones and lungs, whose mask agrees with the CT's edges by less than 0.25, and by 0.5 less than all masks
        do; 0.5 in health at worst, in effusion. What fits elsewhere is mask-displaced.
    Seen in: PROSTATEx, masks drawn on another series (https://github.com/rcuocolo/PROSTATEx_masks/issues/12).
    Blind spots: as for mask-displaced; kidneys, liver, spleen and aorta, which may lie in tissue that is as bright.
    """
    for mask, fit in _judged(case):
        unlike = fit.agreement < min(MAX_UNRELATED, fit_of(case).agreement - MAX_UNRELATED_SHARE)
        if unlike and _certain(mask) and not (fit.shift and _is_displaced(mask, fit, fit.shift)):
            all_masks = fit_of(case).agreement
            message = (
                f"agrees with the CT's edges by {fit.agreement:.2f}, at least {MAX_UNRELATED:g} expected; all masks "
            )
            yield Finding.about(mask, f"{message}together by {all_masks:.2f}", fit.agreement, MAX_UNRELATED)


def _judged(case: Case) -> Iterator[tuple[Mask, MaskFit]]:
    """Yield the masks that can be judged by themselves, where not all masks, or all in some slices, are wrong."""
    fit = fit_of(case)
    if not comparable(case):
        raise NotApplicable("the CT's values are not Hounsfield units, or its slices do not follow each other")
    if misfit(case) is not None:
        return
    slabs = [slab for slab in fit.slabs if _is_unrelated(slab, fit)]
    bad = [(slabs[0].first, slabs[-1].last)] if slabs else []
    bad += [(place, place) for place in _copied(case, fit.axis)]
    for each in fit.masks:
        mask, edges = case.whole_masks.get(each.structure), edge_class(each.structure)
        firm = edges is not None and edges.firm and each.faces >= MIN_FACES
        if mask and firm and placed(mask) and _share(mask, bad, fit.axis) <= MAX_SHARE:
            yield mask, each


def _certain(mask: Mask) -> bool:
    """Whether it is known on which side of a mask's surface the CT is brighter."""
    edges = edge_class(mask.structure)
    return edges is not None and edges.certain and not filled(mask)


def _copied(case: Case, axis: int) -> Iterator[int]:
    """Yield the slices across an axis that equal an earlier one: ct-slices-repeated reports them."""
    slices = next((each for each in case.ct.slices if each.axis == axis), None) if case.ct else None
    digests, seen = slices.digests if slices else b"", set[bytes]()
    for place, start in enumerate(range(0, len(digests), DIGEST_BYTES)):
        digest = digests[start : start + DIGEST_BYTES]
        if digest in seen:
            yield place
        seen.add(digest)


def _share(mask: Mask, slices: Iterable[tuple[int, int]], axis: int) -> float:
    """Return which share of a mask's slices is among others, which are given by first and last."""
    low, high = mask.box[2 * axis : 2 * axis + 2] if mask.box else (0, 0)
    inside = sum(max(0, min(high, last) - max(low, first) + 1) for first, last in slices)
    return inside / (high - low + 1)


def _is_displaced(mask: Mask, fit: MaskFit, shift: Shift) -> bool:
    steps = [abs(voxels) for voxels in shift.voxels]
    oblique, gap = sum(map(bool, steps)) > 1, shift.agreement - fit.agreement
    fits = shift.agreement >= MIN_FIT and shift.contrast >= MIN_CONTRAST
    if max(steps) < MIN_VOXELS or not fits:
        return False
    if shift.side_faces < MIN_SIDE_FACES:
        return gap >= MIN_GAP_ALONE and fit.faces >= MIN_FACES_ALONE
    better = gap >= (MIN_GAP_OBLIQUE if oblique else MIN_GAP) or (not oblique and _sharper(mask, fit, shift))
    return better and shift.side_agreement >= MIN_SIDE_FIT


def _sharper(mask: Mask, fit: MaskFit, shift: Shift) -> bool:
    """Whether the CT's steps are much larger where a mask agrees a little better."""
    gap, least = shift.agreement - fit.agreement, MIN_GAP_PER_MM * length_mm(mask.file.header, shift.voxels)
    near = shift.gain >= MIN_GAIN and gap >= least
    sure = shift.agreement >= MIN_FIT_SURE and shift.contrast >= MIN_RISE * fit.contrast
    return gap >= MIN_GAP_SHARP and (near or sure)


def _displaced(mask: Mask, fit: MaskFit, shift: Shift) -> Finding:
    header = mask.file.header
    message = f"lies {moved(header, shift.voxels)} of the edges that the CT shows: "
    message += f"it agrees with these by {shift.agreement:.2f} there, by {fit.agreement:.2f} in place"
    elsewhere = Misplacement(structures=(mask.structure,), voxels=shift.voxels)
    return replace(Finding.about(mask, message, length_mm(header, shift.voxels), 0.0), misplacement=elsewhere)


def _is_unrelated(slab: SlabFit, fit: CaseFit) -> bool:
    low = max(slab.agreement, slab.typical) < min(MAX_SLAB, fit.agreement - MAX_SLAB_SHARE)
    return low and slab.structures >= MIN_SLAB_STRUCTURES


def _part(case: Case, fit: CaseFit, slabs: list[SlabFit]) -> Finding:
    """Return a finding about slabs, which leads to the middle of the worst."""
    worst = min(slabs, key=lambda slab: slab.agreement)
    named = ", ".join(f"{first} to {last}" for first, last in _ranges(slabs))
    message = (
        f"slices {named} along {AXES[fit.axis]}: the masks agree with the CT's edges by {worst.agreement:.2f} there, "
    )
    message += f"by {fit.agreement:.2f} in all"
    spot = _middle(case, fit, worst.first, worst.last)
    return Finding(case=case.case, message=message, observed=worst.agreement, expected=MAX_SLAB, spot=spot)


def _ranges(slabs: Iterable[SlabFit]) -> list[tuple[int, int]]:
    """Join slabs that follow each other."""
    ranges: list[tuple[int, int]] = []
    for slab in slabs:
        follows = ranges and ranges[-1][1] + 1 == slab.first
        ranges[-1:] = [(ranges[-1][0], slab.last)] if follows else [*ranges[-1:], (slab.first, slab.last)]
    return ranges


def _middle(case: Case, fit: CaseFit, first: int, last: int) -> Spot | None:
    """Return the middle of some slices."""
    header = case.ct.file.header if case.ct else None
    if header is None or len(header.shape) < 3 or len(header.affine) < 12:  # noqa: PLR2004
        return None
    voxel = [length / 2 for length in header.shape[:3]]
    voxel[fit.axis] = (first + last) / 2
    rows = (header.affine[4 * row : 4 * row + 4] for row in range(3))
    return Spot.at(voxel, [sum(a * b for a, b in zip(row, (*voxel, 1.0), strict=True)) for row in rows])
