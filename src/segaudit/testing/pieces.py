"""Pieces of masks, as records."""

from __future__ import annotations

from segaudit.model import Spot
from segaudit.model.records import Piece
from segaudit.testing.records import CENTRE

BOX = (20, 39, 15, 34, 10, 29)
"""The box of a healthy mask."""


def pieces_of(*voxels: int, spot: Spot = CENTRE, **changes: object) -> tuple[Piece, ...]:
    """Return pieces of these sizes, the largest first; ``changes`` are those of all further ones."""
    first, *further = voxels
    others = (Piece(**{"voxels": size, "box": BOX, "spot": spot} | changes) for size in further)  # type: ignore[arg-type]
    return (Piece(voxels=first, box=BOX, spot=CENTRE), *others)
