"""Which parts of a stack of slices were exchanged, moved or reversed.

The stack is cut behind slices that are suspected not to belong before the next one, and its parts are arranged in each
way that a known disorder leads back to. An arrangement is judged where it cuts, and nowhere else: all other neighbours
stay neighbours.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import combinations, pairwise
from typing import NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from segaudit.model import Order
from segaudit.model.stack import MIN_CHANGE_HU

Distances: TypeAlias = NDArray[np.float64]
Part: TypeAlias = tuple[int, int]
"""First and last slice, in the order in which they are read."""

MAX_CUTS = 10
"""Places at which a stack is cut, the most suspect ones; more are no matter of a few parts."""

MAX_RATIO = 0.9
"""Change at the places where parts are joined anew, as a share of that where they were cut, that is worth a word."""

MOVED, TURNED, EXCHANGED, SWAPPED = "a part moved", "a part reversed", "two parts exchanged", "two slices exchanged"

FORTH, BACK = False, True
"""Whether a part is read backwards."""

ARRANGEMENTS: dict[int, tuple[tuple[str, tuple[tuple[int, bool], ...]], ...]] = {
    1: (
        (EXCHANGED, ((1, FORTH), (0, FORTH))),
        (TURNED, ((0, FORTH), (1, BACK))),
        (TURNED, ((0, BACK), (1, FORTH))),
    ),
    2: (
        (TURNED, ((0, FORTH), (1, BACK), (2, FORTH))),
        (MOVED, ((1, FORTH), (0, FORTH), (2, FORTH))),
        (MOVED, ((0, FORTH), (2, FORTH), (1, FORTH))),
    ),
    3: ((MOVED, ((0, FORTH), (2, FORTH), (1, FORTH), (3, FORTH))),),
    4: ((EXCHANGED, ((0, FORTH), (3, FORTH), (2, FORTH), (1, FORTH), (4, FORTH))),),
}
"""By the number of cuts: what may have happened, and the parts, each with its direction, that put it right."""


_EXCHANGE = 3
"""Changes that an exchange of two neighbours is about."""


class Arrangement(NamedTuple):
    """Parts in another order."""

    name: str
    cuts: tuple[int, ...]
    gain: float
    """How much less change it has than the stored order."""

    def order(self, stored: float) -> Order:
        """Return it as an order, given the change of the stored one."""
        return Order(self.name, stored - self.gain, self.cuts)


def rearranged(distances: Distances, suspect: Iterable[int]) -> Iterator[Arrangement]:
    """Yield the arrangements that have clearly less change where they join parts than the stored order has there.

    Args:
        distances: change between any two slices, n x n.
        suspect: slices that may not belong before the next one, the likeliest first.
    """
    yield from _swapped(distances)
    places = sorted([*suspect][:MAX_CUTS])
    for count, known in ARRANGEMENTS.items():
        for cuts in combinations(places, count):
            ends = [-1, *cuts, len(distances) - 1]
            parts = [(before + 1, last) for before, last in pairwise(ends)]
            before = sum(float(distances[cut, cut + 1]) for cut in cuts)
            for name, arrangement in known:
                after = _joined(distances, [_read(parts[part], backwards=backwards) for part, backwards in arrangement])
                if after <= MAX_RATIO * before:
                    yield Arrangement(_named(name, parts), cuts, before - after)


def _read(part: Part, *, backwards: bool) -> Part:
    """Return a part as it is read, forwards or backwards."""
    first, last = part
    return (last, first) if backwards else (first, last)


def _joined(distances: Distances, parts: list[Part]) -> float:
    """Return the change from each part to the next one."""
    return sum(float(distances[one[1], other[0]]) for one, other in pairwise(parts))


def _named(name: str, parts: list[Part]) -> str:
    """Return what happened to the parts in the middle, of which two can be single slices."""
    lengths = [last - first + 1 for first, last in parts[1:-1]]
    turned = name == TURNED and lengths == [2]
    return SWAPPED if turned or (name != TURNED and len(lengths) > 1 and lengths[0] == lengths[-1] == 1) else name


def _swapped(distances: Distances) -> Iterator[Arrangement]:
    """Yield the exchange of two neighbours that gains the largest share of what is changed."""
    beside, next_but_one = np.diagonal(distances, 1), np.diagonal(distances, 2)
    if len(beside) < _EXCHANGE:
        return
    before, after = beside[:-2] + beside[2:], next_but_one[:-1] + next_but_one[1:]
    firm = np.minimum(beside[:-2], beside[2:]) >= MIN_CHANGE_HU
    ratios = np.where(firm, after / np.maximum(before, MIN_CHANGE_HU), 1)
    at = int(ratios.argmin())
    if ratios[at] <= MAX_RATIO:
        yield Arrangement(SWAPPED, (at, at + 2), float(before[at] - after[at]))
