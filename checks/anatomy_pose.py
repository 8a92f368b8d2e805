"""The body lies in the world as the header says: head up, face forward, not mirrored."""

from __future__ import annotations

from collections.abc import Iterator

from segaudit.model import Finding, NotApplicable, Severity, check
from segaudit.model.anatomy import Anatomy
from segaudit.model.pose import Pose

WORDS = {"left to right": "to the left of", "back to front": "behind", "head to foot": "above"}
"""Where the first of two structures lies, in health, along each direction."""

KEPT = {
    "left to right": "the axis from left to right",
    "back to front": "the axis from back to front",
    "head to foot": "the long axis",
}
"""What a body is turned about where this direction is the one that is kept."""


@check("anatomy-flipped", Severity.ERROR, needs="places")
def anatomy_flipped(anatomy: Anatomy) -> Iterator[Finding]:
    """The body lies the wrong way round in the world: head down, face backwards, or along another axis.

    Why it matters: the header's axes are wrong, so that every tool that honours them turns the body over.
    What to do: look at the case. One axis or three reversed: a mirror image, which no scanner makes; reverse the voxels
        along the axes named, or their columns of the affine. Two: a turn, usually of an affine whose signs were lost;
        reverse these two columns of it. Where CT and masks fit each other, do so to both; else ct-mirrored says which
        way the masks fit. Do not exchange the names of left and right.
    Threshold: the order of at least four complete structures is reversed in more than three quarters of the pairs that
        lie 100 mm apart along the spine, 40 mm from back to front, or 60 mm from left to right, in health; or a spine
        of 100 mm or more lies more than 45 degrees off the world's vertical. A reversal from left to right alone is
        reported by sides-swapped.
    Seen in: PROSTATEx, masks transposed (https://github.com/rcuocolo/PROSTATEx_masks/issues/9); M3D-Seg, slice order
        reversed (https://github.com/BAAI-DCAI/M3D/issues/51).
    Blind spots: cases with fewer than four structures that the field of view does not cut.
    """
    pose = anatomy.pose
    if not pose.decidable:
        raise NotApplicable("too few complete structures to determine a direction")
    if pose.downwards.reverse or pose.forwards.reverse:
        pairs = sum(turned.order.reverse for turned in pose.reverse.values())
        yield Finding(
            case=anatomy.case, message=_reversed(pose) + anatomy.registration.agreed, observed=pairs, expected=0
        )
    if pose.lying:
        message = "the spine does not run from head to foot in the world: the axes are exchanged"
        yield Finding(case=anatomy.case, message=message + anatomy.registration.agreed)


def _reversed(pose: Pose) -> str:
    """Say along which axes a body is reversed, what that makes of it, and what shows it."""
    kind = " and ".join(f"from {direction}" for direction in pose.reverse)
    if pose.sideways.decidable:
        kind += ", which is a mirror image" if len(pose.reverse) % 2 else f", a turn by half about {_kept(pose)}"
    direction, turned = max(pose.reverse.items(), key=lambda each: each[1].order.pairs)
    first, second = turned.pair
    share = f"{turned.order.reverse} of {turned.order.pairs} pairs of structures from {direction} are in reverse order"
    return f"the body is reversed {kind}: {share}, such as {first}, which is not {WORDS[direction]} {second}"


def _kept(pose: Pose) -> str:
    """Name the axis of a turn that reverses the two others."""
    return next(axis for direction, axis in KEPT.items() if direction not in pose.reverse)


@check("organs-mirrored", Severity.WARNING, needs="places")
def organs_mirrored(anatomy: Anatomy) -> Iterator[Finding]:
    """Organs lie on the side where others do not have them, while left and right of pairs are right.

    Why it matters: either the patient has situs inversus (1 in 8,000 to 25,000), which those who train on the case
        should know, or the case was mirrored before it was segmented, and left and right of its pairs are wrong.
    What to do: look at the case and its origin; mirror it back, or waive the finding where it is situs inversus.
    Threshold: two or more, and more than three quarters, of the organs that lie 40 mm or more from the midline in
        health (liver, spleen, stomach, gallbladder) lie 20 mm or more on the other side, scaled to an adult.
    Seen in: MOOSE, flipped training data (https://github.com/ENHANCE-PET/MOOSE/issues/232).
    Blind spots: cases with neither three complete vertebrae nor five other organs, or with one organ alone. Where left
        and right of pairs are wrong, that is sides-swapped, which says where the liver lies.
    """
    if not anatomy.places:
        raise NotApplicable("neither three complete vertebrae nor five organs that can be trusted")
    if anatomy.mirrored and not anatomy.pose.flipped and not anatomy.sides_reversed:
        message = "on the other side of the spine than in most people: situs inversus, or the case was mirrored"
        message += anatomy.registration.agreed
        count = len(anatomy.mirrored)
        yield Finding(case=anatomy.case, structures=anatomy.mirrored, message=message, observed=count, expected=0)
