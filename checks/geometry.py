"""The voxel grids are the promised ones, and every tool places them alike."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from functools import lru_cache
from operator import attrgetter

from segaudit.model import Case, Contract, File, Finding, Header, Limit, NotApplicable, Severity, check
from segaudit.model.quick_look import by_header
from segaudit.model.records import AXES

MAX_ITK_SKEW = 1e-4
"""max |R'R - I| of direction cosines R above which ITK 5.4 refuses a file that has only an sform: found by bisection
with SimpleITK 2.5.7 (1.00e-4 on axis-aligned grids, up to 1.15e-4 on oblique ones)."""

SKEW = Limit(
    "affine-skewed.skew",
    1e-5,
    "max |R'R - I|",
    "how far off orthonormal direction cosines may be that ITK still reads",
    "Storing an orthonormal matrix as float32 leaves less than 1e-6.",
    least=1e-6,
    most=1e-4,
)

MIN_SHEAR_SKEW = 1e-2
"""max |R'R - I| from which on the shear is intended (a gantry tilt of 0.6 degrees or more), not caused by rounding."""

CORNER_MM = Limit(
    "affine-ambiguous.corner_mm",
    0.1,
    "mm",
    "how far apart qform and sform may put a corner of the grid",
    "A fifteenth of a 1.5 mm voxel.",
    least=0.01,
)

MAX_PIXDIM_ERROR_MM = 1e-3
"""Difference of a voxel's size between pixdim and affine."""

MILLIMETRES = ("", "mm")
"""Spatial units that mean millimetres to all readers; nearly all read any other one so, too."""


@check("dimensions-unexpected", Severity.ERROR, where=by_header(lambda header: not header.three_axes))
def dimensions_unexpected(file: File) -> Iterator[Finding]:
    """A volume does not have three dimensions.

    Why it matters: loaders for volumes stop at a slice or a series, or silently take its first volume.
    What to do: store one volume a file.
    Blind spots: its voxels are not judged; one of three axes can be time or colour.
    """
    if file.header and not file.header.three_axes:
        shape = file.header.shape
        yield Finding.about(file, f"{_by(shape)} voxels, expected three axes of 1 or more", len(shape), AXES)


@check("dimensions-singleton", Severity.WARNING, where=by_header(attrgetter("further_axes")))
def dimensions_singleton(file: File) -> Iterator[Finding]:
    """A volume is stored with a further axis of length 1.

    Why it matters: nibabel loads it as (x, y, z, 1), which no longer fits the other volumes of its case; other tools
        drop the axis.
    What to do: store it with three axes.
    Threshold: any axis beyond the third; one that is longer than 1 is `dimensions-unexpected`.
    Seen in: MRIQC (https://github.com/nipreps/mriqc/issues/660); Shimming Toolbox
        (https://github.com/shimming-toolbox/shimming-toolbox/issues/666).
    Blind spots: a slice that is stored as a volume with a third axis of length 1.
    """
    header = file.header
    if header and header.further_axes:
        stored = (*header.shape, *(1,) * header.further_axes)
        message = f"stored with {len(stored)} axes, {_by(stored)} voxels, expected {AXES}"
        yield Finding.about(file, message, len(stored), AXES)


@check("spacing-unexpected", Severity.ERROR, needs="geometry.spacing_mm")
def spacing_unexpected(case: Case, contract: Contract) -> Iterator[Finding]:
    """A case's voxels do not have the promised size.

    Why it matters: volumes and distances are wrong by the same factor, and a network sees organs of the wrong size.
    What to do: where the header is wrong, correct it; else resample, or correct the promise.
    Threshold: 0.001 mm unless the contract says otherwise; affine and pixdim agree (else `affine-ambiguous`).
    Seen in: LiTS, 20 cases with spacing 1, 1, 1 (https://github.com/PatrickChrist/LITS-CHALLENGE/issues/14,
        https://github.com/JunMa11/AbdomenCT-1K/issues/27).
    Blind spots: a header that states the promised spacing for voxels of another size passes. Only the case's reference
        grid, its CT or without one the commonest of its masks, is judged.
    """
    header, promised = _reference(case), contract.geometry.spacing_mm
    if header is None or promised is None or _pixdim_differs(header.zooms, header.spacing_mm):
        return
    expected = promised if isinstance(promised, tuple) else (promised,) * AXES
    tolerance = contract.geometry.spacing_tolerance_mm
    if any(abs(a - b) > tolerance for a, b in zip(header.spacing_mm, expected, strict=True)):
        yield _on_grid(case, "spacing", _by(header.spacing_mm), _by(expected), " mm")


