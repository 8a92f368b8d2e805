"""How the values of a CT were cut: to a display window, or to 8 bits."""

from __future__ import annotations

from segaudit.model.records import BLANK_BODY_SHARE, Ct, Spike

GREY_LEVELS = 256
"""Values that 8 bits can hold."""

WINDOW_HU = (-950.0, 2500.0)
"""Scanners themselves end air between -1024 and about -1000, and metal around 3000 (12 bits end at 3071) or at 4095:
plateaus there are healthy. Windows for bone end below."""

PLATEAU_SHARE = 0.0005
"""Share of the body's voxels on one end of the histogram; a window up to 1000 HU leaves about twice as many there."""

PLATEAU_RISE = 20.0
"""How many times more voxels an end of the histogram has than each value beside it: noise spreads even water over tens
of values."""


def clipping(ct: Ct) -> str:
    """Say how a CT's values were cut; empty if they were not."""
    if ct.distinct <= GREY_LEVELS and ct.minimum >= 0 and ct.maximum < GREY_LEVELS:
        return f"8 bits: {ct.distinct} values from {ct.minimum:g} to {ct.maximum:g}, expected Hounsfield units"
    ends = [f"{spike.value:g}" for spike in (ct.low, ct.high) if spike and _plateau(spike, ct)]
    return f"values end in a plateau at {' and '.join(ends)} HU, as cut to a window" if ends else ""


def _plateau(spike: Spike, ct: Ct) -> bool:
    """Whether an end of the histogram is a plateau that no scanner makes."""
    many = spike.voxels > PLATEAU_SHARE * max(ct.body_share, BLANK_BODY_SHARE) * ct.voxels
    return WINDOW_HU[0] < spike.value < WINDOW_HU[1] and many and spike.voxels > PLATEAU_RISE * spike.beside
