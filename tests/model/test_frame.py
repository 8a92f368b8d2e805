"""The frame of the vertebrae: its slope, its sides, and how far it reaches."""

from __future__ import annotations

from typing import Literal

import numpy as np
import pytest
from msgspec.structs import replace
from numpy.testing import assert_allclose

from segaudit.model import Mask, Structure
from segaudit.model.bearing import Position
from segaudit.model.frame import Frame, reversed_pairs
from segaudit.model.vertebra_levels import Levels
from segaudit.testing.bodies import Matrix, rotation
from segaudit.testing.records import healthy_mask, small_contract

LEVELS = ("L1", "L2", "L3", "L4")
DEPTHS = (0.0, 30.0, 62.0, 96.0)
SIDES: tuple[tuple[Literal["left", "right"], str], ...] = (("left", "right"), ("right", "left"))
PAIRS = ("kidney", "femur", "hip", "rib", "lung")
CONTRACT = small_contract(
    structures=(
        *(
            Structure(name=name, label=label, group="bone", above=above, below=below, spine_mm=depth)
            for label, (above, name, below, depth) in enumerate(
                zip(("", *LEVELS), LEVELS, (*LEVELS[1:], ""), DEPTHS, strict=False), start=1
            )
        ),
        *(
            Structure(name=f"{name}_{side}", label=9, group="organ", side=side, partner=f"{name}_{other}")
            for name in PAIRS
            for side, other in SIDES
        ),
    )
)


def body(world: Matrix, sides: tuple[int, ...] = (), vertebrae: int = 4) -> dict[str, Mask]:
    """Return vertebrae and pairs in a world, each pair right way round (1) or reversed (-1)."""
    places = {name: (0.0, 0.0, -depth) for name, depth in list(zip(LEVELS, DEPTHS, strict=True))[:vertebrae]}
    for name, sense in zip(PAIRS, sides, strict=False):
        places |= {f"{name}_left": (-40.0 * sense, 10.0, -50.0), f"{name}_right": (40.0 * sense, 10.0, -50.0)}
    return {name: healthy_mask(name, centroid_mm=tuple((world @ place).tolist())) for name, place in places.items()}


@pytest.mark.parametrize("scale", [0.3, 1.0, 1.2])
@pytest.mark.parametrize("turn", [np.eye(3), rotation(0, 40) @ rotation(1, 30), rotation(2, -60), np.diag([1, 1, -1])])
def test_directions_and_scale(turn: Matrix, scale: float) -> None:
    """Feet, right and front are the body's, whichever way it lies; millimetres are its own."""
    frame = Frame.of(body(scale * turn, (1, 1)), CONTRACT)
    assert frame is not None
    assert frame.scale == pytest.approx(scale)
    assert_allclose(frame.axes[:2], [turn @ (0, 0, -1), turn @ (1, 0, 0)], atol=1e-9)
    assert frame.axes[2][1] >= 0
    assert abs(frame.axes[2] @ turn @ (0, 1, 0)) == pytest.approx(1)
    (place,) = frame.place([tuple((scale * turn @ (25.0, 0.0, -70.0)).tolist())])
    assert place == pytest.approx(Position(70.0, 25.0, 0.0), abs=1e-9)


@pytest.mark.parametrize(("vertebrae", "found"), [(2, False), (3, True)])
def test_least_vertebrae(vertebrae: int, *, found: bool) -> None:
    """Two do not determine the direction of a spine."""
    assert (Frame.of(body(np.eye(3), vertebrae=vertebrae), CONTRACT) is not None) is found


@pytest.mark.parametrize(
    ("sides", "sense", "sided"),
    [
        ((), 1, True),
        ((1,), 1, True),
        ((1, -1), 1, True),  # as many
        ((1, -1, -1), 1, False),  # most of three
        ((-1, -1, -1), 1, False),
        ((1, -1, -1, -1), -1, True),  # most of four
        ((1, 1, -1, -1), 1, True),
        ((-1, -1, -1, -1, -1), -1, True),
    ],
)
def test_sides(sides: tuple[int, ...], sense: int, *, sided: bool) -> None:
    """The right is the world's, unless most of four pairs or more say otherwise; of fewer, left and right are open."""
    masks = body(np.eye(3), sides)
    frame = Frame.of(masks, CONTRACT)
    assert frame is not None
    assert_allclose(frame.axes[1], (sense, 0, 0), atol=1e-9)
    assert frame.sided is sided
    assert reversed_pairs(masks, CONTRACT) == sum(each < 0 for each in sides)


