"""Areas in which masks touch, along the body axis (head to foot) and beside each other.

A disc separates two vertebrae; two masks that divide one vertebra between them touch across its whole section.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from segaudit.measure import grid
from segaudit.measure.case_runs import Offsets, Spans, strides
from segaudit.model import Contact, Header


def contacts_of(sole: Spans, structures: Sequence[str], header: Header) -> tuple[Contact, ...]:
    """Return the pairs of masks that touch, largest area first; none if the affine has no lengths.

    The reference may be a header whose voxels were never read; all masks are then unread too.

    Args:
        sole: spans that lie in exactly one mask.
        structures: names of the masks, by index.
        header: header of the reference.
    """
    shape, affine = grid.three_axes(header.shape), grid.matrix(header.affine)
    spacing = np.array(grid.spacing(affine))
    if not sole.starts.size or not (np.isfinite(spacing) & (spacing > 0)).all():
        return ()
    areas = [
        float(np.delete(spacing, axis).prod()) * _faces(sole, stride, len(structures))
        for axis, stride in enumerate(strides(shape))
    ]
    along = areas.pop(grid.axial_axis(affine))
    beside = areas[0] + areas[1]
    found = (
        Contact(structures[a], structures[b], float(along[a, b]), float(beside[a, b]))
        for a, b in np.argwhere(along + beside)
    )
    return tuple(sorted(found, key=lambda pair: (-pair.area_mm2, pair.first, pair.second)))


def _faces(sole: Spans, stride: int, masks: int) -> NDArray[np.int64]:
    """Count the faces between voxels of two masks at a distance of ``stride`` (above the diagonal)."""
    faces = np.zeros(masks * masks)
    for here, there in _met(sole, stride):
        other = sole.mask_index[here] != sole.mask_index[there]
        first, second = sole[here[other]], sole[there[other]]
        shared = np.minimum(first.stops + stride, second.stops) - np.maximum(first.starts + stride, second.starts)
        low, high = np.sort([first.mask_index, second.mask_index], axis=0)
        faces += np.bincount(low * masks + high, shared, masks * masks)
    return faces.astype(np.int64).reshape(masks, masks)


def _met(sole: Spans, stride: int) -> Iterator[tuple[Offsets, Offsets]]:
    """Yield pairs of spans at a distance of ``stride``: each span with the first such span, with the next one, ..."""
    if stride == 1:  # a span that begins where another ends is the next one
        here = np.flatnonzero(sole.starts[1:] == sole.stops[:-1])
        yield here, here + 1
        return
    stops, begins = sole.stops + stride, np.append(sole.starts, np.iinfo(np.int64).max)
    here, there = np.arange(stops.size), _at_most(sole.stops, sole.starts + stride)
    while (meet := begins[there] < stops[here]).any():
        here, there = here[meet], there[meet]
        yield here, there
        there = there + 1


def _at_most(line: Offsets, places: Offsets) -> Offsets:
    """Return how many on a line are at most at each place; both are ascending, so that a stable sort merges them."""
    order = np.argsort(np.concatenate([line, places]), kind="stable")
    return np.flatnonzero(order >= line.size) - np.arange(places.size)
