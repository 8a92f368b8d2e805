"""Where the distance of a CT's slices changes within the stack, as far as their change from each to the next shows.

Two neighbouring slices show nearly the same anatomy, so what slices change by varies little from one pair to the next;
at twice the distance they change half as much again at once, in all parts of the slice alike. Nothing else shows
how far apart they are: to the next but one they change by 1.6 times as much as to the next at any distance, so that
shorter and longer distances look alike. But noise does not grow with distance, and so it can be distinguished.
"""

from __future__ import annotations

from collections.abc import Iterator
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


class Step(NamedTuple):
    """A step in how much slices change from one to the next: after it all change more than before, or all less."""

    place: int
    """The first pair of slices after it."""
    reach: int
    """Pairs to both sides that it was looked at in."""
    rise: float
    """Natural logarithm of how many times more they change from there on, in the mean."""
    gap: float
    """The same from the largest change on one side to the least on the other: the smaller one of what slices change by
    themselves, and of what they change beside the differences within each slice."""
    shared: float
    """The same in the mean, in the direction of the rise, that four fifths of the parts of the slice have or more."""
    sudden: float
    """What comes at once, as a multiple of the largest difference elsewhere in the stack: from one pair to the next, or
    to the next but one where a pair is passed over."""
    grown: float
    """The same as the rise, in its direction, of what the next but one differs by more than the next: to that, noise
    adds nothing. 0 where they do not."""


def steps(slices: Slices, least_gap: float = 0.0) -> list[Step]:
    """Return the steps between pairs of slices that have three pairs or more on both sides, with this gap or more."""
    parts = numbers(slices.parts).reshape(-1, PARTS).astype(np.float64)
    rough = numbers(slices.roughness)
    raw = np.log(np.maximum(parts.mean(axis=1), MIN_STEP_HU))
    relative = raw - np.log(np.maximum((rough[1:] + rough[:-1]) / 2, MIN_STEP_HU))
    return [
        _step(slices, raw, parts, at, gap)
        for reach in REACHES
        for at, gap in _gaps(np.stack((raw, relative)), reach, least_gap)
    ]


class _Sides(NamedTuple):
    """Pairs of slices to both sides of a step."""

    before: slice
    after: slice


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


def _step(slices: Slices, raw: Logs, parts: Logs, at: _Sides, gap: float) -> Step:
    """Return the step between two sides."""
    before, after = at
    rise = float(raw[after].mean() - raw[before].mean())
    passed = after.start - before.stop
    jumps = abs(raw[1 + passed :] - raw[: -1 - passed])
    elsewhere = np.delete(jumps, slice(before.stop - 1 - passed, before.stop + passed))
    largest = max(float(elsewhere.max(initial=0)), np.finfo(np.float64).tiny)
    return Step(
        place=after.start,
        reach=before.stop - before.start,
        rise=rise,
        gap=gap,
        shared=_shared(parts, at, rise),
        sudden=float(jumps[before.stop - 1]) / largest,
        grown=_grown(slices, at) * float(np.sign(rise)),
    )


def _shared(parts: Logs, at: _Sides, rise: float) -> float:
    """Return the rise that four fifths of the parts that show something have or more; 0 of few."""
    shown = np.maximum(parts[at.before].mean(axis=0), parts[at.after].mean(axis=0)) >= MIN_PART_HU
    if shown.sum() < MIN_PARTS:
        return 0.0
    before, after = (np.log(np.maximum(parts[side][:, shown], MIN_STEP_HU)).mean(axis=0) for side in at)
    return float(np.quantile(np.sign(rise) * (after - before), SHARED_BY))


def _grown(slices: Slices, at: _Sides) -> float:
    """Return how many times more, as a logarithm, change grows with distance after a step than before it."""
    near, far = (np.square(numbers(column).astype(np.float64)) for column in (slices.changes, slices.further))
    before, after = (float(far[side.start : side.stop - 1].mean() - near[side].mean()) for side in at)
    return (log(after) - log(before)) / 2 if min(before, after) > 0 else 0.0
