"""The slices of a CT are those of one scan, each once and in order."""

from __future__ import annotations

from collections.abc import Iterator
from statistics import median

import numpy as np
from numpy.typing import NDArray

from segaudit.model import Ct, Finding, NotApplicable, Severity, Slices, check
from segaudit.model.records import numbers
from segaudit.model.stack import MIN_CHANGE_HU, Disorder, copies, disorder, offsets
from segaudit.model.words import some

NAMED = 6

REACH = 4
"""Slices to both sides that a step is compared with."""

MAX_OVERLAP = 4
"""Slices between the places out of order that slabs may overlap by: a patient who breathed shows them twice."""

MIN_STEP_RATIO = 4.0
"""How many times less alike two slices are than any beside them: 1.7 at most in a healthy torso, at 1.5 to 5 mm, with
noise or turned by 15 degrees."""

MIN_STRANGE_RATIO = 3.0
"""How many times as much as its neighbours do from each other a slice differs from both: less than 1 in health, with
any noise; 2.5 with streaks of metal in that slice alone; 2 to 25 where it is another patient's, or comes from a quarter
of the stack away."""

MAX_UNEVEN_RATIO = 4.0
"""How many times less alike the least alike slices beside a step are than the middle ones of them: 2.1 in trunks,
3.8 in a head, and 10 and more where every few slices are one thick slice that was copied."""

MAX_PADDING_STEP = 0.02
"""Share of a slice's cells that padding takes up or leaves from one to the next: more are corners of a tilted grid."""

MIN_STEP_CHANGE = 0.05
"""One minus correlation of slices that do not belong together; slices 12 to 15 mm apart reach it."""


@check("ct-slices-repeated", Severity.ERROR)
def ct_slices_repeated(ct: Ct) -> Iterator[Finding]:
    """Slices of a CT appear more than once.

    Why it matters: the patient is longer than he is, and masks drawn on one of the copies are wrong on the other.
    What to do: convert the case again from its source, each slice once; look for several series in one folder.
    Threshold: equal voxel by voxel: two slices that are not neighbours, three in a row, or the only two neighbours that
        are; noise makes no two slices of a scan equal. Slices with a standard deviation below 20 HU (padding, air) do
        not count. Slices run along k, and along the patient where that is another axis.
    Seen in: KiTS19, case_00015, 25, 61 and 117, slices of another phase appended
        (https://github.com/neheller/kits19/issues/6); NSCLC and MIDRC, slices twice (https://github.com/neuro-ml/amid);
        one slice twice (https://github.com/rordenlab/dcm2niix/issues/590).
    Blind spots: copies that were resampled or compressed; several pairs of neighbours, which nearest-neighbour sampling
        makes of thick slices.
    """
    for slices in ct.slices:
        if groups := copies(slices):
            places = [place for group in groups for place in group]
            named = some([" = ".join(map(str, group)) for group in groups], NAMED, "groups", separator="; ")
            axis = "ijk"[slices.axis]
            message = f"{len(places)} slices along {axis} are copies of each other: {named}; expected each once"
            yield Finding.about(ct.file, message, len(places), 0, ct.middle_of(slices, groups[0][1]))
            return


@check("ct-slices-unordered", Severity.ERROR)
def ct_slices_unordered(ct: Ct) -> Iterator[Finding]:
    """The slices of a CT are out of order.

    Why it matters: organs are cut to pieces that lie elsewhere; every mask, volume and three-dimensional feature is
        wrong.
    What to do: sort the slices by their position (DICOM's Image Position along the normal), never by file name, time or
        instance number, and convert the case again.
    Threshold: three neighbours or more do not belong together, and the order of least change has 15 per cent less of it
        than the stored one, or 30 where no known disorder explains it. Two neighbours do not belong together where a
        chain of other slices leads from the one to the other by changes of at most 0.7 times the one between them; in
        600 crops of three scans, at 1 to 5 mm with noise of up to 80 HU, that was 0.8 or more. Or slices change at up
        to four places by 1.25 times what they do around or more, which few changes around reach, and parts reversed,
        moved or exchanged there join with as little change as around: 0.8 times that at the cuts where two slices are
        exchanged, 0.7 times where parts inside are, 0.4 times at an end. Where anatomy around changes more than at the
        cuts, that is 0.4 times, and chains of half the change lead around all of two cuts or more. Around parts slices
        change by 1.12 times as much to the next but one as to the next, which noise alone does not. Parts are looked
        for across the patient's length.
    Seen in: slices sorted by name (https://github.com/fo-dicom/fo-dicom/issues/1715,
        https://github.com/girder/girder/issues/2864, https://github.com/imageio/imageio/issues/1068).
    Blind spots: crops that show little but noise, or less than 100 mm where parts are joined at an end; a few slices
        among noise or even anatomy (of 25 each in a real CT of 3 mm, 19 exchanges of two neighbours were found); a
        whole stack that is upside down, which is `anatomy-flipped`. Slabs that overlap, as the patient breathed between
        them, show slices out of order as well, and can be found: 1 in 300 views where they overlap by up to 3 mm, and 3
        in 100 by up to 6 mm. The message then says so.
    """
    for slices in ct.slices:
        found = disorder(slices)
        if found and (slices is ct.stack or not found.in_parts):
            message = _disordered(found, slices)
            yield Finding.about(ct.file, message, float(f"{found.ratio:.2g}"), 1, ct.middle_of(slices, found.places[0]))
            return


