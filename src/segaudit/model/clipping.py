"""Detect a CT whose values were clipped to a display window or to 8 bits."""

from __future__ import annotations

from segaudit.model.records import BLANK_BODY_SHARE, Ct, Spike

GREY_LEVELS = 256
"""Number of values of 8 bits."""

WINDOW_HU = (-950.0, 2500.0)
"""Plateaus outside this range are healthy: scanners clip air between -1024 and about -1000, and metal around 3000 (12
bits end at 3071) or at 4095. Windows for bone end below."""

PLATEAU_SHARE = 0.0005
"""The least share of the body's voxels at one end of the histogram; a window up to 1000 HU has about twice as many."""

PLATEAU_RISE = 20.0
"""The least ratio of the voxels at an end of the histogram to those of each value beside it: noise spreads even water
over tens of values."""


def clipping(ct: Ct) -> str:
    """Return how a CT's values were clipped; empty if they were not."""
    if ct.distinct <= GREY_LEVELS and ct.minimum >= 0 and ct.maximum < GREY_LEVELS:
        return f"8 bits: {ct.distinct} values from {ct.minimum:g} to {ct.maximum:g}, expected Hounsfield units"
    ends = [f"{spike.value:g}" for spike in (ct.low, ct.high) if spike and _plateau(spike, ct)]
    return f"values end in a plateau at {' and '.join(ends)} HU, as cut to a window" if ends else ""


def _plateau(spike: Spike, ct: Ct) -> bool:
    """Whether an end of the histogram is a plateau that scanners do not produce."""
    many = spike.voxels > PLATEAU_SHARE * max(ct.body_share, BLANK_BODY_SHARE) * ct.voxels
    return WINDOW_HU[0] < spike.value < WINDOW_HU[1] and many and spike.voxels > PLATEAU_RISE * spike.beside
