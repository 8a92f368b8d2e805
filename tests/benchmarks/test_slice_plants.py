"""The bench of stacks: its faults change what they say, and a patient stays where he is, however he is stored."""

from __future__ import annotations

from dataclasses import replace
from itertools import product

import numpy as np
import pytest
from benchmarks.bench.slice_plants import AXES, ORDERS, plants, stored
from benchmarks.bench.volumes import Volumes

from segaudit import catalogue


@pytest.fixture(scope="module")
def case() -> Volumes:
    """Return a case of noise."""
    ct = np.random.default_rng(0).integers(-1000, 1200, (20, 18, 24)).astype(np.int32)
    affine = np.diag([2.0, 3.0, 5.0, 1.0])
    affine[:3, 3] = -30, 10, 700
    return Volumes(ct, (ct > 0).astype(np.uint16), (frozenset(), frozenset({"liver"})), ("liver",), affine)


@pytest.mark.parametrize("count", [12, 20, 112])
def test_orders(count: int) -> None:
    """Each disorder has every slice once, and not in order."""
    for order in ORDERS.values():
        assert sorted(order(count)) == list(range(count)) != order(count)


def test_plants(case: Volumes) -> None:
    """Faults change the CT and name checks that there are; each fault has three strengths or more."""
    known, every = catalogue.by_id(), list(plants())
    assert all(set(plant.named) <= known.keys() for plant in every)
    assert len({(plant.fault, plant.strength) for plant in every}) == len(every)
    for plant in every:
        assert sum(other.fault == plant.fault for other in every) >= 3
        assert bool(plant.named) == (plant.fault != "healthy")
        if plant.named:
            assert not np.array_equal(plant.change(case).ct, case.ct)


def test_where_nothing_shows(case: Volumes) -> None:
    """Slices that are alike, and what is not bright enough, show no exchange and no wrapping."""
    limb = np.cumsum(np.ones(case.ct.shape, np.int32), axis=2) * 20
    bright, straight = (replace(case, ct=ct) for ct in (np.full_like(case.ct, 701), np.full_like(case.ct, 40)))
    shown = {plant.strength: plant.shows for plant in plants()}
    assert [shown[f"above {hu} HU less 4096"](bright) for hu in (1000, 700, 300)] == [False, True, True]
    assert [shown["two exchanged"](replace(case, ct=ct)) for ct in (limb, straight.ct)] == [True, False]
    assert all(shows(case) for strength, shows in shown.items() if strength != "two exchanged")


@pytest.mark.parametrize(("axis", "turned"), list(product(AXES, (False, True))))
def test_stored(case: Volumes, axis: str, turned: bool) -> None:  # noqa: FBT001 - one of two
    """Each voxel stays at its place in the world, and the slices are where they are said to be."""
    other = stored(case, axis, turned=turned)
    assert other.ct.shape["ijk".index(axis)] == case.ct.shape[2]
    at = (3, 5, 7)
    place = other.affine @ [*at, 1]
    i, j, k = np.rint(np.linalg.inv(case.affine) @ place)[:3].astype(int)
    assert case.ct[i, j, k] == other.ct[at]
    assert case.labels[i, j, k] == other.labels[at]
