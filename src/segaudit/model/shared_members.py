"""Which fingerprints share members: found by sorting all members, not by comparing pairs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from segaudit.model.alike_thumbnails import MOST, UNKNOWN

MIN_COMMON_MEMBERS = 2
"""The least number of common members of a pair."""

_PARTS = 8
"""Parts of the members that are read and sorted one after the other, which bounds the memory."""
_MOST_PAIRS = 1 << 22
"""Pairs that are kept before equal ones are counted, 32 MiB."""

Integers: TypeAlias = NDArray[np.int64]
Members: TypeAlias = NDArray[np.uint64]


def sharing(sketches: Sequence[Members], kinds: Integers) -> Iterator[tuple[int, int]]:
    """Yield the indices of the pairs of fingerprints that have members in common, the earlier one first.

    Args:
        sketches: the members of each fingerprint, without repetition; each may be read from a file for each part.
        kinds: the split of each as a number, or ``UNKNOWN``. Of a member that more than ``2 * MOST`` fingerprints have,
            each of them is paired with the first ``MOST`` of its split, and with some of other splits: they are a
            group, which is found without all of its pairs.
    """
    counted = _Pairs(len(sketches))
    for part in range(_PARTS):
        members = [sketch[sketch % np.uint64(_PARTS) == part] for sketch in sketches]
        owners = np.repeat(np.arange(len(sketches), dtype=np.int32), list(map(len, members)))
        for held in _held(np.concatenate([np.empty(0, np.uint64), *members]), owners):
            few = held.shape[1] <= 2 * MOST
            counted.add(_all_pairs(held) if few else _pairs_with_first(held[0], kinds))
    yield from counted.at_least(MIN_COMMON_MEMBERS)


def _held(members: Members, owners: NDArray[np.int32]) -> Iterator[Integers]:
    """Yield who has a member, ascending: a row for each member, all those at once that equally few have."""
    order = np.argsort(members, kind="stable")
    starts = np.flatnonzero(np.concatenate([[True], np.diff(members[order]) > 0]))
    counts = np.diff(starts, append=len(order))
    for count in np.unique(counts[counts > 1]).tolist():
        of_these = starts[counts == count]
        rows = max(_MOST_PAIRS // count**2, 1) if count <= 2 * MOST else 1
        for first in range(0, len(of_these), rows):
            places = of_these[first : first + rows, np.newaxis] + np.arange(count)
            yield owners[order[places]].astype(np.int64)


def _all_pairs(held: Integers) -> tuple[Integers, Integers]:
    """Return all pairs in each row."""
    earlier, later = np.triu_indices(held.shape[1], k=1)
    return held[:, earlier].ravel(), held[:, later].ravel()


def _pairs_with_first(held: Integers, kinds: Integers) -> tuple[Integers, Integers]:
    """Return the pairs with the first ones of a group: a few for each member, however many splits there are.

    All are paired with the first ones without a split, of the first split and of all others; and each with the first
    ones of its own split.
    """
    own = kinds[held]
    known = own != UNKNOWN
    leading = known & (own == own[np.argmax(known)])
    first = np.concatenate([held[some][:MOST] for some in (~known, leading, known & ~leading)])
    pairs = [_crossed(first, held)]
    names, counts = np.unique(own[known & ~leading], return_counts=True)
    for kind in names[counts > 1]:
        of_kind = held[own == kind]
        pairs.append(_crossed(np.setdiff1d(of_kind[:MOST], first), of_kind))
    earlier, later = np.concatenate(pairs, axis=1)
    return earlier, later


def _crossed(first: Integers, held: Integers) -> Integers:
    """Return the pairs of the first ones with all that come after them, as two rows."""
    pairs = np.array(np.meshgrid(first, held, indexing="ij"), np.int64).reshape(2, -1)
    return np.asarray(pairs[:, pairs[0] < pairs[1]])


class _Pairs:
    """Pairs, and how often each was added."""

    def __init__(self, number: int) -> None:
        """Take the number of things that are paired."""
        self._number = number
        self._waiting: list[Integers] = []
        self._keys, self._counts = np.empty(0, np.int64), np.empty(0, np.int64)

    def add(self, pairs: tuple[Integers, Integers]) -> None:
        """Add pairs, the earlier one first."""
        self._waiting.append(pairs[0] * self._number + pairs[1])
        if sum(map(len, self._waiting)) > _MOST_PAIRS:
            self._count()

    def at_least(self, least: int) -> Iterator[tuple[int, int]]:
        """Yield the pairs that were added at least so often."""
        self._count()
        earlier, later = np.divmod(self._keys[self._counts >= least], self._number)
        yield from zip(earlier.tolist(), later.tolist(), strict=True)

    def _count(self) -> None:
        """Count equal pairs."""
        new, counts = np.unique(np.concatenate([*self._waiting, np.empty(0, np.int64)]), return_counts=True)
        keys = np.concatenate([self._keys, new])
        self._keys, places = np.unique(keys, return_inverse=True)
        self._counts = np.bincount(places, np.concatenate([self._counts, counts]), len(self._keys)).astype(np.int64)
        self._waiting = []
