"""Under each mask the CT shows the tissue of its structure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from segaudit.model import Case, Contract, Finding, HuSample, Limit, Mask, NotApplicable, Severity, Structure, check
from segaudit.model.clipping import clipping
from segaudit.model.common_limits import OUTSIDE_SHARE, VOID_SHARE
from segaudit.model.registration import Registration
from segaudit.model.structure import NO_LIMIT_HU

GAS_HU = Limit(
    "mask-leaks.hu",
    -500.0,
    "HU",
    "the value below which a voxel of a solid organ or a muscle is lung or gas",
    "A voxel whose middle lies in an organ is half of it at least: half water and half air have -500 HU.",
    least=-1000.0,
    most=0.0,
)

GAS_SHARE = "5 %"

MIN_SOLID_ML = Limit(
    "mask-leaks.volume_ml",
    20.0,
    "ml",
    "the volume from which a mask is judged",
    "Of smaller organs, an error of half a voxel beside a lung makes 5 per cent at 3 mm.",
)

OPEN = ("urinary_bladder", "gallbladder")
"""Organs that hold gas after a catheter or a stent."""


@check("hu-implausible", Severity.WARNING, needs="intensities")
def hu_implausible(registration: Registration, contract: Contract) -> Iterator[Finding]:
    """The CT shows another tissue under a mask than its structure is made of.

    Why it matters: the mask marks something else, or belongs to another CT; intensities taken under it are wrong.
    What to do: look at the mask over the CT.
    Threshold: the median is outside `hu_low` to `hu_high` of the contract's structures, which hold in every contrast
        phase; sources and numbers of people are there. Masks that the field of view cuts and specks are passed over.
    Blind spots: a mask on a neighbour of like density, a mask that is wrong by less than half, bowel, stomach, ribs and
        other structures without a range. A CT in other units is `ct-rescaled` or `ct-not-hounsfield`, one out of order
        `ct-slices-unordered`, masks in the void or in room air are `mask-in-void` and `mask-outside-body`, and where
        all masks lie elsewhere, `masks-displaced` says it.
    """
    case = registration.records
    _needs_hu(case)
    wrong: dict[tuple[float, float, bool], list[Mask]] = defaultdict(list)
    ranges = contract.hu_ranges
    for name, mask in case.whole_masks.items():
        if mask.hu is None or name not in ranges:
            continue
        low, high = ranges[name]
        if not low <= mask.hu.median <= high and _judged(mask, contract.by_name[name], contract):
            wrong[low, high, mask.hu.median < low].append(mask)
    if wrong and registration.comparable and not registration.lies_elsewhere:
        for (low, high, _), masks in wrong.items():
            yield _implausible(masks, low, high)


def _implausible(masks: list[Mask], low: float, high: float) -> Finding:
    """Return one finding about all masks on the same side of a range."""
    medians = sorted({round(mask.hu.median) for mask in masks if mask.hu})
    measured = " to ".join(str(hu) for hu in dict.fromkeys((medians[0], medians[-1])))
    expected = f"{low:g} HU or more" if high == NO_LIMIT_HU else f"{low:g} to {high:g} HU"
    return Finding(
        case=masks[0].case,
        structures=tuple(mask.structure for mask in masks),
        file=masks[0].file.path if len(masks) == 1 else "",
        message=f"median {measured} HU, expected {expected} in any contrast phase",
        observed=measured,
        expected=expected,
        spot=masks[0].spot,
    )


@check("mask-leaks", Severity.WARNING, needs="intensities", limits=(GAS_HU, MIN_SOLID_ML))
def mask_leaks(registration: Registration, contract: Contract) -> Iterator[Finding]:
    """A mask of a solid organ or a muscle reaches into lung or gas.

    Why it matters: its volume is too large, and its mean intensity too low.
    What to do: look at its edges near lung and bowel; correct the mask.
    Threshold: 5 per cent of the voxels below -500 HU; organs and muscles of 20 ml or more that hold no air, uncut. A
        voxel whose middle lies in an organ is half of it at least, and half water, half air has -500 HU: no rim of
        partial volume is darker, however thick the slices and soft the kernel. 5 per cent of an atrium beside a lung
        are below -378 HU at 5 mm; of other organs and muscles at 1.5 to 5 mm, below -60 HU at worst.
    Blind spots: leaks into tissue, or into lung that is as dense as ground glass; a lung lobe that reaches over liver
        or spleen, which looks like effusion; bladder and gallbladder, which hold gas after procedures; vessels and
        small organs, which are nearly all rim.
    """
    case = registration.records
    _needs_hu(case)
    least = GAS_HU.of(contract)
    leaking = [
        (mask, hu) for mask, structure, hu in _dark(case, least, contract) if _solid(mask, structure, hu, contract)
    ]
    if leaking and registration.comparable and not registration.lies_elsewhere:
        for mask, hu in leaking:
            p5 = round(hu.p5)
            message = f"{GAS_SHARE} of its voxels are below {p5} HU, expected {least:g} HU or more in solid tissue"
            yield Finding.about(mask, message, p5, least)


def _solid(mask: Mask, structure: Structure, hu: HuSample, contract: Contract) -> bool:
    """Whether a mask marks a solid organ or muscle, most of it rightly, and is large enough to be judged."""
    solid = structure.group in ("organ", "muscle") and not structure.airy and structure.meant not in OPEN
    in_range = structure.hu_low is not None and hu.median >= structure.hu_low
    large = mask.volume_ml >= MIN_SOLID_ML.of(contract)
    return solid and in_range and large and _judged(mask, structure, contract)


def _needs_hu(case: Case) -> None:
    """Pass over cases without a CT that can be judged.

    Raises:
        NotApplicable: there is none, or it is reported as empty or clipped.
    """
    if case.ct is None or not case.ct.whole or case.ct.blank or clipping(case.ct):
        raise NotApplicable("no CT whose intensities can be judged")


def _dark(case: Case, least: float, contract: Contract) -> Iterator[tuple[Mask, Structure, HuSample]]:
    """Yield the masks of known structures that the CT shows less than so many HU under, and what it shows."""
    for name, mask in case.whole_masks.items():
        if mask.hu and mask.hu.p5 < least and (structure := contract.by_name.get(name)):
            yield mask, structure, mask.hu


def _judged(mask: Mask, structure: Structure, contract: Contract) -> bool:
    """Whether a mask's intensities can be compared with those of its structure's tissue."""
    return mask.volume_ml >= structure.piece_ml and not mask.cut and _in_place(mask, contract)


def _in_place(mask: Mask, contract: Contract) -> bool:
    """Whether no check of alignment reports that a mask lies elsewhere."""
    void, outside = mask.void_share or 0.0, mask.outside_body_share or 0.0
    elsewhere = void > VOID_SHARE.of(contract) or outside > OUTSIDE_SHARE.of(contract)
    return not elsewhere and mask.corner_displacement_mm <= contract.alignment.tolerance_mm