@check("shape-unexpected", Severity.WARNING)
def shape_unexpected(case: Case, contract: Contract) -> Iterator[Finding]:
    """A case has fewer or more voxels along an axis than any case should.

    Why it matters: a sliver shows no organ, and a huge grid is often an unresampled or a joined one.
    What to do: look at the case.
    Seen in: KiTS19, 512 x 796 where all others are 512 x 512 (https://github.com/neheller/kits19/issues/6).
    Blind spots: only the case's reference grid is judged, and a grid of usual size can be cut or joined too.
    """
    header = _reference(case)
    low, high = contract.geometry.shape_min, contract.geometry.shape_max
    if not low and not high:
        raise NotApplicable("the contract has neither geometry.shape_min nor geometry.shape_max")
    if header is None:
        return
    if low and any(n < limit for n, limit in zip(header.shape, low, strict=True)):
        yield _on_grid(case, "shape", _by(header.shape), f"at least {_by(low)}")
    if high and any(n > limit for n, limit in zip(header.shape, high, strict=True)):
        yield _on_grid(case, "shape", _by(header.shape), f"at most {_by(high)}")


@check("orientation-unexpected", Severity.ERROR, needs="geometry.orientation")
def orientation_unexpected(case: Case, contract: Contract) -> Iterator[Finding]:
    """A case's axes run in other directions than promised.

    Why it matters: code that goes by array order sees the patient mirrored or lying on another side.
    What to do: reorient CT and masks together, with their affines.
    Seen in: PanTS, axis order differs between cases; VerSe, after the dataset was restructured
        (https://github.com/christianpayer/MedicalDataAugmentationTool-VerSe/issues/28).
    Blind spots: it goes by the affine: voxels that lie otherwise than the affine says pass. Only the case's reference
        grid is judged.
    """
    header, expected = _reference(case), contract.geometry.orientation
    if header and header.orientation != expected:
        yield _on_grid(case, "axes", header.orientation, expected)


@check("affine-invalid", Severity.ERROR, where=by_header(lambda header: not _placed(header)))
def affine_invalid(file: File) -> Iterator[Finding]:
    """An affine does not place the voxels anywhere.

    Why it matters: tools refuse the file, or fall back to a grid of their own.
    What to do: copy the affine of a file on the same grid; else go back to the source.
    Blind spots: an affine that is valid and places the patient elsewhere passes.
    """
    header = file.header
    if header and not _placed(header):
        finite = all(map(math.isfinite, header.affine))
        problem = "does not span three axes: a column is zero or depends on the others" if finite else "is not finite"
        yield Finding.about(file, f"affine {problem}")


@check("affine-nonorthonormal", Severity.ERROR, where=by_header(lambda header: _refused(header)))  # noqa: PLW0108 (defined below)
def affine_nonorthonormal(file: File) -> Iterator[Finding]:
    """An affine is skewed more than ITK accepts.

    Why it matters: 3D Slicer, SimpleITK, nnU-Net and all else that reads through ITK refuse the file; nibabel opens it.
    What to do: replace the direction cosines by the nearest rotation (U V' of their singular value decomposition),
        which moves no voxel of a usual grid by 0.1 mm. A sheared scan (gantry tilt) has to be resampled instead.
    Threshold: max |R'R - I| above 1e-4 with qform_code 0, the limit of ITK 5.4 as measured with SimpleITK 2.5.7; with a
        qform ITK reads that one instead.
    Seen in: TotalSegmentator v2.0.1, 136 of 1,228 CTs (https://github.com/wasserth/TotalSegmentator/issues/461); v1
        (https://github.com/wasserth/TotalSegmentator/issues/68,
        https://github.com/wasserth/TotalSegmentator/issues/152).
    Blind spots: the limit is that of one ITK version; others may be stricter. A header with a qform passes, whatever
        its sform is, unless the two disagree (`affine-ambiguous`).
    """
    header = file.header
    if header and _placed(header) and _refused(header):
        size = float(f"{header.nonorthonormality:.2g}")
        cause = (
            "sheared, as by gantry tilt: resample it" if size > MIN_SHEAR_SKEW else "as by rounding: orthonormalise it"
        )
        message = f"direction cosines {size:g} off orthonormal, ITK takes {MAX_ITK_SKEW:g}; {cause}"
        yield Finding.about(file, message, size, MAX_ITK_SKEW)


