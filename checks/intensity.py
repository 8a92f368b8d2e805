"""The CT has Hounsfield units of a body."""

from __future__ import annotations

from collections.abc import Iterator
from math import inf

from segaudit.model import Case, Contract, Ct, Finding, Limit, Severity, check
from segaudit.model.clipping import clipping, label_map
from segaudit.model.field_of_view import wide
from segaudit.model.hu_rescaling import rescaling
from segaudit.model.records import BLANK_BODY_SHARE, BLANK_STD_HU
from segaudit.model.wrapping import much_wrapped

AIR_HU = -1000.0

BONE_HU = Limit(
    "ct-range.bone_hu",
    200.0,
    "HU",
    "the value that the highest one of a CT exceeds, in a field of view of 180 x 180 mm or more",
    "Every scan of a body has bone, calcium or contrast medium above it.",
    least=-1000.0,
    most=3000.0,
)

MAX_RINGING_RATIO = 0.25
"""The overshoot of a spline at the edge of padding, as a share of the step from air: 9 per cent along one axis, and
more where edges meet."""


@check("ct-dtype", Severity.WARNING, needs="intensity.dtypes")
def ct_dtype(ct: Ct, contract: Contract) -> Iterator[Finding]:
    """A CT is stored in another data type than promised.

    Why it matters: an unsigned type cannot hold air, 64 bits multiply memory and time, and some tools refuse them.
    What to do: store it as int16, after making sure that no value changes.
    Seen in: TotalSegmentator v3.0.0, whose users cast it to int16 to read it.
    Blind spots: the type before a conversion.
    """
    dtype, expected = ct.file.header.dtype if ct.file.header else "", contract.intensity.dtypes
    if dtype not in expected:
        yield Finding.about(
            ct.file, f"stored as {dtype}, expected {' or '.join(expected)}", dtype, " or ".join(expected)
        )


@check("ct-nonfinite", Severity.ERROR)
def ct_nonfinite(ct: Ct) -> Iterator[Finding]:
    """A CT contains NaN or infinity.

    Why it matters: one such voxel turns every mean, every normalisation and every loss into NaN. ITK reads NaN as 0.
    What to do: convert the case again from its source; NaN often marks where resampling found no data.
    Blind spots: NaN that a program has converted to 0 and stored.
    """
    if ct.nonfinite:
        message = f"{ct.nonfinite:,} of {ct.voxels:,} voxels are NaN or infinite"
        yield Finding.about(ct.file, message, ct.nonfinite, 0)


@check("ct-range", Severity.ERROR, limits=(BONE_HU,))
def ct_range(case: Case, contract: Contract) -> Iterator[Finding]:
    """A CT has values that are no Hounsfield units, or none as high as bone.

    Why it matters: the values are not Hounsfield units, so windows, thresholds and normalisation do not fit them.
    What to do: convert the case again from its source and compare it with another release.
    Threshold: below -3100 or above 20000 HU unless the contract says otherwise (padding goes down to -3024, resampling
        adds ringing to -1207, metal on extended scales reaches 20000); or nothing above 200 HU in a field of view of
        180 x 180 mm or more; a smaller one may show no bone. If most values below air are around one padding value,
        ringing may exceed it by a quarter of the step from air.
    Seen in: TotalSegmentator v2.0.0, s0864, -9758 to 4349 HU (https://github.com/wasserth/TotalSegmentator/issues/193);
        padding turned into arbitrary values (https://github.com/dgobbi/vtk-dicom/issues/173).
    Blind spots: wrong values inside the range, such as a part of the CT in other units. A change of all values is
        `ct-rescaled`, whatever the resulting range; much that was wrapped around is `ct-values-wrapped-large`.
    """
    ct = case.ct
    if ct is None or not ct.whole or much_wrapped(ct):
        return
    found = [*_beyond(ct, contract), *_boneless(ct, BONE_HU.of(contract))]
    if found and rescaling(case) is None:
        yield from found


