"""Steps in how much slices change: found at once, against a slow search, and each part of them by hand."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from segaudit.model import Slices
from segaudit.model.slice_distance import REACHES, Step, steps
from segaudit.testing.records import healthy_slices

SPARSE, DENSE = 20.0, 10.0
PARTS = 16


def changing(parts: NDArray[np.float64], rough: NDArray[np.float64] | None = None, noise: float = 0.0) -> Slices:
    """Return slices whose parts change so much, pairs x 16; to the next but one, 1.6 times, but for noise."""
    near = parts.mean(axis=1)
    clean = near - noise
    further = np.hypot(1.6 * (clean[1:] + clean[:-1]) / 2, np.sqrt((near**2 - clean**2)[1:]))
    rough = np.full(len(near) + 1, 40.0) if rough is None else rough
    columns = {"parts": parts.ravel(), "roughness": rough, "changes": near, "further": further}
    return healthy_slices(**{name: values.tolist() for name, values in columns.items()})


def stepped(before: int = 8, after: int = 8) -> NDArray[np.float64]:
    """Return the changes of parts that are twice as far apart before some pair."""
    return np.repeat([[SPARSE], [DENSE]], (before, after), axis=0).repeat(PARTS, axis=1)


@given(st.integers(0, 2**32), st.integers(5, 24))
def test_gaps(seed: int, pairs: int) -> None:
    """There is a step wherever all pairs of one side exceed all of the other, alone and beside roughness."""
    rng = np.random.default_rng(seed)
    parts = rng.uniform(5, 100, (pairs, PARTS)) * np.exp(rng.normal(0, 1, (pairs, 1)))
    rough = rng.uniform(30, 60, pairs + 1)
    raw = np.log(parts.mean(axis=1))
    both = raw, raw - np.log((rough[1:] + rough[:-1]) / 2)
    expected = []
    for reach, passed in product(REACHES, (0, 1)):
        for at in range(reach, pairs - reach - passed + 1):
            sides = [(logs[at - reach : at], logs[at + passed : at + passed + reach]) for logs in both]
            up, down = (min(min(b) - max(a) for a, b in turned) for turned in (sides, [each[::-1] for each in sides]))
            if max(up, down) > 1e-6:
                expected.append((at + passed, reach, max(up, down)))
    found = [(step.place, step.reach, pytest.approx(step.gap, abs=1e-4)) for step in steps(changing(parts, rough))]
    assert [step for step in found if step[2].expected > 1e-6] == expected


def clearest(slices: Slices) -> Step:
    """Return the step with the largest gap, of the largest reach."""
    return max(steps(slices), key=lambda step: (round(step.gap, 6), step.reach, -step.place))


def test_a_clear_step() -> None:
    """Where distances halve, all changes halve at once, in all parts, and so does what grows with distance."""
    step = clearest(changing(stepped()))
    assert (step.place, step.reach) == (8, 4)
    assert [step.rise, step.gap, step.shared, step.grown] == pytest.approx([-np.log(2)] + [np.log(2)] * 3)
    assert step.sudden > 1e6


def test_a_pair_between() -> None:
    """A pair of a distance between those of both sides is passed over."""
    parts = stepped()
    parts[8] = 14
    step = clearest(changing(parts))
    assert step.place == 9
    assert step.gap == pytest.approx(np.log(2))


def test_parts_on_their_own() -> None:
    """What a quarter of the parts have no share in is not shared, and air has no say."""
    parts = stepped()
    parts[:, :4] = 15
    assert clearest(changing(parts)).shared == pytest.approx(0)
    parts[:, :4] = 4.9
    assert clearest(changing(parts)).shared == pytest.approx(np.log(2))
    parts[:, 5:] = 4.9
    assert [step.shared for step in steps(changing(parts))] == [0] * len(steps(changing(parts)))


def test_elsewhere() -> None:
    """A step is as sudden as it is larger than others from one pair to the next."""
    parts = stepped()
    parts[-1] *= np.sqrt(2)
    assert clearest(changing(parts)).sudden == pytest.approx(2)


def test_noise() -> None:
    """What noise adds to the change of slices does not grow with their distance."""
    slices = healthy_slices(
        parts=stepped().ravel().tolist(),
        roughness=[40.0] * 17,
        changes=[20.0] * 8 + [10.0] * 8,
        further=np.hypot([20.0] * 8 + [10.0] * 7, 12).tolist(),
    )
    assert clearest(slices).grown == pytest.approx(0, abs=1e-6)
    for further in (1.0, 9.0):
        still = healthy_slices(
            parts=stepped().ravel().tolist(), roughness=[40.0] * 17, changes=[9.0] * 16, further=[further] * 15
        )
        assert clearest(still).grown == 0


def test_a_drift() -> None:
    """What changes as much from each pair to the next, or the next but one, is nowhere sudden."""
    drifting = 10 * np.exp(np.linspace(0, 3, 16))[:, None].repeat(PARTS, axis=1)
    assert {round(step.sudden, 3) for step in steps(changing(drifting))} == {1}


def test_few_slices() -> None:
    """Of fewer than three pairs on each side nothing is said."""
    assert steps(changing(stepped(3, 2))) == []
    assert steps(changing(stepped(0, 0))) == []
    assert steps(changing(stepped(3, 3)))[0].reach == 3
