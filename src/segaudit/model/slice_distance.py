"""Where the distance of a CT's slices changes within the stack, as far as their change from each to the next shows.

Two neighbouring slices show nearly the same anatomy, so what slices change by varies little from one pair to the next;
at twice the distance they change half as much again at once, in all parts of the slice alike. Nothing else shows
how far apart they are: to the next but one they change by 1.6 times as much as to the next at any distance, so that
shorter and longer distances look alike. But noise does not grow with distance, and so it can be distinguished.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from math import log
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from segaudit.model.records import Slices, numbers

Logs = NDArray[np.float64]

REACHES = (4, 3)
"""Pairs of slices to both sides that are compared: as many as anatomy lets be."""

PARTS = 16
"""Parts of a slice whose changes are kept apart."""

MIN_STEP_HU = 0.5
"""Mean difference of slices that hold an image."""

MIN_PART_HU = 5.0
"""Mean difference of a part of the slice that shows something: air beside the body has less."""

MIN_PARTS = 6
"""Parts that show something."""

SHARED_BY = 0.2
"""Share of the parts that may change less than is said of all."""


class _Sides(NamedTuple):
    """Pairs of slices to both sides of a step."""

    before: slice
    after: slice


class _Changes(NamedTuple):
    """What slices change by from one to the next."""

    slices: Slices
    parts: Logs
    """Mean difference of each part of the slice, HU: a row for each pair."""
    raw: Logs
    """Logarithm of that of the whole slice."""


@dataclass(frozen=True, eq=False)
class Step:
    """A step in how much slices change from one to the next: after it all change more than before, or all less.

    A stack can have hundreds, and nearly all are none that counts, so each thing is derived when it is asked for.
    """

    changes: _Changes
    at: _Sides
    gap: float
    """Natural logarithm of how many times more they change, from the largest change on one side to the least on the
    other: the smaller one of what slices change by themselves, and of what they change beside the differences within
    each slice."""

    @property
    def place(self) -> int:
        """The first pair of slices after it."""
        return int(self.at.after.start)

    @property
    def reach(self) -> int:
        """Pairs to both sides that it was looked at in."""
        return int(self.at.before.stop - self.at.before.start)

    @cached_property
    def rise(self) -> float:
        """Natural logarithm of how many times more they change from there on, in the mean."""
        return float(self.changes.raw[self.at.after].mean() - self.changes.raw[self.at.before].mean())

    @cached_property
    def shared(self) -> float:
        """The rise, in its direction, that four fifths of the parts of the slice that show something have or more.

        0 where few parts do.
        """
        sides = [self.changes.parts[side] for side in self.at]
        shown = np.maximum(*(side.mean(axis=0) for side in sides)) >= MIN_PART_HU
        if shown.sum() < MIN_PARTS:
            return 0.0
        before, after = (np.log(np.maximum(side[:, shown], MIN_STEP_HU)).mean(axis=0) for side in sides)
        return float(np.quantile(np.sign(self.rise) * (after - before), SHARED_BY))

    @cached_property
    def sudden(self) -> float:
        """What comes at once, as a multiple of the largest difference elsewhere in the stack.

        That is from one pair to the next, or to the next but one where a pair is passed over.
        """
        raw, (before, after) = self.changes.raw, self.at
        passed = after.start - before.stop
        jumps = abs(raw[1 + passed :] - raw[: -1 - passed])
        first, last = before.stop - 1 - passed, before.stop + passed
        largest = max(float(part.max(initial=0)) for part in (jumps[:first], jumps[last:]))
        return float(jumps[before.stop - 1]) / max(largest, np.finfo(np.float64).tiny)

    @cached_property
    def grown(self) -> float:
        """The same as the rise, in its direction, of what the next but one differs by more than the next.

        To that, noise adds nothing. 0 where they do not differ more.
        """
        slices = self.changes.slices
        near, far = (np.square(numbers(column).astype(np.float64)) for column in (slices.changes, slices.further))
        before, after = (float(far[side.start : side.stop - 1].mean() - near[side].mean()) for side in self.at)
        grown = (log(after) - log(before)) / 2 if min(before, after) > 0 else 0.0
        return grown * float(np.sign(self.rise))


def steps(slices: Slices, least_gap: float = 0.0) -> list[Step]:
    """Return the steps between pairs of slices that have three pairs or more on both sides, with this gap or more."""
    parts = numbers(slices.parts).reshape(-1, PARTS).astype(np.float64)
    rough = numbers(slices.roughness)
    raw = np.log(np.maximum(parts.mean(axis=1), MIN_STEP_HU))
    relative = raw - np.log(np.maximum((rough[1:] + rough[:-1]) / 2, MIN_STEP_HU))
    changes, logs = _Changes(slices, parts, raw), np.stack((raw, relative))
    return [Step(changes, at, gap) for reach in REACHES for at, gap in _gaps(logs, reach, least_gap)]


def _gaps(logs: Logs, reach: int, least: float) -> Iterator[tuple[_Sides, float]]:
    """Yield where all of one side exceed all of the other, alone and beside what is within the slices, and by how much.

    One pair between the sides can be passed over: it can be of a distance between theirs.

    Args:
        logs: both, a number for each pair (2 x n).
        reach: pairs to both sides.
        least: what the gap has at least.
    """
    if logs.shape[1] < 2 * reach:
        return
    sides = [logs[:, at : logs.shape[1] + 1 - reach + at] for at in range(reach)]
    low, high = np.minimum.reduce(sides), np.maximum.reduce(sides)
    for passed in (0, 1):
        count = low.shape[1] - reach - passed
        up = (low[:, reach + passed :] - high[:, :count]).min(axis=0)
        down = (low[:, :count] - high[:, reach + passed :]).min(axis=0)
        gaps = np.maximum(up, down)
        for place in np.flatnonzero((gaps > 0) & (gaps >= least)).tolist():
            first = place + reach + passed
            yield _Sides(slice(place, place + reach), slice(first, first + reach)), float(gaps[place])
