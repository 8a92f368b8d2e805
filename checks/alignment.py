"""The masks lie where the CT shows their anatomy."""

from __future__ import annotations

import math
from collections.abc import Iterator

from segaudit.model import Case, Contract, Finding, Header, Mask, NotApplicable, Severity, check
from segaudit.model.common_limits import OUTSIDE_SHARE, VOID_SHARE
from segaudit.model.quick_look import QuickLook
from segaudit.model.records import AXES
from segaudit.model.registration import Registration

AIR_HU = -500.0
"""A padding value below this is no tissue. Above it (border planes filled with 0 are common in TotalSegmentator v2) the
padding cannot be distinguished from tissue of the same value."""

FIT, UNFIT = 0.6, 0.3
"""Agreement with the CT's edges of a mask whose voxels lie on them, and of one whose voxels do not."""


@check("mask-shape", Severity.ERROR)
def mask_shape(case: Case) -> Iterator[Finding]:
    """A mask has more or fewer voxels along an axis than its CT.

    Why it matters: no voxel of the mask can be said to belong to a voxel of the CT.
    What to do: draw or resample it again on the CT's grid.
    Seen in: NSCLC-Radiomics, 5 cases (https://github.com/neuro-ml/amid/blob/master/amid/nsclc.py); HECKTOR 2022, one
        voxel (https://github.com/Project-MONAI/MONAI/pull/5606); PROSTATEx, 19 slices for 21
        (https://github.com/rcuocolo/PROSTATEx_masks/issues/8).
    Blind spots: a mask of the right shape can still come from another case; only shapes are compared. Where only the
        order of the axes differs, it is `mask-reoriented`.
    """
    reference = case.reference_file.header if case.reference_file else None
    expected = _shape(reference)
    others = (mask for mask in case.whole_masks.values() if mask.file.header is not reference)
    for mask in others:
        shape = _shape(mask.file.header)
        if shape and expected and shape != expected and not mask.axis_order:
            steps = max(abs(a - b) for a, b in zip(shape, expected, strict=True))
            hint = "; one voxel, as by rounding when it was resampled" if steps == 1 else ""
            observed, promised = (" x ".join(map(str, numbers)) for numbers in (shape, expected))
            message = f"{observed} voxels, expected {promised}{hint}"
            yield Finding.about(mask.file, message, observed, promised)


@check(
    "mask-off-grid",
    Severity.ERROR,
    where=QuickLook(lambda masks, _: [mask for mask in masks if mask.corner_displacement_mm]),
)
def mask_off_grid(mask: Mask, contract: Contract) -> Iterator[Finding]:
    """A mask's header places it elsewhere than its CT.

    Why it matters: the mask lies beside the organ in every tool that honours the header.
    What to do: copy the CT's affine where the mask's voxels fit the CT as they are (the message says so where the CT
        shows it), else resample the mask onto the CT.
    Threshold: the worst corner of the grid 0.1 mm away (a fifteenth of a 1.5 mm voxel) unless the contract says
        otherwise. A healthy case has two affines 4.6e-5, or 0.01 mm, apart; comparing matrices entry by entry would
        flag it.
    Seen in: TotalSegmentator v1 (https://github.com/wasserth/TotalSegmentator/issues/33); ATLAS R1.1
        (https://github.com/npnl/ATLAS/issues/1); SkullBreak-like data, 10 to 350 mm
        (https://github.com/MIC-DKFZ/nnUNet/issues/2551).
    Blind spots: headers are compared: voxels that were shifted under an intact header are masks-displaced or
        mask-displaced.
    """
    distance, tolerance = mask.corner_displacement_mm, contract.alignment.tolerance_mm
    if distance > tolerance:
        apart = float(f"{distance:.3g}")
        message = f"worst corner {apart:g} mm{_in_voxels(mask)} off the case's grid, at most {tolerance:g} mm expected"
        message += _by_voxels(mask)
        yield Finding.about(mask.file, message, apart, tolerance)


@check("mask-reoriented", Severity.ERROR)
def mask_reoriented(case: Case, contract: Contract) -> Iterator[Finding]:
    """A mask's axes are in another order than its CT's, and its header places it where it belongs.

    Why it matters: tools that honour the header agree with it; those that compare arrays, as most training code does,
        see another shape or the anatomy turned around.
    What to do: store the mask again with its axes in the CT's order; leave its header as it is until then. Where the
        mask's axes are those of the contract, store the CT again.
    Threshold: with its axes in the CT's order, no corner is half a voxel away.
    Seen in: TorchIO (https://github.com/fepegar/torchio/issues/1300); PI-CAI
        (https://github.com/DIAGNijmegen/picai_labels/issues/13); BHSD (https://github.com/White65534/BHSD/issues/10).
    Blind spots: whether voxels and header agree: masks that are mirrored in the world are those of other checks.
    """
    expected = case.reference_file.header if case.reference_file else None
    for mask in case.whole_masks.values():
        if mask.axis_order and mask.file.header and expected:
            own, promised = _axes(mask.file.header, mask.axis_order), _axes(expected, ())
            whose = "the CT's" if mask.file.header.orientation == contract.geometry.orientation else "its"
            message = f"stored {own}, the case's grid is {promised}; it lies in the right place: reorder {whose} axes"
            yield Finding.about(mask.file, message, own, promised)


