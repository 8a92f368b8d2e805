"""All masks of a case lie on the edges that its CT shows, whatever the headers say."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec.structs import replace

from segaudit.model import Case, Contract, Finding, Header, Limit, Severity, check
from segaudit.model.fitting import length_mm, moved, turned
from segaudit.model.misfit import MAX_UNRELATED, MIN_EVEN_CONTRAST, MIN_FIT, Kind, Misfit
from segaudit.model.misplacement import Misplacement, shown_by
from segaudit.model.registration import Registration

MIN_STRUCTURES = 5
"""Structures that make an error of what they show together."""

ACCEPTED_MM = Limit(
    "masks-displaced.mm",
    0.0,
    "mm",
    "how far all masks of a case may lie beside what they mark",
    "No displacement that the CT shows, from 0.75 voxels on, is accepted unasked.",
)


@check("masks-displaced", Severity.ERROR, limits=(ACCEPTED_MM,))
def masks_displaced(registration: Registration, contract: Contract) -> Iterator[Finding]:
    """All masks of a case lie beside what they mark in the CT.

    Why it matters: every voxel of every label is wrong by as much, and no header says so: the network learns to draw
        beside the organ, and whoever measures the organ measures its neighbour.
    What to do: look at the case and move the masks back by what the message says. One slice or one voxel: an origin or
        an index was counted differently on conversion. Half a voxel or more along all axes: the origin was taken for a
        corner instead of a voxel's centre. Many: the affine was lost, or the CT was cropped or padded after it was
        segmented.
    Threshold: the edges that the CT shows at the surfaces of bones, lungs, kidneys, liver, spleen, aorta, heart and
        large vessels, by the sign of the step across each face of a mask (boundary-based registration: Greve and
        Fischl, https://doi.org/10.1016/j.neuroimage.2009.06.060). Five structures or more fit elsewhere: the mean step
        there is 5 per cent of the window (25 HU for tissue), when the masks are turned it is nowhere more than 0.65 of
        that (0.1 to 0.35 where masks fit, 0.75 to 1 where they do not), and the sum of the steps is 0.45 of that of
        their magnitudes; or steps, divided by how uneven the CT is inside of the masks, are nowhere more than half of
        what they are there (0.2 to 0.4 for soft organs, 0.56 to 1 where they fit nowhere), with a step of 3 per cent
        and an agreement of 0.6. A displacement is 0.75 voxels and 1.1 mm along an axis, where this share, the
        agreement, grows by 0.1, or by 0.03 and the steps 1.3 times; 1.25 voxels, where only what is even shows it.
    Seen in: LiVS, most masks one pixel down and left (https://github.com/lzhLab/LiVS/issues/3).
    Blind spots: less than 0.75 voxels; masks of brain, bowel, muscles, bladder or vessels inside organs alone; a
        displacement along which the masks hardly change (a field of view that shows long bones alone). Masks that their
        headers place off the CT's grid take no part: `mask-off-grid`.
    """
    found, ct, accepted = registration.misfit, registration.records.ct, ACCEPTED_MM.of(contract)
    if found and ct and length_mm(ct.file.header, found.place.voxels) > accepted:
        yield from (replace(finding, expected=accepted) for finding in _found(registration, Kind.DISPLACED))


@check("ct-mirrored", Severity.ERROR)
def ct_mirrored(registration: Registration) -> Iterator[Finding]:
    """The masks fit the CT's voxels when these are mirrored or turned, and not as they are stored.

    Why it matters: no mask lies on its organ, and where the axis runs from left to right, sides are exchanged as well.
    What to do: find out which of the two was turned, CT or masks (in a viewer, or by sides-swapped and anatomy-flipped,
        which look at the masks alone), and turn its voxels back along the axes of the message. Readers that do not
        honour an affine's signs, and DICOM's LPS beside NIfTI's RAS, are the usual cause.
    Threshold: as for masks-displaced: five structures or more fit when they are mirrored along one axis or three,
        turned by half about one, or have the axes of a slice exchanged, and not as stored, nor turned in any other way;
        by how even the CT is inside of them, where they lie within 3 voxels of their turned place.
    Seen in: PROSTATEx, masks transposed (https://github.com/rcuocolo/PROSTATEx_masks/issues/9); M3D-Seg, slice order
        reversed (https://github.com/BAAI-DCAI/M3D/issues/51).
    Blind spots: as for masks-displaced; structures that look alike when mirrored, as a single vertebra does.
    """
    yield from _found(registration, Kind.TURNED)


@check("masks-unrelated", Severity.ERROR)
def masks_unrelated(registration: Registration) -> Iterator[Finding]:
    """The CT shows nothing of what the masks mark, wherever they are laid.

    Why it matters: the masks are another patient's, or another scan's; the pair teaches noise.
    What to do: look at the case; files of two cases were mixed, or masks were resampled onto the wrong grid. Pair CT
        and masks anew from their source.
    Threshold: five structures or more agree with the CT's edges by less than 0.4 (1 where all edges are there, 0 by
        chance; health has 0.58 or more, another patient 0.25 at most), with a mean step below 3 per cent of the window
        (health has 5 or more, whatever the noise); no place and no way of turning them is clearly better, and they do
        not fit in most slabs of the body.
    Seen in: PROSTATEx, masks drawn on another series (https://github.com/rcuocolo/PROSTATEx_masks/issues/10).
    Blind spots: another scan of the same patient in the same position; a CT whose values are not Hounsfield units
        (ct-rescaled).
    """
    yield from _found(registration, Kind.UNRELATED)


@check("masks-misfit", Severity.WARNING)
def masks_misfit(registration: Registration) -> Iterator[Finding]:
    """The few masks of a case whose surface a CT shows lie beside it, fit it mirrored, or fit it nowhere.

    Why it matters: as for masks-displaced, ct-mirrored and masks-unrelated.
    What to do: look at the case; do as these say.
    Threshold: theirs, where fewer than five structures speak: one wrong mask then weighs as much as all others.
    Seen in: LiVS (https://github.com/lzhLab/LiVS/issues/3).
    Blind spots: fewer than 300 voxels on the surfaces of these structures.
    """
    found = registration.misfit
    if found and found.fit.structures < MIN_STRUCTURES:
        few = f"; {found.fit.structures} of {MIN_STRUCTURES} structures that make it certain"
        yield _finding(registration.records, found, few)


def _found(registration: Registration, kind: Kind) -> Iterator[Finding]:
    found = registration.misfit
    if found and found.kind is kind and found.fit.structures >= MIN_STRUCTURES:
        yield _finding(registration.records, found)


def _finding(case: Case, found: Misfit, few: str = "") -> Finding:
    message, observed, expected = MESSAGES[found.kind](found, case.ct.file.header if case.ct else None)
    return Finding(
        case=case.case,
        message=message + few,
        observed=observed,
        expected=expected,
        misplacement=_misplacement(case, found),
    )


def _misplacement(case: Case, found: Misfit) -> Misplacement:
    if found.kind is Kind.UNRELATED:
        return Misplacement(structures=shown_by(case))
    return Misplacement(structures=shown_by(case), turn=found.place.turn, voxels=found.place.voxels)


def _displaced(found: Misfit, header: Header | None) -> tuple[str, float, float]:
    off = f"the masks lie {moved(header, found.place.voxels)} of the edges that the CT shows"
    message = f"{off}: {found.fit.structures} structures agree with these by {found.place.agreement:z.2f} there, "
    return f"{message}by {found.fit.agreement:z.2f} in place", length_mm(header, found.place.voxels), 0.0


def _turned(found: Misfit, header: Header | None) -> tuple[str, float, float]:
    off = moved(header, found.place.voxels)
    message = f"the masks fit the CT {turned(header, found.place.turn)}{f' and {off} off' if off else ''}: "
    message += f"{found.fit.structures} structures agree with its edges by {found.place.agreement:z.2f} so, "
    return f"{message}by {found.fit.agreement:z.2f} as stored", found.place.agreement, found.fit.agreement


def _unrelated(found: Misfit, header: Header | None) -> tuple[str, float, float]:
    place = found.place
    message = f"{found.fit.structures} structures agree with the CT's edges by {found.fit.agreement:z.2f}, "
    message += f"at least {MAX_UNRELATED:g} expected, and nowhere clearly: by {place.agreement:z.2f} at best"
    if place.agreement >= MIN_FIT[1] and place.contrast >= MIN_EVEN_CONTRAST:
        ways = [turned(header, place.turn)] if place.turn else []
        message += f", {' and '.join([*ways, *([off] if (off := moved(header, place.voxels)) else [])])} off"
    return message, found.fit.agreement, MAX_UNRELATED


MESSAGES = {Kind.DISPLACED: _displaced, Kind.TURNED: _turned, Kind.UNRELATED: _unrelated}
"""Message, observed and expected by what is wrong."""
