"""The CT's values are Hounsfield units, and not a linear change of them."""

from __future__ import annotations

from collections.abc import Iterator

from segaudit.model import BelowAir, Case, Ct, Finding, Severity, check
from segaudit.model.hu_rescaling import Line, Reading, Rescaling, rescaling
from segaudit.model.wrapping import wrapping

STORED_OFFSETS = (1000.0, 1024.0, 32768.0)
"""Intercepts of CT in DICOM (usually -1024 or -1000), and the middle of 16 unsigned bits."""

NEAR_HU = 50.0
NEAR = 0.05
"""How near a measured offset or slope comes to a known one."""

FACTORS = (0.1, 0.25, 0.5, 2.0, 4.0, 10.0)

DAMAGE_SHARE = 1e-4
"""Share of voxels below air that is damage: of far ones, and, of all, a hundred times more."""

RINGING_SHARE = 0.01


@check("ct-rescaled", Severity.ERROR)
def ct_rescaled(case: Case) -> Iterator[Finding]:
    """A CT's values are a linear change of Hounsfield units: an offset, a wrong slope, inverted.

    Why it matters: windows, thresholds and the normalisation of every network expect Hounsfield units.
    What to do: convert the case again from its source, or undo the change if it is certain; compare other releases.
    Threshold: two tissues or more, of air, trachea, lung, fat, muscle, liver and spleen, brain, bone, lie outside
        ranges that hold in every contrast phase (air -1045 to -950, fat -135 to -60, muscle -60 to 110 HU, see
        `segaudit.model.hu_rescaling`); one of them where no disease puts it; and a line more than 0.1 off slope 1 or 40
        HU off offset 0 brings all of them back, or all but one of four. The ranges are what is published for health
        (visceral fat -105.7 to -79.0 HU in 3,198 people: Framingham Heart Study, abstract MP035; muscle in 3,804
        people: https://pmc.ncbi.nlm.nih.gov/articles/PMC10920396/; lung in 100: https://doi.org/10.1186/cc12738),
        widened for contrast, disease, tube voltage and masks that reach over edges.
    Seen in: TotalSegmentator v2.0.0, s0184, s0224, s0830, s0992
        (https://github.com/wasserth/TotalSegmentator/issues/193); DeepLesion, offset 32768
        (https://github.com/rsummers11/CADLab/issues/59); CT-RATE, slope and intercept left out
        (https://github.com/JoHof/lungmask/issues/108).
    Blind spots: offsets below about 50 HU; slopes from 0.6 to 1.3 (0.85 to 1.1 with the trachea in view); a slope
        where the field of view shows neither air nor lung; changes that are not linear.
    """
    if case.ct and (found := rescaling(case)):
        yield Finding.about(case.ct.file, _message(found), _shown(found.line), "1 x HU + 0")


def _message(found: Rescaling) -> str:
    """Say which line, what it looks like, and what shows it."""
    evidence = ", ".join(map(_read, found.readings))
    return f"values are {_shown(found.line)}{_likely(found.line)}; expected Hounsfield units, found {evidence}"


def _read(reading: Reading) -> str:
    """Return what shows a tissue: a mask, or a peak that holds a share of what is even."""
    source = f" (peak of {reading.share:.0%})" if reading.share else ""
    return f"{reading.tissue.name} at {reading.value:z.0f}{source}"


def _shown(line: Line) -> str:
    return f"{line.slope:.2g} x HU {'-' if line.offset < 0 else '+'} {abs(line.offset):.0f}"


def _likely(line: Line) -> str:
    """Name a well-known change near a line."""
    offset, slope = abs(line.offset), abs(line.slope)
    if slope == 1 and any(abs(offset - known) < NEAR_HU for known in STORED_OFFSETS):
        twice = "the intercept applied twice" if line.offset < 0 else "stored values without the intercept"
        return f": {twice}"
    factor = next((known for known in FACTORS if abs(slope / known - 1) < NEAR), None)
    named = [*(["inverted"] if line.slope < 0 else []), *([f"multiplied by {factor:g}"] if factor else [])]
    return f": {' and '.join(named)}" if named else ""


@check("ct-below-air", Severity.WARNING)
def ct_below_air(case: Case) -> Iterator[Finding]:
    """A CT holds values below air that are neither padding nor ringing.

    Why it matters: nothing is less dense than air; such voxels are damaged, wrapped around, or blended padding.
    What to do: look where they are; convert the case again from its source.
    Threshold: 0.01 per cent of the voxels below -1250 HU, or 1 per cent below -1100 HU. Splines ring beside sharp edges
        down to about -1250 HU, in few voxels. Where more than half of what lies below -1100 HU is within 5 per cent of
        one value, that is padding (-2000, -2048, -3024), and the rest is its blended rim.
    Seen in: padding turned into arbitrary values (https://github.com/dgobbi/vtk-dicom/issues/173); background far below
        -1024 (https://github.com/JoHof/lungmask/issues/108).
    Blind spots: damage in a CT that is padded below -1100 HU, and values that wrapped around to above air.
    """
    ct = case.ct
    if ct is None or ct.below_air is None or ct.blank or not (message := _damage(ct.below_air, ct)):
        return
    if rescaling(case) is None and wrapping(ct) is None:
        yield Finding.about(ct.file, message, ct.below_air.voxels, 0)


def _damage(below: BelowAir, ct: Ct) -> str:
    """Say how much lies below air; empty where padding or ringing explains it."""
    if below.around > below.voxels / 2:
        return ""
    for voxels, share, limit in ((below.far, DAMAGE_SHARE, -1250), (below.voxels, RINGING_SHARE, -1100)):
        if voxels > share * ct.voxels:
            found = f"{100 * voxels / ct.voxels:.2g} % of its voxels ({voxels:,}) are below {limit} HU"
            expected = "expected air at -1000 HU or one padding value"
            return f"{found}, down to {ct.minimum:g} HU, around no one value; {expected}"
    return ""
