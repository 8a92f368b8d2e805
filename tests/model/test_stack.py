"""What slices say about how they were stacked: each threshold just below, at and above."""

from __future__ import annotations

import math

import numpy as np
import pytest
from msgspec.structs import replace

from segaudit.model import Order, Slices
from segaudit.model.records import numbers
from segaudit.model.stack import Blank, Disorder, Offset, blanks, copies, disorder, offsets
from segaudit.testing.records import SLICES, digests, healthy_slices

PAIRS = SLICES - 1
STORED, LEAST = Order("stored", 1000.0), Order("least", 800.0)
TURNED, MOVED, SWAPPED = "a part reversed", "a part moved", "two slices exchanged"
NAMES, PAIRED = Order("by name as text", 830.0), Order("pairs exchanged", 841.0)


@pytest.mark.parametrize(
    ("order", "expected"),
    [
        ([1, 2, 3, 1, 4, 5], [[0, 3]]),
        ([1, 2, 2, 2, 3, 4], [[1, 2, 3]]),
        ([1, 2, 2, 3, 4, 5], [[1, 2]]),
        ([1, 2, 2, 3, 4, 4], []),
        ([1, 1, 1, 2, 2, 2], []),
        ([1, 1, 1, 1, 2, 3], [[0, 1, 2, 3]]),
        ([1, 2, 1, 2, 3, 4], [[0, 2], [1, 3]]),
        ([1, 2, 3, 4, 5, 6], []),
    ],
    ids=["apart", "three", "one-pair", "two-pairs", "thick", "half", "block", "healthy"],
)
def test_copies(order: list[int], expected: list[list[int]]) -> None:
    """A pair of neighbours counts alone; several, and thick slices copied to thin ones, were sampled."""
    assert copies(replace(healthy_slices(std=[400.0] * 6), digests=digests(order))) == expected


def test_copies_of_nothing() -> None:
    """Equal slices of air are no copies."""
    spread = [20.0, 20.0, 20.0, 400.0, 400.0, 400.0]
    assert copies(replace(healthy_slices(std=spread), digests=digests([1, 1, 1, 4, 5, 6]))) == []
    spread[:3] = [20.1] * 3
    assert copies(replace(healthy_slices(std=spread), digests=digests([1, 1, 1, 4, 5, 6]))) == [[0, 1, 2]]


def broken(ratio: float, *places: int) -> dict[str, list[float]]:
    """Return chains that are a share of the changes at some places."""
    return {"bottlenecks": [40.0 * (ratio if at in places else 1) for at in range(PAIRS)]}


@pytest.mark.parametrize(
    ("orders", "ratio", "places", "expected"),
    [
        ((STORED, LEAST, NAMES), 0.69, (1, 4, 7), Disorder("by name as text", 0.8, (1, 4, 7))),
        ((STORED, LEAST, NAMES), 0.71, (1, 4, 7), None),
        ((STORED, LEAST, NAMES), 0.69, (1, 4), None),
        ((STORED, Order("least", 850.0), NAMES), 0.69, (1, 4, 7), Disorder("by name as text", 0.85, (1, 4, 7))),
        ((STORED, Order("least", 851.0), Order("pairs exchanged", 950.0)), 0.69, (1, 4, 7), None),
        ((STORED, Order("least", 700.0), PAIRED), 0.69, (1, 4, 7), Disorder("", 0.7, (1, 4, 7))),
        ((STORED, Order("least", 701.0), PAIRED), 0.69, (1, 4, 7), None),
        ((STORED, LEAST, Order("pairs exchanged", 841.0)), 0.1, (1, 4), None),
        ((STORED, LEAST), 0.1, (1, 4, 7), None),
        ((), 0.1, (1, 4, 7), None),
    ],
)  # fmt: skip
def test_disorder(orders: tuple[Order, ...], ratio: float, places: tuple[int, ...], expected: Disorder | None) -> None:
    """Three places and less change are out of order; what a known disorder explains has its name."""
    assert disorder(healthy_slices(*orders, **broken(ratio, *places))) == expected


def test_the_first_of_orders_that_are_alike() -> None:
    """Totals count to a tenth of a HU, so that the same slices have one name on every processor."""
    for total, name in ((829.96, "by name as text"), (829.94, "pairs exchanged")):
        found = disorder(healthy_slices(STORED, LEAST, NAMES, Order("pairs exchanged", total), **broken(0.1, 1, 4, 7)))
        assert found is not None
        assert found.likely == name


def test_disorder_of_infinite_values() -> None:
    """Between slices of infinite values ratios are undefined: nothing is found, and no warning is raised."""
    endless = {"changes": [np.inf] * PAIRS, "bottlenecks": [np.inf] * PAIRS}
    with np.errstate(all="raise"):
        assert disorder(healthy_slices(STORED, LEAST, NAMES, **endless)) is None


