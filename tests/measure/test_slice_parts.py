"""Which parts of a stack were exchanged, moved or reversed: each arrangement by hand."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

from segaudit.measure.slice_parts import Arrangement, Distances, rearranged
from segaudit.model import Order

PER_STEP = 10.0


def distances(places: Sequence[float]) -> Distances:
    """Return the change between slices that lie at some places: 10 HU for each step."""
    at = np.array(places)
    return np.asarray(PER_STEP * abs(at[:, None] - at))


def parts(places: Sequence[float], *suspect: int) -> set[Arrangement]:
    """Return the arrangements of parts that gain something."""
    return {found for found in rearranged(distances(places), suspect) if not set(found.cuts) - set(suspect)}


@pytest.mark.parametrize(
    ("places", "name", "cuts", "gain"),
    [
        ([5, 6, 7, 8, 9, 0, 1, 2, 3, 4], "two parts exchanged", (4,), 80),
        ([0, 1, 2, 3, 4, 9, 8, 7, 6, 5], "a part reversed", (4,), 40),
        ([4, 3, 2, 1, 0, 5, 6, 7, 8, 9], "a part reversed", (4,), 40),
        ([0, 1, 2, 6, 5, 4, 3, 7, 8, 9], "a part reversed", (2, 6), 60),
        ([0, 1, 2, 4, 3, 5, 6, 7, 8, 9], "two slices exchanged", (2, 4), 20),
        ([3, 4, 5, 0, 1, 2, 6, 7, 8, 9], "a part moved", (2, 5), 70),
        ([0, 1, 2, 3, 7, 8, 9, 4, 5, 6], "a part moved", (3, 6), 70),
        ([0, 1, 2, 6, 7, 3, 4, 5, 8, 9], "a part moved", (2, 4, 7), 80),
        ([0, 1, 5, 6, 4, 2, 3, 7, 8, 9], "two parts exchanged", (1, 3, 4, 6), 80),
        ([0, 1, 6, 3, 4, 5, 2, 7, 8, 9], "two slices exchanged", (1, 2, 5, 6), 120),
    ],
)
def test_arrangements(places: list[float], name: str, cuts: tuple[int, ...], gain: float) -> None:
    """The one that gains most puts the slices right; the change that it leads to is what is left."""
    best = max(parts(places, *cuts), key=lambda found: found.gain)
    assert best == Arrangement(name, cuts, gain)
    assert best.order(500.0) == Order(name, 500.0 - gain, cuts)


@pytest.mark.parametrize(("after", "found"), [(90.0, 1), (90.1, 0)])
def test_what_is_worth_a_word(after: float, found: int) -> None:
    """Nine tenths of the change where parts were cut, at most, where they are joined anew."""
    change = np.full((4, 4), 1000.0)
    change[1, 2], change[3, 0] = 100.0, after
    exchanged = [each for each in rearranged(change, [1]) if each.cuts == (1,)]
    assert [each.gain for each in exchanged] == [pytest.approx(100.0 - after)] * found


@pytest.mark.parametrize(("after", "found"), [(89.5, 1), (90.0, 1), (90.5, 0)])
def test_what_an_exchange_is_worth(after: float, found: int) -> None:
    """So it is for the exchange of two neighbours, which is put right at two places at once."""
    change = np.zeros((4, 4))
    change[0, 1], change[2, 3], change[0, 2], change[1, 3] = 60.0, 40.0, 50.0, after - 50.0
    exchanged = list(rearranged(change, []))
    assert exchanged == [Arrangement("two slices exchanged", (0, 2), 100.0 - after)] * found


@pytest.mark.parametrize(("least", "found"), [(4.9, 0), (5.0, 1), (5.1, 1)])
@pytest.mark.parametrize("first", [False, True])
def test_both_places_of_an_exchange(least: float, found: int, *, first: bool) -> None:
    """Both have to show something."""
    change = np.zeros((4, 4))
    change[0, 1], change[2, 3] = (least, 80.0) if first else (80.0, least)
    assert list(rearranged(change, [])) == [Arrangement("two slices exchanged", (0, 2), 80.0 + least)] * found


@pytest.mark.parametrize(("others", "found"), [(9, True), (10, False)])
def test_ten_places_are_looked_at(others: int, *, found: bool) -> None:
    """The most suspect ones."""
    suspect, places = [*range(10, 10 + others), 4], [5, 6, 7, 8, 9, 0, 1, 2, 3, 4, *(9,) * 12]
    assert any(each.cuts == (4,) for each in rearranged(distances(places), suspect)) is found


def test_the_clearest_exchange_of_neighbours() -> None:
    """It is found without a suspicion, with the pairs of slices before and behind the two."""
    found = [
        each for each in rearranged(distances([0, 1, 2, 4, 3, 5, 6, 7]), []) if each.name == "two slices exchanged"
    ]
    assert found == [Arrangement("two slices exchanged", (2, 4), 20.0)]
    assert list(rearranged(distances(range(8)), [])) == []
    assert list(rearranged(distances([0, 2, 1]), [])) == []
    assert len(list(rearranged(distances([0, 2, 1, 3]), []))) == 1


@pytest.mark.parametrize(("change", "found"), [(4.99, 0), (5.0, 1)])
def test_slices_that_show_nothing(change: float, found: int) -> None:
    """Neighbours that hardly change say nothing of their order."""
    assert len(list(rearranged(change / 20.0 * distances([0, 2, 1, 3]), []))) == found
