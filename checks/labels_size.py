"""Masks are no specks."""

from __future__ import annotations

import math
from collections.abc import Iterator

from segaudit.model import Contract, Finding, Limit, Mask, Severity, check
from segaudit.model.anatomy import Anatomy
from segaudit.model.words import count

VOLUME_ML = Limit(
    "mask-tiny.volume_ml",
    0.17,
    "ml",
    "the volume below which a mask is a speck, unless its structure's `piece_ml` is smaller",
    "50 voxels of 1.5 mm; PanTS has lesions of 4 to 45 voxels.",
    most=10.0,
)


@check("mask-tiny", Severity.WARNING, limits=(VOLUME_ML,))
def mask_tiny(anatomy: Anatomy, contract: Contract) -> Iterator[Finding]:
    """A mask is a speck.

    Why it matters: a few voxels are not an organ, but a drawing error or a stray prediction.
    What to do: look at the case; remove the speck or segment the structure.
    Threshold: 0.17 ml, or 50 voxels of 1.5 mm; less for a structure with a smaller smallest piece in the contract,
        and none for cysts, which are followed from a few millimetres; in a child's body it shrinks with the cube of the
        distances of its vertebrae. Masks that the field of view cuts are not judged.
    Seen in: PanTS, lesions of 4 to 45 voxels (https://github.com/MrGiovanni/PanTS/issues/12).
    Blind spots: a speck of 0.17 ml or more, and one within 3 voxels of a face of the grid. In a padded CT, the faces
        of the grid are not those of the field of view.
    """
    most, known = VOLUME_ML.of(contract), contract.by_name
    for name, mask in anatomy.masks.items():
        if 0 < mask.volume_ml < most and not mask.cut:
            usual = min(most, known[name].piece_ml if name in known else math.inf)
            least = float(f"{usual * _child(anatomy) ** 3:.2g}")
            if mask.volume_ml < least:
                yield _tiny(mask, least)


def _child(anatomy: Anatomy) -> float:
    """Return the length of a body that is smaller than an adult's, relative to that; 1 where no spine shows it."""
    return min(1.0, anatomy.frame.scale) if anatomy.frame and anatomy.human else 1.0


def _tiny(mask: Mask, least: float) -> Finding:
    volume = float(f"{mask.volume_ml:.2g}")
    message = f"{count(mask.voxels, 'voxel')}, {volume:g} ml; expected {least:g} ml or more, or an empty mask"
    return Finding.about(mask, message, volume, least)