def test_disorder_among_equal_slices() -> None:
    """Where slices around do not change at all, nothing is known of what is usual."""
    changes = [100.0 if at in {4, 7} else 0.0 for at in range(PAIRS)]
    orders = Order("stored", 200.0), Order("least", 199.0), Order(TURNED, 80.0, (4, 7))
    assert disorder(healthy_slices(*orders, changes=changes, bottlenecks=changes)) is None


def cut(*places: int, joined: float, change: float = 100.0, beside: float = 40.0, **columns: list[float]) -> Slices:
    """Return a stack cut at some places, that has one change where its parts are joined in another order."""
    changes = [change if at in places else beside if at in {1, 3} else 40.0 for at in range(PAIRS)]
    stored, name = sum(changes), TURNED if len(places) < 3 else MOVED
    orders = Order("stored", stored), Order("least", 0.99 * stored)
    moved = Order(name, stored - len(places) * (change - joined), places)
    return healthy_slices(*orders, moved, changes=changes, bottlenecks=changes, **columns)


@pytest.mark.parametrize(
    ("slices", "name"),
    [
        (cut(4, 7, joined=40), TURNED),
        (cut(4, 6, 8, joined=40), MOVED),
        (cut(4, 6, 8, joined=59), MOVED),
        (cut(4, 7, joined=59), TURNED),
        (cut(4, 7, joined=61), None),
        (cut(4, 7, joined=25), TURNED),
        (cut(4, 7, joined=23), None),
        (cut(4, 7, joined=35, change=51), TURNED),
        (cut(4, 7, joined=35, change=49), None),
        (cut(4, 7, joined=37, change=51), None),
        (cut(5, 8, joined=40, beside=101), None),
        (cut(5, 8, joined=40, beside=99), TURNED),
        (cut(5, joined=39), TURNED),
        (cut(5, joined=41), None),
        (cut(2, joined=39), TURNED),
        (cut(1, joined=39), None),
        (cut(8, joined=39), TURNED),
        (cut(9, joined=39), None),
        (cut(1, 9, joined=39), TURNED),
        (cut(5, joined=39, body=[0.06] * SLICES), TURNED),
        (cut(5, joined=39, body=[0.5] * PAIRS + [0.05]), None),
        (cut(5, joined=39, even=[0.1] * 5 + [0.19] * 7), TURNED),
        (cut(5, joined=39, even=[0.1] * 5 + [0.21] * 7), None),
        (replace(cut(4, 7, joined=40), digests=digests([0, 1, 2, 3, 4, 5, 2, 7, 8, 9, 10, 11])), TURNED),
        (replace(cut(4, 7, joined=40), digests=digests([0, 1, 2, 3, 4, 1, 6, 7, 8, 9, 10, 11])), None),
    ],
)
def test_parts(slices: Slices, name: str | None) -> None:
    """Parts are out of order where slices change far more than around, and as much as around where they are joined."""
    found = disorder(slices)
    assert (found and found.likely) == name


@pytest.mark.parametrize(("place", "found"), [(3, True), (4, False), (10, False)])
def test_what_is_around_a_cut(place: int, found: bool) -> None:  # noqa: FBT001 - found or not
    """Four pairs to both sides: further away, slices may change as much as they like."""
    slices = cut(8, 9, joined=40)
    changes = np.frombuffer(slices.changes, "<f4").copy()
    changes[place] += 960
    orders = tuple(replace(order, total=order.total + 960) for order in slices.orders)
    assert (disorder(replace(slices, changes=changes.tobytes(), orders=orders)) is not None) == found


@pytest.mark.parametrize(("first", "found"), [(4, True), (5, False), (6, False), (7, False), (8, True)])
def test_padding_around_a_cut(first: int, found: bool) -> None:  # noqa: FBT001 - found or not
    """The slice before the two that are cut apart, these, and the one behind them have as much padding."""
    even = [0.1] * first + [0.5] * (SLICES - first)
    assert (disorder(cut(5, joined=39, even=even)) is not None) == found


@pytest.mark.parametrize(("further", "found"), [(44.9, True), (44.7, False), (40.0, False)])
def test_slices_that_differ_by_noise_alone(further: float, found: bool) -> None:  # noqa: FBT001 - found or not
    """There each follows any other as well; slices on both sides of a cut are not looked at."""
    across = [further if at not in {4, 5} else 200.0 for at in range(PAIRS - 1)]
    assert (disorder(cut(5, joined=39, further=across)) is not None) == found


@pytest.mark.parametrize(("chain", "joined", "found"), [(0.49, 39.0, True), (0.51, 39.0, False), (0.49, 41.0, False)])
def test_linked_parts(chain: float, joined: float, found: bool) -> None:  # noqa: FBT001 - found or not
    """Where anatomy around changes more than at the cuts, chains have to lead around all of them."""
    slices = cut(5, 8, joined=joined, beside=140)
    changes = numbers(slices.changes)
    chains = np.where(np.isin(np.arange(PAIRS), (5, 8)), chain * changes, changes)
    linked = replace(slices, bottlenecks=chains.astype("<f4").tobytes())
    assert (disorder(linked) is not None) == found
    one = replace(linked, bottlenecks=np.where(np.arange(PAIRS) == 5, changes, chains).astype("<f4").tobytes())
    assert disorder(one) is None


