"""The vertebrae follow each other from head to foot, one body in each mask."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import accumulate, pairwise
from math import isnan
from operator import itemgetter

from segaudit.model import Contract, Finding, Limit, NotApplicable, Severity, check
from segaudit.model.anatomy import Anatomy
from segaudit.model.spine import Step

UNLIKE = {"vertebrae_C1", "vertebrae_C2", "vertebrae_S1"}
"""The first has no body, the second has the first one's as well, and the last is part of the sacrum."""

CERVICAL = "vertebrae_C"

GAP_RATIO = Limit(
    "vertebrae-gap.distance_ratio",
    1.7,
    "times the usual distance",
    "how far apart two neighbours may be, relative to the nearest four others",
    "A vertebra without a label makes 1.9 to 2.2, healthy spines have 0.78 to 1.18.",
    least=1.0,
)
SECTION = Limit(
    "vertebrae-mixed.section",
    0.6,
    "of the mean volume to the power of 2/3",
    "the contact of two neighbours that is a whole section of a body",
    "A body that lost a part to its neighbour gives 0.65 to 1.8, healthy ones have 0.33 at most.",
)
JOINED_SECTION = Limit(
    "vertebrae-joined.section",
    0.6,
    "of the mean volume to the power of 2/3",
    "the contact of two neighbours that is a whole section of a body",
    "As for vertebrae-mixed.",
)
VOLUME_RATIO = Limit(
    "vertebrae-mixed.volume_ratio",
    1.4,
    "times the smaller volume",
    "the volume of a neighbour that touches across a section from which on it has a part of the other's body",
    "Healthy neighbours differ by 1.28 times at most.",
    least=1.0,
)

MAX_SLICE_MM = 3.5
"""Distance of slices up to which a disc keeps the masks of its vertebrae apart."""

MIN_DOUBLE_VOLUME_RATIO = 1.5
"""Ratio of a volume to that of the larger neighbour from which on it is that of two vertebrae."""

MIN_DOUBLE_GAP_RATIO = 1.1
"""How many times as far as usual a mask of two bodies is from both its neighbours, at least."""


@check("vertebrae-order", Severity.ERROR, needs="spine")
def vertebrae_order(anatomy: Anatomy) -> Iterator[Finding]:
    """Vertebrae follow each other in another order than their names.

    Why it matters: the level is what the label of a vertebra is for; who trusts it may treat the wrong one.
    What to do: look at the case and give each mask the name of its level.
    Threshold: centres of mass of complete vertebrae along the line from the upper half of their names to the lower
        half, so that a slanting or an upside-down case gives no finding; healthy neighbours are 21 mm apart there or
        more (T3 to S1 of s0327).
    Seen in: TotalSegmentator v2.0.1 (https://github.com/wasserth/TotalSegmentator/issues/268); CTSpine1K
        (https://github.com/MIRACLE-Center/CTSpine1K/issues/15).
    Blind spots: levels that the field of view cuts; a spine whose names are all off by the same number of levels.
    """
    steps = anatomy.steps
    if not 0 < sum(step.along_mm < 0 for step in steps) <= len(steps) / 2:
        return
    named = [steps[0].upper, *(step.lower for step in steps)]
    places = accumulate((step.along_mm for step in steps), initial=0.0)
    lying = [mask for _, mask in sorted(zip(places, named, strict=True), key=itemgetter(0))]
    if moved := [(one, other) for one, other in zip(named, lying, strict=True) if one is not other]:
        names, found = (tuple(mask.structure for mask in order) for order in zip(*moved, strict=True))
        yield Finding(
            case=anatomy.case,
            structures=names,
            message=f"lie in the order {', '.join(found)} from head to foot",
            observed=", ".join(found),
            expected=", ".join(names),
            spot=moved[0][0].spot,
        )


