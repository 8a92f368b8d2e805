"""In which order the slices of a CT change least.

Slices of one scan form a chain: each resembles the next one most. Two neighbours that do not belong together, but are
joined by a chain of smaller changes through other slices, are out of order. The largest change on the best such chain
is what single linkage calls their cophenetic distance; it is the same however the slices are stored (Gower and Ross,
"Minimum spanning trees and single linkage cluster analysis", Applied Statistics 1969;18:54).
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray
from scipy.cluster.hierarchy import cophenet, linkage
from scipy.spatial.distance import squareform

from segaudit.model import Order

Numbers: TypeAlias = NDArray[np.float32]
Ranks: TypeAlias = NDArray[np.intp]

MIN_SLICES = 3
MAX_SLICES = 2048
"""Slices that are compared with each other; files of several volumes have more."""
_IN_ORDER = 0.75
"""Where the chain between two neighbours has no less than this share of their change, no other order is looked for."""


def chained(slices: Numbers, shown: NDArray[np.bool_]) -> tuple[Numbers, Numbers, tuple[Order, ...]]:
    """Return the change of each slice to the next, the largest on the best chain between them, and orders of less.

    Args:
        slices: a row for each slice.
        shown: which of them show something; the others are passed over, and have the change and the chain 0.
    """
    changes, bottlenecks = np.zeros((2, max(len(slices) - 1, 0)), np.float32)
    at = np.flatnonzero(shown)
    if not MIN_SLICES <= at.size <= MAX_SLICES:
        return changes, bottlenecks, ()
    distances = _distances(slices[at])
    tree = linkage(squareform(distances, checks=False), "single")
    joined = squareform(cophenet(tree))
    changes[at[:-1]], bottlenecks[at[:-1]] = _beside(distances), _beside(joined)
    ordered = bool((_beside(joined) >= _IN_ORDER * _beside(distances)).all())
    return changes, bottlenecks, tuple(_orders(distances, float(tree[:, 2].sum()), ordered=ordered))


def _distances(slices: Numbers) -> NDArray[np.float64]:
    """Return the root mean square difference of any two slices."""
    slices = slices - slices.mean(axis=0)
    squares = (slices * slices).sum(axis=1, dtype=np.float64)
    square = squares[:, None] + squares - 2 * (slices @ slices.T)
    np.fill_diagonal(square, 0)
    return np.asarray(np.sqrt(np.maximum(square + square.T, 0) / (2 * slices.shape[1])), np.float64)


def _beside(distances: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.diagonal(distances, 1)


def _orders(distances: NDArray[np.float64], least: float, *, ordered: bool) -> Iterator[Order]:
    """Yield the stored order, the tree that no order has less change than, and the best of each known disorder."""
    stored = float(_beside(distances).sum())
    yield Order("stored", stored)
    yield Order("least", least)
    if not ordered:
        totals: dict[str, float] = {}
        for name, ranks in disorders(distances):
            total = float(_beside(distances[np.ix_(ranks, ranks)]).sum())
            totals[name] = min(total, totals.get(name, total))
        yield from (Order(name, total) for name, total in totals.items())


def disorders(distances: NDArray[np.float64]) -> Iterator[tuple[str, Ranks]]:
    """Yield what may have happened to an order, and the ranks that put it right."""
    count = len(distances)
    stored = np.arange(count)
    for start, turned in product((0, 1), (1, -1)):
        names = np.array(sorted(range(start, start + count), key=str))[::turned]
        yield "by name as text", np.argsort(names)
    for start in (0, 1):
        pairs = stored.copy()
        even = slice(start, count - (count - start) % 2)
        pairs[even] = pairs[even].reshape(-1, 2)[:, ::-1].ravel()
        yield "pairs exchanged", pairs
    for step in (2, 3, 4):
        yield f"every {_ORDINALS[step]} slice first", np.argsort(np.argsort(stored % step, kind="stable"))
    yield from _cut(distances)


_ORDINALS = {2: "second", 3: "third", 4: "fourth"}


def _cut(distances: NDArray[np.float64]) -> Iterator[tuple[str, Ranks]]:
    """Yield what may have happened at the largest change, or where an exchange of two neighbours gains most."""
    stored = np.arange(len(distances))
    head, tail = np.split(stored, [int(_beside(distances).argmax()) + 1])
    yield "two parts exchanged", np.concatenate([tail, head])
    yield "a part reversed", np.concatenate([head, tail[::-1]])
    yield "a part reversed", np.concatenate([head[::-1], tail])
    beside, next_but_one = _beside(distances), np.diagonal(distances, 2)
    if len(stored) > MIN_SLICES:
        gain = beside[:-2] + beside[2:] - next_but_one[:-1] - next_but_one[1:]
        at = int(gain.argmax()) + 1
        stored[[at, at + 1]] = at + 1, at
        yield "two slices exchanged", stored
