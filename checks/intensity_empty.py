"""No part of a CT is without an image."""

from __future__ import annotations

from collections.abc import Iterator
from math import ceil

import numpy as np
from numpy.typing import NDArray

from segaudit.model import Ct, Finding, NotApplicable, Severity, Slices, Void, check
from segaudit.model.clipping import clipping
from segaudit.model.records import numbers
from segaudit.model.stack import Blank, blanks

NAMED = 6

MIN_BODY_SHARE = 0.05
"""Share of a slice's cells that show a body beside an empty one."""

SLAB = 2
"""Empty slices that are more than a single accident."""

END_SLICES, END_MM = 3, 5.0
"""Empty slices at an end that are no rim: rotating and resampling leave one or two (in 126 of 1,128 CTs of v2)."""

DEEPER_MM = 10.0
MIN_CUT_RATIO = 0.7
"""Body beside an empty end, as a share of what there is 10 mm deeper: the crown of a head, or a limb, fades."""

GAS_HU = -950.0
"""Gas and what is clipped below it have one value in a clean reconstruction, at this value or less."""

METAL_HU = 2000.0
"""Metal has one value where the scanner's range ends."""

MIN_FILL, MIN_GAS_FILL = 0.6, 0.95
"""Share of its box that an empty region fills; bowel gas is round."""

MIN_SIDE_MM, MIN_GAS_SIDE_MM = 10.0, 15.0
"""Second largest side of a region: fewer voxels have one value by chance."""

MAX_VALUES = 8
"""Values that many cells have: a CT without noise, or a label map, is even everywhere."""


@check("ct-part-empty", Severity.ERROR)
def ct_part_empty(ct: Ct) -> Iterator[Finding]:
    """A part of a CT, across the whole field of view, has no image.

    Why it matters: masks lie on nothing there; a network learns that organs end at a plane.
    What to do: convert the case again from all of its slices; cut empty ends off, together with those of the masks.
    Threshold: two slices or more inside the body, of one value each; or three slices and 5 mm at an end, beside which
        the body is at least 0.7 times as wide as 10 mm deeper, so that neither the crown of a head nor the corners of a
        rotated grid count; or planes of one value above -950 HU along another axis, unless it is the padding's.
    Seen in: slices lost on the way (https://github.com/icometrix/dicom2nifti/issues/161,
        https://github.com/spinalcordtoolbox/spinalcordtoolbox/issues/962).
    Blind spots: parts filled with noise, and empty ends beside which the body fades. A single slice is
        `ct-slice-empty`, a region inside `ct-box-empty`.
    """
    _needs_image(ct)
    for slices in ct.slices:
        inner, ends = _inner(slices), list(_ends(ct, slices))
        if _part(inner, ends):
            found = [*map(_named, inner), *(f"{_named(blank)} at an end" for blank in ends)]
            more = f" and {len(found) - NAMED} parts more" if len(found) > NAMED else ""
            message = f"no image in {', '.join(found[:NAMED])}{more}; expected one in every slice of the body"
            lost = _count([*inner, *ends])
            yield Finding.about(ct.file, message, lost, 0, ct.middle_of(slices, [*inner, *ends][0].first))
            return
    for void in _voids(ct):
        if void.planes and void.value > GAS_HU and void.value != ct.pad_value:
            yield _of_box(ct, void, "planes of")


@check("ct-slice-empty", Severity.WARNING)
def ct_slice_empty(ct: Ct) -> Iterator[Finding]:
    """A single slice of a CT, inside the body, has no image.

    Why it matters: masks lie on nothing there, and whatever looks at neighbouring slices sees an edge.
    What to do: convert the case again from all of its slices, or interpolate the slice.
    Threshold: one slice of one value between two that show a body. Several, and one beside an empty end, are
        `ct-part-empty`.
    Seen in: as for `ct-part-empty`.
    Blind spots: a slice filled with noise.
    """
    _needs_image(ct)
    for slices in ct.slices:
        inner = _inner(slices)
        if inner and not _part(inner, list(_ends(ct, slices))):
            message = f"no image in {_named(inner[0])}; expected one in every slice of the body"
            yield Finding.about(ct.file, message, inner[0].value, None, ct.middle_of(slices, inner[0].first))


