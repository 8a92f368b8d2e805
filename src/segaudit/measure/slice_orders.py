"""In which order the slices of a CT change least.

Slices of one scan form a chain: each resembles the next one most. Two neighbours that do not belong together, but are
joined by a chain of smaller changes through other slices, are out of order. The largest change on the best such chain
is what single linkage calls their cophenetic distance; it is the same however the slices are stored (Gower and Ross,
"Minimum spanning trees and single linkage cluster analysis", Applied Statistics 1969;18:54).
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain, product
from typing import TypeAlias

import numpy as np
from msgspec.structs import replace
from numpy.typing import NDArray
from scipy.cluster.hierarchy import cophenet, linkage
from scipy.spatial.distance import squareform

from segaudit.measure.slice_parts import rearranged
from segaudit.model import Order
from segaudit.model.stack import MIN_CHANGE_HU

Numbers: TypeAlias = NDArray[np.float32]
Ranks: TypeAlias = NDArray[np.intp]

MIN_SLICES = 3
MAX_SLICES = 2048
"""Slices that are compared with each other; files of several volumes have more."""
SUSPECT = 0.9
"""Where the chain between two neighbours has less than this share of their change, other orders are looked for."""


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
    orders = _orders(distances, float(tree[:, 2].sum()), _suspect(distances, _beside(joined)))
    return changes, bottlenecks, tuple(replace(order, cuts=tuple(at[list(order.cuts)].tolist())) for order in orders)


def _suspect(distances: NDArray[np.float64], joined: NDArray[np.float64]) -> Ranks:
    """Return the slices that may not belong before the next one, the likeliest first."""
    beside = _beside(distances)
    ratios = joined / np.maximum(beside, np.finfo(np.float64).tiny)
    suspect = np.flatnonzero((ratios < SUSPECT) & (beside >= MIN_CHANGE_HU))
    return suspect[np.argsort(ratios[suspect], kind="stable")]


def _distances(slices: Numbers) -> NDArray[np.float64]:
    """Return the root mean square difference of any two slices."""
    slices = slices - slices.mean(axis=0)
    squares = (slices * slices).sum(axis=1, dtype=np.float64)
    square = squares[:, None] + squares - 2 * (slices @ slices.T)
    np.fill_diagonal(square, 0)
    return np.asarray(np.sqrt(np.maximum(square + square.T, 0) / (2 * slices.shape[1])), np.float64)


def _beside(distances: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.diagonal(distances, 1)


def _orders(distances: NDArray[np.float64], least: float, suspect: Ranks) -> Iterator[Order]:
    """Yield the stored order, the tree that no order has less change than, and the best of each known disorder."""
    stored = float(_beside(distances).sum())
    yield Order("stored", stored)
    yield Order("least", least)
    found: dict[str, Order] = {}
    parts = (arrangement.order(stored) for arrangement in rearranged(distances, suspect.tolist()))
    for order in chain(_throughout(distances) if suspect.size else (), parts):
        if order.name not in found or order.total < found[order.name].total:
            found[order.name] = order
    yield from found.values()


def _throughout(distances: NDArray[np.float64]) -> Iterator[Order]:
    """Yield the orders that disorders of all slices would come from."""
    for name, ranks in disorders(len(distances)):
        yield Order(name, float(_beside(distances[np.ix_(ranks, ranks)]).sum()))


def disorders(count: int) -> Iterator[tuple[str, Ranks]]:
    """Yield what may have happened to an order of so many slices, and the ranks that put it right."""
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


_ORDINALS = {2: "second", 3: "third", 4: "fourth"}
