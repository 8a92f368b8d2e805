"""Each rib meets the vertebra of its number, and keeps its number along its length."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from math import dist, hypot, nan
from statistics import median
from typing import NamedTuple

from segaudit.model import Contact, Contract, Finding, Limit, Mask, NotApplicable, Severity, Structure, check
from segaudit.model.anatomy import Anatomy
from segaudit.model.records import Vector

THORACIC = "vertebrae_T"

MAX_STEP_RATIO = 1.3
"""Vertebrae are at most this many times as far apart as usual if none between them is missing."""

MAX_END_STEPS = 2.7
"""How far from the nearest vertebra's centre of mass a rib's mask ends at most, in distances between vertebrae: 1.3 to
2.1 in health, because heads are often left out, while a first rib ends 3.5 away in front."""

NOWHERE = (nan, nan, nan)

USUAL_RISE_STEPS = 0.45
"""How far a rib ends above its vertebra's centre of mass, in distances between vertebrae."""

MAX_RISE_ERROR_STEPS = 0.65
"""How far from there the ribs of a side may end, by their median."""

MIN_REVERSAL_STEPS = 0.25
"""How far above the rib before it a rib has to end to be out of order, in distances between vertebrae."""

MIN_RIBS = 3
"""Ribs of a side that are needed to conclude that all are off."""

CONTACT_MM2 = Limit(
    "ribs-mixed.contact_mm2",
    30.0,
    "mm2",
    "the contact of two ribs of a side from which on one changes its number",
    "A third of a rib's section; where a rib changes its number, its two masks meet in 40 to 250 mm2.",
)


class End(NamedTuple):
    """Where a rib meets the spine."""

    rib: str
    vertebra: Mask
    level: int
    rise: float
    """How far above its vertebra's centre of mass, in distances between vertebrae."""

    @property
    def place(self) -> float:
        """The place along the spine, counted in thoracic vertebrae."""
        return self.level - self.rise


@check("ribs-order", Severity.ERROR, needs="ribs")
def ribs_order(anatomy: Anatomy, contract: Contract) -> Iterator[Finding]:
    """Ribs meet the spine in another order than their names, or at other vertebrae.

    Why it matters: levels of the chest are counted by ribs; a rib with another's number leads to the wrong one.
    What to do: look at the case; count the ribs from the first one down, and give each mask its number.
    Threshold: where ribs end towards the midline, along the spine and in distances between vertebrae. That is 0.45
        above the centre of mass of their vertebra (heads lie at the disc above it, but for ribs 1, 11 and 12), by the
        median of a side: 0.35 to 0.56 in health, rotated by up to 15 degrees or resampled to 5 mm. Of three ribs or
        more it is more than 0.65 off, where numbers that are off by one make it 0.9 to 1.1. Or a rib ends 0.25 above
        the one that it should follow; healthy ones end 0.52 to 1.4 below it, short and sloping ones too.
    Seen in: TotalSegmentator, a model whose rib numbers are all off
        (https://github.com/wasserth/TotalSegmentator/issues/309).
    Blind spots: ribs and vertebrae that the field of view cuts; ribs whose masks end far from the spine; a
        single rib that is off without an exchange; cases whose thoracic vertebrae are out of order or not all there.
    """
    steps = [step for step in anatomy.steps if THORACIC in f"{step.upper.meant} {step.lower.meant}"]
    if not steps or any(step.skipped or not step.along_mm > 0 or step.relative > MAX_STEP_RATIO for step in steps):
        raise NotApplicable("the thoracic vertebrae are out of order or not all there")
    spine = [steps[0].upper, *(step.lower for step in steps)]
    for row in contract.rows:
        if row[0].side:
            yield from _findings(list(_ends(row, anatomy.complete, spine)))


@check("ribs-mixed", Severity.WARNING, needs="ribs", limits=(CONTACT_MM2,))
def ribs_mixed(anatomy: Anatomy, contract: Contract) -> Iterator[Finding]:
    """Masks of two ribs touch: one rib changes its number along its length.

    Why it matters: each of the masks holds parts of two ribs, and counting by one of them gives a wrong number.
    What to do: look at the ribs from the side; give each one its number from the spine to its end.
    Threshold: two ribs of a side touch in voxel faces of 30 mm2 or more. The muscles between healthy ribs keep them 9
        to 14 mm apart, and none of those of two real cases touch; where a rib changes its number, its two masks meet in
        40 to 250 mm2 (eight pairs in s0327).
    Seen in: TotalSegmentator v2.0.1, s0327, whose left ribs 7 to 11 each have two numbers or three.
    Blind spots: a number that changes where the mask has a hole. Ribs that have grown together are reported, too, and
        slices of 5 mm can join healthy ribs of a child.
    """
    if not anatomy.human:
        raise NotApplicable("spacing-implausible reports what is wrong")
    sides = {rib.name: rib.side for row in contract.rows if row[0].side for rib in row}
    least = CONTACT_MM2.of(contract)
    wide = (pair for pair in anatomy.records.contacts if pair.area_mm2 + pair.beside_mm2 >= least)
    pairs = (pair for pair in wide if pair.first in sides and sides[pair.first] == sides.get(pair.second))
    met = sorted(pairs, key=_area_mm2, reverse=True)
    if met:
        widest, names = met[0], {name for pair in met for name in (pair.first, pair.second)}
        more = f", {len(met)} such pairs in all" if met[1:] else ""
        message = f"{widest.first} and {widest.second} touch across {_area_mm2(widest):.0f} mm2{more}; expected a gap"
        yield Finding(
            case=anatomy.case,
            structures=tuple(sorted(names)),
            message=message,
            observed=round(_area_mm2(widest)),
            expected=0,
            spot=anatomy.masks[widest.second].spot,
        )


