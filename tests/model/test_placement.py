"""Where structures lie, compared with their limits: what is judged, and how far is too far."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from msgspec.structs import replace

from segaudit.model import Mask, Overlap, Structure
from segaudit.model.bearing import Bearing, Position
from segaudit.model.opening import Openings
from segaudit.model.placement import Placement
from segaudit.testing.records import healthy_mask, small_contract

SURE = Position(0.0, 0.0, 0.0)
LIMITS = {
    "down_low": 100.0,
    "down_high": 220.0,
    "right_low": -80.0,
    "right_high": 20.0,
    "front_low": 0.0,
    "front_high": 120.0,
}
VERTEBRAE = (
    Structure(name="vertebrae_L1", label=2, group="bone", below="vertebrae_L2", spine_mm=150.0),
    Structure(name="vertebrae_L2", label=3, group="bone", above="vertebrae_L1", spine_mm=180.0),
)
"""By which levels are named."""
ORGAN = Structure(name="spleen", label=1, group="organ", max_pieces=1, **LIMITS)  # type: ignore[arg-type]
MIDDLE = Position(160.0, -30.0, 60.0)


def placement(
    *structures: Structure,
    places: Mapping[str, Position] = {},
    witnesses: int = 0,
    masks: Mapping[str, Mask] = {},
    **fields: object,
) -> Placement:
    """Return where structures lie: in the middle of their limits, or elsewhere."""
    names = [structure.name for structure in structures]
    known: dict[str, object] = {
        "masks": {name: masks.get(name, healthy_mask(name)) for name in names},
        "bearings": {name: Bearing(places.get(name, MIDDLE), 1.0, SURE, witnesses) for name in names},
        "openings": {},
        "overlaps": (),
        "sided": True,
        "mirrored": False,
        "exchanged": frozenset(),
        "contract": small_contract(structures=(*structures, *VERTEBRAE)),
    }
    return Placement(**known | fields)  # type: ignore[arg-type]  # the fields fit, name by name


def found(*structures: Structure, **fields: object) -> list[tuple[str, bool, int]]:
    """Return what is displaced, whether it is where no person has it, and which way along the spine."""
    one = placement(*structures, **fields)  # type: ignore[arg-type]
    return [(each.structure.name, each.stray, each.down) for each in one.displaced]


def beyond(axis: int, by: float) -> Position:
    """Return a place beyond the upper limit of an axis, or, if negative, beyond the lower one."""
    lows, highs = (100.0, -80.0, 0.0), (220.0, 20.0, 120.0)
    values = list(MIDDLE)
    values[axis] = highs[axis] + by if by > 0 else lows[axis] + by
    return Position(*values)


@pytest.mark.parametrize("axis", [0, 1, 2])
@pytest.mark.parametrize(("by", "seen", "stray"), [(0.1, True, False), (50.0, True, False), (50.1, True, True)])
@pytest.mark.parametrize("sense", [1, -1])
def test_limits(axis: int, sense: int, by: float, *, seen: bool, stray: bool) -> None:
    """Beyond either limit; by more than what a person can have, it is a stray."""
    down = 0 if axis else sense
    expected = [("spleen", stray, down)] if seen else []
    assert found(ORGAN, places={"spleen": beyond(axis, sense * by)}) == expected
    assert found(ORGAN) == []


@pytest.mark.parametrize(
    ("hollow", "vessel", "usual", "reach"),
    [(False, False, None, 50.0), (True, False, None, 65.0), (False, True, None, 60.0), (False, True, 160.0, 50.0)],
)
def test_reach_among_structures(reach: float, usual: float | None, *, hollow: bool, vessel: bool) -> None:
    """Where others show the place, 5 cm of it, 6.5 cm of a hollow organ; along a vessel, the limits as they are."""
    name, group = "stomach" if hollow else "spleen", "vessel" if vessel else "organ"
    one = replace(ORGAN, name=name, group=group, usual_down=usual)
    for little, seen in ((-0.1, 0), (0.1, 1)):
        place = MIDDLE._replace(depth=MIDDLE.depth + reach + little)
        wide = {"down_low": 90.0, "down_high": 230.0} if hollow else {}
        assert len(found(replace(one, **wide), places={name: place}, witnesses=6)) == seen


@pytest.mark.parametrize(("length", "reach"), [(200.0, 50.0), (201.0, 100.5)])
def test_long_ranges_are_not_narrowed(length: float, reach: float) -> None:
    """A range of more than 20 cm has no middle where a structure mostly lies."""
    one = replace(ORGAN, down_low=160.0 - length / 2, down_high=160.0 + length / 2)
    for little, seen in ((-0.1, 0), (0.1, 1)):
        place = MIDDLE._replace(depth=160.0 + reach + little)
        assert len(found(one, places={"spleen": place}, witnesses=6)) == seen


@pytest.mark.parametrize(("witnesses", "stray"), [(0, True), (1, False), (5, False), (6, True)])
def test_few_witnesses_make_no_error(witnesses: int, *, stray: bool) -> None:
    """Six, or vertebrae."""
    assert found(ORGAN, places={"spleen": beyond(1, 60.0)}, witnesses=witnesses) == [("spleen", stray, 0)]


@pytest.mark.parametrize(("voxels", "judged"), [(4000, 1), (4001, 0)])
def test_covered(voxels: int, judged: int) -> None:
    """A mask of which another one covers more than half is reported there."""
    for pair in (("liver", "spleen"), ("spleen", "stomach")):
        assert placement(ORGAN, overlaps=(Overlap(*pair, voxels),)).judged == judged
    assert placement(ORGAN, overlaps=(Overlap("heart", "liver", 8000),)).judged == 1


@pytest.mark.parametrize(("ml", "whole", "cut"), [(26.9, 0, 1), (27.0, 1, 1)])
def test_slivers(ml: float, whole: int, cut: int) -> None:
    """A mask below the least volume is judged only where the field of view cuts it."""
    one = replace(ORGAN, volume_low_ml=27.0, volume_high_ml=300.0)
    masks = {"spleen": healthy_mask("spleen", volume_ml=ml)}
    openings: dict[str, Openings] = {"spleen": frozenset({(0, 1)})}
    assert placement(one, masks=masks).judged == whole
    assert placement(one, masks=masks, openings=openings).judged == cut


def test_what_is_not_judged() -> None:
    """Structures without limits, exchanged ones, and, without vertebrae, long ones of any number of pieces."""
    assert placement(replace(ORGAN, down_low=None)).judged == 0
    assert placement(ORGAN, exchanged=frozenset({"spleen"})).judged == 0
    long = replace(ORGAN, down_high=400.0, max_pieces=None)
    assert [placement(long, witnesses=number).judged for number in (0, 6)] == [1, 0]
    assert placement(replace(long, max_pieces=2), witnesses=6).judged == 1
    assert placement(replace(long, down_high=220.0), witnesses=6).judged == 1


@pytest.mark.parametrize(
    ("low", "high", "others", "shifted"),
    [(4, 0, 12, 4), (4, 0, 13, 0), (3, 0, 0, 0), (0, 5, 3, 5), (4, 4, 0, 4), (3, 3, 0, 0)],
)
def test_shifted(low: int, high: int, others: int, shifted: int) -> None:
    """Four structures, and a quarter of all, that lie too far along the spine in one direction."""
    ways = [10.0] * low + [-10.0] * high + [0.0] * others
    structures = [replace(ORGAN, name=f"organ_{number}") for number in range(len(ways))]
    places = {one.name: beyond(0, way) for one, way in zip(structures, ways, strict=True) if way}
    assert placement(*structures, places=places).shifted == shifted
    assert placement(*structures, places=places, witnesses=6).shifted == 0


@pytest.mark.parametrize(("by", "seen"), [(29.9, 0), (30.1, 1)])
def test_parts_beside_the_whole(by: float, seen: int) -> None:
    """The centre of a part of a liter may lie three tenths of 10 cm beside that of the whole."""
    one = replace(ORGAN, volume_low_ml=500.0, volume_high_ml=2000.0)
    openings: dict[str, Openings] = {"spleen": frozenset({(0, 1)})}
    assert len(found(one, places={"spleen": beyond(1, by)}, openings=openings)) == seen


LEFT = replace(ORGAN, name="kidney_left", side="left", partner="kidney_right")
RIGHT = replace(ORGAN, name="kidney_right", side="right", partner="kidney_left", right_low=-20.0, right_high=80.0)


@pytest.mark.parametrize(
    ("left", "right", "names"),
    [
        (-60.0, 60.0, []),
        (60.0, -60.0, []),  # both are exchanged
        (60.0, 70.0, ["kidney_left"]),
        (90.0, -60.0, ["kidney_left"]),
    ],
)
def test_pairs(left: float, right: float, names: list[str]) -> None:
    """A pair on each other's side is judged by its partner's limits; one alone on the other side is displaced."""
    places = {"kidney_left": MIDDLE._replace(right=left), "kidney_right": MIDDLE._replace(right=right)}
    assert [name for name, *_ in found(LEFT, RIGHT, places=places)] == names


@pytest.mark.parametrize(("right", "usual", "mirrored", "unsided"), [(-60.0, 0, 1, 0), (60.0, 1, 0, 0)])
def test_mirrored_and_unsided(right: float, usual: int, mirrored: int, unsided: int) -> None:
    """In a mirrored body an organ lies on the other side; without sides, on either."""
    places = {"spleen": MIDDLE._replace(right=right)}
    assert len(found(ORGAN, places=places)) == usual
    assert len(found(ORGAN, places=places, mirrored=True)) == mirrored
    assert len(found(ORGAN, places=places, sided=False)) == unsided
    pair = {"kidney_left": MIDDLE._replace(right=right)}
    assert len(found(LEFT, RIGHT, places=pair | {"kidney_right": MIDDLE._replace(right=30.0)}, mirrored=True)) == usual
