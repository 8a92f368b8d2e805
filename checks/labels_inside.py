"""Masks are filled, with the surface of a body and all of their slices."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from segaudit.model import Case, Contract, Finding, Limit, Mask, Severity, check
from segaudit.model.flaws import Flaw, Kind, flaws_like, flaws_of, large, prevailing
from segaudit.model.words import count, some

SHOWN = 5
"""Structures that the finding of a case lists."""

CAVITY_ML = Limit(
    "mask-cavity.volume_ml",
    1.0,
    "ml",
    "the hole that a mask may enclose",
    "The largest one in 236 masks of three healthy cases has 0.135 ml.",
)
SMALL_CAVITY_ML = Limit(
    "mask-cavity.small_volume_ml",
    0.5,
    "ml",
    "the hole that a mask of less than 100 ml may enclose",
    "The largest one in 236 masks of three healthy cases has 0.135 ml.",
)
SMALL_MASK_ML = 100.0

LIKE_HU = 20.0
"""What differs by no more from the median under the mask may be a part of it."""

GAS_HU, WATER_HU = -200.0, (-20.0, 25.0)
"""Gas is below the one; cysts, bile and urine are between the others, soft tissue and contrast medium above."""


@check("mask-slices-missing", Severity.WARNING)
def mask_slices_missing(case: Case) -> Iterator[Finding]:
    """A mask has empty slices between slices that show the same section.

    Why it matters: the structure is cut into slabs; its volume and its surface are wrong.
    What to do: segment these slices; interpolate a mask that was drawn on every second or third one.
    Threshold: masks of at least 1 ml, in which the sections on both sides of the empty slices overlap by 60 per cent of
        the largest one nearby; by 80 where the field of view cuts the mask. In 340 masks of five healthy cases it is 5
        per cent at most, and up to 70 in a vertebra at the edge of the field of view. Of parts that are two slices
        thick or more, gaps of 20 mm or more are passed over, and a single one across the patient, unless it is along k:
        between the ribs of both sides, as one label, they are 60 mm wide and more, between hips 3, between every other
        vertebra 25. Where one body has such a gap, its pieces are `mask-fragmented` or `mask-stray-piece`.
    Seen in: masks of contours drawn on every second slice (https://github.com/sikerdebaard/dcmrtstruct2nii/issues/32).
    Blind spots: a slice that is missing in one part of a structure while another part is there, and slices at its ends.
        Bodies that lie closer, as those of vertebrae in one label without arches and discs, are found.
    """
    yield from _each(case, Kind.SLICES, _missing)


@check("masks-slices-missing", Severity.ERROR)
def masks_slices_missing(case: Case) -> Iterator[Finding]:
    """Most masks of a case have empty slices between slices that show the same section.

    Why it matters: they were drawn on some of the slices, or some were lost.
    What to do: export the masks anew; interpolate them if they were drawn so.
    Threshold: half of the masks of at least 1 ml and 300 voxels, at least three, with the finding of
        `mask-slices-missing`.
    Seen in: https://github.com/sikerdebaard/dcmrtstruct2nii/issues/32.
    Blind spots: as for `mask-slices-missing`.
    """
    yield from _most(case, Kind.SLICES, "have empty slices between slices that show the same section")


@check("mask-hollow", Severity.WARNING)
def mask_hollow(case: Case) -> Iterator[Finding]:
    """A mask is a shell around what should be part of it.

    Why it matters: its volume is that of its surface; a model learns the rim of the organ.
    What to do: fill it; look at how contours were turned into voxels.
    Threshold: masks of at least 1 ml that enclose half of their volume or more, in space or within the planes of their
        first axis, and whose voxels have 12 per cent or more of their faces at the surface. Healthy masks enclose 12
        per cent at most (vertebral canal, renal sinus). Skull and myocardium are shells.
    Seen in: prostate masks with unfilled contours (https://github.com/rcuocolo/PROSTATEx_masks/issues/1).
    Blind spots: shells of structures that are no wider than two of its walls, and shells of more than about three
        voxels; what these enclose is found by `mask-cavity`, unless it is open.
    """
    yield from _each(case, Kind.HOLLOW, _hollow)


@check("masks-hollow", Severity.ERROR)
def masks_hollow(case: Case) -> Iterator[Finding]:
    """Most masks of a case are shells.

    Why it matters: contours were turned into voxels without filling them.
    What to do: export the masks anew, filled.
    Threshold: half of the masks of at least 1 ml and 300 voxels, at least three, with the finding of `mask-hollow`, or
        around holes of a quarter of their volume or more.
    Seen in: https://github.com/rcuocolo/PROSTATEx_masks/issues/1.
    Blind spots: as for `mask-hollow`.
    """
    yield from _most(case, Kind.HOLLOW, "are shells around what should be part of them")


@check("mask-riddled", Severity.WARNING)
def mask_riddled(case: Case) -> Iterator[Finding]:
    """Single voxels are missing throughout the inside of a mask.

    Why it matters: its volume is too small, and its surface many times too large.
    What to do: export it anew; a closing by one voxel fills it where the original is lost.
    Threshold: masks of at least 1 ml with at least 20 single voxels missing along a row, away from its ends: 4 per cent
        of those there or more, with a surface that is irregular along all axes. Healthy masks have up to 1.5 per cent,
        and 5 in costal cartilages at 3 mm.
    Seen in: masks that were resampled forwards, so that no source voxel falls into some of the target's.
    Blind spots: structures of less than nine voxels across; holes of several voxels, which are cavities if they are
        large.
    """
    yield from _each(case, Kind.RIDDLED, _riddled)


@check("masks-riddled", Severity.ERROR)
def masks_riddled(case: Case) -> Iterator[Finding]:
    """Single voxels are missing throughout most masks of a case.

    Why it matters: all of them were damaged in the same way.
    What to do: export the masks anew.
    Threshold: half of the masks of at least 1 ml and 300 voxels, at least three, that are riddled or have a surface at
        random, of which most are riddled.
    Seen in: masks that were resampled forwards.
    Blind spots: as for `mask-riddled`.
    """
    yield from _most(case, Kind.RIDDLED, "have single voxels missing throughout")


@check("mask-ragged", Severity.WARNING)
def mask_ragged(case: Case) -> Iterator[Finding]:
    """A mask's surface is random: its voxels along all axes, or its slices along one.

    Why it matters: no organ has such a surface; it is noise of drawing, of a threshold, or of moved slices.
    What to do: look at it across its slices; smooth it, or move the slices back.
    Threshold: what changes over one slice is 65 per cent or more of what changes over two, along all axes, or 75 per
        cent along one axis with slices that lie 0.4 voxels or more beside each other. In smooth masks it is 50 per
        cent, in 1,336 healthy ones of 1.5 to 5 mm 58 per cent at most along all axes.
    Seen in: contours drawn slice by slice, by several people.
    Blind spots: thin structures, or slices thicker than what they show; masks of less than 1 ml; a part of the surface.
    """
    yield from _each(case, Kind.RAGGED, _ragged)


@check("masks-ragged", Severity.ERROR)
def masks_ragged(case: Case) -> Iterator[Finding]:
    """Most masks of a case have a random surface, or slices that lie beside each other.

    Why it matters: all of them were damaged in the same way.
    What to do: export the masks anew.
    Threshold: half of the masks of at least 1 ml and 300 voxels, at least three, that have a surface at random or are
        riddled, of which most are not riddled.
    Seen in: not yet in a public dataset.
    Blind spots: as for `mask-ragged`.
    """
    yield from _most(case, Kind.RAGGED, "have a surface at random, or slices that lie beside each other")


@check("mask-cavity", Severity.WARNING, limits=(CAVITY_ML, SMALL_CAVITY_ML))
def mask_cavity(case: Case, contract: Contract) -> Iterator[Finding]:
    """A mask encloses a hole.

    Why it matters: a part of the organ is not labelled; if a lesion or a cyst is left out on purpose, that is a
        decision that all cases have to share.
    What to do: look at the case; fill the hole, or waive the finding where something else is there.
    Threshold: 1 ml, 0.5 ml in masks of less than 100 ml, and 10 voxels; none where another mask has half of it. The
        largest healthy cavity has 0.135 ml (236 masks of three cases).
    Seen in: CT-ORG and AMOS, tumours and cysts left out of organs.
    Blind spots: holes that are open, be it by a voxel: bites out of the surface.
    """
    large, small = CAVITY_ML.of(contract), SMALL_CAVITY_ML.of(contract)
    yield from _each(
        case,
        Kind.CAVITY,
        _cavity,
        lambda flaw: flaw.amount >= (small if flaw.mask.volume_ml < SMALL_MASK_ML else large),
    )


def _each(
    case: Case,
    kind: Kind,
    message: Callable[[Flaw], tuple[str, float]],
    counts: Callable[[Flaw], bool] = lambda _: True,
) -> Iterator[Finding]:
    """Yield a finding for each mask with a flaw that counts, unless most masks of the case have one."""
    if prevailing(case):
        return
    found, _ = flaws_of(case)
    for flaw in filter(counts, found[kind]):
        text, observed = message(flaw)
        spot = flaw.cavity.spot if flaw.cavity else flaw.mask.spot
        yield Finding.about(flaw.mask, text, observed, None, spot)


def _most(case: Case, kind: Kind, text: str) -> Iterator[Finding]:
    """Yield one finding if most masks have a flaw."""
    if prevailing(case) is kind:
        _, judged = flaws_of(case)
        flaws = flaws_like(case, kind)
        flawed, counted = [flaw.mask.structure for flaw in flaws], large(flaws)
        message = f"{counted} of {count(judged, 'mask')} of at least 1 ml and 300 voxels {text}: {some(flawed, SHOWN)}"
        yield Finding(case=case.case, message=message, observed=counted, expected=0)


def _missing(flaw: Flaw) -> tuple[str, float]:
    gaps = flaw.gaps
    if gaps is None:
        return "", flaw.amount
    axis = "ijk"[gaps.axis]
    place = f"{count(gaps.slices, 'empty slice')} along {axis} between {count(gaps.filled, 'slice')} that are not"
    return f"{place}, the first such gap at {axis} = {gaps.first}; expected none", gaps.slices


def _hollow(flaw: Flaw) -> tuple[str, float]:
    return f"a shell: it encloses {flaw.amount:.2g} times its own volume; expected a filled mask", round(flaw.amount, 3)


def _riddled(flaw: Flaw) -> tuple[str, float]:
    return f"{100 * flaw.amount:.2g} % of the voxels inside are missing, one by one", round(flaw.amount, 3)


def _ragged(flaw: Flaw) -> tuple[str, float]:
    if flaw.axis is not None:
        beside = f"its slices along {'ijk'[flaw.axis]} lie about {flaw.amount:.2g} voxels beside each other at random"
        return beside, round(flaw.amount, 3)
    change = f"{100 * flaw.amount:.0f} % of the change over two slices, expected about 50 %"
    return f"its surface is random: over one slice it changes by {change}", round(flaw.amount, 3)


def _cavity(flaw: Flaw) -> tuple[str, float]:
    cavity = flaw.cavity
    hu = cavity.hu_median if cavity else None
    inside = f" at {hu:z.0f} HU, {_content(hu, flaw.mask)}" if hu is not None else ""
    return f"encloses a hole of {flaw.amount:.3g} ml{inside}", round(flaw.amount, 3)


def _content(hu: float, mask: Mask) -> str:
    """Say what can be in a hole."""
    if mask.hu and abs(hu - mask.hu.median) <= LIKE_HU:
        return "as in the mask itself: a part of it is missing, or a lesion is left out"
    if hu < GAS_HU:
        return "gas"
    if WATER_HU[0] <= hu <= WATER_HU[1]:
        return "fluid: a cyst may be left out"
    return "tissue: a lesion may be left out"
