"""How even a CT is inside of masks."""

from __future__ import annotations

import numpy as np
import pytest

from segaudit.measure.fit.evenness import depth_of, spread_of
from segaudit.measure.fit.faces import Faces
from segaudit.measure.fit.profiles import Scan

SHAPE = (20, 20, 20)
PLACES = 200


def scan(hu: np.ndarray[tuple[int, ...], np.dtype[np.float64]]) -> Scan:
    """Return a scan of two masks in voxels of 2 mm, in windows of 500 and 1,000 HU."""
    ends = np.array([-200.0, -600.0]), np.array([300.0, 400.0])
    each = np.ones(3, np.int64)
    return Scan(hu.ravel("F"), SHAPE, *ends, np.ones(2), np.full(3, 2.0), each, each)


def faces(owner: int = 0, low: int = 5, places: int = PLACES) -> Faces:
    """Return faces of one of the masks, on its upper side across i."""
    rng = np.random.default_rng(0)
    at = rng.integers([[low], [0], [0]], [[12], [20], [20]], (3, places))
    one = np.ones(places, np.int64)
    return Faces(at, 0 * one, one, owner * one)


def test_even() -> None:
    """One value inside, whatever it is, deviates by nothing."""
    assert spread_of(scan(np.full(SHAPE, 70.0)), faces()) == pytest.approx(0.0, abs=1e-9)


@pytest.mark.parametrize(("owner", "window"), [(0, 500), (1, 1000)])
def test_uneven(owner: int, window: int) -> None:
    """The mean deviation is a share of the mask's own window."""
    hu = np.where(np.indices(SHAPE).sum(axis=0) % 2, -50.0, 50.0)
    assert spread_of(scan(hu), faces(owner)) == pytest.approx(50 / window, rel=0.02)


@pytest.mark.parametrize("seed", range(4))
def test_against_a_look_at_each_face(seed: int) -> None:
    """Of any number of faces of three masks, along all axes and to both sides, in voxels of any size."""
    random, count = np.random.default_rng(seed), 90
    shape, spacing, depth = (12, 11, 9), (2.6, 1.3, 9.0), (2, 3, 1)
    hu = np.where(random.random(shape) < 0.05, np.nan, random.normal(0, 300, shape))
    low, high = np.array([-200.0, -600.0, 0.0]), np.array([300.0, 400.0, 100.0])
    each = np.ones(3, np.int64)
    ct = Scan(hu.ravel("F"), shape, low, high, np.ones(3), np.array(spacing), each, each)
    at = np.array([random.integers(0, length, count) for length in shape])
    axis, side = random.integers(0, 3, count), random.choice([-1, 1], count)
    owner = random.choice(3, count, p=(0.45, 0.45, 0.1))
    values: dict[int, list[float]] = {0: [], 1: [], 2: []}
    for number in range(count):
        place, across, mask = at[:, number].tolist(), int(axis[number]), int(owner[number])
        place[across] -= int(side[number]) * depth[across]
        if all(0 <= one < length for one, length in zip(place, shape, strict=True)):
            value = low[mask] if np.isnan(hu[tuple(place)]) else min(max(hu[tuple(place)], low[mask]), high[mask])
            values[mask].append(float(value) / (high[mask] - low[mask]))
    enough = [np.array(own) for own in values.values() if len(own) >= 20]
    assert len(enough) == 2
    expected = np.mean([np.abs(own - own.mean()).mean() for own in enough])
    assert depth_of(ct).tolist() == list(depth)
    assert spread_of(ct, Faces(at, axis, side, owner)) == pytest.approx(expected)


def test_depth() -> None:
    """What is looked at lies 4 mm inside of the face, two voxels here."""
    hu = np.where(np.indices(SHAPE)[0] == 8, 300.0, 0.0)
    on, beside = (Faces(np.full((3, 30), i), *(np.full(30, value) for value in (0, 1, 0))) for i in (10, 9))
    both = Faces(*(np.concatenate(pair, axis=-1) for pair in zip(_fields(on), _fields(beside), strict=True)))
    assert spread_of(scan(hu), on) == spread_of(scan(hu), beside) == 0.0
    assert spread_of(scan(hu), both) == pytest.approx(0.3)


@pytest.mark.parametrize(("places", "expected"), [(19, 1.0), (20, 0.0)])
def test_few(places: int, expected: float) -> None:
    """Few places, or places beyond the grid, say nothing."""
    flat = scan(np.zeros(SHAPE))
    assert spread_of(flat, faces(places=places)) == expected
    assert spread_of(flat, Faces(np.zeros((3, 50), np.int64), *(np.full(50, value) for value in (0, 1, 0)))) == 1.0


def _fields(one: Faces) -> tuple[np.ndarray[tuple[int, ...], np.dtype[np.int64]], ...]:
    return one.at, one.axis, one.side, one.owner