@check("vertebrae-gap", Severity.ERROR, needs="spine", limits=(GAP_RATIO,))
def vertebrae_gap(anatomy: Anatomy) -> Iterator[Finding]:
    """A vertebra between two labelled ones has no label, or the names skip levels.

    Why it matters: a vertebra is labelled as background, or every level beyond the gap has a wrong name.
    What to do: look at the case; segment what is between the two, or give each mask the name of its level.
    Threshold: two complete neighbours are more than 1.7 times as far apart as the nearest four others: one vertebra
        without a label makes that 1.9 to 2.2, healthy spines have 0.78 to 1.18, a mask of two vertebrae 1.5. Or two
        levels and more in a row are empty between complete ones. A single one is left to mask-expected, unless a
        person can lack it (T12, L5): then the distance decides. The step to the sacrum is not judged. So people with
        11 or 13 thoracic, 4 or 6 lumbar vertebrae give no finding.
    Seen in: CTSpine1K, labels that are not continuous (https://github.com/MIRACLE-Center/CTSpine1K/issues/13).
    Blind spots: levels that the field of view cuts; a spine with fewer than three steps that can be measured.
    """
    for step in _downwards(anatomy):
        if _gap(step, anatomy):
            empty = f"{len(step.skipped)} empty between complete ones " if step.skipped else ""
            usual = None if isnan(step.usual_mm) else round(step.usual_mm)
            nearby = f", where neighbours are {usual} mm apart" if usual else ""
            names = step.skipped or (step.upper.structure, step.lower.structure)
            yield _about(step, names, f"{empty}{step.mm:.0f} mm apart{nearby}", round(step.mm), usual)


@check("vertebrae-mixed", Severity.ERROR, needs="spine", limits=(SECTION, VOLUME_RATIO))
def vertebrae_mixed(anatomy: Anatomy, contract: Contract) -> Iterator[Finding]:
    """A mask holds parts of two vertebrae, or two whole ones.

    Why it matters: outlines are right and levels are wrong, which no score over all vertebrae shows.
    What to do: look at a sagittal slice and move the border into the disc.
    Threshold: two neighbours touch across a whole section of a body (0.6 of their mean volume to the power of 2/3) and
        differ in volume by a factor of 1.4 or more. A body that lost 25, 50 or 75 per cent to its neighbour gives
        sections of 0.65 to 1.8 (0.46 once in 108), and factors of 1.3 and more; healthy ones have 0.33 and 1.28 at
        most, at slices of up to 3 mm. Or a mask has 1.5 times the volume of both its neighbours and is 1.1 times as
        far from them as usual: two bodies have 1.57 or more and 1.14 to 1.65, healthy ones not both. C1, C2 and S1 are
        not judged.
    Seen in: TotalSegmentator v2.0.1, s0941, s0350, s0513, s0603, s0676, s0071, s0128, 10 to 15 per cent of 100 cases
        (https://github.com/wasserth/TotalSegmentator/issues/394); its maintainer expects 1 to 2 per cent
        (https://github.com/wasserth/TotalSegmentator/issues/291).
    Blind spots: levels that the field of view cuts; slices more than 3.5 mm apart, where discs vanish; parts so small,
        below a quarter of a body, or so even that volumes stay alike, which vertebrae-joined reports.
    """
    steps, section, ratio = _downwards(anatomy), SECTION.of(contract), VOLUME_RATIO.of(contract)
    for step in steps:
        if _joined(step, section) and step.inequality >= ratio:
            message = (
                f"touch across {step.contact_mm2:.0f} mm2, a whole section of a body, and differ"
                f" {step.inequality:.2g} times in volume; expected a disc between them"
            )
            yield _about(step, (step.upper.structure, step.lower.structure), message, step.inequality, ratio)
    for before, after in pairwise(steps):
        if _double(before, after) and not (_reported(before, anatomy) or _reported(after, anatomy)):
            other = max(before.upper.volume_ml, after.lower.volume_ml)
            volume = before.lower.volume_ml
            message = f"{volume:.0f} ml, {volume / other:.2g} times its larger neighbour: two vertebrae, expected one"
            yield Finding.about(before.lower, message, round(volume / other, 2), 1)


