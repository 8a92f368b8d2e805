"""Move misplaced masks to where they would fit."""

from __future__ import annotations

import numpy as np

from segaudit.measure import grid
from segaudit.measure.mask_runs import Foreground
from segaudit.model import Header
from segaudit.model.fitting import AXES, SWAPPED, moved, turned
from segaudit.model.misplacement import Misplacement
from segaudit.pictures.frame import Frame
from segaudit.pictures.regrid import regridded


def refitted(mask: Foreground, misplacement: Misplacement, frame: Frame) -> Foreground:
    """Return a mask where it would fit, on the same frame."""
    return regridded(mask, Frame(frame.shape, frame.affine @ _there(misplacement, frame.shape)), frame)


def described(misplacement: Misplacement, header: Header | None) -> str:
    """Return the line of a caption that says which outlines are where masks lie, and which where they would fit."""
    if misplacement.voxels is None:
        return "the CT shows these edges nowhere"
    way, off = turned(header, misplacement.turn), moved(header, misplacement.voxels)
    stored = ", ".join(part for part in ("as stored", way, f"{off} off" if off else "") if part)
    return f"solid: {stored}; dashed: where the CT shows these edges"


def _there(misplacement: Misplacement, shape: grid.Shape) -> grid.Matrix:
    """Return the 4 x 4 matrix from voxels of a misplaced mask to those where they would fit."""
    turn = misplacement.turn.removeprefix(SWAPPED)
    there = np.eye(4)[[1, 0, 2, 3]] if turn != misplacement.turn else np.eye(4)
    for axis in map(AXES.index, turn):
        there[axis] *= -1
        there[axis, 3] = shape[axis] - 1
    there[:3, 3] -= misplacement.voxels or 0
    return there
