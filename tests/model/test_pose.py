"""The pose of a body: each threshold just below, at and above."""

from __future__ import annotations

import numpy as np
import pytest
from msgspec.structs import replace

from segaudit.model import Contract, Mask, Structure
from segaudit.model.bearing import Position
from segaudit.model.curve import Curve
from segaudit.model.frame import Frame
from segaudit.model.pose import Pose, Turned
from segaudit.model.rank_order import RankOrder
from segaudit.testing.bodies import Matrix, rotation
from segaudit.testing.records import healthy_mask, small_contract

NAMES = ("brain", "heart", "liver", "prostate", "spleen", "stomach")


def contract_of(*usual: tuple[float | None, float | None, float | None]) -> Contract:
    """Return a contract of structures with usual positions."""
    structures = (
        Structure(name=name, label=label, group="organ", usual_down=down, usual_right=right, usual_front=front)
        for label, (name, (down, right, front)) in enumerate(zip(NAMES, usual, strict=False), 1)
    )
    return small_contract(structures=tuple(structures))


def masks_at(*found: tuple[float, float, float]) -> dict[str, Mask]:
    """Return masks that lie so far to the right, to the front and up in the world."""
    pairs = zip(NAMES, found, strict=False)
    return {name: healthy_mask(name, centroid_mm=place) for name, place in pairs}


def spine(length: float, turn: Matrix) -> Frame:
    """Return the frame of a spine of a length, in a world that is turned."""
    axes = np.array([[0.0, 0.0, -1.0], [1.0, 0.0, 0.0], [0.0, 1.0, 0.0]]) @ turn.T
    straight = Curve(np.array([0.0, length]), np.zeros(2))
    return Frame(np.zeros(3), axes, 1.0, (0.0, length), straight)


@pytest.mark.parametrize(
    ("apart", "usual", "way"),
    [
        (100.0, lambda step: (step, None, None), (0.0, 0.0, 1.0)),
        (60.0, lambda step: (None, step, None), (-1.0, 0.0, 0.0)),
        (40.0, lambda step: (None, None, step), (0.0, -1.0, 0.0)),
    ],
    ids=["downwards", "sideways", "forwards"],
)
@pytest.mark.parametrize("little", [-0.1, 0.0])
def test_how_far_apart(apart: float, usual: object, way: tuple[float, float, float], little: float) -> None:
    """The order of structures is fixed from a distance on, along each direction; all four are in reverse."""
    assert callable(usual)
    places = [at * (apart + little) for at in range(4)]
    contract = contract_of(*(usual(place) for place in places))
    pose = Pose.of(masks_at(*((x * at, y * at, z * at) for at in places for x, y, z in (way,))), None, {}, contract)
    turned = {"sideways": pose.sideways, "downwards": pose.downwards, "forwards": pose.forwards}
    pairs = {name: one.order.pairs for name, one in turned.items() if one.order.pairs}
    assert list(pairs.values()) == ([6] if little == 0 else [3])
    (name,) = pairs
    assert turned[name].reverse
    assert [each for each, one in turned.items() if one.decidable] == [name]


@pytest.mark.parametrize(
    ("structures", "pairs", "reverse", "alone", "found"),
    [
        (4, 100, 76, False, True),
        (4, 100, 75, False, False),
        (3, 100, 100, False, False),
        (4, 100, 100, True, False),
    ],
)
def test_reversed(structures: int, pairs: int, reverse: int, *, alone: bool, found: bool) -> None:
    """Four structures or more, of whose pairs more than three quarters are in reverse, and not all because of one."""
    turned = Turned(RankOrder(pairs, reverse, structures, alone, None), ("", ""))
    assert turned.reverse is found
    assert turned.decidable is (structures > 3)


@pytest.mark.parametrize(
    ("length", "degrees", "lying"),
    [(100.0, 46.0, True), (99.9, 46.0, False), (100.0, 45.0, False), (100.0, 90.0, True), (100.0, 135.0, False)],
)
@pytest.mark.parametrize("axis", [0, 1])
def test_lying(length: float, degrees: float, axis: int, *, lying: bool) -> None:
    """A spine of 10 cm that runs along the world's vertical at less than 45 degrees, up or down, is not lying."""
    pose = Pose.of({}, spine(length, rotation(axis, degrees)), {}, contract_of())
    assert (pose.lying, pose.flipped) == (lying, lying)
    assert not Pose.of({}, None, {}, contract_of()).lying


@pytest.mark.parametrize(
    ("usual", "found", "mirrored"),
    [
        ((40.0, -40.0), (-20.0, 20.0), 2),
        ((39.9, -40.0), (-20.0, 20.0), 0),  # one organ alone
        ((40.0, -40.0), (-19.9, 20.0), 0),
        ((60.0, 60.0, 60.0, 60.0), (-50.0, -50.0, -50.0, 50.0), 0),  # three quarters
        ((60.0, 60.0, 60.0, 60.0, 60.0), (-50.0, -50.0, -50.0, -50.0, 50.0), 4),
        ((60.0, 60.0), (50.0, 50.0), 0),
    ],
)
def test_mirrored(usual: tuple[float, ...], found: tuple[float, ...], mirrored: int) -> None:
    """Two organs or more, and more than three quarters, of those whose side is certain by rule and by place."""
    contract = contract_of(*((None, right, None) for right in usual))
    places = {name: Position(0.0, right, 0.0) for name, right in zip(NAMES, found, strict=False)}
    assert Pose.of({}, None, places, contract).mirrored == NAMES[:mirrored]


def test_structures_with_a_side_do_not_vote() -> None:
    """They define left and right."""
    contract = contract_of(*[(None, 60.0, None)] * 3)
    sided = tuple(replace(each, side="right") for each in contract.structures)
    places = {name: Position(0.0, -50.0, 0.0) for name in NAMES[:3]}
    assert len(Pose.of({}, None, places, contract).mirrored) == 3
    assert Pose.of({}, None, places, replace(contract, structures=sided)).mirrored == ()


@pytest.mark.parametrize(("forwards", "downwards"), [(4, 0), (0, 4), (0, 0)])
def test_decidable(forwards: int, downwards: int) -> None:
    """A body from head to foot, or from back to front, shows its pose; from left to right alone it does not."""
    enough, none = (
        Turned(RankOrder(6, 0, 4, alone=False, example=None), ("", "")),
        Turned(RankOrder(0, 0, 0, alone=False, example=None), ("", "")),
    )
    pose = Pose(enough, enough if downwards else none, enough if forwards else none, lying=False, mirrored=())
    assert pose.decidable is bool(forwards or downwards)


@pytest.mark.parametrize("reverse", [(), ("left to right",), ("back to front",), ("head to foot",)])
def test_which_directions_are_reversed(reverse: tuple[str, ...]) -> None:
    """Each is recognised by its name; from left to right is how names are given, not how the body lies."""
    sideways, forwards, downwards = (
        Turned(RankOrder(6, 6 * (name in reverse), 4, alone=False, example=None), ("", ""))
        for name in ("left to right", "back to front", "head to foot")
    )
    pose = Pose(sideways, downwards, forwards, lying=False, mirrored=())
    assert tuple(pose.reverse) == reverse
    assert pose.flipped is (reverse in {("back to front",), ("head to foot",)})
