"""Masks have plausible sizes and numbers of pieces."""

from __future__ import annotations

from collections.abc import Iterator

from segaudit.model import Contract, Finding, Mask, Severity, check
from segaudit.model.structure import SPECK_ML
from segaudit.model.words import count


@check("mask-tiny", Severity.WARNING, where=lambda mask: 0 < mask.volume_ml < SPECK_ML)
def mask_tiny(mask: Mask, contract: Contract) -> Iterator[Finding]:
    """A mask is a speck.

    Why it matters: a few voxels are not an organ, but a drawing error or a stray prediction.
    What to do: look at the case; remove the speck or segment the structure.
    Threshold: 0.17 ml, or 50 voxels of 1.5 mm; less for a structure with a smaller smallest piece in the contract,
        and none for cysts, which are followed from a few millimetres; masks that the field of view cuts are not judged.
    Seen in: PanTS, lesions of 4 to 45 voxels (https://github.com/MrGiovanni/PanTS/issues/12).
    Blind spots: a speck of 0.17 ml or more, and one within 3 voxels of a face of the grid. In a padded CT, the faces
        of the grid are not those of the field of view.
    """
    structure = contract.by_name.get(mask.structure)
    least = structure.speck_ml if structure else SPECK_ML
    if 0 < mask.volume_ml < least and not mask.cut:
        volume = float(f"{mask.volume_ml:.2g}")
        message = f"{count(mask.voxels, 'voxel')}, {volume:g} ml; expected {least:g} ml or more, or an empty mask"
        yield Finding.about(mask, message, volume, least)


@check("mask-fragmented", Severity.WARNING, needs="pieces", where=lambda mask: len(mask.pieces) > 1)
def mask_fragmented(mask: Mask, contract: Contract) -> Iterator[Finding]:
    """A mask has more pieces than its structure.

    Why it matters: the further pieces are parts of other structures, or the connection between them is not labelled.
    What to do: look at the case; remove or join the pieces.
    Threshold: the number of pieces, and the least volume of a piece, from the contract; 26-connected; masks that the
        field of view cuts are not judged.
    Seen in: TotalSegmentator v2.0.1, adrenal glands in 8 per cent of 150 cases
        (https://github.com/ahigazy1/adrenal-multiorgan/blob/main/PLAN.md); PROSTATEx, up to 3 pieces in a lesion
        (https://github.com/rcuocolo/PROSTATEx_masks/issues/20).
    Blind spots: pieces below the contract's least volume, structures without a number of pieces, and masks within 3
        voxels of a face of the grid. A structure that extends into its neighbour is one piece.
    """
    structure = contract.by_name.get(mask.structure)
    if structure is None or structure.max_pieces is None or mask.cut or not mask.voxels:
        return
    sizes = [piece.voxels * mask.volume_ml / mask.voxels for piece in mask.pieces]
    counted = sizes[:1] + [size for size in sizes[1:] if size >= structure.piece_ml]
    if len(counted) > structure.max_pieces:
        listed = ", ".join(f"{size:.3g}" for size in counted)
        message = f"{len(counted)} pieces of {listed} ml, expected {structure.max_pieces} at most"
        yield Finding.about(mask, message, len(counted), structure.max_pieces, mask.pieces[1].spot)