@pytest.mark.parametrize(("joined", "found"), [(41.0, True), (43.0, False)])
def test_two_slices_exchanged(joined: float, found: bool) -> None:  # noqa: FBT001 - found or not
    """The exchange of two slices needs less to be seen than that of parts: there are fewer ways."""
    (stored, least, other), changes = (slices := cut(4, 6, joined=joined, change=52.5)).orders, slices.changes
    swapped = replace(slices, orders=(stored, least, replace(other, name=SWAPPED)), changes=changes)
    assert ((named := disorder(swapped)) and named.likely) == (SWAPPED if found else None)
    assert disorder(slices) is None


@pytest.mark.parametrize(("joined", "found"), [(39.0, True), (41.0, False)])
def test_moved_to_an_end(joined: float, found: bool) -> None:  # noqa: FBT001 - found or not
    """A part that belongs at an end needs more to be seen: ends can be like any slice."""
    slices = cut(4, 7, joined=joined)
    stored, least, other = slices.orders
    assert (disorder(replace(slices, orders=(stored, least, replace(other, name=MOVED)))) is not None) == found


def test_disorder_beside_copies() -> None:
    """The seams of copies are no disorder, and neither is what changes by less than 5 HU."""
    found = healthy_slices(STORED, LEAST, NAMES, **broken(0.1, 1, 4, 7))
    assert disorder(found) is not None
    copied = [0, 1, 2, 3, 4, 1, 6, 7, 1, 9, 10, 11]
    assert disorder(replace(found, digests=digests(copied))) is None
    ends = [0, 1, 2, 3, 4, 0, 6, 7, 11, 9, 10, 11]
    assert disorder(replace(found, digests=digests(ends))) is None
    quiet = healthy_slices(STORED, LEAST, NAMES, changes=[4.9] * PAIRS, bottlenecks=[0.1] * PAIRS)
    assert disorder(quiet) is None


def shifted(**rises: float) -> list[float]:
    """Return shifts that are 16 HU wide, with other medians after some slices."""
    medians = [rises.get(f"after{place}", 0.0) for place in range(PAIRS)]
    return [quartile for median in medians for quartile in (median - 8, median, median + 8)]


@pytest.mark.parametrize(
    ("rises", "expected"),
    [
        ({"after5": 50.0}, (Offset(5, 50.0),)),
        ({"after5": 49.0}, ()),
        ({"after5": -200.0}, (Offset(5, -200.0),)),
        ({"after5": 100.0, "after6": 31.0}, ()),
        ({"after5": 100.0, "after6": 30.0}, (Offset(5, 100.0),)),
        ({"after5": 100.0, "after6": -100.0}, (Offset(5, 100.0), Offset(6, -100.0))),
        ({"after5": 100.0, "after6": -69.0}, ()),
        ({"after0": 100.0, "after10": 100.0}, ()),
        ({"after1": 100.0, "after9": 100.0}, (Offset(1, 100.0), Offset(9, 100.0))),
    ],
)
def test_offsets(rises: dict[str, float], expected: tuple[Offset, ...]) -> None:
    """An offset comes at once, between level slices or falling back, and not at the ends."""
    assert offsets(healthy_slices(shifts=shifted(**rises))) == expected


@pytest.mark.parametrize("lower", [-math.inf, 50.0, math.inf])
@pytest.mark.parametrize("upper", [70.0, math.inf])
def test_infinite_offsets(lower: float, upper: float) -> None:
    """Infinite intensities of a damaged CT have no zero, and hide no offset of other slices."""
    shifts = np.zeros((PAIRS, 3), np.float32)
    shifts[4] = lower, 60.0 if math.isfinite(lower + upper) else math.inf, upper
    shifts[8] = 58, 60, 62
    places = [offset.place for offset in offsets(healthy_slices(shifts=shifts.ravel().tolist()))]
    assert places == ([4, 8] if math.isfinite(lower + upper) else [8])


@pytest.mark.parametrize(("width", "count"), [(99.0, 1), (100.0, 1), (101.0, 0)])
def test_spread_offsets(width: float, count: int) -> None:
    """A rise that differs more between cells than it is high is anatomy."""
    shifts = np.array(shifted(after5=100.0)).reshape(-1, 3)
    shifts[5] = 100 - width / 2, 100, 100 + width / 2
    assert len(offsets(healthy_slices(shifts=shifts.ravel().tolist()))) == count


def test_blanks() -> None:
    """Runs are named with their value; those of different values are different ones."""
    blank = [0.0, 0.0, np.nan, np.nan, -1024.0, 7.0, 7.0, np.nan, np.nan, np.nan, np.nan, -1024.0]
    assert list(blanks(healthy_slices(blank=blank))) == [
        Blank(0, 1, 0),
        Blank(4, 4, -1024),
        Blank(5, 6, 7),
        Blank(11, 11, -1024),
    ]
    assert list(blanks(healthy_slices())) == []
