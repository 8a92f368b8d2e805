"""In which directions the rest of a structure lies that the field of view cuts."""

from __future__ import annotations

from typing import TypeAlias

import numpy as np

from segaudit.model.curve import Array
from segaudit.model.records import FIELD_OF_VIEW_MARGIN_VOXELS, Mask

MIN_COSINE = 0.35
"""The cosine from which on a face lies in a direction of the body: a grid that is 20 degrees askew is not along two."""

Openings: TypeAlias = frozenset[tuple[int, int]]
"""Axes of a position (0 to the feet, 1 to the right, 2 to the front), each with 1 or -1 for the opposite direction."""

WHOLE: Openings = frozenset()


def openings_of(mask: Mask, axes: Array) -> Openings:
    """Return the directions in which the field of view cuts a mask.

    Args:
        mask: a mask whose file is whole.
        axes: unit vectors (rows) towards the feet, the right and the front, in the world.
    """
    header = mask.file.header
    if header is None or mask.faces is None or not mask.cut:
        return WHOLE
    columns = np.array(header.affine).reshape(3, 4)[:, :3]
    directions = axes @ (columns / np.linalg.norm(columns, axis=0))
    found = set[tuple[int, int]]()
    for face, gap in enumerate(mask.faces):
        if gap < FIELD_OF_VIEW_MARGIN_VOXELS:
            outward = directions[:, face // 2] * (1 if face % 2 else -1)
            found |= {(axis, int(np.sign(cosine))) for axis, cosine in enumerate(outward) if abs(cosine) >= MIN_COSINE}
    return frozenset(found)