def _area_mm2(pair: Contact) -> float:
    return pair.area_mm2 + pair.beside_mm2


def _findings(ends: list[End]) -> Iterator[Finding]:
    """Yield what is wrong with the ribs of a side: all are off, or some are out of order."""
    rise = median(end.rise for end in ends) if len(ends) >= MIN_RIBS else USUAL_RISE_STEPS
    steps = [after.place - before.place for before, after in pairwise(ends)]
    if abs(rise - USUAL_RISE_STEPS) > MAX_RISE_ERROR_STEPS:
        where = "above" if rise > USUAL_RISE_STEPS else "below"
        message = f"{abs(rise - USUAL_RISE_STEPS):.1f} vertebrae {where} where ribs of their numbers end at the spine"
        yield _about(ends, message, round(rise, 2), USUAL_RISE_STEPS)
    elif min(steps, default=0.0) < -MIN_REVERSAL_STEPS and sum(step < 0 for step in steps) <= len(steps) / 2:
        found = sorted(ends, key=lambda end: end.place)
        moved = [(one, other) for one, other in zip(ends, found, strict=True) if one is not other]
        expected, lying = zip(*moved, strict=True)
        message = f"end at the spine in the order {_names(lying)} from head to foot"
        yield _about(expected, message, _names(lying), _names(expected))


def _about(ends: Sequence[End], message: str, observed: str | float, expected: str | float) -> Finding:
    """Return a finding about some ribs, at the vertebra of the first."""
    return Finding(
        case=ends[0].vertebra.case,
        structures=tuple(end.rib for end in ends),
        message=message,
        observed=observed,
        expected=expected,
        spot=ends[0].vertebra.spot,
    )


def _names(ends: Sequence[End]) -> str:
    return ", ".join(end.rib for end in ends)


def _ends(ribs: Sequence[Structure], complete: dict[str, Mask], spine: Sequence[Mask]) -> Iterator[End]:
    """Yield where the complete ribs of a side meet a spine without gaps, from head to foot."""
    centres = [mask.centroid_mm or NOWHERE for mask in spine]
    places = {mask.meant: place for place, mask in enumerate(spine)}
    for level, rib in enumerate(ribs, 1):
        mask, at = complete.get(rib.name), places.get(f"{THORACIC}{level}")
        if mask and mask.ends_mm and at is not None:
            inner = mask.ends_mm[0 if rib.side == "right" else 1]
            up = _up(centres, at)
            near = MAX_END_STEPS * hypot(*up)
            if any(dist(inner, centre) <= near for centre in centres):
                way, long = _from(centres[at], inner), _turned(up, _from(centres[-1], centres[0]))
                rises = (_product(way, each) / _product(each, each) for each in (up, long))
                rise = min(
                    rises, key=lambda each: abs(each - USUAL_RISE_STEPS)
                )  # whether or not ribs tilt with a curve
                yield End(rib.name, spine[at], level, rise)


def _up(centres: Sequence[Vector], at: int) -> Vector:
    """Return the way from a vertebra to the next one above, mm: the mean of that to it and that from the one below."""
    first, last = max(at - 1, 0), min(at + 1, len(centres) - 1)
    x, y, z = (way / (last - first) for way in _from(centres[last], centres[first]))
    return x, y, z


def _turned(way: Vector, along: Vector) -> Vector:
    """Return a way of the same length in another direction."""
    ratio = hypot(*way) / (hypot(*along) or nan)
    return along[0] * ratio, along[1] * ratio, along[2] * ratio


def _from(start: Vector, end: Vector) -> Vector:
    return end[0] - start[0], end[1] - start[1], end[2] - start[2]


def _product(one: Vector, other: Vector) -> float:
    return one[0] * other[0] + one[1] * other[1] + one[2] * other[2]
