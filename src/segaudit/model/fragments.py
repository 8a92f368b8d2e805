"""Pieces of masks that are not where the rest is, and whose they would be.

A structure that the field of view cuts can come back into it elsewhere, so pieces at a face of the grid may all be one.
A piece that touches no face has nothing outside that it could belong to: it is judged in every mask.
"""

from __future__ import annotations

from collections.abc import Iterator
from fnmatch import fnmatchcase
from typing import NamedTuple

from segaudit.model.contract import Contract
from segaudit.model.records import FIELD_OF_VIEW_MARGIN_VOXELS, Case, Mask, Piece, Touch
from segaudit.model.structure import Structure

APART_MM, APART_SEVERAL_MM, APART_ANY_MM = 30.0, 60.0, 80.0
"""How far from the rest a piece is a stray: of a structure with a number of pieces; of one that comes in several, if it
touches none of its usual neighbours (healthy colon, ribs and cartilages: up to 58 mm); and of any other (54 mm)."""

STRAY_VOXELS = 30
"""Smaller strays are not told from what coarse voxels leave of thin bones."""

WITHIN = 0.6
"""Share of a piece's surface on one other mask, or of its voxels in one, from which it lies within it. Healthy pieces
have up to 0.38 on one other mask."""

FAR_HU = 100.0
"""How far beyond the range of its structure the median intensity under a stray is."""

OWNED, COMPLETES, LACKING = 0.3, 0.08, 0.75
"""Share of a piece's surface on another mask, from which it is likely that one's; less, where that mask has at most so
much of its partner's volume, or is the next one in a row. The cut through the middle of a sphere is a quarter of the
voxel faces of each half, that through an ellipsoid of twice the length an eighth."""

TORN_MM, TORN_ML = 15.0, 5.0
"""In a mask that the field of view cuts, a piece counts from so far away, or from so many ml on: the labels of thin
bones at the edge of an image are interrupted."""

TWIN_SHARE, TWIN_MM = 0.3, 30.0
"""Size of a piece, as share of the largest, and distance to its side, from which it is the other one of a pair."""

_ABDOMEN = (
    "colon", "small_bowel", "duodenum", "stomach", "liver", "spleen", "pancreas", "kidney_*", "gallbladder", "prostate",
    "urinary_bladder", "iliopsoas_*", "sacrum", "iliac_*", "adrenal_gland_*", "inferior_vena_cava", "portal_vein*",
    "hip_*", "vertebrae_L*", "vertebrae_S*", "gluteus_*",
)  # fmt: skip
_USUAL: dict[str, tuple[str, ...]] = {
    "colon": _ABDOMEN,
    "small_bowel": _ABDOMEN,
    "duodenum": _ABDOMEN,
    "rib_*": ("rib_*", "costal_cartilages", "vertebrae_*", "lung_*", "scapula_*", "sternum"),
    "costal_cartilages": ("rib_*", "sternum"),
}
"""What a structure that comes in pieces touches in health, by glob."""

_BOWEL = frozenset({"colon", "small_bowel", "duodenum", "stomach"})
"""Loops of these surround each other."""


class Stray(NamedTuple):
    """A piece that is not where the rest of its mask is."""

    mask: Mask
    piece: Piece
    volume_ml: float
    reason: str
    """Where it is, in words."""
    owner: str
    """The structure that it likely belongs to; empty for none."""


def volume_ml(mask: Mask, piece: Piece) -> float:
    """Return the volume of a piece."""
    return piece.voxels * mask.volume_ml / mask.voxels


def free(mask: Mask, piece: Piece) -> bool:
    """Whether a piece lies away from all faces of the grid."""
    if mask.box is None or mask.faces is None:
        return False
    _, i, _, j, _, k = mask.box
    _, beyond_i, _, beyond_j, _, beyond_k = mask.faces
    i0, i1, j0, j1, k0, k1 = piece.box
    gaps = (i0, j0, k0, i + beyond_i - i1, j + beyond_j - j1, k + beyond_k - k1)
    return min(gaps) >= FIELD_OF_VIEW_MARGIN_VOXELS


def counts(mask: Mask, piece: Piece, structure: Structure) -> bool:
    """Whether a further piece counts as one: it is no speck, it ends inside the grid, and it is not just torn off."""
    volume = volume_ml(mask, piece)
    if volume < structure.piece_ml:
        return False
    torn = volume < TORN_ML and piece.apart_mm < TORN_MM and mask.cut
    return not torn and free(mask, piece)


def candidates(mask: Mask, structure: Structure) -> list[Piece]:
    """Return the further pieces of a mask that count and are large enough to be strays, in their order."""
    least_ml = structure.piece_ml
    if not least_ml:
        return []
    large = [piece for piece in mask.pieces[1:] if piece.voxels >= STRAY_VOXELS]
    return [piece for piece in large if volume_ml(mask, piece) >= least_ml and counts(mask, piece, structure)]


