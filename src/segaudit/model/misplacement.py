"""Where masks would fit that do not lie on what they mark, and the structures that show it best."""

from __future__ import annotations

from msgspec import Struct

from segaudit.model.edge_classes import edge_class
from segaudit.model.records import Case, Mask, Vector

MAX_SHOWN = 5
"""Structures that are named: a picture has so many colours."""


class Misplacement(Struct, frozen=True, kw_only=True):
    """Where masks would fit that do not lie on what they mark."""

    structures: tuple[str, ...]
    """Structures that show it, at most five; the first is the best to look at."""
    turn: str = ""
    """How the masks are turned against the CT: the axes along which they are reversed, such as ``i`` or ``jk``; after
    ``swap`` i and j are exchanged before. Empty if they lie as the CT does."""
    voxels: Vector | None = None
    """How far the masks, once turned back, lie from where they would fit, along i, j, k; None if they fit nowhere."""


def shown_by(case: Case) -> tuple[str, ...]:
    """Return the structures that a picture of a whole case's misplacement outlines.

    The largest one that can be judged by itself comes first, lungs last, as a slice through an organ or a bone shows
    more; then what this slice meets, by size.
    """
    masks = sorted(_compared(case), key=lambda mask: (not _firm(mask), _airy(mask), -mask.voxels))
    if not masks or case.fit is None:
        return ()
    first, axis = masks[0], case.fit.axis
    middle = sum(_extent(first, axis)) / 2
    others = sorted(masks[1:], key=lambda mask: (not _meets(mask, axis, middle), not _firm(mask), -mask.voxels))
    return tuple(mask.structure for mask in (first, *others))[:MAX_SHOWN]


def placed(mask: Mask) -> bool:
    """Whether a mask's header places it within half a voxel of the CT: what it does beyond is mask-off-grid."""
    spacing = mask.file.header.spacing_mm if mask.file.header else ()
    return 2 * mask.corner_displacement_mm < min(spacing, default=0.0)


def _compared(case: Case) -> list[Mask]:
    """Return the masks that were compared with the CT, and lie on its grid."""
    compared = {fit.structure for fit in case.fit.masks} if case.fit else set()
    return [mask for name, mask in case.whole_masks.items() if name in compared and mask.box and placed(mask)]


def _firm(mask: Mask) -> bool:
    edges = edge_class(mask.meant)
    return edges is not None and edges.firm


def _airy(mask: Mask) -> bool:
    edges = edge_class(mask.meant)
    return edges is not None and edges.airy


def _extent(mask: Mask, axis: int) -> tuple[int, int]:
    """Return a mask's first and last slice across an axis."""
    first, last = mask.box[2 * axis : 2 * axis + 2] if mask.box else (0, 0)
    return first, last


def _meets(mask: Mask, axis: int, index: float) -> bool:
    first, last = _extent(mask, axis)
    return first <= index <= last
