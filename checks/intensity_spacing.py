"""The slices of a CT are equally far apart."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from math import exp
from statistics import median

import numpy as np
from numpy.typing import NDArray

from segaudit.model import Ct, Finding, NotApplicable, Severity, check
from segaudit.model.anatomy import Anatomy
from segaudit.model.field_of_view import wide
from segaudit.model.records import numbers
from segaudit.model.slice_distance import REACHES, Step, steps
from segaudit.model.stack import disorder, offsets

MIN_RISE = 0.25
"""Logarithm of how many times more slices change, from one place on, than before, where the vertebrae agree: 1.3."""

MIN_GAP = 0.3
"""Logarithm of how many times more the least of three or four pairs on one side changes than the most on the other:
1.35. In 354 healthy views of five scans it was more in a head alone, which widens and narrows within 10 mm."""

MIN_SHARED = 0.25
"""Logarithm of how many times more four fifths of the parts of the slice change, each by itself: 1.28. In health some
change more where others change less."""

MIN_SUDDEN = {4: 1.5, 3: 2.5}
"""What comes at once, as a multiple of what comes from one pair to the next anywhere else in the stack, by the pairs
that are compared: a head has several places alike."""

MIN_GROWN = 0.5
"""Rise of what grows with the distance, as a share of the rise: of noise and of the streaks of metal, which come and go
at once as well, little or nothing does."""

MAX_PADDING_STEP = 0.1
"""Share of the cells that padding takes up or leaves around a step: more are corners of a tilted grid."""

MIN_PART_STEPS = 2
"""Steps from vertebra to vertebra on either side: a single one can be an odd vertebra, or have another name."""

MIN_SCALE_RATIO = 1.4
"""How many times as far apart as on the other side vertebrae are, by those of an adult; 1.2 at most in health."""

MAX_SCALE_SPREAD = 1.3
"""How many times as far apart as others on the same side vertebrae are; a step across the place itself is left out."""


@check("ct-spacing-uneven", Severity.ERROR, needs="spine")
def ct_spacing_uneven(anatomy: Anatomy) -> Iterator[Finding]:
    """The slices of a CT are farther apart in one part of it than in the other.

    Why it matters: the header has one distance for all; organs are squeezed, and volumes and surfaces wrong.
    What to do: resample the slices to equal distances by their positions (DICOM's Image Position), CT and masks alike.
    Threshold: from some vertebra on, the vertebrae are 1.4 times as far apart as on the other side, by the distances of
        an adult's; and slices there change from one to the next by 1.3 times less, at once, than the other ones do.
        Healthy neighbours differ by 1.2.
    Seen in: https://github.com/rordenlab/dcm2niix/issues/22, https://github.com/rordenlab/dcm2niix/issues/622.
    Blind spots: parts without three complete vertebrae each, where `ct-spacing-suspect` has the CT alone to go by;
        distances that vary by less, or from slice to slice.
    """
    ct = anatomy.records.ct
    if ct is None or ct.blank or ct.stack is None or disorder(ct.stack):
        raise NotApplicable("no CT whose slices can be compared")
    stretched = list(_stretched(anatomy, ct.stack.axis))
    found = steps(ct.stack) if stretched else []
    for split, ratio in stretched:
        turned = 1 if ratio < 1 else -1
        inside = (step for step in found if split[0] <= step.place <= split[1])
        step = max(inside, key=lambda step: turned * step.rise, default=None)
        if step and turned * step.rise >= MIN_RISE:
            message = (
                f"from slice {step.place} on, vertebrae are {ratio:.2g} times as far apart as before, and slices "
                f"change {exp(step.rise):.2g} times as much from one to the next; expected one distance for all slices"
            )
            yield Finding.about(ct.file, message, float(f"{ratio:.2g}"), 1, ct.middle_of(ct.stack, step.place))
            return


def _stretched(anatomy: Anatomy, axis: int) -> Iterator[tuple[tuple[int, int], float]]:
    """Yield between which slices vertebrae begin to be farther apart or nearer, and how many times, in slice order."""
    scales = sorted(_scales(anatomy, axis))
    lengths = [scale for _, _, scale in scales]
    if not lengths or max(lengths) < MIN_SCALE_RATIO * min(lengths):
        return
    for split, skipped in product(range(MIN_PART_STEPS, len(scales)), (0, 1)):
        parts = scales[:split], scales[split + skipped :]
        if len(parts[1]) >= MIN_PART_STEPS:
            before, after = ([scale for _, _, scale in part] for part in parts)
            ratio = median(after) / median(before)
            even = all(max(part) <= MAX_SCALE_SPREAD * min(part) for part in (before, after))
            if even and max(ratio, 1 / ratio) >= MIN_SCALE_RATIO:
                yield (parts[0][-1][0], parts[1][0][1]), ratio


def _scales(anatomy: Anatomy, axis: int) -> Iterator[tuple[int, int, float]]:
    """Yield first and last slice of each step from vertebra to vertebra, and how long it is by that of an adult."""
    known = anatomy.contract.by_name
    for step in anatomy.steps:
        upper, lower = known[step.upper.structure].spine_mm, known[step.lower.structure].spine_mm
        ends = [round(mask.centroid_voxel[axis]) for mask in (step.upper, step.lower) if mask.centroid_voxel]
        if upper is not None and lower is not None:  # further down, by the rules of contracts
            yield min(ends), max(ends), step.mm / (lower - upper)


@check("ct-spacing-suspect", Severity.WARNING)
def ct_spacing_suspect(ct: Ct) -> Iterator[Finding]:
    """From some slice on, the slices of a CT change much more, or less, from one to the next.

    Why it matters: they may be farther apart there, while the header has one distance for all.
    What to do: look at the place from the side, for structures with a bend; compare the positions in the source.
    Threshold: each of four pairs of slices changes by 1.35 times what each of four beside them does or more, alone and
        beside the differences within the slices; four fifths of 4 x 4 parts of the slice by 1.28 times or more; what
        comes at once is 1.5 times what comes from one pair to the next anywhere else, or 2.5 times among three pairs;
        and half of it or more grows with the distance, which noise does not. In a field of view of 180 x 180 mm or
        more. None of 354 healthy views of five scans was found.
    Seen in: as for `ct-spacing-uneven`.
    Blind spots: distances that differ by less than about 2 times, and many that do not: of parts anywhere in five scans
        a third were found where slices are 2 times as far apart, half where 3 times, and six of ten where 4 times, most
        of them where slices are thin; places within three slices of an end; a part in the middle, neither of whose two
        ends stands out beside the other; one gap alone, which is `ct-stack-break`; slices that differ by little but
        their noise.
    """
    if ct.blank or ct.stack is None or disorder(ct.stack) or offsets(ct.stack) or not wide(ct):
        raise NotApplicable("no CT whose slices can be compared, or a small field of view")
    even = numbers(ct.stack.even)
    clear = filter(_clear, steps(ct.stack, MIN_GAP))
    inside = (step for step in clear if np.ptp(_around(even, step.place)) <= MAX_PADDING_STEP)
    found = max(inside, key=lambda step: step.gap, default=None)
    if found:
        message = (
            f"from slice {found.place} on, slices change {exp(found.rise):.2g} times as much from one to the next as "
            "before, at once and in all their parts; expected about as much"
        )
        yield Finding.about(ct.file, message, round(exp(found.rise), 2), 1, ct.middle_of(ct.stack, found.place))


def _around(column: NDArray[np.float32], place: int) -> NDArray[np.float32]:
    """Return the part of a column that a step is seen in."""
    return column[max(place - REACHES[0] - 1, 0) : place + REACHES[0] + 1]


def _clear(step: Step) -> bool:
    """Whether a step with a gap is one that neither anatomy nor noise makes."""
    sudden = step.sudden >= MIN_SUDDEN[step.reach]
    return sudden and step.grown >= MIN_GROWN * abs(step.rise) and step.shared >= MIN_SHARED