def _disordered(found: Disorder, slices: Slices) -> str:
    """Say where the order breaks, what the best order gains, and what it looks like."""
    named = some([f"{place} and {place + 1}" for place in found.places], NAMED, "places")
    likely = f"; it looks like: {found.likely}" if found.likely else "; it looks like no order that is known"
    if found.in_parts and found.places[-1] - found.places[0] <= MAX_OVERLAP:
        likely += ", or slabs that overlap there"
    axis = "ijk"[slices.axis]
    return (
        f"slices along {axis} are out of order between {named}: another order has {found.ratio:.0%} of the "
        f"change between neighbours{likely}; expected each slice to resemble the next one most"
    )


@check("ct-stack-break", Severity.WARNING)
def ct_stack_break(ct: Ct) -> Iterator[Finding]:
    """Two neighbouring slices of a CT do not belong together, or one does not between its neighbours.

    Why it matters: a slab is missing, two scans are stacked, or the patient moved or breathed between two slabs;
        volumes, distances and every network that sees more than one slice are wrong there.
    What to do: look at the place from the side; convert the case again from its source. Where the patient moved,
        nothing mends it: waive it, or leave the case out.
    Threshold: 1 minus the correlation of two axial slices (sampled at 6 mm, cut to -1000 to 400 HU) is 0.05 or more,
        and four times what it is anywhere within four slices; a healthy torso stays below 1.7 times. Places where
        padding takes up or leaves 2 per cent of the slice are passed over, and those among thick slices that were
        copied to thin ones: one pair beside them is less alike than the middle one of all by four times or more. Or a
        slice is as unlike both its neighbours, and differs from them by three times what they do from each other.
    Seen in: KiTS19, case_00015, 25, 61 and 117, another phase appended (https://github.com/neheller/kits19/issues/6).
    Blind spots: slabs of less than 12 to 30 mm, depending on where they are missing; small shifts (across the patient,
        of 20 each in a CT of 3 mm: 3 by 3 mm were found, 14 by 6 mm, 18 by 10 mm), and slabs that overlap; breaks
        within four slices of each other or of the ends. The edge of a copy is `ct-slices-repeated`, slices out of order
        throughout are `ct-slices-unordered`, and a change of all intensities is `ct-slice-offset`.
    """
    header, slices = ct.file.header, ct.stack
    if ct.blank or header is None or not header.orientation or slices is None:
        raise NotApplicable("a CT that is blank, or whose affine has no directions")
    if (found := disorder(slices)) and not found.in_parts:
        raise NotApplicable("ct-slices-unordered reports the order of the slices")
    known = {place for group in copies(slices) for copy in group for place in (copy - 1, copy)}
    known |= {offset.place for offset in offsets(slices)}
    known |= set(np.flatnonzero(abs(np.diff(numbers(slices.even))) > MAX_PADDING_STEP).tolist())
    unlike = numbers(slices.unlikeness).astype(np.float64)
    for place in _steps(unlike):
        if place not in known:
            yield _break(ct, slices, unlike, place)
    for place, ratio in _strange(slices, unlike):
        if known.isdisjoint((place - 1, place)):
            yield _stranger(ct, slices, place, ratio)


def _break(ct: Ct, slices: Slices, unlike: NDArray[np.float64], place: int) -> Finding:
    """Return a finding about a slice and the next one."""
    change, beside = float(unlike[place]), float(_beside(unlike, place).max())
    message = (
        f"axial slices {place} and {place + 1} do not belong together: 1 - correlation is {change:.2g}, "
        f"{change / beside:.2g} times the most beside it, expected at most {MIN_STEP_RATIO:g} times"
    )
    observed, expected = float(f"{change:.2g}"), float(f"{beside:.2g}")
    return Finding.about(ct.file, message, observed, expected, ct.middle_of(slices, place))


def _stranger(ct: Ct, slices: Slices, place: int, ratio: float) -> Finding:
    """Return a finding about a slice between two that belong together."""
    message = (
        f"axial slice {place} does not belong between {place - 1} and {place + 1}: it differs from both by {ratio:.2g} "
        f"times what they do from each other, expected at most {MIN_STRANGE_RATIO:g} times"
    )
    return Finding.about(ct.file, message, float(f"{ratio:.2g}"), 1, ct.middle_of(slices, place))


def _strange(slices: Slices, unlike: NDArray[np.float64]) -> Iterator[tuple[int, float]]:
    """Yield the slices that differ from both neighbours, and by how many times what these do from each other."""
    changes, further = numbers(slices.changes), numbers(slices.further)
    both = np.minimum(unlike[:-1], unlike[1:])
    for place in _places(both):
        beside = _beside(unlike, place, 2)
        ratio = float(changes[place : place + 2].min() / max(further[place], MIN_CHANGE_HU))
        if beside.min() > 0 and both[place] > MIN_STEP_RATIO * beside.max() and ratio >= MIN_STRANGE_RATIO:
            yield place + 1, ratio


def _steps(unlike: NDArray[np.float64]) -> Iterator[int]:
    """Yield where a change stands out from those before and after it."""
    for place in _places(unlike):
        beside = _beside(unlike, place)
        even = beside.min() > 0 and beside.max() < MAX_UNEVEN_RATIO * median(beside.tolist())
        if even and unlike[place] > MIN_STEP_RATIO * beside.max():
            yield place


def _places(unlike: NDArray[np.float64]) -> Iterator[int]:
    """Yield where slices are unlike each other, with enough others on both sides."""
    for place in np.flatnonzero(unlike >= MIN_STEP_CHANGE).tolist():
        if REACH <= place < unlike.size - REACH:
            yield place


def _beside(unlike: NDArray[np.float64], place: int, pairs: int = 1) -> NDArray[np.float64]:
    """Return how unlike the pairs of slices on both sides of some are."""
    return np.concatenate([unlike[place - REACH : place], unlike[place + pairs : place + pairs + REACH]])
