"""Steps in how much slices change: fitted at once, against a fit of each window."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from segaudit.model.slice_distance import steps
from segaudit.testing.records import healthy_slices

REACHES = (6, 4)


@given(st.integers(0, 2**32), st.integers(5, 30))
def test_fits(seed: int, pairs: int) -> None:
    """Each step is that of a regression on a constant, a drift and a step, the smaller one of two."""
    rng = np.random.default_rng(seed)
    changes, rough = rng.uniform(5, 100, pairs).astype(np.float32), rng.uniform(5, 100, pairs + 1).astype(np.float32)
    raw = np.log(changes.astype(np.float64))
    relative = raw - np.log((rough[1:] + rough[:-1]).astype(np.float64) / 2)
    widths = rng.uniform(5, 100, pairs).astype(np.float32)
    shifts = np.outer(widths, [-0.5, 0, 0.5]).ravel().tolist()
    found = steps(healthy_slices(steps=changes.tolist(), roughness=rough.tolist(), shifts=shifts))
    at = iter(zip(*found, strict=True))
    for reach in REACHES:
        for place in range(reach, pairs - reach + 1):
            time = (np.arange(2 * reach) + 0.5) / reach - 1
            design = np.stack([np.ones(2 * reach), time, np.where(time > 0, 0.5, -0.5)], 1)
            one, other = (np.linalg.lstsq(design, y[place - reach : place + reach])[0] for y in (relative, raw))
            found_place, rise, jump, drift, _, widening = next(at)
            smaller = min(abs(one[2]), abs(other[2])) * np.sign(one[2]) * (one[2] * other[2] > 0)
            assert found_place == place
            before, after = (np.median(np.log(widths[start : start + reach])) for start in (place - reach, place))
            expected = [smaller, one[1], relative[place] - relative[place - 1], after - before]
            assert [rise, drift, jump, widening] == pytest.approx(expected, abs=1e-4)
    assert next(at, None) is None


def test_a_clear_step() -> None:
    """Slices that change twice as much from some pair on have a step there, without drift or spread."""
    found = steps(healthy_slices(steps=[10.0] * 10 + [20.0] * 10, roughness=[40.0] * 21, shifts=[0.0] * 60))
    place, *step, _ = (column[found.rise.argmax()] for column in found)
    assert place == 10
    assert step == pytest.approx([np.log(2), np.log(2), 0, 0], abs=1e-6)


def test_few_slices() -> None:
    """Of fewer than four pairs on each side nothing is said."""
    found = steps(healthy_slices(steps=[10.0] * 7, roughness=[40.0] * 8, shifts=[0.0] * 21))
    assert [column.size for column in found] == [0] * 6
