"""Voxels that masks share, counted exactly, and in proportion to the runs of the masks.

In order of their starts, nearly all runs end before the next one starts. Those that do not form clusters, and only
these are cut, where one of their runs starts or ends: each piece then lies in the same masks throughout.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from segaudit.measure.case_runs import Spans
from segaudit.measure.mask_runs import listed
from segaudit.model import Overlap

_BATCH = 1 << 16
"""Runs that are cut at a time."""

_Counts: TypeAlias = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Overlaps:
    """How masks lie over each other."""

    sole: Spans
    """What lies in one mask alone."""
    shared: _Counts
    """Voxels that two masks share, by their numbers (above the diagonal)."""
    voxels: int
    """Voxels in two masks or more."""
    multiplicity: int
    """The most masks that meet in one voxel."""

    @property
    def labelled_voxels(self) -> int:
        """Voxels in one mask or more."""
        return self.voxels + int(self.sole.lengths.sum())

    def pairs(self, structures: Sequence[str]) -> tuple[Overlap, ...]:
        """Return the pairs that share voxels, most first; the structures are those of the numbers."""
        met = np.argwhere(self.shared)
        found = (Overlap(structures[a], structures[b], int(self.shared[a, b])) for a, b in met)
        return tuple(sorted(found, key=lambda pair: (-pair.voxels, pair.first, pair.second)))


def overlaps_of(runs: Spans, masks: int) -> Overlaps:
    """Return the overlaps of masks whose runs are numbered from 0."""
    first = _first_of_clusters(runs)
    alone = first & np.append(first[1:], True)
    cut = [_Pieces.of(spans) for spans in _batches(runs[~alone], first[~alone])]
    return Overlaps(
        sole=Spans.joined([runs[alone], *(pieces.sole() for pieces in cut)]),
        shared=sum((pieces.shared(masks) for pieces in cut), np.zeros((masks, masks), np.int64)),
        voxels=sum(int(pieces.lengths[pieces.depths > 1].sum()) for pieces in cut),
        multiplicity=max((int(pieces.depths.max()) for pieces in cut), default=int(alone.any())),
    )


def _first_of_clusters(runs: Spans) -> NDArray[np.bool_]:
    """Tell of each run whether it starts where all before it have ended."""
    first = np.ones(runs.starts.size, np.bool_)
    np.greater_equal(runs.starts[1:], np.maximum.accumulate(runs.stops)[:-1], out=first[1:])
    return first


def _batches(runs: Spans, first: NDArray[np.bool_]) -> Iterator[Spans]:
    """Yield whole clusters, many at a time."""
    clusters = np.flatnonzero(first)
    last = np.searchsorted(clusters, np.arange(0, first.size, _BATCH), side="right") - 1
    for low, high in pairwise([*np.unique(clusters[last]).tolist(), first.size]):
        yield runs[low:high]


@dataclass(frozen=True, slots=True)
class _Pieces:
    """Runs that are cut wherever one of them starts or ends."""

    starts: _Counts
    lengths: _Counts
    depths: _Counts
    """Masks of each piece; 0 between clusters."""
    members: _Counts
    """The numbers of the masks, piece after piece."""

    @classmethod
    def of(cls, runs: Spans) -> _Pieces:
        """Cut runs, of which there is one at least."""
        edges = np.unique([runs.starts, runs.stops])
        low, high = np.searchsorted(edges, [runs.starts, runs.stops])
        piece, number = listed(low, high - low), np.repeat(runs.mask_index, high - low)
        depths = np.bincount(piece, minlength=edges.size - 1)
        return cls(edges[:-1], np.diff(edges), depths, number[np.lexsort([number, piece])])

    def sole(self) -> Spans:
        """Return the pieces that lie in one mask."""
        first, one = np.cumsum(self.depths) - self.depths, self.depths == 1
        return Spans(self.starts[one], (self.starts + self.lengths)[one], self.members[first[one]])

    def shared(self, masks: int) -> _Counts:
        """Count the voxels that two masks share."""
        piece = np.repeat(np.arange(self.depths.size), self.depths)
        pairs = np.zeros(masks * masks)
        for apart in range(1, int(self.depths.max())):
            both = np.flatnonzero(piece[apart:] == piece[:-apart])
            met = self.members[both] * masks + self.members[both + apart]
            pairs += np.bincount(met, self.lengths[piece[both]], masks * masks)
        return pairs.astype(np.int64).reshape(masks, masks)
