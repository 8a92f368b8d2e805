"""Whether values of a CT were wrapped around."""

from __future__ import annotations

from segaudit.model.clipping import clipping
from segaudit.model.hu_rescaling import MAX_DARKEST_HU
from segaudit.model.records import Ct, Wrap

MIN_WRAPPED_VOXELS = 8
"""Voxels behind a fall and before a rise of half the range along all three axes. There were none in 500 healthy views
of two CTs, nor in such with titanium, barium and gas in it, or metal that was cut off."""

LARGE_SEAM_SHARE = 0.01
"""Share of the cells that span nearly the whole range: those at the edges of air, fat or all bone, not of metal."""


def wrapping(ct: Ct) -> Wrap | None:
    """Return what was wrapped around; None where nothing was, or where it is no CT: others are dark beside bright."""
    wrap = ct.wrap
    if wrap is None or not wrap.seams or wrap.voxels < MIN_WRAPPED_VOXELS or clipping(ct):
        return None
    return wrap if wrap.seams >= LARGE_SEAM_SHARE or ct.quantiles[0] <= MAX_DARKEST_HU else None


def much_wrapped(ct: Ct) -> bool:
    """Whether so much was wrapped around that no check of values says more than that."""
    wrap = wrapping(ct)
    return wrap is not None and wrap.seams >= LARGE_SEAM_SHARE
