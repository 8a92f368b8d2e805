"""The processes of a vertebra have the name of its body."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from statistics import median

from segaudit.model import Finding, NotApplicable, Severity, check
from segaudit.model.anatomy import Anatomy
from segaudit.model.flaws import prevailing
from segaudit.model.spine import Step

CERVICAL = "vertebrae_C"

SACRAL = "vertebrae_S1"

MAX_SLICE_MM = 3.5
"""Distance of slices up to which the joints between two vertebrae keep their masks apart."""

MIN_JOINTS = 0.3
"""Contact behind the bodies that is more than that of two joints, in units of the volume to the power of 2/3."""

MIN_EXCESS = 0.12
"""How much more than that of the neighbouring steps it has to be, in the same unit."""

MAX_SECTION = 0.6
"""Contact of the bodies themselves, in the same unit, which vertebrae-mixed and vertebrae-joined report."""

NEARBY_STEPS = 2
"""Number of steps above and below that show what is usual."""

MIN_NEARBY = 2


@check("vertebrae-processes-mixed", Severity.WARNING, needs="spine")
def vertebrae_processes_mixed(anatomy: Anatomy) -> Iterator[Finding]:
    """A process of a vertebra is in the mask of its neighbour.

    Why it matters: the arch has another level than its body, and volumes and shapes of both are wrong.
    What to do: look at the two from the side; give each process the name of the body that its arch joins.
    Threshold: behind the bodies two neighbours touch in 0.3 of their mean volume to the power of 2/3 or more, and in
        0.12 more than the steps nearby: joints of healthy ones make 0 to 0.26, by 35 steps of three cases, and no more
        than 0.08 above their neighbours; the half of a spinous process that has the neighbour's name makes 0.37 to 0.62
        from T7 to L1 of s0327.
    Seen in: TotalSegmentator v2.0.1, parts of vertebrae (https://github.com/wasserth/TotalSegmentator/issues/394).
    Blind spots: the tip of a process alone, the neck, levels that the field of view cuts or whose neighbours are not
        there, slices more than 3.5 mm apart, and a process that touches nothing of its own vertebra. Joints that have
        grown together look the same where those nearby have not.
    """
    if not anatomy.human:
        raise NotApplicable("spacing-implausible reports what is wrong")
    if prevailing(anatomy.records):
        raise NotApplicable("most masks are not filled, or have no surface of a body")
    if not any(step.joints >= MIN_JOINTS for step in anatomy.steps):
        return
    steps = [step for step in anatomy.steps if _judged(step)]
    for at, step in enumerate(steps):
        nearby = [other.joints for other in (*steps[max(at - NEARBY_STEPS, 0) : at], *steps[at + 1 :][:NEARBY_STEPS])]
        apart = step.section < MAX_SECTION and len(nearby) >= MIN_NEARBY
        if apart and step.joints >= max(MIN_JOINTS, median(nearby) + MIN_EXCESS):
            yield _about(step, nearby)


def _about(step: Step, nearby: Sequence[float]) -> Finding:
    """Return a finding at the place between two vertebrae."""
    usual = round(median(nearby) * step.beside_mm2 / step.joints)
    message = (
        f"touch across {step.beside_mm2:.0f} mm2 behind their bodies, where neighbours of their size nearby do across"
        f" {usual} mm2: a process of one has the other's name"
    )
    return Finding(
        case=step.upper.case,
        structures=(step.upper.structure, step.lower.structure),
        message=message,
        observed=round(step.beside_mm2),
        expected=usual,
        spot=step.spot,
    )


def _judged(step: Step) -> bool:
    """Whether joints keep two vertebrae apart: neighbours from the chest down, in slices that show it."""
    named = CERVICAL not in step.upper.meant and step.lower.meant != SACRAL
    return named and not step.skipped and step.along_mm > 0 and step.slice_mm <= MAX_SLICE_MM
