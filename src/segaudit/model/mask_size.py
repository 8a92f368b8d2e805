"""Whether a mask is drawn too small or too large as a whole, by how far outside of it the CT has its edges.

Two things have to say so. All sides but one find the edge in the same direction, so that it is no displacement and no
neighbour; and on the mask's own faces there is hardly a step, so that the edge is sharp and is not there.

An organ can lie in tissue that is as dense, such as muscle, and then looks too small: bones and lungs cannot, and an
organ cannot that is denser than muscle in any contrast phase.
"""

from __future__ import annotations

from segaudit.model.edge_classes import edge_class, filled
from segaudit.model.records import Margin, Mask, MaskFit
from segaudit.model.tissues import MUSCLE

GAIN, GAIN_ORGAN = 2.5, 5.0
"""How many times larger the steps are on the CT's edges than on the mask's faces; the second for organs that look too
small. In the right masks of a real CT of 3 mm it is 1, with soft kernels 1.9 at most; a voxel too little all round
makes it 3.9 at least, one too much 2.4, but for a mask that is cut."""

ALL_ROUND = 0.5
"""Share of the median that every side but one is off at least: the edges of neighbours lie here and there."""


def is_resized(mask: Mask, fit: MaskFit, mm: float, voxels: float) -> bool:
    """Return whether a mask is too small or too large as a whole, by so many mm and so many voxels."""
    margin = fit.margin
    if margin is None or abs(margin.mm) < mm or abs(margin.voxels) < voxels or filled(mask):
        return False
    direction = -1 if margin.mm < 0 else 1
    all_round = direction * margin.least_mm >= ALL_ROUND * abs(margin.mm)
    return all_round and margin.gain >= GAIN and (margin.mm < 0 or _stands_out(mask, margin))


def _stands_out(mask: Mask, margin: Margin) -> bool:
    """Whether what is as dense as a mask can only be a part of it."""
    edges = edge_class(mask.meant)
    dense = mask.hu is not None and mask.hu.median >= MUSCLE.high and margin.gain >= GAIN_ORGAN
    return dense or (edges is not None and edges.certain)
