"""Structures whose own mask is empty, and which a piece of another mask is."""

from __future__ import annotations

from segaudit.model.anatomy import Anatomy
from segaudit.model.displacement import excesses
from segaudit.model.fragments import twin_of, volume_ml
from segaudit.model.opening import WHOLE
from segaudit.model.organ_frame import compact
from segaudit.model.records import Mask, Piece
from segaudit.model.structure import Structure


def unmasked(mask: Mask, piece: Piece, anatomy: Anatomy) -> str:
    """Return the structure that a further piece of a mask is, while its own mask is empty; nothing if there is none.

    It is the other one of a pair, or the only one that has the place and the size of the piece by the contract's
    limits, and usually lies nearer to it than that of the mask does.
    """
    if twin := twin_of(mask, piece, anatomy.records, anatomy.contract):
        return twin
    empty = (one for one in anatomy.contract.structures if (own := anatomy.masks.get(one.name)) and not own.voxels)
    fitting = [one.name for one in empty if _fits(one, mask, piece, anatomy)]
    return fitting[0] if len(fitting) == 1 else ""


def _fits(structure: Structure, mask: Mask, piece: Piece, anatomy: Anatomy) -> bool:
    """Whether a piece of a mask has the place and the size of another structure."""
    low, high, volume = structure.volume_low_ml, structure.volume_high_ml, volume_ml(mask, piece)
    if low is None or high is None or volume > high or not compact(structure) or not anatomy.sided:
        return False
    bearing = anatomy.bearing(structure.name, piece.spot.mm)
    if bearing is None or volume < low * bearing.least_size:
        return False
    limits, centres = anatomy.contract.ranges[structure.name], anatomy.contract.centres
    within = bool(excesses([bearing], [limits], [WHOLE], [0.0]).max() <= 0)
    own = centres.get(mask.structure)
    return within and (own is None or bearing.off(centres[structure.name]) < bearing.off(own))
