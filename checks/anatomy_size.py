"""Structures have plausible sizes: compared with their partner, with limits, and for the body as a whole."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from math import inf
from typing import NamedTuple, Self

import numpy as np

from segaudit.model import Contract, Finding, Limit, Mask, NotApplicable, Severity, Structure, check
from segaudit.model.anatomy import BULK_RATIOS, SCALE_RATIOS, Anatomy
from segaudit.model.bearing import SCALE_ERROR, least_size
from segaudit.model.frame import Frame

MARGIN_MM = Limit(
    "sides-unequal.margin_mm",
    20.0,
    "mm",
    "how far inside the grid the place of a missing partner lies at least",
    "Sides differ by as much.",
)

MAX_DEPTH_RANGE_MM = 300.0
"""If the limits along the spine are further apart, the position depends on the posture: one arm up, one down."""

ORGAN_GROWTH = 2
"""The power of a body's length with which organs grow at least: a newborn's liver of 120 ml and a scale of 0.3, 600 ml
and 0.62 at 5 years, 850 ml and 0.77 at 10 years make 2.1."""


@check("sides-unequal", Severity.WARNING, needs="pairs", limits=(MARGIN_MM,))
def sides_unequal(anatomy: Anatomy, contract: Contract) -> Iterator[Finding]:
    """One of a pair is much larger than the other, or missing.

    Why it matters: part of the smaller one, or all of it, is labelled as background or as something else.
    What to do: look at the smaller one; segment what is missing, or waive the finding where the patient is so.
    Threshold: the ratio of volumes that the contract allows a pair: 1.6 to 2 for bones, 2 to 3 for muscles, which waste
        after surgery of the hip, 1.8 for kidneys, which are within a tenth of each other in health and shrink in
        disease, 5 for adrenal glands, which bear tumours; none for lobes, vessels and ribs, which differ in health.
        Muscles of healthy young adults differ by up to 13 per cent (J Orthop Res 2018;36:963, n = 21). Neither of the
        two is cut. A missing one is a finding where it cannot be removed or held elsewhere, and its partner's mirror
        image about the spine lies 20 mm inside the grid.
    Seen in: TotalSegmentator, ribs and scapulae (https://github.com/wasserth/TotalSegmentator/issues/29).
    Blind spots: pairs that miss the same part on both sides; kidneys, because a person can lack one; arms and legs out
        of view on one side.
    """
    for left, right in _pairs(contract):
        yield from _unequal(anatomy, left, right)
        yield from _missing(anatomy, left, right)
        yield from _missing(anatomy, right, left)


@check("volume-implausible", Severity.WARNING, needs="volumes")
def volume_implausible(anatomy: Anatomy, contract: Contract) -> Iterator[Finding]:
    """A structure is smaller or larger than in any person.

    Why it matters: most of it is missing from the mask, or the mask holds far more than the structure.
    What to do: look at the mask; segment the structure anew.
    Threshold: the contract's limits, which disease and surgery are within: livers of donors have 824 to 1,700 ml
        (n = 2,989), the limits are 300 and 5,000. They are an adult's: the lower one shrinks, and the upper one grows,
        with the cube of the distances of the case's vertebrae. Without vertebrae, other structures show the size of the
        body within a fifth; where they are fewer than five, the lower limit is a newborn's. It does not apply to what
        the field of view cuts. mask-tiny reports specks.
    Seen in: PanTS, lesions of 4 to 45 voxels (https://github.com/MrGiovanni/PanTS/issues/12).
    Blind spots: masks that miss less than a half, as people differ by as much. Children's masks that are too large.
    """
    if not anatomy.human:
        raise NotApplicable("spacing-implausible reports what is wrong")
    sizes = Sizes.of(anatomy)
    for structure, mask in _beyond(anatomy, contract):
        if mask.structure not in anatomy.exchanged and (limit := _limit(structure, mask, sizes)):
            word = "at least" if mask.volume_ml < limit else "at most"
            message = f"{mask.volume_ml:.3g} ml, expected {limit:.3g} ml {word}"
            yield Finding.about(mask, message, float(f"{mask.volume_ml:.3g}"), float(f"{limit:.3g}"))


@check("volume-unusual", Severity.WARNING, needs="usual_volumes")
def volume_unusual(anatomy: Anatomy, contract: Contract) -> Iterator[Finding]:
    """An organ is larger than in nearly all people who are not ill.

    Why it matters: the organ is enlarged, which those who train on the case should know, or its mask holds more than
        the organ.
    What to do: look at the mask's edges; waive the finding where the organ is enlarged.
    Threshold: `usual_high_ml` of the contract's structures, four standard deviations of the logarithm above the median
        of healthy adults: 2,500 ml for the liver, 700 for the spleen, 350 for a kidney, 270 for the pancreas. In a
        child it shrinks with the square of the body's length; organs grow with a power of 2.1 to 2.5. What
        volume-implausible reports is left out. A mask that the field of view cuts is judged too: the rest adds to it.
    Blind spots: an organ of the usual volume that is doubled stays below the limit where it was small: a spleen up to
        350 ml, a liver up to 1,250 ml. Hollow organs and vessels, whose volume has no such limit.
    """
    if not anatomy.human:
        raise NotApplicable("spacing-implausible reports what is wrong")
    sizes = Sizes.of(anatomy)
    for name, mask in anatomy.sized.items():
        structure = contract.by_name.get(name)
        if structure is None or not mask.volume_ml > (limit := _usual_ml(structure, anatomy)):
            continue
        if name not in anatomy.exchanged and not _limit(structure, mask, sizes):
            message = f"{mask.volume_ml:.3g} ml, expected {limit:.3g} ml at most in a body of this size"
            yield Finding.about(mask, message, float(f"{mask.volume_ml:.3g}"), float(f"{limit:.3g}"))


@check("spacing-implausible", Severity.ERROR, needs="spine")
def spacing_implausible(anatomy: Anatomy, contract: Contract) -> Iterator[Finding]:
    """The distances or volumes of the vertebrae are outside the human range: the spacing of the grid is wrong.

    Why it matters: every length and volume that is measured in the case is wrong.
    What to do: look up the slice distance and pixel size in the original images, and correct the affine.
    Threshold: the distances of three or more complete vertebrae are 0.25 (a newborn's are 0.28) to 1.4 times those of
        an adult, and their volumes 0.35 to 3 times what these distances let expect, by the contract's limits. Volumes
        fall with the square of a factor by which the slice distance is too large.
    Seen in: LiTS, 20 cases with a spacing of 1 x 1 x 1 mm (https://github.com/JunMa11/AbdomenCT-1K/issues/27).
    Blind spots: an adult at half the size, who has the vertebrae of a child; a factor below 1.4 in all directions, or
        below 1.7 in one.
    """
    if anatomy.frame is None or not _promised(anatomy, contract):
        raise NotApplicable("fewer than three complete vertebrae, or spacing-unexpected reports what is wrong")
    if anatomy.human:
        return
    scale, bulk = anatomy.frame.scale, anatomy.bulk
    unusual = not SCALE_RATIOS[0] <= scale <= SCALE_RATIOS[1]
    value, limits, words = (
        (scale, SCALE_RATIOS, "far apart as") if unusual else (bulk, BULK_RATIOS, "bulky, for their distances, as")
    )
    message = f"the vertebrae are {value:.2g} times as {words} an adult's, expected {limits[0]:g} to {limits[1]:g}"
    yield Finding(case=anatomy.case, message=message, observed=round(value, 2), expected=1)


def _promised(anatomy: Anatomy, contract: Contract) -> bool:
    """Whether the spacing of the grid is as promised, or none is; otherwise spacing-unexpected reports it."""
    file = anatomy.records.reference_file
    return file is None or file.header is None or contract.geometry.has_spacing(file.header.spacing_mm)


def _pairs(contract: Contract) -> Iterator[tuple[Structure, Structure]]:
    """Yield the left and right structures whose volumes can be compared."""
    return (pair for pair in contract.pairs if pair[0].sides_ratio is not None)


def _unequal(anatomy: Anatomy, left: Structure, right: Structure) -> Iterator[Finding]:
    """Compare two complete masks; one that is too small by itself is reported by volume-implausible."""
    complete, sized, names = anatomy.complete, anatomy.sized, (left.name, right.name)
    if not all(name in complete and name in sized and name not in anatomy.exchanged for name in names):
        return
    masks = (complete[left.name], complete[right.name])
    smaller, larger = sorted(masks, key=lambda mask: mask.volume_ml)
    ratio, limit = larger.volume_ml / smaller.volume_ml, left.sides_ratio or 0.0
    if ratio > limit and not _limit(anatomy.contract.by_name[smaller.structure], smaller, Sizes.of(anatomy)):
        sizes = f"{smaller.volume_ml:.3g} ml against {larger.volume_ml:.3g} ml on the other side"
        yield Finding.about(smaller, f"{sizes}, expected a ratio of {limit:g} at most", round(ratio, 1), limit)


def _missing(anatomy: Anatomy, structure: Structure, partner: Structure) -> Iterator[Finding]:
    """Report a missing structure whose partner's mirror image is in view, unless mask-expected already reports it."""
    mask, other, frame = anatomy.masks.get(structure.name), anatomy.complete.get(partner.name), anatomy.frame
    if mask is None or mask.voxels or other is None or frame is None:
        return
    high, low = anatomy.contract.ranges[structure.name][0]
    reported = structure.expected_with and anatomy.complete.keys() >= set(structure.expected_with)
    anywhere = structure.removable or low - high > MAX_DEPTH_RANGE_MM
    if not (anywhere or reported) and _mirror_image_inside(other, frame, MARGIN_MM.of(anatomy.contract)):
        message = "empty, although the other side is complete and its mirror image lies inside the grid"
        yield Finding.about(mask, message, 0, 1)


def _mirror_image_inside(mask: Mask, frame: Frame, margin_mm: float) -> bool:
    """Whether the box around a mask, mirrored about the spine, lies well inside the grid."""
    header, box = mask.file.header, mask.box
    if header is None or box is None:
        return False
    affine = np.array(header.affine).reshape(3, 4)
    corners = np.array(list(product(box[:2], box[2:4], box[4:]))) @ affine[:, :3].T + affine[:, 3]
    right = frame.axes[1]
    mirrored = corners - 2 * np.outer((corners - frame.origin) @ right, right)
    voxels = (mirrored - affine[:, 3]) @ np.linalg.inv(affine[:, :3]).T
    margin = margin_mm / np.array(header.spacing_mm)
    return bool(np.all(voxels >= margin) and np.all(voxels <= np.array(header.shape) - 1 - margin))


class Sizes(NamedTuple):
    """The volume that a body can have, relative to an adult's; that of a newborn counts too, where nothing shows it."""

    least: float
    """At least, by what shows its size."""
    certain: float
    """At least, by vertebrae alone."""
    most: float
    """At most."""

    @classmethod
    def of(cls, anatomy: Anatomy) -> Self:
        """Return the sizes that a case's body can have."""
        newborn, frame = SCALE_RATIOS[0] ** 3, anatomy.frame
        least = newborn if anatomy.scale is None else least_size(anatomy.scale, sure=frame is not None)
        return cls(least, least if frame else newborn, max(1.0, frame.scale if frame else 1.0) ** 3)


def _beyond(anatomy: Anatomy, contract: Contract) -> Iterator[tuple[Structure, Mask]]:
    """Yield the masks beyond the limits of an adult's volume: those within are within at any size of the body."""
    limits = contract.volume_limits
    for name, mask in anatomy.sized.items():
        if name in limits and not limits[name][0] <= mask.volume_ml <= limits[name][1]:
            yield contract.by_name[name], mask


def _limit(structure: Structure, mask: Mask, sizes: Sizes) -> float:
    """Return the limit of volume that a mask is beyond, ml; 0 where it is within, or a speck.

    What has many pieces can be cut without one that touches a face.
    """
    high, volume = structure.volume_high_ml, mask.volume_ml
    low = (structure.volume_low_ml or 0.0) * (sizes.least if structure.max_pieces == 1 else sizes.certain)
    if high is not None and volume > high * sizes.most:
        return high * sizes.most
    return low if volume < low and volume >= structure.speck_ml and not mask.cut else 0.0


def _usual_ml(structure: Structure, anatomy: Anatomy) -> float:
    """Return what hardly anybody of this size has more than who is not ill, ml; infinite if unknown."""
    if structure.usual_high_ml is None:
        return inf
    scale = anatomy.scale or 1.0
    if anatomy.frame is None:  # organs show the size within a fifth
        scale = max(scale, min(1.0, (1 + SCALE_ERROR) * scale))
    return structure.usual_high_ml * float(scale**ORGAN_GROWTH)
