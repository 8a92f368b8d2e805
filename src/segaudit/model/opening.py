"""In which directions the rest of a structure lies that the field of view cuts."""

from __future__ import annotations

from functools import lru_cache
from typing import TypeAlias

import numpy as np

from segaudit.model.curve import Array
from segaudit.model.records import FIELD_OF_VIEW_MARGIN_VOXELS, Affine, Mask

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
    if header is None or mask.faces is None:
        return WHOLE
    ways = _outward(header.affine, axes.tobytes())
    near = (way for way, gap in zip(ways, mask.faces, strict=True) if gap < FIELD_OF_VIEW_MARGIN_VOXELS)
    return frozenset().union(*near)


@lru_cache(maxsize=4)  # the masks of a case have few affines, and one frame
def _outward(affine: Affine, axes: bytes) -> tuple[Openings, ...]:
    """Return the directions that each face of a grid looks to: low and high along i, j, k."""
    columns = np.array(affine).reshape(3, 4)[:, :3]
    cosines = np.frombuffer(axes).reshape(3, 3) @ (columns / np.linalg.norm(columns, axis=0))
    ways = np.where(abs(cosines) >= MIN_COSINE, np.sign(cosines), 0).T.astype(int).tolist()
    return tuple(
        frozenset((axis, way * sense) for axis, way in enumerate(column) if way) for column in ways for sense in (-1, 1)
    )
