"""How the values of a CT were cut, to a display window or to 8 bits; and what is no image at all."""

from __future__ import annotations

from segaudit.model.field_of_view import wide
from segaudit.model.records import BLANK_BODY_SHARE, Ct, Spike

GREY_LEVELS = 256
"""Number of values of 8 bits."""

WINDOW_HU = (-950.0, 2500.0)
"""Plateaus outside this range are healthy: scanners clip air between -1024 and about -1000, and metal around 3000 (12
bits end at 3071) or at 4095. Windows for bone end below."""

MIN_PLATEAU_SHARE = 0.0005
"""The least share of the body's voxels at one end of the histogram; a window up to 1000 HU has about twice as many."""

MIN_PLATEAU_VOXELS = 10
"""In a small field of view, fewer are on an end by chance."""

MIN_PLATEAU_RATIO = 20.0
"""The least ratio of the voxels at an end of the histogram to those of each value beside it: noise spreads even water
over tens of values."""


LABEL_SHARE = 0.9
"""Share of the cells of a label map in which all voxels have one value: all but those at its borders."""

MIN_LABELS = 3


def label_map(ct: Ct) -> str:
    """Say that a CT is a label map; empty if it is none."""
    even = ct.even_parts
    if even is None or not _grey(ct) or even.share < LABEL_SHARE or even.values < MIN_LABELS:
        return ""
    return f"a label map: {ct.distinct} values from {ct.minimum:zg} to {ct.maximum:zg}, each in whole regions"


def clipping(ct: Ct) -> str:
    """Say how a CT's values were cut; empty if they were not."""
    if _grey(ct) and (wide(ct) or (ct.minimum, ct.maximum) == (0, GREY_LEVELS - 1)):
        return f"8 bits: {ct.distinct} values from {ct.minimum:zg} to {ct.maximum:zg}, expected Hounsfield units"
    ends = [f"{spike.value:zg}" for spike in (ct.low, ct.high) if spike and _plateau(spike, ct)]
    return f"values end in a plateau at {' and '.join(ends)} HU, as cut to a window" if ends else ""


def _grey(ct: Ct) -> bool:
    """Whether 8 bits can hold all values: those of an organ can, too, in a field of view that shows nothing else."""
    return ct.distinct <= GREY_LEVELS and ct.minimum >= 0 and ct.maximum < GREY_LEVELS


def _plateau(spike: Spike, ct: Ct) -> bool:
    """Whether an end of the histogram is a plateau that no scanner makes."""
    usual = MIN_PLATEAU_SHARE * max(ct.body_share, BLANK_BODY_SHARE) * ct.voxels
    many = spike.voxels >= MIN_PLATEAU_VOXELS and spike.voxels > usual
    return WINDOW_HU[0] < spike.value < WINDOW_HU[1] and many and spike.voxels > MIN_PLATEAU_RATIO * spike.beside