def test_a_pair_that_lies_one_behind_the_other() -> None:
    """It is not reversed: neither is further to the right."""
    masks = body(np.eye(3), (1, -1)) | {
        name: healthy_mask(name, centroid_mm=(5.0, at, -50.0)) for name, at in (("hip_left", 9.0), ("hip_right", -9.0))
    }
    assert reversed_pairs(masks, CONTRACT) == 1


@pytest.mark.parametrize("half_mm", [0.25, -0.25])
def test_right_is_the_worlds_however_little_a_pair_shows_of_it(half_mm: float) -> None:
    """A pair that lies nearly one behind the other is flipped by half a millimetre, too."""
    places = {"hip_left": (-half_mm, -30.0, -50.0), "hip_right": (half_mm, 30.0, -50.0)}
    masks = body(np.eye(3)) | {name: healthy_mask(name, centroid_mm=place) for name, place in places.items()}
    frame = Frame.of(masks, CONTRACT)
    assert frame is not None
    assert_allclose(frame.axes[1] * np.hypot(0.5, 60.0), (0.5, np.sign(half_mm) * 60.0, 0.0), atol=1e-9)


def test_spines_without_length_or_side() -> None:
    """Vertebrae in one place, or along the only known direction to the right, give no frame."""
    assert Frame.of(body(0 * np.eye(3)), CONTRACT) is None
    assert Frame.of(body(np.array([[0, 0, 1], [0, 1, 0], [-1, 0, 0]])), CONTRACT) is None


@pytest.mark.parametrize("turn", [np.eye(3), rotation(0, 40) @ rotation(1, 30)])
def test_places_in_a_body_elsewhere(turn: Matrix) -> None:
    """They are those along its spine and beside it, wherever it lies, in millimetres of an adult."""
    there = np.array([300.0, -200.0, 1000.0])
    masks = {
        name: replace(mask, centroid_mm=tuple((there + 0.5 * turn @ np.array(mask.centroid_mm)).tolist()))
        for name, mask in body(np.eye(3), (1, 1)).items()
    }
    frame = Frame.of(masks, CONTRACT)
    assert frame is not None
    points = [tuple((there + 0.5 * turn @ place).tolist()) for place in ((0, 0, 0), (15, 25, -40))]
    assert_allclose(frame.place(points), [(0, 0, 0), (40, 15, 25)], atol=1e-9)


@pytest.mark.parametrize(
    ("depth", "off", "found"),
    [
        (0.0, 0.0, True),
        (96.0, 0.0, True),
        (-96.0, 96.0, True),
        (-96.1, 96.1, False),
        (192.0, 96.0, True),
        (193.0, 97.0, False),
    ],
)
def test_reach(depth: float, off: float, *, found: bool) -> None:
    """Places are judged as far beyond the vertebrae as these reach, with limits that widen by a fifth of the way."""
    frame = Frame.of(body(np.eye(3)), CONTRACT)
    assert frame is not None
    assert frame.span == 96
    assert frame.beyond(depth) == pytest.approx(off)
    bearings = frame.bearings({"liver": Position(depth, 0.0, 0.0)})
    assert bool(bearings) is found
    if found:
        assert bearings["liver"].uncertainty == pytest.approx((0.2 * off,) * 3)
        assert bearings["liver"].scale == pytest.approx(1)
        assert bearings["liver"].witnesses == 0


@pytest.mark.parametrize(
    ("depth", "name"),
    [
        (-44.0, "1 level above L1"),
        (-46.0, "2 levels above L1"),
        (-14.0, "L1"),
        (-16.0, "1 level above L1"),
        (14.0, "L1"),
        (80.0, "L4"),
        (78.0, "L3"),
        (110.0, "L4"),
        (112.0, "1 level below L4"),
        (142.0, "2 levels below L4"),
    ],
)
def test_levels(depth: float, name: str) -> None:
    """The nearest one, however far the last two are apart; beyond the ends, 3 cm are a level."""
    assert Levels(LEVELS, DEPTHS).at(depth) == name
