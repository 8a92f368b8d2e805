"""Masks are of one piece, or of pieces that belong together."""

from __future__ import annotations

from collections.abc import Iterator

from segaudit.model import Case, Contract, Finding, Mask, Severity, Structure, check
from segaudit.model.anatomy import Anatomy
from segaudit.model.flaws import Kind, flaws_of, prevailing
from segaudit.model.fragments import counts, owner_of, strays_of, volume_ml
from segaudit.model.records import Piece
from segaudit.model.registration import Registration
from segaudit.model.unmasked import unmasked
from segaudit.model.words import count

TORN = frozenset({Kind.SLICES, Kind.RIDDLED, Kind.RAGGED})
"""Flaws that tear a mask into pieces."""


@check("mask-fragmented", Severity.WARNING, needs="pieces")
def mask_fragmented(anatomy: Anatomy, contract: Contract) -> Iterator[Finding]:
    """A mask has more pieces than its structure.

    Why it matters: the further pieces are parts of other structures, or the connection between them is not labelled.
    What to do: look at the case; give the piece to the structure that is named, where one is, remove it, or join it.
    Threshold: the number of pieces, and the least volume of a piece, from the contract; 26-connected. Further pieces
        within 3 voxels of a face of the grid do not count, because they may be connected outside; in a mask that is cut
        so, others count from 15 mm away, or from 5 ml on. A piece is likely another structure's if 30 per cent of its
        surface touch that one's mask, or 8 per cent where that one has at most three quarters of its partner's volume
        or is the next one in a row of vertebrae or ribs.
    Seen in: TotalSegmentator v2.0.1, adrenal glands in 8 per cent of 150 cases
        (https://github.com/ahigazy1/adrenal-multiorgan/blob/main/PLAN.md); PROSTATEx, up to 3 pieces in a lesion
        (https://github.com/rcuocolo/PROSTATEx_masks/issues/20).
    Blind spots: pieces below the contract's least volume, those within 3 voxels of a face of the grid, and structures
        without a number of pieces. A structure that extends into its neighbour is one piece. Pieces further from the
        rest, or within another structure, are `mask-stray-piece`; those between missing slices `mask-slices-missing`.
    """
    case = anatomy.records
    if prevailing(case):
        return
    torn = _torn(case)
    for mask, structure in _several(case, contract):
        most = structure.max_pieces
        if most is None or len(mask.pieces) <= most or mask.structure in torn:
            continue
        strays = [stray.piece for stray in strays_of(mask, structure, case, contract)]
        rest = [piece for piece in mask.pieces[1:] if piece not in strays and counts(mask, piece, structure)]
        counted = [mask.pieces[0], *rest]
        if len(counted) > most:
            listed = ", ".join(f"{volume_ml(mask, piece):.3g}" for piece in counted)
            message = f"{len(counted)} pieces of {listed} ml, expected {most} at most"
            message += _whose(mask, rest[0], anatomy)
            yield Finding.about(mask, message, len(counted), most, rest[0].spot)


@check("mask-stray-piece", Severity.WARNING, needs="structures")
def mask_stray_piece(anatomy: Anatomy, contract: Contract) -> Iterator[Finding]:
    """A piece of a mask lies where its structure cannot be.

    Why it matters: it is a part of something else, a wrong stroke, or a mask that was pasted into another case.
    What to do: look at the case; give the piece to the structure that is named, or remove it.
    Threshold: a piece as large as the contract counts, away from the faces of the grid, of which 60 per cent of the
        surface or of the voxels are another structure's mask; whose median intensity is more than 100 HU beyond the
        structure's range, while that of the mask is within; or which lies more than 30 mm from the rest of a structure
        with a number of pieces, 60 mm where colon, small bowel, duodenum, ribs or costal cartilages touch none of their
        usual neighbours, 80 mm in others. In five healthy cases, pieces of those lie up to 58 mm apart, with up to 38
        per cent of their surface on another mask. The field of view may cut the mask.
    Seen in: AbdomenAtlas, pieces of femur, bladder and prostate in the upper abdomen, of lung in the bowel
        (https://github.com/BodyMaps/ShapeKit); TotalSegmentator v2.0.1, s0010, a piece of a right rib 12.
    Blind spots: pieces within 3 voxels of a face of the grid; vessels within organs, and bowel within bowel, have their
        place there; strays near the rest in tissue without a mask, and those that touch the rest.
    """
    case, registration = anatomy.records, anatomy.registration
    if prevailing(case):
        return
    torn = _torn(case)
    for mask, structure in _several(case, contract):
        if mask.structure in torn:
            continue
        strays = list(strays_of(mask, structure, case, contract, by_hu=_shows_tissue(registration, mask, structure)))
        if strays:
            largest = strays[0]
            more = f", and {count(len(strays) - 1, 'further piece')} like it" if len(strays) > 1 else ""
            whose = f"likely {largest.owner}" if largest.owner else "no structure that it would belong to touches it"
            whose = _unmasked(mask, largest.piece, anatomy) or whose
            message = f"a piece of {largest.volume_ml:.3g} ml {largest.reason}{more}; {whose}"
            yield Finding.about(mask, message, round(largest.volume_ml, 3), None, largest.piece.spot)


def _several(case: Case, contract: Contract) -> Iterator[tuple[Mask, Structure]]:
    """Yield the masks with several pieces, and their structures."""
    known = contract.by_name
    for mask in case.whole_masks.values():
        if mask.pieces and mask.distinct_values == 1 and (structure := known.get(mask.structure)):
            yield mask, structure


def _shows_tissue(registration: Registration, mask: Mask, structure: Structure) -> bool:
    """Whether the CT shows under a mask as a whole what its structure is made of, so that a piece can differ."""
    if mask.hu is None or structure.hu_low is None or structure.hu_high is None:
        return False
    in_range = structure.hu_low <= mask.hu.median <= structure.hu_high
    return in_range and registration.comparable and not registration.lies_elsewhere


def _torn(case: Case) -> set[str]:
    """Return the structures whose masks are torn into pieces."""
    found, _ = flaws_of(case)
    return {flaw.mask.structure for kind in TORN for flaw in found[kind]}


def _whose(mask: Mask, piece: Piece, anatomy: Anatomy) -> str:
    """Say whose a piece is, if that is likely."""
    if itself := _unmasked(mask, piece, anatomy):
        return f"; {itself}"
    owner = owner_of(mask, piece, anatomy.records, anatomy.contract)
    return f"; that of {volume_ml(mask, piece):.3g} ml is likely {owner}" if owner else ""


def _unmasked(mask: Mask, piece: Piece, anatomy: Anatomy) -> str:
    name = unmasked(mask, piece, anatomy)
    return f"{name} is in this mask: its own mask is empty" if name else ""
