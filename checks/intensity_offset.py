"""All slices of a CT have the same zero of Hounsfield units."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from segaudit.model import Ct, Finding, Severity, Slices, check
from segaudit.model.stack import LARGE_OFFSET_HU, Offset, offsets

NAMED = 4

MIN_TURNS = 3
"""Rises and falls in turn that are no single slice, but an alternation."""


@check("ct-slice-offset", Severity.WARNING)
def ct_slice_offset(ct: Ct) -> Iterator[Finding]:
    """From one slice to the next, all intensities of a CT rise or fall.

    Why it matters: the same tissue has other Hounsfield units in different slices; thresholds and networks see an edge
        where there is none.
    What to do: convert the case again, each slice with its own rescale slope and intercept; keep two series apart.
    Threshold: the median of what cells of 6 mm rise by from one slice to the next is 50 HU or more, their middle half
        is no wider than that, and the slices on either side are level or fall back. Healthy neighbours, 1.5 to 5 mm
        apart, rise by 30 HU at most. From 180 HU on it is `ct-slice-offset-large`.
    Seen in: one slice's rescale intercept used for all (https://github.com/OpenGATE/GateTools/issues/55); two series
        interleaved (https://github.com/pydicom/dicom-numpy/issues/1, https://github.com/notmatthancock/pylidc/issues/32).
    Blind spots: offsets below 50 HU; one between the last two slices at either end, where resampling blends; a drift
        over several slices; slices that show little but noise.
    """
    yield from _found(ct, large=False)


@check("ct-slice-offset-large", Severity.ERROR)
def ct_slice_offset_large(ct: Ct) -> Iterator[Finding]:
    """From one slice to the next, all intensities of a CT rise or fall by as much as tissues differ.

    Why it matters: a part of the CT is not in Hounsfield units; fat looks like muscle there, or muscle like bone.
    What to do: as for `ct-slice-offset`.
    Threshold: as for `ct-slice-offset`, from 180 HU on.
    Seen in: stored values of some slices without their intercept (https://github.com/OpenGATE/GateTools/issues/55).
    Blind spots: as for `ct-slice-offset`.
    """
    yield from _found(ct, large=True)


def _found(ct: Ct, *, large: bool) -> Iterator[Finding]:
    """Yield a finding about the offsets along the first axis that has any, if the largest of them is large, or not."""
    for slices in ct.slices:
        if found := offsets(slices):
            most = max(found, key=lambda offset: abs(offset.hu))
            if (abs(most.hu) >= LARGE_OFFSET_HU) == large:
                message = f"{_shown(found, slices)}; expected the same zero in all slices"
                yield Finding.about(ct.file, message, round(most.hu, 0), 0, ct.middle_of(slices, most.place + 1))
            return


def _shown(found: tuple[Offset, ...], slices: Slices) -> str:
    """Say where intensities rise and fall, and by how much."""
    axis = "ijk"[slices.axis]
    if len(found) >= MIN_TURNS and all(one.hu * other.hu < 0 for one, other in pairwise(found)):
        mean = sum(abs(offset.hu) for offset in found) / len(found)
        span = f"{found[0].place + 1} to {found[-1].place + 1}"
        return f"along {axis}, intensities rise and fall by {mean:.0f} HU in turn, {len(found)} times in slices {span}"
    named = ", ".join(f"{offset.hu:+.0f} HU from slice {offset.place + 1} on" for offset in found[:NAMED])
    more = f" and at {len(found) - NAMED} places more" if len(found) > NAMED else ""
    return f"along {axis}, all intensities change: {named}{more}"
