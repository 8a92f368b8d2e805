"""How far a structure lies beyond its limits, and how that is said."""

from __future__ import annotations

from math import inf

import pytest

from segaudit.model import Levels
from segaudit.model.bearing import Bearing, Position, least_size
from segaudit.model.displacement import among_structures, among_vertebrae, excesses
from segaudit.model.opening import WHOLE, Openings

SCALE_ERROR = 0.2

LIMITS = ((100.0, 200.0), (-30.0, 50.0), (0.0, 80.0))
SURE = Position(0.0, 0.0, 0.0)
LEVELS = Levels(("T12", "L1", "L2"), (100.0, 130.0, 165.0))
MIDDLE = (150.0, 10.0, 40.0)


def bearing(place: tuple[float, float, float], slack: float = 0.0, scale: float = 1.0, witnesses: int = 0) -> Bearing:
    """Return a place, each axis of which is uncertain by as much."""
    return Bearing(Position(*place), scale, Position(slack, slack, slack), witnesses)


def beyond(place: Bearing, openings: Openings, size_mm: float) -> list[float]:
    """Return how far a place is beyond the limits along each axis."""
    (off,) = excesses([place], [LIMITS], [openings], [size_mm]).tolist()
    return list(off)


def moved(axis: int, value: float) -> tuple[float, float, float]:
    """Return the middle of the limits, with another value along an axis."""
    down, right, front = (value if own == axis else at for own, at in enumerate(MIDDLE))
    return down, right, front


@pytest.mark.parametrize("axis", [0, 1, 2])
@pytest.mark.parametrize("slack", [0.0, 7.0])
def test_beyond(axis: int, slack: float) -> None:
    """Positive beyond either limit, negative within; what is uncertain widens both."""
    low, high = LIMITS[axis]
    for value, expected in ((low - 5, 5), (low, 0), (high, 0), (high + 5, 5), ((low + high) / 2, (low - high) / 2)):
        assert beyond(bearing(moved(axis, value), slack), WHOLE, 60.0)[axis] == expected - slack


@pytest.mark.parametrize("axis", [0, 1, 2])
@pytest.mark.parametrize(("sense", "before", "after"), [(1, -inf, 5.0), (-1, 5.0, -inf)])
def test_what_the_rest_can_change(axis: int, sense: int, before: float, after: float) -> None:
    """A structure whose rest lies further along an axis can be too far along it, but not too little."""
    low, high = LIMITS[axis]
    openings: Openings = frozenset({(axis, sense)})
    assert max(beyond(bearing(moved(axis, low - 5)), openings, 0.0)[axis], -inf) == (
        before if before > 0 else low - 5 - high
    )
    assert beyond(bearing(moved(axis, high + 5)), openings, 0.0)[axis] == (after if after > 0 else low - high - 5)


@pytest.mark.parametrize("cut", [0, 1, 2])
def test_parts_lie_beside_the_whole(cut: int) -> None:
    """Across the axis along which it is cut, the centre of a part is off by three tenths of its size at most."""
    openings: Openings = frozenset({(cut, 1)})
    place = bearing((LIMITS[0][1], LIMITS[1][1], LIMITS[2][1]))
    assert beyond(place, openings, 50.0) == [0.0 if axis == cut else -15.0 for axis in range(3)]
    assert beyond(place, WHOLE, 50.0) == [0.0] * 3


def test_several_at_once() -> None:
    """Each by its own limits, size and openings, as alone."""
    places = [bearing((90.0, 60.0, 20.0), 3.0), bearing((250.0, -40.0, 90.0)), bearing(MIDDLE)]
    other = ((0.0, 9.0), (-9.0, 0.0), (5.0, 6.0))
    limits, openings, sizes = (
        (LIMITS, other, LIMITS),
        (frozenset({(0, 1)}), WHOLE, frozenset({(1, -1)})),
        (20.0, 30.0, 0.0),
    )
    alone = [
        excesses([at], [box], [cut], [mm])[0].tolist()
        for at, box, cut, mm in zip(places, limits, openings, sizes, strict=True)
    ]
    assert excesses(places, limits, openings, sizes).tolist() == alone
    assert len({tuple(off) for off in alone}) == 3


def test_both_sides_are_open() -> None:
    """Then nothing is known along that axis."""
    openings: Openings = frozenset({(1, 1), (1, -1)})
    assert beyond(bearing((150.0, 500.0, 40.0)), openings, 0.0)[1] == -inf


@pytest.mark.parametrize(
    ("axis", "value", "observed", "expected"),
    [
        (0, 190.0, "at the level of 1 level below L2", "T12 to 1 level below L2"),
        (1, 80.0, "40 mm to the right of the spine", "between 15 mm to the left and 25 mm to the right"),
        (1, -60.0, "30 mm to the left of the spine", "between 15 mm to the left and 25 mm to the right"),
        (2, -20.0, "10 mm to the back of the spine", "between 0 mm to the back and 40 mm to the front"),
    ],
)
def test_words_among_vertebrae(axis: int, value: float, observed: str, expected: str) -> None:
    """Levels along the spine, millimetres of this body across it."""
    words = among_vertebrae(bearing(moved(axis, value), scale=0.5), LIMITS, axis, 30.0, LEVELS)
    assert words == (f"its centre is {observed}, 15 mm off, expected {expected}", observed, expected)


@pytest.mark.parametrize(
    ("axis", "off", "way"),
    [
        (0, 100.0, "lower"),
        (0, -100.0, "higher"),
        (1, 100.0, "further to the right"),
        (1, -100.0, "further to the left"),
        (2, 100.0, "further front"),
        (2, -100.0, "further back"),
    ],
)
def test_words_among_structures(axis: int, off: float, way: str) -> None:
    """How far from where the others let expect it, and how far it may lie: to the limit on that side, and its slack."""
    usual = MIDDLE[axis] + 10
    most = (LIMITS[axis][1] - usual if off > 0 else usual - LIMITS[axis][0]) + 6
    words = among_structures(bearing(moved(axis, usual + off), 6.0, 0.5, 9), LIMITS, axis, usual)
    observed, expected = f"50 mm {way}", f"{most / 2:.0f} mm at most"
    assert words == (f"its centre is {observed} than 9 other structures let expect, {expected}", observed, expected)


def test_off() -> None:
    """The worst axis of those that are known, in either direction."""
    assert bearing((10.0, -40.0, 5.0)).off((0.0, 0.0, 0.0)) == 40
    assert bearing((10.0, -40.0, 5.0)).off((50.0, -40.0, 5.0)) == 40
    assert bearing((10.0, -40.0, 5.0))._replace(uncertainty=Position(0.0, inf, 0.0)).off((0.0, 0.0, 0.0)) == 10
    assert bearing((1.0, 1.0, 1.0), inf).off((0.0, 0.0, 0.0)) == 0


@pytest.mark.parametrize(("witnesses", "size"), [(0, 0.125), (1, (0.5 * (1 - SCALE_ERROR)) ** 3), (9, 0.064)])
def test_size_by_witnesses(witnesses: int, size: float) -> None:
    """Vertebrae show the size of a body for certain, others within a fifth."""
    assert bearing(MIDDLE, scale=0.5, witnesses=witnesses).least_size == pytest.approx(size)
    assert least_size(1.25, sure=False) == 1
