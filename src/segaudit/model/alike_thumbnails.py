"""Which thumbnails may correlate: an index by a few numbers of each, so that nearly all pairs cost nothing else."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from segaudit.model.records import THUMBNAIL_SIDE

MIN_CORRELATION = 0.95
"""The least correlation of a pair, with cells twice as long."""

MOST = 16
"""Earlier CTs of each split that a CT is compared with, the most alike: where more are, all belong to one group, and
the group is found, too, if each of its members is compared with some."""

_SIDE = THUMBNAIL_SIDE // 2
_FEW = 4
_BLOCK = 512
"""Number of thumbnails that are compared with all earlier ones at a time."""
_DENSE = 0.04
"""Share of pairs that may correlate from which on a product of matrices is quicker than pair by pair."""
_ROUNDING = 1e-4

Floats: TypeAlias = NDArray[np.float32]
Places: TypeAlias = NDArray[np.int64]


def correlating(thumbnails: Sequence[bytes], kinds: Places) -> Iterator[tuple[int, int]]:
    """Yield the indices of pairs of thumbnails that correlate at a coarser resolution, the earlier one first.

    With cells twice as long, which is eight times as fast, pairs correlate better, unless most of their contents are
    details of single cells. An empty thumbnail correlates with none.

    Args:
        thumbnails: ``Ct.thumbnail`` of each CT.
        kinds: the split of each CT as a number; of each, up to ``MOST`` earlier CTs are paired with a later one.
    """
    there = np.flatnonzero([bool(thumbnail) for thumbnail in thumbnails])
    coarse = _Coarse.of(thumbnails, there)
    for first in range(0, len(there), _BLOCK):
        values = coarse.correlations(first, min(first + _BLOCK, len(there)))
        for row in np.flatnonzero((values > MIN_CORRELATION).any(axis=1)).tolist():
            earlier = np.flatnonzero(values[row] > MIN_CORRELATION)
            chosen = _best(earlier, values[row, earlier], kinds[there[earlier]])
            yield from ((int(there[column]), int(there[first + row])) for column in chosen.tolist())


def _best(places: Places, values: Floats, kinds: Places) -> Places:
    """Return the places with the highest values, up to ``MOST`` of each kind."""
    if len(places) <= MOST:
        return places
    order = np.argsort(-values, kind="stable")
    return np.concatenate([places[order[kinds[order] == kind][:MOST]] for kind in np.unique(kinds)])


class _Coarse:
    """Thumbnails with cells twice as long, and of each a few numbers that bound its correlation with any other."""

    def __init__(self, cells: NDArray[np.uint16]) -> None:
        """Take the sums of 2 x 2 x 2 cells, a row for each thumbnail."""
        self.cells = cells
        self.bounds = np.zeros((len(cells), _FEW**3 + 1), np.float32)
        for first in range(0, len(cells), _BLOCK):
            self.bounds[first : first + _BLOCK] = _bounds(self.standard(slice(first, first + _BLOCK)))

    @classmethod
    def of(cls, thumbnails: Sequence[bytes], chosen: Places) -> _Coarse:
        """Return the coarser thumbnails of some."""
        cells = np.empty((len(chosen), _SIDE**3), np.uint16)
        for place, number in enumerate(chosen.tolist()):
            fine = np.frombuffer(thumbnails[number], np.uint8).reshape(_SIDE, 2, _SIDE, 2, _SIDE, 2)
            cells[place] = fine.sum(axis=(1, 3, 5), dtype=np.uint16).ravel()
        return cls(cells)

    def standard(self, rows: slice | Places) -> Floats:
        """Return thumbnails as rows with mean 0 and length 1, or zeros where all cells are equal."""
        return standard(self.cells[rows].astype(np.float32))

    def correlations(self, first: int, last: int) -> Floats:
        """Return the correlations of thumbnails with all before them, a row for each; -1 where the bound is too low."""
        values = self.bounds[first:last] @ self.bounds[:last].T
        near = np.tril(values > MIN_CORRELATION - _ROUNDING, k=first - 1)
        values[~near] = -1
        number = np.count_nonzero(near)
        if number > _DENSE * near.size:
            self._all(values, first, near)
        elif number:
            self._some(values, first, near)
        return values

    def _all(self, values: Floats, first: int, near: NDArray[np.bool_]) -> None:
        """Replace the bounds by correlations, by a product of matrices."""
        rows = self.standard(slice(first, first + len(values)))
        for start in range(0, values.shape[1], _BLOCK):
            part = slice(start, min(start + _BLOCK, values.shape[1]))
            np.copyto(values[:, part], rows @ self.standard(part).T, where=near[:, part])

    def _some(self, values: Floats, first: int, near: NDArray[np.bool_]) -> None:
        """Replace the bounds by correlations, pair by pair."""
        for start in range(0, len(pairs := np.argwhere(near)), _BLOCK):
            row, column = pairs[start : start + _BLOCK].T
            values[row, column] = np.einsum("ij,ij->i", self.standard(first + row), self.standard(column))


def _bounds(rows: Floats) -> Floats:
    """Return of each row of length 1 the means of 4 x 4 x 4 cells, and the length of the rest.

    The inner product of two such rows is at least the correlation (Cauchy and Schwarz, for the rest): no pair is lost.
    """
    step = _SIDE // _FEW
    few = rows.reshape(-1, _FEW, step, _FEW, step, _FEW, step).sum(axis=(2, 4, 6)).reshape(len(rows), _FEW**3)
    few /= step**1.5
    lengths = np.square(rows).sum(axis=1, keepdims=True)
    rest = np.sqrt(np.maximum(lengths - np.square(few).sum(axis=1, keepdims=True), 0))
    return np.asarray(np.concatenate([few, rest], axis=1), np.float32)


def standard(rows: Floats) -> Floats:
    """Return rows with mean 0 and length 1, or zeros if all numbers of a row are equal."""
    centred = rows - rows.mean(axis=1, keepdims=True)
    lengths = np.sqrt(np.square(centred).sum(axis=1, keepdims=True))
    return np.asarray(centred / np.where(lengths > 0, lengths, 1), np.float32)
