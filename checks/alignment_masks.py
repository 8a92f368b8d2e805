"""Single masks, and single parts of the body, lie on the edges that the CT shows, where the others do."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from msgspec.structs import replace

from segaudit.model import Case, Contract, Finding, Limit, Mask, NotApplicable, Severity, check
from segaudit.model.edge_classes import edge_class, filled
from segaudit.model.fitting import AXES, length_mm, moved
from segaudit.model.flawed import spoiled
from segaudit.model.mask_shift import LEAVING, MIN_FACES, is_displaced
from segaudit.model.mask_size import is_resized
from segaudit.model.misfit import MAX_SLAB
from segaudit.model.misplacement import Misplacement, placed
from segaudit.model.records import CaseFit, Margin, MaskFit, Shift, SlabFit, Spot
from segaudit.model.registration import Registration

MAX_UNRELATED, MAX_UNRELATED_SHARE = 0.25, 0.5
"""Agreement of a mask of which the CT shows nothing, and how far below that of all masks."""

MAX_SHARE = 0.3
"""Share of a mask in such slabs, or in slices that are copies, above which these are what is wrong."""

DIGEST_BYTES = 8
"""Of each slice in ``Slices.digests``."""

ACCEPTED_MM = Limit(
    "mask-displaced.mm",
    0.0,
    "mm",
    "how far a mask may lie beside its place",
    "None is accepted unasked; errors of the size look like one of up to two voxels.",
)

SIZE_MM = Limit(
    "mask-size-differs.mm",
    2.5,
    "mm",
    "how far outside or inside of a mask the CT may have its edges",
    "Two voxels of 1.5 mm, and less than the 3 mm that TotalSegmentator's surface distance tolerates.",
)

SIZE_VOXELS = Limit(
    "mask-size-differs.voxels",
    1.5,
    "voxels",
    "the same, in voxels",
    "Whether a voxel on the edge belongs to a mask is for who draws it to say; one all round shows as 0.7 to 1.5.",
)


@check("slab-unrelated", Severity.WARNING)
def slab_unrelated(registration: Registration) -> Iterator[Finding]:
    """In some slices the CT shows nothing of what the masks mark, while it does in the others.

    Why it matters: slices of the CT, or of the masks, are in another order, shifted, or from another scan.
    What to do: look at these slices; convert the case again from its source.
    Threshold: in a slab of 15 mm the agreement of three structures or more with the CT's edges, their median, and that
        of the bones and lungs among them are below 0.3, and 0.3 below that of all masks; healthy slabs have 0.33 at
        worst, soft organs without fat around them less.
    Seen in: girder, slices in the order of their names (https://github.com/girder/girder/issues/2864).
    Blind spots: fewer slices than a slab has; slabs with fewer than three structures, or
        without bone and lung; slices that are reversed around
        the middle of the slab.
    """
    fit = registration.fit
    slabs = registration.unrelated_slabs
    if slabs and registration.misfit is None and registration.comparable:
        yield _part(registration.records, fit, slabs)


@check("mask-displaced", Severity.WARNING, limits=(ACCEPTED_MM,))
def mask_displaced(registration: Registration, contract: Contract) -> Iterator[Finding]:
    """One mask lies beside what it marks, while the others lie where the CT shows it.

    Why it matters: the mask was written with another origin, cropped or edited on another grid; what it marks is the
        neighbour.
    What to do: look at the case; move the mask by what the message says, or draw it again.
    Threshold: bones, lungs, kidneys, liver, spleen and aorta, within 24 mm or 8 voxels along an axis. Where a mask lies
        beside its place, it agrees with the CT's edges better elsewhere, on both sides, and the steps across its
        surface are larger there. By 0.2 (0.3 along several axes) and 1.5 times; or by 0.05 and 1.6 times (2 along
        several) where the agreement is 0.9; or by 0.3 and 2.5 times for bones and lungs that agree by 0.55; or, for
        small parts and masks cut on a side, by 0.35 and 3 times where the agreement is 0.9. Other masks weigh in: by
        0.1 and 1.3 times will do where the agreement is 0.85 (0.6 on the worse side) and it covers no more of them
        there than in place; by 0.05 and 1.25 times where 2 per cent of its surface lie in other masks, and half as much
        there; by 0.1 and 1.4 times where 4 per cent do, a quarter of it there, and the agreement is 0.55. Healthy masks
        whose surface the CT shows gain a factor of 1.5 at most, drawn two voxels too small 1.7; such that cover less of
        others there 1.2. Two voxels at least, or one along each axis: size errors look like one.
    Seen in: LiVS (https://github.com/lzhLab/LiVS/issues/3).
    Blind spots: ribs, vessels but the aorta, and all that masks-displaced leaves out; one voxel, and three where voxels
        are finer than 1 mm; organs without fat around them; a mask along an axis on which the field of view cuts it, or
        along itself, such as the aorta or a long bone; fewer than 100 faces; a vertebra by exactly the next one; a lobe
        of a lung that holds no air there, unless it leaves other masks; masks that are hollow, riddled, ragged or
        copies of others, or too small or too large as a whole, which have checks of their own.
    """
    accepted, size = ACCEPTED_MM.of(contract), (SIZE_MM.of(contract), SIZE_VOXELS.of(contract))
    for mask, fit in _judged(registration, is_displaced):
        there = not filled(mask) or is_displaced(fit, LEAVING)
        if fit.shift and there and not is_resized(mask, fit, *size):
            yield from _displaced(mask, fit.agreement, fit.shift, accepted)


@check("mask-unrelated", Severity.WARNING)
def mask_unrelated(registration: Registration) -> Iterator[Finding]:
    """The CT shows nothing of what one mask marks, while it does of the others.

    Why it matters: the mask is another case's, is mirrored, or marks something else.
    What to do: look at the case; draw the mask again.
    Threshold: bones and lungs, whose mask agrees with the CT's edges by less than 0.25, and by 0.5 less than all masks
        do; 0.5 in health at worst, in effusion. What fits elsewhere is mask-displaced.
    Seen in: PROSTATEx, masks drawn on another series (https://github.com/rcuocolo/PROSTATEx_masks/issues/12).
    Blind spots: as for mask-displaced; kidneys, liver, spleen and aorta, which may lie in tissue that is as bright.
    """
    all_masks = registration.fit.agreement
    most = min(MAX_UNRELATED, all_masks - MAX_UNRELATED_SHARE)
    for mask, fit in _judged(registration, lambda fit: fit.faces >= MIN_FACES and fit.agreement < most):
        if _certain(mask) and not is_displaced(fit):
            message = (
                f"agrees with the CT's edges by {fit.agreement:z.2f}, at least {MAX_UNRELATED:g} expected; all masks "
            )
            yield Finding.about(mask, f"{message}together by {all_masks:z.2f}", fit.agreement, MAX_UNRELATED)


@check("mask-size-differs", Severity.WARNING, limits=(SIZE_MM, SIZE_VOXELS))
def mask_size_differs(registration: Registration, contract: Contract) -> Iterator[Finding]:
    """A mask is drawn too small or too large as a whole, while it lies where the CT shows it.

    Why it matters: two voxels of 1.5 mm all round are half of a vertebra, and 15 per cent of a liver; what is taken for
        its rim is its core, or its surroundings.
    What to do: look at the mask over the CT; draw it again, or undo what eroded, dilated or resampled it.
    Threshold: bones, lungs, kidneys, liver, spleen and aorta. The CT has its edges 2.5 mm and 1.5 voxels or more
        outside of the mask, or inside, in the median of both sides across two axes or three, and half as far as that on
        all of these, or all but one of six; the steps are 2.5 times as large there as on the mask's own faces. Right
        masks of a real CT of 3 mm are 0.9 mm off at most, with a soft kernel 2.6 mm, but 1.9 times; TotalSegmentator's
        own scores tolerate 3 mm (https://doi.org/10.1148/ryai.230024). Organs are too small only if their median is 110
        HU or more, which muscle does not reach, and the steps are 5 times as large.
    Seen in: not yet in a public dataset.
    Blind spots: ribs, vessels but the aorta, muscles, bowel and all that masks-displaced leaves out; organs without
        contrast medium that are too small, because tissue as dense can lie around them; one voxel all round, however
        large; what is thinner than the error; size errors on some sides alone. Masks that are hollow, riddled, ragged
        or copies of others have checks of their own.
    """
    mm, voxels = SIZE_MM.of(contract), SIZE_VOXELS.of(contract)
    for mask, fit in _judged(registration, lambda fit: _off(fit.margin, mm, voxels)):
        if fit.margin and is_resized(mask, fit, mm, voxels):
            yield _resized(mask, fit.margin, mm)


def _judged(registration: Registration, suspect: Callable[[MaskFit], bool]) -> Iterator[tuple[Mask, MaskFit]]:
    """Yield the suspects that can be judged by themselves, where not all masks, or all in some slices, are wrong."""
    case, fit = registration.records, registration.fit
    if not registration.comparable:
        raise NotApplicable("the CT's values are not Hounsfield units, or its slices do not follow each other")
    suspects = list(filter(suspect, fit.masks))
    if registration.misfit is not None or not suspects:
        return
    slabs = registration.unrelated_slabs
    bad = [(slabs[0].first, slabs[-1].last)] if slabs else []
    bad += [(place, place) for place in _copied(case, fit.axis)]
    sound = case.whole_masks.keys() - spoiled(case).keys()
    for each in suspects:
        mask, edges = case.whole_masks.get(each.structure), edge_class(each.meant)
        firm = edges is not None and edges.firm and each.structure in sound
        if mask and firm and placed(mask) and _share(mask, bad, fit.axis) <= MAX_SHARE:
            yield mask, each


def _off(margin: Margin | None, mm: float, voxels: float) -> bool:
    """Whether the CT has its edges so far outside or inside of a mask."""
    return margin is not None and abs(margin.mm) >= mm and abs(margin.voxels) >= voxels


def _certain(mask: Mask) -> bool:
    """Whether it is known on which side of a mask's surface the CT is brighter."""
    edges = edge_class(mask.meant)
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
    """Return which share of a mask's slices is among others, which are given by first and last; 0 if unknown."""
    if mask.box is None:
        return 0.0
    low, high = mask.box[2 * axis : 2 * axis + 2]
    inside = sum(max(0, min(high, last) - max(low, first) + 1) for first, last in slices)
    return inside / (high - low + 1)


def _displaced(mask: Mask, in_place: float, shift: Shift, accepted_mm: float) -> Iterator[Finding]:
    """Yield that a mask lies elsewhere than it fits, if that is further than what is accepted."""
    header, off_mm = mask.file.header, length_mm(mask.file.header, shift.voxels)
    if off_mm > accepted_mm:
        message = f"lies {moved(header, shift.voxels)} of the edges that the CT shows: "
        message += f"it agrees with these by {shift.agreement:z.2f} there, by {in_place:z.2f} in place"
        elsewhere = Misplacement(structures=(mask.structure,), voxels=shift.voxels)
        yield replace(Finding.about(mask, message, off_mm, accepted_mm), misplacement=elsewhere)


def _resized(mask: Mask, margin: Margin, limit_mm: float) -> Finding:
    size, where = ("small", "outside") if margin.mm > 0 else ("large", "inside")
    message = f"is drawn too {size}: the CT has its edges {abs(margin.mm):.1f} mm ({abs(margin.voxels):.1f} voxels) "
    message += f"{where} of it all round, expected less than {limit_mm:g} mm"
    return Finding.about(mask, message, margin.mm, limit_mm)


def _part(case: Case, fit: CaseFit, slabs: list[SlabFit]) -> Finding:
    """Return a finding about slabs, which leads to the middle of the worst."""
    worst = min(slabs, key=lambda slab: slab.agreement)
    named = ", ".join(f"{first} to {last}" for first, last in _ranges(slabs))
    message = (
        f"slices {named} along {AXES[fit.axis]}: the masks agree with the CT's edges by {worst.agreement:z.2f} there, "
    )
    message += f"by {fit.agreement:z.2f} in all"
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
    if header is None or not header.shape or not header.affine:
        return None
    voxel = [length / 2 for length in header.shape]
    voxel[fit.axis] = (first + last) / 2
    rows = (header.affine[4 * row : 4 * row + 4] for row in range(3))
    return Spot.at(voxel, [sum(a * b for a, b in zip(row, (*voxel, 1.0), strict=True)) for row in rows])