@check("vertebrae-joined", Severity.WARNING, needs="spine", limits=(JOINED_SECTION,))
def vertebrae_joined(anatomy: Anatomy, contract: Contract) -> Iterator[Finding]:
    """Neighbouring vertebrae touch across a whole section of a body: there is no disc between their masks.

    Why it matters: the border between two labels runs through a body, unless the vertebrae have grown together.
    What to do: look at a sagittal slice; move the border into the disc, or waive a fused spine.
    Threshold: as vertebrae-mixed, but volumes differ by a factor of less than 1.4: block vertebrae, ankylosis and worn
        discs join bodies too.
    Seen in: TotalSegmentator v2.0.1, three vertebrae parted wrongly in s0941
        (https://github.com/wasserth/TotalSegmentator/issues/394).
    Blind spots: levels that the field of view cuts; slices more than 3.5 mm apart, where discs vanish; the neck, whose
        joints lie flat and make contacts of their own.
    """
    if not anatomy.human:
        raise NotApplicable("spacing-implausible reports what is wrong")
    steps = [step for step in _downwards(anatomy) if CERVICAL not in step.upper.meant]
    section, ratio = JOINED_SECTION.of(contract), VOLUME_RATIO.of(contract)
    joined = [step for step in steps if _joined(step, section) and step.inequality < ratio]
    if joined:
        names = dict.fromkeys(mask.structure for step in joined for mask in (step.upper, step.lower))
        sections = ", ".join(f"{step.contact_mm2:.0f}" for step in joined)
        message = f"touch across {sections} mm2, a whole section of a body; expected a disc between them"
        yield _about(joined[0], names, message, max(step.section for step in joined), section)


def _about(step: Step, structures: Iterable[str], message: str, observed: float, expected: float | None) -> Finding:
    """Return a finding at the place between two vertebrae."""
    return Finding(
        case=step.upper.case,
        structures=tuple(structures),
        message=message,
        observed=round(observed, 2),
        expected=expected,
        spot=step.spot,
    )


def _downwards(anatomy: Anatomy) -> tuple[Step, ...]:
    """Return the steps down to the last lumbar vertebra; none if vertebrae are out of order (vertebrae-order)."""
    if not all(step.along_mm > 0 for step in anatomy.steps):
        return ()
    return tuple(step for step in anatomy.steps if step.lower.meant not in UNLIKE)


def _gap(step: Step, anatomy: Anatomy) -> bool:
    """Whether something is missing between two vertebrae, or names are."""
    masks = (anatomy.masks.get(name) for name in step.skipped)
    if not all(mask and not mask.voxels for mask in masks) or _reported(step, anatomy):
        return False
    return len(step.skipped) > 1 or (
        step.relative > GAP_RATIO.of(anatomy.contract) and step.inequality < MIN_DOUBLE_VOLUME_RATIO
    )


def _reported(step: Step, anatomy: Anatomy) -> bool:
    """Whether mask-expected reports that the level between is empty."""
    if len(step.skipped) != 1:
        return False
    level = anatomy.contract.by_name[step.skipped[0]]
    return not level.removable and bool(level.expected_with) and anatomy.complete.keys() >= set(level.expected_with)


def _joined(step: Step, section: float) -> bool:
    """Whether two neighbours touch across a section of a body, at slices that show discs."""
    touching = not step.skipped and step.section >= section and step.upper.meant not in UNLIKE
    return touching and step.slice_mm <= MAX_SLICE_MM


def _double(before: Step, after: Step) -> bool:
    """Whether the vertebra between two steps is two in one mask."""
    larger = max(before.upper.volume_ml, after.lower.volume_ml)
    apart = before.relative >= MIN_DOUBLE_GAP_RATIO and after.relative >= MIN_DOUBLE_GAP_RATIO
    return apart and before.lower.volume_ml >= MIN_DOUBLE_VOLUME_RATIO * larger and before.upper.meant not in UNLIKE
