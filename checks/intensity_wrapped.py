"""No value of a CT is beyond the numbers that it is stored in."""

from __future__ import annotations

from collections.abc import Iterator

from segaudit.model import Ct, Finding, Severity, check
from segaudit.model.wrapping import much_wrapped, wrapping


@check("ct-values-wrapped", Severity.WARNING)
def ct_values_wrapped(ct: Ct) -> Iterator[Finding]:
    """The largest values of a CT were wrapped around: what is bright is dark inside.

    Why it matters: metal and dense bone have the values of air or water; masks drawn by thresholds have holes there.
    What to do: convert the case again from its source, with 16 bits or more a value; where the source itself is
        wrapped, add the range to the dark voxels inside.
    Threshold: values fill three quarters of the range of 11 to 16 bits or more, and are not cut off at the largest one;
        a cell of 6 mm spans nine tenths of it; and 8 voxels or more lie, along all three axes, behind a fall and before
        a rise of half of it and 1500 HU. No healthy CT at hand has one, with metal, titanium, barium or gas in it.
    Seen in: https://github.com/icometrix/dicom2nifti/issues/144.
    Blind spots: metal whose edge is so sharp that no voxel is between it and soft tissue, or that is wider than 12
        voxels to its edge; values that were cut off, not wrapped; images without fat or air. Air, fat or
        much of the bone is `ct-values-wrapped-large`.
    """
    yield from _found(ct, large=False)


@check("ct-values-wrapped-large", Severity.ERROR)
def ct_values_wrapped_large(ct: Ct) -> Iterator[Finding]:
    """Much of a CT was wrapped around: negative values became large ones, or bone became dark.

    Why it matters: air and fat have the values of metal, or bone that of air; no window or normalisation fits.
    What to do: convert the case again from its source, with signed numbers or with the intercept applied first.
    Threshold: as for `ct-values-wrapped`, with one cell in a hundred that spans nine tenths of the range.
    Seen in: https://github.com/icometrix/dicom2nifti/issues/144.
    Blind spots: as for `ct-values-wrapped`.
    """
    yield from _found(ct, large=True)


def _found(ct: Ct, *, large: bool) -> Iterator[Finding]:
    """Yield a finding about what was wrapped, if it is much, or not."""
    wrap = wrapping(ct)
    if wrap and much_wrapped(ct) == large:
        count = 2**wrap.bits
        message = (
            f"values were wrapped around at {wrap.bits} bits: about {wrap.voxels:,} voxels lie {count // 2:,} HU or "
            f"more below all that is around them, and {wrap.seams:.2%} of the cells of 6 mm span nearly all {count:,} "
            "values; expected no such jump"
        )
        yield Finding.about(ct.file, message, wrap.voxels, 0, ct.spot_at(*wrap.place))
