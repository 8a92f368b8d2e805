"""Structures lie where people have them, as located by the case's own vertebrae, or by its other structures."""

from __future__ import annotations

from collections.abc import Iterator

from segaudit.model import Finding, NotApplicable, Severity, check
from segaudit.model.anatomy import Anatomy
from segaudit.model.displacement import Displacement
from segaudit.model.placement import Placement


@check("structure-misplaced", Severity.ERROR, needs="places")
def structure_misplaced(anatomy: Anatomy) -> Iterator[Finding]:
    """A structure lies where no person has it.

    Why it matters: the mask shows something else, or two masks are exchanged.
    What to do: look at the case; segment the structure anew, or exchange the masks.
    Threshold: the centre of mass against the contract's limits (level among the case's own vertebrae, offset to the
        right and to the front of the spine, scaled by the distances of the vertebrae), further off than a person can
        have it: 30 mm for the heart, 130 mm for kidneys, which can be in the pelvis. Beyond the vertebrae seen, a fifth
        of the distance to them is added. Where a quarter of the structures, four or more, lie too far up, or too
        far down, it is the vertebrae that are wrong, and this is one finding. Without three whole vertebrae, six other
        structures or more show where one lies, by medians of what each lets expect: limits are wider by the standard
        error of that, 15 to 20 mm with nine organs. What the field of view cuts is judged if half of it is seen, or a
        tenth of a vessel, and only by what the rest of it cannot change.
    Seen in: TotalSegmentator v2.0.1, heart in the abdomen in s0143, s0201, s1196
        (https://github.com/wasserth/TotalSegmentator/issues/299), humerus in s0513
        (https://github.com/wasserth/TotalSegmentator/issues/245).
    Blind spots: cases with neither three complete vertebrae nor seven other structures, small parts of structures,
        those that volume-implausible finds too small, and those further from the vertebrae than the part of the spine
        that is seen is long. A wrong side passes where sides-swapped finds most of fewer than four pairs swapped: they
        may be a mirrored body.
    """
    found = _placement(anatomy)
    if found.shifted:
        message = f"{found.shifted} of {found.judged} structures lie too far up, or too far down, among the vertebrae: "
        message += "the vertebrae are named wrongly"
        yield Finding(case=anatomy.case, message=message, observed=found.shifted, expected=0)
    else:
        yield from (_about(one) for one in found.displaced if one.stray)


@check("structure-displaced", Severity.WARNING, needs="places")
def structure_displaced(anatomy: Anatomy) -> Iterator[Finding]:
    """A structure lies where few people have it.

    Why it matters: the mask may be wrong, or this person has it there (kidney in the pelvis, wandering spleen, hernia).
    What to do: look at the case; waive the finding where the patient is so.
    Threshold: the contract's limits of the centre of mass, as for structure-misplaced, by up to what a person can have
        it off. Without three whole vertebrae, four other structures or more show where one lies; it may then be 50 mm
        from its usual place among them, 65 mm if it is hollow, and the uncertainty: organs of five people lie up to
        30 mm from it, and up to 40 mm if the body is 20 degrees askew. Of nine organs of four real cases, a solid one
        that is moved by 100 mm is found in each direction, and none is in 784 healthy variants of them: bodies askew,
        of 0.35 to 1.2 times the size, cut, or with any five organs.
    Seen in: TotalSegmentator v2.0.1, heart (https://github.com/wasserth/TotalSegmentator/issues/245).
    Blind spots: as for structure-misplaced; without vertebrae, vessels that are moved along themselves, and one of
        seven moves of a hollow organ by 100 mm.
    """
    found = _placement(anatomy)
    if not found.shifted:
        yield from (_about(one) for one in found.displaced if not one.stray)


def _placement(anatomy: Anatomy) -> Placement:
    """Return which structures lie beyond their limits.

    Raises:
        NotApplicable: there are no vertebrae to compare with, or another check reports that they are wrong.
    """
    if anatomy.placement is None:
        raise NotApplicable("neither three complete vertebrae nor five organs that can be trusted")
    return anatomy.placement


def _about(one: Displacement) -> Finding:
    """Return a finding that leads to the centre of a structure."""
    return Finding.about(one.mask, one.message, one.observed, one.expected)
