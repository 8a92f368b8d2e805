"""Which thumbnails may correlate: an index by a few numbers of each, so that nearly all pairs cost nothing else."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from segaudit.model.lazy import Lazy
from segaudit.model.records import THUMBNAIL_SIDE

MIN_CORRELATION = 0.95
"""The least correlation of a pair, with cells twice as long."""

MOST = 16
"""Earlier CTs that a CT is compared with, the most alike, and as many of other splits: where more are, all belong to
one group, and the group is found, too, if each of its members is compared with some."""

UNKNOWN = -1
"""The split of a CT that has none: it is in no other split than any CT."""

_SIDE = THUMBNAIL_SIDE // 2
_FEW = 4
_BLOCK = 512
"""Number of thumbnails that are compared with all earlier ones at a time."""
_ROUNDING = 1e-4

Floats: TypeAlias = NDArray[np.float32]
Places: TypeAlias = NDArray[np.int64]


def correlating(thumbnails: Sequence[bytes], kinds: Places) -> Iterator[tuple[int, int]]:
    """Yield the indices of pairs of thumbnails that correlate at a coarser resolution, the earlier one first.

    With cells twice as long, which is eight times as fast, pairs correlate better, unless most of their contents are
    details of single cells. An empty thumbnail correlates with none.

    Args:
        thumbnails: ``Ct.thumbnail`` of each CT.
        kinds: the split of each CT as a number, or ``UNKNOWN``. With a CT, up to ``MOST`` earlier ones of other splits
            are paired, and as many that are not.
    """
    there = np.flatnonzero([bool(thumbnail) for thumbnail in thumbnails])
    coarse = _Coarse(Lazy(there.tolist(), thumbnails.__getitem__))
    for first in range(0, len(there), _BLOCK):
        values = coarse.correlations(first, min(first + _BLOCK, len(there)))
        for row in np.flatnonzero((values > MIN_CORRELATION).any(axis=1)).tolist():
            earlier = np.flatnonzero(values[row] > MIN_CORRELATION)
            apart = elsewhere(kinds[there[earlier]], kinds[there[first + row]])
            chosen = _best(earlier, values[row, earlier], apart)
            yield from ((int(there[column]), int(there[first + row])) for column in chosen.tolist())


def elsewhere(kinds: Places, own: Places | np.int64) -> NDArray[np.bool_]:
    """Whether CTs are in other splits than one, as far as is known."""
    return np.asarray((kinds != own) & (kinds != UNKNOWN) & (own != UNKNOWN))


def _best(places: Places, values: Floats, apart: NDArray[np.bool_]) -> Places:
    """Return the places with the highest values, up to ``MOST`` of those in other splits, and of the others."""
    if len(places) <= MOST:
        return places
    order = np.argsort(-values, kind="stable")
    return np.concatenate([places[order[apart[order] == other][:MOST]] for other in (False, True)])


class _Coarse:
    """Thumbnails with cells twice as long, and of each a few numbers that bound its correlation with any other.

    Only the numbers are kept; the cells are made anew of those thumbnails that are worth a look.
    """

    def __init__(self, thumbnails: Sequence[bytes]) -> None:
        """Take thumbnails that are not empty; each may be read from a file when it is asked for."""
        self._thumbnails = thumbnails
        self._bounds = np.zeros((len(thumbnails), _FEW**3 + 1), np.float32)
        for first in range(0, len(thumbnails), _BLOCK):
            rows = self._standard(range(first, min(first + _BLOCK, len(thumbnails))))
            self._bounds[first : first + _BLOCK] = _bounds(rows)

    def correlations(self, first: int, last: int) -> Floats:
        """Return the correlations of thumbnails with all before them, a row for each; -1 where the bound is too low."""
        values = self._bounds[first:last] @ self._bounds[:last].T
        near = np.tril(values > MIN_CORRELATION - _ROUNDING, k=first - 1)
        values[~near] = -1
        alike = np.flatnonzero(near.any(axis=1))
        rows = self._standard((first + alike).tolist())
        for start in range(0, last, _BLOCK):
            self._correlate(rows, alike, slice(start, start + _BLOCK), values, near)
        return values

    def _correlate(self, rows: Floats, places: Places, part: slice, values: Floats, near: NDArray[np.bool_]) -> None:
        """Replace the bounds by correlations in a part of the columns, where these are near."""
        among = near[places, part]
        row, column = (np.flatnonzero(among.any(axis=axis)) for axis in (1, 0))
        if row.size:
            exact = rows[row] @ self._standard((part.start + column).tolist()).T
            here = np.ix_(places[row], part.start + column)
            values[here] = np.where(near[here], exact, values[here])

    def _standard(self, places: Sequence[int]) -> Floats:
        """Return some as rows with mean 0 and length 1, or zeros where all cells are equal."""
        cells = np.empty((len(places), _SIDE**3), np.uint16)
        for row, place in enumerate(places):
            cells[row] = _coarser(self._thumbnails[place])
        return standard(cells.astype(np.float32))


def _coarser(thumbnail: bytes) -> NDArray[np.uint16]:
    """Return the sums of 2 x 2 x 2 cells; axis by axis, which takes a tenth of the time of all at once."""
    cells = np.frombuffer(thumbnail, np.uint8).astype(np.uint16).reshape((THUMBNAIL_SIDE,) * 3)
    cells = cells[::2] + cells[1::2]
    cells = cells[:, ::2] + cells[:, 1::2]
    return (cells[:, :, ::2] + cells[:, :, 1::2]).ravel()


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
