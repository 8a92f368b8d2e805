"""The body lies in the world as the header says: head up, face forward, not mirrored."""

from __future__ import annotations

from collections.abc import Iterator

from segaudit.model import Finding, NotApplicable, Severity, check
from segaudit.model.anatomy import Anatomy


@check("anatomy-flipped", Severity.ERROR, needs="structures")
def anatomy_flipped(anatomy: Anatomy) -> Iterator[Finding]:
    """The body lies the wrong way round in the world: head down, face backwards, or along another axis.

    Why it matters: the header's axes are wrong, so that every tool that honours them turns the body over.
    What to do: look at the case; correct the affine, or the order of the voxels.
    Threshold: the order of at least four complete structures is reversed in more than three quarters of the pairs that
        lie 100 mm apart along the spine, or 40 mm from back to front, in health; or a spine of 100 mm or more lies more
        than 45 degrees off the world's vertical. A reversal from left to right alone is reported by sides-swapped.
    Seen in: PROSTATEx, masks transposed (https://github.com/rcuocolo/PROSTATEx_masks/issues/9); M3D-Seg, slice order
        reversed (https://github.com/BAAI-DCAI/M3D/issues/51).
    Blind spots: cases with fewer than four structures that the field of view does not cut.
    """
    pose = anatomy.pose
    if not pose.decidable:
        raise NotApplicable("too few complete structures to determine a direction")
    for direction, word, turned in (
        ("head to foot", "above", pose.downwards),
        ("back to front", "behind", pose.forwards),
    ):
        if turned.reverse:
            first, second = turned.pair
            share = f"{turned.order.reverse} of {turned.order.pairs} pairs of structures are in reverse order"
            message = f"the body is reversed from {direction}: {share}, such as {first}, which is not {word} {second}"
            yield Finding(case=anatomy.case, message=message, observed=turned.order.reverse, expected=0)
    if pose.lying:
        message = "the spine does not run from head to foot in the world: the axes are exchanged"
        yield Finding(case=anatomy.case, message=message)


@check("organs-mirrored", Severity.WARNING, needs="structures")
def organs_mirrored(anatomy: Anatomy) -> Iterator[Finding]:
    """Organs lie on the side where others do not have them, while left and right of pairs are right.

    Why it matters: either the patient has situs inversus (1 in 8,000 to 25,000), which those who train on the case
        should know, or the case was mirrored before it was segmented, and left and right of its pairs are wrong.
    What to do: look at the case and its origin; mirror it back, or waive the finding where it is situs inversus.
    Threshold: two or more, and more than three quarters, of the organs that lie 40 mm or more from the midline in
        health (liver, spleen, stomach, gallbladder) lie 20 mm or more on the other side, scaled to an adult.
    Seen in: MOOSE, flipped training data (https://github.com/ENHANCE-PET/MOOSE/issues/232).
    Blind spots: cases with fewer than three complete vertebrae, or with one organ alone. Liver and spleen exchanged
        look the same where no other organ is in view.
    """
    if anatomy.frame is None:
        raise NotApplicable("fewer than three complete vertebrae")
    pose = anatomy.pose
    if pose.mirrored and not pose.flipped:
        message = "on the other side of the spine than in most people: situs inversus, or the case was mirrored"
        count = len(pose.mirrored)
        yield Finding(case=anatomy.case, structures=pose.mirrored, message=message, observed=count, expected=0)
