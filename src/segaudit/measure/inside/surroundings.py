"""What lies around small parts of masks: pieces, and what fills a cavity."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from segaudit.measure.case_runs import Offsets, Spans, strides
from segaudit.measure.grid import Shape
from segaudit.measure.inside.rows import Counts
from segaudit.measure.mask_runs import Rows, listed


class Parts(NamedTuple):
    """Parts of masks on the line of the case."""

    spans: Spans
    """Their runs in order; the index is that of the part."""
    owner: Counts
    """The index of the mask of each part."""

    @classmethod
    def of(cls, rows: Sequence[Rows], owner: Sequence[int], shape: Shape) -> Parts:
        """Return parts, each with the mask that it belongs to."""
        _, row, plane = strides(shape)
        spans = []
        for number, part in enumerate(rows):
            starts = part.i + row * part.j.astype(np.int64) + plane * part.k.astype(np.int64)
            spans.append(Spans(starts, starts + part.length, np.full(starts.size, number)))
        return cls(Spans.joined(spans), np.array(owner, np.int64))

    def area_mm2(self, shape: Shape, spacing: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the surface of each part, mm2."""
        one, row, plane = strides(shape)
        apart = self.spans.mask_index * (plane * (shape[2] + 1))
        order = np.argsort(self.spans.starts + apart, kind="stable")
        starts, stops, number = (each[order] for each in (self.spans.starts + apart, self.spans.stops + apart,
                                                          self.spans.mask_index))  # fmt: skip
        spans, alone = Spans(starts, stops, number), Spans(starts, stops, np.zeros_like(number))
        voxels = np.bincount(number, spans.lengths, self.owner.size)
        areas = np.zeros(self.owner.size)
        for axis, stride in enumerate((one, row, plane)):
            within = met(spans, stride, alone, self.owner.size, 1)[:, 0]
            areas += 2 * float(np.delete(spacing, axis).prod()) * (voxels - within)
        return areas


def touched(parts: Parts, sole: Spans, shape: Shape, spacing: NDArray[np.float64], masks: int) -> NDArray[np.float64]:
    """Return the areas in which parts touch masks other than their own, mm2: parts x masks.

    Args:
        parts: parts of masks.
        sole: spans that lie in exactly one mask, in order.
        shape: the grid of the case.
        spacing: lengths of its voxels, mm.
        masks: how many masks there are.
    """
    areas = np.zeros((parts.owner.size, masks))
    for axis, stride in enumerate(strides(shape)):
        face = float(np.delete(spacing, axis).prod())
        for step in (stride, -stride):
            areas += face * met(parts.spans, step, sole, parts.owner.size, masks)
    areas[np.arange(parts.owner.size), parts.owner] = 0
    return areas


def shared(parts: Parts, masks: Sequence[Spans], count: int) -> Counts:
    """Return the voxels that parts share with masks other than their own: parts x masks."""
    voxels = np.zeros((parts.owner.size, count), np.int64)
    spans, longest = parts.spans, int(parts.spans.lengths.max(initial=0))
    for mask in masks:
        if mask.starts.size:
            near = slice(*np.searchsorted(spans.starts, (mask.starts[0] - longest, mask.stops[-1])).tolist())
            here, _, lengths = _meetings(spans[near], 0, mask)
            number = np.bincount(spans.mask_index[near][here], lengths, parts.owner.size)
            voxels[:, mask.mask_index[0]] = number
    voxels[np.arange(parts.owner.size), parts.owner] = 0
    return voxels


def met(spans: Spans, step: int, others: Spans, rows: int, columns: int) -> Counts:
    """Count the voxels that spans, moved along the line, share with others that are apart from each other."""
    here, there, voxels = _meetings(spans, step, others)
    pair = spans.mask_index[here] * columns + others.mask_index[there]
    return np.bincount(pair, voxels, rows * columns).astype(np.int64).reshape(rows, columns)


def _meetings(spans: Spans, step: int, others: Spans) -> tuple[Offsets, Offsets, Offsets]:
    """Return which spans, moved along the line, meet which others that are apart, and the voxels that they share."""
    starts, stops = spans.starts + step, spans.stops + step
    low = np.searchsorted(others.stops, starts, side="right")
    count = np.maximum(np.searchsorted(others.starts, stops, side="left") - low, 0)
    some: Offsets = np.flatnonzero(count)
    here, there = np.repeat(some, count[some]), listed(low[some], count[some])
    voxels = np.minimum(stops[here], others.stops[there]) - np.maximum(starts[here], others.starts[there])
    return here, there, voxels