@check(
    "affine-skewed",
    Severity.INFO,
    where=by_header(lambda header: header.nonorthonormality > SKEW.least),
    limits=(SKEW,),
)
def affine_skewed(file: File, contract: Contract) -> Iterator[Finding]:
    """An affine is slightly skewed.

    Why it matters: ITK reads it, but comparisons of matrices entry by entry fail, and one more rounding may pass its
        limit.
    What to do: nothing, or orthonormalise the direction cosines before the next release.
    Threshold: max |R'R - I| above 1e-5, where ITK still reads the file; float32 storage leaves less than 1e-6.
    Seen in: TotalSegmentator v2.0.1, about one CT in seven
        (https://github.com/ahigazy1/adrenal-multiorgan/blob/main/PLAN.md).
    Blind spots: a skew below 1e-5 passes; if qform and sform disagree, only that is reported (`affine-ambiguous`).
    """
    header, most = file.header, SKEW.of(contract)
    if (
        header
        and _placed(header)
        and header.nonorthonormality > most
        and not _refused(header)
        and not _disagrees(header, CORNER_MM.of(contract))
    ):
        size = float(f"{header.nonorthonormality:.2g}")
        yield Finding.about(file, f"direction cosines {size:g} off orthonormal, which ITK still reads", size, most)


@check(
    "affine-ambiguous",
    Severity.ERROR,
    where=by_header(lambda header: _ambiguous(header)),  # noqa: PLW0108 (defined below)
    limits=(CORNER_MM,),
)
def affine_ambiguous(file: File, contract: Contract) -> Iterator[Finding]:
    """A header places its voxels in two ways.

    Why it matters: tools choose differently between qform, sform, pixdim and unit, so masks fit the CT in some and lie
        beside it in others.
    What to do: find out which one is right, and write it into all of them.
    Threshold: qform and sform put a corner of the grid more than 0.1 mm apart; pixdim and the affine's spacing differ
        by more than 0.001 mm; or the spatial unit is set, and is not the millimetre that nearly all readers take it
        for.
    Blind spots: a qform and an sform that are wrong alike agree. Intent and frame (scanner, aligned, standard space)
        are not compared.
    """
    header, most = file.header, CORNER_MM.of(contract)
    if header is None or not _placed(header):
        return
    if math.isnan(header.ambiguity_mm):
        yield Finding.about(file, "the qform cannot be decoded, the sform can: tools that prefer the qform fail")
    elif _disagrees(header, most):
        apart = round(header.ambiguity_mm, 2)
        message = f"qform and sform put the worst corner {apart:g} mm apart, at most {most:g} mm expected"
        yield Finding.about(file, message, apart, most)
    if _pixdim_differs(header.zooms, header.spacing_mm):
        zooms, spacing = _by(header.zooms), _by(header.spacing_mm)
        yield Finding.about(file, f"pixdim says {zooms} mm, the affine {spacing} mm", zooms, spacing)
    if header.units not in MILLIMETRES:
        yield Finding.about(file, f"spatial unit {header.units}, read as mm by most tools", header.units, "mm")


def _on_grid(case: Case, what: str, observed: str, expected: str, unit: str = "") -> Finding:
    """Return a finding about a case's reference grid."""
    message = f"{what} {observed}{unit}, expected {expected}{unit}"
    return Finding(case=case.case, file=case.reference, message=message, observed=observed, expected=expected)


def _reference(case: Case) -> Header | None:
    """Return the header of the case's reference grid, if it has three axes and a valid affine."""
    header = case.reference_file.header if case.reference_file else None
    return header if header and len(header.shape) == AXES and _placed(header) else None


def _placed(header: Header) -> bool:
    """Whether the affine places the voxels: only a finite one that spans three axes has an orientation."""
    return bool(header.orientation)


def _refused(header: Header) -> bool:
    """Whether ITK refuses the file for its direction cosines."""
    return header.nonorthonormality > MAX_ITK_SKEW and header.qform_code == 0


def _disagrees(header: Header, most_mm: float) -> bool:
    """Whether qform and sform differ by more; one that is not a number agrees with nothing."""
    return header.ambiguity_mm > most_mm or math.isnan(header.ambiguity_mm)


def _ambiguous(header: Header) -> bool:
    """Whether anything in a header may say something else than the rest about where its voxels are."""
    told_apart = _disagrees(header, CORNER_MM.least) or header.units not in MILLIMETRES
    return told_apart or _pixdim_differs(header.zooms, header.spacing_mm)


@lru_cache  # all files of a case have the same
def _pixdim_differs(zooms: tuple[float, ...], spacing_mm: tuple[float, ...]) -> bool:
    """Whether pixdim, where it is valid, gives the voxels another size than the affine."""
    pairs = zip(zooms, spacing_mm, strict=False)
    return any(zoom > 0 and abs(zoom - spacing) > MAX_PIXDIM_ERROR_MM for zoom, spacing in pairs)


def _by(numbers: Sequence[float]) -> str:
    """Write numbers as in "222 x 166 x 429"."""
    return " x ".join(f"{number:.6g}" for number in numbers)
