"""How masks fit, slab by slab along the patient's length."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from segaudit.measure.fit.faces import Faces
from segaudit.measure.fit.profiles import Scan, rounded
from segaudit.model.records import SlabFit

SLAB_MM = 15.0
MIN_FACES = 20
"""Faces of a mask in a slab without which it says nothing there."""


def slabs_of(
    scan: Scan, faces: Faces, steps: NDArray[np.float32], axis: int, certain: NDArray[np.bool_]
) -> Iterator[SlabFit]:
    """Yield how masks fit in slabs of 15 mm, and two slices at least.

    Args:
        scan: the CT.
        faces: those of the masks that are looked at together.
        steps: the one at each face, where the size error of all puts it.
        axis: the one along the patient's length.
        certain: which masks differ from what is around them in everybody.
    """
    thick, masks = max(2, round(SLAB_MM / float(scan.spacing[axis]))), scan.sign.size
    slabs = -(-scan.shape[axis] // thick)
    cell = faces.at[axis] // thick * masks + faces.owner
    total, size, count = (
        np.bincount(cell, weights, slabs * masks).reshape(slabs, masks) for weights in (steps, np.abs(steps), None)
    )
    for number, decidable in enumerate((count >= MIN_FACES) & (size > 0)):
        if decidable.any():
            first, last = number * thick, min((number + 1) * thick, scan.shape[axis]) - 1
            sure = decidable & certain
            yield SlabFit(
                first=first,
                last=last,
                structures=int(decidable.sum()),
                agreement=rounded(total[number].sum() / size[number].sum()),
                typical=rounded(np.median(total[number, decidable] / size[number, decidable])),
                certain=rounded(total[number, sure].sum() / size[number, sure].sum()) if sure.any() else None,
            )