def _beyond(ct: Ct, contract: Contract) -> Iterator[Finding]:
    """Yield extreme values that no CT has."""
    low, high = contract.intensity.minimum_hu, contract.intensity.maximum_hu
    if ct.minimum < min(low, _ringing_end(ct, low)):
        yield Finding.about(ct.file, f"minimum {ct.minimum:zg} HU, expected {low:g} or more", ct.minimum, low)
    if ct.maximum > high:
        yield Finding.about(ct.file, f"maximum {ct.maximum:zg} HU, expected {high:g} or less", ct.maximum, high)


def _ringing_end(ct: Ct, low: float) -> float:
    """Return the lowest value of ringing beside padding, HU; infinite without padding, or with too low a padding."""
    below = ct.below_air
    padded = below is not None and below.value >= low and below.around > below.voxels / 2
    return below.value + MAX_RINGING_RATIO * (below.value - AIR_HU) if below and padded else inf


def _boneless(ct: Ct, bone_hu: float) -> Iterator[Finding]:
    """Yield a highest value that is too low for bone."""
    if ct.maximum < bone_hu and wide(ct) and not ct.blank and not clipping(ct):
        message = f"maximum {ct.maximum:zg} HU: a body has bone above {bone_hu:g} HU"
        yield Finding.about(ct.file, message, ct.maximum, bone_hu)


@check("ct-empty", Severity.ERROR)
def ct_empty(case: Case) -> Iterator[Finding]:
    """A CT is blank, or shows nothing in Hounsfield units.

    Why it matters: its masks teach a network to find organs in a constant image.
    What to do: fetch or convert the case again; else leave it out. Values from 0 to 1 are those of a network's input.
    Threshold: all values equal, a standard deviation below 5 HU, or less than 1 per cent of the voxels above -500 HU.
    Seen in: TotalSegmentator v2.0.0 (https://github.com/wasserth/TotalSegmentator/issues/193); CHAOS after conversion
        (https://github.com/ljwztc/CLIP-Driven-Universal-Model/issues/23).
    Blind spots: a CT that is only partly empty. A body far below -500 HU because of an offset is `ct-rescaled`.
    """
    ct = case.ct
    if ct is None or not ct.whole or not ct.blank or ct.nonfinite:
        return
    if ct.minimum == ct.maximum:
        yield Finding.about(ct.file, f"every voxel is {ct.minimum:zg} HU", 0.0, BLANK_STD_HU)
    elif ct.std < BLANK_STD_HU:
        ends = f"from {ct.minimum:z.3g} to {ct.maximum:z.3g} HU"
        message = f"standard deviation {ct.std:.2g} HU, {ends}; expected {BLANK_STD_HU:g} or more"
        yield Finding.about(ct.file, message, ct.std, BLANK_STD_HU)
    elif rescaling(case) is None:
        share, least = 100 * ct.body_share, 100 * BLANK_BODY_SHARE
        message = f"{share:.2f} % of its voxels are above -500 HU, expected {least:g} % or more"
        yield Finding.about(ct.file, message, ct.body_share, BLANK_BODY_SHARE)


@check("ct-clipped", Severity.ERROR)
def ct_clipped(ct: Ct) -> Iterator[Finding]:
    """A CT was clipped to a display window or to 8 bits.

    Why it matters: bone, air or both are lost, and after rescaling the values are grey levels.
    What to do: convert the case again from its source.
    Threshold: at most 256 values from 0 to 255, both of which there are in a field of view of less than 180 x 180 mm,
        which can lie inside an organ; or an end of the histogram between -950 and 2500 HU that holds
        more than 0.05 per cent of the body's voxels and 20 times more than each value beside it. Scanners end air at
        -1024 or -1000, and metal at 3071 or 4095, so ends out there are healthy.
    Seen in: TotalSegmentator v2.0.0 (https://github.com/wasserth/TotalSegmentator/issues/193); COVID-19-CT-Seg, one
        part from 0 to 255 (https://github.com/frankkramer-lab/covid19.MIScnn/issues/27).
    Blind spots: a window that was resampled by splines afterwards, which ring beyond it, and one wider than from -950
        to 2500 HU.
    """
    if not ct.blank and not label_map(ct) and (cut := clipping(ct)):
        yield Finding.about(ct.file, cut, f"{ct.minimum:zg} to {ct.maximum:zg} HU", None)
