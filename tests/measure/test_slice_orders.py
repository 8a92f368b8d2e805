"""Orders of slices: chains of small changes, and what known disorders come from."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy.sparse.csgraph import minimum_spanning_tree

from segaudit.measure import slice_orders
from segaudit.measure.slice_orders import chained, disorders

MAX_SLICES = 2048

ALL = np.ones(30, np.bool_)


def walk(count: int = 30, seed: int = 0) -> NDArray[np.float32]:
    """Return slices each of which differs a little from the one before."""
    return np.cumsum(np.random.default_rng(seed).normal(0, 10, (count, 400)), axis=0).astype(np.float32)


def slow_chain(slices: NDArray[np.float32], first: int, last: int) -> float:
    """Return the smallest limit of changes at which two slices are joined, by widening a set of slices."""
    changes = np.sqrt(((slices[:, None] - slices) ** 2).mean(axis=2))
    for limit in np.unique(changes):
        reached: set[int] = set()
        joined = {first}
        while joined > reached:
            reached, joined = joined, joined.union(*(np.flatnonzero(changes[one] <= limit).tolist() for one in joined))
        if last in joined:
            return float(limit)
    raise AssertionError


@given(st.integers(0, 2**32), st.integers(3, 9))
def test_chains(seed: int, count: int) -> None:
    """Changes and chains are those that are found by looking at all slices."""
    rng = np.random.default_rng(seed)
    slices = walk(count, seed)[rng.permutation(count)][:, :20]
    changes, chains, _ = chained(slices, np.ones(count, np.bool_))
    assert changes == pytest.approx([np.sqrt(((a - b) ** 2).mean()) for a, b in pairwise(slices)], rel=1e-3)
    assert chains == pytest.approx([slow_chain(slices, at, at + 1) for at in range(count - 1)], rel=1e-3)


def test_small_changes_of_what_is_bright() -> None:
    """What all slices have in common takes no digits from how they differ."""
    slices = (walk(6) / 20 + np.random.default_rng(1).normal(0, 2000, 400)).astype(np.float32)
    changes, _, _ = chained(slices, ALL[:6])
    exact = slices.astype(np.float64)
    assert changes == pytest.approx([np.sqrt(((a - b) ** 2).mean()) for a, b in pairwise(exact)], rel=1e-3)


@pytest.mark.parametrize(("count", "compared"), [(2, False), (3, True), (6, True), (7, False)])
def test_how_many_are_compared(monkeypatch: pytest.MonkeyPatch, count: int, *, compared: bool) -> None:
    """From three slices on, up to as many as there are in any scan."""
    monkeypatch.setattr(slice_orders, "MAX_SLICES", 6)
    changes, _, orders = chained(walk(count), ALL[:count])
    assert bool(changes.any()) is bool(orders) is compared


def test_in_order() -> None:
    """Slices in order have the least change, and no other order is named."""
    changes, chains, orders = chained(walk(), ALL)
    assert chains.tolist() == pytest.approx(changes.tolist())
    assert [order.name for order in orders] == ["stored", "least"]
    assert orders[0].total == pytest.approx(orders[1].total) == pytest.approx(float(changes.sum()))


def stored_as(name: str, count: int = 30) -> list[int]:
    """Return the order that a disorder stores slices in."""
    whole = list(range(count))
    return {
        "by name as text": sorted(range(1, count + 1), key=str),
        "pairs exchanged": [at ^ 1 for at in whole],
        "every second slice first": whole[::2] + whole[1::2],
        "every third slice first": whole[::3] + whole[1::3] + whole[2::3],
        "two parts exchanged": whole[12:] + whole[:12],
        "a part reversed": whole[:12] + whole[:11:-1],
        "two slices exchanged": [*whole[:12], 13, 12, *whole[14:]],
    }[name]


PARTS = {
    "two parts exchanged": ((4, 9, 14, 20), [0, 3, 2, 1, 4]),
    "a part moved": ((5, 9, 22), [0, 2, 1, 3]),
    "two slices exchanged": ((6, 7, 19, 20), [0, 3, 2, 1, 4]),
}


@pytest.mark.parametrize("turned", [False, True])
@pytest.mark.parametrize("name", list(PARTS))
def test_parts(name: str, turned: bool) -> None:  # noqa: FBT001 - one of two
    """Parts inside a stack that were moved are named, with the slices behind which it was cut; blank ones do count."""
    cuts, order = PARTS[name]
    parts = np.split(np.arange(30), [cut + 1 for cut in cuts])
    stored = walk()[np.concatenate([parts[part] for part in order])][:: -1 if turned else 1]
    _, _, orders = chained(np.insert(stored, 0, 0, axis=0), np.arange(31) > 0)
    best = min(orders[2:], key=lambda each: each.total)
    lengths = [len(parts[part]) for part in order][:: -1 if turned else 1]
    assert (best.name, best.cuts) == (name, tuple(np.cumsum(lengths)[:-1].tolist()))
    assert best.total == pytest.approx(orders[1].total)


def test_a_part_reversed() -> None:
    """A part inside that is stored backwards is named, with both its ends."""
    whole = list(range(30))
    _, _, orders = chained(walk()[whole[:8] + whole[8:20][::-1] + whole[20:]], ALL)
    best = min(orders[2:], key=lambda each: each.total)
    assert (best.name, best.cuts) == ("a part reversed", (7, 19))
    assert best.total == pytest.approx(orders[1].total)


@pytest.mark.parametrize(
    "name",
    [
        "by name as text",
        "pairs exchanged",
        "every second slice first",
        "every third slice first",
        "two parts exchanged",
        "a part reversed",
        "two slices exchanged",
    ],
)
@pytest.mark.parametrize("turned", [False, True])
def test_known_disorders(name: str, turned: bool) -> None:  # noqa: FBT001 - one of two
    """Each disorder is the one that explains all, whichever end of the patient is first."""
    order = stored_as(name)
    stored = walk()[np.array(order) - min(order)]
    _, _, orders = chained(stored[::-1] if turned and name != "every third slice first" else stored, ALL)
    totals = {each.name: each.total for each in orders}
    assert totals[name] == pytest.approx(totals["least"])
    assert min(totals, key=totals.__getitem__) in {name, "least"}


def test_ranks_put_each_order_right() -> None:
    """Ranks of a disorder are a permutation."""
    assert all(sorted(ranks.tolist()) == list(range(31)) for _, ranks in disorders(31))


def test_names_from_nought() -> None:
    """Names that are counted from 0 are sorted otherwise, and found as well."""
    order = sorted(range(30), key=str)
    totals = {each.name: each.total for each in chained(walk()[order], ALL)[2]}
    assert totals["by name as text"] == pytest.approx(totals["least"])


@pytest.mark.parametrize(("count", "shown"), [(0, 0), (1, 1), (2, 2), (30, 2), (MAX_SLICES + 1, MAX_SLICES + 1)])
def test_too_few_or_too_many(count: int, shown: int) -> None:
    """Nothing is said of two slices, or of thousands."""
    changes, chains, orders = chained(np.ones((count, 2), np.float32), np.arange(count) < shown)
    assert (changes.size, orders) == (max(count - 1, 0), ())
    assert not changes.any()
    assert not chains.any()


def orders_of(*places: float) -> list[str]:
    """Return the orders of slices of one value each, which differ by as many HU as these do."""
    slices = np.repeat(np.array(places, np.float32)[:, None], 4, axis=1)
    return [order.name for order in chained(slices, np.ones(len(places), np.bool_))[2]]


@pytest.mark.parametrize(("place", "suspect"), [(9.1, False), (9.0, False), (8.9, True)])
def test_when_other_orders_are_looked_for(place: float, *, suspect: bool) -> None:
    """Where the chain between two neighbours has less than nine tenths of their change."""
    names = orders_of(-7, 0, 10, place)
    assert names[:2] == ["stored", "least"]
    assert (len(names) > 2) is suspect


@pytest.mark.parametrize(("scale", "suspect"), [(0.49, False), (0.5, True), (0.51, True)])
def test_neighbours_that_hardly_change(scale: float, *, suspect: bool) -> None:
    """They are not suspected below 5 HU."""
    assert (len(orders_of(*(scale * place for place in (-7, 0, 10, 8)))) > 2) is suspect


@given(st.integers(0, 2**32), st.integers(3, 9))
def test_changes(seed: int, count: int) -> None:
    """Changes are those of neighbours that show something; the least total is that of the shortest tree."""
    rng = np.random.default_rng(seed)
    slices, shown = rng.normal(0, 100, (count, 12)).astype(np.float32), rng.random(count) < 0.7
    changes, chains, orders = chained(slices, shown)
    at = np.flatnonzero(shown)
    expected = np.zeros(count - 1)
    if at.size >= 3:
        apart = np.sqrt(((slices[at][:, None] - slices[at]) ** 2).mean(axis=2, dtype=np.float64))
        expected[at[:-1]] = np.diagonal(apart, 1)
        assert orders[0].name == "stored"
        assert orders[0].total == pytest.approx(expected.sum(), rel=1e-4)
        assert orders[1].total == pytest.approx(minimum_spanning_tree(apart).sum(), rel=1e-4)
        assert all(set(order.cuts) <= set(at.tolist()) for order in orders)
    else:
        assert orders == ()
    assert changes == pytest.approx(expected, rel=1e-4)
    assert (chains <= changes * 1.0001).all()
