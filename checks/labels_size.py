"""Masks are no specks."""

from __future__ import annotations

import math
from collections.abc import Iterator

from segaudit.model import Contract, Finding, Limit, Mask, Severity, check
from segaudit.model.words import count

VOLUME_ML = Limit(
    "mask-tiny.volume_ml",
    0.17,
    "ml",
    "the volume below which a mask is a speck, unless its structure's `piece_ml` is smaller",
    "50 voxels of 1.5 mm; PanTS has lesions of 4 to 45 voxels.",
    most=10.0,
)


@check("mask-tiny", Severity.WARNING, where=lambda mask: 0 < mask.volume_ml < VOLUME_ML.most, limits=(VOLUME_ML,))
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
    least = min(VOLUME_ML.of(contract), structure.piece_ml if structure else math.inf)
    if 0 < mask.volume_ml < least and not mask.cut:
        volume = float(f"{mask.volume_ml:.2g}")
        message = f"{count(mask.voxels, 'voxel')}, {volume:g} ml; expected {least:g} ml or more, or an empty mask"
        yield Finding.about(mask, message, volume, least)