@check("ct-box-empty", Severity.WARNING)
def ct_box_empty(ct: Ct) -> Iterator[Finding]:
    """A region inside a CT has one value.

    Why it matters: tissue was blotted out; intensities under masks there are wrong.
    What to do: look at the place; convert the case again, or leave it out.
    Threshold: a dozen neighbouring cells (6 mm in the slice) or more in which all voxels have one value, surrounded by
        an image, 10 mm wide along two axes, filling 0.6 of their box; at -950 HU or less, 15 mm wide and filling 0.95,
        since clipped bowel gas is round. Values
        above 2000 HU are metal. CTs without noise, in which many values fill cells, are passed over.
    Seen in: burnt-in annotations and blotted faces.
    Blind spots: regions that reach a face of the grid, smaller ones, and such of air in the lung that were smoothed.
    """
    _needs_image(ct)
    for void in _voids(ct):
        gas = void.value <= GAS_HU or void.value == ct.pad_value
        fill, side_mm = (MIN_GAS_FILL, MIN_GAS_SIDE_MM) if gas else (MIN_FILL, MIN_SIDE_MM)
        enough = void.fill >= fill and _width(ct, void) >= side_mm
        if enough and not void.planes and void.value < METAL_HU:
            yield _of_box(ct, void, "a region of")
            return


def _needs_image(ct: Ct) -> None:
    """Pass over CTs that show nothing.

    Raises:
        NotApplicable: it is blank.
    """
    if ct.blank or ct.stack is None:
        raise NotApplicable("a CT that is blank")


def _named(blank: Blank) -> str:
    """Return a run of slices and their value in words."""
    slices = f"slice {blank.first}" if blank.first == blank.last else f"slices {blank.first} to {blank.last}"
    return f"{slices} ({blank.value:zg} HU)"


def _count(runs: list[Blank]) -> int:
    """Return the number of slices in runs."""
    return sum(run.last - run.first + 1 for run in runs)


def _part(inner: list[Blank], ends: list[Blank]) -> bool:
    """Whether empty slices are a part of the CT, rather than a single accident."""
    return bool(ends) or _count(inner) >= SLAB


def _inner(slices: Slices) -> list[Blank]:
    """Return empty slices between two that show a body."""
    lit = np.where(np.isnan(numbers(slices.blank)), numbers(slices.body), -1)
    runs = ((blank, lit[: blank.first][::-1], lit[blank.last + 1 :]) for blank in blanks(slices))
    return [blank for blank, before, after in runs if min(_nearest(before), _nearest(after)) >= MIN_BODY_SHARE]


def _nearest(body: NDArray[np.float32]) -> float:
    """Return how much body the first slice that is not empty shows; 0 where there is none."""
    lit = body[body >= 0]
    return float(lit[0]) if lit.size else 0.0


def _ends(ct: Ct, slices: Slices) -> Iterator[Blank]:
    """Yield empty ends that cut the body off."""
    body, spacing, last = numbers(slices.body).tolist(), _spacing(ct, slices), len(slices) - 1
    for blank in blanks(slices):
        count = blank.last - blank.first + 1
        rim = count < END_SLICES or count * spacing < END_MM
        if rim or count > last or (blank.first > 0 and blank.last < last):
            continue
        beside, inwards = (blank.last + 1, 1) if blank.first == 0 else (blank.first - 1, -1)
        deeper = min(max(beside + inwards * ceil(DEEPER_MM / spacing), 0), last)
        if body[beside] >= max(MIN_BODY_SHARE, MIN_CUT_RATIO * body[deeper]):
            yield blank


def _spacing(ct: Ct, slices: Slices) -> float:
    """Return how far apart slices are, mm; 1 where the affine has no lengths."""
    spacing = ct.file.header.spacing_mm if ct.file.header else ()
    mm = spacing[slices.axis] if len(spacing) > slices.axis else 1.0
    return mm if 0 < mm < np.inf else 1.0


def _voids(ct: Ct) -> tuple[Void, ...]:
    """Return regions of one value in a CT that has noise and was not clipped."""
    even = ct.even_parts
    return () if even is None or even.values > MAX_VALUES or clipping(ct) else even.voids


def _width(ct: Ct, void: Void) -> float:
    """Return the second largest side of a region's box, mm."""
    spacing = ct.file.header.spacing_mm if ct.file.header else ()
    i0, i1, j0, j1, k0, k1 = void.box
    counts = (i1 - i0 + 1, j1 - j0 + 1, k1 - k0 + 1)
    sides = sorted(count * mm for count, mm in zip(counts, spacing, strict=False))
    return sides[1] if len(sides) > 1 else 0.0


def _of_box(ct: Ct, void: Void, kind: str) -> Finding:
    """Return a finding about a region."""
    i0, i1, j0, j1, k0, k1 = void.box
    place = f"voxels {i0} to {i1}, {j0} to {j1}, {k0} to {k1}"
    message = f"no image in {kind} {place}: all are {void.value:zg} HU; expected noise in every part of the body"
    return Finding.about(ct.file, message, void.value, None, ct.spot_at((i0 + i1) // 2, (j0 + j1) // 2, (k0 + k1) // 2))