def strays_of(
    mask: Mask, structure: Structure, case: Case, contract: Contract, *, by_hu: bool = True
) -> Iterator[Stray]:
    """Yield the pieces of a mask that are strays, largest first; by intensity only if the CT can be trusted."""
    for piece in candidates(mask, structure):
        hu = piece.hu_median if by_hu else None
        if reason := _reason(piece, hu, structure, case, _foreign_host(mask, piece, case, contract)):
            yield Stray(mask, piece, volume_ml(mask, piece), reason, owner_of(mask, piece, case, contract))


def owner_of(mask: Mask, piece: Piece, case: Case, contract: Contract) -> str:
    """Return the structure that a piece likely belongs to: the one it lies within, completes, or touches most."""
    touches = _touches(mask, piece, case)
    if host := _host(piece, touches):
        return host.structure
    most = max(touches, key=lambda touch: touch.area_mm2, default=None)
    if most is None or not piece.area_mm2:
        return ""
    share = most.area_mm2 / piece.area_mm2
    lacking = _lacking(most.structure, mask.structure, case, contract)
    return most.structure if share >= OWNED or (share >= COMPLETES and lacking) else ""


def twin_of(mask: Mask, piece: Piece, case: Case, contract: Contract) -> str:
    """Return the other structure of a pair, if its mask is empty and this piece is, or leaves, one like it."""
    structure = contract.by_name.get(mask.structure)
    partner = case.whole_masks.get(structure.partner) if structure else None
    main = mask.pieces[0]
    beside = abs(piece.spot.mm[0] - main.spot.mm[0]) >= TWIN_MM
    like = piece.voxels >= TWIN_SHARE * main.voxels
    return partner.structure if partner and not partner.voxels and beside and like else ""


def _reason(piece: Piece, hu: float | None, structure: Structure, case: Case, host: str) -> str:
    """Say why a piece is a stray; empty if it is none."""
    if host:
        return f"lies within the mask of {host}"
    if _strange(hu, structure):
        return f"shows {hu:z.0f} HU, not {structure.hu_low:g} to {structure.hu_high:g}"
    return f"lies {piece.apart_mm:.0f} mm from the rest" if _apart(piece, structure, case) else ""


def _strange(hu: float | None, structure: Structure) -> bool:
    """Whether an intensity is far beyond the range of a structure."""
    if hu is None or structure.hu_low is None or structure.hu_high is None:
        return False
    return not structure.hu_low - FAR_HU <= hu <= structure.hu_high + FAR_HU


def _apart(piece: Piece, structure: Structure, case: Case) -> bool:
    """Whether a piece is too far from the rest."""
    if piece.apart_mm <= min(APART_MM, APART_SEVERAL_MM, APART_ANY_MM):
        return False
    for own, usual in _USUAL.items():
        if fnmatchcase(structure.meant, own):
            touched = [case.meant(touch.structure) for touch in piece.touches]
            near = any(fnmatchcase(name, glob) for name in touched for glob in usual)
            return piece.apart_mm > APART_SEVERAL_MM and not near
    return piece.apart_mm > (APART_ANY_MM if structure.max_pieces is None else APART_MM)


def _touches(mask: Mask, piece: Piece, case: Case) -> list[Touch]:
    """Return the other masks that a piece touches, without those that share a label with its own, as regions do."""
    labels = case.label_map.labels if case.label_map else {}
    own = set(labels.get(mask.structure, ()))
    return [touch for touch in piece.touches if own.isdisjoint(labels.get(touch.structure, ()))]


def _host(piece: Piece, touches: list[Touch]) -> Touch | None:
    """Return the mask within which a piece lies, of those that it touches."""
    for touch in touches:
        if touch.voxels >= WITHIN * piece.voxels or touch.area_mm2 >= WITHIN * piece.area_mm2 > 0:
            return touch
    return None


def _foreign_host(mask: Mask, piece: Piece, case: Case, contract: Contract) -> str:
    """Return the structure within which a piece lies, and the rest does not, and where it has no place; or nothing."""
    host, structure = _host(piece, _touches(mask, piece, case)), contract.by_name.get(mask.structure)
    if host is None or structure is None or not _foreign(structure, contract.by_name.get(host.structure)):
        return ""
    shared = sum(pair.voxels for pair in case.overlaps if {pair.first, pair.second} == {mask.structure, host.structure})
    return host.structure if shared <= WITHIN * mask.voxels else ""


def _foreign(structure: Structure, host: Structure | None) -> bool:
    """Whether a piece of a structure has no place within another one; vessels run through organs."""
    if structure.group == "vessel" or host is None:
        return False
    return not {structure.meant, host.meant} <= _BOWEL


def _lacking(name: str, own: str, case: Case, contract: Contract) -> bool:
    """Whether a mask has much less than its partner, or is next to this one in a row."""
    structure = contract.by_name.get(name)
    if structure is None:
        return False
    if own in {structure.above, structure.below}:
        return True
    mask, partner = case.whole_masks.get(name), case.whole_masks.get(structure.partner)
    return bool(mask and partner and mask.volume_ml <= LACKING * partner.volume_ml and not mask.cut)
