"""Fingerprints that share members, by parts and by a few pairs at a time: against a comparison of every pair."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest

from segaudit.model import shared_members
from segaudit.model.alike_thumbnails import MOST, UNKNOWN, elsewhere
from segaudit.model.shared_members import sharing

NUMBER = 14


@pytest.mark.parametrize(("parts", "most"), [(1, 1 << 22), (3, 1), (8, 10), (8, 40), (5, 1 << 22)])
def test_however_much_is_kept_at_a_time(monkeypatch: pytest.MonkeyPatch, parts: int, most: int) -> None:
    """The pairs with two common members or more are the same, each once, the earlier one first."""
    monkeypatch.setattr(shared_members, "_PARTS", parts)
    monkeypatch.setattr(shared_members, "_MOST_PAIRS", most)
    random = np.random.default_rng(parts)
    sketches = [np.unique(random.integers(0, 60, 9, np.uint64)) for _ in range(NUMBER)]
    expected = [
        (one, other)
        for one, other in combinations(range(NUMBER), 2)
        if np.intersect1d(sketches[one], sketches[other]).size > 1
    ]
    found = list(sharing(sketches, np.zeros(NUMBER, np.int64)))
    assert 10 < len(expected) < NUMBER * (NUMBER - 1) // 2
    assert sorted(found) == expected


def test_nothing_is_shared() -> None:
    """Among none, one, and some that are empty."""
    nothing = np.empty(0, np.uint64)
    for sketches in ([], [nothing], [nothing, nothing], [np.arange(5, dtype=np.uint64), nothing]):
        assert list(sharing(sketches, np.zeros(len(sketches), np.int64))) == []


@pytest.mark.parametrize("splits", [1, 2, 3, 40, 200])
def test_a_group_in_many_splits(splits: int) -> None:
    """Each is paired with some earlier one of its split, and of another, where there is one; none with all."""
    number, random = 200, np.random.default_rng(splits)
    kinds = random.integers(UNKNOWN, splits, number)
    pairs = list(sharing([np.arange(5, dtype=np.uint64)] * number, kinds))
    assert len(set(pairs)) == len(pairs) <= 4 * MOST * number
    for later in range(number):
        apart = elsewhere(kinds[:later], kinds[later])
        partners = [earlier for earlier, other in pairs if other == later]
        assert {*apart[partners].tolist()} == {*apart.tolist()}


def test_each_in_a_split_of_its_own() -> None:
    """The pairs grow with the number of fingerprints, not with its square."""
    few, many = (len(list(sharing([np.arange(5, dtype=np.uint64)] * n, np.arange(n)))) for n in (200, 400))
    assert many < 2.2 * few
