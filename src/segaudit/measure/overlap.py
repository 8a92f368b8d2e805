"""Count the voxels that masks share, exactly, at a cost proportional to the number of runs.

In order of their starts, nearly all runs end before the next one starts. The others form clusters, and only these
are split wherever one of their runs starts or ends: each piece then lies in the same masks throughout.
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

_BATCH_RUNS = 1 << 16
"""Number of runs that are split at a time."""

_Counts: TypeAlias = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Overlaps:
    """The overlaps of masks."""

    sole: Spans
    """Spans that lie in exactly one mask."""
    shared: _Counts
    """Voxels that two masks share, by their indices (above the diagonal)."""
    voxels: int
    """Voxels in two masks or more."""
    multiplicity: int
    """The largest number of masks in one voxel."""

    @property
    def labelled_voxels(self) -> int:
        """Voxels in one mask or more."""
        return self.voxels + int(self.sole.lengths.sum())

    def pairs(self, structures: Sequence[str]) -> tuple[Overlap, ...]:
        """Return the pairs that share voxels, most first; ``structures`` are the names by index."""
        met = np.argwhere(self.shared)
        found = (Overlap(structures[a], structures[b], int(self.shared[a, b])) for a, b in met)
        return tuple(sorted(found, key=lambda pair: (-pair.voxels, pair.first, pair.second)))


def overlaps_of(runs: Spans, masks: int) -> Overlaps:
    """Return the overlaps of masks with indices from 0."""
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
    """Return for each run whether all runs before it have ended at its start."""
    first = np.ones(runs.starts.size, np.bool_)
    np.greater_equal(runs.starts[1:], np.maximum.accumulate(runs.stops)[:-1], out=first[1:])
    return first


def _batches(runs: Spans, first: NDArray[np.bool_]) -> Iterator[Spans]:
    """Yield whole clusters, many at a time."""
    clusters = np.flatnonzero(first)
    last = np.searchsorted(clusters, np.arange(0, first.size, _BATCH_RUNS), side="right") - 1
    for low, high in pairwise([*np.unique(clusters[last]).tolist(), first.size]):
        yield runs[low:high]


@dataclass(frozen=True, slots=True)
class _Pieces:
    """Runs, split wherever one of them starts or ends."""

    starts: _Counts
    lengths: _Counts
    depths: _Counts
    """Number of masks of each piece; 0 between clusters."""
    members: _Counts
    """Indices of the masks, piece after piece."""

    @classmethod
    def of(cls, runs: Spans) -> _Pieces:
        """Split runs, which are not empty."""
        edges = np.unique([runs.starts, runs.stops])
        low, high = np.searchsorted(edges, [runs.starts, runs.stops])
        piece, number = listed(low, high - low), np.repeat(runs.mask_index, high - low)
        depths = np.bincount(piece, minlength=edges.size - 1)
        return cls(edges[:-1], np.diff(edges), depths, number[np.lexsort([number, piece])])

    def sole(self) -> Spans:
        """Return the pieces that lie in exactly one mask."""
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
