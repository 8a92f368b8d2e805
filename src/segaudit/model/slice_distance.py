"""Where the distance of a CT's slices changes within the stack, as far as their change from each to the next shows."""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from segaudit.model.curve import medians
from segaudit.model.records import Slices, numbers

Logs = NDArray[np.float64]

NONE: Logs = np.empty(0)

REACHES = (6, 4)
"""Pairs of slices to both sides that a step is fitted to: as many as there are, but no more than anatomy lets be."""

MIN_STEP_HU = 0.5
"""Mean difference of slices that hold an image."""


class Steps(NamedTuple):
    """Steps in how much slices change from one to the next, beyond a drift that goes through; one number for each."""

    place: NDArray[np.intp]
    """The first pair of slices after it."""
    rise: Logs
    """Natural logarithm of how many times more they change from there on: the smaller one of what they change by
    themselves, and of what they change beside the differences within each slice."""
    jump: Logs
    """The same from one pair to the next."""
    drift: Logs
    """The same from one end of the pairs that are looked at to the middle, without the step."""
    spread: Logs
    """Standard deviation about the fit."""
    widening: Logs
    """Natural logarithm of how many times wider the middle half of what cells rise by is after it than before: that of
    tissue everywhere, and not of a few edges alone."""


def steps(slices: Slices) -> Steps:
    """Return the step at each pair of slices that has four pairs or more on both sides, or six."""
    changes, rough = numbers(slices.steps), numbers(slices.roughness)
    raw = np.log(np.maximum(changes, MIN_STEP_HU).astype(np.float64))
    relative = raw - np.log(np.maximum((rough[1:] + rough[:-1]) / 2, MIN_STEP_HU))
    quartiles = numbers(slices.shifts).reshape(-1, 3).astype(np.float64)
    widths = np.log(np.maximum(quartiles[:, 2] - quartiles[:, 0], MIN_STEP_HU))
    found = [_steps(raw, relative, widths, reach) for reach in REACHES if raw.size >= 2 * reach]
    return Steps(*map(np.concatenate, zip(*found, strict=True))) if found else Steps(np.empty(0, np.intp), *[NONE] * 5)


def _steps(raw: Logs, relative: Logs, widths: Logs, reach: int) -> Steps:
    """Return the steps at a reach."""
    (one, drift, deviation), (other, _, further) = (_fitted(logs, reach) for logs in (relative, raw))
    rise = np.where(one * other > 0, np.sign(one) * np.minimum(abs(one), abs(other)), 0)
    jump = np.diff(relative)[reach - 1 : relative.size - reach]
    middles = medians(sliding_window_view(widths, reach).T)
    places = np.arange(reach, reach + rise.size)
    return Steps(places, rise, jump, drift, np.maximum(deviation, further), middles[reach:] - middles[:-reach])


def _fitted(logs: Logs, reach: int) -> tuple[Logs, Logs, Logs]:
    """Fit a constant, a drift and a step in the middle to all windows; return step, drift, and deviation."""
    design, inverse = _design(reach)
    windows = sliding_window_view(logs, 2 * reach)
    fits = windows @ inverse.T
    deviation = np.sqrt(((windows - fits @ design.T) ** 2).sum(axis=1) / (2 * reach - design.shape[1]))
    return fits[:, 2], fits[:, 1], deviation


@cache
def _design(reach: int) -> tuple[Logs, Logs]:
    """Return what is fitted to a window, a column for each number, and its inverse."""
    at = (np.arange(2 * reach) + 0.5) / reach - 1
    design = np.stack([np.ones_like(at), at, np.sign(at) / 2], axis=1)
    return design, np.linalg.pinv(design).astype(np.float64)
