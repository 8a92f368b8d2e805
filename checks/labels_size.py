"""Masks are as large, and in as few pieces, as their structures."""

from __future__ import annotations

from collections.abc import Iterator

from segaudit.model import Contract, Finding, Mask, Severity, check
from segaudit.model.structure import SPECK_ML
from segaudit.model.words import count


@check("mask-tiny", Severity.WARNING, where=lambda mask: 0 < mask.volume_ml < SPECK_ML)
def mask_tiny(mask: Mask, contract: Contract) -> Iterator[Finding]:
    """A mask is a speck.

    Why it matters: a few voxels are no organ but a slip of the brush or a stray prediction.
    What to do: look at the case; remove the speck or segment the structure.
    Threshold: 0.17 ml, or 50 voxels of 1.5 mm; less for a structure whose smallest piece is smaller in the contract,
        down to none for cysts, which are followed from a few millimetres; not where the field of view cuts it.
    Seen in: PanTS, lesions of 4 to 45 voxels (https://github.com/MrGiovanni/PanTS/issues/12).
    Blind spots: a speck of 0.17 ml or more passes, and so does one within 3 voxels of a face of the grid. A face is
        that of the grid, not of what was scanned: padding moves it away.
    """
    structure = contract.by_name.get(mask.structure)
    least = structure.speck_ml if structure else SPECK_ML
    if 0 < mask.volume_ml < least and not mask.cut:
        volume = float(f"{mask.volume_ml:.2g}")
        message = f"{count(mask.voxels, 'voxel')}, {volume:g} ml; expected {least:g} ml or more, or an empty mask"
        yield Finding.about(mask, message, volume, least)


@check("mask-fragmented", Severity.WARNING, needs="structures", where=lambda mask: len(mask.pieces) > 1)
def mask_fragmented(mask: Mask, contract: Contract) -> Iterator[Finding]:
    """A mask is in more pieces than its structure.

    Why it matters: the further pieces are parts of other structures, or what joins them is not labelled.
    What to do: look at the case; remove or join the pieces.
    Threshold: the number of pieces, and the volume from which one counts, that the contract states for the structure;
        26-connected; not where the field of view cuts it.
    Seen in: TotalSegmentator v2.0.1, adrenal glands in 8 per cent of 150 cases
        (https://github.com/ahigazy1/adrenal-multiorgan/blob/main/PLAN.md); PROSTATEx, up to 3 pieces in a lesion
        (https://github.com/rcuocolo/PROSTATEx_masks/issues/20).
    Blind spots: pieces smaller than the contract's smallest, structures without a number of pieces, and masks within 3
        voxels of a face of the grid are not judged. A structure that grew into its neighbour is one piece.
    """
    structure = contract.by_name.get(mask.structure)
    if structure is None or structure.max_pieces is None or mask.cut or not mask.voxels:
        return
    sizes = [voxels * mask.volume_ml / mask.voxels for voxels in mask.pieces]
    counted = sizes[:1] + [size for size in sizes[1:] if size >= structure.piece_ml]
    if len(counted) > structure.max_pieces:
        listed = ", ".join(f"{size:.3g}" for size in counted)
        message = f"{len(counted)} pieces of {listed} ml, expected {structure.max_pieces} at most"
        yield Finding.about(mask, message, len(counted), structure.max_pieces, mask.second_piece)
