"""Structures lie where people have them, as located by the case's own vertebrae."""

from __future__ import annotations

from collections.abc import Iterator

from segaudit.model import Finding, NotApplicable, Severity, check
from segaudit.model.anatomy import Anatomy
from segaudit.model.placement import Displacement, Placement


@check("structure-misplaced", Severity.ERROR, needs="places")
def structure_misplaced(anatomy: Anatomy) -> Iterator[Finding]:
    """A structure lies where no person has it.

    Why it matters: the mask shows something else, or two masks are exchanged.
    What to do: look at the case; segment the structure anew, or exchange the masks.
    Threshold: the centre of mass against the contract's limits (level among the case's own vertebrae, offset to the
        right and to the front of the spine, scaled by the distances of the vertebrae), further off than a person can
        have it: 30 mm for the heart, 130 mm for kidneys, which can be in the pelvis. Beyond the vertebrae seen, a fifth
        of the distance to them is added. Where a quarter of the structures, four or more, lie too far up, or too
        far down, it is the vertebrae that are wrong, and this is one finding.
    Seen in: TotalSegmentator v2.0.1, heart in the abdomen in s0143, s0201, s1196
        (https://github.com/wasserth/TotalSegmentator/issues/299), humerus in s0513
        (https://github.com/wasserth/TotalSegmentator/issues/245).
    Blind spots: cases with fewer than three complete vertebrae, structures that the field of view cuts or that
        volume-implausible finds too small, and those further from the vertebrae than the part of the spine that is
        seen is long. Exchanged neighbours pass where their limits overlap, and so does a wrong side where sides-swapped
        finds most of fewer than four pairs swapped: they may be a mirrored body.
    """
    found = _placement(anatomy)
    if found.shifted:
        message = f"{found.shifted} of {found.judged} structures lie too far up, or too far down, among the vertebrae: "
        message += "the vertebrae are named wrongly"
        yield Finding(case=anatomy.case, message=message, observed=found.shifted, expected=0)
    else:
        yield from (_about(one) for one in found.displaced if one.excess_mm > one.structure.stray_mm)


@check("structure-displaced", Severity.WARNING, needs="places")
def structure_displaced(anatomy: Anatomy) -> Iterator[Finding]:
    """A structure lies where few people have it.

    Why it matters: the mask may be wrong, or this person has it there (kidney in the pelvis, wandering spleen, hernia).
    What to do: look at the case; waive the finding where the patient is so.
    Threshold: the contract's limits of the centre of mass, as for structure-misplaced, by up to what a person can have
        it off.
    Seen in: TotalSegmentator v2.0.1, heart (https://github.com/wasserth/TotalSegmentator/issues/245).
    Blind spots: as for structure-misplaced.
    """
    found = _placement(anatomy)
    if not found.shifted:
        yield from (_about(one) for one in found.displaced if one.excess_mm <= one.structure.stray_mm)


def _placement(anatomy: Anatomy) -> Placement:
    """Return which structures lie beyond their limits.

    Raises:
        NotApplicable: there are no vertebrae to compare with, or another check reports that they are wrong.
    """
    if anatomy.placement is None:
        raise NotApplicable("no three complete vertebrae that can be trusted")
    return anatomy.placement


def _about(one: Displacement) -> Finding:
    """Return a finding that leads to the centre of a structure."""
    message = f"its centre is {one.observed}, {one.distance_mm:.0f} mm off, expected {one.expected}"
    return Finding.about(one.mask, message, one.observed, one.expected)
