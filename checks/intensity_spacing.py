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
from segaudit.model.slice_distance import REACHES, Steps, steps
from segaudit.model.stack import disorder, offsets

MIN_RISE_ALONE, MIN_RISE = 0.6, 0.25
"""Logarithms of how many times more slices change, from one place on, than before: 1.8, and 1.3 where the vertebrae
agree. In 140 crops of three healthy scans with a wide field of view it was 1.65 at most."""

MIN_JUMP_RATIO, MAX_DRIFT_RATIO = 0.6, 0.4
"""What comes from one pair of slices to the next, and what goes through, as shares of the rise: anatomy drifts."""

MAX_SPREAD_RATIO = 1 / 6
"""Deviation from the fit, as a share of the rise."""

MIN_WIDENING = 0.35
"""Logarithm of how many times wider the middle half of what cells rise by becomes: 1.4. Where two or three slices of
the lower half were left out of three real CTs, it became 1.25 to 1.8 times as wide; in made ones, whose change comes
from edges alone, 1.15."""

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
    for split, ratio in _stretched(anatomy, ct):
        found = steps(ct.stack)
        inside = np.flatnonzero((split[0] <= found.place) & (found.place <= split[1]))
        turned = found.rise[inside] * (1 if ratio < 1 else -1)
        if inside.size and (most := float(turned.max())) >= MIN_RISE:
            place = int(found.place[inside[abs(turned).argmax()]])
            message = (
                f"from slice {place} on, vertebrae are {ratio:.2g} times as far apart as before, and slices change "
                f"{exp(-most if ratio > 1 else most):.2g} times as much from one to the next; expected "
                f"one distance for all slices"
            )
            yield Finding.about(ct.file, message, float(f"{ratio:.2g}"), 1, ct.middle_of(ct.stack, place))
            return


def _stretched(anatomy: Anatomy, ct: Ct) -> Iterator[tuple[tuple[int, int], float]]:
    """Yield between which slices vertebrae begin to be farther apart or nearer, and how many times, in slice order."""
    scales = sorted(_scales(anatomy, ct))
    lengths = [scale for _, _, scale in scales]
    if not lengths or max(lengths) < MIN_SCALE_RATIO * min(lengths):
        return
    for split, skipped in product(range(1, len(scales)), (0, 1)):
        if split >= MIN_PART_STEPS <= len(scales) - split - skipped:
            before, after = lengths[:split], lengths[split + skipped :]
            even = all(max(part) <= MAX_SCALE_SPREAD * min(part) for part in (before, after))
            if even and max(ratio := median(after) / median(before), 1 / ratio) >= MIN_SCALE_RATIO:
                yield (scales[split - 1][0], scales[split + skipped][1]), ratio


def _scales(anatomy: Anatomy, ct: Ct) -> Iterator[tuple[int, int, float]]:
    """Yield first and last slice of each step from vertebra to vertebra, and how long it is by that of an adult."""
    axis = ct.stack.axis if ct.stack else 0
    known = anatomy.contract.by_name
    for step in anatomy.steps:
        upper, lower = known[step.upper.structure].spine_mm, known[step.lower.structure].spine_mm
        ends = [round(mask.centroid_voxel[axis]) for mask in (step.upper, step.lower) if mask.centroid_voxel]
        if upper is not None and lower is not None and lower > upper:
            yield min(ends), max(ends), step.mm / (lower - upper)


@check("ct-spacing-suspect", Severity.WARNING)
def ct_spacing_suspect(ct: Ct) -> Iterator[Finding]:
    """From some slice on, the slices of a CT change much more, or less, from one to the next.

    Why it matters: they may be farther apart there, while the header has one distance for all.
    What to do: look at the place from the side, for structures with a bend; compare the positions in the source.
    Threshold: what slices change by, alone and beside the differences within them, rises or falls by 1.8 times from one
        pair to the next, and is level before and after, over four to six pairs, and most cells have a part in it; in a
        field of view of 180 x 180 mm or more. In 140 crops of three healthy scans it was 1.65 at most.
    Seen in: as for `ct-spacing-uneven`.
    Blind spots: distances that differ by less than about 2 times, or by less than 4 where slices are 3 mm apart to
        begin with: in a trunk they change there 1.5 times as much where they are 2 or 3 times as far apart, as anatomy
        makes them, and 2.3 times where they are 4; places within four slices of an end; noisy slices, which differ by
        their noise.
    """
    if ct.blank or ct.stack is None or disorder(ct.stack) or offsets(ct.stack) or not wide(ct):
        raise NotApplicable("no CT whose slices can be compared, or a small field of view")
    even, found = numbers(ct.stack.even), steps(ct.stack)
    clear = zip(found.place[at := _clear(found)].tolist(), found.rise[at].tolist(), strict=True)
    inside = [(place, rise) for place, rise in clear if np.ptp(_around(even, place)) <= MAX_PADDING_STEP]
    if inside:
        place, rise = max(inside, key=lambda step: abs(step[1]))
        message = (
            f"from slice {place} on, slices change {exp(rise):.2g} times as much from one to the next as "
            f"before; expected less than {exp(MIN_RISE_ALONE):.2g} times"
        )
        yield Finding.about(ct.file, message, round(exp(rise), 2), 1, ct.middle_of(ct.stack, place))


def _around(column: NDArray[np.float32], place: int) -> NDArray[np.float32]:
    """Return the part of a column that a step is fitted to."""
    return column[max(place - REACHES[0], 0) : place + REACHES[0] + 1]


def _clear(steps: Steps) -> NDArray[np.bool_]:
    """Return which steps are such as no anatomy makes."""
    rise = abs(steps.rise)
    sudden = steps.jump * steps.rise >= MIN_JUMP_RATIO * rise * rise
    level = (abs(steps.drift) <= MAX_DRIFT_RATIO * rise) & (steps.spread <= MAX_SPREAD_RATIO * rise)
    everywhere = steps.widening * steps.rise >= MIN_WIDENING * rise
    clear: NDArray[np.bool_] = (rise >= MIN_RISE_ALONE) & sudden & level & everywhere
    return clear
