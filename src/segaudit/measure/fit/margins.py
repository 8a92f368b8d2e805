"""How far outside of a mask the CT has the edges of what it marks.

Each of a mask's six sides has a mean profile of steps, in which the largest one is the edge. A mask that was moved
finds it outside on one side and inside on the other; one that was drawn too small finds it outside on all sides, one
that was drawn too large inside.
"""

from __future__ import annotations

from collections.abc import Iterator
from statistics import median

import numpy as np

from segaudit.measure.fit.profiles import ALIKE, LITTLE, REACH, Numbers, Profiles, refined
from segaudit.model.records import Margin

CONTRAST = 0.05
"""Mean step of an edge, in windows: 25 HU for an organ in fat. Noise of 80 HU leaves half of it in 30 faces."""

AXES_SHOWN = 2
"""Axes with an edge on both sides, without which a mask says nothing of its size: one side may lie beside its place."""


def margins_of(profiles: Profiles, spacing: Numbers) -> Iterator[Margin | None]:
    """Yield the margin of each mask; None where the CT shows both sides along one axis at most.

    Args:
        profiles: those of the masks.
        spacing: edges of a voxel, mm.
    """
    outwards = profiles.outwards
    there, here = outwards.max(axis=-1), outwards[..., REACH]
    voxels = refined(outwards, outwards.argmax(axis=-1) - REACH)
    gain = there / np.maximum(np.maximum(here, LITTLE * there), np.finfo(float).tiny)
    shown = ((profiles.count >= ALIKE) & (there >= CONTRAST)).all(axis=-1)
    for mask, axes in enumerate(shown):
        mm = voxels[mask] * spacing[:, None]
        enough = axes.sum() >= AXES_SHOWN
        yield _margin(mm[axes].ravel(), voxels[mask, axes].ravel(), gain[mask, axes].ravel()) if enough else None


def _margin(mm: Numbers, voxels: Numbers, gain: Numbers) -> Margin:
    """Return the margin of a mask from those of its sides."""
    middle = median(mm.tolist())
    sign, least = -1 if middle < 0 else 1, 1 if mm.size > 2 * AXES_SHOWN else 0
    return Margin(
        mm=round(middle, 2),
        voxels=round(median(voxels.tolist()), 2),
        least_mm=round(sign * float(np.sort(sign * mm)[least]), 2),
        gain=round(median(gain.tolist()), 2),
        sides=mm.size,
    )
