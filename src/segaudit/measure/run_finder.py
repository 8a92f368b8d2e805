"""Find runs of equal voxels in a grid that is nearly all zero.

A cell is eight bytes of voxels. Cells of zeros are skipped by comparing eight bytes at once; the few others are
gathered, and only their voxels are compared one by one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np

from segaudit.measure.mask_runs import Indices, Integers
from segaudit.measure.voxels import Voxels

_CELL_BYTES = 8
_BATCH_VOXELS = 1 << 18
"""Number of voxels that are gathered before runs are searched."""


@dataclass(frozen=True, slots=True)
class _Cells:
    """Cells in the order of the grid."""

    starts: Indices
    """Flat index of the first voxel of each cell."""
    voxels: Voxels
    """The voxels of all cells in a row."""
    width: int
    """Voxels per cell: 1 if a voxel has eight bytes or more."""


def nonzero_runs(pieces: Iterable[tuple[int, Voxels]]) -> Iterator[tuple[Integers, Integers, Voxels]]:
    """Yield starts, lengths and values of runs of equal voxels that are not zero.

    Args:
        pieces: pieces of a flat grid, each with the index of its first voxel; voxels between them are zero.
    """
    for cells in _batches(_occupied(first, voxels) for first, voxels in pieces):
        yield _runs(cells)


def _occupied(first: int, voxels: Voxels) -> _Cells:
    """Return the cells of a piece that are not zero; the last one is padded with zeros."""
    width = max(_CELL_BYTES // voxels.itemsize, 1)
    if rest := voxels.size % width:
        voxels = np.append(voxels, np.zeros(width - rest, voxels.dtype))
    words: Voxels = voxels.view(np.uint64) if width * voxels.itemsize == _CELL_BYTES else voxels
    where = (words != 0).nonzero()[0]
    return _Cells(where * width + first, words.take(where).view(voxels.dtype), width)


def _batches(parts: Iterable[_Cells]) -> Iterator[_Cells]:
    """Join cells to large batches, because numpy's overhead per call is constant."""
    gathered: list[_Cells] = []
    voxels = 0
    for part in parts:
        gathered.append(part)
        voxels += part.voxels.size
        if voxels >= _BATCH_VOXELS:
            yield _joined(gathered)
            gathered, voxels = [], 0
    if gathered:
        yield _joined(gathered)


def _joined(parts: list[_Cells]) -> _Cells:
    starts = np.concatenate([part.starts for part in parts])
    return _Cells(starts, np.concatenate([part.voxels for part in parts]), parts[0].width)


def _runs(cells: _Cells) -> tuple[Integers, Integers, Voxels]:
    """Return starts, lengths and values of the runs that are not zero; none continues across a skipped cell."""
    begins = np.ones(cells.voxels.size, np.bool_)
    np.not_equal(cells.voxels[1:], cells.voxels[:-1], out=begins[1:])
    begins[cells.width :: cells.width] |= np.diff(cells.starts) != cells.width
    at = np.flatnonzero(begins)
    values = cells.voxels[at]
    kept = np.flatnonzero(values)
    first, after = at[kept], np.append(at, begins.size)[kept + 1]
    skipped = cells.starts - np.arange(0, begins.size, cells.width)
    starts = first + skipped[first // cells.width]
    return starts.astype(np.int32), (after - first).astype(np.int32), values[kept]