@check("mask-in-void", Severity.WARNING, limits=(VOID_SHARE,))
def mask_in_void(registration: Registration, contract: Contract) -> Iterator[Finding]:
    """A mask marks voxels that were never scanned.

    Why it matters: the CT was rotated or padded there; the network learns to find the organ in a constant.
    What to do: look at the case; cut the mask to the scanned region.
    Threshold: 1 per cent of its voxels on the CT's padding value, which is below -500 HU; not for structures with air.
    Seen in: TotalSegmentator v1, s0001, s0044, s0067 and s0092
        (https://github.com/wasserth/TotalSegmentator/issues/34).
    Blind spots: structures with air (lungs, trachea, bowel) are not judged, padding above -500 HU is taken for tissue,
        and padding of several values is none.
    """
    case = registration.records
    found = [mask for mask in case.whole_masks.values() if _in_void(mask, case, contract)]
    if found and _in_place(registration):
        most = VOID_SHARE.of(contract)
        yield from (_tissueless(mask, mask.void_share or 0.0, most, "on the CT's padding value") for mask in found)


@check("mask-outside-body", Severity.WARNING, limits=(OUTSIDE_SHARE,))
def mask_outside_body(registration: Registration, contract: Contract) -> Iterator[Finding]:
    """A mask reaches outside the patient.

    Why it matters: there is no organ in the air beside the body; the mask leaks or belongs to another case.
    What to do: look at the case; correct the mask.
    Threshold: 1 per cent of its voxels clearly outside the body, half of which the CT shows as air: the body is the
        largest thing there, and a leg or an arm apart from it is none of it; not for structures with air that the field
        of view cuts. What lies on padding is `mask-in-void`.
    Seen in: TotalSegmentator v2.0.1, masks beyond the scan (https://github.com/wasserth/TotalSegmentator/issues/245).
    Blind spots: the body is estimated on a grid of 6 mm and grown by one cell: a leak of less than about 6 to 12 mm
        passes, and so does one into what else the CT shows as tissue, such as an arm.
    """
    case, most = registration.records, OUTSIDE_SHARE.of(contract)
    found = {mask.structure: mask.outside_body_share or 0.0 for mask in case.whole_masks.values()}
    found = {name: share for name, share in found.items() if share > most and _shows_body(case)}
    if found and _in_place(registration):
        for name, share in found.items():
            if not _excused(case.whole_masks[name], share, case, contract):
                yield _tissueless(case.whole_masks[name], share, most, "outside the body")


def _in_place(registration: Registration) -> bool:
    """Whether what the CT shows under masks says something of single ones: not where all of them lie elsewhere.

    Raises:
        NotApplicable: the CT's slices are out of order, so that each mask lies on slices of elsewhere.
    """
    if registration.unordered:
        raise NotApplicable("the CT's slices are out of order")
    return not registration.lies_elsewhere


def _tissueless(mask: Mask, share: float, most: float, where: str) -> Finding:
    """Return a finding about a mask of which a share lies where there is no tissue."""
    percent = float(f"{100 * share:.2g}")
    message = f"{percent:g} % of its voxels {where}, at most {100 * most:g} % expected"
    return Finding.about(mask, message, percent, 100 * most)


def _excused(mask: Mask, share: float, case: Case, contract: Contract) -> bool:
    """Whether what lies outside the body is an open airway, tissue apart from it, or padding."""
    open_airway = mask.cut and _airy(mask, contract)
    return open_airway or _on_tissue(mask, share) or _in_void(mask, case, contract)


def _in_void(mask: Mask, case: Case, contract: Contract) -> bool:
    """Whether a mask of tissue lies on the CT's padding."""
    pad = case.ct.pad_value if case.ct else None
    padded = pad is not None and pad < AIR_HU and _shows_body(case)
    return padded and (mask.void_share or 0.0) > VOID_SHARE.of(contract) and not _airy(mask, contract)


def _on_tissue(mask: Mask, share: float) -> bool:
    """Whether the CT shows tissue under more than half of a share of a mask."""
    if mask.hu is None:
        return False
    parts = ((0.25, mask.hu.p25), (0.05, mask.hu.p5), (0.0, mask.hu.minimum))
    return next(hu for part, hu in parts if share / 2 >= part) > AIR_HU


def _shows_body(case: Case) -> bool:
    """Whether there is a CT with a body to lie in; masks over an empty one are that CT's fault."""
    return case.ct is not None and case.ct.whole and not case.ct.blank


def _airy(mask: Mask, contract: Contract) -> bool:
    """Whether the mask's structure holds air in health; unknown ones do not."""
    structure = contract.by_name.get(mask.structure)
    return structure is not None and structure.airy


def _by_voxels(mask: Mask) -> str:
    """Say whether only the header is wrong, as far as the CT shows it."""
    if mask.agreement is None or UNFIT < mask.agreement < FIT:
        return ""
    return (
        "; its voxels fit the CT as they are" if mask.agreement >= FIT else "; nor do its voxels fit the CT as they are"
    )


def _in_voxels(mask: Mask) -> str:
    """Say, for a message, how many of its voxels a mask is displaced."""
    smallest = min(mask.file.header.spacing_mm if mask.file.header else (), default=0.0)
    voxels = mask.corner_displacement_mm / smallest if smallest > 0 else math.inf
    shown = f"{voxels:,.0f}" if voxels >= 10 else f"{voxels:.2g}"  # noqa: PLR2004 (two digits)
    return f" ({shown} voxel{'' if shown == '1' else 's'})" if math.isfinite(voxels) else ""


def _axes(header: Header, order: tuple[int, ...]) -> str:
    """Return where the axes of a grid run, such as ``RAS``, with the axes of the case's grid that they are."""
    signed = " ".join(f"{'-' * (axis < 0)}{'ijk'[abs(axis) - 1]}" for axis in order)
    return f"{header.orientation} ({signed})" if order else header.orientation


def _shape(header: Header | None) -> tuple[int, ...]:
    """Return the shape of a volume; empty where it does not have three axes, which is `dimensions-unexpected`."""
    return header.shape if header and len(header.shape) == AXES else ()
